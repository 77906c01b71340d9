import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  CBOR_DEPTH_MAX,
  CBOR_TYPE,
  CborReader,
  CborWriter,
} from '../../../firmware/core/cbor/cbor.js';
import { FAULT } from '../../../firmware/core/faults.js';
import { loadEncoder, putTree, Tagged, type Tree, treeOrFault } from './tree.js';
import { APPENDIX_A, REFUSED } from './vectors.js';

const INT32_MIN = -2147483648;
const INT32_MAX = 2147483647;

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function written(tree: Tree, sizeBytes = 20000): Uint8Array {
  const into = new Uint8Array(sizeBytes);
  const writer = new CborWriter();
  writer.begin(into, 0, into.length);
  putTree(writer, tree);
  const length = writer.end();
  assert.ok(length >= 0, `fault ${length}`);
  return into.subarray(0, length);
}

const faultOf = (hex: string): unknown => treeOrFault(new CborReader(), bytesOf(hex));
const skipOf = (bytes: Uint8Array): number => {
  const reader = new CborReader();
  reader.begin(bytes, 0, bytes.length);
  reader.skip();
  return reader.end();
};

const int32 = fc.oneof(
  fc.integer({ min: INT32_MIN, max: INT32_MAX }),
  fc.integer({ min: -300, max: 300 }),
  fc.constantFrom(INT32_MIN, INT32_MAX, 65535, 65536, -65536, -65537),
);
/** Keys as the deterministic encoding has them: 0, 1, 2 ..., then -1, -2 ... */
const inOrder = (a: number, b: number): number =>
  a < 0 === b < 0 ? (a < 0 ? b - a : a - b) : b - a;
const tree = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    int32,
    fc.boolean(),
    fc.constant(null),
    fc.string({ unit: 'binary', maxLength: 30, size: 'max' }),
    fc.uint8Array({ maxLength: 300, size: 'max' }),
    fc.array(int32, { maxLength: 300, size: 'max' }),
    fc.array(tie('tree'), { maxLength: 30 }),
    fc
      .uniqueArray(fc.tuple(int32, tie('tree')), { selector: ([key]) => key, maxLength: 8 })
      .map((pairs) => new Map(pairs.sort(([a], [b]) => inOrder(a, b)))),
    fc.tuple(fc.nat(INT32_MAX), tie('tree')).map(([tag, item]) => new Tagged(tag, item)),
  ),
})).tree;

describe('cbor: RFC 8949 Appendix A', () => {
  for (const [hex, value] of APPENDIX_A) {
    it(`${hex} is written and read`, () => {
      assert.equal(hexOf(written(value)), hex);
      assert.deepEqual(treeOrFault(new CborReader(), bytesOf(hex)), value);
      assert.equal(skipOf(bytesOf(hex)), 0);
    });
  }
});

describe('cbor: against cborg', () => {
  let encode: (tree: Tree) => Uint8Array;

  before(async () => {
    encode = await loadEncoder();
  });

  it('writes the bytes that cborg writes under the rules of RFC 8949 §4.2', () => {
    fc.assert(
      fc.property(tree, (value) => {
        assert.equal(hexOf(written(value)), hexOf(encode(value)));
      }),
    );
  });

  it('reads, and skips, what cborg writes', () => {
    fc.assert(
      fc.property(tree, (value) => {
        const bytes = encode(value);
        assert.deepEqual(treeOrFault(new CborReader(), bytes), value);
        assert.equal(skipOf(bytes), 0);
      }),
    );
  });

  it('accepts of mutated bytes only what writes back to the same bytes', () => {
    const mutation = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(tree, mutation, (value, changes) => {
        const bytes = Uint8Array.from(written(value));
        for (const [where, byte] of changes) bytes[where % bytes.length] = byte;
        const answer = treeOrFault(new CborReader(), bytes);
        if (isFault(answer)) {
          assert.ok(answer.fault < 0);
          assert.ok(skipOf(bytes) < 0, 'skip is as strict as reading');
        } else {
          assert.equal(hexOf(written(answer)), hexOf(bytes));
          assert.equal(skipOf(bytes), 0);
        }
      }),
    );
  });

  it('refuses every message that is cut short', () => {
    fc.assert(
      fc.property(tree, fc.nat(), (value, where) => {
        const bytes = written(value);
        const cut = bytes.subarray(0, where % bytes.length);
        assert.ok(isFault(treeOrFault(new CborReader(), cut)));
        assert.ok(skipOf(cut) < 0);
      }),
    );
  });
});

describe('cbor: what is refused', () => {
  for (const [why, hex, fault] of REFUSED) {
    it(why, () => {
      assert.deepEqual(faultOf(hex), { fault });
      assert.equal(skipOf(bytesOf(hex)), fault);
    });
  }

  it(`takes ${CBOR_DEPTH_MAX} arrays within one another and refuses one more`, () => {
    const nested = (depth: number): string => '81'.repeat(depth) + '00';
    assert.equal(skipOf(bytesOf(nested(CBOR_DEPTH_MAX))), 0);
    assert.equal(skipOf(bytesOf(nested(CBOR_DEPTH_MAX + 1))), FAULT.overflow);
    assert.deepEqual(faultOf(nested(CBOR_DEPTH_MAX + 1)), { fault: FAULT.overflow });
    assert.equal(
      skipOf(bytesOf('81'.repeat(CBOR_DEPTH_MAX) + '80')),
      0,
      'an empty one has no depth',
    );
  });
});

describe('cbor: the reader', () => {
  const reader = new CborReader();
  const begin = (hex: string): void => reader.begin(bytesOf(hex), 0, hex.length / 2);

  it('names the type of the next item without taking it', () => {
    begin('8101');
    assert.equal(reader.nextType(), CBOR_TYPE.array);
    assert.equal(reader.readArrayHeader(), 1);
    assert.equal(reader.nextType(), CBOR_TYPE.int);
    assert.equal(reader.nextType(), CBOR_TYPE.int);
    assert.equal(reader.position(), 1);
  });

  it('refuses an item of another type than asked for, and stays with that fault', () => {
    const reads = [
      ['readInt', '40', 0],
      ['readUint', '20', FAULT.malformed],
      ['readBytes', '60', FAULT.malformed],
      ['readText', '40', FAULT.malformed],
      ['readArrayHeader', 'a0', FAULT.malformed],
      ['readMapHeader', '80', FAULT.malformed],
      ['readTag', '00', FAULT.malformed],
      ['readBool', 'f6', FAULT.malformed],
      ['readNull', 'f4', FAULT.malformed],
    ] as const;
    for (const [read, hex, answer] of reads) {
      begin(hex);
      assert.equal(reader[read](), answer, read);
      assert.equal(reader.fault(), FAULT.malformed, read);
      assert.equal(reader.readInt(), 0);
      assert.equal(reader.readBytes(), FAULT.malformed);
      assert.equal(reader.nextType(), FAULT.malformed);
      assert.equal(reader.skip(), FAULT.malformed);
      assert.equal(reader.end(), FAULT.malformed);
    }
  });

  it('forgets the fault at the next begin', () => {
    begin('f7');
    assert.equal(reader.skip(), FAULT.malformed);
    begin('f5');
    assert.equal(reader.readBool(), 1);
    assert.equal(reader.end(), 0);
  });

  it('lets the caller reject a value, but keeps an earlier fault', () => {
    begin('0a');
    reader.readInt();
    assert.equal(reader.reject(), FAULT.malformed);
    assert.equal(reader.end(), FAULT.malformed);
    begin('18');
    reader.readInt();
    assert.equal(reader.reject(), FAULT.truncated);
  });

  it('reads within its range only', () => {
    const bytes = bytesOf('ff8201181900');
    reader.begin(bytes, 1, 4);
    assert.equal(reader.readArrayHeader(), 2);
    assert.equal(reader.readUint(), 1);
    assert.equal(reader.readUint(), 25);
    assert.equal(reader.end(), 0);
    reader.begin(bytes, 1, 3);
    assert.equal(reader.skip(), FAULT.truncated);
  });

  it('tells at the header that there is no room for what it announces', () => {
    begin('9a7fffffff00');
    assert.equal(reader.readArrayHeader(), FAULT.truncated);
    begin('ba7fffffff00');
    assert.equal(reader.readMapHeader(), FAULT.truncated);
  });

  it('does not take a message for read that was left half-way', () => {
    begin('820102');
    reader.readArrayHeader();
    reader.readInt();
    assert.equal(reader.end(), FAULT.malformed);
  });

  it('skips an item in the middle of a map and goes on behind it', () => {
    begin('a3' + '01820102' + '028103' + '03c1a1046161');
    assert.equal(reader.readMapHeader(), 3);
    assert.equal(reader.readInt(), 1);
    assert.equal(reader.skip(), 0);
    assert.equal(reader.readInt(), 2);
    assert.equal(reader.skip(), 0);
    assert.equal(reader.readInt(), 3);
    assert.equal(reader.skip(), 0);
    assert.equal(reader.end(), 0);
  });
});

describe('cbor: the writer', () => {
  it('reports that a message does not fit, at every size, and writes nothing beyond', () => {
    fc.assert(
      fc.property(tree, fc.nat(), (value, where) => {
        const bytes = written(value);
        const room = where % bytes.length;
        const into = new Uint8Array(bytes.length + 8).fill(0xa5);
        const writer = new CborWriter();
        writer.begin(into, 3, 3 + room);
        putTree(writer, value);
        assert.equal(writer.end(), FAULT.overflow);
        assert.ok(into.subarray(3 + room).every((byte) => byte === 0xa5));
        writer.begin(into, 3, 3 + bytes.length);
        putTree(writer, value);
        assert.equal(writer.end(), bytes.length);
        assert.equal(hexOf(into.subarray(3, 3 + bytes.length)), hexOf(bytes));
      }),
    );
  });

  it('refuses a negative unsigned value, count, tag, and text that is not UTF-8', () => {
    const into = new Uint8Array(16);
    const writer = new CborWriter();
    const puts: readonly (() => void)[] = [
      () => writer.putUint(-1),
      () => writer.putTag(-1),
      () => writer.putArrayHeader(-1),
      () => writer.putMapHeader(-1),
      () => writer.putText(bytesOf('80'), 0, 1),
    ];
    for (const put of puts) {
      writer.begin(into, 0, into.length);
      put();
      writer.putInt(1);
      assert.equal(writer.end(), FAULT.malformed, put.toString());
      assert.equal(writer.position(), 0);
    }
  });

  it('leaves a hole of zeros to be filled in, or says why not', () => {
    const into = new Uint8Array(6).fill(0xff);
    const writer = new CborWriter();
    writer.begin(into, 1, 6);
    assert.equal(writer.putHole(3), 2);
    assert.equal(writer.end(), 4);
    assert.equal(hexOf(into), 'ff43000000ff');
    assert.equal(writer.putHole(1), FAULT.overflow);
  });

  it('wraps items in a byte string by its header', () => {
    const into = new Uint8Array(4);
    const writer = new CborWriter();
    writer.begin(into, 0, 4);
    writer.putBytesHeader(3);
    writer.putMapHeader(1);
    writer.putInt(1);
    writer.putInt(-7);
    assert.equal(writer.end(), 4);
    assert.equal(hexOf(into), '43a10126');
  });
});

function isFault(answer: unknown): answer is { fault: number } {
  return typeof answer === 'object' && answer !== null && 'fault' in answer;
}

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FAULT } from '../../../firmware/core/faults.js';
import {
  CANONICAL_BYTES_MAX,
  FIELD_COUNT_MAX,
  PROBE_COUNT_MAX,
  TAIL_BYTES_MAX,
} from '../../../firmware/core/limits.js';
import {
  decodeCanonical,
  encodeCanonical,
  fieldCountOf,
  RecordBuffer,
} from '../../../firmware/core/record/record.js';
import { RECORD_SCHEMAS } from '../../../firmware/core/record/fields.js';
import { RECORD } from '../../../firmware/core/record/schema.js';
import {
  anyRecord,
  canonicalOf,
  makeRecord,
  RECORD_TYPES,
  widthsOf,
} from '../../support/records.js';

const hexOf = (record: RecordBuffer, probeCount = 2): string =>
  canonicalOf(record, probeCount).toString('hex');

function decode(bytes: Uint8Array, probeCount: number): number {
  return decodeCanonical(bytes, 0, bytes.length, probeCount, new RecordBuffer());
}

/**
 * Longest tail of a type: THINNED has a chain hash, then three int16 for each probe and humidity.
 */
function tailBytesMax(type: number): number {
  if (RECORD_SCHEMAS[type]!.tail === '') return 0;
  return type === RECORD.thinned ? 32 + 6 * (PROBE_COUNT_MAX + 1) : TAIL_BYTES_MAX;
}

describe('canonical bytes of a record', () => {
  const cases: readonly (readonly [what: string, record: RecordBuffer, hex: string])[] = [
    ['a lid that opens', makeRecord(RECORD.lid, 258, [1]), '05' + '02010000' + '01'],
    [
      'a reading: humidity, then one temperature per probe',
      makeRecord(RECORD.reading, 60, [455, 512, -32768]),
      '01' + '3c000000' + 'c701' + '0002' + '0080',
    ],
    [
      'an open gap, its length -1',
      makeRecord(RECORD.gap, 1, [1, 6, 65536, -1]),
      '02' + '01000000' + '01' + '06' + '00000100' + 'ffffffff',
    ],
    [
      'signed and unsigned bytes and words',
      makeRecord(RECORD.command, 0, [1, -56, -1], Buffer.from('8018')),
      '16' + '00000000' + '01' + 'c8ff' + 'ff' + '04' + '38303138',
    ],
    ['an empty tail', makeRecord(RECORD.seal, 0, [1]), '14' + '00000000' + '01' + '00'],
    [
      'an uptime of 68 years',
      makeRecord(RECORD.power, 2147483647, [3712, 1]),
      '08' + 'ffffff7f' + '800e' + '01',
    ],
  ];
  for (const [what, record, hex] of cases) {
    it(`are little-endian, in the order of the schema: ${what}`, () => {
      assert.equal(hexOf(record), hex);
    });
  }

  for (const probeCount of [1, 2, 8]) {
    it(`give back every record, ${probeCount} probes`, () => {
      const property = fc.property(anyRecord(probeCount), (record) => {
        const bytes = canonicalOf(record, probeCount);
        const got = new RecordBuffer();
        got.fields.fill(99);
        assert.equal(decodeCanonical(bytes, 0, bytes.length, probeCount, got), 0);
        assert.equal(got.type, record.type);
        assert.equal(got.uptimeS, record.uptimeS);
        assert.deepEqual(got.fields, record.fields);
        assert.deepEqual(
          got.tail.slice(0, got.tailLength),
          record.tail.slice(0, record.tailLength),
        );
      });
      fc.assert(property, { numRuns: 300 });
    });

    it(`have one length for each shape, ${probeCount} probes`, () => {
      for (const type of RECORD_TYPES) {
        const widths = widthsOf(type, probeCount);
        const tail = RECORD_SCHEMAS[type]!.tail === '' ? 0 : 1;
        const expected = 5 + widths.reduce((sum, width) => sum + Math.abs(width), 0) + tail;
        assert.equal(canonicalOf(makeRecord(type, 0), probeCount).length, expected);
        assert.equal(fieldCountOf(type, probeCount), widths.length);
      }
    });
  }

  it('of every type and any probe count fit the limits of the format', () => {
    for (const type of RECORD_TYPES) {
      assert.ok(widthsOf(type, PROBE_COUNT_MAX).length <= FIELD_COUNT_MAX);
      const tail = new Uint8Array(tailBytesMax(type));
      const { length } = canonicalOf(makeRecord(type, 0, [], tail), PROBE_COUNT_MAX);
      assert.ok(length <= CANONICAL_BYTES_MAX, `${RECORD_SCHEMAS[type]!.name}: ${length} bytes`);
    }
  });

  it('are refused where they are cut off or too long, at every length', () => {
    const property = fc.property(anyRecord(2), (record) => {
      const bytes = canonicalOf(record, 2);
      for (let length = 0; length < bytes.length; length++) {
        assert.ok(decode(bytes.subarray(0, length), 2) < 0, `${length} of ${bytes.length}`);
      }
      assert.equal(decode(Buffer.concat([bytes, Buffer.of(0)]), 2), FAULT.malformed);
    });
    fc.assert(property, { numRuns: 50 });
  });

  it('are refused when the type is unknown or the tail longer than a tail can be', () => {
    const unknown = Buffer.alloc(20);
    unknown[0] = RECORD_SCHEMAS.length;
    assert.equal(decode(unknown, 2), FAULT.malformed);
    unknown[0] = 0;
    assert.equal(decode(unknown, 2), FAULT.malformed);
    const seal = Buffer.alloc(5 + 2 + TAIL_BYTES_MAX + 1);
    seal[0] = RECORD.seal;
    seal[6] = TAIL_BYTES_MAX + 1;
    assert.equal(decode(seal, 2), FAULT.truncated);
  });

  it('are not made of an unknown type, nor into a buffer that might not hold them', () => {
    const into = new Uint8Array(CANONICAL_BYTES_MAX);
    assert.equal(encodeCanonical(makeRecord(0, 0), 2, into, 0), FAULT.malformed);
    const lid = makeRecord(RECORD.lid, 0);
    assert.equal(encodeCanonical(lid, 2, into, into.length - 38), FAULT.overflow);
    assert.equal(encodeCanonical(lid, 2, into, into.length - 39), 6);
    const seal = makeRecord(RECORD.seal, 0, [1], new Uint8Array(TAIL_BYTES_MAX));
    const length = 7 + TAIL_BYTES_MAX;
    assert.equal(encodeCanonical(seal, 2, into, into.length - length + 1), FAULT.overflow);
    assert.equal(encodeCanonical(seal, 2, into, into.length - length), length);
  });
});

describe('a record buffer', () => {
  it('forgets fields and tail when a new record begins', () => {
    const record = makeRecord(RECORD.kit, 5, [1, 2, 3, 4], Buffer.from('list'));
    record.begin(RECORD.slot, 6);
    assert.deepEqual(record.fields, new Int32Array(FIELD_COUNT_MAX));
    assert.equal(record.tailLength, 0);
  });

  it('takes a tail of 222 bytes and refuses a longer one', () => {
    const record = new RecordBuffer();
    assert.equal(record.setTail(new Uint8Array(300), 10, TAIL_BYTES_MAX), 0);
    assert.equal(record.tailLength, TAIL_BYTES_MAX);
    assert.equal(record.setTail(new Uint8Array(300), 0, TAIL_BYTES_MAX + 1), FAULT.overflow);
  });
});

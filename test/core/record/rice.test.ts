import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  BitReader,
  BitWriter,
  CHANNEL_WORDS,
  getValue,
  predict,
  putValue,
  RESIDUAL_MAX,
  resetChannel,
} from '../../../firmware/core/record/rice.js';

/** The bits that a writer has put, as text. */
function bitsOf(write: (out: BitWriter) => void): string {
  const bytes = new Uint8Array(64);
  const out = new BitWriter();
  out.begin(bytes, 0);
  write(out);
  const whole = [...bytes.subarray(0, out.at)];
  const last = out.have > 0 ? out.partial.toString(2).padStart(8, '0').slice(0, out.have) : '';
  return whole.map((byte) => byte.toString(2).padStart(8, '0')).join('') + last;
}

function modelOf(sum: number, count: number): Int32Array {
  return Int32Array.of(sum, count, 0);
}

function readerOf(bits: string): BitReader {
  const text = bits.padEnd(Math.ceil(bits.length / 8) * 8, '0');
  const bytes = Uint8Array.from(text.match(/.{8}/g) ?? [], (byte) => parseInt(byte, 2));
  const reader = new BitReader();
  reader.begin(bytes, 0, 0, bytes.length);
  return reader;
}

describe('bits in a byte buffer', () => {
  it('come most significant first and give back what was put', () => {
    const any = fc.array(
      fc
        .integer({ min: 1, max: 20 })
        .chain((count) => fc.tuple(fc.nat(2 ** count - 1), fc.constant(count))),
      { maxLength: 25, size: 'max' },
    );
    const property = fc.property(any, (items) => {
      const bits = bitsOf((out) => items.forEach(([value, count]) => out.put(value, count)));
      const expected = items.map(([value, count]) => value.toString(2).padStart(count, '0'));
      assert.equal(bits, expected.join(''));
      const reader = readerOf(bits);
      for (const [value, count] of items) assert.equal(reader.get(count), value);
      assert.equal(reader.failed, false);
    });
    fc.assert(property);
  });

  it('fail behind the end instead of being invented', () => {
    const reader = readerOf('10101010');
    assert.equal(reader.get(8), 0b10101010);
    assert.equal(reader.failed, false);
    assert.equal(reader.get(1), 0);
    assert.equal(reader.failed, true);
  });
});

/** The value that leaves this residual where the model expects 0. */
const valueOf = (residual: number): number => (residual >> 1) ^ -(residual & 1);

describe('Rice codes', () => {
  const cases: readonly (readonly [sum: number, count: number, residual: number, bits: string])[] =
    [
      [10, 2, 5, '10' + '10'], // k = 2, the state after a plain reading: a one, a zero, 01 inverted
      [10, 2, 3, '0' + '00'],
      [0, 20, 0, '0'], // k = 0
      [0, 20, 3, '1110'],
      [30, 20, 1, '10'], // one and a half times the count reaches the sum
      [31, 20, 1, '0' + '0'],
      [0, 20, 13, '11111111111110'],
      [0, 20, 14, '11111111111111' + '11111111111110001'], // escaped
      [10, 2, RESIDUAL_MAX, '11111111111111' + '00000000000000000'],
    ];
  for (const [sum, count, residual, bits] of cases) {
    it(`of ${residual} with a sum of ${sum} over ${count} is ${bits}`, () => {
      assert.equal(
        bitsOf((out) => putValue(out, modelOf(sum, count), 0, valueOf(residual), 0)),
        bits,
      );
      assert.equal(getValue(readerOf(bits), modelOf(sum, count), 0, 0), valueOf(residual));
    });
  }

  it('refuse what no code holds, and leave the model as it was', () => {
    for (const value of [65_536, -65_537, 2 ** 30, -(2 ** 31)]) {
      const model = modelOf(10, 2);
      assert.equal(
        bitsOf((out) => assert.equal(putValue(out, model, 0, value, 2), 0)),
        '',
      );
      assert.deepEqual([...model], [10, 2, 0]);
    }
  });

  for (const lagShift of [0, 2]) {
    it(`adapt alike in writer and reader, over any int16, ${lagShift}`, () => {
      const int16 = fc.integer({ min: -32_768, max: 32_767 });
      const near = fc.integer({ min: -20, max: 20 });
      const property = fc.property(
        fc.array(fc.oneof(near, int16), { maxLength: 12, size: 'max' }),
        fc.nat(40),
        (values, warmUp) => {
          const writer = modelOf(10, 2);
          for (let i = 0; i < warmUp; i++) {
            bitsOf((out) => putValue(out, writer, 0, i % 7, lagShift));
          }
          const reader = writer.slice();
          const bits = bitsOf((out) => {
            for (const value of values) assert.equal(putValue(out, writer, 0, value, lagShift), 1);
          });
          const input = readerOf(bits);
          for (const value of values) assert.equal(getValue(input, reader, 0, lagShift), value);
          assert.deepEqual(reader, writer);
        },
      );
      fc.assert(property);
    });
  }

  it('halve what they learnt at 32 residuals, and count an outlier as 1500', () => {
    const model = modelOf(100, 31);
    bitsOf((out) => putValue(out, model, 0, valueOf(50), 0));
    assert.deepEqual([...model.subarray(0, 2)], [75, 16]);
    const outlier = modelOf(0, 20);
    bitsOf((out) => putValue(out, outlier, 0, valueOf(100_000), 0));
    assert.deepEqual([...outlier.subarray(0, 2)], [1500, 21]);
  });

  it('fail where the bits end', () => {
    const reader = readerOf('1'.repeat(16));
    getValue(reader, modelOf(10, 2), 0, 0);
    assert.equal(reader.failed, true);
  });
});

describe('what a channel expects next', () => {
  const follow = (model: Int32Array, value: number, lagShift: number): number => {
    bitsOf((out) => putValue(out, model, 0, value, lagShift));
    return predict(model, 0);
  };

  it('is the value itself after a plain reading, negative ones too', () => {
    const model = new Int32Array(CHANNEL_WORDS);
    for (const value of [-32768, -2000, -1, 0, 1, 12_500, 32_767]) {
      resetChannel(model, 0, value);
      assert.equal(predict(model, 0), value);
    }
  });

  it('moves by the whole difference, or by three quarters, rounded to the nearer', () => {
    const model = new Int32Array(CHANNEL_WORDS);
    resetChannel(model, 0, 500);
    assert.equal(follow(model, 510, 0), 510);
    assert.equal(follow(model, 530, 2), 525);
    assert.equal(follow(model, 535, 2), 533); // 532.5
    resetChannel(model, 0, -500);
    assert.equal(follow(model, -502, 2), -501); // -501.5
    assert.equal(follow(model, -502, 2), -502); // -501.875
  });
});

describe('a bit writer', () => {
  it('goes back to any place that it has passed', () => {
    const any = fc.array(fc.tuple(fc.nat(2 ** 24 - 1), fc.integer({ min: 1, max: 24 })), {
      minLength: 1,
      maxLength: 8,
    });
    const property = fc.property(any, any, any, (before, dropped, after) => {
      const put = (out: BitWriter, items: typeof before): void => {
        for (const [value, count] of items) out.put(value & ((1 << count) - 1), count);
      };
      const bits = bitsOf((out) => {
        put(out, before);
        const { at, have } = out;
        put(out, dropped);
        out.rewind(at, have);
        put(out, after);
      });
      assert.equal(
        bits,
        bitsOf((out) => put(out, [...before, ...after])),
      );
    });
    fc.assert(property);
  });
});

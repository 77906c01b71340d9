import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  BitReader,
  BitWriter,
  CHANNEL_WORDS,
  follow,
  getRice,
  predict,
  putRice,
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

describe('Rice codes', () => {
  const cases: readonly (readonly [sum: number, count: number, residual: number, bits: string])[] =
    [
      [10, 2, 5, '1' + '101'], // k = 3, the state after a plain reading
      [10, 2, 8, '01' + '000'],
      [0, 20, 0, '1'], // k = 0
      [0, 20, 3, '0001'],
      [20, 20, 1, '01'], // count << 0 reaches the sum
      [21, 20, 1, '1' + '1'],
      [0, 20, 13, '00000000000001'],
      [0, 20, 14, '000000000000001' + '000000000000001110'], // escaped
      [10, 2, RESIDUAL_MAX, '000000000000001' + '111111111111111111'],
    ];
  for (const [sum, count, residual, bits] of cases) {
    it(`of ${residual} with a sum of ${sum} over ${count} is ${bits}`, () => {
      assert.equal(
        bitsOf((out) => putRice(out, modelOf(sum, count), 0, residual)),
        bits,
      );
      assert.equal(getRice(readerOf(bits), modelOf(sum, count), 0), residual);
    });
  }

  it('adapt alike in writer and reader, over any residuals', () => {
    const residuals = fc.array(fc.oneof(fc.nat(20), fc.nat(2000), fc.nat(RESIDUAL_MAX)), {
      maxLength: 12,
      size: 'max',
    });
    const property = fc.property(residuals, fc.nat(40), (values, warmUp) => {
      const writer = modelOf(10, 2);
      const reader = modelOf(10, 2);
      for (let i = 0; i < warmUp; i++) {
        bitsOf((out) => putRice(out, writer, 0, i % 7));
      }
      reader.set(writer);
      const bits = bitsOf((out) => values.forEach((value) => putRice(out, writer, 0, value)));
      const input = readerOf(bits);
      for (const value of values) assert.equal(getRice(input, reader, 0), value);
      assert.deepEqual(reader, writer);
    });
    fc.assert(property);
  });

  it('halve what they learnt at 32 residuals, and count an outlier as 1500', () => {
    const model = modelOf(100, 31);
    bitsOf((out) => putRice(out, model, 0, 50));
    assert.deepEqual([...model.subarray(0, 2)], [75, 16]);
    const outlier = modelOf(0, 20);
    bitsOf((out) => putRice(out, outlier, 0, 100_000));
    assert.deepEqual([...outlier.subarray(0, 2)], [1500, 21]);
  });

  it('fail where more zeros stand than a code can begin with', () => {
    const reader = readerOf('0'.repeat(64));
    getRice(reader, modelOf(10, 2), 0);
    assert.equal(reader.failed, true);
  });
});

describe('what a channel expects next', () => {
  it('is the value itself after a plain reading, negative ones too', () => {
    const model = new Int32Array(CHANNEL_WORDS);
    for (const value of [-32768, -2000, -1, 0, 1, 12_500, 32_767]) {
      resetChannel(model, 0, value);
      assert.equal(predict(model, 0), value);
    }
  });

  it('moves by the whole difference, or by half of it, rounded to the nearer', () => {
    const model = new Int32Array(CHANNEL_WORDS);
    resetChannel(model, 0, 500);
    follow(model, 0, 510, 0);
    assert.equal(predict(model, 0), 510);
    follow(model, 0, 520, 1);
    assert.equal(predict(model, 0), 515);
    follow(model, 0, 520, 1);
    assert.equal(predict(model, 0), 518); // 517.5
    resetChannel(model, 0, -500);
    follow(model, 0, -501, 1);
    assert.equal(predict(model, 0), -500); // -500.5
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FAULT } from '../../../firmware/core/faults.js';
import { Snapshot, SNAPSHOT_BYTES_MAX } from '../../../firmware/core/journal/snapshot.js';
import { NorFlash } from '../../../host-sim/ports/flash.js';

const ADDRESS = 4096 + 76;

function makeFlash(): NorFlash {
  return new NorFlash({ region: 'journal', bytes: 8192, seed: 1, nowMs: () => 0 });
}

function hexOf(words: readonly number[]): string {
  const flash = makeFlash();
  const length = new Snapshot().write(flash, ADDRESS, Int32Array.from(words));
  return Buffer.from(flash.image().subarray(ADDRESS, ADDRESS + length)).toString('hex');
}

const anyWords = fc
  .array(fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: -(2 ** 31) })), {
    minLength: 1,
    maxLength: 500,
    size: 'max',
  })
  .map((words) => Int32Array.from(words));

describe('a snapshot of the durable words', () => {
  const cases: readonly (readonly [words: readonly number[], hex: string])[] = [
    [[0], '0001'],
    [[1], '02'],
    [[-1], '01'],
    [[0, 0, 0, 5], '0003' + '0a'],
    [[5, 0, 0, 0], '0a' + '0003'],
    [[64, 0, -2147483648], '8001' + '0001' + 'ffffffff0f'],
  ];
  for (const [words, hex] of cases) {
    it(`of ${words.join(', ')} is ${hex}`, () => assert.equal(hexOf(words), hex));
  }

  it('gives back every word, over page borders too', () => {
    const property = fc.property(anyWords, (words) => {
      const flash = makeFlash();
      const snapshot = new Snapshot();
      const length = snapshot.write(flash, ADDRESS, words);
      assert.ok(length > 0);
      const got = new Int32Array(words.length).fill(99);
      assert.equal(new Snapshot().read(flash, ADDRESS, length, snapshot.crc, got), 0);
      assert.deepEqual(got, words);
    });
    fc.assert(property);
  });

  it('is malformed when a byte, its length, its check or the number of words is another', () => {
    const property = fc.property(anyWords, fc.nat(), fc.integer({ min: 1, max: 255 }), (...any) => {
      const [words, place, change] = any;
      const flash = makeFlash();
      const snapshot = new Snapshot();
      const length = snapshot.write(flash, ADDRESS, words);
      const { crc } = snapshot;
      const read = (bytes: number, check: number, count: number): number =>
        new Snapshot().read(flash, ADDRESS, bytes, check, new Int32Array(count));
      assert.ok(read(length, crc + 1, words.length) < 0);
      assert.ok(read(length + 1, crc, words.length) < 0);
      assert.ok(read(length - 1, crc, words.length) < 0);
      assert.ok(read(length, crc, words.length + 1) < 0);
      const image = flash.image();
      image[ADDRESS + (place % length)]! ^= change;
      flash.load(image);
      assert.ok(read(length, crc, words.length) < 0);
    });
    fc.assert(property);
  });

  it('leaves room for frames: what would fill more than seven eighths is refused', () => {
    const dense = new Int32Array(1000).fill(-2147483648);
    assert.equal(new Snapshot().write(makeFlash(), 76, dense), FAULT.overflow);
    const fits = new Int32Array(Math.floor(SNAPSHOT_BYTES_MAX / 5)).fill(-2147483648);
    assert.equal(new Snapshot().write(makeFlash(), 76, fits), 5 * fits.length);
  });

  it('hands on a fault of the flash', () => {
    const failing = {
      size: () => 8192,
      read: () => FAULT.flashFailed,
      program: () => FAULT.flashFailed,
      startErase: () => 0,
      pollErase: () => 1,
    };
    const words = Int32Array.of(1, 2, 3);
    assert.equal(new Snapshot().write(failing, 76, words), FAULT.flashFailed);
    assert.equal(new Snapshot().read(failing, 76, 6, 0, words), FAULT.flashFailed);
  });
});

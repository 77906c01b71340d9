/** Estimates of what columns need at least, on columns whose entropy is known. */
import assert from 'node:assert/strict';
import { columnLimits } from '../../../../host-sim/cli/benches/column-limits.js';
import { differencesOf, orderZeroBits } from '../../../../host-sim/cli/benches/entropy.js';
import { IntervalCoder } from '../../../../host-sim/cli/benches/interval-coder.js';
import { makeWorkload } from '../../../../host-sim/cli/benches/journal-workload.js';
import { differenceBytes, packedBytes } from '../../../../host-sim/cli/benches/packers.js';
import { orderOneBits, predictedBits } from '../../../../host-sim/cli/benches/predictor.js';
import { Random } from '../../../../host-sim/world/prng.js';

const COUNT = 40_000;

/** Whole numbers around 0, normal with this deviation. */
function noise(sigma: number, name: string): Int32Array {
  const random = new Random(1, name);
  return Int32Array.from({ length: COUNT }, () => Math.round(sigma * random.nextNormal()));
}

/** Bits of a normal number in whole steps: log2(sigma × sqrt(2πe)). */
function normalBits(sigma: number): number {
  return Math.log2(sigma * Math.sqrt(2 * Math.PI * Math.E));
}

function near(value: number, expected: number, within: number): void {
  assert.ok(Math.abs(value - expected) <= within, `${value}, expected ${expected} ± ${within}`);
}

describe('order-0 entropy', () => {
  it('is 0 for what never changes, 1 bit for a coin, 3 for eight values', () => {
    const random = new Random(1, 'coin');
    assert.equal(orderZeroBits(new Int32Array(100)), 0);
    assert.equal(orderZeroBits([]), 0);
    near(orderZeroBits(Int32Array.from({ length: COUNT }, () => random.nextBelow(2))), 1, 0.001);
    assert.equal(orderZeroBits([0, 1, 2, 3, 4, 5, 6, 7]), 3);
  });

  it('is that of a normal distribution for normal noise', () => {
    near(orderZeroBits(noise(5, 'normal')), normalBits(5), 0.02);
  });

  it('of differences sees no slope', () => {
    const slope = Int32Array.from({ length: 1000 }, (_, i) => 7 * i);
    assert.deepEqual(Array.from(differencesOf(slope).subarray(0, 3)), [0, 7, 7]);
    assert.ok(orderZeroBits(differencesOf(slope)) < 0.02);
  });
});

describe('the best predictor', () => {
  it('needs what white noise needs, not the half bit more of its differences', () => {
    const white = noise(4, 'white');
    const [bits] = predictedBits([white]);
    near(bits!, normalBits(4), 0.03);
    near(orderZeroBits(differencesOf(white)), normalBits(4) + 0.5, 0.04);
  });

  it('never promises less than the noise that nobody can foresee', () => {
    const steps = noise(3, 'walk');
    let at = 0;
    const walk = steps.map((step) => (at += step));
    const [bits] = predictedBits([walk]);
    assert.ok(bits! >= normalBits(3) - 0.02 && bits! < normalBits(3) + 0.04, `${bits}`);
  });

  it('uses one channel for another', () => {
    const shared = noise(30, 'shared');
    const small = noise(2, 'small');
    const other = shared.map((value, i) => value + small[i]!);
    const [first, second] = predictedBits([shared, other]);
    near(first!, normalBits(30), 0.08);
    // Its own differences would need half a bit more.
    assert.ok(second! < normalBits(2) + 0.25, `${second}`);
  });

  it('finds the steps of a part in what it reports', () => {
    const random = new Random(1, 'steps');
    const plain = new IntervalCoder();
    const stepped = new IntervalCoder();
    let plainBits = 0;
    let steppedBits = 0;
    for (let i = 0; i < COUNT; i++) {
      const truth = 5 * random.nextNormal();
      plainBits += plain.bits(0, Math.round(truth));
      steppedBits += stepped.bits(0, Math.round(Math.round(truth / 0.78125) * 0.78125));
    }
    near(plainBits / COUNT, normalBits(5), 0.05);
    assert.ok(steppedBits / COUNT < plainBits / COUNT - 0.03, `${steppedBits} of ${plainBits}`);
  });

  it('survives what it did not expect', () => {
    const flat = new Int32Array(2000);
    flat.fill(32000, 1000, 1001);
    const [bits] = predictedBits([flat]);
    assert.ok(Number.isFinite(bits) && bits! < 0.2, `${bits}`);
    assert.deepEqual(predictedBits([[], []]), [0, 0]);
  });
});

describe('the order-1 code', () => {
  it('needs little where the one before tells', () => {
    const alternating = Int32Array.from({ length: COUNT }, (_, i) => i % 2);
    assert.ok(orderOneBits(alternating) < 0.01);
    assert.equal(orderZeroBits(alternating), 1);
  });

  it('needs a bit for a coin', () => {
    const random = new Random(1, 'coin');
    near(orderOneBits(Int32Array.from({ length: COUNT }, () => random.nextBelow(2))), 1, 0.01);
  });
});

describe('packers', () => {
  it('get differences, column by column, seven bits a byte', () => {
    const bytes = differenceBytes([
      [5, 4, 200],
      [0, -1],
    ]);
    // 0; -1 is 1 in zigzag; 196 is 392 = 0b11 0001000; 0; -1.
    assert.deepEqual([...bytes], [0, 1, 0x88, 0x03, 0, 1]);
  });

  it('are undefined where they are not installed, and fail loudly otherwise', async () => {
    const none = { name: 'none', command: 'no-such-packer-here', args: [] };
    assert.equal(await packedBytes(none, new Uint8Array(1_000_000)), undefined);
    const failing = { name: 'failing', command: 'node', args: ['-e', 'process.exit(3)'] };
    await assert.rejects(packedBytes(failing, new Uint8Array(10)), /failing ended with 3/);
    const counting = { name: 'cat', command: 'cat', args: [] };
    assert.equal(await packedBytes(counting, new Uint8Array(1_000_000)), 1_000_000);
  });

  it('are measured on the same columns as the entropies, in bytes a sample', async () => {
    const { orderZero, predicted, packed } = await columnLimits(
      makeWorkload({ count: 20_000, seed: 1 }),
    );
    assert.ok(predicted < orderZero, `${predicted} of ${orderZero}`);
    near(orderZero, 1.57, 0.05);
    for (const length of packed) {
      if (length !== undefined) near(length, orderZero, 0.15);
    }
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Random, mixInt32 } from '../../../host-sim/world/prng.js';

const take = (random: Random, count: number): number[] =>
  Array.from({ length: count }, () => random.nextInt32());

describe('random numbers', () => {
  it('stay the same from version to version and on every machine', () => {
    assert.deepEqual(take(new Random(1, 'world'), 4), GOLDEN);
  });

  it('follow the seed and the name, and nothing else', () => {
    const first = take(new Random(7, 'probes'), 8);
    assert.deepEqual(take(new Random(7, 'probes'), 8), first);
    assert.notDeepEqual(take(new Random(8, 'probes'), 8), first);
    assert.notDeepEqual(take(new Random(7, 'air'), 8), first);
  });

  it('of a split stream do not depend on what its parent has given', () => {
    const fresh = new Random(7, 'probes');
    const used = new Random(7, 'probes');
    take(used, 100);
    assert.deepEqual(take(used.split('a'), 8), take(fresh.split('a'), 8));
    assert.notDeepEqual(take(fresh.split('a'), 8), take(fresh.split('b'), 8));
  });

  it('keep to their range', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 2 ** 32 }), (seed, below) => {
        const random = new Random(seed, 'range');
        const whole = random.nextBelow(below);
        assert.ok(Number.isInteger(whole) && whole >= 0 && whole < below);
        const unit = random.nextUnit();
        assert.ok(unit >= 0 && unit < 1);
      }),
    );
  });

  it('are normal enough: mean 0, deviation 1, two thirds within one deviation', () => {
    const random = new Random(3, 'normal');
    const values = Array.from({ length: 20_000 }, () => random.nextNormal());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    const within = values.filter((value) => Math.abs(value) < 1).length / values.length;
    assert.ok(Math.abs(mean) < 0.03, `mean ${mean}`);
    assert.ok(Math.abs(variance - 1) < 0.04, `variance ${variance}`);
    assert.ok(within > 0.64 && within < 0.71, `within ${within}`);
  });

  it('fill exactly the bytes that were asked for', () => {
    const bytes = new Uint8Array(16);
    new Random(5, 'fill').fill(bytes, 7);
    assert.ok(bytes.subarray(0, 7).some((byte) => byte !== 0));
    assert.deepEqual([...bytes.subarray(7)], new Array(9).fill(0));
  });

  it('come from a mixer that maps different numbers to different ones', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (a, b) => {
        assert.equal(mixInt32(a) === mixInt32(b), a === b);
      }),
    );
  });
});

const GOLDEN: number[] = [-1276349294, 2046580796, -1202564681, 1663273375];

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { loadCbor } from '../../../host-sim/backend/cbor.js';
import { KitBench } from './support/kit-bench.js';
import type { ProfileParts, ZoneParts } from './support/profiles.js';

const HOT = { operator: 'above', limitCentiC: 2500 } as const;
const COLD = { operator: 'below', limitCentiC: 200 } as const;
const ZONES: readonly ZoneParts[] = [
  { ...HOT, allowance: 'single', allowanceS: 600 },
  { ...COLD, allowance: 'single', allowanceS: 600 },
  { ...HOT, allowance: 'cumulative', allowanceS: 1200 },
  { ...COLD, allowance: 'instant' },
];
const PROFILE: ProfileParts = {
  zones: ZONES,
  gapAllowanceS: 900,
  budget: { firstKnotC: 0, ratesPermille: [100, 2000], budgetS: 4000 },
};
type Pair = readonly [number | null, number | null];

function benchOf(slotProbes: readonly number[] = [0b11]): KitBench {
  const bench = new KitBench({ profiles: [PROFILE], slotProbes });
  slotProbes.forEach((_, slot) => bench.pack(slot, 0));
  return bench;
}

/** Everything told of kit 0 while these readings come, one a minute. */
function story(pairs: readonly Pair[], slotProbes?: readonly number[]): string[] {
  const bench = benchOf(slotProbes);
  return pairs.flatMap((pair, i) => {
    bench.reading(60 + i * 60, ...pair);
    return bench.told(0).map((what) => `${i} ${what}`);
  });
}

const value = fc.constantFrom(null, 199, 200, 201, 1000, 2499, 2500, 2501);
const anyPairs = fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 60 });
const alternating = (even: Pair, odd: Pair, length = 31): Pair[] =>
  Array.from({ length }, (_, i) => (i % 2 === 0 ? even : odd));

describe('probes that swap', () => {
  before(loadCbor);

  it('tell one story, whichever of a slot’s two says what', () => {
    fc.assert(
      fc.property(anyPairs, fc.array(fc.boolean(), { maxLength: 60 }), (pairs, swaps) => {
        const swapped = pairs.map(([a, b], i): Pair => (swaps[i] === true ? [b, a] : [a, b]));
        assert.deepEqual(story(swapped), story(pairs));
      }),
    );
  });

  it('are one stay, though each of them leaves the zone at every reading', () => {
    const told = story(alternating([2501, 1000], [1000, 2501]));
    assert.deepEqual(
      told.filter((line) => line.includes('zone0')),
      ['10 zone0 opens', '10 quarantine: zone0', '20 quarantine: zone0, zone2'],
    );
  });

  it('are too warm and too cold at once, and each zone has its one event', () => {
    const told = story(alternating([2501, 199], [199, 2501], 12)).filter((line) =>
      line.endsWith('opens'),
    );
    assert.deepEqual(told, ['0 zone3 opens', '10 zone0 opens', '10 zone1 opens']);
  });

  it('and take turns in failing blind no slot that has both', () => {
    const told = story(alternating([2000, null], [null, 2000]));
    assert.deepEqual(told, ['0 usable: none']);
  });

  it('and take turns in failing hide no excursion', () => {
    const told = story(alternating([2501, null], [null, 2501], 12));
    assert.ok(told.includes('10 zone0 opens'), told.join('\n'));
  });

  it('are each alone for a slot that has one: the other may say what it likes', () => {
    fc.assert(
      fc.property(anyPairs, anyPairs, (pairs, noise) => {
        const disturbed = pairs.map(([own], i): Pair => [own, noise[i % noise.length]![0]]);
        const alone = pairs.map(([own]): Pair => [own, null]);
        assert.deepEqual(story(disturbed, [0b01]), story(alone, [0b01]));
      }),
    );
  });

  it('and slots that are mapped the other way round have each other’s story', () => {
    fc.assert(
      fc.property(anyPairs, (pairs) => {
        const swapped = pairs.map(([a, b]): Pair => [b, a]);
        assert.deepEqual(story(swapped, [0b10, 0b01]), story(pairs, [0b01, 0b10]));
      }),
    );
  });
});

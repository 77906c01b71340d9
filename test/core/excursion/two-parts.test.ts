import assert from 'node:assert/strict';
import fc from 'fast-check';
import { KIT, kitAt, ZONE, zoneAt } from '../../../firmware/core/excursion/kits.js';
import { loadCbor } from '../../../host-sim/backend/cbor.js';
import { KitBench } from './support/kit-bench.js';
import type { ProfileParts } from './support/profiles.js';

const PROFILE: ProfileParts = {
  zones: [
    { operator: 'above', limitCentiC: 2500, allowance: 'cumulative', allowanceS: 1800 },
    { operator: 'atOrAbove', limitCentiC: 4000, allowance: 'instant' },
    { operator: 'below', limitCentiC: 200, allowance: 'single', allowanceS: 600 },
  ],
  budget: { firstKnotC: 0, ratesPermille: [61, 90, 564, 1739, 4990], budgetS: 5000 },
  disagree: { limitCentiC: 300, allowedS: 400, verdict: 'inspect' },
  gapAllowanceS: 300,
  lid: { allowedS: 900, verdict: 'inspect' },
};

/** What a kit has used of everything, and what holds. */
function usedOf(bench: KitBench, kit: number): number[] {
  const at = kitAt(kit);
  const words = [KIT.sticky, KIT.budgetUsedS, KIT.budgetUsedRest, KIT.lidOpenS, KIT.gapS];
  const places = [0, 1, 2, 3].flatMap((place) => {
    const zone = zoneAt(kit, place);
    return [...bench.words.subarray(zone, zone + ZONE.words)];
  });
  return [...words.map((word) => bench.words[at + word]!), ...places];
}

const centiC = fc.option(fc.constantFrom(-300, 199, 200, 2000, 2500, 2501, 3000, 4000));
const step = fc.record({
  afterS: fc.integer({ min: 2, max: 500 }),
  values: fc.tuple(centiC, centiC),
  lid: fc.boolean(),
  /** Where between two readings the time is looked at, 0..1. */
  parted: fc.double({ min: 0, max: 1, noNaN: true }),
});

describe('adding the same data', () => {
  before(loadCbor);

  it('in two parts is adding it at once: wherever time is looked at between readings', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
        const benches = [0, 1].map(() => {
          const bench = new KitBench({ profiles: [PROFILE], slotProbes: [3, 3, 1] });
          for (const kit of [0, 1, 2]) bench.pack(kit, 0);
          return bench;
        });
        const [whole, parts] = benches as [KitBench, KitBench];
        let nowS = 0;
        for (const { afterS, values, lid, parted } of steps) {
          parts.exposure.pass(nowS + Math.floor(parted * (afterS - 1)));
          nowS += afterS;
          for (const bench of benches) {
            bench.reading(nowS, ...values);
            bench.lid(lid, nowS);
          }
        }
        for (const kit of [0, 1, 2]) assert.deepEqual(usedOf(parts, kit), usedOf(whole, kit));
      }),
    );
  });
});

/**
 * Container and oracle share no code; on random journeys they come to the same conclusions. The
 * reasons that surely hold are counted, so that a toy world in which nothing happens shows.
 */
import assert from 'node:assert/strict';
import { RULE, ruleName } from '../../../host-sim/checkers/codes.js';
import { compareWithTruth } from '../../../host-sim/checkers/compare.js';
import { expectationOf } from '../../../host-sim/checkers/expected.js';
import { type ToyOptions, toyJourney } from './toy-world.js';

const OPTIONS: ToyOptions = {
  losesClock: false,
  isCareless: false,
  hasUseBy: false,
  endsSilent: false,
};
const JOURNEYS = 40;

describe('container and oracle', () => {
  const certain = new Map<number, number>();
  let kits = 0;

  for (let seed = 1; seed <= JOURNEYS; seed += 10) {
    it(`agree on journeys ${seed} to ${seed + 9}`, () => {
      for (let s = seed; s < seed + 10; s++) {
        const { truth, rules, records } = toyJourney(s, OPTIONS);
        const findings = compareWithTruth({ truth, profiles: [rules], records });
        assert.deepEqual(findings, [], `seed ${s}`);
        for (const { reasons } of expectationOf(truth, [rules]).kits) {
          kits++;
          for (let rule = 0; rule <= RULE.mixed; rule++) {
            if (((reasons.certain >>> rule) & 1) === 0) continue;
            certain.set(rule, (certain.get(rule) ?? 0) + 1);
          }
        }
      }
    });
  }

  it('have met every reason that such journeys can lead to', () => {
    assert.ok(kits > 2 * JOURNEYS, `${kits} kits`);
    const { budget, gap, shockDrop, shockSevere, lidOpen } = RULE;
    const { expired, returnedUnscanned, mixed } = RULE;
    const zones = [0, 1, 2, 3, 4];
    for (const rule of [...zones, budget, gap, shockDrop, shockSevere, lidOpen]) {
      assert.ok(certain.has(rule), `${ruleName(rule)} never came about`);
    }
    for (const rule of [expired, returnedUnscanned, mixed]) {
      assert.ok(certain.has(rule), `${ruleName(rule)} never came about`);
    }
  });
});

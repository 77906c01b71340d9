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
  losesClock: true,
  isCareless: true,
  hasUseBy: true,
  endsSilent: true,
};
const JOURNEYS = 80;

describe('container and oracle', () => {
  const certain = new Map<number, number>();
  let kits = 0;

  for (let seed = 1; seed <= JOURNEYS; seed += 20) {
    it(`agree on journeys ${seed} to ${seed + 19}`, () => {
      for (let s = seed; s < seed + 20; s++) {
        const { truth, rules, records } = toyJourney(s, OPTIONS);
        const findings = compareWithTruth({ truth, profiles: [rules], records });
        assert.deepEqual(findings, [], `seed ${s}`);
        for (const { reasons } of expectationOf(truth, [rules]).kits) {
          kits++;
          for (let rule = 0; rule <= RULE.released; rule++) {
            if (((reasons.certain >>> rule) & 1) === 0) continue;
            certain.set(rule, (certain.get(rule) ?? 0) + 1);
          }
        }
      }
    });
  }

  it('have met every reason that such journeys can lead to', () => {
    assert.ok(kits > 2 * JOURNEYS, `${kits} kits`);
    const { clockUnset, exampleProfile, lost, disagree } = RULE; // not of this world
    const ofRecords = Object.values(RULE).filter((rule) => rule > RULE.mixed && rule !== disagree);
    const never: number[] = [clockUnset, exampleProfile, lost, ...ofRecords];
    const rules = [0, 1, 2, 3, 4, ...Object.values(RULE)].filter((rule) => !never.includes(rule));
    for (const rule of rules) assert.ok(certain.has(rule), `${ruleName(rule)} never came about`);
  });
});

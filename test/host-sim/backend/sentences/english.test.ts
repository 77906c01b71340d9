import assert from 'node:assert/strict';
import { REASON, REASON_COUNT } from '../../../../firmware/core/excursion/reasons.js';
import { CUSTODY } from '../../../../firmware/core/units.js';
import { reasonFacts } from '../../../../host-sim/backend/reason-facts.js';
import {
  type BudgetWords,
  budgetWords as budgetWordsIn,
} from '../../../../host-sim/backend/sentences/budget-text.js';
import { ENGLISH } from '../../../../host-sim/backend/sentences/en.js';
import type { FixedReason, ZoneWords } from '../../../../host-sim/backend/sentences/language.js';
import { durationText, temperatureText } from '../../../../host-sim/backend/sentences/numbers.js';
import {
  NO_NUMBERS,
  type ReasonNumbers,
  fixedText as fixedTextIn,
  zoneText as zoneTextIn,
} from '../../../../host-sim/backend/sentences/reason-text.js';
import type { KitVerdict } from '../../../../host-sim/backend/verdicts.js';
import { kitVerdict } from '../../cli/run-fixture.js';

const fixedText = (reason: FixedReason, numbers: ReasonNumbers) =>
  fixedTextIn(reason, numbers, ENGLISH);
const zoneText = (zone: ZoneWords, numbers: ReasonNumbers) => zoneTextIn(zone, numbers, ENGLISH);
const budgetWords = (kit: KitVerdict) => budgetWordsIn(kit, ENGLISH);

describe('backend/sentences: English', () => {
  const durations = [
    [0, '0 s'],
    [59, '59 s'],
    [60, '1 min'],
    [61, '1 min 1 s'],
    [599, '9 min 59 s'],
    [600, '10 min'],
    [3599, '59 min'],
    [3600, '1 h'],
    [15120, '4 h 12 min'],
    [90000, '25 h'],
    [172800, '2 d'],
    [183600, '2 d 3 h'],
    [39447000, '456 d 13 h'],
  ] as const;
  for (const [seconds, text] of durations) {
    it(`writes ${seconds} s as '${text}'`, () => {
      assert.equal(durationText(seconds, ENGLISH), text);
    });
  }

  const temperatures = [
    [2500, '25.0 °C'],
    [-50, '-0.5 °C'],
    [2711, '27.11 °C'],
    [-5, '-0.05 °C'],
    [0, '0.0 °C'],
  ] as const;
  for (const [centiC, text] of temperatures) {
    it(`writes ${centiC} as '${text}'`, () => {
      assert.equal(temperatureText(centiC, ENGLISH), text);
    });
  }

  const numbers = { limit: 4500, used: 3720, allowed: 3600, extreme: 4612 };
  const zones = [
    [
      'atOrAbove',
      'single',
      /^At or above 45\.0 °C \(z\) for 1 h 2 min without a break, allowed 1 h/,
    ],
    [
      'above',
      'cumulative',
      /^Above 45\.0 °C \(z\) for 1 h 2 min in total, allowed 1 h; warmest 46/,
    ],
    ['below', 'instant', /^Below 45\.0 °C \(z\), where no time is allowed; coldest 46\.12 °C$/],
    ['atOrBelow', 'single', /^At or below 45\.0 °C \(z\) for .*; coldest 46\.12 °C$/],
  ] as const;
  for (const [operator, allowance, text] of zones) {
    it(`tells of a zone that is ${operator} and ${allowance}`, () => {
      assert.match(zoneText({ name: 'z', operator, allowance }, numbers), text);
    });
  }

  it('tells how much of what is allowed is left, as long as something is', () => {
    const open = { limit: 2500, used: 11_520, allowed: 28_800, extreme: 2700 };
    const zone = { name: 'z', operator: 'above', allowance: 'cumulative' } as const;
    assert.equal(
      zoneText(zone, open),
      'Above 25.0 °C (z) for 3 h 12 min in total of 8 h allowed; 4 h 48 min left; warmest 27.0 °C',
    );
    assert.equal(
      fixedText('lidOpen', open),
      'Lid open for 3 h 12 min in total of 8 h allowed; 4 h 48 min left',
    );
    assert.equal(
      fixedText('gap', open),
      'No reading for 3 h 12 min of 8 h allowed; 4 h 48 min left',
    );
    assert.match(fixedText('budget', open), /^Stability budget: 3 h 12 min of 8 h used .* left$/);
  });

  it('has a sentence for every reason that the core knows', () => {
    const texts = new Set<string>();
    for (let bit = REASON.budget; bit < REASON_COUNT; bit++) {
      const text = fixedText(reasonFacts(bit).code as FixedReason, NO_NUMBERS);
      assert.doesNotMatch(text, /null|undefined|NaN/);
      texts.add(text);
    }
    assert.equal(texts.size, REASON_COUNT - REASON.budget);
  });

  it('does not pretend to know the length of a gap that nobody measured', () => {
    const gap = { limit: null, used: -1, allowed: 900, extreme: null };
    assert.equal(fixedText('gap', gap), 'No reading for an unknown time, allowed 15 min');
  });

  describe('of a budget', () => {
    const kit = (changes: Partial<KitVerdict> = {}): KitVerdict => kitVerdict(0, changes);
    const recorded = { sequence: 7, wallS: 1, time: '2026-07-15T22:01:30.000Z' };

    it('say how much is left as of which time, in days at which temperature', () => {
      assert.deepEqual(budgetWords(kit({ recorded })), {
        share: '97.2 %',
        days: '443 d at 25 °C',
        asOf: '2026-07-15 22:01',
      });
    });
    it('name the record where its boot had no clock', () => {
      const unset = { sequence: 7, wallS: null, time: null };
      assert.equal((budgetWords(kit({ recorded: unset })) as BudgetWords).asOf, 'record 7');
    });
    it('tell a time where the profile is not at hand', () => {
      const unscaled = { budgetLeftS: 7200, budgetLeftPermille: null, budgetLeftDays: null };
      const { share, days } = budgetWords(kit(unscaled)) as BudgetWords;
      assert.deepEqual([share, days], ['2 h', '']);
    });
    it('tell none set where the profile has no budget', () => {
      assert.equal(budgetWords(kit({ budgetLeftS: null })), 'none set');
    });
    const verdicts = ['usable', 'inspect', 'unknown', 'quarantine', 'expired', 'discard'] as const;
    const shown = verdicts.filter((verdict) => budgetWords(kit({ verdict })) !== 'none');
    it('tell none of what is expired or to be discarded', () => {
      assert.deepEqual(shown, ['usable', 'inspect', 'unknown', 'quarantine']);
    });
    it('tell none of what cannot be kept any more', () => {
      const customs = Object.keys(CUSTODY) as (keyof typeof CUSTODY)[];
      const kept = customs.filter((custody) => budgetWords(kit({ custody })) !== 'none');
      assert.deepEqual(kept, ['in', 'taken']);
    });
  });
});

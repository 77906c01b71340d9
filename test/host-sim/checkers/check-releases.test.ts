/**
 * What the oracle makes of releases: which reasons one lifts, and what reopens them. Kit "a" was
 * too warm from 600 to 1500 s, fell at 2000 s, was released at 3000 s, and is warm again from 4800
 * to 6600 s. Each wrong verdict, planted one at a time, is found.
 */
import assert from 'node:assert/strict';
import { toldBy, verdictsOf } from '../../../host-sim/checkers/check-releases.js';
import { RULE } from '../../../host-sim/checkers/codes.js';
import { compareWithTruth } from '../../../host-sim/checkers/compare.js';
import type { Rules, TruthEntry } from '../../../host-sim/checkers/input.js';
import { HOT, KIT_LINES, PACK, line, readingLines, recordsOf, rules, truthOf } from './tiny.js';

const ZONE0 = 1;
const HOLD = 1 << RULE.hold;
const RELEASED = 1 << RULE.released;
const DROP = 1 << RULE.shockDrop;
const BOTH = ZONE0 | DROP;
type Line = ReturnType<typeof line>;

const decision = (atS: number, code: number, reasons = 0): Line =>
  line('decision', atS, { kit: 0, decision: code, reasons, reviewedSequence: 0, counter: 1 });
const verdict = (atS: number, code: number, reasons: number): Line =>
  line('verdict', atS, { kit: 0, verdict: code, reasons, budgetLeftS: -1 });
/** Its evidence is none of these tests' business. */
const NOWHERE = { startSequence: 1, extreme: 2600, extremeSequence: 1 };
const excursion = (atS: number, rule: number, phase: number): Line => {
  const zone = { limit: HOT.limitCentiC, used: 600, allowed: HOT.allowanceS, ...NOWHERE };
  return line('excursion', atS, { kit: 0, rule, phase, ...zone });
};
const drop = (atS: number): TruthEntry => {
  return { kind: 'shock', atS, freeFallMs: 300, deltaVMmPerS: 2200, isClipped: false };
};
const SHOCK = { freeFallMs: 305, deltaVMmPerS: 2150, class: 1, slots: 1, tiltDeg: 255 };

interface Plan {
  readonly named?: number;
  /** The last record that was looked at stood here. */
  readonly reviewedS?: number;
  readonly endS?: number;
  readonly rules?: Partial<Rules>;
  readonly entries?: readonly TruthEntry[];
  /** Lines behind the first verdicts. */
  readonly lines?: readonly Line[];
}

/** What the oracle finds of the verdicts, where the release is followed by these. */
function found(verdicts: readonly Line[], plan: Plan = {}): string {
  const { named = BOTH, reviewedS = 2900, endS = 4500, entries = [], lines = [] } = plan;
  const warm = (atS: number): boolean => (atS >= 600 && atS < 1500) || (atS >= 4800 && atS < 6600);
  const course = (atS: number): number => (warm(atS) ? 2600 : 1500);
  const truth = truthOf({ endS, probes: [course], entries: [PACK, drop(2000), ...entries] });
  const records = recordsOf([
    ...KIT_LINES,
    ...readingLines(truth),
    excursion(1201, 0, 0),
    verdict(1202, 3, ZONE0),
    excursion(1501, 0, 1),
    line('shock', 2004, SHOCK),
    excursion(2004, RULE.shockDrop, 0),
    verdict(2004, 3, BOTH),
    decision(3001, 2, named),
    ...lines,
    ...verdicts,
  ]).map((it, _, all) => {
    if (it.type !== 'decision' || it.fields['decision'] !== 2) return it;
    const reviewed = all.filter(({ uptimeS }) => uptimeS <= reviewedS).length;
    return { ...it, fields: { ...it.fields, reviewedSequence: reviewed } };
  });
  return compareWithTruth({ truth, profiles: [rules(plan.rules)], records })
    .filter(({ about }) => about === 'verdict')
    .map(({ message }) => message)
    .join('\n');
}

const WRONG = /what is released is wrong/;

describe('the oracle of releases', () => {
  it('accepts what lifts all, or what was named, and no other', () => {
    assert.equal(found([verdict(3002, 0, BOTH | RELEASED)]), '');
    assert.equal(found([verdict(3002, 1, BOTH | RELEASED)], { named: ZONE0 }), '');
    const tooMuch = found([verdict(3002, 0, BOTH | RELEASED)], { named: ZONE0 });
    assert.match(tooMuch, /says usable, its reasons lead to inspect/);
    const other = found([verdict(3002, 0, BOTH | RELEASED)], { named: 1 << RULE.gap });
    assert.match(other, WRONG);
  });

  it('notices one that lifts less than it has to', () => {
    assert.match(found([verdict(3002, 3, BOTH)]), WRONG);
    assert.match(found([verdict(3002, 1, BOTH | RELEASED)]), /lead to usable/);
    assert.match(found([]), WRONG, 'nothing was recorded of it');
  });

  it('notices one that lifts anything measured in spite of younger evidence', () => {
    assert.equal(found([verdict(3002, 3, BOTH)], { reviewedS: 1700 }), '');
    assert.match(found([verdict(3002, 0, BOTH | RELEASED)], { reviewedS: 1700 }), WRONG);
    assert.match(found([verdict(3002, 1, BOTH | RELEASED)], { reviewedS: 1700 }), WRONG);
  });

  it('leaves open what the evidence of one moment leaves open', () => {
    const plan = { reviewedS: 2045 };
    assert.equal(found([verdict(3002, 3, BOTH)], plan), '');
    assert.equal(found([verdict(3002, 0, BOTH | RELEASED)], plan), '');
  });

  it('notices one that lifts what leads to discard', () => {
    const strict = { rules: { zones: [{ ...HOT, verdict: 'discard' as const }] } };
    const lifted = found([verdict(3002, 0, BOTH | RELEASED)], strict);
    assert.match(lifted, /says usable, its reasons lead to discard/);
  });

  it('asks that the zone reopens by being entered again', () => {
    const released = verdict(3002, 0, BOTH | RELEASED);
    const plan = { endS: 5300 };
    assert.equal(found([released, verdict(4801, 3, BOTH | RELEASED)], plan), '');
    assert.match(found([released, verdict(5200, 0, BOTH | RELEASED)], plan), /lead to quarantine/);
    assert.match(found([released], plan), /verdict usable, its reasons lead to quarantine/);
    const early = found([released, verdict(4500, 3, BOTH | RELEASED)], plan);
    assert.match(early, /says quarantine, its reasons lead to usable/);
  });

  it('asks that another shock reopens, and leaves the zone released', () => {
    const plan = { entries: [drop(3500)], lines: [line('shock', 3504, SHOCK)] };
    const released = verdict(3002, 0, BOTH | RELEASED);
    assert.equal(found([released, verdict(3504, 1, BOTH | RELEASED)], plan), '');
    assert.match(found([released], plan), /verdict usable, its reasons lead to inspect/);
    assert.match(found([released, verdict(3504, 3, BOTH)], plan), WRONG);
  });

  it('does not let a reason be released that came about later only', () => {
    const plan = { named: ZONE0 | HOLD, lines: [decision(3500, 1)] };
    const released = verdict(3002, 1, BOTH | RELEASED);
    assert.equal(found([released, verdict(3501, 3, BOTH | HOLD | RELEASED)], plan), '');
    const lifted = found([released, verdict(3501, 1, BOTH | HOLD | RELEASED)], plan);
    assert.match(lifted, /says inspect, its reasons lead to quarantine/);
  });

  it('keeps a younger hold apart from what was measured', () => {
    const plan = { named: BOTH | HOLD, lines: [decision(2950, 1), verdict(2951, 3, BOTH | HOLD)] };
    assert.equal(found([verdict(3002, 3, BOTH | HOLD | RELEASED)], plan), '');
    const lifted = found([verdict(3002, 0, BOTH | HOLD | RELEASED)], plan);
    assert.match(lifted, /says usable, its reasons lead to quarantine/);
    assert.equal(
      found([verdict(3002, 0, BOTH | HOLD | RELEASED)], { ...plan, reviewedS: 2990 }),
      '',
    );
    const again = { ...plan, lines: [...plan.lines, decision(3600, 1)], reviewedS: 2990 };
    const reopened = found([verdict(3002, 0, BOTH | HOLD | RELEASED)], again);
    assert.match(reopened, /verdict usable, its reasons lead to quarantine/);
  });

  it('names the verdicts of each set that may be released, and of no set none', () => {
    const bounds = (surely: number, perhaps: number): readonly string[] =>
      verdictsOf(BOTH | RELEASED, rules(), { surely, perhaps });
    assert.deepEqual(bounds(BOTH, BOTH), ['usable']);
    assert.deepEqual(bounds(0, BOTH), ['usable', 'inspect', 'quarantine']);
    assert.deepEqual(bounds(ZONE0, BOTH), ['usable', 'inspect']);
    assert.deepEqual(bounds(0, ZONE0), ['inspect']);
    assert.deepEqual(bounds(0, 0), []);
    assert.deepEqual(verdictsOf(BOTH, rules(), { surely: ZONE0, perhaps: ZONE0 }), []);
  });

  it('takes names and reasons from the kit’s own decisions', () => {
    const records = recordsOf([decision(0, 2, ZONE0), decision(0, 1), decision(0, 3)]);
    const timed = records.map((record) => ({ atS: 0, record }));
    const kit = { number: 0, packed: timed[0]!, records: timed };
    assert.equal(toldBy(kit), RELEASED | HOLD | (1 << RULE.discarded));
  });
});

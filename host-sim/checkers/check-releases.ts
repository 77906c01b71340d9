/**
 * Hands on which of a kit's reasons are released at an instant, surely or perhaps, and which
 * verdicts that leaves. A release lifts what it names, what holds then, and what nothing younger
 * than the record that was looked at speaks for; what comes later of the same reason reopens it.
 */
import { DECISION } from '../../firmware/core/record/schema.js';
import { uncalibratedOf } from './check-calibration.js';
import { RULE, VERDICTS, type Verdict } from './codes.js';
import { type Evidence, evidenceOf } from './evidence.js';
import { type ExpectedKit, type Expectation, worstOf } from './expected.js';
import type { Rules } from './input.js';
import {
  type JournalView,
  type KitRecords,
  type TimedRecord,
  clockSlackS,
  field,
} from './journal-view.js';
import { recordedEvidenceOf } from './recorded-evidence.js';

/** What no release lifts: the passing of time, scans and clocks, an example, mixing, a discard. */
const NEVER: readonly number[] = [
  ...[RULE.clockUnset, RULE.probeFault, RULE.expired, RULE.useByElapsed, RULE.discarded],
  ...[RULE.returnedUnscanned, RULE.exampleProfile, RULE.mixed, RULE.released],
];
/** Evidence of one of these is evidence against all of them. */
const TOLD: readonly number[] = [RULE.hold, RULE.slip];

/** Bits of reasons that are released. */
export interface Released {
  readonly surely: number;
  readonly perhaps: number;
}

interface Lift extends Released {
  readonly atS: number;
  readonly sequence: number;
  readonly slackS: number;
}

/** The releases of one kit's life. */
export class Releases {
  private readonly lifts: readonly Lift[];
  private readonly evidence: readonly Evidence[];

  constructor(view: JournalView, expectation: Expectation, kit: ExpectedKit, found: KitRecords) {
    const releases = releasesOf(found);
    const { story } = kit;
    this.evidence =
      releases.length === 0
        ? [] // much to find out, and nothing to use it for
        : [
            ...evidenceOf(expectation, kit),
            ...uncalibratedOf(view, expectation, kit),
            ...recordedEvidenceOf(view, expectation, story, found),
          ];
    this.lifts = releases.map((timed) => liftOf(view, story.rules, found, timed, this.evidence));
  }

  /** What is released by the record of that number, at that instant. */
  at(sequence: number, atS: number): Released {
    let surely = 0;
    let perhaps = 0;
    for (const lift of this.lifts) {
      if (lift.sequence >= sequence) continue;
      const { slackS } = lift;
      const touched = this.evidence.filter(
        ({ fromS, untilS }) => untilS >= lift.atS - slackS && fromS <= atS + slackS,
      );
      const reopened = touched.filter(
        ({ fromS, untilS, isSure }) => isSure && fromS > lift.atS + slackS && untilS < atS - slackS,
      );
      surely |= lift.surely & ~bitsOf(touched);
      perhaps |= lift.perhaps & ~bitsOf(reopened);
    }
    return { surely, perhaps };
  }
}

const bitsOf = (evidence: readonly Evidence[]): number =>
  evidence.reduce((bits, { rule }) => bits | (1 << rule), 0);

function releasesOf({ records }: KitRecords): TimedRecord[] {
  return records
    .filter(({ record }) => record.type === 'decision')
    .filter((timed) => field(timed, 'decision') === DECISION.release);
}

/** The reasons that one release lifts. */
function liftOf(
  { all }: JournalView,
  rules: Rules,
  { records }: KitRecords,
  timed: TimedRecord,
  evidence: readonly Evidence[],
): Lift {
  const { atS } = timed;
  const { sequence, uptimeS } = timed.record;
  const slackS = clockSlackS(uptimeS);
  const reviewed = field(timed, 'reviewedSequence');
  // The record itself may have been summed up: it stood between these two.
  const fromS = all.filter(({ record }) => record.sequence <= reviewed).at(-1)?.atS ?? 0;
  const untilS = all.find(({ record }) => record.sequence >= reviewed)?.atS ?? atS;
  const before = records.filter(({ record }) => record.sequence < sequence);
  const verdict = before.filter(({ record }) => record.type === 'verdict').at(-1);
  const held = verdict === undefined ? 0 : field(verdict, 'reasons');
  const known = evidence.filter((one) => one.fromS <= atS + slackS);
  const hasSlip = before.some(({ record }) => record.type === 'slip');
  const perhapsHeld = held | bitsOf(known) | (hasSlip ? -1 : 0);
  let surely = 0;
  let perhaps = 0;
  for (let rule = 0; rule < 32; rule++) {
    const bit = 1 << rule;
    if ((field(timed, 'reasons') & perhapsHeld & bit) === 0 || !isLiftable(rule, rules)) continue;
    const against = known.filter((one) => speaksAgainst(one.rule, rule));
    const isTooYoung = against.some(
      (one) => one.isSure && one.fromS > untilS + slackS && one.untilS < atS - slackS,
    );
    const mayBeTooYoung = hasSlip || against.some((one) => one.untilS >= fromS - slackS);
    if (isTooYoung) continue;
    perhaps |= bit;
    if (!mayBeTooYoung) surely |= held & bit;
  }
  return { surely, perhaps, atS, sequence, slackS };
}

/** Whether evidence of one reason keeps another from being released. */
function speaksAgainst(evidence: number, rule: number): boolean {
  const groupOf = (one: number): number => (one === RULE.lost ? 2 : TOLD.includes(one) ? 1 : 0);
  return groupOf(evidence) === groupOf(rule);
}

function isLiftable(rule: number, rules: Rules): boolean {
  if (NEVER.includes(rule) || rule > RULE.slip) return false;
  return VERDICTS.indexOf(worstOf(1 << rule, rules)) < VERDICTS.indexOf('expired');
}

/** Reasons that people gave a kit, by its own records. */
export function toldBy(kit: KitRecords): number {
  const { records } = kit;
  const isDecided = (decision: number): boolean =>
    records.some((timed) => {
      return timed.record.type === 'decision' && field(timed, 'decision') === decision;
    });
  const named = releasesOf(kit).reduce((bits, timed) => bits | field(timed, 'reasons'), 0);
  let bits = named === 0 ? 0 : 1 << RULE.released;
  if (isDecided(DECISION.hold)) bits |= 1 << RULE.hold;
  if (isDecided(DECISION.discard)) bits |= 1 << RULE.discarded;
  const hasSlip = records.some(({ record }) => record.type === 'slip');
  return hasSlip ? bits | (1 << RULE.slip) | (1 << RULE.hold) : bits;
}

/** The verdicts that a set of reasons may lead to; none where it cannot be the set. */
export function verdictsOf(
  reasons: number,
  rules: Rules,
  { surely, perhaps }: Released,
): readonly Verdict[] {
  const must = reasons & surely;
  if ((reasons & (1 << RULE.released)) === 0) return must === 0 ? [worstOf(reasons, rules)] : [];
  const lifted = reasons & perhaps;
  if (lifted === 0) return [];
  const best = worstOf(reasons & ~lifted, rules);
  const found = new Set<Verdict>([best]);
  for (let rule = 0; rule < 32; rule++) {
    const bit = 1 << rule;
    if ((lifted & ~must & bit) === 0 || lifted === bit) continue; // one at least is released
    const kept = worstOf(bit, rules);
    if (VERDICTS.indexOf(kept) > VERDICTS.indexOf(best)) found.add(kept);
  }
  return VERDICTS.filter((verdict) => found.has(verdict));
}

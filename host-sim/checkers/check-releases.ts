/**
 * Hands on which verdicts a kit's reasons may lead to when quality has released some of them:
 * those that it named and may lift are left out, as long as nothing younger speaks for them. Which
 * of them count again is checked by what the record's own bit says: with `released` at least one
 * is left out, without it none.
 */
import { DECISION } from '../../firmware/core/record/schema.js';
import { RULE, VERDICTS, type Verdict } from './codes.js';
import { worstOf } from './expected.js';
import type { Rules } from './input.js';
import { type KitRecords, field } from './journal-view.js';

/** What no release lifts: the passing of time, scans and clocks, an example, mixing, a discard. */
const NEVER: readonly number[] = [
  ...[RULE.clockUnset, RULE.probeFault, RULE.expired, RULE.useByElapsed, RULE.discarded],
  ...[RULE.returnedUnscanned, RULE.exampleProfile, RULE.mixed, RULE.released],
];

/** Reasons that decisions before a record named for release, as bits. */
export function releasedBy({ records }: KitRecords, sequence: number): number {
  return records
    .filter(({ record }) => record.type === 'decision' && record.sequence < sequence)
    .filter((timed) => field(timed, 'decision') === DECISION.release)
    .reduce((bits, timed) => bits | field(timed, 'reasons'), 0);
}

/** Reasons that people gave a kit, by its own records. */
export function toldBy(kit: KitRecords): number {
  const { records } = kit;
  const isDecided = (decision: number): boolean =>
    records.some((timed) => {
      return timed.record.type === 'decision' && field(timed, 'decision') === decision;
    });
  let bits = releasedBy(kit, Infinity) === 0 ? 0 : 1 << RULE.released;
  if (isDecided(DECISION.hold)) bits |= 1 << RULE.hold;
  if (isDecided(DECISION.discard)) bits |= 1 << RULE.discarded;
  const hasSlip = records.some(({ record }) => record.type === 'slip');
  return hasSlip ? bits | (1 << RULE.slip) | (1 << RULE.hold) : bits;
}

/** The verdicts that a set of reasons may lead to, `named` of them released. */
export function verdictsOf(reasons: number, rules: Rules, named: number): readonly Verdict[] {
  const worst = worstOf(reasons, rules);
  if ((reasons & (1 << RULE.released)) === 0) return [worst];
  let kept = reasons;
  for (let rule = 0; rule < 32; rule++) {
    const bit = 1 << rule;
    if ((reasons & named & bit) === 0 || NEVER.includes(rule)) continue;
    if (VERDICTS.indexOf(worstOf(bit, rules)) < VERDICTS.indexOf('expired')) kept &= ~bit;
  }
  if (kept === reasons) return [];
  const best = worstOf(kept, rules);
  return VERDICTS.slice(VERDICTS.indexOf(best), VERDICTS.indexOf(worst) + 1);
}

/**
 * What people decide about a kit, beside what was measured: held, not to be used, or released. A
 * release takes reasons out of the verdict that quality has looked at, and names them still; what
 * comes about later, or goes on, counts again (`marks.ts`). It never lifts what leads to `expired`
 * or `discard`, what the passing of time says (expiry, use-by), and what only a scan or a clock
 * ends.
 */
import { VERDICT } from '../units.js';
import { COMMON, KIT, KIT_COUNT_MAX, kitAt, VERDICT_STALE } from './kits.js';
import { reopen } from './marks.js';
import { profileAt } from './profile.js';
import { REASON } from './reasons.js';
import { verdictOf } from './verdict.js';

const HOLD_BIT = 1 << REASON.hold;
const SLIP_BIT = 1 << REASON.slip;
const LOST_BIT = 1 << REASON.lost;
const GAP_BIT = 1 << REASON.gap;
/** Reasons that people gave, and those that all kits have in common. */
const TOLD = HOLD_BIT | SLIP_BIT;
const MEASURED =
  0xff | // zones
  (1 << REASON.budget) |
  (1 << REASON.gap) |
  (1 << REASON.shockDrop) |
  (1 << REASON.shockSevere) |
  (1 << REASON.lidOpen) |
  (1 << REASON.calibration) |
  (1 << REASON.disagree) |
  (1 << REASON.tilt) |
  (1 << REASON.humidity) |
  (1 << REASON.light);
/** Reasons that a release may lift, as far as they do not lead to `expired` or `discard`. */
export const RELEASABLE = MEASURED | TOLD | LOST_BIT;

/** Holds a kit back, for quality or for a recall; `sequence` is the record that says so. */
export function hold(words: Int32Array, kit: number, sequence: number): void {
  tell(words, kitAt(kit), HOLD_BIT, sequence);
}

/** What a kit went through elsewhere is not known; `sequence` is the record that says so. */
export function slipUnknown(words: Int32Array, kit: number, sequence: number): void {
  tell(words, kitAt(kit), SLIP_BIT, sequence);
}

/** A kit is not to be used, whatever was measured; nothing lifts that. */
export function discard(words: Int32Array, kit: number): void {
  const at = kitAt(kit);
  words[at + KIT.sticky] = words[at + KIT.sticky]! | (1 << REASON.discarded);
}

/**
 * Releases the named reasons (bits) of a kit, as far as a release may lift them and nothing younger
 * than `reviewedSequence`, the last record that was looked at, speaks for them.
 */
export function release(
  words: Int32Array,
  rules: Int32Array,
  kit: number,
  reasons: number,
  reviewedSequence: number,
): void {
  const at = kitAt(kit);
  let liftable = 0;
  if (words[at + KIT.evidenceSequence]! <= reviewedSequence) liftable |= MEASURED;
  if (words[at + KIT.holdSequence]! <= reviewedSequence) liftable |= TOLD;
  liftable &= words[at + KIT.sticky]!;
  const hasLost = words[COMMON.lostRecords] !== 0;
  if (hasLost && words[COMMON.lostSequence]! <= reviewedSequence) liftable |= LOST_BIT;
  liftable &= reasons;
  const profile = profileAt(words[at + KIT.profile]!);
  for (let reason = 0; liftable >> reason !== 0; reason++) {
    if ((liftable & (1 << reason)) === 0) continue;
    if (verdictOf(reason, rules, profile) >= VERDICT.expired) liftable &= ~(1 << reason);
  }
  if (liftable === 0) return;
  const isOver = (words[at + KIT.inside]! & GAP_BIT) === 0;
  if ((liftable & GAP_BIT) !== 0 && isOver) words[at + KIT.gapS] = 0; // what cuts take counts anew
  words[at + KIT.released] = words[at + KIT.released]! | liftable;
  words[at + KIT.stale] = words[at + KIT.stale]! | VERDICT_STALE;
}

/** Records were lost, and `sequence` tells of it: for every kit. */
export function speakForLoss(words: Int32Array, sequence: number): void {
  words[COMMON.lostSequence] = sequence;
  for (let kit = 0; kit < KIT_COUNT_MAX; kit++) reopen(words, kitAt(kit), LOST_BIT);
}

function tell(words: Int32Array, at: number, bit: number, sequence: number): void {
  words[at + KIT.sticky] = words[at + KIT.sticky]! | bit;
  words[at + KIT.holdSequence] = sequence;
  reopen(words, at, bit);
}

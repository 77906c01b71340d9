/**
 * From a kit's words to its verdict: every reason that holds is kept, and the verdict is the worst
 * of theirs. What each reason leads to stands in `reasons.ts` (fixed) and in the profile (zones,
 * budget, shocks, lid). Table: PROFILE.md, "Verdicts".
 */
import { ZONE_COUNT_MAX } from '../limits.js';
import { CUSTODY, VERDICT } from '../units.js';
import { COMMON, KIT } from './kits.js';
import { placeOf, PROFILE, profileAt, RULE } from './profile.js';
import { FIXED_VERDICT, REASON, REASON_COUNT } from './reasons.js';

/** Reasons that hold for every kit alike, as bits. */
export function commonReasons(words: Int32Array): number {
  const clock = words[COMMON.wallKnown] === 0 ? 1 << REASON.clockUnset : 0;
  return words[COMMON.lostRecords] === 0 ? clock : clock | (1 << REASON.lost);
}

/**
 * All reasons that hold for a kit now, as bits. Its words are at `at`, those of the profiles are
 * `rules`; `common` is `commonReasons`, `wallS` `wallNow`.
 */
export function reasonsOf(
  words: Int32Array,
  rules: Int32Array,
  at: number,
  common: number,
  wallS: number,
  isHardware: boolean,
): number {
  let reasons = words[at + KIT.sticky]! | (words[at + KIT.inside]! & (1 << REASON.probeFault));
  reasons |= common;
  if ((common & (1 << REASON.clockUnset)) !== 0) {
    // A lost clock takes no expiry back; one that is set again judges anew.
    reasons |= words[at + KIT.recordedReasons]! & (1 << REASON.expired);
  } else if (wallS > words[at + KIT.expiryWallS]!) reasons |= 1 << REASON.expired;
  if (isHardware && rules[profileAt(words[at + KIT.profile]!) + PROFILE.isExample] === 1) {
    reasons |= 1 << REASON.exampleProfile;
  }
  if (words[at + KIT.mixedAtS] !== 0 || words[at + KIT.custody] === CUSTODY.mixed) {
    reasons |= 1 << REASON.mixed;
  }
  if ((words[at + KIT.released]! & reasons) !== 0) reasons |= 1 << REASON.released;
  return reasons;
}

/** Wall time of the record applied last; meaningless while the clock is unset. */
export function wallNow(words: Int32Array): number {
  return words[COMMON.wallOffsetS]! + words[COMMON.nowS]! - words[COMMON.bootElapsedS]!;
}

/** The worst verdict that any of the reasons leads to; `profile` is where its words are. */
export function worstVerdict(reasons: number, rules: Int32Array, profile: number): number {
  let worst: number = VERDICT.usable;
  for (let reason = 0; reason < REASON_COUNT; reason++) {
    if ((reasons & (1 << reason)) === 0) continue;
    const verdict = verdictOf(reason, rules, profile);
    if (verdict > worst) worst = verdict;
  }
  return worst;
}

/** What a reason alone leads to; `profile` is where its words are. */
export function verdictOf(reason: number, rules: Int32Array, profile: number): number {
  if (reason < ZONE_COUNT_MAX) return verdictAt(reason, rules, profile);
  switch (reason) {
    case REASON.budget:
      return rules[profile + PROFILE.budgetVerdict]!;
    case REASON.shockDrop:
      return rules[profile + PROFILE.dropVerdict]!;
    case REASON.shockSevere:
      return rules[profile + PROFILE.severeVerdict]!;
    case REASON.lidOpen:
      return rules[profile + PROFILE.lidVerdict]!;
    case REASON.disagree:
    case REASON.tilt:
    case REASON.humidity:
    case REASON.light:
      return verdictAt(placeOf(reason, rules, profile), rules, profile);
    default:
      return FIXED_VERDICT[reason]!;
  }
}

function verdictAt(place: number, rules: Int32Array, profile: number): number {
  return rules[profile + PROFILE.rules + place * RULE.words + RULE.verdict]!;
}

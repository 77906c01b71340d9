/**
 * From a kit's words to its verdict: every reason that holds is kept, and the verdict is the worst
 * of theirs. What each reason leads to stands in `reasons.ts` (fixed) and in the profile (zones,
 * budget, shocks, lid). Table: PROFILE.md, "Verdicts".
 */
import { ZONE_COUNT_MAX } from '../limits.js';
import { CUSTODY, VERDICT } from '../units.js';
import { COMMON, KIT, kitAt } from './kits.js';
import type { ProfileTable } from './profile.js';
import { FIXED_VERDICT, REASON, REASON_COUNT } from './reasons.js';

/** All reasons that hold for a kit now, as bits. */
export function reasonsOf(
  words: Int32Array,
  profiles: ProfileTable,
  kit: number,
  isHardware: boolean,
): number {
  const at = kitAt(kit);
  let reasons = words[at + KIT.sticky]! | (words[at + KIT.inside]! & (1 << REASON.probeFault));
  if (words[COMMON.wallKnown] === 0) {
    // A lost clock takes no expiry back; one that is set again judges anew.
    const was = words[at + KIT.recordedReasons]! & (1 << REASON.expired);
    reasons |= (1 << REASON.clockUnset) | was;
  } else {
    const wallS = wallNow(words);
    if (wallS > words[at + KIT.expiryWallS]!) reasons |= 1 << REASON.expired;
  }
  if (isHardware && profiles.isExample[words[at + KIT.profile]!] === 1) {
    reasons |= 1 << REASON.exampleProfile;
  }
  if (words[COMMON.lostRecords] !== 0) reasons |= 1 << REASON.lost;
  const custody = words[at + KIT.custody]!;
  if (words[at + KIT.mixedAtS] !== 0 || custody === CUSTODY.mixed) reasons |= 1 << REASON.mixed;
  return reasons;
}

/** Wall time of the record applied last; meaningless while the clock is unset. */
export function wallNow(words: Int32Array): number {
  return words[COMMON.wallOffsetS]! + words[COMMON.nowS]! - words[COMMON.bootElapsedS]!;
}

/** The worst verdict that any of the reasons leads to. */
export function worstVerdict(reasons: number, profiles: ProfileTable, profile: number): number {
  let worst: number = VERDICT.usable;
  for (let reason = 0; reason < REASON_COUNT; reason++) {
    if ((reasons & (1 << reason)) === 0) continue;
    const verdict = verdictOf(reason, profiles, profile);
    if (verdict > worst) worst = verdict;
  }
  return worst;
}

function verdictOf(reason: number, profiles: ProfileTable, profile: number): number {
  if (reason < ZONE_COUNT_MAX) return profiles.zoneVerdict[profile * ZONE_COUNT_MAX + reason]!;
  switch (reason) {
    case REASON.budget:
      return profiles.budgetVerdict[profile]!;
    case REASON.shockDrop:
      return profiles.dropVerdict[profile]!;
    case REASON.shockSevere:
      return profiles.severeVerdict[profile]!;
    case REASON.lidOpen:
      return profiles.lidVerdict[profile]!;
    default:
      return FIXED_VERDICT[reason]!;
  }
}

/**
 * The temperature zones of a kit's profile and the disagreement of its probes: which of them a
 * reading lies in, and how much of each allowance the time held in them has used. An excursion
 * comes about when used >= allowed, for an instant zone with the first reading inside. A stay ends
 * with a reading outside, or with the kit's leaving; a gap does not end it, for nobody saw the kit
 * leave the zone (PROFILE.md).
 */
import { KIT, kitAt, ZONE, zoneAt } from './kits.js';
import { ALLOWANCE, isInside, OPERATOR, PROFILE, RULE } from './profile.js';
import { REASON } from './reasons.js';

const DISAGREE_BIT = 1 << REASON.disagree;
/** Reasons that are stays of readings: zones, and probes that are apart. */
export const STAY_BITS = 0xff | DISAGREE_BIT;

export class Zones {
  private readonly words: Int32Array;
  private readonly rules: Int32Array;

  /** `words` are the durable KITS_WORDS, `rules` those of the profiles. */
  constructor(words: Int32Array, rules: Int32Array) {
    this.words = words;
    this.rules = rules;
  }

  /** Adds seconds held inside the stays whose bits are set; the profile's words are at `p`. */
  add(kit: number, p: number, inside: number, heldS: number): void {
    const { words, rules } = this;
    const at = kitAt(kit);
    let zone = zoneAt(kit, 0);
    let rule = p + PROFILE.rules;
    for (let left = inside & 0xff, bit = 1; left !== 0; left >>= 1, bit <<= 1) {
      if ((left & 1) !== 0) {
        const countS = words[zone + ZONE.countS]! + heldS;
        words[zone + ZONE.countS] = countS;
        const allowedS = rules[rule + RULE.allowanceS]!;
        if (countS >= allowedS && allowedS !== 0) this.comeAbout(at, bit); // 0: instant
      }
      zone += ZONE.words;
      rule += RULE.words;
    }
    if ((inside & DISAGREE_BIT) === 0) return;
    const place = rules[p + PROFILE.disagreePlace]!;
    const counted = zoneAt(kit, place);
    const countS = words[counted + ZONE.countS]! + heldS;
    words[counted + ZONE.countS] = countS;
    const allowedS = rules[p + PROFILE.rules + place * RULE.words + RULE.allowanceS]!;
    if (countS >= allowedS) this.comeAbout(at, DISAGREE_BIT);
  }

  /** Judges a reading: the bits of the stays that it lies in. `hot` and `cold` in centi-°C. */
  judge(kit: number, p: number, hot: number, cold: number, sequence: number): number {
    const { rules } = this;
    const place = rules[p + PROFILE.disagreePlace]!;
    const spread = hot - cold;
    let inside = 0;
    if (
      cold <= rules[p + PROFILE.quietAboveCentiC]! ||
      hot >= rules[p + PROFILE.quietBelowCentiC]!
    ) {
      inside = this.judgeZones(kit, p, hot, cold, sequence);
    }
    if (place < 0 || spread <= rules[p + PROFILE.quietSpreadCentiC]!) return inside;
    const isNew = (this.words[kitAt(kit) + KIT.inside]! & DISAGREE_BIT) === 0;
    this.stay(zoneAt(kit, place), ALLOWANCE.single, true, isNew, spread, sequence);
    return inside | DISAGREE_BIT;
  }

  private judgeZones(kit: number, p: number, hot: number, cold: number, sequence: number): number {
    const { words, rules } = this;
    const at = kitAt(kit);
    const before = words[at + KIT.inside]!;
    const count = rules[p + PROFILE.zoneCount]!;
    let inside = 0;
    let rule = p + PROFILE.rules;
    for (let z = 0; z < count; z++, rule += RULE.words) {
      const operator = rules[rule + RULE.operator]!;
      const isHot = operator <= OPERATOR.atOrAbove;
      const value = isHot ? hot : cold;
      if (!isInside(operator, rules[rule + RULE.limit]!, value)) continue;
      const bit = 1 << z;
      inside |= bit;
      const kind = rules[rule + RULE.allowance]!;
      this.stay(zoneAt(kit, z), kind, isHot, (before & bit) === 0, value, sequence);
      if (kind === ALLOWANCE.instant) this.comeAbout(at, bit);
    }
    return inside;
  }

  /** Begins or goes on with a stay, or with the sum of all stays, and keeps its extreme. */
  private stay(
    zone: number,
    kind: number,
    isHot: boolean,
    isNew: boolean,
    value: number,
    sequence: number,
  ): void {
    const { words } = this;
    const isSum = kind === ALLOWANCE.cumulative;
    if (isNew && !isSum) words[zone + ZONE.countS] = 0;
    const isBegun = isNew && (!isSum || words[zone + ZONE.startSequence] === 0);
    const extreme = words[zone + ZONE.extreme]!;
    const isWorse = isHot ? value > extreme : value < extreme;
    if (!isBegun && !isWorse) return;
    if (isBegun) words[zone + ZONE.startSequence] = sequence;
    words[zone + ZONE.extreme] = value;
    words[zone + ZONE.extremeSequence] = sequence;
  }

  /** An excursion of a stay has come about, unless this one is already recorded or due. */
  private comeAbout(at: number, bit: number): void {
    const { words } = this;
    words[at + KIT.sticky] = words[at + KIT.sticky]! | bit;
    if ((words[at + KIT.open]! & bit) === 0) {
      words[at + KIT.due] = words[at + KIT.due]! | bit;
    }
  }
}

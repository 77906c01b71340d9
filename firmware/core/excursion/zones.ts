/**
 * The temperature zones of a kit's profile: which of them a reading lies in, and how much of each
 * allowance the time held in them has used. An excursion comes about when used >= allowed, for an
 * instant zone with the first reading inside. A stay ends with a reading outside, or with the kit's
 * leaving; a gap does not end it, for nobody saw the kit leave the zone (PROFILE.md).
 */
import { KIT, kitAt, ZONE, zoneAt } from './kits.js';
import { ALLOWANCE, isInside, OPERATOR, PROFILE, RULE } from './profile.js';

export class Zones {
  private readonly words: Int32Array;
  private readonly rules: Int32Array;

  /** `words` are the durable KITS_WORDS, `rules` those of the profiles. */
  constructor(words: Int32Array, rules: Int32Array) {
    this.words = words;
    this.rules = rules;
  }

  /** Adds seconds held inside the zones whose bits are set; the profile's words are at `p`. */
  add(kit: number, p: number, inside: number, heldS: number): void {
    const { words, rules } = this;
    const at = kitAt(kit);
    for (let z = 0; z < rules[p + PROFILE.zoneCount]!; z++) {
      if ((inside & (1 << z)) === 0) continue;
      const zone = zoneAt(kit, z);
      const rule = p + PROFILE.rules + z * RULE.words;
      const usedS = words[zone + ZONE.usedS]! + heldS;
      const runS = words[zone + ZONE.runS]! + heldS;
      words[zone + ZONE.usedS] = usedS;
      words[zone + ZONE.runS] = runS;
      const kind = rules[rule + RULE.allowance]!;
      const spentS = kind === ALLOWANCE.cumulative ? usedS : runS;
      if (kind !== ALLOWANCE.instant && spentS >= rules[rule + RULE.allowanceS]!) {
        this.comeAbout(at, z);
      }
    }
  }

  /** Judges a reading: the bits of the zones that it lies in. `hot` and `cold` in centi-°C. */
  judge(kit: number, p: number, hot: number, cold: number, sequence: number): number {
    const { words, rules } = this;
    if (cold > rules[p + PROFILE.quietAboveCentiC]! && hot < rules[p + PROFILE.quietBelowCentiC]!) {
      return 0;
    }
    const at = kitAt(kit);
    const before = words[at + KIT.inside]!;
    let inside = 0;
    for (let z = 0; z < rules[p + PROFILE.zoneCount]!; z++) {
      const rule = p + PROFILE.rules + z * RULE.words;
      const operator = rules[rule + RULE.operator]!;
      const isHot = operator <= OPERATOR.atOrAbove;
      const value = isHot ? hot : cold;
      if (!isInside(operator, rules[rule + RULE.limitCentiC]!, value)) continue;
      inside |= 1 << z;
      const isNew = (before & (1 << z)) === 0;
      const kind = rules[rule + RULE.allowance]!;
      const zone = zoneAt(kit, z);
      if (isNew) words[zone + ZONE.runS] = 0;
      const isFirst = kind !== ALLOWANCE.cumulative || words[zone + ZONE.startSequence] === 0;
      this.stay(zone, isHot, isNew && isFirst, value, sequence);
      if (kind === ALLOWANCE.instant) this.comeAbout(at, z);
    }
    return inside;
  }

  /** Begins or goes on with a stay, or with the sum of all stays, and keeps its extreme. */
  private stay(
    zone: number,
    isHot: boolean,
    isBegun: boolean,
    value: number,
    sequence: number,
  ): void {
    const { words } = this;
    const extreme = words[zone + ZONE.extremeCentiC]!;
    const isWorse = isHot ? value > extreme : value < extreme;
    if (!isBegun && !isWorse) return;
    if (isBegun) words[zone + ZONE.startSequence] = sequence;
    words[zone + ZONE.extremeCentiC] = value;
    words[zone + ZONE.extremeSequence] = sequence;
  }

  /** An excursion of a zone has come about, unless this one is already recorded or due. */
  private comeAbout(at: number, z: number): void {
    const { words } = this;
    words[at + KIT.sticky] = words[at + KIT.sticky]! | (1 << z);
    if ((words[at + KIT.open]! & (1 << z)) === 0) {
      words[at + KIT.due] = words[at + KIT.due]! | (1 << z);
    }
  }
}

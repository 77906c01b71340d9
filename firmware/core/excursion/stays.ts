/**
 * One kit's stay aboard: the time that a reading held for it is added to its zones and its budget,
 * what is longer is a gap, and the next reading is held. `exposure.ts` says when.
 */
import type { Limits } from '../limits.js';
import { COMMON, KIT, slotAt, SLOT } from './kits.js';
import { comeAbout, rest, speakFor } from './marks.js';
import { PROFILE, profileAt, rateAt, USE_BY_UNSET } from './profile.js';
import { REASON } from './reasons.js';
import { STAY_BITS, Zones } from './zones.js';

const GAP_BIT = 1 << REASON.gap;
const PROBE_BIT = 1 << REASON.probeFault;
const BUDGET_BIT = 1 << REASON.budget;
const USE_BY_BIT = 1 << REASON.useByElapsed;
const CALIBRATION_BIT = 1 << REASON.calibration;
const ZONE_BITS = 0xff;
const INT32_MAX = 0x7fffffff;
/** Length of a gap that nobody can tell. */
export const GAP_UNKNOWN_S = -1;

export class Stays {
  protected readonly words: Int32Array;
  protected readonly rules: Int32Array;
  protected readonly slotProbes: Uint8Array;
  /** The record that is being applied: evidence of whatever comes about through it. */
  protected sequence = 0;
  /** Bits of kits whose marks may be others since the reading began. */
  protected changed = 0;
  /** What the reading gives for the kits that are looked at. */
  protected hot = 0;
  protected cold = 0;
  protected probes = 0;
  private readonly zones: Zones;
  private readonly samplePeriodS: number;

  constructor(words: Int32Array, rules: Int32Array, limits: Limits) {
    this.words = words;
    this.rules = rules;
    this.zones = new Zones(words, rules);
    this.slotProbes = limits.slotProbes;
    this.samplePeriodS = limits.samplePeriodS;
  }

  /** A reading of a kit that is or was in a zone, that has a gap, or whose stay has just begun. */
  protected kitRead(kit: number, at: number, nowS: number): void {
    this.changed |= 1 << kit;
    this.kitUntil(kit, at, nowS);
    this.kitHolds(kit, at);
  }

  /** Where the words are of what a kit's slot holds. */
  protected heldBy(at: number): number {
    const { slotProbes } = this;
    let slot = this.words[at + KIT.slot]!;
    while (slot > 0 && slotProbes[slot - 1] === slotProbes[slot]) slot--;
    return slotAt(slot);
  }

  /** The record that holds for a kit: a reading of its stay, or what began the stay. */
  protected heldSequence(at: number, held: number): number {
    const { words } = this;
    const isOfStay = words[held + SLOT.readAtS]! > words[at + KIT.fromS]!;
    return isOfStay ? words[held + SLOT.sequence]! : words[at + KIT.heldSequence]!;
  }

  private isCalibrated(p: number, probes: number): boolean {
    if (this.rules[p + PROFILE.needsCalibration] !== 1) return true;
    return (probes & this.words[COMMON.calibrated]!) !== 0;
  }

  /** A gap beyond the allowance: a new one, or the one that lasts has become longer. */
  protected gap(at: number, lengthS: number, heldSequence: number): void {
    const words = this.words;
    const knownS = words[at + KIT.gapS]!;
    const marks = words[at + KIT.inside]! | words[at + KIT.open]! | words[at + KIT.due]!;
    if ((marks & GAP_BIT) !== 0) {
      if (knownS === GAP_UNKNOWN_S) {
        speakFor(words, at, GAP_BIT, this.sequence); // nobody can tell that it is no longer
        return;
      }
      if (lengthS <= knownS && lengthS !== GAP_UNKNOWN_S) return;
      words[at + KIT.gapS] = lengthS;
      speakFor(words, at, GAP_BIT, this.sequence);
      return;
    }
    words[at + KIT.gapS] = lengthS;
    words[at + KIT.gapSequence] = heldSequence;
    words[at + KIT.sticky] = words[at + KIT.sticky]! | GAP_BIT;
    words[at + KIT.due] = words[at + KIT.due]! | GAP_BIT;
    speakFor(words, at, GAP_BIT, this.sequence);
  }

  /**
   * Power was lost for a time that is known: what no reading stands for, beyond one sample period,
   * is added up in the life of the kit, and more of it than one gap may last is a gap. Until there
   * is one, `gapS` holds that sum.
   */
  protected lose(at: number, nowS: number): void {
    const { words } = this;
    const unreleased = words[at + KIT.sticky]! & ~words[at + KIT.released]!;
    if ((unreleased & GAP_BIT) !== 0) return; // there is one already
    const held = this.heldBy(at);
    const fromS = words[at + KIT.fromS]!;
    const readAtS = words[held + SLOT.readAtS]! - 1;
    const lostS = nowS - (readAtS > fromS ? readAtS : fromS) - this.samplePeriodS;
    if (lostS <= 0) return;
    const knownS = words[at + KIT.gapS]!;
    const sumS = knownS === GAP_UNKNOWN_S ? lostS : knownS + lostS; // that one was released
    const allowedS = this.rules[profileAt(words[at + KIT.profile]!) + PROFILE.gapAllowanceS]!;
    if (sumS > allowedS) this.gap(at, sumS, this.heldSequence(at, held));
    else words[at + KIT.gapS] = sumS;
  }

  /** Adds the time that the slot's last reading stands for. */
  protected kitUntil(kit: number, at: number, nowS: number): void {
    const { words, rules } = this;
    const p = profileAt(words[at + KIT.profile]!);
    const held = this.heldBy(at);
    const fromS = words[at + KIT.fromS]!;
    const blindToS = words[COMMON.blindToS]!;
    let readAtS = words[held + SLOT.readAtS]! - 1;
    if (readAtS < blindToS && blindToS <= fromS) readAtS = -1;
    const baseS = readAtS > fromS ? readAtS : fromS;
    const gapAllowanceS = rules[p + PROFILE.gapAllowanceS]!;
    if (nowS - baseS > gapAllowanceS) {
      this.gap(at, nowS - baseS, this.heldSequence(at, held));
      words[at + KIT.inside] = words[at + KIT.inside]! | GAP_BIT;
    }
    const holdsToS = readAtS < 0 ? fromS : readAtS + gapAllowanceS;
    const untilS = nowS < holdsToS ? nowS : holdsToS;
    const accruedToS = words[at + KIT.accruedToS]!;
    const heldS = untilS - (accruedToS > baseS ? accruedToS : baseS);
    if (heldS <= 0) return;
    words[at + KIT.accruedToS] = untilS;
    const inside = words[at + KIT.inside]! & STAY_BITS;
    let seen = inside;
    if (rules[p + PROFILE.knotCount]! > 0) {
      const rate = rateAt(rules, p, words[held + SLOT.values]! >> 16);
      const usedS = spend(words, at, ((rate / 1000) | 0) * heldS, (rate % 1000) * heldS);
      if (usedS >= rules[p + PROFILE.budgetS]!) this.spent(kit, at);
      if ((inside & ZONE_BITS) !== 0) seen |= BUDGET_BIT;
    }
    if (inside === 0) return;
    this.zones.add(kit, p, inside, heldS);
    seen &= words[at + KIT.sticky]!;
    if (seen !== 0) speakFor(words, at, seen, this.sequence);
  }

  /** Whether a mixed kit's use-by has passed; kept from then on. */
  protected mixedUntil(kit: number, at: number, nowS: number): void {
    const words = this.words;
    const useByS = this.rules[profileAt(words[at + KIT.profile]!) + PROFILE.useByS]!;
    if (useByS === USE_BY_UNSET || nowS - words[at + KIT.mixedAtS]! < useByS) return;
    words[at + KIT.sticky] = words[at + KIT.sticky]! | USE_BY_BIT;
    this.changed |= 1 << kit;
  }

  /** The budget is spent; only the first time is news. */
  protected spent(kit: number, at: number): void {
    if ((this.words[at + KIT.sticky]! & BUDGET_BIT) !== 0) return;
    comeAbout(this.words, at, BUDGET_BIT, this.sequence);
    this.changed |= 1 << kit;
  }

  /** What the kit's slot holds from now on decides which zones it is inside of. */
  private kitHolds(kit: number, at: number): void {
    const { words, hot, cold, sequence } = this;
    const before = words[at + KIT.inside]!;
    if (this.probes === 0) {
      // Its probes were asked and gave nothing: a fault once the gap is beyond the allowance.
      if ((before & GAP_BIT) !== 0) words[at + KIT.inside] = before | PROBE_BIT;
      return;
    }
    const p = profileAt(words[at + KIT.profile]!);
    this.restOn(at, p, this.probes);
    const inside = this.zones.judge(kit, p, hot, cold, sequence);
    words[at + KIT.inside] = inside;
    if ((before & ~inside) !== 0) rest(words, at, before & ~inside & STAY_BITS);
    const seen = inside & words[at + KIT.sticky]!;
    if (seen !== 0) speakFor(words, at, seen, sequence);
  }

  /** What is held rests on these probes: where none of them is calibrated, nobody knows. */
  protected restOn(at: number, p: number, probes: number): void {
    if (this.isCalibrated(p, probes)) return;
    this.words[at + KIT.sticky] = this.words[at + KIT.sticky]! | CALIBRATION_BIT;
    speakFor(this.words, at, CALIBRATION_BIT, this.sequence);
  }
}

/**
 * Takes a cost from a kit's budget, whole seconds and 1/1000 s apart, so that a day at any rate
 * fits an int32; what is left of a second is carried on. Answers what has been used.
 */
export function spend(words: Int32Array, at: number, wholeS: number, milliS: number): number {
  const sumMilliS = milliS + words[at + KIT.budgetUsedRest]!;
  const carryS = (sumMilliS / 1000) | 0;
  words[at + KIT.budgetUsedRest] = sumMilliS - carryS * 1000;
  const sumS = words[at + KIT.budgetUsedS]! + wholeS + carryS;
  const usedS = sumS > INT32_MAX ? INT32_MAX : sumS;
  words[at + KIT.budgetUsedS] = usedS;
  return usedS;
}

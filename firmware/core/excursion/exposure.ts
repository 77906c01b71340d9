/**
 * Exposure: how long each kit has been where it should not be. Adds up at every sampling instant,
 * O(1) per kit and zone; a reading holds until the next one, at most for the profile's gap
 * allowance (design §4). Hot zones and the budget use the warmer of a slot's probes, cold zones the
 * colder. The same calls on the same records give the same words, live or after a restart.
 */
import { TEMPERATURE_ABSENT, CUSTODY } from '../units.js';
import type { Limits } from '../limits.js';
import { READING_TEMPERATURE, type RecordBuffer } from '../record/record.js';
import { SHOCK_FLAG } from '../record/schema.js';
import { COMMON, KIT, KIT_COUNT_MAX, kitAt, slotAt, SLOT } from './kits.js';
import { PROFILE, profileAt, rateAt, USE_BY_UNSET } from './profile.js';
import { REASON } from './reasons.js';
import { Zones } from './zones.js';

/** Fields of a SHOCK record that decide (record/schema.ts). */
const SHOCK_DELTA_V = 5;
const SHOCK_FREE_FALL = 6;
const SHOCK_FLAGS = 9;
const SHOCK_SLOTS = 12;

const bit = (reason: number): number => 1 << reason;
const GAP_BIT = bit(REASON.gap);
const PROBE_BIT = bit(REASON.probeFault);
const BUDGET_BIT = bit(REASON.budget);
const LID_BIT = bit(REASON.lidOpen);
const USE_BY_BIT = bit(REASON.useByElapsed);
const ZONE_BITS = 0xff;
const INT32_MAX = 0x7fffffff;
/** Length of a gap that nobody can tell. */
export const GAP_UNKNOWN_S = -1;

export class Exposure {
  private readonly words: Int32Array;
  private readonly rules: Int32Array;
  private readonly zones: Zones;
  private readonly slotCount: number;
  private readonly slotProbes: Uint8Array;

  /** `words` are the durable KITS_WORDS, `rules` those of the profiles. */
  constructor(words: Int32Array, rules: Int32Array, limits: Limits) {
    this.words = words;
    this.rules = rules;
    this.zones = new Zones(words, rules);
    this.slotCount = limits.slotCount;
    this.slotProbes = limits.slotProbes;
  }

  /** Applies a READING: what was held until now is added, then the new values are held. */
  reading(record: RecordBuffer, nowS: number): void {
    const { words } = this;
    this.pass(nowS);
    for (let slot = 0; slot < this.slotCount; slot++) {
      let hot = TEMPERATURE_ABSENT;
      let cold = TEMPERATURE_ABSENT;
      let mask = this.slotProbes[slot]!;
      for (let field = READING_TEMPERATURE; mask !== 0; field++, mask >>= 1) {
        if ((mask & 1) === 0) continue;
        const value = record.fields[field]!;
        if (value === TEMPERATURE_ABSENT) continue;
        if (hot === TEMPERATURE_ABSENT || value > hot) hot = value;
        if (cold === TEMPERATURE_ABSENT || value < cold) cold = value;
      }
      if (hot === TEMPERATURE_ABSENT) continue;
      const held = slotAt(slot);
      words[held + SLOT.readAtS] = nowS + 1;
      words[held + SLOT.hotCentiC] = hot;
      words[held + SLOT.coldCentiC] = cold;
    }
    let at = kitAt(0);
    for (let kit = 0; kit < KIT_COUNT_MAX; kit++, at += KIT.words) {
      if (words[at + KIT.custody] === CUSTODY.in) this.kitHolds(kit, at, nowS, record.sequence);
    }
  }

  /** Time has passed: what was held until now is added, and what has become a gap is one. */
  pass(nowS: number): void {
    const { words } = this;
    this.lidUntil(nowS);
    let at = kitAt(0);
    for (let kit = 0; kit < KIT_COUNT_MAX; kit++, at += KIT.words) {
      if (words[at + KIT.custody] !== CUSTODY.none) this.kitUntil(kit, at, nowS);
    }
  }

  /** Begins a stay aboard: packing, or being put back; `sequence` is the record that says so. */
  enter(kit: number, nowS: number, sequence: number): void {
    const at = kitAt(kit);
    this.words[at + KIT.fromS] = nowS;
    this.words[at + KIT.accruedToS] = nowS;
    this.words[at + KIT.inside] = 0;
    this.words[at + KIT.heldSequence] = sequence;
  }

  /** Ends a stay: what was held until now is added, and nothing is held any more. */
  leave(kit: number, nowS: number, sequence: number): void {
    const at = kitAt(kit);
    this.lidUntil(nowS);
    this.kitUntil(kit, at, nowS);
    this.rest(at, this.words[at + KIT.inside]! & ZONE_BITS);
    this.words[at + KIT.awaySinceS] = nowS;
    this.words[at + KIT.inside] = 0;
    this.words[at + KIT.heldSequence] = sequence;
  }

  /** The kit is back: its time outside the container is a gap beyond the gap allowance. */
  away(kit: number, nowS: number): void {
    const at = kitAt(kit);
    const awayS = nowS - this.words[at + KIT.awaySinceS]!;
    if (awayS > this.rules[profileAt(this.words[at + KIT.profile]!) + PROFILE.gapAllowanceS]!) {
      this.gap(at, awayS);
    }
  }

  /**
   * Marks a gap of unknown length on every kit aboard: power was lost without a clock. What was
   * read before is nothing to a kit that comes back later.
   */
  unknownDowntime(): void {
    let occupied = 0;
    for (let kit = 0; kit < KIT_COUNT_MAX; kit++) {
      const at = kitAt(kit);
      if (this.words[at + KIT.custody] !== CUSTODY.in) continue;
      this.gap(at, GAP_UNKNOWN_S);
      occupied |= bit(this.words[at + KIT.slot]!);
    }
    for (let slot = 0; slot < this.slotCount; slot++) {
      if ((occupied & bit(slot)) === 0) this.words[slotAt(slot) + SLOT.readAtS] = 0;
    }
  }

  /** The lid opens or closes: its open time counts for every kit aboard. */
  lid(isOpen: number, nowS: number): void {
    this.lidUntil(nowS);
    this.words[COMMON.lidOpen] = isOpen;
    this.words[COMMON.lidAccruedToS] = nowS;
    if (isOpen === 1) return;
    for (let kit = 0; kit < KIT_COUNT_MAX; kit++) this.rest(kitAt(kit), LID_BIT);
  }

  /** A SHOCK record: the profile's classes decide for each kit that was in. */
  shock(record: RecordBuffer): void {
    const words = this.words;
    const { fields } = record;
    for (let kit = 0; kit < KIT_COUNT_MAX; kit++) {
      const at = kitAt(kit);
      const slot = words[at + KIT.slot]!;
      if (words[at + KIT.custody] !== CUSTODY.in) continue;
      if ((fields[SHOCK_SLOTS]! & (1 << slot)) === 0) continue;
      const p = profileAt(words[at + KIT.profile]!);
      const deltaV = fields[SHOCK_DELTA_V]!;
      const clipped = (fields[SHOCK_FLAGS]! & SHOCK_FLAG.clipped) !== 0;
      let bits = 0;
      if (deltaV >= this.rules[p + PROFILE.severeDeltaVMmPerS]! || clipped) {
        bits = bit(REASON.shockSevere);
      } else if (
        deltaV >= this.rules[p + PROFILE.dropDeltaVMmPerS]! ||
        fields[SHOCK_FREE_FALL]! >= this.rules[p + PROFILE.dropFreeFallMs]!
      ) {
        bits = bit(REASON.shockDrop);
      }
      if (bits === 0 || (words[at + KIT.sticky]! & bits) !== 0) continue;
      this.comeAbout(at, bits);
      words[at + KIT.shockSequence] = record.sequence;
      words[at + KIT.shockDeltaVMmPerS] = deltaV;
    }
  }

  private lidUntil(nowS: number): void {
    const words = this.words;
    if (words[COMMON.lidOpen] === 0) return;
    const openS = nowS - words[COMMON.lidAccruedToS]!;
    if (openS <= 0) return; // a reading that was begun before the lid opened
    words[COMMON.lidAccruedToS] = nowS;
    for (let kit = 0; kit < KIT_COUNT_MAX; kit++) {
      const at = kitAt(kit);
      if (words[at + KIT.custody] !== CUSTODY.in) continue;
      const sinceS = nowS - words[at + KIT.fromS]!;
      if (sinceS <= 0) continue;
      const total = words[at + KIT.lidOpenS]! + (openS < sinceS ? openS : sinceS);
      words[at + KIT.lidOpenS] = total;
      const allowedS = this.rules[profileAt(words[at + KIT.profile]!) + PROFILE.lidAllowedS]!;
      if (total >= allowedS) this.comeAbout(at, LID_BIT);
    }
  }

  /** An excursion without an end has come about; only once per kit. */
  private comeAbout(at: number, bits: number): void {
    const words = this.words;
    if ((words[at + KIT.sticky]! & bits) !== 0) return;
    words[at + KIT.sticky] = words[at + KIT.sticky]! | bits;
    words[at + KIT.due] = words[at + KIT.due]! | bits;
  }

  /** A gap beyond the allowance: a new one, or the one that lasts has become longer. */
  private gap(at: number, lengthS: number): void {
    const words = this.words;
    const knownS = words[at + KIT.gapS]!;
    const marks = words[at + KIT.inside]! | words[at + KIT.open]! | words[at + KIT.due]!;
    if ((marks & GAP_BIT) !== 0) {
      if (knownS === GAP_UNKNOWN_S) return;
      if (lengthS > knownS || lengthS === GAP_UNKNOWN_S) words[at + KIT.gapS] = lengthS;
      return;
    }
    words[at + KIT.gapS] = lengthS;
    words[at + KIT.gapSequence] = words[at + KIT.heldSequence]!;
    words[at + KIT.sticky] = words[at + KIT.sticky]! | GAP_BIT;
    words[at + KIT.due] = words[at + KIT.due]! | GAP_BIT;
  }

  /** Adds the time that the slot's last reading stands for. */
  private kitUntil(kit: number, at: number, nowS: number): void {
    const { words, rules } = this;
    const custody = words[at + KIT.custody]!;
    if (custody !== CUSTODY.in) {
      if (custody === CUSTODY.mixed) this.mixedUntil(at, nowS);
      return;
    }
    const p = profileAt(words[at + KIT.profile]!);
    const slot = slotAt(words[at + KIT.slot]!);
    const fromS = words[at + KIT.fromS]!;
    const readAtS = words[slot + SLOT.readAtS]! - 1;
    const baseS = readAtS > fromS ? readAtS : fromS;
    const gapAllowanceS = rules[p + PROFILE.gapAllowanceS]!;
    if (nowS - baseS > gapAllowanceS) {
      this.gap(at, nowS - baseS);
      words[at + KIT.inside] = words[at + KIT.inside]! | GAP_BIT;
    }
    const holdsToS = readAtS < 0 ? fromS : readAtS + gapAllowanceS;
    const untilS = nowS < holdsToS ? nowS : holdsToS;
    const heldS = untilS - words[at + KIT.accruedToS]!;
    if (heldS <= 0) return;
    words[at + KIT.accruedToS] = untilS;
    if (rules[p + PROFILE.knotCount]! > 0) {
      this.spend(at, p, words[slot + SLOT.hotCentiC]!, heldS);
    }
    const inside = words[at + KIT.inside]! & ZONE_BITS;
    if (inside !== 0) this.zones.add(kit, p, inside, heldS);
  }

  /** Whether a mixed kit's use-by has passed; kept from then on. */
  private mixedUntil(at: number, nowS: number): void {
    const words = this.words;
    const useByS = this.rules[profileAt(words[at + KIT.profile]!) + PROFILE.useByS]!;
    if (useByS === USE_BY_UNSET || nowS - words[at + KIT.mixedAtS]! < useByS) return;
    words[at + KIT.sticky] = words[at + KIT.sticky]! | USE_BY_BIT;
  }

  private spend(at: number, p: number, hotCentiC: number, heldS: number): void {
    const words = this.words;
    const rate = rateAt(this.rules, p, hotCentiC);
    const whole = (rate / 1000) | 0; // apart, so that a day at any rate fits an int32
    const milliS = (rate - whole * 1000) * heldS + words[at + KIT.budgetUsedRest]!;
    const carryS = (milliS / 1000) | 0;
    words[at + KIT.budgetUsedRest] = milliS - carryS * 1000;
    const usedS = words[at + KIT.budgetUsedS]!;
    const moreS = whole * heldS + carryS;
    words[at + KIT.budgetUsedS] = usedS > INT32_MAX - moreS ? INT32_MAX : usedS + moreS;
    if (words[at + KIT.budgetUsedS]! >= this.rules[p + PROFILE.budgetS]!) {
      this.comeAbout(at, BUDGET_BIT);
    }
  }

  /** What the kit's slot holds from now on decides which zones it is inside of. */
  private kitHolds(kit: number, at: number, nowS: number, sequence: number): void {
    const { words } = this;
    const slot = slotAt(words[at + KIT.slot]!);
    if (words[slot + SLOT.readAtS] !== nowS + 1) {
      // Its probes were asked and gave nothing: a fault once the gap is beyond the allowance.
      const inside = words[at + KIT.inside]!;
      if ((inside & GAP_BIT) !== 0) words[at + KIT.inside] = inside | PROBE_BIT;
      return;
    }
    if (nowS > words[at + KIT.accruedToS]!) words[at + KIT.accruedToS] = nowS;
    words[at + KIT.heldSequence] = sequence;
    const p = profileAt(words[at + KIT.profile]!);
    const hot = words[slot + SLOT.hotCentiC]!;
    const cold = words[slot + SLOT.coldCentiC]!;
    const before = words[at + KIT.inside]!;
    const inside = this.zones.judge(kit, p, hot, cold, sequence);
    words[at + KIT.inside] = inside;
    if ((before & ~inside) !== 0) this.rest(at, before & ~inside & ZONE_BITS);
  }

  /** A stay has ended: where its excursion is recorded, the record's numbers are old. */
  private rest(at: number, bits: number): void {
    const { words } = this;
    words[at + KIT.stale] = words[at + KIT.stale]! | (words[at + KIT.open]! & bits);
  }
}

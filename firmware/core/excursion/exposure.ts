/**
 * Exposure: how long each kit has been where it should not be. Adds up at every sampling instant,
 * O(1) per kit and zone; a reading holds until the next one, at most for the profile's gap
 * allowance (design §4). Hot zones and the budget use the warmer of a slot's probes, cold zones the
 * colder. The same calls on the same records give the same words, live or after a restart.
 */
import { TEMPERATURE_ABSENT, CUSTODY } from '../units.js';
import { type Limits, SLOT_COUNT_MAX } from '../limits.js';
import { READING_HUMIDITY, READING_TEMPERATURE, type RecordBuffer } from '../record/record.js';
import { Air } from './air.js';
import { COMMON, KIT, KIT_COUNT_MAX, kitAt, slotAt, SLOT } from './kits.js';
import { rest } from './marks.js';
import { PROFILE, profileAt, rateAt } from './profile.js';
import { judgeShock } from './shocks.js';
import { AWAY_UNKNOWN } from './slip.js';
import { GAP_UNKNOWN_S, spend, Stays } from './stays.js';
import { STAY_BITS } from './zones.js';

const INT32_MAX = 0x7fffffff;

export class Exposure extends Stays {
  private readonly air: Air;
  private readonly slotCount: number;
  /** What is known of the kits aboard until another record than a reading changes it: `ask`. */
  private isAsked = false;
  private readonly kitIn = new Uint8Array(SLOT_COUNT_MAX);
  /** Bits of slots with a kit, and of those whose kit is in no zone and has no gap. */
  private filled = 0;
  private calm = 0;
  /** Bits of kits that are mixed, or in a slot with another one. */
  private apart = 0;
  /** Readings between these, no further apart and held no longer, say nothing of any kit. */
  private quietS = 0;
  private aboveCentiC = 0;
  private belowCentiC = 0;
  private spreadCentiC = 0;
  private needsCalibration = 0;

  /** `words` are the durable KITS_WORDS, `rules` those of the profiles. */
  constructor(words: Int32Array, rules: Int32Array, limits: Limits) {
    super(words, rules, limits);
    this.air = new Air(words, rules);
    this.slotCount = limits.slotCount;
  }

  /** Before any record but a reading is applied: it may change what is known of the kits. */
  begin(sequence: number): void {
    this.sequence = sequence;
    this.isAsked = false;
    this.air.humidFrom = -1;
    this.air.brightFrom = -1;
  }

  /**
   * Applies a READING: what was held until now is added, then the new values are held. Answers the
   * bits of the kits of which something may have come about.
   */
  reading(record: RecordBuffer, nowS: number): number {
    const { sequence } = record;
    this.sequence = sequence;
    if (!this.isAsked) this.ask();
    this.changed = this.air.until(nowS, sequence);
    if (this.apart !== 0) this.apartRead(record, nowS);
    this.slotsRead(record, nowS);
    return this.changed | this.air.humidity(record.fields[READING_HUMIDITY]!, nowS, sequence);
  }

  /** Time has passed: what was held until now is added, and what has become a gap is one. */
  pass(nowS: number): void {
    const { words } = this;
    this.air.until(nowS, this.sequence);
    for (let kit = 0; kit < KIT_COUNT_MAX; kit++) {
      const at = kitAt(kit);
      if (words[at + KIT.custody] === CUSTODY.in) this.kitUntil(kit, at, nowS);
      else if (words[at + KIT.custody] === CUSTODY.mixed) this.mixedUntil(kit, at, nowS);
    }
  }

  /** Power was lost for a known time: it counts at the value held before, and as time lost. */
  cut(nowS: number): void {
    this.pass(nowS);
    for (let kit = 0; kit < KIT_COUNT_MAX; kit++) {
      const at = kitAt(kit);
      if (this.words[at + KIT.custody] === CUSTODY.in) this.lose(at, nowS);
    }
  }

  /** Begins a stay aboard: packing, or being put back; `sequence` is the record that says so. */
  enter(kit: number, nowS: number, sequence: number): void {
    const { words } = this;
    const at = kitAt(kit);
    words[at + KIT.fromS] = nowS;
    words[at + KIT.accruedToS] = nowS;
    words[at + KIT.inside] = 0;
    words[at + KIT.heldSequence] = sequence;
    this.sequence = sequence;
    this.air.enter(kit, sequence);
    const held = this.heldBy(at);
    if (words[held + SLOT.readAtS]! <= words[COMMON.blindToS]!) return;
    this.restOn(at, profileAt(words[at + KIT.profile]!), words[held + SLOT.probes]!);
  }

  /** Ends a stay: what was held until now is added, and nothing is held any more. */
  leave(kit: number, nowS: number, sequence: number): void {
    const at = kitAt(kit);
    this.sequence = sequence;
    this.air.until(nowS, sequence);
    this.kitUntil(kit, at, nowS);
    rest(this.words, at, this.words[at + KIT.inside]! & STAY_BITS);
    this.words[at + KIT.awaySinceS] = nowS;
    this.words[at + KIT.inside] = 0;
    this.words[at + KIT.heldSequence] = sequence;
  }

  /** The kit is back: its time outside the container is a gap beyond the gap allowance. */
  away(kit: number, nowS: number): void {
    const at = kitAt(kit);
    const sinceS = this.words[at + KIT.awaySinceS]!;
    const awayS = sinceS === AWAY_UNKNOWN ? GAP_UNKNOWN_S : nowS - sinceS;
    const allowedS = this.rules[profileAt(this.words[at + KIT.profile]!) + PROFILE.gapAllowanceS]!;
    if (awayS <= allowedS && awayS !== GAP_UNKNOWN_S) return;
    this.gap(at, awayS, this.words[at + KIT.heldSequence]!);
  }

  /**
   * Marks a gap of unknown length on every kit aboard: power was lost without a clock. What was
   * read before is nothing to a kit that comes back later.
   */
  unknownDowntime(): void {
    const { words } = this;
    for (let kit = 0; kit < KIT_COUNT_MAX; kit++) {
      const at = kitAt(kit);
      words[at + KIT.awaySinceS] = AWAY_UNKNOWN; // if it is away, nobody knows for how long
      if (words[at + KIT.custody] !== CUSTODY.in) continue;
      this.gap(at, GAP_UNKNOWN_S, this.heldSequence(at, this.heldBy(at)));
    }
    words[COMMON.blindToS] = words[COMMON.nowS]!;
  }

  /** The lid opens or closes: its open time counts for every kit aboard. */
  lid(isOpen: number, nowS: number): void {
    this.air.lid(isOpen, nowS, this.sequence);
  }

  /** A LIGHT record: the light since the last one counts for every kit aboard. */
  light(lux: number, nowS: number): void {
    this.air.until(nowS, this.sequence);
    this.air.light(lux, nowS, this.sequence);
  }

  /** A SHOCK record: the profile's classes decide for each kit that was in. */
  shock(record: RecordBuffer): void {
    judgeShock(this.words, this.rules, record);
  }

  /** What is known of the kits aboard, and what is quiet for all of them. */
  private ask(): void {
    const { words } = this;
    this.isAsked = true;
    this.filled = 0;
    this.calm = 0;
    this.apart = 0;
    this.quietS = INT32_MAX;
    this.aboveCentiC = -INT32_MAX;
    this.belowCentiC = INT32_MAX;
    this.spreadCentiC = INT32_MAX;
    this.needsCalibration = 0;
    this.air.humidFrom = INT32_MAX;
    this.air.brightFrom = INT32_MAX;
    for (let kit = 0; kit < KIT_COUNT_MAX; kit++) {
      const at = kitAt(kit);
      const slot = words[at + KIT.slot]!;
      const isIn = words[at + KIT.custody] === CUSTODY.in;
      if (words[at + KIT.custody] === CUSTODY.mixed) this.apart |= 1 << kit;
      if (!isIn) continue;
      if ((this.filled & (1 << slot)) !== 0) this.apart |= 1 << kit;
      else this.kitIn[slot] = kit;
      this.filled |= 1 << slot;
      const isHeld = words[at + KIT.accruedToS]! < words[this.heldBy(at) + SLOT.readAtS]!;
      if (isHeld && words[at + KIT.inside] === 0) this.calm |= 1 << slot;
      this.narrow(profileAt(words[at + KIT.profile]!));
    }
  }

  private narrow(p: number): void {
    const { rules } = this;
    const gapS = rules[p + PROFILE.gapAllowanceS]!;
    const above = rules[p + PROFILE.quietAboveCentiC]!;
    const below = rules[p + PROFILE.quietBelowCentiC]!;
    const spread = rules[p + PROFILE.quietSpreadCentiC]!;
    if (gapS < this.quietS) this.quietS = gapS;
    if (above > this.aboveCentiC) this.aboveCentiC = above;
    if (below < this.belowCentiC) this.belowCentiC = below;
    if (spread < this.spreadCentiC) this.spreadCentiC = spread;
    this.needsCalibration |= rules[p + PROFILE.needsCalibration]!;
    this.air.ask(p);
  }

  /** Kits that are mixed have a use-by; kits that share a slot are not found by it. */
  private apartRead(record: RecordBuffer, nowS: number): void {
    const { words } = this;
    for (let kit = 0; kit < KIT_COUNT_MAX; kit++) {
      if ((this.apart & (1 << kit)) === 0) continue;
      const at = kitAt(kit);
      if (words[at + KIT.custody] !== CUSTODY.in) this.mixedUntil(kit, at, nowS);
      else {
        this.look(record, this.slotProbes[words[at + KIT.slot]!]!);
        this.kitRead(kit, at, nowS);
      }
    }
  }

  /**
   * Every slot takes the reading, and the kit that is in it. One that is calm and stays so adds to
   * its budget and nothing else; what slots side by side with the same probes have in common, and
   * their kits of one profile, is found once.
   */
  private slotsRead(record: RecordBuffer, nowS: number): void {
    const { words, rules, slotProbes, slotCount, kitIn, filled } = this;
    let { calm } = this;
    let mask = 0;
    let held = 0;
    let heldS = 0;
    let hot = 0;
    let isQuiet = false;
    let profile = -1;
    let budgetS = 0;
    let wholeS = 0; // what a hold costs that profile's budget, in seconds
    let milliS = 0; // and in 1/1000 s
    for (let slot = 0, bit = 1; slot < slotCount; slot++, bit <<= 1) {
      if (slotProbes[slot] !== mask) {
        if (slot > 0) this.hold(held, nowS);
        mask = slotProbes[slot]!;
        held = slotAt(slot);
        heldS = nowS + 1 - words[held + SLOT.readAtS]!;
        hot = words[held + SLOT.values]! >> 16;
        isQuiet = this.look(record, mask) && heldS > 0 && heldS <= this.quietS;
        profile = -1;
      }
      if ((filled & bit) === 0) continue;
      const at = kitAt(kitIn[slot]!);
      if (!isQuiet || (calm & bit) === 0) {
        this.kitRead(kitIn[slot]!, at, nowS);
        calm = words[at + KIT.inside] === 0 && this.probes !== 0 ? calm | bit : calm & ~bit;
        continue;
      }
      if (words[at + KIT.profile] !== profile) {
        profile = words[at + KIT.profile]!;
        const p = profileAt(profile);
        budgetS = rules[p + PROFILE.budgetS]!;
        const rate = budgetS === 0 ? 0 : rateAt(rules, p, hot);
        wholeS = ((rate / 1000) | 0) * heldS;
        milliS = (rate % 1000) * heldS;
      }
      if (budgetS === 0) continue;
      if (spend(words, at, wholeS, milliS) >= budgetS) this.spent(kitIn[slot]!, at);
    }
    this.calm = calm;
    this.hold(held, nowS);
  }

  /** What was looked at is held from now on; where it is nothing, what was held before. */
  private hold(held: number, nowS: number): void {
    const { words } = this;
    if (this.probes === 0) return;
    words[held + SLOT.readAtS] = nowS + 1;
    words[held + SLOT.values] = (this.hot << 16) | (this.cold & 0xffff);
    words[held + SLOT.probes] = this.probes;
    words[held + SLOT.sequence] = this.sequence;
  }

  /**
   * What the probes of a slot give in a reading: the warmer, the colder, and which of them do.
   * Answers whether it lies in no zone of any kit, says no disagreement, and counts.
   */
  private look({ fields }: RecordBuffer, mask: number): boolean {
    let hot = TEMPERATURE_ABSENT; // which is below all
    let cold = -TEMPERATURE_ABSENT;
    let probes = 0;
    for (let field = READING_TEMPERATURE, bit = 1; bit <= mask; field++, bit <<= 1) {
      if ((mask & bit) === 0) continue;
      const value = fields[field]!;
      if (value === TEMPERATURE_ABSENT) continue;
      probes |= bit;
      if (value > hot) hot = value;
      if (value < cold) cold = value;
    }
    this.hot = hot;
    this.cold = cold;
    this.probes = probes;
    if (probes === 0 || cold <= this.aboveCentiC || hot >= this.belowCentiC) return false;
    if (hot - cold > this.spreadCentiC) return false;
    return this.needsCalibration === 0 || (probes & this.words[COMMON.calibrated]!) !== 0;
  }
}

/**
 * What has come about but is not recorded yet, one record at a time: excursions that open or close,
 * verdicts that changed. It is derived from the durable words, so that a cut between a reading and
 * its excursion loses nothing and doubles nothing: after the restart it is still pending.
 */
import type { RecordBuffer } from '../record/record.js';
import { EXCURSION_PHASE, RECORD } from '../record/schema.js';
import { CUSTODY } from '../units.js';
import { lasting } from './air.js';
import { COMMON, KIT, KIT_COUNT_MAX, kitAt, VERDICT_STALE, ZONE, zoneAt } from './kits.js';
import { placeOf, PROFILE, profileAt, RULE } from './profile.js';
import { REASON, REASON_COUNT } from './reasons.js';
import { fillSlip, isSlipDue } from './slip.js';
import { commonReasons, reasonsOf, wallNow, worstVerdict } from './verdict.js';
import { STAY_BITS } from './zones.js';

/** Fields of EXCURSION and VERDICT that come back when the record is applied. */
export const EXCURSION_FIELD = Object.freeze({
  kit: 0,
  rule: 1,
  phase: 2,
  limit: 3,
  used: 4,
  allowed: 5,
  startSequence: 6,
  extreme: 7,
  extremeSequence: 8,
} as const);
export const VERDICT_FIELD = Object.freeze({ kit: 0, verdict: 1, reasons: 2, budgetLeftS: 3 });

const REASON_BITS = (1 << REASON_COUNT) - 1;
/** Excursions that end when their condition does: gaps, and stays whose allowance is not a sum. */
const ENDING = STAY_BITS | (1 << REASON.gap);
const ALL_KITS = (1 << KIT_COUNT_MAX) - 1;
const INT32_MAX = 0x7fffffff;

export class Pending {
  private readonly words: Int32Array;
  private readonly rules: Int32Array;
  private readonly isHardware: boolean;
  /** Bits of kits of which something may be pending; after a start, of all. */
  private changed = ALL_KITS;
  /** No kit expires before this wall time has passed; -1 when it is to be found anew. */
  private nextExpiryS = -1;

  /** `words` are the durable KITS_WORDS, `rules` those of the profiles. */
  constructor(words: Int32Array, rules: Int32Array, isHardware: boolean) {
    this.words = words;
    this.rules = rules;
    this.isHardware = isHardware;
  }

  /** Of these kits (bits) something may have come about. */
  note(kits: number): void {
    this.changed |= kits;
  }

  /** Of every kit something may have come about: any record but a reading was applied. */
  noteAll(): void {
    this.changed = ALL_KITS;
    this.nextExpiryS = -1;
  }

  /** Fills `record` with the next thing to record: 1, or 0 when all is recorded. */
  next(record: RecordBuffer, uptimeS: number): number {
    const { words } = this;
    const wallS = wallNow(words);
    const isPast = this.nextExpiryS >= 0 && wallS > this.nextExpiryS;
    if (isPast && words[COMMON.wallKnown] === 1) this.noteAll();
    if (this.changed === 0) return 0;
    const common = commonReasons(words);
    for (let kit = 0; kit < KIT_COUNT_MAX; kit++) {
      if ((this.changed & (1 << kit)) === 0) continue;
      if (this.nextOf(kit, common, wallS, record, uptimeS) === 1) return 1;
      this.changed &= ~(1 << kit);
    }
    if (this.nextExpiryS < 0) this.nextExpiryS = this.earliestExpiry(wallS);
    return 0;
  }

  private nextOf(
    kit: number,
    common: number,
    wallS: number,
    record: RecordBuffer,
    uptimeS: number,
  ): number {
    const { words, rules, isHardware } = this;
    const at = kitAt(kit);
    if (words[at + KIT.custody] === CUSTODY.none) return 0;
    if (this.nextExcursion(kit, at, record, uptimeS) === 1) return 1;
    const reasons = reasonsOf(words, rules, at, common, wallS, isHardware);
    const isRecorded = words[at + KIT.recordedVerdict] !== 0;
    const isStale = (words[at + KIT.stale]! & VERDICT_STALE) !== 0;
    if (!isRecorded || isStale || words[at + KIT.recordedReasons] !== reasons) {
      this.fillVerdict(kit, reasons, record, uptimeS);
      return 1;
    }
    if (!isSlipDue(words, at)) return 0;
    fillSlip(words, rules, kit, record, uptimeS);
    return 1;
  }

  /** The expiry that comes next, of kits that have one before them. */
  private earliestExpiry(wallS: number): number {
    const { words } = this;
    let earliestS = INT32_MAX;
    for (let kit = 0; kit < KIT_COUNT_MAX; kit++) {
      const at = kitAt(kit);
      const expiryS = words[at + KIT.expiryWallS]!;
      if (words[at + KIT.custody] === CUSTODY.none || expiryS < wallS) continue;
      if (expiryS < earliestS) earliestS = expiryS;
    }
    return earliestS;
  }

  /** Applies an EXCURSION record: it is recorded now. */
  excursion(record: RecordBuffer): void {
    const kit = record.fields[EXCURSION_FIELD.kit]!;
    this.note(1 << kit);
    const at = kitAt(kit);
    const bit = 1 << record.fields[EXCURSION_FIELD.rule]!;
    const words = this.words;
    const phase = record.fields[EXCURSION_FIELD.phase];
    words[at + KIT.due] = words[at + KIT.due]! & ~bit;
    words[at + KIT.stale] = words[at + KIT.stale]! & ~bit;
    if (phase === EXCURSION_PHASE.open) words[at + KIT.open] = words[at + KIT.open]! | bit;
    if (phase === EXCURSION_PHASE.close) words[at + KIT.open] = words[at + KIT.open]! & ~bit;
  }

  /** Applies a VERDICT record. */
  verdict(record: RecordBuffer): void {
    const kit = record.fields[VERDICT_FIELD.kit]!;
    this.note(1 << kit);
    const at = kitAt(kit);
    this.words[at + KIT.recordedReasons] = record.fields[VERDICT_FIELD.reasons]!;
    this.words[at + KIT.recordedVerdict] = record.fields[VERDICT_FIELD.verdict]! + 1;
    this.words[at + KIT.recordedBudgetLeftS] = record.fields[VERDICT_FIELD.budgetLeftS]!;
    this.words[at + KIT.stale] = this.words[at + KIT.stale]! & ~VERDICT_STALE;
  }

  /** Before a checkpoint: numbers that have moved since they were recorded are pending again. */
  refresh(): void {
    const { words, rules } = this;
    this.noteAll();
    for (let kit = 0; kit < KIT_COUNT_MAX; kit++) {
      const at = kitAt(kit);
      if (words[at + KIT.custody] !== CUSTODY.in) continue;
      const endless = rules[profileAt(words[at + KIT.profile]!) + PROFILE.endlessZones]!;
      let stale = endless & words[at + KIT.open]! & words[at + KIT.inside]!;
      stale |= words[at + KIT.open]! & lasting(words, rules, at);
      if (budgetLeftS(words, rules, kit) !== words[at + KIT.recordedBudgetLeftS]) {
        stale |= VERDICT_STALE | (words[at + KIT.open]! & (1 << REASON.budget));
      }
      words[at + KIT.stale] = words[at + KIT.stale]! | stale;
    }
  }

  private nextExcursion(kit: number, at: number, record: RecordBuffer, uptimeS: number): number {
    const { words } = this;
    const open = words[at + KIT.open]!;
    const ending = this.rules[profileAt(words[at + KIT.profile]!) + PROFILE.endlessZones]! ^ ENDING;
    const due = words[at + KIT.due]! & ~open;
    const over = open & ~words[at + KIT.inside]! & ending;
    const stale = words[at + KIT.stale]! & open & ~ending;
    const pending = due | over | stale;
    if ((pending & REASON_BITS) === 0) return 0;
    let reason = 0;
    while ((pending & (1 << reason)) === 0) reason++;
    const bit = 1 << reason;
    let phase: number = EXCURSION_PHASE.update;
    if ((due & bit) !== 0) phase = EXCURSION_PHASE.open;
    else if ((over & bit) !== 0) phase = EXCURSION_PHASE.close;
    this.fill(kit, reason, phase, record, uptimeS);
    return 1;
  }

  private fill(
    kit: number,
    reason: number,
    phase: number,
    record: RecordBuffer,
    uptimeS: number,
  ): void {
    record.begin(RECORD.excursion, uptimeS);
    const { fields } = record;
    fields[EXCURSION_FIELD.kit] = kit;
    fields[EXCURSION_FIELD.rule] = reason;
    fields[EXCURSION_FIELD.phase] = phase;
    const place = placeOf(reason, this.rules, profileAt(this.words[kitAt(kit) + KIT.profile]!));
    if (place >= 0) this.fillPlace(kit, place, fields);
    else this.fillOther(kit, reason, fields);
  }

  private fillPlace(kit: number, place: number, fields: Int32Array): void {
    const { rules } = this;
    const p = profileAt(this.words[kitAt(kit) + KIT.profile]!);
    const rule = p + PROFILE.rules + place * RULE.words;
    const zone = zoneAt(kit, place);
    fields[EXCURSION_FIELD.limit] = rules[rule + RULE.limit]!;
    fields[EXCURSION_FIELD.used] = this.words[zone + ZONE.countS]!;
    fields[EXCURSION_FIELD.allowed] = rules[rule + RULE.allowanceS]!;
    fields[EXCURSION_FIELD.startSequence] = this.words[zone + ZONE.startSequence]!;
    fields[EXCURSION_FIELD.extreme] = this.words[zone + ZONE.extreme]!;
    fields[EXCURSION_FIELD.extremeSequence] = this.words[zone + ZONE.extremeSequence]!;
  }

  private fillOther(kit: number, reason: number, fields: Int32Array): void {
    const { words, rules } = this;
    const at = kitAt(kit);
    const p = profileAt(words[at + KIT.profile]!);
    if (reason === REASON.budget) {
      fields[EXCURSION_FIELD.used] = words[at + KIT.budgetUsedS]!;
      fields[EXCURSION_FIELD.allowed] = rules[p + PROFILE.budgetS]!;
    } else if (reason === REASON.gap) {
      fields[EXCURSION_FIELD.used] = words[at + KIT.gapS]!;
      fields[EXCURSION_FIELD.allowed] = rules[p + PROFILE.gapAllowanceS]!;
      fields[EXCURSION_FIELD.startSequence] = words[at + KIT.gapSequence]!;
    } else if (reason === REASON.lidOpen) {
      fields[EXCURSION_FIELD.used] = words[at + KIT.lidOpenS]!;
      fields[EXCURSION_FIELD.allowed] = rules[p + PROFILE.lidAllowedS]!;
    } else {
      const isSevere = reason === REASON.shockSevere;
      const limit = isSevere ? PROFILE.severeDeltaVMmPerS : PROFILE.dropDeltaVMmPerS;
      fields[EXCURSION_FIELD.limit] = rules[p + limit]!;
      fields[EXCURSION_FIELD.extreme] = words[at + KIT.shockDeltaVMmPerS]!;
      fields[EXCURSION_FIELD.startSequence] = words[at + KIT.shockSequence]!;
      fields[EXCURSION_FIELD.extremeSequence] = words[at + KIT.shockSequence]!;
    }
  }

  private fillVerdict(kit: number, reasons: number, record: RecordBuffer, uptimeS: number): void {
    const { words, rules } = this;
    const p = profileAt(words[kitAt(kit) + KIT.profile]!);
    record.begin(RECORD.verdict, uptimeS);
    record.fields[VERDICT_FIELD.kit] = kit;
    const released = words[kitAt(kit) + KIT.released]!;
    record.fields[VERDICT_FIELD.verdict] = worstVerdict(reasons & ~released, rules, p);
    record.fields[VERDICT_FIELD.reasons] = reasons;
    record.fields[VERDICT_FIELD.budgetLeftS] = budgetLeftS(words, rules, kit);
  }
}

/** Seconds of stability budget left at the reference temperature, -1 without a budget. */
export function budgetLeftS(words: Int32Array, rules: Int32Array, kit: number): number {
  const at = kitAt(kit);
  const p = profileAt(words[at + KIT.profile]!);
  if (rules[p + PROFILE.knotCount] === 0) return -1;
  const left = rules[p + PROFILE.budgetS]! - words[at + KIT.budgetUsedS]!;
  return left > 0 ? left : 0;
}

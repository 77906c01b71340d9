/**
 * The one way in which a record changes the container's state: live, right after it was stored, and
 * again when the journal is replayed after a cold boot. Whatever is not changed here is not
 * durable. Fields are named by the tables of record/fields.ts, in their order.
 */
import { copy, getI32 } from '../core/bytes.js';
import { speakForLoss } from '../core/excursion/decide.js';
import type { Exposure } from '../core/excursion/exposure.js';
import { COMMON } from '../core/excursion/kits.js';
import type { Pending } from '../core/excursion/pending.js';
import { applySlip, forgetAwaited, slipOnCustody } from '../core/excursion/slip.js';
import { wallNow } from '../core/excursion/verdict.js';
import { FAULT } from '../core/faults.js';
import type { Journal } from '../core/journal/journal.js';
import type { RecordSink } from '../core/journal/recover.js';
import { PROBE_COUNT_MAX } from '../core/limits.js';
import { PLACE_EVENT, PLACE_EVENT_WORDS, type PlaceTracker } from '../core/place/place.js';
import type { RecordBuffer } from '../core/record/record.js';
import { RECORD } from '../core/record/schema.js';
import type { Sha256 } from '../core/sha256.js';
import { WALL_SOURCE } from '../core/units.js';
import {
  applyCalibration,
  applyCalibrationNotice,
  CALIBRATION,
  endCalibrations,
} from './calibration-words.js';
import { applyAccount, applyCustody, applyDecision, applyKit, applyNotice } from './kit-records.js';
import { CURSOR, type Memory, POWER, PROBE_GAP } from './memory.js';

/** Wall clock and uptime may run apart by this much before a CLOCK record says so. */
export const CLOCK_TOLERANCE_S = 5;
/** Two whole seconds that are compared may each be cut off. */
const ROUNDING_S = 1;
/** A longer time without power is no time but a wrong clock: 17 years. */
const DOWNTIME_MAX_S = 1 << 29;

/** Parts of the container that take part in the fold. */
export interface FoldParts {
  readonly memory: Memory;
  /** The profiles' words. */
  readonly rules: Int32Array;
  readonly exposure: Exposure;
  readonly pending: Pending;
  readonly place: PlaceTracker;
  readonly journal: Journal;
  /** For one hash at a time. */
  readonly sha: Sha256;
}

export class Fold implements RecordSink {
  /** Set while the journal is replayed: rooms that follow the world live are told, too. */
  isReplaying = false;
  private readonly words: Int32Array;
  private readonly parts: FoldParts;
  private readonly placeEvent = new Int32Array(PLACE_EVENT_WORDS);

  constructor(parts: FoldParts) {
    this.parts = parts;
    this.words = parts.memory.kits;
  }

  /** Applies one record. */
  apply(record: RecordBuffer): void {
    const { words, parts } = this;
    const nowS = words[COMMON.bootElapsedS]! + record.uptimeS;
    if (record.type !== RECORD.boot && nowS > words[COMMON.nowS]!) words[COMMON.nowS] = nowS;
    endCalibrations(parts.memory.calibration, words);
    switch (record.type) {
      case RECORD.reading:
        return parts.pending.note(parts.exposure.reading(record, nowS));
      case RECORD.excursion:
        return parts.pending.excursion(record);
      case RECORD.verdict:
        return parts.pending.verdict(record);
      default:
        parts.pending.noteAll();
        parts.exposure.begin(record.sequence);
        return this.applyChange(record, nowS);
    }
  }

  private applyChange(record: RecordBuffer, nowS: number): void {
    const { words, parts } = this;
    switch (record.type) {
      case RECORD.shock:
        return parts.exposure.shock(record);
      case RECORD.lid:
        return parts.exposure.lid(record.fields[0]!, nowS);
      case RECORD.custody:
        slipOnCustody(words, parts.rules, record, parts.sha);
        return applyCustody(words, parts.exposure, record, nowS);
      case RECORD.kit:
        return applyKit(words, parts.rules, parts.exposure, record, nowS);
      default:
        return this.applyRare(record);
    }
  }

  private applyRare(record: RecordBuffer): void {
    const { words, parts } = this;
    const { fields } = record;
    switch (record.type) {
      case RECORD.boot:
        return this.boot(record);
      case RECORD.clock:
        return this.clock(fields[0]!, fields[2]!, record.uptimeS);
      case RECORD.slot:
        return this.slot(fields[0]!, fields[1]!, fields[2]!);
      case RECORD.gap:
        return this.gap(record);
      case RECORD.power:
        parts.memory.power[POWER.batteryMilliV] = fields[0]!;
        parts.memory.power[POWER.external] = fields[1]!;
        parts.memory.power[POWER.recordedAtS] = words[COMMON.nowS]!;
        return;
      case RECORD.dock:
        parts.memory.power[POWER.docked] = fields[0]!;
        return;
      case RECORD.flight:
        parts.memory.power[POWER.flying] = fields[0]!;
        return;
      case RECORD.place:
        return this.place(record);
      case RECORD.seal:
        words[COMMON.sealed] = fields[0]!;
        return;
      case RECORD.service:
        words[COMMON.service] = fields[0]!;
        return;
      case RECORD.account:
        return applyAccount(words, record, words[COMMON.nowS]!);
      case RECORD.calibration:
        return applyCalibration(parts.memory.calibration, words, record);
      case RECORD.notice:
        applyCalibrationNotice(parts.memory.calibration, record);
        return applyNotice(words, record);
      case RECORD.slip:
        return applySlip(words, record, parts.sha);
      case RECORD.lost:
        words[COMMON.lostRecords] = words[COMMON.lostRecords]! + fields[1]!;
        return speakForLoss(words, record.sequence);
      case RECORD.light:
        return parts.exposure.light(fields[0]!, words[COMMON.nowS]!);
      default:
        return this.cursor(record);
    }
  }

  /**
   * What hand-over and journal must remember: counters, the last checkpoint, receipts, thinning.
   */
  private cursor(record: RecordBuffer): void {
    const { cursors } = this.parts.memory;
    const { fields } = record;
    switch (record.type) {
      case RECORD.roles:
        cursors[CURSOR.rolesCounter] = fields[0]!;
        return;
      case RECORD.profile:
        cursors[CURSOR.profileCounter] = fields[2]!;
        cursors[CURSOR.profileMark + fields[0]!] = getI32(record.tail, 0);
        return;
      case RECORD.decision:
        cursors[CURSOR.decisionCounter] = fields[4]!;
        return applyDecision(this.words, this.parts.rules, record);
      case RECORD.receipt:
        cursors[CURSOR.receiptCounter] = fields[1]!;
        this.parts.journal.acknowledge(fields[0]!);
        return;
      case RECORD.checkpoint:
        cursors[CURSOR.checkpointSequence] = fields[0]!;
        copy(record.tail, 0, this.parts.memory.checkpointHash, 0, record.tailLength);
        return;
      case RECORD.kept: // what is in it was applied when it was new
        this.parts.journal.keep(fields[2]!);
        return;
      case RECORD.thinned:
        this.parts.journal.thin(fields[1]!);
        return;
      case RECORD.fault:
        if (fields[0] === FAULT.sectorRetired) this.parts.journal.retire(fields[1]!);
    }
  }

  /**
   * Time goes on through a power loss when both ends of it have a wall time. It never goes back:
   * the clocks may have run apart a little, and this boot lasts for its uptime at least.
   */
  private boot(record: RecordBuffer): void {
    const { words, parts } = this;
    const { fields, uptimeS } = record;
    const isFirst = words[COMMON.hasBooted] === 0;
    const wasKnown = words[COMMON.wallKnown] === 1;
    const isKnown = fields[2] !== WALL_SOURCE.unset;
    const passedS = wasKnown && isKnown ? fields[3]! - wallNow(words) : 0;
    const isMeasured = wasKnown && isKnown && isDowntime(passedS);
    const upS = uptimeS > 0 ? uptimeS : 1; // a boot takes time: what was read before it is old
    const elapsedS = isMeasured && passedS > upS ? passedS : upS;
    words[COMMON.bootElapsedS] = words[COMMON.nowS]! + elapsedS - uptimeS;
    words[COMMON.nowS] = words[COMMON.nowS]! + elapsedS;
    words[COMMON.bootCount] = fields[0]!;
    words[COMMON.hasBooted] = 1;
    this.clock(fields[2]!, fields[3]!, uptimeS);
    this.gapsGoOn(uptimeS);
    forgetAwaited(words);
    parts.place.restart();
    // A gap is one before anything is shown again, not with the next reading.
    if (isMeasured) parts.exposure.cut(words[COMMON.nowS]!);
    else if (!isFirst) parts.exposure.unknownDowntime();
  }

  private clock(source: number, wallS: number, uptimeS: number): void {
    const isKnown = source !== WALL_SOURCE.unset;
    this.words[COMMON.wallKnown] = isKnown ? 1 : 0;
    this.words[COMMON.wallOffsetS] = isKnown ? wallS - uptimeS : 0;
    this.parts.memory.calibration[CALIBRATION.nextEndWallS] = 0; // to be looked at anew
  }

  /** Gaps that last through a boot are timed by the new one's clock, from its start on. */
  private gapsGoOn(uptimeS: number): void {
    const { probeGaps } = this.parts.memory;
    for (let probe = 0; probe < PROBE_COUNT_MAX; probe++) {
      const at = probe * PROBE_GAP.words;
      if (probeGaps[at + PROBE_GAP.reason] !== 0) probeGaps[at + PROBE_GAP.startUptimeS] = uptimeS;
    }
  }

  private slot(slot: number, filled: number, kit: number): void {
    const { words } = this;
    const bit = 1 << slot;
    words[COMMON.slots] = filled === 1 ? words[COMMON.slots]! | bit : words[COMMON.slots]! & ~bit;
    words[COMMON.touchedKit] = kit + 1; // the button acts on the slot changed last, kit or none
  }

  private gap(record: RecordBuffer): void {
    const { probeGaps } = this.parts.memory;
    const [probe, reason, startUptimeS, lengthS] = record.fields;
    const at = probe! * PROBE_GAP.words;
    probeGaps[at + PROBE_GAP.reason] = lengthS! < 0 ? reason! : 0;
    probeGaps[at + PROBE_GAP.startUptimeS] = startUptimeS!;
  }

  private place(record: RecordBuffer): void {
    if (!this.isReplaying) return;
    const event = this.placeEvent;
    for (let i = 0; i < PLACE_EVENT.idLength; i++) event[i] = record.fields[i]!;
    event[PLACE_EVENT.idLength] = record.tailLength;
    this.parts.place.replay(event, record.tail);
  }
}

/** Whether a difference of wall times can be the time without power that it should be. */
function isDowntime(passedS: number): boolean {
  return passedS >= -CLOCK_TOLERANCE_S - ROUNDING_S && passedS <= DOWNTIME_MAX_S;
}

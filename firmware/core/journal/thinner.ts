/**
 * Makes room where no receipt does. When the journal is tight, its oldest segment that may not be
 * given up yet is read once more: whatever is no reading is stored anew at the head (KEPT), its
 * readings are summed up in one THINNED record, and with that the segment may be erased. At most
 * one record per step. A cut in between costs nothing but the reading: what was kept stays kept,
 * and KEPT records say how far the thinning had come.
 */
import { FAULT } from '../faults.js';
import { SECTOR_BYTES, TAIL_BYTES_MAX } from '../limits.js';
import {
  encodeCanonical,
  READING_HUMIDITY,
  READING_TEMPERATURE,
  type RecordBuffer,
} from '../record/record.js';
import { RECORD } from '../record/schema.js';
import { SHA256_DIGEST_BYTES } from '../sha256.js';
import { HUMIDITY_ABSENT, TEMPERATURE_ABSENT } from '../units.js';
import { Extents } from './extents.js';
import type { Journal } from './journal.js';

/** Who stores for the thinner; its records change nothing that is judged. */
export interface HousekeepingLedger {
  /** A record to read into; its content may be gone after `storeOwn`. */
  readonly spare: RecordBuffer;
  begin(type: number, uptimeS: number): RecordBuffer;
  /** Stores and applies the record begun, or does neither and answers a fault. */
  storeOwn(): number;
}

/** Records that one step reads: some milliseconds of a slow part. */
const RECORDS_PER_STEP = 32;
/** What a KEPT record takes beside the record in it: mark, length, checks, type, time, fields. */
const KEPT_HEAD_BYTES = 22;
/** What a THINNED record takes, nearly. */
const THINNED_BYTES = 96;
/** Segments that a thinning leaves to events. */
const EVENT_SEGMENTS = 2;

const VICTIM = 0; // number of the segment being thinned, -1 for none
const NEXT = 1; // the segment behind it, whose header says where it ends
const FIRST = 2; // sequence numbers that are summed up
const LAST = 3;
const BOOT = 4;
const FIRST_UPTIME_S = 5;
const LAST_UPTIME_S = 6;
const COUNT = 7;
const OPENING = 8; // the reader's, of this segment: another one means that somebody moved it
const COST = 9; // bytes that were stored for this segment
const LAP_END = 10; // the lap is over behind this segment, -1 for none begun
const LAP_GAIN = 11; // bytes that this lap has freed
const RECEIPTED = 12; // the receipt for which the lap and `isStopped` hold
const SEEN_SEGMENT = 13; // when it was found last that nothing is to be done
const SEEN_SETTLED = 14;
const KEPT_COUNT = 15; // KEPT records among them
const WORDS = 16;

export class Thinner {
  /** Whether it is in the middle of something that a sleep would make it begin anew. */
  isBusy = false;
  /** Nothing more can be gained before a receipt comes. */
  private isStopped = false;
  private readonly journal: Journal;
  private readonly ledger: HousekeepingLedger;
  private readonly sectorCount: number;
  private readonly words = new Int32Array(WORDS);
  private readonly extents = new Extents();

  constructor(journal: Journal, ledger: HousekeepingLedger, journalBytes: number) {
    this.journal = journal;
    this.ledger = ledger;
    this.sectorCount = (journalBytes / SECTOR_BYTES) | 0;
    this.words[LAP_END] = -1;
    this.pause();
  }

  /** Somebody else will use the journal's reader: a segment begun is read again from its start. */
  pause(): void {
    this.words[VICTIM] = -1;
    this.words[SEEN_SEGMENT] = -1;
    this.isBusy = false;
  }

  /** Does a part of what is to be done; whether to be called again soon. */
  step(uptimeS: number): boolean {
    const { words, journal } = this;
    this.isBusy = false;
    if (words[VICTIM]! < 0 && !this.begin()) return false;
    if (!this.hasRoom()) return false;
    if (journal.settledSequence >= words[LAST]! || journal.reader.opening !== words[OPENING]) {
      this.pause(); // a receipt came, or the reader was moved: what is next?
      return true;
    }
    // Rather later than without room: what was read must be stored in this step.
    this.isBusy = journal.accepts(RECORD.kept) ? this.read(uptimeS) : journal.isErasing;
    return this.isBusy;
  }

  /** Looks for a segment to thin and opens it; false when there is nothing to do. */
  private begin(): boolean {
    const { words, journal } = this;
    const settled = journal.settledSequence;
    const { segment } = journal;
    if (words[SEEN_SEGMENT] === segment && words[SEEN_SETTLED] === settled) return false;
    words[SEEN_SEGMENT] = segment;
    words[SEEN_SETTLED] = settled;
    if (words[RECEIPTED] !== journal.receiptedSequence) {
      words[RECEIPTED] = journal.receiptedSequence;
      words[LAP_END] = -1;
      this.isStopped = false;
    }
    if (this.isStopped || !journal.isTight) return false;
    const victim = journal.segmentOf(settled + 1);
    if (victim >= segment || !this.isWorthIt(victim)) return false;
    return this.open(victim, settled + 1);
  }

  /** A lap that has not freed a single sector would go on for ever: it was the last. */
  private isWorthIt(victim: number): boolean {
    const { words } = this;
    if (victim <= words[LAP_END]!) return true;
    this.isStopped = words[LAP_END]! >= 0 && words[LAP_GAIN]! < SECTOR_BYTES;
    words[LAP_END] = this.isStopped ? -1 : this.journal.segment;
    words[LAP_GAIN] = 0;
    return !this.isStopped;
  }

  private open(victim: number, first: number): boolean {
    const { words, journal, sectorCount } = this;
    const { reader } = journal;
    const next = journal.nextSegment(victim);
    if (!this.isHeader(next)) return false;
    words[LAST] = reader.header.firstSequence - 1;
    if (reader.open(victim % sectorCount, SECTOR_BYTES) < 0) return false;
    words[VICTIM] = victim;
    words[NEXT] = next;
    words[FIRST] = first;
    words[BOOT] = reader.header.bootCount;
    words[FIRST_UPTIME_S] = words[LAST_UPTIME_S] = words[COUNT] = 0;
    words[KEPT_COUNT] = 0;
    words[COST] = THINNED_BYTES;
    words[OPENING] = reader.opening;
    this.extents.clear(reader.header.probeCount);
    return true;
  }

  private isHeader(segment: number): boolean {
    const { reader } = this.journal;
    return reader.peek(segment % this.sectorCount) === 0 && reader.header.segment === segment;
  }

  /** Whether enough is left for events behind what a thinning may add; if not, it stops. */
  private hasRoom(): boolean {
    const { journal } = this;
    const isNear = journal.offset + 2 * TAIL_BYTES_MAX > SECTOR_BYTES; // takes a new segment
    if (!isNear || journal.hasFree(1 + EVENT_SEGMENTS)) return true;
    return this.stop();
  }

  /** Reads on to the next record to keep, or to the end; false when it cannot go on now. */
  private read(uptimeS: number): boolean {
    const { words, journal } = this;
    const { spare } = this.ledger;
    for (let i = 0; i < RECORDS_PER_STEP; i++) {
      const result = journal.reader.next(spare);
      if (result < 0 && result !== FAULT.malformed) return this.giveUp();
      // A frame that cannot be read any more: what stands behind it would be given up unseen.
      if (result !== 1 && spare.sequence < words[LAST]!) return this.stop();
      if (result !== 1 || spare.sequence > words[LAST]!) return this.sumUp(uptimeS);
      if (spare.type === RECORD.boot) words[BOOT] = spare.fields[0]!;
      if (spare.sequence < words[FIRST]!) continue;
      if (spare.type === RECORD.reading) this.add(spare);
      else {
        if (spare.type === RECORD.kept) words[KEPT_COUNT] = words[KEPT_COUNT]! + 1;
        words[COST] = words[COST]! + KEPT_HEAD_BYTES + spare.tailLength;
        if (spare.sequence > journal.keptSequence) return this.keep(spare, uptimeS);
      }
    }
    return true;
  }

  private add(reading: RecordBuffer): void {
    const { words, extents } = this;
    if (words[COUNT] === 0) words[FIRST_UPTIME_S] = reading.uptimeS;
    words[LAST_UPTIME_S] = reading.uptimeS;
    words[COUNT] = words[COUNT]! + 1;
    const { fields } = reading;
    for (let probe = 0; probe < extents.probeCount; probe++) {
      const value = fields[READING_TEMPERATURE + probe]!;
      if (value !== TEMPERATURE_ABSENT) extents.add(probe, value);
    }
    const humidity = fields[READING_HUMIDITY]!;
    if (humidity !== HUMIDITY_ABSENT) extents.add(extents.probeCount, humidity);
  }

  /** Stores a record anew, under its own number and boot, which a KEPT record names already. */
  private keep(record: RecordBuffer, uptimeS: number): boolean {
    const into = this.ledger.begin(RECORD.kept, uptimeS);
    if (record.type === RECORD.kept) {
      into.fields[0] = record.fields[0]!;
      into.fields[1] = record.fields[1]!;
      into.setTail(record.tail, 0, record.tailLength);
    } else {
      into.fields[0] = record.sequence;
      into.fields[1] = this.words[BOOT]!;
      const length = encodeCanonical(record, 0, into.tail, 0);
      if (length < 0) return this.tellTooLong(record, uptimeS);
      into.tailLength = length;
    }
    into.fields[2] = record.sequence;
    return this.ledger.storeOwn() >= 0 || this.giveUp();
  }

  /** A record that no KEPT record can hold is not given up: the thinning ends here, and says so. */
  private tellTooLong(record: RecordBuffer, uptimeS: number): boolean {
    const { sequence, type } = record;
    const into = this.ledger.begin(RECORD.fault, uptimeS);
    into.fields[0] = FAULT.overflow;
    into.fields[1] = sequence;
    into.fields[2] = type;
    this.ledger.storeOwn();
    return this.stop();
  }

  /** Stores the THINNED record: from now on the segment may be erased. */
  private sumUp(uptimeS: number): boolean {
    const { words, extents } = this;
    const { reader } = this.journal;
    if (!this.isHeader(words[NEXT]!)) return this.giveUp();
    const into = this.ledger.begin(RECORD.thinned, uptimeS);
    into.fields[0] = words[FIRST]!;
    into.fields[1] = words[LAST]!;
    into.fields[2] = words[BOOT]!;
    into.fields[3] = words[FIRST_UPTIME_S]!;
    into.fields[4] = words[LAST_UPTIME_S]!;
    into.fields[5] = words[COUNT]!;
    into.fields[6] = words[KEPT_COUNT]!;
    into.setTail(reader.header.chainBefore, 0, SHA256_DIGEST_BYTES);
    into.tailLength = extents.write(into.tail, SHA256_DIGEST_BYTES);
    if (this.ledger.storeOwn() < 0) return this.giveUp();
    words[LAP_GAIN] = words[LAP_GAIN]! + SECTOR_BYTES - words[COST]!;
    this.pause();
    return true;
  }

  /** Thins no more until a receipt comes. */
  private stop(): boolean {
    this.pause();
    this.isStopped = true;
    return false;
  }

  /** Begins the segment anew in a later step. */
  private giveUp(): boolean {
    this.pause();
    return false;
  }
}

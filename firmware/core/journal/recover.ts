/**
 * From flash back to a running container after a cold boot, in slices between which the watchdog is
 * kicked: find the newest segment, load the state it starts with, hand its records to the sink,
 * which applies them as when they were new, and settle what a cut may have left at the tail.
 */
import { FAULT } from '../faults.js';
import { SECTOR_BYTES } from '../limits.js';
import type { FlashPort } from '../ports.js';
import { encodeCanonical, READING_TEMPERATURE, type RecordBuffer } from '../record/record.js';
import { RECORD } from '../record/schema.js';
import { TEMPERATURE_ABSENT } from '../units.js';
import { chainStart } from './chain.js';
import type { Journal } from './journal.js';
import { HEADER_BYTES } from './layout.js';
import { programPages } from './pages.js';
import type { SegmentReader } from './reader.js';
import { Search } from './search.js';
import { STATE_BACK_AT, STATE_HEAD_BYTES } from './state.js';

/** Who receives the records that follow the state. */
export interface RecordSink {
  apply(record: RecordBuffer): void;
}

/** What `Recovery.poll` answers, besides faults. */
export const RECOVERY = Object.freeze({ running: 0, held: 1, empty: 2 } as const);

const STEP = Object.freeze({ search: 0, anchor: 1, state: 2, replay: 3, settle: 4 } as const);
/** Records applied in one slice: with 16 kits one may cost 30,000 computrons. */
const SLICE_RECORDS = 16;
const LAST_SEQUENCE = 0x7fffffff;
const SETTLE_PROGRAMS = 3;

/**
 * | found                                           | done                                       |
 * | ----------------------------------------------- | ------------------------------------------ |
 * | no valid header, blank but for torn ones        | an empty journal, new epoch                |
 * | no valid header, anything else                  | foreignImage: nothing is written           |
 * | a header of another version or another size     | olderImage or foreignImage: nothing is     |
 * |                                                 | written                                    |
 * | a newest header that is valid only sometimes    | its predecessor is the newest              |
 * | a newest segment                                | state, then its records up to the first    |
 * |                                                 | frame that cannot be read                  |
 * | a state or its anchor that cannot be read, or a | the newest older segment whose state can,  |
 * | state that includes readings which a cut took   | then the records of all since              |
 * | its last frame, or its header if it has none    | programmed again with the bytes read       |
 * | behind it a frame that cannot be read           | left alone: the next segment's header says |
 * |                                                 | where this one ended                       |
 */
export class Recovery {
  private readonly journal: Journal;
  private readonly reader: SegmentReader;
  private readonly search: Search;
  private readonly flash: FlashPort;
  private readonly durable: Int32Array;
  private readonly probeCount: number;
  private readonly newEpoch: number;
  private readonly sink: RecordSink;
  private readonly record: RecordBuffer;
  private readonly sectorCount: number;
  private step: number = STEP.search;
  /** The segment that holds the records written last, and the one that is being looked at. */
  private newest = -1;
  private segment = -1;
  private nextSequence = 0;
  /** The state that was loaded includes the records up to this one. */
  private appliedSequence = 0;
  /** Numbers from here on belong to the segment behind. */
  private endSequence = LAST_SEQUENCE;

  /**
   * Rebuilds `durable`, all words of it, and the journal. `record` is filled again and again;
   * `newEpoch` is drawn for a journal that turns out to be empty.
   */
  constructor(
    journal: Journal,
    flash: FlashPort,
    durable: Int32Array,
    probeCount: number,
    newEpoch: number,
    sink: RecordSink,
    record: RecordBuffer,
  ) {
    this.journal = journal;
    this.reader = journal.reader;
    this.search = new Search(flash, journal.reader, journal.scratch);
    this.flash = flash;
    this.durable = durable;
    this.probeCount = probeCount;
    this.newEpoch = newEpoch;
    this.sink = sink;
    this.record = record;
    this.sectorCount = this.search.sectorCount;
  }

  /** One slice. A RECOVERY, or the fault that ends it; nothing has been written then. */
  poll(): number {
    switch (this.step) {
      case STEP.search:
        return this.find();
      case STEP.anchor:
        return this.loadAnchor();
      case STEP.state:
        return this.loadState();
      case STEP.replay:
        return this.replay();
      default:
        return this.settle();
    }
  }

  private find(): number {
    const found = this.search.poll();
    if (found === FAULT.busy) return RECOVERY.running;
    if (found === FAULT.absent) {
      this.durable.fill(0);
      this.journal.resumeAt(-1, this.newEpoch, 1);
      return RECOVERY.empty;
    }
    if (found < 0) return found;
    this.segment = found;
    this.step = STEP.anchor;
    return RECOVERY.running;
  }

  /** Loads the anchor that the segment's state is a difference to, if it is one. */
  private loadAnchor(): number {
    const { reader, segment, journal } = this;
    const { scratch } = journal;
    const read = this.flash.read(this.stateAt(segment), scratch, STATE_HEAD_BYTES);
    if (read < 0) return read;
    const back = scratch[STATE_BACK_AT]!;
    this.step = STEP.state;
    if (back === 0) return RECOVERY.running;
    const anchor = back > segment ? FAULT.absent : this.peek(segment - back);
    if (anchor < 0) return anchor === FAULT.absent ? this.goBack(true) : anchor;
    const { stateBytes, stateCrc } = reader.header;
    const { reader: states } = journal.states;
    const at = this.stateAt(segment - back);
    const loaded = states.load(at, stateBytes, stateCrc, this.durable);
    if (loaded === 0 && states.back === 0) return RECOVERY.running;
    return loaded === FAULT.malformed || loaded === 0 ? this.goBack(true) : loaded;
  }

  /** Opens the segment and loads its state. */
  private loadState(): number {
    const { reader, segment } = this;
    const opened = this.open(segment);
    if (opened === FAULT.absent) return this.goBack(false); // valid only sometimes, if at all
    if (opened < 0) return opened;
    if (this.newest < 0) this.newest = segment;
    const { stateBytes, stateCrc } = reader.header;
    const { reader: states } = this.journal.states;
    const loaded = states.load(this.stateAt(segment), stateBytes, stateCrc, this.durable);
    if (loaded === FAULT.malformed) return this.goBack(true);
    if (loaded < 0) return loaded;
    if (states.ahead > 0) {
      if (!this.holds(states.ahead)) return this.goBack(true);
      const again = this.open(segment);
      if (again < 0) return again;
    }
    this.appliedSequence = reader.header.firstSequence - 1 + states.ahead;
    this.step = STEP.replay;
    this.beginRecords();
    return RECOVERY.running;
  }

  /**
   * Whether the open segment holds so many records. Where it does not, a cut took readings that
   * waited to be written, and the state, which includes them, is of no use.
   */
  private holds(count: number): boolean {
    const { reader, record } = this;
    for (let i = 0; i < count; i++) if (reader.next(record) !== 1) return false;
    return true;
  }

  /** On to the next older segment, whose state is tried; records of one that `isHeld` follow. */
  private goBack(isHeld: boolean): number {
    if (isHeld && this.newest < 0 && this.peek(this.segment) === 0) this.newest = this.segment;
    const found = this.search.before(this.segment);
    if (found < 0) return found === FAULT.absent ? FAULT.malformed : found;
    this.segment = found;
    this.step = STEP.anchor;
    return RECOVERY.running;
  }

  /** Hands a slice of the open segment's records to the sink. */
  private replay(): number {
    const { reader, record, sink, journal } = this;
    const { scratch } = journal;
    const { probeCount } = reader.header;
    for (let i = 0; i < SLICE_RECORDS; i++) {
      const result = reader.next(record);
      const isOver = result === 0 || result === FAULT.malformed;
      if (isOver || (result > 0 && record.sequence >= this.endSequence)) return this.nextSegment();
      if (result < 0) return result;
      this.nextSequence = record.sequence + 1;
      const length = encodeCanonical(record, probeCount, scratch, 0);
      journal.sha.update(scratch, 0, length);
      if (record.type === RECORD.reading) {
        for (let probe = probeCount; probe < this.probeCount; probe++) {
          record.fields[READING_TEMPERATURE + probe] = TEMPERATURE_ABSENT;
        }
      }
      if (record.sequence > this.appliedSequence) sink.apply(record);
    }
    return RECOVERY.running;
  }

  /** On to the segment behind, when the state was an older one's; else the tail is settled. */
  private nextSegment(): number {
    const next = this.heldAfter(this.segment);
    this.step = STEP.settle;
    if (next < 0) return RECOVERY.running;
    const opened = this.open(next);
    if (opened === FAULT.absent) {
      this.newest = this.segment; // a header that is valid only sometimes: once more without it
      this.step = STEP.anchor;
      return RECOVERY.running;
    }
    if (opened < 0) return opened;
    this.segment = next;
    const before = this.reader.header.firstSequence - 1;
    if (this.appliedSequence > before) this.appliedSequence = before;
    this.step = STEP.replay;
    this.beginRecords();
    return RECOVERY.running;
  }

  /** Opens a segment for its records: where the one behind takes over is looked up first. */
  private open(segment: number): number {
    const isLast = this.heldAfter(segment) < 0;
    this.endSequence = isLast ? LAST_SEQUENCE : this.reader.header.firstSequence;
    const opened = this.reader.open(segment % this.sectorCount, SECTOR_BYTES);
    return opened === 0 && this.reader.header.segment !== segment ? FAULT.absent : opened;
  }

  /** Number of the segment behind, whose header has been read then; absent behind the newest. */
  private heldAfter(segment: number): number {
    for (let next = segment + 1; next <= this.newest; next++) {
      if (this.peek(next) === 0) return next;
    }
    return FAULT.absent;
  }

  private beginRecords(): void {
    const { journal, reader } = this;
    this.nextSequence = reader.header.firstSequence;
    chainStart(journal.sha, reader.header, journal.scratch);
  }

  /** What was read last is programmed anew: from now on it reads the same every time. */
  private settle(): number {
    const { reader, journal, flash } = this;
    const { scratch } = journal;
    const { segment, epoch } = reader.header;
    const address = (segment % this.sectorCount) * SECTOR_BYTES;
    const length = reader.frameBytes(scratch);
    const at = length > 0 ? address + reader.frameAt : address;
    const bytes = length > 0 ? length : reader.headerBytes(scratch);
    // Several times: a program may fail by itself, and bits that float cannot be read to see that.
    for (let i = 0; i < SETTLE_PROGRAMS; i++) {
      const settled = programPages(flash, at, scratch, 0, bytes);
      if (settled < 0 && settled !== FAULT.flashFailed) return settled;
    }
    journal.resumeAt(segment, epoch, this.nextSequence);
    return RECOVERY.held;
  }

  /** Reads the header of a segment: absent where another number stands. */
  private peek(segment: number): number {
    const result = this.reader.peek(segment % this.sectorCount);
    return result === 0 && this.reader.header.segment !== segment ? FAULT.absent : result;
  }

  private stateAt(segment: number): number {
    return (segment % this.sectorCount) * SECTOR_BYTES + HEADER_BYTES;
  }
}

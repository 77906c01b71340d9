/**
 * The append-only flash log: the only truth on the device. `append` programs one frame and returns
 * when it is durable; segments are erased ahead, never before their records are receipted. The
 * SHA-256 chain runs over canonical bytes, one value per segment and per checkpoint (FORMAT.md).
 */
import { copy } from '../bytes.js';
import { FAULT } from '../faults.js';
import { CANONICAL_BYTES_MAX, SECTOR_BYTES } from '../limits.js';
import type { FlashPort } from '../ports.js';
import { FRAME_BYTES_MAX, FRAME_STATE_WORDS, FrameCodec } from '../record/frame.js';
import { encodeCanonical, type RecordBuffer } from '../record/record.js';
import { RECORD } from '../record/schema.js';
import { Sha256, SHA256_DIGEST_BYTES } from '../sha256.js';
import { WALL_UNKNOWN } from '../units.js';
import { chainRoot, chainStart } from './chain.js';
import { encodeHeader, HEADER_BYTES, SegmentHeader } from './layout.js';
import { programPages } from './pages.js';
import { SegmentReader } from './reader.js';
import { Ring } from './ring.js';
import { Snapshot } from './snapshot.js';
import {
  BOOT_COUNT,
  EPOCH,
  ERASED,
  ERASING,
  IS_LOW,
  LAST_STORED,
  LOST_COUNT,
  LOST_FIRST,
  LOST_UPTIME_S,
  MODEL,
  NEXT_SEQUENCE,
  OFFSET,
  OLDEST_SEGMENT,
  RECEIPTED,
  SEGMENT,
  UPTIME_S,
  WALL_S,
} from './words.js';

export { chainRoot, chainStart } from './chain.js';
export { JOURNAL_DURABLE_WORDS, JOURNAL_STATE_WORDS } from './words.js';

export interface JournalShape {
  readonly probeCount: number;
  readonly samplePeriodS: number;
}

export class Journal {
  readonly sha = new Sha256();
  readonly reader: SegmentReader;
  private readonly header = new SegmentHeader();
  private readonly snapshot = new Snapshot();
  private readonly frame = new Uint8Array(FRAME_BYTES_MAX + CANONICAL_BYTES_MAX);
  private readonly canonical = new Uint8Array(CANONICAL_BYTES_MAX);
  private readonly codec: FrameCodec;
  private readonly ring: Ring;
  private readonly flash: FlashPort;
  private readonly state: Int32Array;
  private readonly cursor: Int32Array;
  private readonly durable: Int32Array;
  private readonly shape: JournalShape;

  /**
   * `state` is JOURNAL_STATE_WORDS, `cursor` JOURNAL_DURABLE_WORDS of the durable words, and
   * `durable` all of them: they are what each segment starts with.
   */
  constructor(
    flash: FlashPort,
    state: Int32Array,
    cursor: Int32Array,
    durable: Int32Array,
    shape: JournalShape,
  ) {
    this.flash = flash;
    this.state = state;
    this.cursor = cursor;
    this.durable = durable;
    this.shape = shape;
    this.codec = new FrameCodec(
      state.subarray(MODEL, MODEL + FRAME_STATE_WORDS),
      shape.probeCount,
      shape.samplePeriodS,
    );
    this.reader = new SegmentReader(flash, shape.probeCount, shape.samplePeriodS);
    this.ring = new Ring(flash, this.reader, state, cursor);
    this.close();
  }

  /** As before any recovery: nothing is open. */
  close(): void {
    const { state } = this;
    state[SEGMENT] = -1;
    state[OFFSET] = SECTOR_BYTES;
    state[ERASED] = -1;
    state[ERASING] = -1;
  }

  get epoch(): number {
    return this.state[EPOCH]!;
  }
  get segment(): number {
    return this.state[SEGMENT]!;
  }
  get offset(): number {
    return this.state[OFFSET]!;
  }
  get oldestSegment(): number {
    return this.state[OLDEST_SEGMENT]!;
  }
  /** Sequence number that the next record gets. */
  get nextSequence(): number {
    return this.state[NEXT_SEQUENCE]!;
  }
  /** Sequence number of the record stored last: what a checkpoint can state. */
  get lastStoredSequence(): number {
    return this.state[LAST_STORED]!;
  }
  get receiptedSequence(): number {
    return this.cursor[RECEIPTED]!;
  }
  /** Records judged but not kept since the journal was full. */
  get lostCount(): number {
    return this.state[LOST_COUNT]!;
  }
  get lostFirst(): number {
    return this.state[LOST_FIRST]!;
  }
  get lostUptimeS(): number {
    return this.state[LOST_UPTIME_S]!;
  }

  /** Called when a receipt was stored: what it covers may be erased from now on. */
  acknowledge(sequence: number): void {
    if (sequence <= this.cursor[RECEIPTED]!) return;
    this.cursor[RECEIPTED] = sequence;
    this.ring.checkRoom();
  }

  /** What the next segment header says of time; called once a step. */
  anchor(uptimeS: number, wallS: number, bootCount: number): void {
    this.state[UPTIME_S] = uptimeS;
    this.state[WALL_S] = wallS;
    this.state[BOOT_COUNT] = bootCount;
  }

  /** Sets where writing goes on: after recovery, or for an empty journal. */
  resumeAt(segment: number, epoch: number, nextSequence: number): void {
    const state = this.state;
    state[SEGMENT] = segment;
    state[OFFSET] = SECTOR_BYTES;
    state[EPOCH] = epoch;
    state[NEXT_SEQUENCE] = nextSequence;
    state[LAST_STORED] = nextSequence - 1;
    state[ERASED] = -1;
    state[ERASING] = -1;
    this.ring.findOldest();
    if (segment < 0) chainRoot(this.sha, epoch, this.frame, this.header.chainBefore);
    else this.sha.digest(this.header.chainBefore, 0);
    this.ring.checkRoom();
  }

  get isErasing(): boolean {
    return this.ring.isErasing;
  }

  /** Moves erasing ahead. 1 when the next segment may be opened now, 0 while not, or a fault. */
  poll(): number {
    return this.ring.poll();
  }

  /** Whether a record of this type would be stored now. */
  accepts(type: number): boolean {
    if (type === RECORD.reading && this.state[IS_LOW] === 1) return false;
    return this.hasRoom(2 * FRAME_BYTES_MAX);
  }

  /** Whether a burst of `bytes` can be appended now without waiting for an erase. */
  hasRoom(bytes: number): boolean {
    const state = this.state;
    return state[OFFSET]! + bytes <= SECTOR_BYTES || state[ERASED] === state[SEGMENT]! + 1;
  }

  /**
   * Makes the record durable and gives it its sequence number, which it answers. When the journal
   * is full of unreceipted records, the record is counted as lost and journalFull answered; a
   * reading already when only room for events is left. After a loss the next record stored is
   * LOST, which says how the numbers go on.
   */
  append(record: RecordBuffer): number {
    const { type } = record;
    const mustWait = this.state[LOST_COUNT]! > 0 && type !== RECORD.lost;
    if (mustWait || (type === RECORD.reading && this.state[IS_LOW] === 1)) {
      return this.lose(record, FAULT.journalFull);
    }
    let result = this.write(record);
    if (result === FAULT.flashFailed) result = this.write(record); // once more, in a new segment
    if (result < 0) return this.lose(record, result);
    const state = this.state;
    const bytes = encodeCanonical(record, this.shape.probeCount, this.canonical, 0);
    this.sha.update(this.canonical, 0, bytes);
    record.sequence = state[NEXT_SEQUENCE]!;
    state[NEXT_SEQUENCE] = record.sequence + 1;
    state[LAST_STORED] = record.sequence;
    return record.sequence;
  }

  private write(record: RecordBuffer): number {
    const state = this.state;
    let length = this.codec.encode(record, this.frame, 0);
    if (length < 0) return length;
    if (state[OFFSET]! + length > SECTOR_BYTES) {
      const opened = this.openSegment();
      if (opened < 0) return opened;
      length = this.codec.encode(record, this.frame, 0);
    }
    const address = (state[SEGMENT]! % this.ring.sectorCount) * SECTOR_BYTES + state[OFFSET]!;
    const result = programPages(this.flash, address, this.frame, 0, length);
    // Nothing is built upon a failed program.
    state[OFFSET] = result < 0 ? SECTOR_BYTES : state[OFFSET]! + length;
    return result;
  }

  private lose(record: RecordBuffer, fault: number): number {
    const state = this.state;
    this.codec.restart(); // its model may have followed a record that was not written
    if (state[LOST_COUNT] === 0) {
      state[LOST_FIRST] = state[NEXT_SEQUENCE]!;
      state[LOST_UPTIME_S] = record.uptimeS;
    }
    state[LOST_COUNT] = state[LOST_COUNT]! + 1;
    record.sequence = state[NEXT_SEQUENCE]!;
    state[NEXT_SEQUENCE] = record.sequence + 1;
    return fault;
  }

  /** Called when a LOST record was stored: the count starts anew. */
  lostRecorded(): void {
    this.state[LOST_COUNT] = 0;
  }

  /** Opens the next segment: state first, header last. */
  private openSegment(): number {
    const state = this.state;
    const next = state[SEGMENT]! + 1;
    if (state[ERASED] !== next) return FAULT.journalFull;
    state[ERASED] = -1; // if this fails half way, the sector is erased again
    const base = (next % this.ring.sectorCount) * SECTOR_BYTES;
    const stateBytes = this.snapshot.write(this.flash, base + HEADER_BYTES, this.durable);
    if (stateBytes < 0) return stateBytes;
    const header = this.header;
    if (state[SEGMENT]! >= 0) this.sha.digest(header.chainBefore, 0);
    header.probeCount = this.shape.probeCount;
    header.samplePeriodS = this.shape.samplePeriodS;
    header.epoch = state[EPOCH]!;
    header.segment = next;
    header.firstSequence = state[LAST_STORED]! + 1; // before a loss: LOST itself tells of it
    header.bootCount = state[BOOT_COUNT]!;
    header.uptimeS = state[UPTIME_S]!;
    header.wallS = state[WALL_S]! === 0 ? WALL_UNKNOWN : state[WALL_S]!;
    header.stateBytes = stateBytes;
    header.stateCrc = this.snapshot.crc;
    encodeHeader(header, this.frame);
    const result = programPages(this.flash, base, this.frame, 0, HEADER_BYTES);
    if (result < 0) return result;
    chainStart(this.sha, header, this.frame);
    state[SEGMENT] = next;
    state[OFFSET] = HEADER_BYTES + stateBytes;
    this.codec.restart();
    this.ring.checkRoom();
    return 0;
  }

  /** Reads stored bytes of one segment, at most up to what has been written. Length, or a fault. */
  readBytes(segment: number, offset: number, into: Uint8Array, length: number): number {
    return this.ring.readBytes(segment, offset, into, length);
  }

  /** Offset of a segment's first frame, behind header and snapshot, or a fault. */
  framesAt(segment: number): number {
    return this.ring.framesAt(segment);
  }

  /** Number of the segment that holds `sequence`; the oldest when it is older. Few header reads. */
  segmentOf(sequence: number): number {
    return this.ring.segmentOf(sequence);
  }

  /** First sequence number still stored, or the next one when nothing is. */
  oldestSequence(): number {
    return this.ring.oldestSequence();
  }

  /** Chain hash after the last record, 32 bytes. */
  chainHash(into: Uint8Array, at: number): void {
    if (this.state[OFFSET] === SECTOR_BYTES && this.state[SEGMENT]! < 0) {
      copy(this.header.chainBefore, 0, into, at, SHA256_DIGEST_BYTES);
    } else this.sha.digest(into, at);
  }
}

/**
 * The append-only flash log: the only truth on the device. `append` programs one frame and returns
 * when it is durable; segments are erased ahead, never before their records are receipted. The
 * SHA-256 chain runs over canonical bytes, one value per segment and per checkpoint (FORMAT.md).
 */
import { copy, putI32 } from '../bytes.js';
import { FAULT } from '../faults.js';
import { CANONICAL_BYTES_MAX, SECTOR_BYTES } from '../limits.js';
import type { FlashPort } from '../ports.js';
import { FRAME_BYTES_MAX, FRAME_STATE_WORDS, FrameCodec } from '../record/frame.js';
import { encodeCanonical, type RecordBuffer } from '../record/record.js';
import { RECORD } from '../record/schema.js';
import { Sha256, SHA256_DIGEST_BYTES } from '../sha256.js';
import { WALL_UNKNOWN } from '../units.js';
import { encodeHeader, HEADER_BYTES, SegmentHeader } from './layout.js';
import { programPages } from './pages.js';
import { SegmentReader } from './reader.js';
import { Snapshot } from './snapshot.js';

/** Words of the journal's own state. */
export const JOURNAL_STATE_WORDS = 16 + FRAME_STATE_WORDS;
const SEGMENT = 0; // number of the open segment, -1 before the first
const OFFSET = 1; // where its next frame goes; SECTOR_BYTES when none may
const NEXT_SEQUENCE = 2;
const OLDEST_SEGMENT = 3;
const EPOCH = 4;
const ERASED = 5; // number of the segment whose sector is erased and ready, -1
const ERASING = 6; // number of the segment whose sector is being erased, -1
const BOOT_COUNT = 7;
const UPTIME_S = 8;
const WALL_S = 9;
const LOST_COUNT = 10;
const LOST_FIRST = 11;
const LOST_UPTIME_S = 12;
const LAST_STORED = 13; // sequence number of the record stored last
const IS_LOW = 14; // 1 while only events are stored
const MODEL = 16;

/** Segments that readings may not use: while receipts stay out, events are kept longest. */
const EVENT_SEGMENTS = 4;

/** Words of the durable state that belong to the journal: the receipt cursor. */
export const JOURNAL_DURABLE_WORDS = 1;
const RECEIPTED = 0;

/** ASCII "plasmavakt", which the chain of every epoch starts from. */
const CHAIN_ROOT = new Uint8Array([0x70, 0x6c, 0x61, 0x73, 0x6d, 0x61, 0x76, 0x61, 0x6b, 0x74]);

/** Writes the hash that an epoch's first segment follows. */
export function chainRoot(sha: Sha256, epoch: number, scratch: Uint8Array, into: Uint8Array): void {
  sha.reset();
  sha.update(CHAIN_ROOT, 0, CHAIN_ROOT.length);
  putI32(scratch, 0, epoch);
  sha.update(scratch, 0, 4);
  sha.digest(into, 0);
}

/** Starts a segment's hash: what went before, the epoch and the first sequence number. */
export function chainStart(sha: Sha256, header: SegmentHeader, scratch: Uint8Array): void {
  sha.reset();
  sha.update(header.chainBefore, 0, SHA256_DIGEST_BYTES);
  putI32(scratch, 0, header.epoch);
  putI32(scratch, 4, header.firstSequence);
  sha.update(scratch, 0, 8);
}

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
  private readonly sectorCount: number;
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
    this.sectorCount = (flash.size() / SECTOR_BYTES) | 0;
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
    this.checkRoom();
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
    // The sector ahead may have been erased; what is not receipted there has not been.
    const isKept = !this.mayErase(segment + 1);
    const oldest = segment - this.sectorCount + (isKept ? 1 : 2);
    state[OLDEST_SEGMENT] = oldest > 0 ? oldest : 0;
    if (segment < 0) chainRoot(this.sha, epoch, this.frame, this.header.chainBefore);
    else this.sha.digest(this.header.chainBefore, 0);
    this.checkRoom();
  }

  /** Moves erasing ahead. 1 when the next segment may be opened at once, 0 while not, or a fault. */
  poll(): number {
    const state = this.state;
    const next = state[SEGMENT]! + 1;
    if (state[ERASED] === next) return 1;
    if (state[ERASING] === next) {
      const result = this.flash.pollErase();
      if (result === 0) return 0;
      state[ERASING] = -1;
      if (result < 0) return result;
      state[ERASED] = next;
      return 1;
    }
    if (!this.mayErase(next)) return FAULT.journalFull;
    const result = this.flash.startErase(next % this.sectorCount);
    if (result < 0) return result;
    state[ERASING] = next;
    const oldest = next - this.sectorCount + 1;
    if (oldest > state[OLDEST_SEGMENT]!) state[OLDEST_SEGMENT] = oldest;
    return 0;
  }

  /** Whether the sector of segment `next` holds nothing that is not receipted. */
  private mayErase(next: number): boolean {
    const victim = next - this.sectorCount;
    if (victim < 0) return true;
    const { header } = this.reader;
    // The header behind says where the victim ends; a damaged one is passed over.
    for (let segment = victim + 1; segment <= this.state[SEGMENT]!; segment++) {
      const result = this.reader.peek(segment % this.sectorCount);
      if (result < 0 || header.segment !== segment) continue;
      return header.firstSequence - 1 <= this.cursor[RECEIPTED]!;
    }
    return true;
  }

  /** Notes whether readings must make way for events. */
  private checkRoom(): void {
    const last = this.state[SEGMENT]! + 1 + EVENT_SEGMENTS;
    this.state[IS_LOW] = this.mayErase(last) ? 0 : 1;
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
    const address = (state[SEGMENT]! % this.sectorCount) * SECTOR_BYTES + state[OFFSET]!;
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
    const base = (next % this.sectorCount) * SECTOR_BYTES;
    const stateBytes = this.snapshot.write(this.flash, base + HEADER_BYTES, this.durable);
    if (stateBytes < 0) return stateBytes;
    const header = this.header;
    if (state[SEGMENT]! >= 0) this.sha.digest(header.chainBefore, 0);
    header.probeCount = this.shape.probeCount;
    header.samplePeriodS = this.shape.samplePeriodS;
    header.epoch = state[EPOCH]!;
    header.segment = next;
    header.firstSequence = state[NEXT_SEQUENCE]!;
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
    this.checkRoom();
    return 0;
  }

  /** Reads stored bytes of one segment, at most up to what has been written. Length, or a fault. */
  readBytes(segment: number, offset: number, into: Uint8Array, length: number): number {
    const state = this.state;
    if (segment < state[OLDEST_SEGMENT]! || segment > state[SEGMENT]!) return FAULT.absent;
    const end = segment === state[SEGMENT] ? state[OFFSET]! : SECTOR_BYTES;
    const left = end - offset;
    if (left <= 0) return 0;
    const part = left < length ? left : length;
    const address = (segment % this.sectorCount) * SECTOR_BYTES + offset;
    const result = this.flash.read(address, into, part);
    return result < 0 ? result : part;
  }

  /** Offset of a segment's first frame, behind header and snapshot, or a fault. */
  framesAt(segment: number): number {
    const result = this.reader.peek(segment % this.sectorCount);
    return result < 0 ? result : HEADER_BYTES + this.reader.header.stateBytes;
  }

  /** Number of the segment that holds `sequence`; the oldest when it is older. Few header reads. */
  segmentOf(sequence: number): number {
    let low = this.state[OLDEST_SEGMENT]!;
    let high = this.state[SEGMENT]!;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const result = this.reader.peek(middle % this.sectorCount);
      if (result === 0 && this.reader.header.firstSequence <= sequence) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** First sequence number still stored, or the next one when nothing is. */
  oldestSequence(): number {
    const oldest = this.state[OLDEST_SEGMENT]!;
    const result = oldest < 0 ? FAULT.absent : this.reader.peek(oldest % this.sectorCount);
    return result === 0 ? this.reader.header.firstSequence : this.nextSequence;
  }

  /** Chain hash after the last record, 32 bytes. */
  chainHash(into: Uint8Array, at: number): void {
    if (this.state[OFFSET] === SECTOR_BYTES && this.state[SEGMENT]! < 0) {
      copy(this.header.chainBefore, 0, into, at, SHA256_DIGEST_BYTES);
    } else this.sha.digest(into, at);
  }
}

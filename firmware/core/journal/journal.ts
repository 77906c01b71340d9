/**
 * The append-only flash log: the only truth on the device. `append` programs one frame and returns
 * when it is durable; segments are erased ahead, never before their records are settled. The
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
import { chainRoot } from './chain.js';
import { type JournalShape, Opening } from './opening.js';
import { programChecked } from './pages.js';
import { SegmentReader } from './reader.js';
import { Ring } from './ring.js';
import { Standing } from './standing.js';
import { type StateLayout, StateWriter } from './state.js';
import {
  ANCHOR,
  EPOCH,
  ERASED,
  LAST_STORED,
  LOST_COUNT,
  LOST_FIRST,
  LOST_UPTIME_S,
  MODEL,
  NEXT_SEQUENCE,
  OFFSET,
  RECEIPTED,
  ROOM,
  ROOM_LOW,
  SEGMENT,
  THINNED,
} from './words.js';

export { chainRoot, chainStart } from './chain.js';
export { type JournalShape } from './opening.js';
export { type StateLayout } from './state.js';
export { JOURNAL_DURABLE_WORDS, JOURNAL_STATE_WORDS } from './words.js';

/** Segments that one append may try: the open one, the one made ready, the spare. */
const ATTEMPTS = 3;
/** Of whoever has no tables in the durable words. */
const NO_TABLES: StateLayout = Object.freeze({ mark: 0, tables: new Int32Array(0) });

export class Journal extends Standing {
  readonly sha = new Sha256();
  readonly reader: SegmentReader;
  readonly states: StateWriter;
  /** Room for a frame beside a canonical record; free between two calls. */
  readonly scratch = new Uint8Array(FRAME_BYTES_MAX + CANONICAL_BYTES_MAX);
  private readonly canonical = new Uint8Array(CANONICAL_BYTES_MAX);
  private readonly codec: FrameCodec;
  private readonly ring: Ring;
  private readonly opening: Opening;
  private readonly flash: FlashPort;
  private readonly shape: JournalShape;

  /**
   * `state` is JOURNAL_STATE_WORDS, `cursor` JOURNAL_DURABLE_WORDS of the durable words, and
   * `durable` all of them: they are what each segment starts with, laid out as `layout` says.
   */
  constructor(
    flash: FlashPort,
    state: Int32Array,
    cursor: Int32Array,
    durable: Int32Array,
    shape: JournalShape,
    layout: StateLayout = NO_TABLES,
  ) {
    super(state, cursor);
    const { probeCount, samplePeriodS } = shape;
    this.flash = flash;
    this.shape = shape;
    const model = state.subarray(MODEL, MODEL + FRAME_STATE_WORDS);
    this.codec = new FrameCodec(model, probeCount, samplePeriodS);
    this.reader = new SegmentReader(flash, probeCount, samplePeriodS);
    this.states = new StateWriter(flash, layout, this.canonical);
    const { reader, states, sha } = this;
    this.ring = new Ring(flash, reader, states.reader.page, state, cursor);
    this.opening = new Opening(flash, reader, states, this.ring, sha, state, durable);
    this.close();
  }

  /** As before any recovery: nothing is open. */
  close(): void {
    this.state[SEGMENT] = -1;
    this.state[OFFSET] = SECTOR_BYTES;
    this.state[ANCHOR] = -1;
    this.ring.start();
  }

  /** Called when a receipt was stored: what it covers may be erased from now on. */
  acknowledge(sequence: number): void {
    this.settle(RECEIPTED, sequence);
  }

  /** Called when a THINNED record was stored: its range may be erased from now on. */
  thin(lastSequence: number): void {
    this.settle(THINNED, lastSequence);
  }

  private settle(word: number, sequence: number): void {
    if (sequence <= this.cursor[word]!) return;
    this.cursor[word] = sequence;
    this.ring.checkRoom();
  }

  /** Fills the FAULT record of a sector that was retired, if one is due: 1, else 0. */
  takeRetired(record: RecordBuffer, uptimeS: number): number {
    return this.ring.retired.take(record, uptimeS);
  }

  /** Whether `takeRetired` has something to tell. */
  get hasRetired(): boolean {
    return this.ring.retired.isDue;
  }

  /** Whether `count` more segments can be opened, as things are settled now. Few header reads. */
  hasFree(count: number): boolean {
    return this.ring.hasFree(count);
  }

  /** Sets where writing goes on: after recovery, or for an empty journal. */
  resumeAt(segment: number, epoch: number, nextSequence: number): void {
    const { state, sha } = this;
    const { chainBefore } = this.opening.header;
    state[SEGMENT] = segment;
    state[OFFSET] = SECTOR_BYTES;
    state[ANCHOR] = -1; // the first state of a boot is whole: nothing is read for it
    state[EPOCH] = epoch;
    state[NEXT_SEQUENCE] = nextSequence;
    state[LAST_STORED] = nextSequence - 1;
    if (segment < 0) chainRoot(sha, epoch, this.scratch, chainBefore);
    else sha.digest(chainBefore, 0);
    this.ring.start();
  }

  get isErasing(): boolean {
    return this.ring.isErasing;
  }

  /**
   * Moves erasing ahead, and opens the next segment where the old one takes nothing more. 1 when
   * there is room or the next segment may be opened now, 0 while not, or a fault.
   */
  poll(): number {
    const { state } = this;
    const result = this.ring.poll();
    if (state[OFFSET]! < SECTOR_BYTES || state[ERASED]! < 0) return result;
    return this.open() < 0 ? 0 : 1;
  }

  private open(): number {
    this.codec.restart();
    return this.opening.open(this.shape, this.scratch, this.canonical);
  }

  /** Whether a record of this type would be stored now. */
  accepts(type: number): boolean {
    if (type === RECORD.reading && (this.state[ROOM]! & ROOM_LOW) !== 0) return false;
    return this.hasRoom(2 * FRAME_BYTES_MAX);
  }

  /** Whether a burst of `bytes` can be appended now without waiting for an erase. */
  hasRoom(bytes: number): boolean {
    return this.state[OFFSET]! + bytes <= SECTOR_BYTES || this.state[ERASED]! >= 0;
  }

  /**
   * Makes the record durable and gives it its sequence number, which it answers. When the journal
   * is full of unreceipted records, the record is counted as lost and journalFull answered; a
   * reading already when only room for events is left. After a loss the next record stored is
   * LOST, which says how the numbers go on.
   */
  append(record: RecordBuffer): number {
    const { type } = record;
    const { state } = this;
    const mustWait = state[LOST_COUNT]! > 0 && type !== RECORD.lost;
    const isLow = (state[ROOM]! & ROOM_LOW) !== 0;
    const isRefused = mustWait || (isLow && type === RECORD.reading);
    const result = isRefused ? FAULT.journalFull : this.write(record);
    if (result < 0) return this.lose(record, result);
    const bytes = encodeCanonical(record, this.shape.probeCount, this.canonical, 0);
    this.sha.update(this.canonical, 0, bytes);
    record.sequence = state[NEXT_SEQUENCE]!;
    state[NEXT_SEQUENCE] = record.sequence + 1;
    state[LAST_STORED] = record.sequence;
    return record.sequence;
  }

  /** A record that cannot be programmed goes to the next segment: its sector is retired. */
  private write(record: RecordBuffer): number {
    const { state, scratch } = this;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      let length = this.codec.encode(record, scratch, 0);
      if (length < 0) return length;
      if (state[OFFSET]! + length > SECTOR_BYTES) {
        const opened = this.open();
        if (opened === FAULT.flashFailed) continue;
        if (opened < 0) return opened;
        length = this.codec.encode(record, scratch, 0);
      }
      const address = (state[SEGMENT]! % this.ring.sectorCount) * SECTOR_BYTES + state[OFFSET]!;
      if (programChecked(this.flash, address, scratch, 0, length, this.canonical) === 0) {
        state[OFFSET] = state[OFFSET]! + length;
        return 0;
      }
      this.ring.frameFailed();
    }
    return FAULT.flashFailed;
  }

  private lose(record: RecordBuffer, fault: number): number {
    const { state } = this;
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

  /** Number of the oldest segment stored; one more than the open one when there is none. */
  get oldestSegment(): number {
    return this.ring.oldest();
  }

  /** Reads stored bytes of one segment, at most up to what has been written. Length, or a fault. */
  readBytes(segment: number, offset: number, into: Uint8Array, length: number): number {
    return this.ring.readBytes(segment, offset, into, length);
  }

  /** Offset of a segment's first frame, behind header and state, or a fault. */
  framesAt(segment: number): number {
    return this.ring.framesAt(segment);
  }

  /** Number of the segment in use after `segment`; one more than the open one behind the last. */
  nextSegment(segment: number): number {
    return this.ring.nextSegment(segment);
  }

  /** Number of the segment that holds `sequence`; the oldest when it is older. Few header reads. */
  segmentOf(sequence: number): number {
    return this.ring.segmentOf(sequence);
  }

  /** First sequence number still stored, or the next one when nothing is. */
  oldestSequence(): number {
    return this.ring.oldestSequence();
  }

  /** Chain hash after the last record, 32 bytes: the one before a segment that has none yet. */
  chainHash(into: Uint8Array, at: number): void {
    const { segment, offset } = this;
    const { header } = segment < 0 ? this.opening : this.reader;
    const isBare = segment < 0 ? offset === SECTOR_BYTES : this.framesAt(segment) === offset;
    if (isBare) copy(header.chainBefore, 0, into, at, SHA256_DIGEST_BYTES);
    else this.sha.digest(into, at);
  }
}

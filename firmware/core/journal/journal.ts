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
import { encodeCanonical, RecordBuffer } from '../record/record.js';
import { RECORD } from '../record/schema.js';
import { Sha256, SHA256_DIGEST_BYTES } from '../sha256.js';
import { chainRoot } from './chain.js';
import { type JournalShape, Opening } from './opening.js';
import { programChecked } from './pages.js';
import type { StateLayout } from './state.js';
import { Stored } from './stored.js';
import { Waiting } from './waiting.js';
import {
  ANCHOR,
  BATCH,
  BATCH_WORDS,
  EPOCH,
  ERASED,
  LAST_STORED,
  LOST_COUNT,
  LOST_FIRST,
  LOST_UPTIME_S,
  MODEL,
  NEXT_SEQUENCE,
  OFFSET,
  ROOM,
  ROOM_LOW,
  SEGMENT,
} from './words.js';

export { chainRoot, chainStart } from './chain.js';
export { type JournalShape } from './opening.js';
export { type StateLayout } from './state.js';
export { JOURNAL_DURABLE_WORDS, JOURNAL_STATE_WORDS } from './words.js';

/** Segments that one append may try: the open one, the one made ready, the spare. */
const ATTEMPTS = 3;
/** Of whoever has no tables in the durable words. */
const NO_TABLES: StateLayout = Object.freeze({ mark: 0, tables: new Int32Array(0) });

export class Journal extends Stored {
  readonly sha = new Sha256();
  /** Free between two calls. */
  readonly spare = new RecordBuffer();
  /** Room for a frame beside a canonical record; free between two calls. */
  readonly scratch = new Uint8Array(FRAME_BYTES_MAX + CANONICAL_BYTES_MAX);
  private readonly codec: FrameCodec;
  private readonly waiting: Waiting;
  private readonly opening: Opening;

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
    super(flash, state, cursor, shape, layout);
    const { probeCount, samplePeriodS } = shape;
    const model = state.subarray(MODEL, MODEL + FRAME_STATE_WORDS);
    this.codec = new FrameCodec(model, probeCount, samplePeriodS);
    const words = state.subarray(BATCH, BATCH + BATCH_WORDS);
    this.waiting = new Waiting(words, probeCount, samplePeriodS);
    const { reader, states, sha, ring } = this;
    this.opening = new Opening(flash, reader, states, ring, sha, state, durable);
    this.close();
  }

  /** As before any recovery: nothing is open. */
  close(): void {
    this.state[SEGMENT] = -1;
    this.state[OFFSET] = SECTOR_BYTES;
    this.state[ANCHOR] = -1;
    this.waiting.clear();
    this.ring.start();
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

  /**
   * Moves erasing ahead, and opens the next segment where the old one takes nothing more. 1 when
   * there is room or the next segment may be opened now, 0 while not, or a fault.
   */
  poll(): number {
    const { state } = this;
    const result = this.ring.poll();
    const isOpen = state[OFFSET]! < SECTOR_BYTES || this.waiting.count > 0;
    if (isOpen || state[ERASED]! < 0) return result;
    return this.open() < 0 ? 0 : 1;
  }

  private open(): number {
    this.codec.restart();
    const { count } = this.waiting;
    return this.opening.open(this.shape, this.scratch, this.canonical, count);
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
   * LOST, which says how the numbers go on. A reading may wait for others, see `allowLoss`.
   */
  append(record: RecordBuffer): number {
    const { type } = record;
    const { state } = this;
    const { waiting } = this;
    const isReading = type === RECORD.reading;
    const isLow = (state[ROOM]! & ROOM_LOW) !== 0;
    // Nothing waits behind a loss: its LOST record could not be filled while a batch is written.
    if (!isReading || isLow || waiting.isDue(record)) this.flush();
    const mustWait = state[LOST_COUNT]! > 0 && type !== RECORD.lost;
    const isRefused = mustWait || (isLow && isReading);
    const waits = isReading && !isRefused && waiting.isAllowed && waiting.batch.add(record) === 1;
    if (waits) return this.number(record);
    const result = isRefused ? FAULT.journalFull : this.write(record);
    if (result < 0) return this.lose(record, result);
    const bytes = encodeCanonical(record, this.shape.probeCount, this.canonical, 0);
    this.sha.update(this.canonical, 0, bytes);
    state[LAST_STORED] = this.number(record);
    return record.sequence;
  }

  /** Gives the record its sequence number and answers it. */
  private number(record: RecordBuffer): number {
    const { state } = this;
    record.sequence = state[NEXT_SEQUENCE]!;
    state[NEXT_SEQUENCE] = record.sequence + 1;
    return record.sequence;
  }

  /**
   * Lets readings wait and be written together, as long as a power cut can take no more than this
   * many seconds of them; 0: every record is durable at once.
   */
  allowLoss(seconds: number): void {
    this.waiting.allowedS = seconds;
    if (!this.waiting.isAllowed) this.flush();
  }

  /** Writes the readings that wait. What cannot be written counts as lost. */
  flush(): void {
    const { waiting, state, spare } = this;
    while (waiting.count > 0) {
      if (this.write(null) < 0) {
        this.codec.restart();
        state[LOST_FIRST] = state[LAST_STORED]! + 1;
        state[LOST_UPTIME_S] = waiting.batch.uptimeSOf(waiting.written);
        state[LOST_COUNT] = waiting.count;
        break;
      }
      for (let i = this.codec.batched; i > 0; i--) {
        waiting.batch.load(waiting.written++, spare);
        const bytes = encodeCanonical(spare, this.shape.probeCount, this.canonical, 0);
        this.sha.update(this.canonical, 0, bytes);
        state[LAST_STORED] = state[LAST_STORED]! + 1;
      }
    }
    waiting.clear();
  }

  /** Makes the frame of a record, or of readings that wait. Its length, or a fault. */
  private encode(record: RecordBuffer | null): number {
    const { codec, scratch } = this;
    if (record !== null) return codec.encode(record, scratch, 0);
    const room = SECTOR_BYTES - this.state[OFFSET]!;
    const { batch, written } = this.waiting;
    return codec.encodeBatch(batch, written, this.spare, scratch, room);
  }

  /** A frame that cannot be programmed goes to the next segment: its sector is retired. */
  private write(record: RecordBuffer | null): number {
    const { state, scratch } = this;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      let length = this.encode(record);
      if (length < 0) return length;
      if (state[OFFSET]! + length > SECTOR_BYTES) {
        const opened = this.open();
        if (opened === FAULT.flashFailed) continue;
        if (opened < 0) return opened;
        length = this.encode(record);
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
    this.number(record);
    return fault;
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

/**
 * Reads one segment's records in order, from flash or from bytes that a dock received: both give
 * the same `read`. Uses its own frame model, so that a writer may go on beside it.
 */
import { copy } from '../bytes.js';
import { FAULT } from '../faults.js';
import { SECTOR_BYTES } from '../limits.js';
import type { FlashPort } from '../ports.js';
import { FRAME_BYTES_MAX, FRAME_STATE_WORDS, FrameCodec } from '../record/frame.js';
import type { RecordBuffer } from '../record/record.js';
import { RECORD } from '../record/schema.js';
import { decodeHeader, HEADER_BYTES, SegmentHeader } from './layout.js';

/** Bytes read at a time. */
const PAGE_BYTES = 256;
/** Room before them for the frame read last and what is there of the next one. */
const KEPT_BYTES_MAX = 2 * FRAME_BYTES_MAX;

export class SegmentReader {
  readonly header = new SegmentHeader();
  /** Offset in the sector of the frame read last and of the next one; a batch is one frame. */
  frameAt = 0;
  offset = 0;
  /**
   * Changes with every `open`: who opened a segment sees by it whether somebody else has, since.
   */
  opening = 0;
  private readonly head = new Uint8Array(HEADER_BYTES);
  private readonly window = new Uint8Array(KEPT_BYTES_MAX + PAGE_BYTES);
  private readonly page = this.window.subarray(KEPT_BYTES_MAX);
  /** Offsets in the sector of the window's first byte, and behind the last one read. */
  private windowAt = 0;
  private windowEnd = 0;
  private readonly model = new Int32Array(FRAME_STATE_WORDS);
  private codec: FrameCodec;
  private probeCount: number;
  private samplePeriodS: number;
  private sequence = 0;
  private sector = 0;
  private end = SECTOR_BYTES;
  private readonly flash: Pick<FlashPort, 'read'>;

  constructor(flash: Pick<FlashPort, 'read'>, probeCount: number, samplePeriodS: number) {
    this.flash = flash;
    this.probeCount = probeCount;
    this.samplePeriodS = samplePeriodS;
    this.codec = new FrameCodec(this.model, probeCount, samplePeriodS);
  }

  /** Reads only the header of a sector: 0, absent, foreignImage, or the port's fault. */
  peek(sector: number): number {
    const result = this.flash.read(sector * SECTOR_BYTES, this.head, HEADER_BYTES);
    return result < 0 ? result : decodeHeader(this.head, this.header);
  }

  /** Starts at the first frame of a sector whose bytes end at `end`. As `peek`. */
  open(sector: number, end: number): number {
    const result = this.peek(sector);
    if (result < 0) return result;
    this.opening = (this.opening + 1) | 0;
    this.sector = sector;
    this.end = end;
    this.offset = HEADER_BYTES + this.header.stateBytes;
    this.frameAt = this.offset;
    this.windowEnd = this.offset;
    this.sequence = this.header.firstSequence;
    this.takeShape();
    this.codec.restart();
    return 0;
  }

  /** A segment says itself what its frames are like: they may be from before a new build. */
  private takeShape(): void {
    const { probeCount, samplePeriodS } = this.header;
    if (probeCount === this.probeCount && samplePeriodS === this.samplePeriodS) return;
    this.probeCount = probeCount;
    this.samplePeriodS = samplePeriodS;
    this.codec = new FrameCodec(this.model, probeCount, samplePeriodS);
  }

  /** 1 with the next record, 0 at the blank end, malformed at a frame that cannot be read. */
  next(record: RecordBuffer): number {
    const result = this.codec.pending > 0 ? this.nextBatched(record) : this.nextFrame(record);
    if (result !== 1) return result;
    // A LOST record stands behind the numbers that it counts as lost.
    if (record.type === RECORD.lost) this.sequence = record.fields[0]! + record.fields[1]!;
    record.sequence = this.sequence++;
    return 1;
  }

  private nextFrame(record: RecordBuffer): number {
    const fault = this.fillWindow();
    if (fault < 0) return fault;
    const at = this.offset - this.windowAt;
    const length = this.codec.decode(this.window, at, this.windowEnd - this.windowAt, record);
    if (length <= 0) return length;
    this.frameAt = this.offset;
    this.offset += length;
    return 1;
  }

  /** Another reading of the frame read last. Where one cannot be read, so cannot its frame. */
  private nextBatched(record: RecordBuffer): number {
    const result = this.codec.decodeNext(record);
    if (result < 0) this.offset = this.frameAt;
    return result;
  }

  /** The bytes of the frame read last, as they were read, to the start of `into`; their length. */
  frameBytes(into: Uint8Array): number {
    const length = this.offset - this.frameAt;
    copy(this.window, this.frameAt - this.windowAt, into, 0, length);
    return length;
  }

  /** The bytes of the header read last, to the start of `into`; their length. */
  headerBytes(into: Uint8Array): number {
    copy(this.head, 0, into, 0, HEADER_BYTES);
    return HEADER_BYTES;
  }

  /**
   * Makes the window hold a whole frame from `offset`, or all there is. The frame read last stays
   * in it, in front of the page read now, and no byte is read twice.
   */
  private fillWindow(): number {
    const { windowEnd, window, page, frameAt } = this;
    if (windowEnd >= this.end) return this.offset > this.end ? FAULT.truncated : 0;
    if (windowEnd >= this.offset + FRAME_BYTES_MAX) return 0;
    const kept = windowEnd - frameAt;
    if (kept > 0) copy(window, frameAt - this.windowAt, window, KEPT_BYTES_MAX - kept, kept);
    this.windowAt = windowEnd - KEPT_BYTES_MAX;
    const left = this.end - windowEnd;
    const wanted = left < PAGE_BYTES ? left : PAGE_BYTES;
    const result = this.flash.read(this.sector * SECTOR_BYTES + windowEnd, page, wanted);
    if (result < 0) return result;
    this.windowEnd = windowEnd + wanted;
    return 0;
  }
}

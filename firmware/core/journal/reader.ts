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

const WINDOW_BYTES = 512;

export class SegmentReader {
  readonly header = new SegmentHeader();
  /** Offset in the sector of the frame read last and of the next one. */
  frameAt = 0;
  offset = 0;
  private readonly head = new Uint8Array(HEADER_BYTES);
  private readonly window = new Uint8Array(WINDOW_BYTES);
  private windowAt = 0;
  private windowBytes = 0;
  /** The frame read last, once the window has moved on. */
  private readonly kept = new Uint8Array(FRAME_BYTES_MAX);
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
    this.sector = sector;
    this.end = end;
    this.windowBytes = 0;
    this.offset = HEADER_BYTES + this.header.stateBytes;
    this.frameAt = this.offset;
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
    const fault = this.fillWindow();
    if (fault < 0) return fault;
    const at = this.offset - this.windowAt;
    const length = this.codec.decode(this.window, at, this.windowBytes, record);
    if (length <= 0) return length;
    // A LOST record stands behind the numbers that it counts as lost.
    if (record.type === RECORD.lost) this.sequence = record.fields[0]! + record.fields[1]!;
    record.sequence = this.sequence++;
    this.frameAt = this.offset;
    this.offset += length;
    return 1;
  }

  /** The bytes of the frame read last, as they were read, to the start of `into`; their length. */
  frameBytes(into: Uint8Array): number {
    const length = this.offset - this.frameAt;
    const isInWindow = this.frameAt >= this.windowAt;
    if (isInWindow) copy(this.window, this.frameAt - this.windowAt, into, 0, length);
    else copy(this.kept, 0, into, 0, length);
    return length;
  }

  /** The bytes of the header read last, to the start of `into`; their length. */
  headerBytes(into: Uint8Array): number {
    copy(this.head, 0, into, 0, HEADER_BYTES);
    return HEADER_BYTES;
  }

  /** Makes the window hold a whole frame from `offset`, or all there is. */
  private fillWindow(): number {
    const have = this.windowAt + this.windowBytes;
    const fits = this.windowBytes > 0 && this.offset >= this.windowAt;
    if (fits && (have >= this.offset + FRAME_BYTES_MAX || have >= this.end)) return 0;
    if (this.offset > this.end) return FAULT.truncated;
    if (fits) this.frameBytes(this.kept);
    const left = this.end - this.offset;
    this.windowAt = this.offset;
    this.windowBytes = left < WINDOW_BYTES ? left : WINDOW_BYTES;
    if (this.windowBytes === 0) return 0;
    const address = this.sector * SECTOR_BYTES + this.offset;
    return this.flash.read(address, this.window, this.windowBytes);
  }
}

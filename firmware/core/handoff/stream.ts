/**
 * Reads stored records for a READ: verbatim flash bytes, segment by segment, without the snapshots
 * of the state. The end is where the journal ended when the READ came.
 */
import { crc32, CRC32_START } from '../bytes.js';
import { SECTOR_BYTES } from '../limits.js';
import { HEADER_BYTES } from '../journal/layout.js';
import type { Journal } from '../journal/journal.js';

const BLANK = 0xff;
/** No frame holds so many blank bytes in a row; fewer may be the end of one. */
const BLANK_RUN_BYTES = 128;

export class RecordStream {
  /** Where the next chunk comes from. */
  segment = 0;
  offset = 0;
  /** CRC-32 over all bytes since `begin`. */
  crc = CRC32_START;
  nextSequence = 0;
  isOpen = false;
  private endSegment = 0;
  private endOffset = 0;
  private readonly journal: Journal;

  constructor(journal: Journal) {
    this.journal = journal;
  }

  /** Starts at the segment that holds `sequence`. */
  beginAtSequence(sequence: number): void {
    this.begin(this.journal.segmentOf(sequence), 0);
  }

  /**
   * Starts at a place that an earlier chunk named: at its end, or at that of one that got lost. A
   * place in the snapshot behind a header means the first frame.
   */
  begin(segment: number, offset: number): void {
    const { journal } = this;
    const isGone = segment < journal.oldestSegment;
    this.segment = isGone ? journal.oldestSegment : segment;
    this.offset = isGone ? 0 : offset;
    if (this.offset >= HEADER_BYTES && this.segment <= journal.segment) {
      const framesAt = journal.framesAt(this.segment);
      if (framesAt > this.offset) this.offset = framesAt;
    }
    this.endSegment = journal.segment;
    this.endOffset = journal.offset;
    this.nextSequence = journal.nextSequence;
    this.crc = CRC32_START;
    this.isOpen = true;
  }

  /** Whether everything up to the end has been read. */
  get isAtEnd(): boolean {
    if (this.segment > this.endSegment) return true;
    return this.segment === this.endSegment && this.offset >= this.endOffset;
  }

  /**
   * Reads the next chunk to the start of `into`, at most `length` bytes. Its length, or a fault; 0
   * when the place moved on without bytes. `advance` follows when the chunk was sent.
   */
  read(into: Uint8Array, length: number): number {
    const { journal } = this;
    const limit = this.offset < HEADER_BYTES ? HEADER_BYTES : this.stop();
    const left = limit - this.offset;
    if (left <= 0) return this.skipSegment();
    const got = journal.readBytes(this.segment, this.offset, into, left < length ? left : length);
    if (got <= 0) return got < 0 ? got : this.skipSegment();
    if (got < BLANK_RUN_BYTES) return got;
    for (let i = 0; i < got; i++) if (into[i] !== BLANK) return got;
    return this.skipSegment(); // the segment ended early: nothing follows
  }

  private stop(): number {
    return this.segment === this.endSegment ? this.endOffset : SECTOR_BYTES;
  }

  private skipSegment(): 0 {
    this.segment++;
    this.offset = 0;
    return 0;
  }

  /** The chunk of `length` bytes was sent. */
  advance(bytes: Uint8Array, length: number): void {
    this.crc = crc32(bytes, 0, length, this.crc);
    this.offset += length;
    if (this.offset === HEADER_BYTES) {
      const framesAt = this.journal.framesAt(this.segment);
      if (framesAt < 0) this.skipSegment();
      else this.offset = framesAt;
    } else if (this.offset >= SECTOR_BYTES) this.skipSegment();
  }
}

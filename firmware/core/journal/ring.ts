/**
 * The ring of sectors behind the journal: which one is erased ahead, what may be erased at all, and
 * where a segment or a sequence number lies. A sector is given up only when the records in it are
 * receipted; the last few are kept for events.
 */
import { FAULT } from '../faults.js';
import { SECTOR_BYTES } from '../limits.js';
import type { FlashPort } from '../ports.js';
import { HEADER_BYTES } from './layout.js';
import type { SegmentReader } from './reader.js';
import {
  ERASED,
  ERASING,
  IS_LOW,
  NEXT_SEQUENCE,
  OFFSET,
  OLDEST_SEGMENT,
  RECEIPTED,
  SEGMENT,
} from './words.js';

/** Segments that readings may not use: while receipts stay out, events are kept longest. */
const EVENT_SEGMENTS = 4;

export class Ring {
  readonly sectorCount: number;
  private readonly flash: FlashPort;
  private readonly reader: SegmentReader;
  private readonly state: Int32Array;
  private readonly cursor: Int32Array;

  /** `state` and `cursor` are the journal's; see words.ts. */
  constructor(flash: FlashPort, reader: SegmentReader, state: Int32Array, cursor: Int32Array) {
    this.flash = flash;
    this.reader = reader;
    this.state = state;
    this.cursor = cursor;
    this.sectorCount = (flash.size() / SECTOR_BYTES) | 0;
  }

  /** Sets the oldest segment after recovery: the sector ahead may have been erased or not. */
  findOldest(): void {
    const next = this.state[SEGMENT]! + 1;
    // What is not receipted there has not been erased.
    const oldest = next - this.sectorCount + (this.mayErase(next) ? 1 : 0);
    this.state[OLDEST_SEGMENT] = oldest > 0 ? oldest : 0;
  }

  /**
   * Moves erasing ahead. 1 when the next segment may be opened at once, 0 while not, or a fault.
   */
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

  /** Whether a sector is being erased. */
  get isErasing(): boolean {
    return this.state[ERASING]! >= 0;
  }

  /** Whether the sector of segment `next` holds nothing that is not receipted. */
  mayErase(next: number): boolean {
    const victim = next - this.sectorCount;
    if (victim < 0) return true;
    const { header } = this.reader;
    const held = this.reader.peek(victim % this.sectorCount);
    if (held === FAULT.absent || (held === 0 && header.segment !== victim)) return true;
    // The header behind says where the victim ends; a damaged one is passed over.
    for (let segment = victim + 1; segment <= this.state[SEGMENT]!; segment++) {
      const result = this.reader.peek(segment % this.sectorCount);
      if (result < 0 || header.segment !== segment) continue;
      return header.firstSequence - 1 <= this.cursor[RECEIPTED]!;
    }
    return true;
  }

  /** Notes whether readings must make way for events. */
  checkRoom(): void {
    const last = this.state[SEGMENT]! + 1 + EVENT_SEGMENTS;
    this.state[IS_LOW] = this.mayErase(last) ? 0 : 1;
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
    return result === 0 ? this.reader.header.firstSequence : this.state[NEXT_SEQUENCE]!;
  }
}

/**
 * Where the segments stored lie, by number and by sequence number. Segment numbers leap over
 * sectors that are not used: what a sector holds is told by its header alone.
 */
import { FAULT } from '../faults.js';
import { SECTOR_BYTES } from '../limits.js';
import type { FlashPort } from '../ports.js';
import { HEADER_BYTES } from './layout.js';
import type { SegmentReader } from './reader.js';
import { RetiredSectors } from './retired.js';
import { NEXT_SEQUENCE, OFFSET, OLDEST_SEGMENT, SEGMENT } from './words.js';

/** Of a place that is named by something else. */
const ANY = -1;

export class Segments {
  readonly sectorCount: number;
  readonly retired: RetiredSectors;
  protected readonly flash: FlashPort;
  protected readonly reader: SegmentReader;
  protected readonly state: Int32Array;

  /** `state` and `cursor` are the journal's; see words.ts. */
  constructor(flash: FlashPort, reader: SegmentReader, state: Int32Array, cursor: Int32Array) {
    this.flash = flash;
    this.reader = reader;
    this.state = state;
    this.retired = new RetiredSectors(state, cursor);
    this.sectorCount = (flash.size() / SECTOR_BYTES) | 0;
  }

  /** First number from this one on whose sector is not retired. */
  protected usableFrom(from: number): number {
    let number = from;
    const end = from + this.sectorCount;
    while (number < end && this.retired.has(number % this.sectorCount)) number++;
    return number;
  }

  /** Whether a segment of this number stands in its sector; then its header has been read. */
  protected isHeld(segment: number): boolean {
    const { reader } = this;
    return reader.peek(segment % this.sectorCount) === 0 && reader.header.segment === segment;
  }

  /** First segment from this number on; one more than the open one when there is none. */
  protected heldFrom(from: number): number {
    const newest = this.state[SEGMENT]!;
    for (let segment = from; segment <= newest; segment++) {
      if (this.isHeld(segment)) return segment;
    }
    return newest + 1;
  }

  /** Number of the oldest segment; one more than the open one when there is none. */
  oldest(): number {
    const { state } = this;
    state[OLDEST_SEGMENT] = this.heldFrom(state[OLDEST_SEGMENT]!);
    return state[OLDEST_SEGMENT];
  }

  /** Number of the segment after `segment`, stored or to be: numbers leap over sectors not used. */
  nextSegment(segment: number): number {
    return segment < this.state[SEGMENT]!
      ? this.heldFrom(segment + 1)
      : this.usableFrom(segment + 1);
  }

  /** Reads stored bytes of one segment, at most up to what has been written. Length, or a fault. */
  readBytes(segment: number, offset: number, into: Uint8Array, length: number): number {
    const { state } = this;
    if (segment < state[OLDEST_SEGMENT]! || segment > state[SEGMENT]!) return FAULT.absent;
    const sector = segment % this.sectorCount;
    if (this.retired.has(sector) && !this.isHeld(segment)) return FAULT.absent;
    const end = segment === state[SEGMENT] ? state[OFFSET]! : SECTOR_BYTES;
    const left = end - offset;
    if (left <= 0) return 0;
    const part = left < length ? left : length;
    const result = this.flash.read(sector * SECTOR_BYTES + offset, into, part);
    return result < 0 ? result : part;
  }

  /** Offset of a segment's first frame, behind header and state, or a fault. */
  framesAt(segment: number): number {
    const result = this.reader.peek(segment % this.sectorCount);
    if (result < 0) return result;
    const { header } = this.reader;
    return header.segment === segment ? HEADER_BYTES + header.stateBytes : FAULT.absent;
  }

  /** Number of the segment that holds `sequence`; the oldest when it is older. Few header reads. */
  segmentOf(sequence: number): number {
    return this.search(sequence, ANY, 0);
  }

  /** Number of the segment that holds what was recorded at this time; as `segmentOf`. */
  segmentAt(bootCount: number, uptimeS: number): number {
    return this.search(ANY, bootCount, uptimeS);
  }

  /** The last segment that begins no later than a sequence number, or else than a time. */
  private search(sequence: number, bootCount: number, uptimeS: number): number {
    const { header } = this.reader;
    let low = this.oldest();
    let high = this.state[SEGMENT]!;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      let held = middle;
      while (held <= high && !this.isHeld(held)) held++;
      const isLater =
        bootCount === ANY
          ? header.firstSequence > sequence
          : header.bootCount > bootCount ||
            (header.bootCount === bootCount && header.uptimeS > uptimeS);
      if (held <= high && !isLater) low = held;
      else high = middle - 1;
    }
    return low;
  }

  /** First sequence number still stored, or the next one when nothing is. */
  oldestSequence(): number {
    const isHeld = this.oldest() <= this.state[SEGMENT]!;
    return isHeld ? this.reader.header.firstSequence : this.state[NEXT_SEQUENCE]!;
  }
}

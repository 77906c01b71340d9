/**
 * What the journal holds: its sectors, which of its segments are stored and where a number lies,
 * what may be given up. Reading needs no more than this; writing is `Journal`'s.
 */
import { CANONICAL_BYTES_MAX } from '../limits.js';
import type { FlashPort } from '../ports.js';
import type { RecordBuffer } from '../record/record.js';
import type { JournalShape } from './opening.js';
import { SegmentReader } from './reader.js';
import { Ring } from './ring.js';
import { Standing } from './standing.js';
import { type StateLayout, StateWriter } from './state.js';
import { RECEIPTED, THINNED } from './words.js';

export class Stored extends Standing {
  readonly reader: SegmentReader;
  readonly states: StateWriter;
  protected readonly ring: Ring;
  protected readonly flash: FlashPort;
  protected readonly shape: JournalShape;
  /** Room for a canonical record; what was programmed is read back into it, too. */
  protected readonly canonical = new Uint8Array(CANONICAL_BYTES_MAX);

  /** As Journal's. */
  constructor(
    flash: FlashPort,
    state: Int32Array,
    cursor: Int32Array,
    shape: JournalShape,
    layout: StateLayout,
  ) {
    super(state, cursor);
    this.flash = flash;
    this.shape = shape;
    this.reader = new SegmentReader(flash, shape.probeCount, shape.samplePeriodS);
    this.states = new StateWriter(flash, layout, this.canonical);
    this.ring = new Ring(flash, this.reader, this.states.reader.page, state, cursor);
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

  get isErasing(): boolean {
    return this.ring.isErasing;
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

  /**
   * Number of the segment that holds what was recorded at this uptime of this boot; the oldest when
   * that is older. Few header reads.
   */
  segmentAt(bootCount: number, uptimeS: number): number {
    return this.ring.segmentAt(bootCount, uptimeS);
  }

  /** First sequence number still stored, or the next one when nothing is. */
  oldestSequence(): number {
    return this.ring.oldestSequence();
  }
}

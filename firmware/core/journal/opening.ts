/**
 * Begins a segment: the state of the durable words first, an anchor or a difference to one, then
 * the header, which proves both. Each is read back before anything is built upon it.
 */
import { FAULT } from '../faults.js';
import { SECTOR_BYTES } from '../limits.js';
import type { FlashPort } from '../ports.js';
import type { Sha256 } from '../sha256.js';
import { WALL_UNKNOWN } from '../units.js';
import { chainStart } from './chain.js';
import { encodeHeader, HEADER_BYTES, SegmentHeader } from './layout.js';
import { programChecked } from './pages.js';
import type { SegmentReader } from './reader.js';
import type { Ring } from './ring.js';
import type { StateWriter } from './state.js';
import {
  ANCHOR,
  BOOT_COUNT,
  EPOCH,
  ERASED,
  LAST_STORED,
  OFFSET,
  SEGMENT,
  UPTIME_S,
  WALL_S,
} from './words.js';

/** Segments after which an anchor is written in any case; fewer in a small journal. */
const ANCHOR_SEGMENTS = 16;
/** A larger anchor has no differences: recovery would read more than it may. */
const ANCHOR_BYTES_MAX = 2048;

export interface JournalShape {
  readonly probeCount: number;
  readonly samplePeriodS: number;
}

export class Opening {
  readonly header = new SegmentHeader();
  private readonly flash: FlashPort;
  private readonly reader: SegmentReader;
  private readonly writer: StateWriter;
  private readonly ring: Ring;
  private readonly sha: Sha256;
  private readonly state: Int32Array;
  private readonly durable: Int32Array;

  /** Everything here is the journal's; `durable` is what each segment starts with. */
  constructor(
    flash: FlashPort,
    reader: SegmentReader,
    writer: StateWriter,
    ring: Ring,
    sha: Sha256,
    state: Int32Array,
    durable: Int32Array,
  ) {
    this.flash = flash;
    this.reader = reader;
    this.writer = writer;
    this.ring = ring;
    this.sha = sha;
    this.state = state;
    this.durable = durable;
  }

  /**
   * Opens the segment that was made ready: 0, journalFull when none is, or flashFailed, and then
   * its sector is retired. `scratch` and `check` are buffers of HEADER_BYTES at least; `ahead`
   * records have been judged, but are still to be stored.
   */
  open(shape: JournalShape, scratch: Uint8Array, check: Uint8Array, ahead: number): number {
    const { state, header, ring } = this;
    const next = state[ERASED]!;
    if (next < 0) return FAULT.journalFull;
    const base = (next % ring.sectorCount) * SECTOR_BYTES;
    let back = this.anchorBefore(next);
    if (back > 0) {
      const length = this.writer.write(-1, this.durable, back, ahead);
      if (length < 0 || 2 * length >= this.reader.header.stateBytes) back = 0;
    }
    const stateBytes = this.writer.write(base + HEADER_BYTES, this.durable, back, ahead);
    if (stateBytes < 0) return this.fail(next);
    if (state[SEGMENT]! >= 0) this.sha.digest(header.chainBefore, 0);
    header.probeCount = shape.probeCount;
    header.samplePeriodS = shape.samplePeriodS;
    header.epoch = state[EPOCH]!;
    header.segment = next;
    header.firstSequence = state[LAST_STORED]! + 1; // before a loss: LOST itself tells of it
    header.bootCount = state[BOOT_COUNT]!;
    header.uptimeS = state[UPTIME_S]!;
    header.wallS = state[WALL_S]! === 0 ? WALL_UNKNOWN : state[WALL_S]!;
    header.stateBytes = stateBytes;
    header.stateCrc = this.writer.crc;
    encodeHeader(header, scratch);
    const result = programChecked(this.flash, base, scratch, 0, HEADER_BYTES, check);
    if (result < 0) return this.fail(next);
    chainStart(this.sha, header, scratch);
    state[SEGMENT] = next;
    state[OFFSET] = HEADER_BYTES + stateBytes;
    if (back === 0) state[ANCHOR] = next;
    ring.opened();
    ring.checkRoom();
    return 0;
  }

  private fail(segment: number): number {
    this.state[ANCHOR] = -1;
    this.ring.openFailed(segment);
    return FAULT.flashFailed;
  }

  /**
   * How many segments before `next` the anchor is that its state may be a difference to, whose
   * header has been read then; 0: none.
   */
  private anchorBefore(next: number): number {
    const { reader, writer } = this;
    const { sectorCount } = this.ring;
    const anchor = this.state[ANCHOR]!;
    const back = next - anchor;
    const quarter = sectorCount >> 2;
    if (anchor < 0 || back >= (quarter < ANCHOR_SEGMENTS ? quarter : ANCHOR_SEGMENTS)) return 0;
    const sector = anchor % sectorCount;
    if (reader.peek(sector) < 0 || reader.header.segment !== anchor) return 0;
    const { stateBytes, stateCrc } = reader.header;
    if (stateBytes > ANCHOR_BYTES_MAX) return 0;
    writer.useAnchor(sector * SECTOR_BYTES + HEADER_BYTES, stateBytes, stateCrc);
    return back;
  }
}

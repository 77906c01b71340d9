/**
 * Hands on each segment of a journal as its bytes, frame by frame, with the place of every byte in
 * the file that it came from: so that whatever is wrong can be named by its address. The decoder
 * of the backend says what the records are; here stands only where they lie.
 */
import type { SegmentHeader } from '../../../firmware/core/journal/layout.js';
import { HEADER_BYTES } from '../../../firmware/core/journal/layout.js';
import { SegmentReader } from '../../../firmware/core/journal/reader.js';
import { CANONICAL_BYTES_MAX, SECTOR_BYTES } from '../../../firmware/core/limits.js';
import { FRAME_STATE_WORDS, FrameCodec } from '../../../firmware/core/record/frame.js';
import { encodeCanonical, RecordBuffer } from '../../../firmware/core/record/record.js';
import { FORMAT_VERSION } from '../../../firmware/core/record/fields.js';
import { RECORD } from '../../../firmware/core/record/schema.js';
import { readSegmentV1, type SegmentV1 } from '../../backend/format-v1.js';
import type { FlashBlock } from '../../backend/record-types.js';

const BLANK = 0xff;
/** What a plain frame of version 1 takes besides its record. */
const V1_PLAIN_BYTES = 6;

/** Flash bytes and where they stand in the file. */
export interface PlacedBlock extends FlashBlock {
  readonly address: number;
  /** Of a hand-off: the visit that brought it, from 1. */
  readonly visit: number;
}

/** One record's share of its segment. */
export interface FrameSpan {
  readonly sequence: number;
  /** Code of its record type. */
  readonly type: number;
  readonly offset: number;
  readonly bytes: number;
}

/** The frames of one segment up to its end, or up to the first that cannot be read. */
export interface SegmentWalk {
  readonly header: SegmentHeader;
  readonly framesAt: number;
  readonly spans: readonly FrameSpan[];
  /** Offset behind the last frame that could be read. */
  readonly stopAt: number;
  /** Whether something stands there that is no frame. */
  readonly isUnreadable: boolean;
  /** Whether anything stands there or behind it: nothing may, after the last record of all. */
  readonly hasMore: boolean;
  /** Version of the format: of the first one, places of single frames are not known. */
  readonly version: number;
}

/** The same byte as two visits brought it. */
export interface Conflict {
  readonly segment: number;
  readonly offset: number;
  readonly address: number;
  readonly visit: number;
  readonly value: number;
  readonly otherVisit: number;
  readonly otherValue: number;
}

/** One segment as far as it is in the file; what is missing reads as blank. */
export class SegmentView {
  readonly segment: number;
  readonly bytes = new Uint8Array(SECTOR_BYTES).fill(BLANK);
  readonly conflicts: Conflict[] = [];
  /** Undefined without a valid header. */
  readonly walk: SegmentWalk | undefined;
  /** In the order in which they were laid over one another, the best last. */
  readonly blocks: readonly PlacedBlock[];

  constructor(segment: number, blocks: readonly PlacedBlock[]) {
    this.segment = segment;
    this.blocks = bestLast(blocks);
    const known = new Map<number, PlacedBlock>();
    for (const block of this.blocks) this.lay(block, known);
    this.walk = walkSegment(this.bytes);
  }

  /** Address in the file of the byte at an offset, or of the one before it; undefined without. */
  addressOf(offset: number): number | undefined {
    let address: number | undefined;
    let best = -1;
    for (const block of this.blocks) {
      const within = Math.min(offset, block.offset + block.bytes.length);
      if (block.offset > offset || within < best) continue;
      best = within;
      address = block.address + within - block.offset;
    }
    return address;
  }

  /** All of it as one block: where visits differ, the bytes that were laid last. */
  get joined(): FlashBlock {
    const ends = this.blocks.map(({ offset, bytes }) => offset + bytes.length);
    const end = Math.min(SECTOR_BYTES, Math.max(0, ...ends));
    return { segment: this.segment, offset: 0, bytes: this.bytes.subarray(0, end) };
  }

  private lay(block: PlacedBlock, known: Map<number, PlacedBlock>): void {
    let isTold = false;
    block.bytes.forEach((value, i) => {
      const offset = block.offset + i;
      if (offset >= SECTOR_BYTES) return;
      const before = known.get(offset);
      if (before !== undefined && this.bytes[offset] !== value && !isTold) {
        isTold = true; // the first byte tells; what follows may be damaged alike
        this.conflicts.push({
          segment: this.segment,
          offset,
          address: before.address + offset - before.offset,
          visit: before.visit,
          value: this.bytes[offset]!,
          otherVisit: block.visit,
          otherValue: value,
        });
      }
      this.bytes[offset] = value;
      known.set(offset, block);
    });
  }
}

/** The segments of placed blocks, in the order of their numbers. */
export function segmentViews(blocks: readonly PlacedBlock[]): SegmentView[] {
  const bySegment = new Map<number, PlacedBlock[]>();
  for (const block of blocks) {
    const list = bySegment.get(block.segment);
    if (list === undefined) bySegment.set(block.segment, [block]);
    else list.push(block);
  }
  return [...bySegment]
    .sort(([a], [b]) => a - b)
    .map(([segment, list]) => new SegmentView(segment, list));
}

/** Copies of which more can be read come later, so that they are laid over the others. */
function bestLast(blocks: readonly PlacedBlock[]): readonly PlacedBlock[] {
  const visits = [...new Set(blocks.map(({ visit }) => visit))];
  if (visits.length < 2) return blocks;
  const copies = visits.map((visit) => {
    const own = blocks.filter((block) => block.visit === visit);
    return { own, frames: walkSegment(joined(own))?.spans.length ?? -1 };
  });
  return copies.sort((a, b) => a.frames - b.frames).flatMap(({ own }) => own);
}

function joined(blocks: readonly FlashBlock[]): Uint8Array {
  const bytes = new Uint8Array(SECTOR_BYTES).fill(BLANK);
  for (const { offset, bytes: part } of blocks) {
    if (offset < SECTOR_BYTES) bytes.set(part.subarray(0, SECTOR_BYTES - offset), offset);
  }
  return bytes;
}

/** The frames of a sector's bytes; undefined when it does not begin with a valid header. */
export function walkSegment(bytes: Uint8Array): SegmentWalk | undefined {
  const reader = new SegmentReader(flashOf(bytes), 1, 60);
  if (reader.open(0, SECTOR_BYTES) < 0) {
    const older = readSegmentV1(bytes);
    return older === undefined ? undefined : walkV1(older, bytes);
  }
  const { header } = reader;
  const framesAt = HEADER_BYTES + header.stateBytes;
  const spans: FrameSpan[] = [];
  const record = new RecordBuffer();
  let offset = reader.offset;
  let result = reader.next(record);
  for (; result === 1; result = reader.next(record)) {
    const { sequence, type } = record;
    spans.push({ sequence, type, offset, bytes: reader.offset - offset });
    offset = reader.offset;
  }
  const stopAt = reader.offset;
  const hasMore = bytes.subarray(stopAt).some((byte) => byte !== BLANK);
  const isUnreadable = result < 0 && hasMore;
  return { header, framesAt, spans, stopAt, isUnreadable, hasMore, version: FORMAT_VERSION };
}

/** The same of a segment of version 1: what single readings take is their mean. */
function walkV1({ header, records, endsAt, isBlankAtEnd }: SegmentV1, bytes: Uint8Array) {
  const framesAt = HEADER_BYTES + header.stateBytes;
  const scratch = new Uint8Array(CANONICAL_BYTES_MAX);
  const sizes = records.map((record) =>
    record.type === RECORD.reading
      ? 0
      : V1_PLAIN_BYTES + encodeCanonical(record, header.probeCount, scratch, 0),
  );
  const readingBytes = endsAt - framesAt - sizes.reduce((sum, size) => sum + size, 0);
  const each = readingBytes / Math.max(1, sizes.filter((size) => size === 0).length);
  const spans = records.map(({ sequence, type }, i): FrameSpan => {
    return { sequence, type, offset: framesAt, bytes: sizes[i] || each };
  });
  const hasMore = bytes.subarray(endsAt).some((byte) => byte !== BLANK);
  const isUnreadable = !isBlankAtEnd && hasMore;
  return { header, framesAt, spans, stopAt: endsAt, isUnreadable, hasMore, version: 1 };
}

/** Whether a record can be read on its own somewhere in a sector without a header. */
export function hasPlainFrame(sector: Uint8Array): boolean {
  const codec = new FrameCodec(new Int32Array(FRAME_STATE_WORDS), 1, 60);
  const record = new RecordBuffer();
  for (let at = HEADER_BYTES; at < sector.length; at++) {
    codec.restart(); // without a model only a frame that stands for itself can be read
    if (codec.decode(sector, at, sector.length, record) > 0) return true;
  }
  return false;
}

/** A sector, or any other bytes, as the container's reader asks for them. */
export function flashOf(bytes: Uint8Array): {
  read(address: number, into: Uint8Array, length: number): number;
} {
  return {
    read(address, into, length) {
      into.set(bytes.subarray(address, address + length));
      return length;
    },
  };
}

/** The last record that a segment holds; `endSequence` is where the next segment begins. */
export function lastSequenceOf(walk: SegmentWalk, endSequence: number): number {
  const last = walk.spans.filter(({ sequence }) => sequence < endSequence).at(-1);
  return last?.sequence ?? walk.header.firstSequence - 1;
}

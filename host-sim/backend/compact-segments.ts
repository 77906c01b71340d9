/**
 * Hands on the segments of blocks in the compact form, ready to be read: blocks joined, heads read,
 * and what the opening would have said filled in from the segment before. Damage is told in
 * `problems`, never thrown.
 */
import type { SegmentHeader } from '../../firmware/core/journal/layout.js';
import { OPENING_BYTES } from '../../firmware/core/record/compact.js';
import { faultName } from '../fault-name.js';
import { type CompactBlock, CompactReader, isCompact } from './compact-decode.js';
import type { FlashBlock } from './record-types.js';

/** More bytes than any segment takes: offsets have 16 bits. */
const SEGMENT_BYTES_MAX = 1 << 16;

export interface CompactSegment {
  readonly segment: number;
  readonly header: SegmentHeader;
  readonly reader: CompactReader;
  /** Offset behind its last byte. */
  readonly end: number;
}

/** What a segment is followed from. */
export interface SegmentBefore {
  readonly epoch: number;
  /** Chain hash after its last record, and the number of the record that comes next. */
  readonly chainAfter: Uint8Array;
  readonly nextSequence: number;
}

/** The segments that came in the compact form, by number. Other blocks are passed over. */
export function compactSegments(
  blocks: readonly FlashBlock[],
  problems: string[],
): CompactSegment[] {
  const bySegment = new Map<number, CompactBlock[]>();
  for (const block of blocks.filter(isCompact)) {
    const others = bySegment.get(block.segment);
    if (others === undefined) bySegment.set(block.segment, [block]);
    else others.push(block);
  }
  return [...bySegment]
    .sort(([a], [b]) => a - b)
    .flatMap(([segment, own]) => openSegment(segment, own, problems));
}

function openSegment(
  segment: number,
  blocks: readonly CompactBlock[],
  problems: string[],
): CompactSegment[] {
  const hasOpening = blocks.some(({ offset }) => offset < OPENING_BYTES);
  const joined = joinBlocks(segment, blocks, hasOpening ? 0 : OPENING_BYTES, problems);
  const reader = new CompactReader(joined, hasOpening);
  const opened = reader.open();
  if (opened < 0) {
    const what = `segment ${segment}: no head of the compact form at ${OPENING_BYTES}`;
    problems.push(`${what} (${faultName(opened)})`);
    return [];
  }
  const { header } = reader;
  header.segment = segment;
  if (!reader.isWhole) {
    problems.push(`segment ${segment}: ends at offset ${joined.length}, expected its end mark`);
  }
  return [{ segment, header, reader, end: joined.length }];
}

/** The bytes from offset 0 up to the first that did not come; zeros before `start`. */
function joinBlocks(
  segment: number,
  blocks: readonly CompactBlock[],
  start: number,
  problems: string[],
): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_BYTES_MAX);
  let end = start;
  for (const block of [...blocks].sort((a, b) => a.offset - b.offset)) {
    const blockEnd = block.offset + block.bytes.length;
    if (block.offset > end) {
      problems.push(`segment ${segment}: ${block.offset - end} bytes at ${end} are missing`);
      break;
    }
    if (blockEnd > SEGMENT_BYTES_MAX) {
      problems.push(`segment ${segment}: a block at ${block.offset} leaves 65536 bytes`);
      break;
    }
    const known = Math.min(end, blockEnd) - block.offset;
    const other = block.bytes.findIndex((byte, i) => i < known && byte !== bytes[block.offset + i]);
    if (other >= 0) {
      const at = block.offset + other;
      problems.push(`segment ${segment}: byte ${at} was received with two values`);
    }
    bytes.set(block.bytes.subarray(Math.max(0, known)), block.offset + Math.max(0, known));
    end = Math.max(end, blockEnd);
  }
  return bytes.slice(0, end);
}

/** Fills in what the opening would have said, from the segment before, where it was left out. */
export function followSegment(
  { segment, header, reader }: CompactSegment,
  before: SegmentBefore | undefined,
  problems: string[],
): void {
  if (reader.hasOpening) return;
  if (before === undefined) {
    problems.push(`segment ${segment}: came without its opening, expected the segment before it`);
    return;
  }
  header.epoch = before.epoch;
  header.chainBefore.set(before.chainAfter);
  if (header.firstSequence === before.nextSequence) return;
  problems.push(
    `segment ${segment}: begins with record ${header.firstSequence} and came without its ` +
      `opening, expected record ${before.nextSequence}`,
  );
}

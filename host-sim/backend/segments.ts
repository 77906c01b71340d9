/**
 * Hands on the segments that stored bytes hold, each with its header and something that reads its
 * records one by one: today's frames by the container's own reader, so that there is one decoder of
 * the format; version 1 by its frozen one; the compact form by its own. What cannot be read becomes
 * a problem that names segment, offset and what was expected.
 */
import { HEADER_BYTES, type SegmentHeader } from '../../firmware/core/journal/layout.js';
import { SegmentReader } from '../../firmware/core/journal/reader.js';
import { FAULT } from '../../firmware/core/faults.js';
import { CANONICAL_BYTES_MAX, SECTOR_BYTES } from '../../firmware/core/limits.js';
import { encodeCanonical, RecordBuffer } from '../../firmware/core/record/record.js';
import { faultName } from '../fault-name.js';
import { type CompactBlock, isCompact } from './compact-decode.js';
import { compactSegments } from './compact-segments.js';
import { readSegmentV1, type SegmentV1 } from './format-v1.js';
import type { FlashBlock } from './record-types.js';

/** The bytes of one segment, as far as they were received. */
interface SegmentBytes {
  readonly segment: number;
  readonly bytes: Uint8Array;
  /** Offset behind the last byte that was received. */
  end: number;
}

/** Reads one record after the other, as SegmentReader does; `offset` is where it has come to. */
export type RecordSource = Pick<SegmentReader, 'next' | 'offset'>;

/** A segment and what reads its records. */
export interface HeadedSegment {
  readonly segment: number;
  readonly header: SegmentHeader;
  readonly reader: RecordSource;
  readonly end: number;
}

/**
 * The segments in the order of their numbers. Of one that came in both forms, the one that gives
 * more records counts; as far as both go they must agree.
 */
export function headedSegments(blocks: readonly FlashBlock[], problems: string[]): HeadedSegment[] {
  const compact = blocks.filter(isCompact);
  const numbers = new Set(compact.map(({ segment }) => segment));
  const verbatim = joinBlocks(
    blocks.filter((block) => !isCompact(block)),
    problems,
  );
  const framed = verbatim.flatMap((bytes): HeadedSegment[] => {
    const { segment } = bytes;
    if (!numbers.delete(segment)) return framesOf(bytes, problems);
    return inBothForms(
      segment,
      (told) => framesOf(bytes, told),
      (told) => compactSegments(of(segment, compact), told),
      problems,
    );
  });
  const others = compact.filter(({ segment }) => numbers.has(segment));
  const rest = compactSegments(others, problems);
  return [...framed, ...rest].sort((a, b) => a.segment - b.segment);
}

function of(segment: number, blocks: readonly CompactBlock[]): CompactBlock[] {
  return blocks.filter((block) => block.segment === segment);
}

function framesOf(bytes: SegmentBytes, problems: string[]): HeadedSegment[] {
  const segment = oldSegment(bytes) ?? todaysSegment(bytes, problems);
  if (segment === undefined) return [];
  if (segment.header.segment === segment.segment) return [segment];
  problems.push(
    `segment ${segment.segment}: its header says ${segment.header.segment}, expected ` +
      `${segment.segment}`,
  );
  return [];
}

/** Opens a segment; what is wrong goes into `told`. Each call gives a reader of its own. */
type Opener = (told: string[]) => HeadedSegment[];

function inBothForms(
  segment: number,
  openFrames: Opener,
  openCompact: Opener,
  problems: string[],
): HeadedSegment[] {
  const framed = openFrames([]);
  const frames = framed.flatMap(recordsOf);
  const compact = openCompact([]).flatMap(recordsOf);
  const length = Math.min(frames.length, compact.length);
  const differs = frames.findIndex((text, i) => i < length && text !== compact[i]);
  if (differs >= 0) {
    const what = `segment ${segment}: came in both forms, expected the same records`;
    const [ours, theirs] = [frames[differs]!, compact[differs]!].map((text) => parseInt(text));
    problems.push(`${what}; they part at record ${Math.min(ours!, theirs!)}`);
  }
  const isCompactFuller = framed.length === 0 || compact.length > frames.length;
  return isCompactFuller ? openCompact(problems) : openFrames(problems);
}

/** Each record of a segment, as text: its number, and its canonical bytes in hex. */
function recordsOf({ header, reader }: HeadedSegment): string[] {
  const texts: string[] = [];
  const record = new RecordBuffer();
  const bytes = new Uint8Array(CANONICAL_BYTES_MAX);
  while (reader.next(record) === 1) {
    const length = encodeCanonical(record, header.probeCount, bytes, 0);
    texts.push(`${record.sequence} ${Buffer.from(bytes).toString('hex', 0, length)}`);
  }
  return texts;
}

/** Every sector of an image with a valid header, as blocks. */
export function blocksOfImage(flash: Uint8Array): FlashBlock[] {
  const blocks: FlashBlock[] = [];
  const reader = new SegmentReader(memoryFlash(flash), 1, 60);
  const sectorCount = Math.floor(flash.length / SECTOR_BYTES);
  for (let sector = 0; sector < sectorCount; sector++) {
    const at = sector * SECTOR_BYTES;
    const bytes = flash.subarray(at, at + SECTOR_BYTES);
    const header = reader.peek(sector) < 0 ? readSegmentV1(bytes)?.header : reader.header;
    if (header !== undefined) blocks.push({ segment: header.segment, offset: 0, bytes });
  }
  return blocks;
}

function memoryFlash(bytes: Uint8Array): {
  read(address: number, into: Uint8Array, length: number): number;
} {
  return {
    read(address, into, length) {
      into.set(bytes.subarray(address, address + length));
      return 0;
    },
  };
}

function joinBlocks(blocks: readonly FlashBlock[], problems: string[]): SegmentBytes[] {
  const bySegment = new Map<number, SegmentBytes & { readonly known: Uint8Array }>();
  for (const { segment, offset, bytes } of blocks) {
    if (offset + bytes.length > SECTOR_BYTES) {
      problems.push(`segment ${segment}: a block at ${offset} leaves the sector of 4096 bytes`);
      continue;
    }
    let entry = bySegment.get(segment);
    if (entry === undefined) {
      const blank = new Uint8Array(SECTOR_BYTES).fill(0xff);
      entry = { segment, bytes: blank, end: 0, known: new Uint8Array(SECTOR_BYTES) };
      bySegment.set(segment, entry);
    }
    for (let i = 0; i < bytes.length; i++) {
      const at = offset + i;
      if (entry.known[at] === 1 && entry.bytes[at] !== bytes[i]) {
        problems.push(`segment ${segment}: byte ${at} was received with two values`);
        break;
      }
      entry.bytes[at] = bytes[i]!;
      entry.known[at] = 1;
    }
    entry.end = Math.max(entry.end, offset + bytes.length);
  }
  return [...bySegment.values()].sort((a, b) => a.segment - b.segment);
}

/** A segment of version 1. */
function oldSegment({ segment, bytes, end }: SegmentBytes): HeadedSegment | undefined {
  const old = readSegmentV1(bytes);
  return old && { segment, header: old.header, reader: new OldRecords(old), end };
}

function todaysSegment(
  { segment, bytes, end }: SegmentBytes,
  problems: string[],
): HeadedSegment | undefined {
  const flash = memoryFlash(bytes);
  const probe = new SegmentReader(flash, 1, 60);
  const peeked = probe.peek(0);
  if (peeked < 0) {
    problems.push(
      `segment ${segment}: no valid header in its first ${HEADER_BYTES} bytes ` +
        `(${faultName(peeked)})`,
    );
    return undefined;
  }
  const { header } = probe;
  const reader = new SegmentReader(flash, header.probeCount, header.samplePeriodS);
  reader.open(0, SECTOR_BYTES);
  return { segment, header, reader, end };
}

/** The records of a segment of version 1, which were read at once. */
class OldRecords implements RecordSource {
  readonly #old: SegmentV1;
  #next = 0;

  constructor(old: SegmentV1) {
    this.#old = old;
  }

  get offset(): number {
    return this.#old.endsAt;
  }

  next(into: RecordBuffer): number {
    const record = this.#old.records[this.#next++];
    if (record === undefined) return this.#old.isBlankAtEnd ? 0 : FAULT.malformed;
    into.begin(record.type, record.uptimeS);
    into.sequence = record.sequence;
    into.fields.set(record.fields);
    return into.setTail(record.tail, 0, record.tailLength) < 0 ? FAULT.malformed : 1;
  }
}

/**
 * Hands on decoded records from stored flash bytes: what a dock received, or a whole image. Uses
 * the container's own segment reader, so that there is one decoder of the format. Damage is never
 * thrown: `problems` names segment, offset and what was expected, and what can be read is read.
 */
import { chainRoot, chainStart } from '../../firmware/core/journal/journal.js';
import { HEADER_BYTES, type SegmentHeader } from '../../firmware/core/journal/layout.js';
import { SegmentReader } from '../../firmware/core/journal/reader.js';
import { SECTOR_BYTES } from '../../firmware/core/limits.js';
import {
  encodeCanonical,
  READING_HUMIDITY,
  READING_TEMPERATURE,
  RecordBuffer,
} from '../../firmware/core/record/record.js';
import { RECORD, RECORD_SCHEMAS } from '../../firmware/core/record/schema.js';
import { Sha256, SHA256_DIGEST_BYTES } from '../../firmware/core/sha256.js';
import { TEMPERATURE_ABSENT } from '../../firmware/core/units.js';
import { faultName } from '../fault-name.js';
import type {
  DecodedLog,
  DecodedRecord,
  FlashBlock,
  RecordName,
  SegmentChain,
} from './record-types.js';
import { type TimedRecord, WallTimes } from './wall-times.js';

/** The bytes of one segment, as far as they were received. */
interface SegmentBytes {
  readonly segment: number;
  readonly bytes: Uint8Array;
  /** Offset behind the last byte that was received. */
  end: number;
}

/** What one segment gave. */
interface SegmentContent {
  readonly segment: number;
  readonly header: SegmentHeader;
  readonly records: TimedRecord[];
  readonly canonical: Uint8Array[];
  readonly chain: SegmentChain;
  /** Set where a frame could not be read; the chain tells whether anything is missing. */
  readonly unreadableAt: number | undefined;
}

/** Decodes blocks in any order, repeated ones included. */
export function decodeBlocks(blocks: readonly FlashBlock[]): DecodedLog {
  const problems: string[] = [];
  const segments = joinBlocks(blocks, problems);
  const contents: SegmentContent[] = [];
  const headers = new Map<number, SegmentHeader>();
  for (const segment of segments) {
    const header = headerOf(segment, problems);
    if (header !== undefined) headers.set(segment.segment, header);
  }
  for (const segment of segments) {
    const header = headers.get(segment.segment);
    if (header === undefined) continue;
    const endSequence = headers.get(segment.segment + 1)?.firstSequence;
    contents.push(readRecords(segment, header, endSequence));
  }
  checkChain(contents, problems);
  return assemble(contents, problems);
}

/** Decodes a whole flash image: every sector with a valid header, in the order of their numbers. */
export function decodeImage(flash: Uint8Array): DecodedLog {
  const blocks: FlashBlock[] = [];
  const reader = new SegmentReader(memoryFlash(flash), 1, 60);
  const sectorCount = Math.floor(flash.length / SECTOR_BYTES);
  for (let sector = 0; sector < sectorCount; sector++) {
    if (reader.peek(sector) < 0) continue;
    const at = sector * SECTOR_BYTES;
    const bytes = flash.subarray(at, at + SECTOR_BYTES);
    blocks.push({ segment: reader.header.segment, offset: 0, bytes });
  }
  return decodeBlocks(blocks);
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

function headerOf(segment: SegmentBytes, problems: string[]): SegmentHeader | undefined {
  const flash = memoryFlash(segment.bytes);
  const probe = new SegmentReader(flash, 1, 60);
  const peeked = probe.peek(0);
  if (peeked < 0) {
    problems.push(
      `segment ${segment.segment}: no valid header in its first ${HEADER_BYTES} bytes ` +
        `(${faultName(peeked)})`,
    );
    return undefined;
  }
  const { header } = probe;
  if (header.segment !== segment.segment) {
    problems.push(
      `segment ${segment.segment}: its header says ${header.segment}, expected ` +
        `${segment.segment}`,
    );
    return undefined;
  }
  return header;
}

/**
 * Reads a segment's records up to `endSequence`, where the next segment begins: what a cut left
 * behind it may read as a record by chance, but its number was given anew.
 */
function readRecords(
  segment: SegmentBytes,
  header: SegmentHeader,
  endSequence: number | undefined,
): SegmentContent {
  const { probeCount, samplePeriodS } = header;
  const reader = new SegmentReader(memoryFlash(segment.bytes), probeCount, samplePeriodS);
  reader.open(0, SECTOR_BYTES);
  const sha = new Sha256();
  const scratch = new Uint8Array(512);
  chainStart(sha, header, scratch);
  const record = new RecordBuffer();
  const records: TimedRecord[] = [];
  const canonical: Uint8Array[] = [];
  let boot = header.bootCount;
  let result = reader.next(record);
  for (; result === 1; result = reader.next(record)) {
    if (endSequence !== undefined && record.sequence >= endSequence) break;
    if (record.type === RECORD.boot) boot = record.fields[0]!;
    const length = encodeCanonical(record, probeCount, scratch, 0);
    sha.update(scratch, 0, length);
    canonical.push(scratch.slice(0, length));
    records.push({ ...toNamed(record, probeCount), boot });
  }
  const chainAfter = new Uint8Array(SHA256_DIGEST_BYTES);
  sha.digest(chainAfter, 0);
  return {
    segment: segment.segment,
    header,
    records,
    canonical,
    chain: { chainBefore: header.chainBefore.slice(), chainAfter },
    unreadableAt: result < 0 && reader.offset < segment.end ? reader.offset : undefined,
  };
}

function toNamed(record: RecordBuffer, probeCount: number): Omit<TimedRecord, 'boot'> {
  const schema = RECORD_SCHEMAS[record.type]!;
  const base = {
    sequence: record.sequence,
    uptimeS: record.uptimeS,
    type: schema.name as RecordName,
    tail: record.tail.slice(0, record.tailLength),
  };
  if (record.type !== RECORD.reading) {
    const fields: Record<string, number> = {};
    schema.fields.forEach(([name], i) => (fields[name] = record.fields[i]!));
    return { ...base, fields };
  }
  const temperaturesCentiC: (number | null)[] = [];
  for (let probe = 0; probe < probeCount; probe++) {
    const value = record.fields[READING_TEMPERATURE + probe]!;
    temperaturesCentiC.push(value === TEMPERATURE_ABSENT ? null : value);
  }
  const fields = { humidityPermille: record.fields[READING_HUMIDITY]! };
  return { ...base, fields, temperaturesCentiC };
}

/** Each segment must follow its predecessor's records; then nothing is missing between them. */
function checkChain(contents: readonly SegmentContent[], problems: string[]): void {
  contents.forEach((content, i) => {
    const before = contents[i - 1];
    if (before === undefined) checkRoot(content, problems);
    else if (before.segment !== content.segment - 1) {
      problems.push(
        `segments ${before.segment + 1}..${content.segment - 1} are missing, expected one after ` +
          `${before.segment}`,
      );
    } else if (!sameBytes(before.chain.chainAfter, content.header.chainBefore)) {
      const end = before.records.at(-1)?.sequence ?? before.header.firstSequence - 1;
      const where = before.unreadableAt === undefined ? '' : ` at offset ${before.unreadableAt}`;
      problems.push(
        `segment ${before.segment}: broken${where} after sequence ${end}, expected records up to ` +
          `${content.header.firstSequence - 1} with the chain hash that segment ` +
          `${content.segment} follows`,
      );
    }
  });
  const last = contents.at(-1);
  if (last?.unreadableAt === undefined) return;
  problems.push(
    `segment ${last.segment}: the frame at offset ${last.unreadableAt} cannot be read, expected ` +
      `record ${(last.records.at(-1)?.sequence ?? last.header.firstSequence - 1) + 1}`,
  );
}

function checkRoot(content: SegmentContent, problems: string[]): void {
  if (content.segment !== 0) return;
  const root = new Uint8Array(SHA256_DIGEST_BYTES);
  chainRoot(new Sha256(), content.header.epoch, new Uint8Array(8), root);
  if (sameBytes(root, content.header.chainBefore)) return;
  problems.push('segment 0: its chain does not start from the root of its epoch');
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function assemble(contents: readonly SegmentContent[], problems: string[]): DecodedLog {
  const times = new WallTimes();
  for (const content of contents) {
    times.addHeader(content.header);
    for (const record of content.records) times.addRecord(record);
  }
  const records: DecodedRecord[] = contents
    .flatMap((content) => content.records)
    .map((record) => ({ ...record, wallS: times.wallSOf(record) }));
  const firstSequence = contents[0]?.header.firstSequence ?? 1;
  return {
    epoch: contents[0]?.header.epoch ?? 0,
    firstSequence,
    lastSequence: records.at(-1)?.sequence ?? firstSequence - 1,
    chainHashes: new Map(contents.map((content) => [content.segment, content.chain])),
    records,
    chainHashAt: (sequence) => chainHashAt(contents, sequence),
    problems,
  };
}

function chainHashAt(contents: readonly SegmentContent[], sequence: number): Uint8Array {
  const content = contents.filter((c) => c.header.firstSequence <= sequence).at(-1);
  const index = content?.records.findIndex((record) => record.sequence === sequence) ?? -1;
  if (content === undefined || index < 0) {
    throw new RangeError(`sequence ${sequence} is not in the log`);
  }
  const sha = new Sha256();
  chainStart(sha, content.header, new Uint8Array(8));
  for (const bytes of content.canonical.slice(0, index + 1)) sha.update(bytes, 0, bytes.length);
  const hash = new Uint8Array(SHA256_DIGEST_BYTES);
  sha.digest(hash, 0);
  return hash;
}

/**
 * Hands on decoded records from stored flash bytes, in whichever form or version they came, with
 * the chain followed through them. Damage is never thrown: `problems` names segment, offset and
 * what was expected, and what can be read is read.
 */
import { chainRoot, chainStart } from '../../firmware/core/journal/journal.js';
import type { SegmentHeader } from '../../firmware/core/journal/layout.js';
import { encodeCanonical, RecordBuffer } from '../../firmware/core/record/record.js';
import { RECORD } from '../../firmware/core/record/schema.js';
import { Sha256, SHA256_DIGEST_BYTES } from '../../firmware/core/sha256.js';
import { CompactReader } from './compact-decode.js';
import { followSegment, type SegmentBefore } from './compact-segments.js';
import { toNamed, withKept } from './named-records.js';
import type { DecodedLog, DecodedRecord, FlashBlock, SegmentChain } from './record-types.js';
import { blocksOfImage, type HeadedSegment, headedSegments } from './segments.js';
import { bridgeProblem } from './thinned.js';
import { type TimedRecord, WallTimes } from './wall-times.js';

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
  const contents: SegmentContent[] = [];
  const headed = headedSegments(blocks, problems);
  for (const [i, segment] of headed.entries()) {
    const { reader } = segment;
    if (reader instanceof CompactReader) {
      followSegment({ ...segment, reader }, beforeOf(contents.at(-1)), problems);
    }
    contents.push(readRecords(segment, headed[i + 1]?.header.firstSequence));
  }
  const own = contents.flatMap((content) => content.records);
  const records = withKept(own, problems);
  checkChain(contents, records, problems);
  return assemble(contents, records, problems);
}

/** What the segment behind this one follows from. */
function beforeOf(content: SegmentContent | undefined): SegmentBefore | undefined {
  if (content === undefined) return undefined;
  const { header, records, chain } = content;
  const nextSequence = (records.at(-1)?.sequence ?? header.firstSequence - 1) + 1;
  return { epoch: header.epoch, chainAfter: chain.chainAfter, nextSequence };
}

/** Decodes a whole flash image: every sector with a valid header, in the order of their numbers. */
export function decodeImage(flash: Uint8Array): DecodedLog {
  return decodeBlocks(blocksOfImage(flash));
}

/**
 * Reads a segment's records up to `endSequence`, where the next segment begins: what a cut left
 * behind it may read as a record by chance, but its number was given anew.
 */
function readRecords(
  { segment, header, reader, end }: HeadedSegment,
  endSequence: number | undefined,
): SegmentContent {
  const { probeCount } = header;
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
    segment,
    header,
    records,
    canonical,
    chain: {
      chainBefore: header.chainBefore.slice(),
      chainAfter,
      firstSequence: header.firstSequence,
    },
    unreadableAt: result < 0 && reader.offset < end ? reader.offset : undefined,
  };
}

/**
 * Each segment must follow its predecessor's records; then nothing is missing between them, however
 * their numbers leap (over sectors that are not used any more). Else what is missing must be
 * readings that THINNED records sum up.
 */
function checkChain(
  contents: readonly SegmentContent[],
  records: readonly TimedRecord[],
  problems: string[],
): void {
  contents.forEach((content, i) => {
    const before = contents[i - 1];
    if (before === undefined) return checkRoot(content, problems);
    const { chainBefore, firstSequence } = content.header;
    if (sameBytes(before.chain.chainAfter, chainBefore)) return;
    const end = before.records.at(-1)?.sequence ?? before.header.firstSequence - 1;
    const hole = { fromSequence: end + 1, toSequence: firstSequence - 1, chainBefore };
    if (end + 1 < firstSequence && bridgeProblem(records, hole) === undefined) return;
    if (before.segment !== content.segment - 1) {
      problems.push(
        `segments ${before.segment + 1}..${content.segment - 1} are missing, expected one after ` +
          `${before.segment}`,
      );
    } else {
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

function assemble(
  contents: readonly SegmentContent[],
  numbered: readonly TimedRecord[],
  problems: string[],
): DecodedLog {
  const times = new WallTimes();
  const headers = contents.map(({ header }) => header);
  for (const record of numbered) {
    while (headers[0] !== undefined && headers[0].firstSequence <= record.sequence) {
      times.addHeader(headers.shift()!);
    }
    times.addRecord(record);
  }
  for (const header of headers) times.addHeader(header);
  const records = numbered.map((record): DecodedRecord => ({
    ...record,
    wallS: times.wallSOf(record),
  }));
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

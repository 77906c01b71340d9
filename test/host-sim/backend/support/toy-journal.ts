/**
 * A journal in plain JSON lines, for tests of what stands behind the decoder: in each sector a
 * header, a snapshot of state that is not handed over, and one line per record, chained as the real
 * one is. Its decoder is what the tests hand to the receiver; it follows the chain as the real one.
 */
import { epochRoot } from '../../../../host-sim/backend/visit-check.js';
import { sha256 } from '../../../../host-sim/backend/keys.js';
import type { DecodedLog, DecodedRecord } from '../../../../host-sim/backend/record-types.js';
import type { FlashBlock, SegmentChain } from '../../../../host-sim/backend/record-types.js';
import { contentOf } from '../../../../host-sim/backend/store.js';

export const RECORDS_PER_SEGMENT = 8;
export const HEADER_BYTES = 76;
const STATE_BYTES = 100;
export const FRAMES_AT = HEADER_BYTES + STATE_BYTES;
const SECTOR_BYTES = 4096;

interface Header {
  readonly epoch: number;
  readonly firstSequence: number;
  readonly chainBefore: Uint8Array;
}

type Line = Omit<DecodedRecord, 'tail'> & { readonly tail: string };

function int32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

/** The chain hash after the given records of one segment. */
function chainOf(header: Header, records: readonly DecodedRecord[]): Uint8Array {
  const contents = records.map((record) => Buffer.from(contentOf(record)));
  const { chainBefore, epoch, firstSequence } = header;
  return sha256(chainBefore, int32(epoch), int32(firstSequence), ...contents);
}

function lineOf(record: DecodedRecord): string {
  return `${JSON.stringify({ ...record, tail: Buffer.from(record.tail).toString('hex') })}\n`;
}

/** The sectors of a journal as they would lie in flash; `used` is where each one's data end. */
export function toySectors(
  epoch: number,
  records: readonly DecodedRecord[],
): { bytes: Uint8Array; used: number }[] {
  const sectors: { bytes: Uint8Array; used: number }[] = [];
  let chainBefore = epochRoot(epoch);
  for (let at = 0; at < records.length; at += RECORDS_PER_SEGMENT) {
    const part = records.slice(at, at + RECORDS_PER_SEGMENT);
    const header: Header = { epoch, firstSequence: part[0]!.sequence, chainBefore };
    const bytes = Buffer.alloc(SECTOR_BYTES, 0xff);
    bytes.write('TOYJ', 0);
    bytes.writeInt32LE(epoch, 8);
    bytes.writeInt32LE(header.firstSequence, 16);
    bytes.writeUInt16LE(STATE_BYTES, 22);
    bytes.set(chainBefore, 32);
    bytes.fill(0x53, HEADER_BYTES, FRAMES_AT);
    const used = FRAMES_AT + bytes.write(part.map(lineOf).join(''), FRAMES_AT);
    sectors.push({ bytes, used });
    chainBefore = chainOf(header, part);
  }
  return sectors;
}

/** All blocks of a journal, as a dock receives them. */
export function encodeToyJournal(epoch: number, records: readonly DecodedRecord[]): FlashBlock[] {
  return toySectors(epoch, records).flatMap(({ bytes, used }, segment) => [
    { segment, offset: 0, bytes: Uint8Array.from(bytes.subarray(0, HEADER_BYTES)) },
    { segment, offset: FRAMES_AT, bytes: Uint8Array.from(bytes.subarray(FRAMES_AT, used)) },
  ]);
}

/** A decoder for such segments; damage is a problem, as with the real one. */
export function decodeToyJournal(blocks: readonly FlashBlock[]): DecodedLog {
  const records: DecodedRecord[] = [];
  const chainHashes = new Map<number, SegmentChain>();
  const problems: string[] = [];
  const hashes = new Map<number, Uint8Array>();
  let epoch = 0;
  for (const head of blocks.filter((block) => block.offset === 0)) {
    const { segment } = head;
    try {
      const view = Buffer.from(head.bytes);
      epoch = view.readInt32LE(8);
      const chainBefore = Uint8Array.from(view.subarray(32, 64));
      const header: Header = { epoch, firstSequence: view.readInt32LE(16), chainBefore };
      const rest = blocks.filter((block) => block.segment === segment && block.offset > 0);
      const text = Buffer.concat(rest.map((block) => block.bytes)).toString('latin1');
      const part = text
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map(recordOf);
      part.forEach((record, index) => {
        hashes.set(record.sequence, chainOf(header, part.slice(0, index + 1)));
      });
      records.push(...part);
      const { firstSequence } = header;
      chainHashes.set(segment, { chainBefore, chainAfter: chainOf(header, part), firstSequence });
    } catch {
      problems.push(`Segment ${segment} at offset ${FRAMES_AT}: expected JSON lines`);
    }
  }
  problems.push(...chainProblems(chainHashes));
  return {
    epoch,
    firstSequence: records[0]?.sequence ?? -1,
    lastSequence: records.at(-1)?.sequence ?? -1,
    chainHashes,
    records,
    chainHashAt(sequence) {
      const hash = hashes.get(sequence);
      if (hash === undefined) throw new Error(`Record ${sequence} is not in this log`);
      return hash;
    },
    problems,
  };
}

function chainProblems(chainHashes: ReadonlyMap<number, SegmentChain>): string[] {
  const chains = [...chainHashes];
  return chains.slice(1).flatMap(([segment, { chainBefore }], index) => {
    const [before, { chainAfter }] = chains[index]!;
    if (Buffer.compare(chainBefore, chainAfter) === 0) return [];
    return [`Segment ${segment} does not follow from the records of segment ${before}`];
  });
}

function recordOf(line: string): DecodedRecord {
  const { tail, ...rest } = JSON.parse(line) as Line;
  return { ...rest, tail: Uint8Array.from(Buffer.from(tail, 'hex')) };
}

/** A log as if decoded from a whole journal of these records. */
export function toyLog(records: readonly DecodedRecord[], epoch = 1): DecodedLog {
  return decodeToyJournal(encodeToyJournal(epoch, records));
}

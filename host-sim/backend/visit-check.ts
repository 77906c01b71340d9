/**
 * Hands on what of a visit is proven: the container's certificate under the root, its checkpoint
 * under the certified key, the journal decoded from the blocks without a hole, and its hash chain
 * leading to the checkpoint's hash. Whatever was altered on the way, by damage or by hand, ends
 * here in an Error that names segment, offset or sequence number.
 */
import type { Visit } from './handoff-file.js';
import { sha256 } from './keys.js';
import { type Certificate, type Checkpoint, readCertificate, readCheckpoint } from './objects.js';
import type { DecodedLog, DecodedRecord, Decoder } from './record-types.js';

/** A visit of which every record up to the checkpoint is proven. */
export interface CheckedVisit {
  readonly certificate: Certificate;
  readonly checkpoint: Checkpoint;
  readonly log: DecodedLog;
  /** The records that the checkpoint covers. */
  readonly records: readonly DecodedRecord[];
}

/** Checks a visit on its own; what lies before its first record is `checkLink`'s matter. */
export function checkVisit(visit: Visit, rootPublicKey: Uint8Array, decode: Decoder): CheckedVisit {
  const certificate = readCertificate(visit.certificate, rootPublicKey);
  const checkpoint = readCheckpoint(visit.checkpoint, certificate);
  const log = decode(visit.blocks);
  if (log.epoch !== checkpoint.epoch) {
    throw new Error(`Journal of epoch ${log.epoch}, the checkpoint is of ${checkpoint.epoch}`);
  }
  const [problem] = log.problems;
  if (problem !== undefined) throw new Error(`The journal is damaged: ${problem}`);
  const records = coveredRecords(log, checkpoint.sequence);
  checkSegments(log);
  const hash = log.chainHashAt(checkpoint.sequence);
  if (!equal(hash, checkpoint.chainHash)) {
    const range = `${log.firstSequence} to ${checkpoint.sequence}`;
    throw new Error(
      `The chain hash after record ${checkpoint.sequence} is ${hex(hash)}, the checkpoint signed ` +
        `${hex(checkpoint.chainHash)}: a record from ${range} was altered` +
        problemText(log),
    );
  }
  return { certificate, checkpoint, log, records };
}

/** The records up to a sequence number, every one of them there. */
function coveredRecords(log: DecodedLog, lastSequence: number): DecodedRecord[] {
  const covered = log.records.filter((record) => record.sequence <= lastSequence);
  covered.forEach((record, index) => {
    const expected = log.firstSequence + index;
    if (record.sequence === expected) return;
    const found = `record ${expected} is missing (${record.sequence} follows)`;
    throw new Error(`The journal is not whole: ${found}${problemText(log)}`);
  });
  const last = covered.at(-1)?.sequence;
  if (last === lastSequence) return covered;
  const end = last === undefined ? 'holds no record' : `ends with record ${last}`;
  throw new Error(`The journal ${end}, the checkpoint covers ${lastSequence}${problemText(log)}`);
}

/** Each segment claims the hash that the one before it led to. */
function checkSegments(log: DecodedLog): void {
  let before: { segment: number; hash: Uint8Array } | undefined;
  for (const [segment, { chainBefore, chainAfter }] of log.chainHashes) {
    if (before !== undefined && !equal(chainBefore, before.hash)) {
      throw new Error(
        `Segment ${segment} follows chain hash ${hex(chainBefore)}, segment ${before.segment} ` +
          `led to ${hex(before.hash)}: a record was altered or left out${problemText(log)}`,
      );
    }
    before = { segment, hash: chainAfter };
  }
}

/** What the store holds of the same journal. */
export interface KnownCheckpoint {
  readonly sequence: number;
  readonly chainHash: Uint8Array;
}

/**
 * How a visit joins what is stored: undefined when it continues it, else what is wrong. `known` is
 * the last stored checkpoint of the journal; a journal of which nothing is known must be whole.
 */
export function checkLink(
  { log, checkpoint }: CheckedVisit,
  known: KnownCheckpoint | undefined,
): { readonly isFork: boolean; readonly message: string } | undefined {
  const first = log.firstSequence;
  const [segment, chain] = [...log.chainHashes][0] ?? [];
  if (chain === undefined) return { isFork: false, message: 'The visit brought no segment' };
  if (known === undefined) {
    if (equal(chain.chainBefore, epochRoot(log.epoch))) return undefined;
    const message =
      `Segment ${segment} is not the first of epoch ${log.epoch}: ` +
      `records before ${first} are missing`;
    return { isFork: false, message };
  }
  if (known.sequence < first - 1) {
    const message = `Records ${known.sequence + 1} to ${first - 1} are missing`;
    return { isFork: false, message };
  }
  if (known.sequence > checkpoint.sequence) return undefined; // an old visit again
  const hash = known.sequence < first ? chain.chainBefore : log.chainHashAt(known.sequence);
  if (equal(hash, known.chainHash)) return undefined;
  const message =
    `Fork: the chain hash after record ${known.sequence} is ${hex(hash)}, ` +
    `stored is ${hex(known.chainHash)}`;
  return { isFork: true, message };
}

/** The hash that an epoch's first segment follows: SHA-256("plasmavakt", epoch i32). */
export function epochRoot(epoch: number): Uint8Array {
  const number = Buffer.alloc(4);
  number.writeInt32LE(epoch);
  return sha256(Buffer.from('plasmavakt', 'ascii'), number);
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** The first bytes of a hash, enough for the eye. */
function hex(hash: Uint8Array): string {
  return Buffer.from(hash).toString('hex', 0, 6);
}

function problemText(log: DecodedLog): string {
  return log.problems.length === 0 ? '' : `. ${log.problems.join('. ')}`;
}

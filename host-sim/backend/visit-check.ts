/**
 * Hands on what of a visit is proven: the container's certificate under the root, its checkpoint
 * under the certified key, and a journal whose hash chain leads to the checkpoint's hash. The
 * decoder follows the chain from segment to segment and tells what is missing or damaged; where the
 * chain is broken before the checkpoint, that ends in an Error that names segment, offset and
 * record. Damage elsewhere is a finding: nothing is refused for it.
 */
import { chainRoot } from '../../firmware/core/journal/chain.js';
import { Sha256, SHA256_DIGEST_BYTES } from '../../firmware/core/sha256.js';
import type { Visit } from './handoff-file.js';
import { type Certificate, type Checkpoint, readCertificate, readCheckpoint } from './objects.js';
import { type DecodedLog, type DecodedRecord, type Decoder, provenBy } from './record-types.js';
import { bridgeProblem, thinnedRanges } from './thinned.js';

/** A visit of which every record up to the checkpoint is proven. */
export interface CheckedVisit {
  readonly certificate: Certificate;
  readonly checkpoint: Checkpoint;
  readonly log: DecodedLog;
  /** The records that the checkpoint covers. */
  readonly records: readonly DecodedRecord[];
  /** Damage that the proof can do without, as behind the checkpoint: one sentence each. */
  readonly findings: readonly string[];
}

/** What people can do where no receipt can be given: the container's own recovery looks at it. */
const ADVICE =
  'No receipt can be given for a part: read out the whole flash and see what is there with ' +
  '`npm run log -- FILE --recover`, then give the container a new journal';
/** More damage than this is not told in one Error. */
const TOLD_MAX = 3;

/** Checks a visit on its own; what lies before its first record is `checkLink`'s matter. */
export function checkVisit(visit: Visit, rootPublicKey: Uint8Array, decode: Decoder): CheckedVisit {
  const certificate = readCertificate(visit.certificate, rootPublicKey);
  const checkpoint = readCheckpoint(visit.checkpoint, certificate);
  const log = decode(visit.blocks);
  if (log.epoch !== checkpoint.epoch) {
    throw new Error(`Journal of epoch ${log.epoch}, the checkpoint is of ${checkpoint.epoch}`);
  }
  const records = log.records.filter((record) => provenBy(record) <= checkpoint.sequence);
  const flaw = flawOf(log, records, checkpoint);
  if (flaw === undefined) {
    return { certificate, checkpoint, log, records, findings: log.problems };
  }
  const told = log.problems.slice(0, TOLD_MAX).join('; ');
  const why = told === '' ? flaw : `The journal is damaged: ${told}. ${flaw}`;
  throw new Error(`${why}. ${ADVICE}`);
}

/** Why the chain of records does not lead to the checkpoint; undefined when it does. */
function flawOf(
  log: DecodedLog,
  records: readonly DecodedRecord[],
  { sequence, chainHash }: Checkpoint,
): string | undefined {
  const hole = holeIn(log, sequence);
  if (hole !== undefined) return hole;
  // The chain leaves no room between records. One that was kept is proven by the record around it.
  const last = records.at(-1)?.sequence;
  if (last !== sequence) {
    const end = last === undefined ? 'holds no record' : `ends with record ${last}`;
    return `The journal ${end}, the checkpoint covers ${sequence}`;
  }
  const hash = log.chainHashAt(sequence);
  if (equal(hash, chainHash)) return undefined;
  return (
    `The chain hash after record ${sequence} is ${hex(hash)}, the checkpoint signed ` +
    `${hex(chainHash)}: a record from ${log.firstSequence} to ${sequence} was altered`
  );
}

/**
 * THINNED records bridge what one visit leaves out to the next, never a hole within one. What
 * begins behind the checkpoint is no part of its chain.
 */
function holeIn({ chainHashes }: DecodedLog, lastSequence: number): string | undefined {
  const chains = [...chainHashes];
  for (const [i, [segment, { chainBefore, firstSequence }]] of chains.entries()) {
    const before = chains[i - 1];
    if (before === undefined || firstSequence > lastSequence) continue;
    if (equal(before[1].chainAfter, chainBefore)) continue;
    return (
      `Segment ${segment} (from record ${firstSequence}) does not follow segment ${before[0]}, ` +
      `expected one chain of records up to ${lastSequence}`
    );
  }
  return undefined;
}

/** What the store holds of the same journal. */
export interface KnownCheckpoint {
  readonly sequence: number;
  readonly chainHash: Uint8Array;
}

/** What is wrong with how a visit joins what is stored. */
export interface LinkProblem {
  readonly isFork: boolean;
  readonly message: string;
}

/**
 * How a visit joins what is stored: undefined when it continues it, else what is wrong. `known` is
 * the last stored checkpoint of the journal; a journal of which nothing is known must be whole.
 * Readings may be missing in between where the container summed them up, for want of a receipt.
 */
export function checkLink(
  visit: CheckedVisit,
  known: KnownCheckpoint | undefined,
): LinkProblem | undefined {
  const { log, checkpoint } = visit;
  const first = log.firstSequence;
  const [segment, chain] = [...log.chainHashes][0] ?? [];
  if (chain === undefined) return { isFork: false, message: 'The visit brought no segment' };
  const toSequence = first - 1;
  const hole = { fromSequence: 1, toSequence, chainBefore: chain.chainBefore };
  if (known === undefined) {
    if (equal(chain.chainBefore, epochRoot(log.epoch))) return undefined;
    const problem = bridgeProblem(visit.records, hole);
    if (first > 1 && problem === undefined) return undefined;
    const what = `Segment ${segment} is not the first of epoch ${log.epoch}`;
    const isThinned = visit.records.some(({ type }) => type === 'thinned');
    const why = isThinned && problem !== undefined ? ` (${problem})` : '';
    return { isFork: false, message: `${what}: records before ${first} are missing${why}` };
  }
  if (known.sequence < toSequence) {
    const fromSequence = known.sequence + 1;
    const message = bridgeProblem(visit.records, { ...hole, fromSequence });
    return message === undefined ? thinnedFork(visit, known) : { isFork: false, message };
  }
  if (known.sequence > checkpoint.sequence) return undefined; // an old visit again
  const hash = known.sequence < first ? chain.chainBefore : log.chainHashAt(known.sequence);
  return equal(hash, known.chainHash) ? undefined : fork(known, hash);
}

/** A range that was thinned may end where the stored checkpoint is: then their hashes are one. */
function thinnedFork({ records }: CheckedVisit, known: KnownCheckpoint): LinkProblem | undefined {
  const range = thinnedRanges(records).find(({ lastSequence }) => lastSequence === known.sequence);
  if (range === undefined || equal(range.chainHash, known.chainHash)) return undefined;
  return fork(known, range.chainHash);
}

function fork(known: KnownCheckpoint, hash: Uint8Array): LinkProblem {
  const message =
    `Fork: the chain hash after record ${known.sequence} is ${hex(hash)}, ` +
    `stored is ${hex(known.chainHash)}`;
  return { isFork: true, message };
}

/** The hash that an epoch's first segment follows. */
export function epochRoot(epoch: number): Uint8Array {
  const root = new Uint8Array(SHA256_DIGEST_BYTES);
  chainRoot(new Sha256(), epoch, new Uint8Array(8), root);
  return root;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** The first bytes of a hash, enough for the eye. */
function hex(hash: Uint8Array): string {
  return Buffer.from(hash).toString('hex', 0, 6);
}

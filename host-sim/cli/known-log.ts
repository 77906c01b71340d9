/**
 * Hands on the log that a run's files are made of: what was handed over and verified, and behind it
 * what the container's flash holds beyond that, so that nobody takes the one for the other. Of what
 * was handed over the flash image has no say; it only continues it, and only where it leads to the
 * same chain hash.
 */
import { decodeBlocks, decodeImage } from '../backend/decode.js';
import { type DecodedLog, type DecodedRecord, provenBy } from '../backend/record-types.js';
import type { HandoffProof, ProvenCheckpoint, ProvenJournal } from './handoff-proof.js';

export interface KnownLog {
  readonly log: DecodedLog;
  /** Records up to this one were handed over and verified, the others are aboard only; 0: none. */
  readonly provenSequence: number;
  /** The checkpoint that covers most of the log. */
  readonly checkpoint: ProvenCheckpoint | undefined;
  /** What is wrong with the hand-over, the flash image or the log, one sentence each. */
  readonly problems: readonly string[];
}

/** Joins what a hand-off proves with the image of the flash that it came from. */
export function knownLog(proof: HandoffProof, flashImage: Uint8Array): KnownLog {
  const held = decodeImage(flashImage);
  const journal = proof.journals.find(({ epoch }) => epoch === held.epoch) ?? proof.journals.at(-1);
  const faults = proof.faults.map((fault) => `handoff.bin: ${fault}`);
  if (journal === undefined) {
    const problems = [...faults, ...held.problems];
    return { log: held, provenSequence: 0, checkpoint: undefined, problems };
  }
  const provenSequence = journal.toSequence;
  const checkpoint = journal.checkpoints.find(({ sequence }) => sequence === provenSequence);
  const handedOver = decodeBlocks(journal.blocks);
  const broken = tailProblem(held, journal, checkpoint);
  const log =
    broken === undefined
      ? joined(handedOver, held, provenSequence)
      : cutAt(handedOver, provenSequence);
  const problems = [...faults, ...(broken === undefined ? [] : [broken]), ...log.problems];
  return { log, provenSequence, checkpoint, problems };
}

/** Why the flash does not continue what was handed over; undefined where it does. */
function tailProblem(
  held: DecodedLog,
  journal: ProvenJournal,
  checkpoint: ProvenCheckpoint | undefined,
): string | undefined {
  const leftOut = 'records that are aboard only are left out';
  const { epoch, toSequence } = journal;
  if (held.epoch !== epoch) {
    return `flash.bin is of epoch ${held.epoch}, handed over was ${epoch}: ${leftOut}`;
  }
  if (held.firstSequence > toSequence || held.lastSequence < toSequence) {
    const range = `${held.firstSequence} to ${held.lastSequence}`;
    const given = `handed over were those up to ${toSequence}`;
    return `flash.bin holds records ${range}, ${given}: ${leftOut}`;
  }
  if (hashText(held, toSequence) === checkpoint?.chainHash) return undefined;
  const where = `after record ${toSequence}`;
  return `flash.bin has another chain hash ${where} than was handed over: ${leftOut}`;
}

/** The chain hash after a record as hex, '' where the record cannot be read. */
function hashText(log: DecodedLog, sequence: number): string {
  if (!log.records.some((record) => record.sequence === sequence)) return '';
  return Buffer.from(log.chainHashAt(sequence)).toString('hex');
}

/** What was handed over, without what came along beyond the checkpoint. */
function cutAt(handedOver: DecodedLog, provenSequence: number): DecodedLog {
  const records = handedOver.records.filter((record) => provenBy(record) <= provenSequence);
  return { ...handedOver, records, lastSequence: provenSequence };
}

function joined(handedOver: DecodedLog, held: DecodedLog, provenSequence: number): DecodedLog {
  const later = held.records.filter(({ sequence }) => sequence > provenSequence);
  // A clock that was set after the last hand-over tells the time of its boot from the start.
  const times = new Map(held.records.map(({ sequence, wallS }) => [sequence, wallS]));
  const proven = cutAt(handedOver, provenSequence).records.map((record): DecodedRecord => {
    return record.wallS === null
      ? { ...record, wallS: times.get(record.sequence) ?? null }
      : record;
  });
  const aboard = held.problems.map((problem) => `flash.bin: ${problem}`);
  return {
    epoch: handedOver.epoch,
    firstSequence: handedOver.firstSequence,
    lastSequence: later.at(-1)?.sequence ?? provenSequence,
    chainHashes: new Map([...handedOver.chainHashes, ...held.chainHashes]),
    records: [...proven, ...later],
    chainHashAt: (sequence) =>
      sequence <= provenSequence ? handedOver.chainHashAt(sequence) : held.chainHashAt(sequence),
    problems: [...handedOver.problems, ...aboard],
  };
}

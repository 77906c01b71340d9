/**
 * Hands on what a hand-off proves under a root key: for each journal the records that are covered
 * by a checkpoint which the certified container signed, visit by visit, and what does not verify.
 * A visit counts when certificate, signature and chain are right, and when it continues what the
 * visits before it proved, hash by hash; one that does not is named and left out.
 */
import { messageOf } from '../backend/cbor.js';
import { decodeBlocks } from '../backend/decode.js';
import { type HandoffSection, type Visit, groupVisits, visitOf } from '../backend/handoff-file.js';
import { readSlip } from '../backend/objects.js';
import type { FlashBlock } from '../backend/record-types.js';
import { goneRanges } from '../backend/thinned.js';
import { type CheckedVisit, checkLink, checkVisit } from '../backend/visit-check.js';

/** One checkpoint that verified. */
export interface ProvenCheckpoint {
  /** Number of the visit in the hand-off, from 1. */
  readonly visit: number;
  /** Where it says that it happened: the one thing in a visit that no signature covers. */
  readonly dockId: string;
  /** The last record that it covers. */
  readonly sequence: number;
  /** Lower-case hex of the chain hash after that record. */
  readonly chainHash: string;
}

/** What is proven of one journal of one logger. */
export interface ProvenJournal {
  /** Canonical element strings of the certificate. */
  readonly grai: string;
  readonly giai: string;
  readonly epoch: number;
  /** All records from the first to the last are there and unaltered, but for those summed up. */
  readonly fromSequence: number;
  readonly toSequence: number;
  /** Of these, readings that the container gave up for room and summed up instead. */
  readonly summedUp: number;
  /** In the order of the visits. */
  readonly checkpoints: readonly ProvenCheckpoint[];
  /** Flash blocks of the proven visits: of every segment those of the visit that saw most of it. */
  readonly blocks: readonly FlashBlock[];
}

export interface HandoffProof {
  readonly journals: readonly ProvenJournal[];
  /** What did not verify, in the order of the visits; empty when all is well. */
  readonly faults: readonly string[];
}

/** Checks all visits of a hand-off; what is wrong is told, never thrown. Needs `loadCbor`. */
export function proveHandoff(
  sections: readonly HandoffSection[],
  rootPublicKey: Uint8Array,
): HandoffProof {
  const faults: string[] = [];
  const journals = new Map<string, JournalProof>();
  try {
    for (const [index, group] of groupVisits(sections).entries()) {
      const fault = takeVisit(journals, group, index, rootPublicKey);
      if (fault !== undefined) faults.push(fault);
    }
  } catch (error) {
    faults.push(messageOf(error)); // it does not start with a visit
  }
  return { journals: [...journals.values()].map((journal) => journal.proven()), faults };
}

/** Adds a visit to its journal; undefined, or what is wrong with it, or beside it. */
function takeVisit(
  journals: Map<string, JournalProof>,
  sections: readonly HandoffSection[],
  index: number,
  rootPublicKey: Uint8Array,
): string | undefined {
  let where = `Visit ${index + 1}`;
  try {
    const visit = visitOf(sections, index);
    where += ` at ${visit.dockId}`;
    const checked = checkVisit(visit, rootPublicKey, decodeBlocks);
    const { giai, epoch } = checked.checkpoint;
    const key = `${giai} ${epoch}`;
    const journal = journals.get(key) ?? new JournalProof(checked);
    const problem = journal.add(visit, checked, index + 1);
    if (problem !== undefined) return `${where}: ${problem}`;
    journals.set(key, journal);
    const [finding = slipProblem(sections, checked)] = checked.findings; // beside what is proven
    return finding === undefined ? undefined : `${where}: ${finding}`;
  } catch (error) {
    return `${where}: ${messageOf(error)}`;
  }
}

/** Why a slip that came with a visit does not verify; undefined when all do. */
function slipProblem(
  sections: readonly HandoffSection[],
  { certificate, checkpoint }: CheckedVisit,
): string | undefined {
  for (const section of sections) {
    if (section.type !== 'slip') continue;
    try {
      const { epoch, number, sgtin } = readSlip(section.bytes, certificate);
      if (epoch === checkpoint.epoch) continue;
      const what = `slip ${number} of kit ${sgtin}`;
      return `${what}: of epoch ${epoch}, the checkpoint is of ${checkpoint.epoch}`;
    } catch (error) {
      return messageOf(error);
    }
  }
  return undefined;
}

/** One journal while its visits are added. */
class JournalProof {
  private readonly first: CheckedVisit;
  /** The visit that reached furthest. */
  private last: CheckedVisit | undefined;
  private readonly checkpoints: ProvenCheckpoint[] = [];
  private readonly bySegment = new Map<number, readonly FlashBlock[]>();

  constructor(first: CheckedVisit) {
    this.first = first;
  }

  /** Undefined, or why the visit does not belong to what is proven. */
  add(visit: Visit, checked: CheckedVisit, number: number): string | undefined {
    const { sequence, chainHash } = checked.checkpoint;
    const problem = this.problemOf(checked);
    if (problem !== undefined) return problem;
    const { dockId } = visit;
    this.checkpoints.push({ visit: number, dockId, sequence, chainHash: hex(chainHash) });
    if (this.last !== undefined && this.last.checkpoint.sequence > sequence) return undefined;
    this.last = checked;
    const segments = new Map<number, FlashBlock[]>();
    for (const block of visit.blocks) {
      const blocks = segments.get(block.segment);
      if (blocks === undefined) segments.set(block.segment, [block]);
      else blocks.push(block);
    }
    for (const [segment, blocks] of segments) this.bySegment.set(segment, blocks);
    return undefined;
  }

  private problemOf(checked: CheckedVisit): string | undefined {
    const known = this.last?.checkpoint;
    const { sequence, chainHash } = checked.checkpoint;
    if (known === undefined || known.sequence <= sequence) {
      return checkLink(checked, known)?.message;
    }
    // An old visit once more: it must end on the chain that is proven already.
    const proven = decodeBlocks([...this.bySegment.values()].flat());
    const hash = hex(proven.chainHashAt(sequence));
    if (hash === hex(chainHash)) return undefined;
    return `Fork: the chain hash after record ${sequence} is ${hex(chainHash)}, proven is ${hash}`;
  }

  private summedUp(): number {
    const { records } = decodeBlocks([...this.bySegment.values()].flat());
    return goneRanges(records).reduce((sum, range) => sum + range.readingCount, 0);
  }

  proven(): ProvenJournal {
    const { certificate, checkpoint, log } = this.first;
    return {
      grai: certificate.grai,
      giai: certificate.giai,
      epoch: checkpoint.epoch,
      fromSequence: Math.min(log.firstSequence, log.records[0]?.sequence ?? Infinity),
      toSequence: (this.last ?? this.first).checkpoint.sequence,
      summedUp: this.summedUp(),
      checkpoints: this.checkpoints,
      blocks: [...this.bySegment.values()].flat(),
    };
  }
}

function hex(hash: Uint8Array): string {
  return Buffer.from(hash).toString('hex');
}

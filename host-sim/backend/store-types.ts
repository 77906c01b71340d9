/**
 * Hands on what the receiver asks of a store, whatever stands behind it: batches saved whole or not
 * at all, by record identity, so that the same visit can arrive any number of times; and forks (the
 * same identity with other bytes) set aside instead of overwriting anything.
 */
import type { DecodedRecord } from './record-types.js';

/** A stored checkpoint of one journal. */
export interface StoredCheckpoint {
  readonly sequence: number;
  readonly chainHash: Uint8Array;
}

/** One journal: a logger's, since it was formatted. */
export interface JournalName {
  readonly giai: string;
  readonly epoch: number;
}

/** What one visit adds. */
export interface StoreBatch extends JournalName {
  readonly records: readonly DecodedRecord[];
  readonly checkpoint: StoredCheckpoint;
  /** COSE_Sign1 of the checkpoint, as it came. */
  readonly signedCheckpoint: Uint8Array;
  /** Damage that was found beside the records; default: none. */
  readonly findings?: readonly string[];
}

export interface SaveResult {
  /** Records that were new. */
  readonly stored: number;
  /** Sequence numbers that are stored with other bytes; then nothing was saved. */
  readonly forked: readonly number[];
}

/** A branch that contradicts what is stored. */
export interface SetAside extends StoreBatch {
  readonly reason: string;
}

/** Damage beside the records of a visit. */
export interface StoredFinding {
  /** Of the checkpoint of the visit. */
  readonly sequence: number;
  /** Segment, offset and what was expected, in one sentence. */
  readonly finding: string;
}

export interface StoredReceipt extends JournalName {
  readonly sequence: number;
  readonly wallS: number;
  /** COSE_Sign1 of the receipt. */
  readonly signed: Uint8Array;
}

/** How many rows there are, for tests and overviews. */
export interface StoreCounts {
  readonly records: number;
  readonly checkpoints: number;
  readonly receipts: number;
  readonly setAside: number;
}

export interface RecordStore {
  /** The checkpoint with the highest sequence number of a journal. */
  lastCheckpoint(journal: JournalName): Promise<StoredCheckpoint | undefined>;
  /** Saves a batch in one transaction; the promise resolves after the commit. */
  save(batch: StoreBatch): Promise<SaveResult>;
  setAside(branch: SetAside): Promise<void>;
  saveReceipt(receipt: StoredReceipt): Promise<void>;
  /** Every journal of which there is a checkpoint, by logger and epoch. */
  journals(): Promise<JournalName[]>;
  /** The records of a journal in order, with the wall times known by now. */
  records(journal: JournalName): Promise<DecodedRecord[]>;
  /** What was found damaged in the visits of a journal, in order. */
  findings(journal: JournalName): Promise<StoredFinding[]>;
  counts(): Promise<StoreCounts>;
  close(): Promise<void>;
}

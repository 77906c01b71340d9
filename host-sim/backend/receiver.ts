/**
 * Hands on signed receipts for what a dock brought: a visit is checked (certificate, checkpoint,
 * chain), joined to what is stored, appended to the spool and fsynced, saved in one transaction,
 * and only then receipted. The same visit again gives the same store and another receipt. Clock and
 * signer are handed in, so that a simulated journey gives the same bytes every time.
 */
import { messageOf } from './cbor.js';
import type { VisitReceipt, VisitReceiver } from './dock-gateway.js';
import { type Visit, groupVisits, visitOf } from './handoff-file.js';
import type { Receipt } from './objects.js';
import type { Decoder } from './record-types.js';
import { Spool } from './spool.js';
import type { RecordStore, StoreBatch } from './store-types.js';
import { type CheckedVisit, checkLink, checkVisit } from './visit-check.js';

export interface ReceiverOptions {
  readonly rootPublicKey: Uint8Array;
  readonly decode: Decoder;
  readonly store: RecordStore;
  /** The backend's time, seconds since 2020-01-01Z. */
  readonly nowWallS: () => number;
  /** Signs with the backend's key, counter included: `Authority.receipt`. */
  readonly signReceipt: (receipt: Omit<Receipt, 'counter'>) => Uint8Array;
  /** File of all visits as they came; without one the store alone keeps them. */
  readonly spoolFile?: string;
}

/** A visit contradicts what is stored; it was set aside and not receipted. */
export class ForkError extends Error {
  override readonly name = 'ForkError';
}

/** What a rebuild of the store came to. */
export interface RestoreResult {
  /** Records that were new to the store. */
  readonly stored: number;
  /** Visits that were not taken, and why: torn at the end of the spool, refused before. */
  readonly skipped: readonly string[];
}

export class Receiver implements VisitReceiver {
  readonly #options: ReceiverOptions;
  readonly #spool: Spool | undefined;

  constructor(options: ReceiverOptions) {
    this.#options = options;
    this.#spool = options.spoolFile === undefined ? undefined : new Spool(options.spoolFile);
  }

  /** Stores a visit and answers with its receipt; rejects with an Error that says what is wrong. */
  async receive(visit: Visit): Promise<VisitReceipt> {
    const { store, nowWallS, signReceipt } = this.#options;
    const checked = await this.#check(visit);
    this.#spool?.append(visit);
    const stored = await this.#save(checked, visit);
    const { giai, epoch, sequence, chainHash } = checked.checkpoint;
    const wallS = nowWallS();
    const receipt = signReceipt({ giai, epoch, sequence, chainHash, wallS });
    await store.saveReceipt({ giai, epoch, sequence, wallS, signed: receipt });
    return { receipt, sequence, stored };
  }

  /** Saves again what stands in the spool, into an empty or a partly filled store. */
  async restore(): Promise<RestoreResult> {
    const groups = groupVisits(this.#spool?.read() ?? []);
    const skipped: string[] = [];
    let stored = 0;
    for (const [index, group] of groups.entries()) {
      try {
        const visit = visitOf(group, index);
        stored += await this.#save(await this.#check(visit), visit);
      } catch (error) {
        skipped.push(`Visit ${index + 1}: ${messageOf(error)}`);
      }
    }
    return { stored, skipped };
  }

  async #check(visit: Visit): Promise<CheckedVisit> {
    const { store, rootPublicKey, decode } = this.#options;
    const checked = checkVisit(visit, rootPublicKey, decode);
    const { giai, epoch } = checked.checkpoint;
    const problem = checkLink(checked, await store.lastCheckpoint({ giai, epoch }));
    if (problem === undefined) return checked;
    if (!problem.isFork) throw new Error(problem.message);
    await store.setAside({ ...batchOf(checked, visit), reason: problem.message });
    throw new ForkError(problem.message);
  }

  async #save(checked: CheckedVisit, visit: Visit): Promise<number> {
    const batch = batchOf(checked, visit);
    const { stored, forked } = await this.#options.store.save(batch);
    if (forked.length === 0) return stored;
    const reason = `Fork: record ${forked[0]} of ${batch.giai} is stored with other bytes`;
    await this.#options.store.setAside({ ...batch, reason });
    throw new ForkError(reason);
  }
}

function batchOf({ checkpoint, records }: CheckedVisit, visit: Visit): StoreBatch {
  const { giai, epoch, sequence, chainHash } = checkpoint;
  const signedCheckpoint = visit.checkpoint;
  return { giai, epoch, records, checkpoint: { sequence, chainHash }, signedCheckpoint };
}

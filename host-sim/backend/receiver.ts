/**
 * Hands on signed receipts for what a dock brought: a visit is checked (certificate, checkpoint,
 * chain), joined to what is stored, appended to the spool and fsynced, saved in one transaction,
 * and only then receipted. The same visit again gives the same store and another receipt. Clock and
 * signer are handed in, so that a simulated journey gives the same bytes every time.
 */
import { messageOf } from './cbor.js';
import type { VisitReceipt, VisitReceiver } from './dock-types.js';
import { type Visit, groupVisits, visitOf } from './handoff-file.js';
import type { Receipt } from './objects.js';
import type { Decoder } from './record-types.js';
import { doubledToHold, type SlipBook } from './slips.js';
import { Spool } from './spool.js';
import { doubledLabels, openRecall, recalledKits, type RecallOrder } from './recall.js';
import { type KitReview, reviewOf } from './review.js';
import type { JournalName, RecordStore, StoreBatch } from './store-types.js';
import { type CheckedVisit, checkLink, checkVisit } from './visit-check.js';

export interface ReceiverOptions {
  readonly rootPublicKey: Uint8Array;
  readonly decode: Decoder;
  readonly store: RecordStore;
  /** The backend's time, seconds since 2020-01-01Z. */
  readonly nowWallS: () => number;
  /** Signs with the backend's key, counter included: `Authority.receipt`. */
  readonly signReceipt: (receipt: Omit<Receipt, 'counter'>) => Uint8Array;
  /** Is told of every record that was saved. */
  readonly slips?: SlipBook | undefined;
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
    return { receipt, sequence, stored, findings: checked.findings };
  }

  /** What quality knows of a kit: all that has reached the store. */
  async review(journal: JournalName, sgtin: string): Promise<KitReview | undefined> {
    return reviewOf(await this.#options.store.records(journal), sgtin);
  }

  /** Kits of one container that a recall concerns and that it does not hold yet. */
  async recalled(journal: JournalName, order: RecallOrder): Promise<readonly string[]> {
    const records = await this.#options.store.records(journal);
    return openRecall(recalledKits([{ ...journal, records }], order)).map(({ sgtin }) => sgtin);
  }

  /**
   * Kits of one container (SGTIN) whose label is aboard another one too, or whose slip was
   * continued twice, and that it does not hold yet: one of the two at least is not what it says.
   */
  async toHold(journal: JournalName): Promise<readonly string[]> {
    const { store, slips } = this.#options;
    const names = await store.journals();
    if (names.length < 2) return [];
    const journals = await Promise.all(
      names.map(async (name) => ({ ...name, records: await store.records(name) })),
    );
    const labels = doubledLabels(journals)
      .filter((label) => label.journals.some((name) => isSame(name, journal)))
      .flatMap(({ sgtin }) => openRecall(recalledKits(journals, { sgtin })))
      .filter((kit) => isSame(kit, journal))
      .map(({ sgtin }) => sgtin);
    const own = journals.find((name) => isSame(name, journal))?.records ?? [];
    const slipped = doubledToHold(slips?.doubled ?? [], journal, own);
    return [...new Set([...labels, ...slipped])];
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
    if (forked.length === 0) {
      this.#options.slips?.note(batch, batch.records);
      return stored;
    }
    const reason = `Fork: record ${forked[0]} of ${batch.giai} is stored with other bytes`;
    await this.#options.store.setAside({ ...batch, reason });
    throw new ForkError(reason);
  }
}

function isSame(a: JournalName, b: JournalName): boolean {
  return a.giai === b.giai && a.epoch === b.epoch;
}

function batchOf({ checkpoint, records, findings }: CheckedVisit, visit: Visit): StoreBatch {
  const { giai, epoch, sequence, chainHash } = checkpoint;
  const signedCheckpoint = visit.checkpoint;
  const joined = { sequence, chainHash };
  return { giai, epoch, records, checkpoint: joined, signedCheckpoint, findings };
}

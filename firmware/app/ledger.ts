/**
 * Stores records and applies them, then whatever has come about through them: excursions and
 * verdicts. The only writer of the journal.
 */
import { COMMON } from '../core/excursion/kits.js';
import type { Pending } from '../core/excursion/pending.js';
import { FRAME_BYTES_MAX } from '../core/record/frame.js';
import type { Journal } from '../core/journal/journal.js';
import { RecordBuffer } from '../core/record/record.js';
import { RECORD } from '../core/record/schema.js';
import type { Fold } from './fold.js';

/** A burst of records that one step may cause. */
const BURST_BYTES = 4 * FRAME_BYTES_MAX;

export class Ledger {
  /** The record to fill before `store`. */
  readonly record = new RecordBuffer();
  private readonly journal: Journal;
  private readonly fold: Fold;
  private readonly pending: Pending;
  private readonly words: Int32Array;
  private readonly derived = new RecordBuffer();
  private readonly loss: RecordBuffer;
  /** Grows with every record but a reading: what is shown or allowed may be another now. */
  revision = 0;
  /** Whether there may be something to settle: after a boot there may be, too. */
  private isOpen = true;

  constructor(journal: Journal, fold: Fold, pending: Pending, words: Int32Array) {
    this.journal = journal;
    this.loss = journal.spare;
    this.fold = fold;
    this.pending = pending;
    this.words = words;
  }

  /** Moves erasing on; whether a burst of records can be stored, or must be counted as lost. */
  poll(): boolean {
    const result = this.journal.poll();
    return result !== 0 || this.journal.hasRoom(BURST_BYTES);
  }

  /**
   * Begins a record of this type. Callers fill `fields` and the tail, then call `store`.
   */
  begin(type: number, uptimeS: number): RecordBuffer {
    this.record.begin(type, uptimeS);
    return this.record;
  }

  /** Stores and applies the record that was begun: its sequence number, or a fault. */
  store(): number {
    return this.keep(this.record);
  }

  /**
   * Stores everything that has come about, as far as there is room at once; what is left is still
   * pending in the next step.
   */
  settle(uptimeS: number): void {
    const { journal, derived } = this;
    if (!this.isOpen && !journal.hasRetired) return;
    while (this.poll()) {
      const isRetired = journal.takeRetired(derived, uptimeS) === 1;
      if (!isRetired && this.pending.next(derived, uptimeS) !== 1) {
        this.isOpen = false;
        return;
      }
      this.keep(derived);
    }
  }

  /** Stores the numbers that have moved since they were recorded: a checkpoint follows. */
  refresh(uptimeS: number): void {
    this.pending.refresh();
    this.isOpen = true;
    this.settle(uptimeS);
  }

  /**
   * Stores and applies a record of the journal's own housekeeping, which was begun: its sequence
   * number; or a fault, and then it does not count.
   */
  storeOwn(): number {
    const { record, journal } = this;
    if (journal.lostCount > 0) this.recordLoss(record.uptimeS);
    const result = journal.append(record);
    if (result >= 0) this.fold.apply(record);
    return result;
  }

  /** A record that is free between two calls. */
  get spare(): RecordBuffer {
    return this.loss;
  }

  private keep(record: RecordBuffer): number {
    if (this.journal.lostCount > 0 && this.journal.accepts(record.type)) {
      this.recordLoss(record.uptimeS);
    }
    const result = this.journal.append(record);
    if (record.type !== RECORD.reading || result < 0) this.revision++;
    this.isOpen = true;
    this.fold.apply(record); // measuring and judging go on, whatever the journal says
    return result;
  }

  /** There is room again: the journal says what it could not keep. */
  private recordLoss(uptimeS: number): void {
    const { journal, loss } = this;
    loss.begin(RECORD.lost, uptimeS);
    loss.fields[0] = journal.lostFirst;
    loss.fields[1] = journal.lostCount;
    loss.fields[2] = journal.lostUptimeS;
    if (journal.append(loss) < 0) return;
    journal.lostRecorded();
    this.fold.apply(loss);
  }

  /** Whether something that has come about still waits for room. */
  get hasMore(): boolean {
    return this.isOpen;
  }

  /** Records that could not be stored make every kit `unknown` at once, not only when said so. */
  get isLosing(): boolean {
    return this.journal.lostCount > 0 || this.words[COMMON.lostRecords] !== 0;
  }
}

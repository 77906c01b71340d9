/**
 * A journal box whose container thins: after each record the thinner gets its steps, as in the
 * container's own loop. `told` is what must never be lost: every record whose append returned.
 */
import type { Recovery } from '../../firmware/core/journal/recover.js';
import { Thinner } from '../../firmware/core/journal/thinner.js';
import type { RecordBuffer } from '../../firmware/core/record/record.js';
import { RECORD } from '../../firmware/core/record/schema.js';
import { EPOCH, JournalBox, type TestFold, textOf } from './journal-box.js';
import { makeRecord } from './records.js';

/** What the container's own fold does with the records of a thinning. */
function foldThinning(fold: TestFold): void {
  const apply = fold.apply.bind(fold);
  fold.apply = (record) => {
    apply(record);
    if (record.type === RECORD.kept) fold.journal?.keep(record.fields[2]!);
    if (record.type === RECORD.thinned) fold.journal?.thin(record.fields[1]!);
  };
}

export class ThinBox extends JournalBox {
  thinner!: Thinner;
  uptimeS = 0;
  /** Sequence number and canonical bytes of every record stored that the thinner did not make. */
  readonly told: string[] = [];
  /** The record whose append was cut off: it may be there or not. */
  inFlight: string | undefined;

  override begin(epoch = EPOCH): Recovery {
    const recovery = super.begin(epoch);
    foldThinning(this.fold);
    this.thinner = new Thinner(this.journal, this.ledger, this.flash.size());
    this.uptimeS = 0;
    return recovery;
  }

  /** Stores a record a minute later, then thins as long as there is something to do. */
  override store(record: RecordBuffer): number {
    this.uptimeS += 60;
    this.nowMs += 60_000;
    this.rest();
    const into = this.ledger.begin(record.type, this.uptimeS);
    into.fields.set(record.fields);
    into.setTail(record.tail, 0, record.tailLength);
    into.sequence = this.journal.nextSequence;
    this.inFlight = textOf(into, this.probeCount);
    const result = this.ledger.store();
    if (result > 0) this.told.push(textOf(into, this.probeCount));
    this.inFlight = undefined;
    this.thin();
    return result;
  }

  /** The thinner's steps until it has nothing more to do. */
  thin(): void {
    do this.rest();
    while (this.thinner.step(this.uptimeS));
  }

  /** Stores a BOOT record, as a container does after each boot. */
  override storeBoot(): number {
    return this.store(makeRecord(RECORD.boot, 0, [this.bootCount, 1, 0, -2147483648, 0]));
  }
}

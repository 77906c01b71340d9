/**
 * A journal on simulated flash as a container runs it, without the rest of the container: the
 * app's own ledger stores records, a small fold stands for the rooms behind it. `boot` begins anew
 * from flash alone, as a container does after a power loss.
 */
import type { Fold } from '../../firmware/app/fold.js';
import { Ledger } from '../../firmware/app/ledger.js';
import { KITS_WORDS } from '../../firmware/core/excursion/kits.js';
import type { Pending } from '../../firmware/core/excursion/pending.js';
import { Journal, JOURNAL_STATE_WORDS } from '../../firmware/core/journal/journal.js';
import { SegmentReader } from '../../firmware/core/journal/reader.js';
import { recover } from '../../firmware/core/journal/recover.js';
import { SECTOR_BYTES } from '../../firmware/core/limits.js';
import { RecordBuffer } from '../../firmware/core/record/record.js';
import { RECORD } from '../../firmware/core/record/schema.js';
import type { DecodedRecord } from '../../host-sim/backend/record-types.js';
import { NorFlash } from '../../host-sim/ports/flash.js';
import type { Tear } from '../../host-sim/ports/flash-tear.js';
import type { Seed } from '../../host-sim/world/prng.js';
import { canonicalOf, makeRecord } from './records.js';

export const EPOCH = 77;
const DURABLE_WORDS = 64;
const COUNT = 1;
const HASH = 2;
const LOST = 3;
const BY_TYPE = 8;

/** Durable words that depend on every byte of every record and on their order. */
export class TestFold {
  readonly words = new Int32Array(DURABLE_WORDS);
  /** Every record applied, in order: sequence number and canonical bytes. */
  readonly applied: string[] = [];
  journal: Journal | undefined;
  private readonly probeCount: number;

  constructor(probeCount: number) {
    this.probeCount = probeCount;
  }

  apply(record: RecordBuffer): void {
    this.applyText(textOf(record, this.probeCount));
  }

  /** Applies a record that is written as `textOf` does. */
  applyText(text: string): void {
    const { words } = this;
    const [sequence, hex] = text.split(':') as [string, string];
    const bytes = Buffer.from(hex, 'hex');
    let hash = words[HASH]! ^ Number(sequence);
    for (const byte of bytes) hash = Math.imul(hash ^ byte, 16777619);
    words[HASH] = hash;
    words[COUNT]! += 1;
    words[BY_TYPE + bytes[0]!] = bytes.readInt32LE(1);
    if (bytes[0] === RECORD.lost) words[LOST]! += bytes.readInt32LE(9);
    if (bytes[0] === RECORD.receipt) {
      const receipted = bytes.readInt32LE(5);
      if (this.journal === undefined) words[0] = Math.max(words[0]!, receipted);
      else this.journal.acknowledge(receipted);
    }
    this.applied.push(text);
  }
}

export interface BoxOptions {
  readonly sectorCount?: number;
  readonly probeCount?: number;
  readonly seed?: Seed;
}

export class JournalBox {
  nowMs = 0;
  readonly flash: NorFlash;
  readonly probeCount: number;
  journal!: Journal;
  fold!: TestFold;
  ledger!: Ledger;
  bootCount = 0;
  /** Operation of the flash in which the power goes, however many boots come before. */
  cut: { readonly operation: number; readonly tear: Tear } | undefined;

  constructor(options: BoxOptions = {}) {
    this.probeCount = options.probeCount ?? 2;
    this.flash = new NorFlash({
      region: 'journal',
      bytes: (options.sectorCount ?? 16) * SECTOR_BYTES,
      seed: options.seed ?? 1,
      nowMs: () => this.nowMs,
    });
  }

  /** Begins from flash alone. What `recover` answers. */
  boot(epoch = EPOCH): number {
    this.flash.boot(this.nowMs);
    if (this.cut !== undefined) this.flash.cutAt(this.cut.operation, this.cut.tear);
    this.fold = new TestFold(this.probeCount);
    const { words } = this.fold;
    this.journal = new Journal(
      this.flash,
      new Int32Array(JOURNAL_STATE_WORDS),
      words.subarray(0, 1),
      words,
      { probeCount: this.probeCount, samplePeriodS: 60 },
    );
    this.fold.journal = this.journal;
    this.ledger = new Ledger(
      this.journal,
      this.fold as unknown as Fold,
      { next: () => 0 } as unknown as Pending,
      new Int32Array(KITS_WORDS),
    );
    this.bootCount += 1;
    this.journal.anchor(0, 0, this.bootCount);
    return recover(this.journal, this.flash, words, this.probeCount, epoch, this.fold);
  }

  /** Lets an erase finish, as time does between two samples. */
  rest(): void {
    while (!this.ledger.poll()) this.nowMs += 10;
  }

  /** Stores a record as the container does: waits for room, tells of losses first. */
  store(record: RecordBuffer): number {
    this.nowMs += 10;
    this.rest();
    const into = this.ledger.begin(record.type, record.uptimeS);
    into.fields.set(record.fields);
    into.setTail(record.tail, 0, record.tailLength);
    return this.ledger.store();
  }

  /** What the container's reader finds in the segments from the oldest to the newest. */
  stored(): string[] {
    const { journal, flash, probeCount } = this;
    const reader = new SegmentReader(flash, probeCount, 60);
    const record = new RecordBuffer();
    const found: string[] = [];
    for (let segment = journal.oldestSegment; segment <= journal.segment; segment++) {
      const sector = segment % (flash.size() / SECTOR_BYTES);
      const opened = reader.open(sector, SECTOR_BYTES);
      if (opened < 0) throw new Error(`segment ${segment}: fault ${opened}`);
      const end = this.firstSequenceOf(segment + 1);
      while (reader.next(record) === 1 && record.sequence < end) {
        found.push(textOf(record, probeCount));
      }
    }
    return found;
  }

  /** Where a segment's numbers begin, or those of what comes next: FORMAT.md §7, rule 3. */
  private firstSequenceOf(segment: number): number {
    const { journal, flash } = this;
    if (segment > journal.segment) return journal.nextSequence;
    const result = journal.reader.peek(segment % (flash.size() / SECTOR_BYTES));
    if (result < 0) throw new Error(`segment ${segment}: fault ${result}`);
    return journal.reader.header.firstSequence;
  }

  /** Stores a BOOT record, as a container does after each boot. */
  storeBoot(uptimeS = 0): number {
    return this.store(makeRecord(RECORD.boot, uptimeS, [this.bootCount, 1, 0, -2147483648, 0]));
  }

  /** Stores a receipt for everything up to `sequence`. */
  storeReceipt(sequence: number, uptimeS = 0): number {
    return this.store(makeRecord(RECORD.receipt, uptimeS, [sequence, 1, 0]));
  }
}

/** A record as one line: sequence number and canonical bytes. */
export function textOf(record: RecordBuffer, probeCount: number): string {
  return `${record.sequence}:${canonicalOf(record, probeCount).toString('hex')}`;
}

/** A decoded record as `TestFold.applied` writes it. */
export function decodedText(record: DecodedRecord, probeCount: number): string {
  const type = RECORD[record.type];
  const fields = Object.values(record.fields);
  for (const value of record.temperaturesCentiC ?? []) fields.push(value ?? -32768);
  const bytes = canonicalOf(makeRecord(type, record.uptimeS, fields, record.tail), probeCount);
  return `${record.sequence}:${bytes.toString('hex')}`;
}

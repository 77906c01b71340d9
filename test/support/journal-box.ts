/**
 * A journal on simulated flash as a container runs it, without the rest of the container: the
 * app's own ledger stores records, a small fold stands for the rooms behind it. `boot` begins anew
 * from flash alone, as a container does after a power loss.
 */
import type { Fold } from '../../firmware/app/fold.js';
import { Ledger } from '../../firmware/app/ledger.js';
import { KITS_WORDS } from '../../firmware/core/excursion/kits.js';
import type { Pending } from '../../firmware/core/excursion/pending.js';
import {
  Journal,
  JOURNAL_DURABLE_WORDS,
  JOURNAL_STATE_WORDS,
} from '../../firmware/core/journal/journal.js';
import { SegmentReader } from '../../firmware/core/journal/reader.js';
import { Recovery, RECOVERY } from '../../firmware/core/journal/recover.js';
import { retireSector } from '../../firmware/core/journal/retired.js';
import { RECEIPTED } from '../../firmware/core/journal/words.js';
import { FAULT } from '../../firmware/core/faults.js';
import { SECTOR_BYTES } from '../../firmware/core/limits.js';
import { decodeCanonical, RecordBuffer } from '../../firmware/core/record/record.js';
import { RECORD } from '../../firmware/core/record/schema.js';
import type { DecodedRecord } from '../../host-sim/backend/record-types.js';
import { NorFlash } from '../../host-sim/ports/flash.js';
import type { Tear } from '../../host-sim/ports/flash-tear.js';
import type { Seed } from '../../host-sim/world/prng.js';
import { canonicalOf, makeRecord } from './records.js';

export const EPOCH = 77;
const DURABLE_WORDS = JOURNAL_DURABLE_WORDS + 53;
const COUNT = JOURNAL_DURABLE_WORDS;
const HASH = COUNT + 1;
const LOST = COUNT + 2;
const BY_TYPE = COUNT + 4;
const POLL_MS = 10;

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
    this.applyCursor(bytes);
    this.applied.push(text);
  }

  /** What the container's own fold does with the journal's words. */
  private applyCursor(bytes: Uint8Array): void {
    const { words, journal } = this;
    const record = new RecordBuffer();
    if (decodeCanonical(bytes, 0, bytes.length, this.probeCount, record) < 0) return;
    const { type, fields } = record;
    if (type === RECORD.lost) words[LOST]! += fields[1]!;
    if (type === RECORD.receipt) {
      if (journal === undefined) words[RECEIPTED] = Math.max(words[RECEIPTED]!, fields[0]!);
      else journal.acknowledge(fields[0]!);
    }
    if (type === RECORD.fault && fields[0] === FAULT.sectorRetired) retireSector(words, fields[1]!);
  }
}

export interface BoxOptions {
  readonly sectorCount?: number;
  readonly probeCount?: number;
  readonly seed?: Seed;
  /** Sectors bad from the factory; default: none. */
  readonly badSectors?: readonly number[];
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
      badSectors: options.badSectors,
    });
  }

  /** Begins from flash alone: 1 when it held records, 0 when it was empty, or a fault. */
  boot(epoch = EPOCH): number {
    const recovery = this.begin(epoch);
    let result = recovery.poll();
    for (; result === RECOVERY.running; result = recovery.poll()) this.nowMs += POLL_MS;
    return result === RECOVERY.empty ? 0 : result;
  }

  /** As after a power loss or a restart: the recovery that is to be polled now. */
  begin(epoch = EPOCH): Recovery {
    this.flash.boot(this.nowMs);
    if (this.cut !== undefined) this.flash.cutAt(this.cut.operation, this.cut.tear);
    this.fold = new TestFold(this.probeCount);
    const { words } = this.fold;
    this.journal = new Journal(
      this.flash,
      new Int32Array(JOURNAL_STATE_WORDS),
      words.subarray(0, JOURNAL_DURABLE_WORDS),
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
    const { journal, flash, probeCount, fold, ledger } = this;
    return new Recovery(journal, flash, words, probeCount, epoch, fold, ledger.record);
  }

  /** Lets an erase finish, as time does between two samples. */
  rest(): void {
    while (!this.ledger.poll()) this.nowMs += POLL_MS;
  }

  /** Stores a record as the container does: waits for room, tells of losses and faults. */
  store(record: RecordBuffer): number {
    this.nowMs += POLL_MS;
    this.rest();
    const into = this.ledger.begin(record.type, record.uptimeS);
    into.fields.set(record.fields);
    into.setTail(record.tail, 0, record.tailLength);
    const stored = this.ledger.store();
    this.ledger.settle(record.uptimeS);
    return stored;
  }

  /** What the container's reader finds in the segments from the oldest to the newest. */
  stored(): string[] {
    const { journal, flash, probeCount } = this;
    const reader = new SegmentReader(flash, probeCount, 60);
    const record = new RecordBuffer();
    const found: string[] = [];
    const { segment: newest } = journal;
    for (let segment = journal.oldestSegment; segment <= newest;) {
      const next = journal.nextSegment(segment);
      const sector = segment % (flash.size() / SECTOR_BYTES);
      const opened = reader.open(sector, SECTOR_BYTES);
      if (opened < 0) throw new Error(`segment ${segment}: fault ${opened}`);
      const end = this.firstSequenceOf(next);
      while (reader.next(record) === 1 && record.sequence < end) {
        found.push(textOf(record, probeCount));
      }
      segment = next;
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

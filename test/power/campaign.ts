/**
 * Runs a scripted workload on a small journal, cuts the power in one of its operations, boots anew
 * from flash, and asks whether every promise was kept. What was promised is known from the answers
 * of `append` alone: a record whose append returned is there, in its place, unaltered, once; the
 * one in flight may be there or not, but from the next boot on it stays so.
 */
import { JOURNAL_DURABLE_WORDS } from '../../firmware/core/journal/words.js';
import type { RecordBuffer } from '../../firmware/core/record/record.js';
import { RECORD } from '../../firmware/core/record/schema.js';
import { decodeImage } from '../../host-sim/backend/decode.js';
import { type NorFlash, PowerCut } from '../../host-sim/ports/flash.js';
import { ERASE_MS, programMicros } from '../../host-sim/ports/flash-counters.js';
import type { EraseForm, Tear } from '../../host-sim/ports/flash-tear.js';
import { decodedText, JournalBox, TestFold, textOf } from '../support/journal-box.js';
import { makeRecord } from '../support/records.js';
import { readWhole } from './floating-bit.js';
import { BrokenPromise, expectKept } from './promises.js';

const RECOVERY_READS_MAX = 64;
const RECOVERY_BYTES_MAX = 8192;

/** What a script does: store a record, restart, take a receipt for all so far, let time pass. */
export type Action = RecordBuffer | 'restart' | 'receipt' | 'rest';

export interface Workload {
  readonly name: string;
  /** What happened before, without a cut. */
  readonly before: readonly Action[];
  readonly script: readonly Action[];
  /** False where records are lost: they change the state without being stored. */
  readonly isStateWhole: boolean;
  /** Of the flash; default: those of the journal box. */
  readonly sectorCount?: number;
  /** What is wrong with the flash from the beginning, and from the script on. */
  readonly harm?: (flash: NorFlash) => void;
  readonly harmLater?: (flash: NorFlash) => void;
}

/** A program or an erase of a script, without a cut. */
export interface Operation {
  readonly kind: 'program' | 'erase';
  readonly busyMicros: number;
}

export interface Cut {
  /** Operation of the script, from 1, its first recovery included. */
  readonly operation: number;
  readonly tear: Tear;
  /** What an erase is left as; default: any form of the tear. */
  readonly form?: EraseForm | undefined;
  readonly seed: number;
  /** Operations of the recovery after it in which the power goes again, one after the other. */
  readonly again?: readonly number[];
}

/** What a workload leads to before its script begins. */
interface Start {
  readonly image: Uint8Array;
  readonly known: readonly string[];
  readonly words: Int32Array;
  readonly receipted: number;
  readonly bootCount: number;
}

class Trial {
  readonly box: JournalBox;
  /** Every record that must be there unless it was receipted, in order. */
  readonly known: string[];
  /** Records whose append a cut ended; nothing was acknowledged since, so one may be there. */
  private inFlight: string[] = [];
  /** The uninterrupted fold of `known`. */
  readonly reference: TestFold;
  private receipted: number;
  private uptimeS = 1_000_000;
  /** What an erase that is cut is left as; undefined for any form of the tear. */
  eraseForm: EraseForm | undefined;
  private readonly workload: Workload;

  constructor(workload: Workload, start: Start | undefined, seed: number) {
    this.workload = workload;
    this.box = new JournalBox({ seed, sectorCount: workload.sectorCount ?? 16 });
    this.known = [...(start?.known ?? [])];
    this.reference = new TestFold(this.box.probeCount);
    this.receipted = start?.receipted ?? 0;
    const { flash } = this.box;
    const cutAt = flash.cutAt.bind(flash);
    flash.cutAt = (operation, tear) => cutAt(operation, tear, this.eraseForm);
    workload.harm?.(flash);
    if (start === undefined) return;
    flash.load(start.image);
    workload.harmLater?.(flash);
    this.box.bootCount = start.bootCount;
    this.reference.words.set(start.words);
  }

  start(): Start {
    const { box, known, receipted, reference } = this;
    const { words } = reference;
    return { image: box.flash.image(), known, words, receipted, bootCount: box.bootCount };
  }

  /** Boots and compares what is there with what was promised. */
  boot(): void {
    const { box, known, reference } = this;
    const { reads, readBytes } = box.flash.counters;
    const result = box.boot();
    if (result < 0) throw new BrokenPromise('unmountable', `does not mount: fault ${result}`);
    expectQuick(box.flash.counters.reads - reads, box.flash.counters.readBytes - readBytes);
    this.watch();
    const found = this.stored();
    const last = found.at(-1);
    const isNew = found.length > 0 && last !== known.at(-1);
    if (isNew && this.inFlight.includes(last!)) this.add(last!);
    expectKept(found, known, this.receipted, 'the reader');
    const next = parseInt(known.at(-1) ?? '0') + 1;
    if (box.journal.nextSequence !== next) {
      throw new BrokenPromise('altered', `goes on at ${box.journal.nextSequence}, not ${next}`);
    }
    if (!this.workload.isStateWhole) return;
    const { words } = box.fold;
    const at = words.findIndex((word, i) => isAppWord(i) && word !== reference.words[i]);
    if (at >= 0) throw new BrokenPromise('altered', `the state differs in word ${at}`);
  }

  private stored(): string[] {
    try {
      return this.box.stored();
    } catch (error) {
      if (error instanceof PowerCut) throw error;
      throw new BrokenPromise('lost', `cannot be read: ${String(error)}`);
    }
  }

  /** Notes which record is in flight, and which was acknowledged. */
  private watch(): void {
    const { journal, probeCount } = this.box;
    const append = journal.append.bind(journal);
    journal.append = (record) => {
      record.sequence = journal.nextSequence;
      this.inFlight.push(textOf(record, probeCount));
      const result = append(record);
      if (result > 0) {
        this.add(textOf(record, probeCount));
        this.inFlight = [];
      } else this.inFlight.pop(); // refused: what a cut left before may still turn out to be there
      return result;
    };
  }

  private add(text: string): void {
    this.known.push(text);
    this.reference.applyText(text);
  }

  run(actions: readonly Action[]): void {
    for (const action of actions) {
      if (action === 'restart') this.boot();
      else if (action === 'receipt') this.receiveReceipt();
      else if (action === 'rest') this.rest();
      else this.box.store(action);
    }
  }

  /** Time passes: what is being erased ahead is done. */
  rest(): void {
    this.box.rest();
    for (let i = 0; i < 20 && this.box.journal.poll() === 0; i++) this.box.nowMs += 10;
  }

  /** What a receipt covers may go at once, even where the record of it found no room. */
  private receiveReceipt(): void {
    const { lastStoredSequence } = this.box.journal;
    this.receipted = Math.max(this.receipted, lastStoredSequence);
    this.box.storeReceipt(lastStoredSequence, this.uptimeS++);
  }

  /** Runs `what` until the power goes; whether it did. */
  untilCut(what: () => void): boolean {
    try {
      what();
      return false;
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      return true;
    } finally {
      this.box.cut = undefined;
    }
  }

  storeBoot(): void {
    this.box.storeBoot(this.uptimeS++);
  }

  /** The journal goes on, and the whole image decodes, with an unbroken chain. */
  goOn(): void {
    const { box } = this;
    this.receiveReceipt();
    for (let i = 0; i < 3; i++) box.store(makeRecord(RECORD.lid, this.uptimeS++, [i & 1]));
    this.boot();
    this.storeBoot();
    // On failing flash that may have been lost: then it is said so by what comes next.
    for (let i = 0; i < 5 && box.journal.lostCount > 0; i++) {
      this.rest();
      box.store(makeRecord(RECORD.lid, this.uptimeS++, [i & 1]));
    }
    const log = decodeImage(readWhole(box.flash));
    const [problem] = log.problems;
    if (problem !== undefined) {
      throw new BrokenPromise('altered', `the decoder says: ${JSON.stringify(problem)}`);
    }
    const decoded = log.records.map((record) => decodedText(record, box.probeCount));
    expectKept(decoded, this.known, this.receipted, 'the decoder');
  }
}

/** Whatever was cut, a recovery takes no longer (design §9). */
function expectQuick(reads: number, bytes: number): void {
  if (reads <= RECOVERY_READS_MAX && bytes <= RECOVERY_BYTES_MAX) return;
  throw new BrokenPromise('unmountable', `recovery takes ${reads} reads, ${bytes} bytes`);
}

/** The journal's own words are its affair, but for the receipt. */
const isAppWord = (i: number): boolean => i === 0 || i >= JOURNAL_DURABLE_WORDS;

/** A workload whose beginning is done once. */
export class Campaign {
  readonly workload: Workload;
  /** Programs and erases of the script, its first recovery included. */
  readonly operations: readonly Operation[];
  private readonly start: Start;

  constructor(workload: Workload) {
    this.workload = workload;
    const before = new Trial(workload, undefined, 0);
    before.run(['restart', ...workload.before, 'rest']);
    this.start = before.start();
    const whole = new Trial(workload, this.start, 0);
    this.operations = noteOperations(whole.box.flash, () =>
      whole.run(['restart', ...workload.script]),
    );
  }

  get operationCount(): number {
    return this.operations.length;
  }

  /** Throws a BrokenPromise that names the cut. */
  try(cut: Cut): void {
    try {
      this.run(cut);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const breach = error instanceof BrokenPromise ? error.breach : 'unmountable';
      const what = `${this.workload.name}, ${JSON.stringify(cut)}`;
      const broken = new BrokenPromise(breach, `${what}: ${error.message}`);
      // Where it was noticed says more than where it is told.
      const where = error.stack?.slice(error.stack.indexOf('    at ')) ?? '';
      broken.stack = `${String(broken)}\n${where}`;
      throw broken;
    }
  }

  private run({ operation, tear, form, seed, again = [] }: Cut): void {
    const trial = new Trial(this.workload, this.start, seed);
    const { box } = trial;
    trial.eraseForm = form;
    box.cut = { operation, tear };
    const wasCut = trial.untilCut(() => trial.run(['restart', ...this.workload.script]));
    const mayEndEarlier = this.workload.harm !== undefined; // what fails depends on the seed
    if (!wasCut && !mayEndEarlier) throw new Error('the script ends before the cut');
    trial.eraseForm = undefined;
    for (const next of again) {
      box.cut = { operation: box.flash.operations + next, tear };
      const wasCutAgain = trial.untilCut(() => {
        trial.boot();
        trial.storeBoot();
      });
      if (!wasCutAgain) break;
    }
    trial.boot();
    trial.storeBoot();
    trial.goOn();
  }

  /** How many of these cuts broke a promise. */
  countFailures(cuts: readonly Cut[]): number {
    let failures = 0;
    for (const cut of cuts) {
      try {
        this.try(cut);
      } catch {
        failures++;
      }
    }
    return failures;
  }
}

/** Programs and erases that `what` causes, in order. */
function noteOperations(flash: NorFlash, what: () => void): Operation[] {
  const operations: Operation[] = [];
  const program = flash.program.bind(flash);
  const startErase = flash.startErase.bind(flash);
  flash.program = (address, bytes, from, length) => {
    const before = flash.operations;
    const result = program(address, bytes, from, length);
    const busyMicros = programMicros(length);
    if (flash.operations > before) operations.push({ kind: 'program', busyMicros });
    return result;
  };
  flash.startErase = (sector) => {
    const before = flash.operations;
    const result = startErase(sector);
    const busyMicros = ERASE_MS * 1000;
    if (flash.operations > before) operations.push({ kind: 'erase', busyMicros });
    return result;
  };
  what();
  return operations;
}

/**
 * Runs a scripted workload on a small journal, cuts the power in one of its operations, boots anew
 * from flash, and asks whether every promise was kept. What was promised is known from the answers
 * of `append` alone: a record whose append returned is there, in its place, unaltered, once; the
 * one in flight may be there or not, but from the next boot on it stays so.
 */
import assert from 'node:assert/strict';
import type { RecordBuffer } from '../../firmware/core/record/record.js';
import { RECORD } from '../../firmware/core/record/schema.js';
import { decodeImage } from '../../host-sim/backend/decode.js';
import { PowerCut } from '../../host-sim/ports/flash.js';
import type { Tear } from '../../host-sim/ports/flash-tear.js';
import { decodedText, JournalBox, TestFold, textOf } from '../support/journal-box.js';
import { makeRecord } from '../support/records.js';
import { readWhole } from './floating-bit.js';

/** One thing that a script does: a record to store, a restart, or a receipt for all so far. */
export type Action = RecordBuffer | 'restart' | 'receipt';

export interface Workload {
  readonly name: string;
  /** What happened before, without a cut. */
  readonly before: readonly Action[];
  readonly script: readonly Action[];
  /** False where records are lost: they change the state without being stored. */
  readonly isStateWhole: boolean;
}

export interface Cut {
  /** Operation of the script, from 1, its first recovery included. */
  readonly operation: number;
  readonly tear: Tear;
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
  private readonly workload: Workload;

  constructor(workload: Workload, start: Start | undefined, seed: number) {
    this.workload = workload;
    this.box = new JournalBox({ seed });
    this.known = [...(start?.known ?? [])];
    this.reference = new TestFold(this.box.probeCount);
    this.receipted = start?.receipted ?? 0;
    if (start === undefined) return;
    this.box.flash.load(start.image);
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
    const { box, known } = this;
    const result = box.boot();
    assert.ok(result >= 0, `the journal does not mount: fault ${result}`);
    this.watch();
    const found = box.stored();
    const last = found.at(-1);
    const isNew = found.length > 0 && last !== known.at(-1);
    if (isNew && this.inFlight.includes(last!)) this.add(last!);
    this.expectKept(found, 'the reader');
    assert.equal(box.journal.nextSequence, parseInt(known.at(-1) ?? '0') + 1);
    if (!this.workload.isStateWhole) return;
    assert.deepEqual(box.fold.words, this.reference.words, 'the state differs');
  }

  private expectKept(found: readonly string[], who: string): void {
    const { known } = this;
    const expected = known.slice(known.length - found.length);
    if (found.length > known.length || found.join() !== expected.join()) {
      const at = found.findIndex((text, i) => text !== expected[i]);
      assert.fail(`${who} finds ${found[at]?.slice(0, 40)}, not ${expected[at]?.slice(0, 40)}`);
    }
    const oldest = parseInt(found[0] ?? '1');
    assert.ok(oldest <= this.receipted + 1, `${who} lacks records before ${oldest}`);
  }

  /** Notes which record is in flight, and which was acknowledged. */
  private watch(): void {
    const { journal, probeCount } = this.box;
    const append = journal.append.bind(journal);
    journal.append = (record) => {
      record.sequence = journal.nextSequence;
      this.inFlight.push(textOf(record, probeCount));
      const result = append(record);
      if (result > 0) this.add(textOf(record, probeCount));
      this.inFlight = [];
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
      else this.box.store(action);
    }
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
    const log = decodeImage(readWhole(box.flash));
    assert.deepEqual(log.problems, []);
    this.expectKept(
      log.records.map((record) => decodedText(record, box.probeCount)),
      'the decoder',
    );
  }
}

/** A workload whose beginning is done once. */
export class Campaign {
  readonly workload: Workload;
  /** Programs and erases of the script, its first recovery included. */
  readonly operationCount: number;
  private readonly start: Start;

  constructor(workload: Workload) {
    this.workload = workload;
    const before = new Trial(workload, undefined, 0);
    before.run(['restart', ...workload.before]);
    before.box.rest();
    while (before.box.journal.poll() === 0) before.box.nowMs += 10;
    this.start = before.start();
    const whole = new Trial(workload, this.start, 0);
    whole.run(['restart', ...workload.script]);
    this.operationCount = whole.box.flash.operations;
  }

  /** Throws an AssertionError, naming the cut, where a promise was broken. */
  try(cut: Cut): void {
    const { operation, tear, seed, again = [] } = cut;
    const trial = new Trial(this.workload, this.start, seed);
    const { box } = trial;
    try {
      box.cut = { operation, tear };
      assert.ok(trial.untilCut(() => trial.run(['restart', ...this.workload.script])));
      for (const next of again) {
        box.cut = { operation: box.flash.operations + next, tear };
        const wasCut = trial.untilCut(() => {
          trial.boot();
          trial.storeBoot();
        });
        if (!wasCut) break;
      }
      trial.boot();
      trial.storeBoot();
      trial.goOn();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      error.message = `${this.workload.name}, ${JSON.stringify(cut)}: ${error.message}`;
      throw error;
    }
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

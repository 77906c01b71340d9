import assert from 'node:assert/strict';
import { Catalogue, CATALOGUE_BYTES, ENTRY } from '../../firmware/core/journal/catalogue.js';
import { HEADER_BYTES } from '../../firmware/core/journal/layout.js';
import { SECTOR_BYTES } from '../../firmware/core/limits.js';
import { RECORD } from '../../firmware/core/record/schema.js';
import { decodeImage } from '../../host-sim/backend/decode.js';
import { NorFlash, PowerCut } from '../../host-sim/ports/flash.js';
import { decodedText, JournalBox } from '../support/journal-box.js';
import { makeReading, makeRecord } from '../support/records.js';
import { type FloatingBit, floatBit, readWhole, zeroBitsOf } from './floating-bit.js';

type Place = Pick<FloatingBit, 'address' | 'mask'>;

/** What lay on flash when the power went, and what may be in doubt. */
interface Case {
  readonly image: Uint8Array;
  /** Records that were acknowledged, and the one in flight, if any. */
  readonly known: readonly string[];
  readonly inFlight: string | undefined;
  readonly bits: readonly Place[];
}

/** Some readings; the last one's program was cut with one bit half done. */
function lastFrame(makeLast: () => ReturnType<typeof makeRecord>): Case {
  const box = new JournalBox();
  box.boot();
  box.storeBoot();
  for (let i = 1; i < 12; i++) box.store(makeReading(60 * i, 400, 500 + (i % 3), 510));
  box.rest();
  const { offset } = box.journal;
  box.store(makeLast());
  const image = box.flash.image();
  const known = box.fold.applied.slice(0, -1);
  const bits = zeroBitsOf(image, offset, box.journal.offset);
  return { image, known, inFlight: box.fold.applied.at(-1), bits };
}

/** The header of a segment that was just opened, its first record not yet written. */
function newestHeader(): Case {
  const box = new JournalBox();
  box.boot();
  for (let i = 1; i < 6; i++) box.store(makeReading(60 * i, 400, 500 + i, 510));
  const known = box.fold.applied;
  box.boot();
  box.storeBoot();
  const image = box.flash.image();
  image.fill(0xff, SECTOR_BYTES + box.journal.framesAt(1), 2 * SECTOR_BYTES);
  const bits = zeroBitsOf(image, SECTOR_BYTES, SECTOR_BYTES + HEADER_BYTES);
  return { image, known, inFlight: undefined, bits: bits.filter((_, i) => i % 3 === 0) };
}

/** Restarts with the bit floating, before anything was stored and after. */
function tryJournal(what: Case, bit: FloatingBit): void {
  const box = new JournalBox();
  box.flash.load(what.image);
  floatBit(box.flash, bit);
  let known = what.known;
  const withLast = what.inFlight === undefined ? known : [...known, what.inFlight];
  for (let boot = 0; boot < 2; boot++) {
    assert.equal(box.boot(), 1);
    const isThere = box.journal.lastStoredSequence === withLast.length;
    assert.ok(isThere || known.length < withLast.length, 'what was once read is gone');
    if (isThere) known = withLast;
    assert.deepEqual(box.stored(), known);
  }
  box.storeBoot(1);
  const expected = box.stored();
  assert.deepEqual(expected.slice(0, -1), known);
  for (let boot = 0; boot < 3; boot++) {
    assert.equal(box.boot(), 1);
    assert.deepEqual(box.stored(), expected);
  }
  const log = decodeImage(readWhole(box.flash));
  assert.deepEqual(log.problems, []);
  const decoded = log.records.map((record) => decodedText(record, box.probeCount));
  assert.deepEqual(decoded, expected);
}

/** Every bit that was due, in every pattern of up to five reads and some longer ones. */
function* everyBit(bits: readonly Place[], canSettle: boolean): Generator<FloatingBit> {
  const patterns = [...Array.from({ length: 16 }, (_, i) => i * 17), 0b01100101, 0b11101000];
  for (const { address, mask } of bits) {
    for (const pattern of patterns) yield { address, mask, pattern, canSettle };
  }
}

const CASES: readonly (readonly [what: string, make: () => Case])[] = [
  ['a reading', () => lastFrame(() => makeReading(720, 401, 503, 508))],
  ['a reading that came late', () => lastFrame(() => makeReading(722, 401, 503, 508))],
  ['an event', () => lastFrame(() => makeRecord(RECORD.lid, 721, [1]))],
  ['the header of a new segment', newestHeader],
];

describe('one bit that a power cut left half programmed', function () {
  this.timeout(60_000);
  for (const [what, make] of CASES) {
    it(`changes nothing once the container has gone on: ${what}`, () => {
      const made = make();
      assert.ok(made.bits.length >= 4, `${made.bits.length} bits`);
      for (const bit of everyBit(made.bits, true)) tryJournal(made, bit);
    });

    it(`would be noticed if it could not be programmed again: ${what}`, () => {
      const made = make();
      let failures = 0;
      for (const bit of everyBit(made.bits.slice(0, 12), false)) {
        try {
          tryJournal(made, bit);
        } catch {
          failures++;
        }
      }
      assert.ok(failures > 0);
    });
  }

  it('leaves the catalogue whole: the header of the copy written last', () => {
    const makeFlash = (): NorFlash =>
      new NorFlash({ region: 'catalogue', bytes: CATALOGUE_BYTES, seed: 1, nowMs: () => clock });
    let clock = 0;
    const put = (flash: NorFlash, index: number, text: string): void => {
      const catalogue = new Catalogue(flash);
      assert.equal(catalogue.mount(), 0);
      const bytes = Buffer.from(text);
      assert.equal(catalogue.startPut(ENTRY.kit, index, bytes, 0, bytes.length), 0);
      while (catalogue.poll() === 0) clock += 50;
    };
    const get = (flash: NorFlash, index: number): string => {
      const catalogue = new Catalogue(flash);
      assert.equal(catalogue.mount(), 0);
      const into = new Uint8Array(1024);
      const length = catalogue.get(ENTRY.kit, index, into);
      return length < 0 ? '' : Buffer.from(into.subarray(0, length)).toString();
    };
    const flash = makeFlash();
    put(flash, 1, 'first');
    put(flash, 1, 'second');
    const image = flash.image();
    const half = CATALOGUE_BYTES / 2;
    const bits = zeroBitsOf(image, half, half + 16).filter((_, i) => i % 4 === 0);
    for (const bit of everyBit(bits, true)) {
      for (let operation = 1; operation <= 9; operation++) {
        const trial = makeFlash();
        trial.load(image);
        floatBit(trial, bit);
        trial.cutAt(operation, 'clean'); // 1 settles, 2 and 3 erase, then entries and header
        try {
          put(trial, 2, 'other');
        } catch (error) {
          if (!(error instanceof PowerCut)) throw error;
        }
        trial.boot(clock);
        const held = get(trial, 1);
        assert.ok(held === 'first' || held === 'second', `cut ${operation}: '${held}'`);
        put(trial, 3, 'more');
        for (let boot = 0; boot < 3; boot++) assert.equal(get(trial, 3), 'more');
      }
    }
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import sinon from 'sinon';
import { FAULT } from '../../firmware/core/faults.js';
import { Catalogue, CATALOGUE_BYTES, ENTRY } from '../../firmware/core/journal/catalogue.js';
import * as head from '../../firmware/core/journal/catalogue-head.js';
import { type NorFlash, PowerCut } from '../../host-sim/ports/flash.js';
import { ERASE_FORMS, type EraseForm, type Tear, TEARS } from '../../host-sim/ports/flash-tear.js';
import { Shelf, text } from '../support/shelf.js';

/** One change: an entry and its new length, 0 to remove it. */
interface Change {
  readonly index: number;
  readonly length: number;
}

interface Fate {
  readonly tear: Tear;
  readonly form?: EraseForm;
  readonly seed: number;
}

const put = (shelf: Shelf, { index, length }: Change, seed: number): number =>
  shelf.put(ENTRY.kit, index, text(seed, length));

function untilCut(what: () => void): boolean {
  try {
    what();
    return false;
  } catch (error) {
    if (!(error instanceof PowerCut)) throw error;
    return true;
  }
}

/** A shelf that goes on from an image. */
function shelfOf(image: Uint8Array, seed: number): Shelf {
  const shelf = new Shelf(seed);
  shelf.flash.load(image);
  shelf.boot();
  return shelf;
}

function cutIn(flash: NorFlash, operation: number, { tear, form }: Fate): void {
  flash.cutAt(flash.operations + operation, tear, form);
}

/** Restarts with cuts in these operations of the mount and of the put after it, then for good. */
function restart(shelf: Shelf, again: readonly number[], fate: Fate): void {
  for (const operation of again) {
    shelf.flash.boot(shelf.nowMs);
    cutIn(shelf.flash, operation, fate);
    untilCut(() => {
      shelf.catalogue = new Catalogue(shelf.flash);
      assert.equal(shelf.catalogue.mount(), 0);
    });
  }
  shelf.boot();
}

/** Cuts one change, restarts, and expects what was there before or after it, for good. */
function trial(image: Uint8Array, change: Change, operation: number, fate: Fate): void {
  const shelf = shelfOf(image, fate.seed);
  const before = shelf.all();
  const whole = shelfOf(image, fate.seed);
  assert.equal(put(whole, change, 77), 1);
  const after = whole.all();
  cutIn(shelf.flash, operation, fate);
  if (!untilCut(() => put(shelf, change, 77))) return;
  restart(shelf, fate.seed % 2 === 0 ? [1, 1] : [], fate);
  const found = shelf.all();
  const isOneOfThem = [before, after].some((all) => JSON.stringify(all) === JSON.stringify(found));
  const what = `operation ${operation}, ${JSON.stringify(fate)}`;
  assert.ok(isOneOfThem, `${what}: neither as before nor as after`);
  for (let i = 0; i < 3; i++) {
    shelf.boot();
    assert.deepEqual(shelf.all(), found, `${what}: every restart finds the same`);
  }
  assert.equal(put(shelf, { index: 9, length: 40 }, 9), 1, `${what}: goes on`);
  shelf.boot();
  assert.deepEqual(shelf.all(), { ...found, [`${ENTRY.kit}/9`]: text(9, 40).toString() });
}

/** Images from which a change begins, and the number of its operations. */
const STARTS = [0, 1, 2, 3].map((puts) => {
  const shelf = new Shelf();
  for (let i = 0; i < puts; i++) put(shelf, { index: i, length: 300 }, i);
  const image = shelf.flash.image();
  const change = { index: 0, length: 350 };
  const { operations } = shelf.flash;
  put(shelf, change, 5);
  return { puts, image, change, operationCount: shelf.flash.operations - operations };
});

describe('a power cut in any operation of the catalogue', () => {
  for (const { puts, image, change, operationCount } of STARTS) {
    for (const tear of TEARS) {
      it(`leaves it as before or after the change: ${puts} changes before, ${tear}`, () => {
        assert.ok(operationCount >= 6);
        for (let operation = 1; operation <= operationCount; operation++) {
          for (let seed = 0; seed < 8; seed++) trial(image, change, operation, { tear, seed });
        }
      });
    }

    it(`whichever form an erase is left in: ${puts} changes before`, () => {
      const erases = [2, 3]; // 1 is the header that is programmed anew
      for (const operation of erases) {
        for (const form of ERASE_FORMS) {
          for (let seed = 0; seed < 6; seed++) {
            trial(image, change, operation, { tear: 'unstable', form, seed });
          }
        }
      }
    });
  }

  it('whatever was put, however often the power goes: random changes and cuts', () => {
    const step = fc.record({
      index: fc.nat(5),
      length: fc.oneof(fc.nat(400), fc.constant(0), fc.constant(1024)),
      operation: fc.nat(24),
      tear: fc.constantFrom(...TEARS),
      again: fc.array(fc.integer({ min: 1, max: 2 }), { maxLength: 2 }),
    });
    const property = fc.property(fc.array(step, { maxLength: 14 }), fc.nat(), (steps, seed) => {
      const shelf = new Shelf(seed);
      let held: Record<string, string> = {};
      steps.forEach(({ again, operation, ...change }, i) => {
        const { index, length, tear } = change;
        const next = { ...held, [`${ENTRY.kit}/${index}`]: text(i, length).toString() };
        if (length === 0) delete next[`${ENTRY.kit}/${index}`];
        const fate = { tear, seed };
        if (operation > 0) cutIn(shelf.flash, operation, fate);
        const wasCut = untilCut(() => assert.equal(put(shelf, change, i), 1));
        restart(shelf, again, fate);
        const found = shelf.all();
        if (wasCut) assert.ok([held, next].some((all) => isSame(all, found)));
        else assert.deepEqual(sorted(found), sorted(next));
        held = found;
      });
    });
    fc.assert(property, { numRuns: 150 });
  });
});

/** Private parts, where a defect is planted. */
type Parts = { sum: () => number; programHead: (half: number) => number } & Record<
  'take' | 'finish',
  (this: Parts, ...args: number[]) => number
>;

describe('a defect in the catalogue is noticed when', () => {
  afterEach(() => sinon.restore());
  const parts = Catalogue.prototype as unknown as Parts;
  const isNoticed = (tear: Tear, operations: (count: number) => readonly number[]): boolean =>
    STARTS.some(({ image, change, operationCount }) =>
      operations(operationCount).some((operation) =>
        Array.from({ length: 40 }, (_, seed) => seed).some((seed) => {
          try {
            trial(image, change, operation, { tear, seed });
            return false;
          } catch (error) {
            return error instanceof assert.AssertionError;
          }
        }),
      ),
    );

  it('the header is not programmed again at a mount', () => {
    const { take } = parts;
    sinon.stub(parts, 'take').callsFake(function (this: Parts, half) {
      const { flash } = this as unknown as { flash: NorFlash };
      const program = sinon.stub(flash, 'program').returns(16);
      const result = take.call(this, half);
      program.restore();
      return result;
    });
    assert.ok(isNoticed('unstable', (count) => [count]));
  });

  it('a torn first header is taken for a foreign one', () => {
    sinon.stub(head, 'expectUnused').callsFake((flash, page) => {
      for (let at = 0; at < CATALOGUE_BYTES; at += 256) {
        flash.read(at, page, 16);
        if (page.subarray(0, 16).some((byte) => byte !== 0xff)) return FAULT.foreignImage;
      }
      return 0;
    });
    assert.ok(isNoticed('subset', () => [1]));
  });

  it('a new copy is not read back', () => {
    const { finish } = parts;
    sinon.stub(parts, 'finish').callsFake(function (this: Parts, ...args) {
      this.sum = () => 0;
      const result = finish.call(this, ...args);
      delete (this as Partial<Parts>).sum;
      return result;
    });
    const shelf = new Shelf();
    put(shelf, { index: 0, length: 200 }, 1);
    shelf.flash.defects.failNextPrograms('silent', 1, 2);
    assert.equal(put(shelf, { index: 1, length: 200 }, 2), 1, 'said to be durable');
    shelf.boot();
    assert.notEqual(shelf.get(ENTRY.kit, 1), text(2, 200).toString());
  });
});

const sorted = (all: Record<string, string>): string => JSON.stringify(Object.entries(all).sort());
const isSame = (a: Record<string, string>, b: Record<string, string>): boolean =>
  sorted(a) === sorted(b);

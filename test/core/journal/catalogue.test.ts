import assert from 'node:assert/strict';
import { FAULT } from '../../../firmware/core/faults.js';
import { Catalogue, COPY_BYTES, ENTRY } from '../../../firmware/core/journal/catalogue.js';
import { PowerCut } from '../../../host-sim/ports/flash.js';
import { type Tear, TEARS } from '../../../host-sim/ports/flash-tear.js';
import { Shelf, text } from '../../support/shelf.js';

describe('the catalogue', () => {
  it('gives back what was put, after a restart too', () => {
    const shelf = new Shelf();
    assert.equal(shelf.get(ENTRY.kit, 0), undefined);
    assert.equal(shelf.put(ENTRY.kit, 0, text(1, 180)), 1);
    assert.equal(shelf.put(ENTRY.profile, 2, text(2, 1000)), 1);
    assert.equal(shelf.put(ENTRY.kit, 1, text(3, 0)), 1);
    const all = shelf.all();
    assert.deepEqual(all, {
      [`${ENTRY.kit}/0`]: text(1, 180).toString(),
      [`${ENTRY.profile}/2`]: text(2, 1000).toString(),
    });
    shelf.boot();
    assert.deepEqual(shelf.all(), all);
  });

  it('replaces an entry, removes it with length 0, and keeps the others', () => {
    const shelf = new Shelf();
    for (let i = 0; i < 5; i++) shelf.put(ENTRY.kit, i, text(i, 100));
    shelf.put(ENTRY.kit, 2, text(99, 150));
    shelf.put(ENTRY.kit, 3, new Uint8Array(0));
    shelf.boot();
    assert.equal(shelf.get(ENTRY.kit, 2), text(99, 150).toString());
    assert.equal(shelf.get(ENTRY.kit, 3), undefined);
    assert.equal(shelf.get(ENTRY.kit, 4), text(4, 100).toString());
  });

  it('holds sixteen packing lists, four profiles and the roles, but no more than it can', () => {
    const shelf = new Shelf();
    for (let i = 0; i < 16; i++) assert.equal(shelf.put(ENTRY.kit, i, text(i, 200)), 1);
    for (let i = 0; i < 3; i++) assert.equal(shelf.put(ENTRY.profile, i, text(i, 1024)), 1);
    assert.equal(shelf.put(ENTRY.roles, 0, text(0, 900)), 1);
    const all = shelf.all();
    assert.equal(Object.keys(all).length, 20);
    assert.equal(shelf.put(ENTRY.kit, 20, text(1, 1024)), FAULT.noRoom);
    assert.deepEqual(shelf.all(), all);
    shelf.boot();
    assert.deepEqual(shelf.all(), all);
  });

  it('takes one change at a time, none too long, and none that it was not asked for', () => {
    const shelf = new Shelf();
    const { catalogue } = shelf;
    assert.equal(catalogue.poll(), FAULT.badState);
    assert.equal(catalogue.startPut(ENTRY.roles, 0, new Uint8Array(1025), 0, 1025), FAULT.overflow);
    assert.equal(catalogue.startPut(ENTRY.roles, 0, text(1, 10), 0, 10), 0);
    assert.equal(catalogue.startPut(ENTRY.roles, 0, text(2, 10), 0, 10), FAULT.busy);
    shelf.nowMs += 200;
    while (catalogue.poll() === 0) shelf.nowMs += 50;
    assert.equal(shelf.get(ENTRY.roles, 0), text(1, 10).toString());
  });

  it('can be asked again when an erase could not be started', () => {
    const shelf = new Shelf();
    assert.equal(shelf.flash.startErase(0), 0); // someone else's
    const bytes = text(1, 10);
    assert.equal(shelf.catalogue.startPut(ENTRY.roles, 0, bytes, 0, 10), FAULT.busy);
    shelf.nowMs += 50;
    assert.equal(shelf.flash.pollErase(), 1);
    assert.equal(shelf.put(ENTRY.roles, 0, bytes), 1);
  });

  it('keeps what it has when the other copy cannot be erased', () => {
    const shelf = new Shelf();
    shelf.put(ENTRY.kit, 0, text(1, 50));
    shelf.flash.wearOut(COPY_BYTES / 4096 + 1);
    assert.equal(shelf.put(ENTRY.kit, 1, text(2, 50)), FAULT.flashFailed);
    assert.equal(shelf.get(ENTRY.kit, 0), text(1, 50).toString());
  });

  it('falls back to the older copy when a byte of the newer one is damaged', () => {
    for (const at of [0, 5, 9, 11, 13, 20, 60]) {
      const shelf = new Shelf();
      shelf.put(ENTRY.kit, 0, text(1, 50));
      shelf.put(ENTRY.kit, 0, text(2, 50));
      const image = shelf.flash.image();
      image[COPY_BYTES + at]! ^= 4;
      shelf.flash.load(image);
      shelf.boot();
      assert.equal(shelf.get(ENTRY.kit, 0), text(1, 50).toString(), `byte ${at}`);
    }
  });

  it('alters no byte when it is mounted', () => {
    const shelf = new Shelf();
    shelf.put(ENTRY.kit, 0, text(1, 50));
    const image = shelf.flash.image();
    shelf.boot();
    assert.deepEqual(shelf.flash.image(), image);
  });
});

describe('the catalogue after a power cut', () => {
  /** A shelf with some entries, and a change to it. */
  function makeShelf(seed: number): Shelf {
    const shelf = new Shelf(seed);
    shelf.put(ENTRY.profile, 0, text(1, 700));
    shelf.put(ENTRY.kit, 0, text(2, 190));
    shelf.put(ENTRY.kit, 1, text(3, 150));
    return shelf;
  }
  const change = (shelf: Shelf): number => shelf.put(ENTRY.kit, 1, text(4, 160));
  const operationCount = ((): number => {
    const shelf = makeShelf(0);
    const before = shelf.flash.operations;
    change(shelf);
    return shelf.flash.operations - before;
  })();

  /** Cuts the change at one operation, restarts, cuts there again, and asks what is left. */
  function trial(operation: number, tear: Tear, seed: number): void {
    const shelf = makeShelf(seed);
    const before = shelf.all();
    const after = { ...before, [`${ENTRY.kit}/1`]: text(4, 160).toString() };
    shelf.flash.cutAt(shelf.flash.operations + operation, tear);
    assert.throws(() => change(shelf), PowerCut);
    shelf.flash.boot(shelf.nowMs);
    if (seed % 2 === 0) {
      shelf.flash.cutAt(shelf.flash.operations + 1, tear); // mounting programs one header
      assert.throws(() => new Catalogue(shelf.flash).mount(), PowerCut);
    }
    shelf.boot();
    const found = shelf.all();
    const isOneOfThem = [before, after].some(
      (all) => JSON.stringify(all) === JSON.stringify(found),
    );
    assert.ok(isOneOfThem, `cut ${operation} ${tear} seed ${seed}: ${Object.keys(found).join()}`);
    for (let i = 0; i < 4; i++) {
      shelf.boot();
      assert.deepEqual(shelf.all(), found, 'every restart finds the same');
    }
    assert.equal(shelf.put(ENTRY.kit, 5, text(6, 60)), 1);
    shelf.boot();
    assert.deepEqual(shelf.all(), { ...found, [`${ENTRY.kit}/5`]: text(6, 60).toString() });
  }

  for (const tear of TEARS) {
    it(`is as before or after the change, whichever of its operations was cut: ${tear}`, () => {
      assert.ok(operationCount > 8);
      for (let operation = 1; operation <= operationCount; operation++) {
        const isLast = operation === operationCount; // the header: the moment that counts
        for (let seed = 0; seed < (isLast ? 60 : 6); seed++) trial(operation, tear, seed);
      }
    });
  }
});

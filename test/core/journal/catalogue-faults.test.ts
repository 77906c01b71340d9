import assert from 'node:assert/strict';
import { FAULT } from '../../../firmware/core/faults.js';
import {
  Catalogue,
  CATALOGUE_BYTES,
  COPY_BYTES,
  ENTRY,
} from '../../../firmware/core/journal/catalogue.js';
import { encodeHead } from '../../../firmware/core/journal/catalogue-head.js';
import { SECTOR_BYTES } from '../../../firmware/core/limits.js';
import { countZeros } from '../../../firmware/core/record/frame.js';
import { Shelf, text } from '../../support/shelf.js';

const blank = (): Uint8Array => new Uint8Array(CATALOGUE_BYTES).fill(0xff);

/** A shelf with three entries; its newest copy is the first one after an odd count of puts. */
function usedShelf(seed = 1, changes = 0): Shelf {
  const shelf = new Shelf(seed);
  shelf.put(ENTRY.profile, 0, text(1, 700));
  shelf.put(ENTRY.kit, 0, text(2, 190));
  shelf.put(ENTRY.kit, 1, text(3, 150));
  for (let i = 0; i < changes; i++) shelf.put(ENTRY.kit, 2, text(10 + i, 80));
  return shelf;
}

/** Which copy a shelf's newest header is in. */
const newestOf = (shelf: Shelf): number => {
  const image = shelf.flash.image();
  const generation = (half: number): number => image[half * COPY_BYTES + 4]!;
  return generation(1) > generation(0) ? 1 : 0;
};

describe('the catalogue on flash that is not ours', () => {
  const newer = (half: number): Uint8Array => {
    const image = usedShelf().flash.image();
    const head = image.subarray(half * COPY_BYTES);
    head[3] = 0x32;
    head[10] = countZeros(head, 0, 10);
    return image;
  };
  const with16 = (at: number, bytes: Uint8Array): Uint8Array => {
    const image = blank();
    image.set(bytes.subarray(0, 16), at);
    return image;
  };
  const cases: readonly (readonly [what: string, make: () => Uint8Array])[] = [
    ['zeros', () => blank().fill(0)],
    ['another store', () => with16(0, Buffer.from('....littlefs....'))],
    ['another store that left the first copy blank', () => with16(COPY_BYTES, Buffer.from('FCB1'))],
    ['one that begins in the middle of a copy', () => with16(3 * 256, Buffer.from('FDB0'))],
    ['a newer version in the first copy', () => newer(0)],
    ['a newer version in the second copy', () => newer(1)],
    ['both copies damaged', () => damaged(blank())],
  ];
  function damaged(image: Uint8Array): Uint8Array {
    image.set(usedShelf().flash.image());
    image[20]! ^= 1;
    image[COPY_BYTES + 20]! ^= 1;
    return image;
  }
  for (const [what, make] of cases) {
    it(`says so and writes nothing: ${what}`, () => {
      const shelf = new Shelf();
      const image = make();
      shelf.flash.load(image);
      const { operations } = shelf.flash;
      assert.equal(new Catalogue(shelf.flash).mount(), FAULT.foreignImage);
      assert.equal(shelf.flash.operations, operations);
      assert.deepEqual(shelf.flash.image(), image);
    });
  }

  it('begins with a torn header of the very first copy, which it knows', () => {
    const empty = new Uint8Array(16);
    encodeHead(empty, 0, 0, 0, 0);
    for (let bit = 0; bit < 128; bit++) {
      const head = empty.slice();
      head[bit >> 3]! |= 1 << (bit & 7);
      const shelf = new Shelf();
      shelf.flash.load(with16(COPY_BYTES, head));
      shelf.boot();
      assert.deepEqual(shelf.all(), {});
      assert.equal(shelf.put(ENTRY.kit, 0, text(1, 30)), 1);
      shelf.boot();
      assert.deepEqual(shelf.all(), { [`${ENTRY.kit}/0`]: text(1, 30).toString() });
    }
  });
});

describe('a mount of the catalogue', () => {
  /** A shelf that can hold no more. */
  function fullShelf(): Shelf {
    const shelf = new Shelf();
    for (let i = 0; i < 7; i++) assert.equal(shelf.put(ENTRY.kit, i, text(i, 1024)), 1);
    assert.equal(shelf.put(ENTRY.kit, 7, text(7, 8160 - 7 * 1028 - 4)), 1);
    assert.equal(shelf.put(ENTRY.kit, 8, text(8, 1)), FAULT.noRoom);
    return shelf;
  }
  const readBytes = (shelf: Shelf): number => {
    const { readBytes: before } = shelf.flash.counters;
    shelf.boot();
    return shelf.flash.counters.readBytes - before;
  };

  it('reads 8 kB of the fullest catalogue, whichever copy holds, and less of others', () => {
    const shelf = fullShelf();
    assert.equal(readBytes(shelf), 8192);
    const { length } = shelf.get(ENTRY.kit, 7)!;
    assert.equal(shelf.put(ENTRY.kit, 7, text(9, length)), 1);
    assert.equal(readBytes(shelf), 8192);
    assert.equal(Object.keys(shelf.all()).length, 8);
    assert.ok(readBytes(usedShelf()) < 1100);
    assert.ok(readBytes(new Shelf()) <= 1100);
  });

  it('reads the other copy where the newer one is damaged', () => {
    const shelf = usedShelf();
    const half = newestOf(shelf);
    const image = shelf.flash.image();
    image[half * COPY_BYTES + 100]! ^= 8;
    shelf.flash.load(image);
    shelf.boot();
    assert.equal(shelf.get(ENTRY.kit, 1), undefined);
    assert.equal(shelf.get(ENTRY.kit, 0), text(2, 190).toString());
  });

  it('holds what it read where its header cannot be programmed anew; the next put says so', () => {
    const shelf = usedShelf();
    const all = shelf.all();
    shelf.flash.defects.failProgramsOf((newestOf(shelf) * COPY_BYTES) / SECTOR_BYTES, 'reported');
    shelf.boot();
    assert.deepEqual(shelf.all(), all);
    assert.equal(shelf.put(ENTRY.kit, 5, text(5, 20)), FAULT.flashFailed);
    assert.deepEqual(shelf.all(), all);
  });

  it('hands on the fault of a flash that cannot be read', () => {
    const shelf = usedShelf();
    const { flash } = shelf;
    for (let nth = 0; nth < 4; nth++) {
      const read = flash.read.bind(flash);
      let count = 0;
      flash.read = (at, into, length) =>
        count++ === nth ? FAULT.flashFailed : read(at, into, length);
      assert.equal(new Catalogue(flash).mount(), FAULT.flashFailed);
      flash.read = read;
    }
  });
});

describe('the catalogue on flash that fails', () => {
  const change = (shelf: Shelf): number => shelf.put(ENTRY.kit, 1, text(4, 160));
  const programCount = ((): number => {
    const shelf = usedShelf();
    const before = shelf.flash.counters.programs;
    change(shelf);
    return shelf.flash.counters.programs - before;
  })();

  for (const failure of ['reported', 'silent'] as const) {
    it(`answers so, keeps what it has, and can be asked again: a program fails, ${failure}`, () => {
      assert.ok(programCount > 6);
      for (let seed = 0; seed < 6; seed++) {
        for (let nth = 0; nth < programCount; nth++) {
          const shelf = usedShelf(seed);
          const before = shelf.all();
          shelf.flash.defects.failNextPrograms(failure, 1, nth);
          const result = change(shelf);
          // The header of the copy that holds loses nothing in being programmed again.
          const isSafe = nth === 0 && failure === 'silent';
          assert.equal(result, isSafe ? 1 : FAULT.flashFailed, `program ${nth}`);
          if (isSafe) continue;
          assert.deepEqual(shelf.all(), before);
          assert.equal(change(shelf), 1);
          const after = shelf.all();
          assert.equal(after[`${ENTRY.kit}/1`], text(4, 160).toString());
          shelf.boot();
          assert.deepEqual(shelf.all(), after);
        }
      }
    });

    it(`keeps what it has where a whole copy wears out, ${failure}`, () => {
      const shelf = usedShelf();
      const other = (1 - newestOf(shelf)) * 2;
      shelf.flash.defects.limitErases(other, 0, failure);
      shelf.flash.defects.limitErases(other + 1, 0, failure);
      const before = shelf.all();
      // What is left at 0 does not always matter: some bits lie where nothing is written.
      for (let i = 0; i < 20; i++) {
        const result = shelf.put(ENTRY.profile, 1, text(i, 1024));
        if (result === 1) break;
        assert.equal(result, FAULT.flashFailed);
        shelf.boot();
        assert.deepEqual(shelf.all(), before);
      }
    });
  }

  it('copies nothing that reads otherwise than it was written', () => {
    for (const at of [2, 4, 9, 13, 30, 800, 1000]) {
      const shelf = usedShelf();
      const half = newestOf(shelf);
      shelf.flash.defects.stickAtZero(half * COPY_BYTES + at, 0xff);
      const image = shelf.flash.image();
      assert.equal(change(shelf), FAULT.flashFailed);
      assert.deepEqual(shelf.flash.image(), image);
      shelf.boot();
      assert.equal(shelf.get(ENTRY.kit, 0), text(2, 190).toString(), 'the older copy holds');
    }
  });

  it('does not follow an entry’s length beyond the last entry', () => {
    const shelf = usedShelf();
    shelf.flash.defects.disturbBy(1, 400);
    let malformed = 0;
    for (let i = 0; i < 400; i++) {
      const into = new Uint8Array(1024);
      const length = shelf.catalogue.get(ENTRY.roles, 3, into);
      assert.ok(length < 0);
      if (length === FAULT.malformed) malformed += 1;
    }
    assert.ok(malformed > 0);
  });
});

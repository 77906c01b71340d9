import assert from 'node:assert/strict';
import fc from 'fast-check';
import { STATE_LAYOUT } from '../../../firmware/app/memory.js';
import { KIT, kitAt, ZONE, zoneAt } from '../../../firmware/core/excursion/kits.js';
import { FAULT } from '../../../firmware/core/faults.js';
import { JOURNAL_DURABLE_WORDS } from '../../../firmware/core/journal/journal.js';
import {
  STATE_BYTES_MAX,
  STATE_HEAD_BYTES,
  type StateLayout,
  StateReader,
  StateWriter,
} from '../../../firmware/core/journal/state.js';
import { WordOrder } from '../../../firmware/core/journal/word-order.js';
import { SLOT_COUNT_MAX, ZONE_COUNT_MAX } from '../../../firmware/core/limits.js';
import { NorFlash } from '../../../host-sim/ports/flash.js';

const ADDRESS = 4096 + 76;
const ANCHOR = 2 * 4096 + 76;
const PLAIN: StateLayout = { mark: 0x1234, tables: new Int32Array(0) };

/** Durable words of a container, nearly: other rooms' words are few. */
const WORDS = 1171;

class Shelf {
  readonly flash = new NorFlash({ region: 'journal', bytes: 65536, seed: 1, nowMs: () => 0 });
  readonly writer: StateWriter;
  readonly layout: StateLayout;

  constructor(layout: StateLayout = PLAIN) {
    this.layout = layout;
    this.writer = new StateWriter(this.flash, layout, new Uint8Array(64));
  }

  /** Writes an anchor; the next differences are to it. Its length, or a fault. */
  anchor(words: Int32Array, address = ANCHOR): number {
    const { writer } = this;
    const measured = writer.write(-1, words, 0, 0);
    const length = writer.write(address, words, 0, 0);
    assert.equal(length, measured);
    if (length > 0) writer.useAnchor(address, length, writer.crc);
    return length;
  }

  difference(words: Int32Array, back = 1): number {
    const measured = this.writer.write(-1, words, back, 0);
    const length = this.writer.write(ADDRESS, words, back, 0);
    assert.equal(length, measured, 'what was measured is what is written');
    return length;
  }

  hexAt(address: number, length: number): string {
    return Buffer.from(this.flash.image().subarray(address, address + length)).toString('hex');
  }

  load(address: number, length: number, crc: number, words: Int32Array): number {
    return new StateReader(this.flash, this.layout).load(address, length, crc, words);
  }
}

function hexOf(words: readonly number[]): string {
  const shelf = new Shelf();
  return shelf.hexAt(ANCHOR, shelf.anchor(Int32Array.from(words)));
}

const anyWord = fc.oneof(
  fc.constant(0),
  fc.constant(0),
  fc.constant(77),
  fc.integer({ min: -200, max: 200 }),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
);
const anyWords = fc
  .array(anyWord, { minLength: 1, maxLength: 500, size: 'max' })
  .map((words) => Int32Array.from(words));

/** Words, and how some of them change again and again. */
const anyHistory = anyWords.chain((words) =>
  fc.tuple(
    fc.constant(words),
    fc.array(
      fc.array(fc.tuple(fc.nat(words.length - 1), anyWord), { maxLength: 60, size: 'max' }),
      { minLength: 1, maxLength: 6 },
    ),
  ),
);

describe('an anchor of the durable words', () => {
  const cases: readonly (readonly [words: readonly number[], hex: string])[] = [
    [[0], '0008'],
    [[1], '02'],
    [[-1], '01'],
    [[0, 0, 0, 5], '0018' + '0a'],
    [[5, 0, 0, 0], '0a' + '0018'],
    [[64, 0, -2147483648], '8001' + '0008' + 'ffffffff0f'],
    [[7, 7], '0e' + '0e'], // cheaper than a run
    [[7, 7, 7, 7], '0e' + '0019'], // three times as the one before
    [[500, 9, 500, 9, 500, 9], 'e807' + '12' + '0022'], // four times as two before
  ];
  for (const [words, hex] of cases) {
    it(`of ${words.join(', ')} is ${hex}`, () => assert.equal(hexOf(words), '34120000' + hex));
  }

  it('gives back every word, over page borders too', () => {
    const property = fc.property(anyWords, (words) => {
      const shelf = new Shelf();
      const length = shelf.anchor(words);
      const got = new Int32Array(words.length).fill(99);
      assert.equal(shelf.load(ANCHOR, length, shelf.writer.crc, got), 0);
      assert.deepEqual(got, words);
    });
    fc.assert(property);
  });

  it('is malformed when a byte, its length, its check or the number of words is another', () => {
    const property = fc.property(anyWords, fc.nat(), fc.integer({ min: 1, max: 255 }), (...any) => {
      const [words, place, change] = any;
      const shelf = new Shelf();
      const length = shelf.anchor(words);
      const { crc } = shelf.writer;
      const read = (bytes: number, check: number, count: number): number =>
        shelf.load(ANCHOR, bytes, check, new Int32Array(count));
      assert.equal(read(length, crc + 1, words.length), FAULT.malformed);
      assert.equal(read(length + 1, crc, words.length), FAULT.malformed);
      assert.equal(read(length - 1, crc, words.length), FAULT.malformed);
      assert.equal(read(length, crc, words.length + 1), FAULT.malformed);
      assert.equal(read(2, crc, words.length), FAULT.malformed);
      const image = shelf.flash.image();
      image[ANCHOR + (place % length)]! ^= change;
      shelf.flash.load(image);
      assert.equal(read(length, crc, words.length), FAULT.malformed);
    });
    fc.assert(property);
  });

  it('of another layout is an older image, and if it is damaged malformed', () => {
    const shelf = new Shelf();
    const words = new Int32Array(300).map((_, i) => i * i);
    const length = shelf.anchor(words);
    const { crc } = shelf.writer;
    const other = new StateReader(shelf.flash, { ...PLAIN, mark: 0x1235 });
    assert.equal(other.load(ANCHOR, length, crc, new Int32Array(5)), FAULT.olderImage);
    assert.equal(other.load(ANCHOR, length, crc + 1, new Int32Array(5)), FAULT.malformed);
  });

  it('leaves room for frames: what would fill more than seven eighths is refused', () => {
    const dense = new Int32Array(1000).map((_, i) => -2147483648 + i);
    assert.equal(new Shelf().anchor(dense), FAULT.overflow);
    const fits = dense.subarray(0, Math.floor((STATE_BYTES_MAX - STATE_HEAD_BYTES) / 5));
    assert.equal(new Shelf().anchor(fits), STATE_HEAD_BYTES + 5 * fits.length);
  });

  it('hands on a fault of the flash, and says when it reads back as something else', () => {
    const failing = {
      size: () => 8192,
      read: () => FAULT.flashFailed,
      program: () => FAULT.flashFailed,
      startErase: () => 0,
      pollErase: () => 1,
    };
    const words = Int32Array.of(1, 2, 3);
    const writer = new StateWriter(failing, PLAIN, new Uint8Array(8));
    assert.equal(writer.write(76, words, 0, 0), FAULT.flashFailed);
    const reader = new StateReader(failing, PLAIN);
    assert.equal(reader.load(76, 6, 0, words), FAULT.flashFailed);
    const shelf = new Shelf();
    shelf.flash.defects.failNextPrograms('silent');
    assert.equal(shelf.writer.write(ADDRESS, words, 0, 0), FAULT.flashFailed);
  });
});

describe('a difference to an anchor', () => {
  it('gives back every word, whatever has changed since', () => {
    const property = fc.property(anyHistory, fc.integer({ min: 1, max: 15 }), (...any) => {
      const [[start, changes], back] = any;
      const words = start.slice();
      const anchor = new Shelf();
      const anchorBytes = anchor.anchor(words);
      const { crc: anchorCrc } = anchor.writer;
      const image = anchor.flash.image();
      for (const change of changes) {
        for (const [at, word] of change) words[at] = word;
        anchor.flash.load(image);
        const length = anchor.difference(words, back);
        const { crc } = anchor.writer;
        const got = new Int32Array(words.length).fill(99);
        assert.equal(anchor.load(ANCHOR, anchorBytes, anchorCrc, got), 0);
        assert.equal(anchor.load(ADDRESS, length, crc, got), 0);
        assert.deepEqual(got, words);
      }
    });
    fc.assert(property, { numRuns: 60 });
  });

  it('says how many segments back its anchor is, and takes few bytes when nothing changed', () => {
    const shelf = new Shelf();
    const words = new Int32Array(1000).map((_, i) => i * 1000);
    shelf.anchor(words);
    assert.equal(shelf.hexAt(ADDRESS, shelf.difference(words, 13)), '34120d00' + '00c03e');
  });

  it('cannot be made to an anchor that does not read as it was written', () => {
    const shelf = new Shelf();
    const words = new Int32Array(300).map((_, i) => i * 1000);
    shelf.anchor(words);
    const image = shelf.flash.image();
    for (const at of [0, 2, 100, 400]) {
      const damaged = image.slice();
      damaged[ANCHOR + at]! ^= 4;
      shelf.flash.load(damaged);
      assert.ok(shelf.writer.write(-1, words, 1, 0) < 0);
    }
  });
});

describe('the order of the words', () => {
  it('takes tables column by column and all else as it comes, each word once', () => {
    const order = new WordOrder(Int32Array.of(2, 3, 2, 9, 2, 1));
    order.start();
    const got = Array.from({ length: 13 }, () => order.next());
    assert.deepEqual(got, [0, 1, 2, 4, 6, 3, 5, 7, 8, 9, 10, 11, 12]);
  });

  it('of a container is one of all its durable words', () => {
    const order = new WordOrder(STATE_LAYOUT.tables);
    order.start();
    const got = Array.from({ length: WORDS }, () => order.next());
    assert.deepEqual(
      [...got].sort((a, b) => a - b),
      Array.from({ length: WORDS }, (_, i) => i),
    );
  });
});

/** Words of 16 kits whose numbers come from `of(kit, column)`; a zone has as many as it needs. */
function wordsOfKits(of: (kit: number, column: number) => number): Int32Array {
  const words = new Int32Array(WORDS);
  for (let kit = 0; kit < SLOT_COUNT_MAX; kit++) {
    const at = JOURNAL_DURABLE_WORDS + kitAt(kit);
    for (let i = 0; i < KIT.words; i++) words[at + i] = of(kit, i);
    const zone = JOURNAL_DURABLE_WORDS + zoneAt(kit, 0);
    for (let i = 0; i < ZONE_COUNT_MAX * ZONE.words; i++) words[zone + i] = of(kit, 100 + i);
  }
  return words;
}

describe('the state of 16 kits with 8 zones', () => {
  /** Seconds, sequence numbers and temperatures: up to three bytes each. */
  const number = (group: number, column: number, step: number): number =>
    ((group * 7919 + column * 104729) % 900_000) + step * (1 + ((group * 31 + column) % 90_000));

  it('fits, however different all of it is', () => {
    const shelf = new Shelf(STATE_LAYOUT);
    const length = shelf.anchor(wordsOfKits((kit, column) => number(kit, column, 1)));
    assert.ok(length > 2500 && length <= STATE_BYTES_MAX, `${length}`);
  });

  it('costs about one row a group, in whatever order the kits are', () => {
    const groups: readonly (readonly [count: number, of: (kit: number) => number])[] = [
      [1, () => 0],
      [2, (kit) => kit % 2],
      [4, (kit) => kit % 4],
      [4, (kit) => kit >> 2],
    ];
    const rowBytes = (KIT.words + ZONE_COUNT_MAX * ZONE.words) * 3;
    for (const [count, of] of groups) {
      const shelf = new Shelf(STATE_LAYOUT);
      shelf.anchor(wordsOfKits((kit, column) => number(of(kit), column, 0)));
      const length = shelf.difference(wordsOfKits((kit, column) => number(of(kit), column, 1)));
      const limit = count * rowBytes + 2 * (count + 1) * (rowBytes / 3);
      assert.ok(length < limit, `${count} groups: ${length} bytes, expected below ${limit}`);
    }
  });
});

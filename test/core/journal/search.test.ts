import assert from 'node:assert/strict';
import { putI32 } from '../../../firmware/core/bytes.js';
import { FAULT } from '../../../firmware/core/faults.js';
import {
  decodeHeader,
  encodeHeader,
  SegmentHeader,
} from '../../../firmware/core/journal/layout.js';
import { SECTOR_BYTES } from '../../../firmware/core/limits.js';
import type { RecordBuffer } from '../../../firmware/core/record/record.js';
import { RECORD } from '../../../firmware/core/record/schema.js';
import { JournalBox } from '../../support/journal-box.js';
import { makeRecord } from '../../support/records.js';

const SECTORS = 32;

const makeKit = (i: number): RecordBuffer =>
  makeRecord(RECORD.kit, i, [i & 15, 1, 0, i], new Uint8Array(200).fill(i));

/**
 * Some sectors die at a time: they can be neither erased nor programmed, and keep what they hold.
 */
class DyingBox extends JournalBox {
  private readonly dead = new Set<number>();

  constructor() {
    super({ sectorCount: SECTORS });
    const { flash } = this;
    const program = flash.program.bind(flash);
    const startErase = flash.startErase.bind(flash);
    flash.program = (address, bytes, at, length) => {
      if (this.dead.has(Math.floor(address / SECTOR_BYTES))) return FAULT.flashFailed;
      return program(address, bytes, at, length);
    };
    flash.startErase = (sector) => (this.dead.has(sector) ? FAULT.flashFailed : startErase(sector));
    this.boot();
    this.storeBoot();
  }

  /** Stores until this segment is open; the journal is receipted as it goes. */
  fillTo(segment: number): void {
    for (let i = 0; this.journal.segment < segment; i++) {
      assert.ok(this.store(makeKit(i)) > 0);
      if (i % 10 === 9) this.storeReceipt(this.journal.lastStoredSequence);
    }
  }

  die(first: number, count: number): void {
    for (let i = 0; i < count; i++) this.dead.add((first + i) % SECTORS);
  }

  /** After a restart everything is there as before. */
  expectRecovered(how: string): void {
    const { segment, nextSequence } = this.journal;
    const words = this.fold.words.slice();
    assert.equal(this.boot(), 1, how);
    assert.deepEqual(
      [this.journal.segment, this.journal.nextSequence],
      [segment, nextSequence],
      how,
    );
    assert.deepEqual(this.fold.words, words, how);
    assert.ok(this.storeBoot() > 0);
    this.storeReceipt(this.journal.lastStoredSequence);
  }
}

describe('the search for the newest, where sectors can be neither erased nor killed,', () => {
  for (const [what, laps] of [
    ['hold the lap before', 1],
    ['are blank since the factory', 0],
  ] as const) {
    for (const count of [3, 4, 5, 6, 7, 8]) {
      it(`${count} in a row: they ${what}, then older ones`, function () {
        this.timeout(30_000);
        for (const first of [9, 16, 28]) {
          const box = new DyingBox();
          box.fillTo(laps * SECTORS + first - 4);
          box.die(first, count);
          const start = box.journal.segment;
          for (let segment = start; segment < start + 3 * SECTORS; segment += 1) {
            box.fillTo(segment);
            box.expectRecovered(`${count} from ${first}, segment ${box.journal.segment}`);
          }
        }
      });
    }
  }

  it('of another epoch: a foreign image', () => {
    const box = new DyingBox();
    box.fillTo(2 * SECTORS + 9);
    const image = box.flash.image();
    const newest = box.journal.segment;
    for (let i = 1; i <= 3; i++) {
      const at = ((newest + i) % SECTORS) * SECTOR_BYTES;
      const header = new SegmentHeader();
      header.probeCount = 2;
      header.segment = newest + i - 2 * SECTORS;
      header.epoch = box.journal.epoch;
      encodeHeader(header, image.subarray(at));
    }
    const boot = (bytes: Uint8Array): number => {
      const other = new JournalBox({ sectorCount: SECTORS });
      other.flash.load(bytes);
      return other.boot();
    };
    assert.equal(boot(image), 1, 'of the same one: sectors that failed');
    const at = ((newest + 2) % SECTORS) * SECTOR_BYTES;
    const header = new SegmentHeader();
    assert.equal(decodeHeader(image.subarray(at), header), 0);
    header.epoch++;
    encodeHeader(header, image.subarray(at));
    assert.equal(boot(image), FAULT.foreignImage);
    putI32(image, at, 0);
    assert.equal(boot(image), 1, 'no header at all');
  });
});

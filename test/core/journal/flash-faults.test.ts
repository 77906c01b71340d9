import assert from 'node:assert/strict';
import sinon from 'sinon';
import { FAULT } from '../../../firmware/core/faults.js';
import { RETIRED_WHY } from '../../../firmware/core/journal/retired.js';
import { RETIRED, RETIRED_MAX } from '../../../firmware/core/journal/words.js';
import { HEADER_BYTES } from '../../../firmware/core/journal/layout.js';
import { SECTOR_BYTES } from '../../../firmware/core/limits.js';
import type { RecordBuffer } from '../../../firmware/core/record/record.js';
import { RECORD } from '../../../firmware/core/record/schema.js';
import { decodeImage } from '../../../host-sim/backend/decode.js';
import { decodedText, JournalBox } from '../../support/journal-box.js';
import { makeReading, makeRecord } from '../../support/records.js';

const makeKit = (i: number): RecordBuffer =>
  makeRecord(RECORD.kit, i, [i & 15, 1, 0, i], new Uint8Array(200).fill(i));

/** A box with some readings, the next sector ready. */
function makeBox(sectorCount = 16): JournalBox {
  const box = new JournalBox({ sectorCount });
  box.boot();
  for (let i = 0; i < 60; i++) box.store(makeReading(60 * i, 400, 500 + (i % 5), 510));
  return box;
}

/** Stores until this segment is open; the journal is receipted as it goes. */
function fillTo(box: JournalBox, segment: number): void {
  for (let i = 0; box.journal.segment < segment; i++) {
    assert.ok(box.store(makeKit(i)) > 0);
    if (i % 10 === 9) box.storeReceipt(box.journal.lastStoredSequence);
  }
}

/** Sector and reason of each FAULT record that told of a retired sector. */
function retiredOf(box: JournalBox): [sector: number, why: number][] {
  return box.fold.applied.flatMap((text): [number, number][] => {
    const bytes = Buffer.from(text.split(':')[1]!, 'hex');
    if (bytes[0] !== RECORD.fault) return [];
    assert.equal(bytes.readInt16LE(5), FAULT.sectorRetired);
    return [[bytes.readInt32LE(7), bytes.readInt32LE(11)]];
  });
}

/** Everything stored is there, in the reader's eyes and the decoder's; the chain holds. */
function expectWhole(box: JournalBox): void {
  const { applied } = box.fold; // since the last restart
  const stored = box.stored();
  const count = Math.min(applied.length, stored.length);
  assert.ok(count > 0);
  assert.equal(box.journal.lostCount, 0);
  assert.equal(stored.slice(-count).join('\n'), applied.slice(-count).join('\n'));
  const log = decodeImage(box.flash.image());
  assert.deepEqual(log.problems, []);
  const texts = log.records.map((record) => decodedText(record, 2));
  assert.equal(texts.slice(-stored.length).join('\n'), stored.join('\n'));
}

/** After a restart the journal goes on, and all is there as before. */
function expectRecovered(box: JournalBox): void {
  const stored = box.stored();
  const words = box.fold.words.slice();
  assert.equal(box.boot(), 1);
  assert.deepEqual(box.fold.words, words);
  const again = box.stored();
  assert.ok(
    again.length <= stored.length && parseInt(again[0]!) <= box.journal.receiptedSequence + 1,
  );
  assert.equal(again.join('\n'), stored.slice(-again.length).join('\n'));
  box.storeBoot();
  assert.deepEqual(decodeImage(box.flash.image()).problems, []);
}

describe('a program that fails', () => {
  afterEach(() => sinon.restore());

  for (const failure of ['reported', 'silent'] as const) {
    it(`${failure}: the record goes to the next segment, its sector is retired`, () => {
      const box = makeBox();
      box.flash.defects.failNextPrograms(failure);
      assert.equal(box.store(makeReading(3600, 400, 900, 510)), 61);
      assert.equal(box.journal.segment, 1);
      for (let i = 0; i < 5; i++) box.store(makeReading(3660 + 60 * i, 400, 900 + i, 510));
      assert.deepEqual(retiredOf(box), [[0, RETIRED_WHY.program]]);
      expectWhole(box);
      expectRecovered(box);
      const erases = box.flash.counters.erasesOf[0];
      fillTo(box, 40);
      assert.equal(box.flash.counters.erasesOf[0], erases, 'never used again');
      expectWhole(box);
      expectRecovered(box);
    });

    it(`${failure}, while a segment is opened: the spare one takes the record`, () => {
      for (let program = 0; program < 3; program++) {
        const box = makeBox();
        while (box.journal.offset + 220 <= SECTOR_BYTES) box.store(makeKit(1));
        for (let i = 0; i < 30; i++, box.nowMs += 10) box.journal.poll();
        box.flash.defects.failNextPrograms(failure, 1, program);
        box.store(makeKit(2));
        box.store(makeKit(3));
        const hasFailedFrame = program === 2;
        const why = RETIRED_WHY.program;
        assert.deepEqual(retiredOf(box), [[1, why]], `program ${program}`);
        assert.equal(box.journal.segment, 2);
        assert.equal(box.journal.nextSegment(0), hasFailedFrame ? 1 : 2);
        expectWhole(box);
        expectRecovered(box);
      }
    });
  }

  it('but took place all the same: the record counts once', () => {
    const box = makeBox();
    const { flash } = box;
    const program = sinon.stub(flash, 'program').callThrough();
    program.onFirstCall().callsFake((...args) => {
      program.wrappedMethod.apply(flash, args);
      return FAULT.flashFailed;
    });
    assert.equal(box.store(makeReading(3600, 400, 900, 510)), 61);
    box.store(makeReading(3660, 400, 901, 510));
    expectWhole(box);
  });

  it('everywhere: the record is counted as lost, and LOST says so when it works again', () => {
    const box = makeBox();
    box.flash.defects.failNextPrograms('reported', 1000);
    assert.ok(box.store(makeKit(2)) < 0);
    box.flash.defects.failNextPrograms('reported', 0, 1_000_000);
    box.store(makeKit(3));
    assert.equal(box.journal.lostCount, 0);
    const { records } = decodeImage(box.flash.image());
    assert.equal(records.filter(({ type }) => type === 'lost').length, 1);
  });
});

describe('an erase that fails', () => {
  for (const [failure, why] of [
    ['reported', RETIRED_WHY.erase],
    ['silent', RETIRED_WHY.notBlank],
  ] as const) {
    it(`${failure}: the sector is passed over, and said so once`, () => {
      const box = makeBox();
      box.flash.defects.limitErases(2, 0, failure);
      fillTo(box, 3);
      assert.deepEqual(retiredOf(box), [[2, why]]);
      assert.equal(box.journal.nextSegment(1), 3);
      expectWhole(box);
      expectRecovered(box);
      const erases = box.flash.counters.erasesOf[2];
      fillTo(box, 60);
      assert.equal(box.flash.counters.erasesOf[2], erases, 'never erased again');
      assert.equal(box.journal.framesAt(48 + 2), FAULT.absent);
      expectWhole(box);
      expectRecovered(box);
    });

    it(`${failure}, in a wrapped log: the header of the lap before does not confuse`, () => {
      const box = makeBox();
      fillTo(box, 17);
      box.flash.defects.limitErases(4, 0, failure);
      box.flash.defects.limitErases(5, 0, failure);
      for (let segment = 18; segment < 60; segment += 3) {
        fillTo(box, segment);
        expectWhole(box);
        expectRecovered(box);
      }
      assert.equal(box.journal.nextSegment(51), 54);
    });
  }

  it('leaves a sector that cannot be read: it is passed over, and said so once', () => {
    const box = makeBox();
    const { flash } = box;
    const read = sinon.stub(flash, 'read').callThrough();
    read.callsFake((address, into, length) => {
      const isPage = length > HEADER_BYTES && flash.counters.erasesOf[2]! > 0;
      if (isPage && Math.floor(address / SECTOR_BYTES) === 2) return FAULT.flashFailed;
      return read.wrappedMethod.call(flash, address, into, length);
    });
    try {
      fillTo(box, 3);
      assert.deepEqual(retiredOf(box), [[2, RETIRED_WHY.notBlank]]);
      assert.equal(flash.counters.erasesOf[2], 1, 'not tried again');
      assert.equal(box.journal.nextSegment(1), 3);
      expectWhole(box);
      fillTo(box, 40);
      assert.equal(flash.counters.erasesOf[2], 1, 'never erased again');
    } finally {
      sinon.restore();
    }
    expectWhole(box);
    expectRecovered(box);
  });

  it('waits where a restart left one running', () => {
    const box = makeBox();
    while (box.journal.offset < SECTOR_BYTES / 2) box.store(makeKit(0));
    while (!box.journal.isErasing) box.journal.poll(); // the spare one
    const stored = box.stored();
    const boot = sinon.stub(box.flash, 'boot'); // the power stays
    try {
      assert.equal(box.boot(), 1);
    } finally {
      boot.restore();
    }
    assert.deepEqual(box.stored(), stored);
    assert.ok(box.storeBoot() > 0);
    expectRecovered(box);
  });

  it('waits for an erase that somebody else began', () => {
    const box = makeBox();
    box.boot();
    assert.equal(box.flash.startErase(9), 0);
    assert.equal(box.journal.poll(), 0);
    assert.equal(box.journal.isErasing, false);
    assert.ok(box.storeBoot() > 0);
  });
});

describe('a flash with sectors bad from the factory', () => {
  const cases: readonly (readonly number[])[] = [
    [0],
    [0, 1, 2],
    [15],
    [1, 3, 5, 7],
    [0, 15],
    [8, 9, 10, 11, 12, 13],
    [10, 11, 12, 13, 14, 15],
  ];
  for (const badSectors of cases) {
    it(`works without them: ${badSectors.join(', ')}`, () => {
      const box = new JournalBox({ sectorCount: 16, badSectors });
      assert.equal(box.boot(), 0);
      box.storeBoot();
      for (let segment = 1; segment < 50; segment += 4) {
        fillTo(box, segment);
        expectWhole(box);
        expectRecovered(box);
      }
      const retired = box.fold.words.subarray(RETIRED, RETIRED + RETIRED_MAX / 2);
      const halves = [...retired].flatMap((pair) => [pair & 0xffff, pair >> 16]);
      const sectors = halves.filter((half) => half > 0).map((half) => half - 1);
      assert.deepEqual(
        sectors.sort((a, b) => a - b),
        [...badSectors],
      );
    });
  }

  it('keeps working where more fail than it can note, and reports them each time', () => {
    const badSectors = Array.from({ length: RETIRED_MAX + 3 }, (_, i) => 2 * i + 1);
    const box = new JournalBox({ sectorCount: 48, badSectors });
    assert.equal(box.boot(), 0);
    for (let segment = 2; segment < 150; segment += 14) {
      fillTo(box, segment);
      expectWhole(box);
      expectRecovered(box);
    }
    const programmed = decodeImage(box.flash.image()).records.length;
    assert.ok(programmed > 0);
    for (const sector of badSectors) assert.equal(box.journal.framesAt(sector), FAULT.absent);
  });

  it('begins on a blank region where bits are stuck, and leaves one alone that was written', () => {
    const box = new JournalBox({ sectorCount: 24 });
    box.flash.defects.stickAtZero(20 * SECTOR_BYTES + 5, 1);
    box.flash.defects.stickAtZero(22 * SECTOR_BYTES, 0x81);
    assert.equal(box.boot(), 0);
    fillTo(box, 40);
    expectWhole(box);
    expectRecovered(box);
    const other = new JournalBox({ sectorCount: 24 });
    const image = other.flash.image();
    image[20 * SECTOR_BYTES] = 0xe9; // an application's image begins so
    other.flash.load(image);
    assert.equal(other.boot(), FAULT.foreignImage);
  });

  it('is worn evenly, but for those', () => {
    const badSectors = [3, 4, 20];
    const box = new JournalBox({ sectorCount: 24, badSectors });
    box.boot();
    fillTo(box, 24 * 25);
    const erases = [...box.flash.counters.erasesOf].filter((_, i) => !badSectors.includes(i));
    const mean = erases.reduce((sum, n) => sum + n, 0) / erases.length;
    for (const count of erases) assert.ok(Math.abs(count - mean) <= 0.1 * mean, `${count}`);
  });
});

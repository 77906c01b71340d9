import assert from 'node:assert/strict';
import sinon from 'sinon';
import { FAULT } from '../../../firmware/core/faults.js';
import {
  encodeHeader,
  HEADER_BYTES,
  SegmentHeader,
} from '../../../firmware/core/journal/layout.js';
import { Journal, JOURNAL_STATE_WORDS } from '../../../firmware/core/journal/journal.js';
import { Recovery, RECOVERY } from '../../../firmware/core/journal/recover.js';
import { SECTOR_BYTES } from '../../../firmware/core/limits.js';
import { RecordBuffer } from '../../../firmware/core/record/record.js';
import { decodeImage } from '../../../host-sim/backend/decode.js';
import { countZeros } from '../../../firmware/core/record/frame.js';
import { FORMAT_VERSION } from '../../../firmware/core/record/fields.js';
import { RECORD } from '../../../firmware/core/record/schema.js';
import { crc32, CRC32_START, putI32, putU16 } from '../../../firmware/core/bytes.js';
import { TEMPERATURE_ABSENT } from '../../../firmware/core/units.js';
import { EPOCH, JournalBox, TestFold } from '../../support/journal-box.js';
import { makeReading, makeRecord } from '../../support/records.js';

/** A header of a segment without records, and an anchor of words that are all 0. */
function putSegment(image: Uint8Array, segment: number, sectorCount: number): void {
  const at = (segment % sectorCount) * SECTOR_BYTES;
  const state = Uint8Array.of(0, 0, 0, 0, 0, 128, 4); // layout 0, an anchor, 64 zeros
  const header = new SegmentHeader();
  header.probeCount = 2;
  header.samplePeriodS = 60;
  header.epoch = EPOCH;
  header.segment = segment;
  header.firstSequence = 1 + segment;
  header.stateBytes = state.length;
  header.stateCrc = crc32(state, 0, state.length, CRC32_START);
  encodeHeader(header, image.subarray(at));
  image.set(state, at + HEADER_BYTES);
}

/** An image whose segments up to `newest` are there, as far as they fit. */
function makeImage(newest: number, sectorCount: number): Uint8Array {
  const image = new Uint8Array(sectorCount * SECTOR_BYTES).fill(0xff);
  const oldest = Math.max(0, newest - sectorCount + 1);
  for (let segment = oldest; segment <= newest; segment++) putSegment(image, segment, sectorCount);
  return image;
}

/** Makes the segment one of a version that comes later. */
function makeNewer(image: Uint8Array, sector: number): void {
  makeVersion(image, sector, FORMAT_VERSION + 1);
}

function makeVersion(image: Uint8Array, sector: number, version: number): void {
  const bytes = image.subarray(sector * SECTOR_BYTES, (sector + 1) * SECTOR_BYTES);
  bytes[4] = version;
  putU16(bytes, 68, countZeros(bytes, 0, 68));
  putI32(bytes, 72, crc32(bytes, 0, 68, CRC32_START));
}

function boxOf(image: Uint8Array): JournalBox {
  const box = new JournalBox({ sectorCount: image.length / SECTOR_BYTES });
  box.flash.load(image);
  return box;
}

describe('recovery of an empty journal', () => {
  it('begins a new epoch on blank flash', () => {
    const box = new JournalBox();
    assert.equal(box.boot(4711), 0);
    assert.equal(box.journal.epoch, 4711);
    assert.equal(box.journal.nextSequence, 1);
    assert.equal(box.flash.operations, 0);
  });

  it('begins a new epoch where the very first header was torn', () => {
    const image = makeImage(0, 16);
    image[2]! |= 0x80;
    const box = boxOf(image);
    assert.equal(box.boot(), 0);
    assert.equal(box.storeBoot(), 1);
  });
});

describe('recovery of a foreign image', () => {
  const blank = (): Uint8Array => new Uint8Array(16 * SECTOR_BYTES).fill(0xff);
  const cases: readonly (readonly [what: string, make: () => Uint8Array])[] = [
    ['zeros', () => blank().fill(0)],
    ['another file system', () => (blank().set(Buffer.from('....littlefs'), 0), blank().fill(77))],
    [
      'another store that left the first sector blank',
      () => {
        const image = blank();
        image.set(Buffer.from('FCB'), 9 * SECTOR_BYTES);
        return image;
      },
    ],
    [
      'a newer version in the first sector',
      () => {
        const image = makeImage(3, 16);
        makeNewer(image, 0);
        return image;
      },
    ],
    [
      'a newer version that went on behind ours',
      () => {
        const image = makeImage(40, 16);
        makeNewer(image, 40 % 16);
        return image;
      },
    ],
    ['a newer version alone, anywhere', () => newerAlone(blank(), 7)],
    ['a journal of a larger region', () => makeImage(70, 32).slice(0, 16 * SECTOR_BYTES)],
    ['a journal of a smaller region', () => Buffer.concat([makeImage(20, 8), makeImage(20, 8)])],
  ];
  for (const [what, make] of cases) {
    it(`writes nothing: ${what}`, () => {
      const image = make();
      const box = boxOf(image);
      assert.equal(box.boot(), FAULT.foreignImage);
      assert.equal(box.flash.operations, 0);
      assert.deepEqual(box.flash.image(), Uint8Array.from(image));
    });
  }
});

function newerAlone(image: Uint8Array, sector: number): Uint8Array {
  putSegment(image, sector, 16);
  makeNewer(image, sector);
  return image;
}

describe('recovery finds the newest segment', () => {
  const sectorCount = 256;
  const ahead: readonly (readonly [what: string, change: (sector: Uint8Array) => void])[] = [
    ['holds the lap before', () => undefined],
    ['is erased', (sector) => sector.fill(0xff)],
    ['has a torn header', (sector) => (sector[13]! |= 0xff)],
    ['is half erased', (sector) => sector.forEach((_, i) => (sector[i]! |= (i * 37) & 255))],
  ];
  for (const [what, change] of ahead) {
    it(`in few reads, wrapped or not, when the sector ahead ${what}`, function () {
      this.timeout(30_000);
      let readsMax = 0;
      for (let newest = 0; newest < 2 * sectorCount; newest += newest < 8 ? 1 : 5) {
        const image = makeImage(newest, sectorCount);
        const at = ((newest + 1) % sectorCount) * SECTOR_BYTES;
        change(image.subarray(at, at + SECTOR_BYTES));
        const box = boxOf(image);
        assert.equal(box.boot(), 1);
        assert.equal(box.journal.segment, newest);
        assert.equal(box.journal.nextSequence, newest + 1);
        readsMax = Math.max(readsMax, box.flash.counters.reads);
        assert.ok(box.flash.counters.readBytes <= 8192);
      }
      assert.ok(readsMax <= 64, `${readsMax} reads`);
    });
  }

  it('in any sector of a small region, wrapped or not', () => {
    for (let newest = 0; newest < 40; newest++) {
      for (const [, change] of ahead) {
        const image = makeImage(newest, 16);
        const at = ((newest + 1) % 16) * SECTOR_BYTES;
        change(image.subarray(at, at + SECTOR_BYTES));
        const box = boxOf(image);
        assert.equal(box.boot(), 1);
        assert.equal(box.journal.segment, newest);
      }
    }
  });

  it('also with a header elsewhere gone bad', () => {
    for (let newest = 1; newest < 40; newest++) {
      for (let bad = 0; bad < 16; bad++) {
        if (bad === newest % 16) continue;
        const image = makeImage(newest, 16);
        image[bad * SECTOR_BYTES + 40]! ^= 1;
        const box = boxOf(image);
        assert.equal(box.boot(), 1);
        assert.equal(box.journal.segment, newest, `sector ${bad} of newest ${newest}`);
      }
    }
  });
});

describe('recovery of an older image', () => {
  it('writes nothing where the format is an earlier one', () => {
    const image = makeImage(40, 16);
    for (let sector = 0; sector < 16; sector++) makeVersion(image, sector, 1);
    const box = boxOf(image);
    assert.equal(box.boot(), FAULT.olderImage);
    assert.equal(box.flash.operations, 0);
  });

  it('writes nothing where the state is of a build with another layout', () => {
    const box = usedBox(40);
    const { flash } = box;
    const durable = new Int32Array(box.fold.words.length + 5);
    const layout = { mark: 99, tables: new Int32Array(0) };
    const state = new Int32Array(JOURNAL_STATE_WORDS);
    const shape = { probeCount: 2, samplePeriodS: 60 };
    const journal = new Journal(flash, state, durable, durable, shape, layout);
    const record = new RecordBuffer();
    const recovery = new Recovery(journal, flash, durable, 2, 1, box.fold, record);
    const { operations } = flash;
    let result = recovery.poll();
    while (result === RECOVERY.running) result = recovery.poll();
    assert.equal(result, FAULT.olderImage);
    assert.equal(flash.operations, operations);
  });
});

/** A box with some records of several kinds. */
function usedBox(recordCount: number): JournalBox {
  const box = new JournalBox();
  box.boot();
  box.storeBoot();
  for (let i = 0; i < recordCount; i++) {
    if (i % 29 === 28) box.store(makeRecord(RECORD.kit, i, [1], new Uint8Array(i % 200)));
    else box.store(makeReading(60 * i, 400 + (i % 3), 500 + ((i * 7) % 11), 510));
  }
  return box;
}

describe('recovery', () => {
  it('rebuilds state, numbers and chain as they were, and alters no byte', () => {
    for (let count = 0; count < 400; count++) {
      const box = usedBox(count);
      const { journal, fold } = box;
      const image = box.flash.image();
      assert.equal(box.boot(), 1);
      assert.deepEqual(box.flash.image(), image, `${count} records`);
      assert.deepEqual(box.fold.words, fold.words);
      assert.equal(box.journal.nextSequence, journal.nextSequence);
      assert.equal(box.journal.epoch, EPOCH);
      const hashes = [new Uint8Array(32), new Uint8Array(32)];
      journal.chainHash(hashes[0]!, 0);
      box.journal.chainHash(hashes[1]!, 0);
      assert.deepEqual(hashes[1], hashes[0]);
    }
  });

  it('goes on in a new segment', () => {
    const box = usedBox(30);
    const { segment } = box.journal;
    const before = box.stored();
    box.boot();
    assert.equal(box.storeBoot(), before.length + 1);
    assert.equal(box.journal.segment, segment + 1);
    assert.deepEqual(box.stored().slice(0, -1), before);
  });

  it('keeps in reach what was never receipted, the oldest segment of a full journal too', () => {
    const box = new JournalBox();
    box.boot();
    for (let i = 0; box.journal.lostCount === 0; i++) {
      box.store(makeRecord(RECORD.kit, i, [1], new Uint8Array(200)));
    }
    assert.equal(box.journal.segment, 15);
    assert.equal(box.journal.oldestSegment, 0);
    const stored = box.stored();
    box.boot();
    assert.equal(box.journal.oldestSegment, 0);
    assert.equal(box.journal.oldestSequence(), 1);
    assert.deepEqual(box.stored(), stored);
  });

  it('takes readings of another number of probes for what they are', () => {
    const box = new JournalBox({ probeCount: 2 });
    box.boot();
    for (let i = 0; i < 5; i++) box.store(makeReading(60 * i, 400, 500 + i, 600));
    const seen: number[][] = [];
    sinon.stub(TestFold.prototype, 'apply').callsFake((record) => {
      seen.push([...record.fields.subarray(0, 5)]);
    });
    try {
      const image = box.flash.image();
      const later = new JournalBox({ probeCount: 4 });
      later.flash.load(image);
      assert.equal(later.boot(), 1);
      assert.equal(later.journal.nextSequence, 6);
    } finally {
      sinon.restore();
    }
    const none = TEMPERATURE_ABSENT;
    assert.deepEqual(
      seen,
      [0, 1, 2, 3, 4].map((i) => [400, 500 + i, 600, none, none]),
    );
  });

  it('does not take a flash that cannot be read for an empty one', () => {
    const box = usedBox(10);
    const read = sinon.stub(box.flash, 'read').returns(FAULT.flashFailed);
    assert.equal(box.boot(), FAULT.flashFailed);
    read.restore();
    const frames = sinon.stub(box.flash, 'read').callThrough();
    frames.withArgs(sinon.match((at: number) => at % SECTOR_BYTES > 76)).returns(-30);
    assert.equal(box.boot(), FAULT.flashFailed);
  });
});

describe('recovery of a damaged state', () => {
  /** A box whose newest segment begins with a difference, and the segment of its anchor. */
  function differingBox(): { box: JournalBox; anchor: number } {
    const box = new JournalBox({ sectorCount: 64 });
    box.boot();
    for (let i = 0; ; i++) {
      // Each type once: so that an anchor is large.
      if (i < 20) box.store(makeRecord(i === RECORD.receipt ? RECORD.lid : 2 + i, 1e6 + i * i, []));
      box.store(makeRecord(RECORD.kit, i, [1], new Uint8Array(i % 200)));
      const { segment } = box.journal;
      const back = box.flash.image()[segment * SECTOR_BYTES + HEADER_BYTES + 2]!;
      if (segment > 20 && back > 1) return { box, anchor: segment - back };
    }
  }

  function expectSame(box: JournalBox, damaged: Uint8Array): void {
    const { fold, journal } = box;
    const hashes = [new Uint8Array(32), new Uint8Array(32)];
    journal.chainHash(hashes[0]!, 0);
    const stored = box.stored();
    box.flash.load(damaged);
    assert.equal(box.boot(), 1);
    assert.deepEqual(box.fold.words, fold.words);
    assert.equal(box.journal.nextSequence, journal.nextSequence);
    box.journal.chainHash(hashes[1]!, 0);
    assert.deepEqual(hashes[1], hashes[0]);
    assert.deepEqual(box.stored(), stored);
    box.storeBoot();
    assert.deepEqual(decodeImage(box.flash.image()).problems, []);
  }

  it('begins with the newest older one and applies the records of all segments since', () => {
    const { box, anchor } = differingBox();
    const { segment } = box.journal;
    for (const sectors of [[segment], [anchor], [anchor, segment], [anchor - 1, anchor, segment]]) {
      const again = new JournalBox({ sectorCount: 64 });
      again.flash.load(box.flash.image());
      again.boot();
      const image = again.flash.image();
      for (const sector of sectors) image[sector * SECTOR_BYTES + HEADER_BYTES + 4]! ^= 1;
      expectSame(again, image);
    }
  });

  it('gives up where none can be read, and writes nothing', () => {
    const { box } = differingBox();
    const image = box.flash.image();
    for (let s = 0; s < 64; s++) image[s * SECTOR_BYTES + HEADER_BYTES + 4]! ^= 1;
    box.flash.load(image);
    const { operations } = box.flash;
    assert.equal(box.boot(), FAULT.malformed);
    assert.equal(box.flash.operations, operations);
  });

  it('passes over a segment whose header went bad, too', () => {
    const { box } = differingBox();
    const { segment } = box.journal;
    const image = box.flash.image();
    image[segment * SECTOR_BYTES + HEADER_BYTES + 4]! ^= 1;
    image[(segment - 1) * SECTOR_BYTES + 40]! ^= 1;
    box.flash.load(image);
    const { nextSequence } = box.journal;
    assert.equal(box.boot(), 1);
    assert.equal(box.journal.nextSequence, nextSequence);
    assert.equal(box.journal.segment, segment);
  });
});

describe('recovery in slices', () => {
  it('answers again and again, so that the watchdog is kicked, and is the same', () => {
    const box = usedBox(300);
    const { words } = box.fold;
    const recovery = box.begin();
    let slices = 0;
    let readsMax = 0;
    let result: number = RECOVERY.running;
    while (result === RECOVERY.running) {
      const { reads } = box.flash.counters;
      const applied = box.fold.applied.length;
      result = recovery.poll();
      slices++;
      readsMax = Math.max(readsMax, box.flash.counters.reads - reads);
      assert.ok(box.fold.applied.length - applied <= 16);
    }
    assert.equal(result, RECOVERY.held);
    assert.ok(slices >= 300 / 16 && readsMax <= 32, `${slices} slices, ${readsMax} reads in one`);
    assert.deepEqual(box.fold.words, words);
  });

  it('looks at 32 headers in a slice where it must look at all of them', () => {
    const box = new JournalBox({ sectorCount: 1024 });
    const recovery = box.begin();
    let slices = 0;
    while (recovery.poll() === RECOVERY.running) slices++;
    assert.equal(slices, 1024 / 32);
  });
});

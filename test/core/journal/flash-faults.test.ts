import assert from 'node:assert/strict';
import sinon from 'sinon';
import { FAULT } from '../../../firmware/core/faults.js';
import { SECTOR_BYTES } from '../../../firmware/core/limits.js';
import { RECORD } from '../../../firmware/core/record/schema.js';
import { decodeImage } from '../../../host-sim/backend/decode.js';
import { decodedText, JournalBox } from '../../support/journal-box.js';
import { makeReading, makeRecord } from '../../support/records.js';

/** A box with some readings, the next sector erased ahead. */
function makeBox(): JournalBox {
  const box = new JournalBox();
  box.boot();
  for (let i = 0; i < 20; i++) box.store(makeReading(60 * i, 400, 500 + i, 510));
  return box;
}

function expectWhole(box: JournalBox): void {
  const log = decodeImage(box.flash.image());
  assert.deepEqual(log.problems, []);
  const texts = log.records.map((record) => decodedText(record, 2));
  assert.deepEqual(texts, box.fold.applied);
}

describe('a flash that fails', () => {
  afterEach(() => sinon.restore());

  it('in one program: the record goes to the next segment', () => {
    const box = makeBox();
    const program = sinon.stub(box.flash, 'program').callThrough();
    program.onFirstCall().returns(FAULT.flashFailed);
    assert.equal(box.store(makeReading(1200, 400, 900, 510)), 21);
    assert.equal(box.journal.segment, 1);
    for (let i = 0; i < 5; i++) box.store(makeReading(1260 + 60 * i, 400, 900 + i, 510));
    expectWhole(box);
  });

  it('in one program that took place all the same: the record counts once', () => {
    const box = makeBox();
    const { flash } = box;
    const program = sinon.stub(flash, 'program').callThrough();
    program.onFirstCall().callsFake((...args) => {
      program.wrappedMethod.apply(flash, args);
      return FAULT.flashFailed;
    });
    assert.equal(box.store(makeReading(1200, 400, 900, 510)), 21);
    box.store(makeReading(1260, 400, 901, 510));
    expectWhole(box);
  });

  it('while a segment is opened: its sector is erased again before it is used', () => {
    const box = makeBox();
    box.rest();
    while (box.journal.offset + 200 <= SECTOR_BYTES) {
      box.store(makeRecord(RECORD.kit, 1, [1], new Uint8Array(180)));
    }
    const { erases } = box.flash.counters;
    const program = sinon.stub(box.flash, 'program').callThrough();
    program.onSecondCall().returns(FAULT.flashFailed); // the header, after the snapshot
    box.store(makeRecord(RECORD.kit, 2, [1], new Uint8Array(200)));
    assert.equal(box.journal.lostCount, 1);
    sinon.restore();
    box.store(makeRecord(RECORD.kit, 3, [1], new Uint8Array(200)));
    assert.equal(box.journal.lostCount, 0);
    assert.equal(box.journal.segment, 1);
    assert.ok(box.flash.counters.erases > erases);
    const lost = decodeImage(box.flash.image()).records.filter(({ type }) => type === 'lost');
    assert.deepEqual(
      lost.map(({ fields }) => fields['count']),
      [1],
    );
  });

  it('in an erase: it is tried again, and nothing is written to that sector before', () => {
    const box = makeBox();
    box.flash.wearOut(2);
    for (let i = 0; box.journal.lostCount < 3; i++) {
      box.store(makeRecord(RECORD.kit, i, [1], new Uint8Array(200)));
    }
    const image = box.flash.image();
    assert.ok(image.subarray(2 * SECTOR_BYTES, 3 * SECTOR_BYTES).every((byte) => byte === 0xff));
    assert.equal(box.journal.segment, 1);
  });
});

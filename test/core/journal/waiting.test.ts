import assert from 'node:assert/strict';
import { RECORD } from '../../../firmware/core/record/schema.js';
import { decodeImage } from '../../../host-sim/backend/decode.js';
import { PowerCut } from '../../../host-sim/ports/flash.js';
import { TEARS } from '../../../host-sim/ports/flash-tear.js';
import { decodedText, JournalBox } from '../../support/journal-box.js';
import { makeReading, makeRecord } from '../../support/records.js';

const HOUR_S = 3600;
const reading = (i: number) => makeReading(60 * i, 400 + (i % 5), 500 - ((i * 7) % 11), 480);
const lid = (i: number) => makeRecord(RECORD.lid, 60 * i, [i & 1]);

function boxThatAllows(seconds: number, sectorCount = 16): JournalBox {
  const box = new JournalBox({ sectorCount });
  box.boot();
  box.storeBoot();
  box.journal.allowLoss(seconds);
  return box;
}

/** What is on flash, by the host's decoder. */
function decoded(box: JournalBox): string[] {
  const log = decodeImage(box.flash.image());
  return log.records.map((record) => decodedText(record, box.probeCount));
}

describe('readings that wait', () => {
  it('are numbered and judged at once, and programmed together', () => {
    const box = boxThatAllows(HOUR_S);
    const before = box.flash.counters.programs;
    const first = box.journal.nextSequence;
    for (let i = 0; i < 59; i++) assert.equal(box.store(reading(i)), first + i);
    assert.equal(box.flash.counters.programs, before);
    assert.equal(box.fold.applied.length, 60);
    assert.equal(box.journal.lastStoredSequence, first - 1);
    box.store(reading(59));
    box.store(reading(60)); // a cut just before the next one may take an hour
    assert.ok(box.flash.counters.programs - before <= 4);
    assert.equal(box.journal.lastStoredSequence, first + 59);
    assert.deepEqual(decoded(box), box.fold.applied.slice(0, -1));
  });

  for (const [allowedS, atMost] of [
    [0, 0],
    [60, 0],
    [119, 0],
    [120, 1],
    [600, 9],
    [HOUR_S, 59],
    [4 * HOUR_S, 60], // what the retained memory has room for
  ] as const) {
    it(`are ${atMost} at most where ${allowedS} s may be lost`, () => {
      const box = boxThatAllows(allowedS);
      let most = 0;
      for (let i = 0; i < 300; i++) {
        box.store(reading(i));
        const { journal } = box;
        most = Math.max(most, journal.nextSequence - 1 - journal.lastStoredSequence);
      }
      assert.ok(most === atMost || most === atMost + 1, `${most}`);
      assert.ok(allowedS === 0 || most * 60 <= allowedS, `${most} readings`);
    });
  }

  it('are stored before any other record, and when no loss is allowed any more', () => {
    const box = boxThatAllows(HOUR_S);
    for (let i = 0; i < 5; i++) box.store(reading(i));
    box.store(lid(5));
    assert.deepEqual(decoded(box), box.fold.applied);
    for (let i = 6; i < 9; i++) box.store(reading(i));
    box.journal.allowLoss(0);
    assert.deepEqual(decoded(box), box.fold.applied);
    assert.equal(box.journal.lastStoredSequence, box.journal.nextSequence - 1);
  });

  it('make the same chain as if each had been stored at once', () => {
    const hashes = [0, HOUR_S].map((allowedS) => {
      const box = boxThatAllows(allowedS);
      for (let i = 0; i < 2500; i++) box.store(i % 97 === 0 ? lid(i) : reading(i));
      box.journal.flush();
      const hash = new Uint8Array(32);
      box.journal.chainHash(hash, 0);
      const log = decodeImage(box.flash.image());
      assert.deepEqual(log.problems, []);
      assert.deepEqual(decoded(box), box.fold.applied);
      // Where segments end differs, and with it the chain; the decoder's must agree with ours.
      assert.deepEqual(log.chainHashAt(log.lastSequence), hash);
      return box.fold.words.slice(JournalBoxWords);
    });
    assert.deepEqual(hashes[0], hashes[1]);
  });

  it('are stored before a loss is counted, and LOST tells of what came behind them', () => {
    const box = boxThatAllows(HOUR_S);
    let i = 0;
    const kit = () =>
      makeRecord(RECORD.kit, 60 * i, [i & 15, 1, 0, i], new Uint8Array(190).fill(i & 255));
    let firstLost = 0;
    while (firstLost === 0) {
      box.store(kit());
      for (let j = 0; j < 5 && firstLost === 0; j++, i++) {
        if (box.store(reading(i)) < 0) firstLost = box.journal.nextSequence - 1;
      }
    }
    assert.equal(box.journal.lastStoredSequence, firstLost - 1);
    for (let j = 0; j < 2; j++) assert.ok(box.store(reading(++i)) < 0);
    box.store(lid(++i));
    const log = decodeImage(box.flash.image());
    assert.deepEqual(log.problems, []);
    const lost = log.records.filter(({ type }) => type === 'lost');
    assert.deepEqual(
      lost.map(({ fields }) => [fields['firstSequence'], fields['count']]),
      [[firstLost, 3]],
    );
    assert.equal(log.records.at(-1)?.type, 'lid');
  });

  it('cost less than 1.5 bytes with two probes and humidity', () => {
    const box = boxThatAllows(HOUR_S, 64);
    const before = box.flash.counters.programmedBytes;
    for (let i = 0; i < 6000; i++) box.store(reading(i));
    assert.ok((box.flash.counters.programmedBytes - before) / 6000 < 1.5);
  });
});

/** Words of the fold behind those of the journal's own cursors. */
const JournalBoxWords = 11;

/** Runs a script until the power goes; true when it went. */
function runsUntilCut(script: () => void): boolean {
  try {
    script();
    return false;
  } catch (error) {
    if (error instanceof PowerCut) return true;
    throw error;
  }
}

describe('a power cut while readings wait', function () {
  this.timeout(60_000);
  const script = (box: JournalBox): void => {
    for (let i = 0; i < 900; i++) box.store(i % 250 === 249 ? lid(i) : reading(i));
    // so that a batch meets the end of a segment
    for (let i = 0; i < 22; i++) {
      box.store(makeRecord(RECORD.kit, i, [i & 15, 1, 0, i], new Uint8Array(190).fill(i)));
    }
    for (let i = 900; i < 1100; i++) box.store(reading(i));
  };
  const whole = boxThatAllows(HOUR_S);
  script(whole);
  const operationCount = whole.flash.operations;

  for (const tear of TEARS) {
    it(`takes at most what was allowed, nothing else, and doubles nothing: ${tear}`, () => {
      for (let operation = 3; operation <= operationCount; operation++) {
        const box = boxThatAllows(HOUR_S);
        box.flash.cutAt(operation, tear);
        let stored = 0;
        const wasCut = runsUntilCut(() => {
          // What was acknowledged as stored must be there whatever happens.
          const { journal } = box;
          const append = journal.append.bind(journal);
          journal.append = (record) => {
            const result = append(record);
            stored = journal.lastStoredSequence;
            return result;
          };
          script(box);
        });
        if (!wasCut) continue;
        const before = box.fold.applied.slice();
        assert.equal(box.boot(), 1, `operation ${operation}`);
        box.storeBoot(); // its segment's header says where the one before ended
        const held = decoded(box).slice(0, -1);
        assert.ok(held.length >= stored, `operation ${operation}: ${held.length} of ${stored}`);
        assert.deepEqual(held.slice(0, before.length), before.slice(0, held.length));
        box.journal.allowLoss(HOUR_S);
        for (let i = 0; i < 70; i++) box.store(reading(i));
        box.journal.flush();
        const log = decodeImage(box.flash.image());
        assert.deepEqual(log.problems, [], `operation ${operation}`);
        const again = new JournalBox();
        again.flash.load(box.flash.image());
        assert.equal(again.boot(), 1);
        assert.deepEqual(again.fold.words, box.fold.words, `operation ${operation}`);
      }
    });
  }

  it('is tried where a batch begins a segment, too', () => {
    assert.ok(whole.journal.segment >= 1, `${whole.journal.segment}`);
  });
});

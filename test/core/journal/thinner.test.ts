import assert from 'node:assert/strict';
import { FAULT } from '../../../firmware/core/faults.js';
import type { RecordBuffer } from '../../../firmware/core/record/record.js';
import { RECORD_SCHEMAS } from '../../../firmware/core/record/fields.js';
import { RECORD } from '../../../firmware/core/record/schema.js';
import { IDENTITY_BYTES_MAX } from '../../../firmware/core/kit/identity.js';
import { PACKING_LIST_BYTES_MAX } from '../../../firmware/core/kit/packing-list.js';
import { PROBE_COUNT_MAX, SLOT_COUNT_MAX } from '../../../firmware/core/limits.js';
import { TAIL_BYTES_MAX, ZONE_COUNT_MAX } from '../../../firmware/core/limits.js';
import { SHA256_DIGEST_BYTES } from '../../../firmware/core/sha256.js';
import { TEMPERATURE_ABSENT } from '../../../firmware/core/units.js';
import { decodeImage } from '../../../host-sim/backend/decode.js';
import type { DecodedLog } from '../../../host-sim/backend/record-types.js';
import { bridgeProblem, thinnedRanges } from '../../../host-sim/backend/thinned.js';
import { PowerCut } from '../../../host-sim/ports/flash.js';
import type { Tear } from '../../../host-sim/ports/flash-tear.js';
import { decodedText } from '../../support/journal-box.js';
import { canonicalOf, makeReading, makeRecord } from '../../support/records.js';
import { ThinBox } from '../../support/thin-box.js';

/** Readings that no model foretells, so that a segment holds few; now and then a probe is gone. */
function reading(i: number): RecordBuffer {
  const noise = (i * 7919) % 1009;
  const second = i % 50 < 2 ? TEMPERATURE_ABSENT : -(noise * 13) % 4000;
  return makeReading(0, (noise * 3) % 1000, noise * 5 - 2000, second);
}

/** What a container stores in a month or two, without a dock: readings, and rarely something. */
function script(i: number): RecordBuffer {
  if (i % 151 === 0) return makeRecord(RECORD.lid, 0, [(i / 151) & 1]);
  if (i % 977 === 0) return makeRecord(RECORD.kit, 0, [1, 2, 3, i], new Uint8Array(208).fill(i));
  if (i % 499 === 0) return makeRecord(RECORD.dock, 0, [1], Buffer.from('414952123400001'));
  return reading(i);
}

const isReading = (text: string): boolean => text.includes(':01');
const numberOf = (text: string): number => parseInt(text);

/** Every record that is neither a reading nor bookkeeping, in order. */
function eventsOf(log: DecodedLog): string[] {
  return log.records
    .filter(({ type }) => type !== 'reading' && type !== 'kept' && type !== 'thinned')
    .map((record) => decodedText(record, 2));
}

/** Least, greatest and mean of readings told, the mean half away from zero; null without any. */
function numbersOf(texts: readonly string[], at: number, absent: number) {
  const values = texts
    .map((text) => Buffer.from(text.split(':')[1]!, 'hex').readInt16LE(at))
    .filter((value) => value !== absent);
  if (values.length === 0) return null;
  const sum = values.reduce((total, value) => total + value, 0);
  return {
    minimum: Math.min(...values),
    maximum: Math.max(...values),
    mean: Math.sign(sum) * Math.round(Math.abs(sum) / values.length),
  };
}

/** What is stored: nothing is missing but readings that are summed up, each event is there once. */
function expectWhole(box: ThinBox, how = ''): DecodedLog {
  const log = decodeImage(box.flash.image());
  assert.deepEqual(log.problems, [], how);
  const events = box.told.filter((text) => !isReading(text));
  assert.deepEqual(eventsOf(log), events, how);
  const [chain] = log.chainHashes.values();
  const hole = { fromSequence: 1, toSequence: log.firstSequence - 1 };
  const bridged = bridgeProblem(log.records, { ...hole, chainBefore: chain!.chainBefore });
  assert.equal(bridged, undefined, how);
  return log;
}

/** Fills a box up to where thinning is about to begin. */
function fullBox(): ThinBox {
  const box = new ThinBox();
  box.boot();
  box.storeBoot();
  for (let i = 1; box.journal.settledSequence === 0; i++) box.store(script(i));
  return box;
}

describe('the thinner', function () {
  this.timeout(60_000);

  it('gives up readings for months, and keeps every event once, across restarts', () => {
    const box = new ThinBox();
    box.boot();
    box.storeBoot();
    for (let i = 1; i <= 20_000; i++) {
      box.store(script(i));
      if (i % 4_500 === 0) {
        box.boot();
        box.storeBoot();
      }
      if (i % 5_000 === 0) expectWhole(box, `after ${i} records`);
    }
    assert.equal(box.journal.lostCount, 0);
    assert.ok(box.journal.segment > 3 * 16, 'the ring went round');
  });

  it('sums them up exactly: number, times, least, greatest, mean', () => {
    const box = fullBox();
    for (let i = 0; i < 9_000; i++) box.store(script(i));
    const ranges = thinnedRanges(expectWhole(box).records);
    assert.ok(ranges.length > 8, `${ranges.length} ranges`);
    for (const range of ranges) {
      const { firstSequence, lastSequence } = range;
      const readings = box.told.filter((text) => {
        const isIn = firstSequence <= numberOf(text) && numberOf(text) <= lastSequence;
        return isIn && isReading(text);
      });
      assert.equal(range.readingCount, readings.length);
      assert.deepEqual(range.humidity, numbersOf(readings, 5, -1));
      assert.deepEqual(range.temperatures, [
        numbersOf(readings, 7, TEMPERATURE_ABSENT),
        numbersOf(readings, 9, TEMPERATURE_ABSENT),
      ]);
      const uptimes = [readings[0], readings.at(-1)].map((text) =>
        Buffer.from(text!.split(':')[1]!, 'hex').readInt32LE(1),
      );
      assert.deepEqual([range.firstUptimeS, range.lastUptimeS], uptimes);
    }
  });

  it('says that a probe gave nothing', () => {
    const box = new ThinBox();
    box.boot();
    for (let i = 0; box.journal.settledSequence === 0; i++) {
      box.store(makeReading(0, -1, TEMPERATURE_ABSENT, ((i * 7919) % 1009) * 8));
    }
    const [range] = thinnedRanges(decodeImage(box.flash.image()).records);
    assert.equal(range!.temperatures[0], null);
    assert.equal(range!.humidity, null);
    assert.notEqual(range!.temperatures[1], null);
  });

  it('leaves receipted records alone, and sums up only what is behind them', () => {
    const box = new ThinBox();
    box.boot();
    box.storeBoot();
    for (let i = 1; i < 300; i++) box.store(script(i));
    box.storeReceipt(250);
    for (let i = 300; box.journal.settledSequence === 250; i++) box.store(script(i));
    const { records } = decodeImage(box.flash.image());
    assert.equal(thinnedRanges(records)[0]!.firstSequence, 251);
    assert.ok(records.every(({ keptAt = 1, sequence }) => keptAt === 1 || sequence > 250));
  });

  it('stops in the middle of a segment when a receipt covers it', () => {
    const box = fullBox();
    while (!box.journal.isTight) {
      box.rest();
      const into = box.ledger.begin(RECORD.reading, box.uptimeS);
      into.fields.set(reading(into.sequence + box.journal.nextSequence).fields);
      box.ledger.store();
    }
    box.thinner.step(0);
    assert.ok(box.thinner.isBusy);
    box.storeReceipt(box.journal.nextSequence - 1);
    const { nextSequence } = box.journal;
    box.thin();
    assert.equal(box.journal.nextSequence, nextSequence, 'nothing more was stored');
    assert.ok(!box.thinner.isBusy);
  });

  it('begins a segment again when somebody else has used the reader, and doubles nothing', () => {
    const box = fullBox();
    const step = box.thinner.step.bind(box.thinner);
    let calls = 0;
    box.thinner.step = (uptimeS) => {
      if (++calls % 211 === 0) box.thinner.pause();
      const { reader } = box.journal;
      const { offset } = reader;
      if (calls % 173 === 0) reader.open(0, 4096);
      if (calls % 346 === 0) reader.offset = offset; // at the same place of another sector
      return step(uptimeS);
    };
    for (let i = 0; i < 6_000; i++) box.store(script(i));
    const numbers = expectWhole(box)
      .records.filter(({ type }) => type === 'kept')
      .map(({ fields }) => fields['copiedFrom']);
    assert.equal(new Set(numbers).size, numbers.length);
  });

  const TEARS: readonly Tear[] = ['clean', 'prefix', 'subset'];
  for (const tear of TEARS) {
    it(`survives a cut in any operation (${tear}): nothing is lost, nothing doubled`, () => {
      const start = fullBox();
      const image = start.flash.image();
      const { told, bootCount } = start;
      const operations = 160;
      for (let operation = 3; operation < operations; operation += 3) {
        const how = `${tear} in operation ${operation}`;
        const box = new ThinBox({ seed: operation });
        box.flash.load(image);
        box.told.push(...told);
        box.bootCount = bootCount;
        box.cut = { operation, tear };
        assert.throws(() => live(box, 3_000), PowerCut, how);
        box.cut = undefined;
        const found = box.boot();
        assert.equal(found, 1, how);
        const log = decodeImage(box.flash.image());
        const last = log.records.at(-1)!;
        if (box.inFlight !== undefined && decodedText(last, 2) === box.inFlight) {
          box.told.push(box.inFlight);
        }
        box.storeBoot();
        for (let i = 0; i < 700; i++) box.store(script(i));
        const numbers = expectWhole(box, how)
          .records.filter(({ type }) => type === 'kept')
          .map(({ fields }) => fields['copiedFrom']);
        assert.equal(new Set(numbers).size, numbers.length, `${how}: doubled`);
      }
    });
  }

  /** From a boot on, until the power goes. */
  function live(box: ThinBox, count: number): void {
    box.boot();
    box.storeBoot();
    for (let i = 0; i < count; i++) box.store(script(i));
  }

  it('stops when there is nothing but events: what comes then is counted as lost', () => {
    const box = new ThinBox();
    box.boot();
    box.storeBoot();
    for (let i = 0; i < 5_000; i++) box.store(makeRecord(RECORD.lid, 0, [i & 1]));
    assert.ok(box.journal.lostCount > 0);
    assert.ok(box.ledger.isLosing, 'the indicator says look');
    const { nextSequence, segment } = box.journal;
    box.thin();
    assert.deepEqual([box.journal.nextSequence, box.journal.segment], [nextSequence, segment]);
    expectWhole(box);
    box.storeReceipt(box.told.length);
  });

  it('stops before a record that no KEPT record can hold, says so, and loses no event', () => {
    const box = fullBox();
    const tail = new Uint8Array(TAIL_BYTES_MAX).fill(7);
    box.store(makeRecord(RECORD.kit, 0, [1, 2, 3, 4], tail));
    const long = box.journal.lastStoredSequence;
    for (let i = 0; i < 9_000; i++) box.store(script(i));
    const { records, problems } = decodeImage(box.flash.image());
    assert.deepEqual(problems, []);
    const faults = records.filter(({ type }) => type === 'fault');
    assert.deepEqual(
      faults.map(({ fields }) => fields),
      [{ code: FAULT.overflow, a: long, b: RECORD.kit }],
    );
    assert.ok(records.some(({ sequence }) => sequence === long));
    assert.equal(box.thinner.isBusy, false);
    assert.equal(thinnedRanges(records).at(-1)!.lastSequence < long, true);
    assert.ok(box.journal.lostCount > 0, 'what comes then is counted as lost');
    box.storeReceipt(long);
    for (let i = 0; i < 2_000; i++) box.store(script(i));
    assert.equal(box.journal.lostCount, 0);
    assert.ok(box.journal.settledSequence > long, 'it thins again behind it');
  });

  it('has room for every record that is kept', () => {
    const tails: Partial<Record<string, number>> = {
      '': 0,
      dockId: IDENTITY_BYTES_MAX,
      gln: IDENTITY_BYTES_MAX,
      staff: IDENTITY_BYTES_MAX,
      chainHash: SHA256_DIGEST_BYTES,
      hash: SHA256_DIGEST_BYTES,
      slotProbes: SLOT_COUNT_MAX,
      packingList: PACKING_LIST_BYTES_MAX,
      summary: SHA256_DIGEST_BYTES + (PROBE_COUNT_MAX + 1) * 6,
      certificate: 20,
      exposure: 52 + 8 * ZONE_COUNT_MAX,
    };
    let most = 0;
    for (const [type, { name, tail }] of RECORD_SCHEMAS.entries()) {
      if (type === 0 || type === RECORD.reading || type === RECORD.kept) continue;
      const tailBytes = tails[tail];
      assert.ok(tailBytes !== undefined, `${name}: how long may its ${tail} be?`);
      const bytes = new Uint8Array(tailBytes);
      const { length } = canonicalOf(makeRecord(type, 0, [], bytes), PROBE_COUNT_MAX);
      assert.ok(length <= TAIL_BYTES_MAX, `${name}: ${length} bytes`);
      if (length > most) most = length;
    }
    assert.equal(most, 221, 'the longest is a kit with a full packing list');
  });
});

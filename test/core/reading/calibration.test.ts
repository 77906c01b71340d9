import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CborReader } from '../../../firmware/core/cbor/cbor.js';
import { FAULT } from '../../../firmware/core/faults.js';
import {
  CALIBRATION_BYTES_MAX,
  CalibrationTable,
  type Certificate,
} from '../../../firmware/core/reading/calibration.js';
import { type Calibration, encodeCalibration } from '../../../host-sim/backend/calibration.js';
import { type CborValue, encodeCbor, loadCbor } from '../../../host-sim/backend/cbor.js';

const PROBE_COUNT = 4;
const DUE = 200_000_000;

const nameOf = (fault: number): string =>
  Object.entries(FAULT).find(([, code]) => code === fault)?.[0] ?? `${fault}`;

function tableWith(points: readonly (readonly [shown: number, add: number])[], probe = 1) {
  const list = points.map(([shownCentiC, addCentiC]) => ({ shownCentiC, addCentiC }));
  const calibration: Calibration = { probe, certificate: 'CAL-7', dueWallS: DUE, points: list };
  const table = new CalibrationTable();
  const found: Certificate = { probe: -1, dueWallS: 0, idAt: 0, idLength: 0 };
  const bytes = encodeCalibration(calibration);
  const result = table.load(new CborReader(), bytes, 0, bytes.length, PROBE_COUNT, found);
  return { table, found, bytes, result };
}

/** A calibration's map, with entries changed or left out. */
function loadChanged(changes: Readonly<Record<number, CborValue | undefined>>): string {
  const map = new Map<number, CborValue>([
    [1, 1],
    [2, 'CAL-7'],
    [3, DUE],
    [4, [[0, 5]]],
  ]);
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) map.delete(Number(key));
    else map.set(Number(key), value);
  }
  const bytes = encodeCbor(map);
  const found: Certificate = { probe: -1, dueWallS: 0, idAt: 0, idLength: 0 };
  const table = new CalibrationTable();
  return nameOf(table.load(new CborReader(), bytes, 0, bytes.length, PROBE_COUNT, found));
}

describe('a calibration', () => {
  before(() => loadCbor());

  it('without points changes nothing', () => {
    const table = new CalibrationTable();
    for (const value of [-5000, 0, 2500, 10000]) assert.equal(table.correct(0, value), value);
  });

  it('of one point is an offset, at every temperature', () => {
    const { table } = tableWith([[0, -30]]);
    assert.deepEqual(
      [-5000, -1, 0, 1, 10000].map((value) => table.correct(1, value) - value),
      [-30, -30, -30, -30, -30],
    );
  });

  it('of two points is offset and slope between them, and theirs beyond', () => {
    const { table } = tableWith([
      [0, 10],
      [1000, -10],
    ]);
    const added = (value: number): number => table.correct(1, value) - value;
    assert.deepEqual([-1, 0, 24, 25, 500, 974, 975, 1000, 1001].map(added), [
      ...[10, 10, 10, 9, 0, -9, -10, -10, -10],
    ]);
  });

  it('of three points bends at the middle one', () => {
    const { table } = tableWith([
      [-1000, 0],
      [500, 30],
      [2500, 10],
    ]);
    const added = (value: number): number => table.correct(1, value) - value;
    assert.deepEqual([-2000, -1000, -250, 500, 1500, 2500, 9000].map(added), [
      ...[0, 0, 15, 30, 20, 10, 10],
    ]);
  });

  it('rounds to the nearest hundredth, halves away from zero', () => {
    const { table } = tableWith([
      [0, 0],
      [4, 2],
    ]);
    assert.deepEqual(
      [1, 2, 3].map((value) => table.correct(1, value) - value),
      [1, 1, 2],
    );
    const falling = tableWith([
      [0, 0],
      [4, -2],
    ]).table;
    assert.deepEqual(
      [1, 2, 3].map((value) => falling.correct(1, value) - value),
      [-1, -1, -2],
    );
  });

  it('is of one probe only', () => {
    const { table } = tableWith([[0, 40]], 3);
    assert.deepEqual(
      [0, 1, 2, 3].map((probe) => table.correct(probe, 100)),
      [100, 100, 100, 140],
    );
    table.clear(3);
    assert.equal(table.correct(3, 100), 100);
  });

  it('tells probe, certificate and end', () => {
    const { found, bytes, result } = tableWith([[0, 1]]);
    assert.equal(result, 0);
    assert.deepEqual([found.probe, found.dueWallS], [1, DUE]);
    const id = bytes.subarray(found.idAt, found.idAt + found.idLength);
    assert.equal(Buffer.from(id).toString('latin1'), 'CAL-7');
    assert.ok(bytes.length <= CALIBRATION_BYTES_MAX);
  });

  it('of the longest form fits what a container takes', () => {
    const points = [-5000, 2500, 10000].map((shownCentiC) => ({ shownCentiC, addCentiC: -500 }));
    const certificate = 'X'.repeat(20);
    const bytes = encodeCalibration({ probe: 7, certificate, dueWallS: 0x7fffffff, points });
    assert.ok(bytes.length <= CALIBRATION_BYTES_MAX, `${bytes.length}`);
  });

  const WRONG: readonly (readonly [what: string, Record<number, CborValue | undefined>, string])[] =
    [
      ['nothing wrong', {}, '0'],
      ['a probe that is not there', { 1: PROBE_COUNT }, 'malformed'],
      ['the last probe', { 1: PROBE_COUNT - 1 }, '0'],
      ['a probe below 0', { 1: -1 }, 'malformed'],
      ['no certificate', { 2: '' }, 'badLength'],
      ['a long certificate', { 2: 'X'.repeat(21) }, 'badLength'],
      ['a certificate of full length', { 2: 'X'.repeat(20) }, '0'],
      ['no end', { 3: undefined }, 'malformed'],
      ['no points', { 4: [] }, 'malformed'],
      ['four points', { 4: [0, 1, 2, 3].map((at) => [at, 0]) }, 'malformed'],
      ['points at the same temperature', { 4: [0, 1].map((add) => [0, add]) }, 'malformed'],
      ['points in descending order', { 4: [1, 0].map((at) => [at, 0]) }, 'malformed'],
      ['a point of one number', { 4: [[0]] }, 'malformed'],
      ['a point that is a number', { 4: [0] }, 'malformed'],
      ['5 °C off', { 4: [[0, 500]] }, '0'],
      ['more than 5 °C off', { 4: [[0, 501]] }, 'malformed'],
      ['-5 °C off', { 4: [[0, -500]] }, '0'],
      ['less than -5 °C off', { 4: [[0, -501]] }, 'malformed'],
      ['a point at -50 °C', { 4: [[-5000, 0]] }, '0'],
      ['a point below -50 °C', { 4: [[-5001, 0]] }, 'malformed'],
      ['a point at 100 °C', { 4: [[10000, 0]] }, '0'],
      ['a point above 100 °C', { 4: [[10001, 0]] }, 'malformed'],
      ['more than there should be', { 5: 1 }, 'malformed'],
    ];
  for (const [what, changes, expected] of WRONG) {
    it(`with ${what}: ${expected === '0' ? 'taken' : expected}`, () => {
      assert.equal(loadChanged(changes), expected);
    });
  }

  it('that is wrong leaves the probe without one', () => {
    const { table } = tableWith([[0, 40]]);
    const map = new Map<number, CborValue>([[1, 1]]);
    map.set(2, '');
    const bytes = encodeCbor(map);
    const found: Certificate = { probe: -1, dueWallS: 0, idAt: 0, idLength: 0 };
    assert.ok(table.load(new CborReader(), bytes, 0, bytes.length, PROBE_COUNT, found) < 0);
    assert.equal(table.correct(1, 0), 0);
  });

  it('keeps the order of temperatures and stays within what its points add', () => {
    const point = fc.tuple(
      fc.integer({ min: -5000, max: 10000 }),
      fc.integer({ min: -500, max: 500 }),
    );
    const points = fc.uniqueArray(point, { minLength: 1, maxLength: 3, selector: ([at]) => at });
    fc.assert(
      fc.property(points, fc.integer({ min: -5000, max: 10000 }), (list, value) => {
        const sorted = [...list].sort(([a], [b]) => a - b);
        const { table, result } = tableWith(sorted);
        assert.equal(result, 0);
        const added = table.correct(1, value) - value;
        const adds = sorted.map(([, add]) => add);
        assert.ok(Number.isInteger(added));
        assert.ok(added >= Math.min(...adds) && added <= Math.max(...adds));
        for (const [at, add] of sorted) assert.equal(table.correct(1, at), at + add);
      }),
    );
  });

  it('takes no bytes that are not one, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const found: Certificate = { probe: -1, dueWallS: 0, idAt: 0, idLength: 0 };
        const table = new CalibrationTable();
        const result = table.load(new CborReader(), bytes, 0, bytes.length, PROBE_COUNT, found);
        assert.ok(result < 0);
        for (let probe = 0; probe < PROBE_COUNT; probe++) assert.equal(table.correct(probe, 7), 7);
      }),
    );
  });
});

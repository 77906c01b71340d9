import assert from 'node:assert/strict';
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { TemperatureTrace, loadTrace, parseTrace } from '../../../host-sim/world/trace.js';
import { itWithShared, sharedFile } from '../../support/shared.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const read = (text: string, options = {}) => parseTrace(text, 'log.csv', options);
const rejects = (text: string, message: RegExp, options = {}) =>
  assert.rejects(read(text, options), (error: Error) => {
    assert.match(error.message, message);
    return true;
  });

describe('a measured temperature', () => {
  const accepted: readonly [name: string, text: string, timesMs: number[], valuesC: number[]][] = [
    ['elapsed minutes', 'elapsedMinutes,indoorCelsius\n0,20\n10,21\n', [0, 10 * MINUTE], [20, 21]],
    ['seconds with decimals', 'seconds,temp\n0.5,1\n1.75,2\n', [0, 1250], [1, 2]],
    ['hours in brackets', 'time (h),T\n0,5\n2,6\n', [0, 2 * HOUR], [5, 6]],
    [
      'ISO dates in UTC',
      'time,celsius\n2013-07-04T00:00:00Z,21\n2013-07-04T01:00:00Z,22',
      [0, HOUR],
      [21, 22],
    ],
    [
      'dates with offset',
      'when,temp\n2026-01-01T01:00+01:00,1\n2026-01-01T01:00Z,2',
      [0, HOUR],
      [1, 2],
    ],
    [
      'dates with a space',
      'date,temp\n2026-01-01 00:00,1\n2026-01-01 00:10:30.5,2',
      [0, 630_500],
      [1, 2],
    ],
    ['Unix seconds', 'ts,temp\n1700000000,1\n1700000060,2', [0, MINUTE], [1, 2]],
    ['Unix milliseconds', 'ts,temp\n1700000000000,1\n1700000060000,2', [0, MINUTE], [1, 2]],
    [
      'semicolons and decimal commas',
      'Zeit;Temperatur\n01.07.2026 08:00;21,5\n01.07.2026 09:00;22,5',
      [0, HOUR],
      [21.5, 22.5],
    ],
    ['tabs', 'minutes\tcelsius\n0\t1\n5\t2', [0, 5 * MINUTE], [1, 2]],
    ['Fahrenheit in the header', 'minutes,temp (°F)\n0,32\n1,212', [0, MINUTE], [0, 100]],
    ['no header', '2026-01-01T00:00:00Z,7\n2026-01-01T00:01:00Z,8', [0, MINUTE], [7, 8]],
    [
      'a byte order mark and comments',
      '\ufeff# of fridge 4\nminutes,temp\n0,1\n# door\n1,2',
      [0, MINUTE],
      [1, 2],
    ],
    ['newest first', 'minutes,temp\n10,3\n5,2\n0,1', [0, 5 * MINUTE, 10 * MINUTE], [1, 2, 3]],
    ['temperature before time', 'celsius,minutes\n1,0\n2,1', [0, MINUTE], [1, 2]],
    ['humidity beside it', 'minutes,humidity,tempC\n0,55,1\n1,56,2', [0, MINUTE], [1, 2]],
  ];
  for (const [name, text, timesMs, valuesC] of accepted) {
    it(`is read with ${name}`, async () => {
      const trace = await read(text);
      assert.deepEqual([...trace.timesMs], timesMs);
      assert.deepEqual([...trace.valuesC], valuesC);
      assert.equal(trace.badRowCount, 0);
    });
  }

  it('is taken from the column that is named, in the unit that is named', async () => {
    const text = 'minutes,a,b\n0,1,50\n1,2,68\n';
    const trace = await read(text, { column: 'B', unit: 'F' });
    assert.deepEqual([...trace.valuesC], [10, 20]);
    const other = await read('a,b,temp\n0,0,1\n9,1,2\n'.replace('b', 'tMinutes'), {
      timeColumn: 'tminutes',
    });
    assert.deepEqual([...other.timesMs], [0, MINUTE]);
  });

  it('may have bad rows: counted, the first is named, and nothing is invented', async () => {
    const text = 'minutes,temp\n0,1\n1,n/a\n2,3\nx,4\n4,999\n4,\n5,6\n5,7\n6,8\n7,9\n8,1\n';
    const trace = await read(text);
    assert.deepEqual(
      [...trace.timesMs],
      [0, 2, 5, 6, 7, 8].map((minute) => minute * MINUTE),
    );
    assert.equal(trace.badRowCount, 5);
    assert.equal(trace.firstBadRow?.line, 3);
    assert.match(trace.notes().join('\n'), /log\.csv:3: no temperature of .*5 rows not used/);
  });

  const refused: readonly [name: string, text: string, message: RegExp, options?: object][] = [
    ['an empty file', '', /log\.csv:1: is empty, expected a header/],
    ['a header alone', 'minutes,temp\n', /log\.csv:1: expected at least two rows/],
    ['one row', 'minutes,temp\n0,1\n', /log\.csv:1: expected at least two rows/],
    ['no time', 'a,b\n1,2\n3,4\n', /log\.csv:1: no time column among: a, b; expected/],
    ['no temperature', 'minutes,door\n0,open\n', /log\.csv:1: no temperature column .* expected/],
    ['times without unit', 'time,temp\n1,2\n3,4\n', /column "time" .* expected its unit/],
    [
      'an open quote',
      'minutes,temp\n"0,1\n2,3\n',
      /log\.csv:\d+: .*expected CSV with balanced quotes/,
    ],
    [
      'mostly bad rows',
      'minutes,temp\n0,1\n1,2\nx,y\nx,y\nx,y\n',
      /log\.csv:4: expected a time; 2 rows are usable, 3 are not/,
    ],
    ['bytes that are no text', 'min\u0000utes', /log\.csv:1: is no text/],
    [
      'a column that is not there',
      'minutes,temp\n0,1\n1,2\n',
      /no column "roof", expected one of: minutes, temp/,
      { column: 'roof' },
    ],
  ];
  for (const [name, text, message, options] of refused) {
    it(`is refused with ${name}`, () => rejects(text, message, options));
  }

  it('is refused when the file cannot be read', async () => {
    await assert.rejects(loadTrace('/nowhere/log.csv'), /log\.csv: cannot be read \(ENOENT\)/);
  });

  it('may be longer than what is read at once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'trace-'));
    const path = join(folder, 'long.csv');
    const rows = Array.from({ length: 30_000 }, (_, i) => `${i},${(i % 100) / 10}`);
    writeFileSync(path, `seconds,temp\n${rows.join('\n')}\n`);
    try {
      const trace = await loadTrace(path);
      assert.equal(trace.timesMs.length, 30_000);
      assert.equal(trace.at(29_999_000), 9.9);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the truth of a trace', () => {
  const traceOf = (minutes: number[], valuesC: number[]) =>
    new TemperatureTrace({
      name: 't',
      column: 'c',
      timesMs: Float64Array.from(minutes, (minute) => minute * MINUTE),
      valuesC: Float64Array.from(valuesC),
    });
  const trace = traceOf([0, 10, 20, 40, 61, 71, 81], [0, 1, 2, 4, 7, 8, 9]);

  const table: readonly [name: string, minute: number, valueC: number][] = [
    ['is the value at a point', 10, 1],
    ['is linear between points', 15, 1.5],
    ['is linear over exactly two median intervals', 30, 3],
    ['is absent over more', 50, Number.NaN],
    ['is the value at the point after a gap', 61, 7],
    ['is absent before the first point', -1, Number.NaN],
    ['is the value at the last point', 81, 9],
    ['is absent after the last point', 81.01, Number.NaN],
  ];
  for (const [name, minute, valueC] of table) {
    it(name, () => assert.deepEqual(trace.at(minute * MINUTE), valueC));
  }

  it('has a gap where two points are further apart, and says so', () => {
    assert.equal(trace.medianIntervalMs, 10 * MINUTE);
    assert.equal(trace.gapCount, 1);
    assert.match(trace.notes().join(), /1 gap, without/);
  });

  it('does not depend on the order in which one looks', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 90 }), { maxLength: 50 }), (minutes) => {
        const anyOrder = minutes.map((minute) => trace.at(minute * MINUTE));
        const alone = minutes.map((minute) =>
          traceOf([0, 10, 20, 40, 61, 71, 81], [0, 1, 2, 4, 7, 8, 9]).at(minute * MINUTE),
        );
        assert.deepEqual(anyOrder, alone);
      }),
    );
  });

  it('never leaves the range of the two points around it', () => {
    for (let ms = 0; ms <= trace.lengthMs; ms += 7_000) {
      const valueC = trace.at(ms);
      if (Number.isNaN(valueC)) continue;
      const next = trace.timesMs.findIndex((time) => time >= ms);
      const pair = [trace.valuesC[Math.max(0, next - 1)]!, trace.valuesC[next]!];
      assert.ok(valueC >= Math.min(...pair) - 1e-9 && valueC <= Math.max(...pair) + 1e-9);
    }
  });
});

describe('the measured files', () => {
  itWithShared('a house: every 10 minutes for 42 days, without a gap', async () => {
    const trace = await loadTrace(sharedFile('data/temperature/house-10min.csv'));
    assert.equal(trace.column, 'indoorCelsius');
    assert.equal(trace.timesMs.length, 6048);
    assert.equal(trace.medianIntervalMs, 10 * MINUTE);
    assert.equal(trace.lengthMs, 60_470 * MINUTE);
    assert.equal(trace.gapCount, 0);
    assert.equal(trace.at(0), 19.89);
    const outdoor = await loadTrace(trace.name, { column: 'outdoorCelsius' });
    assert.equal(outdoor.at(0), 7.027);
  });

  itWithShared('an office: hourly for 10 months, with nine gaps', async () => {
    const trace = await loadTrace(sharedFile('data/temperature/office-hourly.csv'));
    assert.equal(trace.timesMs.length, 7267);
    assert.equal(trace.firstUnixMs, Date.UTC(2013, 6, 4));
    assert.equal(trace.medianIntervalMs, HOUR);
    assert.equal(trace.gapCount, 9);
    assert.equal(trace.at(HOUR / 2), (21.045 + 21.789) / 2);
  });
});

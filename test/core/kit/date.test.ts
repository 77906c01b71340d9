import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FAULT } from '../../../firmware/core/faults.js';
import {
  DAY_S,
  dayNumber,
  daysInMonth,
  expiryMinuteWallS,
  expiryWallS,
  isLabelDate,
  isLabelOrdinal,
  minuteOfDay,
  ordinalDayNumber,
  ordinalExpiryWallS,
} from '../../../firmware/core/kit/date.js';

const EPOCH_MS = Date.UTC(2020, 0, 1);
const INT32_MAX = 2147483647;

describe('kit/date: wall time from the dates of labels', () => {
  it('counts the days since 2020-01-01 as the proleptic Gregorian calendar does', () => {
    let expected = 0;
    for (let ms = EPOCH_MS; ms < Date.UTC(2088, 0, 1); ms += DAY_S * 1000) {
      const date = new Date(ms);
      const year = date.getUTCFullYear();
      const got = dayNumber(year, date.getUTCMonth() + 1, date.getUTCDate());
      if (got !== expected) assert.equal(got, expected, date.toISOString());
      const dayOfYear = (ms - Date.UTC(year, 0, 1)) / DAY_S / 1000 + 1;
      if (ordinalDayNumber(year, dayOfYear) !== expected) assert.fail(`${year}, day ${dayOfYear}`);
      expected++;
    }
    assert.equal(expected, 24837);
  });

  it('keeps the last second that it can name within int32', () => {
    assert.equal(expiryWallS(2087, 12, 31), (Date.UTC(2088, 0, 1) - EPOCH_MS) / 1000 - 1);
    assert.ok(expiryWallS(2087, 12, 31) < INT32_MAX);
  });

  it('knows which centuries leap', () => {
    const cases = [
      [2000, 29],
      [2100, 28],
      [2026, 28],
      [2028, 29],
    ] as const;
    for (const [year, days] of cases) assert.equal(daysInMonth(year, 2), days, String(year));
  });

  it('knows how long each month is', () => {
    const common = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    const leap = [31, 29, ...common.slice(2)];
    const months = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    const lengths = (year: number): number[] => months.map((month) => daysInMonth(year, month));
    assert.deepEqual(lengths(2027), common);
    assert.deepEqual(lengths(2028), leap);
    assert.deepEqual([daysInMonth(2028, 0), daysInMonth(2028, 13)], [0, 0]);
  });

  it('refuses days that do not exist', () => {
    const cases = [
      [2027, 13, 1],
      [2027, 0, 1],
      [2027, 2, 29],
      [2028, 2, 30],
      [2027, 4, 31],
      [2027, 1, 0],
      [2027, 1, 32],
      [2088, 1, 1],
      [2019, 12, 31],
    ] as const;
    for (const [year, month, day] of cases) {
      assert.equal(dayNumber(year, month, day), FAULT.badDate, `${year}-${month}-${day}`);
    }
    assert.equal(ordinalDayNumber(2027, 366), FAULT.badDate);
    assert.equal(ordinalDayNumber(2028, 0), FAULT.badDate);
    assert.equal(ordinalExpiryWallS(2027, 366, 0), FAULT.badDate);
    assert.equal(ordinalExpiryWallS(2028, 367, 0), FAULT.badDate);
  });

  it('lets a day end with its last second, and a minute with its own', () => {
    assert.equal(expiryWallS(2020, 1, 1), 86399);
    assert.equal(expiryMinuteWallS(2020, 1, 1, 1439), 86399);
    assert.equal(expiryMinuteWallS(2020, 1, 2, 0), DAY_S + 59);
    assert.equal(ordinalExpiryWallS(2020, 1, 1439), 86399);
    assert.equal(ordinalExpiryWallS(2020, 1, 0), 59);
    for (const minute of [-1, 1440]) {
      assert.equal(expiryMinuteWallS(2020, 1, 2, minute), FAULT.badDate, String(minute));
      assert.equal(ordinalExpiryWallS(2020, 2, minute), FAULT.badDate, String(minute));
    }
  });

  it('takes day 0 of an expiry as the last one of its month', () => {
    assert.equal(expiryWallS(2028, 2, 0), expiryWallS(2028, 2, 29));
    assert.equal(expiryWallS(2027, 2, 0), expiryWallS(2027, 2, 28));
    assert.equal(expiryWallS(2027, 13, 0), FAULT.badDate);
    assert.equal(expiryMinuteWallS(2027, 2, 0, 0), FAULT.badDate);
  });

  it('calls an expiry before 2020 over, but only if it existed', () => {
    assert.equal(expiryWallS(2019, 12, 31), 0);
    assert.equal(expiryWallS(2019, 2, 0), 0);
    assert.equal(expiryWallS(2019, 2, 29), FAULT.badDate);
    assert.equal(expiryWallS(1999, 12, 31), FAULT.badDate);
    assert.equal(ordinalExpiryWallS(2018, 365, 1439), 0);
    assert.equal(ordinalExpiryWallS(2018, 366, 1439), FAULT.badDate);
  });

  it('agrees with the calendar on what a label may name', () => {
    const part = fc.integer({ min: -1, max: 33 });
    const year = fc.integer({ min: 1995, max: 2095 });
    fc.assert(
      fc.property(year, part, part, (y, m, d) => {
        const date = new Date(Date.UTC(y, m - 1, d));
        const exists =
          date.getUTCFullYear() === y && date.getUTCMonth() === m - 1 && date.getUTCDate() === d;
        assert.equal(isLabelDate(y, m, d), exists && y >= 2000 && y <= 2087);
      }),
    );
  });

  it('takes a label’s year from 2000 to 2087, whichever way it names the day', () => {
    for (const year of [2000, 2087]) {
      assert.ok(isLabelDate(year, 1, 1), String(year));
      assert.ok(isLabelOrdinal(year, 1), String(year));
    }
    for (const year of [1999, 2088]) {
      assert.ok(!isLabelDate(year, 12, 31), String(year));
      assert.ok(!isLabelOrdinal(year, 365), String(year));
    }
    assert.ok(isLabelOrdinal(2028, 366) && !isLabelOrdinal(2027, 366));
    assert.ok(!isLabelOrdinal(2028, 0) && !isLabelOrdinal(2028, 367));
  });

  it('reads a time of day', () => {
    assert.equal(minuteOfDay(0, 0), 0);
    assert.equal(minuteOfDay(23, 59), 1439);
    assert.equal(minuteOfDay(24, 0), FAULT.badDate);
    assert.equal(minuteOfDay(12, 60), FAULT.badDate);
    assert.equal(minuteOfDay(12, -1), FAULT.badDate);
    assert.equal(minuteOfDay(FAULT.badCharacter, 0), FAULT.badDate);
  });
});

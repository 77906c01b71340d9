import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  durationText,
  instantText,
  parseDuration,
  parseInstant,
  parseStart,
} from '../../../host-sim/world/time-text.js';

const HOUR = 3_600_000;
const start = parseStart('2026-07-13T06:30:00+02:00')!;

describe('times of a scenario', () => {
  it('start at an instant with its offset', () => {
    assert.deepEqual(start, { unixMs: Date.UTC(2026, 6, 13, 4, 30), offsetMs: 2 * HOUR });
    assert.equal(parseStart('2026-07-13T06:30:00Z')!.offsetMs, 0);
    assert.equal(parseStart('2026-07-13T06:30-03:30')!.offsetMs, -3.5 * HOUR);
  });

  for (const bad of [
    '2026-07-13',
    '2026-07-13T06:30:00',
    '2026-02-30T06:30:00Z',
    '13.7.2026',
    '',
  ]) {
    it(`do not start at '${bad}'`, () => assert.equal(parseStart(bad), undefined));
  }

  const instants: readonly [text: string, fromEnd: boolean, ms: number][] = [
    ['day 1 06:30', false, 0],
    ['day 1 6:30:15', false, 15_000],
    ['day 2 00:00', false, 17.5 * HOUR],
    ['Day 3 13:05', false, 2 * 24 * HOUR + (13 * 60 + 5 - 390) * 60_000],
    ['+26h 30m', false, 26.5 * HOUR],
    ['2026-07-14T06:30', false, 24 * HOUR],
    ['2026-07-14 06:30:01', false, 24 * HOUR + 1000],
    ['day 1 06:00', false, -HOUR / 2],
    ['end', true, 0],
    ['end - 90m', true, 1.5 * HOUR],
    ['end-1d 1h', true, 25 * HOUR],
  ];
  for (const [text, fromEnd, ms] of instants) {
    it(`know the instant '${text}'`, () => {
      assert.deepEqual(parseInstant(text, start), { fromEnd, ms });
    });
  }

  for (const bad of [
    'noon',
    'day 2',
    'day 2 25:00',
    '13:05',
    '+',
    'end - soon',
    '2026-07-32T00:00',
  ]) {
    it(`do not know the instant '${bad}'`, () => assert.equal(parseInstant(bad, start), undefined));
  }

  const durations: readonly [text: string, ms: number | undefined][] = [
    ['90s', 90_000],
    ['45m', 2_700_000],
    ['2h 30m', 2.5 * HOUR],
    ['1d6h', 30 * HOUR],
    ['0.5h', HOUR / 2],
    ['250ms', 250],
    ['45', undefined],
    ['-5m', undefined],
    ['5 minutes', undefined],
    ['', undefined],
  ];
  for (const [text, ms] of durations) {
    it(`take '${text}' as ${ms === undefined ? 'no duration' : `${ms} ms`}`, () => {
      assert.equal(parseDuration(text), ms);
    });
  }

  it('are read back from what is written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 * 86_400 }), (seconds) => {
        const ms = seconds * 1000;
        assert.deepEqual(parseInstant(instantText(ms, start), start), { fromEnd: false, ms });
        assert.equal(parseDuration(durationText(ms)), ms);
      }),
    );
  });
});

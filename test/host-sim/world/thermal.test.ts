import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type Ambient,
  DailyAmbient,
  PeakAmbient,
  Wander,
  sineOfTurn,
} from '../../../host-sim/world/ambient.js';
import { STEP_MS, ThermalBox } from '../../../host-sim/world/thermal.js';

const HOUR = 3_600_000;
const INSULATION = { wallMinutes: 60, openMinutes: 10, contentMinutes: 60, coreMinutes: 200 };
const constant = (valueC: number): Ambient => ({ at: () => valueC });
const boxIn = (ambient: Ambient, startC: number, lidOpen = false) =>
  new ThermalBox([{ tMs: 0, ambient, lidOpen }], INSULATION, startC);
const calm = new Wander(1, 'calm', 0);

describe('the air around the box', () => {
  it('has a sine that is never more than 0.0017 off', () => {
    for (let i = -100; i <= 200; i++) {
      const error = sineOfTurn(i / 100) - Math.sin((2 * Math.PI * i) / 100);
      assert.ok(Math.abs(error) < 0.0017, `${i}: ${error}`);
    }
  });

  it('is warmest at its hour in local time, and coldest half a day away', () => {
    const startLocalMs = Date.UTC(2026, 6, 13, 6, 30);
    const daily = { meanC: 15, amplitudeC: 5, warmestHour: 15 };
    const ambient = new DailyAmbient(daily, startLocalMs, calm);
    assert.ok(Math.abs(ambient.at(8.5 * HOUR) - 20) < 0.01);
    assert.ok(Math.abs(ambient.at(20.5 * HOUR) - 10) < 0.01);
    assert.ok(Math.abs(ambient.at(14.5 * HOUR) - 15) < 0.01);
  });

  it('wanders slowly, the same way for a seed in whatever order one looks', () => {
    const forward = new Wander(4, 'bank', 0.5);
    const backward = new Wander(4, 'bank', 0.5);
    const times = Array.from({ length: 500 }, (_, i) => i * 600_000);
    const values = times.map((ms) => forward.at(ms));
    const reversed = [...times].reverse().map((ms) => backward.at(ms));
    assert.deepEqual([...reversed].reverse(), values);
    const spread = Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
    assert.ok(spread > 0.25 && spread < 0.65, `${spread}`);
    assert.notDeepEqual(
      times.map((ms) => new Wander(5, 'bank', 0.5).at(ms)),
      values,
    );
  });

  it('peaks in the middle of a stay and is as outside before and after', () => {
    const cabin = new PeakAmbient(constant(20), { peakC: 48, startMs: HOUR, durationMs: 4 * HOUR });
    assert.equal(cabin.at(HOUR), 20);
    assert.equal(cabin.at(3 * HOUR), 48);
    assert.equal(cabin.at(5 * HOUR), 20);
    assert.ok(cabin.at(2 * HOUR) > 38 && cabin.at(2 * HOUR) < 41);
  });
});

describe('the box', () => {
  it('warms from outside in: air under the lid first, core later, both to the end', () => {
    const box = boxIn(constant(40), 20);
    const air = box.at(HOUR, 0);
    const core = box.at(HOUR, 1);
    assert.ok(air > 27 && air < 33, `air ${air}`);
    assert.ok(core > 20.5 && core < air - 4, `core ${core}`);
    assert.ok(Math.abs(box.at(200 * HOUR, 0) - 40) < 0.01);
    assert.ok(Math.abs(box.at(200 * HOUR, 1) - 40) < 0.01);
  });

  it('shows a probe half-way down the middle between air and core', () => {
    const box = boxIn(constant(40), 20);
    const middle = box.at(HOUR, 0.5);
    assert.ok(Math.abs(middle - (box.at(HOUR, 0) + box.at(HOUR, 1)) / 2) < 1e-9);
  });

  it('follows the outside faster with its lid open', () => {
    const closed = boxIn(constant(0), 20);
    const open = boxIn(constant(0), 20, true);
    assert.ok(open.at(10 * 60_000, 0) < closed.at(10 * 60_000, 0) - 5);
  });

  it('changes its surroundings at the step after a condition begins', () => {
    const box = new ThermalBox(
      [
        { tMs: 0, ambient: constant(20), lidOpen: false },
        { tMs: HOUR + 1, ambient: constant(-20), lidOpen: false },
      ],
      INSULATION,
      20,
    );
    assert.equal(box.at(HOUR + STEP_MS, 0), 20);
    assert.ok(box.at(HOUR + 2 * STEP_MS, 0) < 20);
  });

  it('has one truth, however often one looks', () => {
    const ambient = new DailyAmbient({ meanC: 15, amplitudeC: 9, warmestHour: 15 }, 0, calm);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 90_000_000 }), { minLength: 1, maxLength: 40 }),
        (times) => {
          const sorted = [...times].sort((a, b) => a - b);
          const often = boxIn(ambient, 20);
          const values = sorted.map((ms) => often.at(ms, 0));
          const last = sorted.at(-1)!;
          assert.equal(boxIn(ambient, 20).at(last, 0), values.at(-1));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('refuses to go back in time', () => {
    const box = boxIn(constant(20), 20);
    box.at(HOUR, 0);
    assert.throws(() => box.at(HOUR - STEP_MS, 0), /expected >= 3600000 ms/);
  });

  it('is unknown while the air around it is, and begins anew afterwards', () => {
    const gap: Ambient = { at: (ms) => (ms < HOUR || ms >= 2 * HOUR ? 10 : Number.NaN) };
    const box = boxIn(gap, 30);
    assert.ok(box.at(HOUR - STEP_MS, 1) > 20);
    assert.ok(Number.isNaN(box.at(HOUR + 2 * STEP_MS, 0)));
    assert.ok(Number.isNaN(box.at(2 * HOUR - STEP_MS, 1)));
    assert.equal(box.at(2 * HOUR + 2 * STEP_MS, 1), 10);
  });
});

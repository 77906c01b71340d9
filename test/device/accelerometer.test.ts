import assert from 'node:assert/strict';
import { FAULT } from '../../firmware/core/faults.js';
import { ACCELERATION_LAYOUT as LAYOUT } from '../../firmware/core/ports.js';
import { SHOCK_EVENT as E } from '../../firmware/core/shock/event.js';
import { SHOCK_FLAG } from '../../firmware/core/record/schema.js';
import type { Signal } from './fakes/lsm6dso32.js';
import { booted, drop, gapsMs, MotionBench, ROTOR } from './motion-bench.js';

/** Each sample is another one: x counts tenths of a milli-g per millisecond, z wakes. */
const MARKED: Signal = (ms) => [(ms * 4) % 20_000, 0, ms % 500 < 8 ? 9000 : 1000];

/** The time at which the marked sample was taken, against what its batch says: [least, most]. */
function markErrorsMs(bench: MotionBench, fromMs: number): [number, number] {
  const errors = bench.batches.flatMap(({ startMs, rateHz, samples }) =>
    samples.flatMap(([x], i) => {
      const saidMs = startMs + (1000 * i) / rateHz - fromMs;
      if (saidMs < 20) return []; // before the marks began
      const periodMs = 20_000 / 4;
      const error = saidMs - x! / 4;
      return [error - periodMs * Math.round(error / periodMs)];
    }),
  );
  assert.ok(errors.length > 500, `${errors.length}`);
  return [Math.min(...errors), Math.max(...errors)];
}

describe('the LSM6DSO32', () => {
  it('hands on milli-g, to half a step', () => {
    for (const truth of [
      [0, 0, 1000],
      [-1000, 500, 250],
      [12_345, -23_456, 31_000],
    ] as const) {
      const bench = booted();
      bench.feel((ms) => (ms < 50 ? [0, 9000, 0] : truth));
      bench.run(1200);
      const last = bench.samples.at(-1)!;
      last.forEach((value, i) => assert.ok(Math.abs(value - truth[i]!) <= 1, `${last.join()}`));
    }
  });

  it('is cut off at 32 g, where the shock detector takes it for clipped', () => {
    const bench = booted();
    bench.feel(drop(0, 45, 6));
    bench.run(5000);
    const peak = Math.max(...bench.samples.map(([, , z]) => z!));
    assert.equal(peak, 31_999);
    assert.ok((bench.events[0]![E.flags]! & SHOCK_FLAG.clipped) !== 0);
    bench.feel(drop(0, -45, 6));
    bench.run(5000);
    assert.equal(Math.min(...bench.samples.map(([, , z]) => z!)), -32_000);
    const fits = booted();
    fits.feel(drop(0, 25, 11));
    fits.run(5000);
    assert.equal(fits.events[0]![E.flags]! & SHOCK_FLAG.clipped, 0);
    assert.equal(fits.batches[0]!.rangeMilliG, 32_000);
  });

  it('is left alone while nothing happens, but for a look a minute', () => {
    const bench = booted();
    const { length } = bench.i2c.transfers;
    bench.run(600_000);
    assert.equal(bench.batches.length, 0);
    const looks = bench.i2c.transfers.length - length;
    assert.ok(looks >= 8 && looks <= 10, `${looks}`);
  });

  it('does not wake for a helicopter', () => {
    const bench = booted();
    bench.feel(ROTOR);
    bench.run(60_000);
    assert.deepEqual([bench.batches.length, bench.port.revision], [0, 0]);
  });
});

describe('a fall', () => {
  for (const [cm, fallMs] of [
    [10, 143],
    [46, 306],
    [91, 431],
    [122, 499],
  ] as const) {
    it(`from ${cm} cm is found whole: its free fall, when it began, what was before`, () => {
      const bench = booted(2 ** 31 - 32_000);
      const fromMs = bench.nowMs + 300;
      bench.feel(drop(fallMs, 20, 11, 300));
      bench.run(6000);
      assert.equal(bench.events.length, 1);
      const event = bench.events[0]!;
      const foundMs = event[E.freeFallMs]!;
      assert.ok(Math.abs(foundMs - fallMs) <= fallMs / 10, `${foundMs} ms of ${fallMs}`);
      const pulseMs = 1000 * event[E.startUptimeS]! + event[E.startMs]! - fromMs - fallMs;
      assert.ok(Math.abs(pulseMs) <= 4, `${pulseMs} ms`);
      const preTriggerMs = fromMs - bench.batches[0]!.startMs;
      assert.ok(preTriggerMs >= 300, `${preTriggerMs} ms`);
      assert.equal(event[E.tiltDeg], 0);
    });
  }

  it('is found when the chip was busy for 400 ms, erasing flash', () => {
    const bench = booted();
    bench.feel(drop(250, 20, 11));
    bench.blockedUntilMs = bench.nowMs + 400;
    bench.run(6000);
    assert.equal(bench.events.length, 1);
    assert.ok(Math.abs(bench.events[0]![E.freeFallMs]! - 250) <= 25);
  });

  it('is found when its edge was lost, at the next turn of the loop', () => {
    const bench = booted();
    bench.losesEdges = true;
    bench.feel(drop(200, 20, 11));
    bench.run(300);
    assert.equal(bench.port.revision, 0);
    bench.step();
    assert.equal(bench.port.revision, 1);
    bench.run(4000);
    assert.equal(bench.events.length, 1);
  });

  it('that follows another is another', () => {
    const bench = booted();
    for (let i = 0; i < 3; i++) {
      bench.feel(drop(300, 20, 11));
      bench.run(5000);
    }
    assert.equal(bench.events.length, 3);
  });
});

describe('a shock without a fall', () => {
  it('has the quiet before it, and its change of velocity', () => {
    const bench = booted();
    bench.feel(drop(0, 20, 11));
    const fromMs = bench.nowMs;
    bench.run(5000);
    assert.ok(fromMs - bench.batches[0]!.startMs >= 550);
    const [event] = bench.events;
    assert.ok(Math.abs(event![E.deltaVMmPerS]! - 1373) <= 69, `${event![E.deltaVMmPerS]}`); // 5 %
    assert.equal(event![E.freeFallMs], 0);
  });

  it('is streamed until a second has been quiet, and no longer', () => {
    const bench = booted();
    bench.feel((ms) => (ms < 3000 && ms % 700 < 8 ? [6000, 0, 1000] : [0, 0, 1000]));
    const fromMs = bench.nowMs;
    bench.run(10_000);
    const { startMs, rateHz, samples } = bench.batches.at(-1)!;
    const endMs = startMs + (1000 * samples.length) / rateHz - fromMs;
    assert.ok(endMs >= 2808 + 960 && endMs <= 2808 + 1500, `${endMs}`);
  });
});

describe('the times of samples', () => {
  it('are those at which they were taken, and no sample is missing or comes twice', () => {
    const bench = booted(2 ** 31 - 33_000);
    const fromMs = bench.nowMs;
    bench.feel(MARKED);
    bench.run(10_000);
    const [least, most] = markErrorsMs(bench, fromMs);
    assert.ok(least >= -8 && most <= 8, `${least} to ${most}`);
    for (const gap of gapsMs(bench.batches)) assert.ok(Math.abs(gap) <= 8, `${gap}`);
    const { samples } = bench;
    const steps = samples.slice(1).map(([x], i) => (x! - samples[i]![0]!) % 20_000);
    const inside = steps.slice(700).filter((step) => step > -10_000);
    assert.ok(
      inside.every((step) => step >= 3 && step <= 7),
      'each 1.2 ms after the one before',
    );
  });

  it('follow the rate that is trimmed into the part', () => {
    for (const fine of [-40, 25]) {
      const bench = new MotionBench();
      bench.part.fine = fine;
      bench.run(2000);
      bench.feel(MARKED);
      const fromMs = bench.nowMs;
      bench.run(25_000);
      const rateHz = bench.batches[0]!.rateHz;
      assert.ok(Math.abs(rateHz - (6667 / 8) * (1 + 0.0015 * fine)) <= 0.5, `${rateHz}`);
      const [least, most] = markErrorsMs(bench, fromMs);
      assert.ok(least >= -8 && most <= 8, `${least} to ${most}`);
    }
  });

  it('follow a part that is trimmed wrongly by 1 %, within 9 ms', () => {
    for (const error of [-0.01, 0.01]) {
      const bench = booted();
      bench.part.trueRateError = error;
      bench.run(1000);
      const fromMs = bench.nowMs;
      bench.feel(MARKED);
      bench.run(20_000);
      const [least, most] = markErrorsMs(bench, fromMs);
      assert.ok(least >= -9 && most <= 9, `${least} to ${most}`);
    }
  });

  it('have a gap where the FIFO ran over, exactly as long as what is missing', () => {
    const bench = booted();
    const fromMs = bench.nowMs;
    bench.feel(MARKED);
    bench.run(2000);
    const lost = bench.part.lostCount;
    bench.blockedUntilMs = bench.nowMs + 1500;
    bench.run(4000);
    const lostMs = ((bench.part.lostCount - lost) * 1000) / 833;
    assert.ok(lostMs > 600, `${lostMs}`);
    const gaps = gapsMs(bench.batches).filter((gap) => Math.abs(gap) > 10);
    assert.equal(gaps.length, 1);
    assert.ok(Math.abs(gaps[0]! - lostMs) <= 8, `${gaps[0]} of ${lostMs}`);
    const [least, most] = markErrorsMs(bench, fromMs);
    assert.ok(least >= -8 && most <= 8, `${least} to ${most}`);
  });

  it('are right again after a bus error, which may have taken samples with it', () => {
    const bench = booted();
    const fromMs = bench.nowMs;
    bench.feel(MARKED);
    bench.run(1500);
    bench.part.failures = 1;
    bench.run(3000);
    assert.deepEqual(bench.faults, [FAULT.busError]);
    const [least, most] = markErrorsMs(bench, fromMs);
    assert.ok(least >= -8 && most <= 8, `${least} to ${most}`);
  });
});

describe('a batch', () => {
  it('is as large as the caller has room for, and the rest comes next', () => {
    const whole = booted();
    const small = booted(0, 5);
    for (const bench of [whole, small]) {
      bench.feel(drop(0, 20, 11));
      bench.run(200);
    }
    small.run(5000);
    whole.run(5000);
    assert.ok(small.batches.every(({ samples }) => samples.length <= 5));
    for (const gap of gapsMs(small.batches)) assert.ok(Math.abs(gap) <= 2, `${gap}`);
    const peak = (bench: MotionBench) => Math.max(...bench.samples.map(([, , z]) => z!));
    assert.equal(peak(small), peak(whole));
  });

  it('needs room for one sample', () => {
    const bench = booted();
    assert.equal(bench.port.poll(new Uint8Array(LAYOUT.samples + 5)), FAULT.overflow);
  });

  it('has no word in it that is no sample', () => {
    for (const error of [0x01, 0x08, 0x10]) {
      const bench = booted();
      bench.feel(drop(0, 20, 11));
      bench.part.tagError = error;
      bench.run(100);
      assert.deepEqual([bench.faults, bench.batches.length], [[FAULT.badChecksum], 0]);
      bench.run(2000);
      assert.equal(bench.events.length, 1, 'it is fetched 200 ms later');
    }
  });
});

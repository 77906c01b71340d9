import assert from 'node:assert/strict';
import { FAULT } from '../../../firmware/core/faults.js';
import { RotorLine } from '../../../firmware/core/shock/rotor.js';
import { batchOf, type Part, type Signal, cut, sample } from './signals.js';

const TURN = 2 * Math.PI;
const part = (rateHz: number): Part => ({ rateHz, rangeMilliG: 16000 });

/** Upright, with one pure line; amplitude in g. */
const line =
  (hz: number, amplitudeG: number, phase = 0): Signal =>
  (t) => [0, 0, 1 + amplitudeG * Math.sin(TURN * hz * t + phase)];

function feed(rotor: RotorLine, signal: Signal, rateHz: number, seconds: number): void {
  for (const batch of cut(sample(signal, seconds, part(rateHz)), part(rateHz), [32])) {
    rotor.add(batch, (batch.length - 10) / 6);
  }
}

function listen(signal: Signal, rateHz = 416, seconds = 1.25): number {
  const rotor = new RotorLine();
  rotor.begin();
  feed(rotor, signal, rateHz, seconds);
  return rotor.end();
}

describe('shock/rotor, at its limits', () => {
  it('takes rates from 78 Hz on, and of one capture the first alone', () => {
    assert.equal(listen(line(20, 0.2), 77, 1.5), FAULT.truncated);
    assert.ok(Math.abs(listen(line(20, 0.2), 78, 1.5) - 200) <= 3);
    const rotor = new RotorLine();
    rotor.begin();
    feed(rotor, line(20, 0.2), 208, 0.5);
    feed(rotor, line(20, 0.2), 416, 2);
    assert.equal(rotor.end(), FAULT.truncated, 'the rest was taken at another rate');
  });

  it('begins each capture anew, whatever the last one was', () => {
    const rotor = new RotorLine();
    assert.ok(rotor.isEmpty);
    rotor.begin();
    feed(rotor, line(20, 0.3), 416, 1.25);
    assert.ok(!rotor.isEmpty);
    assert.ok(Math.abs(rotor.end() - 200) <= 3);
    rotor.begin();
    assert.ok(rotor.isEmpty);
    assert.equal(rotor.end(), FAULT.truncated);
    feed(rotor, line(24, 0.3), 208, 1.25);
    assert.ok(Math.abs(rotor.end() - 240) <= 3, 'at another rate');
    rotor.begin();
    feed(rotor, line(20, 0), 416, 1.25);
    assert.equal(rotor.end(), 0, 'at rest');
    rotor.begin();
    const lying: Signal = (t) => [-1 - 0.3 * Math.sin(TURN * 18 * t), 0, 0];
    feed(rotor, lying, 416, 1.25);
    assert.ok(Math.abs(rotor.end() - 180) <= 3, 'along another axis');
  });

  it('goes on to be told the same when a capture lasts longer than it needs', () => {
    const long = listen((t) => (t < 1 ? line(21, 0.2)(t) : [0, 0, 1]), 416, 4);
    assert.equal(long, listen(line(21, 0.2), 416, 1));
  });

  it('takes 250 to 1600 milli-g along gravity for vibration, and more or less for none', () => {
    const answer = (...z: readonly number[]): number => {
      const rotor = new RotorLine();
      rotor.begin();
      const samples = Int16Array.from(z.flatMap((value) => [0, 0, value]));
      return rotor.add(batchOf(samples, 0, z.length, part(416)), z.length);
    };
    for (const sign of [1, -1]) {
      const first = 1000 * sign;
      assert.equal(answer(first, 250 * sign, 1600 * sign, first), 0);
      assert.equal(answer(first, 249 * sign, first), 1);
      assert.equal(answer(first, 1601 * sign, first), 1);
    }
    assert.equal(answer(), 0);
  });

  it('feels along the axis that feels most, the first of two that feel the same', () => {
    const rotor = new RotorLine();
    const hears = (axes: readonly [number, number, number], shaken: number): number => {
      rotor.begin();
      const signal: Signal = (t) => {
        const felt: [number, number, number] = [...axes];
        felt[shaken]! += 0.2 * Math.sin(TURN * 21 * t);
        return felt;
      };
      feed(rotor, signal, 416, 1.25);
      return rotor.end();
    };
    const isHeard = (heard: number): boolean => Math.abs(heard - 210) <= 3;
    assert.ok(isHeard(hears([0.7, 0.6, 0.5], 0)));
    assert.ok(isHeard(hears([0.5, 0.7, 0.6], 1)));
    assert.ok(isHeard(hears([0.5, -0.6, -0.7], 2)));
    assert.ok(isHeard(hears([0.7, 0.7, 0.3], 0)));
    assert.ok(isHeard(hears([0.3, -0.7, 0.7], 1)));
    assert.equal(hears([0.7, 0.7, 0.3], 1), 0);
    assert.equal(hears([0.3, 0.7, 0.7], 2), 0);
    assert.equal(hears([0.7, 0.3, 0.7], 2), 0);
  });

  it('hears a line of 58 milli-g and not one of 40, wherever in a turn it begins', () => {
    for (const phase of [0, 1, 2, 3, 4, 5, 6]) {
      assert.ok(Math.abs(listen(line(21, 0.058, phase)) - 210) <= 3, `phase ${phase}`);
      assert.equal(listen(line(21, 0.04, phase)), 0, `phase ${phase}`);
    }
  });

  it('hears a strong one too, though it swings beyond what is measured', () => {
    for (const phase of [0, 0.5 * Math.PI, 1.5 * Math.PI]) {
      for (const amplitude of [0.5, 1.5, 4]) {
        const heard = listen(line(21, amplitude, phase));
        assert.ok(Math.abs(heard - 210) <= 6, `${amplitude} g from ${phase}: ${heard}`);
      }
    }
  });

  it('calls a line a rotor’s from 16 to 26 Hz, to a few tenths', () => {
    for (const [hz, isRotor] of [
      [15.5, false],
      [16.4, true],
      [25.6, true],
      [26.5, false],
    ] as const) {
      const heard = listen(line(hz, 0.3));
      assert.equal(heard > 0, isRotor, `${hz} Hz heard as ${heard / 10}`);
      if (isRotor) assert.ok(Math.abs(heard - 10 * hz) <= 4, `${hz} Hz heard as ${heard / 10}`);
    }
  });

  it('hears no line where two are of the same strength', () => {
    const two: Signal = (t) => {
      const [x, y, z] = line(18, 0.2)(t);
      return [x, y, z + 0.2 * Math.sin(TURN * 24 * t)];
    };
    assert.equal(listen(two), 0);
    const faint: Signal = (t) => {
      const [x, y, z] = line(18, 0.2)(t);
      return [x, y, z + 0.05 * Math.sin(TURN * 24 * t)];
    };
    assert.ok(Math.abs(listen(faint) - 180) <= 4, 'where one of them is faint');
  });
});

import assert from 'node:assert/strict';
import { FAULT } from '../../../firmware/core/faults.js';
import { RotorLine } from '../../../firmware/core/shock/rotor.js';
import { itWithShared, sharedFile } from '../../support/shared.js';
import { type Part, type Signal, cut, noise, readRecording, sample } from './signals.js';

const TURN = 2 * Math.PI;
const RATES = [100, 104, 119, 155, 156, 200, 208, 400, 416, 800, 833, 1600, 1666];

/** What is heard in a second and a quarter of a signal, as a part of a rate delivers it. */
function listen(signal: Signal, rateHz = 416, seconds = 1.25): number {
  const part = { rateHz, rangeMilliG: 16000 };
  return hear(sample(signal, seconds, part), part);
}

function hear(samples: Int16Array, part: Part): number {
  const rotor = new RotorLine();
  rotor.begin();
  for (const batch of cut(samples, part, [32])) rotor.add(batch, (batch.length - 10) / 6);
  return rotor.end();
}

/** A line upwards and a little sideways, with noise of a standard deviation, all in g. */
function line(hz: number, amplitudeG: number, noiseG: number, seed = 1): Signal {
  const jitter = noise(seed);
  return (t) => {
    const swing = amplitudeG * Math.sin(TURN * hz * t + seed);
    const rattle = () => 2 * noiseG * jitter();
    return [0.4 * swing + rattle(), 0.3 * swing + rattle(), 1 + swing + rattle()];
  };
}

/** Broad movement of a car: springs, wheels and floor, each a resonance of its own. */
function road(seed: number, g: number): Signal {
  const jitter = noise(seed);
  const modes = [1.4, 11, 14, 31].map((hz) => ({ hz, x: 0, v: 0 }));
  let lastT = 0;
  return (t) => {
    const dt = Math.max(1e-4, t - lastT);
    lastT = t;
    let sum = 0;
    for (const mode of modes) {
      const w = TURN * mode.hz;
      mode.v += (-w * w * mode.x - 0.35 * w * mode.v) * dt + Math.sqrt(w * dt) * jitter();
      mode.x += mode.v * dt;
      sum += (mode.v / Math.sqrt(w)) * g;
    }
    return [0.5 * sum + 0.1 * g * jitter(), 0.3 * sum, 1 + sum + 0.5 * g * jitter()];
  };
}

describe('shock/rotor', () => {
  for (const rateHz of RATES) {
    it(`knows a rotor line from 17 to 25 Hz by its frequency, at ${rateHz} Hz`, () => {
      for (let hz = 17; hz <= 25; hz += 0.25) {
        const heard = listen(line(hz, 0.15, 0.03, hz), rateHz);
        assert.ok(Math.abs(heard - 10 * hz) <= 4, `${hz} Hz heard as ${heard / 10}`);
      }
    });

    it(`takes an engine or a wheel, 10 to 15 or 27.5 to 35 Hz, for none, at ${rateHz} Hz`, () => {
      for (let hz = 10; hz <= 35; hz += 0.25) {
        if (hz > 15 && hz < 27.5) continue;
        assert.equal(listen(line(hz, 0.2, 0.03, hz), rateHz), 0, `${hz} Hz`);
      }
    });
  }

  it('hears a weak rotor of 60 milli-g, with its own turn and half the line beside it', () => {
    let heard = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const weak = line(24.5, 0.06, 0.02, seed);
      const withTurn: Signal = (t) => {
        const [x, y, z] = weak(t);
        const turn = 0.15 * Math.sin(TURN * 6.1 * t) + 0.03 * Math.sin(TURN * 12.2 * t);
        return [x, y, z + turn];
      };
      if (Math.abs(listen(withTurn) - 245) <= 5) heard += 1;
    }
    assert.ok(heard >= 95, `${heard} of 100`);
  });

  it('hears it whichever way the container lies', () => {
    for (const axis of [0, 1, 2]) {
      for (const sign of [1, -1]) {
        const lying: Signal = (t) => {
          const at: [number, number, number] = [0.02, -0.03, 0.05];
          at[axis] = sign * (1 + 0.2 * Math.sin(TURN * 21 * t));
          return at;
        };
        assert.ok(Math.abs(listen(lying) - 210) <= 3);
      }
    }
  });

  it('hears nothing at rest, however noisy the part', () => {
    for (const noiseG of [0, 0.004, 0.012]) assert.equal(listen(line(20, 0, noiseG)), 0);
  });

  it('takes a car that idles at 25 Hz for none, as its floor shakes by 20 milli-g', () => {
    for (let seed = 1; seed <= 50; seed++) assert.equal(listen(line(25, 0.02, 0.005, seed)), 0);
  });

  it('seldom hears a line in white noise or on a road, so that three alike are a rotor', () => {
    for (const make of [(seed: number) => line(20, 0, 0.15, seed), (s: number) => road(s, 0.1)]) {
      const heard: number[] = [];
      for (let seed = 1; seed <= 600; seed++) heard.push(listen(make(seed)));
      const lines = heard.filter((value) => value > 0).length;
      assert.ok(lines <= 18, `${lines} of 600`);
    }
  });

  it('says that a capture was too short to tell', () => {
    assert.equal(listen(line(24, 0.3, 0), 416, 0.8), FAULT.truncated);
    const rotor = new RotorLine();
    rotor.begin();
    assert.equal(rotor.end(), FAULT.truncated);
  });

  it('tells of a fall or a blow in a capture, and not of hard vibration', () => {
    const part = { rateHz: 200, rangeMilliG: 16000 };
    const hardest = (signal: Signal): number => {
      const rotor = new RotorLine();
      rotor.begin();
      const batches = cut(sample(signal, 1, part), part, [32]);
      return Math.max(...batches.map((batch) => rotor.add(batch, (batch.length - 10) / 6)));
    };
    assert.equal(hardest(line(24, 0.4, 0.02)), 0);
    assert.equal(
      hardest((t) => (t < 0.5 ? [0, 0, 1] : [0, 0, 0])),
      1,
    );
    assert.equal(
      hardest((t) => (t > 0.5 && t < 0.52 ? [0, 0, 3] : [0, 0, 1])),
      1,
    );
  });

  it('leaves out batches that cannot be', () => {
    const part = { rateHz: 416, rangeMilliG: 16000 };
    const [first, second] = cut(sample(line(24, 0.3, 0), 1, part), part, [32]);
    const rotor = new RotorLine();
    rotor.begin();
    assert.equal(rotor.add(first!, 33), 0);
    rotor.add(first!, 32);
    second!.set([20, 0], 6); // 20 Hz
    rotor.add(second!, 32);
    assert.equal(rotor.end(), FAULT.truncated);
  });

  for (const name of ['still-200hz.csv', 'fall-200hz-1.csv', 'fall-200hz-2.csv']) {
    itWithShared(`hears no rotor in ${name}`, () => {
      const { samples, part } = readRecording(sharedFile(`data/shock/${name}`));
      const length = Math.floor(1.25 * part.rateHz) * 3;
      let heard = 0;
      let listened = 0;
      for (let at = 0; at + length <= samples.length; at += length) {
        listened += 1;
        if (hear(samples.slice(at, at + length), part) > 0) heard += 1;
      }
      assert.ok(listened > 2);
      assert.equal(heard, 0);
    });
  }
});

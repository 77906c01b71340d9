import assert from 'node:assert/strict';
import { SHOCK_CLASS } from '../../../firmware/core/record/schema.js';
import {
  type Signal,
  cut,
  detect,
  halfSine,
  newDetector,
  noise,
  readEvent,
  sample,
} from './signals.js';

const TURN = 2 * Math.PI;

/** Rotor line on all axes, its blade's turn and broad noise, as `amplitudeG` upwards. */
function helicopter(lineHz: number, amplitudeG: number, seed: number): Signal {
  const jitter = noise(seed);
  return (t) => {
    const line = TURN * lineHz * t;
    return [
      0.5 * amplitudeG * Math.sin(line + 1) + 0.3 * jitter(),
      0.5 * amplitudeG * Math.sin(line + 2) + 0.3 * jitter(),
      1 + amplitudeG * Math.sin(line) + 0.2 * Math.sin(TURN * 5.2 * t) + 0.5 * jitter(),
    ];
  };
}

describe('shock/detector, on vibration', () => {
  for (const lineHz of [17.2, 24.5]) {
    it(`finds nothing in an hour of a ${lineHz} Hz rotor line of 1.5 g`, () => {
      const part = { rateHz: 400, rangeMilliG: 16000 };
      assert.deepEqual(detect(sample(helicopter(lineHz, 1.5, 1), 3600, part), part), []);
    });
  }

  it('finds nothing at any rotor line from 17 to 25 Hz, at any rate of the part', () => {
    for (const rateHz of [200, 800, 1600]) {
      for (let lineHz = 17; lineHz <= 25; lineHz += 0.5) {
        const part = { rateHz, rangeMilliG: 16000 };
        assert.deepEqual(detect(sample(helicopter(lineHz, 1.5, lineHz), 30, part), part), []);
      }
    }
  });

  /** Main rotor's turn, blade line from 17 to 25 Hz within the hour, two harmonics, broad noise. */
  function flight(seed: number): Signal {
    const jitter = noise(seed);
    return (t) => {
      const line = TURN * (17 + (4 * t) / 3600) * t;
      const shake =
        Math.sin(line) + 0.5 * Math.sin(2 * line + 0.7) + 0.3 * Math.sin(3 * line + 2.1);
      const turn = 0.2 * Math.sin(TURN * 5.2 * t);
      return [0.4 * shake + 0.2 * jitter(), 0.4 * turn + 0.2 * jitter(), 1 + shake + turn];
    };
  }

  for (const rateHz of [200, 400, 800, 1600]) {
    it(`finds nothing in an hour of flight at ${rateHz} Hz, all lines, harmonics of 1 g`, () => {
      const part = { rateHz, rangeMilliG: 16000 };
      assert.deepEqual(detect(sample(flight(rateHz), 3600, part), part, [512]), []);
    });
  }

  it('finds nothing in a banked turn, where everything weighs twice', () => {
    const part = { rateHz: 400, rangeMilliG: 16000 };
    const line = helicopter(24.5, 1, 3);
    const signal: Signal = (t) => {
      const [x, y, z] = line(t);
      return [
        x,
        y,
        z + Math.min(1, Math.max(0, (t - 10) / 2)) - Math.min(1, Math.max(0, (t - 25) / 2)),
      ];
    };
    assert.deepEqual(detect(sample(signal, 40, part), part), []);
  });

  /** Rough road: broad shaking, braking at 0.8 g, and a pothole every five seconds. */
  function road(potholeG: number, potholeS: number): Signal {
    const jitter = noise(5);
    return (t) => {
      const hole = halfSine(2.5, potholeS, potholeG, [0.5, 0, 0.87], [0, 0, 0])(t % 5);
      const brakeG = t % 30 > 20 && t % 30 < 25 ? 0.8 : 0;
      return [
        brakeG + 0.4 * jitter() + hole[0],
        0.4 * jitter() + hole[1],
        1 + 0.3 * Math.sin(TURN * 1.8 * t) + 0.8 * jitter() + hole[2],
      ];
    };
  }

  it('finds nothing in an hour of road with potholes of 4 g', () => {
    const part = { rateHz: 400, rangeMilliG: 16000 };
    assert.deepEqual(detect(sample(road(4, 0.015), 3600, part), part), []);
  });

  it('calls what a road of 4 g does within a brake at most handling, at any rate', () => {
    for (const rateHz of [200, 800, 1600]) {
      const part = { rateHz, rangeMilliG: 16000 };
      for (const event of detect(sample(road(4, 0.015), 900, part), part)) {
        const { class: found, deltaVMmPerS, freeFallMs } = event;
        assert.ok(found === SHOCK_CLASS.handling && deltaVMmPerS < 1000 && freeFallMs === 0);
      }
    }
  });

  it('calls the hardest potholes handling, never a drop', () => {
    for (const rateHz of [200, 400, 800, 1600]) {
      const part = { rateHz, rangeMilliG: 16000 };
      const events = detect(sample(road(8, 0.02), 600, part), part);
      assert.equal(events.length, 120);
      for (const event of events) {
        assert.equal(event.class, SHOCK_CLASS.handling);
        assert.equal(event.freeFallMs, 0);
      }
    }
  });

  it('calls carrying at a run handling, though every stride is a short fall', () => {
    const part = { rateHz: 400, rangeMilliG: 16000 };
    const jitter = noise(9);
    const stride: Signal = (t) => {
      const phase = t % 0.36;
      const g = phase < 0.09 ? 0.15 : 0.3 + 1.7 * Math.sin((Math.PI * (phase - 0.09)) / 0.27);
      return [0.1 * jitter(), 0.1 * jitter(), g];
    };
    const events = detect(sample(stride, 60, part), part);
    assert.ok(events.length > 0 && events.length <= 7, `${events.length} events in a minute`);
    for (const event of events) assert.equal(event.class, SHOCK_CLASS.handling);
  });

  it('still finds a drop in the middle of a flight', () => {
    const part = { rateHz: 800, rangeMilliG: 16000 };
    const line = helicopter(24.5, 0.3, 11);
    const impact = halfSine(10.3, 0.04, 14, [0, 0, 1]);
    const signal: Signal = (t) => {
      const [x, y, z] = line(t);
      if (t > 10 && t < 10.3) return [0.1 * x, 0.1 * y, 0.1 * z];
      const [, , pulse] = impact(t);
      return [x, y, z + pulse - 1];
    };
    const detector = newDetector();
    const found = [];
    for (const batch of cut(sample(signal, 20, part), part, [256])) {
      while (detector.addBatch(batch, (batch.length - 10) / 6) === 1) {
        found.push(readEvent(detector));
      }
    }
    assert.equal(found.length, 1);
    assert.equal(found[0]!.class, SHOCK_CLASS.severe);
    assert.ok(Math.abs(found[0]!.freeFallMs - 300) <= 10, `${found[0]!.freeFallMs} ms`);
    assert.equal(found[0]!.startUptimeS, 10);
  });
});

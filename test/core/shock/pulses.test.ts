import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SHOCK_CLASS, SHOCK_FLAG } from '../../../firmware/core/record/schema.js';
import {
  DEFAULT_SHOCK_THRESHOLDS,
  SHOCK_EVENT,
  SHOCK_EVENT_WORDS,
  classOfShock,
} from '../../../firmware/core/shock/event.js';
import {
  type Signal,
  type Vector,
  REST,
  STANDARD_GRAVITY,
  detect,
  halfSine,
  halfSineDeltaVMmPerS,
  noise,
  sample,
} from './signals.js';

const RATES_HZ = [200, 400, 800, 1600];
/** Peak in g, duration in ms: the pulses that standards and fragility tables speak of. */
const PULSES: readonly (readonly [peakG: number, pulseMs: number])[] = [
  [20, 11],
  [40, 11],
  [50, 6],
  [75, 6],
  [100, 6],
  [100, 3],
  [200, 2],
];
const PHASES = Array.from({ length: 25 }, (_, i) => 0.01 + i * 0.0408);
/** Pulses shorter than this many sample periods may fall between two samples. */
const PERIODS_MIN = 1.2;

interface Case {
  readonly peakG: number;
  readonly pulseS: number;
  readonly rateHz: number;
  /** Where in a sample period the pulse begins, 0..1. */
  readonly phase: number;
  readonly direction: Vector;
  readonly rest: Vector;
  /** Amplitude of white noise on each axis. */
  readonly noiseG: number;
}

/** The shares of the peak that the samples within the pulse see. */
function sharesOf({ pulseS, rateHz, phase }: Case): number[] {
  const shares: number[] = [];
  for (let t = (1 - phase) / rateHz; t < pulseS; t += 1 / rateHz) {
    shares.push(Math.sin((Math.PI * t) / pulseS));
  }
  return shares;
}

/** How many samples reach a part of the largest: an eighth is the limit. */
function samplesWithin(pulse: Case, part = 0.13): number {
  const shares = sharesOf(pulse);
  const least = part * Math.max(...shares);
  return shares.filter((share) => share >= least).length;
}

function eventsOf(pulse: Case, rangeMilliG: number) {
  const part = { rateHz: pulse.rateHz, rangeMilliG };
  const startS = (pulse.rateHz + pulse.phase) / pulse.rateHz;
  const clean = halfSine(startS, pulse.pulseS, pulse.peakG, pulse.direction, pulse.rest);
  const jitter = noise(3);
  const rough = (g: number): number => g + pulse.noiseG * jitter();
  const signal: Signal = (t) => {
    const [x, y, z] = clean(t);
    return [rough(x), rough(y), rough(z)];
  };
  const samples = sample(signal, 2.2, part);
  return {
    events: detect(samples, part),
    isClipped: samples.some((g) => Math.abs(g) >= rangeMilliG - (rangeMilliG >> 8)),
  };
}

function unit(vector: Vector): Vector {
  const length = Math.hypot(...vector);
  return [vector[0] / length, vector[1] / length, vector[2] / length];
}

/** The class that a change of velocity alone has. */
function classOf(deltaVMmPerS: number): number {
  const event = new Int32Array(SHOCK_EVENT_WORDS);
  event[SHOCK_EVENT.deltaVMmPerS] = deltaVMmPerS;
  return classOfShock(event, DEFAULT_SHOCK_THRESHOLDS);
}

/** What holds of every half-sine that the samples speak of: exact, marked, never understated. */
function judge(pulse: Case, rangeMilliG: number): void {
  const { events, isClipped } = eventsOf(pulse, rangeMilliG);
  const exact = halfSineDeltaVMmPerS(pulse.peakG, pulse.pulseS);
  const periods = pulse.pulseS * pulse.rateHz;
  if (events.length === 0) {
    assert.ok(periods < PERIODS_MIN && !isClipped, 'only what falls between samples goes unseen');
    return;
  }
  assert.equal(events.length, 1);
  const { deltaVMmPerS, flags, class: found } = events[0]!;
  const told = `${deltaVMmPerS} of ${exact}`;
  assert.equal((flags & SHOCK_FLAG.clipped) !== 0, isClipped, 'what is clipped is marked');
  const isSmeared = (flags & SHOCK_FLAG.smeared) !== 0;
  if (samplesWithin(pulse, 0.12) < 4 && !isClipped) assert.ok(isSmeared, 'what is short is marked');
  if (isClipped) {
    assert.equal(found, SHOCK_CLASS.severe);
    assert.ok(deltaVMmPerS <= 1.13 * exact, `a lower bound: ${told}`);
  } else if (isSmeared) {
    assert.ok(deltaVMmPerS >= exact, `understated: ${told}`);
    if (deltaVMmPerS > 2.2 * exact) {
      assert.equal(deltaVMmPerS, Math.floor(1_498_300 / pulse.rateHz), 'the bound of one sample');
    }
    assert.ok(found >= classOf(exact), 'the class is no milder');
  } else {
    assert.ok(Math.abs(deltaVMmPerS / exact - 1) <= 0.05, `not exact: ${told}`);
  }
}

describe('shock/detector, on half-sine pulses', () => {
  for (const [peakG, pulseMs] of PULSES) {
    for (const rateHz of RATES_HZ) {
      it(`judges ${peakG} g for ${pulseMs} ms at ${rateHz} Hz for what it is`, () => {
        for (const phase of PHASES) {
          // As hard as it is, and as hard as a part of 16 g and of 32 g measures to its peak.
          for (const [g, rangeMilliG] of [
            [peakG, 16000],
            [peakG, 32000],
            [14, 16000],
            [30, 32000],
          ] as const) {
            const exact = halfSineDeltaVMmPerS(g, pulseMs / 1000);
            if (exact < 550) continue;
            const pulse: Case = {
              ...{ peakG: g, pulseS: pulseMs / 1000, rateHz, phase, noiseG: 0.01 },
              ...{ direction: [0, 0, 1], rest: REST },
            };
            judge(pulse, rangeMilliG);
          }
        }
      });
    }
  }

  const angle = fc.double({ min: -1, max: 1, noNaN: true });
  const direction = fc
    .tuple(angle, angle, angle)
    .filter((vector) => Math.hypot(...vector) > 0.1)
    .map(unit);
  /** Pulses by their length in sample periods. */
  function pulses(periodsMin: number, periodsMax: number): fc.Arbitrary<Case> {
    return fc
      .record({
        peakG: fc.double({ min: 8, max: 30, noNaN: true }),
        periods: fc.double({ min: periodsMin, max: periodsMax, noNaN: true }),
        rateHz: fc.constantFrom(200, 208, 400, 416, 800, 1600, 1666),
        phase: fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        direction,
        rest: direction,
        noiseG: fc.double({ min: 0, max: 0.03, noNaN: true }),
      })
      .map(({ periods, ...others }) => ({ ...others, pulseS: periods / others.rateHz }))
      .filter(({ peakG, pulseS }) => halfSineDeltaVMmPerS(peakG, pulseS) > 600 && pulseS < 0.06);
  }

  it('measures any pulse in any direction within 5 % once four samples reach into it', () => {
    fc.assert(
      fc.property(pulses(3, 40), (one) => {
        fc.pre(samplesWithin(one) >= 4);
        const { events, isClipped } = eventsOf(one, 32000);
        fc.pre(!isClipped);
        assert.equal(events.length, 1);
        const exact = halfSineDeltaVMmPerS(one.peakG, one.pulseS);
        assert.equal(events[0]!.flags, 0);
        assert.ok(Math.abs(events[0]!.deltaVMmPerS / exact - 1) <= 0.05);
      }),
      { numRuns: 400 },
    );
  });

  it('marks a pulse of fewer samples as smeared and never understates it', () => {
    fc.assert(
      fc.property(pulses(PERIODS_MIN, 4.2), (one) => judge(one, 32000)),
      { numRuns: 1000 },
    );
  });

  it('never understates a pulse of any length from a part whose filter spreads it', () => {
    // At 1600 Hz whatever is short changes the velocity too little or clips.
    for (const rateHz of [200, 400, 800]) {
      for (let periods = 0.02; periods < 6; periods *= 1.5) {
        for (let phase = 0; phase < 64; phase += 7) {
          const part = { rateHz, rangeMilliG: 32000 };
          const [event, ...more] = detect(filteredPulse(periods, phase, rateHz), part);
          const exact = (540 * 800) / rateHz;
          assert.ok(more.length === 0 && (event!.flags & SHOCK_FLAG.clipped) === 0);
          const isSmeared = (event!.flags & SHOCK_FLAG.smeared) !== 0;
          const told = `${event!.deltaVMmPerS} of ${exact}: ${periods} periods at ${rateHz} Hz`;
          assert.ok(event!.deltaVMmPerS >= exact * (isSmeared ? 1 : 0.95), told);
          assert.ok(event!.deltaVMmPerS <= exact * (isSmeared ? 1.9 : 1.05), told);
        }
      }
    }
  });

  /**
   * A half-sine of 0.54 m/s at 800 Hz, of more at lower rates, through a Butterworth filter of two
   * poles at a quarter of the rate: 64 steps a sample, each with its share of the pulse's area.
   */
  function filteredPulse(periods: number, phase: number, rateHz: number): Int16Array {
    const tangent = Math.tan(Math.PI / 256);
    const scale = 1 / (1 + tangent * Math.SQRT2 + tangent * tangent);
    const gain = tangent * tangent * scale;
    const back1 = 2 * (tangent * tangent - 1) * scale;
    const back2 = (1 - tangent * Math.SQRT2 + tangent * tangent) * scale;
    const areaUntil = (t: number): number =>
      (1 - Math.cos(Math.PI * Math.min(1, Math.max(0, t / periods)))) / 2;
    const milliG = (800 * 540) / STANDARD_GRAVITY;
    const values: number[] = [];
    let [x1, x2, y1, y2] = [0, 0, 0, 0];
    const startStep = rateHz * 64 + phase;
    for (let step = rateHz * 64 - 64; step < rateHz * 128; step++) {
      const t = (step - startStep) / 64;
      const x = (areaUntil(t + 1 / 64) - areaUntil(t)) * 64;
      const y = gain * (x + 2 * x1 + x2) - back1 * y1 - back2 * y2;
      [x2, x1, y2, y1] = [x1, x, y1, y];
      if (step % 64 === 0) values.push(Math.round(y * milliG));
    }
    const samples = new Int16Array(3 * (rateHz - 1 + values.length));
    for (let i = 0; i < samples.length / 3; i++) {
      samples[3 * i] = i < rateHz - 1 ? 0 : values[i - rateHz + 1]!;
      samples[3 * i + 2] = 1000;
    }
    return samples;
  }

  it('names the signed peak of each axis, the axis and the time in contact', () => {
    const part = { rateHz: 800, rangeMilliG: 32000, startMs: 86_400_123 };
    const samples = sample(halfSine(1, 0.02, 12, unit([-3, 1, 0])), 2.2, part);
    const event = detect(samples, part)[0]!;
    assert.ok(Math.abs(event.peakXMilliG + 11384) < 50 && Math.abs(event.peakYMilliG - 3795) < 20);
    assert.equal(event.peakZMilliG, 1000);
    assert.equal(event.axis, 0);
    assert.ok(event.durationMs >= 17 && event.durationMs <= 20, `${event.durationMs} ms`);
    const sinceStartMs = (event.startUptimeS - 86_401) * 1000 + event.startMs - 123;
    assert.ok(sinceStartMs >= 0 && sinceStartMs <= 4, `starts ${sinceStartMs} ms into the pulse`);
    assert.ok(event.tiltDeg <= 1);
  });

  it('does not understate a pulse that pulls back', () => {
    const part = { rateHz: 800, rangeMilliG: 32000 };
    const there = halfSine(1, 0.015, 10, [0, 0, 1], [0, 0, 1]);
    const back = halfSine(1.015, 0.03, 10, [0, 0, -1], [0, 0, 0]);
    const samples = sample((t) => [0, 0, there(t)[2] + back(t)[2]], 2.2, part);
    const exact = (2 / Math.PI) * 10 * STANDARD_GRAVITY * 30;
    const event = detect(samples, part)[0]!;
    assert.ok(Math.abs(event.deltaVMmPerS / exact - 1) <= 0.05, `${event.deltaVMmPerS}`);
  });
});

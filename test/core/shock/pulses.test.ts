import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SHOCK_CLASS, SHOCK_FLAG } from '../../../firmware/core/record/schema.js';
import {
  type Vector,
  REST,
  STANDARD_GRAVITY,
  detect,
  halfSine,
  halfSineDeltaVMmPerS,
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
const PHASES = [0.01, 0.13, 0.3, 0.5, 0.77, 0.99];

interface Case {
  readonly peakG: number;
  readonly pulseS: number;
  readonly rateHz: number;
  /** Where in a sample period the pulse begins, 0..1. */
  readonly phase: number;
  readonly direction: Vector;
  readonly rest: Vector;
}

/** How many samples reach `share` of the peak. */
function samplesAbove(share: number, { pulseS, rateHz, phase }: Case): number {
  let count = 0;
  for (let t = (1 - phase) / rateHz; t < pulseS; t += 1 / rateHz) {
    if (Math.sin((Math.PI * t) / pulseS) > share) count++;
  }
  return count;
}

function eventsOf(pulse: Case, rangeMilliG: number) {
  const part = { rateHz: pulse.rateHz, rangeMilliG };
  const startS = (pulse.rateHz + pulse.phase) / pulse.rateHz;
  const signal = halfSine(startS, pulse.pulseS, pulse.peakG, pulse.direction, pulse.rest);
  const samples = sample(signal, 2.2, part);
  return {
    events: detect(samples, part),
    isClipped: samples.some((g) => Math.abs(g) >= rangeMilliG),
  };
}

function unit(vector: Vector): Vector {
  const length = Math.hypot(...vector);
  return [vector[0] / length, vector[1] / length, vector[2] / length];
}

describe('shock/detector, on half-sine pulses', () => {
  for (const [peakG, pulseMs] of PULSES) {
    for (const rateHz of RATES_HZ) {
      it(`judges ${peakG} g for ${pulseMs} ms at ${rateHz} Hz for what it is`, () => {
        for (const phase of PHASES) {
          const pulse: Case = {
            ...{ peakG, pulseS: pulseMs / 1000, rateHz, phase },
            ...{ direction: [0, 0, 1], rest: REST },
          };
          const exact = halfSineDeltaVMmPerS(peakG, pulseMs / 1000);
          for (const rangeMilliG of [16000, 32000]) {
            const { events, isClipped } = eventsOf(pulse, rangeMilliG);
            if (events.length === 0) {
              const count = samplesAbove(3 / peakG, pulse);
              assert.ok(count <= 1 && !isClipped, 'only what falls between samples goes unseen');
              continue;
            }
            assert.equal(events.length, 1);
            const event = events[0]!;
            if (isClipped) {
              assert.ok((event.flags & SHOCK_FLAG.clipped) !== 0, 'clipped is said');
              assert.equal(event.class, SHOCK_CLASS.severe);
              assert.ok(event.deltaVMmPerS <= 1.05 * exact, 'a lower bound is not above the truth');
            } else {
              assert.equal(event.flags & SHOCK_FLAG.clipped, 0);
            }
            if (samplesAbove(0, pulse) < 4) assert.ok((event.flags & SHOCK_FLAG.smeared) !== 0);
            if (!isClipped && event.flags === 0) {
              assert.ok(Math.abs(event.deltaVMmPerS / exact - 1) <= 0.05, `${event.deltaVMmPerS}`);
            }
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
  const pulse: fc.Arbitrary<Case> = fc.record({
    peakG: fc.double({ min: 8, max: 30, noNaN: true }),
    pulseS: fc.double({ min: 0.004, max: 0.06, noNaN: true }),
    rateHz: fc.constantFrom(200, 208, 400, 416, 800, 1600, 1666),
    phase: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
    direction,
    rest: direction,
  });
  const isSeen = ({ peakG, pulseS }: Case): boolean => halfSineDeltaVMmPerS(peakG, pulseS) > 600;

  it('measures any pulse in any direction within 5 % once four samples reach into it', () => {
    fc.assert(
      fc.property(pulse.filter(isSeen), (one) => {
        fc.pre(samplesAbove(0.14, one) >= 4);
        const { events, isClipped } = eventsOf(one, 32000);
        fc.pre(!isClipped);
        assert.equal(events.length, 1);
        const exact = halfSineDeltaVMmPerS(one.peakG, one.pulseS);
        assert.equal(events[0]!.flags, 0);
        assert.ok(Math.abs(events[0]!.deltaVMmPerS / exact - 1) <= 0.05);
      }),
      { numRuns: 200 },
    );
  });

  it('marks a pulse of fewer samples as smeared and does not understate it', () => {
    const short = pulse.filter((one) => {
      const samples = one.pulseS * one.rateHz;
      return samples > 2 && samples < 4.5 && samplesAbove(0.11, one) < 4;
    });
    fc.assert(
      fc.property(short.filter(isSeen), (one) => {
        const { events, isClipped } = eventsOf(one, 32000);
        fc.pre(!isClipped);
        const exact = halfSineDeltaVMmPerS(one.peakG, one.pulseS);
        assert.equal(events[0]!.flags, SHOCK_FLAG.smeared);
        assert.ok(
          events[0]!.deltaVMmPerS >= 0.98 * exact,
          `${events[0]!.deltaVMmPerS} of ${exact}`,
        );
        assert.ok(events[0]!.deltaVMmPerS <= 1.5 * exact, `${events[0]!.deltaVMmPerS} of ${exact}`);
      }),
      { numRuns: 100 },
    );
  });

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

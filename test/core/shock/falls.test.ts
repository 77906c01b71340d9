import assert from 'node:assert/strict';
import { SHOCK_CLASS, SHOCK_FLAG } from '../../../firmware/core/record/schema.js';
import {
  type Signal,
  type Vector,
  REST,
  STANDARD_GRAVITY,
  detect,
  halfSine,
  noise,
  sample,
} from './signals.js';

/** Height in cm and the duration of the fall in ms, from the table of drop heights. */
const HEIGHTS: readonly (readonly [heightCm: number, fallMs: number])[] = [
  [10, 143],
  [20, 202],
  [30, 247],
  [46, 306],
  [75, 391],
  [91, 431],
  [122, 499],
];

interface Fall {
  readonly releaseS: number;
  readonly fallMs: number;
  /** Share of the speed that is given back. */
  readonly rebound: number;
  readonly impactMs: number;
  readonly restAfter?: Vector;
}

/** Rest, weightlessness, a half-sine of the impact, weightlessness until it is back, rest. */
function fall({ releaseS, fallMs, rebound, impactMs, restAfter = REST }: Fall) {
  const speedMps = (STANDARD_GRAVITY * fallMs) / 1000;
  const deltaVMps = speedMps * (1 + rebound);
  const peakG = (deltaVMps * Math.PI) / 2 / (impactMs / 1000) / STANDARD_GRAVITY;
  const hitS = releaseS + fallMs / 1000;
  const freeS = hitS + impactMs / 1000;
  const landedS = freeS + (2 * rebound * fallMs) / 1000;
  const impact = halfSine(hitS, impactMs / 1000, peakG, [0, 0, 1]);
  const jitter = noise(7);
  const signal: Signal = (t) => {
    const [x, y, z] =
      t < releaseS
        ? REST
        : t < hitS
          ? [0, 0, 0]
          : t < freeS
            ? impact(t)
            : t < landedS
              ? [0, 0, 0]
              : restAfter;
    return [x + 0.01 * jitter(), y + 0.01 * jitter(), z + 0.01 * jitter()];
  };
  return { signal, deltaVMmPerS: deltaVMps * 1000, hitS };
}

describe('shock/detector, on falls', () => {
  for (const [heightCm, fallMs] of HEIGHTS) {
    for (const rebound of [0, 0.3]) {
      it(`knows a fall of ${heightCm} cm with a rebound of ${rebound * 100} %`, () => {
        for (const rateHz of [200, 400, 1600]) {
          const part = { rateHz, rangeMilliG: 32000 };
          const truth = fall({ releaseS: 1, fallMs, rebound, impactMs: 40 });
          const events = detect(sample(truth.signal, 3.5, part), part);
          assert.equal(events.length, 1, 'the hop belongs to the fall');
          const event = events[0]!;
          assert.ok(Math.abs(event.freeFallMs - fallMs) <= 1000 / rateHz + 1);
          assert.ok(Math.abs(event.deltaVMmPerS / truth.deltaVMmPerS - 1) <= 0.05);
          // Within a percent of the limit either class is right.
          if (truth.deltaVMmPerS > 3030) assert.equal(event.class, SHOCK_CLASS.severe);
          if (truth.deltaVMmPerS < 2970) assert.equal(event.class, SHOCK_CLASS.dropLike);
          const startS = event.startUptimeS + event.startMs / 1000;
          assert.ok(Math.abs(startS - truth.hitS) < 0.01, `starts at ${startS}`);
          assert.ok(event.tiltDeg <= 1);
        }
      });
    }
  }

  const poses: readonly (readonly [string, Vector, number])[] = [
    ['on its base', [0, 0, 1], 0],
    ['on its edge', [0, Math.SQRT1_2, Math.SQRT1_2], 45],
    ['on its side', [-1, 0, 0], 90],
    ['upside down', [0, 0, -1], 180],
  ];
  for (const [title, restAfter, tiltDeg] of poses) {
    it(`says that the container came to rest ${title}`, () => {
      const part = { rateHz: 800, rangeMilliG: 32000 };
      const truth = fall({ releaseS: 1, fallMs: 300, rebound: 0.1, impactMs: 30, restAfter });
      const event = detect(sample(truth.signal, 2.5, part), part)[0]!;
      assert.ok(Math.abs(event.tiltDeg - tiltDeg) <= 2, `${event.tiltDeg} degrees`);
    });
  }

  it('knows a fall that ends softly, in hands or foam, by its free fall', () => {
    const part = { rateHz: 400, rangeMilliG: 16000 };
    const truth = fall({ releaseS: 1, fallMs: 250, rebound: 0, impactMs: 200 });
    const event = detect(sample(truth.signal, 3, part), part)[0]!;
    assert.ok(Math.abs(event.freeFallMs - 250) <= 4);
    assert.ok(Math.abs(event.deltaVMmPerS / truth.deltaVMmPerS - 1) <= 0.1);
    assert.equal(event.class, SHOCK_CLASS.dropLike);
  });

  it('makes nothing of weightlessness without an impact', () => {
    const part = { rateHz: 400, rangeMilliG: 16000 };
    const gust: Signal = (t) => [0, 0, t > 1 && t < 1.4 ? 0.1 : t > 1.4 && t < 2.2 ? 1.45 : 1];
    assert.deepEqual(detect(sample(gust, 4, part), part), []);
    const push = halfSine(1.8, 0.3, 1, [0, 0, 1], [0, 0, 0]);
    const pushed: Signal = (t) => [0, 0, gust(t)[2] + push(t)[2]];
    assert.deepEqual(detect(sample(pushed, 4, part), part), []);
  });

  it('sees a fall through up to 0.4 g of spin', () => {
    const part = { rateHz: 400, rangeMilliG: 32000 };
    const truth = fall({ releaseS: 1, fallMs: 300, rebound: 0, impactMs: 30 });
    for (const [spinG, expected] of [
      [0.37, 300],
      [0.43, 0],
    ] as const) {
      const spun: Signal = (t) => (t >= 1 && t < 1.3 ? [spinG, 0, 0] : truth.signal(t));
      const event = detect(sample(spun, 2.5, part), part)[0]!;
      assert.ok(Math.abs(event.freeFallMs - expected) <= 5, `${event.freeFallMs} ms`);
    }
  });

  it('makes one event of a knock and the fall that follows', () => {
    const part = { rateHz: 400, rangeMilliG: 32000 };
    const knock = halfSine(0.9, 0.02, 10, [0, 1, 0], [0, 0, 0]);
    const truth = fall({ releaseS: 1.2, fallMs: 431, rebound: 0, impactMs: 40 });
    const signal: Signal = (t) => {
      const [x, y, z] = truth.signal(t);
      return [x, y + knock(t)[1], z];
    };
    const events = detect(sample(signal, 3.5, part), part);
    assert.equal(events.length, 1);
    assert.ok(Math.abs(events[0]!.freeFallMs - 431) <= 4);
    assert.deepEqual([events[0]!.startUptimeS, events[0]!.class], [0, SHOCK_CLASS.severe]);
  });

  it('adds up two contacts that are 15 ms apart, as of an edge and then the base', () => {
    const part = { rateHz: 1600, rangeMilliG: 32000 };
    const edge = halfSine(1, 0.02, 10, [0, 0, 1], [0, 0, 0.5]);
    const base = halfSine(1.035, 0.02, 10, [0, 0, 1], [0, 0, 0.5]);
    const signal: Signal = (t) => [0, 0, edge(t)[2] + base(t)[2]];
    const event = detect(sample(signal, 2.5, part), part)[0]!;
    assert.ok(Math.abs(event.deltaVMmPerS / 2498 - 1) <= 0.05, `${event.deltaVMmPerS}`);
  });

  it('tells the tilt from where it lies after the last contact', () => {
    const part = { rateHz: 400, rangeMilliG: 32000 };
    const first = (t: number, rest: Vector): Vector => halfSine(1, 0.02, 10, [1, 0, 0], rest)(t);
    const last = halfSine(1.4, 0.02, 10, [0, 0, -1], [0, 0, -1]);
    const signal: Signal = (t) => (t < 1 ? REST : t < 1.4 ? first(t, [1, 0, 0]) : last(t));
    const events = detect(sample(signal, 2.5, part), part);
    assert.deepEqual(
      events.map((event) => event.tiltDeg),
      [180],
    );
  });

  it('takes 15.99 g of a 16 g part for its end', () => {
    const part = { rateHz: 800, rangeMilliG: 16000 };
    const hit = halfSine(1, 0.03, 30, [0, 0, 1]);
    const flags = [15.99, 15.8].map((endG) => {
      const signal: Signal = (t) => [0, 0, Math.min(endG, hit(t)[2])];
      return detect(sample(signal, 2.5, part), part)[0]!.flags;
    });
    assert.deepEqual(flags, [SHOCK_FLAG.clipped, 0]);
  });

  it('does not take a fall shorter than 60 ms for one', () => {
    const part = { rateHz: 800, rangeMilliG: 32000 };
    for (const [fallMs, expected] of [
      [50, 0],
      [70, 70],
    ] as const) {
      const truth = fall({ releaseS: 1, fallMs, rebound: 0.5, impactMs: 10 });
      const events = detect(sample(truth.signal, 3, part), part);
      assert.equal(events.length, 1);
      assert.ok(Math.abs(events[0]!.freeFallMs - expected) <= 2, `${events[0]!.freeFallMs} ms`);
    }
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Random } from '../../../host-sim/world/prng.js';
import { measureSamples } from '../../../host-sim/world/shock-measure.js';
import {
  PRE_TRIGGER_MS,
  RATE_HZ,
  type ShockBurst,
  VIBRATIONS,
  burstsOfRecording,
  impactSpeedMps,
  makeBump,
  makeDrop,
} from '../../../host-sim/world/shock.js';
import { loadShockTrace, parseShockTrace } from '../../../host-sim/world/shock-trace.js';
import { itWithShared, sharedFile } from '../../support/shared.js';

const random = () => new Random(1, 'shock');
const drop = (
  heightCm: number,
  surface: 'soft' | 'hard' = 'soft',
  landsOn: 'base' | 'side' = 'base',
) => makeDrop({ atMs: 10_000, heightCm, surface, landsOn }, VIBRATIONS.none, random());
/** Sample at an instant, in g. */
const sampleAt = (burst: ShockBurst, ms: number): number[] => {
  const index = Math.floor(((ms - burst.startMs) * burst.rateHz) / 1000);
  return [...burst.samples.subarray(3 * index, 3 * index + 3)].map((milliG) => milliG / 1000);
};
const close = (actual: number, expected: number, within: number) =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual}, expected ${expected} ± ${within}`);

describe('a drop', () => {
  // facts: domain.md §5, drop height, impact velocity and free fall
  for (const [heightCm, speed, fallMs] of [
    [10, 1.4, 143],
    [46, 3.0, 306],
    [91, 4.22, 431],
  ] as const) {
    it(`from ${heightCm} cm falls ${fallMs} ms and ends at ${speed} m/s`, () => {
      close(impactSpeedMps(heightCm), speed, 0.01);
      assert.equal(drop(heightCm).truth.freeFallMs, fallMs);
    });
  }

  it('is seen from 200 ms before its trigger: rest, weightlessness, impact, rest', () => {
    const burst = drop(46);
    assert.equal(burst.triggerMs - burst.startMs, PRE_TRIGGER_MS);
    const [x, y, z] = sampleAt(burst, 9_990);
    close(Math.hypot(x!, y!), 0, 0.1);
    close(z!, 1, 0.1);
    const falling = sampleAt(burst, 10_150);
    close(Math.hypot(...falling), 0, 0.1);
    assert.ok(sampleAt(burst, 10_000 + 306 + 20)[2]! > 8);
    close(sampleAt(burst, burst.endMs - 10)[2]!, 1, 0.1);
  });

  it('measures as it was made, whatever the height', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 60 }), (heightCm) => {
        const { samples, truth } = drop(heightCm);
        const measured = measureSamples(samples, RATE_HZ);
        close(measured.freeFallMs, truth.freeFallMs, 6);
        const clipped = samples.some((milliG) => Math.abs(milliG) >= 16_000);
        // The container weighs on the ground during the impact: at most 40 ms of gravity.
        if (!clipped) close(measured.deltaVMmPerS, truth.deltaVMmPerS, 450);
        return true;
      }),
      { numRuns: 25 },
    );
  });

  it('onto hard ground is shorter and harder, and clips the part', () => {
    const hard = drop(91, 'hard');
    assert.ok(hard.truth.peakMilliG > drop(91).truth.peakMilliG * 1.5);
    assert.equal(Math.max(...hard.samples), 16_000);
  });

  it('may leave the container on its side', () => {
    const burst = drop(46, 'soft', 'side');
    close(sampleAt(burst, burst.endMs - 10)[0]!, 1, 0.1);
  });
});

describe('a bump', () => {
  it('changes the velocity by what its pulse holds, and nothing falls', () => {
    const pulse = { atMs: 5_000, peakG: 3, pulseMs: 30 };
    const { truth } = makeBump(pulse, VIBRATIONS.car, random());
    assert.equal(truth.freeFallMs, 0);
    close(truth.deltaVMmPerS, (2 / Math.PI) * 3 * 9806.65 * 0.03, 1);
  });

  it('rides on the line of the rotor, 24.5 Hz', () => {
    const pulse = { atMs: 5_000, peakG: 3, pulseMs: 30 };
    const { samples } = makeBump(pulse, VIBRATIONS.helicopter, random());
    const before = Array.from({ length: 160 }, (_, i) => samples[3 * i + 2]! - 1000);
    const crossings = before.filter((value, i) => i > 0 && value * before[i - 1]! < 0).length;
    assert.ok(crossings >= 8 && crossings <= 14, `${crossings} in 200 ms`);
    assert.ok(Math.max(...before) < 400);
  });
});

describe('a recording of acceleration', () => {
  const read = (text: string, options = {}) => parseShockTrace(text, 'shock.csv', options);
  const HEAD = 'seconds,xMetresPerSecondSquared,y,z\n';

  const units: readonly [header: string, row: string, milliG: number[], options?: object][] = [
    ['seconds,xMetresPerSecondSquared,y,z', '9.80665,0,-4.903325', [1000, 0, -500]],
    ['time,ax (m/s²),ay,az', '9.80665,0,-4.903325', [1000, 0, -500]],
    ['t,x_g,y_g,z_g', '1,0,-0.5', [1000, 0, -500]],
    ['t,x (mg),y (mg),z (mg)', '1000,0,-500', [1000, 0, -500]],
    ['t,x,y,z', '1,0,-0.5', [1000, 0, -500], { unit: 'g' }],
  ];
  for (const [header, row, milliG, options] of units) {
    it(`has its unit from '${header}'`, async () => {
      const recording = await read(`${header}\n0,${row}\n0.01,${row}\n`, options);
      assert.deepEqual([...recording.pieces[0]!.samples], [...milliG, ...milliG]);
      assert.equal(recording.rateHz, 100);
      assert.equal(recording.rangeMilliG, 2000);
    });
  }

  it('keeps its own rate, and begins a new burst where samples are missing', async () => {
    const rows = [0, 5, 10, 15, 100, 105, 110].map((ms) => `${ms / 1000},0,0,9.8`);
    const recording = await read(HEAD + rows.join('\n'));
    assert.equal(recording.rateHz, 200);
    assert.deepEqual(
      recording.pieces.map(({ offsetMs, samples }) => [offsetMs, samples.length / 3]),
      [
        [0, 4],
        [100, 3],
      ],
    );
    const bursts = burstsOfRecording(recording, 60_000);
    assert.deepEqual(
      bursts.map(({ startMs }) => startMs),
      [60_000, 60_100],
    );
  });

  it('counts bad rows and samples out of order', async () => {
    const text = `${HEAD}0,0,0,9.8\n0.01,x,0,9.8\n0.005,0,0,9.8\n0.004,0,0,9.8\n0.01,0,0,9.8\n`;
    const recording = await read(text);
    assert.equal(recording.sampleCount, 3);
    assert.equal(recording.badRowCount, 2);
  });

  it('that ends at a full scale was clipped there', async () => {
    const rows = [0, 1, 2].map((i) => `${i / 100},157.4767,0,0`);
    const { rangeMilliG, pieces } = await read(HEAD + rows.join('\n'));
    assert.equal(rangeMilliG, 16_000);
    assert.equal(pieces[0]!.samples[0], 16_000);
  });

  const refused: readonly [name: string, text: string, message: RegExp][] = [
    ['no unit', 't,x,y,z\n0,1,1,1\n', /shock\.csv:1: column "x" names no unit, expected/],
    [
      'an axis missing',
      't,x_g,y_g\n0,1,1\n',
      /shock\.csv:1: has no column "z", expected one of: t,/,
    ],
    ['no time', 'x_g,y_g,z_g\n0,1,1\n', /shock\.csv:1: no time column/],
    ['rows that are none', `${HEAD}a,b,c,d\n`, /shock\.csv:2: expected rows of a rising time/],
  ];
  for (const [name, text, message] of refused) {
    it(`is refused with ${name}`, () => assert.rejects(read(text), message));
  }

  itWithShared('of a phone that falls twice is whole, clipped, and falls 0.63 s', async () => {
    for (const name of ['fall-200hz-1', 'fall-200hz-2']) {
      const recording = await loadShockTrace(sharedFile(`data/shock/${name}.csv`));
      assert.equal(recording.rateHz, 199);
      assert.equal(recording.rangeMilliG, 16_000);
      assert.equal(recording.pieces.length, 1);
      const { truth } = burstsOfRecording(recording, 0)[0]!;
      close(truth.freeFallMs, 630, 8);
      assert.ok(truth.deltaVMmPerS > 3000);
    }
  });

  itWithShared('of the phone at rest holds nothing but gravity', async () => {
    const recording = await loadShockTrace(sharedFile('data/shock/still-200hz.csv'));
    const { truth } = burstsOfRecording(recording, 0)[0]!;
    assert.equal(truth.freeFallMs, 0);
    assert.ok(truth.peakMilliG < 1200);
  });
});

/**
 * Hands on what an accelerometer has felt just now without a shock: the vehicle's vibration. A
 * helicopter has the line of its rotor, a car that of its engine or body and the rattle of the
 * road besides, a carried container the steps of who carries it.
 */
import { sineOfTurn } from './ambient.js';
import type { Random } from './prng.js';
import { VIBRATIONS } from './shock.js';
import type { VehicleKind } from './scenario-schema.js';

/** What the capture's samples are thinned to. */
export const CAPTURE_RATE_HZ = 104;
/** 1.08 s. */
export const CAPTURE_SAMPLES = 112;

/** Standard deviation of what is no line: cabin noise, road, hands. */
const RATTLE_G = Object.freeze({ helicopter: 0.05, car: 0.06, carried: 0.03 } as const);
/** Share of the vibration that is felt along x, y and z; domain facts: all axes, mostly upright. */
const SHARES = Object.freeze([0.4, 0.4, 1] as const);
const GRAVITY_G = Object.freeze([0, 0, 1] as const);

/** Samples x, y, z in milli-g, CAPTURE_SAMPLES of each, the last one at `endMs`. */
export function vibrationSamples(by: VehicleKind, endMs: number, random: Random): Int16Array {
  const { hz, amplitudeG } = VIBRATIONS[by];
  const samples = new Int16Array(3 * CAPTURE_SAMPLES);
  for (let i = 0; i < CAPTURE_SAMPLES; i++) {
    const ms = endMs - ((CAPTURE_SAMPLES - 1 - i) * 1000) / CAPTURE_RATE_HZ;
    const swing = amplitudeG * sineOfTurn((ms * hz) / 1000);
    for (let axis = 0; axis < 3; axis++) {
      const share = SHARES[axis]!;
      const g = GRAVITY_G[axis]! + share * (swing + RATTLE_G[by] * random.nextNormal());
      samples[3 * i + axis] = Math.round(1000 * g);
    }
  }
  return samples;
}

/**
 * Hands on the change of velocity of one pulse from its samples: acceleration without gravity is
 * summed per axis, and what counts is how far the sums ranged, so that a pulse whose second half
 * pulls back is not understated. A pulse begins where it starts to rise, before it is known to be
 * one. The sum of a half-sine is exact to 3.4 % once four samples reach an eighth of the largest.
 * With fewer the pulse is smeared, and the most that it may have been is handed on: the worst phase
 * of 1.2 sample periods and more (computed), or of any length from a part whose filter passes no
 * more than a quarter of its rate. A pulse in one sample may have been anything up to 200 g.
 */
import { magnitude } from './integer-math.js';
import { SHOCK_STATE as S } from './state.js';

/** One milli-g in micrometres per second squared: standard gravity. */
const MICROMETRE_PER_S2 = 9807;
/** Largest value of the record's field. */
const DELTA_V_MAX = 65535;
/** So many samples that reach an eighth of the largest make a pulse exact. */
export const EXACT_SAMPLES = 4;
/** A half-sine of 200 g for 1.2 seconds, the most that one sample a second may stand for, mm/s. */
const LONE_SAMPLE_MMPERS = 1_498_300;
/** Smaller changes of velocity are none: half a cycle of a 17 Hz rotor line at 1.5 g is 275. */
export const DELTA_V_MMPERS_MIN = 500;

/** Forgets the pulse and what was rising towards one. */
export function clearPulse(state: Int32Array): void {
  state.fill(0, S.inPulse, S.open);
}

/** Adds one sample, gravity removed, in milli-g. */
export function addToPulse(state: Int32Array, x: number, y: number, z: number): void {
  state[S.pulseSamples] = state[S.pulseSamples]! + 1;
  state[S.sumX] = state[S.sumX]! + x;
  state[S.sumY] = state[S.sumY]! + y;
  state[S.sumZ] = state[S.sumZ]! + z;
}

/** Counts the sums as they stand, and the sample whose square is given, towards the result. */
export function countInPulse(state: Int32Array, square: number): void {
  for (let axis = 0; axis < 3; axis++) {
    const sum = state[S.sumX + axis]!;
    if (sum < state[S.sumMinX + axis]!) state[S.sumMinX + axis] = sum;
    if (sum > state[S.sumMaxX + axis]!) state[S.sumMaxX + axis] = sum;
  }
  let moved = square;
  for (let i = S.largest; i < S.largest + 4; i++) {
    const held = state[i]!;
    if (moved <= held) continue;
    state[i] = moved;
    moved = held;
  }
}

/** How many of the four largest samples of the pulse reach an eighth of the largest, 1..4. */
export function samplesWithin(state: Int32Array): number {
  const limit = state[S.largest]! >> 6;
  let count = 1;
  while (count < EXACT_SAMPLES && state[S.largest + count]! >= limit) count++;
  return count;
}

/** Change of velocity in mm/s, 0..65535, as measured. */
export function deltaVMmPerSOf(state: Int32Array): number {
  const deltaV = magnitude(
    velocityMmPerS(state, 0),
    velocityMmPerS(state, 1),
    velocityMmPerS(state, 2),
  );
  return deltaV > DELTA_V_MAX ? DELTA_V_MAX : deltaV;
}

/** The most in mm/s, 0..65535, that a smeared pulse of 1..3 samples may have been. */
export function upperBoundMmPerS(deltaVMmPerS: number, samples: number, rateHz: number): number {
  let bound = samples === 3 ? (deltaVMmPerS * 9 + 7) >> 3 : ((deltaVMmPerS * 8 + 4) / 5) | 0;
  const lone = (LONE_SAMPLE_MMPERS / rateHz) | 0;
  if (samples === 1 && bound >= DELTA_V_MMPERS_MIN && bound < lone) bound = lone;
  return bound > DELTA_V_MAX ? DELTA_V_MAX : bound;
}

function velocityMmPerS(state: Int32Array, axis: number): number {
  const rateHz = state[S.rateHz]!;
  const range = state[S.sumMaxX + axis]! - state[S.sumMinX + axis]!;
  const milliGSeconds = (range / rateHz) | 0;
  const rest = range - milliGSeconds * rateHz;
  const micrometres =
    milliGSeconds * MICROMETRE_PER_S2 + (((rest * MICROMETRE_PER_S2) / rateHz) | 0);
  return (micrometres / 1000) | 0;
}

/**
 * Hands on the change of velocity of one pulse from its samples: acceleration without gravity is
 * summed per axis, and what counts is how far the sums ranged, so that a pulse whose second half
 * pulls back is not understated. A pulse begins where it starts to rise, before it is known to be
 * one. The sum of a half-sine is exact to 3.3 % once four samples reach an eighth of the largest
 * (worst phase, computed); with fewer it may lack 21 %, so such a pulse is marked as smeared and
 * handed on with a third more, unless it was clipped, which makes it a lower bound anyhow.
 */
import { magnitude } from './integer-math.js';
import { SHOCK_STATE as S } from './state.js';

/** One milli-g in micrometres per second squared: standard gravity. */
const MICROMETRE_PER_S2 = 9807;
/** Largest value of the record's field. */
const DELTA_V_MAX = 65535;

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

/** Whether fewer than four samples of the pulse reach an eighth of its largest. */
export function isSmeared(state: Int32Array): boolean {
  return state[S.largest + 3]! < state[S.largest]! >> 6;
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

/** The most that a smeared pulse of this measured change of velocity may have been, in mm/s. */
export function upperBoundMmPerS(deltaVMmPerS: number): number {
  const bound = ((deltaVMmPerS * 4 + 2) / 3) | 0;
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

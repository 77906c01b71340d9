/**
 * Hands on one event, in the fields of SHOCK_EVENT, from the pulses that belong together: a bounce,
 * or a knock and the fall that follows it, are one thing that happened to the kits. The hardest
 * pulse and the longest fall stand for it; a peak or a contact counts whichever pulse it is of.
 */
import { SHOCK_FLAG } from '../record/schema.js';
import { type ShockThresholds, SHOCK_EVENT as E, TILT_UNKNOWN, classOfShock } from './event.js';
import { gravityMilliG, setGravity } from './gravity.js';
import { angleDeg, magnitude } from './integer-math.js';
import {
  DELTA_V_MMPERS_MIN,
  EXACT_SAMPLES,
  clearPulse,
  deltaVMmPerSOf,
  samplesWithin,
  upperBoundMmPerS,
} from './pulse.js';
import { SHOCK_STATE as S, SHOCK_STATE_WORDS, msOf, samplesOf } from './state.js';
import { markStart } from './stream.js';

/** How long the container must have been felt before and after, to tell the tilt. */
const TILT_MS_MIN = 50;
/** How long it must have been felt after, to be better known than by the filter. */
const GRAVITY_MS_MIN = 400;
/** Less than this is a fall, not a rest. */
const REST_MILLI_G_MIN = 400;

/** Begins an event with the current sample. */
export function openEvent(state: Int32Array): void {
  state[S.open] = 1;
  markStart(state);
  if (state[S.gravityCount]! < samplesOf(TILT_MS_MIN, state[S.rateHz]!)) return;
  for (let axis = 0; axis < 3; axis++) state[S.beforeX + axis] = gravityMilliG(state, axis);
}

/** Ends the pulse: the hardest of them stands for the event, and a weak one alone makes none. */
export function endPulse(state: Int32Array): void {
  const samples = samplesWithin(state);
  const smeared = samples < EXACT_SAMPLES ? SHOCK_FLAG.smeared : 0;
  const isClipped = (state[S.flags]! & SHOCK_FLAG.clipped) !== 0;
  let deltaV = deltaVMmPerSOf(state);
  if (smeared !== 0 && !isClipped) {
    deltaV = upperBoundMmPerS(deltaV, samples, state[S.rateHz]!);
  }
  if (deltaV >= state[S.deltaV]!) {
    state[S.deltaV] = deltaV;
    state[S.flags] = (state[S.flags]! & ~SHOCK_FLAG.smeared) | smeared;
  }
  clearPulse(state);
  state[S.sincePulse] = 0;
  state.fill(0, S.afterX, S.afterX + 3);
  const isEvent = isClipped || state[S.freeFall]! > 0 || state[S.deltaV]! >= DELTA_V_MMPERS_MIN;
  if (!isEvent) state.fill(0, S.open, SHOCK_STATE_WORDS);
}

/** Ends the event and writes it into `event`. */
export function closeEvent(
  state: Int32Array,
  event: Int32Array,
  thresholds: ShockThresholds,
): void {
  const rateHz = state[S.rateHz]!;
  event[E.startUptimeS] = state[S.startS]!;
  event[E.startMs] = state[S.startMs]!;
  for (let axis = 0; axis < 3; axis++) event[E.peakXMilliG + axis] = state[S.peakX + axis]!;
  event[E.deltaVMmPerS] = state[S.deltaV]!;
  event[E.freeFallMs] = msOf(state[S.freeFall]!, rateHz);
  event[E.durationMs] = msOf(state[S.above]!, rateHz);
  event[E.axis] = largestAxis(state);
  event[E.flags] = state[S.flags]!;
  event[E.class] = classOfShock(event, thresholds);
  event[E.tiltDeg] = findTilt(state);
  state.fill(0, S.open, SHOCK_STATE_WORDS);
}

function largestAxis(state: Int32Array): number {
  let axis = 0;
  for (let other = 1; other < 3; other++) {
    const peak = Math.abs(state[S.peakX + other]!);
    if (peak > Math.abs(state[S.peakX + axis]!)) axis = other;
  }
  return axis;
}

/** Tilt from the rest before to the rest after; a long one becomes the gravity to go on with. */
function findTilt(state: Int32Array): number {
  const count = state[S.sincePulse]!;
  if (count < samplesOf(TILT_MS_MIN, state[S.rateHz]!)) return TILT_UNKNOWN;
  const x = (state[S.afterX]! / count) | 0;
  const y = (state[S.afterY]! / count) | 0;
  const z = (state[S.afterZ]! / count) | 0;
  if (magnitude(x, y, z) < REST_MILLI_G_MIN) return TILT_UNKNOWN;
  if (count >= samplesOf(GRAVITY_MS_MIN, state[S.rateHz]!)) setGravity(state, x, y, z);
  const tilt = angleDeg(
    state[S.beforeX]! >> 1,
    state[S.beforeY]! >> 1,
    state[S.beforeZ]! >> 1,
    x >> 1,
    y >> 1,
    z >> 1,
  );
  return tilt < 0 ? TILT_UNKNOWN : tilt;
}

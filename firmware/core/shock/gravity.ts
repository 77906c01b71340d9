/**
 * Hands on gravity in the container's own axes as the low-passed acceleration of a third of a
 * second: slow enough to average a rotor line away, fast enough to follow hands and bends. It is
 * neither followed during a pulse nor in free fall, where there is none to be felt.
 */
import { SHOCK_STATE as S, samplesOf } from './state.js';

const FILTER_MS = 320;
/** Gravity is kept in 1 / (1 << 12) milli-g. */
const FRACTION_BITS = 12;

/** Takes one sample in milli-g into the mean: all alike at first, then fading. */
export function followGravity(state: Int32Array, x: number, y: number, z: number): void {
  let count = state[S.gravityCount]!;
  if (count < samplesOf(FILTER_MS, state[S.rateHz]!)) state[S.gravityCount] = ++count;
  const shift = 31 - Math.clz32(count);
  follow(state, S.gravityX, x, shift);
  follow(state, S.gravityY, y, shift);
  follow(state, S.gravityZ, z, shift);
}

/** Gravity on an axis, 0..2, in milli-g, rounded down; 0 before the first sample. */
export function gravityMilliG(state: Int32Array, axis: number): number {
  return state[S.gravityX + axis]! >> FRACTION_BITS;
}

/** Sets gravity in milli-g, known from a longer rest than the filter has seen. */
export function setGravity(state: Int32Array, x: number, y: number, z: number): void {
  state[S.gravityX] = x << FRACTION_BITS;
  state[S.gravityY] = y << FRACTION_BITS;
  state[S.gravityZ] = z << FRACTION_BITS;
  state[S.gravityCount] = samplesOf(FILTER_MS, state[S.rateHz]!);
}

function follow(state: Int32Array, word: number, milliG: number, shift: number): void {
  const held = state[word]!;
  state[word] = held + (((milliG << FRACTION_BITS) - held) >> shift);
}

/**
 * Takes one sample of the stream after another and knows what it belongs to: free fall, rest, a
 * rise that may become a pulse, or a pulse. Thresholds are compared as squares, so that a sample
 * costs no root.
 */
import { endPulse, openEvent } from './episode.js';
import { followGravity, gravityMilliG } from './gravity.js';
import { SHOCK_FLAG } from '../record/schema.js';
import { addToPulse, clearPulse, countInPulse } from './pulse.js';
import { SHOCK_STATE as S, samplesOf } from './state.js';

const FREE_FALL_SQUARE = square(400, 0, 0); // milli-g, below it the container falls
const CONTACT_SQUARE = square(1600, 0, 0); // as measured, above it something pushes hard
const PULSE_SQUARE = square(3000, 0, 0); // without gravity; rotor lines reach 1.5 g
const TAIL_SQUARE = square(500, 0, 0); // without gravity, what still belongs to a pulse

const FREE_FALL_MS = 60; // shortest that counts
const LANDING_MS = 100; // from its end to the contact; longer is no landing
const PULSE_GAP_MS = 20; // contacts closer than this are one pulse
const PULSE_MS_MAX = 400; // a crash lasts 150 ms; beyond, an error of gravity adds up
const REST_MS = 500; // without a pulse: ends the event, and shows how the container lies
const EVENT_MS_MAX = 10000;
/** Longest free fall that is counted: what the record's field holds. */
const FREE_FALL_S_MAX = 65;

/** Takes one sample in milli-g, -32768..32767; true when the open event is over. */
export function takeSample(state: Int32Array, x: number, y: number, z: number): boolean {
  const raw = square(x, y, z);
  const netX = x - gravityMilliG(state, 0);
  const netY = y - gravityMilliG(state, 1);
  const netZ = z - gravityMilliG(state, 2);
  const net = square(netX, netY, netZ);
  countFreeFall(state, raw);
  if (state[S.inPulse] === 0 && isPulse(state, raw, net)) beginPulse(state);
  if (state[S.inPulse] === 1) {
    addToPulse(state, netX, netY, netZ);
    if (net >= TAIL_SQUARE) countInPulse(state, net);
    notePeaks(state, x, y, z);
    countContact(state, raw);
  } else {
    if (isRising(state, net)) {
      addToPulse(state, netX, netY, netZ);
      countInPulse(state, net);
    } else {
      clearPulse(state);
    }
    if (raw >= FREE_FALL_SQUARE) followGravity(state, x, y, z);
    if (state[S.open] === 1) countRest(state, x, y, z);
  }
  state[S.lastSquare] = net;
  return state[S.open] === 1 && isOver(state);
}

/** Square of a length in units of 4 milli-g: of components up to 65535 it still is an int32. */
function square(x: number, y: number, z: number): number {
  const a = x >> 2;
  const b = y >> 2;
  const c = z >> 2;
  return a * a + b * b + c * c;
}

function countFreeFall(state: Int32Array, raw: number): void {
  const rateHz = state[S.rateHz]!;
  const low = state[S.low]!;
  if (raw < FREE_FALL_SQUARE) {
    if (low < FREE_FALL_S_MAX * rateHz) state[S.low] = low + 1;
  } else if (low > 0) {
    state[S.low] = 0;
    if (low < samplesOf(FREE_FALL_MS, rateHz)) return;
    state[S.fall] = low;
    state[S.sinceFall] = 0;
  } else if (state[S.fall]! > 0) {
    const since = state[S.sinceFall]! + 1;
    state[S.sinceFall] = since;
    if (since > samplesOf(LANDING_MS, rateHz)) state[S.fall] = 0;
  }
}

/** Whether a pulse begins. Contact is asked for as well, as gravity may be known wrongly. */
function isPulse(state: Int32Array, raw: number, net: number): boolean {
  return raw >= CONTACT_SQUARE && (net >= PULSE_SQUARE || state[S.fall]! > 0);
}

function isRising(state: Int32Array, net: number): boolean {
  const isShort = state[S.pulseSamples]! < samplesOf(PULSE_MS_MAX, state[S.rateHz]!);
  return isShort && net > state[S.lastSquare]!;
}

function beginPulse(state: Int32Array): void {
  if (state[S.open] === 0) openEvent(state);
  state[S.inPulse] = 1;
  const fall = state[S.fall]!;
  if (fall > state[S.freeFall]!) state[S.freeFall] = fall;
}

function notePeaks(state: Int32Array, x: number, y: number, z: number): void {
  notePeak(state, S.peakX, x);
  notePeak(state, S.peakY, y);
  notePeak(state, S.peakZ, z);
}

function notePeak(state: Int32Array, word: number, milliG: number): void {
  const size = Math.abs(milliG);
  if (size > Math.abs(state[word]!)) state[word] = milliG;
  const range = state[S.rangeMilliG]!;
  // A part of 16 g says 15.99 g at its end (LSM6DSO: 32767 steps of 0.488 milli-g).
  if (size >= range - (range >> 8)) state[S.flags] = state[S.flags]! | SHOCK_FLAG.clipped;
}

/** Follows the pulse by its contacts and ends it after the last one. */
function countContact(state: Int32Array, raw: number): void {
  const rateHz = state[S.rateHz]!;
  state[S.eventSamples] = state[S.eventSamples]! + 1;
  if (raw >= CONTACT_SQUARE) {
    state[S.quiet] = 0;
    state[S.above] = state[S.above]! + 1;
  } else {
    state[S.quiet] = state[S.quiet]! + 1;
  }
  const isQuiet = state[S.quiet]! >= samplesOf(PULSE_GAP_MS, rateHz);
  if (isQuiet || state[S.pulseSamples]! >= samplesOf(PULSE_MS_MAX, rateHz)) endPulse(state);
}

function countRest(state: Int32Array, x: number, y: number, z: number): void {
  state[S.eventSamples] = state[S.eventSamples]! + 1;
  state[S.sincePulse] = state[S.sincePulse]! + 1;
  state[S.afterX] = state[S.afterX]! + x;
  state[S.afterY] = state[S.afterY]! + y;
  state[S.afterZ] = state[S.afterZ]! + z;
}

/** Half a second of rest with no fall under way, or too long for one event. */
function isOver(state: Int32Array): boolean {
  if (state[S.inPulse] === 1) return false;
  const rateHz = state[S.rateHz]!;
  if (state[S.eventSamples]! >= samplesOf(EVENT_MS_MAX, rateHz)) return true;
  const isResting = state[S.sincePulse]! >= samplesOf(REST_MS, rateHz);
  return isResting && state[S.low] === 0 && state[S.fall] === 0;
}

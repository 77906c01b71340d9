/**
 * Hands on at what time a sample was taken, from batches that each know the time of their first
 * one. Samples are counted from an anchor, so that the same stream cut into other batches gives the
 * same times; the anchor follows the headers when the part's rate drifts from its nominal one, and
 * a batch that begins elsewhere is another stream.
 */
import { SHOCK_STATE as S, msOf } from './state.js';

/** Headers round to 1 ms and so does the count: below this they agree. */
const AGREE_MS = 2;
/** Delay of reading a FIFO, besides the rate's own error. */
const LATE_MS = 20;
/** How far a part's rate may be off its nominal one: 1/8, more than any data sheet admits. */
const RATE_ERROR_SHIFT = 3;

/** Makes a stream begin with the sample that is taken next. Other words are the caller's. */
export function startStream(state: Int32Array, rateHz: number, rangeMilliG: number): void {
  state[S.streaming] = 1;
  state[S.rateHz] = rateHz;
  state[S.rangeMilliG] = rangeMilliG;
  state[S.anchorS] = state[S.batchS]!;
  state[S.anchorMs] = state[S.batchMs]!;
}

/** Whether the batch in work continues the stream; moves the anchor when the rate has drifted. */
export function followBatch(state: Int32Array): boolean {
  const seconds = state[S.batchS]! - state[S.anchorS]!;
  if (seconds < -60 || seconds > 60) return false; // keeps what follows small
  const rateHz = state[S.rateHz]!;
  const expectedMs = state[S.anchorMs]! + floorMs(state[S.sinceAnchor]!, rateHz);
  const lateMs = seconds * 1000 + state[S.batchMs]! - expectedMs;
  if (lateMs >= -AGREE_MS && lateMs <= AGREE_MS) return true;
  const toleranceMs = LATE_MS + (msOf(state[S.batchSamples]!, rateHz) >> RATE_ERROR_SHIFT);
  if (lateMs < -toleranceMs || lateMs > toleranceMs) return false;
  state[S.anchorS] = state[S.batchS]!;
  state[S.anchorMs] = state[S.batchMs]!;
  state[S.sinceAnchor] = 0;
  return true;
}

/** Counts one sample. */
export function advance(state: Int32Array): void {
  const count = state[S.sinceAnchor]! + 1;
  if (count < state[S.rateHz]!) {
    state[S.sinceAnchor] = count;
  } else {
    state[S.sinceAnchor] = 0;
    state[S.anchorS] = state[S.anchorS]! + 1;
  }
}

/** Notes the time of the current sample as the start of the event. */
export function markStart(state: Int32Array): void {
  const ms = state[S.anchorMs]! + floorMs(state[S.sinceAnchor]!, state[S.rateHz]!);
  const isNextSecond = ms >= 1000;
  state[S.startS] = state[S.anchorS]! + (isNextSecond ? 1 : 0);
  state[S.startMs] = isNextSecond ? ms - 1000 : ms;
}

function floorMs(samples: number, rateHz: number): number {
  return ((samples * 1000) / rateHz) | 0;
}

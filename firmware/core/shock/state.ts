/**
 * All that a shock detector remembers, word by word, so that an impact may begin before a suspend
 * and end after it: the words are kept in retained memory and given to a new detector. All zero is
 * the state of a stream at rest. Times inside are counts of samples, turned into milliseconds only
 * when they are handed on. Acceleration is in milli-g, sums of it in milli-g times samples.
 */

export const SHOCK_STATE = Object.freeze({
  // The stream: where its next sample stands in time.
  streaming: 0, // 0 or 1
  rateHz: 1,
  rangeMilliG: 2,
  anchorS: 3,
  anchorMs: 4, // 0..999
  sinceAnchor: 5, // samples since the anchor, below rateHz
  batchSamples: 6, // of the batch before, 0 for the first
  batchS: 7, // header of the batch in work
  batchMs: 8,
  taken: 9, // samples taken from it
  // Gravity as the low-passed acceleration, in 1/4096 milli-g.
  gravityX: 10,
  gravityY: 11,
  gravityZ: 12,
  gravityCount: 13, // samples in it, up to the filter's length
  // Free fall.
  low: 14, // samples of near weightlessness up to now
  fall: 15, // length of the last free fall, 0 when none was close
  sinceFall: 16,
  // The pulse that is rising or running.
  lastSquare: 17, // of the sample before
  inPulse: 18,
  pulseSamples: 19,
  quiet: 20, // samples since the last one above the contact threshold
  sumX: 21, // integral of acceleration without gravity
  sumY: 22,
  sumZ: 23,
  sumMinX: 24,
  sumMinY: 25,
  sumMinZ: 26,
  sumMaxX: 27,
  sumMaxY: 28,
  sumMaxZ: 29,
  largest: 30, // squares of the four largest samples, falling
  // The open event.
  open: 34,
  startS: 35,
  startMs: 36,
  eventSamples: 37,
  sincePulse: 38,
  peakX: 39,
  peakY: 40,
  peakZ: 41,
  deltaV: 42, // mm/s
  freeFall: 43, // samples
  above: 44, // samples above the contact threshold
  flags: 45,
  beforeX: 46, // gravity before, milli-g
  beforeY: 47,
  beforeZ: 48,
  afterX: 49, // sum since the last pulse
  afterY: 50,
  afterZ: 51,
} as const);

/** Int32 words that a detector needs; 208 bytes of the hot state. */
export const SHOCK_STATE_WORDS = 52;

/** Number of samples that make up `ms`, rounded up; both stay below 2^31 for rates up to 3200. */
export function samplesOf(ms: number, rateHz: number): number {
  return ((ms * rateHz + 999) / 1000) | 0;
}

/** Time of a number of samples in milliseconds, rounded to the nearest; up to 2^20 samples. */
export function msOf(samples: number, rateHz: number): number {
  return ((samples * 1000 + (rateHz >> 1)) / rateHz) | 0;
}

/**
 * Names for the integers that pass through the core. All measured values are int32 in a scaled
 * unit, named with the unit last; there are no floats. The clocks have two words that are never
 * subtracted from one another: `uptimeS` (seconds of this boot) and `wallS` (seconds since 2020).
 */

/** Value of a temperature that was not measured; int16 so that it fits a record. */
export const TEMPERATURE_ABSENT = -32768;
/** Value of a humidity that was not measured. */
export const HUMIDITY_ABSENT = -1;
/** Value of a wall time that is not known; every other int32 is seconds since 2020-01-01Z. */
export const WALL_UNKNOWN = -2147483648;
/** Unix seconds of 2020-01-01T00:00:00Z, the epoch of `wallS`. */
export const WALL_EPOCH_UNIX_S = 1577836800;

/** Where a wall time came from, best last. */
export const WALL_SOURCE = Object.freeze({ unset: 0, rtc: 1, dock: 2, gnss: 3 } as const);

/** Verdicts, worst last so that the worse of two is the larger number (design: six words). */
export const VERDICT = Object.freeze({
  usable: 0,
  inspect: 1,
  unknown: 2,
  quarantine: 3,
  expired: 4,
  discard: 5,
} as const);

/** Custody of a kit, apart from its verdict. */
export const CUSTODY = Object.freeze({
  none: 0,
  in: 1,
  taken: 2,
  mixed: 3,
  used: 4,
  wasted: 5,
  transferred: 6,
  fateUnknown: 7,
} as const);

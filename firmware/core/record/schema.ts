/**
 * The codes that records hold: types, and the words of their coded fields. What each type holds
 * stands in `fields.ts`. A number is never used again for something else.
 */

export const RECORD = Object.freeze({
  reading: 1,
  gap: 2,
  boot: 3,
  clock: 4,
  lid: 5,
  slot: 6,
  custody: 7,
  power: 8,
  dock: 9,
  place: 10,
  shock: 11,
  excursion: 12,
  verdict: 13,
  checkpoint: 14,
  receipt: 15,
  config: 16,
  kit: 17,
  profile: 18,
  roles: 19,
  seal: 20,
  fault: 21,
  command: 22,
  lost: 23,
  thinned: 24,
  kept: 25,
  calibration: 26,
  notice: 27,
  decision: 28,
  service: 29,
  slip: 30,
  account: 31,
  light: 32,
  flight: 33,
} as const);

/** Why a probe gave no reading (`gap.reason`). */
export const GAP_REASON = Object.freeze({
  busError: 1,
  badChecksum: 2,
  fieldMissing: 3,
  timeout: 4,
  sentinel: 5,
  range: 6,
  step: 7,
  stuck: 8,
  noPower: 9,
} as const);

/** What is announced that is no excursion (`notice.code`). */
export const NOTICE = Object.freeze({
  /** A probe's calibration ends within 30 days: a is the probe, b the wall time of its end. */
  calibrationDueSoon: 1,
  /** Half of a mixed kit's use-by has passed: a is the kit, b the seconds that are left. */
  useByHalf: 2,
  /** All of it has passed: a is the kit. */
  useByEnd: 3,
} as const);

/** What a SLIP record tells of a kit (`slip.way`). */
export const SLIP_WAY = Object.freeze({
  /** It left, with this exposure. */
  left: 0,
  /** It comes, with the exposure of elsewhere; the KIT record follows. */
  came: 1,
  /** It should have come with this slip, and did not: no exposure. */
  missing: 2,
} as const);

/** What quality decided about a kit (`decision.decision`). */
export const DECISION = Object.freeze({ hold: 1, release: 2, discard: 3 } as const);

/** Why the device started (`boot.reason`). */
export const BOOT_REASON = Object.freeze({
  powerOn: 1,
  brownOut: 2,
  watchdog: 3,
  panic: 4,
  restart: 5,
  retainedDamaged: 6,
} as const);

/** What an act on a kit came from (`custody.origin`). */
export const ORIGIN = Object.freeze({ slot: 1, button: 2, command: 3 } as const);

/** Where a place came from (`place.source`). */
export const PLACE_SOURCE = Object.freeze({ dock: 1, gnss: 2, cell: 3 } as const);
export const PLACE_KIND = Object.freeze({ fix: 0, departed: 1, arrived: 2 } as const);

/** Classes of shock, worse last (`shock.class`). */
export const SHOCK_CLASS = Object.freeze({ handling: 0, dropLike: 1, severe: 2 } as const);

/** Phases of an excursion (`excursion.phase`). */
export const EXCURSION_PHASE = Object.freeze({
  open: 0,
  close: 1,
  /** The numbers of an excursion without an end, as of now: a stay ended, or a dock asks. */
  update: 2,
} as const);

/** Bits of the flags byte of `shock`. */
export const SHOCK_FLAG = Object.freeze({ clipped: 1, smeared: 2 } as const);

/** Command codes (`command.code`); the same codes travel in signed commands. */
export const COMMAND = Object.freeze({
  pack: 1,
  seal: 2,
  open: 3,
  setTime: 4,
  transfer: 5,
  service: 12,
  calibrate: 13,
  account: 14,
} as const);

/**
 * Every reason a verdict can rest on, as one bit of an int32. Bits 0..7 are the zones of the kit's
 * profile in their order; the rest are fixed. All reasons are kept; the verdict is the worst of
 * theirs, so `unknown` never hides a breach.
 */
import { VERDICT } from '../units.js';

export const REASON = Object.freeze({
  /** Zone z of the profile is bit z: its allowance is spent. */
  zone0: 0,
  /** The stability budget is spent. */
  budget: 8,
  /** More time without a reading than the profile allows. */
  gap: 9,
  /** The clock is not set, so that expiry cannot be judged. */
  clockUnset: 10,
  /** No probe of the slot gives readings, for longer than a gap may last. */
  probeFault: 11,
  /** A drop-like shock. */
  shockDrop: 12,
  /** A severe or clipped shock. */
  shockSevere: 13,
  /** The lid stood open longer than allowed, in total. */
  lidOpen: 14,
  /** Past its expiry. */
  expired: 15,
  /** Mixed, and the use-by has passed. */
  useByElapsed: 16,
  /** Put back by hand and not scanned since. */
  returnedUnscanned: 17,
  /** Judged by an example profile on real hardware. */
  exampleProfile: 18,
  /** Readings were lost because the journal was full. */
  lost: 19,
  /** Mixed: never stock again. */
  mixed: 20,
  /** A probe that the judgement rests on is not calibrated, or its calibration has ended. */
  calibration: 21,
  /** The probes of its slot were apart for longer than allowed. */
  disagree: 22,
  /** It stood at an angle that the product does not bear. */
  tilt: 23,
  /** Humid air for longer than allowed, in total. */
  humidity: 24,
  /** Light for longer than allowed, in total. */
  light: 25,
  /** Held by quality, or by a recall. */
  hold: 26,
  /** Quality decided that it is not to be used. */
  discarded: 27,
  /** What it went through elsewhere is not known: a slip is missing, replayed or too old. */
  slip: 28,
  /** Quality released reasons that hold; they are still named. */
  released: 29,
} as const);

export const REASON_COUNT = 30;

/** Verdict of the fixed reasons; the zones', budget's and shocks' stand in the profile. */
export const FIXED_VERDICT: readonly number[] = Object.freeze([
  ...[-1, -1, -1, -1, -1, -1, -1, -1], // zones: the profile's
  -1, // budget: the profile's
  VERDICT.unknown, // gap
  VERDICT.unknown, // clockUnset
  VERDICT.unknown, // probeFault
  -1, // shockDrop: the profile's
  -1, // shockSevere: the profile's
  -1, // lidOpen: the profile's
  VERDICT.expired, // expired
  VERDICT.discard, // useByElapsed
  VERDICT.unknown, // returnedUnscanned
  VERDICT.unknown, // exampleProfile
  VERDICT.unknown, // lost
  VERDICT.inspect, // mixed: not stock; the crew that mixed it decides
  VERDICT.unknown, // calibration
  -1, // disagree: the profile's
  -1, // tilt: the profile's
  -1, // humidity: the profile's
  -1, // light: the profile's
  VERDICT.quarantine, // hold
  VERDICT.discard, // discarded
  VERDICT.unknown, // slip
  VERDICT.usable, // released
]);

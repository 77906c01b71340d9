/**
 * Hands on the shape of a shock event and its class: the fields of the shock record in the record's
 * order, apart from the slots, which the detector does not know. Change of velocity and free fall
 * decide, because a small accelerometer smears and clips the peak of a hard pulse but keeps these
 * two; a clipped peak and its change of velocity are lower bounds. Defaults apply to any content; a
 * product's profile may be stricter.
 */
import { SHOCK_CLASS, SHOCK_FLAG } from '../record/schema.js';

/** Words of a completed event. */
export const SHOCK_EVENT = Object.freeze({
  startUptimeS: 0, // first sample of the first impact; the free fall lies before it
  startMs: 1, // 0..999
  peakXMilliG: 2, // signed, as measured: gravity is part of it
  peakYMilliG: 3,
  peakZMilliG: 4,
  deltaVMmPerS: 5, // of the hardest impact, 0..65535
  freeFallMs: 6, // longest one that ended in an impact, 0 or 60..65000
  durationMs: 7, // time above the contact threshold, all impacts together
  axis: 8, // 0 x, 1 y, 2 z: the one with the largest peak
  flags: 9, // SHOCK_FLAG
  class: 10, // SHOCK_CLASS
  tiltDeg: 11, // 0..180 between rest before and rest after; TILT_UNKNOWN
} as const);
export const SHOCK_EVENT_WORDS = 12;

/** Tilt when there was no rest before or after the event; fits the record's byte. */
export const TILT_UNKNOWN = 255;

/** From which values on a shock belongs to a class. */
export interface ShockThresholds {
  readonly dropFreeFallMs: number;
  readonly dropDeltaVMmPerS: number;
  readonly severeDeltaVMmPerS: number;
}

export const DEFAULT_SHOCK_THRESHOLDS: ShockThresholds = Object.freeze({
  dropFreeFallMs: 140, // a fall of 10 cm lasts 143 ms
  dropDeltaVMmPerS: 1500, // impact of a fall of 11 cm without rebound, of 3 cm with full rebound
  severeDeltaVMmPerS: 3000, // impact of a fall of 46 cm, ISTA 3A's common height
});

/** The SHOCK_CLASS of an event by its free fall, change of velocity and clipped flag. */
export function classOfShock(event: Int32Array, thresholds: ShockThresholds): number {
  const deltaVMmPerS = event[SHOCK_EVENT.deltaVMmPerS]!;
  const isClipped = (event[SHOCK_EVENT.flags]! & SHOCK_FLAG.clipped) !== 0;
  if (isClipped || deltaVMmPerS >= thresholds.severeDeltaVMmPerS) return SHOCK_CLASS.severe;
  const isFall = event[SHOCK_EVENT.freeFallMs]! >= thresholds.dropFreeFallMs;
  if (isFall || deltaVMmPerS >= thresholds.dropDeltaVMmPerS) return SHOCK_CLASS.dropLike;
  return SHOCK_CLASS.handling;
}

/**
 * Hands on a probe's calibration as CBOR for a container (core/reading/calibration.ts): which
 * probe, whose certificate, until when, and how much has to be added at one to three temperatures.
 */
import { type CborValue, encodeCbor } from './cbor.js';

/** One point of a certificate, both in 0.01 °C. */
export interface CalibrationPoint {
  /** What the part shows. */
  readonly shownCentiC: number;
  /** What has to be added to it. */
  readonly addCentiC: number;
}

export interface Calibration {
  /** Counted from 0. */
  readonly probe: number;
  /** 1 to 20 characters. */
  readonly certificate: string;
  /** Seconds since 2020-01-01Z from which on it vouches for nothing. */
  readonly dueWallS: number;
  /** One to three, by ascending temperature. */
  readonly points: readonly CalibrationPoint[];
}

/** The calibration as the container takes it. */
export function encodeCalibration(calibration: Calibration): Uint8Array {
  const { probe, certificate, dueWallS, points } = calibration;
  const list = points.map((point): CborValue => [point.shownCentiC, point.addCentiC]);
  return encodeCbor(
    new Map<number, CborValue>([
      [1, probe],
      [2, certificate],
      [3, dueWallS],
      [4, list],
    ]),
  );
}

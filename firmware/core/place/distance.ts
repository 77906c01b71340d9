/**
 * Hands on the distance of two positions in whole metres, from micro-degrees and integers alone: on
 * a sphere laid flat at the middle latitude (equirectangular). From 54 to 72 degrees north that is
 * right to 3 m and 0.2 % up to 300 km, and up to 1.1 % too long at 1000 km (computed).
 */
import { SINE_SHIFT, cosineOfDegree, magnitude } from '../shock/integer-math.js';

export const LATITUDE_MICRODEG_MAX = 90000000;
export const LONGITUDE_MICRODEG_MAX = 180000000;
const MICRODEG = 1000000;

/** Metres between two positions in micro-degrees within their ranges, rounded down. */
export function distanceM(
  fromLatitude: number,
  fromLongitude: number,
  toLatitude: number,
  toLongitude: number,
): number {
  let east = Math.abs(toLongitude - fromLongitude);
  if (east > LONGITUDE_MICRODEG_MAX) east = 2 * LONGITUDE_MICRODEG_MAX - east;
  const north = Math.abs(toLatitude - fromLatitude);
  const middle = (fromLatitude + toLatitude) >> 1;
  return magnitude(metresOf(north), scaleByCosine(metresOf(east), middle), 0);
}

/** A micro-degree of a great circle is 0.111195 m (mean radius 6371008.8 m, IUGG), 1324/11907. */
function metresOf(microDeg: number): number {
  const ninth = (microDeg / 9) | 0;
  return ninth + ((ninth / 1323) | 0);
}

function scaleByCosine(metres: number, latitude: number): number {
  const size = Math.abs(latitude);
  const deg = (size / MICRODEG) | 0;
  const low = cosineOfDegree(deg);
  const fall = low - cosineOfDegree(deg + 1);
  const share = ((size - deg * MICRODEG) / 1000) | 0; // 0..999
  const cosine = low - (((fall * share) / 1000) | 0);
  const upper = metres >> SINE_SHIFT;
  const lower = metres - (upper << SINE_SHIFT);
  return upper * cosine + ((lower * cosine) >> SINE_SHIFT);
}

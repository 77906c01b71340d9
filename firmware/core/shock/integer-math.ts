/**
 * Hands on lengths and angles of integer vectors: square root, sine and the angle between two
 * vectors, from int32 values alone, because engines differ in the last bits of Math.sqrt's company
 * and the same recording must give the same event everywhere. Nothing is allocated; the table is a
 * constant. Rounding is named at each function.
 */

/** A sine or cosine of 1 is 1 << 14. */
export const SINE_SHIFT = 14;

const SINE_OF_DEGREE = Int16Array.of(
  ...[0, 286, 572, 857, 1143, 1428, 1713, 1997, 2280, 2563, 2845, 3126, 3406, 3686, 3964],
  ...[4240, 4516, 4790, 5063, 5334, 5604, 5872, 6138, 6402, 6664, 6924, 7182, 7438, 7692],
  ...[7943, 8192, 8438, 8682, 8923, 9162, 9397, 9630, 9860, 10087, 10311, 10531, 10749],
  ...[10963, 11174, 11381, 11585, 11786, 11982, 12176, 12365, 12551, 12733, 12911, 13085],
  ...[13255, 13421, 13583, 13741, 13894, 14044, 14189, 14330, 14466, 14598, 14726, 14849],
  ...[14968, 15082, 15191, 15296, 15396, 15491, 15582, 15668, 15749, 15826, 15897, 15964],
  ...[16026, 16083, 16135, 16182, 16225, 16262, 16294, 16322, 16344, 16362, 16374, 16382],
  16384,
);

/** Largest component whose three squares still add up to an int32. */
const COMPONENT_MAX = 26754;

/** Sine of whole degrees, 0..180, in 1/16384. */
export function sineOfDegree(deg: number): number {
  return SINE_OF_DEGREE[deg <= 90 ? deg : 180 - deg]!;
}

/** Cosine of whole degrees, 0..180, in 1/16384. */
export function cosineOfDegree(deg: number): number {
  return deg <= 90 ? SINE_OF_DEGREE[90 - deg]! : -SINE_OF_DEGREE[deg - 90]!;
}

/** Square root of 0..2^31-1, rounded down, one bit of the root in each of 16 turns. */
export function squareRoot(value: number): number {
  let rest = value;
  let root = 0;
  for (let bit = 1 << 30; bit !== 0; bit >>= 2) {
    const candidate = root + bit;
    root >>= 1;
    if (rest >= candidate) {
      rest -= candidate;
      root += bit;
    }
  }
  return root;
}

/** Length of a vector of components up to 2^30 either way; exact below 26754, else to 1/13000. */
export function magnitude(x: number, y: number, z: number): number {
  let ax = x < 0 ? -x : x;
  let ay = y < 0 ? -y : y;
  let az = z < 0 ? -z : z;
  let shift = 0;
  while (ax > COMPONENT_MAX || ay > COMPONENT_MAX || az > COMPONENT_MAX) {
    ax >>= 1;
    ay >>= 1;
    az >>= 1;
    shift++;
  }
  return squareRoot(ax * ax + ay * ay + az * az) << shift;
}

/**
 * Angle between two vectors of components up to 16383 either way, 0..180 degrees, rounded to the
 * nearest; -1 when one of them has no length. Made from both products, so that small angles keep
 * their precision, which a cosine alone does not give.
 */
export function angleDeg(
  ax: number,
  ay: number,
  az: number,
  bx: number,
  by: number,
  bz: number,
): number {
  let across = magnitude(ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx);
  let along = ax * bx + ay * by + az * bz;
  if (across === 0 && along === 0) return -1;
  while (across > 32767 || along > 32767 || along < -32767) {
    across >>= 1;
    along = (along / 2) | 0;
  }
  let deg = 0;
  while (deg < 180 && isBeyondHalfDegree(across, along, deg)) deg++;
  return deg;
}

/** Whether the angle of (along, across) is larger than `deg` and a half. */
function isBeyondHalfDegree(across: number, along: number, deg: number): boolean {
  const sine = (sineOfDegree(deg) + sineOfDegree(deg + 1)) >> 1;
  const cosine = (cosineOfDegree(deg) + cosineOfDegree(deg + 1)) >> 1;
  return across * cosine > along * sine;
}

/**
 * Hands on what a burst of acceleration amounts to, for the truth log: of a synthetic one by how it
 * was made, of a recording measured here in a plain way that the container's detector does not use
 * (it sees the whole burst at once): the longest free fall, and the change of velocity of what
 * follows it, or of the hardest knock where nothing fell.
 */

/** What really happened. */
export interface ShockTruth {
  readonly cause: 'drop' | 'bump' | 'recording';
  /** 0 where nothing fell; null where a recording does not say. */
  readonly heightCm: number | null;
  readonly freeFallMs: number;
  /** Change of velocity in the (first) impact; of a clipped one a lower bound. */
  readonly deltaVMmPerS: number;
  readonly peakMilliG: number;
}

const FALL_MILLI_G = 400;
const FALL_MS_MIN = 60;
/** What is no rest: with gravity still in it after a fall, without it otherwise. */
const CONTACT_AFTER_FALL_MILLI_G = 1600;
const CONTACT_MILLI_G = 600;
/** A pulse goes on over pauses as long as this. */
const PAUSE_MS = 20;
const MM_PER_S2_PER_MILLI_G = 9.80665;

/** A recording's truth from its samples: x, y, z in milli-g each. */
export function measureSamples(samples: Int16Array, rateHz: number): ShockTruth {
  const count = Math.floor(samples.length / 3);
  let peakMilliG = 0;
  let hardest = 0;
  let fall = { from: 0, to: 0 };
  let from = 0;
  for (let i = 0; i <= count; i++) {
    const milliG = i < count ? magnitude(samples, i, [0, 0, 0]) : Infinity;
    if (i < count && milliG > peakMilliG) {
      peakMilliG = milliG;
      hardest = i;
    }
    if (milliG < FALL_MILLI_G) continue;
    if (i - from > fall.to - fall.from) fall = { from, to: i };
    from = i + 1;
  }
  const freeFallMs = Math.round(((fall.to - fall.from) * 1000) / rateHz);
  const isFall = freeFallMs >= FALL_MS_MIN;
  const gravity = isFall ? ([0, 0, 0] as const) : meanOf(samples);
  const contactMilliG = isFall ? CONTACT_AFTER_FALL_MILLI_G : CONTACT_MILLI_G;
  const pulse = isFall ? fall.to : hardest;
  return {
    cause: 'recording',
    heightCm: null,
    freeFallMs: isFall ? freeFallMs : 0,
    deltaVMmPerS: Math.round(deltaV(samples, pulse, rateHz, { gravity, contactMilliG })),
    peakMilliG: Math.round(peakMilliG),
  };
}

type Vector = readonly [number, number, number];

/** Velocity gained around a sample, for as long as there is contact. */
function deltaV(
  samples: Int16Array,
  around: number,
  rateHz: number,
  rest: { gravity: Vector; contactMilliG: number },
): number {
  const { gravity, contactMilliG } = rest;
  const pause = Math.ceil((PAUSE_MS * rateHz) / 1000);
  const isContact = (i: number) => magnitude(samples, i, gravity) >= contactMilliG;
  let first = around;
  while (first > 0 && isContact(first - 1)) first--;
  const sum: [number, number, number] = [0, 0, 0];
  let quiet = 0;
  for (let i = first; 3 * i + 2 < samples.length && quiet <= pause; i++) {
    quiet = isContact(i) ? 0 : quiet + 1;
    if (quiet > 0) continue;
    for (let axis = 0; axis < 3; axis++) sum[axis]! += samples[3 * i + axis]! - gravity[axis]!;
  }
  return (length(sum) * MM_PER_S2_PER_MILLI_G) / rateHz;
}

function magnitude(samples: Int16Array, at: number, gravity: Vector): number {
  const x = samples[3 * at]! - gravity[0];
  const y = samples[3 * at + 1]! - gravity[1];
  const z = samples[3 * at + 2]! - gravity[2];
  return length([x, y, z]);
}

function length([x, y, z]: Vector): number {
  return Math.sqrt(x * x + y * y + z * z);
}

function meanOf(samples: Int16Array): Vector {
  const count = Math.max(1, Math.floor(samples.length / 3));
  const sum: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < 3 * count; i++) sum[i % 3]! += samples[i] ?? 0;
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}

/**
 * Hands on synthetic bursts of acceleration as the accelerometer's FIFO gives them: a drop (free
 * fall, impact, rebound, rest), a bump of the road or of a landing, each with the vehicle's
 * vibration, noise and the part's full scale. A burst begins 200 ms before its trigger (free fall,
 * or more than 2.5 g), as the part's pre-trigger buffer does. Also a recording, cut into bursts.
 */
import { sineOfHalfTurn, sineOfTurn } from './ambient.js';
import type { Random } from './prng.js';
import type { ShockTruth } from './shock-measure.js';
import { measureSamples } from './shock-measure.js';
import type { ShockRecording } from './shock-trace.js';

export const PRE_TRIGGER_MS = 200;
/** What wakes the part: the magnitude leaves rest by this much; facts: rotor lines stay below. */
export const TRIGGER_MILLI_G = 2500;
export const RATE_HZ = 800;
export const RANGE_MILLI_G = 16000;

const GRAVITY_MPS2 = 9.80665; // standard gravity, CGPM 1901
const NOISE_G = 0.008;
/** Free fall is noticed this long after it begins (interrupt duration of common parts). */
const FALL_TRIGGER_MS = 30;
const REST_AFTER_MS = 600;
/** Direction of an impact on an edge of the base: mostly upwards; a unit vector. */
const IMPACT_DIRECTION: readonly number[] = [0.36, 0.24, 0.9];

/** Duration of the impact and share of the speed that is given back, by what is underneath. */
const SURFACES = Object.freeze({
  soft: { pulseMs: 40, rebound: 0.03 },
  hard: { pulseMs: 18, rebound: 0.2 },
} as const);
export type Surface = keyof typeof SURFACES;

/** Sinusoidal vibration on all axes. */
export interface Vibration {
  readonly hz: number;
  readonly amplitudeG: number;
}
/** Rotor line of the EC145 family: 24.5 Hz (DTIC ADA604406); road: body of a car on its springs. */
export const VIBRATIONS = Object.freeze({
  helicopter: { hz: 24.5, amplitudeG: 0.3 },
  car: { hz: 12, amplitudeG: 0.08 },
  carried: { hz: 2, amplitudeG: 0.15 },
  none: { hz: 1, amplitudeG: 0 },
} as const);

/** One burst of the FIFO. */
export interface ShockBurst {
  readonly startMs: number;
  readonly triggerMs: number;
  readonly endMs: number;
  readonly rateHz: number;
  readonly rangeMilliG: number;
  /** x, y, z in milli-g each. */
  readonly samples: Int16Array;
  readonly truth: ShockTruth;
}

export interface DropOptions {
  readonly atMs: number;
  readonly heightCm: number;
  readonly surface: Surface;
  /** Whether the box stands on its base afterwards or lies on its side. */
  readonly landsOn: 'base' | 'side';
}

/** Speed at the ground, m/s: sqrt(2·g·h). */
export function impactSpeedMps(heightCm: number): number {
  return Math.sqrt((2 * GRAVITY_MPS2 * heightCm) / 100);
}

/** A drop; released at `atMs`. */
export function makeDrop(options: DropOptions, vibration: Vibration, random: Random): ShockBurst {
  const { pulseMs, rebound } = SURFACES[options.surface];
  const speed = impactSpeedMps(options.heightCm);
  const fallMs = (speed / GRAVITY_MPS2) * 1000;
  const triggerMs = options.atMs + Math.min(FALL_TRIGGER_MS, Math.floor(fallMs));
  const startMs = triggerMs - PRE_TRIGGER_MS;
  const hopMs = (2 * rebound * speed * 1000) / GRAVITY_MPS2;
  const hopPulseMs = pulseMs * 1.25;
  const deltaV = speed * (1 + rebound);
  const fallEndMs = options.atMs + fallMs;
  const hopEndMs = fallEndMs + pulseMs + hopMs;
  const endMs = Math.ceil(hopEndMs + hopPulseMs + REST_AFTER_MS);
  const writer = new BurstWriter(startMs, endMs, vibration, random);
  writer.rest(options.atMs, [0, 0, 1]);
  writer.rest(fallEndMs, [0, 0, 0]);
  const peakMilliG = writer.pulse(fallEndMs + pulseMs, pulseMs, deltaV);
  writer.rest(hopEndMs, [0, 0, 0]);
  writer.pulse(hopEndMs + hopPulseMs, hopPulseMs, rebound * speed);
  writer.rest(endMs, options.landsOn === 'side' ? [1, 0, 0] : [0, 0, 1]);
  return writer.finish(triggerMs, {
    cause: 'drop',
    heightCm: options.heightCm,
    freeFallMs: Math.round(fallMs),
    deltaVMmPerS: Math.round(deltaV * 1000),
    peakMilliG,
  });
}

/** A pothole or a landing: one pulse of `peakG` beyond gravity and `pulseMs`, from `atMs`. */
export function makeBump(
  bump: { atMs: number; peakG: number; pulseMs: number },
  vibration: Vibration,
  random: Random,
): ShockBurst {
  const startMs = bump.atMs - PRE_TRIGGER_MS;
  const endMs = Math.ceil(bump.atMs + bump.pulseMs + REST_AFTER_MS);
  const deltaV = (bump.peakG * GRAVITY_MPS2 * 2 * bump.pulseMs) / 1000 / 3.14159265;
  const writer = new BurstWriter(startMs, endMs, vibration, random);
  writer.rest(bump.atMs, [0, 0, 1]);
  const peakMilliG = writer.pulse(bump.atMs + bump.pulseMs, bump.pulseMs, deltaV);
  writer.rest(endMs, [0, 0, 1]);
  return writer.finish(bump.atMs, {
    cause: 'bump',
    heightCm: 0,
    freeFallMs: 0,
    deltaVMmPerS: Math.round(deltaV * 1000),
    peakMilliG,
  });
}

/** A recording as bursts, its first sample at `atMs`. */
export function burstsOfRecording(recording: ShockRecording, atMs: number): ShockBurst[] {
  return recording.pieces.map(({ offsetMs, samples }) => {
    const startMs = Math.max(0, Math.round(atMs + offsetMs));
    const count = samples.length / 3;
    const durationMs = Math.ceil((count * 1000) / recording.rateHz);
    return {
      startMs,
      triggerMs: startMs + Math.min(PRE_TRIGGER_MS, durationMs),
      endMs: startMs + durationMs,
      rateHz: recording.rateHz,
      rangeMilliG: recording.rangeMilliG,
      samples,
      truth: measureSamples(samples, recording.rateHz),
    };
  });
}

/** Writes samples phase by phase; a phase ends before the instant that it is given. */
class BurstWriter {
  private readonly startMs: number;
  private readonly samples: Int16Array;
  private readonly vibration: Vibration;
  private readonly random: Random;
  private at = 0;

  constructor(startMs: number, endMs: number, vibration: Vibration, random: Random) {
    this.startMs = startMs;
    this.samples = new Int16Array(3 * Math.floor(((endMs - startMs) * RATE_HZ) / 1000));
    this.vibration = vibration;
    this.random = random;
  }

  /** Constant acceleration until `untilMs`, in g. */
  rest(untilMs: number, [x, y, z]: readonly [number, number, number]): void {
    while (this.nowMs() < untilMs && this.at < this.samples.length) this.put(x, y, z);
  }

  /** A half sine that ends at `endMs`; gives its true peak in milli-g, gravity included. */
  pulse(endMs: number, durationMs: number, deltaVMps: number): number {
    const peakG = (deltaVMps * 3.14159265 * 1000) / (2 * durationMs) / GRAVITY_MPS2;
    const [dx, dy, dz] = IMPACT_DIRECTION as readonly [number, number, number];
    const startMs = endMs - durationMs;
    while (this.nowMs() < endMs && this.at < this.samples.length) {
      const share = Math.max(0, (this.nowMs() - startMs) / durationMs);
      const g = peakG * sineOfHalfTurn(share);
      this.put(g * dx, g * dy, 1 + g * dz);
    }
    return Math.round(1000 * Math.sqrt(peakG * peakG + 2 * peakG * dz + 1));
  }

  finish(triggerMs: number, truth: ShockTruth): ShockBurst {
    return {
      startMs: this.startMs,
      triggerMs,
      endMs: this.startMs + Math.ceil((this.at / 3) * (1000 / RATE_HZ)),
      rateHz: RATE_HZ,
      rangeMilliG: RANGE_MILLI_G,
      samples: this.samples,
      truth,
    };
  }

  private nowMs(): number {
    return this.startMs + ((this.at / 3) * 1000) / RATE_HZ;
  }

  private put(x: number, y: number, z: number): void {
    const turn = (this.nowMs() * this.vibration.hz) / 1000;
    const swing = this.vibration.amplitudeG * sineOfTurn(turn);
    this.putAxis(x + 0.4 * swing);
    this.putAxis(y + 0.4 * swing);
    this.putAxis(z + swing);
  }

  private putAxis(g: number): void {
    const milliG = Math.round((g + NOISE_G * this.random.nextNormal()) * 1000);
    this.samples[this.at++] = Math.max(-RANGE_MILLI_G, Math.min(RANGE_MILLI_G, milliG));
  }
}

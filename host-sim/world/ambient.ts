/**
 * Hands on the temperature of the air around the container, in °C, as a function of the journey's
 * time: constant, daily, or a stay in the sun, each with a slow seeded wander. Only additions,
 * multiplications and divisions, so that the truth is the same to the last bit on every engine.
 */
import { type Seed, hashText, mixInt32 } from './prng.js';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './time-text.js';

/** The surrounding air's temperature; NaN where it is not known (a gap of a replayed trace). */
export interface Ambient {
  at(ms: number): number;
}

/** Distance of the knots between which the wander is linear. */
const WANDER_KNOT_MS = 30 * MINUTE_MS;
const FOUR_BYTES_MEAN = 510;
/** Standard deviation of the sum of four uniform bytes: sqrt(4 × 256² / 12). */
const FOUR_BYTES_SIGMA = 147.8;

/** sin(π·u) for 0 <= u <= 1, at most 0.0017 off (Bhāskara I, 7th century). */
export function sineOfHalfTurn(u: number): number {
  const product = u * (1 - u);
  return (16 * product) / (5 - 4 * product);
}

/** sin(2π·turn), periodic, at most 0.0017 off. */
export function sineOfTurn(turn: number): number {
  const phase = turn - Math.floor(turn);
  return phase < 0.5 ? sineOfHalfTurn(2 * phase) : -sineOfHalfTurn(2 * phase - 1);
}

/** Slow random deviation around zero with standard deviation `sigmaC`; any time, in any order. */
export class Wander implements Ambient {
  private readonly key: number;
  private readonly sigmaC: number;
  private knot = Number.NaN;
  private fromC = 0;
  private slopePerMs = 0;

  constructor(seed: Seed, name: string, sigmaC: number) {
    this.key = hashText(`${seed}/wander/${name}`, 0x517cc1b7);
    this.sigmaC = sigmaC;
  }

  at(ms: number): number {
    const knot = Math.floor(ms / WANDER_KNOT_MS);
    if (knot !== this.knot) {
      this.knot = knot;
      this.fromC = this.knotC(knot);
      this.slopePerMs = (this.knotC(knot + 1) - this.fromC) / WANDER_KNOT_MS;
    }
    return this.fromC + this.slopePerMs * (ms - knot * WANDER_KNOT_MS);
  }

  private knotC(knot: number): number {
    const bits = mixInt32(this.key ^ Math.imul(knot, 0x9e3779b1));
    const sum = (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24);
    return ((sum - FOUR_BYTES_MEAN) / FOUR_BYTES_SIGMA) * this.sigmaC;
  }
}

/** A mean, a daily swing with its warmest hour in local time (no swing: constant), and a wander. */
export class DailyAmbient implements Ambient {
  private readonly meanC: number;
  private readonly amplitudeC: number;
  private readonly phaseMs: number;
  private readonly wander: Wander;

  constructor(
    daily: { meanC: number; amplitudeC: number; warmestHour: number },
    startLocalMs: number,
    wander: Wander,
  ) {
    this.meanC = daily.meanC;
    this.amplitudeC = daily.amplitudeC;
    // The sine is at its top a quarter of a day after its phase 0.
    this.phaseMs = (startLocalMs % DAY_MS) - daily.warmestHour * HOUR_MS + DAY_MS / 4;
    this.wander = wander;
  }

  at(ms: number): number {
    const steadyC = this.meanC + this.wander.at(ms);
    if (this.amplitudeC === 0) return steadyC;
    return steadyC + this.amplitudeC * sineOfTurn((ms + this.phaseMs) / DAY_MS);
  }
}

/** Another ambient that is led to a peak in the middle of a stay and back again, as a cabin is. */
export class PeakAmbient implements Ambient {
  private readonly around: Ambient;
  private readonly peakC: number;
  private readonly startMs: number;
  private readonly durationMs: number;

  constructor(around: Ambient, peak: { peakC: number; startMs: number; durationMs: number }) {
    this.around = around;
    this.peakC = peak.peakC;
    this.startMs = peak.startMs;
    this.durationMs = peak.durationMs;
  }

  at(ms: number): number {
    const outsideC = this.around.at(ms);
    const share = (ms - this.startMs) / this.durationMs;
    if (share <= 0 || share >= 1) return outsideC;
    return outsideC + (this.peakC - outsideC) * sineOfHalfTurn(share);
  }
}

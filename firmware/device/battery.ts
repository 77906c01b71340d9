/**
 * The battery's voltage as the input port hands it on: measured once a minute at most, for the
 * inputs are read at every step; the value before is kept when a measurement fails.
 */
import type { BatterySense } from './drivers/battery-sense.js';

const PERIOD_MS = 60_000;

export class Battery {
  private readonly sense: BatterySense;
  private measuredMs = 0;
  private isMeasured = false;
  private last = 0;

  constructor(sense: BatterySense) {
    this.sense = sense;
  }

  /** In mV, 0 before the first measurement that succeeds. `nowMs` may wrap. */
  milliV(nowMs: number): number {
    if (this.isMeasured && ((nowMs - this.measuredMs) | 0) < PERIOD_MS) return this.last;
    this.isMeasured = true;
    this.measuredMs = nowMs;
    const milliV = this.sense.measure();
    if (milliV >= 0) this.last = milliV;
    return this.last;
  }
}

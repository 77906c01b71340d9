/**
 * The light inside the container as the input port hands it on: looked at once a second at most,
 * for the inputs are read at every step. What is older than five seconds is not measured, as is
 * everything of a part that does not answer.
 */

/** A part that measures light, as drivers/opt3001.ts is one. */
export interface LightDriver {
  /** The last answer. */
  readonly lux: number;
  /** 1 with a new answer, 0 when there is none since the last, or a fault. */
  collect(): number;
}

/** Of INPUT_LAYOUT.lightLux. */
export const LIGHT_NOT_MEASURED = 0xffff;
const LUX_MAX = 0xfffe;
const PERIOD_MS = 1000;
const STALE_MS = 5000;

export class Light {
  private readonly driver: LightDriver;
  private lookedMs = 0;
  private hasLooked = false;
  private measuredMs = 0;
  private last = LIGHT_NOT_MEASURED;

  constructor(driver: LightDriver) {
    this.driver = driver;
  }

  /** In lux, 0..65534, or LIGHT_NOT_MEASURED. `nowMs` may wrap. */
  lux(nowMs: number): number {
    if (this.hasLooked && ((nowMs - this.lookedMs) | 0) < PERIOD_MS) return this.last;
    this.hasLooked = true;
    this.lookedMs = nowMs;
    const result = this.driver.collect();
    if (result > 0) {
      this.measuredMs = nowMs;
      this.last = this.driver.lux < LUX_MAX ? this.driver.lux : LUX_MAX;
    } else if (result < 0 || ((nowMs - this.measuredMs) | 0) > STALE_MS) {
      this.last = LIGHT_NOT_MEASURED;
    }
    return this.last;
  }
}

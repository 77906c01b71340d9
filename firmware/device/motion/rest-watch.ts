/**
 * Whether a stream of acceleration has come to rest: for a second nothing over the wake-up's 2.5 g
 * and gravity, and no free fall. The shock detector wants half a second, to tell the tilt.
 */
const AXES = 3;
const REST_MS = 1000;
const LIVELY_MILLI_G = 3500;
const WEIGHTLESS_MILLI_G = 440;
/** Shorter than that is vibration. */
const FALL_MS = 60;

export class RestWatch {
  private restSamples = 0;
  private fallSamples = 0;
  private weightlessSamples = 0;
  private quietSamples = 0;

  /** A stream begins. */
  begin(rateHz: number): void {
    this.restSamples = Math.floor((REST_MS * rateHz) / 1000);
    this.fallSamples = Math.floor((FALL_MS * rateHz) / 1000);
    this.quietSamples = 0;
    this.weightlessSamples = 0;
  }

  /** Takes samples, x, y, z in milli-g. */
  feel(milliG: Int16Array): void {
    for (let at = 0; at < milliG.length; at += AXES) {
      let most = 0;
      for (let axis = 0; axis < AXES; axis++) {
        const size = Math.abs(milliG[at + axis]!);
        if (size > most) most = size;
      }
      this.weightlessSamples = most < WEIGHTLESS_MILLI_G ? this.weightlessSamples + 1 : 0;
      const isQuiet = most <= LIVELY_MILLI_G && this.weightlessSamples < this.fallSamples;
      this.quietSamples = isQuiet ? this.quietSamples + 1 : 0;
    }
  }

  get isAtRest(): boolean {
    return this.quietSamples >= this.restSamples;
  }
}

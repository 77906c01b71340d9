/**
 * A capture for the rotor line: a second of the stream, thinned to about 104 Hz by the mean of
 * eight samples, so that it fits into 1 kB while the FIFO keeps the pre-trigger of whatever may
 * come. A container at rest is known by its first samples, which spread by no more than
 * REST_MILLI_G to either side.
 */
import { getI32, getU16, putI32, putU16 } from '../../core/bytes.js';
import { ACCELERATION_LAYOUT as LAYOUT, CAPTURE_MS, REST_MILLI_G } from '../../core/ports.js';
import { putSamples, roomIn } from './burst-stream.js';

const AXES = 3;
/** At most 112 Hz, and what one look at the FIFO brings too much. */
const SAMPLES_MAX = 160;
/** The least rate of a capture is 100 Hz. */
const RATE_HZ_MIN = 100;

export class Capture {
  /** The header of the stream that it is taken from, with the time of the first sample. */
  readonly header = new Uint8Array(LAYOUT.samples);
  private readonly milliG = new Int16Array(SAMPLES_MAX * AXES);
  private readonly sums = new Int32Array(AXES);
  private readonly least = new Int16Array(AXES);
  private readonly most = new Int16Array(AXES);
  private rateHz = 0;
  private rangeMilliG = 0;
  private share = 1;
  private summed = 0;
  private count = 0;
  private given = 0;

  /** Begins with nothing, of a stream of `rateHz`, 100 to 2000. */
  begin(rateHz: number, rangeMilliG: number): void {
    this.share = Math.floor(rateHz / RATE_HZ_MIN);
    this.rateHz = Math.floor(rateHz / this.share);
    this.rangeMilliG = rangeMilliG;
    this.sums.fill(0);
    this.least.fill(0x7fff);
    this.most.fill(-0x8000);
    this.summed = 0;
    this.count = 0;
    this.given = 0;
  }

  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** Whether a second has been gathered. */
  get isFull(): boolean {
    return this.count * 1000 >= CAPTURE_MS * this.rateHz;
  }

  /** Whether all of it has been handed over. */
  get isOver(): boolean {
    return this.given === this.count;
  }

  /** Whether nothing was felt so far. */
  get isAtRest(): boolean {
    for (let axis = 0; axis < AXES; axis++) {
      if (this.most[axis]! - this.least[axis]! > 2 * REST_MILLI_G) return false;
    }
    return true;
  }

  /** Takes samples, x, y, z in milli-g. */
  gather(milliG: Int16Array): void {
    for (let at = 0; at < milliG.length; at += AXES) {
      for (let axis = 0; axis < AXES; axis++) {
        this.sums[axis] = this.sums[axis]! + milliG[at + axis]!;
      }
      if (++this.summed === this.share) this.hold();
    }
  }

  /** Writes a batch of at most `most` samples: their number. */
  handOver(into: Uint8Array, most: number): number {
    const room = roomIn(into);
    let count = this.count - this.given;
    if (count > room) count = room;
    if (count > most) count = most;
    const sinceMs = Math.floor((1000 * this.given) / this.rateHz);
    const ms = getU16(this.header, LAYOUT.startMs) + sinceMs;
    const seconds = Math.floor(ms / 1000);
    putI32(into, LAYOUT.startUptimeS, getI32(this.header, LAYOUT.startUptimeS) + seconds);
    putU16(into, LAYOUT.startMs, ms - 1000 * seconds);
    putU16(into, LAYOUT.rateHz, this.rateHz);
    putU16(into, LAYOUT.rangeMilliG, this.rangeMilliG);
    putSamples(into, this.milliG, this.given, count);
    this.given += count;
    return count;
  }

  /** Holds the mean of the samples that make one, rounded half up. */
  private hold(): void {
    for (let axis = 0; axis < AXES; axis++) {
      const mean = Math.floor((2 * this.sums[axis]! + this.share) / (2 * this.share));
      if (mean < this.least[axis]!) this.least[axis] = mean;
      if (mean > this.most[axis]!) this.most[axis] = mean;
      if (this.count < SAMPLES_MAX) this.milliG[AXES * this.count + axis] = mean;
      this.sums[axis] = 0;
    }
    this.summed = 0;
    if (this.count < SAMPLES_MAX) this.count++;
  }
}

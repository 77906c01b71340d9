/**
 * Hands on when a sample was taken, for samples that come out of a FIFO in bursts: they are counted
 * from an anchor, at the rate trimmed into the part. The anchor is set from the level of the FIFO:
 * at the start, after samples were lost, and when the count has drifted by more than the reading
 * of a FIFO explains. So a gap among the samples is one in time too, never inside a burst.
 */
import { getI32, getU16, putI32, putU16 } from '../../core/bytes.js';
import { ACCELERATION_LAYOUT as LAYOUT, CLOCK_LAYOUT, type ClockPort } from '../../core/ports.js';

/** A level is known to 3 ms; the shock detector takes 20 for another stream. */
const DRIFT_MS = 5;
const ANCHOR_S_MAX = 60;

export class SampleClock {
  private readonly clock: ClockPort;
  private readonly bytes = new Uint8Array(CLOCK_LAYOUT.bytes);
  private rateHz = 1;
  private isAnchored = false;
  private anchorS = 0;
  private anchorMs = 0;
  /** Samples since the anchor, less than a second's. */
  private count = 0;

  constructor(clock: ClockPort) {
    this.clock = clock;
  }

  /** Samples were lost, or others are to follow: the anchor says nothing any more. */
  forget(): void {
    this.isAnchored = false;
  }

  /** The FIFO holds `level` samples now; `rateHz` stays the same until `forget`. */
  follow(level: number, rateHz: number): void {
    this.clock.read(this.bytes);
    const uptimeS = getI32(this.bytes, CLOCK_LAYOUT.uptimeS);
    const levelMs = Math.floor((1000 * level) / rateHz);
    const oldestMs = getU16(this.bytes, CLOCK_LAYOUT.uptimeMs) - levelMs;
    if (this.isAnchored && this.isOnTime(uptimeS, oldestMs)) return;
    const seconds = Math.floor(oldestMs / 1000);
    this.isAnchored = true;
    this.rateHz = rateHz;
    this.anchorS = uptimeS + seconds;
    this.anchorMs = oldestMs - 1000 * seconds;
    this.count = 0;
  }

  /** Writes the time of the next sample to the head of a batch. */
  stamp(batch: Uint8Array): void {
    const ms = this.anchorMs + this.countMs();
    const isNextSecond = ms >= 1000;
    putI32(batch, LAYOUT.startUptimeS, this.anchorS + (isNextSecond ? 1 : 0));
    putU16(batch, LAYOUT.startMs, isNextSecond ? ms - 1000 : ms);
  }

  /** Counts samples that have gone by. */
  advance(samples: number): void {
    this.count += samples;
    if (this.count < this.rateHz) return;
    this.count -= this.rateHz;
    this.anchorS++;
  }

  private isOnTime(uptimeS: number, oldestMs: number): boolean {
    const seconds = uptimeS - this.anchorS;
    if (seconds > ANCHOR_S_MAX) return false;
    const lateMs = 1000 * seconds + oldestMs - this.anchorMs - this.countMs();
    return lateMs >= -DRIFT_MS && lateMs <= DRIFT_MS;
  }

  private countMs(): number {
    return Math.floor((1000 * this.count) / this.rateHz);
  }
}

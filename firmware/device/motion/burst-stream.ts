/**
 * Hands on the samples of an accelerometer's FIFO in batches of ACCELERATION_LAYOUT, burst by
 * burst, with the time of each: what one call has no room for comes at the next.
 */
import { putU16 } from '../../core/bytes.js';
import { ACCELERATION_LAYOUT as LAYOUT, type ClockPort } from '../../core/ports.js';
import { BURST_SAMPLES, type Lsm6dso32 } from './lsm6dso32.js';
import { SampleClock } from './sample-clock.js';

const AXES = 3;

export class BurstStream {
  readonly part: Lsm6dso32;
  private readonly time: SampleClock;
  /** Samples of the last burst that have been handed over or dropped; BURST_SAMPLES: all. */
  private given = BURST_SAMPLES;

  constructor(part: Lsm6dso32, clock: ClockPort) {
    this.part = part;
    this.time = new SampleClock(clock);
  }

  /** Whether a part of a burst is still to be handed over. */
  get hasRest(): boolean {
    return this.given < BURST_SAMPLES;
  }

  /** Another stream begins, or samples were lost. */
  forget(): void {
    this.time.forget();
    this.given = BURST_SAMPLES;
  }

  /**
   * Takes the oldest burst out of the FIFO and leaves `keep` samples in it: 1, 0 when there are
   * too few, or a fault, which leaves it open how many were taken.
   */
  fetch(keep: number): number {
    const { part, time } = this;
    const level = part.readLevel();
    if (level < 0) return level;
    if (part.hasOverrun) time.forget();
    if (level < keep + BURST_SAMPLES) return 0;
    time.follow(level, part.rateHz);
    const result = part.readBurst();
    if (result < 0) return result;
    this.given = 0;
    return 1;
  }

  /** Writes what fits of the burst: the number of samples. */
  handOver(into: Uint8Array): number {
    const { milliG, rateHz, rangeMilliG } = this.part;
    const room = roomIn(into);
    const left = BURST_SAMPLES - this.given;
    const count = room < left ? room : left;
    this.time.stamp(into);
    this.time.advance(count);
    putU16(into, LAYOUT.rateHz, rateHz);
    putU16(into, LAYOUT.rangeMilliG, rangeMilliG);
    putSamples(into, milliG, this.given, count);
    this.given += count;
    return count;
  }

  /** Writes the time of the next sample to the head of a batch. */
  stamp(batch: Uint8Array): void {
    this.time.stamp(batch);
  }

  /** Passes over the burst. */
  drop(): void {
    this.time.advance(BURST_SAMPLES - this.given);
    this.given = BURST_SAMPLES;
  }
}

/** How many samples a batch has room for. */
export function roomIn(batch: Uint8Array): number {
  const room = Math.floor((batch.length - LAYOUT.samples) / LAYOUT.sampleBytes);
  return room > 0 ? room : 0;
}

/** Writes `count` samples of `milliG` from the sample `from` on behind a batch's header. */
export function putSamples(
  into: Uint8Array,
  milliG: Int16Array,
  from: number,
  count: number,
): void {
  for (let i = 0; i < AXES * count; i++) {
    putU16(into, LAYOUT.samples + 2 * i, milliG[AXES * from + i]!);
  }
}

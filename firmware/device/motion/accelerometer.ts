/**
 * The accelerometer port, on a part that gathers samples by itself (lsm6dso32.ts). While it waits,
 * nobody looks: its FIFO turns over, its interrupt line ends the wait, and what the FIFO then holds
 * is the pre-trigger. From there it is drained as fast as it fills, until a second has been quiet.
 * A capture drains it as well, but for the pre-trigger of a shock in it, which ends the capture.
 * A line that is up though the part has nothing to tell is broken, and not listened to for a
 * minute; as often the part is asked whether it still watches (part-care.ts).
 */
import { FAULT } from '../../core/faults.js';
import type { AccelerometerPort, ClockPort } from '../../core/ports.js';
import { BurstStream, roomIn } from './burst-stream.js';
import { Capture } from './capture.js';
import { BURST_SAMPLES, type Lsm6dso32 } from './lsm6dso32.js';
import { PartCare } from './part-care.js';
import { RestWatch } from './rest-watch.js';

const IDLE_MS = 0x7fffffff;
const STATE = Object.freeze({
  waiting: 0,
  streaming: 1,
  capturing: 2,
  captured: 3,
} as const);
/** The FIFO turns over in 614 ms. */
const STREAM_MS = 200;
/** What a capture leaves in it, 360 ms; the rest is 254 ms, within which it must be polled. */
const KEPT_SAMPLES = 300;

export interface AccelerometerParts {
  readonly part: Lsm6dso32;
  readonly clock: ClockPort;
  /** Whether something pulls the part's interrupt line up. */
  readonly isWoken: () => boolean;
  /** Counts milliseconds modulo 2^32, as an int32. */
  readonly ticksMs: () => number;
}

export class Accelerometer implements AccelerometerPort {
  /** Grows when a step should look at once: the part has woken, or waits to be fetched. */
  revision = 0;
  private readonly parts: AccelerometerParts;
  private readonly stream: BurstStream;
  private readonly rest = new RestWatch();
  private readonly taken = new Capture();
  private readonly care: PartCare;
  private state: number = STATE.waiting;
  private isAnnounced = false;
  private isDeaf = false;
  private polledMs = 0;

  constructor(parts: AccelerometerParts) {
    this.parts = parts;
    this.stream = new BurstStream(parts.part, parts.clock);
    this.care = new PartCare(parts.part, parts.ticksMs);
  }

  /**
   * Looks at the interrupt line between steps, as its edge may have been lost, and asks for a step
   * while samples are not fetched; answers in how many milliseconds to do so again.
   */
  tend(): number {
    if (!this.care.isReady) return IDLE_MS;
    if (this.state !== STATE.waiting) {
      if (((this.parts.ticksMs() - this.polledMs) | 0) >= STREAM_MS) this.revision++;
      return STREAM_MS;
    }
    if (!this.isAnnounced && this.parts.isWoken()) {
      this.isAnnounced = true;
      this.revision++;
    }
    return IDLE_MS;
  }

  capture(): number {
    const ready = this.ready();
    if (ready < 0) return ready;
    // What has woken it comes first, with its pre-trigger.
    if (this.state !== STATE.waiting || this.isWoken()) return FAULT.busy;
    const { part } = this.parts;
    this.stream.forget();
    this.taken.begin(part.rateHz, part.rangeMilliG);
    const result = this.gather();
    if (result < 0) return this.fail(result);
    if (this.taken.isEmpty) return FAULT.busy;
    if (this.taken.isAtRest) return 0;
    this.state = STATE.capturing;
    this.polledMs = this.parts.ticksMs();
    return 1;
  }

  poll(into: Uint8Array): number {
    if (roomIn(into) === 0) return FAULT.overflow;
    this.polledMs = this.parts.ticksMs();
    const ready = this.ready();
    if (ready < 0) return ready;
    if (this.state >= STATE.capturing) return this.pollCapture(into);
    if (!this.stream.hasRest) {
      const result = this.fetch();
      if (result <= 0) return result;
    }
    return this.stream.handOver(into);
  }

  /** 1 with a new burst, 0 when there is none yet or the part rests, or a fault. */
  private fetch(): number {
    if (this.state === STATE.waiting) {
      const result = this.isWoken() ? this.wake() : this.check();
      if (result <= 0) return result;
    }
    const result = this.stream.fetch(0);
    if (result < 0) return this.fail(result);
    if (result === 0) return this.rest.isAtRest ? this.wait() : 0;
    this.care.praise();
    this.rest.feel(this.parts.part.milliG);
    return 1;
  }

  /** Gathers a second, answering 0; then hands it over, and ends with another 0. */
  private pollCapture(into: Uint8Array): number {
    if (this.state === STATE.capturing) {
      const result = this.isWoken() ? 0 : this.gather();
      if (result < 0) this.state = STATE.waiting;
      if (result < 0) return this.fail(result);
      if (!this.isWoken() && !this.taken.isFull) return 0;
      this.state = STATE.captured;
    }
    if (!this.taken.isOver) return this.taken.handOver(into, BURST_SAMPLES);
    this.state = STATE.waiting;
    return 0;
  }

  /** Takes all but the pre-trigger out of the FIFO: 0 or a fault. A gap begins the capture anew. */
  private gather(): number {
    const { stream, taken } = this;
    const { part } = stream;
    for (;;) {
      const result = stream.fetch(KEPT_SAMPLES);
      if (result <= 0) return result;
      if (part.hasOverrun) taken.begin(part.rateHz, part.rangeMilliG);
      if (taken.isEmpty) stream.stamp(taken.header);
      stream.drop();
      taken.gather(part.milliG);
    }
  }

  /** Whether the line is up, and believed. */
  private isWoken(): boolean {
    return !this.isDeaf && this.parts.isWoken();
  }

  /** 1 when the part has woken the container, 0 when its line alone says so, or a fault. */
  private wake(): number {
    const sources = this.parts.part.clearInterrupt();
    if (sources < 0) return this.fail(sources);
    if (sources === 0) {
      this.isDeaf = true;
      this.isAnnounced = true;
      this.care.look();
      return 0;
    }
    this.state = STATE.streaming;
    this.stream.forget();
    this.rest.begin(this.parts.part.rateHz);
    return 1;
  }

  /** Ends a stream or a set-up: 0, or busError when the interrupt cannot be let go of. */
  private wait(): number {
    const result = this.parts.part.clearInterrupt();
    if (result < 0) return this.fail(result);
    this.state = STATE.waiting;
    this.isAnnounced = false;
    this.isDeaf = false;
    this.care.look();
    return 0;
  }

  /** Sets the part up if it is not: 0, or a fault. */
  private ready(): number {
    if (this.care.isReady) return 0;
    const result = this.care.setUp();
    if (result < 0) return result;
    this.stream.forget();
    return this.wait();
  }

  /** Asks a part that waits, once a minute, whether it still does: 0, or a fault. */
  private check(): number {
    if (!this.care.isDue) return 0;
    this.isDeaf = false;
    this.isAnnounced = false;
    return Math.min(this.care.check(), 0);
  }

  /** Notes a fault: samples may be lost. */
  private fail(fault: number): number {
    this.stream.forget();
    return this.care.fail(fault);
  }
}

/**
 * The accelerometer port of the simulator. The part sleeps until free fall or more than 2.5 g wakes
 * it; its adapter then gathers the FIFO, pre-trigger included, and hands over batches of up to 32
 * samples once the movement has come to rest. So 0 always means rest, never "not yet", and no
 * sample is lost however rarely the container looks. A capture hands over what the FIFO holds,
 * thinned to 104 Hz; on the ground and out of a vehicle the part knows by itself that it rests.
 */
import { putI32, putU16 } from '../../firmware/core/bytes.js';
import { FAULT } from '../../firmware/core/faults.js';
import { ACCELERATION_LAYOUT, type AccelerometerPort } from '../../firmware/core/ports.js';
import { Random } from '../world/prng.js';
import { PRE_TRIGGER_MS, RANGE_MILLI_G } from '../world/shock.js';
import { CAPTURE_RATE_HZ, CAPTURE_SAMPLES, vibrationSamples } from '../world/vibration.js';
import type { World } from '../world/world.js';
import type { SimClock } from './clock.js';

export const BATCH_SAMPLES_MAX = 32;
const AXES = 3;
const CAPTURE_SPAN_MS = Math.ceil((CAPTURE_SAMPLES * 1000) / CAPTURE_RATE_HZ);

/** Samples of the FIFO that belong together. */
interface Gathered {
  readonly startMs: number;
  readonly rateHz: number;
  readonly rangeMilliG: number;
  readonly samples: Int16Array;
}

export class SimAccelerometer implements AccelerometerPort {
  private readonly world: World;
  private readonly clock: SimClock;
  private readonly random: Random;
  private captured: Gathered | undefined;
  private isCaptureEnding = false;
  private taken = 0;
  private handedOverUntilMs = 0;

  constructor(world: World, clock: SimClock) {
    this.world = world;
    this.clock = clock;
    this.random = new Random(world.seed, 'vibration');
  }

  /** A boot loses what had been gathered. */
  boot(): void {
    this.world.bursts.length = 0;
    this.captured = undefined;
    this.isCaptureEnding = false;
    this.taken = 0;
    this.handedOverUntilMs = this.world.nowMs;
  }

  capture(): number {
    const { world } = this;
    if (this.captured !== undefined || this.isCaptureEnding || world.isShaken) return FAULT.busy;
    const endMs = world.nowMs - PRE_TRIGGER_MS;
    const startMs = endMs - CAPTURE_SPAN_MS;
    if (startMs < this.handedOverUntilMs) return FAULT.busy;
    if (world.leg === undefined) return 0;
    const samples = vibrationSamples(world.leg.by, endMs, this.random);
    this.captured = {
      startMs,
      rateHz: CAPTURE_RATE_HZ,
      rangeMilliG: RANGE_MILLI_G,
      samples,
    };
    return 1;
  }

  poll(into: Uint8Array): number {
    if (this.isCaptureEnding) {
      this.isCaptureEnding = false;
      return 0;
    }
    const gathered = this.captured ?? this.world.bursts[0];
    if (gathered === undefined) return 0;
    const room = Math.floor(
      (into.length - ACCELERATION_LAYOUT.samples) / ACCELERATION_LAYOUT.sampleBytes,
    );
    if (room < 1) return FAULT.overflow;
    const total = gathered.samples.length / AXES;
    const count = Math.min(BATCH_SAMPLES_MAX, room, total - this.taken);
    this.write(into, gathered, count);
    this.taken += count;
    if (this.taken >= total) this.finish(gathered);
    return count;
  }

  private write(into: Uint8Array, gathered: Gathered, count: number): void {
    const { rateHz, rangeMilliG, samples } = gathered;
    const sinceMs = Math.floor((this.taken * 1000) / rateHz);
    const startMs = gathered.startMs + sinceMs - this.clock.bootedAtMs;
    const startS = Math.floor(startMs / 1000);
    putI32(into, ACCELERATION_LAYOUT.startUptimeS, startS);
    putU16(into, ACCELERATION_LAYOUT.startMs, startMs - startS * 1000);
    putU16(into, ACCELERATION_LAYOUT.rateHz, rateHz);
    putU16(into, ACCELERATION_LAYOUT.rangeMilliG, rangeMilliG);
    for (let i = 0; i < count * AXES; i++) {
      putU16(into, ACCELERATION_LAYOUT.samples + 2 * i, samples[this.taken * AXES + i]!);
    }
  }

  private finish({ startMs, rateHz, samples }: Gathered): void {
    this.handedOverUntilMs = startMs + Math.ceil((samples.length / AXES / rateHz) * 1000);
    this.taken = 0;
    if (this.captured === undefined) {
      this.world.bursts.shift();
      return;
    }
    this.captured = undefined;
    this.isCaptureEnding = true;
  }
}

/**
 * The accelerometer port of the simulator. The part sleeps until free fall or more than 2.5 g wakes
 * it; its adapter then gathers the FIFO, pre-trigger included, and hands over batches of up to 32
 * samples once the movement has come to rest. So 0 always means rest, never "not yet", and no
 * sample is lost however rarely the container looks.
 */
import { putI32, putU16 } from '../../firmware/core/bytes.js';
import { FAULT } from '../../firmware/core/faults.js';
import { ACCELERATION_LAYOUT, type AccelerometerPort } from '../../firmware/core/ports.js';
import type { World } from '../world/world.js';
import type { SimClock } from './clock.js';

export const BATCH_SAMPLES_MAX = 32;
const AXES = 3;

export class SimAccelerometer implements AccelerometerPort {
  private readonly world: World;
  private readonly clock: SimClock;
  private taken = 0;

  constructor(world: World, clock: SimClock) {
    this.world = world;
    this.clock = clock;
  }

  /** A boot loses what had been gathered. */
  boot(): void {
    this.world.bursts.length = 0;
    this.taken = 0;
  }

  poll(into: Uint8Array): number {
    const burst = this.world.bursts[0];
    if (burst === undefined) return 0;
    const total = burst.samples.length / AXES;
    const room = Math.floor(
      (into.length - ACCELERATION_LAYOUT.samples) / ACCELERATION_LAYOUT.sampleBytes,
    );
    if (room < 1) return FAULT.overflow;
    const count = Math.min(BATCH_SAMPLES_MAX, room, total - this.taken);
    const startMs =
      burst.startMs + Math.floor((this.taken * 1000) / burst.rateHz) - this.clock.bootedAtMs;
    const startS = Math.floor(startMs / 1000);
    putI32(into, ACCELERATION_LAYOUT.startUptimeS, startS);
    putU16(into, ACCELERATION_LAYOUT.startMs, startMs - startS * 1000);
    putU16(into, ACCELERATION_LAYOUT.rateHz, burst.rateHz);
    putU16(into, ACCELERATION_LAYOUT.rangeMilliG, burst.rangeMilliG);
    for (let i = 0; i < count * AXES; i++) {
      const at = ACCELERATION_LAYOUT.samples + 2 * i;
      putU16(into, at, burst.samples[this.taken * AXES + i]!);
    }
    this.taken += count;
    if (this.taken >= total) {
      this.world.bursts.shift();
      this.taken = 0;
    }
    return count;
  }
}

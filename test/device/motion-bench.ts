/**
 * The accelerometer on fakes of the SDK's classes, and a container that steps as app/motion.ts
 * does: at an event, every 200 ms while there is a stream, otherwise every 25 s.
 */
import assert from 'node:assert/strict';
import { getI16, getI32, getU16 } from '../../firmware/core/bytes.js';
import { ACCELERATION_LAYOUT as LAYOUT } from '../../firmware/core/ports.js';
import { BOOT_REASON } from '../../firmware/core/record/schema.js';
import { ShockDetector } from '../../firmware/core/shock/detector.js';
import { SHOCK_STATE_WORDS } from '../../firmware/core/shock/state.js';
import { Clock } from '../../firmware/device/clock.js';
import { I2cDevice } from '../../firmware/device/drivers/i2c-device.js';
import { Accelerometer } from '../../firmware/device/motion/accelerometer.js';
import { Lsm6dso32 } from '../../firmware/device/motion/lsm6dso32.js';
import { FakeI2c } from './fakes/i2c.js';
import { FakeLsm6dso32, type Signal } from './fakes/lsm6dso32.js';
import { FakeTicks } from './rigs.js';

export interface Batch {
  /** Since the boot. */
  readonly startMs: number;
  readonly rateHz: number;
  readonly rangeMilliG: number;
  readonly samples: readonly (readonly number[])[];
  /** When it was handed over, since the boot. */
  readonly atMs: number;
}

/** Rest, `fallMs` without weight, a half-sine upwards, rest. */
export function drop(fallMs: number, peakG: number, pulseMs: number, atMs = 0): Signal {
  return (ms) => {
    const since = ms - atMs;
    if (since < 0) return [0, 0, 1000];
    if (since < fallMs) return [0, 0, 0];
    const share = (since - fallMs) / pulseMs;
    const pulse = share < 1 ? 1000 * peakG * Math.sin(Math.PI * share) : 0;
    return [0, 0, 1000 + pulse];
  };
}

/** A helicopter's cabin: 24.5 Hz upright, 17 Hz across. */
export const ROTOR: Signal = (ms) => [
  800 * Math.sin(2 * Math.PI * 0.017 * ms),
  0,
  1000 + 1500 * Math.sin(2 * Math.PI * 0.0245 * ms),
];

const STREAM_MS = 200;
const REST_MS = 2000;
const IDLE_MS = 25_000;
/** What it takes to wake the chip and to come to the port. */
const WAKE_MS = 10;

export class MotionBench {
  readonly time: FakeTicks;
  readonly i2c = new FakeI2c();
  readonly part: FakeLsm6dso32;
  readonly port: Accelerometer;
  readonly batches: Batch[] = [];
  readonly faults: number[] = [];
  readonly events: Int32Array[] = [];
  /** The container does nothing else until then: it erases flash. */
  blockedUntilMs = 0;
  /** The interrupt line is broken and says this. */
  stuckLine: boolean | undefined;
  /** Edges do not come through. */
  losesEdges = false;
  readonly startMs: number;
  private readonly into: Uint8Array;
  private readonly detector = new ShockDetector(new Int32Array(SHOCK_STATE_WORDS));
  private wasWoken = false;
  private dueMs = 0;
  private isStreaming = false;
  private streamedMs = 0;

  constructor(startMs = 0, batchSamples = 32) {
    this.startMs = startMs;
    this.time = new FakeTicks(startMs);
    this.into = new Uint8Array(LAYOUT.samples + batchSamples * LAYOUT.sampleBytes);
    this.part = new FakeLsm6dso32(this.time.ms);
    this.i2c.parts.set(0x6a, this.part);
    this.i2c.onBytes = (count) => (this.time.nowMs += (9 * (count + 1)) / 400); // at 400 kHz
    const clock = new Clock(this.time.ticks, undefined, BOOT_REASON.powerOn);
    const part = new Lsm6dso32(new I2cDevice({ ...this.i2c.bus, hz: 400_000 }, 0x6a));
    const { ticks: ticksMs } = this.time;
    this.port = new Accelerometer({ part, clock, isWoken: () => this.isWoken(), ticksMs });
  }

  /** Milliseconds since the boot. */
  get nowMs(): number {
    return this.time.nowMs - this.startMs;
  }

  /** From now on the part feels this; `signal` is told milliseconds since now. */
  feel(signal: Signal): void {
    const fromMs = this.time.nowMs;
    this.part.signal = (ms) => signal(ms - fromMs);
  }

  /** Lets time pass for the container. */
  run(ms: number): void {
    const untilMs = this.nowMs + ms;
    while (this.nowMs < untilMs) {
      const isEdge = this.isWoken() && !this.wasWoken && !this.losesEdges;
      this.wasWoken = this.isWoken();
      if (isEdge) this.dueMs = Math.min(this.dueMs, this.nowMs + WAKE_MS);
      if (this.nowMs >= this.dueMs && this.nowMs >= this.blockedUntilMs) this.step();
      this.time.nowMs += 1;
    }
  }

  step(): void {
    const revision = this.port.revision;
    this.port.tend();
    if (this.port.revision !== revision || this.nowMs >= this.dueMs) this.drain();
    const isOver = this.nowMs - this.streamedMs >= REST_MS;
    if (this.isStreaming && isOver) {
      this.isStreaming = false;
      if (this.detector.endStream() === 1) this.events.push(this.detector.event.slice());
    }
    this.dueMs = this.nowMs + Math.min(this.port.tend(), this.isStreaming ? STREAM_MS : IDLE_MS);
  }

  /** Makes the next step come soon. */
  hurry(): void {
    this.dueMs = this.nowMs;
  }

  get samples(): (readonly number[])[] {
    return this.batches.flatMap(({ samples }) => samples);
  }

  private drain(): void {
    for (let i = 0; i < 64; i++) {
      const count = this.port.poll(this.into);
      if (count < 0) this.faults.push(count);
      if (count <= 0) return;
      this.isStreaming = true;
      this.streamedMs = this.nowMs;
      this.batches.push(batchOf(this.into, count, this.nowMs));
      while (this.detector.addBatch(this.into, count) === 1) {
        this.events.push(this.detector.event.slice());
      }
    }
  }

  private isWoken(): boolean {
    return this.stuckLine ?? this.part.isInterrupting;
  }
}

/** Reads ACCELERATION_LAYOUT. */
export function batchOf(bytes: Uint8Array, count: number, atMs: number): Batch {
  const sampleAt = (i: number) => LAYOUT.samples + i * LAYOUT.sampleBytes;
  return {
    startMs: 1000 * getI32(bytes, LAYOUT.startUptimeS) + getU16(bytes, LAYOUT.startMs),
    rateHz: getU16(bytes, LAYOUT.rateHz),
    rangeMilliG: getU16(bytes, LAYOUT.rangeMilliG),
    samples: Array.from({ length: count }, (_, i) =>
      [0, 2, 4].map((at) => getI16(bytes, sampleAt(i) + at)),
    ),
    atMs,
  };
}

/** A container that has been up for half a minute, in which nothing happened. */
export function booted(startMs = 0, batchSamples?: number): MotionBench {
  const bench = new MotionBench(startMs, batchSamples);
  bench.run(30_000);
  assert.deepEqual([bench.batches.length, bench.faults.length], [0, 0]);
  return bench;
}

/** By how many milliseconds each batch begins later than the one before ends. */
export function gapsMs(batches: readonly Batch[]): number[] {
  return batches.slice(1).map((batch, i) => {
    const before = batches[i]!;
    return batch.startMs - before.startMs - (1000 * before.samples.length) / before.rateHz;
  });
}

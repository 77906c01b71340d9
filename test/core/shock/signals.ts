/**
 * Signals for the shock tests: accelerations in g become FIFO batches, as a part of a given rate
 * and range would deliver them, and batches become the events that a detector finds in them.
 */
import { readFileSync } from 'node:fs';
import { SHOCK_EVENT } from '../../../firmware/core/shock/event.js';
import { ShockDetector } from '../../../firmware/core/shock/detector.js';
import { SHOCK_STATE_WORDS } from '../../../firmware/core/shock/state.js';

export const STANDARD_GRAVITY = 9.80665;

/** Acceleration in g as the part feels it: at rest with z up, (0, 0, 1). */
export type Vector = readonly [x: number, y: number, z: number];
/** Acceleration at a time in seconds. */
export type Signal = (t: number) => Vector;
export type ShockEvent = Record<keyof typeof SHOCK_EVENT, number>;

export interface Part {
  readonly rateHz: number;
  readonly rangeMilliG: number;
  readonly startMs?: number;
}

export const REST: Vector = [0, 0, 1];

/** Samples in milli-g, rounded and clipped as the part would. */
export function sample(signal: Signal, seconds: number, part: Part): Int16Array {
  const count = Math.floor(seconds * part.rateHz);
  const samples = new Int16Array(count * 3);
  for (let i = 0; i < count; i++) {
    const values = signal(i / part.rateHz);
    for (let axis = 0; axis < 3; axis++) {
      const milliG = Math.round(values[axis]! * 1000);
      const limit = Math.min(part.rangeMilliG, 32767);
      samples[i * 3 + axis] = Math.max(-limit, Math.min(limit, milliG));
    }
  }
  return samples;
}

/** One batch in ACCELERATION_LAYOUT, written out independently of the product's constants. */
export function batchOf(samples: Int16Array, first: number, count: number, part: Part): Uint8Array {
  const bytes = new Uint8Array(10 + count * 6);
  const view = new DataView(bytes.buffer);
  const startMs = Math.floor((part.startMs ?? 0) + (first * 1000) / part.rateHz);
  view.setInt32(0, Math.floor(startMs / 1000), true);
  view.setUint16(4, startMs % 1000, true);
  view.setUint16(6, part.rateHz, true);
  view.setUint16(8, part.rangeMilliG, true);
  for (let i = 0; i < count * 3; i++) view.setInt16(10 + i * 2, samples[first * 3 + i]!, true);
  return bytes;
}

/** The stream cut into batches of the given sizes, used in turn. */
export function cut(samples: Int16Array, part: Part, sizes: readonly number[]): Uint8Array[] {
  const batches: Uint8Array[] = [];
  const total = samples.length / 3;
  for (let first = 0; first < total;) {
    const count = Math.min(sizes[batches.length % sizes.length]!, total - first);
    batches.push(batchOf(samples, first, count, part));
    first += count;
  }
  return batches;
}

export function newDetector(): ShockDetector {
  return new ShockDetector(new Int32Array(SHOCK_STATE_WORDS));
}

export function readEvent(detector: ShockDetector): ShockEvent {
  const entries = Object.entries(SHOCK_EVENT).map(([name, word]) => [name, detector.event[word]]);
  return Object.fromEntries(entries) as ShockEvent;
}

/** All events of one batch. */
export function take(detector: ShockDetector, batch: Uint8Array): ShockEvent[] {
  const events: ShockEvent[] = [];
  const count = (batch.length - 10) / 6;
  for (;;) {
    const answer = detector.addBatch(batch, count);
    if (answer < 0) throw new Error(`Fault ${answer} from a sound batch`);
    if (answer === 0) return events;
    events.push(readEvent(detector));
    if (events.length > count + 1) throw new Error('More events than samples');
  }
}

/** All events of a stream, its end included. */
export function detect(samples: Int16Array, part: Part, sizes: readonly number[] = [128]) {
  const detector = newDetector();
  const events = cut(samples, part, sizes).flatMap((batch) => take(detector, batch));
  if (detector.endStream() === 1) events.push(readEvent(detector));
  return events;
}

/** A half-sine of `peakG` and `pulseS` along `direction` on top of rest, starting at `startS`. */
export function halfSine(
  startS: number,
  pulseS: number,
  peakG: number,
  direction: Vector,
  rest: Vector = REST,
): Signal {
  return (t) => {
    const phase = (t - startS) / pulseS;
    const g = phase > 0 && phase < 1 ? peakG * Math.sin(Math.PI * phase) : 0;
    return [rest[0] + g * direction[0], rest[1] + g * direction[1], rest[2] + g * direction[2]];
  };
}

/** (2/π)·A·T, the change of velocity of a half-sine in mm/s. */
export function halfSineDeltaVMmPerS(peakG: number, pulseS: number): number {
  return (2 / Math.PI) * peakG * STANDARD_GRAVITY * 1000 * pulseS;
}

export interface Recording {
  readonly samples: Int16Array;
  readonly seconds: readonly number[];
  /** In g, as the file has it. */
  readonly magnitudes: readonly number[];
  readonly part: Part;
}

/** A recorded file: seconds, x, y, z and magnitude in m/s². The phone's part clips at 16 g. */
export function readRecording(path: string): Recording {
  const rows = readFileSync(path, 'utf8').trim().split('\n').slice(1);
  const numbers = rows.map((row) => row.split(',').map(Number));
  const seconds = numbers.map((row) => row[0]!);
  const milliG = numbers
    .flatMap((row) => row.slice(1, 4))
    .map((a) => (a / STANDARD_GRAVITY) * 1000);
  const periodS = (seconds.at(-1)! - seconds[0]!) / (seconds.length - 1);
  return {
    samples: Int16Array.from(milliG, Math.round),
    seconds,
    magnitudes: numbers.map((row) => row[4]! / STANDARD_GRAVITY),
    part: { rateHz: Math.round(1 / periodS), rangeMilliG: 16000 },
  };
}

/** A small generator of reproducible noise, -1..1 (mulberry32). */
export function noise(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2147483648 - 1;
  };
}

/** A stretch of samples that are all alike, in milli-g. */
export type Stretch = readonly [samples: number, x: number, y: number, z: number];

/** Stretches one after the other, sample by sample. */
export function stretches(...all: readonly Stretch[]): Int16Array {
  return Int16Array.from(
    all.flatMap(([samples, x, y, z]) => Array.from({ length: samples }, () => [x, y, z]).flat()),
  );
}

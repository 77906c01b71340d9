import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FAULT } from '../../../firmware/core/faults.js';
import { SHOCK_FLAG } from '../../../firmware/core/record/schema.js';
import { ShockDetector } from '../../../firmware/core/shock/detector.js';
import { SHOCK_STATE_WORDS } from '../../../firmware/core/shock/state.js';
import { type Part, type ShockEvent, batchOf, newDetector, readEvent } from './signals.js';

/** A batch as a sound or a broken driver may hand it on. */
interface Batch {
  readonly startMs: number;
  readonly rateHz: number;
  readonly rangeMilliG: number;
  readonly samples: Int16Array;
}

const extremes = fc.constantFrom(-32768, -16000, -400, -1, 0, 1, 399, 400, 1600, 16000, 32767);
const any16 = fc.oneof(fc.integer({ min: -32768, max: 32767 }), extremes);
const few = fc.integer({ min: 0, max: 60 });
/** Noise, saturation, rest, weightlessness and silence, in samples of three. */
const samples = fc.oneof(
  fc.array(fc.tuple(any16, any16, any16), { maxLength: 60 }).map((all) => all.flat()),
  fc.tuple(few, any16, any16, any16).map(([count, x, y, z]) => same(count, x, y, z)),
  few.map((count) => same(3 * count, 0, 0, 1000)),
  few.map((count) => same(3 * count, 0, 0, 20)),
  fc.constant([]),
);
const batch: fc.Arbitrary<Batch> = fc.record({
  startMs: fc.oneof(
    fc.integer({ min: 0, max: 3000 }),
    fc.constantFrom(0, 2147483647_999, 2147418112_990, -1, 59_999, 60_000, 61_001),
  ),
  rateHz: fc.constantFrom(0, 24, 25, 200, 400, 400, 400, 800, 1600, 3200, 3201, 65535),
  rangeMilliG: fc.constantFrom(0, 999, 1000, 2000, 16000, 16000, 32000, 65535),
  samples: samples.map((all) => Int16Array.from(all)),
});
/** Whether each batch begins where the one before ended, or anywhere. */
const journey = fc.record({ batches: fc.array(batch, { maxLength: 12 }), isSteady: fc.boolean() });

function same(count: number, ...values: number[]): number[] {
  return Array.from({ length: count }, () => values).flat();
}

/** Bytes of the batches; the steady ones are one stream of the first one's rate and range. */
function bytesOf({ batches, isSteady }: { batches: Batch[]; isSteady: boolean }): Uint8Array[] {
  let fromMs = 0;
  return batches.map((one) => {
    const count = one.samples.length / 3;
    if (!isSteady) return batchOf(one.samples, 0, count, one);
    const part = { rateHz: 400, rangeMilliG: 16000, startMs: Math.floor(fromMs) };
    fromMs += count * 2.5;
    return batchOf(one.samples, 0, count, part);
  });
}

/** Every event that the batches give, with the bytes seen until then; `wake` before each call. */
function run(all: readonly Uint8Array[], wake: (old: ShockDetector) => ShockDetector) {
  const found: { event: ShockEvent; batches: number }[] = [];
  let detector = newDetector();
  all.forEach((bytes, i) => {
    for (let turn = 0; ; turn++) {
      detector = wake(detector);
      const answer = detector.addBatch(bytes, (bytes.length - 10) / 6);
      assert.ok(answer === 1 || answer === 0 || answer === FAULT.malformed, `${answer}`);
      assert.ok(turn <= bytes.length, 'ends');
      if (answer !== 1) break;
      found.push({ event: readEvent(detector), batches: i + 1 });
    }
  });
  if (detector.endStream() === 1) found.push({ event: readEvent(detector), batches: all.length });
  return found;
}

function allSamples(batches: readonly Uint8Array[]): number[][] {
  return batches.flatMap((bytes) => {
    const view = new DataView(bytes.buffer);
    const rangeMilliG = view.getUint16(8, true);
    return Array.from({ length: (bytes.length - 10) / 6 }, (_, i) => [
      ...[10, 12, 14].map((at) => view.getInt16(at + 6 * i, true)),
      rangeMilliG,
    ]);
  });
}

const isAwake = (detector: ShockDetector): ShockDetector => detector;

describe('shock/detector, fed with anything', () => {
  it('throws nothing and makes no event without evidence in what it was given', () => {
    fc.assert(
      fc.property(journey.map(bytesOf), (all) => {
        for (const { event, batches } of run(all, isAwake)) {
          const seen = allSamples(all.slice(0, batches));
          const { peakXMilliG, peakYMilliG, peakZMilliG } = event;
          [peakXMilliG, peakYMilliG, peakZMilliG].forEach((peak, axis) => {
            assert.ok(peak === 0 || seen.some((sample) => sample[axis] === peak), 'a peak is felt');
          });
          const contacts = seen.filter(([x, y, z]) => Math.hypot(x!, y!, z!) > 1590).length;
          assert.ok(contacts > 0 && event.durationMs >= 0, 'there was a contact');
          const isAtEnd = seen.some(([x, y, z, range]) =>
            [x, y, z].some((g) => Math.abs(g!) >= Math.min(range!, 32767) * 0.995),
          );
          if ((event.flags & SHOCK_FLAG.clipped) !== 0) assert.ok(isAtEnd, 'clipped is felt');
          const falls = seen.filter(([x, y, z]) => Math.hypot(x!, y!, z!) < 420).length;
          // At most 25 Hz, the slowest rate that is taken.
          assert.ok(event.freeFallMs <= falls * 40, 'a fall is felt');
          assert.ok(event.freeFallMs === 0 || event.freeFallMs >= 60);
          const isHard = event.deltaVMmPerS >= 500;
          assert.ok(isHard || event.freeFallMs > 0 || isAtEnd, 'an event has a cause');
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('hands on whole numbers within the fields of the record', () => {
    const bounds: Record<keyof ShockEvent, readonly [number, number]> = {
      startUptimeS: [0, 2147483647],
      startMs: [0, 999],
      peakXMilliG: [-32768, 32767],
      peakYMilliG: [-32768, 32767],
      peakZMilliG: [-32768, 32767],
      deltaVMmPerS: [0, 65535],
      freeFallMs: [0, 65000],
      durationMs: [0, 65535],
      axis: [0, 2],
      flags: [0, 3],
      class: [0, 2],
      tiltDeg: [0, 255],
    };
    fc.assert(
      fc.property(journey.map(bytesOf), (all) => {
        for (const { event } of run(all, isAwake)) {
          for (const [name, [least, most]] of Object.entries(bounds)) {
            const value = event[name as keyof ShockEvent];
            const isWithin = Number.isInteger(value) && value >= least && value <= most;
            assert.ok(isWithin, `${name} is ${value}`);
          }
          assert.ok(event.tiltDeg <= 180 || event.tiltDeg === 255);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('goes on after a suspend before any call, also between two events of a batch', () => {
    const wake = (old: ShockDetector): ShockDetector => {
      const state = (old as unknown as { state: Int32Array }).state;
      return new ShockDetector(Int32Array.from(state));
    };
    fc.assert(
      fc.property(journey.map(bytesOf), (all) => {
        assert.deepEqual(run(all, wake), run(all, isAwake));
      }),
      { numRuns: 500 },
    );
  });

  it('is not misled by empty batches and by what it refuses', () => {
    fc.assert(
      fc.property(journey.map(bytesOf), fc.array(few, { maxLength: 5 }), (all, places) => {
        const mixed = [...all];
        for (const place of places) {
          const at = place % (mixed.length + 1);
          mixed.splice(at, 0, batchOf(new Int16Array(0), 0, 0, { rateHz: 800, rangeMilliG: 1 }));
        }
        const eventsOf = (batches: Uint8Array[]) => run(batches, isAwake).map(({ event }) => event);
        assert.deepEqual(eventsOf(mixed), eventsOf(all));
      }),
      { numRuns: 300 },
    );
  });

  it('sums up whatever saturates without losing a bit', () => {
    for (const rateHz of [25, 200, 1600, 3200]) {
      const part: Part = { rateHz, rangeMilliG: 65535 };
      for (const ends of [
        [32767, -32768, 32767],
        [-32768, -32768, -32768],
      ]) {
        const held = Int16Array.from(same(3 * rateHz, 0, 0, 0).concat(same(rateHz, ...ends)));
        const quiet = Int16Array.from(same(rateHz, 0, 0, 1000));
        const detector = newDetector();
        const bytes = [held, quiet].map((all, i) =>
          batchOf(all, 0, all.length / 3, { ...part, startMs: 4000 * i }),
        );
        assert.equal(detector.addBatch(bytes[0]!, 4 * rateHz), 0);
        assert.equal(detector.addBatch(bytes[1]!, rateHz), 1);
        const event = readEvent(detector);
        assert.deepEqual([event.deltaVMmPerS, event.flags & SHOCK_FLAG.clipped], [65535, 1]);
        assert.deepEqual([event.peakXMilliG, event.peakYMilliG, event.peakZMilliG], ends);
        assert.equal(event.durationMs, 1000);
      }
    }
  });

  it('asks for no word beyond its state', () => {
    const state = new Int32Array(SHOCK_STATE_WORDS);
    const detector = new ShockDetector(state);
    const hit = Int16Array.from(same(300, 0, 0, 1000).concat(same(20, 9000, 0, 1000)));
    detector.addBatch(batchOf(hit, 0, 320, { rateHz: 400, rangeMilliG: 16000 }), 320);
    assert.ok(state.some((word) => word !== 0));
    assert.equal(detector.endStream(), 1);
    assert.ok(state.every((word) => word === 0));
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FAULT } from '../../../firmware/core/faults.js';
import { SHOCK_CLASS, SHOCK_FLAG } from '../../../firmware/core/record/schema.js';
import { ShockDetector } from '../../../firmware/core/shock/detector.js';
import {
  DEFAULT_SHOCK_THRESHOLDS,
  SHOCK_EVENT,
  SHOCK_EVENT_WORDS,
  TILT_UNKNOWN,
  classOfShock,
} from '../../../firmware/core/shock/event.js';
import { SHOCK_STATE_WORDS } from '../../../firmware/core/shock/state.js';
import {
  type Part,
  type ShockEvent,
  type Signal,
  batchOf,
  cut,
  detect,
  halfSine,
  newDetector,
  readEvent,
  sample,
  take,
} from './signals.js';

const PART: Part = { rateHz: 400, rangeMilliG: 16000 };

/** Two pulses of 1.2 m/s, a second apart. */
const TWICE: Signal = (t) => [0, 0, halfSine(0.3, 0.02, 10, [0, 0, 1])(t % 1)[2]];

/** Streams as pieces of rest, fall, impact and noise: what a detector meets, in any order. */
const piece = fc.record({
  kind: fc.constantFrom('rest', 'fall', 'hit', 'noise'),
  samples: fc.integer({ min: 1, max: 300 }),
  milliG: fc.integer({ min: -20000, max: 20000 }),
});
const stream = fc.array(piece, { minLength: 1, maxLength: 20 }).map((pieces) => {
  const values: number[] = [];
  for (const { kind, samples, milliG } of pieces) {
    for (let i = 0; i < samples; i++) {
      const wave = Math.sin((Math.PI * (i + 0.5)) / samples) * milliG;
      const rough = ((Math.imul(i + 1, milliG | 1) >>> 3) % 8000) - 4000;
      const z = { rest: 1000, fall: 30, hit: 1000 + wave, noise: rough }[kind];
      values.push(kind === 'noise' ? -rough : 10, kind === 'hit' ? wave / 2 : -20, z);
    }
  }
  return Int16Array.from(values, (g) => Math.max(-16000, Math.min(16000, Math.round(g))));
});
const sizes = fc.array(fc.integer({ min: 1, max: 512 }), { minLength: 1, maxLength: 6 });
const part = fc.record({
  rateHz: fc.constantFrom(200, 208, 400, 833, 1600),
  rangeMilliG: fc.constant(16000),
  startMs: fc.integer({ min: 0, max: 2_000_000_000 }).map((tenths) => tenths / 10),
});

describe('shock/detector, as a stream', () => {
  it('gives the same events however the stream is cut into batches', () => {
    fc.assert(
      fc.property(stream, part, sizes, (samples, one, cuts) => {
        assert.deepEqual(detect(samples, one, cuts), detect(samples, one, [samples.length]));
      }),
      { numRuns: 200 },
    );
  });

  it('gives the same events when a new detector goes on with the state after every batch', () => {
    fc.assert(
      fc.property(stream, part, sizes, (samples, one, cuts) => {
        const events: ShockEvent[] = [];
        let state = new Int32Array(SHOCK_STATE_WORDS);
        for (const batch of cut(samples, one, cuts)) {
          const awake = new ShockDetector(state);
          events.push(...take(awake, batch));
          state = Int32Array.from(state);
        }
        const last = new ShockDetector(state);
        if (last.endStream() === 1) events.push(readEvent(last));
        assert.deepEqual(events, detect(samples, one));
      }),
      { numRuns: 200 },
    );
  });

  it('takes any bytes without a throw, with fields within their record', () => {
    const batch = fc.uint8Array({ minLength: 0, maxLength: 700 });
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 12 }), fc.boolean(), (batches, isSound) => {
        const detector = newDetector();
        for (const bytes of batches) {
          if (isSound && bytes.length >= 10) bytes.set([1, 0, 0, 0, 0, 0, 144, 1, 128, 62]);
          const count = Math.floor((bytes.length - 10) / 6);
          for (let turn = 0; detector.addBatch(bytes, count) === 1; turn++) {
            assert.ok(turn <= count, 'ends');
            assertWithinRecord(readEvent(detector));
          }
        }
        if (detector.endStream() === 1) assertWithinRecord(readEvent(detector));
      }),
      { numRuns: 500 },
    );
  });

  function assertWithinRecord(event: ShockEvent): void {
    const bounds: Record<keyof ShockEvent, readonly [number, number]> = {
      startUptimeS: [0, 2147483647],
      startMs: [0, 999],
      peakXMilliG: [-32768, 32767],
      peakYMilliG: [-32768, 32767],
      peakZMilliG: [-32768, 32767],
      deltaVMmPerS: [0, 65535],
      freeFallMs: [0, 65535],
      durationMs: [0, 65535],
      axis: [0, 2],
      flags: [0, 3],
      class: [0, 2],
      tiltDeg: [0, 255],
    };
    for (const [name, [least, most]] of Object.entries(bounds)) {
      const value = event[name as keyof ShockEvent];
      assert.ok(value >= least && value <= most, `${name} is ${value}`);
    }
  }

  it('hands on two events of one batch one after the other', () => {
    const detector = newDetector();
    const samples = sample(TWICE, 2, PART);
    const [batch] = cut(samples, PART, [800]);
    assert.equal(detector.addBatch(batch!, 800), 1);
    assert.equal(readEvent(detector).startUptimeS, 0);
    assert.equal(detector.addBatch(batch!, 800), 1);
    assert.equal(readEvent(detector).startUptimeS, 1);
    assert.equal(detector.addBatch(batch!, 800), 0);
    assert.equal(detector.endStream(), 0);
  });

  it('ends an open event with the stream, tilt unknown without a rest to tell', () => {
    const samples = sample(halfSine(0.5, 0.02, 10, [0, 0, 1]), 0.53, PART);
    const events = detect(samples, PART);
    assert.equal(events.length, 1);
    assert.ok(Math.abs(events[0]!.deltaVMmPerS / 1249 - 1) < 0.05);
    assert.equal(events[0]!.tiltDeg, TILT_UNKNOWN);
  });

  it('keeps two streams with a pause between them apart', () => {
    const detector = newDetector();
    const samples = sample(halfSine(0.5, 0.02, 10, [0, 0, 1]), 0.7, PART);
    assert.deepEqual(take(detector, batchOf(samples, 0, 280, PART)), []);
    const later = { ...PART, startMs: 60_000 };
    const [first, ...more] = take(detector, batchOf(samples, 0, 280, later));
    assert.deepEqual([first!.startUptimeS, more.length], [0, 0]);
    assert.equal(detector.endStream(), 1);
    assert.equal(readEvent(detector).startUptimeS, 60);
  });

  it('takes a loss of 200 ms for another stream, a delay of 15 ms for none', () => {
    for (const [lateMs, expected] of [
      [200, TILT_UNKNOWN],
      [-200, TILT_UNKNOWN],
      [15, 0],
      [-15, 0],
    ] as const) {
      const detector = newDetector();
      const samples = sample(halfSine(0.5, 0.02, 10, [0, 0, 1]), 1.4, PART);
      const events: ShockEvent[] = [];
      for (let first = 0; first < 560; first += 8) {
        const startMs = 5000 + (first < 216 ? 0 : lateMs);
        events.push(...take(detector, batchOf(samples, first, 8, { ...PART, startMs })));
      }
      assert.deepEqual(
        events.map((event) => event.tiltDeg),
        [expected],
      );
    }
  });

  it('takes another rate or range for another stream', () => {
    for (const other of [
      { rateHz: 800, rangeMilliG: 16000 },
      { rateHz: 400, rangeMilliG: 8000 },
    ]) {
      const detector = newDetector();
      const samples = sample(halfSine(0.5, 0.02, 6, [0, 0, 1]), 0.7, PART);
      assert.deepEqual(take(detector, batchOf(samples, 0, 280, PART)), []);
      const next = batchOf(samples, 0, 80, { ...other, startMs: 700 });
      assert.equal(take(detector, next).length, 1, 'the event of the stream before ends');
    }
  });

  it('loses no more than the rest of a batch whose second event nobody asks for', () => {
    const detector = newDetector();
    const samples = sample(TWICE, 4, PART);
    assert.equal(detector.addBatch(batchOf(samples, 0, 400, PART), 400), 1);
    const events = take(detector, batchOf(samples, 400, 800, PART));
    assert.deepEqual(
      events.map((event) => event.startUptimeS),
      [1, 2],
    );
  });

  it('follows the headers when the part runs 4 % slower than its rate says', () => {
    const truth = { rateHz: 384, rangeMilliG: 16000 };
    const samples = sample(halfSine(300.5, 0.02, 10, [0, 0, 1]), 302, truth);
    const events: ShockEvent[] = [];
    const detector = newDetector();
    for (const batch of cut(samples, truth, [128])) {
      new DataView(batch.buffer).setUint16(6, 400, true);
      events.push(...take(detector, batch));
    }
    assert.equal(events.length, 1);
    const startS = events[0]!.startUptimeS + events[0]!.startMs / 1000;
    assert.ok(Math.abs(startS - 300.5) < 0.03, `starts at ${startS}`);
  });

  it('gives up a stream that began inside an impact to no false one', () => {
    const samples = sample((t) => (t < 0.005 ? [0, 12, 9] : [0, 0, 1]), 5, PART);
    const events = detect(samples, PART);
    assert.ok(events.length <= 1 && events.every((event) => event.startUptimeS === 0));
  });

  it('joins what happens within half a second and cuts what goes on for ten', () => {
    const hammer: Signal = (t) => halfSine(0.1, 0.02, 10, [0, 0, 1])(t % 0.4);
    const events = detect(sample(hammer, 25, PART), PART);
    assert.deepEqual(
      events.map((event) => Math.round(event.startUptimeS / 10)),
      [0, 1, 2],
    );
  });

  it('refuses what is no batch and takes nothing of it', () => {
    const samples = sample(TWICE, 0.1, PART);
    const sound = batchOf(samples, 0, 40, PART);
    const edits: readonly (readonly [string, number, number, number])[] = [
      ['a rate of nothing', 6, 0, FAULT.malformed],
      ['a rate beyond all parts', 6, 4000, FAULT.malformed],
      ['a range of nothing', 8, 0, FAULT.malformed],
      ['a thousandth of a thousand', 4, 1000, FAULT.malformed],
      ['a time before the start', 2, 0x8000, FAULT.malformed],
    ];
    for (const [title, at, value, fault] of edits) {
      const detector = newDetector();
      const bytes = Uint8Array.from(sound);
      new DataView(bytes.buffer).setUint16(at, value, true);
      assert.equal(detector.addBatch(bytes, 40), fault, title);
      assert.equal(detector.endStream(), 0);
    }
    assert.equal(newDetector().addBatch(sound, 41), FAULT.truncated);
    assert.equal(newDetector().addBatch(sound, 0), 0);
  });
});

describe('shock/event', () => {
  const { clipped, smeared } = SHOCK_FLAG;
  const cases: readonly (readonly [string, number, number, number, number])[] = [
    ['a knock', 999, 0, 0, SHOCK_CLASS.handling],
    ['a knock after a short fall', 1499, 139, smeared, SHOCK_CLASS.handling],
    ['a fall of 140 ms, however soft', 0, 140, 0, SHOCK_CLASS.dropLike],
    ['a change of 1.5 m/s without a fall', 1500, 0, 0, SHOCK_CLASS.dropLike],
    ['a change of just under 3 m/s', 2999, 600, smeared, SHOCK_CLASS.dropLike],
    ['a change of 3 m/s', 3000, 0, 0, SHOCK_CLASS.severe],
    ['anything clipped', 100, 0, clipped | smeared, SHOCK_CLASS.severe],
  ];
  for (const [title, deltaV, fallMs, flags, expected] of cases) {
    it(`classes ${title}`, () => {
      const event = new Int32Array(SHOCK_EVENT_WORDS);
      event[SHOCK_EVENT.deltaVMmPerS] = deltaV;
      event[SHOCK_EVENT.freeFallMs] = fallMs;
      event[SHOCK_EVENT.flags] = flags;
      assert.equal(classOfShock(event, DEFAULT_SHOCK_THRESHOLDS), expected);
    });
  }

  it('classes by the thresholds that it is given', () => {
    const strict = { dropFreeFallMs: 60, dropDeltaVMmPerS: 400, severeDeltaVMmPerS: 900 };
    const detector = new ShockDetector(new Int32Array(SHOCK_STATE_WORDS), strict);
    const samples = sample(halfSine(0.5, 0.02, 10, [0, 0, 1]), 1.5, PART);
    const [event] = take(detector, batchOf(samples, 0, 600, PART));
    assert.equal(event!.class, SHOCK_CLASS.severe);
  });
});

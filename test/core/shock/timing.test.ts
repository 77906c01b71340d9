/** Exact expectations on the stream's clock, on its headers and on the filter of gravity. */
import assert from 'node:assert/strict';
import { FAULT } from '../../../firmware/core/faults.js';
import { followGravity, gravityMilliG, setGravity } from '../../../firmware/core/shock/gravity.js';
import {
  SHOCK_STATE as S,
  SHOCK_STATE_WORDS,
  msOf,
  samplesOf,
} from '../../../firmware/core/shock/state.js';
import {
  advance,
  followBatch,
  markStart,
  startStream,
} from '../../../firmware/core/shock/stream.js';
import { type Part, batchOf, newDetector, readEvent, stretches, take } from './signals.js';

/** A stream of 1000 Hz that began at 100.500 s and whose last batch had 80 samples. */
function streamAt(samples: number, batchSamples = 80, rateHz = 1000): Int32Array {
  const state = new Int32Array(SHOCK_STATE_WORDS);
  state[S.batchS] = 100;
  state[S.batchMs] = 500;
  startStream(state, rateHz, 16000);
  for (let i = 0; i < samples; i++) advance(state);
  state[S.batchSamples] = batchSamples;
  return state;
}

/** Whether a batch at a time goes on with the stream, and where its first sample stands then. */
function follow(state: Int32Array, atMs: number): { follows: boolean; startMs: number } {
  state[S.batchS] = Math.floor(atMs / 1000);
  state[S.batchMs] = atMs % 1000;
  const follows = followBatch(state);
  markStart(state);
  return { follows, startMs: state[S.startS]! * 1000 + state[S.startMs]! };
}

describe('shock/stream', () => {
  it('counts samples from its anchor, second by second', () => {
    const times = [0, 1, 499, 500, 999, 1000, 1499, 1500, 5000].map((samples) => {
      const state = streamAt(samples);
      markStart(state);
      return [state[S.startS], state[S.startMs]];
    });
    assert.deepEqual(times, [
      [100, 500],
      [100, 501],
      [100, 999],
      [101, 0],
      [101, 499],
      [101, 500],
      [101, 999],
      [102, 0],
      [105, 500],
    ]);
  });

  it('keeps to its count while headers agree to 2 ms', () => {
    for (const lateMs of [-2, -1, 0, 1, 2]) {
      assert.deepEqual(follow(streamAt(700), 101_200 + lateMs), {
        follows: true,
        startMs: 101_200,
      });
    }
  });

  it('follows a header that is further off, up to 20 ms and an eighth of the batch before', () => {
    for (const lateMs of [-30, -3, 3, 30]) {
      assert.deepEqual(follow(streamAt(700), 101_200 + lateMs), {
        follows: true,
        startMs: 101_200 + lateMs,
      });
    }
    for (const lateMs of [-31, 31, 2000, -2000]) {
      assert.equal(follow(streamAt(700), 101_200 + lateMs).follows, false, `${lateMs} ms`);
    }
    assert.equal(follow(streamAt(700, 0), 101_220).follows, true);
    assert.equal(follow(streamAt(700, 0), 101_221).follows, false);
    assert.equal(follow(streamAt(700, 88), 101_231).follows, true);
  });

  it('follows no header that is more than a minute off, however long the batch was', () => {
    const long = (atMs: number): boolean => follow(streamAt(0, 30_000, 25), atMs).follows;
    assert.deepEqual([long(160_999), long(161_000)], [true, false]);
    assert.deepEqual([long(40_000), long(39_999)], [true, false]);
  });

  it('rounds samples up and times to the nearest', () => {
    assert.deepEqual(
      [samplesOf(60, 200), samplesOf(60, 208), samplesOf(20, 833), samplesOf(0, 400)],
      [12, 13, 17, 0],
    );
    assert.deepEqual([samplesOf(1, 1000), samplesOf(1, 1001), samplesOf(1, 999)], [1, 2, 1]);
    assert.deepEqual([msOf(1, 400), msOf(1, 1600), msOf(2, 1600), msOf(7, 208)], [3, 1, 1, 34]);
    assert.deepEqual([msOf(1, 3), msOf(2, 3), msOf(0, 25)], [333, 667, 0]);
  });
});

describe('shock/gravity', () => {
  const state = (rateHz: number): Int32Array => {
    const words = new Int32Array(SHOCK_STATE_WORDS);
    words[S.rateHz] = rateHz;
    return words;
  };
  const gravity = (words: Int32Array): number[] => [0, 1, 2].map((i) => gravityMilliG(words, i));

  it('is the first sample, then halves, quarters and so on of what is new', () => {
    const words = state(400);
    const z: number[] = [];
    for (const sample of [1000, 0, 1000, 1000, 1000, 0]) {
      followGravity(words, 0, -8, sample);
      z.push(gravityMilliG(words, 2));
    }
    assert.deepEqual(z, [1000, 500, 750, 812, 859, 644]);
    assert.deepEqual(gravity(words), [0, -8, 644]);
  });

  it('moves by one part in the samples of 320 ms, as a power of two, in the end', () => {
    for (const [rateHz, parts] of [
      [200, 64],
      [400, 128],
      [800, 256],
      [799, 256],
      [796, 128],
      [1600, 512],
    ] as const) {
      const words = state(rateHz);
      for (let i = 0; i < 2000; i++) followGravity(words, 0, 0, 0);
      followGravity(words, 4096, -4096, 0);
      assert.deepEqual(gravity(words), [4096 / parts, -4096 / parts, 0]);
      assert.equal(words[S.gravityCount], samplesOf(320, rateHz));
    }
  });

  it('is held to 1/4096 milli-g, so that it is not stuck below a slow drift', () => {
    const words = state(1600);
    for (let i = 0; i < 1000; i++) followGravity(words, 0, 0, 1000);
    for (let i = 0; i < 20_000; i++) followGravity(words, 0, 0, 1001);
    assert.equal(gravityMilliG(words, 2), 1000);
    assert.ok(words[S.gravityZ]! > 1000.8 * 4096);
  });

  it('is taken from a longer rest as if it had been followed for long', () => {
    const words = state(400);
    setGravity(words, 600, -800, 0);
    assert.deepEqual(gravity(words), [600, -800, 0]);
    followGravity(words, 600, -800, 1280);
    assert.deepEqual(gravity(words), [600, -800, 10]);
  });
});

describe('shock/detector, on its headers', () => {
  const rest = stretches([50, 0, 0, 1000]);
  const answer = (part: Part): number => newDetector().addBatch(batchOf(rest, 0, 50, part), 50);
  const of = (rateHz: number, rangeMilliG: number, startMs = 0): number =>
    answer({ rateHz, rangeMilliG, startMs });

  it('takes rates from 25 to 3200 Hz, ranges from 1 g and times until an int32 may end', () => {
    const { malformed } = FAULT;
    assert.deepEqual([of(24, 16000), of(25, 16000)], [malformed, 0]);
    assert.deepEqual([of(3200, 16000), of(3201, 16000)], [0, malformed]);
    assert.deepEqual([of(400, 999), of(400, 1000), of(400, 65535)], [malformed, 0, 0]);
    const endMs = 0x7fff0000 * 1000;
    assert.deepEqual([of(400, 2000, endMs + 999), of(400, 2000, endMs + 1000)], [0, malformed]);
    assert.deepEqual([of(400, 2000, 999), of(400, 2000, -1)], [0, malformed]);
  });

  it('takes the milliseconds of a second only', () => {
    for (const [ms, expected] of [
      [999, 0],
      [1000, FAULT.malformed],
    ] as const) {
      const bytes = batchOf(rest, 0, 50, { rateHz: 400, rangeMilliG: 2000 });
      new DataView(bytes.buffer).setUint16(4, ms, true);
      assert.equal(newDetector().addBatch(bytes, 50), expected);
    }
  });

  it('asks for all bytes of the samples that are counted, and for no more', () => {
    const bytes = batchOf(rest, 0, 50, { rateHz: 400, rangeMilliG: 2000 });
    assert.equal(newDetector().addBatch(bytes.subarray(0, 309), 50), FAULT.truncated);
    assert.equal(newDetector().addBatch(bytes.subarray(0, 310), 50), 0);
    assert.equal(newDetector().addBatch(bytes.subarray(0, 9), 0), 0);
    assert.equal(newDetector().addBatch(bytes, -1), 0);
  });

  it('goes on within a batch only where seconds and milliseconds are the same', () => {
    const knocks = stretches(
      ...Array.from({ length: 3 }, () => [
        [400, 0, 0, 1000] as const,
        [20, 0, 0, 5000] as const,
        [540, 0, 0, 1000] as const,
      ]).flat(),
    );
    const part = { rateHz: 1000, rangeMilliG: 16000, startMs: 5000 };
    const count = knocks.length / 3;
    for (const [laterMs, events] of [
      [0, 2],
      [1, 3],
      [1000, 3],
    ] as const) {
      const detector = newDetector();
      assert.equal(detector.addBatch(batchOf(knocks, 0, count, part), count), 1);
      const other = { ...part, startMs: part.startMs + laterMs };
      assert.equal(take(detector, batchOf(knocks, 0, count, other)).length, events);
    }
  });

  it('completes an event of the stream before by the batch of another one', () => {
    const hit = stretches([400, 0, 0, 1000], [20, 0, 0, 5000]);
    const detector = newDetector();
    const part = { rateHz: 1000, rangeMilliG: 16000, startMs: 5000 };
    assert.equal(detector.addBatch(batchOf(hit, 0, 420, part), 420), 0);
    const later = { ...part, startMs: 9000 };
    assert.equal(detector.addBatch(batchOf(hit, 0, 420, later), 420), 1);
    const { startUptimeS, startMs } = readEvent(detector);
    assert.deepEqual([startUptimeS, startMs], [5, 400]);
    assert.equal(detector.addBatch(batchOf(hit, 0, 420, later), 420), 0);
    assert.equal(detector.endStream(), 1);
    assert.deepEqual([readEvent(detector).startUptimeS, readEvent(detector).startMs], [9, 400]);
    assert.equal(detector.endStream(), 0);
  });
});

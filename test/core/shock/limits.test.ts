/** Exact expectations on both sides of every limit, at 1000 Hz: a sample is a millisecond. */
import assert from 'node:assert/strict';
import { SHOCK_CLASS, SHOCK_FLAG } from '../../../firmware/core/record/schema.js';
import { TILT_UNKNOWN } from '../../../firmware/core/shock/event.js';
import { type ShockEvent, type Stretch, detect, stretches } from './signals.js';

const PART = { rateHz: 1000, rangeMilliG: 16000 };
const AT_REST: Stretch = [400, 0, 0, 1000];
const REST_AFTER: Stretch = [700, 0, 0, 1000];

function eventsOf(...all: readonly Stretch[]): ShockEvent[] {
  return detect(stretches(...all), PART);
}

/** The one event of rest, the stretches and rest. */
function eventOf(...all: readonly Stretch[]): ShockEvent {
  const events = eventsOf(AT_REST, ...all, REST_AFTER);
  assert.equal(events.length, 1);
  return events[0]!;
}

function countOf(...all: readonly Stretch[]): number {
  return eventsOf(AT_REST, ...all, REST_AFTER).length;
}

/** A push of 3 g for 20 ms: 588 mm/s, the least that begins a pulse by itself. */
const PUSH: Stretch = [20, 0, 0, 4000];

describe('shock, at the limits of a pulse', () => {
  it('reads every field of a push of 3 g for 20 ms', () => {
    assert.deepEqual(eventOf(PUSH), {
      ...{ startUptimeS: 0, startMs: 400, peakXMilliG: 0, peakYMilliG: 0, peakZMilliG: 4000 },
      ...{ deltaVMmPerS: 588, freeFallMs: 0, durationMs: 20, axis: 2, flags: 0 },
      ...{ class: SHOCK_CLASS.handling, tiltDeg: 0 },
    });
  });

  it('begins at 3 g beyond gravity, upwards, sideways and down', () => {
    assert.equal(countOf([20, 0, 0, 3999]), 0);
    assert.equal(countOf([20, 3000, 0, 1000]), 1);
    assert.equal(countOf([20, 2999, 0, 1000]), 0);
    assert.equal(countOf([20, 0, 3000, 1000]), 1);
    assert.equal(countOf([20, 0, 0, -2000]), 1);
    assert.equal(countOf([20, 0, 0, -1996]), 0);
  });

  it('asks for a contact of 1.6 g as well, as gravity may be known wrongly', () => {
    const held: Stretch = [400, 0, 0, -1500];
    assert.equal(eventsOf(held, [20, 0, 0, 1600], held, held).length, 1);
    assert.equal(eventsOf(held, [20, 0, 0, 1599], held, held).length, 0);
  });

  it('is nothing below 0.5 m/s', () => {
    assert.equal(eventOf([9, 0, 0, 6000], [1, 0, 0, 6984]).deltaVMmPerS, 500);
    assert.equal(countOf([9, 0, 0, 6000], [1, 0, 0, 6983]), 0);
  });

  it('adds up what is above 0.5 g beyond gravity, before and after the contact', () => {
    // 20 ms of 3 g; then ten of 0.5 g that count, or ten of 0.49 g that do not.
    assert.equal(eventOf(PUSH, [10, 0, 0, 1500]).deltaVMmPerS, 637);
    assert.equal(eventOf(PUSH, [10, 0, 0, 1499]).deltaVMmPerS, 588);
    // The rise: three samples, each above the one before.
    const rise: readonly Stretch[] = [
      [1, 0, 0, 2000],
      [1, 0, 0, 2500],
      [1, 0, 0, 3000],
    ];
    const push: Stretch = [20, 0, 0, 5000];
    assert.equal(eventOf(...rise, push).deltaVMmPerS, 825);
    // What falls again before the contact is another thing; gravity has followed it by 14 milli-g.
    assert.equal(eventOf([1, 0, 0, 3000], [1, 0, 0, 2500], push).deltaVMmPerS, 782);
  });

  it('takes the range of the sums: what pulls back counts from the turn', () => {
    assert.equal(eventOf([20, 0, 0, 4000], [30, 0, 0, -3000]).deltaVMmPerS, 1176);
    assert.equal(eventOf([20, 3000, 0, 1000], [20, 0, 4000, 1000]).deltaVMmPerS, 980);
  });

  it('joins contacts with less than 20 ms between them into one pulse', () => {
    assert.equal(eventOf(PUSH, [19, 0, 0, 1000], PUSH).deltaVMmPerS, 1176);
    assert.equal(eventOf(PUSH, [20, 0, 0, 1000], PUSH).deltaVMmPerS, 588);
    assert.equal(eventOf(PUSH, [19, 0, 0, 1599], PUSH).durationMs, 40);
    assert.equal(eventOf(PUSH, [19, 0, 0, 1600], PUSH).durationMs, 59);
  });

  it('ends a pulse after 400 ms and goes on with another one', () => {
    assert.equal(eventOf([400, 0, 0, 4000]).deltaVMmPerS, 11768);
    const long = eventOf([500, 0, 0, 4000]);
    assert.deepEqual([long.deltaVMmPerS, long.durationMs], [11768, 500]);
  });

  it('holds no more than 65535 mm/s', () => {
    const event = eventOf([400, 15000, -15000, 15000]);
    assert.deepEqual([event.deltaVMmPerS, event.flags], [65535, 0]);
  });

  it('is clipped from 1/256 below the range on, either way', () => {
    for (const sign of [1, -1]) {
      assert.equal(eventOf([5, sign * 15938, 0, 1000]).flags, SHOCK_FLAG.clipped);
      assert.equal(eventOf([5, sign * 15937, 0, 1000]).flags, 0);
    }
  });

  it('is clipped at the end of 16 bits, whatever range the part claims', () => {
    const wide = { rateHz: 1000, rangeMilliG: 65535 };
    const at = (milliG: number) =>
      detect(stretches(AT_REST, [5, 0, milliG, 1000], REST_AFTER), wide)[0]!.flags;
    assert.deepEqual([at(32767), at(-32768), at(32640), at(32639)], [1, 1, 1, 0]);
  });

  it('names the largest peak of each axis with its sign, and the first of equal axes', () => {
    const event = eventOf([15, -5000, 3000, 1000], [15, 4999, -3001, 1000]);
    const { peakXMilliG, peakYMilliG, peakZMilliG } = event;
    assert.deepEqual([peakXMilliG, peakYMilliG, peakZMilliG], [-5000, -3001, 1000]);
    assert.equal(event.axis, 0);
    assert.equal(eventOf([20, 3000, -3001, 1000]).axis, 1);
    assert.equal(eventOf([20, 3000, 3000, 1000]).axis, 0);
    assert.equal(eventOf([20, 3000, 3000, -3001]).axis, 2);
  });
});

describe('shock, at the limits of smearing', () => {
  const g10 = (samples: number): Stretch => [samples, 10000, 0, 1000];

  it('is exact from four samples that reach an eighth of the largest', () => {
    const { deltaVMmPerS, flags } = eventOf([4, 13000, 0, 1000]);
    assert.deepEqual([deltaVMmPerS, flags], [509, 0]);
    const part = { rateHz: 500, rangeMilliG: 16000 };
    const fourth = (milliG: number) =>
      detect(stretches(AT_REST, [3, 14400, 0, 1000], [1, milliG, 0, 1000], REST_AFTER), part)[0]!;
    assert.deepEqual([fourth(1800).deltaVMmPerS, fourth(1800).flags], [882, 0]);
    assert.deepEqual([fourth(1796).deltaVMmPerS, fourth(1796).flags], [993, SHOCK_FLAG.smeared]);
  });

  it('hands on an eighth more of three samples and three fifths more of two', () => {
    // 3 x 15.6 g for 1 ms: 458 mm/s; 2 x 15 g for 2 ms: 588.
    assert.equal(eventOf([3, 15600, 0, 1000]).deltaVMmPerS, Math.ceil((458 * 9) / 8));
    const part = { rateHz: 500, rangeMilliG: 16000 };
    const two = detect(stretches(AT_REST, [2, 15000, 0, 1000], REST_AFTER), part)[0]!;
    assert.deepEqual([two.deltaVMmPerS, two.flags], [Math.ceil((588 * 8) / 5), 2]);
  });

  it('hands on what 200 g may do of one sample that alone is worth 0.5 m/s', () => {
    const part = { rateHz: 400, rangeMilliG: 16000 };
    const lone = (milliG: number) =>
      detect(stretches(AT_REST, [1, milliG, 0, 1000], REST_AFTER), part);
    // 12.74 g for 2.5 ms: 312 mm/s, 500 with three fifths more.
    assert.deepEqual(lone(12700), []);
    const [event] = lone(12760);
    assert.equal(event!.deltaVMmPerS, 3745);
    assert.deepEqual([event!.flags, event!.class], [SHOCK_FLAG.smeared, SHOCK_CLASS.severe]);
  });

  it('adds nothing to a clipped pulse, which is a lower bound and severe', () => {
    const event = eventOf([3, 16000, 0, 1000]);
    assert.deepEqual([event.deltaVMmPerS, event.flags], [470, 3]);
    assert.equal(event.class, SHOCK_CLASS.severe);
  });

  it('says of the hardest pulse alone whether it was smeared', () => {
    const smeared: Stretch = [3, 15600, 0, 1000];
    const pause: Stretch = [100, 0, 0, 1000];
    assert.deepEqual(
      [eventOf(smeared, pause, g10(20)), eventOf(g10(20), pause, smeared)].map((e) => e.flags),
      [0, 0],
    );
    assert.equal(eventOf(PUSH, pause, smeared).deltaVMmPerS, 588);
    assert.equal(eventOf([4, 13000, 0, 1000], pause, smeared).flags, SHOCK_FLAG.smeared);
  });
});

describe('shock, at the limits of a fall', () => {
  const landing: Stretch = [20, 0, 0, 1600];

  it('is one below 0.4 g for 60 ms that ends in a contact of 1.6 g', () => {
    const event = eventOf([60, 0, 0, 399], landing);
    assert.deepEqual([event.freeFallMs, event.startMs], [60, 460]);
    assert.equal(countOf([59, 0, 0, 399], landing), 0);
    assert.equal(countOf([60, 0, 0, 400], landing), 0);
    assert.equal(countOf([60, 0, 0, 399], [20, 0, 0, 1599]), 0);
    assert.equal(countOf([60, 399, 399, 0], landing), 0, 'its length counts, not its components');
  });

  it('is forgotten 100 ms after its end', () => {
    assert.equal(eventOf([60, 0, 0, 0], [100, 0, 0, 1000], landing).freeFallMs, 60);
    assert.equal(countOf([60, 0, 0, 0], [101, 0, 0, 1000], landing), 0);
  });

  it('stands with the longest of an event', () => {
    const hop: readonly Stretch[] = [[80, 0, 0, 0], landing];
    const leap: readonly Stretch[] = [[200, 0, 0, 0], landing];
    assert.equal(eventOf(...hop, ...leap, ...hop).freeFallMs, 200);
    assert.equal(eventOf(PUSH, [30, 0, 0, 1000], ...leap).freeFallMs, 200);
  });

  it('keeps an event open until half a second of rest, and while a fall is under way', () => {
    const rest = (samples: number): Stretch => [samples, 0, 0, 1000];
    assert.equal(countOf(PUSH, rest(519), PUSH), 1);
    assert.equal(countOf(PUSH, rest(520), PUSH), 2);
    assert.equal(countOf(PUSH, rest(510), [90, 0, 0, 0], landing), 1);
    assert.equal(countOf(PUSH, rest(440), [70, 0, 0, 0], rest(60), landing), 1);
    assert.equal(countOf(PUSH, rest(440), [70, 0, 0, 0], rest(101), landing), 1);
  });

  it('is counted up to 65 s', () => {
    const part = { rateHz: 25, rangeMilliG: 16000 };
    const fall = (samples: number): number =>
      detect(stretches([20, 0, 0, 1000], [samples, 0, 0, 0], [5, 0, 0, 9000]), part)[0]!.freeFallMs;
    assert.deepEqual([fall(1624), fall(1625), fall(1700)], [64960, 65000, 65000]);
  });

  it('leaves gravity as it was before', () => {
    assert.equal(eventOf([200, 0, 0, 0], [20, 0, 0, 4000]).deltaVMmPerS, 588);
  });
});

describe('shock, at the limits of time and tilt', () => {
  const side: Stretch = [700, 1000, 0, 0];

  it('tells the tilt after 50 ms of rest before', () => {
    assert.equal(eventsOf([49, 0, 0, 1000], PUSH, side)[0]!.tiltDeg, TILT_UNKNOWN);
    assert.equal(eventsOf([50, 0, 0, 1000], PUSH, side)[0]!.tiltDeg, 90);
  });

  it('tells the tilt after 50 ms of rest behind the pulse, felt with 0.4 g', () => {
    const tiltOf = (after: Stretch): number =>
      eventsOf(AT_REST, PUSH, [20, 0, 0, 1000], after)[0]!.tiltDeg;
    assert.deepEqual([tiltOf([49, 1000, 0, 0]), tiltOf([50, 1000, 0, 0])], [TILT_UNKNOWN, 90]);
    assert.deepEqual([tiltOf([50, 399, 0, 0]), tiltOf([50, 400, 0, 0])], [TILT_UNKNOWN, 90]);
  });

  it('rounds the tilt of a whole rest to the degree', () => {
    for (const [x, z, deg] of [
      [17, 1000, 1],
      [500, 866, 30],
      [-866, -500, 120],
      [0, -1000, 180],
    ] as const) {
      assert.equal(eventsOf(AT_REST, PUSH, [700, x, 0, z])[0]!.tiltDeg, deg);
    }
  });

  it('goes on with the gravity of the rest behind an event', () => {
    const [, second] = eventsOf(AT_REST, PUSH, [520, 1000, 0, 0], [20, 4000, 0, 0], side);
    assert.equal(second!.deltaVMmPerS, 588);
    assert.equal(second!.tiltDeg, 0);
  });

  it('ends an event after ten seconds, but not within a pulse', () => {
    const rest = (samples: number): Stretch => [samples, 0, 0, 1000];
    const knocks = Array.from({ length: 24 }, (): Stretch[] => [PUSH, rest(380)]).flat();
    const hard: Stretch = [20, 0, 0, 9000];
    const peaks = (gap: number): number[] =>
      eventsOf(AT_REST, ...knocks, PUSH, rest(gap), hard, REST_AFTER).map((e) => e.peakZMilliG);
    assert.deepEqual([peaks(379), peaks(380)], [[9000], [4000, 9000]]);
  });

  it('takes a part from 25 to 3200 Hz at its word', () => {
    for (const rateHz of [25, 50, 3200]) {
      const part = { rateHz, rangeMilliG: 16000 };
      const pulse: Stretch = [rateHz / 25, 5000, 0, 1000];
      const rest: Stretch = [rateHz, 0, 0, 1000];
      const [event, ...more] = detect(stretches(rest, pulse, rest), part);
      assert.equal(more.length, 0);
      assert.equal(event!.startUptimeS, 1);
      assert.equal(event!.durationMs, 40);
    }
  });
});

/**
 * The limits of a departure and of a jump, exactly and one beyond; and any numbers whatever as
 * fixes, at any time: nothing throws, and nobody arrives or departs without evidence.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FAULT } from '../../../firmware/core/faults.js';
import { distanceM } from '../../../firmware/core/place/distance.js';
import {
  PLACE_EVENT,
  PLACE_EVENT_WORDS,
  PLACE_ID_BYTES,
  PLACE_STATE_WORDS,
  PLACE_UNCERTAINTY_UNKNOWN,
  PlaceTracker,
} from '../../../firmware/core/place/place.js';
import { PLACE_KIND, PLACE_SOURCE } from '../../../firmware/core/record/schema.js';
import { Journey, type Position, distanceOf } from './journey.js';

/** A position exactly so many metres north of the equator at Greenwich, as the tracker measures. */
function northBy(metres: number): Position {
  for (let microDeg = metres * 8; ; microDeg++) {
    if (distanceM(0, 0, microDeg, 0) === metres) return [microDeg / 1e6, 0];
  }
}
const ORIGIN: Position = [0, 0];

describe('place, at its limits', () => {
  for (const [metres, kinds] of [
    [200, ['arrived A', 'fix A', 'fix']],
    [201, ['arrived A', 'fix A', 'departed A']],
  ] as const) {
    it(`judges ${metres} m between two fixes without any doubt`, () => {
      const journey = new Journey().dock(0, 'A').fix(0, ORIGIN, 0).lift(10);
      assert.deepEqual(journey.fix(20, northBy(metres), 0).kinds, kinds);
    });
  }

  for (const [metres, last] of [
    [1200, 'fix'],
    [1201, 'departed A'],
  ] as const) {
    it(`adds both uncertainties to the 200 m: ${metres} m with 300 m and 700 m`, () => {
      const journey = new Journey().dock(0, 'A').fix(0, ORIGIN, 300).lift(10);
      assert.equal(journey.fix(290, northBy(metres), 700).kinds.at(-1), last);
    });
  }

  for (const [metres, uncertaintyM] of [
    [1000, 0],
    [1001, PLACE_UNCERTAINTY_UNKNOWN],
  ] as const) {
    it(`judges ${metres} m within 9 s, which may have been 10 s`, () => {
      const journey = new Journey().fix(100, ORIGIN, 0).fix(109, northBy(metres), 0);
      assert.equal(journey.told[1]!.uncertaintyM, uncertaintyM);
    });
  }

  for (const [atS, kinds] of [
    [399, ['arrived A']],
    [400, ['arrived A', 'departed A']],
  ] as const) {
    it(`judges ${atS - 100} s without contact`, () => {
      const journey = new Journey().dock(0, 'A').lift(100).wait(atS);
      assert.deepEqual(journey.kinds, kinds);
    });
  }

  const corners: readonly (readonly [string, Position, Position])[] = [
    ['across the date line', [65, 179.9999], [65, -179.9999]],
    ['round the north pole', [90, 0], [90, 180]],
    ['round the south pole', [-90, -180], [-90, 77]],
    ['from 180 east to 180 west', [10, 180], [10, -180]],
  ];
  for (const [title, from, to] of corners) {
    it(`sees no departure and no jump ${title}`, () => {
      assert.ok(distanceOf(from, to) <= 200);
      const journey = new Journey().dock(0, 'A').fix(0, from, 5).lift(1).fix(60, to, 5);
      assert.deepEqual(journey.kinds, ['arrived A', 'fix A', 'fix']);
      assert.equal(journey.told[2]!.uncertaintyM, 5);
    });
  }
});

/** One call of the tracker, with whatever numbers. */
interface Call {
  readonly kind: 'dock' | 'lift' | 'wait' | 'fix' | 'restart';
  readonly afterS: number;
  readonly id: number;
  readonly latitude: number;
  readonly longitude: number;
  readonly uncertaintyM: number;
  readonly source: number;
}

const near = (limit: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc.integer({ min: -2147483648, max: 2147483647 }),
    fc.integer({ min: -limit - 2, max: -limit + 2 }),
    fc.integer({ min: limit - 2, max: limit + 2 }),
    fc.integer({ min: -3000, max: 3000 }),
  );
const call: fc.Arbitrary<Call> = fc.record({
  kind: fc.constantFrom('dock', 'lift', 'wait', 'fix', 'fix', 'restart'),
  afterS: fc.oneof(fc.integer({ min: 0, max: 700 }), fc.constantFrom(299, 300, 301, 1000001)),
  id: fc.integer({ min: 65, max: 67 }),
  latitude: near(90000000),
  longitude: near(180000000),
  uncertaintyM: fc.oneof(fc.integer({ min: 0, max: 65535 }), fc.constantFrom(0, 65534, 65535)),
  source: fc.oneof(fc.constantFrom(1, 2, 3), fc.integer({ min: 0, max: 255 })),
});

/** A fix as the evidence remembers it. */
interface Fix {
  readonly latitude: number;
  readonly longitude: number;
  readonly uncertaintyM: number;
}

/** A tracker, and beside it what evidence there is, kept in another way. */
class Witness {
  readonly event = new Int32Array(PLACE_EVENT_WORDS);
  readonly tracker = new PlaceTracker(
    new Int32Array(PLACE_STATE_WORDS),
    new Uint8Array(PLACE_ID_BYTES),
  );
  private uptimeS = 0;
  /** The dock that was in contact last; 0 for none yet. */
  private dockId = 0;
  private contactLostS: number | undefined;
  private isAt = false;
  /** Fixes taken as that dock's position, all of them. */
  private positions: Fix[] = [];

  take(one: Call): void {
    this.uptimeS += one.afterS;
    const { tracker, event, uptimeS } = this;
    if (one.kind === 'dock') this.dock(one.id);
    else if (one.kind === 'fix') this.fix(one);
    else if (one.kind === 'wait') {
      if (tracker.tick(uptimeS, event) === 1) this.departWithout(300);
      else if (this.isAt) this.contactLostS ??= uptimeS;
    } else if (one.kind === 'lift') {
      tracker.dockLost(uptimeS);
      if (this.isAt) this.contactLostS ??= uptimeS;
    } else {
      tracker.restart();
      this.contactLostS = undefined;
    }
  }

  private dock(id: number): void {
    const { tracker, event, uptimeS } = this;
    const bytes = Uint8Array.of(id);
    for (let told = 0; tracker.dockSeen(uptimeS, bytes, 1, event) === 1; told++) {
      assert.ok(told < 2);
      if (event[PLACE_EVENT.kind] === PLACE_KIND.departed) {
        this.departWithout(this.dockId === id ? 300 : 0);
      } else {
        assert.equal(event[PLACE_EVENT.kind], PLACE_KIND.arrived);
        assert.equal(event[PLACE_EVENT.source], PLACE_SOURCE.dock);
        assert.equal(this.isAt, false, 'arrived where it was');
        assert.deepEqual([...tracker.id.subarray(0, 1)], [id]);
        [this.isAt, this.dockId, this.positions] = [true, id, []];
      }
    }
    this.contactLostS = undefined;
  }

  private departWithout(seconds: number): void {
    assert.equal(this.event[PLACE_EVENT.kind], PLACE_KIND.departed);
    assert.equal(this.isAt, true, 'departed from nowhere');
    if (seconds > 0) assert.ok(this.uptimeS - this.contactLostS! >= seconds);
    this.isAt = false;
  }

  private fix({ latitude, longitude, uncertaintyM, source }: Call): void {
    const { tracker, event, uptimeS } = this;
    const bytes = new Uint8Array(12);
    const view = new DataView(bytes.buffer);
    view.setInt32(0, latitude, true);
    view.setInt32(4, longitude, true);
    view.setUint16(8, uncertaintyM, true);
    view.setUint8(10, source);
    const isOf = source === 2 || source === 3;
    const isOnEarth = Math.abs(latitude) <= 90000000 && Math.abs(longitude) <= 180000000;
    const result = tracker.fix(uptimeS, bytes, event);
    assert.equal(result, isOf && isOnEarth ? 1 : FAULT.malformed);
    if (result !== 1) return;
    assert.deepEqual([...event.subarray(1, 4)], [source, latitude, longitude]);
    const told = event[PLACE_EVENT.uncertaintyM]!;
    assert.ok(told === uncertaintyM || told === PLACE_UNCERTAINTY_UNKNOWN);
    assert.notEqual(event[PLACE_EVENT.kind], PLACE_KIND.arrived);
    if (event[PLACE_EVENT.kind] === PLACE_KIND.departed) this.departByFix(latitude, longitude);
    else if (event[PLACE_EVENT.idLength]! > 0) {
      assert.ok(this.isAt && told !== PLACE_UNCERTAINTY_UNKNOWN);
      this.positions.push({ latitude, longitude, uncertaintyM });
    }
  }

  private departByFix(latitude: number, longitude: number): void {
    const uncertaintyM = this.event[PLACE_EVENT.uncertaintyM]!;
    this.departWithout(0);
    assert.notEqual(uncertaintyM, PLACE_UNCERTAINTY_UNKNOWN);
    const place = this.positions.at(-1)!;
    const movedM = distanceM(place.latitude, place.longitude, latitude, longitude);
    assert.ok(movedM > 200 + place.uncertaintyM + uncertaintyM, `${movedM} m`);
  }
}

describe('place, whatever the fixes say', () => {
  it('never throws, and arrives and departs on evidence alone', () => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 60 }), (calls) => {
        const witness = new Witness();
        for (const one of calls) witness.take(one);
      }),
      { numRuns: 400 },
    );
  });
});

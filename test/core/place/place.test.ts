import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FAULT } from '../../../firmware/core/faults.js';
import { distanceM } from '../../../firmware/core/place/distance.js';
import {
  COORDINATE_ABSENT,
  PLACE_EVENT,
  PLACE_EVENT_WORDS,
  PLACE_ID_BYTES,
  PLACE_STATE_WORDS,
  PLACE_UNCERTAINTY_UNKNOWN,
  PlaceTracker,
} from '../../../firmware/core/place/place.js';
import { PLACE_KIND, PLACE_SOURCE } from '../../../firmware/core/record/schema.js';

type Position = readonly [latitude: number, longitude: number];
const LORENSKOG: Position = [59.9284, 10.9452]; // air ambulance base near Oslo
const AL: Position = [60.6415, 8.5472];
const TROMSO: Position = [69.6833, 18.9189];

/** What a tracker told, with coordinates in degrees. */
interface Told {
  readonly kind: string;
  readonly id: string;
  readonly source: number;
  readonly position: Position | undefined;
  readonly uncertaintyM: number;
}

class Journey {
  readonly event = new Int32Array(PLACE_EVENT_WORDS);
  readonly told: Told[] = [];
  readonly ids: Uint8Array[] = [];
  readonly events: Int32Array[] = [];
  state = new Int32Array(PLACE_STATE_WORDS);
  tracker = new PlaceTracker(this.state, new Uint8Array(PLACE_ID_BYTES));

  dock(uptimeS: number, id: string): this {
    const bytes = new TextEncoder().encode(id);
    while (this.tracker.dockSeen(uptimeS, bytes, bytes.length, this.event) === 1) this.note();
    return this;
  }
  lift(uptimeS: number): this {
    this.tracker.dockLost(uptimeS);
    return this;
  }
  wait(uptimeS: number): this {
    if (this.tracker.tick(uptimeS, this.event) === 1) this.note();
    return this;
  }
  fix(
    uptimeS: number,
    position: Position,
    uncertaintyM = 10,
    source: number = PLACE_SOURCE.gnss,
  ): this {
    const bytes = fixBytes(position, uncertaintyM, source);
    assert.equal(this.tracker.fix(uptimeS, bytes, this.event), 1);
    this.note();
    return this;
  }
  /** Goes on as after a power cut: a new tracker, told what was recorded. */
  reboot(): this {
    this.tracker = new PlaceTracker(
      new Int32Array(PLACE_STATE_WORDS),
      new Uint8Array(PLACE_ID_BYTES),
    );
    this.events.forEach((event, i) => this.tracker.replay(event, this.ids[i]!));
    return this;
  }
  get kinds(): string[] {
    return this.told.map(({ kind, id }) => (id === '' ? kind : `${kind} ${id}`));
  }

  private note(): void {
    const { event } = this;
    const kind = event[PLACE_EVENT.kind];
    const latitude = event[PLACE_EVENT.latitudeMicroDeg]!;
    const longitude = event[PLACE_EVENT.longitudeMicroDeg]!;
    const length = event[PLACE_EVENT.idLength];
    const id = this.tracker.id.slice(0, length);
    this.events.push(Int32Array.from(this.event));
    this.ids.push(id);
    this.told.push({
      kind: Object.entries(PLACE_KIND).find(([, code]) => code === kind)![0],
      id: new TextDecoder().decode(id),
      source: event[PLACE_EVENT.source]!,
      position: latitude === COORDINATE_ABSENT ? undefined : [latitude / 1e6, longitude / 1e6],
      uncertaintyM: event[PLACE_EVENT.uncertaintyM]!,
    });
  }
}

function fixBytes([latitude, longitude]: Position, uncertaintyM: number, source: number) {
  const bytes = new Uint8Array(12);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, Math.round(latitude * 1e6), true);
  view.setInt32(4, Math.round(longitude * 1e6), true);
  view.setUint16(8, uncertaintyM, true);
  view.setUint8(10, source);
  return bytes;
}

/** A position so many metres east and north. */
function moved([latitude, longitude]: Position, eastM: number, northM: number): Position {
  const cosine = Math.cos((latitude * Math.PI) / 180);
  return [latitude + northM / 111195, longitude + eastM / 111195 / cosine];
}

describe('place', () => {
  it('arrives at the first dock, once', () => {
    const journey = new Journey().dock(10, '4147080001').dock(11, '4147080001');
    assert.deepEqual(journey.told, [
      {
        ...{ kind: 'arrived', id: '4147080001', source: PLACE_SOURCE.dock },
        ...{ position: undefined, uncertaintyM: PLACE_UNCERTAINTY_UNKNOWN },
      },
    ]);
  });

  it('does not depart while it is lifted for less than five minutes', () => {
    const journey = new Journey().dock(0, 'A').lift(100).wait(399).dock(399, 'A').wait(9999);
    assert.deepEqual(journey.kinds, ['arrived A']);
  });

  it('departs after five minutes without contact, and arrives again', () => {
    const journey = new Journey().dock(0, 'A').lift(100).wait(399).wait(400).wait(401);
    assert.deepEqual(journey.kinds, ['arrived A', 'departed A']);
    journey.dock(500, 'A');
    assert.deepEqual(journey.kinds, ['arrived A', 'departed A', 'arrived A']);
  });

  it('counts from the first loss of contact, however often it is told', () => {
    const journey = new Journey().dock(0, 'A').lift(100).lift(200).lift(399).wait(400);
    assert.deepEqual(journey.kinds, ['arrived A', 'departed A']);
  });

  it('departs and arrives even if nobody asked in between', () => {
    const journey = new Journey().dock(0, 'A').lift(100).dock(5000, 'A');
    assert.deepEqual(journey.kinds, ['arrived A', 'departed A', 'arrived A']);
  });

  it('leaves one place when it arrives at another, however soon', () => {
    const journey = new Journey().dock(0, 'A').lift(100).dock(160, 'AB');
    assert.deepEqual(journey.kinds, ['arrived A', 'departed A', 'arrived AB']);
  });

  it('takes a fix at the dock as the position of the place, and keeps the best', () => {
    const journey = new Journey()
      .dock(0, 'A')
      .fix(10, LORENSKOG, 50)
      .fix(20, moved(LORENSKOG, 30, 0), 5)
      .fix(30, moved(LORENSKOG, 60, 60), 400);
    journey.lift(40).wait(340);
    assert.deepEqual(journey.kinds, ['arrived A', 'fix A', 'fix A', 'fix', 'departed A']);
    const left = journey.told.at(-1)!;
    assert.equal(left.uncertaintyM, 5);
    assert.ok(Math.abs(left.position![1] - moved(LORENSKOG, 30, 0)[1]) < 1e-6);
  });

  const moves: readonly (readonly [string, number, number, number, string])[] = [
    ['a walk to the apron', 150, 150, 10, 'fix'],
    ['209 m with 5 m and 5 m of doubt', 209, 0, 5, 'fix'],
    ['213 m with 5 m and 5 m of doubt', 213, 0, 5, 'departed A'],
    ['a kilometre north', 0, 1000, 10, 'departed A'],
    ['a kilometre by a cell of 2 km', 1000, 0, 2000, 'fix'],
    ['five kilometres by a cell of 2 km', -5000, 0, 2000, 'departed A'],
  ];
  for (const [title, eastM, northM, uncertaintyM, expected] of moves) {
    it(`judges ${title} as ${expected}`, () => {
      const journey = new Journey().dock(0, 'A').fix(1, LORENSKOG, 5).lift(100);
      journey.fix(220, moved(LORENSKOG, eastM, northM), uncertaintyM);
      assert.equal(journey.kinds.at(-1), expected);
      journey.wait(500);
      assert.equal(journey.kinds.filter((kind) => kind === 'departed A').length, 1);
    });
  }

  it('does not take one place for the position of another', () => {
    const journey = new Journey().dock(0, 'A').fix(1, LORENSKOG, 5).lift(100).dock(2500, 'B');
    assert.deepEqual(journey.told.at(-2)!.position, LORENSKOG);
    assert.equal(journey.told.at(-1)!.position, undefined);
    journey.fix(2501, AL, 50);
    assert.equal(journey.kinds.at(-1), 'fix B');
  });

  it('never departs by a fix while the dock is in contact', () => {
    const journey = new Journey().dock(0, 'A').fix(1, LORENSKOG, 5);
    journey.fix(200, moved(LORENSKOG, 3000, 0), 20).wait(10000);
    assert.deepEqual(journey.kinds, ['arrived A', 'fix A', 'fix']);
  });

  it('keeps and marks an impossible jump, and is not moved by it', () => {
    const journey = new Journey().dock(0, 'A').fix(0, LORENSKOG, 5).lift(10);
    journey.fix(60, TROMSO).fix(120, moved(LORENSKOG, 20, 0));
    assert.deepEqual(journey.kinds, ['arrived A', 'fix A', 'fix', 'fix']);
    const [, , jump, after] = journey.told;
    assert.equal(jump!.uncertaintyM, PLACE_UNCERTAINTY_UNKNOWN);
    assert.deepEqual(jump!.position, TROMSO);
    assert.equal(after!.uncertaintyM, 10);
  });

  it('believes a helicopter, 70 m/s', () => {
    const journey = new Journey().fix(0, LORENSKOG);
    const distance = distanceOf(LORENSKOG, AL);
    journey.fix(Math.round(distance / 70), AL).dock(2500, 'B');
    assert.deepEqual(journey.told[1]!.uncertaintyM, 10);
    assert.deepEqual(journey.kinds, ['fix', 'fix', 'arrived B']);
  });

  it('allows a second between two fixes of the same second', () => {
    const journey = new Journey().fix(0, LORENSKOG, 5).fix(0, moved(LORENSKOG, 100, 0), 5);
    assert.equal(journey.told[1]!.uncertaintyM, 5);
  });

  it('does not take doubt for speed', () => {
    const journey = new Journey().fix(0, LORENSKOG, 10);
    journey.fix(10, moved(LORENSKOG, 6000, 0), 5500, PLACE_SOURCE.cell);
    assert.equal(journey.told[1]!.uncertaintyM, 5500);
    assert.equal(journey.told[1]!.source, PLACE_SOURCE.cell);
  });

  it('uses no fix that does not know how sure it is', () => {
    const journey = new Journey().dock(0, 'A').fix(1, TROMSO, PLACE_UNCERTAINTY_UNKNOWN);
    journey.fix(2, LORENSKOG, 5);
    assert.deepEqual(journey.kinds, ['arrived A', 'fix', 'fix A']);
  });

  it('refuses ids and fixes that cannot be', () => {
    const { tracker, event } = new Journey();
    assert.equal(tracker.dockSeen(0, new Uint8Array(50), 0, event), FAULT.badLength);
    assert.equal(tracker.dockSeen(0, new Uint8Array(50), 40, event), FAULT.badLength);
    assert.equal(tracker.dockSeen(0, new Uint8Array(5), 6, event), FAULT.badLength);
    for (const bytes of [
      fixBytes([90.1, 0], 5, PLACE_SOURCE.gnss),
      fixBytes([0, -180.1], 5, PLACE_SOURCE.gnss),
      fixBytes(AL, 5, PLACE_SOURCE.dock),
      fixBytes(AL, 5, 9),
    ]) {
      assert.equal(tracker.fix(0, bytes, event), FAULT.malformed);
    }
  });

  describe('after a restart', () => {
    it('is where it was, and departs five minutes later at the latest', () => {
      const journey = new Journey().dock(0, 'A').fix(1, LORENSKOG, 5).reboot();
      journey.wait(2).wait(301).wait(302);
      assert.deepEqual(journey.kinds, ['arrived A', 'fix A', 'departed A']);
      assert.deepEqual(journey.told.at(-1)!.position, LORENSKOG);
    });

    it('has not arrived anew at a dock that it never left', () => {
      const journey = new Journey().dock(0, 'A').reboot().dock(5, 'A').wait(1000);
      assert.deepEqual(journey.kinds, ['arrived A']);
    });

    it('knows that it had departed', () => {
      const journey = new Journey().dock(0, 'A').lift(1).wait(400).reboot().dock(5, 'A');
      assert.deepEqual(journey.kinds, ['arrived A', 'departed A', 'arrived A']);
    });

    it('compares no time of another boot', () => {
      const journey = new Journey().dock(0, 'A').lift(4900).fix(5000, LORENSKOG);
      journey.tracker.restart();
      journey.fix(1, TROMSO);
      assert.deepEqual(journey.kinds, ['arrived A', 'fix A', 'departed A']);
      assert.equal(journey.told[2]!.uncertaintyM, 10);
      journey.dock(2, 'A');
      journey.tracker.restart();
      journey.wait(3).wait(302).wait(303);
      assert.deepEqual(journey.kinds.slice(3), ['arrived A', 'departed A']);
    });
  });

  interface Act {
    readonly kind: string;
    readonly afterS: number;
    readonly id: string;
    readonly eastM: number;
    readonly uncertaintyM: number;
  }
  const act: fc.Arbitrary<Act> = fc.record({
    kind: fc.constantFrom('dock', 'lift', 'wait', 'fix'),
    afterS: fc.integer({ min: 0, max: 400 }),
    id: fc.constantFrom('A', 'B'),
    eastM: fc.integer({ min: -3000, max: 3000 }),
    uncertaintyM: fc.constantFrom(5, 50, 2000, PLACE_UNCERTAINTY_UNKNOWN),
  });

  function perform(journey: Journey, one: Act, s: number): void {
    if (one.kind === 'dock') journey.dock(s, one.id);
    else if (one.kind === 'lift') journey.lift(s);
    else if (one.kind === 'wait') journey.wait(s);
    else journey.fix(s, moved(LORENSKOG, one.eastM, 0), one.uncertaintyM);
  }

  it('arrives and departs in turn, each departure from where it had arrived', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        const journey = new Journey();
        let uptimeS = 0;
        for (const one of acts) perform(journey, one, (uptimeS += one.afterS));
        let at = '';
        for (const { kind, id } of journey.told) {
          if (kind === 'fix') continue;
          assert.equal(kind, at === '' ? 'arrived' : 'departed');
          if (kind === 'departed') assert.equal(id, at);
          at = kind === 'arrived' ? id : '';
        }
      }),
    );
  });

  it('goes on the same from its state after every act', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        const whole = new Journey();
        const resumed = new Journey();
        let uptimeS = 0;
        for (const one of acts) {
          uptimeS += one.afterS;
          perform(whole, one, uptimeS);
          perform(resumed, one, uptimeS);
          resumed.state = Int32Array.from(resumed.state);
          resumed.tracker = new PlaceTracker(resumed.state, Uint8Array.from(resumed.tracker.id));
        }
        assert.deepEqual(resumed.told, whole.told);
      }),
    );
  });
});

function distanceOf(from: Position, to: Position): number {
  const [a, b, c, d] = [...from, ...to].map((deg) => Math.round(deg * 1e6));
  return distanceM(a!, b!, c!, d!);
}

/** Great circle by haversine, in floating point. */
function haversineM([fromLat, fromLon]: Position, [toLat, toLon]: Position): number {
  const rad = Math.PI / 180;
  const half = (deg: number): number => Math.sin((deg * rad) / 2) ** 2;
  const a =
    half(toLat - fromLat) + Math.cos(fromLat * rad) * Math.cos(toLat * rad) * half(toLon - fromLon);
  return 2 * 6371008.8 * Math.asin(Math.sqrt(a));
}

describe('place/distance', () => {
  it('is right to 3 m and 0.2 % up to 300 km in the Nordic countries', () => {
    const wayM = fc.integer({ min: -210000, max: 210000 });
    const from = fc.tuple(
      fc.double({ min: 56, max: 70, noNaN: true }),
      fc.double({ min: -20, max: 30, noNaN: true }),
    );
    fc.assert(
      fc.property(from, wayM, wayM, (start, eastM, northM) => {
        const end = moved(start, eastM, northM);
        const exact = haversineM(start, end);
        const error = Math.abs(distanceOf(start, end) - exact);
        assert.ok(error <= 3 + exact * 0.002, `${error} m wrong of ${exact}`);
      }),
    );
  });

  const cases: readonly (readonly [string, Position, Position])[] = [
    ['nothing', AL, AL],
    ['along the equator', [0, 0], [0, 1]],
    ['across the date line', [10, 179.99], [10, -179.99]],
    ['across the equator', [-1, 20], [1, 21]],
    ['in the south', [-60, -70], [-60.5, -71]],
    ['at a pole', [90, 0], [90, 180]],
  ];
  for (const [title, from, to] of cases) {
    it(`measures ${title}`, () => {
      const exact = haversineM(from, to);
      assert.ok(Math.abs(distanceOf(from, to) - exact) <= 3 + exact * 0.002);
    });
  }

  it('stays an int32 between any two positions', () => {
    const latitude = fc.integer({ min: -90000000, max: 90000000 });
    const longitude = fc.integer({ min: -180000000, max: 180000000 });
    fc.assert(
      fc.property(latitude, longitude, latitude, longitude, (a, b, c, d) => {
        const metres = distanceM(a, b, c, d);
        assert.ok(Number.isInteger(metres) && metres >= 0 && metres < 30_000_000);
      }),
    );
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FAULT } from '../../../firmware/core/faults.js';
import { PLACE_UNCERTAINTY_UNKNOWN, PlaceTracker } from '../../../firmware/core/place/place.js';
import { PLACE_SOURCE } from '../../../firmware/core/record/schema.js';
import { AL, Journey, LORENSKOG, TROMSO, distanceOf, fixBytes, moved } from './journey.js';

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

    it('does not take where it was carried without power for the position of its dock', () => {
      const journey = new Journey().dock(0, 'A').reboot().fix(60, AL, 10).wait(61).wait(361);
      assert.deepEqual(journey.kinds, ['arrived A', 'fix', 'departed A']);
      assert.equal(journey.told.at(-1)!.position, undefined);
    });

    it('nor after it had waited a while without contact', () => {
      const journey = new Journey().dock(0, 'A').reboot().wait(10).fix(60, AL, 10);
      assert.deepEqual(journey.kinds, ['arrived A', 'fix']);
    });

    it('takes a fix as the position of its dock again once it had contact', () => {
      const journey = new Journey().dock(0, 'A').reboot().wait(10).dock(20, 'A').lift(30);
      journey.fix(70, LORENSKOG, 10);
      assert.deepEqual(journey.kinds, ['arrived A', 'fix A']);
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

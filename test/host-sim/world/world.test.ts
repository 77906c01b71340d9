import assert from 'node:assert/strict';
import fc from 'fast-check';
import { INPUT_FLAG } from '../../../firmware/core/ports.js';
import { BOOT_REASON } from '../../../firmware/core/record/schema.js';
import { defaultScenarioPath, loadScenario } from '../../../host-sim/world/scenario.js';
import { parseShockTrace } from '../../../host-sim/world/shock-trace.js';
import { parseTrace } from '../../../host-sim/world/trace.js';
import { type World, createWorld } from '../../../host-sim/world/world.js';
import { PACKED, at, makeScenario, makeWorld } from './fixture.js';

const HOUR = 3_600_000;
const CAR = '{ at: day 1 09:00, to: base, by: car, duration: 1h }';

describe('the world', () => {
  it('is at its place, undocked, closed and empty at the start', () => {
    const world = makeWorld();
    assert.equal(world.nowMs, 0);
    assert.equal(world.placeName, 'Bank');
    assert.equal(world.inputFlags, 0);
    assert.equal(world.slotBits, 0);
    assert.equal(world.dock, undefined);
    assert.equal(world.powered, true);
    assert.equal(world.bootReason, BOOT_REASON.powerOn);
    assert.equal(world.endMs, 24 * HOUR);
  });

  it('knows the true wall time in seconds since 2020-01-01Z', () => {
    const world = makeWorld();
    world.advanceTo(1999);
    assert.equal(world.wallS, (Date.UTC(2026, 6, 13, 6) - Date.UTC(2020, 0, 1)) / 1000 + 1);
  });

  it('changes at its instants and at no other', () => {
    const world = makeWorld({ journey: PACKED });
    const changes: [number, number, number][] = [];
    while (world.nextChangeMs() < Infinity) {
      const next = world.nextChangeMs();
      world.advanceTo(next - 1);
      const before = [world.inputFlags, world.slotBits];
      world.advanceTo(next);
      assert.ok(world.nextChangeMs() > next);
      if (before[0] !== world.inputFlags || before[1] !== world.slotBits) {
        changes.push([next, world.inputFlags, world.slotBits]);
      }
    }
    const docked = INPUT_FLAG.dockContact | INPUT_FLAG.externalPower;
    const open = docked | INPUT_FLAG.lidOpen;
    assert.deepEqual(changes, [
      [at(1, '08:01'), open, 0],
      [at(1, '08:02'), open, 1],
      [at(1, '08:02:20'), open, 3],
      [at(1, '08:04'), docked, 3],
      [at(1, '08:10'), 0, 3],
    ]);
  });

  it('is the same in whatever steps one goes', () => {
    const look = (world: World) => [
      world.inputFlags,
      world.slotBits,
      world.placeName,
      world.trueC(0),
      world.acts.length,
    ];
    const parts = { journey: PACKED, legs: [CAR] };
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 * HOUR }), { maxLength: 20 }), (times) => {
        const world = makeWorld(parts);
        for (const ms of [...times].sort((a, b) => a - b)) world.advanceTo(ms);
        const other = makeWorld(parts);
        other.advanceTo(world.nowMs);
        assert.deepEqual(look(world), look(other));
      }),
      { numRuns: 25 },
    );
  });

  it('does not go back in time', () => {
    const world = makeWorld();
    world.advanceTo(5000);
    assert.throws(() => world.advanceTo(4999), /Time went back/);
  });

  it('moves the container, and says how', () => {
    const world = makeWorld({ legs: [CAR] });
    world.advanceTo(at(1, '09:30'));
    assert.equal(world.placeName, 'car, Bank to Base');
    assert.equal(world.leg?.by, 'car');
    world.advanceTo(at(1, '10:00'));
    assert.equal(world.placeName, 'Base');
    assert.equal(world.leg, undefined);
  });

  it('has another air for a container that is left somewhere', () => {
    const stay = '{ at: day 1 09:00, do: leave, where: in the sun, duration: 4h, peakC: 60 }';
    const world = makeWorld({ journey: [stay] });
    world.advanceTo(at(1, '11:00'));
    assert.equal(world.placeName, 'Bank, in the sun');
    const warm = world.probeTemperatureC(0)!;
    world.advanceTo(at(1, '13:00'));
    assert.equal(world.placeName, 'Bank');
    assert.ok(warm > 27, `${warm}`);
  });

  it('shakes the container on a flight’s landing, and hands it over when it rests', () => {
    const flight = '{ at: day 1 09:00, to: scene, by: helicopter, duration: 10m }';
    const world = makeWorld({ legs: [flight] });
    world.advanceTo(at(1, '09:09:40'));
    assert.equal(world.bursts.length, 0);
    world.advanceTo(at(1, '09:09:42'));
    assert.equal(world.bursts.length, 1);
    assert.equal(world.bursts[0]!.truth.cause, 'bump');
  });

  it('loses power and gets it back, for a reason', () => {
    const world = makeWorld({
      faults: [
        '{ at: day 1 09:00, fault: power-loss, duration: 5m, reason: brown-out }',
        '{ at: day 1 10:00, fault: restart, reason: panic }',
      ],
    });
    world.advanceTo(at(1, '09:00'));
    assert.equal(world.powered, false);
    assert.equal(world.nextChangeMs(), at(1, '09:05'));
    world.advanceTo(at(1, '09:05'));
    assert.equal(world.powered, true);
    assert.equal(world.bootReason, BOOT_REASON.brownOut);
    assert.equal(world.powerLostMs, at(1, '09:00'));
    world.advanceTo(at(1, '10:00:02'));
    assert.equal(world.bootReason, BOOT_REASON.panic);
  });
});

describe('a visit at a dock', () => {
  const kinds = (world: World) => world.dock?.tasks.map(({ kind }) => kind);

  it('sets the time, brings roles and profiles at first, then whatever people do', () => {
    const world = makeWorld({ journey: PACKED });
    assert.equal(world.dock?.id, '4149521234000013');
    assert.equal(world.dock.number, 1);
    assert.deepEqual(kinds(world), ['provision-time', 'roles', 'profiles', 'calibrate']);
    world.advanceTo(at(1, '08:02:10'));
    assert.equal(kinds(world)!.at(-1), 'pack');
    world.advanceTo(at(1, '08:09'));
    assert.deepEqual(kinds(world)!.slice(4), ['pack', 'pack', 'seal']);
    const pack = world.dock.tasks[4]!;
    assert.ok(pack.kind === 'pack');
    assert.equal(pack.slot, 0);
    assert.equal(pack.profileId, 'generic-2-25');
    assert.equal(pack.kit.id, 'A');
    assert.equal(pack.atMs, at(1, '08:02'));
  });

  it('later on sets the time only, unless it is told otherwise', () => {
    const again = (more: string) => {
      const journey = [...PACKED, `{ at: day 1 09:00, do: dock${more} }`];
      const world = makeWorld({ journey });
      world.advanceTo(at(1, '09:30'));
      return kinds(world);
    };
    assert.deepEqual(again(''), ['provision-time']);
    assert.deepEqual(again(', roles: true'), ['provision-time', 'roles']);
    assert.deepEqual(again(', profiles: [flyp]'), ['provision-time', 'profiles']);
  });

  it('scans a kit that was put back, without touching its slot', () => {
    const world = makeWorld({
      journey: [
        ...PACKED,
        '{ at: day 1 09:00, do: open-lid }',
        '{ at: day 1 09:01, do: take, kit: A }',
        '{ at: day 1 09:02, do: put-back, kit: A }',
        '{ at: day 1 09:03, do: close-lid }',
        '{ at: day 1 09:10, do: dock }',
        '{ at: day 1 09:11, do: unseal }',
        '{ at: day 1 09:12, do: pack, kits: { A: 0 } }',
      ],
    });
    world.advanceTo(at(1, '09:01'));
    assert.equal(world.slotBits, 2);
    world.advanceTo(at(1, '09:20'));
    assert.equal(world.slotBits, 3);
    assert.deepEqual(kinds(world), ['provision-time', 'open', 'pack']);
    assert.equal(world.acts.at(-1)!.what, 'scan');
  });
});

describe('what people do', () => {
  it('is kept in order, in words', () => {
    const world = makeWorld({
      journey: [
        ...PACKED,
        '{ at: day 1 08:50, do: press, times: 2 }',
        '{ at: day 1 10:00, do: hold }',
      ],
      legs: [CAR],
    });
    world.advanceTo(world.endMs);
    assert.deepEqual(
      world.acts.map(({ what }) => what),
      'dock open-lid pack pack close-lid seal undock press press leg arrive hold'.split(' '),
    );
    assert.equal(world.acts[2]!.text, 'kit A (Plasma) packed into slot 1');
    assert.equal(world.pressCount, 2);
    assert.equal(world.holdCount, 1);
  });
});

describe('a journey of another length', () => {
  const parts = {
    journey: [
      ...PACKED,
      '{ at: day 1 20:00, do: open-lid }',
      '{ at: day 1 20:01, do: take, kit: A }',
      '{ at: end - 1h, do: dock }',
    ],
    legs: [
      '{ at: day 1 12:00, to: scene, by: car, duration: 1h }',
      '{ at: end - 3h, to: base, by: car, duration: 1h }',
    ],
  };
  const lived = (days: number) => {
    const world = createWorld(makeScenario(parts), { seed: 1, days });
    world.advanceTo(world.endMs);
    return world;
  };

  it('waits before its end when it is longer', () => {
    const world = lived(10);
    assert.equal(world.dock?.id, '4149521234000020');
    assert.equal(world.acts.at(-1)!.atMs, 239 * HOUR);
    assert.equal(world.slotBits, 2);
    assert.deepEqual(world.notes, []);
  });

  it('leaves out what no longer fits when it is shorter, says so, and still comes home', () => {
    const world = lived(0.25);
    assert.equal(world.dock?.id, '4149521234000020');
    assert.equal(world.slotBits, 3);
    assert.match(world.notes.join(), /cut short: 3 entries after day 1 11:00 are left out/);
  });

  it('is refused when it ends before anything is packed, and says how long it must be', () => {
    assert.throws(
      () => lived(0.04),
      /^ScenarioError: test\.yaml: the journey is 57m 36s long; expected more than 3h 2m: kits are/,
    );
  });
});

describe('a measured truth', () => {
  const trace = () => parseTrace('hours,celsius\n0,20\n1,22\n2,21\n9,5\n10,6\n11,7\n', 'log.csv');

  it('inside stands at every probe; where it has a gap there is no truth', async () => {
    const world = makeWorld(
      { journey: PACKED },
      { trace: { trace: await trace(), where: 'inside' } },
    );
    assert.equal(world.endMs, 11 * HOUR);
    world.advanceTo(HOUR / 2);
    assert.equal(world.probeTemperatureC(0), 21);
    assert.equal(world.probeTemperatureC(1), 21);
    world.advanceTo(3 * HOUR);
    assert.equal(world.probeTemperatureC(0), undefined);
    assert.match(world.notes.join(), /log\.csv: 1 gap/);
  });

  it('outside drives the box; in its gap there is no truth either', async () => {
    const world = makeWorld(
      { journey: PACKED },
      { trace: { trace: await trace(), where: 'outside' } },
    );
    assert.equal(world.probeTemperatureC(0), 20);
    world.advanceTo(HOUR);
    const under = world.probeTemperatureC(0)!;
    const core = world.probeTemperatureC(1)!;
    assert.ok(20 < core && core < under && under < 22, `${core} ${under}`);
    world.advanceTo(5 * HOUR);
    assert.equal(world.probeTemperatureC(1), undefined);
    world.advanceTo(10 * HOUR);
    assert.ok(world.probeTemperatureC(1)! < 7);
  });

  it('too short for the packing is refused by its file, with what is needed', async () => {
    const short = await parseTrace('minutes,celsius\n0,20\n1,20\n', 'fridge.csv');
    const scenario = makeScenario({ journey: PACKED });
    assert.throws(
      () => createWorld(scenario, { seed: 1, trace: { trace: short, where: 'inside' } }),
      /^ScenarioError: fridge\.csv: the trace is 1m long; expected more than 2m: kits are packed/,
    );
  });

  it('of a shock comes at its time, the middle of the journey by default', async () => {
    const rows = Array.from({ length: 50 }, (_, i) => `${i / 100},0,0,9.8`).join('\n');
    const recording = await parseShockTrace(
      `s,x (m/s2),y,z\n`.replace('s,', 'seconds,') + rows,
      'shock.csv',
    );
    const shocked = (ms?: number, fromEnd = false) => {
      const at = ms === undefined ? undefined : { ms, fromEnd };
      return makeWorld({}, { shockRecording: { recording, at } });
    };
    const middle = shocked();
    middle.advanceTo(12 * HOUR);
    assert.equal(middle.bursts.length, 0);
    assert.equal(middle.nextChangeMs(), 12 * HOUR + 500);
    middle.advanceTo(12 * HOUR + 500);
    assert.equal(middle.bursts.length, 1);
    const early = shocked(1000);
    early.advanceTo(1500);
    assert.equal(early.bursts[0]!.startMs, 1000);
    const late = shocked(HOUR, true);
    late.advanceTo(23 * HOUR + 500);
    assert.equal(late.bursts[0]!.startMs, 23 * HOUR);
    assert.throws(
      () => shocked(24 * HOUR),
      /shock\.csv: 490 ms from 86400000 ms on, expected within/,
    );
  });
});

describe('the default journey', () => {
  const scenario = loadScenario(defaultScenarioPath());
  const live = (seed: number) => {
    const world = createWorld(scenario, { seed });
    const minutes = { hot: [0, 0], cold: [0, 0], frozen: [0, 0] };
    for (let ms = 0; ms <= world.endMs; ms += 60_000) {
      world.advanceTo(ms);
      for (const probe of [0, 1]) {
        const trueC = world.trueC(probe);
        if (trueC > 25) minutes.hot[probe]! += 1;
        if (trueC < 2) minutes.cold[probe]! += 1;
        if (trueC <= -0.5) minutes.frozen[probe]! += 1;
      }
    }
    return { world, minutes };
  };

  for (const seed of [1, 2, 3]) {
    it(`is too warm and too cold for hours under the lid, not in the core (seed ${seed})`, () => {
      const { world, minutes } = live(seed);
      // Example profiles: 4 h (LyoPlas) and 8 h (FLyP) above 25 °C, 30 min and 8 h below 2 °C.
      assert.ok(minutes.hot[0]! > 270 && minutes.hot[0]! < 440, `hot ${minutes.hot[0]}`);
      assert.ok(minutes.cold[0]! > 60 && minutes.cold[0]! < 440, `cold ${minutes.cold[0]}`);
      assert.ok(minutes.hot[1]! < 60 && minutes.cold[1] === 0, JSON.stringify(minutes));
      assert.deepEqual(minutes.frozen, [0, 0]);
      assert.equal(world.dock?.place.id, 'base');
      const done = new Set(world.acts.map(({ what }) => what));
      for (const what of ['pack', 'seal', 'take', 'press', 'put-back', 'drop', 'leave', 'leg']) {
        assert.ok(done.has(what), what);
      }
    });
  }

  it('can be lived for any length from half a day to a year', () => {
    for (const days of [0.5, 1, 1.7, 2, 2.5, 3, 3.1, 30, 365]) {
      const world = createWorld(scenario, { seed: 1, days });
      world.advanceTo(world.endMs);
      assert.equal(world.dock?.place.dock, true, `${days} days`);
      assert.ok(world.slotBits !== 0);
    }
  });
});

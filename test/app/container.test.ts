import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createContainer } from '../../firmware/app/container.js';
import { GAP_REASON } from '../../firmware/core/record/schema.js';
import { WALL_SOURCE, WALL_UNKNOWN } from '../../firmware/core/units.js';
import { Bench } from './support/bench.js';
import { dockedBench, packedBench, type TestDock } from './support/dock.js';
import { replayed } from './support/fold-bench.js';
import type { ProfileParts } from '../core/excursion/support/profiles.js';
import { START_WALL_S } from '../host-sim/backend/support/fixtures.js';

const HOT = { operator: 'above', limitCentiC: 2500 } as const;

describe('a container', () => {
  it('refuses limits that cannot be', async () => {
    const bench = await Bench.make();
    const refuse = (limits: object): void => {
      assert.throws(() => createContainer(bench.ports, { ...bench.limits, ...limits }), RangeError);
    };
    refuse({ slotCount: 0 });
    refuse({ slotCount: 17 });
    refuse({ probeCount: 9 });
    refuse({ slotProbes: Uint8Array.of(1, 1, 1, 0b100) });
    refuse({ samplePeriodS: 9 });
    refuse({ conversionLimitMs: 5001 });
    refuse({ journalBytes: 15 * 4096 });
    refuse({ journalBytes: 16 * 4096 + 1 });
  });

  it('sleeps until its next sample when nothing happens', async () => {
    const { bench, dock } = await packedBench(1);
    dock.leave();
    bench.run(60 - (bench.clock.nowS % 60)); // a reading
    bench.run(1);
    const beforeMs = bench.clock.nowMs;
    assert.ok(bench.step(1e9) >= 58_000);
    assert.equal(Math.ceil(bench.clock.nowMs / 60_000), Math.floor(beforeMs / 60_000) + 1);
  });

  it('records a reading at every instant, and a gap where a probe gives nothing', async () => {
    const { bench, dock } = await dockedBench();
    dock.leave();
    bench.run(60 - (bench.clock.nowS % 60) + 1);
    const before = bench.records('reading').length;
    bench.run(60);
    bench.probes.centiC = [2100, null];
    bench.run(120);
    bench.probes.centiC = [2100, 25600];
    bench.run(60);
    bench.probes.centiC = [2100, 2200];
    bench.run(60);
    const readings = bench.records('reading').slice(before);
    assert.deepEqual(
      readings.map(({ temperaturesCentiC }) => temperaturesCentiC![1]),
      [2000, null, null, null, 2200],
    );
    const gaps = bench.records('gap').map(({ fields }) => fields);
    const [startS, nextS, endS] = [1, 3, 4].map((i) => readings[i]!.uptimeS) as [
      number,
      number,
      number,
    ];
    const { busError, sentinel } = GAP_REASON;
    assert.deepEqual(gaps, [
      { probe: 1, reason: busError, startUptimeS: startS, lengthS: -1 },
      { probe: 1, reason: busError, startUptimeS: startS, lengthS: nextS - startS },
      { probe: 1, reason: sentinel, startUptimeS: nextS, lengthS: -1 },
      { probe: 1, reason: sentinel, startUptimeS: nextS, lengthS: endS - nextS },
    ]);
  });

  it('stores every excursion and verdict that a burst brings, however many', async () => {
    const zones = Array.from({ length: 8 }, (_, z) => ({
      ...HOT,
      limitCentiC: 2500 + z,
      allowance: 'instant' as const,
    }));
    const limits = { slotCount: 16, slotProbes: new Uint8Array(16).fill(1) };
    const { bench, dock } = await packedBench(16, { zones }, { limits, sectorCount: 32 });
    dock.leave();
    bench.probes.centiC = [3400, 3400];
    bench.run(62);
    assert.equal(bench.records('excursion').length, 16 * 8);
    for (let kit = 0; kit < 16; kit++) {
      assert.match(bench.verdict(kit), /^quarantine: zone0.*zone7$/);
    }
    assert.deepEqual(bench.records('lost'), []);
  });

  describe('follows its wall clock', () => {
    async function running(): Promise<Bench> {
      const { bench, dock } = await packedBench(1);
      dock.leave();
      return bench.run(60);
    }
    const clocksOf = (bench: Bench): Record<string, number>[] =>
      bench
        .records('clock')
        .slice(1)
        .map(({ fields }) => ({ ...fields }));

    it('and says nothing while it keeps to the uptime within 5 s', async () => {
      const bench = await running();
      bench.clock.wallAtStartS += 5;
      bench.run(60);
      bench.clock.wallAtStartS -= 10;
      bench.run(60);
      assert.deepEqual(clocksOf(bench), []);
    });

    for (const jumpS of [6, -6, 7200, -86400]) {
      it(`and records a jump of ${jumpS} s, once`, async () => {
        const bench = await running();
        const wallS = bench.clock.wallS;
        bench.clock.wallAtStartS += jumpS;
        bench.run(120);
        const [jump, ...more] = clocksOf(bench);
        assert.deepEqual(more, []);
        assert.equal(jump?.['wallSource'], WALL_SOURCE.dock);
        assert.equal(jump['newWallS']! - jump['oldWallS']!, jumpS);
        assert.ok(Math.abs(jump['oldWallS']! - wallS) <= 1);
        assert.equal(bench.verdict(0), 'usable');
      });
    }

    it('and is told when it is lost, and found again', async () => {
      const bench = await running();
      bench.clock.source = WALL_SOURCE.unset;
      bench.run(60);
      assert.equal(bench.verdict(0), 'unknown: clockUnset');
      bench.clock.setWall(START_WALL_S + 500, WALL_SOURCE.gnss);
      bench.run(60);
      assert.equal(bench.verdict(0), 'usable');
      const [lost, found] = clocksOf(bench);
      assert.deepEqual([lost?.['wallSource'], lost?.['newWallS']], [0, WALL_UNKNOWN]);
      assert.deepEqual([found?.['wallSource'], found?.['oldWallS']], [3, WALL_UNKNOWN]);
    });

    it('and judges expiry by the new time', async () => {
      const bench = await running();
      bench.clock.wallAtStartS += 401 * 86400; // its components expire after 400 days
      bench.run(1);
      assert.equal(bench.verdict(0), 'expired: expired');
    });
  });

  describe('after a loss of power', () => {
    const PROFILE: ProfileParts = { gapAllowanceS: 900 };
    async function off(options: Parameters<Bench['reboot']>[0]): Promise<Bench> {
      const { bench, dock } = await packedBench(1, PROFILE);
      dock.leave();
      bench.run(30);
      return bench.reboot(options).run(60);
    }

    const OFF: readonly (readonly [string, Parameters<Bench['reboot']>[0], string])[] = [
      ['a restart of 2 s, clock kept', { offS: 2 }, 'usable'],
      ['ten minutes, clock kept', { offS: 600 }, 'usable'],
      ['half an hour, clock kept', { offS: 1800 }, 'unknown: gap'],
      ['two seconds, clock lost', { offS: 2, keepsClock: false }, 'unknown: gap, clockUnset'],
    ];
    for (const [what, options, verdict] of OFF) {
      it(`of ${what}: ${verdict}`, async () => {
        assert.equal((await off(options)).verdict(0), verdict);
      });
    }

    it('whose clock ran ahead of the RTC by some seconds: still usable', async () => {
      const { bench, dock } = await packedBench(1, PROFILE);
      dock.leave();
      bench.run(30);
      bench.clock.wallAtStartS -= 5; // drift that was too small for a CLOCK record
      bench.run(30).reboot({ offS: 1 }).run(60);
      assert.equal(bench.verdict(0), 'usable');
    });

    it('sees at once what people did meanwhile', async () => {
      const { bench } = await packedBench(2, PROFILE);
      bench.inputs.slots = 0b01;
      bench.inputs.isLidOpen = true;
      bench.reboot({ offS: 5 });
      assert.deepEqual(bench.custody(1), ['taken']);
      assert.equal(bench.last('lid').fields['open'], 1);
    });

    it('goes on with a probe’s gap by the new uptime', async () => {
      const { bench, dock } = await packedBench(1, PROFILE);
      dock.leave();
      bench.probes.centiC = [2000, null];
      bench.run(70).reboot({ offS: 5 }).run(200);
      bench.probes.centiC = [2000, 2000];
      bench.run(60);
      const { fields } = bench.last('gap');
      const boot = bench.last('boot');
      assert.deepEqual(
        [fields['startUptimeS'], fields['lengthS']],
        [boot.uptimeS, 240 - boot.uptimeS],
      );
    });
  });

  describe('is a fold of its records', () => {
    const PROFILE: ProfileParts = {
      gapAllowanceS: 300,
      zones: [
        { ...HOT, allowance: 'cumulative', allowanceS: 600 },
        { ...HOT, operator: 'atOrAbove', limitCentiC: 4000, allowance: 'instant' },
        { ...HOT, operator: 'below', limitCentiC: 200, allowance: 'single', allowanceS: 120 },
      ],
      budget: { firstKnotC: 0, ratesPermille: [100, 1000, 9000], budgetS: 50_000 },
      lid: { allowedS: 300, verdict: 'inspect' },
      useByS: 900,
    };
    type Deed = (bench: Bench, dock: TestDock, value: number) => void;
    const DEEDS: Readonly<Record<string, Deed>> = {
      wait: (bench, _, value) => bench.run(1 + (value % 400)),
      warm: (bench, _, value) => (bench.probes.centiC = [value % 6000, (value * 7) % 6000]),
      blind: (bench, _, value) => (bench.probes.centiC = [null, value % 2 === 0 ? null : 2000]),
      slot: (bench, _, value) => {
        bench.inputs.slots ^= 1 << (value % 4);
        bench.run(1);
      },
      press: (bench) => bench.press(),
      hold: (bench) => bench.hold(),
      lid: (bench) => bench.lid(!bench.inputs.isLidOpen),
      jump: (bench, _, value) => (bench.clock.wallAtStartS += (value % 4000) - 2000),
      lose: (bench) => (bench.clock.source = 0),
      reboot: (bench, _, value) => bench.reboot({ offS: value % 700, keepsClock: value % 3 > 0 }),
      visit: (bench, dock, value) => {
        dock.arrive();
        dock.setTime(START_WALL_S + bench.clock.nowS);
        dock.pack(value % 4, `N${value}`, PROFILE);
        dock.checkpoint();
        dock.leave();
      },
    };
    const deed = fc.tuple(fc.constantFrom(...Object.keys(DEEDS), 'wait', 'warm'), fc.nat(6000));

    it('whatever happens to it: replayed from the first one they give the same words', async () => {
      const script = fc.array(deed, { minLength: 5, maxLength: 25 });
      const run = async (deeds: readonly (readonly [string, number])[]): Promise<void> => {
        const { bench, dock } = await packedBench(3, PROFILE);
        dock.leave();
        for (const [name, value] of deeds) DEEDS[name]!(bench, dock, value);
        bench.run(1);
        const live = bench.memory;
        const again = replayed(bench.records(), bench.catalogueFlash, bench.limits);
        // The room of places follows the world live and starts anew at a boot: see its own tests.
        for (const part of ['kits', 'cursors', 'probeGaps', 'power', 'journalCursor'] as const) {
          assert.deepEqual(again[part], live[part], part);
        }
      };
      await fc.assert(fc.asyncProperty(script, run), { numRuns: 15 });
    }).timeout(60_000);
  });
});

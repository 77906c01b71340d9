import assert from 'node:assert/strict';
import { COMMON, KIT } from '../../firmware/core/excursion/kits.js';
import { CURSOR, POWER, PROBE_GAP } from '../../firmware/app/memory.js';
import { GAP_REASON, ORIGIN } from '../../firmware/core/record/schema.js';
import { CUSTODY, WALL_SOURCE, WALL_UNKNOWN } from '../../firmware/core/units.js';
import { loadCbor } from '../../host-sim/backend/cbor.js';
import { tableOf } from '../core/excursion/support/profiles.js';
import { FoldBench } from './support/fold-bench.js';

const WALL_S = 160_000_000;

/** A bench after its first boot with a kit in slot 0 and a reading at 60 s. */
function running({ wallS = WALL_S }: { wallS?: number | null } = {}): FoldBench {
  const bench = new FoldBench(tableOf({ gapAllowanceS: 900 }));
  boot(bench, 1, wallS === null ? null : wallS + 1);
  bench.apply('slot', 10, { slot: 0, filled: 1, kit: -1 });
  bench.apply('kit', 10, { kit: 0, slot: 0, profile: 0, expiryWallS: WALL_S + 1_000_000 });
  return bench.reading(60, 2000, 2000);
}

function boot(bench: FoldBench, uptimeS: number, wallS: number | null, bootCount = 1): FoldBench {
  return bench.apply('boot', uptimeS, {
    bootCount,
    wallSource: wallS === null ? WALL_SOURCE.unset : WALL_SOURCE.rtc,
    wallS: wallS ?? WALL_UNKNOWN,
  });
}

describe('the fold of records', () => {
  before(loadCbor);

  describe('at a boot', () => {
    it('adds up what cuts took, in the life of a kit: more than a gap may be is one', () => {
      const bench = running(); // a gap may be 900 s
      let wallS = WALL_S + 60;
      for (let cut = 1; cut <= 3; cut++) {
        wallS += 360; // 300 s more than from one reading to the next: 900 in all
        boot(bench, 1, wallS, 1 + cut).reading(1, 2000, 2000);
        assert.deepEqual([bench.sticky(0), bench.kit(0, KIT.gapS)], [[], 300 * cut]);
      }
    });

    it('finds the gap with the boot at which the sum is too large, and says how large', () => {
      const bench = running();
      let wallS = WALL_S + 60;
      for (let cut = 1; cut <= 3; cut++) {
        assert.deepEqual(bench.sticky(0), [], `before cut ${cut}`);
        wallS += 361;
        boot(bench, 1, wallS, 1 + cut);
        if (cut < 3) bench.reading(1, 2000, 2000);
      }
      assert.deepEqual([bench.sticky(0), bench.kit(0, KIT.gapS)], [['gap'], 903]);
      bench.reading(1, 2000, 2000); // it ends, and stays
      assert.deepEqual([bench.sticky(0), bench.kit(0, KIT.gapS)], [['gap'], 903]);
    });

    it('counts no time as taken that a reading may stand for in any case', () => {
      const bench = running();
      for (let cut = 1, wallS = WALL_S + 60; cut <= 200; cut++) {
        wallS += 60;
        boot(bench, 1, wallS, 1 + cut).reading(1, 2000, 2000);
      }
      assert.deepEqual([bench.sticky(0), bench.kit(0, KIT.gapS)], [[], 0]);
    });

    it('begins elapsed time with the uptime of the first one', () => {
      const bench = boot(new FoldBench(), 3, WALL_S);
      assert.deepEqual([bench.nowS, bench.wallS], [3, WALL_S]);
      assert.equal(bench.words[COMMON.bootElapsedS], 0);
    });

    it('lets a second pass at least: what was read before it is old', () => {
      const bench = boot(running(), 0, WALL_S + 60, 2);
      assert.deepEqual([bench.nowS, bench.words[COMMON.bootElapsedS]], [61, 61]);
    });

    /** The last record is at uptime 60, wall time WALL_S + 60; the next boot's at uptime 2. */
    const BOOTS: readonly (readonly [string, number, number, number])[] = [
      ['a loss of two hours', 7200, 7200, 7200],
      ['a restart of three seconds', 3, 3, 0],
      ['a restart in the same second', 2, 2, 0],
      ['a clock that is 1 s behind: rounding', -1, 2, 0],
      ['a clock that is 6 s behind: drift that no CLOCK record told yet', -6, 2, 0],
      ['a clock that is 7 s behind: nobody can tell', -7, 2, -1],
      ['a clock that is a day behind', -86400, 2, -1],
      ['17 years: no downtime but a wrong clock', 1 << 29, 1 << 29, 1 << 29],
      ['a second more', (1 << 29) + 1, 2, -1],
    ];
    for (const [what, lostS, elapsedS, gapS] of BOOTS) {
      const length = gapS < 0 ? 'of unknown length' : 'as long';
      const gap = gapS === 0 ? '' : `, and a gap ${length}`;
      it(`${what}: ${elapsedS} s have passed${gap}`, () => {
        const bench = boot(running(), 2, WALL_S + 60 + lostS, 2);
        assert.equal(bench.nowS, 60 + elapsedS);
        assert.equal(bench.words[COMMON.bootElapsedS], 60 + elapsedS - 2);
        assert.equal(bench.wallS, WALL_S + 60 + lostS);
        assert.deepEqual(bench.sticky(0), gapS === 0 ? [] : ['gap']);
        assert.equal(bench.kit(0, KIT.gapS), gapS);
      });
    }

    const UNSET: readonly (readonly [string, number | null, number | null])[] = [
      ['lost its clock', WALL_S, null],
      ['had none before', null, WALL_S + 60],
      ['never had one', null, null],
    ];
    for (const [what, before, after] of UNSET) {
      it(`that ${what} is a gap of unknown length`, () => {
        const bench = boot(running({ wallS: before }), 2, after, 2);
        assert.equal(bench.nowS, 62);
        assert.deepEqual(bench.sticky(0), ['gap']);
        assert.equal(bench.wallS, after);
      });
    }

    it('finds the gap of a measured loss at once, before anything is read or shown', () => {
      const bench = boot(running(), 2, WALL_S + 60 + 902, 2);
      assert.deepEqual(bench.sticky(0), ['gap']);
      assert.deepEqual([bench.kit(0, KIT.gapS), bench.kit(0, KIT.gapSequence)], [902, 4]);
      bench.reading(2, 2000, 2000);
      assert.deepEqual(bench.sticky(0), ['gap']);
      assert.deepEqual([bench.kit(0, KIT.gapS), bench.kit(0, KIT.gapSequence)], [902, 4]);
    });

    it('times gaps of probes anew, by its own clock', () => {
      const bench = running();
      const gap = { probe: 1, reason: GAP_REASON.busError, startUptimeS: 50, lengthS: -1 };
      bench.apply('gap', 60, gap);
      boot(bench, 2, WALL_S + 100, 2);
      const at = PROBE_GAP.words;
      const { probeGaps } = bench.memory;
      assert.equal(probeGaps[at + PROBE_GAP.reason], GAP_REASON.busError);
      assert.equal(probeGaps[at + PROBE_GAP.startUptimeS], 2);
    });
  });

  describe('of a clock', () => {
    const clock = (source: number, newWallS: number): Record<string, number> => {
      return { wallSource: source, newWallS };
    };

    it('counts with the new time from then on, and not with the old', () => {
      const bench = running().apply('clock', 70, clock(WALL_SOURCE.dock, WALL_S + 5000));
      assert.equal(bench.wallS, WALL_S + 5000);
      bench.reading(120, 2000, 2000);
      assert.equal(bench.wallS, WALL_S + 5050);
      assert.equal(bench.nowS, 120); // elapsed time does not jump
    });

    it('that is lost is unset', () => {
      const bench = running().apply('clock', 70, clock(WALL_SOURCE.unset, WALL_UNKNOWN));
      assert.equal(bench.wallS, null);
    });

    it('set in between measures the next loss of power', () => {
      const bench = running({ wallS: null });
      bench.apply('clock', 70, clock(WALL_SOURCE.dock, WALL_S));
      boot(bench, 1, WALL_S + 100, 2);
      assert.deepEqual([bench.nowS, bench.sticky(0)], [170, []]);
    });
  });

  describe('of custody', () => {
    const act = (custody: number, origin: number = ORIGIN.slot): Record<string, number> => {
      return { kit: 0, custody, origin };
    };

    it('keeps when mixing started, and that alone', () => {
      const bench = running().apply('custody', 100, act(CUSTODY.taken));
      bench.apply('custody', 110, act(CUSTODY.mixed, ORIGIN.button));
      bench.apply('custody', 120, act(CUSTODY.mixed, ORIGIN.button));
      assert.equal(bench.kit(0, KIT.mixedAtS), 110);
      bench.apply('custody', 130, act(CUSTODY.used, ORIGIN.button));
      assert.deepEqual(
        [bench.kit(0, KIT.custody), bench.kit(0, KIT.mixedAtS)],
        [CUSTODY.used, 110],
      );
    });

    it('put back is unscanned until a command says that it was scanned', () => {
      const bench = running().apply('custody', 100, act(CUSTODY.taken));
      bench.apply('custody', 110, act(CUSTODY.in));
      assert.deepEqual(bench.sticky(0), ['returnedUnscanned']);
      assert.deepEqual([bench.kit(0, KIT.fromS), bench.kit(0, KIT.inside)], [110, 0]);
      bench.apply('custody', 120, act(CUSTODY.in, ORIGIN.command));
      assert.deepEqual([bench.sticky(0), bench.kit(0, KIT.fromS)], [[], 110]);
    });

    it('away for longer than a gap may be is a gap besides', () => {
      const bench = running().apply('custody', 100, act(CUSTODY.taken));
      bench.apply('custody', 1001, act(CUSTODY.in));
      assert.deepEqual(bench.sticky(0), ['gap', 'returnedUnscanned']);
    });
  });

  it('of a kit forgets whatever its number stood for before', () => {
    const bench = running().apply('custody', 100, { kit: 0, custody: CUSTODY.taken });
    bench.apply('custody', 2000, { kit: 0, custody: CUSTODY.in });
    bench.put('kit', 2100, { kit: 0, slot: 3, profile: 0, expiryWallS: 5 }, Uint8Array.of(1));
    assert.deepEqual([bench.sticky(0), bench.kit(0, KIT.slot)], [[], 3]);
    assert.deepEqual([bench.kit(0, KIT.custody), bench.kit(0, KIT.fromS)], [CUSTODY.in, 2100]);
    assert.notEqual(bench.kit(0, KIT.listCrc), 0);
  });

  it('of slots remembers which are filled, and the kit that the button acts on', () => {
    const bench = running();
    bench.apply('slot', 70, { slot: 0, filled: 0, kit: 0 });
    assert.deepEqual([bench.words[COMMON.slots], bench.words[COMMON.touchedKit]], [0, 1]);
    bench.apply('slot', 80, { slot: 3, filled: 1, kit: -1 });
    assert.deepEqual([bench.words[COMMON.slots], bench.words[COMMON.touchedKit]], [8, 0]);
  });

  it('of power and dock keeps what was recorded last', () => {
    const bench = running().apply('power', 100, { batteryMilliV: 6200, external: 1 });
    bench.apply('dock', 101, { docked: 1 });
    const { power } = bench.memory;
    assert.deepEqual([power[POWER.batteryMilliV], power[POWER.external]], [6200, 1]);
    assert.deepEqual([power[POWER.recordedAtS], power[POWER.docked]], [100, 1]);
  });

  it('of counters, checkpoints and receipts keeps the last of each', () => {
    const hash = Uint8Array.from({ length: 32 }, (_, i) => i + 1);
    const bench = running().put('roles', 100, { counter: 7 }, hash);
    bench.put('profile', 100, { profile: 2, version: 1, counter: 9 }, hash);
    bench.put('checkpoint', 101, { sequence: 40 }, hash);
    bench.put('receipt', 102, { sequence: 40, counter: 3 }, hash);
    const { cursors, journalCursor } = bench.memory;
    const counters = [CURSOR.rolesCounter, CURSOR.profileCounter, CURSOR.receiptCounter];
    assert.deepEqual(
      counters.map((at) => cursors[at]),
      [7, 9, 3],
    );
    assert.equal(cursors[CURSOR.checkpointSequence], 40);
    assert.equal(cursors[CURSOR.profileMark + 2], 0x04030201);
    assert.equal(journalCursor[0], 40);
    const stored = new Uint8Array(
      cursors.buffer,
      cursors.byteOffset + 4 * CURSOR.checkpointHash,
      32,
    );
    assert.deepEqual(stored, hash);
  });

  it('of lost records counts them', () => {
    const bench = running().apply('lost', 100, { firstSequence: 5, count: 3, firstUptimeS: 90 });
    bench.apply('lost', 200, { firstSequence: 20, count: 2, firstUptimeS: 190 });
    assert.equal(bench.words[COMMON.lostRecords], 5);
  });

  it('does not go back when a record tells of a moment before the last one', () => {
    const bench = running().apply('lid', 130, { open: 1 });
    bench.reading(120, 2000, 2000); // its conversion was begun before the lid opened
    assert.equal(bench.nowS, 130);
  });
});

import assert from 'node:assert/strict';
import { COMMON } from '../../../firmware/core/excursion/kits.js';
import { expiryWallS } from '../../../firmware/core/kit/date.js';
import { gs1ExpiryWallS } from '../../../firmware/core/kit/gs1.js';
import { ISBT } from '../../../firmware/core/kit/isbt128-table.js';
import { isbtExpiryWallS } from '../../../firmware/core/kit/isbt128.js';
import { WALL_EPOCH_UNIX_S, WALL_SOURCE } from '../../../firmware/core/units.js';
import { loadCbor } from '../../../host-sim/backend/cbor.js';
import type { DecodedRecord } from '../../../host-sim/backend/record-types.js';
import { isoOf, minuteOf } from '../../../host-sim/web/format.js';
import { bytesOf } from '../../../host-sim/world/labels.js';
import type { Bench } from '../../app/support/bench.js';
import { dockedBench, packedBench, type TestDock } from '../../app/support/dock.js';
import { START_WALL_S } from '../../host-sim/backend/support/fixtures.js';
import { KitBench } from './support/kit-bench.js';
import type { ProfileParts } from './support/profiles.js';

const ZONES = [
  { operator: 'above', limitCentiC: 2500, allowance: 'single', allowanceS: 600 },
  { operator: 'above', limitCentiC: 2500, allowance: 'cumulative', allowanceS: 1200 },
] as const;
const PROFILE: ProfileParts = { zones: ZONES };
const HOUR_S = 3600;
const wallOf = (iso: string): number => Date.parse(iso) / 1000 - WALL_EPOCH_UNIX_S;

interface Judged {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** What the journal says of excursions and verdicts, with seconds since `zeroS`. */
function judged(records: readonly DecodedRecord[], zeroS: number): Judged[] {
  return records
    .filter(({ type }) => type === 'excursion' || type === 'verdict')
    .map(({ type, uptimeS, fields }) => {
      const { used, allowed, extreme, phase, rule, verdict, reasons } = fields;
      return { type, atS: uptimeS - zeroS, used, allowed, extreme, phase, rule, verdict, reasons };
    });
}

/** Without the verdicts, which tell of the expiry too. */
const excursionsOf = (told: readonly Judged[]): Judged[] =>
  told.filter(({ type }) => type === 'excursion');

/** Half an hour above 25 °C and half an hour below, `meanwhile` called in the middle of it. */
function warmSpell(bench: Bench, meanwhile: () => void): Judged[] {
  const { nowS } = bench.clock;
  const before = bench.records().length;
  bench.probes.centiC = [2600, 2600];
  bench.run(900);
  meanwhile();
  bench.run(900);
  bench.probes.centiC = [2000, 2000];
  bench.run(1800);
  return judged(bench.records().slice(before), nowS);
}

/** A kit aboard, away from the dock, at a whole minute. */
async function underway(): Promise<{ bench: Bench; dock: TestDock }> {
  const { bench, dock } = await packedBench(1, PROFILE);
  dock.leave();
  bench.run(120 - (bench.clock.nowS % 60));
  return { bench, dock };
}

describe('time that plays tricks', function () {
  this.timeout(60_000);
  before(loadCbor);

  describe('a clock that steps over an excursion', () => {
    let undisturbed: Judged[];
    before(async () => {
      const { bench } = await underway();
      undisturbed = warmSpell(bench, () => undefined);
    });

    it('has something to step over: each zone opens once, with its true length', () => {
      const used = undisturbed.map(({ used }) => used);
      assert.ok(used.includes(600) && used.includes(1200), JSON.stringify(undisturbed));
    });

    for (const stepS of [-60, -HOUR_S, -30 * 86400, 60, HOUR_S, 30 * 86400]) {
      it(`by ${stepS} s changes nothing of it, and is recorded`, async () => {
        const { bench } = await underway();
        const told = warmSpell(bench, () => {
          bench.clock.wallAtStartS += stepS;
        });
        assert.deepEqual(told, undisturbed);
        const { fields } = bench.last('clock');
        assert.equal(fields['newWallS']! - fields['oldWallS']!, stepS);
      });
    }

    it('again and again, forth and back, changes nothing of it either', async () => {
      const { bench } = await underway();
      const { nowS } = bench.clock;
      const before = bench.records().length;
      for (let minute = 0; minute < 60; minute++) {
        bench.probes.centiC = minute < 30 ? [2600, 2600] : [2000, 2000];
        bench.clock.wallAtStartS += minute % 2 === 0 ? -7000 : 7000;
        bench.run(60);
      }
      assert.deepEqual(judged(bench.records().slice(before), nowS), undisturbed);
    });

    it('that is lost in it adds its own reason, and takes none away', async () => {
      const { bench } = await underway();
      warmSpell(bench, () => {
        bench.clock.source = WALL_SOURCE.unset;
      });
      assert.equal(bench.verdict(0), 'quarantine: zone0, zone1, clockUnset');
      bench.clock.setWall(START_WALL_S + 7200, WALL_SOURCE.gnss);
      bench.run(60);
      assert.equal(bench.verdict(0), 'quarantine: zone0, zone1');
    });
  });

  describe('an uptime of 2^32 ms, 49.7 days', () => {
    it('that passes in the middle of an excursion changes nothing of it', async () => {
      const { bench: young } = await underway();
      const expected = warmSpell(young, () => undefined);
      const { bench, dock } = await dockedBench(PROFILE);
      const turnMs = 2 ** 32;
      // An empty container stands for 49 days; then a kit comes, and the turn 900 s behind.
      bench.clock.nowMs = Math.floor(turnMs / 60_000) * 60_000 - 1_200_000;
      bench.run(5);
      dock.leave();
      dock.arrive();
      bench.fill(0);
      assert.equal(dock.pack(0, 'S0', PROFILE), 1);
      bench.run(61);
      dock.leave();
      bench.run(120 - (bench.clock.nowS % 60));
      assert.ok(bench.clock.nowMs < turnMs);
      let atTurnMs = 0;
      const told = warmSpell(bench, () => (atTurnMs = bench.clock.nowMs));
      assert.ok(Math.abs(atTurnMs - turnMs) < 900_000, `${atTurnMs}`);
      assert.ok(bench.clock.nowMs > turnMs);
      assert.deepEqual(told, expected);
      assert.equal(bench.verdict(0), young.verdict(0));
    });

    it('and every other moment give a trace the same judgement', () => {
      const tell = (zeroS: number): string[] => {
        const bench = new KitBench({ profiles: [PROFILE] });
        bench.pack(0, zeroS, { expiryWallS: 0x7fffffff });
        bench.readings(zeroS + 60, zeroS + 1800, 60, 2600);
        bench.readings(zeroS + 1860, zeroS + 3600, 60, 2000);
        return bench.settle().map(({ what, used, extreme }) => `${what} ${used} ${extreme}`);
      };
      const expected = tell(0);
      // 2^31 and 2^32 ms in seconds, 2^24 s, ten years, and the last hours that an int32 names
      for (const zeroS of [2_147_483, 4_294_967, 1 << 24, 315_576_000, 0x7fffffff - 7200]) {
        for (const shiftS of [-1800, -1, 0, 1]) {
          assert.deepEqual(tell(zeroS + shiftS), expected, `${zeroS + shiftS}`);
        }
      }
    });
  });

  describe('a leap day', () => {
    /** The verdict at a wall time of a kit with this expiry. */
    function verdictAt(iso: string, expiry: number): string {
      const bench = new KitBench({});
      bench.pack(0, 60, { expiryWallS: expiry });
      bench.set(COMMON.wallOffsetS, wallOf(iso) - 120);
      bench.reading(120, 2000);
      return bench.verdict();
    }

    it('is the last day of what expires with it, however the label says so', () => {
      const expiry = expiryWallS(2028, 2, 29);
      for (const label of ['280229', '280200', '2802292359']) {
        assert.equal(gs1ExpiryWallS(bytesOf(label), 0, label.length), expiry, label);
      }
      assert.equal(isbtExpiryWallS(ISBT.expiryDate, bytesOf('028060'), 0), expiry);
      assert.equal(isbtExpiryWallS(ISBT.expiryMonth, bytesOf('202802'), 0), expiry);
      assert.equal(verdictAt('2028-02-29T23:59:58Z', expiry), 'usable');
      assert.equal(verdictAt('2028-03-01T00:00:00Z', expiry), 'expired');
    });

    it('is a day like any other for what expires before and behind it', () => {
      assert.equal(verdictAt('2028-02-29T00:00:00Z', expiryWallS(2028, 2, 28)), 'expired');
      assert.equal(verdictAt('2028-03-01T23:59:58Z', expiryWallS(2028, 3, 1)), 'usable');
      assert.equal(verdictAt('2028-12-31T23:59:58Z', expiryWallS(2028, 12, 31)), 'usable');
      assert.equal(verdictAt('2029-01-01T00:00:00Z', expiryWallS(2028, 12, 31)), 'expired');
    });

    it('does not exist in a common year, nor does its day 366', () => {
      assert.ok(gs1ExpiryWallS(bytesOf('270229'), 0, 6) < 0);
      assert.ok(isbtExpiryWallS(ISBT.expiryDate, bytesOf('027366'), 0) < 0);
      assert.equal(verdictAt('2027-02-28T23:59:58Z', expiryWallS(2027, 2, 0)), 'usable');
      assert.equal(verdictAt('2027-03-01T00:00:00Z', expiryWallS(2027, 2, 0)), 'expired');
    });

    it('passes in an excursion without a second more or less', async () => {
      const { bench } = await underway();
      const expected = warmSpell(bench, () => undefined);
      const { bench: leaping, dock } = await packedBench(1, PROFILE);
      dock.setTime(wallOf('2028-02-28T23:30:00Z'));
      dock.leave();
      leaping.run(120 - (leaping.clock.nowS % 60));
      const told = warmSpell(leaping, () => undefined);
      assert.match(isoOf(leaping.clock.wallS), /^2028-02-29T00:/);
      assert.deepEqual(excursionsOf(told), excursionsOf(expected));
    });
  });

  describe('daylight saving', () => {
    const CHANGES = [
      ['begins', '2026-03-29T00:40:00Z'],
      ['ends', '2026-10-25T00:40:00Z'],
    ] as const;
    const zoneOfMachine = process.env['TZ'];
    afterEach(() => {
      if (zoneOfMachine === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zoneOfMachine;
    });

    for (const [what, iso] of CHANGES) {
      it(`that ${what} in Oslo meanwhile is no hour more and none less`, async () => {
        const texts = new Set<string>();
        for (const zone of ['UTC', 'Europe/Oslo', 'America/St_Johns']) {
          process.env['TZ'] = zone;
          const { bench, dock } = await packedBench(1, PROFILE);
          assert.equal(dock.setTime(wallOf(iso)), 1);
          dock.leave();
          bench.run(120 - (bench.clock.nowS % 60));
          const told = warmSpell(bench, () => undefined);
          const wallS = bench.clock.wallS;
          texts.add(JSON.stringify([told, bench.verdict(0), isoOf(wallS), minuteOf(wallS, 60)]));
        }
        assert.equal(texts.size, 1, [...texts].join('\n'));
        assert.match([...texts][0]!, /"used":600.*"used":1200/);
      });
    }
  });
});

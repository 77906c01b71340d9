import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ProfileTable } from '../../../firmware/core/excursion/profile.js';
import { loadCbor } from '../../../host-sim/backend/cbor.js';
import { type Profile, ProfileLibrary } from '../../../host-sim/backend/profile.js';
import { KitBench } from './support/kit-bench.js';
import { loadBytes, type ZoneParts } from './support/profiles.js';
import { type Moment, tallyOf } from './support/tally.js';

const GAP_S = 900;
const OPERATORS = ['above', 'atOrAbove', 'below', 'atOrBelow'] as const;
const LIMIT = 2500;

/** Readings one after the other; every excursion that opens, with the reading that opened it. */
function run(zones: readonly ZoneParts[], moments: readonly Moment[]): RunResult {
  const bench = new KitBench({ profiles: [{ zones, gapAllowanceS: GAP_S }] });
  bench.pack(0, moments[0]?.atS ?? 0);
  const opened: Opened[] = [];
  const sequences: number[] = [];
  moments.forEach(({ atS, centiC }, at) => {
    sequences.push(bench.reading(atS, centiC));
    for (const { what, startSequence } of bench.settle()) {
      const [, zone] = /^zone(\d) opens$/.exec(what) ?? [];
      if (zone === undefined) continue;
      opened.push({ zone: Number(zone), at, startAt: sequences.indexOf(startSequence) });
    }
  });
  return { opened, countS: zones.map((_, zone) => bench.countS(0, zone)) };
}

interface Opened {
  readonly zone: number;
  readonly at: number;
  readonly startAt: number;
}
interface RunResult {
  readonly opened: readonly Opened[];
  readonly countS: readonly number[];
}

/** A walk of so many steps: seconds since the last reading, and ticks from the limit. */
const anyWalk = fc.array(
  fc.record({
    afterS: fc.oneof(fc.constant(60), fc.integer({ min: 1, max: 2 * GAP_S })),
    ticks: fc.integer({ min: -2, max: 2 }),
  }),
  { minLength: 1, maxLength: 60 },
);
const anyZone: fc.Arbitrary<ZoneParts> = fc
  .record({
    operator: fc.constantFrom(...OPERATORS),
    limitCentiC: fc.constantFrom(LIMIT - 1, LIMIT, LIMIT + 1),
    allowance: fc.constantFrom('instant', 'single', 'cumulative'),
    allowanceS: fc.oneof(fc.constantFrom(60, 120, 600), fc.integer({ min: 1, max: 4000 })),
  })
  .map((zone) => (zone.allowance === 'instant' ? { ...zone, allowanceS: 0 } : zone));

describe('values about a limit', () => {
  before(loadCbor);

  it('count as the definition says, wherever they flap and however long they stay', () => {
    fc.assert(
      fc.property(fc.array(anyZone, { minLength: 1, maxLength: 8 }), anyWalk, (zones, walk) => {
        let atS = 0;
        const moments = walk.map(({ afterS, ticks }) => {
          return { atS: (atS += afterS), centiC: LIMIT + ticks };
        });
        const { opened, countS } = run(zones, moments);
        zones.forEach((zone, z) => {
          const expected = tallyOf(zone, moments, GAP_S);
          const own = opened.filter((one) => one.zone === z);
          const { events, alarmAt, startAt } = expected;
          assert.equal(own.length, events, `events of zone ${z}`);
          assert.deepEqual([own[0]?.at ?? -1, own[0]?.startAt ?? -1], [alarmAt, startAt]);
          if (zone.allowance !== 'instant') assert.equal(countS[z], expected.countS, `zone ${z}`);
        });
      }),
      { numRuns: 200 },
    );
  });

  const flapping = (periods: number): Moment[] =>
    Array.from({ length: periods + 1 }, (_, i) => ({ atS: i * 60, centiC: LIMIT + (i % 2) }));
  const ABOVE = { operator: 'above', limitCentiC: LIMIT } as const;

  it('that flap for a week are no single stay longer than a reading', () => {
    const week = flapping(7 * 1440);
    const { opened } = run([{ ...ABOVE, allowance: 'single', allowanceS: 61 }], week);
    assert.deepEqual(opened, []);
  });

  it('that flap use half of the time, and open one cumulative excursion when it is spent', () => {
    const zone: ZoneParts = { ...ABOVE, allowance: 'cumulative', allowanceS: 3600 };
    const { opened, countS } = run([zone], flapping(480));
    assert.deepEqual(countS, [240 * 60]);
    // The 60th minute inside ends with reading 120; the first one inside was reading 1.
    assert.deepEqual(opened, [{ zone: 0, at: 120, startAt: 1 }]);
  });

  it('that flap are an instant excursion each time, which ends each time', () => {
    const { opened } = run([{ ...ABOVE, allowance: 'instant' }], flapping(20));
    assert.deepEqual(
      opened.map(({ at }) => at),
      [1, 3, 5, 7, 9, 11, 13, 15, 17, 19],
    );
  });

  it('of a sum that is one second short for years do not alarm, and then one second does', () => {
    const bench = new KitBench({
      profiles: [{ zones: [{ ...ABOVE, allowance: 'cumulative', allowanceS: 600 }] }],
    });
    bench.pack(0);
    bench.reading(0, LIMIT + 1);
    bench.reading(599, LIMIT);
    for (let day = 1; day < 1000; day++) bench.reading(day * 86400, LIMIT);
    assert.ok(!bench.told().includes('zone0 opens'));
    bench.reading(86_400_000, LIMIT + 1);
    bench.reading(86_400_001, LIMIT);
    assert.ok(bench.told().includes('zone0 opens'));
  });
});

describe('the limits of the profiles that come with the product', () => {
  let library: ProfileLibrary;
  before(async () => {
    library = await ProfileLibrary.load();
  });

  type Zone = Profile['source']['zones'][number];

  /** The reasons after readings of one value for so long, one a minute, and a mild one. */
  function reasonsAfter(profile: Profile, centiC: number, lengthS: number): string[] {
    const table = new ProfileTable();
    assert.equal(loadBytes(table, 0, profile.cbor), 0);
    const bench = new KitBench({}, table);
    bench.pack(0);
    for (let atS = 0; atS < lengthS; atS += 60) bench.reading(atS, centiC);
    bench.reading(lengthS, centiC);
    return bench.reasons();
  }

  /** The value closest to the limit that is inside, and the one that is not. */
  function aboutLimit({ operator, limitC }: Zone): { inside: number; outside: number } {
    const limit = Math.round(limitC.value * 100);
    const step = operator === 'above' || operator === 'atOrAbove' ? 1 : -1;
    const isAt = operator === 'atOrAbove' || operator === 'atOrBelow';
    return isAt
      ? { inside: limit, outside: limit - step }
      : { inside: limit + step, outside: limit };
  }

  it('alarm at the allowance with the first value inside, not a second before, not beside', () => {
    let zoneCount = 0;
    for (const profile of library.all) {
      profile.source.zones.forEach((zone, z) => {
        zoneCount++;
        const name = `${profile.id}, ${zone.name}`;
        const { inside, outside } = aboutLimit(zone);
        const allowanceS = zone.allowanceS?.value ?? 0;
        const ofZone = (centiC: number, lengthS: number): boolean =>
          reasonsAfter(profile, centiC, lengthS).includes(`zone${z}`);
        assert.ok(ofZone(inside, allowanceS), name);
        assert.ok(!ofZone(outside, allowanceS + 60), `${name}: one tick outside`);
        if (allowanceS > 0) assert.ok(!ofZone(inside, allowanceS - 1), `${name}: a second less`);
      });
    }
    assert.ok(zoneCount > 20, `${zoneCount} zones`);
  });
});

import assert from 'node:assert/strict';
import { COMMON, KIT } from '../../../firmware/core/excursion/kits.js';
import { budgetLeftS } from '../../../firmware/core/excursion/pending.js';
import { CUSTODY } from '../../../firmware/core/units.js';
import { loadCbor } from '../../../host-sim/backend/cbor.js';
import { KitBench, type Told } from './support/kit-bench.js';
import type { ProfileParts } from './support/profiles.js';

const OWN = 2;
const KIT_5 = 5;
/** The profile in place 2; those beside it allow so much that they never say anything. */
const PROFILE: ProfileParts = {
  zones: [
    { operator: 'above', limitCentiC: 2500, allowance: 'single', allowanceS: 300 },
    { operator: 'below', limitCentiC: 200, allowance: 'cumulative', allowanceS: 240 },
    { operator: 'atOrAbove', limitCentiC: 4000, allowance: 'instant', verdict: 'discard' },
  ],
  gapAllowanceS: 180,
  budget: { firstKnotC: 20, ratesPermille: [1000, 2000, 4000], budgetS: 1200 },
  lid: { allowedS: 150, verdict: 'inspect' },
  shock: { dropFreeFallMs: 200, dropDeltaVMmPerS: 1100, severeDeltaVMmPerS: 2200 },
};

/** Kit 5 of sixteen slots, in slot 9, packed at 1000 s. */
function bench(profile: ProfileParts = PROFILE): KitBench {
  const it = new KitBench({
    profiles: [{}, {}, profile, {}],
    slotProbes: Array.from({ length: 16 }, (_, slot) => (slot === 9 ? 0b10 : 0b01)),
  });
  it.pack(0, 1000);
  it.pack(KIT_5, 1000, { slot: 9, profile: OWN });
  it.settle();
  return it;
}

const own = (told: readonly Told[]): Told[] => told.filter(({ kit }) => kit === KIT_5);
/** Readings of kit 5's probe, one a minute from `fromS` on; kit 0 has 20 °C. */
function warm(it: KitBench, fromS: number, ...centiC: readonly (number | null)[]): number[] {
  return centiC.map((value, i) => it.reading(fromS + 60 * i, 2000, value));
}

describe('what an excursion’s record tells', () => {
  before(loadCbor);

  it('of a single stay: seconds, allowance, limit, its first and its worst reading', () => {
    const it = bench({ ...PROFILE, budget: undefined });
    const sequences = warm(it, 1060, 2400, 2600, 2700, 2900, 2900, 2650, 2550);
    const [opened, ...more] = own(it.settle());
    assert.deepEqual(opened, {
      what: 'zone0 opens',
      kit: KIT_5,
      ...{ used: 300, allowed: 300, limit: 2500, budgetLeftS: 0 },
      startSequence: sequences[1],
      ...{ extreme: 2900, extremeSequence: sequences[3] },
    });
    assert.deepEqual(
      more.map(({ what }) => what),
      ['quarantine: zone0'],
    );
    warm(it, 1480, 2500);
    const [closed] = own(it.settle());
    assert.deepEqual([closed?.what, closed?.used, closed?.extreme], ['zone0 closes', 360, 2900]);
  });

  it('of a sum of stays: all its seconds, the first reading of all, the coldest of all', () => {
    const it = bench({ ...PROFILE, budget: undefined });
    const sequences = warm(it, 1060, 100, 100, 500, 150, -20, 500, 150, 160);
    const [opened] = own(it.settle());
    assert.deepEqual(
      [opened?.what, opened?.used, opened?.allowed, opened?.limit],
      ['zone1 opens', 300, 240, 200],
    );
    assert.deepEqual(
      [opened?.startSequence, opened?.extreme, opened?.extremeSequence],
      [sequences[0], -20, sequences[4]],
    );
  });

  it('of an instant: the reading itself, and nothing allowed', () => {
    const it = bench({ ...PROFILE, budget: undefined });
    const [sequence] = warm(it, 1060, 4000);
    const [opened] = own(it.settle());
    assert.deepEqual(
      [opened?.what, opened?.used, opened?.allowed, opened?.limit, opened?.startSequence],
      ['zone2 opens', 0, 0, 4000, sequence],
    );
    assert.deepEqual([opened?.extreme, opened?.extremeSequence], [4000, sequence]);
  });

  it('of the budget: seconds at the reference temperature, by the rate of each reading', () => {
    const it = bench();
    // 60 s each at 20 °C (1.0), 20.50 °C (1.5), 21 °C (2.0), 21.25 °C (2.5), 24 °C (4.0, the last)
    warm(it, 1060, 2000, 2050, 2100, 2125, 2400, 2400);
    assert.equal(it.kit(KIT_5, KIT.budgetUsedS), 60 + 90 + 120 + 150 + 240);
    assert.equal(budgetLeftS(it.words, it.table.words, KIT_5), 540);
    assert.deepEqual(own(it.settle()), []);
    warm(it, 1420, 2400, 2400, 2400);
    const told = own(it.settle());
    assert.deepEqual(
      told.map(({ what }) => what),
      ['budget opens', 'quarantine: budget'],
    );
    assert.deepEqual([told[0]?.used, told[0]?.allowed], [1380, 1200]);
    assert.deepEqual([told[0]?.limit, told[0]?.extreme, told[0]?.startSequence], [0, 0, 0]);
    assert.equal(told[1]?.budgetLeftS, 0);
    assert.equal(it.kit(0, KIT.budgetUsedS), 0);
  });

  it('of no budget: -1, and as long as one is left, what is left of it', () => {
    const without = bench({ ...PROFILE, budget: undefined });
    assert.equal(budgetLeftS(without.words, without.table.words, KIT_5), -1);
    const it = bench();
    assert.equal(budgetLeftS(it.words, it.table.words, KIT_5), 1200);
    warm(it, 1060, ...Array.from({ length: 21 }, () => 2000));
    assert.equal(budgetLeftS(it.words, it.table.words, KIT_5), 0);
    assert.equal(it.settle().at(-1)?.budgetLeftS, 0);
  });

  it('of a gap: its seconds, the gap allowance, and the reading before it', () => {
    const it = bench();
    const [last] = warm(it, 1060, 2000, null, null, null, null);
    const told = own(it.settle());
    assert.deepEqual(
      told.map(({ what }) => what),
      ['gap opens', 'unknown: gap, probeFault'],
    );
    assert.deepEqual(
      [told[0]?.used, told[0]?.allowed, told[0]?.startSequence, told[0]?.limit],
      [240, 180, last, 0],
    );
  });

  it('of the lid: its seconds and what is allowed', () => {
    const it = bench();
    it.lid(true, 1100);
    warm(it, 1120, 2000, 2000, 2000, 2000);
    const [opened] = own(it.settle());
    assert.deepEqual(
      [opened?.what, opened?.used, opened?.allowed, opened?.limit, opened?.startSequence],
      ['lidOpen opens', 200, 150, 0, 0],
    );
    it.lid(false, 1350);
    assert.deepEqual(
      own(it.settle()).map(({ what, used }) => [what, used]),
      [['lidOpen so far', 250]],
    );
    it.lid(true, 1400);
    assert.deepEqual(own(it.settle()), [], 'nothing yet of the next time');
    it.lid(false, 1410);
    assert.deepEqual(
      own(it.settle()).map(({ what, used }) => [what, used]),
      [['lidOpen so far', 260]],
    );
  });

  it('of a shock: its class’s limit, its change of velocity, and its own record twice', () => {
    const it = bench();
    it.shock({ deltaV: 1100, slots: 1 << 9 });
    const drop = it.sequence;
    const [dropped] = own(it.settle());
    it.shock({ deltaV: 2200, slots: 1 << 9 });
    const severe = it.sequence;
    const [shaken] = own(it.settle());
    const numbers = (told?: Told): unknown[] => {
      const { what, limit, extreme, startSequence, extremeSequence, used, allowed } = told!;
      return [what, limit, extreme, startSequence, extremeSequence, used, allowed];
    };
    assert.deepEqual(numbers(dropped), ['shockDrop opens', 1100, 1100, drop, drop, 0, 0]);
    assert.deepEqual(numbers(shaken), ['shockSevere opens', 2200, 2200, severe, severe, 0, 0]);
    it.shock({ freeFallMs: 200, slots: 0b1000 });
    assert.deepEqual(it.settle(), [], 'in the slot of nobody');
  });
});

describe('which numbers are recorded again before a checkpoint', () => {
  before(loadCbor);

  it('those of the kits that are in, by the profile that each has', () => {
    const it = bench();
    const told = (): string[] => {
      it.pending.refresh();
      return it.settle().map(({ kit, what }) => `${kit} ${what}`);
    };
    it.lid(true, 1000);
    warm(it, 1060, 150, 150, 150, 150, 150, 150);
    assert.deepEqual(
      own(it.settle()).map(({ what }) => what),
      ['zone1 opens', 'lidOpen opens', 'quarantine: zone1, lidOpen'],
    );
    warm(it, 1420, 150);
    const verdict = '5 quarantine: zone1, lidOpen';
    assert.deepEqual(told(), ['5 zone1 so far', '5 lidOpen so far', verdict]);
    it.lid(false, 1430);
    it.settle();
    warm(it, 1480, 2000, 2000);
    it.settle();
    assert.deepEqual(told(), [verdict], 'its budget alone has moved');
    assert.deepEqual(told(), []);
    warm(it, 1600, 2000);
    it.take(KIT_5, 1610);
    it.settle();
    assert.deepEqual(told(), [], 'it is not aboard');
  });

  it('and of a spent budget, as long as it goes on', () => {
    const it = bench();
    warm(it, 1060, ...Array.from({ length: 25 }, () => 2100));
    it.settle();
    warm(it, 2560, 2100);
    it.pending.refresh();
    assert.deepEqual(
      own(it.settle()).map(({ what }) => what),
      [],
      'nothing is left that could become less',
    );
  });
});

describe('which numbers are not forgotten when others are recorded again', () => {
  before(loadCbor);

  it('those of a stay that ended meanwhile, and those of a kit that left with it', () => {
    const it = bench({ ...PROFILE, budget: undefined });
    warm(it, 1060, 150, 150, 150, 150, 150);
    it.settle();
    warm(it, 1360, 150, 2000, 2000);
    it.pending.refresh();
    assert.deepEqual(
      own(it.settle()).map(({ what, used }) => [what, used]),
      [['zone1 so far', 360]],
    );
    warm(it, 1540, 150, 150);
    it.take(KIT_5, 1620);
    it.pending.refresh();
    assert.deepEqual(
      own(it.settle()).map(({ what, used }) => [what, used]),
      [['zone1 so far', 440]],
    );
  });
});

describe('what is told of a kit whose end has come', () => {
  before(loadCbor);

  it('is its verdict, also of one that expires while nothing is recorded of it', () => {
    const it = bench({ ...PROFILE, budget: undefined });
    it.pack(7, 1000, { slot: 7, expiryWallS: 5000 });
    it.pack(3, 1000, { slot: 3, expiryWallS: 4000 });
    it.settle();
    const expired = (nowS: number): string[] => {
      it.reading(nowS, 2000, 1000);
      return it.settle().map(({ kit, what }) => `${kit} ${what}`);
    };
    it.set(COMMON.wallOffsetS, 0);
    const told = new Map<number, string[]>();
    for (let nowS = 1060; nowS <= 5200; nowS += 20) {
      const lines = expired(nowS);
      if (lines.length > 0) told.set(nowS, lines);
    }
    assert.deepEqual(
      [...told],
      [
        [4020, ['3 expired: expired']],
        [5020, ['7 expired: expired']],
      ],
    );
  });

  it('is its verdict by the wall clock, whenever it was started', () => {
    const it = bench();
    it.pack(7, 1000, { slot: 7, expiryWallS: 50_000 });
    it.set(COMMON.bootElapsedS, 900);
    it.set(COMMON.wallOffsetS, 50_000 - 300);
    it.reading(1200, 2000, 2000);
    assert.equal(it.verdict(7), 'usable');
    it.reading(1201, 2000, 2000);
    assert.equal(it.verdict(7), 'expired');
  });

  it('is that it was mixed, though its clock began with the container’s', () => {
    const it = new KitBench({});
    it.pack(0, 0);
    it.take(0, 0);
    it.mix(0, 0);
    assert.deepEqual(it.reasons(), ['mixed']);
  });

  it('is an example’s on hardware by its own profile, not by its neighbour’s', () => {
    const it = new KitBench({ profiles: [{}, { isExample: true }, {}], isHardware: true });
    [1, 0, 2].forEach((profile, kit) => it.pack(kit, 0, { profile }));
    assert.deepEqual(
      [0, 1, 2].map((kit) => it.verdict(kit)),
      ['unknown', 'usable', 'usable'],
    );
  });

  it('is nothing new of one that was used', () => {
    const it = bench();
    it.take(KIT_5, 1060);
    it.mix(KIT_5, 1080, CUSTODY.used);
    it.settle();
    it.lid(true, 1090);
    it.shock({ deltaV: 9000 });
    it.loseTime();
    warm(it, 5000, 5000, null, 5000);
    assert.deepEqual(own(it.settle()), []);
  });
});

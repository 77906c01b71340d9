/**
 * The oracle against truths so small that every number is computed by hand. A reading comes every
 * 60 s; a bound is 60 s away from the allowance, a record is due 75 s after what it tells of.
 */
import assert from 'node:assert/strict';
import { RULE } from '../../../host-sim/checkers/codes.js';
import type { Rules, TruthEntry, ZoneRule } from '../../../host-sim/checkers/input.js';
import { COOL, HOT, PACK, certain, kitOf, possible, warmFrom, windows } from './tiny.js';

const zone = (change: Partial<ZoneRule>): Partial<Rules> => ({ zones: [{ ...HOT, ...change }] });
const cumulative = zone({ allowance: 'cumulative' });
const instant = zone({ allowance: 'instant', allowanceS: 0 });

describe('expectation: zones', () => {
  it('a quiet journey leads to no reason at all', () => {
    const kit = kitOf({});
    assert.deepEqual(kit.reasons, { certain: 0, possible: 0 });
    assert.deepEqual(kit.verdict, { atLeast: 'usable', atMost: 'usable' });
    assert.deepEqual(kit.excursions, []);
    assert.equal(kit.custody, 'in');
  });

  it('a single stay of 900 s spends 600 s once', () => {
    const kit = kitOf({ probes: [warmFrom(600, 1500)] });
    assert.equal(kit.zones[0]!.usedLowS, 900);
    assert.equal(kit.zones[0]!.usedHighS, 900);
    assert.equal(kit.zones[0]!.longestHighS, 900);
    // Possible from 540 s in the zone on; 660 s are full at 1260, and 75 s later it is written.
    assert.deepEqual(windows(kit, 0), [[600 + 540, 1260 + 75]]);
    assert.equal(certain(kit), 'zone 0');
    assert.equal(kit.verdict.atLeast, 'quarantine');
  });

  it('leaving resets a single allowance and adds to a cumulative one', () => {
    const twice = (atS: number): number =>
      Math.max(...[600, 1140].map((s) => warmFrom(s, s + 480)(atS)!));
    const single = kitOf({ probes: [twice] });
    assert.equal(single.zones[0]!.usedHighS, 960);
    assert.equal(single.zones[0]!.longestHighS, 480);
    assert.equal(possible(single), 'none');
    const adding = kitOf({ probes: [twice] }, cumulative);
    // 480 s are used at 1080; 60 more make it possible, 180 more and the reading certain.
    assert.deepEqual(windows(adding, 0), [[1200, 1320 + 75]]);
    assert.equal(certain(adding), 'zone 0');
  });

  it('each single stay that is too long is an excursion of its own', () => {
    const kit = kitOf({
      probes: [(atS) => Math.max(warmFrom(600, 1500)(atS)!, warmFrom(3000, 3900)(atS)!)],
    });
    assert.deepEqual(windows(kit, 0), [
      [1140, 1335],
      [3540, 3735],
    ]);
  });

  it('what ends within a sampling period of the allowance may be either', () => {
    for (const [seconds, isCertain, isPossible] of [
      [480, false, false],
      [540, false, true],
      [600, false, true],
      [660, true, true],
    ] as const) {
      const kit = kitOf({ probes: [warmFrom(600, 600 + seconds)] });
      assert.equal(kit.reasons.certain !== 0, isCertain, `${seconds} s certain`);
      assert.equal(kit.reasons.possible !== 0, isPossible, `${seconds} s possible`);
    }
  });

  it('an instant zone is an excursion at its first reading, each time anew', () => {
    const kit = kitOf(
      { probes: [(atS) => (atS === 600 || atS === 660 || atS === 1200 ? 2501 : 500)] },
      instant,
    );
    assert.deepEqual(windows(kit, 0), [
      [600, 675],
      [1200, 1275],
    ]);
  });

  it('a limit is inside or not as its operator says, to the hundredth of a degree', () => {
    const at = (centiC: number, operator: ZoneRule['operator']): string =>
      certain(
        kitOf(
          { probes: [() => centiC] },
          zone({ operator, limitCentiC: 200, allowance: 'instant', allowanceS: 0 }),
        ),
      );
    assert.deepEqual([at(200, 'above'), at(201, 'above')], ['none', 'zone 0']);
    assert.deepEqual([at(199, 'atOrAbove'), at(200, 'atOrAbove')], ['none', 'zone 0']);
    assert.deepEqual([at(200, 'below'), at(199, 'below')], ['none', 'zone 0']);
    assert.deepEqual([at(201, 'atOrBelow'), at(200, 'atOrBelow')], ['none', 'zone 0']);
  });

  it('hot zones look at the warmer probe, cold ones at the colder', () => {
    const probes = [() => 100, () => 2600];
    const cold = { operator: 'below', limitCentiC: 200 } as const;
    assert.equal(certain(kitOf({ probes }, instant)), 'zone 0');
    const kit = kitOf({ probes }, zone({ ...cold, allowance: 'instant', allowanceS: 0 }));
    assert.equal(certain(kit), 'zone 0');
    const mild = kitOf(
      { probes: [() => 300, () => 2600] },
      zone({ ...cold, allowance: 'instant' }),
    );
    assert.equal(possible(mild), 'none');
  });

  it('a probe without a reading does not count, the other one does', () => {
    const kit = kitOf({ probes: [() => null, warmFrom(600, 1500)] });
    assert.equal(kit.zones[0]!.usedHighS, 900);
    assert.equal(possible(kit), 'zone 0');
  });

  it('only the probes of its own slot count', () => {
    const kit = kitOf({ probes: [COOL, () => 2600], slotProbes: [[0], [1]] }, instant);
    assert.equal(possible(kit), 'none');
  });
});

describe('expectation: gaps', () => {
  const silent =
    (fromS: number, toS: number, centiC: number) =>
    (atS: number): number | null =>
      atS >= fromS && atS < toS ? null : centiC;

  it('a reading holds for the gap allowance and no longer', () => {
    // Warm throughout; the last reading before the silence is at 600, the next one at 1800.
    const kit = kitOf({ probes: [silent(660, 1800, 2600)] }, cumulative);
    assert.equal(kit.zones[0]!.usedHighS, 7200 - (1200 - 300));
    assert.equal(kit.zones[0]!.usedLowS, kit.zones[0]!.usedHighS - 60, 'no reading after the last');
    assert.deepEqual(windows(kit, RULE.gap), [[600 + 240, 600 + 360 + 75]]);
    assert.equal(certain(kit), 'zone 0, gap');
  });

  it('a gap within the allowance is none, and does not reset a single stay', () => {
    const kit = kitOf({ probes: [silent(660, 840, 2600)] });
    assert.equal(kit.zones[0]!.longestHighS, 7200);
    assert.equal(possible(kit), 'zone 0');
  });

  it('sentinels and what lies outside -50 to +100 °C are gaps', () => {
    for (const value of [25600, 10001, -5001]) {
      const kit = kitOf({ probes: [(atS) => (atS >= 600 && atS < 1800 ? value : 500)] }, instant);
      assert.equal(possible(kit), 'gap', `${value}`);
    }
    const kit = kitOf({ probes: [(atS) => (atS === 600 ? 10000 : 500)] }, instant);
    assert.equal(possible(kit), 'zone 0', 'the last value that is a temperature');
  });

  it('a silent probe at the end is a gap and a probe fault', () => {
    const kit = kitOf({ probes: [silent(3600, 7200, 500)] });
    assert.equal(certain(kit), 'gap, probeFault');
    const short = kitOf({ probes: [silent(7140, 7200, 500)] });
    assert.deepEqual([certain(short), possible(short)], ['none', 'probeFault']);
  });

  it('a power loss is a gap if the clock went on, else it may be one', () => {
    const isSampled = (atS: number): boolean => atS < 1000 || atS >= 3000;
    const off = (clockKnown: boolean): TruthEntry[] => [
      PACK,
      { kind: 'powerOff', atS: 1000 },
      { kind: 'boot', atS: 3000, clockKnown },
    ];
    const known = kitOf({ isSampled, entries: off(true) });
    assert.equal(certain(known), 'gap');
    assert.deepEqual(windows(known, RULE.gap), [[960 + 240, 3000 + 75]]);
    const unknown = kitOf({ isSampled, entries: off(false) });
    assert.equal(certain(unknown), 'clockUnset');
    assert.equal(possible(unknown), 'gap, clockUnset');
  });
});

describe('expectation: budget, lid, shocks', () => {
  const budget = {
    firstKnotC: 5,
    ratesPermille: [1000, 2000],
    budgetS: 3000,
    verdict: 'discard',
  } as const;

  it('the budget is spent at the rate of the warmer probe, linear between whole degrees', () => {
    const kit = kitOf({ endS: 1200, probes: [() => 500, () => 550] }, { budget });
    // 1200 s at a rate of 1.5, one per mille either way; the last reading holds until the end.
    assert.equal(kit.budget!.usedUntil(1200).highS.toFixed(2), ((1200 * 1501) / 1000).toFixed(2));
    assert.equal(kit.budget!.usedUntil(1200).lowS.toFixed(2), ((1140 * 1499) / 1000).toFixed(2));
    assert.equal(possible(kit), 'none');
    const spent = kitOf({ endS: 3600, probes: [() => 550] }, { budget });
    assert.equal(certain(spent), 'budget');
    assert.equal(spent.verdict.atLeast, 'discard');
  });

  it('outside its table the rate is that of the nearest knot', () => {
    const used = (centiC: number): string =>
      kitOf({ endS: 600, probes: [() => centiC] }, { budget })
        .budget!.usedUntil(600)
        .highS.toFixed(1);
    assert.equal(used(-1000), '600.6');
    assert.equal(used(3000), '1200.6');
  });

  it('the lid counts in total, from packing on', () => {
    const lid = (atS: number, isOpen: boolean): TruthEntry => ({ kind: 'lid', atS, isOpen });
    const pack: TruthEntry = { ...PACK, atS: 500 };
    const short = [lid(0, true), pack, lid(900, false), lid(2000, true), lid(2400, false)];
    assert.equal(possible(kitOf({ entries: short })), 'none', '800 s of 900');
    const long = [...short, lid(4000, true), lid(4200, false)];
    assert.equal(certain(kitOf({ entries: long })), 'lidOpen', '1000 s of 900');
  });

  describe('shocks', () => {
    const shockAt = (atS: number, freeFallMs: number | null, deltaVMmPerS: number | null) =>
      ({ kind: 'shock', atS, freeFallMs, deltaVMmPerS, isClipped: false }) as const;
    const cases = [
      ['a bump', shockAt(3000, 0, 800), 'none', 'none'],
      ['a fall', shockAt(3000, 250, 1000), 'shockDrop', 'shockDrop'],
      ['a blow', shockAt(3000, 0, 2000), 'shockDrop', 'shockDrop'],
      ['about a drop', shockAt(3000, 150, 1000), 'none', 'shockDrop'],
      ['a hard blow', shockAt(3000, 300, 4500), 'shockSevere', 'shockSevere'],
      ['about severe', shockAt(3000, 300, 2900), 'none', 'shockDrop, shockSevere'],
      ['unknown', shockAt(3000, null, null), 'none', 'shockDrop, shockSevere'],
    ] as const;
    for (const [what, shock, sure, maybe] of cases) {
      it(`${what}: ${sure}, at most ${maybe}`, () => {
        const kit = kitOf({ entries: [PACK, shock] });
        assert.deepEqual([certain(kit), possible(kit)], [sure, maybe]);
      });
    }

    it('is felt by kits aboard alone', () => {
      const taken: TruthEntry = { kind: 'take', atS: 2000, slot: 0 };
      assert.equal(possible(kitOf({ entries: [PACK, taken, shockAt(3000, 300, 4500)] })), 'none');
    });
  });
});

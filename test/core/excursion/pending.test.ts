import assert from 'node:assert/strict';
import { COMMON, KIT, kitAt } from '../../../firmware/core/excursion/kits.js';
import { loadCbor } from '../../../host-sim/backend/cbor.js';
import { KitBench, type Told } from './support/kit-bench.js';
import type { ProfileParts } from './support/profiles.js';

function benchWith(profile: ProfileParts): KitBench {
  const bench = new KitBench({ profiles: [profile] });
  bench.pack(0);
  bench.settle();
  return bench;
}

describe('what is pending', () => {
  before(loadCbor);

  describe('of a gap', () => {
    it('is nothing as long as the allowance lasts, and an excursion one second later', () => {
      const bench = benchWith({ gapAllowanceS: 900 });
      bench.reading(60, 2000);
      bench.reading(60 + 900, 2000);
      assert.deepEqual(bench.told(), []);
      bench.reading(960 + 901, 2000);
      assert.deepEqual(bench.told(), ['gap opens', 'gap closes', 'unknown: gap']);
    });

    it('counts from packing until the first reading', () => {
      const bench = benchWith({ gapAllowanceS: 900 });
      bench.reading(900, null);
      assert.deepEqual(bench.told(), []);
      bench.reading(901, null);
      assert.deepEqual(bench.told(), ['gap opens', 'unknown: gap, probeFault']);
    });

    it('is a probe fault besides while the slot’s probes are asked in vain', () => {
      const bench = benchWith({ gapAllowanceS: 120 });
      bench.reading(60, 2000);
      bench.readings(120, 180, 60, null);
      assert.deepEqual(bench.told(), []);
      bench.reading(240, null);
      assert.deepEqual(bench.told(), ['gap opens', 'unknown: gap, probeFault']);
      bench.reading(300, 2000);
      assert.deepEqual(bench.told(), ['gap closes', 'unknown: gap']);
    });

    it('closes with its length and with the reading that it followed', () => {
      const bench = benchWith({ gapAllowanceS: 120 });
      const last = bench.reading(60, 2000);
      bench.readings(120, 600, 60, null);
      bench.settle();
      bench.reading(660, 2000);
      const [closed] = bench.settle();
      assert.equal(closed?.what, 'gap closes');
      assert.deepEqual([closed.used, closed.allowed, closed.startSequence], [600, 120, last]);
    });

    it('has its own length, though an earlier one was longer', () => {
      const bench = benchWith({ gapAllowanceS: 120 });
      bench.reading(0, 2000);
      const last = bench.reading(5000, 2000);
      bench.settle();
      bench.reading(5300, 2000);
      const [opened] = bench.settle();
      assert.deepEqual([opened?.what, opened?.used], ['gap opens', 300]);
      assert.equal(opened!.startSequence, last);
    });

    it('stays a reason for ever: the passing of time resolves nothing', () => {
      const bench = benchWith({ gapAllowanceS: 120 });
      bench.reading(0, 2000);
      bench.readings(600, 60_000, 60, 2000);
      assert.deepEqual(bench.reasons(), ['gap']);
    });
  });

  describe('of time away', () => {
    it('is nothing within the gap allowance; the kit is unknown until it is scanned', () => {
      const bench = benchWith({ gapAllowanceS: 900 });
      bench.reading(60, 2000);
      bench.take(0, 100);
      bench.putBack(0, 1000);
      assert.deepEqual(bench.told(), []);
    });

    it('is a gap beyond it, that begins with the taking', () => {
      const bench = benchWith({ gapAllowanceS: 900 });
      bench.reading(60, 2000);
      bench.take(0, 100);
      const taken = bench.sequence;
      bench.putBack(0, 1001);
      const told = bench.settle();
      assert.deepEqual(
        told.map(({ what }) => what),
        ['gap opens', 'gap closes', 'unknown: gap'],
      );
      assert.deepEqual([told[0]?.used, told[0]?.startSequence], [901, taken]);
    });

    it('comes upon a gap that had begun aboard', () => {
      const bench = benchWith({ gapAllowanceS: 900 });
      bench.reading(60, 2000);
      bench.take(0, 1200);
      assert.deepEqual(bench.told(), ['gap opens', 'gap closes', 'unknown: gap']);
      bench.putBack(0, 5000);
      assert.deepEqual(bench.told(), ['gap opens', 'gap closes']);
    });
  });

  describe('of a loss of power that nobody can time', () => {
    it('is a gap of unknown length on every kit aboard, and on no other', () => {
      const bench = new KitBench({ profiles: [{}] });
      bench.pack(0);
      bench.pack(1);
      bench.reading(60, 2000);
      bench.take(1, 90);
      bench.settle();
      bench.loseTime();
      const told = bench.settle();
      assert.deepEqual(
        told.map(({ kit, what }) => `${kit} ${what}`),
        ['0 gap opens', '0 gap closes', '0 unknown: gap'],
      );
      assert.equal(told[0]?.used, -1);
    });

    it('makes a gap that lasted already one of unknown length', () => {
      const bench = benchWith({ gapAllowanceS: 120 });
      bench.reading(0, 2000);
      bench.readings(60, 300, 60, null);
      bench.settle();
      bench.loseTime();
      bench.readings(360, 420, 60, null);
      bench.reading(480, 2000);
      const [closed] = bench.settle();
      assert.deepEqual([closed?.what, closed?.used], ['gap closes', -1]);
    });
  });

  describe('of the lid', () => {
    const LID: ProfileParts = { lid: { allowedS: 600, verdict: 'inspect' } };

    it('adds up while it is open, whatever happens in between', () => {
      const bench = benchWith(LID);
      bench.lid(true, 0);
      bench.lid(false, 300);
      bench.lid(true, 500);
      bench.reading(799, 2000);
      assert.deepEqual(bench.told(), []);
      assert.equal(bench.kit(0, KIT.lidOpenS), 599);
      bench.reading(800, 2000);
      assert.deepEqual(bench.told(), ['lidOpen opens', 'inspect: lidOpen']);
    });

    it('counts for a kit from its packing on, and not while it is out', () => {
      const bench = benchWith(LID);
      bench.lid(true, 0);
      bench.pack(1, 200);
      bench.reading(260, 2000);
      bench.take(0, 300);
      bench.putBack(0, 500);
      bench.lid(false, 550);
      assert.deepEqual([bench.kit(0, KIT.lidOpenS), bench.kit(1, KIT.lidOpenS)], [350, 350]);
    });

    it('counts nothing twice when a reading was begun before it opened', () => {
      const bench = benchWith(LID);
      bench.pack(1, 102);
      bench.lid(true, 103);
      bench.reading(100, 2000);
      bench.lid(false, 203);
      assert.deepEqual([bench.kit(0, KIT.lidOpenS), bench.kit(1, KIT.lidOpenS)], [100, 100]);
    });
  });

  describe('of a shock', () => {
    const RULES: ProfileParts = {
      shock: { dropFreeFallMs: 140, dropDeltaVMmPerS: 1500, severeDeltaVMmPerS: 3000 },
    };
    const SHOCKS = [
      ['weak', { deltaV: 1499, freeFallMs: 139 }, []],
      ['a drop by its change of velocity', { deltaV: 1500 }, ['shockDrop']],
      ['a drop by its free fall', { freeFallMs: 140 }, ['shockDrop']],
      ['hard, below severe', { deltaV: 2999, freeFallMs: 500 }, ['shockDrop']],
      ['severe', { deltaV: 3000 }, ['shockSevere']],
      ['clipped: a lower bound counts as severe', { deltaV: 10, isClipped: true }, ['shockSevere']],
      ['in other slots only', { deltaV: 9000, slots: 0b10 }, []],
    ] as const;
    for (const [name, shock, reasons] of SHOCKS) {
      it(`is ${reasons.length === 0 ? 'nothing' : reasons[0]} when it is ${name}`, () => {
        const bench = benchWith(RULES);
        bench.shock(shock);
        assert.deepEqual(bench.reasons(), reasons);
      });
    }

    it('is told once per class, with the first shock of the class as evidence', () => {
      const bench = benchWith(RULES);
      bench.shock({ deltaV: 1600 });
      const first = bench.sequence;
      const [drop] = bench.settle();
      assert.deepEqual([drop?.what, drop?.extreme, drop?.limit], ['shockDrop opens', 1600, 1500]);
      assert.equal(drop?.startSequence, first);
      bench.shock({ deltaV: 2500 });
      assert.deepEqual(bench.told(), []);
      bench.shock({ deltaV: 4000 });
      assert.deepEqual(bench.told(), ['shockSevere opens', 'quarantine: shockDrop, shockSevere']);
    });

    it('is nothing to a kit that was taken', () => {
      const bench = benchWith(RULES);
      bench.take(0, 10);
      bench.shock({ deltaV: 9000 });
      assert.deepEqual(bench.reasons(), []);
    });
  });

  describe('before a checkpoint', () => {
    const RULES: ProfileParts = {
      zones: [
        { operator: 'above', limitCentiC: 2500, allowance: 'cumulative', allowanceS: 60 },
        { operator: 'above', limitCentiC: 2500, allowance: 'instant' },
      ],
      budget: { firstKnotC: 0, ratesPermille: [1000], budgetS: 1000, verdict: 'inspect' },
      lid: { allowedS: 60, verdict: 'inspect' },
    };
    const VERDICT_NOW = 'quarantine: zone0, zone1, lidOpen';

    it('is every number that has moved since it was recorded, and no other', () => {
      const bench = benchWith(RULES);
      bench.lid(true, 0);
      bench.readings(0, 120, 60, 2600);
      bench.settle();
      bench.readings(180, 240, 60, 2600);
      assert.deepEqual(bench.told(), []);
      bench.pending.refresh();
      const told = bench.settle();
      assert.deepEqual(
        told.map(({ what }) => what),
        ['zone0 so far', 'lidOpen so far', VERDICT_NOW],
      );
      assert.deepEqual([told[0]?.used, told[1]?.used, told[2]?.budgetLeftS], [240, 240, 760]);
      bench.pending.refresh();
      assert.deepEqual(bench.told(), ['zone0 so far', 'lidOpen so far']); // the lid is still open
    });

    it('is nothing of a kit at rest', () => {
      const bench = benchWith({ ...RULES, budget: undefined });
      bench.readings(0, 120, 60, 2600);
      bench.readings(180, 240, 60, 2000);
      bench.settle();
      const words = bench.words.slice();
      bench.pending.refresh();
      assert.deepEqual([bench.told(), bench.words], [[], words]);
    });
  });

  describe('after a restart', () => {
    it('is what was pending before it: nothing is lost and nothing told twice', () => {
      const bench = new KitBench({ profiles: [{ shock: {} }] });
      bench.pack(0);
      bench.pack(1);
      bench.shock({ deltaV: 2000 });
      const line = ({ kit, what }: Told): string => `${kit} ${what}`;
      const whole = bench.restarted().settle().map(line);
      assert.equal(whole.length, 4);
      for (let cut = 0; cut <= whole.length; cut++) {
        const before = bench.restarted();
        const told = Array.from({ length: cut }, () => line(before.settleOne()!));
        told.push(...before.restarted().settle().map(line));
        assert.deepEqual(told, whole);
      }
    });
  });

  it('is a verdict of its own for a clock that is lost and one that is found', () => {
    const bench = benchWith({});
    bench.set(COMMON.wallKnown, 0);
    bench.reading(60, 2000);
    assert.deepEqual(bench.told(), ['unknown: clockUnset']);
    bench.set(COMMON.wallKnown, 1);
    bench.reading(120, 2000);
    assert.deepEqual(bench.told(), ['usable: none']);
  });

  it('is nothing of an entry without a kit', () => {
    const bench = new KitBench({});
    bench.reading(60, 2000);
    bench.loseTime();
    assert.deepEqual(bench.settle(), []);
    assert.equal(bench.words[kitAt(0) + KIT.sticky], 0);
  });
});

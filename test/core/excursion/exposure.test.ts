import assert from 'node:assert/strict';
import { KIT } from '../../../firmware/core/excursion/kits.js';
import { CUSTODY } from '../../../firmware/core/units.js';
import { loadCbor } from '../../../host-sim/backend/cbor.js';
import { KitBench } from './support/kit-bench.js';
import type { ZoneParts } from './support/profiles.js';

const HOT = { operator: 'above', limitCentiC: 2500 } as const;
const COLD = { operator: 'below', limitCentiC: 200 } as const;

/** A bench with one kit, packed at 0, under one zone. */
function benchWith(...zones: readonly ZoneParts[]): KitBench {
  const bench = new KitBench({ profiles: [{ zones }] });
  bench.pack(0);
  return bench;
}

describe('exposure', () => {
  before(loadCbor);

  describe('of an instant zone', () => {
    const LIMITS: readonly (readonly [ZoneParts['operator'], number, boolean])[] = [
      ['above', 2499, false],
      ['above', 2500, false],
      ['above', 2501, true],
      ['atOrAbove', 2499, false],
      ['atOrAbove', 2500, true],
      ['atOrAbove', 2501, true],
      ['below', 2499, true],
      ['below', 2500, false],
      ['below', 2501, false],
      ['atOrBelow', 2499, true],
      ['atOrBelow', 2500, true],
      ['atOrBelow', 2501, false],
    ];
    for (const [operator, centiC, isInside] of LIMITS) {
      const outcome = isInside ? 'is an excursion' : 'is none';
      it(`${operator} 25.00 °C: a reading of ${(centiC / 100).toFixed(2)} °C ${outcome}`, () => {
        const bench = benchWith({ operator, limitCentiC: 2500, allowance: 'instant' });
        bench.reading(60, centiC);
        const expected = isInside ? ['zone0 opens', 'quarantine: zone0'] : ['usable: none'];
        assert.deepEqual(bench.told(), expected);
      });
    }

    it('ends with the first reading outside, and can come about again', () => {
      const bench = benchWith({ ...HOT, allowance: 'instant' });
      bench.reading(60, 2600);
      assert.deepEqual(bench.told(), ['zone0 opens', 'quarantine: zone0']);
      bench.reading(120, 2600);
      assert.deepEqual(bench.told(), []);
      bench.reading(180, 2500);
      assert.deepEqual(bench.told(), ['zone0 closes']); // the reason stays
      bench.reading(240, 2600);
      assert.deepEqual(bench.told(), ['zone0 opens']);
      assert.deepEqual(bench.reasons(), ['zone0']);
    });
  });

  describe('of a single stay', () => {
    const SINGLE: ZoneParts = { ...HOT, allowance: 'single', allowanceS: 600 };

    it('is an excursion when nothing of the allowance is left, and not a second before', () => {
      const almost = benchWith(SINGLE);
      almost.reading(60, 2600);
      almost.reading(60 + 599, 2600);
      assert.deepEqual(almost.told(), ['usable: none']);
      const full = benchWith(SINGLE);
      full.reading(60, 2600);
      full.reading(60 + 600, 2600);
      assert.deepEqual(full.told(), ['zone0 opens', 'quarantine: zone0']);
    });

    it('starts anew with every stay', () => {
      const bench = benchWith(SINGLE);
      bench.reading(0, 2600);
      bench.reading(500, 2400); // the first stay held for 500 s
      bench.reading(560, 2600);
      bench.reading(1060, 2600); // the second one for 500 s
      assert.equal(bench.countS(0, 0), 500); // of this stay alone
      assert.deepEqual(bench.told(), ['usable: none']);
      bench.reading(1160, 2600);
      assert.deepEqual(bench.told(), ['zone0 opens', 'quarantine: zone0']);
    });

    it('ends when the kit leaves, and when it comes back the stay is a new one', () => {
      const bench = benchWith(SINGLE);
      bench.readings(0, 300, 60, 2600);
      bench.take(0, 330);
      bench.putBack(0, 400);
      bench.readings(420, 840, 60, 2600);
      assert.deepEqual(bench.told(), ['usable: none']);
      assert.equal(bench.countS(0, 0), 420);
    });

    it('goes on through a gap: nobody saw the kit leave the zone', () => {
      const bench = benchWith({ ...SINGLE, allowanceS: 1000 });
      bench.reading(0, 2600);
      bench.reading(5000, 2600); // the first reading holds for the gap allowance of 900 s
      assert.equal(bench.countS(0, 0), 900);
      bench.reading(5100, 2600);
      assert.ok(bench.told().includes('zone0 opens'));
    });

    it('names the reading that began the stay, and its worst one', () => {
      const bench = benchWith(SINGLE);
      bench.reading(0, 2400);
      const first = bench.reading(60, 2600);
      const worst = bench.reading(120, 3100);
      bench.readings(180, 660, 60, 2700);
      const [opened] = bench.settle();
      assert.equal(opened?.startSequence, first);
      assert.deepEqual([opened?.extreme, opened?.extremeSequence], [3100, worst]);
      assert.deepEqual([opened?.used, opened?.allowed, opened?.limit], [600, 600, 2500]);
    });
  });

  describe('of all stays together', () => {
    const SUM: ZoneParts = { ...COLD, allowance: 'cumulative', allowanceS: 600 };

    it('adds up over the kit’s life and is an excursion when nothing is left', () => {
      const bench = benchWith(SUM);
      bench.reading(0, 100);
      bench.readings(300, 2400, 300, 500);
      bench.reading(3000, 100);
      bench.reading(3299, 100);
      assert.equal(bench.countS(0, 0), 599);
      assert.deepEqual(bench.told(), ['usable: none']);
      bench.reading(3300, 100);
      assert.deepEqual(bench.told(), ['zone0 opens', 'quarantine: zone0']);
    });

    it('has no end: it opens once, and tells how much was used when a stay ends', () => {
      const bench = benchWith(SUM);
      bench.readings(0, 600, 60, 100);
      bench.settle();
      bench.readings(660, 1200, 60, 500);
      const [update] = bench.settle();
      assert.deepEqual([update?.what, update?.used, update?.allowed], ['zone0 so far', 660, 600]);
      bench.readings(1260, 3000, 60, 100);
      assert.deepEqual(bench.told(), []);
      assert.deepEqual(bench.reasons(), ['zone0']);
    });

    it('names the first reading of the first stay, and the worst of all', () => {
      const bench = benchWith(SUM);
      const first = bench.reading(0, 190);
      bench.reading(300, 500);
      const worst = bench.reading(360, -40);
      bench.readings(420, 720, 60, 150);
      const [opened] = bench.settle();
      assert.deepEqual([opened?.startSequence, opened?.extremeSequence], [first, worst]);
    });
  });

  describe('of zones side by side', () => {
    it('judges each by its own limit and allowance, in one reading', () => {
      const bench = benchWith(
        { ...HOT, allowance: 'cumulative', allowanceS: 300 },
        { operator: 'atOrAbove', limitCentiC: 4000, allowance: 'instant', verdict: 'discard' },
        { operator: 'atOrBelow', limitCentiC: -50, allowance: 'single', allowanceS: 60 },
      );
      bench.readings(0, 240, 60, 2600);
      bench.reading(300, 4000);
      assert.deepEqual(bench.told(), ['zone0 opens', 'zone1 opens', 'discard: zone0, zone1']);
      bench.reading(360, 2600);
      assert.deepEqual(bench.told(), ['zone1 closes']);
    });
  });

  describe('with two probes', () => {
    const zones: readonly ZoneParts[] = [
      { ...HOT, allowance: 'instant' },
      { ...COLD, allowance: 'instant' },
    ];
    const CASES: readonly (readonly [string, number | null, number | null, readonly string[]])[] = [
      ['both in range', 2500, 200, []],
      ['the first too warm', 2501, 1000, ['zone0']],
      ['the second too warm', 1000, 2501, ['zone0']],
      ['the first too cold', 199, 1000, ['zone1']],
      ['one too warm and one too cold', 2501, 199, ['zone0', 'zone1']],
      ['the second absent', 2501, null, ['zone0']],
      ['the first absent', null, 199, ['zone1']],
      ['the absent one says nothing', null, 1000, []],
    ];
    for (const [name, first, second, reasons] of CASES) {
      it(`hot zones take the warmer, cold zones the colder: ${name}`, () => {
        const bench = new KitBench({ profiles: [{ zones }], slotProbes: [0b11] });
        bench.pack(0);
        bench.reading(60, first, second);
        assert.deepEqual(bench.reasons(), reasons);
      });
    }

    it('a slot does not see the other slot’s probe', () => {
      const bench = new KitBench({ profiles: [{ zones }], slotProbes: [0b01, 0b10] });
      bench.pack(0);
      bench.pack(1);
      bench.reading(60, 2501, 1000);
      assert.deepEqual([bench.reasons(0), bench.reasons(1)], [['zone0'], []]);
    });
  });

  describe('of a mixed kit', () => {
    function mixed(useByS: number | null, custody?: number): KitBench {
      const bench = new KitBench({ profiles: [{ useByS }] });
      bench.pack(0);
      bench.take(0, 100);
      bench.mix(0, 160, custody);
      return bench;
    }

    it('elapses when its use-by is reached, to the second, and stays so', () => {
      const bench = mixed(3600);
      bench.reading(160 + 3599, 2000);
      assert.deepEqual(bench.told(), ['inspect: mixed']);
      bench.reading(160 + 3600, 2000);
      assert.deepEqual(bench.told(), ['discard: useByElapsed, mixed']);
    });

    it('has no clock where the profile sets no use-by', () => {
      const bench = mixed(null);
      bench.reading(100_000_000, 2000);
      assert.deepEqual(bench.reasons(), ['mixed']);
    });

    it('that was used in time is not judged again', () => {
      const bench = mixed(3600, CUSTODY.used);
      bench.reading(100_000, 2000);
      assert.deepEqual(bench.reasons(), ['mixed']);
    });
  });

  it('of a kit outside the container does not grow', () => {
    const bench = benchWith({ ...HOT, allowance: 'cumulative', allowanceS: 9000 });
    bench.readings(0, 600, 60, 2600);
    bench.take(0, 630);
    bench.readings(660, 6000, 60, 2600);
    assert.equal(bench.countS(0, 0), 630);
  });

  it('does not count twice when a reading was begun before the kit came', () => {
    const bench = benchWith({ ...HOT, allowance: 'cumulative', allowanceS: 9000 });
    bench.pack(1, 103);
    bench.reading(100, 2600); // its conversion began at 100 and ended behind the packing
    bench.reading(160, 2600);
    assert.deepEqual([bench.countS(0, 0), bench.countS(1, 0)], [60, 57]);
    assert.equal(bench.kit(1, KIT.accruedToS), 160);
  });
});

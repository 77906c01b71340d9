/**
 * Mean kinetic temperature: the vectors of USP <1160>'s formula, and what of a kit's stay counts.
 */
import assert from 'node:assert/strict';
import { loadCbor } from '../../../host-sim/backend/cbor.js';
import { type Held, kitMkt, meanKineticC } from '../../../host-sim/backend/mkt.js';
import { KitFold } from '../../../host-sim/backend/kit-fold.js';
import { goneRanges } from '../../../host-sim/backend/thinned.js';
import { packingListOf } from './support/fixtures.js';
import { JourneyLog } from './support/journey-log.js';
import { thinOut } from './support/thinned-log.js';

const DAY = 24;

describe('backend/mkt: mean kinetic temperature', () => {
  describe('by the formula of USP <1160>, ΔH 83.144 kJ/mol', () => {
    const vectors: readonly (readonly [name: string, base: Held, spike: Held, mkt: string])[] = [
      ['23 h at 20 °C, 1 h at 40 °C', held(20, 23), held(40, 1), '22.45'],
      ['18 h at 20 °C, 6 h at 40 °C', held(20, 18), held(40, 6), '29.63'],
      ['29 d at 20 °C, 24 h at 40 °C', held(20, 29 * DAY), held(40, 24), '22.01'],
      ['29 d at 22 °C, 24 h at 40 °C', held(22, 29 * DAY), held(40, 24), '23.60'],
      ['29 d at 5 °C, 24 h at 40 °C', held(5, 29 * DAY), held(40, 24), '13.26'],
      ['30 d at 22 °C, of which 10 h at 60 °C', held(22, 30 * DAY - 10), held(60, 10), '26.42'],
      ['30 d at 5 °C, of which 10 h at 60 °C', held(5, 30 * DAY - 10), held(60, 10), '19.92'],
    ];
    for (const [name, base, spike, mkt] of vectors) {
      it(`${name}: ${mkt} °C`, () => assert.equal(meanKineticC([base, spike]).toFixed(2), mkt));
    }

    const toPass25: readonly (readonly [base: number, hours: number])[] = [
      [5, 133.9],
      [20, 70.9],
      [22, 48.7],
      [24, 18.8],
    ];
    for (const [base, hours] of toPass25) {
      it(`30 d at ${base} °C pass 25 °C with ${hours} h at 40 °C, not before`, () => {
        const mkt = (hot: number): number =>
          meanKineticC([held(base, 30 * DAY - hot), held(40, hot)]);
        assert.ok(mkt(hours - 0.1) < 25, `${mkt(hours - 0.1)}`);
        assert.ok(mkt(hours + 0.1) > 25, `${mkt(hours + 0.1)}`);
      });
    }

    it('of one temperature is that temperature, of none is no number', () => {
      assert.equal(meanKineticC([held(-12.34, 7)]).toFixed(9), '-12.340000000');
      assert.equal(meanKineticC([]), NaN);
    });
  });

  describe('of a kit', () => {
    before(loadCbor);

    const mktOf = (log: JourneyLog, { kit = 0, holdS = 900, records = log.records } = {}) => {
      const life = new KitFold(records).lives[kit]!;
      return kitMkt({ life, records, gone: goneRanges(records), holdS });
    };
    const packed = (): JourneyLog =>
      new JourneyLog().config(0b01, 0b10, 0b11).pack(0, packingListOf('A'));
    const readFor = (log: JourneyLog, hours: number, ...centiC: (number | null)[]): JourneyLog => {
      for (let hour = 0; hour < hours; hour++) {
        log.reading(...centiC);
        log.wait(3600);
      }
      return log;
    };

    it('takes the probe of its slot, each reading until the next', () => {
      const log = readFor(readFor(packed(), 23, 2000, 100), 1, 4000, 200);
      log.reading(2000, 100);
      assert.deepEqual(mktOf(log, { holdS: 3600 }), {
        stayCentiC: 2245,
        warmestDaysCentiC: null,
        measuredS: 86_400,
        missing: null,
      });
    });

    it('takes the warmer of two probes, and the one that reads when the other does not', () => {
      const log = new JourneyLog().config(0b01, 0b10, 0b11);
      log.pack(2, packingListOf('C'));
      readFor(log, 1, 1000, 2000);
      readFor(log, 1, 2000, 1000);
      readFor(log, 1, null, 2000);
      log.reading(0, 0);
      assert.equal(mktOf(log, { holdS: 3600 }).stayCentiC, 2000);
    });

    it('lets no reading stand for longer than a gap may last', () => {
      const log = readFor(packed(), 2, 2000, 0);
      log.reading(2000, 0);
      assert.equal(mktOf(log, { holdS: 900 }).measuredS, 1800);
    });

    it('counts nothing before it was packed, while it was out, or of another kit', () => {
      const log = new JourneyLog().config(0b01, 0b10);
      readFor(log, 1, 6000, 0);
      log.pack(0, packingListOf('A')).pack(1, packingListOf('B'));
      readFor(log, 1, 2000, 0).custody(1, 'taken');
      log.custody(0, 'taken');
      readFor(log, 2, 6000, 0).custody(0, 'in');
      readFor(log, 1, 2000, 0);
      log.reading(2000, 0);
      const { stayCentiC, measuredS } = mktOf(log, { holdS: 3600 });
      assert.deepEqual([stayCentiC, measuredS], [2000, 7200]);
      assert.equal(mktOf(log, { kit: 1, holdS: 3600 }).stayCentiC, 0);
    });

    it('follows it into another slot', () => {
      const log = readFor(packed(), 1, 2000, 3000).custody(0, 'taken').custody(0, 'in', 1);
      readFor(log, 1, 2000, 3000);
      log.reading(2000, 3000);
      const mean = meanKineticC([held(20, 1), held(30, 1)]);
      assert.equal(mktOf(log, { holdS: 3600 }).stayCentiC, Math.round(mean * 100));
    });

    it('stands for the warmest 30 days too where the stay is longer', () => {
      const log = readFor(packed(), 60 * DAY, 2000, 0);
      readFor(log, 24, 4000, 0);
      readFor(log, 40 * DAY, 2000, 0);
      log.reading(2000, 0);
      const { stayCentiC, warmestDaysCentiC, measuredS } = mktOf(log, { holdS: 3600 });
      const whole = meanKineticC([held(20, 100 * DAY), held(40, 24)]);
      assert.equal(stayCentiC, Math.round(whole * 100));
      assert.equal(warmestDaysCentiC, 2201);
      assert.equal(measuredS, 101 * 86_400);
    });

    it('says that no reading is known where none is', () => {
      const none = { stayCentiC: null, warmestDaysCentiC: null, measuredS: 0 };
      assert.deepEqual(mktOf(packed()), { ...none, missing: 'noReading' });
      const unplaced = new JourneyLog().pack(0, packingListOf('A'));
      readFor(unplaced, 3, 2000, 2000);
      assert.deepEqual(mktOf(unplaced), { ...none, missing: 'noReading' }, 'whose probe is which?');
    });

    it('is not made up where readings of its stay were summed up', () => {
      const log = readFor(new JourneyLog().config(0b01), 3, 2500);
      const [first, last] = [2, 3];
      log.pack(0, packingListOf('A'));
      const [from] = [log.nextSequence];
      readFor(log, 6, 2000);
      const stay = thinOut(log, from + 1, from + 3);
      const { stayCentiC, missing } = mktOf(log, { records: stay, holdS: 3600 });
      assert.deepEqual([stayCentiC, missing], [null, 'summedUp']);
      const other = readFor(new JourneyLog().config(0b01), 3, 2500).pack(0, packingListOf('A'));
      readFor(other, 3, 2000);
      const before = thinOut(other, first, last);
      assert.equal(mktOf(other, { records: before, holdS: 3600 }).stayCentiC, 2000);
    });
  });
});

function held(celsius: number, hours: number): Held {
  return { celsius, duration: hours };
}

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMON, KIT, kitAt } from '../../../firmware/core/excursion/kits.js';
import { FIXED_VERDICT, REASON, REASON_COUNT } from '../../../firmware/core/excursion/reasons.js';
import { worstVerdict } from '../../../firmware/core/excursion/verdict.js';
import { CUSTODY, VERDICT } from '../../../firmware/core/units.js';
import { loadCbor } from '../../../host-sim/backend/cbor.js';
import { KitBench, reasonName, reasonNames, verdictName } from './support/kit-bench.js';
import { type ProfileParts, tableOf } from './support/profiles.js';
import { tableUnder } from '../../support/document.js';

const DOCUMENT = readFileSync(
  join(__dirname, '../../../firmware/core/excursion/PROFILE.md'),
  'utf8',
);

/** Every reason with a verdict of the profile leads to another one here. */
const PROFILE: ProfileParts = {
  zones: [
    { operator: 'above', limitCentiC: 2500, allowance: 'instant', verdict: 'usable' },
    { operator: 'above', limitCentiC: 2500, allowance: 'instant', verdict: 'inspect' },
    { operator: 'above', limitCentiC: 2500, allowance: 'instant', verdict: 'unknown' },
    { operator: 'above', limitCentiC: 2500, allowance: 'instant', verdict: 'quarantine' },
    { operator: 'above', limitCentiC: 2500, allowance: 'instant', verdict: 'expired' },
    { operator: 'above', limitCentiC: 2500, allowance: 'instant', verdict: 'discard' },
    { operator: 'above', limitCentiC: 2500, allowance: 'instant', verdict: 'inspect' },
    { operator: 'above', limitCentiC: 2500, allowance: 'instant', verdict: 'quarantine' },
  ],
  budget: { firstKnotC: 0, ratesPermille: [1000], budgetS: 1000, verdict: 'quarantine' },
  shock: { dropVerdict: 'inspect', severeVerdict: 'discard' },
  lid: { allowedS: 600, verdict: 'unknown' },
};

/** The rules behind the zones need places of their own. */
const BEHIND: ProfileParts = {
  disagree: { limitCentiC: 200, allowedS: 600, verdict: 'inspect' },
  tilt: { limitDeg: 45, verdict: 'quarantine' },
  humidity: { limitPermille: 700, allowedS: 600, verdict: 'discard' },
  light: { limitLux: 500, allowedS: 600, verdict: 'unknown' },
};
function tableFor(reason: number): Int32Array {
  const isBehind = reason >= REASON.disagree && reason <= REASON.light;
  return tableOf(isBehind ? BEHIND : PROFILE).words;
}

/** What each reason alone leads to, by PROFILE and the fixed table. */
const LEADS_TO: readonly (readonly [keyof typeof REASON | number, keyof typeof VERDICT])[] = [
  [0, 'usable'],
  [1, 'inspect'],
  [2, 'unknown'],
  [3, 'quarantine'],
  [4, 'expired'],
  [5, 'discard'],
  [6, 'inspect'],
  [7, 'quarantine'],
  ['budget', 'quarantine'],
  ['gap', 'unknown'],
  ['clockUnset', 'unknown'],
  ['probeFault', 'unknown'],
  ['shockDrop', 'inspect'],
  ['shockSevere', 'discard'],
  ['lidOpen', 'unknown'],
  ['expired', 'expired'],
  ['useByElapsed', 'discard'],
  ['returnedUnscanned', 'unknown'],
  ['exampleProfile', 'unknown'],
  ['lost', 'unknown'],
  ['mixed', 'inspect'],
  ['calibration', 'unknown'],
  ['disagree', 'inspect'],
  ['tilt', 'quarantine'],
  ['humidity', 'discard'],
  ['light', 'unknown'],
  ['hold', 'quarantine'],
  ['discarded', 'discard'],
  ['slip', 'unknown'],
  ['released', 'usable'],
];
const codeOf = (reason: keyof typeof REASON | number): number =>
  typeof reason === 'number' ? reason : REASON[reason];

describe('a verdict', () => {
  before(loadCbor);

  it('is usable without a reason', () => {
    assert.equal(worstVerdict(0, tableOf(PROFILE).words, 0), VERDICT.usable);
  });

  LEADS_TO.forEach(([reason, verdict]) => {
    it(`is ${verdict} for ${reasonName(codeOf(reason))} alone`, () => {
      const code = codeOf(reason);
      const got = worstVerdict(1 << code, tableFor(code), 0);
      assert.equal(verdictName(got), verdict);
    });
  });

  it('has every reason in the table above', () => {
    assert.deepEqual(
      LEADS_TO.map(([reason]) => codeOf(reason)),
      Array.from({ length: REASON_COUNT }, (_, reason) => reason),
    );
    assert.equal(FIXED_VERDICT.length, REASON_COUNT);
  });

  it('is the worst that any two reasons lead to, in either order', () => {
    const { words } = tableOf({ ...PROFILE, ...BEHIND, zones: PROFILE.zones!.slice(0, 4) });
    const tested = LEADS_TO.filter(([reason]) => typeof reason === 'string' || reason < 4);
    for (const [a, verdictA] of tested) {
      for (const [b, verdictB] of tested) {
        const bits = (1 << codeOf(a)) | (1 << codeOf(b));
        const worst = Math.max(VERDICT[verdictA], VERDICT[verdictB]);
        assert.equal(worstVerdict(bits, words, 0), worst, reasonNames(bits).join());
      }
    }
  });

  it('is not hidden by unknown: discard with a gap is discard', () => {
    const bits = (1 << REASON.gap) | (1 << REASON.clockUnset) | (1 << REASON.useByElapsed);
    assert.equal(worstVerdict(bits, tableOf(PROFILE).words, 0), VERDICT.discard);
  });

  describe('of expiry', () => {
    const EXPIRY_WALL_S = 200_000_000;
    function benchAt(wallS: number): KitBench {
      const bench = new KitBench({});
      bench.pack(0, 60, { expiryWallS: EXPIRY_WALL_S });
      bench.set(COMMON.wallOffsetS, wallS - 120);
      bench.reading(120, 2000);
      return bench;
    }

    it('is kept up to and in its last second', () => {
      assert.equal(benchAt(EXPIRY_WALL_S).verdict(), 'usable');
    });

    it('is expired one second later, whatever else holds', () => {
      const bench = benchAt(EXPIRY_WALL_S + 1);
      bench.shock({ deltaV: 2000 });
      assert.deepEqual(bench.reasons(), ['shockDrop', 'expired']);
      assert.equal(bench.verdict(), 'expired');
    });

    it('cannot be told without a clock: unknown, and resolved by a later anchor', () => {
      const bench = benchAt(EXPIRY_WALL_S + 1);
      bench.set(COMMON.wallKnown, 0);
      assert.equal(bench.verdict(), 'unknown');
      bench.set(COMMON.wallKnown, 1);
      assert.equal(bench.verdict(), 'expired');
    });

    it('once told is not taken back by the loss of the clock, but by one that is set anew', () => {
      const bench = benchAt(EXPIRY_WALL_S + 1);
      assert.deepEqual(bench.reasons(), ['expired']);
      bench.set(COMMON.wallKnown, 0);
      assert.deepEqual(bench.reasons(), ['clockUnset', 'expired']);
      bench.set(COMMON.wallKnown, 1);
      bench.set(COMMON.wallOffsetS, 0);
      assert.deepEqual(bench.reasons(), []);
    });
  });

  it('of an example profile is unknown on hardware, and judged as it is in simulation', () => {
    const profiles = [{ isExample: true }];
    for (const [isHardware, verdict] of [[true, 'unknown'] as const, [false, 'usable'] as const]) {
      const bench = new KitBench({ profiles, isHardware });
      bench.pack(0);
      assert.equal(bench.verdict(), verdict);
    }
  });

  it('is unknown for every kit once readings were lost', () => {
    const bench = new KitBench({});
    bench.pack(0);
    bench.set(COMMON.lostRecords, 1);
    assert.deepEqual(bench.reasons(), ['lost']);
  });

  it('of a mixed kit is inspect, and remembers the mixing when it was used', () => {
    const bench = new KitBench({});
    bench.pack(0);
    bench.take(0, 10);
    bench.mix(0, 20);
    assert.equal(bench.verdict(), 'inspect');
    bench.words[kitAt(0) + KIT.custody] = CUSTODY.used;
    assert.deepEqual(bench.reasons(), ['mixed']);
  });

  it('tells what is left of the stability budget, and never less than nothing', () => {
    const bench = new KitBench({ profiles: [{ ...PROFILE, zones: [] }] });
    bench.pack(0);
    assert.equal(bench.settle().at(-1)?.budgetLeftS, 1000);
    bench.reading(0, 0);
    bench.reading(600, 0);
    bench.set(COMMON.wallKnown, 0);
    assert.equal(bench.settle().at(-1)?.budgetLeftS, 400);
    bench.readings(1200, 6000, 600, 0);
    assert.equal(bench.settle().at(-1)?.budgetLeftS, 0);
  });

  describe('in PROFILE.md', () => {
    it('stands with every reason, its bit and what it leads to', () => {
      const rows = tableUnder(DOCUMENT, '## Verdicts').filter(([bit]) => /^\d+$/.test(bit!));
      const expected = FIXED_VERDICT.flatMap((verdict, reason) =>
        reason < REASON.budget
          ? []
          : [[`${reason}`, reasonName(reason), verdict < 0 ? 'profile' : verdictName(verdict)]],
      );
      assert.deepEqual(
        rows.map((row) => row.slice(0, 3)),
        expected,
      );
    });

    it('is ordered from best to worst as the codes are', () => {
      const rows = tableUnder(DOCUMENT, '### Words');
      assert.deepEqual(
        rows.map(([code, word]) => [Number(code), word]),
        Object.entries(VERDICT).map(([word, code]) => [code, word]),
      );
    });
  });
});

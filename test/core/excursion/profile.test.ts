import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { COMMON, KIT } from '../../../firmware/core/excursion/kits.js';
import {
  ALLOWANCE,
  isInside,
  OPERATOR,
  profileAt,
  rateAt,
} from '../../../firmware/core/excursion/profile.js';
import { encodeCbor, loadCbor } from '../../../host-sim/backend/cbor.js';
import { sha256 } from '../../../host-sim/backend/keys.js';
import { tableUnder } from '../../support/document.js';
import { KitBench } from './support/kit-bench.js';
import { type ProfileParts, profileMap, tableOf } from './support/profiles.js';

const DOCUMENT = readFileSync(
  join(__dirname, '../../../firmware/core/excursion/PROFILE.md'),
  'utf8',
);

const centiC = fc.integer({ min: -5000, max: 10000 });

describe('a profile', () => {
  before(loadCbor);

  it('has the operators of PROFILE.md, each with its comparison', () => {
    const rows = tableUnder(DOCUMENT, '### Operators');
    assert.deepEqual(
      rows.map(([code, name]) => [name, Number(code)]),
      Object.entries(OPERATOR),
    );
    const signs = rows.map((row) => /^(>=|<=|>|<) limit/.exec(row[2]!)?.[1]);
    const compare = {
      '>': (a: number, b: number) => a > b,
      '>=': (a: number, b: number) => a >= b,
      '<': (a: number, b: number) => a < b,
      '<=': (a: number, b: number) => a <= b,
    };
    fc.assert(
      fc.property(centiC, fc.integer({ min: -2, max: 2 }), fc.nat(3), (limit, off, operator) => {
        const expected = compare[signs[operator] as keyof typeof compare](limit + off, limit);
        assert.equal(isInside(operator, limit, limit + off), expected);
      }),
    );
  });

  it('has the allowances of PROFILE.md', () => {
    const rows = tableUnder(DOCUMENT, '### Allowances');
    assert.deepEqual(
      rows.map(([code, name]) => [name, Number(code)]),
      Object.entries(ALLOWANCE),
    );
  });

  it('is found by the SHA-256 of its bytes, and only by that', () => {
    const table = tableOf({ version: 1 }, { version: 2 });
    const hashOf = (version: number): Uint8Array => sha256(encodeCbor(profileMap({ version })));
    assert.equal(table.find(hashOf(1), 0), 0);
    assert.equal(table.find(hashOf(2), 0), 1);
    assert.equal(table.find(hashOf(3), 0), -1);
    assert.equal(table.find(Uint8Array.from([9, ...hashOf(2)]), 1), 1);
    table.remove(1);
    assert.equal(table.find(hashOf(2), 0), -1);
    assert.equal(table.find(new Uint8Array(32), 0), -1); // an empty place has no name
  });

  describe('has a rate of degradation', () => {
    const budget = { firstKnotC: 20, ratesPermille: [1000, 1100, 1250], budgetS: 1000 };
    const RATES = [
      [-3000, 1000, 'below the first knot'],
      [1999, 1000, 'a hundredth below it'],
      [2000, 1000, 'at it'],
      [2050, 1050, 'halfway'],
      [2099, 1099, 'a hundredth before the next'],
      [2100, 1100, 'at a knot'],
      [2133, 1149, 'rounded towards the colder knot: 1149.5'],
      [2200, 1250, 'at the last knot'],
      [9000, 1250, 'above the last knot'],
    ] as const;
    for (const [temperature, rate, where] of RATES) {
      it(`${rate} ${where}`, () => {
        assert.equal(rateAt(tableOf({ budget }).words, 0, temperature), rate);
      });
    }

    it('that falls is rounded towards the colder knot, too', () => {
      const falling = { ...budget, ratesPermille: [1250, 1100] };
      assert.equal(rateAt(tableOf({ budget: falling }).words, 0, 2033), 1201); // 1200.5
    });

    it('of its own, beside those of other profiles', () => {
      const { words } = tableOf({ budget }, {}, { budget: { ...budget, ratesPermille: [7] } });
      const third = rateAt(words, profileAt(2), 2000);
      assert.deepEqual([rateAt(words, 0, 2000), third], [1000, 7]);
    });
  });
});

/** A reading `afterS` after the one before. */
const step = fc.record({
  afterS: fc.integer({ min: 1, max: 400 }),
  first: fc.option(fc.integer({ min: -1000, max: 6000 }), { freq: 8 }),
  second: fc.option(fc.integer({ min: -1000, max: 6000 }), { freq: 8 }),
});
const steps = fc.array(step, { minLength: 1, maxLength: 40 });
const rates = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 71 });

/** Rate by the definition, in exact integers. */
function exactRate(ratesPermille: readonly number[], firstKnotC: number, centi: number): bigint {
  const offset = Math.min(Math.max(0, centi - firstKnotC * 100), (ratesPermille.length - 1) * 100);
  const knot = Math.floor(offset / 100);
  const low = BigInt(ratesPermille[knot]!);
  const high = BigInt(ratesPermille[Math.min(knot + 1, ratesPermille.length - 1)]!);
  return low + ((high - low) * BigInt(offset - knot * 100)) / 100n; // truncates towards low
}

describe('a stability budget', () => {
  before(loadCbor);

  it('is used by exactly the sum of rate times time, in thousandths of a second', () => {
    fc.assert(
      fc.property(steps, rates, fc.integer({ min: -20, max: 60 }), (all, ratesPermille, knot) => {
        const budget = { firstKnotC: knot, ratesPermille, budgetS: 1 << 29 };
        const bench = new KitBench({ profiles: [{ budget }], slotProbes: [0b11] });
        bench.pack(0);
        bench.reading(0, 2000, 2000);
        let nowS = 0;
        let heldC = 2000;
        let readAtS = 0;
        let exact = 0n;
        for (const { afterS, first, second } of all) {
          const fromS = nowS;
          nowS += afterS;
          const untilS = Math.min(nowS, readAtS + 900); // it holds for the gap allowance
          const heldS = Math.max(0, untilS - fromS);
          exact += exactRate(ratesPermille, knot, heldC) * BigInt(heldS);
          const values = [first, second].filter((value) => value !== null);
          if (values.length > 0) {
            heldC = Math.max(...values);
            readAtS = nowS;
          }
          bench.reading(nowS, first, second);
        }
        assert.equal(BigInt(bench.kit(0, KIT.budgetUsedS)), exact / 1000n);
        assert.equal(BigInt(bench.kit(0, KIT.budgetUsedRest)), exact % 1000n);
      }),
    );
  });

  it('stops at the largest int32 instead of turning over', () => {
    const budget = { firstKnotC: 0, ratesPermille: [1_000_000], budgetS: 86400 };
    const bench = new KitBench({ profiles: [{ budget, gapAllowanceS: 86400 }] });
    bench.pack(0);
    bench.readings(0, 86400 * 40, 86400, 2000);
    assert.equal(bench.kit(0, KIT.budgetUsedS), 0x7fffffff);
    assert.deepEqual(bench.reasons(), ['budget']);
    assert.equal(bench.settle().length, 0);
  });

  it('is spent when nothing is left, and told once', () => {
    const budget = { firstKnotC: 0, ratesPermille: [1000], budgetS: 600 };
    const bench = new KitBench({ profiles: [{ budget }] });
    bench.pack(0);
    bench.reading(0, 0);
    bench.reading(599, 0);
    assert.deepEqual(bench.told(), ['usable: none']);
    bench.reading(600, 0);
    assert.deepEqual(bench.told(), ['budget opens', 'quarantine: budget']);
    bench.reading(700, 0);
    assert.deepEqual(bench.told(), []);
  });
});

describe('judging', () => {
  before(loadCbor);
  const RULES: ProfileParts = {
    gapAllowanceS: 300,
    zones: [
      { operator: 'above', limitCentiC: 2500, allowance: 'cumulative', allowanceS: 1200 },
      { operator: 'atOrAbove', limitCentiC: 4000, allowance: 'instant' },
      { operator: 'below', limitCentiC: 200, allowance: 'single', allowanceS: 600 },
    ],
    budget: { firstKnotC: 0, ratesPermille: [100, 1000, 5000], budgetS: 20_000 },
    lid: { allowedS: 900, verdict: 'inspect' },
    useByS: 3600,
  };
  const event = fc.oneof(
    { weight: 6, arbitrary: step.map((reading) => ({ kind: 'reading' as const, ...reading })) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom('take' as const, 'putBack' as const, 'lid' as const, 'mix' as const),
        afterS: fc.integer({ min: 1, max: 2000 }),
      }),
    },
  );

  it('is the same in one run and in two that a restart parts, wherever it comes', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), fc.nat(30), (events, cut) => {
        const run = (restartAt: number): KitBench => {
          let bench = new KitBench({ profiles: [RULES], slotProbes: [0b11, 0b01] });
          bench.pack(0);
          bench.pack(1);
          events.forEach((it, i) => {
            if (i === restartAt) bench = bench.restarted();
            const nowS = bench.words[COMMON.nowS]! + it.afterS;
            if (it.kind === 'reading') bench.reading(nowS, it.first, it.second);
            else if (it.kind === 'lid') bench.lid(bench.words[COMMON.lidOpen] === 0, nowS);
            else if (it.kind === 'take' && bench.isIn(1)) bench.take(1, nowS);
            else if (it.kind === 'putBack' && bench.isTaken(1)) bench.putBack(1, nowS);
            else if (it.kind === 'mix' && bench.isTaken(1)) bench.mix(1, nowS);
            bench.settle();
          });
          return bench;
        };
        assert.deepEqual(run(cut).words, run(-1).words);
      }),
    );
  });
});

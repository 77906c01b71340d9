import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  PROFILE,
  profileAt,
  ProfileTable,
  RULE,
  USE_BY_UNSET,
} from '../../../firmware/core/excursion/profile.js';
import { ALLOWANCE, OPERATOR } from '../../../firmware/core/excursion/profile.js';
import { FAULT } from '../../../firmware/core/faults.js';
import { type CborValue, encodeCbor, loadCbor } from '../../../host-sim/backend/cbor.js';
import { ProfileLibrary } from '../../../host-sim/backend/profile.js';
import { tableUnder } from '../../support/document.js';
import { loadBytes, profileMap, zoneRow } from './support/profiles.js';

const DOCUMENT = readFileSync(
  join(__dirname, '../../../firmware/core/excursion/PROFILE.md'),
  'utf8',
);

const HOT = { operator: 'above', limitCentiC: 2500, allowance: 'single', allowanceS: 60 } as const;
const BUDGET = { firstKnotC: 0, ratesPermille: [500, 1000], budgetS: 86400 };

type Fields = (number | string | boolean | null | number[] | number[][])[];
const full = (): Map<number, CborValue> => profileMap({ zones: [HOT], budget: BUDGET });

/** The profile with one number replaced: `path` is a key, and places in arrays below it. */
function withValue(path: readonly number[], value: number): Uint8Array {
  const map = full();
  const [key, ...places] = path as [number, ...number[]];
  if (places.length === 0) map.set(key, value);
  else {
    const root = structuredClone(map.get(key)) as Fields;
    let at: Fields = root;
    for (const place of places.slice(0, -1)) at = at[place] as Fields;
    at[places.at(-1)!] = value;
    map.set(key, root);
  }
  return encodeCbor(map);
}

function resultOf(bytes: Uint8Array): number {
  return loadBytes(new ProfileTable(), 0, bytes);
}

/** Where the numbers of each table of the document stand. */
const TABLES: readonly (readonly [heading: string, pathOf: (item: number) => number[]])[] = [
  ['## Layout', (key) => [key]],
  ['### Zone', (item) => [4, 0, item]],
  ['### Budget', (item) => (item === 1 ? [6, 1, 0] : [6, item])],
  ['### Shock', (item) => [7, item]],
  ['### Lid', (item) => [8, item]],
];

/** The numbers of a profile that have a name of their own, in the order of their places. */
function namedNumbers(table: ProfileTable, place: number): (readonly [string, number])[] {
  const named = Object.entries(PROFILE).filter(([, at]) => at < PROFILE.hash);
  return named.map(([name, at]) => [name, table.words[profileAt(place) + at]!] as const);
}

describe('a profile’s CBOR', () => {
  before(loadCbor);

  it('is loaded with every number in its place', () => {
    const table = new ProfileTable();
    const parts = {
      version: 7,
      isExample: true,
      zones: [HOT, { operator: 'atOrBelow', limitCentiC: -50, allowance: 'instant' }] as const,
      budget: { ...BUDGET, verdict: 'discard' } as const,
      shock: { dropFreeFallMs: 141, dropDeltaVMmPerS: 1501, severeDeltaVMmPerS: 3001 },
      lid: { allowedS: 7200, verdict: 'inspect' } as const,
      useByS: 21600,
      lossAllowedS: 3600,
      disagree: { limitCentiC: 150, allowedS: 900, verdict: 'inspect' },
      humidity: { limitPermille: 650, allowedS: 7200, verdict: 'unknown' },
      needsCalibration: true,
    } as const;
    assert.equal(loadBytes(table, 2, encodeCbor(profileMap(parts))), 0);
    assert.deepEqual(
      namedNumbers(table, 2),
      Object.entries({
        used: 1,
        version: 7,
        isExample: 1,
        zoneCount: 2,
        endlessZones: 0,
        quietAboveCentiC: -50,
        quietBelowCentiC: 2500,
        gapAllowanceS: 900,
        lossAllowedS: 3600,
        knotCount: 2,
        firstKnotC: 0,
        budgetS: 86400,
        budgetVerdict: 5,
        dropFreeFallMs: 141,
        dropDeltaVMmPerS: 1501,
        severeDeltaVMmPerS: 3001,
        dropVerdict: 1,
        severeVerdict: 3,
        lidAllowedS: 7200,
        lidVerdict: 1,
        useByS: 21600,
        disagreePlace: 2,
        tiltPlace: -1,
        humidityPlace: 3,
        lightPlace: -1,
        needsCalibration: 1,
        quietSpreadCentiC: 150,
      }),
    );
    const rules = profileAt(2) + PROFILE.rules;
    assert.deepEqual(
      [...table.words.subarray(rules, rules + 4 * RULE.words)],
      [
        ...[OPERATOR.above, 2500, ALLOWANCE.single, 60, 3],
        ...[OPERATOR.atOrBelow, -50, ALLOWANCE.instant, 0, 3],
        ...[OPERATOR.above, 150, ALLOWANCE.single, 900, 1],
        ...[OPERATOR.above, 650, ALLOWANCE.cumulative, 7200, 2],
      ],
    );
    const rates = profileAt(2) + PROFILE.ratesPermille;
    assert.deepEqual([...table.words.subarray(rates, rates + 2)], [500, 1000]);
  });

  it('may leave out the budget, the use-by and the loss that it allows', () => {
    const table = new ProfileTable();
    assert.equal(loadBytes(table, 0, encodeCbor(profileMap())), 0);
    const { words } = table;
    assert.deepEqual([words[PROFILE.knotCount], words[PROFILE.useByS]], [0, USE_BY_UNSET]);
    assert.equal(words[PROFILE.lossAllowedS], 0);
    assert.ok(words[PROFILE.quietAboveCentiC]! < -10000);
    assert.ok(words[PROFILE.quietBelowCentiC]! > 15000);
  });

  it('says which zones’ excursions have no end', () => {
    const zones = [HOT, { ...HOT, allowance: 'cumulative' }, HOT] as const;
    const table = new ProfileTable();
    assert.equal(loadBytes(table, 1, encodeCbor(profileMap({ zones }))), 0);
    assert.equal(table.words[profileAt(1) + PROFILE.endlessZones], 0b010);
  });

  it('of every example is taken, as the host builds it', async () => {
    const { all } = await ProfileLibrary.load();
    assert.ok(all.length >= 3);
    for (const { cbor, hash, source } of all) {
      const table = new ProfileTable();
      assert.equal(loadBytes(table, 0, cbor), 0);
      assert.equal(table.find(hash, 0), 0);
      assert.equal(table.words[PROFILE.zoneCount], source.zones.length);
    }
  });

  describe('keeps to the ranges of PROFILE.md', () => {
    let tested = 0;
    for (const [heading, pathOf] of TABLES) {
      for (const cells of tableUnder(DOCUMENT, heading)) {
        const name = cells[1]!;
        const bounds = cells.map((cell) => /^(-?\d+)\.\.(-?\d+)$/.exec(cell)).find((it) => it);
        if (!bounds) continue;
        tested++;
        const path = pathOf(Number(cells[0]));
        const [least, most] = [Number(bounds[1]), Number(bounds[2])];
        it(`${name}: ${least} to ${most}`, () => {
          // An instant zone, code 0, goes without an allowance: tested apart.
          const isAllowance = name === 'allowance';
          assert.equal(resultOf(withValue(path, isAllowance ? 1 : least)), 0);
          assert.equal(resultOf(withValue(path, most)), 0);
          assert.equal(resultOf(withValue(path, least - 1)), FAULT.malformed);
          assert.equal(resultOf(withValue(path, most + 1)), FAULT.malformed);
        });
      }
    }
    it('all of them', () => assert.equal(tested, 20));
  });

  it('gives time to every zone but an instant one, and none to that', () => {
    const zoned = (allowance: keyof typeof ALLOWANCE, allowanceS: number): number =>
      resultOf(encodeCbor(profileMap({ zones: [{ ...HOT, allowance, allowanceS }] })));
    assert.equal(zoned('instant', 0), 0);
    assert.equal(zoned('instant', 1), FAULT.malformed);
    for (const allowance of ['single', 'cumulative'] as const) {
      assert.equal(zoned(allowance, 1), 0);
      assert.equal(zoned(allowance, 0), FAULT.malformed);
    }
  });

  it('has 0 to 8 zones and 1 to 71 rates', () => {
    const withZones = (count: number): number =>
      resultOf(encodeCbor(profileMap({ zones: Array.from({ length: count }, () => HOT) })));
    const withRates = (count: number): number => {
      const ratesPermille = Array.from({ length: count }, (_, i) => i);
      return resultOf(encodeCbor(profileMap({ budget: { ...BUDGET, ratesPermille } })));
    };
    assert.deepEqual([withZones(0), withZones(8), withZones(9)], [0, 0, FAULT.malformed]);
    assert.deepEqual([withRates(1), withRates(71)], [0, 0]);
    assert.deepEqual([withRates(0), withRates(72)], [FAULT.malformed, FAULT.malformed]);
  });

  it('has these keys and no other', () => {
    for (const key of full().keys()) {
      const map = full();
      map.delete(key);
      const isNeeded = key !== 6;
      assert.equal(resultOf(encodeCbor(map)) < 0, isNeeded, `without key ${key}`);
    }
    assert.ok(resultOf(encodeCbor(full().set(10, 0))) < 0);
    assert.ok(resultOf(encodeCbor(full().set(0, 0))) < 0);
  });

  it('takes a place behind its zones for each rule that counts, and has eight in all', () => {
    const rule = { allowedS: 60, verdict: 'inspect' } as const;
    const behind = {
      disagree: { ...rule, limitCentiC: 100 },
      tilt: { limitDeg: 45, verdict: 'inspect' } as const,
      humidity: { ...rule, limitPermille: 600 },
      light: { ...rule, limitLux: 500 },
    };
    const withZones = (count: number): number =>
      resultOf(
        encodeCbor(profileMap({ ...behind, zones: Array.from({ length: count }, () => HOT) })),
      );
    assert.deepEqual([withZones(0), withZones(4), withZones(5)], [0, 0, FAULT.malformed]);
  });

  describe('of the rules behind its zones keeps to the ranges of PROFILE.md', () => {
    const RANGES: readonly (readonly [key: number, name: string, least: number, most: number])[] = [
      [11, 'disagree', 1, 10000],
      [12, 'tilt', 1, 179],
      [13, 'humidity', 0, 999],
      [14, 'light', 0, 65534],
    ];
    for (const [key, name, least, most] of RANGES) {
      it(`${name}: ${least} to ${most}, its time and its verdict`, () => {
        assert.ok(DOCUMENT.includes(`${name} ${least}..${most}`));
        const rest = key === 12 ? [3] : [60, 3];
        const got = (row: number[]): number => resultOf(encodeCbor(full().set(key, row)));
        assert.deepEqual([got([least, ...rest]), got([most, ...rest])], [0, 0]);
        assert.equal(got([least - 1, ...rest]), FAULT.malformed);
        assert.equal(got([most + 1, ...rest]), FAULT.malformed);
        assert.equal(got([least, ...rest.slice(1)]), FAULT.malformed);
        assert.equal(got([least, ...rest, 0]), FAULT.malformed);
        assert.equal(got([least, ...rest.slice(0, -1), 6]), FAULT.malformed);
        if (key !== 12) assert.equal(got([least, 0, 3]), FAULT.malformed);
      });
    }

    it('says that calibration is needed, or nothing of it', () => {
      assert.equal(resultOf(encodeCbor(full().set(15, true))), 0);
      assert.equal(resultOf(encodeCbor(full().set(15, false))), FAULT.malformed);
      assert.ok(resultOf(encodeCbor(full().set(15, 1))) < 0);
      assert.equal(resultOf(encodeCbor(full().set(16, true))), FAULT.malformed);
    });
  });

  it('is nothing at all when a zone has too few items', () => {
    const map = full();
    map.set(4, [zoneRow(HOT).slice(0, 4)]);
    assert.equal(resultOf(encodeCbor(map)), FAULT.malformed);
  });

  it('leaves the place empty when it is malformed', () => {
    const table = new ProfileTable();
    assert.equal(loadBytes(table, 0, encodeCbor(full())), 0);
    assert.ok(loadBytes(table, 0, encodeCbor(full()).subarray(0, 20)) < 0);
    assert.equal(table.isUsed(0), false);
  });

  it('is refused where it is cut off, wherever that is', () => {
    const bytes = encodeCbor(full());
    for (let length = 0; length < bytes.length; length++) {
      assert.ok(resultOf(bytes.subarray(0, length)) < 0, `${length} bytes`);
    }
    assert.ok(resultOf(Uint8Array.from([...bytes, 0])) < 0, 'one byte more');
  });

  it('throws at no bytes whatever', () => {
    const bytes = encodeCbor(profileMap({ zones: [HOT, HOT], budget: BUDGET }));
    const change = fc.record({ at: fc.nat(bytes.length - 1), value: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const changed = bytes.slice();
        for (const { at, value } of changes) changed[at] = value;
        assert.ok(resultOf(changed) <= 0);
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (any) => assert.ok(resultOf(any) < 0)));
  });
});

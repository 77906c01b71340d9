import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type CborMap, decodeCbor, loadCbor } from '../../../host-sim/backend/cbor.js';
import { sha256 } from '../../../host-sim/backend/keys.js';
import { ProfileLibrary, parseProfile } from '../../../host-sim/backend/profile.js';
import { RATE_REFERENCE_C, rateTable, relativeRate } from '../../../host-sim/backend/stability.js';
import { VERDICT } from '../../../firmware/core/units.js';

const FOLDER = join(__dirname, '../../../host-sim/backend/profiles');
const ENERGY = 83.144; // kJ/mol, USP <1160>

describe('backend/profile: a product and its limits', () => {
  before(loadCbor);
  let library: ProfileLibrary;
  before(async () => {
    library = await ProfileLibrary.load();
  });
  const text = readFileSync(join(FOLDER, 'lyoplas-n-w.yaml'), 'utf8');

  it('comes with eight examples, each marked as one and small enough for a container', () => {
    const ids = library.all.map((profile) => profile.id);
    assert.deepEqual(ids, [
      'flyp',
      'generic-2-25',
      'lyoplas-n-w',
      'platelets-20-24',
      'watched-2-25',
      'who-type-1',
      'who-type-2',
      'whole-blood-2-6',
    ]);
    for (const profile of library.all) {
      assert.equal(profile.source.example, true, profile.id);
      assert.ok(profile.cbor.length <= 1024 - 110, profile.id);
      assert.deepEqual(profile.hash, sha256(profile.cbor));
      assert.equal(library.byHash(profile.hash), profile);
    }
  });

  it('becomes a CBOR map of integers', () => {
    const profile = library.byId('lyoplas-n-w');
    const map = decodeCbor(profile.cbor, 'profile') as CborMap;
    assert.deepEqual([...map.keys()], [1, 2, 3, 4, 5, 6, 7, 8, 9, 15]);
    assert.deepEqual([map.get(1), map.get(2), map.get(3)], ['lyoplas-n-w', 1, true]);
    assert.deepEqual(map.get(4), [
      [0, 2500, 2, 14400, VERDICT.quarantine], // above 25.0 °C, cumulative
      [1, 4000, 0, 0, VERDICT.quarantine], // at or above 40.0 °C, instant
      [1, 4500, 1, 3600, VERDICT.discard], // at or above 45.0 °C, single
      [2, 200, 1, 1800, VERDICT.quarantine], // below 2.0 °C, single
      [3, -50, 1, 3600, VERDICT.discard], // at or below -0.5 °C, single
    ]);
    assert.deepEqual(map.get(7), [140, 1500, 3000, VERDICT.inspect, VERDICT.quarantine]);
    assert.deepEqual(map.get(8), [7200, VERDICT.inspect]);
    assert.equal(map.get(9), null, 'no use-by without a source');
    assert.equal(map.get(15), true, 'only calibrated probes count');
  });

  it('allows an unknown product no excursion', () => {
    const { zones, stability } = library.byId('generic-2-25').source;
    const label = zones.filter((zone) => zone.name.startsWith('label'));
    assert.deepEqual(
      label.map((zone) => [zone.limitC.value, zone.allowance, zone.verdict]),
      [
        [25, 'instant', 'quarantine'],
        [2, 'instant', 'quarantine'],
      ],
    );
    assert.equal(stability, undefined);
  });

  const wrong: readonly [string, RegExp | string, string, RegExp][] = [
    ['a number without source', /, source: 'USP <659>[^']*'/, '', /limitC\.source/],
    ['a source of one word', /source: 'USP <659>[^']*'/, "source: 'USP'", /needs its source/],
    ['an unknown operator', 'operator: above', 'operator: over', /zones\[0\]\.operator/],
    ['a limit finer than 0.01 °C', 'value: 25.0,', 'value: 25.005,', /0\.01 °C steps/],
    ['an instant zone with an allowance', 'allowance: single', 'allowance: instant', /belongs to/],
    ['an unknown word', 'version: 1', 'version: 1\nversoin: 2', /versoin/],
    ['a verdict that clears', 'verdict: discard', 'verdict: usable', /zones\[2\]\.verdict/],
    ['an id with spaces', 'id: lyoplas-n-w', 'id: lyo plas', /lower case, digits and hyphens/],
    ['text that is no YAML', 'zones:', 'zones: [', /no YAML/],
    [
      'a budget that leaves int32',
      /gapAllowanceS: \{ value: 900/,
      'gapAllowanceS: { value: 3600',
      /leaves the int32 range/,
    ],
  ];
  for (const [what, find, replacement, message] of wrong) {
    it(`refuses ${what}, naming file and place`, () => {
      const changed = text.replace(find, replacement);
      assert.notEqual(changed, text);
      assert.throws(() => parseProfile(changed, 'my.yaml'), message);
      assert.throws(() => parseProfile(changed, 'my.yaml'), /^Error: Profile my\.yaml:/);
    });
  }

  it('has another hash with any other number', () => {
    const changed = parseProfile(text.replace('value: 14400', 'value: 14401'), 'my.yaml');
    assert.notDeepEqual(changed.hash, library.byId('lyoplas-n-w').hash);
    const reworded = parseProfile(text.replace('name: very hot', 'name: too hot'), 'my.yaml');
    assert.deepEqual(reworded.hash, library.byId('lyoplas-n-w').hash, 'words stay on the host');
  });

  it('is found by id, or the error lists those there are', () => {
    assert.throws(() => library.byId('ffp'), /No profile 'ffp'; there are flyp, generic-2-25, lyo/);
    assert.equal(library.byHash(new Uint8Array(32)), undefined);
  });
});

describe('backend/stability: the rate table', () => {
  // Rates relative to 25 °C with ΔH/R = 10 000 K.
  const known = [
    [2, 0.061],
    [5, 0.09],
    [20, 0.564],
    [30, 1.739],
    [37, 3.66],
    [40, 4.99],
    [45, 8.24],
    [50, 13.4],
    [53, 17.8],
    [60.6, 35.8],
  ] as const;
  for (const [temperatureC, rate] of known) {
    it(`degrades ${rate} times as fast at ${temperatureC} °C as at 25 °C`, () => {
      const found = relativeRate(temperatureC, ENERGY) / relativeRate(25, ENERGY);
      assert.ok(Math.abs(found / rate - 1) < 0.01, `${found}`);
    });
  }

  it('has one integer per °C from 0 to 70, 1000 at the reference temperature', () => {
    const table = rateTable(ENERGY);
    assert.equal(table.length, 71);
    assert.ok(table.every(Number.isInteger));
    assert.equal(table[RATE_REFERENCE_C], 1000);
  });

  // Every 0.01 °C, since that is what a container judges; its division rounds down.
  for (const energy of [60, ENERGY, 100]) {
    it(`interpolates within 0.5 % of Arrhenius from 0 to 60 °C at ${energy} kJ/mol`, () => {
      const table = rateTable(energy);
      for (let centiC = 0; centiC <= 6000; centiC++) {
        const knot = Math.floor(centiC / 100);
        const [low = 0, high = low] = [table[knot], table[knot + 1]];
        const rate = low + Math.floor(((high - low) * (centiC % 100)) / 100);
        const exact = 1000 * relativeRate(centiC / 100, energy);
        assert.ok(Math.abs(rate / exact - 1) <= 0.005, `${centiC / 100} °C: ${rate}, ${exact}`);
      }
    });
  }

  it('makes a budget that 15 months at 25 °C spend exactly', async () => {
    const { stability } = (await ProfileLibrary.load()).byId('lyoplas-n-w');
    assert.ok(stability);
    const shelfLifeS = 15 * 2629800; // months of 30.4375 days
    const spent = shelfLifeS * stability.rateAtShelfLife;
    assert.ok(stability.budgetS <= spent && spent - stability.budgetS < 1);
  });

  it('spends faster the warmer it is', () => {
    fc.assert(
      fc.property(fc.double({ min: 41, max: 120, noNaN: true }), (energy) => {
        const table = rateTable(energy);
        assert.ok(table.every((rate, index) => index === 0 || rate > table[index - 1]!));
      }),
    );
  });
});

import assert from 'node:assert/strict';
import { loadCbor } from '../../../host-sim/backend/cbor.js';
import { ProfileLibrary } from '../../../host-sim/backend/profile.js';
import { COMMON } from '../../../firmware/core/excursion/kits.js';
import { ProfileTable } from '../../../firmware/core/excursion/profile.js';
import { KitBench } from './support/kit-bench.js';
import { loadBytes } from './support/profiles.js';

const HOUR_S = 3600;
/** Storage between the alarms of both types. */
const MILD_CENTI_C = 500;

interface Stay {
  readonly centiC: number;
  readonly lengthS: number;
}

/** The reasons of a kit that has been through these stays, one reading a minute. */
async function reasonsAfter(profile: string, stays: readonly Stay[]): Promise<string[]> {
  const table = new ProfileTable();
  const library = await ProfileLibrary.load();
  assert.equal(loadBytes(table, 0, library.byId(profile).cbor), 0);
  const bench = new KitBench({}, table);
  bench.words[COMMON.calibrated] = 0xff;
  bench.pack(0);
  let nowS = 0;
  for (const { centiC, lengthS } of stays) {
    bench.readings(nowS, nowS + lengthS - 60, 60, centiC);
    nowS += lengthS;
  }
  bench.reading(nowS, MILD_CENTI_C);
  return bench.reasons();
}

const stay = (celsius: number, hours: number): Stay => ({
  centiC: Math.round(celsius * 100),
  lengthS: Math.round(hours * HOUR_S),
});
const MILD = stay(5, 1);
/** A minute less than so many hours. */
const nearly = (hours: number): number => hours - 1 / 60;

/** WHO PQS E006/TR07: limits are inclusive; `zone0` is 45 °C, `zone1` 30 °C, `zone2` the third. */
const CASES: readonly (readonly [string, string, readonly Stay[], readonly string[]])[] = [
  ['who-type-1', '45.0 °C for 1 h', [stay(45, 1)], ['zone0']],
  ['who-type-1', '45.0 °C for a minute less', [stay(45, nearly(1))], []],
  ['who-type-1', '44.99 °C for 2 h', [stay(44.99, 2)], []],
  ['who-type-1', '45.0 °C twice for 40 min', [stay(45, 2 / 3), MILD, stay(45, 2 / 3)], []],
  ['who-type-1', '30.0 °C for 10 h', [stay(30, 10)], ['zone1']],
  ['who-type-1', '29.9 °C for 100 h', [stay(29.9, 100)], []],
  ['who-type-1', '30.0 °C for 5 h twice', [stay(30, 5), MILD, stay(30, 5)], ['zone1']],
  ['who-type-1', 'the same, a minute less', [stay(30, 5), MILD, stay(30, nearly(5))], []],
  ['who-type-1', '-0.5 °C for 1 h', [stay(-0.5, 1)], ['zone2']],
  ['who-type-1', '-0.49 °C for 5 h', [stay(-0.49, 5)], []],
  ['who-type-1', '-0.5 °C twice for 40 min', [stay(-0.5, 2 / 3), MILD, stay(-0.5, 2 / 3)], []],
  ['who-type-1', '10.0 °C for 200 h', [stay(10, 200)], []],
  ['who-type-2', '45.0 °C for 1 h', [stay(45, 1)], ['zone0']],
  ['who-type-2', '30.0 °C for 10 h', [stay(30, 10)], ['zone1']],
  ['who-type-2', '10.0 °C for 20 h', [stay(10, 20)], ['zone2']],
  ['who-type-2', '9.9 °C for 100 h', [stay(9.9, 100)], []],
  [
    'who-type-2',
    '10 h at 10 °C and 10 h at 30 °C',
    [stay(10, 10), stay(30, 10)],
    ['zone1', 'zone2'],
  ],
  ['who-type-2', '-20 °C for 100 h', [stay(-20, 100)], []],
];

describe('the rules of WHO’s shipping indicators', () => {
  before(loadCbor);
  for (const [profile, what, stays, reasons] of CASES) {
    it(`${profile}: ${what} ${reasons.length > 0 ? 'alarms' : 'does not alarm'}`, async () => {
      assert.deepEqual(await reasonsAfter(profile, stays), reasons);
    });
  }
});

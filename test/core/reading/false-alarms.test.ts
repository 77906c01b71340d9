/** Good probes are never doubted: ten months of the thermal model, measured rooms, noise alone. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { DailyAmbient, Wander, type Ambient } from '../../../host-sim/world/ambient.js';
import { Random } from '../../../host-sim/world/prng.js';
import { type Condition, ThermalBox } from '../../../host-sim/world/thermal.js';
import { parseTrace } from '../../../host-sim/world/trace.js';
import { itWithShared, sharedFile } from '../../support/shared.js';
import { centiCOf, Judge } from './support/judge.js';

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
/** Noise of the simulated part, and of a TMP117 with 8 averages (data sheet: ±3 LSB / √8). */
const NOISE_C = 0.02;
const QUIET_NOISE_C = 0.0028;

const BOX = { wallMinutes: 110, openMinutes: 12, contentMinutes: 120, coreMinutes: 600 };
const THICK_BOX = { wallMinutes: 220, openMinutes: 12, contentMinutes: 120, coreMinutes: 1200 };

interface Life {
  readonly trueC: (ms: number, probe: number) => number;
  readonly minutes: number;
  readonly noiseC: number;
  readonly seed: number;
  readonly probeCount?: number;
}

/** Doubts of a life, by minute; and the largest change in a minute without noise, in °C. */
function live({ trueC, minutes, noiseC, seed, probeCount = 2 }: Life) {
  const judge = new Judge(probeCount);
  const random = new Random(seed, 'false alarms');
  const values = new Array<number | null>(probeCount).fill(null);
  const before = new Array<number>(probeCount).fill(Number.NaN);
  const doubts: string[] = [];
  let fastestC = 0;
  for (let minute = 0; minute < minutes; minute++) {
    for (let probe = 0; probe < probeCount; probe++) {
      const nowC = trueC(minute * MINUTE_MS, probe);
      values[probe] = Number.isNaN(nowC) ? null : centiCOf(nowC + noiseC * random.nextNormal());
      const change = Math.abs(nowC - before[probe]!);
      if (change > fastestC) fastestC = change;
      before[probe] = nowC;
    }
    judge.takes(minute * 60, values).forEach((reason, probe) => {
      if (reason !== 0 && values[probe] !== null) doubts.push(`${minute}/${probe}: ${reason}`);
    });
  }
  return { doubts, fastestC };
}

/** A year's life of a base: other air by hours, lids open for minutes, frost and hot cabins. */
function conditions(days: number, seed: number): Condition[] {
  const random = new Random(seed, 'life');
  const list: Condition[] = [];
  let tMs = 0;
  while (tMs < days * DAY_MS) {
    const meanC = [20, 22, 5, -20, 35, 60][random.nextBelow(6)]!;
    const wander = new Wander(seed, `air ${list.length}`, 0.3);
    const swing = { meanC, amplitudeC: random.nextBelow(4), warmestHour: 15 };
    const ambient = new DailyAmbient(swing, 0, wander);
    const untilMs = tMs + (1 + random.nextBelow(meanC === 20 ? 72 : 6)) * 60 * MINUTE_MS;
    for (let lidOpen = false; tMs < untilMs; lidOpen = !lidOpen) {
      list.push({ tMs, ambient, lidOpen });
      tMs += (lidOpen ? 2 + random.nextBelow(10) : 30 + random.nextBelow(600)) * MINUTE_MS;
    }
  }
  return list;
}

const DEPTHS = [0, 1, 0.5];
/** Probe 0 is in the air, 1 in the core, 2 between. */
const inBox = (box: ThermalBox) => (ms: number, probe: number) => box.at(ms, DEPTHS[probe]!);

describe('a good probe is never doubted', function () {
  this.timeout(60_000);

  it('in ten months of lids, frost and hot cabins', () => {
    const days = 304;
    const box = new ThermalBox(conditions(days, 1), BOX);
    const { doubts, fastestC } = live({
      trueC: inBox(box),
      minutes: days * 1440,
      noiseC: NOISE_C,
      seed: 1,
    });
    assert.deepEqual(doubts, []);
    assert.ok(fastestC > 3 && fastestC < 7, `${fastestC} °C a minute: half of what is allowed`);
  });

  it('as quiet as a TMP117 with 8 averages in a thick box, eight times five weeks', () => {
    for (let seed = 1; seed <= 8; seed++) {
      const box = new ThermalBox(conditions(35, seed), THICK_BOX);
      const life = { trueC: inBox(box), minutes: 35 * 1440, noiseC: QUIET_NOISE_C, seed };
      assert.deepEqual(live({ ...life, probeCount: 3 }).doubts, [], `seed ${seed}`);
    }
  });

  it('at a constant temperature, by its noise alone', () => {
    for (const trueC of [-20, 0, 4, 20, 20.004, 25, 40]) {
      const life = { trueC: () => trueC, minutes: 60 * 1440, noiseC: NOISE_C };
      assert.deepEqual(live({ ...life, seed: trueC }).doubts, [], `${trueC} °C`);
      assert.deepEqual(live({ ...life, seed: trueC, probeCount: 1 }).doubts, [], `${trueC} °C`);
    }
  });

  for (const [file, column] of [
    ['house-10min.csv', 'indoorCelsius'],
    ['house-10min.csv', 'outdoorCelsius'],
    ['office-hourly.csv', 'celsius'],
  ] as const) {
    itWithShared(`where ${column} of ${file} is the air around the box, or in it`, async () => {
      const text = readFileSync(sharedFile(`data/temperature/${file}`), 'utf8');
      const trace = await parseTrace(text, file, { column });
      const minutes = trace.lengthMs / MINUTE_MS;
      for (const noiseC of [NOISE_C, QUIET_NOISE_C]) {
        for (const insulation of [BOX, THICK_BOX]) {
          const box = new ThermalBox([around(trace)], insulation);
          const { doubts } = live({ trueC: inBox(box), minutes, noiseC, seed: 1 });
          assert.deepEqual(doubts, [], `${noiseC} °C of noise, ${insulation.wallMinutes} min`);
        }
        const inside = live({ trueC: (ms) => trace.at(ms), minutes, noiseC, seed: 2 });
        assert.deepEqual(inside.doubts, [], `${noiseC} °C of noise, inside`);
      }
    });
  }
});

function around(ambient: Ambient): Condition {
  return { tMs: 0, ambient, lidOpen: false };
}

/**
 * Hands on real temperature traces as columns of samples a minute apart, where their folder is
 * there: PLASMAVAKT_SHARED, else `../shared` beside the checkout. Between two points that are at
 * most two median intervals apart the line between them counts; elsewhere there is no sample. What
 * a trace does not have is synthetic: a second probe that follows the first with two hours' lag and
 * the noise of a part, humidity and battery of W1.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Random } from '../../world/prng.js';
import { loadTrace, type TemperatureTrace } from '../../world/trace.js';
import {
  makeWorkload,
  partOf,
  PERIOD_S,
  probeCentiC,
  type SensorColumns,
} from './journal-workload.js';

export interface RealColumns {
  /** What it is, and what of it is synthetic. */
  readonly name: string;
  readonly columns: SensorColumns;
}

const SEED = 1;
const LAG_PERIODS = 120;
const FOLDER = join('data', 'temperature');

/** The folder of the traces, undefined where there is none. */
export function traceFolder(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = env['PLASMAVAKT_SHARED'];
  const root = named === undefined || named === '' ? besideCheckout() : resolve(named);
  const folder = join(root, FOLDER);
  return existsSync(folder) ? folder : undefined;
}

function besideCheckout(): string {
  return resolve(__dirname, '..', '..', '..', '..', 'shared');
}

/** Both traces as samples. */
export async function realColumns(folder: string): Promise<RealColumns[]> {
  const house = join(folder, 'house-10min.csv');
  const indoor = await loadTrace(house, { column: 'indoorCelsius' });
  const outdoor = await loadTrace(house, { column: 'outdoorCelsius' });
  const office = await loadTrace(join(folder, 'office-hourly.csv'));
  return [
    {
      name: 'house, 10 min → 60 s (humidity, battery synthetic)',
      columns: resample(indoor, outdoor),
    },
    {
      name: 'office, 1 h → 60 s (2nd probe, humidity, battery synthetic)',
      columns: resample(office, undefined),
    },
  ];
}

/** One sample for every minute in which the traces say something. */
export function resample(
  first: TemperatureTrace,
  second: TemperatureTrace | undefined,
): SensorColumns {
  const minutes = Math.floor(first.lengthMs / 1000 / PERIOD_S) + 1;
  const columns = makeWorkload({ count: minutes, seed: SEED });
  const [one, two] = columns.temperaturesCentiC as [Int16Array, Int16Array];
  const noise = new Random(SEED, 'trace/probe1');
  let lagged = Number.NaN;
  let count = 0;
  for (let minute = 0; minute < minutes; minute++) {
    const ms = minute * PERIOD_S * 1000;
    const firstC = first.at(ms);
    lagged = Number.isNaN(lagged) ? firstC : lagged + (firstC - lagged) / LAG_PERIODS;
    const secondCentiC =
      second === undefined ? probeCentiC(lagged, noise) : Math.round(100 * second.at(ms));
    if (Number.isNaN(firstC) || Number.isNaN(secondCentiC)) continue;
    columns.uptimeS[count] = minute * PERIOD_S;
    one[count] = Math.round(100 * firstC);
    two[count] = secondCentiC;
    columns.humidityPermille[count] = columns.humidityPermille[minute]!;
    columns.batteryMilliV[count] = columns.batteryMilliV[minute]!;
    count++;
  }
  return partOf(columns, 0, count);
}

/**
 * Bench `sim`: how many days of a container one core simulates in a second, with 8 kits and 2
 * probes sampled every minute, judged, encoded, hashed and kept, links off. The workload is that of
 * quiet-month.ts, the row is made by sim-rows.ts.
 */
import { simulateForBench } from './quiet-month.js';
import type { Bench } from './bench.js';
import { SIM_DAYS, simRows } from './sim-rows.js';

const COUNTED_RUNS = 5;

export const simBench: Bench = {
  name: 'sim',
  describe: `container-days a second and core; ${SIM_DAYS} days, 8 kits, 2 probes, links off`,
  run: () => simRows(simulateForBench, COUNTED_RUNS),
};

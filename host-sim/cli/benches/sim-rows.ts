/**
 * Hands on the row of bench `sim` from any simulation: how many days of a container one core
 * simulates in a second. The first run warms the engine up and is not counted; of the others the
 * median counts.
 */
import { type Row, median, significant } from './bench.js';

export const SIM_DAYS = 30;
const RUNS_MIN = 3;

/** Runs a container with 8 kits and 2 probes, sampled every minute, links off. */
export type BenchSimulation = (options: {
  readonly days: number;
  readonly kits: number;
  readonly probes: number;
}) => Promise<BenchTime> | BenchTime;

export interface BenchTime {
  readonly days: number;
  readonly seconds: number;
}

/** The bench's row; fewer than three counted runs are refused, their median means nothing. */
export async function simRows(simulation: BenchSimulation, countedRuns: number): Promise<Row[]> {
  if (countedRuns < RUNS_MIN) {
    throw new RangeError(`${countedRuns} runs, expected at least ${RUNS_MIN}`);
  }
  const rates: number[] = [];
  for (let run = 0; run <= countedRuns; run++) {
    const { days, seconds } = await simulation({ days: SIM_DAYS, kits: 8, probes: 2 });
    if (run > 0) rates.push(days / seconds);
  }
  return [
    {
      name: 'simulation',
      value: significant(median(rates)),
      unit: 'container-days/s',
      aim: 200,
      better: 'higher',
    },
  ];
}

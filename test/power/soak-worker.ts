/**
 * One process of the soak: it is sent the numbers of workloads and answers what became of each.
 */
import type { Seed } from '../../host-sim/world/prng.js';
import { soakWorkload } from './soak-run.js';

export interface SoakTask {
  readonly seed: Seed;
  readonly workload: number;
  readonly cutCount: number;
}

process.on('message', ({ seed, workload, cutCount }: SoakTask) => {
  process.send!({ workload, tally: soakWorkload(seed, workload, cutCount) });
});

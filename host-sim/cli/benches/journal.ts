/**
 * Bench `journal`: what a sample costs on flash, handed over, in erases, reads, busy time and
 * memory, beside what the best packers and predictors make of the same columns. Workloads: W1
 * (journal-workload.ts) and real temperature traces, one sample a minute.
 */
import type { Bench } from './bench.js';
import { journalRows } from './journal-rows.js';
import { traceFolder } from './journal-traces.js';

export const journalBench: Bench = {
  name: 'journal',
  describe:
    'bytes, erases, reads and memory of the journal; W1 and real traces, one sample a minute',
  run: () => {
    return journalRows({
      samples: 1_000_000,
      kitSamples: 200_000,
      mountMb: [1, 16],
      traceFolder: traceFolder(),
    });
  },
};

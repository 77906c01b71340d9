/**
 * `npm run bench -- NAME`: the one way to run every benchmark. A bench is a file in benches/ and a
 * line here; what it prints and writes is the same for all, so that numbers of two machines or two
 * versions can be laid beside each other.
 */
import pc from 'picocolors';
import { runBench } from './bench-run.js';
import type { Bench } from './benches/bench.js';
import { journalBench } from './benches/journal.js';
import { judgeBench } from './benches/judge.js';
import { simBench } from './benches/sim.js';

const BENCHES: readonly Bench[] = [journalBench, judgeBench, simBench];

void runBench(process.argv.slice(2), BENCHES, {
  stdout: process.stdout,
  stderr: process.stderr,
  useColour: pc.isColorSupported && process.stdout.isTTY,
}).then((exitCode) => {
  process.exitCode = exitCode;
});

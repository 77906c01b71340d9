/**
 * Shares the workloads of a soak out among processes: each takes the next one when it is done with
 * its last. The answer does not depend on how many there are.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Seed } from '../../host-sim/world/prng.js';
import { addTally, CUTS_PER_WORKLOAD, emptyTally, type Tally } from './soak-run.js';
import type { SoakTask } from './soak-worker.js';

export interface SoakRequest {
  readonly seed: Seed;
  readonly cutCount: number;
  readonly workerCount: number;
}

const WORKER = join(__dirname, 'soak-worker.ts');
const LOADER = ['-r', 'ts-node/register/transpile-only'];

/** Makes all cuts and counts; `onProgress` hears how many are done. */
export async function soak(
  { seed, cutCount, workerCount }: SoakRequest,
  onProgress: (done: number) => void = () => undefined,
): Promise<Tally> {
  const tasks = tasksOf(seed, cutCount);
  const tallies: Tally[] = [];
  let next = 0;
  let done = 0;
  const workers = Array.from({ length: Math.min(workerCount, tasks.length) }, () =>
    fork(WORKER, { execArgv: LOADER }),
  );
  const work = async (worker: ChildProcess): Promise<void> => {
    for (let task = tasks[next++]; task !== undefined; task = tasks[next++]) {
      tallies[task.workload] = await answerOf(worker, task);
      onProgress((done += task.cutCount));
    }
  };
  try {
    await Promise.all(workers.map(work));
  } finally {
    for (const worker of workers) worker.kill();
  }
  const sum = emptyTally();
  for (const tally of tallies) addTally(sum, tally);
  return sum;
}

function tasksOf(seed: Seed, cutCount: number): SoakTask[] {
  const tasks: SoakTask[] = [];
  for (let left = cutCount; left > 0; left -= CUTS_PER_WORKLOAD) {
    tasks.push({ seed, workload: tasks.length, cutCount: Math.min(left, CUTS_PER_WORKLOAD) });
  }
  return tasks;
}

function answerOf(worker: ChildProcess, task: SoakTask): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => {
      reject(new Error(`the process for workload ${task.workload} ended with code ${code}`));
    };
    worker.once('exit', onExit);
    worker.once('message', (answer: { tally: Tally }) => {
      worker.off('exit', onExit);
      resolve(answer.tally);
    });
    worker.send(task);
  });
}

/**
 * `npm run soak` from its arguments to its exit code: cuts the power at random, in random
 * workloads, and prints for each tear what became of the records. 0 when every promise was kept, 1
 * when one was broken or the soak failed, 2 for options that cannot be used.
 */
import { statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import Table from 'cli-table3';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { PLAIN_BORDERS } from '../../host-sim/cli/borders.js';
import { type Tear, TEARS } from '../../host-sim/ports/flash-tear.js';
import { BREACHES } from './promises.js';
import { soak } from './soak-pool.js';
import { failureCount, type Tally, type TearTally } from './soak-run.js';

/** What the command needs of its process. */
export interface SoakIo {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
}

interface SoakOptions {
  readonly cuts: number;
  readonly seed: string;
  readonly workers: number;
  readonly json?: string;
}

const CUTS_DEFAULT = 100_000;
const HELP = `
Of the cuts one half is uniform over flash operations, one half over the time in which the flash is
busy; tears take turns; every fourth cut is followed by one or more during recovery; in half of the
workloads the flash is not sound. The same seed gives the same cuts, whatever the workers.
Exit code: 0 when every promise was kept, 1 when one was broken, 2 for options that cannot be
used.`;

export async function soakRun(args: readonly string[], io: SoakIo): Promise<number> {
  const command = soakCommand(io);
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const { cuts, seed, workers, json } = command.opts<SoakOptions>();
  const start = performance.now();
  try {
    const request = { seed, cutCount: cuts, workerCount: workers };
    const tally = await soak(request, progressTo(io, cuts));
    const seconds = (performance.now() - start) / 1000;
    io.stdout.write(soakText(tally, cuts, seconds));
    if (json !== undefined) writeFileSync(json, jsonText(tally, { seed, cuts, seconds }));
    return failureCount(tally) > 0 ? 1 : 0;
  } catch (error) {
    io.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

function soakCommand(io: SoakIo): Command {
  const cores = availableParallelism();
  return new Command('npm run soak --')
    .description('Cuts the power at random and counts records lost, altered and doubled.')
    .option('--cuts <N>', 'how many cuts', wholeNumber(1, 100_000_000), CUTS_DEFAULT)
    .option('--seed <S>', 'any number or text', '1')
    .option('--workers <N>', 'processes', wholeNumber(1, 256), cores)
    .option('--json <FILE>', 'also write the figures as JSON', writablePath)
    .allowExcessArguments(false)
    .addHelpText('after', HELP)
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
    })
    .exitOverride();
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };
}

/** A soak is long: a file that cannot be written is better told before it. */
function writablePath(path: string): string {
  const folder = dirname(path);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new InvalidArgumentError(`There is no folder ${folder}.`);
  }
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new InvalidArgumentError('It is a folder, expected a file.');
  }
  return path;
}

/** On a terminal a line that is rewritten, elsewhere a line at each tenth. */
function progressTo({ stderr }: SoakIo, cuts: number): (done: number) => void {
  let tenth = 0;
  return (done) => {
    const text = `${done.toLocaleString('en')} of ${cuts.toLocaleString('en')} cuts`;
    if (stderr.isTTY === true) {
      stderr.write(`\r${text}${done === cuts ? '\n' : ''}`);
      return;
    }
    if (Math.floor((10 * done) / cuts) === tenth) return;
    tenth = Math.floor((10 * done) / cuts);
    stderr.write(`${text}\n`);
  };
}

/** The table, the first failures, and how fast it went. */
export function soakText(tally: Tally, cuts: number, seconds: number): string {
  const table = new Table({
    head: ['tear', 'cuts', 'cut again', ...BREACHES],
    ...PLAIN_BORDERS,
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
  });
  for (const tear of TEARS) table.push([tear, ...cellsOf(tally.tears[tear])]);
  table.push(['all', ...cellsOf(sumOf(tally.tears))]);
  const rate = Math.round(cuts / seconds).toLocaleString('en');
  const failures = tally.messages.map((message) => `failed: ${message}\n`).join('');
  const verdict = failureCount(tally) === 0 ? 'every promise was kept' : 'PROMISES WERE BROKEN';
  return `${table.toString()}\n${failures}${verdict}; ${seconds.toFixed(0)} s, ${rate} cuts/s\n`;
}

const cellsOf = (row: TearTally): string[] =>
  [row.cuts, row.cutAgain, ...BREACHES.map((breach) => row[breach])].map((value) =>
    value.toLocaleString('en'),
  );

function sumOf(tears: Readonly<Record<Tear, TearTally>>): TearTally {
  const sum = { cuts: 0, cutAgain: 0, lost: 0, altered: 0, doubled: 0, unmountable: 0 };
  for (const tear of TEARS) {
    for (const key of Object.keys(sum) as (keyof TearTally)[]) sum[key] += tears[tear][key];
  }
  return sum;
}

function jsonText(
  { tears, messages }: Tally,
  run: { seed: string; cuts: number; seconds: number },
): string {
  const cutsPerSecond = Math.round(run.cuts / run.seconds);
  return `${JSON.stringify({ ...run, cutsPerSecond, tears, failures: messages }, null, 2)}\n`;
}

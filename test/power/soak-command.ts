/**
 * `npm run soak` from its arguments to its exit code: cuts the power at random, in random
 * workloads, and prints for each tear what became of the records; then mutates the rooms that judge
 * and prints for each how many mutants its specifications find. 0 when every promise was kept and
 * every score reached, 1 when one was not or the soak failed, 2 for options that cannot be used.
 */
import { statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import Table from 'cli-table3';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { PLAIN_BORDERS } from '../../host-sim/cli/borders.js';
import { type Tear, TEARS } from '../../host-sim/ports/flash-tear.js';
import {
  mutationScore,
  type Room,
  ROOMS,
  type Score,
  SCORE_MIN,
  scoresText,
  TASKS,
} from '../mutation/campaign.js';
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
  /** Rooms, or true for all of them. */
  readonly mutation?: readonly Room[] | true;
}

const CUTS_DEFAULT = 100_000;
const HELP = `
Without options both are done: power cuts, then mutation. With --mutation power is not cut, with any
other option nothing is mutated.
Of the cuts one half is uniform over flash operations, one half over the time in which the flash is
busy; tears take turns; every fourth cut is followed by one or more during recovery; in half of the
workloads the flash is not sound. The same seed gives the same cuts, whatever the workers.
A mutant is the code with one small change, which the specifications of its room
(${ROOMS.join(', ')}) must find; each room must find ${SCORE_MIN} % of its own.
Exit code: 0 when every promise was kept and every score reached, 1 when one was not, 2 for options
that cannot be used.`;

export async function soakRun(args: readonly string[], io: SoakIo): Promise<number> {
  const command = soakCommand(io);
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const options = command.opts<SoakOptions>();
  const { mutation = args.length === 0 ? true : undefined } = options;
  try {
    const isKept = options.mutation !== undefined || (await cutsPower(options, io));
    const isFound = mutation === undefined || (await mutates(mutation, options.workers, io));
    return isKept && isFound ? 0 : 1;
  } catch (error) {
    io.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

/** Whether every promise was kept. */
async function cutsPower({ cuts, seed, workers, json }: SoakOptions, io: SoakIo): Promise<boolean> {
  const start = performance.now();
  const request = { seed, cutCount: cuts, workerCount: workers };
  const tally = await soak(request, progressTo(io, cuts));
  const seconds = (performance.now() - start) / 1000;
  io.stdout.write(soakText(tally, cuts, seconds));
  if (json !== undefined) writeFileSync(json, jsonText(tally, { seed, cuts, seconds }));
  return failureCount(tally) === 0;
}

/** Whether every score was reached. */
async function mutates(
  rooms: readonly Room[] | true,
  workerCount: number,
  io: SoakIo,
): Promise<boolean> {
  const scores = new Map<string, Score>();
  for (const room of rooms === true ? ROOMS : rooms) {
    io.stderr.write(`mutants of ${room}\n`);
    scores.set(room, await mutationScore(room, TASKS[room], workerCount));
  }
  io.stdout.write(scoresText(scores));
  return [...scores.values()].every(({ percent }) => percent >= SCORE_MIN);
}

function soakCommand(io: SoakIo): Command {
  const cores = availableParallelism();
  return new Command('npm run soak --')
    .description(
      'Cuts the power at random and counts what is lost; mutates code and counts what is found.',
    )
    .option('--cuts <N>', 'how many cuts', wholeNumber(1, 100_000_000), CUTS_DEFAULT)
    .option('--seed <S>', 'any number or text', '1')
    .option('--workers <N>', 'processes', wholeNumber(1, 256), cores)
    .option('--json <FILE>', 'also write the figures of the cuts as JSON', writablePath)
    .addOption(
      new Option('--mutation [ROOM...]', 'mutate these rooms, or all of them')
        .choices(ROOMS)
        .conflicts(['cuts', 'seed', 'json']),
    )
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

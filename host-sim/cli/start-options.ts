/**
 * Hands on the options of `npm start` as one checked value. A value that cannot be used ends in
 * one error that names the option and what it expects, before anything is simulated or written.
 * Files are only looked at here; what is inside them is for their own readers.
 */
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { LANGUAGE_CODES, type LanguageCode } from '../backend/sentences/language.js';
import { INSTANT_FORM, parseInstant } from '../world/time-text.js';
import { type RunOptions, TRACE_PLACE_DEFAULT, type TracePlace } from './run-types.js';

/** What the command was asked: a run, and how to tell of it. */
export interface StartRequest {
  readonly run: RunOptions;
  readonly json: boolean;
}

interface Flags {
  days?: number;
  seed: number;
  out: string;
  scenario?: string;
  trace?: string;
  tracePlace: TracePlace;
  column?: string;
  timeColumn?: string;
  unit?: 'C' | 'F';
  shock?: string;
  shockAt?: string;
  truth?: true;
  tape?: true;
  flashTrace?: true;
  language?: LanguageCode;
  json?: true;
}

const DAYS_MAX = 3650;
/** The same everywhere, so that a page that quotes the help stays right. */
const HELP_COLUMNS = 98;
const SEED_MAX = 0xffffffff;

const EXAMPLES = `
Examples:
  npm start                                     the default journey: three days, eight kits
  npm start -- --days 30 --seed 7               a longer one, other weather and other people
  npm start -- --scenario winter.yaml           places, legs, people, products, faults of your own
  npm start -- --trace office.csv               a measured temperature as the truth in the box
  npm start -- --trace roof.csv --column "T (F)" --unit F --trace-place outside
  npm start -- --shock fall.csv --shock-at "day 2 13:05"
                                                a measured fall, replayed at that time
  npm start -- --language nb                    verdicts and reasons in Norwegian bokmål
  npm start -- --json > result.json             for programs: nothing but JSON on stdout

The language (en, nb, sv, da) is that of the table of kits, of the texts in verdicts.json and of
verdicts and reasons in the report; everything else, and every code, stays English.

Open out/report.html afterwards. The same scenario and seed give the same final hash on every run.
Exit code: 0 when the run reached its end, whatever the verdicts; 1 when it failed; 2 for options
that cannot be used; 130 when it was stopped (Ctrl-C). The two dashes after "npm start" hand the
options on to this program.`;

/** The command line of `npm start`; parsing it throws commander's errors and ends no process. */
export function startCommand(): Command {
  const command = new Command('npm start --')
    .usage('[options]')
    .description(
      'Simulates the journey of a container with dried-plasma kits, from packing to receipt, and ' +
        'tells what happened to each kit and why.',
    )
    .version(packageVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this text')
    .allowExcessArguments(false)
    .configureHelp({ helpWidth: HELP_COLUMNS })
    .showHelpAfterError('Try: npm start -- --help')
    .exitOverride();
  addJourneyOptions(command);
  addInputOptions(command);
  addOutputOptions(command);
  return command.addHelpText('after', EXAMPLES);
}

function addJourneyOptions(command: Command): void {
  command
    .option('--days <N>', 'length (default: the scenario, the trace, or 3)', parseDays)
    .option('--seed <N>', 'chooses weather, people, noise and keys', parseSeed, 1)
    .option('--scenario <FILE>', 'a journey of your own, YAML or JSON', readableFile);
}

function addInputOptions(command: Command): void {
  command
    .option('--trace <FILE>', 'a measured temperature, CSV, replayed as the truth', readableFile)
    .addOption(
      new Option('--trace-place <PLACE>', 'where it was measured')
        .choices(['inside', 'outside'])
        .default(TRACE_PLACE_DEFAULT),
    )
    .option('--column <NAME>', "the trace's temperature column (default: detected)")
    .option('--time-column <NAME>', "the trace's time column (default: detected)")
    .addOption(
      new Option('--unit <UNIT>', "the trace's unit (default: detected)").choices(['C', 'F']),
    )
    .option('--shock <FILE>', 'a measured 3-axis acceleration, CSV', readableFile)
    .option(
      '--shock-at <TIME>',
      "its time: 'day 2 13:05', '+26h 30m', 'end - 90m' (default: half-way)",
      parseShockTime,
    );
}

function addOutputOptions(command: Command): void {
  command
    .option('--out <DIR>', 'folder for the files', outFolder, 'out')
    .option('--truth', 'also write truth.jsonl: what the world really did')
    .option('--flash-trace', 'also write flash-ops.jsonl: every erase and program in order')
    .option('--tape', 'also write tape.bin: every port call and its answer')
    .addOption(
      new Option('--language <CODE>', 'of verdicts and their reasons (default: en)').choices(
        LANGUAGE_CODES,
      ),
    )
    .option('--json', 'print one JSON object instead of progress and tables');
}

/** The request of a command line without program name. Throws CommanderError for all but a run. */
export function parseStart(args: readonly string[], command = startCommand()): StartRequest {
  command.parse([...args], { from: 'user' });
  const flags = command.opts<Flags>();
  const isGiven = (name: string): boolean => command.getOptionValueSource(name) === 'cli';
  for (const [option, key, needed] of DEPENDENT) {
    if (isGiven(key) && !isGiven(needed)) {
      command.error(
        `error: option '${option}' says how to read --${needed} FILE, which is missing`,
      );
    }
  }
  return { run: runOptions(flags), json: flags.json ?? false };
}

/** Options that mean nothing without another. */
const DEPENDENT: readonly (readonly [option: string, key: string, needed: string])[] = [
  ['--trace-place', 'tracePlace', 'trace'],
  ['--column', 'column', 'trace'],
  ['--time-column', 'timeColumn', 'trace'],
  ['--unit', 'unit', 'trace'],
  ['--shock-at', 'shockAt', 'shock'],
];

function runOptions(flags: Flags): RunOptions {
  return {
    seed: flags.seed,
    outDir: flags.out,
    tracePlace: flags.tracePlace,
    truth: flags.truth ?? false,
    tape: flags.tape ?? false,
    flashTrace: flags.flashTrace ?? false,
    ...(flags.days !== undefined && { days: flags.days }),
    ...(flags.scenario !== undefined && { scenarioFile: flags.scenario }),
    ...(flags.trace !== undefined && { traceFile: flags.trace }),
    ...(flags.column !== undefined && { column: flags.column }),
    ...(flags.timeColumn !== undefined && { timeColumn: flags.timeColumn }),
    ...(flags.unit !== undefined && { unit: flags.unit }),
    ...(flags.shock !== undefined && { shockFile: flags.shock }),
    ...(flags.shockAt !== undefined && { shockAt: flags.shockAt }),
    ...(flags.language !== undefined && { language: flags.language }),
  };
}

/** Options that npm took for itself because the two dashes were forgotten, or undefined. */
export function optionTakenByNpm(env: NodeJS.ProcessEnv): string | undefined {
  const names = [
    'days',
    'seed',
    'scenario',
    'trace',
    'shock',
    'truth',
    'flash-trace',
    'out',
    'language',
  ];
  return names.find((name) => env[`npm_config_${name.replace('-', '_')}`] !== undefined);
}

export function packageVersion(): string {
  const path = resolve(__dirname, '..', '..', 'package.json');
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}

function parseDays(text: string): number {
  const days = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (days > 0 && days <= DAYS_MAX) return days;
  throw new InvalidArgumentError(`Expected a number of days above 0, at most ${DAYS_MAX}.`);
}

function parseSeed(text: string): number {
  const seed = /^\d+$/.test(text) ? Number(text) : NaN;
  if (seed <= SEED_MAX) return seed;
  throw new InvalidArgumentError(`Expected a whole number from 0 to ${SEED_MAX}.`);
}

function parseShockTime(text: string): string {
  if (parseInstant(text, { unixMs: 0, offsetMs: 0 }) !== undefined) return text;
  throw new InvalidArgumentError(`Expected ${INSTANT_FORM}.`);
}

/** The path itself once there is a file that can be read; else an error for the option. */
export function readableFile(text: string): string {
  const expected = 'Expected a file that can be read';
  const entry = statSync(text, { throwIfNoEntry: false });
  if (entry === undefined) throw new InvalidArgumentError(`${expected}; there is none.`);
  if (entry.isDirectory()) throw new InvalidArgumentError(`${expected}; this is a folder.`);
  try {
    accessSync(text, constants.R_OK);
  } catch {
    throw new InvalidArgumentError(`${expected}; this one may not be.`);
  }
  return text;
}

function outFolder(text: string): string {
  const entry = text === '' ? undefined : statSync(text, { throwIfNoEntry: false });
  if (text !== '' && (entry === undefined || entry.isDirectory())) return text;
  throw new InvalidArgumentError('Expected a folder, or the name of one to make.');
}

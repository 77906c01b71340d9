/**
 * Hands on the options of `npm run log` as one checked value. A value that cannot be used, or two
 * that exclude each other, end in one error that says what was expected, before a file is read.
 */
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { wallSOfIso } from '../../backend/record-types.js';
import type { Format, What } from './records.js';
import type { SourceKind } from './source.js';
import { readableFile } from '../start-options.js';

/** An end of the records that are wanted. */
export type Bound = { readonly sequence: number } | { readonly wallS: number };

export interface LogRequest {
  readonly file: string;
  readonly as: SourceKind | undefined;
  readonly format: Format;
  readonly what: What;
  readonly from: Bound | undefined;
  readonly to: Bound | undefined;
  readonly stats: boolean;
  readonly recover: boolean;
  readonly catalogue: string | undefined;
  readonly output: string | undefined;
  /** A key given, or root.pub beside the file. */
  readonly root: string | undefined;
}

/** What the command needs of its process. */
export interface LogIo {
  readonly stdout: { write(text: string): unknown; readonly destroyed?: boolean };
  readonly stderr: { write(text: string): unknown };
}

interface Flags {
  as?: SourceKind;
  format: Format;
  what: What;
  from?: Bound;
  to?: Bound;
  stats?: true;
  recover?: true;
  catalogue?: string;
  output?: string;
  root?: string;
}

const HELP = `
FILE is an image of a journal's flash (such as out/flash.bin), or what docks received
(out/handoff.bin); which of them is told by its bytes. Records go to stdout, what is wrong with the
file to stderr. FILE is never written to; --recover works on a copy in memory.

Examples:
  npm run log -- out/flash.bin                          every record, a line each
  npm run log -- out/flash.bin --stats                  what it amounts to, bytes per reading
  npm run log -- out/handoff.bin --format csv --what readings --output readings.csv
  npm run log -- out/flash.bin --from 2026-07-13T06:00Z --to 2026-07-13T07:00Z
  npm run log -- out/flash.bin --format jsonl --from 100 --to 200
  npm run log -- out/flash.bin --recover                what a container would find at its start

Exit code: 0 when all is whole; 1 when the chain is broken, something is missing, or recovery fails;
2 for options that cannot be used and for files that are neither.`;

export function logCommand(io: LogIo): Command {
  return new Command('npm run log --')
    .description('Decodes a journal, verifies its hash chain, and says what is missing.')
    .argument('<FILE>', 'an image of the flash, or a hand-off file', readableFile)
    .addOption(
      new Option('--as <KIND>', 'what FILE is (default: detected)').choices(['image', 'handoff']),
    )
    .addOption(
      new Option('--format <FORMAT>', 'of the records')
        .choices(['text', 'csv', 'jsonl'])
        .default('text'),
    )
    .addOption(
      new Option('--what <WHAT>', 'which records')
        .choices(['readings', 'events', 'all'])
        .default('all'),
    )
    .option('--from <PLACE>', 'first record: its number, or a time in ISO 8601', parseBound)
    .option('--to <PLACE>', 'last record: its number, or a time in ISO 8601', parseBound)
    .option('--stats', 'statistics instead of records')
    .option('--recover', "mount a copy by the container's own code, and tell what it then holds")
    .option('--catalogue <FILE>', "with --recover: an image of the catalogue's flash", readableFile)
    .option('--root <FILE>', 'the root key, PEM (default: root.pub beside FILE)', readableFile)
    .option('--output <FILE>', 'write to this file instead of stdout')
    .allowExcessArguments(false)
    .showHelpAfterError('Try: npm run log -- --help')
    .addHelpText('after', HELP)
    .configureHelp({ helpWidth: 98 })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
    })
    .exitOverride();
}

/** The request of a command line without program name. Throws CommanderError for all but one. */
export function parseLog(args: readonly string[], command: Command): LogRequest {
  command.parse([...args], { from: 'user' });
  const flags = command.opts<Flags>();
  const file = command.processedArgs[0] as string;
  const isGiven = (name: string): boolean => command.getOptionValueSource(name) === 'cli';
  const refuse = (text: string): never => command.error(`error: ${text}`);
  if (flags.recover && flags.stats) refuse('--recover and --stats exclude each other');
  if (flags.recover && flags.as === 'handoff') refuse('--recover needs an image of the flash');
  if (flags.catalogue !== undefined && !flags.recover) {
    refuse("option '--catalogue' belongs to --recover, which is missing");
  }
  const isWhole = flags.stats === true || flags.recover === true;
  for (const name of ['what', 'from', 'to']) {
    if (isWhole && isGiven(name)) {
      refuse(`option '--${name}' chooses records; --stats and --recover print none`);
    }
  }
  if (isWhole && flags.format === 'csv') {
    refuse('--format csv is for records, expected text or jsonl');
  }
  if (flags.output !== undefined) refuseOutput(file, flags.output, refuse);
  return {
    file,
    as: flags.as,
    format: flags.format,
    what: flags.what,
    from: flags.from,
    to: flags.to,
    stats: flags.stats ?? false,
    recover: flags.recover ?? false,
    catalogue: flags.catalogue,
    output: flags.output,
    root: flags.root ?? rootBeside(file),
  };
}

function rootBeside(file: string): string | undefined {
  const beside = join(dirname(file), 'root.pub');
  return statSync(beside, { throwIfNoEntry: false })?.isFile() === true ? beside : undefined;
}

/** Not over the input, under whatever name, and into a folder that there is. */
function refuseOutput(file: string, output: string, refuse: (text: string) => never): void {
  const entry = statSync(output, { throwIfNoEntry: false });
  if (entry?.isDirectory() === true) refuse(`--output ${output} is a folder, expected a file`);
  const input = statSync(file);
  if (entry !== undefined && entry.ino === input.ino && entry.dev === input.dev) {
    refuse(`--output ${output} is FILE itself, which is never written to`);
  }
  const folder = statSync(dirname(output), { throwIfNoEntry: false });
  if (folder?.isDirectory() !== true) {
    refuse(`--output ${output}: there is no folder ${dirname(output)}`);
  }
}

const EXPECTED_BOUND = "Expected a record's number, or a time such as 2026-07-13T06:00Z.";

function parseBound(text: string): Bound {
  if (/^\d{1,10}$/.test(text)) return { sequence: Number(text) };
  // A time without a zone would be another one on every computer.
  const iso = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;
  if (!iso.test(text) || Number.isNaN(Date.parse(text))) {
    throw new InvalidArgumentError(EXPECTED_BOUND);
  }
  return { wallS: wallSOfIso(text) };
}

/**
 * What build:device and check:device share: the streams and programs that they are given, options
 * that end in one clear sentence, and the search for the SDK with everything missing named at once.
 */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { BOARDS, type BoardTarget } from './boards.js';
import type { RunProgram } from './process.js';
import { type Sdk, findSdk, SDK_VERSION } from './sdk.js';

/** What a command needs of its process. */
export interface DeviceIo {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly env: NodeJS.ProcessEnv;
  readonly platform: string;
  readonly run: RunProgram;
  /** Another checkout than this one, for tests. */
  readonly checkout?: string;
}

/** Exit code for options that cannot be used, and for missing tools. */
export const EXIT_UNUSABLE = 2;
/** The same everywhere, so that a page that quotes the help stays right. */
const HELP_COLUMNS = 98;

export function deviceCommand(name: string, description: string, io: DeviceIo): Command {
  const boards = BOARDS.map(({ name, describe }) => `  ${name.padEnd(8)} ${describe}`).join('\n');
  return new Command(`npm run ${name} --`)
    .description(description)
    .helpOption('-h, --help', 'print this text')
    .configureHelp({ helpWidth: HELP_COLUMNS })
    .allowExcessArguments(false)
    .addHelpText('after', `\nBoards:\n${boards}`)
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
    })
    .exitOverride();
}

/** Parses, and answers undefined, or the exit code where there is nothing more to do. */
export function parseDevice(command: Command, args: readonly string[]): number | undefined {
  try {
    command.parse([...args], { from: 'user' });
    return undefined;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_UNUSABLE;
    throw error;
  }
}

export function parseBoard(name: string): BoardTarget {
  const board = BOARDS.find((candidate) => candidate.name === name);
  if (board !== undefined) return board;
  const names = BOARDS.map((candidate) => candidate.name).join(', ');
  throw new InvalidArgumentError(`Expected one of ${names}.`);
}

/** The SDK, or undefined when everything that is missing has been told. */
export function requireSdk(io: DeviceIo, needsIdf: boolean): Sdk | undefined {
  const found = findSdk(io, needsIdf);
  if ('root' in found) {
    if (found.version !== SDK_VERSION) {
      const versions = `this SDK is ${found.version}, the firmware was checked with ${SDK_VERSION}`;
      io.stderr.write(`warning: ${versions}\n`);
    }
    return found;
  }
  const lines = found.map((sentence) => `  ${sentence}\n`).join('');
  io.stderr.write(`error: this needs what is not there:\n${lines}`);
  return undefined;
}

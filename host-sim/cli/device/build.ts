/**
 * Builds the firmware for one board: `mcconfig`, with the SDK and ESP-IDF that the environment
 * names, in the folder of the board's manifest. Optionally flashes it, or builds it for the SDK's
 * debugger, flashes it and opens that. 0 when it was built, 1 when the build failed, 2 for options
 * that cannot be used or for missing tools.
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  type BoardTarget,
  buildFolder,
  CHECKOUT,
  manifestFolder,
  platformArgument,
} from './boards.js';
import {
  type DeviceIo,
  deviceCommand,
  EXIT_UNUSABLE,
  parseBoard,
  parseDevice,
  requireSdk,
} from './command.js';
import { commandLine } from './process.js';
import type { Sdk } from './sdk.js';

interface Flags {
  readonly board: BoardTarget;
  readonly debug?: true;
  readonly flash?: true;
  readonly watch?: true;
  readonly port?: string;
}

export async function buildDevice(args: readonly string[], io: DeviceIo): Promise<number> {
  const command = deviceCommand(
    'build:device',
    'Builds the firmware for one board with the Moddable SDK and ESP-IDF of this computer.',
    io,
  )
    .requiredOption('--board <NAME>', 'which board', parseBoard)
    .option('--debug', "build for the SDK's debugger: slower, larger, with text")
    .option('--flash', 'then write it to the board')
    .option('--watch', 'build for the debugger, write it to the board and open the debugger')
    .option('--port <PATH>', 'serial port of the board (default: found by the SDK)');
  const ended = parseDevice(command, args);
  if (ended !== undefined) return ended;
  const flags = command.opts<Flags>();
  if (flags.board.chip === undefined && (flags.flash ?? flags.watch ?? flags.port) !== undefined) {
    io.stderr.write(`error: '${flags.board.name}' is no hardware to write to or to watch\n`);
    return EXIT_UNUSABLE;
  }
  const sdk = requireSdk(io, flags.board.chip !== undefined);
  return sdk === undefined ? EXIT_UNUSABLE : build(flags, sdk, io);
}

/** mcconfig's arguments for each of its runs, one after the other. */
export function buildSteps(flags: Flags, out: string): (readonly string[])[] {
  const isDebug = flags.debug === true || flags.watch === true;
  const common = [...(isDebug ? ['-d'] : []), '-m', '-p', platformArgument(flags.board), '-o', out];
  // Without a target mcconfig does everything, its debugger included.
  if (flags.watch === true) return [common];
  const steps = [[...common, '-t', 'build']];
  if (flags.flash === true) steps.push([...common, '-t', 'deploy']);
  return steps;
}

async function build(flags: Flags, sdk: Sdk, io: DeviceIo): Promise<number> {
  const checkout = io.checkout ?? CHECKOUT;
  const out = join(checkout, 'out', 'device');
  const cwd = manifestFolder(flags.board, checkout);
  const port = flags.port === undefined ? {} : { UPLOAD_PORT: flags.port };
  const product = productOf(flags, out);
  mkdirSync(out, { recursive: true });
  // The SDK goes on after a build that ESP-IDF has failed, with the product of the one before.
  rmSync(product, { force: true });
  for (const args of buildSteps(flags, out)) {
    io.stdout.write(`${commandLine('mcconfig', args)}\n`);
    const onText = (text: string): void => void io.stdout.write(text);
    const env = { ...sdk.env, ...port };
    const exitCode = await io.run({ program: 'mcconfig', args, cwd, env, onText });
    if (exitCode !== 0 || !existsSync(product)) {
      io.stderr.write(`error: '${flags.board.name}' was not built; the SDK has said why above\n`);
      return 1;
    }
  }
  io.stdout.write(`${product}\n`);
  return 0;
}

/** The file without which nothing was built. */
function productOf(flags: Flags, out: string): string {
  const kind = flags.debug === true || flags.watch === true ? 'debug' : 'release';
  const { board } = flags;
  if (board.chip === undefined) return join(out, 'bin', 'lin', 'mc', kind, 'plasmavakt', 'mc.so');
  const project = join(buildFolder(board, out, kind), `xsProj-${board.chip}`);
  return join(project, 'build', 'xs_esp32.elf');
}

/**
 * Shows for every board that the firmware compiles and links with a real SDK: resolves the board's
 * manifest (mcconfig), compiles every module (tsc, xsc) and links them, preloaded and stripped
 * (xsl), and looks at what came out. It stops before C code, so that neither ESP-IDF nor a
 * cross-compiler is needed. 0 when all is well, 1 when a board has faults, 2 for options that
 * cannot be used or for missing tools.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { PLAIN_BORDERS } from '../borders.js';
import {
  BOARDS,
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
import { compileModules } from './compile.js';
import { creationFaults, frozenFaults, preloadFaults, settingFaults } from './faults.js';
import { type LinkReport, PARTS, readLink } from './link-report.js';
import { readMakefile } from './makefile.js';
import type { Sdk } from './sdk.js';

interface Outcome {
  readonly board: BoardTarget;
  readonly faults: readonly string[];
  readonly moduleCount: number;
  readonly link: LinkReport | undefined;
}

/** Lines of the SDK's output that a failure shows. */
const TAIL_LINES = 12;
/** Lines that only say what is being done. */
const PROGRESS = /^# (tsc|xsc|xsid|mcrez|xsl) /;

export async function checkDevice(args: readonly string[], io: DeviceIo): Promise<number> {
  const command = deviceCommand(
    'check:device',
    'Compiles and links the firmware for every board with the Moddable SDK of this computer, ' +
      'without ESP-IDF.',
    io,
  )
    .option('--board <NAME>', 'for this board alone', parseBoard)
    .option('--clean', 'compile everything anew');
  const ended = parseDevice(command, args);
  if (ended !== undefined) return ended;
  const { board, clean } = command.opts<{ board?: BoardTarget; clean?: true }>();
  const sdk = requireSdk(io, false);
  if (sdk === undefined) return EXIT_UNUSABLE;
  const out = join(io.checkout ?? CHECKOUT, 'out', 'device-check');
  if (clean === true) rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const outcomes: Outcome[] = [];
  for (const target of board === undefined ? BOARDS : [board]) {
    const outcome = await checkBoard(target, out, sdk, io);
    outcomes.push(outcome);
    io.stdout.write(outcome.faults.map((fault) => `  fault: ${fault}\n`).join(''));
  }
  io.stdout.write(`${sizeTable(outcomes)}\nSDK ${sdk.version}\n`);
  return outcomes.some(({ faults }) => faults.length > 0) ? 1 : 0;
}

async function checkBoard(
  board: BoardTarget,
  out: string,
  sdk: Sdk,
  io: DeviceIo,
): Promise<Outcome> {
  io.stdout.write(`${board.name}: ${board.describe}\n`);
  const folder = buildFolder(board, out, 'release');
  let output = '';
  const run = (program: string, args: readonly string[], cwd: string): Promise<number> => {
    const onText = (text: string): void => void (output += text);
    // The SDK's makefile wants a path, and looks at nothing below it before C code.
    const env = { ...sdk.env, IDF_PATH: out };
    return io.run({ program, args, cwd, env, onText });
  };
  const failed = (): Outcome => {
    writeFileSync(join(out, `${board.name}.log`), output);
    const told = output.split('\n').filter((line) => line.trim() !== '' && !PROGRESS.test(line));
    return { board, faults: told.slice(-TAIL_LINES), moduleCount: 0, link: undefined };
  };
  const cwd = manifestFolder(board, io.checkout ?? CHECKOUT);
  const resolved = await run('mcconfig', ['-p', platformArgument(board), '-o', out], cwd);
  if (resolved !== 0) return failed();
  const { modules } = readMakefile(readFileSync(join(folder, 'makefile'), 'utf8'));
  const tsc = (project: string): Promise<number> => run('tsc', ['-p', project], folder);
  if ((await compileModules(folder, modules, tsc)) !== 0) return failed();
  // Linked anew each time: its warnings are part of the answer.
  rmSync(join(folder, 'mc.xs.c'), { force: true });
  if ((await run('make', linkArguments(board, folder), folder)) !== 0) return failed();
  writeFileSync(join(out, `${board.name}.log`), output);
  return inspect(board, folder, output, cwd);
}

/** Everything up to the linker's product; the two variables stand in for what ESP-IDF would say. */
function linkArguments(board: BoardTarget, folder: string): string[] {
  const variables = board.chip === undefined ? [] : ['IDF_VERSION=none', 'SDKCONFIG_H='];
  const products = ['mc.xs.c', 'mc.resources.c'].map((name) => join(folder, name));
  const jobs = `-j${availableParallelism()}`;
  return [jobs, '-f', join(folder, 'makefile'), ...variables, ...products];
}

function inspect(board: BoardTarget, folder: string, output: string, manifests: string): Outcome {
  const makefile = readMakefile(readFileSync(join(folder, 'makefile'), 'utf8'));
  const faults = preloadFaults(makefile);
  faults.push(...creationFaults(askedCreation(manifests), makefile.creation));
  if (board.chip !== undefined) {
    const merged = readFileSync(join(folder, `xsProj-${board.chip}`, 'sdkconfig.mc'), 'utf8');
    faults.push(...settingFaults(askedSettings(manifests), merged));
  }
  const link = readLink(folder, makefile.modules, output);
  faults.push(...frozenFaults(link));
  return { board, faults, moduleCount: makefile.modules.length, link };
}

interface BoardManifest {
  readonly build: { readonly SDKCONFIGPATH: string };
}

interface BaseManifest {
  readonly creation: {
    readonly static: number;
    readonly stack: number;
    readonly chunk: { readonly initial: number };
    readonly heap: { readonly initial: number };
  };
}

function askedCreation(folder: string): Parameters<typeof creationFaults>[0] {
  const { creation } = readJson(join(folder, '..', 'base.json')) as BaseManifest;
  const { chunk, heap, stack } = creation;
  return { static: creation.static, stack, chunk: chunk.initial, heap: heap.initial };
}

function askedSettings(folder: string): string {
  const { build } = readJson(join(folder, 'manifest.json')) as BoardManifest;
  return readFileSync(join(folder, build.SDKCONFIGPATH, 'sdkconfig.defaults'), 'utf8');
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function sizeTable(outcomes: readonly Outcome[]): string {
  const table = new Table({
    head: [
      'board',
      '',
      'modules',
      ...PARTS.map((part) => `${part} B`),
      'slots in flash',
      'aliases',
    ],
    ...PLAIN_BORDERS,
    colAligns: ['left', 'left', ...Array<'right'>(PARTS.length + 3).fill('right')],
  });
  for (const { board, faults, moduleCount, link } of outcomes) {
    const verdict = faults.length === 0 ? 'links' : 'has faults';
    const sizes = link === undefined ? [] : PARTS.map((part) => link.bytes[part]);
    const rest = link === undefined ? [] : [link.romSlots, link.aliases];
    table.push([board.name, verdict, moduleCount, ...sizes, ...rest]);
  }
  return table.toString();
}

/**
 * `npm start` from its arguments to its exit code: reads the options, watches the run on the
 * terminal, and tells at the end what happened to each kit, what the docks received and where the
 * files are. 0 when the run reached its end, whatever the verdicts; 1 when it failed; 2 for
 * options that cannot be used; 130 when it was stopped.
 */
import { CommanderError } from 'commander';
import { EXIT_STOPPED } from './process.js';
import { type Progress, liveProgress, plainProgress, silentProgress } from './progress.js';
import type { RunResult, Simulate } from './run-types.js';
import { type StartRequest, optionTakenByNpm, parseStart, startCommand } from './start-options.js';
import { resultText } from './table.js';

/** A stream of the process, or a test's own. */
export interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Width of tables where no terminal tells its own: a log file, a pipe. */
const COLUMNS_ELSEWHERE = 120;

/** What the command needs of its process. */
export interface StartIo {
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  readonly env: NodeJS.ProcessEnv;
  /** Stops the run; the output folder is then as before. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds of any clock that only goes forward; paces the live display, nothing else. */
  nowMs(): number;
}

export async function runStart(
  args: readonly string[],
  simulate: Simulate,
  io: StartIo,
): Promise<number> {
  const request = readRequest(args, io);
  if (typeof request === 'number') return request;
  const progress = await progressFor(request, io);
  try {
    const result = await simulate(request.run, progress, io.signal);
    progress.finish();
    tell(request, result, io);
    return 0;
  } catch (error) {
    progress.finish();
    if (io.signal?.aborted === true) {
      io.stderr.write(`stopped; ${request.run.outDir} is as it was before\n`);
      return EXIT_STOPPED;
    }
    const trace = io.env['PLASMAVAKT_DEBUG'] !== undefined && error instanceof Error && error.stack;
    io.stderr.write(`error: ${trace || messageOf(error)}\n`);
    return 1;
  }
}

/** The request, or the exit code where there is nothing to run. */
function readRequest(args: readonly string[], io: StartIo): StartRequest | number {
  const taken = optionTakenByNpm(io.env);
  if (taken !== undefined) {
    io.stderr.write(
      `error: npm took the option '--${taken}' for itself; two dashes hand it on:\n` +
        `  npm start -- --${taken} …\n`,
    );
    return 2;
  }
  const command = startCommand().configureOutput({
    writeOut: (text) => void io.stdout.write(text),
    writeErr: (text) => void io.stderr.write(text),
  });
  try {
    return parseStart(args, command);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

async function progressFor({ json }: StartRequest, io: StartIo): Promise<Progress> {
  if (json) return silentProgress();
  if (!isLiveTerminal(io)) return plainProgress(io.stdout);
  const { createLogUpdate } = await import('log-update'); // an ES module: loaded when it is needed
  const picture = createLogUpdate(io.stdout as NodeJS.WriteStream);
  const useColour = wantsColour(io);
  return liveProgress(picture, { nowMs: () => io.nowMs(), useColour, columns: columnsOf(io) });
}

function isLiveTerminal({ stdout, env }: StartIo): boolean {
  return stdout.isTTY === true && env['TERM'] !== 'dumb' && env['CI'] === undefined;
}

function wantsColour(io: StartIo): boolean {
  return isLiveTerminal(io) && !io.env['NO_COLOR'];
}

function tell({ json }: StartRequest, result: RunResult, io: StartIo): void {
  if (json) {
    io.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  io.stdout.write(resultText(result, { useColour: wantsColour(io), columns: columnsOf(io) }));
}

function columnsOf({ stdout }: StartIo): number {
  return stdout.columns ?? COLUMNS_ELSEWHERE;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

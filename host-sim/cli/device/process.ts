/**
 * Runs one program to its end. What it prints is shown while it runs, or kept for a report; tests
 * put another function in its place.
 */
import { spawn } from 'node:child_process';

export interface Invocation {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Called with what it prints, as it comes. */
  readonly onText: (text: string) => void;
}

/** Exit code of a program; one that a signal ended counts as failed. */
export type RunProgram = (invocation: Invocation) => Promise<number>;

export const runProgram: RunProgram = ({ program, args, cwd, env, onText }) =>
  new Promise((done, fail) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', onText);
    }
    child.on('error', fail);
    child.on('close', (code) => done(code ?? 1));
  });

/** A command line as one would type it. */
export function commandLine(program: string, args: readonly string[]): string {
  const quoted = args.map((arg) => (/^[\w./:=@+-]+$/.test(arg) ? arg : `'${arg}'`));
  return [program, ...quoted].join(' ');
}

/**
 * `npm start`: simulates one journey and tells what happened to each kit. The process's streams,
 * signals, clock and exit code meet the command here and nowhere else, so that tests can run the
 * command with streams of their own; start-run.ts is the command itself.
 */
import { EXIT_STOPPED, onStop, survivesClosedPipes } from './process.js';
import { simulate } from './simulate.js';
import { runStart } from './start-run.js';

survivesClosedPipes();
void runStart(process.argv.slice(2), simulate, {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  signal: onStop(),
  nowMs: () => performance.now(),
}).then((exitCode) => {
  process.exitCode = exitCode;
  if (exitCode === EXIT_STOPPED) process.exit(); // a store at work is not waited for
});

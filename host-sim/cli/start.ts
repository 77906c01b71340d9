/**
 * `npm start`: simulates one journey and tells what happened to each kit. The process's streams,
 * clock and exit code meet the command here and nowhere else, so that tests can run the command
 * with streams of their own; start-run.ts is the command itself.
 */
import { simulate } from './simulate.js';
import { runStart } from './start-run.js';

void runStart(process.argv.slice(2), simulate, {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  nowMs: () => performance.now(),
}).then((exitCode) => {
  process.exitCode = exitCode;
});

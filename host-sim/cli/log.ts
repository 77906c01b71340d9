/**
 * `npm run log -- FILE`: decodes a journal's image or a hand-off file. The process's streams and
 * exit code meet the command here; log/run.ts is the command itself.
 */
import { logRun } from './log/run.js';
import { survivesClosedPipes } from './process.js';

survivesClosedPipes();
void logRun(process.argv.slice(2), { stdout: process.stdout, stderr: process.stderr }).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
);

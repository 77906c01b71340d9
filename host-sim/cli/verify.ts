/**
 * `npm run verify -- FILE`: proves a hand-off file with a root key alone. The process's streams and
 * exit code meet the command here; verify-run.ts is the command itself.
 */
import { survivesClosedPipes } from './process.js';
import { verifyRun } from './verify-run.js';

survivesClosedPipes();
void verifyRun(process.argv.slice(2), { stdout: process.stdout, stderr: process.stderr }).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
);

/**
 * `npm run soak`: random power cuts by the hundred thousand. The process's streams and exit code
 * meet the command here; soak-command.ts is the command itself.
 */
import { survivesClosedPipes } from '../../host-sim/cli/process.js';
import { soakRun } from './soak-command.js';

survivesClosedPipes();
void soakRun(process.argv.slice(2), { stdout: process.stdout, stderr: process.stderr }).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
);

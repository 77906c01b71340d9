/**
 * `npm run check:device`: shows that the firmware compiles and links for every board with the SDK
 * of this computer, without ESP-IDF and hardware. The process's streams and exit code meet the
 * command here; device/check.ts is the command itself.
 */
import { checkDevice } from './device/check.js';
import { runProgram } from './device/process.js';

void checkDevice(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  platform: process.platform,
  run: runProgram,
}).then((exitCode) => {
  process.exitCode = exitCode;
});

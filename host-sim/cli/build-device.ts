/**
 * `npm run build:device`: builds the firmware for one board with the SDK and ESP-IDF of this
 * computer. The process's streams and exit code meet the command here; device/build.ts is the
 * command itself.
 */
import { buildDevice } from './device/build.js';
import { runProgram } from './device/process.js';

void buildDevice(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  platform: process.platform,
  run: runProgram,
}).then((exitCode) => {
  process.exitCode = exitCode;
});

/**
 * Looks for the SDK, ESP-IDF and the compiler that a build needs, and says in one sentence each
 * what is missing and where its own instructions are. Nothing is installed or downloaded.
 */
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { CHECKOUT } from './boards.js';

/** The SDK with which the manifests were last checked; README.md says for what. */
export const SDK_VERSION = '8.2.3';
/** The ESP-IDF that this SDK expects. */
const IDF_VERSION = '6.0';
const SDK_PAGE = 'Moddable SDK, "Getting Started"';
const IDF_PAGE = `Moddable SDK, "Using the Moddable SDK with ESP32" (ESP-IDF ${IDF_VERSION})`;
const SDK_TOOLS = ['mcconfig', 'mcrez', 'xsc', 'xsid', 'xsl'];

export interface SdkSearch {
  readonly env: NodeJS.ProcessEnv;
  /** `process.platform`. */
  readonly platform: string;
  readonly checkout?: string;
}

export interface Sdk {
  readonly root: string;
  readonly version: string;
  /** The environment in which the SDK's tools run. */
  readonly env: NodeJS.ProcessEnv;
}

/** The SDK, or a sentence for each thing that is missing. */
export function findSdk(search: SdkSearch, needsIdf: boolean): Sdk | readonly string[] {
  const { env, platform, checkout = CHECKOUT } = search;
  const host = { linux: 'lin', darwin: 'mac' }[platform];
  if (host === undefined) return [`the firmware is built under Linux or macOS, not ${platform}`];
  const missing: string[] = [];
  const root = env['MODDABLE'] ?? '';
  const toolFolder = join(root, 'build', 'bin', host, 'release');
  missing.push(...sdkFaults(root, toolFolder));
  const compilerFolder = join(checkout, 'node_modules', '.bin');
  if (!isProgram(join(compilerFolder, 'tsc'))) missing.push('the compiler tsc: run npm ci');
  if (!onPath('make', env)) missing.push(`make, on the PATH (${SDK_PAGE})`);
  if (needsIdf) missing.push(...idfFaults(env['IDF_PATH'] ?? ''));
  if (missing.length > 0) return missing;
  const path = [compilerFolder, toolFolder, env['PATH']].join(delimiter);
  return { root, version: versionOf(root), env: { ...env, PATH: path } };
}

function sdkFaults(root: string, toolFolder: string): string[] {
  if (root === '') {
    return [`MODDABLE is not set: install the Moddable SDK ${SDK_VERSION} (${SDK_PAGE})`];
  }
  // The SDK's makefiles stop at a path that is written in any other way.
  if (!isAbsolute(root) || resolve(root) !== root) {
    return [`MODDABLE is '${root}': expected an absolute path without a slash at its end`];
  }
  if (!isFile(join(root, 'examples', 'manifest_base.json'))) {
    return [`MODDABLE is '${root}': there is no Moddable SDK there`];
  }
  const absent = SDK_TOOLS.filter((tool) => !isProgram(join(toolFolder, tool)));
  if (absent.length === 0) return [];
  return [`the SDK's tools ${absent.join(', ')} in ${toolFolder}: build them (${SDK_PAGE})`];
}

function idfFaults(root: string): string[] {
  if (root === '') return [`IDF_PATH is not set: install ESP-IDF (${IDF_PAGE})`];
  if (isFile(join(root, 'tools', 'idf.py'))) return [];
  return [`IDF_PATH is '${root}': there is no ESP-IDF there (${IDF_PAGE})`];
}

function versionOf(root: string): string {
  const path = join(root, 'tools', 'VERSION');
  return isFile(path) ? readFileSync(path, 'utf8').trim() : 'unknown';
}

function onPath(program: string, env: NodeJS.ProcessEnv): boolean {
  const folders = (env['PATH'] ?? '').split(delimiter);
  return folders.some((folder) => folder !== '' && isProgram(join(folder, program)));
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return isFile(path);
  } catch {
    return false;
  }
}

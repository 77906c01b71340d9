/**
 * Hands on the firmware as the host takes it: every module that `app/container` reaches, compiled
 * one by one with the device's options (XS links modules, nothing is bundled), the port table, and
 * a first module that makes Ports and Limits. Format: host/program.c.
 */
import { readFileSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import ts from 'typescript';
import { CALLS, type Call } from '../../host-sim/ports/tape-table.js';

const FIRMWARE = resolve(__dirname, '..', '..', 'firmware');
const ENTRY = 'app/container';

export interface Module {
  /** Below firmware/, without extension: "core/journal/journal". */
  readonly path: string;
  readonly source: string;
}

/** As manifests/ has it: modules stay modules, ES2022 keeps #private and class fields. */
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.Preserve,
  verbatimModuleSyntax: false,
};

let firmware: readonly Module[] | undefined;

/** Every module that the firmware's entry point reaches, compiled. */
export function firmwareModules(): readonly Module[] {
  return (firmware ??= compileFirmware());
}

function compileFirmware(): Module[] {
  const modules = new Map<string, Module>();
  const open = [ENTRY];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (modules.has(path)) continue;
    const text = readFileSync(join(FIRMWARE, `${path}.ts`), 'utf8');
    const source = ts.transpileModule(text, { compilerOptions: OPTIONS }).outputText;
    modules.set(path, { path, source });
    for (const { fileName } of ts.preProcessFile(source).importedFiles) {
      open.push(posix.join(posix.dirname(path), fileName).replace(/\.js$/, ''));
    }
  }
  return [...modules.values()];
}

/** The program file: `modules` with the port table and the module that the host runs first. */
export function programFile(modules: readonly Module[]): Buffer {
  const calls = CALLS.filter((call) => call !== undefined);
  const all = [...modules, { path: 'main', source: mainSource(calls) }];
  const parts = [`program 1\n`, ...calls.map((call) => `${callLine(call)}\n`)];
  for (const { path, source } of all) {
    parts.push(`module ${path} ${Buffer.byteLength(source)}\n`, source);
  }
  return Buffer.from(parts.join(''));
}

function callLine({ op, name, direction, bufferAt, length, ints }: Call): string {
  const isArgument = direction === 'in' && 'argument' in length;
  const lengthAt = isArgument ? length.argument : -1;
  const fromAt = isArgument ? (length.from ?? -1) : -1;
  const fixed = 'fixed' in length ? length.fixed : 0;
  return ['call', op, name, direction[0], bufferAt, lengthAt, fromAt, fixed, ...ints].join(' ');
}

/** Ports and limits are preloaded, as adapters' tables and the board's limits are on the device. */
function mainSource(calls: readonly Call[]): string {
  const ports = [...new Set(calls.map(({ portName }) => portName))].map((port) => {
    const methods = calls
      .filter(({ portName }) => portName === port)
      .map(({ methodName, op }) => `${methodName}: hostCall(${op})`);
    return `  ${port}: Object.freeze({ ${methods.join(', ')} }),`;
  });
  return `import { createContainer } from './${ENTRY}.js';
const slotProbes = new Uint8Array(hostLimit(6, 1));
for (let slot = 0; slot < slotProbes.length; slot++) slotProbes[slot] = hostLimit(17 + slot, 1);
globalThis.limits = Object.freeze({
  slotCount: hostLimit(6, 1),
  probeCount: hostLimit(7, 1),
  slotProbes,
  samplePeriodS: hostLimit(8, 2),
  conversionLimitMs: hostLimit(10, 2),
  journalBytes: hostLimit(12, 4),
  isHardware: hostLimit(16, 1) === 1,
});
globalThis.ports = Object.freeze({
${ports.join('\n')}
});
globalThis.createContainer = createContainer;
`;
}

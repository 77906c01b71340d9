/**
 * Who may import whom (the room table of README.md), relative specifiers that end in `.js` so that
 * one text serves Node and the device, and files that nothing reaches.
 */
import { posix } from 'node:path';
import type { Finding, Source } from './sources.js';

type Room = 'core' | 'app' | 'device' | 'board' | 'host-sim' | 'checkers' | 'test';

/** Folders in the order in which they are tried: the closest first. */
const ROOMS: readonly (readonly [folder: string, room: Room])[] = [
  ['firmware/core/', 'core'],
  ['firmware/app/', 'app'],
  ['firmware/device/boards/', 'board'],
  ['firmware/device/', 'device'],
  ['host-sim/checkers/', 'checkers'],
  ['host-sim/', 'host-sim'],
  ['test/', 'test'],
];

const MAY_IMPORT: Readonly<Record<Room, readonly Room[]>> = {
  core: ['core'],
  app: ['core', 'app'],
  device: ['core', 'app', 'device'],
  board: ['core', 'app', 'device', 'board'],
  'host-sim': ['core', 'app', 'host-sim', 'checkers'],
  checkers: ['host-sim', 'checkers'],
  test: ['core', 'app', 'device', 'host-sim', 'checkers', 'test'],
};

/** The one file of the core that a checker may share: the numbers that name record types. */
export const SHARED_WITH_CHECKERS = 'firmware/core/record/schema.ts';

/** What the SDK's manifests bring: for boards alone, so that Node runs every adapter and driver. */
const DEVICE_MODULE = /^(embedded:|mc\/|(timer|time|trace|worker|instrumentation)$)/;

/** Names of the npm packages that each side may use, from package.json. */
export interface Packages {
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
}

export function roomOf(path: string): Room | undefined {
  return ROOMS.find(([folder]) => path.startsWith(folder))?.[1];
}

/** The file that a relative specifier names, relative to the checkout. */
export function targetOf(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
}

/** Every import of a file that goes through a wall. */
export function wallFindings(source: Source, packages: Packages): Finding[] {
  const room = roomOf(source.path);
  if (room === undefined) {
    return [{ file: source.path, line: 1, message: 'belongs to no room: see README.md' }];
  }
  const findings: Finding[] = [];
  for (const { specifier, line } of source.imports) {
    const message = specifier.startsWith('.')
      ? relativeFault(room, source.path, specifier)
      : outsideFault(room, specifier, packages);
    if (message !== undefined) findings.push({ file: source.path, line, message });
  }
  return findings;
}

function relativeFault(room: Room, from: string, specifier: string): string | undefined {
  if (!specifier.endsWith('.js')) return `'${specifier}' must end in .js`;
  const target = targetOf(from, specifier);
  const other = roomOf(target);
  if (other === undefined) return `'${specifier}' leaves the rooms`;
  if (room === 'checkers' && target === SHARED_WITH_CHECKERS) return undefined;
  return MAY_IMPORT[room].includes(other) ? undefined : `${room} may not import ${other}`;
}

function outsideFault(room: Room, specifier: string, packages: Packages): string | undefined {
  if (room === 'core' || room === 'app') return `${room} imports no '${specifier}'`;
  if (room === 'device') return `'${specifier}': a board hands it in, device imports no module`;
  if (room === 'board') {
    return DEVICE_MODULE.test(specifier) ? undefined : `'${specifier}' is not the device's`;
  }
  if (specifier.startsWith('node:')) return undefined;
  const name = packageName(specifier);
  if (packages.dependencies.includes(name)) return undefined;
  if (room === 'test' && packages.devDependencies.includes(name)) return undefined;
  return `'${specifier}' is no dependency of ${room} (Node's own modules begin with node:)`;
}

function packageName(specifier: string): string {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Files of firmware and host-sim that no entry point and no test reaches. */
export function deadFiles(sources: readonly Source[], entries: readonly string[]): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const reached = new Set<string>();
  const open = [...entries];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const source = byPath.get(path);
    if (source === undefined || reached.has(path)) continue;
    reached.add(path);
    for (const { specifier } of source.imports) {
      if (specifier.startsWith('.')) open.push(targetOf(path, specifier));
    }
  }
  return sources.map((source) => source.path).filter((path) => !reached.has(path));
}

/**
 * Imports through which a checker would run firmware code after all, by way of another room: an
 * oracle that shares code with what it judges shares its errors.
 */
export function borrowedByCheckers(sources: readonly Source[]): Finding[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const open = [...byPath.keys()].filter((path) => roomOf(path) === 'checkers');
  const reached = new Set(open);
  const findings: Finding[] = [];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    for (const { specifier, line, typeOnly } of byPath.get(path)?.imports ?? []) {
      if (typeOnly || !specifier.startsWith('.')) continue;
      const target = targetOf(path, specifier);
      if (target.startsWith('firmware/') && target !== SHARED_WITH_CHECKERS) {
        const message = `a checker reaches ${target} through this file`;
        findings.push({ file: path, line, message });
      } else if (!reached.has(target)) {
        reached.add(target);
        open.push(target);
      }
    }
  }
  return findings;
}

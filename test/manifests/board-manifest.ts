/**
 * Reads a board's manifest the way the SDK's mcconfig does, as far as our own manifests go: local
 * includes, keys that name files or whole folders, `~` for files that are left out. What begins
 * with a variable is the SDK's and only noted.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { CHECKOUT } from '../tidy/sources.js';

export interface Creation {
  readonly static?: number;
  readonly stack?: number;
  readonly chunk?: { readonly initial: number; readonly incremental: number };
  readonly heap?: { readonly initial: number; readonly incremental: number };
  readonly main?: string;
}

export interface Manifest {
  readonly build?: Readonly<Record<string, string>>;
  readonly include?: readonly string[];
  readonly creation?: Creation;
  readonly modules?: Readonly<Record<string, string | readonly string[]>>;
  readonly preload?: readonly string[];
  readonly strip?: string;
  readonly typescript?: {
    readonly tsconfig: { readonly compilerOptions: Readonly<Record<string, unknown>> };
  };
}

/** One manifest file; `path` is relative to the checkout, with slashes. */
export interface ManifestFile {
  readonly path: string;
  readonly content: Manifest;
}

/** A file that goes into the firmware under a specifier. */
export interface ModuleFile {
  readonly specifier: string;
  readonly path: string;
  readonly manifest: string;
}

export function readManifest(path: string): ManifestFile {
  return { path, content: JSON.parse(readFileSync(join(CHECKOUT, path), 'utf8')) as Manifest };
}

/** A board's manifest and every one of ours that it includes, the included ones first. */
export function manifestsOf(board: string): ManifestFile[] {
  const found = new Map<string, ManifestFile>();
  const visit = (path: string): void => {
    if (found.has(path)) return;
    const file = readManifest(path);
    for (const include of file.content.include ?? []) {
      if (isLocal(include)) visit(posix.join(posix.dirname(path), include));
    }
    found.set(path, file);
  };
  visit(`manifests/${board}/manifest.json`);
  return [...found.values()];
}

/** Whether a path is ours, and not found through one of the SDK's variables. */
export function isLocal(path: string): boolean {
  return !path.startsWith('$(');
}

/** Every path of ours that the modules of a manifest name, with its key. */
export function localSources(file: ManifestFile): { key: string; source: string }[] {
  return Object.entries(file.content.modules ?? {}).flatMap(([key, value]) =>
    [value]
      .flat()
      .filter(isLocal)
      .map((path) => ({ key, source: posix.join(posix.dirname(file.path), path) })),
  );
}

/** The files that a path of a manifest stands for: a folder's, or those of one name. */
export function filesAt(source: string): string[] {
  const folder = posix.dirname(source);
  const pattern = posix.basename(source);
  if (!existsSync(join(CHECKOUT, folder))) return [];
  return readdirSync(join(CHECKOUT, folder))
    .filter((name) => /\.(ts|js|c|json)$/.test(name))
    .filter((name) => pattern === '*' || stemOf(name) === pattern)
    .map((name) => `${folder}/${name}`);
}

/** All files of a board that become modules; C and declarations are none. */
export function moduleFiles(manifests: readonly ManifestFile[]): ModuleFile[] {
  const sources = manifests.flatMap((file) =>
    localSources(file).map(({ key, source }) => ({ key, source, manifest: file.path })),
  );
  const left = new Set(
    sources.filter(({ key }) => key === '~').flatMap(({ source }) => filesAt(source)),
  );
  return sources
    .filter(({ key }) => key !== '~')
    .flatMap(({ key, source, manifest }) =>
      filesAt(source)
        .filter((path) => !left.has(path) && /\.(ts|js|json)$/.test(path) && !isDeclaration(path))
        .map((path) => ({
          path,
          manifest,
          specifier: key.endsWith('*') ? key.slice(0, -1) + stemOf(posix.basename(path)) : key,
        })),
    );
}

function isDeclaration(path: string): boolean {
  return path.endsWith('.d.ts');
}

function stemOf(name: string): string {
  return name.replace(/(\.d)?\.[a-z]+$/, '');
}

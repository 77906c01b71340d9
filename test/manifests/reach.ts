/** Which files a firmware really runs: its entry point and all that this imports, types aside. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT, parse, readText } from '../tidy/sources.js';
import { targetOf } from '../tidy/walls.js';

export interface Reach {
  /** Files of ours, relative to the checkout. */
  readonly files: ReadonlySet<string>;
  /** Specifiers of the SDK. */
  readonly sdk: ReadonlySet<string>;
}

export function reachOf(entry: string): Reach {
  const files = new Set<string>();
  const sdk = new Set<string>();
  const open = [entry];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (files.has(path)) continue;
    files.add(path);
    for (const { specifier, typeOnly } of parse(path, readText(path)).imports) {
      if (typeOnly) continue;
      if (specifier.startsWith('.')) open.push(fileOf(path, specifier));
      else sdk.add(specifier);
    }
  }
  return { files, sdk };
}

/** A module in TypeScript, or the native one, which is JavaScript. */
function fileOf(from: string, specifier: string): string {
  const typescript = targetOf(from, specifier);
  if (existsSync(join(CHECKOUT, typescript))) return typescript;
  return typescript.replace(/\.ts$/, '.js');
}

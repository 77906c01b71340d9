/** Reads a partition table and the settings for ESP-IDF that stand beside it. */
import { readText } from '../tidy/sources.js';

export interface Partition {
  readonly name: string;
  readonly type: string;
  readonly subtype: string;
  readonly offset: number;
  readonly size: number;
  readonly flags: string;
}

/** Throws for a line that is no partition with a hexadecimal place and size. */
export function readPartitions(path: string): Partition[] {
  return readText(path)
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [name, type, subtype, offset, size, flags] = line.split(',').map((it) => it.trim());
      if (![offset, size].every((it) => /^0x[0-9a-f]+$/.test(it ?? ''))) {
        throw new Error(`${path}: '${line}' has no place or size`);
      }
      return {
        name: name!,
        type: type!,
        subtype: subtype!,
        offset: Number(offset),
        size: Number(size),
        flags: flags ?? '',
      };
    });
}

/** What stands on a line of its own; a comment in front of it switches it off. */
export interface Settings {
  readonly on: ReadonlyMap<string, string>;
  readonly off: ReadonlyMap<string, string>;
}

/** Throws for a line that mcconfig would merge wrongly. */
export function readSettings(path: string): Settings {
  const on = new Map<string, string>();
  const off = new Map<string, string>();
  for (const line of readText(path).split('\n')) {
    const match = /^(#?)CONFIG_([A-Z0-9_]+)=(y|n|\d+|0x[0-9a-f]+)$/.exec(line);
    if (match === null) {
      if (line !== '' && !line.startsWith('# ')) throw new Error(`${path}: '${line}'`);
      continue;
    }
    const [, hash, name, value] = match;
    const settings = hash === '#' ? off : on;
    if (on.has(name!) || off.has(name!)) throw new Error(`${path}: ${name} is there twice`);
    settings.set(name!, value!);
  }
  return { on, off };
}

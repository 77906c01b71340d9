/**
 * What a linked firmware costs, from the files that the SDK's linker leaves: byte-code for each
 * room, slots of the objects that lie in flash, and how many of those may be written and so cost
 * RAM (an unfrozen table does).
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface LinkReport {
  /** Bytes of byte-code: ours by room, all of the SDK's as `sdk`. */
  readonly bytes: Readonly<Record<Part, number>>;
  /** Slots in flash, of 16 bytes each on the chip. */
  readonly romSlots: number;
  /** Objects in flash that may be written; each costs 4 bytes of RAM even if nobody does. */
  readonly aliases: number;
  /** Objects that the linker calls unfrozen, by module. */
  readonly unfrozen: ReadonlyMap<string, number>;
}

export const PARTS = ['core', 'app', 'device', 'sdk'] as const;
export type Part = (typeof PARTS)[number];

/** Reads a build folder; `output` is what the linker printed. Throws when there is no product. */
export function readLink(folder: string, modules: readonly string[], output: string): LinkReport {
  const bytes = { core: 0, app: 0, device: 0, sdk: 0 };
  for (const module of modules) {
    bytes[partOf(module)] += statSync(join(folder, 'modules', `${module}.xsb`)).size;
  }
  const source = readFileSync(join(folder, 'mc.xs.c'), 'utf8');
  return {
    bytes,
    romSlots: definitionOf(source, 'mxHeapCount'),
    aliases: definitionOf(source, 'mxAliasCount'),
    unfrozen: unfrozenOf(output),
  };
}

function partOf(module: string): Part {
  const first = module.split('/')[0];
  return PARTS.find((part) => part === first) ?? 'sdk';
}

function definitionOf(source: string, name: string): number {
  const value = new RegExp(`^#define ${name} (\\d+)$`, 'm').exec(source)?.[1];
  if (value === undefined) throw new Error(`mc.xs.c says nothing of ${name}`);
  return Number(value);
}

/** Lines such as "### warning: core/record/schema: TABLE[2].fields: not frozen". */
function unfrozenOf(output: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [, module] of output.matchAll(
    /^### warning: ([^:\n]+): .*: (?:not frozen|no const)$/gm,
  )) {
    counts.set(module!, (counts.get(module!) ?? 0) + 1);
  }
  return counts;
}

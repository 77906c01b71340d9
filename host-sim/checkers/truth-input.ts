/**
 * Hands on the simulator's truth as the oracle takes it, from its entries or from `truth.jsonl`.
 * What the oracle has no use for (places, acts in words) is left out; of a replayed shock recording
 * the world knows neither fall nor impact, so both are unknown here.
 */
import { readFileSync } from 'node:fs';
import type { TruthEntry as WorldEntry, TruthSetup as WorldSetup } from '../world/truth.js';
import type { Truth, TruthEntry } from './input.js';

/** The truth of a world's entries; they are put into order of time. */
export function truthOfWorld(setup: WorldSetup, entries: readonly WorldEntry[]): Truth {
  const taken = entries.flatMap(entryOf);
  return { setup, entries: taken.sort((a, b) => a.atS - b.atS) };
}

function entryOf(entry: WorldEntry): TruthEntry[] {
  switch (entry.kind) {
    case 'dock':
    case 'place':
    case 'flight':
    case 'act':
      return [];
    case 'shock': {
      const { kind, atS, isClipped } = entry;
      if (entry.cause === 'recording') {
        return [{ kind, atS, isClipped, freeFallMs: null, deltaVMmPerS: null }];
      }
      const { freeFallMs, deltaVMmPerS } = entry;
      return [{ kind, atS, isClipped, freeFallMs, deltaVMmPerS }];
    }
    default:
      return [entry];
  }
}

/** Reads `truth.jsonl`; throws an Error with the line that is none. */
export function readTruth(path: string): Truth {
  const lines = readFileSync(path, 'utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  const values = lines.map((line, i): { kind?: unknown } => {
    try {
      return JSON.parse(line) as { kind?: unknown };
    } catch {
      throw new Error(`${path}:${i + 1}: expected one JSON object a line`);
    }
  });
  const [setup, ...entries] = values;
  if (setup?.kind !== 'setup') throw new Error(`${path}:1: expected the setup of the journey`);
  return truthOfWorld(setup as unknown as WorldSetup, entries as unknown as WorldEntry[]);
}

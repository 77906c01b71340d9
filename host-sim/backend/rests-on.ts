/**
 * Hands on which probes a kit's judgement rests on: those of its slot that gave a value in the last
 * reading of its stay, and those that should have.
 */
import type { KitLife } from './kit-fold.js';
import type { DecodedRecord } from './record-types.js';

/** Probes are counted from 0. */
export interface RestsOn {
  /** Number of the reading. */
  readonly sequence: number;
  readonly probes: readonly number[];
  /** Probes of its slot that gave nothing there. */
  readonly missing: readonly number[];
}

/** Null before the first reading of its stay, or where none of the slot's probes ever gave one. */
export function restsOn(records: readonly DecodedRecord[], life: KitLife): RestsOn | null {
  let slotProbes: Uint8Array = new Uint8Array();
  let found: RestsOn | null = null;
  for (const record of records) {
    if (record.type === 'config') slotProbes = record.tail;
    if (record.type !== 'reading' || !life.has(record.sequence)) continue;
    const slot = life.slotAt(record.sequence);
    if (slot === null) continue;
    const all = probesOf(slotProbes[slot] ?? 0);
    const probes = all.filter((probe) => (record.temperaturesCentiC?.[probe] ?? null) !== null);
    if (probes.length === 0) continue; // what was read before holds on
    const missing = all.filter((probe) => !probes.includes(probe));
    found = { sequence: record.sequence, probes, missing };
  }
  return found;
}

function probesOf(mask: number): number[] {
  return [0, 1, 2, 3, 4, 5, 6, 7].filter((probe) => (mask & (1 << probe)) !== 0);
}

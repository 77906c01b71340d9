/**
 * Hands on what columns cost where a power cut may take some readings, so that they wait and are
 * written together: the container's own journal in that mode, everything counted.
 */
import { SECTOR_BYTES } from '../../../firmware/core/limits.js';
import { JournalRig } from './journal-rig.js';
import type { SensorColumns } from './journal-workload.js';

export interface BatchedRun {
  /** Bytes a sample that flash holds. */
  readonly taken: number;
  /** Program commands a sample, those of headers and states among them. */
  readonly programs: number;
}

const FLASH_BYTES = 1 << 20;

/** Stores the columns where so many seconds of readings may be lost. */
export function runBatched(columns: SensorColumns, lossAllowedS: number): BatchedRun {
  const samples = columns.uptimeS.length;
  const probeCount = columns.temperaturesCentiC.length;
  const rig = new JournalRig({ probeCount, flashBytes: FLASH_BYTES });
  const { journal, flash } = rig;
  rig.mount();
  journal.allowLoss(lossAllowedS);
  rig.storeColumns(columns, 'none');
  journal.allowLoss(0);
  return {
    taken: (journal.segment * SECTOR_BYTES + journal.offset) / samples,
    programs: flash.counters.programs / samples,
  };
}

/**
 * Hands on what columns cost in a journal that has nothing else to remember: on flash, handed over,
 * and in memory.
 */
import type { NorFlash } from '../../ports/flash.js';
import { arrayBytes } from './array-bytes.js';
import { CompactCount } from './compact-count.js';
import { type CountedJournal, JournalRig, takenBytes } from './journal-rig.js';
import type { SensorColumns } from './journal-workload.js';

export interface PlainRun {
  readonly samples: number;
  readonly journal: CountedJournal;
  readonly flash: NorFlash;
  /** Bytes a sample that flash holds, all counted. */
  readonly taken: number;
  /** Bytes a sample of the same records, handed over in the compact form. */
  readonly compact: number;
  /** Bytes of the journal's typed arrays, its state among them. */
  readonly ramBytes: number;
}

const FLASH_BYTES = 1 << 20;

/** Stores the columns; the ring goes round where they need more room than it has. */
export function runPlain(columns: SensorColumns, battery: 'hourly' | 'none'): PlainRun {
  const probeCount = columns.temperaturesCentiC.length;
  const rig = new JournalRig({ probeCount, flashBytes: FLASH_BYTES });
  const { journal, flash } = rig;
  rig.mount();
  const ramBytes = arrayBytes(journal, [flash, rig.durable]);
  const compact = new CompactCount();
  journal.compact = compact;
  rig.storeColumns(columns, battery);
  compact.end();
  const samples = columns.uptimeS.length;
  return {
    samples,
    journal,
    flash,
    taken: takenBytes(journal.bytes) / samples,
    compact: compact.bytes / samples,
    ramBytes,
  };
}

/**
 * Runs the container's own recovery to its end, for hosts that have no watchdog to kick between its
 * slices.
 */
import type { Journal } from '../../firmware/core/journal/journal.js';
import { Recovery, RECOVERY, type RecordSink } from '../../firmware/core/journal/recover.js';
import type { FlashPort } from '../../firmware/core/ports.js';
import { RecordBuffer } from '../../firmware/core/record/record.js';

/** More slices than the largest journal takes. */
const SLICES_MAX = 100_000;

/** 1 when the journal held records, 0 when it was empty, or a fault of firmware/core/faults.ts. */
export function recover(
  journal: Journal,
  flash: FlashPort,
  durable: Int32Array,
  probeCount: number,
  newEpoch: number,
  sink: RecordSink,
): number {
  const record = new RecordBuffer();
  const recovery = new Recovery(journal, flash, durable, probeCount, newEpoch, sink, record);
  for (let slice = 0; slice < SLICES_MAX; slice++) {
    const result = recovery.poll();
    if (result !== RECOVERY.running) return result === RECOVERY.empty ? 0 : result;
  }
  throw new Error('journal: recovery does not end, expected an erase to be over');
}

/**
 * Readings that wait in retained memory to be written as one frame: they survive a sleep, but not a
 * power cut. The profiles of the kits aboard say how many seconds of readings a cut may take; by
 * default none, and then nothing waits.
 */
import { ReadingBatch } from '../record/batch.js';
import type { RecordBuffer } from '../record/record.js';

export class Waiting {
  readonly batch: ReadingBatch;
  /** Readings of the batch that are stored already, while it is being written. */
  written = 0;
  /** Seconds of readings that a power cut may take. */
  allowedS = 0;
  private readonly samplePeriodS: number;

  /** `words` are BATCH_WORDS of the journal's state. */
  constructor(words: Int32Array, probeCount: number, samplePeriodS: number) {
    this.batch = new ReadingBatch(words, probeCount);
    this.samplePeriodS = samplePeriodS;
  }

  /** Readings that are numbered and judged, but not stored. */
  get count(): number {
    return this.batch.count - this.written;
  }

  /** Whether a reading may wait for the next one. */
  get isAllowed(): boolean {
    return 2 * this.samplePeriodS <= this.allowedS;
  }

  /** Whether what waits must be written before this reading can wait, too. */
  isDue(reading: RecordBuffer): boolean {
    const { batch } = this;
    if (batch.count === 0) return false;
    if (!this.isAllowed || batch.count === batch.capacity) return true;
    // A cut just before the next reading takes all that have waited since the first.
    return reading.uptimeS + this.samplePeriodS - batch.uptimeSOf(0) > this.allowedS;
  }

  /** Nothing waits any more. */
  clear(): void {
    this.written = 0;
    this.batch.clear();
  }
}

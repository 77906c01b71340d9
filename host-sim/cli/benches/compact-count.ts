/**
 * Hands on how long the same records are in the form that is handed over where bytes cost energy:
 * the container's own encoder, segment by segment as the journal cut them, nothing stored.
 */
import type { SegmentHeader } from '../../../firmware/core/journal/layout.js';
import {
  COMPACT_RECORD_BYTES_MAX,
  CompactEncoder,
  OPENING_BYTES,
} from '../../../firmware/core/record/compact.js';
import { COMPACT_MODEL_WORDS } from '../../../firmware/core/record/compact-model.js';
import type { RecordBuffer } from '../../../firmware/core/record/record.js';

const WORK_BYTES = 4 * COMPACT_MODEL_WORDS + 4 * COMPACT_RECORD_BYTES_MAX;

export class CompactCount {
  private readonly encoder = new CompactEncoder(new Uint8Array(WORK_BYTES));
  private isOpen = false;
  private done = 0;

  /** Bytes of all segments that were begun, the one that is open as if it ended here. */
  get bytes(): number {
    return this.done + this.encoder.length;
  }

  /** A segment begins; all but the first one follow the chain of the one before. */
  begin(header: SegmentHeader): void {
    const follows = this.isOpen;
    this.end();
    this.encoder.begin(header, follows ? OPENING_BYTES : 0);
    this.isOpen = true;
  }

  add(record: RecordBuffer): void {
    this.encoder.add(record);
    if (!this.encoder.hasRoom) this.drop();
  }

  /** Ends the segment that is open. */
  end(): void {
    if (!this.isOpen) return;
    if (!this.encoder.hasRoom) this.drop();
    this.encoder.end(false);
    this.drop();
    this.isOpen = false;
  }

  private drop(): void {
    this.done += this.encoder.length;
    this.encoder.drop(this.encoder.length);
  }
}

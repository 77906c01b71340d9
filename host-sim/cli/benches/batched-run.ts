/**
 * Hands on what columns cost where readings are gathered for a while and written together: the
 * frames of the container's own codec, cut into segments as a journal cuts them, header counted.
 */
import { HEADER_BYTES } from '../../../firmware/core/journal/layout.js';
import { PAGE_BYTES } from '../../../firmware/core/journal/pages.js';
import { SECTOR_BYTES } from '../../../firmware/core/limits.js';
import { batchWords, ReadingBatch } from '../../../firmware/core/record/batch.js';
import {
  FRAME_BYTES_MAX,
  FRAME_STATE_WORDS,
  FrameCodec,
} from '../../../firmware/core/record/frame.js';
import { RecordBuffer } from '../../../firmware/core/record/record.js';
import { fillReading } from './journal-rig.js';
import { PERIOD_S, type SensorColumns } from './journal-workload.js';

export interface BatchedRun {
  /** Bytes a sample, segment headers included. */
  readonly taken: number;
  /** Program commands a sample: one a frame, two where it crosses a page. */
  readonly programs: number;
}

/** Writes the columns in batches of so many readings. */
export function runBatched(columns: SensorColumns, readingCount: number): BatchedRun {
  const samples = columns.uptimeS.length;
  const probeCount = columns.temperaturesCentiC.length;
  const segments = new Segments(probeCount);
  const batch = new ReadingBatch(new Int32Array(batchWords(probeCount, readingCount)), probeCount);
  const record = new RecordBuffer();
  for (let i = 0; i < samples; i++) {
    fillReading(record, columns, i);
    if (batch.add(record) === 0) {
      segments.write(batch);
      batch.add(record);
    }
  }
  segments.write(batch);
  return { taken: segments.bytes / samples, programs: segments.programs / samples };
}

class Segments {
  programs = 0;
  private full = -1;
  private offset = SECTOR_BYTES;
  private readonly codec: FrameCodec;
  private readonly record = new RecordBuffer();
  private readonly frame = new Uint8Array(2 * FRAME_BYTES_MAX);

  constructor(probeCount: number) {
    this.codec = new FrameCodec(new Int32Array(FRAME_STATE_WORDS), probeCount, PERIOD_S);
  }

  get bytes(): number {
    return this.full * SECTOR_BYTES + this.offset;
  }

  /** Writes all of the batch, at once but for the end of a segment, and clears it. */
  write(batch: ReadingBatch): void {
    const { codec, record, frame } = this;
    let from = 0;
    while (from < batch.count) {
      let room = SECTOR_BYTES - this.offset;
      let length = codec.encodeBatch(batch, from, record, frame, room);
      if (length > room) {
        this.full += 1;
        this.offset = HEADER_BYTES;
        room = SECTOR_BYTES - this.offset;
        codec.restart();
        length = codec.encodeBatch(batch, from, record, frame, room);
      }
      if (length < 0) throw new Error(`A batch cannot be encoded: fault ${length}`);
      this.programs += pageOf(this.offset + length - 1) - pageOf(this.offset) + 1;
      this.offset += length;
      from += codec.batched;
    }
    batch.clear();
  }
}

function pageOf(offset: number): number {
  return Math.floor(offset / PAGE_BYTES);
}

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FAULT } from '../../../firmware/core/faults.js';
import {
  encodeHeader,
  HEADER_BYTES,
  SegmentHeader,
} from '../../../firmware/core/journal/layout.js';
import { SegmentReader } from '../../../firmware/core/journal/reader.js';
import { SECTOR_BYTES } from '../../../firmware/core/limits.js';
import { batchWords, ReadingBatch } from '../../../firmware/core/record/batch.js';
import { BODY_HEAD, BODY_KIND, sealBody } from '../../../firmware/core/record/check.js';
import {
  FRAME_BYTES_MAX,
  FRAME_STATE_WORDS,
  FrameCodec,
} from '../../../firmware/core/record/frame.js';
import { RecordBuffer } from '../../../firmware/core/record/record.js';
import { RECORD } from '../../../firmware/core/record/schema.js';
import { anyRecord, anyWalk, makeReading, makeRecord } from '../../support/records.js';
import { textOf } from '../../support/journal-box.js';

const PROBE_COUNT = 2;
const FIRST_SEQUENCE = 1000;

interface Read {
  readonly address: number;
  readonly length: number;
}

/** One sector of frames that stand behind a header and `stateBytes` of state. */
class Sector {
  readonly bytes = new Uint8Array(SECTOR_BYTES + FRAME_BYTES_MAX).fill(0xff);
  readonly reads: Read[] = [];
  /** What a reader must give: sequence number and canonical bytes, and the frame of each. */
  readonly expected: string[] = [];
  readonly frames: [at: number, length: number][] = [];
  private at: number;
  private sequence = FIRST_SEQUENCE;
  private readonly codec: FrameCodec;

  constructor(stateBytes = 0) {
    this.codec = new FrameCodec(new Int32Array(FRAME_STATE_WORDS), PROBE_COUNT, 60);
    const header = new SegmentHeader();
    header.probeCount = PROBE_COUNT;
    header.samplePeriodS = 60;
    header.firstSequence = FIRST_SEQUENCE;
    header.stateBytes = stateBytes;
    encodeHeader(header, this.bytes);
    this.bytes.fill(0, HEADER_BYTES, HEADER_BYTES + stateBytes);
    this.at = HEADER_BYTES + stateBytes;
  }

  /** Writes a record, or those of a batch; false when the sector is full. */
  store(records: readonly RecordBuffer[]): boolean {
    const into = new Uint8Array(2 * FRAME_BYTES_MAX);
    const batch = new ReadingBatch(new Int32Array(batchWords(PROBE_COUNT, 200)), PROBE_COUNT);
    if (records.length > 1) for (const record of records) assert.equal(batch.add(record), 1);
    for (let from = 0; from < records.length;) {
      const length =
        records.length === 1
          ? this.codec.encode(records[0]!, into, 0)
          : this.codec.encodeBatch(batch, from, new RecordBuffer(), into, FRAME_BYTES_MAX);
      if (this.at + length > SECTOR_BYTES) return false;
      this.bytes.set(into.subarray(0, length), this.at);
      const count = records.length === 1 ? 1 : this.codec.batched;
      for (const record of records.slice(from, from + count)) {
        if (record.type === RECORD.lost) this.sequence = record.fields[0]! + record.fields[1]!;
        record.sequence = this.sequence++;
        this.expected.push(textOf(record, PROBE_COUNT));
        this.frames.push([this.at, length]);
      }
      this.at += length;
      from += count;
    }
    return true;
  }

  read(address: number, into: Uint8Array, length: number): number {
    this.reads.push({ address, length });
    into.set(this.bytes.subarray(address, address + length));
    return 0;
  }
}

const anyFilling = fc.array(
  fc.oneof(
    anyRecord(PROBE_COUNT).map((record) => [record]),
    anyWalk(PROBE_COUNT, 40),
    anyWalk(PROBE_COUNT, 40).map((walk) => walk.slice(0, 1)),
  ),
  { minLength: 1, maxLength: 60, size: 'max' },
);

describe('the reader of a segment', () => {
  it('gives every record with its number, its frame and the bytes of that', () => {
    const property = fc.property(anyFilling, fc.nat(900), (fillings, stateBytes) => {
      const sector = new Sector(stateBytes);
      for (const filling of fillings) {
        if (filling.length > 0 && !sector.store(filling)) break;
      }
      const reader = new SegmentReader(sector, 1, 60);
      assert.equal(reader.open(0, SECTOR_BYTES), 0);
      const record = new RecordBuffer();
      const bytes = new Uint8Array(FRAME_BYTES_MAX);
      sector.expected.forEach((text, i) => {
        assert.equal(reader.next(record), 1);
        assert.equal(textOf(record, PROBE_COUNT), text);
        const [at, length] = sector.frames[i]!;
        assert.equal(reader.frameAt, at);
        assert.equal(reader.offset, at + length);
        assert.equal(reader.frameBytes(bytes), length);
        assert.deepEqual(bytes.slice(0, length), sector.bytes.slice(at, at + length));
      });
    });
    fc.assert(property, { numRuns: 60 });
  });

  it('reads each byte of the flash once, a page at a time', () => {
    const property = fc.property(anyFilling, (fillings) => {
      const sector = new Sector(300);
      for (const filling of [...fillings, ...fillings, ...fillings]) {
        if (filling.length > 0 && !sector.store(filling)) break;
      }
      const reader = new SegmentReader(sector, PROBE_COUNT, 60);
      reader.open(0, SECTOR_BYTES);
      const record = new RecordBuffer();
      while (reader.next(record) === 1);
      const [header, ...pages] = sector.reads;
      assert.deepEqual(header, { address: 0, length: HEADER_BYTES });
      let at = HEADER_BYTES + 300;
      for (const { address, length } of pages) {
        assert.equal(address, at);
        assert.ok(length > 0 && length <= 256);
        at += length;
      }
      assert.ok(at <= SECTOR_BYTES);
      assert.ok(pages.length <= SECTOR_BYTES / 256);
    });
    fc.assert(property, { numRuns: 60 });
  });

  it('reads nothing behind the end that it was given', () => {
    const sector = new Sector();
    const walk = Array.from({ length: 300 }, (_, i) => makeReading(60 * i, 400, 500 + (i % 7), 3));
    for (const reading of walk) sector.store([reading]);
    for (const end of [HEADER_BYTES - 1, HEADER_BYTES, HEADER_BYTES + 1, 200, 333, 600]) {
      sector.reads.length = 0;
      const reader = new SegmentReader(sector, PROBE_COUNT, 60);
      reader.open(0, end);
      const record = new RecordBuffer();
      let count = 0;
      let result = reader.next(record);
      for (; result === 1; result = reader.next(record)) count++;
      const whole = sector.frames.filter(([at, length]) => at + length <= end).length;
      assert.equal(count, whole);
      assert.ok(end >= HEADER_BYTES || result === FAULT.truncated);
      for (const { address, length } of sector.reads.slice(1)) assert.ok(address + length <= end);
    }
  });

  it('begins anew in the midst of a batch when it is opened again', () => {
    const sector = new Sector();
    sector.store(Array.from({ length: 50 }, (_, i) => makeReading(60 * i, 400, 500 + (i % 7), 3)));
    const reader = new SegmentReader(sector, PROBE_COUNT, 60);
    const record = new RecordBuffer();
    for (let round = 0; round < 3; round++) {
      reader.open(0, SECTOR_BYTES);
      for (let i = 0; i < 20; i++) {
        assert.equal(reader.next(record), 1);
        assert.equal(textOf(record, PROBE_COUNT), sector.expected[i]);
      }
    }
  });

  it('counts a batch whose bits end too early up to there, and its frame as unreadable', () => {
    const sector = new Sector();
    sector.store(Array.from({ length: 9 }, (_, i) => makeReading(60 * i, 400, 500 + (i % 7), 3)));
    const [at] = sector.frames.at(-1)!;
    const length = sector.bytes[at + 2]!;
    sector.bytes[at + BODY_HEAD] = 100;
    sealBody(sector.bytes, at, BODY_KIND.batch, length);
    const reader = new SegmentReader(sector, PROBE_COUNT, 60);
    reader.open(0, SECTOR_BYTES);
    const record = new RecordBuffer();
    let result = reader.next(record);
    for (; result === 1; result = reader.next(record));
    assert.equal(result, FAULT.malformed);
    assert.equal(reader.offset, at);
    assert.equal(reader.frameAt, at);
  });

  it('hands on a fault of the flash, and goes on when that has passed', () => {
    const sector = new Sector();
    for (let i = 0; i < 200; i++) sector.store([makeRecord(RECORD.lid, i, [i & 1])]);
    let isFailing = false;
    const flash = {
      read: (address: number, into: Uint8Array, length: number): number =>
        isFailing ? FAULT.flashFailed : sector.read(address, into, length),
    };
    const reader = new SegmentReader(flash, PROBE_COUNT, 60);
    reader.open(0, SECTOR_BYTES);
    const record = new RecordBuffer();
    sector.expected.forEach((text, i) => {
      isFailing = i % 2 === 1;
      let result = reader.next(record);
      isFailing = false;
      if (result === FAULT.flashFailed) result = reader.next(record);
      assert.equal(result, 1);
      assert.equal(textOf(record, PROBE_COUNT), text);
    });
  });
});

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chainRoot } from '../../../firmware/core/journal/chain.js';
import {
  decodeHeader,
  encodeHeader,
  HEADER_BYTES,
  SegmentHeader,
} from '../../../firmware/core/journal/layout.js';
import { SegmentReader } from '../../../firmware/core/journal/reader.js';
import { SECTOR_BYTES } from '../../../firmware/core/limits.js';
import { batchWords, ReadingBatch } from '../../../firmware/core/record/batch.js';
import {
  FRAME_BYTES_MAX,
  FRAME_STATE_WORDS,
  FrameCodec,
} from '../../../firmware/core/record/frame.js';
import { RecordBuffer } from '../../../firmware/core/record/record.js';
import { RECORD_SCHEMAS } from '../../../firmware/core/record/fields.js';
import { RECORD } from '../../../firmware/core/record/schema.js';
import { Sha256 } from '../../../firmware/core/sha256.js';
import { TEMPERATURE_ABSENT } from '../../../firmware/core/units.js';
import { readSegment } from '../../support/format-v2.js';
import { canonicalOf, makeReading, makeRecord, RECORD_TYPES } from '../../support/records.js';

const FOLDER = join(__dirname, '../../golden/format-v2');
const EPOCH = 77;
const PROBE_COUNT = 2;

/** Fields whose bytes can be told apart, cut to no width: the codec cuts them. */
function goldenRecord(type: number): RecordBuffer {
  if (type === RECORD.reading) return makeReading(1_000_060, 455, 512, -1999);
  const schema = RECORD_SCHEMAS[type]!;
  const fields = schema.fields.map(([, width], i) => {
    const value = { 1: 0x81, 2: 0x8281, 4: 0x74838281 }[Math.abs(width)]!;
    const own = value + (i + 1);
    return width > 0 || width === -4 ? own : own - 2 ** (8 * -width);
  });
  const tail = schema.tail === '' ? '' : `${schema.name}.${schema.tail}`;
  return makeRecord(type, 1_000_000 + type, fields, Buffer.from(tail));
}

/** A segment without state, as bytes, and the canonical bytes of what was written into it. */
class GoldenSegment {
  readonly bytes = new Uint8Array(SECTOR_BYTES + FRAME_BYTES_MAX).fill(0xff);
  readonly expected: string[] = [];
  length = HEADER_BYTES;
  readonly probeCount: number;
  private readonly codec: FrameCodec;

  constructor(probeCount: number) {
    this.probeCount = probeCount;
    this.codec = new FrameCodec(new Int32Array(FRAME_STATE_WORDS), probeCount, 60);
    const header = new SegmentHeader();
    header.probeCount = probeCount;
    header.samplePeriodS = 60;
    header.epoch = EPOCH;
    header.firstSequence = 1;
    header.bootCount = 1;
    header.uptimeS = 3;
    header.wallS = 207_360_000;
    chainRoot(new Sha256(), EPOCH, new Uint8Array(8), header.chainBefore);
    encodeHeader(header, this.bytes);
  }

  store(record: RecordBuffer): void {
    this.expected.push(canonicalOf(record, this.probeCount).toString('hex'));
    this.add(this.codec.encode(record, this.bytes, this.length));
  }

  /** Stores readings in as few frames as they fit into. */
  storeBatch(readings: readonly RecordBuffer[]): void {
    const words = new Int32Array(batchWords(this.probeCount, readings.length));
    const batch = new ReadingBatch(words, this.probeCount);
    for (const reading of readings) {
      assert.equal(batch.add(reading), 1);
      this.expected.push(canonicalOf(reading, this.probeCount).toString('hex'));
    }
    const into = new Uint8Array(2 * FRAME_BYTES_MAX);
    for (let from = 0; from < batch.count; from += this.codec.batched) {
      const length = this.codec.encodeBatch(batch, from, new RecordBuffer(), into, FRAME_BYTES_MAX);
      this.bytes.set(into.subarray(0, length), this.length);
      this.add(length);
    }
  }

  private add(length: number): void {
    assert.ok(length > 0);
    this.length += length;
    this.bytes.fill(0xff, this.length);
  }

  get written(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }
}

/** Readings of all kinds between events: late, early, with a gap, with a jump, in batches. */
function goldenSegment(probeCount = PROBE_COUNT): GoldenSegment {
  const segment = new GoldenSegment(probeCount);
  const readingAt = (i: number): RecordBuffer => {
    const lateS = i === 20 ? 1 : i === 21 ? -1 : i >= 30 ? 4000 : 0;
    const isGap = i >= 50 && i < 55;
    const jump = i >= 80 && i < 82 ? 3000 : i === 85 ? 30_000 : 0;
    const first = isGap ? TEMPERATURE_ABSENT : 500 + ((i * 7) % 13) + jump;
    const others = Array.from({ length: probeCount - 1 }, (_, p) => -20 * p - ((i * 3) % 5));
    return makeReading(60 * (i + 1) + lateS, 400 + (i >> 3), first, ...others);
  };
  segment.store(makeRecord(RECORD.boot, 0, [1, 1, 0, -2147483648, 0]));
  for (let i = 0; i < 120; i++) {
    segment.store(readingAt(i));
    if (i === 60) segment.store(makeRecord(RECORD.lid, 60 * 61 + 4001, [1]));
  }
  segment.storeBatch(Array.from({ length: 70 }, (_, i) => readingAt(120 + i)));
  segment.storeBatch([190, 191, 193, 194].map(readingAt));
  segment.store(readingAt(195));
  return segment;
}

/** The golden bytes by name; with UPDATE_GOLDEN=1 they are written anew, for review in the diff. */
function golden(name: string, made: Uint8Array): Buffer {
  const path = join(FOLDER, `${name}.hex`);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(FOLDER, { recursive: true });
    const lines =
      Buffer.from(made)
        .toString('hex')
        .match(/.{1,64}/g) ?? [];
    writeFileSync(path, `${lines.join('\n')}\n`);
  }
  return Buffer.from(readFileSync(path, 'latin1').replaceAll(/\s/g, ''), 'hex');
}

const codec = (): FrameCodec => new FrameCodec(new Int32Array(FRAME_STATE_WORDS), PROBE_COUNT, 60);

describe('golden bytes of format version 2', () => {
  for (const type of RECORD_TYPES) {
    const { name } = RECORD_SCHEMAS[type]!;
    it(`are written and read: ${name}`, () => {
      const record = goldenRecord(type);
      const into = new Uint8Array(2 * FRAME_BYTES_MAX).fill(0xff);
      const length = codec().encode(record, into, 0);
      const bytes = golden(name, into.subarray(0, length));
      assert.equal(Buffer.from(into.subarray(0, length)).toString('hex'), bytes.toString('hex'));
      const got = new RecordBuffer();
      assert.equal(codec().decode(bytes, 0, bytes.length, got), bytes.length);
      assert.deepEqual(canonicalOf(got, PROBE_COUNT), canonicalOf(record, PROBE_COUNT));
    });
  }

  /** A frame that follows a plain reading, which stands in front of it. */
  const followers: readonly (readonly [name: string, write: (segment: GoldenSegment) => void])[] = [
    ['reading-on-time', (segment) => segment.store(makeReading(120, 401, 512, -1998))],
    ['reading-late', (segment) => segment.store(makeReading(121, 400, 510, -1998))],
    ['reading-early', (segment) => segment.store(makeReading(119, 400, 510, -1998))],
    ['reading-after-a-wait', (segment) => segment.store(makeReading(4000, 400, 509, -2001))],
    ['reading-with-a-jump', (segment) => segment.store(makeReading(120, 400, 8510, -1998))],
    [
      'reading-with-too-many-zeros',
      (segment) => segment.store(makeReading(120, 405, -32258, -1994)),
    ],
    [
      'batch',
      (segment) =>
        segment.storeBatch([
          makeReading(120, 401, 512, -1998),
          makeReading(180, 401, 513, -1999),
          makeReading(241, 402, 510, -1999),
          makeReading(301, 402, 510, 2000),
        ]),
    ],
  ];
  for (const [name, write] of followers) {
    it(`are written and read: ${name}`, () => {
      const segment = new GoldenSegment(PROBE_COUNT);
      segment.store(makeReading(60, 400, 510, -2000));
      const from = segment.length;
      write(segment);
      const bytes = golden(name, segment.written.subarray(from));
      assert.equal(
        Buffer.from(segment.written.subarray(from)).toString('hex'),
        bytes.toString('hex'),
      );
      assert.equal((bytes[0]! & 12) === 8, /late|early|wait|zeros/.test(name)); // wide
      assert.deepEqual(readByFirmware(segment.bytes).records, segment.expected);
      const { records } = readSegment(segment.bytes.subarray(0, SECTOR_BYTES))!;
      assert.deepEqual(
        records.map((record) => record.toString('hex')),
        segment.expected,
      );
    });
  }

  for (const [name, probeCount] of [
    ['segment', PROBE_COUNT],
    ['segment-of-four-probes', 4],
  ] as const) {
    it(`are written and read: ${name}`, () => {
      const segment = goldenSegment(probeCount);
      const bytes = golden(name, segment.written);
      assert.equal(Buffer.from(segment.written).toString('hex'), bytes.toString('hex'));
      const sector = Buffer.concat([bytes, Buffer.alloc(SECTOR_BYTES - bytes.length, 0xff)]);
      const read = readByFirmware(sector);
      const plain = readSegment(sector)!;
      assert.deepEqual(read.records, segment.expected);
      assert.deepEqual(
        plain.records.map((record) => record.toString('hex')),
        segment.expected,
      );
      assert.deepEqual(read.offsets, plain.offsets);
      assert.equal(plain.endsAt, bytes.length);
      assert.ok(plain.isBlankAtEnd);
    });
  }

  it('are written and read: its header', () => {
    const made = goldenSegment().bytes.subarray(0, HEADER_BYTES);
    const bytes = golden('header', made);
    assert.equal(Buffer.from(made).toString('hex'), bytes.toString('hex'));
    const header = new SegmentHeader();
    assert.equal(decodeHeader(bytes, header), 0);
    const { probeCount, samplePeriodS, epoch, segment, firstSequence, uptimeS, wallS } = header;
    assert.deepEqual(
      { probeCount, samplePeriodS, epoch, segment, firstSequence, uptimeS, wallS },
      {
        probeCount: PROBE_COUNT,
        samplePeriodS: 60,
        epoch: EPOCH,
        segment: 0,
        firstSequence: 1,
        uptimeS: 3,
        wallS: 207_360_000,
      },
    );
  });
});

/** Canonical bytes of each record that the container's own reader finds, and its frame's offset. */
function readByFirmware(sector: Uint8Array): { records: string[]; offsets: number[] } {
  const flash = {
    read(address: number, into: Uint8Array, length: number): number {
      into.set(sector.subarray(address, address + length));
      return 0;
    },
  };
  const reader = new SegmentReader(flash, 1, 60);
  assert.equal(reader.open(0, SECTOR_BYTES), 0);
  const records: string[] = [];
  const offsets: number[] = [];
  const record = new RecordBuffer();
  while (reader.next(record) === 1) {
    records.push(canonicalOf(record, reader.header.probeCount).toString('hex'));
    offsets.push(reader.frameAt);
    assert.equal(record.sequence, records.length);
  }
  return { records, offsets };
}

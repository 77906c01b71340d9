import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  decodeHeader,
  HEADER_BYTES,
  SegmentHeader,
} from '../../../firmware/core/journal/layout.js';
import { SECTOR_BYTES } from '../../../firmware/core/limits.js';
import {
  FRAME_BYTES_MAX,
  FRAME_STATE_WORDS,
  FrameCodec,
} from '../../../firmware/core/record/frame.js';
import { RecordBuffer } from '../../../firmware/core/record/record.js';
import { RECORD, RECORD_SCHEMAS } from '../../../firmware/core/record/schema.js';
import { TEMPERATURE_ABSENT } from '../../../firmware/core/units.js';
import { decodeImage } from '../../../host-sim/backend/decode.js';
import { readSegment } from '../../support/format-v1.js';
import { decodedText, EPOCH, JournalBox } from '../../support/journal-box.js';
import { canonicalOf, makeReading, makeRecord, RECORD_TYPES } from '../../support/records.js';

const FOLDER = join(__dirname, '../../golden/format-v1');
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

/** One segment with readings of all kinds between events, in a journal begun anew. */
function goldenBox(probeCount = PROBE_COUNT): JournalBox {
  const box = new JournalBox({ probeCount });
  box.boot();
  box.journal.anchor(3, 207_360_000, 1);
  box.storeBoot(3);
  for (let i = 0; i < 120; i++) {
    const lateS = i === 20 ? 1 : i === 21 ? -1 : i >= 30 ? 4000 : 0;
    const isGap = i >= 50 && i < 55;
    const jump = i >= 80 && i < 82 ? 3000 : 0;
    const first = isGap ? TEMPERATURE_ABSENT : 500 + ((i * 7) % 13) + jump;
    const others = Array.from({ length: probeCount - 1 }, (_, p) => -20 * p - ((i * 3) % 5));
    box.store(makeReading(60 * (i + 1) + lateS, 400 + (i >> 3), first, ...others));
    if (i === 60) box.store(makeRecord(RECORD.lid, 60 * 61 + 4001, [1]));
  }
  return box;
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

describe('golden bytes of format version 1', () => {
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

  for (const [name, probeCount] of [
    ['segment', PROBE_COUNT],
    ['segment-of-four-probes', 4],
  ] as const) {
    it(`are written and read: ${name}`, () => {
      const box = goldenBox(probeCount);
      const made = box.flash.image().subarray(0, box.journal.offset);
      const bytes = golden(name, made);
      assert.equal(Buffer.from(made).toString('hex'), bytes.toString('hex'));
      const sector = Buffer.concat([bytes, Buffer.alloc(SECTOR_BYTES - bytes.length, 0xff)]);
      const log = decodeImage(sector);
      assert.deepEqual(log.problems, []);
      const texts = log.records.map((record) => decodedText(record, probeCount));
      assert.deepEqual(texts, box.fold.applied);
      const records = readSegment(sector)!.records.map((record) => record.toString('hex'));
      assert.deepEqual(
        records,
        texts.map((text) => text.split(':')[1]),
      );
    });
  }

  it('are written and read: its header', () => {
    const made = goldenBox().flash.image().subarray(0, HEADER_BYTES);
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

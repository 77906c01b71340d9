import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import { FAULT } from '../../../firmware/core/faults.js';
import { ENCODING } from '../../../firmware/core/handoff/protocol.js';
import { RecordStream } from '../../../firmware/core/handoff/stream.js';
import { HEADER_BYTES } from '../../../firmware/core/journal/layout.js';
import { SECTOR_BYTES } from '../../../firmware/core/limits.js';
import { RECORD } from '../../../firmware/core/record/schema.js';
import { decodeBlocks } from '../../../host-sim/backend/decode.js';
import { encodeRead } from '../../../host-sim/backend/protocol.js';
import type { FlashBlock } from '../../../host-sim/backend/record-types.js';
import { SessionBench } from './support/session-bench.js';

function benchWith(recordCount: number, sectorCount?: number): SessionBench {
  const bench = new SessionBench(sectorCount);
  bench.fillJournal(recordCount);
  return bench;
}

/** Takes everything from where the stream stands, in pieces of at most `room` bytes. */
function drain(stream: RecordStream, room = 237): FlashBlock[] {
  const into = new Uint8Array(244);
  const pieces: FlashBlock[] = [];
  for (let round = 0; !stream.isAtEnd; round++) {
    if (round > 10_000) throw new Error('The stream does not end');
    const length = stream.read(into, room);
    assert.ok(length >= 0, `fault ${length}`);
    if (length === 0) continue;
    pieces.push({ segment: stream.segment, offset: stream.offset, bytes: into.slice(0, length) });
    stream.advance(into, length);
  }
  return pieces;
}

function streamFrom(bench: SessionBench, segment: number, offset: number): RecordStream {
  const stream = new RecordStream(bench.journal);
  stream.begin(segment, offset);
  return stream;
}

describe('a stream of records', () => {
  it('is the flash, byte for byte, from header to end', () => {
    const bench = benchWith(300);
    const image = bench.flash.image();
    for (const { segment, offset, bytes } of drain(streamFrom(bench, 0, 0))) {
      const at = segment * SECTOR_BYTES + offset;
      assert.deepEqual(bytes, image.subarray(at, at + bytes.length));
    }
  });

  it('passes over the snapshot behind each header, and gives the header whole', () => {
    const bench = benchWith(300);
    const pieces = drain(streamFrom(bench, 0, 0));
    for (let segment = 0; segment <= bench.journal.segment; segment++) {
      const own = pieces.filter((piece) => piece.segment === segment);
      const framesAt = bench.journal.framesAt(segment);
      assert.ok(framesAt > HEADER_BYTES);
      assert.deepEqual([own[0]?.offset, own[0]?.bytes.length], [0, HEADER_BYTES]);
      assert.equal(own[1]?.offset, framesAt);
    }
  });

  it('gives the same records in pieces of any size', () => {
    const bench = benchWith(120);
    for (const room of [57, 58, 100, 193, 237]) {
      const log = decodeBlocks(drain(streamFrom(bench, 0, 0), room));
      assert.deepEqual([log.lastSequence, log.problems], [120, []], `${room} bytes`);
    }
  });

  it('begins with the header of the segment that holds a sequence number', () => {
    const bench = benchWith(300);
    for (let sequence = 1; sequence <= 300; sequence += 13) {
      const stream = new RecordStream(bench.journal);
      stream.beginBy(encodeRead(sequence, 0), ENCODING.verbatim);
      const log = decodeBlocks(drain(stream));
      assert.ok(log.firstSequence <= sequence && sequence <= log.lastSequence);
      const holder = log.records.filter((record) => record.sequence <= sequence);
      assert.ok(holder.length <= 100, 'not more than one segment before');
    }
  });

  it('begins with the oldest segment for what is not stored any more', () => {
    const bench = benchWith(10, 16);
    for (let lap = 0; lap < 20; lap++) {
      bench.journal.acknowledge(bench.journal.nextSequence - 1);
      bench.fillJournal(100);
    }
    const { oldestSegment } = bench.journal;
    assert.ok(oldestSegment > 0);
    for (const begin of [
      (stream: RecordStream) => stream.beginBy(encodeRead(1, 0), ENCODING.verbatim),
      (stream: RecordStream) => stream.begin(0, 2000),
      (stream: RecordStream) => stream.begin(-5, 0),
    ]) {
      const stream = new RecordStream(bench.journal);
      begin(stream);
      const pieces = drain(stream);
      assert.deepEqual([pieces[0]?.segment, pieces[0]?.offset], [oldestSegment, 0]);
      assert.equal(decodeBlocks(pieces).firstSequence, bench.journal.oldestSequence());
    }
  });

  it('goes on from within a header, and from anywhere in a snapshot with the first frame', () => {
    const bench = benchWith(300);
    const framesAt = bench.journal.framesAt(1);
    assert.equal(drain(streamFrom(bench, 1, 30))[0]?.offset, 30);
    for (const offset of [HEADER_BYTES, HEADER_BYTES + 1, framesAt - 1, framesAt]) {
      assert.equal(drain(streamFrom(bench, 1, offset))[0]?.offset, framesAt);
    }
  });

  it('is at its end behind the journal, and moves on from behind a sector', () => {
    const bench = benchWith(300);
    const { segment } = bench.journal;
    assert.ok(streamFrom(bench, segment + 1, 0).isAtEnd);
    assert.ok(streamFrom(bench, segment, SECTOR_BYTES).isAtEnd);
    assert.equal(drain(streamFrom(bench, 0, 0xffff))[0]?.segment, 1);
  });

  it('ends where the journal ended when it began, though records go on', () => {
    const bench = benchWith(100);
    const stream = streamFrom(bench, 0, 0);
    bench.fillJournal(200);
    const log = decodeBlocks(drain(stream));
    assert.deepEqual([log.lastSequence, stream.nextSequence], [100, 101]);
  });

  it('tells a fault when what it reads was overwritten meanwhile', () => {
    const bench = benchWith(10, 16);
    const stream = streamFrom(bench, 0, 0);
    for (let lap = 0; lap < 20; lap++) {
      bench.journal.acknowledge(bench.journal.nextSequence - 1);
      bench.fillJournal(100);
    }
    assert.equal(stream.read(new Uint8Array(244), 237), FAULT.absent);
  });

  it('keeps the CRC-32 of what was sent, not of what was only read', () => {
    const bench = benchWith(60);
    const stream = streamFrom(bench, 0, 0);
    const into = new Uint8Array(244);
    stream.read(into, 237);
    stream.read(into, 237); // the link was busy: the same piece again
    const pieces = drain(stream);
    const crc = pieces.reduce((sum, { bytes }) => crc32(bytes, sum), 0) | 0;
    assert.equal(stream.crc, crc);
    assert.equal(decodeBlocks(pieces).lastSequence, 60);
  });

  it('gives frames whose bytes are as blank as can be', () => {
    const bench = new SessionBench();
    for (let i = 0; i < 60; i++) {
      bench.append(RECORD.config, (record) => {
        record.fields.fill(-1);
        record.setTail(new Uint8Array(16).fill(0xff), 0, 16);
      });
    }
    const log = decodeBlocks(drain(streamFrom(bench, 0, 0), 57));
    assert.deepEqual([log.lastSequence, log.problems], [60, []]);
  });
});

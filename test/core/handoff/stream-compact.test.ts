import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import { FAULT } from '../../../firmware/core/faults.js';
import { ENCODING } from '../../../firmware/core/handoff/protocol.js';
import { RecordStream } from '../../../firmware/core/handoff/stream.js';
import { chainStart } from '../../../firmware/core/journal/journal.js';
import { SegmentReader } from '../../../firmware/core/journal/reader.js';
import { OBJECT_BYTES_MAX, SECTOR_BYTES } from '../../../firmware/core/limits.js';
import { OPENING_BYTES } from '../../../firmware/core/record/compact.js';
import { encodeCanonical, RecordBuffer } from '../../../firmware/core/record/record.js';
import { RECORD } from '../../../firmware/core/record/schema.js';
import { Sha256 } from '../../../firmware/core/sha256.js';
import { isWhole } from '../../../host-sim/backend/compact-decode.js';
import type { CompactBlock } from '../../../host-sim/backend/compact-decode.js';
import { compactSegments, followSegment } from '../../../host-sim/backend/compact-segments.js';
import type { SegmentBefore } from '../../../host-sim/backend/compact-segments.js';
import { encodeRead } from '../../../host-sim/backend/protocol.js';
import { decodeBlocks } from '../../../host-sim/backend/decode.js';
import { SessionBench } from './support/session-bench.js';

const ROOM = 237;

/** A bench whose journal holds readings with other records between, some segments long. */
function benchWith(recordCount = 900, sectorCount?: number): SessionBench {
  const bench = new SessionBench(sectorCount);
  fill(bench, recordCount);
  return bench;
}

function fill(bench: SessionBench, recordCount: number): void {
  for (let i = 0; i < recordCount; i++) {
    if (i % 3 === 2) bench.fillJournal(1);
    else {
      bench.append(RECORD.reading, (record) => {
        record.fields.set([500 + (i % 7), 400 + ((i * 37) % 11), 450 - ((i * 31) % 5)]);
      });
    }
  }
}

function streamOf(bench: SessionBench, segment = 0, offset = 0): RecordStream {
  const stream = new RecordStream(bench.journal, {
    work: new Uint8Array(OBJECT_BYTES_MAX),
    spare: new RecordBuffer(),
    sectorCount: bench.flash.size() / SECTOR_BYTES,
  });
  stream.begin(segment, offset, ENCODING.compact);
  return stream;
}

/** Takes everything from where the stream stands, in pieces of at most `room` bytes. */
function drain(stream: RecordStream, room = ROOM): CompactBlock[] {
  const into = new Uint8Array(room);
  const pieces: CompactBlock[] = [];
  for (let round = 0; !stream.isAtEnd; round++) {
    if (round > 100_000) throw new Error('The stream does not end');
    const length = stream.read(into, room);
    if (length === 0 || length === FAULT.busy) continue;
    assert.ok(length > 0, `fault ${length}`);
    const { segment, offset } = stream;
    pieces.push({ segment, offset, bytes: into.slice(0, length), encoding: 1 });
    stream.advance(into, length);
  }
  return pieces;
}

/** All bytes with their places, so that pieces of other lengths can be compared. */
function placesOf(pieces: readonly CompactBlock[]): string[] {
  return pieces.flatMap(({ segment, offset, bytes }) =>
    [...bytes].map((byte, i) => `${segment}:${offset + i}=${byte}`),
  );
}

const bytesOf = (pieces: readonly CompactBlock[]): Uint8Array[] => pieces.map((it) => it.bytes);

interface Content {
  readonly canonical: string[];
  readonly chains: Map<number, string>;
  readonly problems: string[];
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** What a backend makes of the pieces: canonical bytes, and the chain hash after each segment. */
function contentOf(pieces: readonly CompactBlock[]): Content {
  const problems: string[] = [];
  const canonical: string[] = [];
  const chains = new Map<number, string>();
  const bytes = new Uint8Array(512);
  const record = new RecordBuffer();
  let before: SegmentBefore | undefined;
  for (const segment of compactSegments(pieces, problems)) {
    followSegment(segment, before, problems);
    const { header, reader } = segment;
    const sha = new Sha256();
    chainStart(sha, header, bytes);
    let nextSequence = header.firstSequence;
    while (reader.next(record) === 1) {
      const length = encodeCanonical(record, header.probeCount, bytes, 0);
      sha.update(bytes, 0, length);
      canonical.push(`${record.sequence} ${hex(bytes.subarray(0, length))}`);
      nextSequence = record.sequence + 1;
    }
    const chainAfter = new Uint8Array(32);
    sha.digest(chainAfter, 0);
    chains.set(segment.segment, hex(chainAfter));
    before = { epoch: header.epoch, chainAfter, nextSequence };
  }
  return { canonical, chains, problems };
}

/** The same from the flash itself. */
function expectedOf(bench: SessionBench): Content {
  const reader = new SegmentReader(bench.flash, 2, 60);
  const record = new RecordBuffer();
  const bytes = new Uint8Array(512);
  const canonical: string[] = [];
  const chains = new Map<number, string>();
  for (let segment = 0; segment <= bench.journal.segment; segment++) {
    assert.equal(reader.open(segment, SECTOR_BYTES), 0);
    const sha = new Sha256();
    chainStart(sha, reader.header, bytes);
    while (reader.next(record) === 1) {
      const length = encodeCanonical(record, 2, bytes, 0);
      sha.update(bytes, 0, length);
      canonical.push(`${record.sequence} ${hex(bytes.subarray(0, length))}`);
    }
    const chainAfter = new Uint8Array(32);
    sha.digest(chainAfter, 0);
    chains.set(segment, hex(chainAfter));
  }
  return { canonical, chains, problems: [] };
}

describe('a stream of records in the compact form', () => {
  it('gives the records and chain hashes that lie on flash', () => {
    const bench = benchWith();
    const expected = expectedOf(bench);
    assert.ok(expected.chains.size >= 4);
    const pieces = drain(streamOf(bench));
    assert.deepEqual(contentOf(pieces), expected);
    const journalHash = new Uint8Array(32);
    bench.journal.chainHash(journalHash, 0);
    assert.equal(expected.chains.get(bench.journal.segment), hex(journalHash));
  });

  it('sends the opening of the first segment, and of no other that follows from one', () => {
    const bench = benchWith();
    for (const first of [0, 2]) {
      const starts = drain(streamOf(bench, first)).filter(
        (piece, i, all) => piece.segment !== all[i - 1]?.segment,
      );
      const expected = starts.map((_, i) => (i === 0 ? 0 : OPENING_BYTES));
      assert.deepEqual(
        starts.map(({ offset }) => offset),
        expected,
      );
      assert.equal(starts.length, bench.journal.segment + 1 - first);
    }
  });

  it('begins with the segment of a sequence number, and with the oldest that is left', () => {
    const bench = benchWith(100, 16);
    for (let lap = 0; lap < 20; lap++) {
      bench.journal.acknowledge(bench.journal.nextSequence - 1);
      fill(bench, 200);
    }
    const { oldestSegment, segment } = bench.journal;
    assert.ok(oldestSegment > 0);
    assert.equal(drain(streamOf(bench, 0, 500))[0]?.segment, oldestSegment);
    const stream = streamOf(bench, segment);
    stream.beginBy(encodeRead(bench.journal.nextSequence - 250, 0), ENCODING.compact);
    const [first] = contentOf(drain(stream)).canonical;
    assert.ok(Number(first?.split(' ')[0]) <= bench.journal.nextSequence - 250);
  });

  it('has the same bytes in pieces of any size', () => {
    const bench = benchWith(300);
    const expected = placesOf(drain(streamOf(bench)));
    for (const room of [1, 57, 100]) {
      assert.deepEqual(placesOf(drain(streamOf(bench), room)), expected, `${room} bytes`);
    }
  });

  it('goes on from every place with the same bytes', () => {
    const bench = benchWith(260);
    const all = drain(streamOf(bench));
    const bytes = Buffer.concat(all.map((piece) => piece.bytes));
    assert.ok(bench.journal.segment >= 1);
    let index = 0;
    for (const piece of all) {
      for (let i = 0; i < piece.bytes.length; i++, index++) {
        const rest = drain(streamOf(bench, piece.segment, piece.offset + i));
        const isSame = bytes.equals(Buffer.concat([bytes.subarray(0, index), ...bytesOf(rest)]));
        assert.ok(isSame, `from ${piece.segment}:${piece.offset + i}`);
        assert.equal(rest[0]?.offset, piece.offset + i);
      }
    }
    const last = all.at(-1)!;
    assert.deepEqual(drain(streamOf(bench, last.segment, last.offset + last.bytes.length)), []);
  });

  it('goes on with the same bytes when somebody moved the reader', () => {
    const bench = benchWith();
    const expected = placesOf(drain(streamOf(bench)));
    const stream = streamOf(bench);
    const pieces: CompactBlock[] = [];
    const into = new Uint8Array(ROOM);
    const record = new RecordBuffer();
    for (let round = 0; !stream.isAtEnd; round++) {
      const length = stream.read(into, ROOM);
      if (length > 0) {
        const { segment, offset } = stream;
        pieces.push({ segment, offset, bytes: into.slice(0, length), encoding: 1 });
        stream.advance(into, length);
      }
      if (round % 5 === 0) {
        bench.journal.reader.open(round % 2, SECTOR_BYTES);
        for (let i = 0; i < round % 3; i++) bench.journal.reader.next(record);
      }
    }
    assert.deepEqual(placesOf(pieces), expected);
  });

  it('ends with a fault when somebody moves the reader in every step', () => {
    const bench = benchWith(300);
    const stream = streamOf(bench);
    let result = 0;
    for (let step = 0; step < 100 && result !== FAULT.timeout; step++) {
      result = stream.read(new Uint8Array(ROOM), ROOM);
      bench.journal.reader.open(1, SECTOR_BYTES);
    }
    assert.equal(result, FAULT.timeout);
    stream.begin(0, 0, ENCODING.compact);
    assert.ok(drain(stream).length > 0);
  });

  it('encodes at most 64 records a step, also on the way to where it goes on', () => {
    const bench = new SessionBench();
    for (let i = 0; i < 1000; i++) {
      bench.append(RECORD.reading, (r) => void r.fields.set([1, 2, 3]));
    }
    const { reader } = bench.journal;
    const next = reader.next.bind(reader);
    let count = 0;
    let most = 0;
    reader.next = (record) => {
      count++;
      return next(record);
    };
    for (const offset of [0, 60]) {
      const stream = streamOf(bench, 0, offset);
      while (!stream.isAtEnd) {
        count = 0;
        const length = stream.read(new Uint8Array(ROOM), ROOM);
        most = Math.max(most, count);
        if (length > 0) stream.advance(new Uint8Array(ROOM), length);
      }
    }
    assert.equal(most, 64);
  });

  it('ends where the journal ended when it began, though records go on', () => {
    const bench = benchWith(100);
    const stream = streamOf(bench);
    fill(bench, 200);
    const { canonical } = contentOf(drain(stream));
    assert.deepEqual([canonical.length, stream.nextSequence], [100, 101]);
  });

  it('keeps the CRC-32 of what was sent, not of what was only read', () => {
    const bench = benchWith(60);
    const stream = streamOf(bench);
    const into = new Uint8Array(ROOM);
    while (stream.read(into, ROOM) === FAULT.busy);
    const first = into.slice();
    stream.read(into, ROOM); // the link was busy: the same piece again
    assert.deepEqual(into, first);
    const pieces = drain(stream);
    assert.equal(stream.crc, pieces.reduce((sum, { bytes }) => crc32(bytes, sum), 0) | 0);
  });

  it('tells a fault when what it reads was overwritten meanwhile', () => {
    const bench = benchWith(60, 16);
    const stream = streamOf(bench);
    for (let lap = 0; lap < 20; lap++) {
      bench.journal.acknowledge(bench.journal.nextSequence - 1);
      bench.fillJournal(100);
    }
    assert.equal(stream.read(new Uint8Array(ROOM), ROOM), FAULT.absent);
  });
});

describe('a stream of a damaged journal in the compact form', () => {
  /** Clears some bytes of a segment's flash. */
  function damage(bench: SessionBench, segment: number, offset: number, length: number): void {
    const zeros = new Uint8Array(length);
    for (let i = 0; i < length; i++) {
      bench.flash.program(segment * SECTOR_BYTES + offset + i, zeros, i, 1);
    }
  }

  it('says that a frame cannot be read, and sends the opening of the segment behind it', () => {
    const bench = benchWith();
    const framesAt = bench.journal.framesAt(1);
    damage(bench, 1, framesAt + 1500, 60);
    const pieces = drain(streamOf(bench));
    const problems: string[] = [];
    const segments = compactSegments(pieces, problems);
    const record = new RecordBuffer();
    for (const { reader } of segments) while (reader.next(record) === 1);
    assert.deepEqual(
      segments.map(({ reader }) => [reader.hasOpening, reader.isUnreadable]).slice(0, 4),
      [
        [true, false],
        [false, true],
        [true, false],
        [false, false],
      ],
    );
    assert.ok(segments.every(({ reader }) => reader.isWhole));
  });

  it('passes over a sector without its header, in either encoding', () => {
    const bench = benchWith();
    damage(bench, 1, 8, 1);
    const compact = drain(streamOf(bench));
    const stream = new RecordStream(bench.journal);
    stream.begin(0, 0);
    const into = new Uint8Array(ROOM);
    const verbatim = new Set<number>();
    while (!stream.isAtEnd) {
      const length = stream.read(into, ROOM);
      if (length <= 0) continue;
      verbatim.add(stream.segment);
      stream.advance(into, length);
    }
    const held = Array.from({ length: bench.journal.segment + 1 }, (_, i) => i);
    const expected = held.filter((segment) => segment !== 1);
    assert.deepEqual([...verbatim], expected);
    assert.deepEqual([...new Set(compact.map(({ segment }) => segment))], expected);
    assert.equal(compact.find(({ segment }) => segment === 2)?.offset, 0);
  });

  it("leaves out what a cut left behind a segment's last record", () => {
    const bench = benchWith(20);
    const expected = expectedOf(bench);
    bench.journal.resumeAt(0, 77, bench.journal.nextSequence); // as after a cut: a new segment
    bench.journal.anchor(1, 0, 2);
    fill(bench, 4);
    // A frame that would read as record 21, which segment 1 begins with.
    const { reader } = bench.journal;
    reader.open(0, SECTOR_BYTES);
    const record = new RecordBuffer();
    const frame = new Uint8Array(300);
    let length = 0;
    while (reader.next(record) === 1) length = reader.frameBytes(frame);
    bench.flash.program(reader.offset, frame, 0, length);
    reader.open(0, SECTOR_BYTES);
    let count = 0;
    while (reader.next(record) === 1) count++;
    assert.equal(count, 21);
    const { canonical } = contentOf(drain(streamOf(bench)));
    assert.deepEqual(canonical.slice(0, 20), expected.canonical);
    assert.equal(canonical.length, 24);
  });

  it('is whole, segment by segment, and decodes as the verbatim bytes do', () => {
    const bench = benchWith(300);
    const pieces = drain(streamOf(bench));
    for (let segment = 0; segment <= bench.journal.segment; segment++) {
      const own = pieces.filter((piece) => piece.segment === segment);
      const start = new Uint8Array(own[0]!.offset);
      assert.ok(isWhole(Buffer.concat([start, ...own.map(({ bytes }) => bytes)])));
    }
    const image = bench.flash.image();
    const blocks = Array.from({ length: bench.journal.segment + 1 }, (_, segment) => {
      const at = segment * SECTOR_BYTES;
      return { segment, offset: 0, bytes: image.subarray(at, at + SECTOR_BYTES) };
    });
    const log = decodeBlocks(blocks);
    const { canonical, chains } = contentOf(pieces);
    assert.deepEqual(
      canonical.map((text) => Number(text.split(' ')[0])),
      log.records.map(({ sequence }) => sequence),
    );
    for (const [segment, { chainAfter }] of log.chainHashes) {
      assert.equal(chains.get(segment), hex(chainAfter));
    }
  });
});

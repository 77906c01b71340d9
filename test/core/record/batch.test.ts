import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FAULT } from '../../../firmware/core/faults.js';
import { CANONICAL_BYTES_MAX } from '../../../firmware/core/limits.js';
import { batchWords, ReadingBatch } from '../../../firmware/core/record/batch.js';
import { BODY_HEAD, BODY_KIND, sealBody } from '../../../firmware/core/record/check.js';
import {
  FRAME_BYTES_MAX,
  FRAME_STATE_WORDS,
  FrameCodec,
} from '../../../firmware/core/record/frame.js';
import { RecordBuffer } from '../../../firmware/core/record/record.js';
import { TEMPERATURE_ABSENT } from '../../../firmware/core/units.js';
import { anyWalk, canonicalOf, makeReading } from '../../support/records.js';

const BUFFER_BYTES = FRAME_BYTES_MAX + CANONICAL_BYTES_MAX;

function codecOf(probeCount: number): FrameCodec {
  return new FrameCodec(new Int32Array(FRAME_STATE_WORDS), probeCount, 60);
}

function batchOf(probeCount: number, readings: readonly RecordBuffer[]): ReadingBatch {
  const batch = new ReadingBatch(new Int32Array(batchWords(probeCount, 200)), probeCount);
  for (const reading of readings) assert.equal(batch.add(reading), 1);
  return batch;
}

/** Readings as a quiet sensor gives them, one a minute. */
function quietWalk(count: number): RecordBuffer[] {
  return Array.from({ length: count }, (_, i) =>
    makeReading(60 * i, 400 + (i >> 4), 500 + ((i * 7) % 6), 510 - ((i * 5) % 4)),
  );
}

interface Written {
  readonly bytes: Uint8Array;
  readonly count: number;
}

/** Every frame that a batch becomes, in `room` bytes each. */
function framesOf(codec: FrameCodec, batch: ReadingBatch, room = FRAME_BYTES_MAX): Written[] {
  const frames: Written[] = [];
  for (let from = 0; from < batch.count;) {
    const into = new Uint8Array(BUFFER_BYTES).fill(0xff);
    const length = codec.encodeBatch(batch, from, new RecordBuffer(), into, room);
    assert.ok(length > 0 && length <= FRAME_BYTES_MAX);
    assert.ok(codec.batched === 1 || length <= room, `${length} bytes in ${room}`);
    frames.push({ bytes: into.slice(0, length), count: codec.batched });
    from += codec.batched;
  }
  return frames;
}

/** The canonical bytes of each reading in a frame; undefined where it is not accepted. */
function readFrame(codec: FrameCodec, bytes: Uint8Array, probeCount: number): string[] | undefined {
  const got = new RecordBuffer();
  if (codec.decode(bytes, 0, bytes.length, got) <= 0) return undefined;
  const texts = [canonicalOf(got, probeCount).toString('hex')];
  while (codec.pending > 0 && codec.decodeNext(got) === 1) {
    texts.push(canonicalOf(got, probeCount).toString('hex'));
  }
  return texts;
}

describe('readings that wait in a batch', () => {
  for (const probeCount of [1, 2, 3, 8]) {
    it(`are given back as they were, ${probeCount} probes`, () => {
      const value = fc.integer({ min: -32_768, max: 32_767 });
      const values = fc.array(value, { minLength: 9, maxLength: 9, size: 'max' });
      const property = fc.property(fc.array(values, { maxLength: 20 }), (rows) => {
        const batch = new ReadingBatch(new Int32Array(batchWords(probeCount, 20)), probeCount);
        const readings = rows.map(([humidity, ...rest], i) =>
          makeReading(1_000_000 + 3276 * i, humidity!, ...rest.slice(0, probeCount)),
        );
        for (const reading of readings) assert.equal(batch.add(reading), 1);
        assert.equal(batch.count, readings.length);
        const got = new RecordBuffer();
        readings.forEach((reading, i) => {
          batch.load(i, got);
          assert.equal(batch.uptimeSOf(i), reading.uptimeS);
          assert.deepEqual(canonicalOf(got, probeCount), canonicalOf(reading, probeCount));
        });
      });
      fc.assert(property);
    });
  }

  it('are at most as many as the words hold: two words each with two probes', () => {
    assert.equal(batchWords(2, 60), 122);
    const batch = new ReadingBatch(new Int32Array(batchWords(2, 3) + 1), 2);
    assert.equal(batch.capacity, 3);
    const [a, b, c, d] = quietWalk(4);
    assert.deepEqual(
      [a!, b!, c!, d!].map((reading) => batch.add(reading)),
      [1, 1, 1, 0],
    );
    assert.equal(batch.count, 3);
    batch.clear();
    assert.equal(batch.count, 0);
    assert.equal(batch.add(d!), 1);
    assert.equal(batch.uptimeSOf(0), 180);
  });

  it('are refused when they come before the first one, or 65,536 s after it', () => {
    const batch = batchOf(2, [makeReading(1000, 1, 2, 3)]);
    assert.equal(batch.add(makeReading(999, 1, 2, 3)), 0);
    assert.equal(batch.add(makeReading(1000 + 65_536, 1, 2, 3)), 0);
    assert.equal(batch.add(makeReading(1000 + 65_535, 1, 2, 3)), 1);
    assert.equal(batch.uptimeSOf(1), 66_535);
  });
});

describe('batch frames', () => {
  for (const probeCount of [1, 2, 3, 4, 5, 6, 7, 8]) {
    it(`give back every reading, between other frames and in any room, ${probeCount}`, () => {
      const short = anyWalk(probeCount, 150).map((walk) =>
        walk.filter(({ uptimeS }) => uptimeS - walk[0]!.uptimeS < 65_536),
      );
      const walks = fc.tuple(anyWalk(probeCount, 12), short);
      const property = fc.property(walks, fc.nat(300), ([before, waiting], room) => {
        const writer = codecOf(probeCount);
        const reader = codecOf(probeCount);
        const texts: string[] = [];
        for (const reading of before) {
          const into = new Uint8Array(BUFFER_BYTES);
          const length = writer.encode(reading, into, 0);
          texts.push(...readFrame(reader, into.subarray(0, length), probeCount)!);
        }
        for (const { bytes, count } of framesOf(writer, batchOf(probeCount, waiting), room)) {
          const read = readFrame(reader, bytes, probeCount);
          assert.equal(read?.length, count);
          texts.push(...read);
        }
        const expected = [...before, ...waiting].map((reading) =>
          canonicalOf(reading, probeCount).toString('hex'),
        );
        assert.deepEqual(texts, expected);
      });
      fc.assert(property, { numRuns: 60 });
    });
  }

  it('take less than one and a half bytes a reading where single ones take two', () => {
    const codec = codecOf(2);
    const frames = framesOf(codec, batchOf(2, quietWalk(61)));
    assert.deepEqual(
      frames.map(({ count }) => count),
      [1, 60], // the first one is plain, as at each segment start
    );
    assert.ok(frames[1]!.bytes.length < 1.5 * 60, `${frames[1]!.bytes.length} bytes`);
  });

  it('hold as many readings as fit: another one would not', () => {
    const readings = quietWalk(150);
    for (let room = 20; room < 130; room++) {
      const codec = codecOf(2);
      const [, second] = framesOf(codec, batchOf(2, readings), room);
      const larger = codecOf(2);
      const one = framesOf(larger, batchOf(2, readings.slice(0, second!.count + 2)));
      assert.ok(second!.bytes.length <= room);
      assert.ok(one[1]!.bytes.length > room, `room ${room}: ${one[1]!.bytes.length}`);
    }
  });

  it('end where a probe falls out, and go on behind it', () => {
    const readings = quietWalk(30);
    readings[12]!.fields[1] = TEMPERATURE_ABSENT;
    const counts = framesOf(codecOf(2), batchOf(2, readings)).map(({ count }) => count);
    assert.deepEqual(counts, [1, 11, 1, 1, 16]);
  });

  /** A writer, and its reader, that know one reading. */
  function startedPair(): [FrameCodec, FrameCodec] {
    const pair: [FrameCodec, FrameCodec] = [codecOf(2), codecOf(2)];
    for (const codec of pair) codec.encode(quietWalk(1)[0]!, new Uint8Array(BUFFER_BYTES), 0);
    return pair;
  }

  it('are whole or nothing: cut off anywhere they are refused', () => {
    const [writer] = startedPair();
    const frame = framesOf(writer, batchOf(2, quietWalk(40).slice(1)))[0]!.bytes;
    for (let length = 1; length < frame.length; length++) {
      const [, reader] = startedPair();
      const got = new RecordBuffer();
      assert.equal(reader.decode(frame, 0, length, got), FAULT.malformed, `end at ${length}`);
      const prefix = new Uint8Array(BUFFER_BYTES).fill(0xff);
      prefix.set(frame.subarray(0, length));
      const isSame = prefix.subarray(0, frame.length).every((byte, i) => byte === frame[i]);
      if (!isSame) assert.equal(reader.decode(prefix, 0, 300, got), FAULT.malformed);
      assert.equal(reader.pending, 0);
    }
  });

  it('are never accepted torn', () => {
    const [writer] = startedPair();
    const frame = framesOf(writer, batchOf(2, quietWalk(70).slice(1)))[0]!.bytes;
    const missing = fc.array(fc.nat(8 * frame.length - 1), { minLength: 1, maxLength: 60 });
    const property = fc.property(missing, (bits) => {
      const torn = frame.slice();
      for (const bit of bits) torn[bit >> 3]! |= 0x80 >> (bit & 7);
      if (torn.every((byte, i) => byte === frame[i])) return;
      const [, reader] = startedPair();
      assert.equal(readFrame(reader, torn, 2), undefined);
    });
    fc.assert(property, { numRuns: 3000 });
  });

  it('whose bits end before their count, or that count none, end the segment', () => {
    const [writer, reader] = startedPair();
    const frame = framesOf(writer, batchOf(2, quietWalk(10).slice(1)))[0]!.bytes;
    const wrong = new Uint8Array(BUFFER_BYTES);
    wrong.set(frame);
    wrong[BODY_HEAD] = 200;
    const length = sealBody(wrong, 0, BODY_KIND.batch, frame[2]!);
    const got = new RecordBuffer();
    assert.equal(reader.decode(wrong, 0, length, got), length);
    let result = 1;
    for (let i = 0; i < 200 && result === 1; i++) result = reader.decodeNext(got);
    assert.equal(result, FAULT.malformed);
    assert.equal(reader.pending, 0);
    wrong[BODY_HEAD] = 0;
    assert.equal(sealBody(wrong, 0, BODY_KIND.batch, frame[2]!), length);
    assert.equal(startedPair()[1].decode(wrong, 0, length, got), FAULT.malformed);
  });

  it('cannot be read where no reading came before', () => {
    const [writer] = startedPair();
    const frame = framesOf(writer, batchOf(2, quietWalk(10).slice(1)))[0]!.bytes;
    assert.equal(readFrame(codecOf(2), frame, 2), undefined);
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { HEADER_BYTES } from '../../../firmware/core/journal/layout.js';
import { SECTOR_BYTES } from '../../../firmware/core/limits.js';
import {
  FRAME_BYTES_MAX,
  FRAME_STATE_WORDS,
  FrameCodec,
} from '../../../firmware/core/record/frame.js';
import { RECORD } from '../../../firmware/core/record/schema.js';
import { decodeBlocks, decodeImage } from '../../../host-sim/backend/decode.js';
import type { DecodedLog, FlashBlock } from '../../../host-sim/backend/record-types.js';
import { readSegment, rootOf } from '../../support/format-v2.js';
import { decodedText, EPOCH, JournalBox } from '../../support/journal-box.js';
import { anyRecord, anyWalk, makeReading, makeRecord } from '../../support/records.js';

function makeBox(recordCount: number, probeCount = 2): JournalBox {
  const box = new JournalBox({ probeCount });
  box.boot();
  box.storeBoot();
  for (let i = 0; i < recordCount; i++) {
    const list = new Uint8Array(150).fill(i);
    if (i % 5 === 0) box.store(makeRecord(RECORD.kit, i, [1, 2, 3, i], list));
    else box.store(makeReading(60 * i, 400, ...Array<number>(probeCount).fill(500 + (i % 7))));
  }
  return box;
}

const textsOf = (log: DecodedLog, probeCount = 2): string[] =>
  log.records.map((record) => decodedText(record, probeCount));

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** What the second decoder finds, in the order of the segments. */
function readByFormat(image: Uint8Array): NonNullable<ReturnType<typeof readSegment>>[] {
  const segments = [];
  for (let at = 0; at < image.length; at += SECTOR_BYTES) {
    const segment = readSegment(image.subarray(at, at + SECTOR_BYTES));
    if (segment !== undefined) segments.push(segment);
  }
  return segments.sort((a, b) => a.header.segment - b.header.segment);
}

describe('the decoder of images', () => {
  for (const probeCount of [1, 2, 4, 8]) {
    it(`reads every record and follows the chain, ${probeCount} probes`, () => {
      const batches = fc.array(
        fc.oneof(
          anyRecord(probeCount).map((record) => [record]),
          anyWalk(probeCount),
        ),
        { minLength: 1, maxLength: 25 },
      );
      const property = fc.property(batches, (all) => {
        const box = new JournalBox({ probeCount });
        box.boot();
        const events = [RECORD.lost, RECORD.receipt, RECORD.boot, RECORD.clock] as number[];
        for (const record of all.flat()) if (!events.includes(record.type)) box.store(record);
        const log = decodeImage(box.flash.image());
        assert.deepEqual(log.problems, []);
        assert.deepEqual(textsOf(log, probeCount), box.fold.applied);
        assert.equal(log.lastSequence, box.journal.lastStoredSequence);
      });
      fc.assert(property, { numRuns: 25 });
    });

    it(`agrees with a decoder written from FORMAT.md alone, ${probeCount} probes`, () => {
      const property = fc.property(anyWalk(probeCount, 120), (walk) => {
        const box = makeBox(30, probeCount);
        walk.forEach((reading) => box.store(reading));
        const image = box.flash.image();
        const log = decodeImage(image);
        const segments = readByFormat(image);
        const records = segments.flatMap((segment) =>
          segment.records.map((bytes, i) => `${segment.header.firstSequence + i}:${hexOf(bytes)}`),
        );
        assert.deepEqual(records, textsOf(log, probeCount));
        assert.deepEqual(segments[0]!.header.chainBefore, rootOf(EPOCH));
        for (const { header, chainAfter, isBlankAtEnd } of segments) {
          const chain = log.chainHashes.get(header.segment)!;
          assert.equal(hexOf(chain.chainAfter), hexOf(chainAfter));
          assert.equal(hexOf(chain.chainBefore), hexOf(header.chainBefore));
          assert.ok(isBlankAtEnd);
        }
      });
      fc.assert(property, { numRuns: 15 });
    });
  }

  it('knows the chain hash after each record', () => {
    const box = new JournalBox();
    box.boot();
    const hashes: string[] = [];
    const hash = new Uint8Array(32);
    for (let i = 0; i < 60; i++) {
      box.store(makeRecord(RECORD.kit, i, [1], new Uint8Array(120).fill(i)));
      box.journal.chainHash(hash, 0);
      hashes.push(hexOf(hash));
    }
    const log = decodeImage(box.flash.image());
    hashes.forEach((expected, i) => assert.equal(hexOf(log.chainHashAt(i + 1)), expected));
    assert.throws(() => log.chainHashAt(61), /sequence 61 is not in the log/);
  });

  it('numbers records across a loss, in a new segment or the same', () => {
    const box = new JournalBox();
    box.boot();
    for (let i = 0; box.journal.segment < 11; i++) {
      box.store(makeRecord(RECORD.kit, i, [1], new Uint8Array(200)));
    }
    for (let i = 0; box.journal.lostCount < 7; i++) box.store(makeReading(60 * i, 4, 5, 6));
    box.store(makeRecord(RECORD.lid, 1, [1])); // LOST and the lid
    for (let i = 0; i < 3; i++) box.store(makeReading(60 * i, 4, 5, 6)); // lost again
    box.storeReceipt(30);
    for (let i = 0; i < 20; i++) box.store(makeReading(60 * i, 400 + i, 500 + i, 510 - i));
    const log = decodeImage(box.flash.image());
    assert.deepEqual(log.problems, []);
    const tail = textsOf(log).slice(-20);
    assert.deepEqual(tail, box.fold.applied.slice(-20));
    const lost = log.records.filter((record) => record.type === 'lost');
    assert.deepEqual(
      lost.map(({ fields }) => fields['count']),
      [7, 3],
    );
    for (const { sequence, fields } of lost) {
      assert.equal(sequence, fields['firstSequence']! + fields['count']!);
    }
  });
});

describe('the decoder of what a dock received', () => {
  /** The image as a hand-over sends it: in pieces, without snapshots, without blank ones. */
  function blocksOf(box: JournalBox, pieceBytes: number): FlashBlock[] {
    const blocks: FlashBlock[] = [];
    const into = new Uint8Array(pieceBytes);
    for (let segment = box.journal.oldestSegment; segment <= box.journal.segment; segment++) {
      const framesAt = box.journal.framesAt(segment);
      for (let offset = 0; offset < SECTOR_BYTES;) {
        const limit = offset < HEADER_BYTES ? HEADER_BYTES - offset : pieceBytes;
        const got = box.journal.readBytes(segment, offset, into, Math.min(pieceBytes, limit));
        if (got <= 0) break;
        const bytes = into.slice(0, got);
        if (bytes.some((byte) => byte !== 0xff)) blocks.push({ segment, offset, bytes });
        offset += got;
        if (offset === HEADER_BYTES) offset = framesAt;
      }
    }
    return blocks;
  }

  it('takes pieces of any size, in any order, some twice', () => {
    const box = makeBox(120);
    for (const pieceBytes of [1, 3, 17, 237]) {
      const blocks = blocksOf(box, pieceBytes);
      const mixed = [...blocks.slice(5), ...blocks.slice(0, 9)].reverse();
      const log = decodeBlocks(mixed);
      assert.deepEqual(log.problems, []);
      assert.deepEqual(textsOf(log), box.fold.applied, `pieces of ${pieceBytes}`);
    }
  });

  it('reads a last frame whose end is blank bytes', () => {
    let seen = 0;
    for (let i = 0; i < 2000; i++) {
      const record = makeRecord(RECORD.fault, i, [i, i * 7, -1]);
      const frame = new Uint8Array(2 * FRAME_BYTES_MAX);
      const codec = new FrameCodec(new Int32Array(FRAME_STATE_WORDS), 2, 60);
      const length = codec.encode(record, frame, 0);
      if (frame[length - 1] !== 0xff) continue;
      seen++;
      const box = makeBox(3);
      box.store(record);
      const log = decodeBlocks(blocksOf(box, 1));
      assert.deepEqual(log.problems, []);
      assert.deepEqual(textsOf(log), box.fold.applied);
    }
    assert.ok(seen > 3);
  });
});

describe('the decoder and damage', () => {
  it('names the segment and what is missing behind an altered byte', () => {
    const box = makeBox(400);
    const image = box.flash.image();
    const at = SECTOR_BYTES + box.journal.framesAt(1) + 10; // within a packing list
    image[at]! ^= 1;
    const log = decodeImage(image);
    assert.equal(log.problems.length, 1);
    assert.match(log.problems[0]!, /^segment 1: broken at offset \d+ after sequence \d+, expected/);
  });

  it('names segments that are missing', () => {
    const box = makeBox(400);
    const image = box.flash.image();
    image.fill(0xff, SECTOR_BYTES, 3 * SECTOR_BYTES);
    const log = decodeImage(image);
    assert.deepEqual(log.problems, ['segments 1..2 are missing, expected one after 0']);
  });

  it('takes a torn frame before another segment for a cut, at the very end for a problem', () => {
    const box = makeBox(10);
    const { offset } = box.journal;
    box.flash.program(offset, Uint8Array.of(0xfe, 0x20, 0x11), 0, 3);
    const { problems } = decodeImage(box.flash.image());
    assert.deepEqual(problems, [
      `segment 0: the frame at offset ${offset} cannot be read, expected record 12`,
    ]);
    box.boot();
    box.storeBoot();
    assert.deepEqual(decodeImage(box.flash.image()).problems, []);
  });

  it('does not count a torn record that reads as one when its number was given anew', () => {
    const box = makeBox(10);
    const { offset } = box.journal;
    const expected = [...box.fold.applied];
    box.store(makeRecord(RECORD.lid, 700, [1]));
    const image = box.flash.image();
    const torn = box.flash.image();
    torn[offset + 5]! |= 0xff;
    box.flash.load(torn);
    box.boot(); // reads it as nothing
    box.storeBoot();
    expected.push(box.fold.applied.at(-1)!);
    const later = box.flash.image();
    later.set(image.subarray(offset, offset + 12), offset);
    const log = decodeImage(later);
    assert.deepEqual(log.problems, []);
    assert.deepEqual(textsOf(log), expected);
  });

  it('never throws, and never invents a chain, whatever the bytes', () => {
    const box = makeBox(150);
    const image = box.flash.image();
    const whole = textsOf(decodeImage(image));
    const damage = fc.array(
      fc.tuple(fc.nat(5 * SECTOR_BYTES), fc.uint8Array({ minLength: 1, maxLength: 40 })),
      { minLength: 1, maxLength: 4 },
    );
    const property = fc.property(damage, (all) => {
      const bytes = image.slice();
      for (const [at, some] of all) bytes.set(some, at);
      const log = decodeImage(bytes);
      if (log.problems.length > 0) return;
      assert.ok(whole.join().includes(textsOf(log).join()));
    });
    fc.assert(property, { numRuns: 300 });
    const noise = fc.uint8Array({ minLength: 200, maxLength: 5000, size: 'max' });
    fc.assert(fc.property(noise, (bytes) => decodeImage(bytes).records.length === 0));
  });
});

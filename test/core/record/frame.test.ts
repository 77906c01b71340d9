import assert from 'node:assert/strict';
import fc from 'fast-check';
import { crc16, getU16, putU16 } from '../../../firmware/core/bytes.js';
import { FAULT } from '../../../firmware/core/faults.js';
import {
  FRAME_BYTES_MAX,
  FRAME_STATE_WORDS,
  FrameCodec,
} from '../../../firmware/core/record/frame.js';
import { RecordBuffer } from '../../../firmware/core/record/record.js';
import { RECORD } from '../../../firmware/core/record/schema.js';
import { anyRecord, anyWalk, canonicalOf, makeReading, makeRecord } from '../../support/records.js';

function codecOf(probeCount: number): FrameCodec {
  return new FrameCodec(new Int32Array(FRAME_STATE_WORDS), probeCount, 60);
}

function roundTrip(records: readonly RecordBuffer[], probeCount: number): void {
  const writer = codecOf(probeCount);
  const reader = codecOf(probeCount);
  const bytes = new Uint8Array(records.length * FRAME_BYTES_MAX + FRAME_BYTES_MAX).fill(0xff);
  let at = 0;
  for (const record of records) {
    const length = writer.encode(record, bytes, at);
    assert.ok(length > 0);
    at += length;
  }
  bytes.fill(0xff, at);
  let from = 0;
  const got = new RecordBuffer();
  for (const record of records) {
    const length = reader.decode(bytes, from, bytes.length, got);
    assert.ok(length > 0, `frame at ${from}`);
    assert.deepEqual(canonicalOf(got, probeCount), canonicalOf(record, probeCount));
    from += length;
  }
  assert.equal(from, at);
  assert.equal(reader.decode(bytes, from, bytes.length, got), 0);
}

describe('frames', () => {
  for (const probeCount of [1, 2, 4, 8]) {
    it(`gives back every record, ${probeCount} probes`, () => {
      const mixed = fc.array(fc.oneof(anyRecord(probeCount)), { maxLength: 20 });
      fc.assert(fc.property(mixed, (records) => roundTrip(records, probeCount)));
    });

    it(`gives back walks of readings, ${probeCount} probes`, () => {
      fc.assert(fc.property(anyWalk(probeCount), (records) => roundTrip(records, probeCount)));
    });
  }

  it('writes a reading like the last one in about three bytes', () => {
    const codec = codecOf(2);
    const bytes = new Uint8Array(FRAME_BYTES_MAX);
    const record = new RecordBuffer();
    let total = 0;
    for (let i = 0; i < 1000; i++) {
      record.begin(RECORD.reading, 60 * i);
      record.fields[0] = 400;
      record.fields[1] = 500 + ((i * 7) % 5);
      record.fields[2] = 510 + ((i * 3) % 4);
      total += codec.encode(record, bytes, 0);
    }
    assert.ok(total / 1000 < 3, `${total / 1000} bytes`);
  });

  it('refuses a torn plain frame whose CRC is right all the same: the zero count tells', () => {
    let seen = 0;
    for (let i = 0; i < 4000; i++) {
      const record = makeRecord(RECORD.fault, i, [-40, i * 77, -i]);
      const whole = new Uint8Array(2 * FRAME_BYTES_MAX).fill(0xff);
      const length = codecOf(2).encode(record, whole, 0);
      const torn = whole.slice();
      torn[4 + 5 + (i % 10)]! |= 1 << (i % 7); // one bit of a field was not cleared
      const crc = crc16(torn, 4, length - 6);
      const due = getU16(whole, length - 2);
      if (getU16(torn, 9) === getU16(whole, 9) || (crc & due) !== due) continue;
      putU16(torn, length - 2, crc); // what a torn program of the CRC can leave
      seen++;
      assert.equal(codecOf(2).decode(torn, 0, torn.length, new RecordBuffer()), FAULT.malformed);
    }
    assert.ok(seen > 0);
  });

  it('refuses what no torn program leaves by the CRC in the bits up to the byte', () => {
    let seen = 0;
    let taken = 0;
    const bytes = new Uint8Array(FRAME_BYTES_MAX * 2);
    const state = new Int32Array(FRAME_STATE_WORDS);
    const writer = new FrameCodec(state, 2, 60);
    const isSet = (bit: number): boolean => (bytes[bit >> 3]! & (0x80 >> (bit & 7))) !== 0;
    for (let i = 0; i < 200; i++) {
      const model = state.slice();
      bytes.fill(0xff);
      const reading = makeReading(60 * i, 400 + (i % 3), 500 + ((i * 7) % 11), 510 - ((i * 5) % 9));
      const length = writer.encode(reading, bytes, 0);
      if (length > 4) continue;
      // A one that became a zero and a zero that became a one: the count stays.
      for (let one = 8; one < 8 * length; one++) {
        for (let zero = 8; zero < 8 * length; zero++) {
          if (!isSet(one) || isSet(zero)) continue;
          const wrong = bytes.slice();
          wrong[one >> 3]! ^= 0x80 >> (one & 7);
          wrong[zero >> 3]! ^= 0x80 >> (zero & 7);
          const reader = new FrameCodec(model.slice(), 2, 60);
          seen++;
          if (reader.decode(wrong, 0, wrong.length, new RecordBuffer()) > 0) taken++;
        }
      }
    }
    assert.ok(seen > 5_000);
    assert.ok(taken < seen / 20, `${taken} of ${seen}`);
  });

  it('never takes a torn frame for a record', () => {
    const any = fc.record({
      records: anyWalk(2).filter((walk) => walk.length > 1),
      other: anyRecord(2),
      torn: fc.nat(),
      keep: fc.uint8Array({ minLength: FRAME_BYTES_MAX, maxLength: FRAME_BYTES_MAX, size: 'max' }),
    });
    fc.assert(
      fc.property(any, ({ records, other, torn, keep }) => {
        const writer = codecOf(2);
        const all = [...records.slice(0, -1), other, records.at(-1)!];
        const bytes = new Uint8Array(FRAME_BYTES_MAX * 2).fill(0xff);
        const reader = codecOf(2);
        const got = new RecordBuffer();
        for (const [index, record] of all.entries()) {
          const whole = new Uint8Array(FRAME_BYTES_MAX).fill(0xff);
          const length = writer.encode(record, whole, 0);
          if (index !== torn % all.length) {
            reader.decode(whole, 0, length, got);
            continue;
          }
          bytes.fill(0xff);
          // A torn program leaves ones where zeros were due, in any pattern.
          for (let i = 0; i < length; i++) bytes[i] = whole[i]! | keep[i]!;
          if (Buffer.compare(bytes.subarray(0, length), whole.subarray(0, length)) === 0) return;
          const result = reader.decode(bytes, 0, bytes.length, got);
          assert.ok(result <= 0, `torn frame of type ${record.type} read as ${result} bytes`);
          return;
        }
      }),
      { numRuns: 2000 },
    );
  });
});

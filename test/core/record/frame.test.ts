import assert from 'node:assert/strict';
import fc from 'fast-check';
import { crc16, getU16, putU16 } from '../../../firmware/core/bytes.js';
import { FAULT } from '../../../firmware/core/faults.js';
import { CANONICAL_BYTES_MAX, TAIL_BYTES_MAX } from '../../../firmware/core/limits.js';
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
  const bytes = new Uint8Array((records.length + 2) * FRAME_BYTES_MAX).fill(0xff);
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
  for (const probeCount of [1, 2, 3, 4, 5, 6, 7, 8]) {
    it(`gives back every record, ${probeCount} probes`, () => {
      const mixed = fc.array(fc.oneof(anyRecord(probeCount)), { maxLength: 20 });
      fc.assert(fc.property(mixed, (records) => roundTrip(records, probeCount)));
    });

    it(`gives back walks of readings, ${probeCount} probes`, () => {
      fc.assert(fc.property(anyWalk(probeCount), (records) => roundTrip(records, probeCount)));
    });
  }

  it('writes a reading like the last one in little more than two bytes', () => {
    const codec = codecOf(2);
    const bytes = new Uint8Array(2 * FRAME_BYTES_MAX);
    const record = new RecordBuffer();
    let total = 0;
    for (let i = 0; i < 1000; i++) {
      record.begin(RECORD.reading, 60 * i);
      record.fields[0] = 400;
      record.fields[1] = 500 + ((i * 7) % 5);
      record.fields[2] = 510 + ((i * 3) % 4);
      total += codec.encode(record, bytes, 0);
    }
    assert.ok(total / 1000 < 2.3, `${total / 1000} bytes`);
  });

  it('refuses a torn plain frame whose CRC is right all the same: the zero count tells', () => {
    let seen = 0;
    for (let i = 0; i < 4000; i++) {
      const record = makeRecord(RECORD.fault, i, [-40, i * 77, -i]);
      const whole = new Uint8Array(2 * FRAME_BYTES_MAX).fill(0xff);
      const length = codecOf(2).encode(record, whole, 0);
      const torn = whole.slice();
      torn[3 + 5 + (i % 10)]! |= 1 << (i % 7); // one bit of a field was not cleared
      const crc = crc16(torn, 3, length - 5);
      const due = getU16(whole, length - 2);
      if (torn.every((byte, at) => byte === whole[at]) || (crc & due) !== due) continue;
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
    assert.ok(taken < seen / 12, `${taken} of ${seen}`);
  });

  it('begins none with the byte of blank flash', () => {
    const property = fc.property(fc.array(anyRecord(2), { maxLength: 30 }), (records) => {
      const codec = codecOf(2);
      const bytes = new Uint8Array(2 * FRAME_BYTES_MAX);
      for (const record of records) {
        assert.ok(codec.encode(record, bytes, 0) > 0);
        assert.notEqual(bytes[0], 0xff);
      }
    });
    fc.assert(property);
  });

  it('holds no record that is longer than a body, and says so', () => {
    const tail = new Uint8Array(TAIL_BYTES_MAX);
    const bytes = new Uint8Array(2 * FRAME_BYTES_MAX);
    const record = makeRecord(RECORD.thinned, 1, [1, 2, 3, 4, 5, 6], tail);
    assert.equal(codecOf(2).encode(record, bytes, 0), FAULT.overflow);
  });

  /** What `bits` of its due zeros leave when the others are not programmed. */
  function tear(whole: Uint8Array, dueBits: readonly number[], bits: number): Uint8Array {
    const torn = whole.slice();
    dueBits.forEach((bit, i) => {
      if ((bits & (1 << i)) === 0) torn[bit >> 3]! |= 0x80 >> (bit & 7);
    });
    return torn;
  }

  for (const probeCount of [1, 2, 4]) {
    it(`takes no torn reading, whichever of its zeros are missing, ${probeCount} probes`, () => {
      let seen = 0;
      let wide = 0;
      for (let i = 0; i < 60; i++) {
        const state = new Int32Array(FRAME_STATE_WORDS);
        const writer = new FrameCodec(state, probeCount, 60);
        const whole = new Uint8Array(FRAME_BYTES_MAX).fill(0xff);
        const readingAt = (step: number, lateS: number): RecordBuffer => {
          const walk = Array.from({ length: probeCount }, (_, p) => 500 + ((step * (p + 3)) % 5));
          return makeReading(60 * step + lateS, 400 + (step % 3), ...walk);
        };
        for (let step = 0; step < 20 + i; step++) writer.encode(readingAt(step, 0), whole, 0);
        const model = state.slice();
        whole.fill(0xff);
        const length = writer.encode(readingAt(20 + i, i % 4 === 0 ? 1 : 0), whole, 0);
        const dueBits = [];
        for (let bit = 0; bit < 8 * length; bit++) {
          if ((whole[bit >> 3]! & (0x80 >> (bit & 7))) === 0) dueBits.push(bit);
        }
        if (dueBits.length > 13) continue;
        if ((whole[0]! & 8) !== 0) wide++;
        const all = (1 << dueBits.length) - 1;
        const got = new RecordBuffer();
        for (let bits = 0; bits < all; bits++) {
          const torn = tear(whole, dueBits, bits);
          const reader = new FrameCodec(model.slice(), probeCount, 60);
          const result = reader.decode(torn, 0, torn.length, got);
          assert.ok(result <= 0, `${result} bytes of ${length} with zeros ${bits} of ${all}`);
          seen++;
        }
        const reader = new FrameCodec(model.slice(), probeCount, 60);
        assert.equal(reader.decode(tear(whole, dueBits, all), 0, 99, got), length);
      }
      assert.ok(seen > 10_000, `${seen} torn frames`);
      assert.ok(wide > 0);
    });
  }

  for (const probeCount of [1, 2, 3, 5, 8]) {
    it(`never takes a torn frame for a record, ${probeCount} probes`, () => {
      const any = fc.record({
        records: anyWalk(probeCount).filter((walk) => walk.length > 1),
        other: anyRecord(probeCount),
        torn: fc.nat(),
        keep: fc.uint8Array({
          minLength: FRAME_BYTES_MAX,
          maxLength: FRAME_BYTES_MAX,
          size: 'max',
        }),
        thin: fc.nat(4),
      });
      const property = fc.property(any, ({ records, other, torn, keep, thin }) => {
        const writer = codecOf(probeCount);
        const all = [...records.slice(0, -1), other, records.at(-1)!];
        const reader = codecOf(probeCount);
        const got = new RecordBuffer();
        for (const [index, record] of all.entries()) {
          const whole = new Uint8Array(FRAME_BYTES_MAX + CANONICAL_BYTES_MAX).fill(0xff);
          const length = writer.encode(record, whole, 0);
          whole.fill(0xff, length);
          if (index !== torn % all.length) {
            assert.equal(reader.decode(whole, 0, length, got), length);
            continue;
          }
          // A torn program leaves ones where zeros were due, in any pattern; often very few.
          const bytes = whole.slice();
          for (let i = 0; i < length; i++) {
            bytes[i]! |= keep[i]! & (thin > 0 ? keep[(i + thin) % keep.length]! : 0xff);
          }
          if (Buffer.compare(bytes, whole) === 0) return;
          const result = reader.decode(bytes, 0, bytes.length, got);
          assert.ok(result <= 0, `torn frame of type ${record.type} read as ${result} bytes`);
          return;
        }
      });
      fc.assert(property, { numRuns: 600 });
    });
  }

  it('reads noise without a throw or an endless frame', () => {
    const noise = fc.uint8Array({ minLength: 1, maxLength: 300, size: 'max' });
    const property = fc.property(noise, fc.integer({ min: 1, max: 8 }), (bytes, probeCount) => {
      const codec = codecOf(probeCount);
      const got = new RecordBuffer();
      const key = new Uint8Array(2 * FRAME_BYTES_MAX);
      codec.encode(makeReading(60, 400, ...Array<number>(probeCount).fill(500)), key, 0);
      let at = 0;
      while (at < bytes.length) {
        const length = codec.decode(bytes, at, bytes.length, got);
        if (length <= 0) break;
        at += length;
        while (codec.pending > 0 && codec.decodeNext(got) === 1);
      }
      assert.ok(at <= bytes.length);
    });
    fc.assert(property, { numRuns: 2000 });
  });
});

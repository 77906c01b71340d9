import assert from 'node:assert/strict';
import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import {
  copy,
  crc16,
  CRC16_START,
  crc32,
  CRC32_START,
  equal,
  fill,
  getI16,
  getI32,
  getU16,
  putI32,
  putU16,
  WORD_CHECK_START,
  wordCheck,
} from '../../firmware/core/bytes.js';

const int32 = fc.integer({ min: -2147483648, max: 2147483647 });
const CHECK_INPUT = Buffer.from('123456789'); // the input of every CRC catalogue's check value

describe('bytes: little-endian integers', () => {
  it('reads what a DataView reads', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 4, maxLength: 40, size: 'max' }),
        fc.nat(36),
        (bytes, offset) => {
          const at = offset % (bytes.length - 3);
          const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
          assert.equal(getU16(bytes, at), view.getUint16(at, true));
          assert.equal(getI16(bytes, at), view.getInt16(at, true));
          assert.equal(getI32(bytes, at), view.getInt32(at, true));
        },
      ),
    );
  });

  it('writes what a DataView writes, and touches no other byte', () => {
    fc.assert(
      fc.property(int32, fc.nat(4), fc.nat(255), (value, at, before) => {
        const ours = new Uint8Array(8).fill(before);
        const theirs = new Uint8Array(8).fill(before);
        putI32(ours, at, value);
        new DataView(theirs.buffer).setInt32(at, value, true);
        assert.deepEqual(ours, theirs);
        putU16(ours, at, value);
        new DataView(theirs.buffer).setUint16(at, value, true);
        assert.deepEqual(ours, theirs);
      }),
    );
  });
});

describe('bytes: ranges', () => {
  it('copies between buffers, and within one even when the ranges overlap', () => {
    const from = Uint8Array.from([1, 2, 3, 4, 5]);
    const to = new Uint8Array(5);
    copy(from, 1, to, 2, 3);
    assert.deepEqual([...to], [0, 0, 2, 3, 4]);
    copy(from, 0, from, 1, 4);
    assert.deepEqual([...from], [1, 1, 2, 3, 4]);
    copy(to, 2, to, 0, 3);
    assert.deepEqual([...to], [2, 3, 4, 3, 4]);
  });

  it('fills only the range', () => {
    const bytes = new Uint8Array(5);
    fill(bytes, 1, 3, 0xff);
    assert.deepEqual([...bytes], [0, 255, 255, 255, 0]);
  });

  it('compares as Buffer does, and sees a difference in any single bit', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 40, size: 'max' }),
        fc.nat(),
        (bytes, bit) => {
          const other = new Uint8Array(bytes.length + 2);
          other.set(bytes, 2);
          assert.equal(equal(bytes, 0, other, 2, bytes.length), true);
          const at = (bit >> 3) % bytes.length;
          other[2 + at]! ^= 1 << (bit & 7);
          assert.equal(equal(bytes, 0, other, 2, bytes.length), false);
        },
      ),
    );
  });

  it('takes two empty ranges for equal', () => {
    assert.equal(equal(new Uint8Array(1), 0, Uint8Array.of(9), 0, 0), true);
  });
});

describe('bytes: CRCs', () => {
  it('give the catalogue check values', () => {
    assert.equal(crc16(CHECK_INPUT, 0, 9), 0x29b1); // CRC-16/IBM-3740
    assert.equal(crc32(CHECK_INPUT, 0, 9), 0xcbf43926 | 0); // CRC-32/ISO-HDLC
  });

  it('of nothing are their start values', () => {
    assert.equal(crc16(CHECK_INPUT, 3, 0), CRC16_START);
    assert.equal(crc32(CHECK_INPUT, 3, 0), CRC32_START);
  });

  it('agree with zlib on any range, as int32', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300, size: 'max' }), fc.nat(300), (bytes, cut) => {
        const at = Math.min(cut, bytes.length);
        assert.equal(crc32(bytes, at, bytes.length - at), zlibCrc32(bytes.subarray(at)) | 0);
      }),
    );
  });

  it('go on over chunks as over the whole', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100, size: 'max' }), fc.nat(100), (bytes, cut) => {
        const at = Math.min(cut, bytes.length);
        const rest = bytes.length - at;
        const whole = bytes.length;
        assert.equal(crc16(bytes, at, rest, crc16(bytes, 0, at)), crc16(bytes, 0, whole));
        assert.equal(crc32(bytes, at, rest, crc32(bytes, 0, at)), crc32(bytes, 0, whole));
      }),
    );
  });

  it('crc16 follows its polynomial bit by bit', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60, size: 'max' }), (bytes) => {
        let register = 0xffff;
        for (const byte of bytes) {
          for (let bit = 7; bit >= 0; bit--) {
            const feedback = ((register >> 15) & 1) ^ ((byte >> bit) & 1);
            register = ((register << 1) & 0xffff) ^ (feedback === 1 ? 0x1021 : 0);
          }
        }
        assert.equal(crc16(bytes, 0, bytes.length), register);
      }),
    );
  });
});

describe('bytes: word check of the hot state', () => {
  const words = (minLength: number) => fc.array(int32, { minLength, maxLength: 60, size: 'max' });

  it('finds every change of one word', () => {
    fc.assert(
      fc.property(words(1), fc.nat(), int32, (values, where, value) => {
        const state = Int32Array.from(values);
        const index = where % state.length;
        fc.pre(state[index] !== value);
        const before = wordCheck(state, 0, state.length);
        state[index] = value;
        assert.notEqual(wordCheck(state, 0, state.length), before);
      }),
    );
  });

  it('finds every pair of flipped bits in a hot state of zeros', () => {
    const state = new Int32Array(24);
    const before = wordCheck(state, 0, state.length);
    for (let first = 0; first < 32 * 24; first++) {
      state[first >> 5]! ^= 1 << (first & 31);
      for (let second = first + 1; second < 32 * 24; second++) {
        state[second >> 5]! ^= 1 << (second & 31);
        assert.notEqual(wordCheck(state, 0, state.length), before, `bits ${first}, ${second}`);
        state[second >> 5]! ^= 1 << (second & 31);
      }
      state[first >> 5]! ^= 1 << (first & 31);
    }
  });

  it('depends on order, count, and start, and on nothing outside its range', () => {
    const state = Int32Array.from([7, 1, 2, 3, 0, 0, 9]);
    const check = wordCheck(state, 1, 3);
    assert.notEqual(wordCheck(Int32Array.from([2, 1, 3]), 0, 3), check);
    assert.notEqual(wordCheck(state, 1, 4), check);
    assert.notEqual(wordCheck(state, 1, 3, WORD_CHECK_START + 1), check);
    assert.equal(wordCheck(Int32Array.from([1, 2, 3]), 0, 3), check);
  });

  it('is an int32 that does not change from release to release', () => {
    const state = Int32Array.from({ length: 1147 }, (_, i) => Math.imul(i, 0x12345677));
    assert.equal(wordCheck(state, 0, state.length), 1055657168); // as real XS computed it
  });
});

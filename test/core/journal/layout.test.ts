import assert from 'node:assert/strict';
import fc from 'fast-check';
import { crc32, CRC32_START, putI32, putU16 } from '../../../firmware/core/bytes.js';
import { FAULT } from '../../../firmware/core/faults.js';
import {
  decodeHeader,
  encodeHeader,
  HEADER_BYTES,
  readsDead,
  isKilled,
  KILL_AT,
  KILL_BYTES,
  mayBeTornHeader,
  PROBE,
  PROBE_BYTES,
  probeHeader,
  SegmentHeader,
} from '../../../firmware/core/journal/layout.js';
import { countZeros } from '../../../firmware/core/record/frame.js';
import { FORMAT_VERSION } from '../../../firmware/core/record/fields.js';

function makeHeader(values: Partial<SegmentHeader> = {}): SegmentHeader {
  const header = new SegmentHeader();
  Object.assign(header, { probeCount: 2, samplePeriodS: 60, epoch: 77, segment: 3 }, values);
  header.chainBefore.forEach((_, i) => (header.chainBefore[i] = 7 * i));
  return header;
}

function bytesOf(header: SegmentHeader): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES).fill(0xaa);
  encodeHeader(header, bytes);
  return bytes;
}

function decode(bytes: Uint8Array): number {
  return decodeHeader(bytes, new SegmentHeader());
}

/** Puts the checks right again after a change. */
function resealed(bytes: Uint8Array): Uint8Array {
  putU16(bytes, 68, countZeros(bytes, 0, 68));
  putI32(bytes, 72, crc32(bytes, 0, 68, CRC32_START));
  return bytes;
}

const anyHeader = fc.record({
  probeCount: fc.integer({ min: 1, max: 8 }),
  samplePeriodS: fc.nat(65535),
  epoch: fc.nat(2 ** 31 - 1),
  segment: fc.nat(2 ** 31 - 1),
  firstSequence: fc.nat(2 ** 31 - 1),
  bootCount: fc.nat(65535),
  stateBytes: fc.nat(3072),
  uptimeS: fc.nat(2 ** 31 - 1),
  wallS: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  stateCrc: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
});

describe('a segment header', () => {
  it('gives back every field', () => {
    const property = fc.property(anyHeader, (values) => {
      const header = makeHeader(values);
      const got = new SegmentHeader();
      assert.equal(decodeHeader(bytesOf(header), got), 0);
      assert.deepEqual(got, header);
    });
    fc.assert(property);
  });

  it('is absent on blank, zeroed and foreign flash', () => {
    for (const byte of [0xff, 0x00, 0x50]) {
      assert.equal(decode(new Uint8Array(HEADER_BYTES).fill(byte)), FAULT.absent);
    }
  });

  it('is absent when its program was torn, whatever subset of its zeros is missing', () => {
    const keep = fc.uint8Array({ minLength: HEADER_BYTES, maxLength: HEADER_BYTES, size: 'max' });
    const property = fc.property(anyHeader, keep, (values, kept) => {
      const whole = bytesOf(makeHeader(values));
      const torn = whole.map((byte, i) => byte | kept[i]!);
      fc.pre(Buffer.compare(whole, torn) !== 0);
      assert.equal(decode(torn), FAULT.absent);
      assert.ok(mayBeTornHeader(torn));
    });
    fc.assert(property, { numRuns: 1000 });
  });

  it('is absent when any one bit is wrong', () => {
    const whole = bytesOf(makeHeader());
    const reserved = [70, 71];
    for (let bit = 0; bit < 8 * HEADER_BYTES; bit++) {
      if (reserved.includes(bit >> 3)) continue;
      const bytes = whole.slice();
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      assert.equal(decode(bytes), FAULT.absent, `bit ${bit}`);
    }
  });

  it('of an earlier version is recognised as an older image', () => {
    const bytes = bytesOf(makeHeader());
    for (let version = 1; version < FORMAT_VERSION; version++) {
      bytes[4] = version;
      assert.equal(decode(resealed(bytes)), FAULT.olderImage);
    }
  });

  const foreign: readonly (readonly [what: string, change: (bytes: Uint8Array) => void])[] = [
    ['of a newer version', (bytes) => (bytes[4] = FORMAT_VERSION + 1)],
    ['of version 0', (bytes) => (bytes[4] = 0)],
    ['without probes', (bytes) => (bytes[5] = 0)],
    ['with more probes than a reading has', (bytes) => (bytes[5] = 9)],
    ['with a negative segment number', (bytes) => (bytes[15] = 0x80)],
    ['with a state longer than its sector', (bytes) => putU16(bytes, 22, 4096 - 75)],
  ];
  for (const [what, change] of foreign) {
    it(`that is whole but ${what} is a foreign image`, () => {
      const bytes = bytesOf(makeHeader());
      change(bytes);
      assert.equal(decode(resealed(bytes)), FAULT.foreignImage);
    });
  }

  it('can be told from bytes that no cut of ours leaves', () => {
    assert.equal(mayBeTornHeader(Buffer.from('littlefs')), false);
    assert.equal(mayBeTornHeader(new Uint8Array(16)), false);
    assert.equal(mayBeTornHeader(Buffer.from('PVJ1')), true);
    assert.equal(mayBeTornHeader(new Uint8Array(16).fill(0xff)), true);
  });
});

describe('the first bytes of a sector', () => {
  const probe = (bytes: Uint8Array): number => probeHeader(bytes.subarray(0, PROBE_BYTES));

  it('name the segment, or say that the sector is blank, another version, or unclear', () => {
    assert.equal(probe(bytesOf(makeHeader({ segment: 4711 }))), 4711);
    assert.equal(probe(new Uint8Array(PROBE_BYTES).fill(0xff)), PROBE.blank);
    for (const version of [1, FORMAT_VERSION + 1]) {
      const bytes = bytesOf(makeHeader());
      bytes[4] = version;
      assert.equal(probe(bytes), PROBE.other);
    }
    assert.equal(probe(bytesOf(makeHeader({ segment: -1 }))), PROBE.other);
    assert.equal(probe(new Uint8Array(PROBE_BYTES)), PROBE.unclear);
    assert.equal(probe(Buffer.from('....littlefs....')), PROBE.unclear);
  });

  const filled = (byte: number): Uint8Array => new Uint8Array(HEADER_BYTES).fill(byte);
  const kill = (bytes: Uint8Array): Uint8Array =>
    bytes.map((byte, i) => (i >= KILL_AT && i < KILL_AT + KILL_BYTES ? 0 : byte));
  const before: readonly (readonly [what: string, bytes: Uint8Array])[] = [
    ['a valid header', bytesOf(makeHeader())],
    ['a blank sector', filled(0xff)],
    ['a dead sector', filled(0)],
    ['a half erased sector', bytesOf(makeHeader()).map((byte, i) => byte | ((i * 37) & 255))],
  ];
  for (const [what, old] of before) {
    it(`once killed hold no header and only lose bits: ${what}`, () => {
      const killed = kill(old);
      old.forEach((byte, i) => assert.equal(byte & killed[i]!, killed[i]));
      assert.equal(probe(killed), PROBE.unclear);
      assert.equal(decode(killed), FAULT.absent);
      assert.ok(isKilled(killed));
      assert.equal(isKilled(old), old[0] === 0);
      assert.equal(readsDead(killed), old[0] === 0);
    });
  }

  it('of a blank sector look like a torn header of ours when the kill was cut off', () => {
    const killed = kill(filled(0xff));
    const keep = fc.uint8Array({ minLength: HEADER_BYTES, maxLength: HEADER_BYTES, size: 'max' });
    const property = fc.property(keep, (kept) => {
      assert.ok(mayBeTornHeader(killed.map((byte, i) => byte | kept[i]!)));
    });
    fc.assert(property);
  });
});

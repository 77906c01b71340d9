/**
 * What proves a frame whole. Its zero bits are counted at a fixed place in front: a torn program
 * leaves ones where zeros were due, so what follows then has fewer zeros and the count itself can
 * only read higher. Equality therefore proves that nothing was torn (Berger code). A CRC guards
 * against everything else. Byte layouts: FORMAT.md §4.
 */
import { crc16, CRC16_START, getU16, putU16 } from '../bytes.js';
import { FAULT } from '../faults.js';
import { CANONICAL_BYTES_MAX } from '../limits.js';

const ZERO_BITS = new Uint8Array(256);
const CRC8 = new Uint8Array(256);
const CRC8_START = 0x1d;
for (let i = 0; i < 256; i++) {
  let zeros = 0;
  let crc = i;
  for (let bit = 0; bit < 8; bit++) {
    if (((i >> bit) & 1) === 0) zeros++;
    crc = (crc & 0x80) !== 0 ? ((crc << 1) ^ 0x2f) & 0xff : crc << 1; // CRC-8/AUTOSAR
  }
  ZERO_BITS[i] = zeros;
  CRC8[i] = crc;
}

/** Zero bits of `length` bytes. */
export function countZeros(bytes: Uint8Array, at: number, length: number): number {
  let zeros = 0;
  for (let i = at; i < at + length; i++) zeros += ZERO_BITS[bytes[i]!]!;
  return zeros;
}

/**
 * Zero bits x 256, and the last byte as it must be: its `bits & 7` bits, then check bits from a
 * CRC-8. `first` stands for the byte at `at`, bare of its count. Whole bytes have no check bits.
 */
export function scanBits(bytes: Uint8Array, at: number, bits: number, first: number): number {
  const last = at + (bits >> 3);
  let crc = CRC8_START;
  let zeros = 0;
  let byte = first;
  for (let i = at; i < last;) {
    crc = CRC8[crc ^ byte]!;
    zeros += ZERO_BITS[byte]!;
    byte = bytes[++i]!;
  }
  const have = bits & 7;
  if (have === 0) return zeros << 8;
  const own = byte & (0xff00 >> have);
  const whole = own | (CRC8[crc ^ own]! >> have);
  return ((zeros + ZERO_BITS[whole]!) << 8) | whole;
}

/** Frames around a body: count, kind, length; then the body and a CRC-16. */
export const BODY_HEAD = 3;
export const BODY_BYTES_MAX = CANONICAL_BYTES_MAX;
export const BODY_KIND = Object.freeze({ plain: 0xc0, batch: 0x80 } as const);
/** Bits 3..2 of the first byte of such a frame; bits 7..4 and 1..0 count, and so do six more. */
export const BODY_MARK = 0x0c;
const KIND_BITS = 0xc0;
const COUNT_BITS = 0x3f;
/** The bits 1..0 are never 11, or a count could look blank: each of the six more is worth 48. */
const UPPER_WORTH = 48;

/** Puts head and CRC around a body of `length` bytes and answers the length of the frame. */
export function sealBody(bytes: Uint8Array, at: number, kind: number, length: number): number {
  const body = at + BODY_HEAD;
  bytes[at + 2] = length;
  putU16(bytes, body + length, crc16(bytes, body, length, CRC16_START));
  const zeros = ZERO_BITS[kind | COUNT_BITS]! + countZeros(bytes, at + 2, length + 3);
  const upper = (zeros / UPPER_WORTH) | 0;
  const lower = zeros - upper * UPPER_WORTH;
  bytes[at] = ((lower & 15) << 4) | BODY_MARK | (lower >> 4);
  bytes[at + 1] = kind | upper;
  return BODY_HEAD + length + 2;
}

/** Length of the body in the frame at `at`, nothing at or behind `end`, or malformed. */
export function checkBody(bytes: Uint8Array, at: number, end: number): number {
  if (at + BODY_HEAD > end) return FAULT.malformed;
  const first = bytes[at]!;
  const second = bytes[at + 1]!;
  const length = bytes[at + 2]!;
  const body = at + BODY_HEAD;
  if ((first & 3) === 3 || length > BODY_BYTES_MAX || body + length + 2 > end) {
    return FAULT.malformed;
  }
  const count = (first >> 4) | ((first & 3) << 4);
  const zeros = ZERO_BITS[second | COUNT_BITS]! + countZeros(bytes, at + 2, length + 3);
  if (zeros !== count + (second & COUNT_BITS) * UPPER_WORTH) return FAULT.malformed;
  const crc = crc16(bytes, body, length, CRC16_START);
  return crc === getU16(bytes, body + length) ? length : FAULT.malformed;
}

/** Kind of a frame around a body. */
export function bodyKind(bytes: Uint8Array, at: number): number {
  return bytes[at + 1]! & KIND_BITS;
}

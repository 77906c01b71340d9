/**
 * Hands on int32 values and checks from bytes that the caller owns; little-endian, as the flash
 * format and the link are. Nothing is allocated and ranges are the caller's to keep: nothing here
 * looks at a length. No value leaves the int32 range: above 2^31 it becomes a double on XS, and so
 * does, on the way, a negative one under `>>>`, hence the masks. The tables are constants, so that
 * on the device they are read from flash.
 */

/** Start value of `crc16` (CRC-16/IBM-3740, also called CCITT-FALSE). */
export const CRC16_START = 0xffff;
/** Start value of `crc32` (CRC-32/ISO-HDLC, the one of zlib and Ethernet). */
export const CRC32_START = 0;
/** Start value of `wordCheck`; any other serves to tell two uses apart. */
export const WORD_CHECK_START = 0x2b7e1516;

// Odd, so that multiplying loses nothing: 2^32 / golden ratio (Knuth, TAOCP 3 §6.4).
const WORD_CHECK_FACTOR = -1640531535;
const CRC16_POLYNOMIAL = 0x1021; // ITU-T V.41
const CRC32_POLYNOMIAL = -306674912; // 0xEDB88320, IEEE 802.3 reflected
const CRC16_TABLE = makeCrc16Table();
const CRC32_TABLE = makeCrc32Table();

/** Reads an unsigned 16-bit value, 0..65535. */
export function getU16(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}

/** Reads a signed 16-bit value, -32768..32767. */
export function getI16(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 16) | (bytes[at + 1]! << 24)) >> 16;
}

/** Reads an int32. */
export function getI32(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

/** Writes the lower 16 bits of `value`, signed or not. */
export function putU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value & 255;
  bytes[at + 1] = (value >> 8) & 255;
}

/** Writes an int32. */
export function putI32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value & 255;
  bytes[at + 1] = (value >> 8) & 255;
  bytes[at + 2] = (value >> 16) & 255;
  bytes[at + 3] = (value >> 24) & 255;
}

/** Copies `length` bytes; the two ranges may overlap in one array. */
export function copy(
  from: Uint8Array,
  fromAt: number,
  to: Uint8Array,
  toAt: number,
  length: number,
): void {
  if (from === to) {
    to.copyWithin(toAt, fromAt, fromAt + length);
    return;
  }
  for (let i = 0; i < length; i++) to[toAt + i] = from[fromAt + i]!;
}

/** Sets `length` bytes to `value`, 0..255. */
export function fill(bytes: Uint8Array, at: number, length: number, value: number): void {
  bytes.fill(value, at, at + length);
}

/** Tells whether two ranges hold the same bytes, in a time that depends on `length` alone. */
export function equal(
  a: Uint8Array,
  aAt: number,
  b: Uint8Array,
  bAt: number,
  length: number,
): boolean {
  let difference = 0;
  for (let i = 0; i < length; i++) difference |= a[aAt + i]! ^ b[bAt + i]!;
  return difference === 0;
}

/** CRC-16/IBM-3740, 0..65535; the answer of one range is the start of the one that follows. */
export function crc16(
  bytes: Uint8Array,
  at: number,
  length: number,
  start: number = CRC16_START,
): number {
  const table = CRC16_TABLE;
  const end = at + length;
  let crc = start;
  for (let i = at; i < end; i++) {
    crc = ((crc << 8) & 0xffff) ^ table[(crc >> 8) ^ bytes[i]!]!;
  }
  return crc;
}

/** CRC-32/ISO-HDLC as an int32; the answer of one range is the start of the one that follows. */
export function crc32(
  bytes: Uint8Array,
  at: number,
  length: number,
  start: number = CRC32_START,
): number {
  const table = CRC32_TABLE;
  const end = at + length;
  let crc = ~start;
  for (let i = at; i < end; i++) crc = ((crc >> 8) & 0xffffff) ^ table[(crc ^ bytes[i]!) & 255]!;
  return ~crc;
}

/**
 * Check over `count` words as an int32, for memory that is kept through sleep: finds every change
 * confined to one word, and random ones but for one in 2^32. Each step is a bijection of the sum
 * and of the word; the shift carries the upper bits down, which a product alone never does.
 */
export function wordCheck(
  words: Int32Array,
  from: number,
  count: number,
  start: number = WORD_CHECK_START,
): number {
  const end = from + count;
  let sum = start ^ count;
  for (let i = from; i < end; i++) {
    sum = Math.imul(sum ^ words[i]!, WORD_CHECK_FACTOR);
    sum ^= (sum >> 15) & 0x1ffff;
  }
  return sum;
}

function makeCrc16Table(): Uint16Array {
  const table = new Uint16Array(256);
  for (let i = 0; i < 256; i++) {
    let crc = i << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ CRC16_POLYNOMIAL : crc << 1;
    table[i] = crc;
  }
  return table;
}

function makeCrc32Table(): Int32Array {
  const table = new Int32Array(256);
  for (let i = 0; i < 256; i++) {
    let crc = i;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ CRC32_POLYNOMIAL : crc >>> 1;
    table[i] = crc;
  }
  return table;
}

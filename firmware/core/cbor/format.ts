/**
 * Hands on what the writer and the reader of CBOR (RFC 8949) share: the types in use, the major
 * types of §3.1, the simple values of §3.3, and the test for UTF-8. Only those two import it; all
 * others import `cbor.ts`.
 */

/** What `CborReader.nextType` answers. */
export const CBOR_TYPE = Object.freeze({
  int: 0,
  bytes: 1,
  text: 2,
  array: 3,
  map: 4,
  tag: 5,
  bool: 6,
  null: 7,
} as const);

/** Arrays and maps within one another. */
export const CBOR_DEPTH_MAX = 8;

/** The upper three bits of an item's first byte. */
export const MAJOR = Object.freeze({
  uint: 0,
  negative: 1,
  bytes: 2,
  text: 3,
  array: 4,
  map: 5,
  tag: 6,
  simple: 7,
} as const);

/** The one-byte items in use. */
export const SIMPLE = Object.freeze({ false: 0xf4, true: 0xf5, null: 0xf6 } as const);

/** What writer and reader hold before the first `begin`: a range with room for nothing. */
export const NO_BYTES = new Uint8Array(0);

/** Tells whether the bytes are UTF-8: no surrogates, shortest form, to U+10FFFF (RFC 3629 §4). */
export function isUtf8(bytes: Uint8Array, at: number, length: number): boolean {
  const end = at + length;
  let i = at;
  while (i < end) {
    const lead = bytes[i++]!;
    if (lead < 0x80) continue;
    if (lead < 0xc2 || lead > 0xf4) return false;
    const tailCount = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    if (tailCount > end - i) return false;
    const second = bytes[i]!;
    if (second < (lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80)) return false;
    if (second > (lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf)) return false;
    for (let k = 1; k < tailCount; k++) if ((bytes[i + k]! & 0xc0) !== 0x80) return false;
    i += tailCount;
  }
  return true;
}

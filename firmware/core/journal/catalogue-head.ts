/**
 * The header of a copy of the catalogue, 16 bytes: magic "PVC1", generation i32, bytes u16, zero
 * count u16 (of the first 10 bytes: a torn program only leaves ones), CRC-32 of the entries i32.
 * And what the region looks like before there is any.
 */
import { copy, equal, getI32, getU16, putI32, putU16 } from '../bytes.js';
import { FAULT } from '../faults.js';
import { SECTOR_BYTES } from '../limits.js';
import type { FlashPort } from '../ports.js';
import { countZeros } from '../record/frame.js';
import { PAGE_BYTES } from './pages.js';

export const COPY_SECTORS = 2;
export const COPY_BYTES = COPY_SECTORS * SECTOR_BYTES;
/** Flash that the catalogue needs. */
export const CATALOGUE_BYTES = 2 * COPY_BYTES;
/** Kinds of entry. */
export const ENTRY = Object.freeze({ profile: 1, roles: 2, kit: 3, calibration: 4 } as const);
export const HEAD_BYTES = 16;
/** Both headers and the entries of one copy are 8 kB: what a mount reads at most. */
export const ENTRIES_BYTES_MAX = COPY_BYTES - 2 * HEAD_BYTES;
/** Header of a copy of generation 0 without entries: 68 of its first 80 bits are 0. */
export const EMPTY_HEAD = new Uint8Array([
  0x50, 0x56, 0x43, 0x31, 0, 0, 0, 0, 0, 0, 68, 0, 0, 0, 0, 0,
]);
const VERSION_AT = 3;
const COUNTED_BYTES = 10;
const BLANK = 0xff;

/** Writes a header at `at`: its generation, and the length and CRC-32 of the entries. */
export function encodeHead(
  into: Uint8Array,
  at: number,
  generation: number,
  bytes: number,
  crc: number,
): void {
  copy(EMPTY_HEAD, 0, into, at, HEAD_BYTES);
  putI32(into, at + 4, generation);
  putU16(into, at + 8, bytes);
  putU16(into, at + COUNTED_BYTES, countZeros(into, at, COUNTED_BYTES));
  putI32(into, at + 12, crc);
}

/** Generation in a header; absent for none, foreignImage for a whole one of another version. */
export function generationOf(heads: Uint8Array, at: number): number {
  if (!equal(heads, at, EMPTY_HEAD, 0, VERSION_AT)) return FAULT.absent;
  const zeros = countZeros(heads, at, COUNTED_BYTES);
  if (zeros !== getU16(heads, at + COUNTED_BYTES)) return FAULT.absent;
  if (heads[at + VERSION_AT] !== EMPTY_HEAD[VERSION_AT]) return FAULT.foreignImage;
  const generation = getI32(heads, at + 4);
  const isPossible = generation >= 0 && entryBytesOf(heads, at) <= ENTRIES_BYTES_MAX;
  return isPossible ? generation : FAULT.absent;
}

/** Length of all entries, as a header says it. */
export function entryBytesOf(heads: Uint8Array, at: number): number {
  return getU16(heads, at + 8);
}

/** CRC-32 of all entries, as a header says it. */
export function crcOf(heads: Uint8Array, at: number): number {
  return getI32(heads, at + 12);
}

/**
 * 0 where nothing was ever put: every page begins blank, but for what a cut may have left of the
 * empty header of the second copy, which comes before anything else. Else foreignImage, or the
 * flash's fault. `page` is scratch.
 */
export function expectUnused(flash: FlashPort, page: Uint8Array): number {
  for (let at = 0; at < 2 * COPY_BYTES; at += PAGE_BYTES) {
    const result = flash.read(at, page, HEAD_BYTES);
    if (result < 0) return result;
    for (let i = 0; i < HEAD_BYTES; i++) {
      const due = at === COPY_BYTES ? EMPTY_HEAD[i]! : BLANK;
      if ((page[i]! & due) !== due) return FAULT.foreignImage;
    }
  }
  return 0;
}

/**
 * The hot state as bytes for memory that keeps through sleep: waking is not booting. Header of four
 * words (mark, words, shape, check), then the regions one after another. The check is word-wise: a
 * bytewise CRC over this much costs more than a sample does. What does not check is a cold boot.
 */
import { getI32, putI32, wordCheck } from '../core/bytes.js';
import { assert, FAULT } from '../core/faults.js';

/** Retained memory that a board must offer, in bytes (design §3). */
export const RETAINED_BYTES_MAX = 6144;
/** ASCII "PVR1". */
const MARK = 0x31525650;
const HEADER_WORDS = 4;
const WORD_BYTES = 4;

export class Retained {
  /** Bytes of an image. */
  readonly byteLength: number;
  private readonly regions: readonly Int32Array[];
  private readonly shape: number;

  /** `shape` names what the regions depend on: an image of another shape is none. */
  constructor(regions: readonly Int32Array[], shape: number) {
    let words = HEADER_WORDS;
    for (let i = 0; i < regions.length; i++) words += regions[i]!.length;
    this.byteLength = words * WORD_BYTES;
    this.regions = regions;
    this.shape = shape;
    assert(this.byteLength <= RETAINED_BYTES_MAX, 120);
  }

  /** Writes the image to the start of `into`: its length, or overflow. */
  write(into: Uint8Array): number {
    if (into.length < this.byteLength) return FAULT.overflow;
    putI32(into, 0, MARK);
    putI32(into, 4, this.byteLength / WORD_BYTES);
    putI32(into, 8, this.shape);
    let at = HEADER_WORDS * WORD_BYTES;
    let check = this.shape;
    for (let i = 0; i < this.regions.length; i++) {
      const region = this.regions[i]!;
      for (let word = 0; word < region.length; word++, at += WORD_BYTES) {
        putI32(into, at, region[word]!);
      }
      check = wordCheck(region, 0, region.length, check);
    }
    putI32(into, 12, check);
    return this.byteLength;
  }

  /** Takes an image back: 0, or malformed, and then the regions hold nothing of use. */
  read(from: Uint8Array, length: number): number {
    if (length !== this.byteLength || from.length < length) return FAULT.malformed;
    if (getI32(from, 0) !== MARK || getI32(from, 4) !== length / WORD_BYTES) {
      return FAULT.malformed;
    }
    if (getI32(from, 8) !== this.shape) return FAULT.malformed;
    let at = HEADER_WORDS * WORD_BYTES;
    let check = this.shape;
    for (let i = 0; i < this.regions.length; i++) {
      const region = this.regions[i]!;
      for (let word = 0; word < region.length; word++, at += WORD_BYTES) {
        region[word] = getI32(from, at);
      }
      check = wordCheck(region, 0, region.length, check);
    }
    return check === getI32(from, 12) ? 0 : FAULT.malformed;
  }
}

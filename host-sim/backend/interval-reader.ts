/**
 * Hands on what an interval coder was told, from the bits it made (FORMAT.md §10): both share the
 * same range out by the same chances, and the bits say which share it was. Behind the last byte
 * come zeros, which were not sent.
 */
import { RANGE_BITS, RANGE_MIN } from '../../firmware/core/record/compact.js';
import { CHANCE_ALL, CHANCE_BITS } from '../../firmware/core/record/compact-model.js';

const TOP_SHIFT = RANGE_BITS - 8;
const RANGE_MASK = (1 << RANGE_BITS) - 1;
/** The reader is so many bytes ahead of what it has told. */
export const AHEAD_BYTES = 4;

export class IntervalReader {
  readonly #bytes: Uint8Array;
  #at: number;
  #code = 0;
  #low = 0;
  #range = RANGE_MASK + 1;

  /** Begins at byte `start`. */
  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#at = start;
    for (let i = 0; i < AHEAD_BYTES; i++) this.#shift();
  }

  /** Offset behind the last byte that was looked at, beyond the end where zeros were. */
  get at(): number {
    return this.#at;
  }

  /** Which part of all chances the bits point at, 0 to CHANCE_ALL - 1. */
  point(): number {
    const part = Math.floor((this.#code - this.#low) / (this.#range >> CHANCE_BITS));
    return Math.max(0, Math.min(part, CHANCE_ALL - 1)); // beyond these only what nobody wrote
  }

  /** Narrows the range to the parts from `below` on, so many, as the writer did. */
  take(below: number, chance: number): void {
    const part = this.#range >> CHANCE_BITS;
    this.#low += part * below;
    this.#range = part * chance;
    for (;;) {
      if ((this.#low ^ (this.#low + this.#range - 1)) >> TOP_SHIFT !== 0) {
        if (this.#range >= RANGE_MIN) return;
        this.#range = -this.#low & (RANGE_MIN - 1);
      }
      this.#low = (this.#low << 8) & RANGE_MASK;
      this.#range <<= 8;
      this.#shift();
    }
  }

  /** The next `count` bits, 0 to 9, that nothing was expected of. */
  bits(count: number): number {
    if (count === 0) return 0;
    const value = this.point() >> (CHANCE_BITS - count);
    this.take(value << (CHANCE_BITS - count), 1 << (CHANCE_BITS - count));
    return value;
  }

  /** Takes the next eight bits into the code, whose end the last byte reaches beyond. */
  #shift(): void {
    const last = this.#bytes[this.#at - 1] ?? 0;
    const next = this.#bytes[this.#at] ?? 0;
    const bits = ((last << 8) | next) >> (8 * AHEAD_BYTES - RANGE_BITS);
    this.#code = ((this.#code << 8) | (bits & 0xff)) & RANGE_MASK;
    this.#at++;
  }
}

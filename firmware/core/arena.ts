/**
 * The container's memory for what changes: one ArrayBuffer of int32 words, dealt out once at start.
 * Rooms keep their state in their slice and nowhere else, so that suspending is one copy, a
 * state is written in one pass, and nothing is allocated afterwards.
 */
import { assert } from './faults.js';

export class Arena {
  readonly words: Int32Array;
  private taken = 0;

  constructor(wordCount: number) {
    this.words = new Int32Array(wordCount);
  }

  /** The next `wordCount` words. Throws when the arena was made too small. */
  take(wordCount: number): Int32Array {
    assert(this.taken + wordCount <= this.words.length, 110);
    const slice = this.words.subarray(this.taken, this.taken + wordCount);
    this.taken += wordCount;
    return slice;
  }

  /** Throws unless every word was dealt out: sizes and takers must agree. */
  seal(): void {
    assert(this.taken === this.words.length, 111);
  }
}

/**
 * Typed arrays of several kinds in one ArrayBuffer: on the device each one that has its own costs
 * 60 bytes more. Take the widest kinds first, so that all are aligned.
 */
export class Slab {
  private readonly buffer: ArrayBuffer;
  private taken = 0;

  constructor(byteCount: number) {
    this.buffer = new ArrayBuffer(byteCount);
  }

  int32(length: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.buffer, this.next(4 * length), length);
  }

  int16(length: number): Int16Array<ArrayBuffer> {
    return new Int16Array(this.buffer, this.next(2 * length), length);
  }

  uint16(length: number): Uint16Array<ArrayBuffer> {
    return new Uint16Array(this.buffer, this.next(2 * length), length);
  }

  int8(length: number): Int8Array<ArrayBuffer> {
    return new Int8Array(this.buffer, this.next(length), length);
  }

  uint8(length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.buffer, this.next(length), length);
  }

  /** Throws unless every byte was dealt out. */
  seal(): void {
    assert(this.taken === this.buffer.byteLength, 111);
  }

  private next(byteCount: number): number {
    const at = this.taken;
    this.taken += byteCount;
    return at;
  }
}

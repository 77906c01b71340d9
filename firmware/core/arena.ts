/**
 * The container's memory for what changes: one ArrayBuffer of int32 words, dealt out once at start.
 * Rooms keep their state in their slice and nowhere else, so that suspending is one copy, a
 * snapshot is one pass, and nothing is allocated afterwards.
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

/**
 * The marks of a kit that evidence leaves: a reason holds, its excursion is due, and what quality
 * released counts again. The kit's words are at `at`, reasons are bits, and `sequence` is the
 * record by which it came about or went on.
 */
import { KIT, VERDICT_STALE } from './kits.js';

/** An excursion without an end has come about, once per kit; or evidence speaks for it again. */
export function comeAbout(words: Int32Array, at: number, bits: number, sequence: number): void {
  if ((words[at + KIT.sticky]! & bits) === 0) {
    words[at + KIT.sticky] = words[at + KIT.sticky]! | bits;
    words[at + KIT.due] = words[at + KIT.due]! | bits;
  }
  speakFor(words, at, bits, sequence);
}

/** Evidence speaks for reasons that hold. */
export function speakFor(words: Int32Array, at: number, bits: number, sequence: number): void {
  words[at + KIT.evidenceSequence] = sequence;
  reopen(words, at, bits);
}

/** Reasons are no longer released, and the verdict is to be recorded again if they were. */
export function reopen(words: Int32Array, at: number, bits: number): void {
  if ((words[at + KIT.released]! & bits) === 0) return;
  words[at + KIT.released] = words[at + KIT.released]! & ~bits;
  words[at + KIT.stale] = words[at + KIT.stale]! | VERDICT_STALE;
}

/** A stay has ended: where its excursion is recorded, the record's numbers are old. */
export function rest(words: Int32Array, at: number, bits: number): void {
  words[at + KIT.stale] = words[at + KIT.stale]! | (words[at + KIT.open]! & bits);
}

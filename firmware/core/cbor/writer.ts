/**
 * Hands on the deterministic encoding (RFC 8949 §4.2) of what it is given, in the caller's buffer.
 * Heads are as short as they can be; the order of a map's keys is the caller's. The first fault
 * stays and nothing is written after it, so a whole message may be put and `end` asked once.
 */
import { FAULT } from '../faults.js';
import { isUtf8, MAJOR, NO_BYTES, SIMPLE } from './format.js';

/** Writes one CBOR item after the other into a range of the caller's buffer. */
export class CborWriter {
  #into: Uint8Array = NO_BYTES;
  #from = 0;
  #at = 0;
  #end = 0;
  #fault = 0;

  /** Takes up the range from `at` to `end`, which is not written to. */
  begin(into: Uint8Array, at: number, end: number): void {
    this.#into = into;
    this.#from = at;
    this.#at = at;
    this.#end = end;
    this.#fault = 0;
  }

  /** Where the next item goes. */
  position(): number {
    return this.#at;
  }

  /** Bytes written since `begin`, or overflow (no room) or malformed (a value out of range). */
  end(): number {
    return this.#fault !== 0 ? this.#fault : this.#at - this.#from;
  }

  /** Writes an int32 of 0 or more. */
  putUint(value: number): void {
    this.#head(MAJOR.uint, value);
  }

  /** Writes any int32. */
  putInt(value: number): void {
    if (value < 0) this.#head(MAJOR.negative, ~value);
    else this.#head(MAJOR.uint, value);
  }

  /** Writes a byte string. */
  putBytes(bytes: Uint8Array, at: number, length: number): void {
    this.#head(MAJOR.bytes, length);
    this.#raw(bytes, at, length);
  }

  /** Writes a text string from its UTF-8 bytes; malformed if they are none. */
  putText(bytes: Uint8Array, at: number, length: number): void {
    if (!isUtf8(bytes, at, length)) this.#fail(FAULT.malformed);
    this.#head(MAJOR.text, length);
    this.#raw(bytes, at, length);
  }

  /** Writes the head of a byte string whose `length` bytes are put next, as items of their own. */
  putBytesHeader(length: number): void {
    this.#head(MAJOR.bytes, length);
  }

  /** Writes a byte string of `length` zeros to be filled in later; answers where, or a fault. */
  putHole(length: number): number {
    this.#head(MAJOR.bytes, length);
    if (!this.#hasRoom(length)) return this.#fault;
    const at = this.#at;
    this.#into.fill(0, at, at + length);
    this.#at = at + length;
    return at;
  }

  /** Begins an array; `count` items follow. */
  putArrayHeader(count: number): void {
    this.#head(MAJOR.array, count);
  }

  /** Begins a map; `count` pairs follow, keys 0, 1, 2 ... before -1, -2 ... (§4.2.1). */
  putMapHeader(count: number): void {
    this.#head(MAJOR.map, count);
  }

  /** Writes a tag for the item that follows. */
  putTag(tag: number): void {
    this.#head(MAJOR.tag, tag);
  }

  putBool(value: boolean): void {
    if (this.#hasRoom(1)) this.#into[this.#at++] = value ? SIMPLE.true : SIMPLE.false;
  }

  putNull(): void {
    if (this.#hasRoom(1)) this.#into[this.#at++] = SIMPLE.null;
  }

  #fail(fault: number): void {
    if (this.#fault === 0) this.#fault = fault;
  }

  #hasRoom(length: number): boolean {
    if (length > this.#end - this.#at) this.#fail(FAULT.overflow);
    return this.#fault === 0;
  }

  #head(major: number, argument: number): void {
    if (argument < 0) this.#fail(FAULT.malformed);
    const size = argument < 24 ? 0 : argument < 256 ? 1 : argument < 65536 ? 2 : 4;
    if (!this.#hasRoom(1 + size)) return;
    const into = this.#into;
    // Additional information: the argument itself, or 24, 25, 26 for 1, 2, 4 bytes (§3).
    into[this.#at++] = (major << 5) | (size === 0 ? argument : size === 4 ? 26 : 23 + size);
    for (let shift = 8 * (size - 1); shift >= 0; shift -= 8) {
      into[this.#at++] = (argument >> shift) & 255;
    }
  }

  #raw(bytes: Uint8Array, at: number, length: number): void {
    if (!this.#hasRoom(length)) return;
    const into = this.#into;
    const to = this.#at;
    for (let i = 0; i < length; i++) into[to + i] = bytes[at + i]!;
    this.#at = to + length;
  }
}

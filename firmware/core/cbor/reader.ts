/**
 * Hands on what is in a CBOR item (RFC 8949), from bytes that nobody vouches for yet. It refuses
 * what is not the deterministic encoding of §4.2 (heads longer than needed, indefinite lengths,
 * keys out of order or twice), what this product does not use (floats, undefined, other keys than
 * int32), and bytes left over. The first fault stays until the next `begin`, so a caller may
 * read a whole message and ask `end` once; what it reads after a fault is 0 or that fault.
 */
import { FAULT } from '../faults.js';
import { CBOR_DEPTH_MAX, CBOR_TYPE, isUtf8, MAJOR, NO_BYTES, SIMPLE } from './format.js';

// A level of nesting: items that are still to come; whether they are pairs and if so whether a key
// was read; the rank of that key.
const LEFT = 0;
const KEYS = 1;
const RANK = 2;
const LEVEL_WORDS = 3;
const KEYS_NONE = 0;
const KEYS_FIRST = 1;
const KEYS_NEXT = 2;

/**
 * Reads one CBOR item, and what is in it, from a range of the caller's bytes. Faults: truncated,
 * overflow (an integer beyond int32, nesting beyond CBOR_DEPTH_MAX), malformed (all else).
 */
export class CborReader {
  /** Where the bytes of the string that was read last begin. */
  dataAt = 0;
  #bytes: Uint8Array = NO_BYTES;
  #at = 0;
  #end = 0;
  #fault = 0;
  #level = 0;
  readonly #levels = new Int32Array(LEVEL_WORDS * (CBOR_DEPTH_MAX + 1));

  /** Takes up `length` bytes, which shall be one item. */
  begin(bytes: Uint8Array, at: number, length: number): void {
    this.#bytes = bytes;
    this.#at = at;
    this.#end = at + length;
    this.#fault = 0;
    this.#level = 0;
    this.#levels[LEFT] = 1;
    this.#levels[KEYS] = KEYS_NONE;
  }

  /** Where the next item begins. */
  position(): number {
    return this.#at;
  }

  /** Whether the array or map that was gone into last has more in it; false after a fault. */
  hasMore(): boolean {
    return this.#fault === 0 && this.#level > 0;
  }

  /** The first fault since `begin`, or 0. */
  fault(): number {
    return this.#fault;
  }

  /** The caller found a value out of its range: the message is malformed from here on. */
  reject(): number {
    return this.#fail(FAULT.malformed);
  }

  /** 0 if the item was read to its end without a fault and no byte is left over, else the fault. */
  end(): number {
    if (this.#fault !== 0) return this.#fault;
    if (this.#levels[LEVEL_WORDS * this.#level]! > 0) {
      return this.#fail(this.#at < this.#end ? FAULT.malformed : FAULT.truncated);
    }
    return this.#at < this.#end ? this.#fail(FAULT.malformed) : 0;
  }

  /** CBOR_TYPE of the next item, or a fault; its head is checked when it is read. */
  nextType(): number {
    const first = this.#first();
    if (first < 0) return first;
    const major = first >> 5;
    if (major <= MAJOR.negative) return CBOR_TYPE.int;
    if (major < MAJOR.simple) return major - 1; // CBOR_TYPE counts as MAJOR does, from bytes on
    if (first === SIMPLE.null) return CBOR_TYPE.null;
    return first === SIMPLE.true || first === SIMPLE.false
      ? CBOR_TYPE.bool
      : this.#fail(FAULT.malformed);
  }

  /** Reads an int32; 0 after a fault, which `fault` and `end` tell. */
  readInt(): number {
    const first = this.#first();
    if (first < 0) return 0;
    const isNegative = first >> 5 === MAJOR.negative;
    const argument = this.#head(first, isNegative ? MAJOR.negative : MAJOR.uint);
    if (argument < 0) return 0;
    const value = isNegative ? ~argument : argument;
    if (!this.#isInOrder(value)) {
      this.#fail(FAULT.malformed);
      return 0;
    }
    this.#close();
    return value;
  }

  /** Reads an int32 of 0 or more, or answers a fault. */
  readUint(): number {
    const value = this.readInt();
    if (this.#fault !== 0) return this.#fault;
    return value < 0 ? this.#fail(FAULT.malformed) : value;
  }

  /** Reads a byte string; answers its length and sets `dataAt`, or answers a fault. */
  readBytes(): number {
    return this.#string(MAJOR.bytes);
  }

  /** Reads a text string as UTF-8 bytes; answers their number and sets `dataAt`, or a fault. */
  readText(): number {
    const length = this.#string(MAJOR.text);
    if (length < 0 || isUtf8(this.#bytes, this.dataAt, length)) return length;
    return this.#fail(FAULT.malformed);
  }

  /** Goes into an array; answers how many items follow, or a fault. */
  readArrayHeader(): number {
    const count = this.#head(this.#first(), MAJOR.array);
    return count < 0 ? count : this.#open(count, count, KEYS_NONE);
  }

  /** Goes into a map; answers how many pairs follow, or a fault. */
  readMapHeader(): number {
    const count = this.#head(this.#first(), MAJOR.map);
    return count < 0 ? count : this.#open(count, 2 * count, KEYS_FIRST);
  }

  /** Reads a tag; the item that it stands for is still to be read. */
  readTag(): number {
    return this.#head(this.#first(), MAJOR.tag);
  }

  /** Reads a boolean as 0 or 1, or answers a fault. */
  readBool(): number {
    const value = this.#simple();
    if (value < 0) return value;
    return value === SIMPLE.null ? this.#fail(FAULT.malformed) : value - SIMPLE.false;
  }

  /** Reads null; 0 or a fault. */
  readNull(): number {
    const value = this.#simple();
    if (value < 0) return value;
    return value === SIMPLE.null ? 0 : this.#fail(FAULT.malformed);
  }

  /** Passes over the next item with all that is in it, as strictly as if it were read. */
  skip(): number {
    const level = this.#level;
    let type: number;
    do {
      type = this.nextType();
      if (type === CBOR_TYPE.int) this.readInt();
      else if (type === CBOR_TYPE.bytes) this.readBytes();
      else if (type === CBOR_TYPE.text) this.readText();
      else if (type === CBOR_TYPE.array) this.readArrayHeader();
      else if (type === CBOR_TYPE.map) this.readMapHeader();
      else if (type === CBOR_TYPE.tag) this.readTag();
      else this.#simple();
    } while (this.#fault === 0 && (type === CBOR_TYPE.tag || this.#level > level));
    return this.#fault;
  }

  #fail(fault: number): number {
    if (this.#fault === 0) this.#fault = fault;
    return this.#fault;
  }

  /** The first byte of the next item, not yet taken. A key of a map can only be an integer. */
  #first(): number {
    if (this.#fault !== 0) return this.#fault;
    const at = LEVEL_WORDS * this.#level;
    const left = this.#levels[at + LEFT]!;
    if (left === 0) return this.#fail(FAULT.malformed);
    if (this.#at >= this.#end) return this.#fail(FAULT.truncated);
    const first = this.#bytes[this.#at]!;
    const isKey = this.#levels[at + KEYS]! !== KEYS_NONE && (left & 1) === 0;
    return isKey && first >> 5 > MAJOR.negative ? this.#fail(FAULT.malformed) : first;
  }

  /** Takes the head, whose first byte this is, of such an item; its argument, or a fault. */
  #head(first: number, major: number): number {
    if (first < 0) return first;
    if (first >> 5 !== major) return this.#fail(FAULT.malformed);
    this.#at++;
    const info = first & 31;
    if (info < 24) return info;
    if (info > 27) return this.#fail(FAULT.malformed); // reserved, or of indefinite length
    const size = 1 << (info - 24);
    if (size > this.#end - this.#at) return this.#fail(FAULT.truncated);
    let argument = 0;
    for (let i = 0; i < size; i++) argument = (argument << 8) | this.#bytes[this.#at++]!;
    if (size === 8 || argument < 0) return this.#fail(FAULT.overflow);
    const least = size === 1 ? 24 : size === 2 ? 256 : 65536;
    return argument < least ? this.#fail(FAULT.malformed) : argument;
  }

  #string(major: number): number {
    const length = this.#head(this.#first(), major);
    if (length < 0) return length;
    if (length > this.#end - this.#at) return this.#fail(FAULT.truncated);
    this.dataAt = this.#at;
    this.#at += length;
    this.#close();
    return length;
  }

  #simple(): number {
    const first = this.#first();
    if (first < 0) return first;
    if (first < SIMPLE.false || first > SIMPLE.null) return this.#fail(FAULT.malformed);
    this.#at++;
    this.#close();
    return first;
  }

  /** An item has ended, and with it every array and map that it was the last of. */
  #close(): void {
    const levels = this.#levels;
    levels[LEVEL_WORDS * this.#level]!--;
    while (this.#level > 0 && levels[LEVEL_WORDS * this.#level] === 0) this.#level--;
  }

  #open(count: number, items: number, keys: number): number {
    if (items > this.#end - this.#at) return this.#fail(FAULT.truncated);
    if (items === 0) {
      this.#close();
      return 0;
    }
    if (this.#level === CBOR_DEPTH_MAX) return this.#fail(FAULT.overflow);
    const levels = this.#levels;
    levels[LEVEL_WORDS * this.#level]!--;
    const at = LEVEL_WORDS * ++this.#level;
    levels[at + LEFT] = items;
    levels[at + KEYS] = keys;
    return count;
  }

  /** Tells whether an integer, if it is a key, comes after the one before (bytewise, §4.2.1). */
  #isInOrder(value: number): boolean {
    const levels = this.#levels;
    const at = LEVEL_WORDS * this.#level;
    if (levels[at + KEYS] === KEYS_NONE || (levels[at + LEFT]! & 1) !== 0) return true;
    const rank = value < 0 ? ~value : value ^ (1 << 31);
    if (levels[at + KEYS] === KEYS_NEXT && rank <= levels[at + RANK]!) return false;
    levels[at + KEYS] = KEYS_NEXT;
    levels[at + RANK] = rank;
    return true;
  }
}

/**
 * The bytes of a tape, without what they mean: a sink that hands on full chunks so that a long
 * journey needs no large buffer, and a reader that names the byte where a tape ends too early.
 * Integers are zigzag LEB128 (small values of either sign in one byte), as TAPE.md says.
 */
import { CRC32_START, crc32, getI32, putI32 } from '../../firmware/core/bytes.js';

const CHUNK_BYTES = 65536;

/** Takes bytes and hands them on in chunks; keeps the CRC-32 of all of them. */
export class TapeSink {
  private chunk = new Uint8Array(CHUNK_BYTES);
  private used = 0;
  private crc = CRC32_START;

  private readonly write: (chunk: Uint8Array) => void;

  constructor(write: (chunk: Uint8Array) => void) {
    this.write = write;
  }

  u8(value: number): void {
    if (this.used === CHUNK_BYTES) this.flush();
    this.chunk[this.used++] = value;
  }

  /** Unsigned LEB128 of 0..2^32 - 1. */
  count(value: number): void {
    let rest = value >>> 0;
    while (rest > 127) {
      this.u8((rest & 127) | 128);
      rest >>>= 7;
    }
    this.u8(rest);
  }

  /** Zigzag LEB128 of an int32. */
  int(value: number): void {
    this.count((value << 1) ^ (value >> 31));
  }

  bytes(from: Uint8Array): void {
    for (let i = 0; i < from.length; i++) this.u8(from[i]!);
  }

  /** The CRC-32 of everything so far, as four bytes that are themselves part of it afterwards. */
  seal(): void {
    const crc = crc32(this.chunk, 0, this.used, this.crc);
    const bytes = new Uint8Array(4);
    putI32(bytes, 0, crc);
    this.bytes(bytes);
    this.flush();
  }

  /** Hands on what is held back. */
  flush(): void {
    if (this.used === 0) return;
    const full = this.chunk.subarray(0, this.used);
    this.crc = crc32(full, 0, full.length, this.crc);
    this.write(full);
    this.chunk = new Uint8Array(CHUNK_BYTES);
    this.used = 0;
  }
}

/** Reads a tape front to back. */
export class TapeReader {
  at = 0;

  readonly tape: Uint8Array;

  constructor(tape: Uint8Array) {
    this.tape = tape;
  }

  /** Throws, naming `what` and the place, when fewer than `length` bytes are left. */
  private need(length: number, what: string): void {
    if (this.at + length <= this.tape.length) return;
    const left = this.tape.length - this.at;
    throw new Error(
      `Tape truncated: it ends at byte ${this.tape.length}, expected ${what} ` +
        `(${length} bytes from byte ${this.at}, ${left} there)`,
    );
  }

  peek(what: string): number {
    this.need(1, what);
    return this.tape[this.at]!;
  }

  u8(what: string): number {
    this.need(1, what);
    return this.tape[this.at++]!;
  }

  count(what: string): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.u8(what);
      value += (byte & 127) * 2 ** shift;
      if (byte < 128 && value < 2 ** 32) return value;
    }
    throw new Error(`Tape malformed: ${what} before byte ${this.at} is longer than 32 bits`);
  }

  int(what: string): number {
    const folded = this.count(what);
    return (folded >>> 1) ^ -(folded & 1);
  }

  bytes(length: number, what: string): Uint8Array {
    this.need(length, what);
    this.at += length;
    return this.tape.subarray(this.at - length, this.at);
  }

  /** Reads what `seal` wrote and throws when the bytes before it were altered. */
  checkSeal(): void {
    const end = this.at;
    const stored = getI32(this.bytes(4, 'the CRC-32 at the end'), 0);
    const computed = crc32(this.tape, 0, end);
    if (stored !== computed) {
      throw new Error(`Tape damaged: its CRC-32 is ${hex(computed)}, expected ${hex(stored)}`);
    }
    if (this.at !== this.tape.length) {
      throw new Error(`Tape malformed: ${this.tape.length - this.at} bytes follow its end`);
    }
  }
}

function hex(value: number): string {
  return `0x${(value >>> 0).toString(16).padStart(8, '0')}`;
}

/**
 * Memory that outlives a restart and a sleep, but no loss of power (RTC memory of the ESP32), in
 * regions that know whether what they hold is whole. A region is emptied before it is written, and
 * gets its head last: a restart in between leaves nothing rather than half. After power-on it
 * holds noise, which the head's mark tells from something that was kept.
 *
 * Head: mark i32, length in bytes i32, word-wise check of the content i32 (core/bytes.ts).
 */
import { WORD_CHECK_START, wordCheck } from '../core/bytes.js';
import { assert, FAULT } from '../core/faults.js';

/** The part of native/silicon.js that is asked here; both take the first `length` bytes. */
export interface RetainedMemory {
  readonly retainedBytes: number;
  readRetained(offset: number, into: Uint8Array, length: number): void;
  writeRetained(offset: number, bytes: Uint8Array, length: number): void;
}

export const RETAINED_HEAD_BYTES = 12;
const MARK = 0x4b564c50;
const SCRATCH_WORDS = 64;

export class RetainedRegion {
  private readonly memory: RetainedMemory;
  private readonly offset: number;
  private readonly capacityBytes: number;
  private readonly head = new Int32Array(3);
  private readonly headBytes = new Uint8Array(this.head.buffer);
  private readonly scratch = new Int32Array(SCRATCH_WORDS);
  private readonly scratchBytes = new Uint8Array(this.scratch.buffer);

  /** A region of `bytes` at `offset`, its head included; both multiples of 4. */
  constructor(memory: RetainedMemory, offset: number, bytes: number) {
    assert(offset % 4 === 0 && bytes % 4 === 0 && bytes > RETAINED_HEAD_BYTES, 211);
    assert(offset >= 0 && offset + bytes <= memory.retainedBytes, 212);
    this.memory = memory;
    this.offset = offset;
    this.capacityBytes = bytes - RETAINED_HEAD_BYTES;
  }

  /** Keeps the first `length` bytes, a multiple of 4: 0, or overflow. */
  save(bytes: Uint8Array, length: number): number {
    if (length > this.capacityBytes || length > bytes.length) return FAULT.overflow;
    assert(length >= 0 && length % 4 === 0, 213);
    this.clear();
    this.memory.writeRetained(this.offset + RETAINED_HEAD_BYTES, bytes, length);
    this.writeHead(MARK, length, this.check(length));
    return 0;
  }

  /** The length of what is kept, whole; absent, or badChecksum when it is damaged. */
  inspect(): number {
    this.memory.readRetained(this.offset, this.headBytes, RETAINED_HEAD_BYTES);
    const { head } = this;
    const length = head[1]!;
    if (head[0] !== MARK) return FAULT.absent;
    if (length < 0 || length > this.capacityBytes || length % 4 !== 0) return FAULT.badChecksum;
    return this.check(length) === head[2] ? length : FAULT.badChecksum;
  }

  /** As `inspect`, with what is kept now in `into`; overflow if it does not fit. */
  load(into: Uint8Array): number {
    const length = this.inspect();
    if (length < 0) return length;
    if (length > into.length) return FAULT.overflow;
    this.memory.readRetained(this.offset + RETAINED_HEAD_BYTES, into, length);
    return length;
  }

  /** Keeps nothing. */
  clear(): void {
    this.writeHead(0, 0, 0);
  }

  private writeHead(mark: number, length: number, check: number): void {
    this.head[0] = mark;
    this.head[1] = length;
    this.head[2] = check;
    this.memory.writeRetained(this.offset, this.headBytes, RETAINED_HEAD_BYTES);
  }

  /** The check of what the memory holds now. */
  private check(length: number): number {
    let sum = WORD_CHECK_START;
    const contentAt = this.offset + RETAINED_HEAD_BYTES;
    for (let at = 0; at < length; at += this.scratchBytes.length) {
      const rest = length - at;
      const part = rest < this.scratchBytes.length ? rest : this.scratchBytes.length;
      this.memory.readRetained(contentAt + at, this.scratchBytes, part);
      sum = wordCheck(this.scratch, 0, part >> 2, sum);
    }
    return sum;
  }
}

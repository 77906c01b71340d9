/**
 * The durable state as bytes: each word that is not zero as a variable-length number, each run of
 * zeros as a zero byte and its length, so that a calm container costs some dozens of bytes per
 * segment, and one with every zone of 16 kits in use still leaves room for frames.
 */
import { crc32, CRC32_START } from '../bytes.js';
import { FAULT } from '../faults.js';
import { SECTOR_BYTES } from '../limits.js';
import type { FlashPort } from '../ports.js';
import { PAGE_BYTES, programPages } from './pages.js';

/** A snapshot may fill at most this much of a sector: the rest is for frames. */
export const SNAPSHOT_BYTES_MAX = (SECTOR_BYTES * 7) / 8;

export class Snapshot {
  /** Check over the bytes written or read last. */
  crc = 0;
  private readonly buffer = new Uint8Array(PAGE_BYTES);
  private fill = 0;
  private address = 0;
  private total = 0;
  private fault = 0;
  private readAt = 0;

  /** Programs the words' snapshot at `address`. Its length in bytes, or a fault. */
  write(flash: FlashPort, address: number, words: Int32Array): number {
    this.start(address);
    let zeros = 0;
    for (let i = 0; i < words.length; i++) {
      const word = words[i]!;
      if (word === 0) {
        zeros++;
        continue;
      }
      this.putZeros(flash, zeros);
      zeros = 0;
      this.put(flash, (word << 1) ^ (word >> 31));
      if (this.total + this.fill > SNAPSHOT_BYTES_MAX) return FAULT.overflow;
    }
    this.putZeros(flash, zeros);
    this.flush(flash);
    return this.fault < 0 ? this.fault : this.total;
  }

  /** Reads `length` bytes at `address` back into `words`. 0, or malformed. */
  read(flash: FlashPort, address: number, length: number, crc: number, words: Int32Array): number {
    this.start(address);
    words.fill(0);
    let at = 0;
    while (at < words.length && this.fault === 0) {
      const coded = this.get(flash, length);
      if (coded !== 0) words[at++] = (coded >>> 1) ^ -(coded & 1);
      else at += this.getZeros(flash, length);
    }
    if (this.fault === 0 && (at !== words.length || this.readAt !== length || this.crc !== crc)) {
      this.fault = FAULT.malformed;
    }
    return this.fault;
  }

  private start(address: number): void {
    this.address = address;
    this.fill = 0;
    this.total = 0;
    this.fault = 0;
    this.readAt = 0;
    this.crc = CRC32_START;
  }

  private putZeros(flash: FlashPort, count: number): void {
    if (count === 0) return;
    this.put(flash, 0);
    this.put(flash, count);
  }

  /** Length of a run of zeros, at least 1. */
  private getZeros(flash: FlashPort, length: number): number {
    const count = this.get(flash, length);
    if (count > 0) return count;
    this.fault = this.fault < 0 ? this.fault : FAULT.malformed;
    return 0;
  }

  /** A word, seven bits a byte; no function of its own puts a byte, which would cost stack. */
  private put(flash: FlashPort, value: number): void {
    let rest = value;
    for (;;) {
      if (this.fill === PAGE_BYTES) this.flush(flash);
      const isLast = (rest & ~0x7f) === 0;
      this.buffer[this.fill++] = isLast ? rest : (rest & 0x7f) | 0x80;
      if (isLast) return;
      rest >>>= 7;
    }
  }

  private flush(flash: FlashPort): void {
    if (this.fault < 0 || this.fill === 0) return;
    this.crc = crc32(this.buffer, 0, this.fill, this.crc);
    const result = programPages(flash, this.address + this.total, this.buffer, 0, this.fill);
    if (result < 0) this.fault = result;
    this.total += this.fill;
    this.fill = 0;
  }

  private get(flash: FlashPort, length: number): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.getByte(flash, length);
      value |= (byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) return value;
    }
    this.fault = FAULT.malformed;
    return 0;
  }

  private getByte(flash: FlashPort, length: number): number {
    const index = this.readAt % PAGE_BYTES;
    if (this.readAt >= length) {
      this.fault = FAULT.truncated;
      return 0;
    }
    if (index === 0) {
      const left = length - this.readAt;
      this.fill = left < PAGE_BYTES ? left : PAGE_BYTES;
      const result = flash.read(this.address + this.readAt, this.buffer, this.fill);
      if (result < 0) {
        this.fault = result;
        return 0;
      }
      this.crc = crc32(this.buffer, 0, this.fill, this.crc);
    }
    this.readAt++;
    return this.buffer[index]!;
  }
}

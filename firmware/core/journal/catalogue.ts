/**
 * Cold data beside the journal: packing lists, profiles, roles. Two copies of COPY_BYTES each; a
 * change writes the other copy whole, header last, so that a cut leaves the older one. An entry is
 * written before the record that mentions it: one that no record mentions counts for nothing.
 *
 * Copy: magic "PVC1", generation i32, bytes u16, zero count u16 (of the first 10), CRC-32 of the
 * entries i32; then entries: kind u8, index u8, length u16, bytes.
 */
import { copy, crc32, CRC32_START, equal, getI32, getU16, putI32, putU16 } from '../bytes.js';
import { FAULT } from '../faults.js';
import { OBJECT_BYTES_MAX, SECTOR_BYTES } from '../limits.js';
import type { FlashPort } from '../ports.js';
import { countZeros } from '../record/frame.js';
import { PAGE_BYTES, programPages } from './pages.js';

export const ENTRY = Object.freeze({ profile: 1, roles: 2, kit: 3 } as const);
export const COPY_SECTORS = 2;
export const COPY_BYTES = COPY_SECTORS * SECTOR_BYTES;
/** Flash that the catalogue needs. */
export const CATALOGUE_BYTES = 2 * COPY_BYTES;
/** Words that a sleep must keep. */
export const CATALOGUE_STATE_WORDS = 3;
const HEAD_BYTES = 16;
const ENTRY_HEAD_BYTES = 4;
const MAGIC = new Uint8Array([0x50, 0x56, 0x43, 0x31]);
const NONE = -1;
const IDLE = -1;

export class Catalogue {
  private readonly flash: FlashPort;
  private readonly head = new Uint8Array(HEAD_BYTES);
  /** The header of the copy that holds, as it was read. */
  private readonly heldHead = new Uint8Array(HEAD_BYTES);
  private readonly page = new Uint8Array(PAGE_BYTES);
  /** Which copy holds, NONE for an empty catalogue; its generation and bytes of entries. */
  private current = NONE;
  private generation = 0;
  private entryBytes = 0;
  /** Sector of the other copy being erased, IDLE when nothing runs. */
  private erasing = IDLE;
  private kind = 0;
  private index = 0;
  private length = 0;
  private readonly content = new Uint8Array(OBJECT_BYTES_MAX);

  constructor(flash: FlashPort) {
    this.flash = flash;
  }

  /** Writes CATALOGUE_STATE_WORDS words from which `loadState` goes on without reading flash. */
  saveState(into: Int32Array, at: number): void {
    into[at] = this.current;
    into[at + 1] = this.generation;
    into[at + 2] = this.entryBytes;
  }

  /** Takes up what `saveState` wrote. */
  loadState(from: Int32Array, at: number): void {
    this.current = from[at]!;
    this.generation = from[at + 1]!;
    this.entryBytes = from[at + 2]!;
  }

  /** Whether a put is under way. */
  get isBusy(): boolean {
    return this.erasing !== IDLE;
  }

  /**
   * Finds the newer valid copy and programs its header anew: after a cut in its last program it
   * might read otherwise next time, when the other copy is gone. 0, or the flash's fault.
   */
  mount(): number {
    this.current = NONE;
    this.generation = 0;
    this.entryBytes = 0;
    for (let half = 0; half < 2; half++) {
      const result = this.check(half);
      if (result < 0 && result !== FAULT.absent) return result;
    }
    if (this.current === NONE) return 0;
    const base = this.current * COPY_BYTES;
    return programPages(this.flash, base, this.heldHead, 0, HEAD_BYTES);
  }

  private check(half: number): number {
    const { head } = this;
    const base = half * COPY_BYTES;
    const result = this.flash.read(base, head, HEAD_BYTES);
    if (result < 0) return result;
    if (!equal(head, 0, MAGIC, 0, MAGIC.length)) return FAULT.absent;
    if (countZeros(head, 0, 10) !== getU16(head, 10)) return FAULT.absent;
    const generation = getI32(head, 4);
    const bytes = getU16(head, 8);
    if (bytes > COPY_BYTES - HEAD_BYTES) return FAULT.absent;
    let crc = CRC32_START;
    for (let at = 0; at < bytes; at += PAGE_BYTES) {
      const part = bytes - at < PAGE_BYTES ? bytes - at : PAGE_BYTES;
      const read = this.flash.read(base + HEAD_BYTES + at, this.page, part);
      if (read < 0) return read;
      crc = crc32(this.page, 0, part, crc);
    }
    if (crc !== getI32(head, 12)) return FAULT.absent;
    if (this.current !== NONE && generation <= this.generation) return 0;
    this.current = half;
    this.generation = generation;
    this.entryBytes = bytes;
    copy(head, 0, this.heldHead, 0, HEAD_BYTES);
    return 0;
  }

  /** Reads an entry to the start of `into`: its length, absent, or a fault. */
  get(kind: number, index: number, into: Uint8Array): number {
    const base = this.current * COPY_BYTES + HEAD_BYTES;
    let at = 0;
    while (this.current !== NONE && at < this.entryBytes) {
      const result = this.flash.read(base + at, this.head, ENTRY_HEAD_BYTES);
      if (result < 0) return result;
      const length = getU16(this.head, 2);
      if (this.head[0] === kind && this.head[1] === index) {
        if (length > into.length) return FAULT.overflow;
        const read = this.flash.read(base + at + ENTRY_HEAD_BYTES, into, length);
        return read < 0 ? read : length;
      }
      at += ENTRY_HEAD_BYTES + length;
    }
    return FAULT.absent;
  }

  /** Starts replacing or adding an entry (length 0 removes it). A job: see `poll`. */
  startPut(kind: number, index: number, bytes: Uint8Array, at: number, length: number): number {
    if (this.erasing !== IDLE) return FAULT.busy;
    if (length > OBJECT_BYTES_MAX) return FAULT.overflow;
    this.kind = kind;
    this.index = index;
    this.length = length;
    copy(bytes, at, this.content, 0, length);
    const started = this.flash.startErase(this.otherSector(0));
    if (started >= 0) this.erasing = 0;
    return started;
  }

  private otherSector(sector: number): number {
    return (this.current === 0 ? COPY_SECTORS : 0) + sector;
  }

  /** 0 while running, 1 when the entry is durable, or a fault (noRoom: the copy is full). */
  poll(): number {
    if (this.erasing === IDLE) return FAULT.badState;
    const result = this.flash.pollErase();
    if (result === 0) return 0;
    if (result > 0 && this.erasing + 1 < COPY_SECTORS) {
      this.erasing++;
      const started = this.flash.startErase(this.otherSector(this.erasing));
      if (started >= 0) return 0;
      this.erasing = IDLE;
      return started;
    }
    this.erasing = IDLE;
    return result < 0 ? result : this.write();
  }

  /** Copies what stays, adds what is new, and programs the header last. */
  private write(): number {
    const half = this.current === 0 ? 1 : 0;
    const base = half * COPY_BYTES;
    const from = this.current * COPY_BYTES + HEAD_BYTES;
    const { head } = this;
    let to = 0;
    let crc = CRC32_START;
    for (let at = 0; this.current !== NONE && at < this.entryBytes;) {
      const read = this.flash.read(from + at, head, ENTRY_HEAD_BYTES);
      if (read < 0) return read;
      const bytes = ENTRY_HEAD_BYTES + getU16(head, 2);
      if (head[0] !== this.kind || head[1] !== this.index) {
        if (HEAD_BYTES + to + bytes > COPY_BYTES) return FAULT.noRoom;
        for (let done = 0; done < bytes; done += PAGE_BYTES) {
          const part = bytes - done < PAGE_BYTES ? bytes - done : PAGE_BYTES;
          const result = this.move(from + at + done, base + HEAD_BYTES + to + done, part);
          if (result < 0) return result;
          crc = crc32(this.page, 0, part, crc);
        }
        to += bytes;
      }
      at += bytes;
    }
    return this.finish(half, base, to, crc);
  }

  private move(from: number, to: number, length: number): number {
    const read = this.flash.read(from, this.page, length);
    return read < 0 ? read : programPages(this.flash, to, this.page, 0, length);
  }

  private finish(half: number, base: number, kept: number, crcBefore: number): number {
    const { head } = this;
    let bytes = kept;
    let crc = crcBefore;
    if (this.length > 0) {
      if (HEAD_BYTES + kept + ENTRY_HEAD_BYTES + this.length > COPY_BYTES) return FAULT.noRoom;
      head[0] = this.kind;
      head[1] = this.index;
      putU16(head, 2, this.length);
      crc = crc32(head, 0, ENTRY_HEAD_BYTES, crc);
      crc = crc32(this.content, 0, this.length, crc);
      const at = base + HEAD_BYTES + kept;
      const result = programPages(this.flash, at, head, 0, ENTRY_HEAD_BYTES);
      if (result < 0) return result;
      const body = programPages(this.flash, at + ENTRY_HEAD_BYTES, this.content, 0, this.length);
      if (body < 0) return body;
      bytes += ENTRY_HEAD_BYTES + this.length;
    }
    copy(MAGIC, 0, head, 0, MAGIC.length);
    putI32(head, 4, this.generation + 1);
    putU16(head, 8, bytes);
    putU16(head, 10, countZeros(head, 0, 10));
    putI32(head, 12, crc);
    const result = programPages(this.flash, base, head, 0, HEAD_BYTES);
    if (result < 0) return result;
    this.current = half;
    this.generation++;
    this.entryBytes = bytes;
    return 1;
  }
}

/**
 * Cold data beside the journal: packing lists, profiles, roles, calibrations. Two copies; a change
 * writes the other copy whole, reads it back, and programs its header last, so that a cut or a
 * failing flash leaves the older one. An entry is written before the record that mentions it: one
 * that no record mentions counts for nothing.
 * Copy: a header (catalogue-head.ts), then entries: kind u8, index u8, length u16, bytes.
 */
import { copy, crc32, CRC32_START, equal, getU16, putU16 } from '../bytes.js';
import { FAULT } from '../faults.js';
import { OBJECT_BYTES_MAX } from '../limits.js';
import type { FlashPort } from '../ports.js';
import {
  COPY_BYTES,
  COPY_SECTORS,
  crcOf,
  EMPTY_HEAD,
  encodeHead,
  ENTRIES_BYTES_MAX,
  entryBytesOf,
  expectUnused,
  generationOf,
  HEAD_BYTES,
} from './catalogue-head.js';
import { PAGE_BYTES, programPages } from './pages.js';

export { CATALOGUE_BYTES, COPY_BYTES, COPY_SECTORS, ENTRY } from './catalogue-head.js';

/** Words that a sleep must keep. */
export const CATALOGUE_STATE_WORDS = 3;
const ENTRY_HEAD_BYTES = 4;
const NONE = -1;
const IDLE = -1;

export class Catalogue {
  private readonly flash: FlashPort;
  /** Head of an entry. */
  private readonly head = new Uint8Array(ENTRY_HEAD_BYTES);
  /** The headers of both copies as they were read, or are to be programmed. */
  private readonly heads = new Uint8Array(2 * HEAD_BYTES);
  private readonly page = new Uint8Array(PAGE_BYTES);
  /** Which copy holds, NONE for an empty catalogue; its generation and bytes of entries. */
  private current = NONE;
  private generation = 0;
  private entryBytes = 0;
  private crc = CRC32_START;
  /** Sector of the other copy being erased, IDLE when nothing runs. */
  private erasing = IDLE;
  private kind = 0;
  private index = 0;
  private length = 0;
  /** The caller's bytes, which stay as they are while the job runs, and where in them. */
  private content: Uint8Array;
  private contentAt = 0;

  constructor(flash: FlashPort) {
    this.flash = flash;
    this.content = this.page;
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
   * Takes up the newer copy, or the other one where its entries fail their check: 0, also for a
   * region never used. foreignImage where neither is ours and something is there, and where either
   * is of another version: nothing is written. At most 8 kB are read unless a copy is damaged.
   */
  mount(): number {
    this.current = NONE;
    this.generation = 0;
    this.entryBytes = 0;
    const first = this.peek(0);
    if (first < 0 && first !== FAULT.absent) return first;
    const second = this.peek(1);
    if (second < 0 && second !== FAULT.absent) return second;
    const newer = second > first ? 1 : 0;
    let result = newer === 1 || first >= 0 ? this.take(newer) : FAULT.absent;
    if (result === FAULT.absent && first >= 0 && second >= 0) result = this.take(1 - newer);
    return result === FAULT.absent ? expectUnused(this.flash, this.page) : result;
  }

  /** Reads a copy's header: its generation, absent, foreignImage, or the flash's fault. */
  private peek(half: number): number {
    const result = this.flash.read(half * COPY_BYTES, this.page, HEAD_BYTES);
    if (result < 0) return result;
    copy(this.page, 0, this.heads, half * HEAD_BYTES, HEAD_BYTES);
    return generationOf(this.heads, half * HEAD_BYTES);
  }

  /**
   * Takes up a copy whose header was just peeked at, and programs that header anew: after a cut in
   * its last program it might read otherwise next time. Where that fails the next put says so.
   */
  private take(half: number): number {
    const { heads } = this;
    const at = half * HEAD_BYTES;
    const bytes = entryBytesOf(heads, at);
    const result = this.sum(half, bytes);
    if (result < 0) return result;
    if (this.crc !== crcOf(heads, at)) return FAULT.absent;
    this.current = half;
    this.generation = generationOf(heads, at);
    this.entryBytes = bytes;
    programPages(this.flash, half * COPY_BYTES, heads, at, HEAD_BYTES);
    return 0;
  }

  /** Reads a copy's entries and leaves their CRC-32 in `crc`. 0, or the flash's fault. */
  private sum(half: number, bytes: number): number {
    const base = half * COPY_BYTES + HEAD_BYTES;
    this.crc = CRC32_START;
    for (let at = 0; at < bytes; at += PAGE_BYTES) {
      const part = bytes - at < PAGE_BYTES ? bytes - at : PAGE_BYTES;
      const read = this.flash.read(base + at, this.page, part);
      if (read < 0) return read;
      this.crc = crc32(this.page, 0, part, this.crc);
    }
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
      if (at + ENTRY_HEAD_BYTES + length > this.entryBytes) return FAULT.malformed;
      if (this.head[0] === kind && this.head[1] === index) {
        if (length > into.length) return FAULT.overflow;
        const read = this.flash.read(base + at + ENTRY_HEAD_BYTES, into, length);
        return read < 0 ? read : length;
      }
      at += ENTRY_HEAD_BYTES + length;
    }
    return FAULT.absent;
  }

  /**
   * Starts replacing or adding an entry (length 0 removes it). A job: see `poll`; the bytes stay as
   * they are until its end. The copy held is held until the new one is whole, or flashFailed.
   */
  startPut(kind: number, index: number, bytes: Uint8Array, at: number, length: number): number {
    if (this.erasing !== IDLE) return FAULT.busy;
    if (length > OBJECT_BYTES_MAX) return FAULT.overflow;
    const held = this.current === NONE ? this.begin() : this.settle();
    if (held < 0) return held;
    this.kind = kind;
    this.index = index;
    this.length = length;
    this.content = bytes;
    this.contentAt = at;
    const started = this.flash.startErase(this.otherSector(0));
    if (started >= 0) this.erasing = 0;
    return started;
  }

  /**
   * The first put of all: an empty copy comes before the first erase, so that whatever a cut leaves
   * of that is known to be ours.
   */
  private begin(): number {
    copy(EMPTY_HEAD, 0, this.heads, HEAD_BYTES, HEAD_BYTES);
    const result = this.programHead(1);
    if (result < 0) return result;
    this.current = 1;
    return 0;
  }

  /** Makes sure that the copy held reads as it was written, now and after the next restart. */
  private settle(): number {
    const half = this.current;
    const generation = this.peek(half);
    if (generation !== this.generation) return FAULT.flashFailed;
    const result = this.sum(half, this.entryBytes);
    if (result < 0) return result;
    if (this.crc !== crcOf(this.heads, half * HEAD_BYTES)) return FAULT.flashFailed;
    return this.programHead(half);
  }

  /** Programs a copy's header and reads it back. */
  private programHead(half: number): number {
    const at = half * HEAD_BYTES;
    const base = half * COPY_BYTES;
    const result = programPages(this.flash, base, this.heads, at, HEAD_BYTES);
    if (result < 0) return result;
    const read = this.flash.read(base, this.page, HEAD_BYTES);
    if (read < 0) return read;
    return equal(this.page, 0, this.heads, at, HEAD_BYTES) ? 0 : FAULT.flashFailed;
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
    const half = 1 - this.current;
    const base = half * COPY_BYTES + HEAD_BYTES;
    const from = this.current * COPY_BYTES + HEAD_BYTES;
    const { head } = this;
    let to = 0;
    this.crc = CRC32_START;
    for (let at = 0; at < this.entryBytes;) {
      const read = this.flash.read(from + at, head, ENTRY_HEAD_BYTES);
      if (read < 0) return read;
      const bytes = ENTRY_HEAD_BYTES + getU16(head, 2);
      if (head[0] !== this.kind || head[1] !== this.index) {
        if (to + bytes > ENTRIES_BYTES_MAX) return FAULT.noRoom;
        for (let done = 0; done < bytes; done += PAGE_BYTES) {
          const part = bytes - done < PAGE_BYTES ? bytes - done : PAGE_BYTES;
          const result = this.move(from + at + done, base + to + done, part);
          if (result < 0) return result;
        }
        to += bytes;
      }
      at += bytes;
    }
    if (this.length > 0) {
      if (to + ENTRY_HEAD_BYTES + this.length > ENTRIES_BYTES_MAX) return FAULT.noRoom;
      const result = this.add(base + to);
      if (result < 0) return result;
      to += ENTRY_HEAD_BYTES + this.length;
    }
    return this.finish(half, to);
  }

  private move(from: number, to: number, length: number): number {
    const read = this.flash.read(from, this.page, length);
    if (read < 0) return read;
    this.crc = crc32(this.page, 0, length, this.crc);
    return programPages(this.flash, to, this.page, 0, length);
  }

  private add(at: number): number {
    const { head } = this;
    head[0] = this.kind;
    head[1] = this.index;
    putU16(head, 2, this.length);
    this.crc = crc32(head, 0, ENTRY_HEAD_BYTES, this.crc);
    this.crc = crc32(this.content, this.contentAt, this.length, this.crc);
    const result = programPages(this.flash, at, head, 0, ENTRY_HEAD_BYTES);
    if (result < 0) return result;
    return programPages(
      this.flash,
      at + ENTRY_HEAD_BYTES,
      this.content,
      this.contentAt,
      this.length,
    );
  }

  /** The entries must read back as they were meant before a header says that they count. */
  private finish(half: number, bytes: number): number {
    const { heads, crc } = this;
    const read = this.sum(half, bytes);
    if (read < 0) return read;
    if (this.crc !== crc) return FAULT.flashFailed;
    encodeHead(heads, half * HEAD_BYTES, this.generation + 1, bytes, crc);
    const result = this.programHead(half);
    if (result < 0) return result;
    this.current = half;
    this.generation++;
    this.entryBytes = bytes;
    return 1;
  }
}

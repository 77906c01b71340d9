/**
 * The ring of sectors behind the journal: which ones are made ready ahead, and what may be erased
 * at all. A sector is given up only when the records in it are settled; one that fails is retired,
 * and segment numbers leap over it.
 */
import { FAULT } from '../faults.js';
import { SECTOR_BYTES } from '../limits.js';
import type { FlashPort } from '../ports.js';
import { isKilled, KILL_AT, KILL_BYTES, PROBE_BYTES } from './layout.js';
import { PAGE_BYTES, programPages } from './pages.js';
import type { SegmentReader } from './reader.js';
import { RETIRED_WHY } from './retired.js';
import { Segments } from './segments.js';
import {
  CHECKED,
  ERASED,
  ERASING,
  NEXT,
  OFFSET,
  OLDEST_SEGMENT,
  READY_MAX,
  RECEIPTED,
  ROOM,
  ROOM_LOW,
  ROOM_TIGHT,
  SEGMENT,
  SPARE,
  THINNED,
} from './words.js';

/** Segments that readings may not use: while receipts stay out, events are kept longest. */
const EVENT_SEGMENTS = 4;
/** With so few segments left, the oldest readings are thinned. */
const TIGHT_SEGMENTS = 8;
const PAGES = SECTOR_BYTES / PAGE_BYTES;
const BLANK = 0xff;

export class Ring extends Segments {
  private readonly page: Uint8Array;
  private readonly cursor: Int32Array;

  /** `state` and `cursor` are the journal's; see words.ts. `page` is a buffer of PAGE_BYTES. */
  constructor(
    flash: FlashPort,
    reader: SegmentReader,
    page: Uint8Array,
    state: Int32Array,
    cursor: Int32Array,
  ) {
    super(flash, reader, state, cursor);
    this.page = page;
    this.cursor = cursor;
  }

  /** Begins behind the newest segment: nothing is ready, what may be erased is looked up. */
  start(): void {
    const { state } = this;
    state[ERASED] = -1;
    state[SPARE] = -1;
    state[ERASING] = -1;
    state[CHECKED] = -1;
    state[NEXT] = state[SEGMENT]! + 1;
    const lapBefore = state[NEXT] - this.sectorCount;
    state[OLDEST_SEGMENT] = lapBefore > 0 ? lapBefore : 0;
    const free = this.checkRoom();
    // What is not settled there has not been erased; what is may have been, or in part.
    const erased = free < 1 ? 0 : free > READY_MAX || this.hasFree(READY_MAX) ? READY_MAX : 1;
    const last = this.ahead(erased) - this.sectorCount + 1;
    const oldest = erased > 0 ? last : this.ahead(1) - this.sectorCount;
    if (oldest > 0) state[OLDEST_SEGMENT] = oldest;
  }

  /**
   * Makes sectors ready: the next one always, one more when the open segment is half full. 1 when
   * the next segment may be opened at once, 0 while not, or a fault.
   */
  poll(): number {
    const { state } = this;
    const isReady = state[ERASED]! >= 0;
    if (isReady && (state[SPARE]! >= 0 || state[OFFSET]! < SECTOR_BYTES / 2)) return 1;
    const result = this.prepare();
    return isReady ? 1 : result;
  }

  /** Whether a sector is being erased. */
  get isErasing(): boolean {
    return this.state[ERASING]! >= 0 && this.state[CHECKED]! < 0;
  }

  private prepare(): number {
    const { state } = this;
    const next = state[NEXT]!;
    if (state[ERASING] === next) return state[CHECKED]! < 0 ? this.erase(next) : this.verify(next);
    if (!this.mayErase(next)) return FAULT.journalFull;
    const sector = next % this.sectorCount;
    const isRetired = this.retired.has(sector);
    // An erase cut off leaves no header that lies.
    if (!isRetired && this.reader.peek(sector) === 0) this.kill(sector);
    const result = isRetired ? 0 : this.flash.startErase(sector);
    if (result === FAULT.busy) {
      this.flash.pollErase(); // one that a restart left running: it ends before ours begins
      return 0;
    }
    const oldest = next - this.sectorCount + 1;
    if (oldest > state[OLDEST_SEGMENT]!) state[OLDEST_SEGMENT] = oldest;
    if (isRetired) this.pass(next);
    else if (result < 0) this.giveUp(next, RETIRED_WHY.erase);
    else {
      state[ERASING] = next;
      state[CHECKED] = -1;
    }
    return 0;
  }

  private erase(next: number): number {
    const { state } = this;
    const result = this.flash.pollErase();
    if (result === 0) return 0;
    if (result === FAULT.absent) state[ERASING] = -1;
    else if (result < 0) this.giveUp(next, RETIRED_WHY.erase);
    else state[CHECKED] = 0;
    return 0;
  }

  /** Looks at one page of an erased sector: blank it must be, whatever the part said. */
  private verify(next: number): number {
    const { state, page } = this;
    const at = (next % this.sectorCount) * SECTOR_BYTES + state[CHECKED]! * PAGE_BYTES;
    const result = this.flash.read(at, page, PAGE_BYTES);
    if (result < 0) {
      this.giveUp(next, RETIRED_WHY.notBlank); // nobody can say that it is
      return 0;
    }
    let bits = BLANK;
    for (let i = 0; i < PAGE_BYTES; i++) bits &= page[i]!;
    if (bits !== BLANK) {
      this.giveUp(next, RETIRED_WHY.notBlank);
      return 0;
    }
    state[CHECKED] = state[CHECKED]! + 1;
    if (state[CHECKED] < PAGES) return 0;
    state[ERASING] = -1;
    state[NEXT] = next + 1;
    state[state[ERASED]! < 0 ? ERASED : SPARE] = next;
    return 1;
  }

  private giveUp(next: number, why: number): void {
    this.retired.add(next % this.sectorCount, why);
    this.pass(next);
  }

  /** Steps over a sector that is not used. */
  private pass(next: number): void {
    const { state } = this;
    this.kill(next % this.sectorCount);
    state[ERASING] = -1;
    state[NEXT] = next + 1;
  }

  /** Makes a header, stale or blank, into none: a search steps over it. It need not succeed. */
  private kill(sector: number): void {
    const { flash, page } = this;
    const at = sector * SECTOR_BYTES;
    if (flash.read(at, page, PROBE_BYTES) < 0 || isKilled(page)) return;
    page.fill(0, 0, KILL_BYTES);
    programPages(flash, at + KILL_AT, page, 0, KILL_BYTES);
  }

  /** The segment that was ready could not be opened: its sector is retired, the spare is next. */
  openFailed(segment: number): void {
    this.retired.add(segment % this.sectorCount, RETIRED_WHY.program);
    this.kill(segment % this.sectorCount);
    this.opened();
  }

  /** A frame of the open segment could not be programmed: nothing more is built upon it. */
  frameFailed(): void {
    const { state } = this;
    this.retired.add(state[SEGMENT]! % this.sectorCount, RETIRED_WHY.program);
    state[OFFSET] = SECTOR_BYTES;
  }

  /** The segment that was ready has been opened. */
  opened(): void {
    const { state } = this;
    state[ERASED] = state[SPARE]!;
    state[SPARE] = -1;
  }

  /** Whether the sector of segment `next` holds nothing that is not settled. */
  mayErase(next: number): boolean {
    const { state } = this;
    if (next < this.sectorCount) return true; // the first lap
    if (next < state[NEXT]! || next === state[ERASING]) return true; // it was given up already
    const { header } = this.reader;
    const held = this.reader.peek(next % this.sectorCount);
    if (held === FAULT.absent) return true;
    const newest = state[SEGMENT]!;
    const victim = held === 0 ? header.segment : next - this.sectorCount;
    if (victim > newest) return true; // it was never built upon
    // The header behind says where the victim ends; a damaged one is passed over.
    const oldest = state[OLDEST_SEGMENT]!;
    for (let segment = victim < oldest ? oldest : victim + 1; segment <= newest; segment++) {
      if (this.retired.has(segment % this.sectorCount) || !this.isHeld(segment)) continue;
      const last = header.firstSequence - 1;
      return last <= this.cursor[RECEIPTED]! || last <= this.cursor[THINNED]!;
    }
    return false; // the open one
  }

  /** Number of the segment that is opened as the `count`th from now on. */
  private ahead(count: number): number {
    let number = this.state[SEGMENT]!;
    for (let left = count; left > 0; left--) number = this.usableFrom(number + 1);
    return number;
  }

  /** Whether `count` more segments can be opened without a receipt. */
  hasFree(count: number): boolean {
    return this.mayErase(this.ahead(count));
  }

  /**
   * Notes whether readings should be thinned, and whether they must make way for events. Answers
   * how many more segments can be opened at least: as few headers are read as possible.
   */
  checkRoom(): number {
    let free = 1 + TIGHT_SEGMENTS;
    let room = 0;
    if (!this.hasFree(free)) {
      const isFull = !this.hasFree(1);
      const isLow = isFull || !this.hasFree(1 + EVENT_SEGMENTS);
      free = isFull ? 0 : isLow ? 1 : 1 + EVENT_SEGMENTS;
      room = isLow ? ROOM_TIGHT | ROOM_LOW : ROOM_TIGHT;
    }
    this.state[ROOM] = room;
    return free;
  }
}

/**
 * Finds the segment with the largest number in few short reads, at any size of the region: a search
 * by halves, for sectors hold one lap up to the newest segment, then what is erased ahead, then the
 * lap before. Sectors that are not used, or torn, are stepped over. Only what contradicts all this
 * leads to a look at every header, a slice at a time.
 */
import { FAULT } from '../faults.js';
import { SECTOR_BYTES } from '../limits.js';
import type { FlashPort } from '../ports.js';
import {
  mayBeTornHeader,
  PROBE,
  PROBE_BYTES,
  probeHeader,
  readsDead,
  readsStuck,
} from './layout.js';
import type { SegmentReader } from './reader.js';
import { READY_MAX, RETIRED_MAX } from './words.js';

/** Sectors from the first one on of which one should hold a header. */
const FIRST_SECTORS = RETIRED_MAX + 4;
/** Sectors beyond the newest that must not be newer, at the least. */
const BEYOND = 3;
/** Sectors that failed and may lie side by side. */
const ROW_MAX = 8;
const SLICE_SECTORS = 32;

export class Search {
  readonly sectorCount: number;
  private readonly flash: FlashPort;
  private readonly reader: SegmentReader;
  private readonly scratch: Uint8Array;
  private fault = 0;
  /** Number that sector 0 has, or had, in the lap of the first header found; -1 before. */
  private base = -1;
  private newest = -1;
  /** Sectors that the search by halves has stepped over. */
  private passed = 0;
  /** Next sector of the look at every header, -1 while it is not needed. */
  private scanAt = -1;
  private isForeign = false;
  private deadCount = 0;

  constructor(flash: FlashPort, reader: SegmentReader, scratch: Uint8Array) {
    this.flash = flash;
    this.reader = reader;
    this.scratch = scratch;
    this.sectorCount = (flash.size() / SECTOR_BYTES) | 0;
  }

  /**
   * Number of the newest segment; busy while it is searched for; absent when nothing was ever
   * stored; or foreignImage, olderImage, the port's fault.
   */
  poll(): number {
    if (this.scanAt >= 0) return this.scan();
    if (this.flash.pollErase() === 0) return FAULT.busy; // one that a restart left running
    const newest = this.halve();
    if (this.fault < 0) return this.fault;
    if (newest < 0) {
      this.scanAt = 0;
      this.base = -1;
      return FAULT.busy;
    }
    this.newest = newest;
    return newest;
  }

  /** Number of the segment in use before `segment`; absent, or the port's fault. */
  before(segment: number): number {
    const { sectorCount } = this;
    const oldest = this.newest - sectorCount + 1;
    for (let number = segment - 1; number >= 0 && number >= oldest; number--) {
      if (this.look(number % sectorCount) === number) return number;
      if (this.fault < 0) return this.fault;
    }
    return FAULT.absent;
  }

  /** Number of the newest segment; below 0 when every header must be looked at, or at a fault. */
  private halve(): number {
    const { sectorCount } = this;
    let low = 0;
    let held = this.look(0);
    const end = sectorCount < FIRST_SECTORS ? sectorCount : FIRST_SECTORS;
    while (held < 0 && this.fault === 0 && ++low < end) held = this.look(low);
    if (held < 0) return held;
    this.base = held - low;
    this.passed = low;
    let high = sectorCount;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      let at = middle;
      held = this.look(at);
      while (this.isUnclear(held, at) && at + 1 < high) held = this.look(++at);
      this.passed += at - middle;
      if (this.fault < 0 || held > this.base + at) return PROBE.unclear;
      if (held === this.base + at) low = at;
      else high = middle;
    }
    return this.confirm(this.base + low);
  }

  /** What a sector holds does not tell on which side of the newest it lies. */
  private isUnclear(held: number, sector: number): boolean {
    return held === PROBE.unclear || isStale(held, this.base + sector, this.sectorCount);
  }

  /**
   * Looks beyond the newest: nothing newer may be there, nor a log of another size. A header that
   * is valid only now and then, and was not when it was looked at before, is taken for the newest.
   * Sectors that failed and could not be killed look as what lies beyond does, a row of them: what
   * is newer behind them calls for a look at every header.
   */
  private confirm(found: number): number {
    const { sectorCount } = this;
    const failed = this.passed - READY_MAX; // at the least: others were being made ready
    const ahead = ROW_MAX + 1 - (failed > 0 ? failed : 0);
    let newest = found;
    let stale = 0;
    for (let i = 1; i <= BEYOND || i <= ahead; i++) {
      const held = this.look((newest + i) % sectorCount);
      if (held > newest) {
        if (held !== newest + i || held > found + BEYOND) return PROBE.unclear;
        newest = held;
        stale = 0;
        i = 0;
        continue;
      }
      if (i <= BEYOND && isStale(held, newest + i, sectorCount)) stale++;
    }
    if (stale === BEYOND && !this.isRetired(newest)) this.fault = FAULT.foreignImage;
    return newest;
  }

  /**
   * Whether the stale headers behind the newest can be those of sectors that failed and could not
   * be killed: they are of its epoch, and end after a row of those. In a larger log all are such.
   */
  private isRetired(newest: number): boolean {
    const { reader, sectorCount } = this;
    if (reader.peek(newest % sectorCount) < 0) return true; // another one is the newest
    const { epoch } = reader.header;
    for (let i = 1; i <= BEYOND; i++) {
      if (!this.isStaleAt(newest + i)) return true; // no header at all
      if (reader.header.epoch !== epoch) return false;
    }
    for (let i = ROW_MAX + 1; i > BEYOND; i--) if (!this.isStaleAt(newest + i)) return true;
    return false;
  }

  /** Whether the sector that segment `next` will take has a valid header of an older lap. */
  private isStaleAt(next: number): boolean {
    const { reader, sectorCount } = this;
    const peeked = reader.peek(next % sectorCount);
    return peeked === 0 && isStale(reader.header.segment, next, sectorCount);
  }

  /** Segment number in a sector, or blank or unclear; a `fault` where nothing may be written. */
  private look(sector: number): number {
    const { flash, reader, scratch, base, sectorCount } = this;
    const read = flash.read(sector * SECTOR_BYTES, scratch, PROBE_BYTES);
    if (read < 0) {
      this.fault = read;
      return PROBE.unclear;
    }
    const number = probeHeader(scratch);
    if (number === PROBE.blank || number === PROBE.unclear) return number;
    const expected = base + sector;
    const isOld = number <= expected && number % sectorCount === sector;
    if (base >= 0 && isOld) return number; // of this lap or one before
    const peeked = reader.peek(sector);
    if (peeked === FAULT.absent) return PROBE.unclear;
    const { segment } = reader.header;
    if (peeked < 0) this.fault = peeked;
    else if (segment % sectorCount !== sector) this.fault = FAULT.foreignImage;
    return this.fault < 0 ? PROBE.unclear : segment;
  }

  /**
   * A slice of all headers. Where there is none, sectors must be blank for the journal to be empty,
   * but for bits that are stuck, some that are dead, reading 0, and the first ones, whose headers
   * may have been torn or killed before any record was stored.
   */
  private scan(): number {
    for (let i = 0; i < SLICE_SECTORS && this.scanAt < this.sectorCount; i++) {
      const sector = this.scanAt++;
      const held = this.look(sector);
      if (this.fault < 0) return this.fault;
      if (held > this.newest) this.newest = held;
      if (held !== PROBE.unclear) continue;
      if (readsStuck(this.scratch)) continue;
      if (readsDead(this.scratch)) this.deadCount++;
      else if (sector > RETIRED_MAX || !mayBeTornHeader(this.scratch)) this.isForeign = true;
    }
    if (this.scanAt < this.sectorCount) return FAULT.busy;
    this.base = this.newest - (this.newest % this.sectorCount);
    if (this.newest >= 0) return this.newest;
    const isDead = 2 * this.deadCount > this.sectorCount;
    return this.isForeign || isDead ? FAULT.foreignImage : FAULT.absent;
  }
}

/** Whether a sector holds a lap before the one that segment `next` will replace there. */
function isStale(held: number, next: number, sectorCount: number): boolean {
  return held >= 0 && held < next - sectorCount;
}

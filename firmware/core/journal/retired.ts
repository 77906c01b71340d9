/**
 * Sectors that failed: which ones may not be used again, a durable list, and which of them no FAULT
 * record tells of yet. Where the list is full, a sector is passed over each time that it fails.
 */
import { FAULT } from '../faults.js';
import type { RecordBuffer } from '../record/record.js';
import { RECORD } from '../record/schema.js';
import { DUE, EXTRA, RETIRED, RETIRED_MAX, WHY } from './words.js';

/** Why a sector was retired: field b of its FAULT record. */
export const RETIRED_WHY = Object.freeze({
  /** The part says that an erase failed. */
  erase: 1,
  /** It was not blank after an erase. */
  notBlank: 2,
  /** A program failed, or read back as something else. */
  program: 3,
} as const);

const SECTOR_MASK = 0xffff;

/** Place of a sector in the list of the durable words `cursor`; of the first free one for -1. */
function placeOf(cursor: Int32Array, sector: number): number {
  for (let place = 0; place < RETIRED_MAX; place++) {
    const pair = cursor[RETIRED + (place >> 1)]!;
    if (((pair >> ((place & 1) << 4)) & SECTOR_MASK) === sector + 1) return place;
  }
  return FAULT.absent;
}

/** Puts a sector into the list of the durable words `cursor`: its place, or noRoom. */
export function retireSector(cursor: Int32Array, sector: number): number {
  const known = placeOf(cursor, sector);
  if (known >= 0) return known;
  const free = placeOf(cursor, -1);
  if (free < 0) return FAULT.noRoom;
  const at = RETIRED + (free >> 1);
  cursor[at] = cursor[at]! | ((sector + 1) << ((free & 1) << 4));
  return free;
}

export class RetiredSectors {
  private readonly state: Int32Array;
  private readonly cursor: Int32Array;

  /** `state` and `cursor` are the journal's; see words.ts. */
  constructor(state: Int32Array, cursor: Int32Array) {
    this.state = state;
    this.cursor = cursor;
  }

  has(sector: number): boolean {
    return placeOf(this.cursor, sector) >= 0;
  }

  /** A sector failed; `why` is a RETIRED_WHY. A record is due. */
  add(sector: number, why: number): void {
    const { state } = this;
    if (this.has(sector)) return; // it was said why
    const place = retireSector(this.cursor, sector);
    if (place < 0) {
      state[EXTRA] = (sector + 1) | (why << 16);
      return;
    }
    state[DUE] = state[DUE]! | (1 << place);
    state[WHY] = (state[WHY]! & ~(3 << (2 * place))) | (why << (2 * place));
  }

  get isDue(): boolean {
    return this.state[DUE] !== 0 || this.state[EXTRA] !== 0;
  }

  /** Fills the next FAULT record that is due: 1, or 0 when there is none. */
  take(record: RecordBuffer, uptimeS: number): number {
    const { state, cursor } = this;
    if (!this.isDue) return 0;
    record.begin(RECORD.fault, uptimeS);
    record.fields[0] = FAULT.sectorRetired;
    if (state[DUE] === 0) {
      record.fields[1] = (state[EXTRA]! & SECTOR_MASK) - 1;
      record.fields[2] = state[EXTRA]! >> 16;
      state[EXTRA] = 0;
      return 1;
    }
    let place = 0;
    while ((state[DUE]! & (1 << place)) === 0) place++;
    state[DUE] = state[DUE]! & ~(1 << place);
    const pair = cursor[RETIRED + (place >> 1)]!;
    record.fields[1] = ((pair >> ((place & 1) << 4)) & SECTOR_MASK) - 1;
    record.fields[2] = (state[WHY]! >> (2 * place)) & 3;
    return 1;
  }
}

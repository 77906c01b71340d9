/**
 * The wall clock: set by a signed command, and followed. Uptime is the measure that never steps; a
 * wall clock that no longer fits it (set, lost, or jumped) becomes a CLOCK record, from which on
 * the container counts with the new time.
 */
import type { CborReader } from '../core/cbor/cbor.js';
import { COMMON } from '../core/excursion/kits.js';
import type { ClockPort } from '../core/ports.js';
import { RECORD } from '../core/record/schema.js';
import { WALL_SOURCE, WALL_UNKNOWN } from '../core/units.js';
import { CLOCK_TOLERANCE_S } from './fold.js';
import type { Ledger } from './ledger.js';

const UNCERTAINTY_S_MAX = 0xffff;

export class WallClock {
  private readonly clock: ClockPort;
  private readonly ledger: Ledger;
  private readonly words: Int32Array;

  constructor(clock: ClockPort, ledger: Ledger, words: Int32Array) {
    this.clock = clock;
    this.ledger = ledger;
    this.words = words;
  }

  /** Wall time at an uptime, as the records say it; WALL_UNKNOWN while it is unset. */
  wallAt(uptimeS: number): number {
    const { words } = this;
    return words[COMMON.wallKnown] === 1 ? words[COMMON.wallOffsetS]! + uptimeS : WALL_UNKNOWN;
  }

  /** Reads the rest of a SET-TIME body, {2: wallS, 3: uncertaintyS}: 1 when set, or a fault. */
  set(reader: CborReader, uptimeS: number): number {
    if (reader.readInt() !== 2) return reader.reject();
    const wallS = reader.readUint();
    if (reader.readInt() !== 3) return reader.reject();
    const uncertaintyS = reader.readUint();
    const fault = reader.end();
    if (fault < 0) return fault;
    const set = this.clock.setWall(wallS, WALL_SOURCE.dock);
    if (set < 0) return set;
    this.record(uptimeS, WALL_SOURCE.dock, wallS, uncertaintyS);
    return 1;
  }

  /** Compares the clock just read with what the records say, and records what is new. */
  follow(uptimeS: number, source: number, wallS: number, uncertaintyS: number): void {
    const saidS = this.wallAt(uptimeS);
    if (source === WALL_SOURCE.unset || saidS === WALL_UNKNOWN) {
      if (wallS === saidS) return; // unset, as before
    } else if (Math.abs(wallS - saidS) <= CLOCK_TOLERANCE_S) return;
    this.record(uptimeS, source, wallS, uncertaintyS);
  }

  private record(uptimeS: number, source: number, wallS: number, uncertaintyS: number): void {
    const { fields } = this.ledger.begin(RECORD.clock, uptimeS);
    fields[0] = source;
    fields[1] = this.wallAt(uptimeS);
    fields[2] = wallS;
    fields[3] = uncertaintyS > UNCERTAINTY_S_MAX ? UNCERTAINTY_S_MAX : uncertaintyS;
    this.ledger.store();
  }
}

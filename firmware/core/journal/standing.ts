/**
 * How the journal stands, in words that outlive a sleep: where it writes, which numbers come next,
 * what was lost, and the cursors that are part of the durable words. What a record says of them is
 * noted here, live and when it is replayed.
 */
import { retireSector } from './retired.js';
import {
  BOOT_COUNT,
  EPOCH,
  KEPT,
  LAST_STORED,
  LOST_COUNT,
  LOST_FIRST,
  LOST_UPTIME_S,
  NEXT_SEQUENCE,
  OFFSET,
  RECEIPTED,
  ROOM,
  ROOM_TIGHT,
  SEGMENT,
  THINNED,
  UPTIME_S,
  WALL_S,
} from './words.js';

export class Standing {
  protected readonly state: Int32Array;
  protected readonly cursor: Int32Array;

  /** See words.ts for both. */
  constructor(state: Int32Array, cursor: Int32Array) {
    this.state = state;
    this.cursor = cursor;
  }

  get epoch(): number {
    return this.state[EPOCH]!;
  }
  get segment(): number {
    return this.state[SEGMENT]!;
  }
  get offset(): number {
    return this.state[OFFSET]!;
  }
  /** Sequence number that the next record gets. */
  get nextSequence(): number {
    return this.state[NEXT_SEQUENCE]!;
  }
  /** Sequence number of the record stored last: what a checkpoint can state. */
  get lastStoredSequence(): number {
    return this.state[LAST_STORED]!;
  }
  get receiptedSequence(): number {
    return this.cursor[RECEIPTED]!;
  }
  /** Records judged but not kept since the journal was full. */
  get lostCount(): number {
    return this.state[LOST_COUNT]!;
  }
  get lostFirst(): number {
    return this.state[LOST_FIRST]!;
  }
  get lostUptimeS(): number {
    return this.state[LOST_UPTIME_S]!;
  }

  /** Last sequence number that may be given up: receipted, or thinned and kept elsewhere. */
  get settledSequence(): number {
    const thinned = this.cursor[THINNED]!;
    return thinned > this.receiptedSequence ? thinned : this.receiptedSequence;
  }

  /** Original number of the record kept last: where an interrupted thinning goes on. */
  get keptSequence(): number {
    return this.cursor[KEPT]!;
  }

  /** Called when a KEPT record was stored. */
  keep(sequence: number): void {
    this.cursor[KEPT] = sequence;
  }

  /** Called when the FAULT record of a retired sector was stored or is replayed. */
  retire(sector: number): void {
    retireSector(this.cursor, sector);
  }

  /** Whether so little room is left that readings should be thinned. */
  get isTight(): boolean {
    return (this.state[ROOM]! & ROOM_TIGHT) !== 0;
  }

  /** What the next segment header says of time; called once a step. */
  anchor(uptimeS: number, wallS: number, bootCount: number): void {
    this.state[UPTIME_S] = uptimeS;
    this.state[WALL_S] = wallS;
    this.state[BOOT_COUNT] = bootCount;
  }

  /** Called when a LOST record was stored: the count starts anew. */
  lostRecorded(): void {
    this.state[LOST_COUNT] = 0;
  }
}

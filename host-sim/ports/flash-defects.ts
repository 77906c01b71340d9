/**
 * What may be wrong with a flash part, asked for by a test or a scenario: sectors bad from the
 * factory, sectors that wear out, bits that stick, programs that fail by themselves, bits that are
 * disturbed by reads. A part without any behaves as its datasheet says. Whatever is not said here
 * exactly is drawn from the part's own seed.
 */
import { FAULT } from '../../firmware/core/faults.js';
import { SECTOR_BYTES } from '../../firmware/core/limits.js';
import type { Random } from '../world/prng.js';

/** reported: the port answers flashFailed. silent: it answers as if all were well. */
export type Failure = 'reported' | 'silent';

/** How a worn sector's erases end: with a fault, or as if well but with some bits left at 0. */
interface WearLimit {
  readonly erases: number;
  readonly failure: Failure;
}

const WORN_BITS = 4;
/** Most bits that one program leaves undone when it fails by itself. */
const UNDONE_BITS_MAX = 8;

export class FlashDefects {
  private readonly bytes: Uint8Array;
  private readonly random: Random;
  private readonly bad = new Set<number>();
  private readonly limits = new Map<number, WearLimit>();
  private readonly programFailures = new Map<number, Failure>();
  private nextFailures: { after: number; count: number; failure: Failure } | undefined;
  /** Bits that stay 0, that do not program, and that read as 0 until the next erase. */
  private zeros: Uint8Array | undefined;
  private ones: Uint8Array | undefined;
  private disturbed: Uint8Array | undefined;
  private disturbance: { readonly reads: number; readonly bits: number } | undefined;
  private readonly readsOf: Uint32Array;

  /** For the part that stores these bytes. */
  constructor(bytes: Uint8Array, random: Random) {
    this.bytes = bytes;
    this.random = random;
    this.readsOf = new Uint32Array(bytes.length / SECTOR_BYTES);
  }

  /** The sector is bad from the factory: it reads 0 and can be neither erased nor programmed. */
  markBad(sector: number): void {
    this.bad.add(sector);
    this.bytes.fill(0, sector * SECTOR_BYTES, (sector + 1) * SECTOR_BYTES);
  }

  /** From its `erases`-th erase on (0: from now on), counted since the part was made, it fails. */
  limitErases(sector: number, erases: number, failure: Failure = 'reported'): void {
    this.limits.set(sector, { erases, failure });
  }

  /** These bits are 0 from now on, whatever is erased. */
  stickAtZero(address: number, mask: number): void {
    this.zeros ??= new Uint8Array(this.bytes.length);
    this.zeros[address]! |= mask;
    this.bytes[address]! &= ~mask;
  }

  /** These bits are no longer cleared by a program. */
  stickAtOne(address: number, mask: number): void {
    this.ones ??= new Uint8Array(this.bytes.length);
    this.ones[address]! |= mask;
  }

  /** Every program of this sector fails from now on: some of its bits stay as they are. */
  failProgramsOf(sector: number, failure: Failure): void {
    this.programFailures.set(sector, failure);
  }

  /** `count` programs fail, after `after` more that do not, wherever they go. */
  failNextPrograms(failure: Failure, count = 1, after = 0): void {
    this.nextFailures = { after, count, failure };
  }

  /** With every `reads` reads of a sector since its erase, `bits` of its ones read as 0. */
  disturbBy(reads: number, bits = 1): void {
    this.disturbance = { reads, bits };
  }

  isBad(sector: number): boolean {
    return this.bad.has(sector);
  }

  /** Bits of a byte that cannot be raised, so that a program cannot be blamed for it. */
  stuckZerosAt(address: number): number {
    if (this.bad.has(Math.floor(address / SECTOR_BYTES))) return 0xff;
    return this.zeros?.[address] ?? 0;
  }

  /** How the program that comes now fails, if it does. Counts it. */
  programFailure(sector: number): Failure | undefined {
    if (this.bad.has(sector)) return 'reported';
    const next = this.nextFailures;
    if (next !== undefined) {
      if (next.after > 0) next.after -= 1;
      else {
        next.count -= 1;
        if (next.count <= 0) this.nextFailures = undefined;
        return next.failure;
      }
    }
    return this.programFailures.get(sector);
  }

  /** What a byte holds after a program that was to leave `wanted` in the place of `old`. */
  programmed(address: number, old: number, wanted: number): number {
    return wanted | (old & (this.ones?.[address] ?? 0));
  }

  /** Puts back up to 8 bits of a failed program: at least one, if it cleared any. */
  undoSome(address: number, before: Uint8Array): void {
    const { bytes, random } = this;
    const cleared: [at: number, mask: number][] = [];
    for (let i = 0; i < before.length; i++) {
      const changed = before[i]! & ~bytes[address + i]!;
      for (let mask = 1; mask < 256; mask <<= 1) if (changed & mask) cleared.push([i, mask]);
    }
    const count = cleared.length === 0 ? 0 : 1 + random.nextBelow(UNDONE_BITS_MAX);
    for (let n = 0; n < count; n++) {
      const [i, mask] = cleared[random.nextBelow(cleared.length)]!;
      bytes[address + i]! |= mask;
    }
  }

  /** How an erase of this sector ends, the `erases`-th since the part was made: 0, or a fault. */
  eraseResult(sector: number, erases: number): number {
    if (this.bad.has(sector)) return FAULT.flashFailed;
    const limit = this.limits.get(sector);
    if (limit === undefined || erases < limit.erases) return 0;
    if (limit.failure === 'reported') return FAULT.flashFailed;
    for (let n = 0; n < WORN_BITS; n++) {
      const address = sector * SECTOR_BYTES + this.random.nextBelow(SECTOR_BYTES);
      this.stickAtZero(address, 1 << this.random.nextBelow(8));
    }
    return 0;
  }

  /** After an erase, whole or torn: what sticks, sticks; what was disturbed is as it should. */
  afterErase(sector: number): void {
    const start = sector * SECTOR_BYTES;
    const end = start + SECTOR_BYTES;
    this.readsOf[sector] = 0;
    this.disturbed?.fill(0, start, end);
    if (this.zeros === undefined) return;
    for (let at = start; at < end; at++) this.bytes[at]! &= ~this.zeros[at]!;
  }

  /** After other bytes were put into the part: what sticks, sticks. */
  afterLoad(): void {
    for (let sector = 0; sector < this.readsOf.length; sector++) this.afterErase(sector);
    for (const sector of this.bad) this.markBad(sector);
  }

  /** What a read shows instead of what is stored, in place; the read is counted. */
  afterRead(address: number, into: Uint8Array, length: number): void {
    if (this.disturbance === undefined || length === 0) return;
    const first = Math.floor(address / SECTOR_BYTES);
    const last = Math.floor((address + length - 1) / SECTOR_BYTES);
    for (let sector = first; sector <= last; sector++) this.countRead(sector);
    const { disturbed } = this;
    if (disturbed === undefined) return;
    for (let i = 0; i < length; i++) into[i]! &= ~disturbed[address + i]!;
  }

  private countRead(sector: number): void {
    const { reads, bits } = this.disturbance!;
    this.readsOf[sector]! += 1;
    if (this.readsOf[sector]! % reads !== 0) return;
    this.disturbed ??= new Uint8Array(this.bytes.length);
    for (let n = 0; n < bits; n++) {
      const address = sector * SECTOR_BYTES + this.random.nextBelow(SECTOR_BYTES);
      this.disturbed[address]! |= 1 << this.random.nextBelow(8);
    }
  }
}

/**
 * The flash port of the simulator: a NOR part of 4 KiB sectors and 256-byte pages. It is stricter
 * than a real one: a program that would set a bit, crosses a page or touches a sector while it is
 * being erased is a programmer error and throws, naming the address. An erase takes 45 ms and lets
 * other sectors be read and programmed meanwhile (erase suspend). Power can be cut at any
 * operation.
 */
import { FAULT } from '../../firmware/core/faults.js';
import { SECTOR_BYTES } from '../../firmware/core/limits.js';
import type { FlashPort } from '../../firmware/core/ports.js';
import { Random, type Seed } from '../world/prng.js';
import {
  type Cells,
  type Tear,
  settleErase,
  settleProgram,
  tearErase,
  tearProgram,
} from './flash-tear.js';

export const PAGE_BYTES = 256;
/** W25Q128JV datasheet §9.6: sector erase 45 ms typical; page program 0.4 ms, 2.5 µs a byte. */
export const ERASE_MS = 45;
const PROGRAM_START_MICROS = 30;
const PROGRAM_BYTE_MICROS = 2.5;

/** One operation that changes the flash, in the order in which they happen. */
export interface FlashOp {
  readonly region: string;
  readonly kind: 'program' | 'erase';
  readonly atMs: number;
  readonly address: number;
  /** Bytes programmed; 4096 for an erase. */
  readonly length: number;
  /** The bytes programmed, two hexadecimal digits each; none for an erase. */
  readonly hex?: string;
}

/** What was asked of the part so far. */
export interface FlashCounters {
  programs: number;
  programmedBytes: number;
  erases: number;
  reads: number;
  readBytes: number;
  busyMicros: number;
}

/** The power went in the middle of an operation: the container is to be booted anew. */
export class PowerCut extends Error {
  override readonly name = 'PowerCut';
}

export interface FlashOptions {
  /** Stands in messages and operations: journal or catalogue. */
  readonly region: string;
  readonly bytes: number;
  readonly seed: Seed;
  readonly nowMs: () => number;
  readonly onOp?: ((op: FlashOp) => void) | undefined;
}

interface EraseJob {
  readonly sector: number;
  readonly startMs: number;
  readonly doneMs: number;
}

export class NorFlash implements FlashPort {
  readonly counters: FlashCounters = {
    programs: 0,
    programmedBytes: 0,
    erases: 0,
    reads: 0,
    readBytes: 0,
    busyMicros: 0,
  };
  private readonly options: FlashOptions;
  private readonly cells: Cells;
  private readonly random: Random;
  private readonly failing = new Set<number>();
  private job: EraseJob | undefined;
  private operationCount = 0;
  private cut: { readonly operation: number; readonly tear: Tear } | undefined;
  private isOff = false;

  constructor(options: FlashOptions) {
    if (options.bytes <= 0 || options.bytes % SECTOR_BYTES !== 0) {
      throw new Error(`${options.region}: ${options.bytes} bytes, expected a multiple of 4096`);
    }
    this.options = options;
    this.cells = { bytes: new Uint8Array(options.bytes).fill(0xff), unstable: undefined };
    this.random = new Random(options.seed, `flash/${options.region}`);
  }

  size(): number {
    return this.cells.bytes.length;
  }

  read(address: number, into: Uint8Array, length: number): number {
    this.expectPower();
    this.expectRange('read', address, length);
    if (length > into.length) return FAULT.overflow;
    this.counters.reads += 1;
    this.counters.readBytes += length;
    const { bytes, unstable } = this.cells;
    for (let i = 0; i < length; i++) into[i] = bytes[address + i]!;
    if (unstable === undefined) return length;
    for (let i = 0; i < length; i++) {
      const mask = unstable[address + i]!;
      if (mask !== 0) into[i] = into[i]! ^ (this.random.nextInt32() & mask);
    }
    return length;
  }

  program(address: number, bytes: Uint8Array, from: number, length: number): number {
    this.expectPower();
    this.expectRange('program', address, length);
    if (from < 0 || from + length > bytes.length) return FAULT.overflow;
    if (length === 0) return 0;
    this.expectProgrammable(address, bytes, from, length);
    const isCut = this.count();
    if (isCut) {
      tearProgram(this.cells, { address, bytes, from, length }, this.cut!.tear, this.random);
      this.goOff();
    }
    const cells = this.cells.bytes;
    for (let i = 0; i < length; i++) cells[address + i] = cells[address + i]! & bytes[from + i]!;
    settleProgram(this.cells, address, length);
    this.counters.programs += 1;
    this.counters.programmedBytes += length;
    this.counters.busyMicros += PROGRAM_START_MICROS + PROGRAM_BYTE_MICROS * length;
    const { onOp, region, nowMs } = this.options;
    if (onOp !== undefined) {
      const hex = Buffer.from(bytes.subarray(from, from + length)).toString('hex');
      onOp({ region, kind: 'program', atMs: nowMs(), address, length, hex });
    }
    return length;
  }

  startErase(sector: number): number {
    this.expectPower();
    if (this.job !== undefined) return FAULT.busy;
    const address = sector * SECTOR_BYTES;
    this.expectRange('erase', address, SECTOR_BYTES);
    if (this.count()) {
      tearErase(this.cells, { address, length: SECTOR_BYTES }, this.cut!.tear, this.random);
      this.goOff();
    }
    const startMs = this.options.nowMs();
    this.job = { sector, startMs, doneMs: startMs + ERASE_MS };
    this.counters.erases += 1;
    this.counters.busyMicros += ERASE_MS * 1000;
    const { onOp, region } = this.options;
    onOp?.({ region, kind: 'erase', atMs: startMs, address, length: SECTOR_BYTES });
    return 0;
  }

  pollErase(): number {
    this.expectPower();
    const { job } = this;
    if (job === undefined) return FAULT.absent;
    if (this.options.nowMs() < job.doneMs) return 0;
    this.job = undefined;
    if (this.failing.has(job.sector)) return FAULT.flashFailed;
    this.finishErase(job.sector);
    return 1;
  }

  /** A copy of the bytes as they are stored. */
  image(): Uint8Array {
    return this.cells.bytes.slice();
  }

  /** Starts from an image, as a container does that was built earlier. */
  load(image: Uint8Array): void {
    if (image.length !== this.cells.bytes.length) {
      const { region } = this.options;
      throw new Error(`${region}: image of ${image.length} bytes, expected ${this.size()}`);
    }
    this.cells.bytes.set(image);
    this.cells.unstable = undefined;
  }

  /** Programs and erases so far; the next one is this number plus one. */
  get operations(): number {
    return this.operationCount;
  }

  /** Lets the power go in the middle of an operation, counted from 1. It throws a PowerCut. */
  cutAt(operation: number, tear: Tear): void {
    this.cut = { operation, tear };
  }

  /** Erases of this sector fail from now on: it is worn out. */
  wearOut(sector: number): void {
    this.failing.add(sector);
  }

  /**
   * The power is back. An erase that ran when it went (`powerLostMs`, or never: -1) is torn; one
   * that was done by then is done.
   */
  boot(powerLostMs: number): void {
    this.isOff = false;
    this.cut = undefined;
    const { job } = this;
    this.job = undefined;
    if (job === undefined || this.failing.has(job.sector)) return;
    if (powerLostMs < job.startMs || powerLostMs >= job.doneMs) {
      this.finishErase(job.sector);
      return;
    }
    const address = job.sector * SECTOR_BYTES;
    tearErase(this.cells, { address, length: SECTOR_BYTES }, 'unstable', this.random);
  }

  private finishErase(sector: number): void {
    const address = sector * SECTOR_BYTES;
    this.cells.bytes.fill(0xff, address, address + SECTOR_BYTES);
    settleErase(this.cells, address, SECTOR_BYTES);
  }

  /** Counts an operation; true when the power goes in it. */
  private count(): boolean {
    this.operationCount += 1;
    return this.cut !== undefined && this.operationCount >= this.cut.operation;
  }

  private goOff(): never {
    this.isOff = true;
    throw new PowerCut(
      `${this.options.region}: power cut in operation ${this.operationCount} (${this.cut!.tear})`,
    );
  }

  private expectPower(): void {
    if (this.isOff) throw new PowerCut(`${this.options.region}: used without power`);
  }

  private expectRange(what: string, address: number, length: number): void {
    const { region } = this.options;
    if (!Number.isInteger(address) || address < 0 || length < 0 || address + length > this.size()) {
      const asked = `${what} of ${length} bytes at ${hexOf(address)}`;
      throw new Error(`${region}: ${asked}, expected within ${hexOf(this.size())}`);
    }
    if (what === 'erase' || this.job === undefined || length === 0) return;
    const first = Math.floor(address / SECTOR_BYTES);
    const last = Math.floor((address + length - 1) / SECTOR_BYTES);
    if (this.job.sector >= first && this.job.sector <= last) {
      throw new Error(
        `${region}: ${what} at ${hexOf(address)} while sector ${this.job.sector} is being erased`,
      );
    }
  }

  private expectProgrammable(
    address: number,
    bytes: Uint8Array,
    from: number,
    length: number,
  ): void {
    const { region } = this.options;
    if (Math.floor(address / PAGE_BYTES) !== Math.floor((address + length - 1) / PAGE_BYTES)) {
      throw new Error(`${region}: program of ${length} bytes at ${hexOf(address)} crosses a page`);
    }
    for (let i = 0; i < length; i++) {
      const old = this.cells.bytes[address + i]!;
      const wanted = bytes[from + i]!;
      if ((old & wanted) === wanted) continue;
      const bits = `${hexOf(old)} to ${hexOf(wanted)}`;
      throw new Error(
        `${region}: program at ${hexOf(address + i)} sets bits (${bits}), expected to clear them`,
      );
    }
  }
}

function hexOf(value: number): string {
  return `0x${value.toString(16)}`;
}

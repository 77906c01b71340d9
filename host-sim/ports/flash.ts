/**
 * The flash port of the simulator: a NOR part of 4 KiB sectors and 256-byte pages. It is stricter
 * than a real one: a program that would set a bit, crosses a page or touches a sector while it is
 * being erased is a programmer error and throws, naming the address. An erase takes 45 ms and lets
 * other sectors be read and programmed meanwhile (erase suspend). Power can be cut at any
 * operation (flash-tear.ts), and the part may have defects (flash-defects.ts). The same seed and
 * the same calls give the same bytes.
 */
import { FAULT } from '../../firmware/core/faults.js';
import { SECTOR_BYTES } from '../../firmware/core/limits.js';
import type { FlashPort } from '../../firmware/core/ports.js';
import { Random, type Seed } from '../world/prng.js';
import { ERASE_MS, FlashCounters } from './flash-counters.js';
import { FlashDefects } from './flash-defects.js';
import { expectClearing, expectOnePage, hexOf } from './flash-rules.js';
import {
  type Cells,
  type EraseForm,
  type Tear,
  settleErase,
  settleProgram,
  tearErase,
  tearProgram,
} from './flash-tear.js';

export { ERASE_MS } from './flash-counters.js';
export { PAGE_BYTES } from './flash-rules.js';

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
  /** Sectors bad from the factory; default: none. */
  readonly badSectors?: readonly number[] | undefined;
}

interface EraseJob {
  readonly sector: number;
  readonly startMs: number;
  readonly doneMs: number;
}

interface Cut {
  readonly operation: number;
  readonly tear: Tear;
  readonly form: EraseForm | undefined;
}

export class NorFlash implements FlashPort {
  readonly counters: FlashCounters;
  /** What is wrong with the part: nothing, at first, but its bad sectors. */
  readonly defects: FlashDefects;
  private readonly options: FlashOptions;
  private readonly cells: Cells;
  private readonly random: Random;
  private job: EraseJob | undefined;
  private operationCount = 0;
  private cut: Cut | undefined;
  private isOff = false;

  constructor(options: FlashOptions) {
    if (options.bytes <= 0 || options.bytes % SECTOR_BYTES !== 0) {
      throw new Error(`${options.region}: ${options.bytes} bytes, expected a multiple of 4096`);
    }
    this.options = options;
    this.cells = { bytes: new Uint8Array(options.bytes).fill(0xff), unstable: undefined };
    this.random = new Random(options.seed, `flash/${options.region}`);
    this.counters = new FlashCounters(options.bytes / SECTOR_BYTES);
    this.defects = new FlashDefects(this.cells.bytes, this.random.split('defects'));
    for (const sector of options.badSectors ?? []) this.markBad(sector);
  }

  private markBad(sector: number): void {
    const { region, bytes } = this.options;
    const count = bytes / SECTOR_BYTES;
    if (sector >= count) {
      throw new Error(`${region}: bad sector ${sector}, expected below ${count}`);
    }
    this.defects.markBad(sector);
  }

  size(): number {
    return this.cells.bytes.length;
  }

  read(address: number, into: Uint8Array, length: number): number {
    this.expectPower();
    this.expectRange('read', address, length);
    if (length > into.length) return FAULT.overflow;
    this.counters.countRead(length);
    const { bytes, unstable } = this.cells;
    into.set(bytes.subarray(address, address + length));
    for (let i = 0; unstable !== undefined && i < length; i++) {
      const mask = unstable[address + i]!;
      if (mask !== 0) into[i] = into[i]! ^ (this.random.nextInt32() & mask);
    }
    this.defects.afterRead(address, into, length);
    return length;
  }

  program(address: number, bytes: Uint8Array, from: number, length: number): number {
    this.expectPower();
    this.expectRange('program', address, length);
    if (from < 0 || from + length > bytes.length) return FAULT.overflow;
    if (length === 0) return 0;
    const { region } = this.options;
    expectOnePage(region, address, length);
    expectClearing(region, this.cells.bytes, this.defects, { address, bytes, from, length });
    if (this.count()) {
      tearProgram(this.cells, { address, bytes, from, length }, this.cut!.tear, this.random);
      this.goOff();
    }
    this.counters.countProgram(length);
    const failure = this.defects.programFailure(Math.floor(address / SECTOR_BYTES));
    this.write(address, bytes, from, length, failure !== undefined);
    const { onOp, nowMs } = this.options;
    if (onOp !== undefined) {
      const hex = Buffer.from(bytes.subarray(from, from + length)).toString('hex');
      onOp({ region, kind: 'program', atMs: nowMs(), address, length, hex });
    }
    return failure === 'reported' ? FAULT.flashFailed : length;
  }

  private write(
    address: number,
    bytes: Uint8Array,
    from: number,
    length: number,
    isFailing: boolean,
  ): void {
    const { defects } = this;
    const cells = this.cells.bytes;
    const before = isFailing ? cells.slice(address, address + length) : undefined;
    for (let i = 0; i < length; i++) {
      const old = cells[address + i]!;
      cells[address + i] = defects.programmed(address + i, old, old & bytes[from + i]!);
    }
    if (before !== undefined) defects.undoSome(address, before);
    settleProgram(this.cells, address, length);
  }

  startErase(sector: number): number {
    this.expectPower();
    if (this.job !== undefined) return FAULT.busy;
    const address = sector * SECTOR_BYTES;
    this.expectRange('erase', address, SECTOR_BYTES);
    if (this.count()) {
      this.tear(sector, this.cut!.tear, this.cut!.form);
      this.goOff();
    }
    const startMs = this.options.nowMs();
    this.job = { sector, startMs, doneMs: startMs + ERASE_MS };
    this.counters.countErase(sector);
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
    const result = this.finishErase(job.sector);
    return result < 0 ? result : 1;
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
    this.defects.afterLoad();
  }

  /** Programs and erases so far; the next one is this number plus one. */
  get operations(): number {
    return this.operationCount;
  }

  /**
   * Lets the power go in the middle of an operation, counted from 1. It throws a PowerCut. An erase
   * is left in a form of the tear, or in the one that is named.
   */
  cutAt(operation: number, tear: Tear, form?: EraseForm): void {
    this.cut = { operation, tear, form };
  }

  /** Erases of this sector fail from now on: it is worn out. */
  wearOut(sector: number): void {
    this.defects.limitErases(sector, 0);
  }

  /**
   * The power is back. An erase that ran when it went (`powerLostMs`, or never: -1) is torn; one
   * that was done by then is done.
   */
  boot(powerLostMs: number): void {
    this.isOff = false;
    this.cut = undefined;
    this.endJob(powerLostMs, 'unstable');
  }

  /** What becomes of an erase that runs when the power goes. */
  private endJob(powerLostMs: number, tear: Tear): void {
    const { job } = this;
    this.job = undefined;
    if (job === undefined) return;
    const isDone = powerLostMs < job.startMs || powerLostMs >= job.doneMs;
    if (isDone) this.finishErase(job.sector);
    else this.tear(job.sector, tear);
  }

  /** 0, or the fault with which it ends. */
  private finishErase(sector: number): number {
    const address = sector * SECTOR_BYTES;
    const result = this.defects.eraseResult(sector, this.counters.erasesOf[sector]!);
    if (result < 0) return result;
    this.cells.bytes.fill(0xff, address, address + SECTOR_BYTES);
    settleErase(this.cells, address, SECTOR_BYTES);
    this.defects.afterErase(sector);
    return 0;
  }

  private tear(sector: number, tear: Tear, form?: EraseForm): void {
    if (this.defects.eraseResult(sector, this.counters.erasesOf[sector]!) < 0) return;
    const address = sector * SECTOR_BYTES;
    tearErase(this.cells, { address, length: SECTOR_BYTES }, tear, this.random, form);
    this.defects.afterErase(sector);
  }

  /** Counts an operation; true when the power goes in it. */
  private count(): boolean {
    this.operationCount += 1;
    return this.cut !== undefined && this.operationCount >= this.cut.operation;
  }

  private goOff(): never {
    this.isOff = true;
    this.endJob(this.options.nowMs(), this.cut!.tear);
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
}

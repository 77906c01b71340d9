/**
 * Keeps a part set up: it is tried every ten seconds until it answers as it should, asked once a
 * minute whether it still does (one that has lost its power has forgotten everything), and tried
 * anew after ten faults in a row.
 */
import { FAULT } from '../../core/faults.js';

export interface CaredPart {
  /** 0 or a fault. */
  setUp(): number;
  /** 1 while the part is as it was set up, 0 when it has forgotten, or a fault. */
  isSetUp(): number;
}

const RETRY_MS = 10_000;
const CHECK_MS = 60_000;
const FAULTS_MAX = 10;

export class PartCare {
  /** Whether the part is set up, as far as known. */
  isReady = false;
  private readonly part: CaredPart;
  private readonly ticksMs: () => number;
  private fault: number = FAULT.absent;
  private faultCount = 0;
  private lookedMs = 0;
  private hasLooked = false;

  /** `ticksMs` counts milliseconds modulo 2^32, as an int32. */
  constructor(part: CaredPart, ticksMs: () => number) {
    this.part = part;
    this.ticksMs = ticksMs;
  }

  /** Sets a part up that is not, when it is time to: 0, or the fault. */
  setUp(): number {
    if (this.hasLooked && this.sinceMs() < RETRY_MS) return this.fault;
    this.look();
    this.fault = this.part.setUp();
    this.isReady = this.fault === 0;
    this.faultCount = 0;
    return this.fault;
  }

  /** Whether the part should be asked how it is. */
  get isDue(): boolean {
    return this.sinceMs() >= CHECK_MS;
  }

  /** Asks the part how it is: 1 when well, 0 when it had to be set up again, or a fault. */
  check(): number {
    this.look();
    const result = this.part.isSetUp();
    if (result === 1) return 1;
    this.hasLooked = false;
    this.isReady = false;
    this.fault = result;
    return result < 0 ? result : this.setUp();
  }

  /** Notes and answers a fault. */
  fail(fault: number): number {
    this.faultCount++;
    if (this.faultCount >= FAULTS_MAX) {
      this.isReady = false;
      this.look();
      this.fault = fault;
    }
    return fault;
  }

  /** The part has answered as it should. */
  praise(): void {
    this.faultCount = 0;
  }

  /** There is nothing to ask for another minute. */
  look(): void {
    this.hasLooked = true;
    this.lookedMs = this.ticksMs();
  }

  private sinceMs(): number {
    return (this.ticksMs() - this.lookedMs) | 0;
  }
}

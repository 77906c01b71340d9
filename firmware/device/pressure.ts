/**
 * The pressure port, on one barometer. A conversion is started, and fetched when it is done; a part
 * that does not finish answers 0 for a second and then timeout, and may be started again.
 */
import { putI32 } from '../core/bytes.js';
import { FAULT } from '../core/faults.js';
import { PRESSURE_LAYOUT, type PressurePort } from '../core/ports.js';

/** A barometer, as drivers/lps22hh.ts is one. */
export interface PressureDriver {
  /** How long a conversion takes, typically: before that nobody needs to look. */
  readonly conversionMs: number;
  /** The last answer. */
  readonly pressurePa: number;
  /** Starts one conversion: 0 or a fault. */
  start(): number;
  /** 0 while converting, 1 when the answer is there, or a fault. */
  collect(): number;
}

const STUCK_MS = 1000;

export class Pressure implements PressurePort {
  private readonly driver: PressureDriver;
  private readonly ticksMs: () => number;
  private startedMs = 0;
  private isRunning = false;

  /** `ticksMs` counts milliseconds modulo 2^32, as an int32. */
  constructor(driver: PressureDriver, ticksMs: () => number) {
    this.driver = driver;
    this.ticksMs = ticksMs;
  }

  start(): number {
    if (this.isRunning && this.elapsedMs() < STUCK_MS) return FAULT.busy;
    const result = this.driver.start();
    this.isRunning = result >= 0;
    this.startedMs = this.ticksMs();
    return result < 0 ? result : 0;
  }

  poll(into: Uint8Array): number {
    if (!this.isRunning) return FAULT.absent;
    if (into.length < PRESSURE_LAYOUT.bytes) return FAULT.overflow;
    if (this.elapsedMs() < this.driver.conversionMs) return 0;
    const result = this.driver.collect();
    if (result === 0 && this.elapsedMs() < STUCK_MS) return 0;
    this.isRunning = false;
    if (result <= 0) return result < 0 ? result : FAULT.timeout;
    putI32(into, PRESSURE_LAYOUT.pressurePa, this.driver.pressurePa);
    return PRESSURE_LAYOUT.bytes;
  }

  private elapsedMs(): number {
    return (this.ticksMs() - this.startedMs) | 0;
  }
}

/**
 * The probe port: one driver per probe. A conversion is started, and fetched when it is done; a
 * part that does not finish answers 0 for ever, which the sampler turns into a timeout, and may be
 * started again after a second.
 */
import { putI32, putU16 } from '../core/bytes.js';
import { FAULT } from '../core/faults.js';
import { PROBE_LAYOUT, type ProbePort } from '../core/ports.js';
import type { ProbeDriver } from './drivers/probe-driver.js';

/** Nothing converts for so long: the slowest part needs 124 ms. */
const STUCK_MS = 1000;

export class Probes implements ProbePort {
  private readonly drivers: readonly ProbeDriver[];
  private readonly ticksMs: () => number;
  private readonly startedMs: Int32Array;
  private readonly isRunning: Uint8Array;

  /** `ticksMs` counts milliseconds modulo 2^32, as an int32. */
  constructor(drivers: readonly ProbeDriver[], ticksMs: () => number) {
    this.drivers = drivers;
    this.ticksMs = ticksMs;
    this.startedMs = new Int32Array(drivers.length);
    this.isRunning = new Uint8Array(drivers.length);
  }

  start(probe: number): number {
    const driver = this.drivers[probe];
    if (driver === undefined) return FAULT.absent;
    if (this.isRunning[probe] === 1 && this.elapsedMs(probe) < STUCK_MS) return FAULT.busy;
    this.isRunning[probe] = 0;
    const result = driver.start();
    if (result < 0) return result;
    this.isRunning[probe] = 1;
    this.startedMs[probe] = this.ticksMs();
    return 0;
  }

  poll(probe: number, into: Uint8Array): number {
    const driver = this.drivers[probe];
    if (driver === undefined || this.isRunning[probe] === 0) return FAULT.absent;
    if (this.elapsedMs(probe) < driver.conversionMs) return 0;
    const result = driver.collect();
    if (result === 0) return 0;
    this.isRunning[probe] = 0;
    if (result < 0) return result;
    putI32(into, PROBE_LAYOUT.temperatureCentiC, driver.temperatureCentiC);
    putU16(into, PROBE_LAYOUT.humidityPermille, driver.humidityPermille);
    return PROBE_LAYOUT.bytes;
  }

  private elapsedMs(probe: number): number {
    return (this.ticksMs() - this.startedMs[probe]!) | 0;
  }
}

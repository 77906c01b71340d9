/**
 * The clock port: uptime from the SDK's ticks, wall time from an RTC. The RTC is asked once, at
 * the boot; from then on the wall clock is that time and the uptime gone by, so that it steps only
 * when it is set. Ticks are milliseconds modulo 2^32 and become negative after 24.8 days:
 * differences are taken, and summed in seconds. An RTC that cannot be set costs the time after the
 * next boot, not now.
 */
import { putI32, putU16 } from '../core/bytes.js';
import { FAULT } from '../core/faults.js';
import { CLOCK_LAYOUT, type ClockPort } from '../core/ports.js';
import { WALL_SOURCE, WALL_UNKNOWN } from '../core/units.js';

/** A real-time clock, as drivers/rv3028.ts is one. */
export interface RtcDriver {
  readonly driftPpm: number;
  readonly wallS: number;
  readonly setDay: number;
  /** 1 with the time in `wallS` and the day on which it was set, 0 without, or a fault. */
  load(): number;
  store(wallS: number): number;
}

const S_PER_DAY = 86_400;
const LOAD_ATTEMPTS = 3;
/** A dock's time, and the way to here. */
const SET_UNCERTAINTY_S = 1;
/** An RTC is set and read in whole seconds. */
const RTC_UNCERTAINTY_S = 1;
/** Of the ESP32's own crystal, on which the uptime goes: less than an RTC in the cold. */
const CRYSTAL_PPM = 20;
const UNCERTAINTY_S_MAX = 0xffff;
const PPM = 1_000_000;

export class Clock implements ClockPort {
  private readonly ticksMs: () => number;
  private readonly rtc: RtcDriver | undefined;
  private readonly reason: number;
  private lastTicksMs: number;
  private uptimeS = 0;
  private uptimeMs = 0;
  private source: number = WALL_SOURCE.unset;
  /** Wall time at uptime 0 of this boot. */
  private bootWallS = 0;
  private setAtWallS = 0;

  /** Begins the boot's uptime. `reason` is a BOOT_REASON; `rtc` undefined without one. */
  constructor(ticksMs: () => number, rtc: RtcDriver | undefined, reason: number) {
    this.ticksMs = ticksMs;
    this.rtc = rtc;
    this.reason = reason;
    this.lastTicksMs = ticksMs();
    if (rtc !== undefined) this.load(rtc);
  }

  read(into: Uint8Array): number {
    this.advance();
    putI32(into, CLOCK_LAYOUT.uptimeS, this.uptimeS);
    putU16(into, CLOCK_LAYOUT.uptimeMs, this.uptimeMs);
    const isSet = this.source !== WALL_SOURCE.unset;
    const wallS = (this.bootWallS + this.uptimeS) | 0;
    into[CLOCK_LAYOUT.wallSource] = this.source;
    putI32(into, CLOCK_LAYOUT.wallS, isSet ? wallS : WALL_UNKNOWN);
    putU16(into, CLOCK_LAYOUT.wallUncertaintyS, isSet ? this.uncertaintyS(wallS) : 0);
    return CLOCK_LAYOUT.bytes;
  }

  setWall(wallS: number, source: number): number {
    if (source <= WALL_SOURCE.unset || source > WALL_SOURCE.gnss) return FAULT.malformed;
    this.advance();
    this.source = source;
    this.bootWallS = (wallS - this.uptimeS) | 0;
    this.setAtWallS = wallS;
    this.rtc?.store(wallS);
    return 0;
  }

  bootReason(): number {
    return this.reason;
  }

  /** One glitch on the bus must not cost the time of a whole journey. */
  private load(rtc: RtcDriver): void {
    for (let i = 0; i < LOAD_ATTEMPTS; i++) {
      const result = rtc.load();
      if (result < 0) continue;
      if (result === 0) return;
      this.source = WALL_SOURCE.rtc;
      this.bootWallS = rtc.wallS;
      this.setAtWallS = rtc.setDay * S_PER_DAY;
      return;
    }
  }

  private advance(): void {
    const now = this.ticksMs();
    const elapsedMs = ((now - this.lastTicksMs) | 0) + this.uptimeMs;
    this.lastTicksMs = now;
    const seconds = Math.floor(elapsedMs / 1000);
    this.uptimeS += seconds;
    this.uptimeMs = elapsedMs - seconds * 1000;
  }

  private uncertaintyS(wallS: number): number {
    const ageS = wallS - this.setAtWallS;
    const driftS = Math.ceil((ageS * (this.rtc?.driftPpm ?? CRYSTAL_PPM)) / PPM);
    let uncertaintyS = SET_UNCERTAINTY_S + (driftS > 0 ? driftS : 0);
    if (this.source === WALL_SOURCE.rtc) uncertaintyS += RTC_UNCERTAINTY_S;
    return uncertaintyS > UNCERTAINTY_S_MAX ? UNCERTAINTY_S_MAX : uncertaintyS;
  }
}

/**
 * The clock port of the simulator: uptime of this boot from virtual time, and an RTC that was set
 * once, drifts by the scenario's ppm, is shifted by clock-jump faults and keeps its time over a
 * loss of power unless a clock-loss fault takes it away.
 */
import { putI32, putU16 } from '../../firmware/core/bytes.js';
import { FAULT } from '../../firmware/core/faults.js';
import { CLOCK_LAYOUT, type ClockPort } from '../../firmware/core/ports.js';
import { WALL_SOURCE, WALL_UNKNOWN } from '../../firmware/core/units.js';
import type { World } from '../world/world.js';

/** What a crystal may be off by, for the stated uncertainty (common RTC crystals: ±20 ppm). */
const CRYSTAL_PPM = 20;
const SET_UNCERTAINTY_S = 1;
const UNCERTAINTY_S_MAX = 65535;

export class SimClock implements ClockPort {
  private readonly world: World;
  private readonly driftPpm: number;
  private bootMs = 0;
  private source: number = WALL_SOURCE.unset;
  private setWallS = 0;
  private setAtMs = 0;
  private lossCountAtSet = 0;
  private shiftAtSetS = 0;

  constructor(world: World) {
    this.world = world;
    this.driftPpm = world.scenario.container.rtcDriftPpm;
  }

  /** Begins a boot: uptime 0, and a time that was kept is now the RTC's. */
  boot(): void {
    this.bootMs = this.world.nowMs;
    if (this.isSet()) this.source = WALL_SOURCE.rtc;
  }

  /** Virtual time of this boot, for ports that stamp what they give. */
  get bootedAtMs(): number {
    return this.bootMs;
  }

  isSet(): boolean {
    return this.source !== WALL_SOURCE.unset && this.lossCountAtSet === this.world.clockLossCount;
  }

  read(into: Uint8Array): number {
    const nowMs = this.world.nowMs;
    const uptimeMs = nowMs - this.bootMs;
    const uptimeS = Math.floor(uptimeMs / 1000);
    putI32(into, CLOCK_LAYOUT.uptimeS, uptimeS);
    putU16(into, CLOCK_LAYOUT.uptimeMs, uptimeMs - uptimeS * 1000);
    if (!this.isSet()) {
      into[CLOCK_LAYOUT.wallSource] = WALL_SOURCE.unset;
      putI32(into, CLOCK_LAYOUT.wallS, WALL_UNKNOWN);
      putU16(into, CLOCK_LAYOUT.wallUncertaintyS, 0);
      return CLOCK_LAYOUT.bytes;
    }
    const sinceMs = nowMs - this.setAtMs;
    const driftMs = (sinceMs * this.driftPpm) / 1e6;
    const shiftS = this.world.clockShiftS - this.shiftAtSetS;
    const wallS = this.setWallS + Math.floor((sinceMs + driftMs) / 1000) + shiftS;
    const uncertaintyS = SET_UNCERTAINTY_S + Math.ceil((sinceMs * CRYSTAL_PPM) / 1e9);
    into[CLOCK_LAYOUT.wallSource] = this.source;
    putI32(into, CLOCK_LAYOUT.wallS, wallS);
    putU16(into, CLOCK_LAYOUT.wallUncertaintyS, Math.min(UNCERTAINTY_S_MAX, uncertaintyS));
    return CLOCK_LAYOUT.bytes;
  }

  setWall(wallS: number, source: number): number {
    if (source <= WALL_SOURCE.unset || source > WALL_SOURCE.gnss) return FAULT.malformed;
    const { world } = this;
    const wasSet = this.isSet();
    this.source = source;
    this.setWallS = wallS;
    this.setAtMs = world.nowMs;
    this.lossCountAtSet = world.clockLossCount;
    this.shiftAtSetS = world.clockShiftS;
    if (!wasSet) world.truth?.add({ kind: 'clock', atS: world.nowMs / 1000, isSet: true });
    return 0;
  }

  bootReason(): number {
    return this.world.bootReason;
  }
}

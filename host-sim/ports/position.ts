/**
 * The position port of the simulator: a satellite receiver that is off until it is asked. Outdoors
 * and on the road it finds itself in 35 s, within about 15 m; in a building or on a flight it gives
 * up after 60 s. Between two places it is on the straight line.
 */
import { putI32, putU16 } from '../../firmware/core/bytes.js';
import { FAULT } from '../../firmware/core/faults.js';
import { FIX_LAYOUT, type PositionPort } from '../../firmware/core/ports.js';
import { PLACE_SOURCE } from '../../firmware/core/record/schema.js';
import { Random } from '../world/prng.js';
import type { World } from '../world/world.js';

/** Cold start of common receivers, and a wait after which a search is given up. */
export const FIX_MS = 35_000;
export const GIVE_UP_MS = 60_000;
const UNCERTAINTY_M = 15;
/** A metre is 9 µ° of latitude (40,008 km around the poles). */
const MICRO_DEG_PER_M = 9;
const SIGMA_M = 5;
const IDLE = -1;

export class SimPosition implements PositionPort {
  private readonly world: World;
  private readonly random: Random;
  private startedMs = IDLE;

  constructor(world: World) {
    this.world = world;
    this.random = new Random(world.seed, 'position');
  }

  boot(): void {
    this.startedMs = IDLE;
  }

  start(): number {
    if (this.startedMs !== IDLE) return FAULT.busy;
    this.startedMs = this.world.nowMs;
    return 0;
  }

  poll(into: Uint8Array): number {
    if (this.startedMs === IDLE) return FAULT.absent;
    const sinceMs = this.world.nowMs - this.startedMs;
    const { leg, place } = this.world;
    const isVisible = leg === undefined ? place.outdoors : leg.by !== 'helicopter';
    if (!isVisible || sinceMs < FIX_MS) {
      if (sinceMs < GIVE_UP_MS) return 0;
      this.startedMs = IDLE;
      return FAULT.absent;
    }
    this.startedMs = IDLE;
    const share =
      leg === undefined ? 0 : (this.world.nowMs - leg.startMs) / (leg.endMs - leg.startMs);
    const from = leg?.from ?? place;
    const to = leg?.to ?? place;
    const latitude = from.latitude + (to.latitude - from.latitude) * share;
    const longitude = from.longitude + (to.longitude - from.longitude) * share;
    putI32(into, FIX_LAYOUT.latitudeMicroDeg, this.withNoise(latitude));
    putI32(into, FIX_LAYOUT.longitudeMicroDeg, this.withNoise(longitude));
    putU16(into, FIX_LAYOUT.uncertaintyM, UNCERTAINTY_M);
    into[FIX_LAYOUT.source] = PLACE_SOURCE.gnss;
    into[FIX_LAYOUT.source + 1] = 0;
    return FIX_LAYOUT.bytes;
  }

  private withNoise(deg: number): number {
    const noise = this.random.nextNormal() * SIGMA_M * MICRO_DEG_PER_M;
    return Math.round(deg * 1e6 + noise);
  }
}

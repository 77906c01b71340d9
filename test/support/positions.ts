/**
 * Receivers of position that are worse than the simulator's own: each finds the container's true
 * position and spoils it in its own way.
 */
import { putI32, putU16 } from '../../firmware/core/bytes.js';
import { FAULT } from '../../firmware/core/faults.js';
import { FIX_LAYOUT, type PositionPort } from '../../firmware/core/ports.js';
import { PLACE_SOURCE } from '../../firmware/core/record/schema.js';
import { Random } from '../../host-sim/world/prng.js';
import type { World } from '../../host-sim/world/world.js';

/** How a receiver errs; without one it never finds itself. */
export interface Erring {
  readonly source: number;
  readonly uncertaintyM: readonly [least: number, most: number];
  /** Every so many fixes, but never the first, one is from the other side of the Earth. */
  readonly jumpEvery?: number;
  /** Finds itself under way only, never where it stands. */
  readonly isBlindInside?: boolean;
}
export const INDOOR_DRIFT: Erring = { source: PLACE_SOURCE.gnss, uncertaintyM: [30, 400] };
export const BLIND_INSIDE: Erring = { ...INDOOR_DRIFT, isBlindInside: true };
export const CELL: Erring = { source: PLACE_SOURCE.cell, uncertaintyM: [1500, 9000] };
export const JUMPING: Erring = {
  ...{ source: PLACE_SOURCE.gnss, uncertaintyM: [5, 30], jumpEvery: 2 },
};

const SEARCH_MS = 20_000;
const MICRO_DEG_PER_M = 8.993;

export class ErringPosition implements PositionPort {
  /** Jumps handed over so far. */
  jumps = 0;
  private fixes = 0;
  private startedMs = -1;
  private readonly random: Random;
  private readonly world: World;
  private readonly erring: Erring | undefined;

  constructor(world: World, erring: Erring | undefined) {
    this.world = world;
    this.erring = erring;
    this.random = new Random(world.seed, 'erring');
  }

  start(): number {
    this.startedMs = this.world.nowMs;
    return 0;
  }

  poll(into: Uint8Array): number {
    if (this.startedMs < 0 || this.erring === undefined) return FAULT.absent;
    if (this.world.nowMs - this.startedMs < SEARCH_MS) return 0;
    this.startedMs = -1;
    const { source, uncertaintyM, jumpEvery, isBlindInside } = this.erring;
    if (isBlindInside === true && this.world.leg === undefined) return FAULT.absent;
    this.fixes += 1;
    const [least, most] = uncertaintyM;
    const spreadM = least + this.random.nextBelow(most - least + 1);
    const [latitude, longitude] = this.truth();
    const cosine = Math.cos((latitude * Math.PI) / 180);
    const angle = this.random.nextUnit() * 2 * Math.PI;
    const offM = Math.sqrt(this.random.nextUnit()) * spreadM * 0.99; // a disc's, evenly
    const north = Math.cos(angle) * offM * MICRO_DEG_PER_M;
    const east = (Math.sin(angle) * offM * MICRO_DEG_PER_M) / cosine;
    const isJump = jumpEvery !== undefined && this.fixes % jumpEvery === 0;
    if (isJump) this.jumps += 1;
    const side = isJump ? -1 : 1;
    putI32(into, FIX_LAYOUT.latitudeMicroDeg, side * Math.round(latitude * 1e6 + north));
    putI32(into, FIX_LAYOUT.longitudeMicroDeg, Math.round(longitude * 1e6 + east));
    putU16(into, FIX_LAYOUT.uncertaintyM, spreadM);
    into[FIX_LAYOUT.source] = source;
    into[FIX_LAYOUT.source + 1] = 0;
    return FIX_LAYOUT.bytes;
  }

  /** On the straight line between two places. */
  private truth(): readonly [latitude: number, longitude: number] {
    const { leg, place, nowMs } = this.world;
    if (leg === undefined) return [place.latitude, place.longitude];
    const share = (nowMs - leg.startMs) / (leg.endMs - leg.startMs);
    const between = (a: number, b: number): number => a + (b - a) * share;
    return [
      between(leg.from.latitude, leg.to.latitude),
      between(leg.from.longitude, leg.to.longitude),
    ];
  }
}

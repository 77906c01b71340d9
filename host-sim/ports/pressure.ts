/**
 * The pressure port of the simulator: a barometer as common parts are (BMP390 class), which takes
 * 20 ms for a conversion and has 2 Pa of noise. It answers once for each start.
 */
import { putI32 } from '../../firmware/core/bytes.js';
import { FAULT } from '../../firmware/core/faults.js';
import { PRESSURE_LAYOUT, type PressurePort } from '../../firmware/core/ports.js';
import { Random } from '../world/prng.js';
import type { World } from '../world/world.js';

export const CONVERSION_MS = 20;
const NOISE_PA = 2;
const IDLE = -1;

export class SimPressure implements PressurePort {
  private readonly world: World;
  private readonly random: Random;
  private startedMs = IDLE;

  constructor(world: World) {
    this.world = world;
    this.random = new Random(world.seed, 'barometer');
  }

  boot(): void {
    this.startedMs = IDLE;
  }

  start(): number {
    const isConverting = this.world.nowMs - this.startedMs < CONVERSION_MS;
    if (this.startedMs !== IDLE && isConverting) return FAULT.busy;
    this.startedMs = this.world.nowMs;
    return 0;
  }

  poll(into: Uint8Array): number {
    if (this.startedMs === IDLE) return FAULT.absent;
    if (this.world.nowMs - this.startedMs < CONVERSION_MS) return 0;
    this.startedMs = IDLE;
    const noisePa = NOISE_PA * this.random.nextNormal();
    const pressurePa = Math.round(this.world.pressurePa() + noisePa);
    putI32(into, PRESSURE_LAYOUT.pressurePa, pressurePa);
    return PRESSURE_LAYOUT.bytes;
  }
}

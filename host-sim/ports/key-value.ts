/**
 * The key-value port of the simulator: the encrypted store beside the journal, with its gets and
 * puts as jobs. It survives a loss of power; a put that runs when the power goes is not stored.
 * Provisioning writes it directly.
 */
import { FAULT } from '../../firmware/core/faults.js';
import type { KeyValuePort } from '../../firmware/core/ports.js';
import type { World } from '../world/world.js';

/** NVS of the ESP32: a read from RAM-cached pages, a write with its flash program. */
const GET_MS = 2;
const PUT_MS = 12;

interface Job {
  readonly key: number;
  /** What to store; undefined for a get. */
  readonly bytes: Uint8Array | undefined;
  readonly readyMs: number;
}

export class SimKeyValue implements KeyValuePort {
  private readonly world: World;
  private readonly stored = new Map<number, Uint8Array>();
  private job: Job | undefined;

  constructor(world: World) {
    this.world = world;
  }

  /** A boot forgets the running job; what was stored stays. */
  boot(): void {
    this.job = undefined;
  }

  /** Stores at once, as provisioning at the factory does. */
  provision(key: number, bytes: Uint8Array): void {
    this.stored.set(key, bytes.slice());
  }

  /** What is stored, or undefined. */
  peek(key: number): Uint8Array | undefined {
    return this.stored.get(key)?.slice();
  }

  startGet(key: number): number {
    if (this.job !== undefined) return FAULT.busy;
    this.job = { key, bytes: undefined, readyMs: this.world.nowMs + GET_MS };
    return 0;
  }

  startPut(key: number, bytes: Uint8Array, length: number): number {
    if (this.job !== undefined) return FAULT.busy;
    if (length < 0 || length > bytes.length) return FAULT.overflow;
    this.job = { key, bytes: bytes.slice(0, length), readyMs: this.world.nowMs + PUT_MS };
    return 0;
  }

  poll(into: Uint8Array): number {
    const { job } = this;
    if (job === undefined) return FAULT.absent;
    if (this.world.nowMs < job.readyMs) return 0;
    this.job = undefined;
    if (job.bytes !== undefined) {
      this.stored.set(job.key, job.bytes);
      return 1;
    }
    const found = this.stored.get(job.key);
    if (found === undefined) return FAULT.absent;
    if (found.length > into.length) return FAULT.overflow;
    into.set(found);
    return found.length;
  }
}

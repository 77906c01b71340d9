/**
 * The watchdog port of the simulator: notes when it was kicked, and tells how long a container has
 * been silent at most, so that a test sees one that would have been restarted. It restarts nothing
 * itself: restarts are faults of the scenario.
 */
import type { WatchdogPort } from '../../firmware/core/ports.js';
import type { World } from '../world/world.js';

export class SimWatchdog implements WatchdogPort {
  kickCount = 0;
  longestSilenceMs = 0;
  private readonly world: World;
  private lastKickMs: number;

  constructor(world: World) {
    this.world = world;
    this.lastKickMs = world.nowMs;
  }

  boot(): void {
    this.lastKickMs = this.world.nowMs;
  }

  kick(): number {
    const silenceMs = this.world.nowMs - this.lastKickMs;
    if (silenceMs > this.longestSilenceMs) this.longestSilenceMs = silenceMs;
    this.lastKickMs = this.world.nowMs;
    this.kickCount += 1;
    return 0;
  }
}

/**
 * The watchdog port: a user of the ESP32's task watchdog that only the container's step feeds. The
 * SDK feeds it too, but for the loop that delivers messages, which says nothing of the container
 * (SDK 8.2.3, xs/platforms/esp/xsHost.c, modMessageService).
 */
import { FAULT } from '../core/faults.js';
import type { WatchdogPort } from '../core/ports.js';

/** The part of native/silicon.js that is asked here. */
export interface WatchdogTimer {
  /** Begins to watch. */
  startWatchdog(): void;
  /** False when nothing watches: the build has no task watchdog. */
  feedWatchdog(): boolean;
}

export class Watchdog implements WatchdogPort {
  private readonly timer: WatchdogTimer;

  /** Begins to watch: from now on the container must step. */
  constructor(timer: WatchdogTimer) {
    this.timer = timer;
    timer.startWatchdog();
  }

  kick(): number {
    return this.timer.feedWatchdog() ? 0 : FAULT.absent;
  }
}

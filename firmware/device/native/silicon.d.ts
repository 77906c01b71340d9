/**
 * The native module of the ESP32, as silicon.js hands it on: what the adapters ask for, and the two
 * calls that the board makes itself. See silicon.c for what each does.
 */
import type { RandomSource } from '../entropy.js';
import type { RetainedMemory } from '../retained.js';
import type { WatchdogTimer } from '../watchdog.js';

interface Silicon extends RandomSource, RetainedMemory, WatchdogTimer {
  /** An esp_reset_reason_t: boot-reason.ts. */
  resetReason(): number;
  restart(): never;
}

declare const silicon: Silicon;
export default silicon;

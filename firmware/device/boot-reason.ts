/**
 * Why this boot happened, as the journal records it: from the reset reason of the ESP32, from an
 * epitaph that the boot before has left, and from damage to the memory that should have outlived
 * the restart. The table is ESP-IDF's `esp_reset_reason_t`.
 */
import { BOOT_REASON } from '../core/record/schema.js';

/** By the number of the reset reason. */
const REASONS: readonly number[] = Object.freeze([
  BOOT_REASON.restart, // unknown
  BOOT_REASON.powerOn,
  BOOT_REASON.powerOn, // reset pin
  BOOT_REASON.restart, // asked for by software
  BOOT_REASON.panic,
  BOOT_REASON.watchdog, // of interrupts
  BOOT_REASON.watchdog, // of tasks
  BOOT_REASON.watchdog, // other
  BOOT_REASON.restart, // deep sleep
  BOOT_REASON.brownOut,
  BOOT_REASON.restart, // SDIO
  BOOT_REASON.restart, // USB
  BOOT_REASON.restart, // JTAG
  BOOT_REASON.panic, // eFuse error
  BOOT_REASON.brownOut, // glitch of the supply
  BOOT_REASON.panic, // CPU locked up
]);

/** A BOOT_REASON; a new reset reason of a later ESP-IDF is a restart. */
export function bootReasonOf(
  resetReason: number,
  found: { readonly hasEpitaph: boolean; readonly isRetainedDamaged: boolean },
): number {
  const reason = REASONS[resetReason] ?? BOOT_REASON.restart;
  if (reason !== BOOT_REASON.restart) return reason;
  if (found.hasEpitaph) return BOOT_REASON.panic;
  return found.isRetainedDamaged ? BOOT_REASON.retainedDamaged : reason;
}

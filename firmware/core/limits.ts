/**
 * Every bound of the core in one place. Buffers are made from these once, at start; nothing grows
 * afterwards. `Limits` is what a composition root may choose for its hardware; the rest is fixed by
 * the formats.
 */
import { assert } from './faults.js';

/** What a container is built with. Chosen by the composition root, logged in a CONFIG record. */
export interface Limits {
  /** Kit slots, 1..16. */
  readonly slotCount: number;
  /** Temperature probes, 1..8. */
  readonly probeCount: number;
  /** Which probes stand for a slot: bit p of entry s. One or two bits each (design §4). */
  readonly slotProbes: Uint8Array;
  /** Seconds between samples, 10..3600. */
  readonly samplePeriodS: number;
  /** A conversion that takes longer is a gap with reason timeout, 100..5000 ms. */
  readonly conversionLimitMs: number;
  /** Flash bytes of the journal, a multiple of 4096, at least 16 sectors. */
  readonly journalBytes: number;
  /** Whether this is real hardware: an example profile never gives `usable` there. */
  readonly isHardware: boolean;
}

export const SLOT_COUNT_MAX = 16;
export const PROBE_COUNT_MAX = 8;
export const ZONE_COUNT_MAX = 8;
export const PROFILE_COUNT_MAX = 4;
/** Knots of the stability rate table: one per whole °C, 0..70 °C. */
export const RATE_KNOT_COUNT_MAX = 71;
export const ROLE_COUNT_MAX = 8;
/** Typed arrays of the journal, beside the words that its owner deals out to it, in bytes. */
export const JOURNAL_RAM_BYTES_MAX = 3072;
/** One NOR sector, the unit of erasing. */
export const SECTOR_BYTES = 4096;
/** Bytes of a record's tail (identities, hashes, lists; a whole record that is kept). */
export const TAIL_BYTES_MAX = 222;
/** Int32 fields of a record, readings of 8 probes included. */
export const FIELD_COUNT_MAX = 16;
/** Longest canonical record: type, uptime, 34 bytes of fields beside a full tail. */
export const CANONICAL_BYTES_MAX = 248;
/** Longest message in one link packet: ATT_MTU 247 less 3 (facts: 244 B in one PDU). */
export const LINK_BYTES_MAX = 244;
/** Largest object sent by PUT: a signed profile. */
export const OBJECT_BYTES_MAX = 1024;

/** Throws when a composition root asks for what the core cannot hold. */
export function checkLimits(limits: Limits): void {
  assert(limits.slotCount >= 1 && limits.slotCount <= SLOT_COUNT_MAX, 101);
  assert(limits.probeCount >= 1 && limits.probeCount <= PROBE_COUNT_MAX, 102);
  assert(limits.slotProbes.length >= limits.slotCount, 103);
  for (let slot = 0; slot < limits.slotCount; slot++) {
    const mask = limits.slotProbes[slot]!;
    assert(mask > 0 && mask < 1 << limits.probeCount, 104);
  }
  assert(limits.samplePeriodS >= 10 && limits.samplePeriodS <= 3600, 105);
  assert(limits.conversionLimitMs >= 100 && limits.conversionLimitMs <= 5000, 106);
  assert(limits.journalBytes % SECTOR_BYTES === 0, 107);
  assert(limits.journalBytes >= 16 * SECTOR_BYTES, 108);
}

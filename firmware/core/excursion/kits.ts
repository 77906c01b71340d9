/**
 * The durable words of each kit: what it is, where it is, and how much of each allowance it has
 * used. All of it is a fold of the journal's records; `exposure.ts` moves it on, `pending.ts` says
 * what has not been recorded yet.
 */
import { SLOT_COUNT_MAX, ZONE_COUNT_MAX } from '../limits.js';
import { CUSTODY } from '../units.js';

/** Offsets within one kit's words. */
export const KIT = Object.freeze({
  custody: 0,
  slot: 1,
  profile: 2,
  expiryWallS: 3,
  /** Elapsed time from which this stay aboard counts: packing, or being put back. */
  fromS: 4,
  /** Elapsed time up to which exposure has been added, unless a reading of the stay is later. */
  accruedToS: 5,
  /** Bits of REASON that hold and stay. */
  sticky: 6,
  /** Bits of REASON whose condition holds now. */
  inside: 7,
  /** Bits whose excursion has come about but is not recorded yet. */
  due: 8,
  /** Bits whose excursion is recorded and not closed. */
  open: 9,
  /** Reasons and verdict + 1 of the VERDICT record written last; 0 when there is none. */
  recordedReasons: 10,
  recordedVerdict: 11,
  budgetUsedS: 12,
  budgetUsedRest: 13, // 1/1000 s, below 1000
  lidOpenS: 14,
  /** Elapsed time at which mixing started; 0 when not mixed. */
  mixedAtS: 15,
  /** Elapsed time at which it left its slot. */
  awaySinceS: 16,
  /** Evidence of the shock that counts: sequence, ΔV, and of the gap: length, start. */
  shockSequence: 17,
  shockDeltaVMmPerS: 18,
  gapS: 19,
  gapSequence: 20,
  /** Record that began or ended the stay; it holds until a reading of the stay does. */
  heldSequence: 21,
  /** CRC-32 of its packing list: an entry of the catalogue that differs is another kit's. */
  listCrc: 22,
  /** Bits of recorded excursions whose numbers are to be recorded again; VERDICT_STALE. */
  stale: 23,
  /** Budget left in the VERDICT record written last. */
  recordedBudgetLeftS: 24,
  /** Bits of REASON that quality released: they hold, and lead to nothing. See `decide.ts`. */
  released: 25,
  /** Last record that spoke for a measured reason which holds, or for `hold` or `slip`. */
  evidenceSequence: 26,
  holdSequence: 27,
  /** Number of the slip that it left with or came with last, and 8 bytes that name it: slip.ts. */
  slipNumber: 28,
  slipName: 29,
  /** Bits of NOTICE that were given of it. */
  noticed: 31,
  words: 32,
} as const);

/** The bit of `stale` that asks for the verdict again: its budget has moved. */
export const VERDICT_STALE = 1 << 30;

/**
 * Offsets within the words of one place of one kit, where one rule counts: the zones of its profile
 * in their order, then disagreement, tilt, humidity and light, as many of them as the profile has
 * (PROFILE.disagreePlace, …).
 */
export const ZONE = Object.freeze({
  /** Seconds: all of them for a cumulative rule, those of the stay that lasts for any other. */
  countS: 0,
  /** Record that began the stay (single, instant) or the first stay (cumulative). */
  startSequence: 1,
  /** The worst value (0.01 °C, degrees, per mille, lux), and the record that has it. */
  extreme: 2,
  extremeSequence: 3,
  words: 4,
} as const);

/** Kits a container can hold: one per slot. */
export const KIT_COUNT_MAX = SLOT_COUNT_MAX;

/** Offsets within the words that belong to all kits. */
export const COMMON = Object.freeze({
  /** Elapsed time of this boot's start: durable seconds that run through power losses. */
  bootElapsedS: 0,
  /** Elapsed time of the record applied last. */
  nowS: 1,
  bootCount: 2,
  /** Wall clock less uptime of this boot; `wallKnown` 0 while unset. */
  wallOffsetS: 3,
  wallKnown: 4,
  lidOpen: 5,
  lidAccruedToS: 6,
  /** Bits of slots that are filled. */
  slots: 7,
  sealed: 8,
  /** Kit whose slot changed last, + 1: the one that the glove button acts on. */
  touchedKit: 9,
  lostRecords: 10,
  hasBooted: 11,
  /** 1 in the service state: empty, being repaired or calibrated. */
  service: 12,
  /** Bits of probes whose calibration stands and is in date. */
  calibrated: 13,
  /** Relative humidity read last, and elapsed time + 1 of that reading; 0: none yet. */
  humidityPermille: 14,
  humidityReadAtS: 15,
  humidityAccruedToS: 16,
  lightLux: 17,
  lightAccruedToS: 18,
  lostSequence: 19,
  /** A reading before this elapsed time is nothing to a kit that came after it. */
  blindToS: 20,
  words: 21,
} as const);

/**
 * What the probes of a slot gave last; slots side by side with the same probes share the words of
 * the first of them.
 */
export const SLOT = Object.freeze({
  /** Elapsed time + 1 of the reading; 0: none yet. */
  readAtS: 0,
  /** The warmer value in the upper half, the colder in the lower, 0.01 °C each. */
  values: 1,
  /** Bits of the probes that gave a value. */
  probes: 2,
  sequence: 3,
  words: 4,
} as const);

const SLOTS_AT = COMMON.words;
const KITS_AT = SLOTS_AT + SLOT_COUNT_MAX * SLOT.words;
const ZONES_AT = KITS_AT + KIT_COUNT_MAX * KIT.words;
export const KITS_WORDS = ZONES_AT + KIT_COUNT_MAX * ZONE_COUNT_MAX * ZONE.words;

/** Index of a slot's words. */
export function slotAt(slot: number): number {
  return SLOTS_AT + slot * SLOT.words;
}
/** Index of a kit's words. */
export function kitAt(kit: number): number {
  return KITS_AT + kit * KIT.words;
}
/** Index of the words of one zone of a kit. */
export function zoneAt(kit: number, zone: number): number {
  return ZONES_AT + (kit * ZONE_COUNT_MAX + zone) * ZONE.words;
}

/**
 * The kit that a slot speaks of: the one that is in it or was taken out of it; else the one that
 * was in it last, if that was mixed; or -1.
 */
export function kitOfSlot(words: Int32Array, slot: number): number {
  let last = -1;
  for (let kit = 0; kit < KIT_COUNT_MAX; kit++) {
    const at = kitAt(kit);
    if (words[at + KIT.slot] !== slot) continue;
    const custody = words[at + KIT.custody]!;
    if (custody === CUSTODY.in || custody === CUSTODY.taken) return kit;
    if (custody === CUSTODY.none || custody === CUSTODY.fateUnknown) continue;
    if (last < 0 || words[at + KIT.fromS]! > words[kitAt(last) + KIT.fromS]!) last = kit;
  }
  return last >= 0 && words[kitAt(last) + KIT.custody] === CUSTODY.mixed ? last : -1;
}

/**
 * An entry for a new kit: an unused one, else that of the kit that came first of those that have
 * ended, else of those that were mixed; or -1.
 */
export function freeKit(words: Int32Array): number {
  let free = -1;
  for (let kit = 0; kit < KIT_COUNT_MAX; kit++) {
    const at = kitAt(kit);
    const custody = words[at + KIT.custody]!;
    if (custody === CUSTODY.none) return kit;
    if (custody >= CUSTODY.mixed && (free < 0 || isBefore(words, at, kitAt(free)))) free = kit;
  }
  return free;
}

/** Whether the entry at `a` is to be given away before that at `b`. */
function isBefore(words: Int32Array, a: number, b: number): boolean {
  const isMixed = words[a + KIT.custody] === CUSTODY.mixed;
  if (isMixed !== (words[b + KIT.custody] === CUSTODY.mixed)) return !isMixed;
  return words[a + KIT.fromS]! < words[b + KIT.fromS]!;
}

/** Clears a kit's words, its zones' included. */
export function clearKit(words: Int32Array, kit: number): void {
  const at = kitAt(kit);
  words.fill(0, at, at + KIT.words);
  const zones = zoneAt(kit, 0);
  words.fill(0, zones, zones + ZONE_COUNT_MAX * ZONE.words);
}

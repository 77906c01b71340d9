/**
 * The container's memory, dealt out once: durable words are a fold of the journal and stand in
 * the state that every segment begins with; working words are what a running device needs besides.
 */
import { Arena } from '../core/arena.js';
import { crc16, putU16 } from '../core/bytes.js';
import {
  COMMON,
  KIT,
  KIT_COUNT_MAX,
  kitAt,
  KITS_WORDS,
  SLOT,
  slotAt,
  ZONE,
  zoneAt,
} from '../core/excursion/kits.js';
import {
  JOURNAL_DURABLE_WORDS,
  JOURNAL_STATE_WORDS,
  type StateLayout,
} from '../core/journal/journal.js';
import { PROBE_COUNT_MAX, SLOT_COUNT_MAX, ZONE_COUNT_MAX } from '../core/limits.js';
import { FLIGHT_STATE_WORDS } from '../core/place/flight.js';
import { PLACE_STATE_WORDS } from '../core/place/place.js';
import { PLAUSIBLE_STATE_WORDS } from '../core/reading/plausible.js';
import { SHA256_DIGEST_BYTES } from '../core/sha256.js';
import { SHOCK_STATE_WORDS } from '../core/shock/state.js';
import { CALIBRATION } from './calibration-words.js';

/** Words of the hand-over's durable state. */
export const CURSOR = Object.freeze({
  rolesCounter: 0,
  profileCounter: 1,
  receiptCounter: 2,
  /** The checkpoint signed last: only its receipt is taken. */
  checkpointSequence: 3,
  checkpointHash: 4,
  /** Per place of a profile: first word of the hash that its PROFILE record names, 0 for none. */
  profileMark: 12,
  decisionCounter: 16,
  words: 17,
} as const);

/** Per probe: the reason of the gap that is recorded as open (0: none) and when it began. */
export const PROBE_GAP = Object.freeze({ reason: 0, startUptimeS: 1, words: 2 } as const);

/** What was recorded last of inputs that are recorded when they change. */
export const POWER = Object.freeze({
  batteryMilliV: 0,
  external: 1,
  recordedAtS: 2,
  docked: 3,
  flying: 4,
  words: 5,
} as const);

/** Identity bytes of the place, in whole words. */
const PLACE_ID_WORDS = 10;

/** To be raised when durable words change their meaning, but not their number. */
const LAYOUT_REVISION = 2;
const SIZES = Object.freeze([
  LAYOUT_REVISION,
  JOURNAL_DURABLE_WORDS,
  COMMON.words,
  SLOT.words,
  KIT.words,
  ZONE.words,
  CURSOR.words,
  PROBE_GAP.words,
  CALIBRATION.words,
  POWER.words,
  PLACE_STATE_WORDS,
  PLACE_ID_WORDS,
]);

/** What the durable words are like, for the state that each segment of the journal begins with. */
export const STATE_LAYOUT: StateLayout = Object.freeze({
  mark: markOf(SIZES),
  tables: Int32Array.of(
    ...[JOURNAL_DURABLE_WORDS + slotAt(0), SLOT_COUNT_MAX, SLOT.words],
    ...[JOURNAL_DURABLE_WORDS + kitAt(0), KIT_COUNT_MAX, KIT.words],
    ...[JOURNAL_DURABLE_WORDS + zoneAt(0, 0), KIT_COUNT_MAX, ZONE_COUNT_MAX * ZONE.words],
  ),
});

function markOf(sizes: readonly number[]): number {
  const bytes = new Uint8Array(2 * sizes.length);
  for (let i = 0; i < sizes.length; i++) putU16(bytes, 2 * i, sizes[i]!);
  return crc16(bytes, 0, bytes.length);
}

export class Memory {
  readonly durable: Arena;
  readonly working: Arena;
  readonly journalCursor: Int32Array;
  readonly kits: Int32Array;
  readonly cursors: Int32Array;
  /** CURSOR.checkpointHash as bytes. */
  readonly checkpointHash: Uint8Array;
  readonly probeGaps: Int32Array;
  readonly calibration: Int32Array;
  readonly power: Int32Array;
  readonly place: Int32Array;
  readonly placeId: Uint8Array;
  readonly journal: Int32Array;
  readonly shock: Int32Array;
  readonly plausible: Int32Array;
  readonly flight: Int32Array;

  constructor() {
    const gapWords = PROBE_COUNT_MAX * PROBE_GAP.words;
    this.durable = new Arena(
      JOURNAL_DURABLE_WORDS +
        KITS_WORDS +
        CURSOR.words +
        gapWords +
        CALIBRATION.words +
        POWER.words +
        PLACE_STATE_WORDS +
        PLACE_ID_WORDS,
    );
    this.journalCursor = this.durable.take(JOURNAL_DURABLE_WORDS);
    this.kits = this.durable.take(KITS_WORDS);
    this.cursors = this.durable.take(CURSOR.words);
    const hashAt = this.cursors.byteOffset + 4 * CURSOR.checkpointHash;
    this.checkpointHash = new Uint8Array(this.cursors.buffer, hashAt, SHA256_DIGEST_BYTES);
    this.probeGaps = this.durable.take(gapWords);
    this.calibration = this.durable.take(CALIBRATION.words);
    this.power = this.durable.take(POWER.words);
    this.place = this.durable.take(PLACE_STATE_WORDS);
    const id = this.durable.take(PLACE_ID_WORDS);
    this.placeId = new Uint8Array(id.buffer, id.byteOffset, id.byteLength);
    this.durable.seal();
    this.working = new Arena(
      JOURNAL_STATE_WORDS + SHOCK_STATE_WORDS + PLAUSIBLE_STATE_WORDS + FLIGHT_STATE_WORDS,
    );
    this.journal = this.working.take(JOURNAL_STATE_WORDS);
    this.shock = this.working.take(SHOCK_STATE_WORDS);
    this.plausible = this.working.take(PLAUSIBLE_STATE_WORDS);
    this.flight = this.working.take(FLIGHT_STATE_WORDS);
    this.working.seal();
  }
}

/**
 * A kit's slips, as a fold of the journal: one is due when it leaves, and one that came with it
 * from elsewhere is continued. A SLIP record that brings one stands before its KIT record, so that
 * no cut between the two leaves a kit aboard whose past is forgotten.
 *
 * | way     | the entry's words                                                               |
 * | ------- | ------------------------------------------------------------------------------- |
 * | left    | stay as they are while the kit is away                                          |
 * | came    | are what it used elsewhere; with the KIT record comes the gap since, and if the |
 * |         | profile is another one it is unknown, and held if a rule of the old one broke   |
 * | missing | say that nobody knows (reason `slip`); of a kit that is in they go on           |
 */
import type { RecordBuffer } from '../record/record.js';
import { RECORD, SLIP_WAY } from '../record/schema.js';
import { ZONE_COUNT_MAX } from '../limits.js';
import type { Sha256 } from '../sha256.js';
import { CUSTODY, WALL_UNKNOWN } from '../units.js';
import { LOCAL_REASONS, markOfExposure, nameSlip, readExposure, writeExposure } from './carried.js';
import { hold, slipUnknown } from './decide.js';
import { clearKit, COMMON, KIT, KIT_COUNT_MAX, kitAt, ZONE, zoneAt } from './kits.js';
import { PROFILE, profileAt } from './profile.js';
import { FIXED_VERDICT, REASON, REASON_COUNT } from './reasons.js';
import { wallNow } from './verdict.js';

/** Fields of a SLIP record. */
export const SLIP_FIELD = Object.freeze({ kit: 0, way: 1, number: 2, endWallS: 3 } as const);
const CUSTODY_FIELD = Object.freeze({ kit: 0, custody: 1 } as const);
/** The bit of KIT.stale: a kit that left has no slip yet; an entry without a kit awaits one. */
export const SLIP_DUE = 1 << 31;
/** KIT.awaySinceS of a kit that is away for nobody knows how long. */
export const AWAY_UNKNOWN = WALL_UNKNOWN;
/** Two containers' clocks may be this much apart: each is followed to 5 s, and cut off to 1 s. */
const CLOCKS_APART_S = 12;

/** Words of an entry that are free while its kit is away or awaited. */
const END_WALL_S = KIT.accruedToS;
const AWAITED_MARK = KIT.listCrc;
const HAS_NO_GAP = KIT.awaySinceS;

const GAP_BIT = 1 << REASON.gap;
const ZONE_BITS = (1 << ZONE_COUNT_MAX) - 1;
/** What these lead to stands in the profile. */
const PROFILE_BITS = profileBits();

function profileBits(): number {
  let bits = 0;
  for (let reason = 0; reason < REASON_COUNT; reason++) {
    if (FIXED_VERDICT[reason] === -1) bits |= 1 << reason;
  }
  return bits;
}

/** Whether a kit of this custody may turn up in another container. */
function isAway(custody: number): boolean {
  const { taken, transferred, fateUnknown } = CUSTODY;
  return custody === taken || custody === transferred || custody === fateUnknown;
}

function setDue(words: Int32Array, at: number, due: number): void {
  words[at + KIT.stale] = (words[at + KIT.stale]! & ~SLIP_DUE) | due;
}

/** Whether a kit has left, and no SLIP record says with what; its words are at `at`. */
export function isSlipDue(words: Int32Array, at: number): boolean {
  return words[at + KIT.stale]! < 0 && words[at + KIT.custody] !== CUSTODY.none;
}

/** Fills the SLIP record of a kit that has left. */
export function fillSlip(
  words: Int32Array,
  rules: Int32Array,
  kit: number,
  record: RecordBuffer,
  uptimeS: number,
): void {
  const at = kitAt(kit);
  record.begin(RECORD.slip, uptimeS);
  record.fields[SLIP_FIELD.kit] = kit;
  record.fields[SLIP_FIELD.way] = SLIP_WAY.left;
  record.fields[SLIP_FIELD.number] = words[at + KIT.slipNumber]! + 1;
  record.fields[SLIP_FIELD.endWallS] = leftWallS(words, at);
  record.tailLength = writeExposure(words, markOf(words, rules, kit), kit, record.tail);
}

/** When a kit left, as far as the clock can tell by now: a wall time, or WALL_UNKNOWN. */
function leftWallS(words: Int32Array, at: number): number {
  const awaySinceS = words[at + KIT.awaySinceS]!;
  if (words[COMMON.wallKnown] === 0 || awaySinceS === AWAY_UNKNOWN) return WALL_UNKNOWN;
  return wallNow(words) - (words[COMMON.nowS]! - awaySinceS);
}

/** The end of the slip that a kit is away with: as recorded, or as a clock set later tells. */
export function endOfSlip(words: Int32Array, kit: number): number {
  const at = kitAt(kit);
  const recordedS = words[at + END_WALL_S]!;
  return recordedS === WALL_UNKNOWN ? leftWallS(words, at) : recordedS;
}

/** Whether a kit is away with a slip that another container may continue. */
export function hasSlip(words: Int32Array, kit: number): boolean {
  const at = kitAt(kit);
  const isRecorded = words[at + KIT.slipNumber]! > 0 && words[at + KIT.stale]! >= 0;
  return isRecorded && isAway(words[at + KIT.custody]!);
}

/**
 * A CUSTODY record, before it changes its kit's words: a slip is due when a kit leaves that may
 * turn up elsewhere; when one is put back, what it leaves with next continues the slip that it left
 * with.
 */
export function slipOnCustody(
  words: Int32Array,
  rules: Int32Array,
  record: RecordBuffer,
  sha: Sha256,
): void {
  const kit = record.fields[CUSTODY_FIELD.kit]!;
  const custody = record.fields[CUSTODY_FIELD.custody]!;
  const at = kitAt(kit);
  if (words[at + KIT.custody] === CUSTODY.in) {
    if (isAway(custody)) setDue(words, at, SLIP_DUE);
    return;
  }
  if (custody !== CUSTODY.in) return;
  if (hasSlip(words, kit)) {
    const length = writeExposure(words, markOf(words, rules, kit), kit, record.tail);
    nameSlip(words, kit, words[at + KIT.slipNumber]!, record.tail, length, sha);
  }
  setDue(words, at, 0);
}

/** First word of the hash of a kit's profile: what its exposure was counted under. */
export function markOf(words: Int32Array, rules: Int32Array, kit: number): number {
  return rules[profileAt(words[kitAt(kit) + KIT.profile]!) + PROFILE.hash]!;
}

/** Applies a SLIP record. */
export function applySlip(words: Int32Array, record: RecordBuffer, sha: Sha256): void {
  const { fields, tail, tailLength } = record;
  const kit = fields[SLIP_FIELD.kit]!;
  const at = kitAt(kit);
  const way = fields[SLIP_FIELD.way]!;
  const number = fields[SLIP_FIELD.number]!;
  if (way === SLIP_WAY.left) setDue(words, at, 0);
  else if (way === SLIP_WAY.came) comes(words, kit, record);
  else misses(words, kit, record.sequence);
  words[at + KIT.slipNumber] = number;
  if (way !== SLIP_WAY.missing) words[at + END_WALL_S] = fields[SLIP_FIELD.endWallS]!;
  if (way === SLIP_WAY.came) nameSlip(words, kit, number, tail, tailLength, sha);
}

/** An entry takes up what the kit that is about to be packed used elsewhere. */
function comes(words: Int32Array, kit: number, record: RecordBuffer): void {
  const at = kitAt(kit);
  // If that kit was put back by hand, what was found since is not forgotten, but for the gap that
  // the slip explains, or that it makes longer.
  const isIn = words[at + KIT.custody] === CUSTODY.in;
  const sticky = isIn ? words[at + KIT.sticky]! & ~(LOCAL_REASONS | GAP_BIT) : 0;
  const open = isIn ? words[at + KIT.open]! : 0;
  clearKit(words, kit);
  words[at + KIT.sticky] = sticky;
  words[at + KIT.open] = open;
  readExposure(words, kit, record.tail, record.sequence);
  words[at + AWAITED_MARK] = markOfExposure(record.tail);
  setDue(words, at, SLIP_DUE);
}

/** A slip should have come and did not: nobody knows what the kit went through. */
function misses(words: Int32Array, kit: number, sequence: number): void {
  const at = kitAt(kit);
  if (words[at + KIT.custody] !== CUSTODY.in) {
    if (!isAwaited(words, kit)) clearKit(words, kit);
    setDue(words, at, SLIP_DUE);
    words[at + KIT.heldSequence] = sequence;
    words[at + HAS_NO_GAP] = 1; // the reason says more than a gap would
  }
  slipUnknown(words, kit, sequence);
}

/** Whether an entry without a kit has taken up a slip, and its KIT record comes next. */
export function isAwaited(words: Int32Array, kit: number): boolean {
  const at = kitAt(kit);
  return words[at + KIT.stale]! < 0 && words[at + KIT.custody] === CUSTODY.none;
}

/** A boot came between a SLIP record and its KIT record: nothing was packed. */
export function forgetAwaited(words: Int32Array): void {
  for (let kit = 0; kit < KIT_COUNT_MAX; kit++) if (isAwaited(words, kit)) clearKit(words, kit);
}

/**
 * The awaited kit is packed, under the profile that its words name. KIT.awaySinceS says then since
 * when it was away.
 */
export function arrives(words: Int32Array, rules: Int32Array, kit: number, nowS: number): void {
  const at = kitAt(kit);
  const mark = markOf(words, rules, kit);
  const isOther = words[at + AWAITED_MARK] !== mark;
  const sinceS = words[at + HAS_NO_GAP] === 1 ? nowS : awaySince(words, at, nowS);
  setDue(words, at, 0);
  words[at + KIT.awaySinceS] = sinceS;
  if (isOther) unbind(words, kit, at);
}

/** Elapsed time since which a kit that comes is away, by both clocks; or AWAY_UNKNOWN. */
function awaySince(words: Int32Array, at: number, nowS: number): number {
  const endWallS = words[at + END_WALL_S]!;
  if (endWallS < 0 || words[COMMON.wallKnown] === 0) return AWAY_UNKNOWN;
  const awayS = wallNow(words) - endWallS;
  if (awayS < -CLOCKS_APART_S) return AWAY_UNKNOWN;
  return awayS > 0 ? nowS - awayS : nowS;
}

/** What was counted under another profile's zones says nothing under this one. */
function unbind(words: Int32Array, kit: number, at: number): void {
  const broken = words[at + KIT.sticky]! & ~words[at + KIT.released]! & PROFILE_BITS;
  words[at + KIT.sticky] = words[at + KIT.sticky]! & ~ZONE_BITS;
  words[at + KIT.released] = words[at + KIT.released]! & ~ZONE_BITS;
  words[at + KIT.open] = words[at + KIT.open]! & ~ZONE_BITS;
  const places = zoneAt(kit, 0);
  words.fill(0, places, places + ZONE_COUNT_MAX * ZONE.words);
  slipUnknown(words, kit, words[at + KIT.heldSequence]!);
  if (broken !== 0) hold(words, kit, words[at + KIT.heldSequence]!);
}

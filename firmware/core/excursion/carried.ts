/**
 * What a kit has used of each allowance, as the bytes that travel with it from container to
 * container. Record numbers of another container mean nothing: there is none among them.
 *
 * | at  | field                | type    | at  | field                             | type |
 * | --- | -------------------- | ------- | --- | --------------------------------- | ---- |
 * | 0   | version (1)          | u8      | 26  | lidOpenS                          | i32  |
 * | 1   | places used, as bits | u8      | 30  | gapS (-1: of unknown length)      | i32  |
 * | 2   | profile mark         | i32     | 34  | shockDeltaVMmPerS                 | i32  |
 * | 6   | predecessor          | 8 bytes | 38  | budgetUsedS                       | i32  |
 * | 14  | reasons that stay    | i32     | 42  | budgetUsedRest (1/1000 s)         | u16  |
 * | 18  | reasons released     | i32     | 44  | for each place used: seconds i32, |      |
 * | 22  | excursions recorded  | i32     |     | extreme i32                       |      |
 */
import { getI32, getU16, putI32, putU16 } from '../bytes.js';
import { FAULT } from '../faults.js';
import { TAIL_BYTES_MAX, ZONE_COUNT_MAX } from '../limits.js';
import { SHA256_DIGEST_BYTES, type Sha256 } from '../sha256.js';
import { COMMON, KIT, kitAt, ZONE, zoneAt } from './kits.js';
import { REASON, REASON_COUNT } from './reasons.js';

const VERSION = 1;
const HEAD_BYTES = 44;
const PLACE_BYTES = 8;
export const EXPOSURE_BYTES_MAX = HEAD_BYTES + ZONE_COUNT_MAX * PLACE_BYTES;
/** Where each field stands in the bytes. */
const AT = Object.freeze({
  places: 1,
  mark: 2,
  predecessor: 6,
  sticky: 14,
  released: 18,
  open: 22,
  lidOpenS: 26,
  gapS: 30,
  shockDeltaVMmPerS: 34,
  budgetUsedS: 38,
  budgetUsedRest: 42,
} as const);
/** Behind the bytes, in a record's tail: what is hashed with them, and the hash. */
const HASH_AT = TAIL_BYTES_MAX - SHA256_DIGEST_BYTES;

const LOST_BIT = 1 << REASON.lost;
const UNSCANNED_BIT = 1 << REASON.returnedUnscanned;
const SLIP_BIT = 1 << REASON.slip;
const REASON_BITS = (1 << REASON_COUNT) - 1;
/** These are not carried: they are asked anew where the kit is packed. */
export const LOCAL_REASONS =
  (1 << REASON.returnedUnscanned) |
  (1 << REASON.clockUnset) |
  (1 << REASON.expired) |
  (1 << REASON.exampleProfile) |
  (1 << REASON.lost) |
  (1 << REASON.mixed) |
  (1 << REASON.released);

/**
 * Writes the exposure of a kit to the start of `into`, `mark` being its profile's: its length, at
 * most EXPOSURE_BYTES_MAX.
 */
export function writeExposure(
  words: Int32Array,
  mark: number,
  kit: number,
  into: Uint8Array,
): number {
  const at = kitAt(kit);
  // Where records were lost, nobody elsewhere knows what it went through, unless quality did; nor
  // where something was put back by hand that nobody scanned: it may have been another kit.
  const isReleased = (words[at + KIT.released]! & LOST_BIT) !== 0;
  const isLost = words[COMMON.lostRecords] !== 0 && !isReleased;
  const isUnscanned = (words[at + KIT.sticky]! & UNSCANNED_BIT) !== 0;
  const lost = isLost || isUnscanned ? SLIP_BIT : 0;
  into[0] = VERSION;
  putI32(into, AT.mark, mark);
  putI32(into, AT.predecessor, words[at + KIT.slipName]!);
  putI32(into, AT.predecessor + 4, words[at + KIT.slipName + 1]!);
  putI32(into, AT.sticky, (words[at + KIT.sticky]! | lost) & ~LOCAL_REASONS);
  putI32(into, AT.released, words[at + KIT.released]! & ~(LOCAL_REASONS | lost));
  putI32(into, AT.open, words[at + KIT.open]!);
  putI32(into, AT.lidOpenS, words[at + KIT.lidOpenS]!);
  putI32(into, AT.gapS, words[at + KIT.gapS]!);
  putI32(into, AT.shockDeltaVMmPerS, words[at + KIT.shockDeltaVMmPerS]!);
  putI32(into, AT.budgetUsedS, words[at + KIT.budgetUsedS]!);
  putU16(into, AT.budgetUsedRest, words[at + KIT.budgetUsedRest]!);
  let places = 0;
  let to = HEAD_BYTES;
  for (let place = 0; place < ZONE_COUNT_MAX; place++) {
    const zone = zoneAt(kit, place);
    if (words[zone + ZONE.startSequence] === 0) continue;
    places |= 1 << place;
    putI32(into, to, words[zone + ZONE.countS]!);
    putI32(into, to + 4, words[zone + ZONE.extreme]!);
    to += PLACE_BYTES;
  }
  into[AT.places] = places;
  return to;
}

/** Checks exposure bytes as a whole: 0, or badLength, or malformed. */
export function checkExposure(bytes: Uint8Array, at: number, length: number): number {
  if (length < HEAD_BYTES || length > EXPOSURE_BYTES_MAX) return FAULT.badLength;
  if (bytes[at] !== VERSION) return FAULT.malformed;
  let end = HEAD_BYTES;
  for (let places = bytes[at + AT.places]!; places !== 0; places >>= 1) {
    if ((places & 1) !== 0) end += PLACE_BYTES;
  }
  if (length !== end) return FAULT.badLength;
  const carried = getI32(bytes, at + AT.sticky) | getI32(bytes, at + AT.released);
  if (((carried | getI32(bytes, at + AT.open)) & ~REASON_BITS) !== 0) return FAULT.malformed;
  if ((carried & LOCAL_REASONS) !== 0) return FAULT.malformed;
  if (getI32(bytes, at + AT.gapS) < -1) return FAULT.malformed;
  if (getU16(bytes, at + AT.budgetUsedRest) >= 1000) return FAULT.malformed;
  let signs = getI32(bytes, at + AT.lidOpenS) | getI32(bytes, at + AT.budgetUsedS);
  signs |= getI32(bytes, at + AT.shockDeltaVMmPerS);
  for (let i = HEAD_BYTES; i < length; i += PLACE_BYTES) signs |= getI32(bytes, at + i);
  return signs < 0 ? FAULT.malformed : 0;
}

/** The mark of the profile that checked bytes were judged under. */
export function markOfExposure(bytes: Uint8Array): number {
  return getI32(bytes, AT.mark);
}

/**
 * Adds checked bytes to the cleared words of an entry, but for `sticky`, `released` and `open` of
 * which some may be set. What happened elsewhere rests on the record of this number.
 */
export function readExposure(
  words: Int32Array,
  kit: number,
  bytes: Uint8Array,
  sequence: number,
): void {
  const at = kitAt(kit);
  const found = words[at + KIT.sticky]!;
  words[at + KIT.sticky] = found | getI32(bytes, AT.sticky);
  words[at + KIT.released] = getI32(bytes, AT.released) & ~found;
  words[at + KIT.open] = words[at + KIT.open]! | getI32(bytes, AT.open);
  words[at + KIT.lidOpenS] = getI32(bytes, AT.lidOpenS);
  words[at + KIT.gapS] = getI32(bytes, AT.gapS);
  words[at + KIT.shockDeltaVMmPerS] = getI32(bytes, AT.shockDeltaVMmPerS);
  words[at + KIT.budgetUsedS] = getI32(bytes, AT.budgetUsedS);
  words[at + KIT.budgetUsedRest] = getU16(bytes, AT.budgetUsedRest);
  words[at + KIT.gapSequence] = sequence;
  words[at + KIT.shockSequence] = sequence;
  words[at + KIT.heldSequence] = sequence;
  words[at + KIT.evidenceSequence] = sequence;
  words[at + KIT.holdSequence] = sequence;
  let from = HEAD_BYTES;
  for (let place = 0; place < ZONE_COUNT_MAX; place++) {
    if ((bytes[AT.places]! & (1 << place)) === 0) continue;
    const zone = zoneAt(kit, place);
    words[zone + ZONE.countS] = getI32(bytes, from);
    words[zone + ZONE.extreme] = getI32(bytes, from + 4);
    words[zone + ZONE.startSequence] = sequence;
    words[zone + ZONE.extremeSequence] = sequence;
    from += PLACE_BYTES;
  }
}

/**
 * Names the slip of this number as the one that comes before a kit's next: the first 8 bytes of the
 * SHA-256 over number and exposure, but for its reasons, of which quality may yet decide. `bytes`
 * is a record's tail; its end is used.
 */
export function nameSlip(
  words: Int32Array,
  kit: number,
  number: number,
  bytes: Uint8Array,
  length: number,
  sha: Sha256,
): void {
  const at = kitAt(kit);
  putI32(bytes, HASH_AT, number);
  sha.reset();
  sha.update(bytes, HASH_AT, 4);
  sha.update(bytes, 0, AT.sticky);
  sha.update(bytes, AT.open, length - AT.open);
  sha.digest(bytes, HASH_AT);
  words[at + KIT.slipName] = getI32(bytes, HASH_AT);
  words[at + KIT.slipName + 1] = getI32(bytes, HASH_AT + 4);
}

/**
 * What records about kits change: packing, custody, and what is decided or told of a kit. Called by
 * the fold, live and when the journal is replayed; fields in the order of record/fields.ts.
 */
import { crc32, CRC32_START } from '../core/bytes.js';
import { discard, hold, release } from '../core/excursion/decide.js';
import type { Exposure } from '../core/excursion/exposure.js';
import { clearKit, COMMON, KIT, kitAt } from '../core/excursion/kits.js';
import { REASON } from '../core/excursion/reasons.js';
import { arrives, isAwaited } from '../core/excursion/slip.js';
import { wallNow } from '../core/excursion/verdict.js';
import type { RecordBuffer } from '../core/record/record.js';
import { DECISION, NOTICE, ORIGIN } from '../core/record/schema.js';
import { CUSTODY, WALL_UNKNOWN } from '../core/units.js';

/** A KIT record: a kit was packed, and of the entry's kit before nothing is left. */
export function applyKit(
  words: Int32Array,
  rules: Int32Array,
  exposure: Exposure,
  record: RecordBuffer,
  nowS: number,
): void {
  const [kit, slot, profile, expiryWallS] = record.fields;
  const comes = isAwaited(words, kit!); // from elsewhere, with a slip
  if (!comes) clearKit(words, kit!);
  const at = kitAt(kit!);
  words[at + KIT.custody] = CUSTODY.in;
  words[at + KIT.slot] = slot!;
  words[at + KIT.profile] = profile!;
  if (comes) arrives(words, rules, kit!, nowS);
  words[at + KIT.expiryWallS] = expiryWallS!;
  words[at + KIT.listCrc] = crc32(record.tail, 0, record.tailLength, CRC32_START);
  // Filling the slot may have touched a kit that had been mixed; the slot speaks of this one now.
  const touched = words[COMMON.touchedKit]! - 1;
  const isHere = touched >= 0 && words[kitAt(touched) + KIT.slot] === slot;
  if (isHere) words[COMMON.touchedKit] = kit! + 1;
  if (comes) exposure.away(kit!, nowS);
  exposure.enter(kit!, nowS, record.sequence);
}

/** A CUSTODY record: a kit went from hand to hand. */
export function applyCustody(
  words: Int32Array,
  exposure: Exposure,
  record: RecordBuffer,
  nowS: number,
): void {
  const kit = record.fields[0]!;
  const custody = record.fields[1]!;
  const origin = record.fields[4]!;
  const at = kitAt(kit);
  const returned = 1 << REASON.returnedUnscanned;
  if (custody === CUSTODY.in && origin === ORIGIN.command) {
    words[at + KIT.sticky] = words[at + KIT.sticky]! & ~returned;
    return;
  }
  if (words[at + KIT.custody] === CUSTODY.in) exposure.leave(kit, nowS, record.sequence);
  words[at + KIT.custody] = custody;
  if (custody === CUSTODY.mixed) mixedSince(words, at, nowS);
  if (custody !== CUSTODY.in) return;
  words[at + KIT.sticky] = words[at + KIT.sticky]! | returned;
  exposure.away(kit, nowS);
  exposure.enter(kit, nowS, record.sequence);
}

/** An ACCOUNT record: mixing may have begun earlier than was known, if both clocks are known. */
export function applyAccount(words: Int32Array, record: RecordBuffer, nowS: number): void {
  const mixedWallS = record.fields[3]!;
  if (mixedWallS === WALL_UNKNOWN || words[COMMON.wallKnown] === 0) return;
  const agoS = wallNow(words) - mixedWallS;
  if (agoS < 0) return;
  mixedSince(words, kitAt(record.fields[0]!), nowS > agoS ? nowS - agoS : 1);
}

/** The earliest start of mixing counts: it may be put back, never off. */
function mixedSince(words: Int32Array, at: number, atS: number): void {
  const knownS = words[at + KIT.mixedAtS]!;
  if (knownS !== 0 && knownS <= atS) return;
  words[at + KIT.mixedAtS] = atS;
}

/** A DECISION record: what quality made of a kit. */
export function applyDecision(words: Int32Array, rules: Int32Array, record: RecordBuffer): void {
  const [kit, decision, reasons, reviewedSequence] = record.fields;
  switch (decision) {
    case DECISION.hold:
      return hold(words, kit!, record.sequence);
    case DECISION.release:
      return release(words, rules, kit!, reasons!, reviewedSequence!);
    default:
      return discard(words, kit!);
  }
}

/** A NOTICE record about a kit: it is not given again. */
export function applyNotice(words: Int32Array, record: RecordBuffer): void {
  const [code, kit] = record.fields;
  if (code !== NOTICE.useByHalf && code !== NOTICE.useByEnd) return;
  const at = kitAt(kit!);
  words[at + KIT.noticed] = words[at + KIT.noticed]! | (1 << code);
}

/**
 * What a SHOCK record means for each kit that was in its slot: the classes and the tilt of the
 * kit's profile decide. Of each class the first shock is told, once in a kit's life; a later one
 * of the same class is told again, as an update, when quality had released the first.
 */
import type { RecordBuffer } from '../record/record.js';
import { SHOCK_FLAG } from '../record/schema.js';
import { CUSTODY } from '../units.js';
import { KIT, KIT_COUNT_MAX, kitAt, ZONE, zoneAt } from './kits.js';
import { comeAbout, rest } from './marks.js';
import { PROFILE, profileAt, RULE } from './profile.js';
import { REASON } from './reasons.js';

/** Fields of a SHOCK record that decide (record/fields.ts). */
const DELTA_V = 5;
const FREE_FALL = 6;
const FLAGS = 9;
const TILT = 11;
const SLOTS = 12;

const TILT_MAX_DEG = 180;
const TILT_BIT = 1 << REASON.tilt;

/** Judges a shock for every kit; `words` are the durable KITS_WORDS, `rules` the profiles'. */
export function judgeShock(words: Int32Array, rules: Int32Array, record: RecordBuffer): void {
  const slots = record.fields[SLOTS]!;
  for (let kit = 0; kit < KIT_COUNT_MAX; kit++) {
    const at = kitAt(kit);
    if (words[at + KIT.custody] !== CUSTODY.in) continue;
    if ((slots & (1 << words[at + KIT.slot]!)) === 0) continue;
    const p = profileAt(words[at + KIT.profile]!);
    judgeBlow(words, rules, at, p, record);
    judgeTilt(words, rules, kit, p, record);
  }
}

function judgeBlow(
  words: Int32Array,
  rules: Int32Array,
  at: number,
  p: number,
  { fields, sequence }: RecordBuffer,
): void {
  const deltaV = fields[DELTA_V]!;
  const isClipped = (fields[FLAGS]! & SHOCK_FLAG.clipped) !== 0;
  let bits = 0;
  if (deltaV >= rules[p + PROFILE.severeDeltaVMmPerS]! || isClipped) {
    bits = 1 << REASON.shockSevere;
  } else if (
    deltaV >= rules[p + PROFILE.dropDeltaVMmPerS]! ||
    fields[FREE_FALL]! >= rules[p + PROFILE.dropFreeFallMs]!
  ) {
    bits = 1 << REASON.shockDrop;
  }
  if (bits === 0) return;
  if (isNews(words, at, bits)) {
    words[at + KIT.shockSequence] = sequence;
    words[at + KIT.shockDeltaVMmPerS] = deltaV;
  }
  comeAbout(words, at, bits, sequence);
}

/** A tilt that nobody could tell is none. */
function judgeTilt(
  words: Int32Array,
  rules: Int32Array,
  kit: number,
  p: number,
  { fields, sequence }: RecordBuffer,
): void {
  const place = rules[p + PROFILE.tiltPlace]!;
  const tiltDeg = fields[TILT]!;
  if (place < 0 || tiltDeg > TILT_MAX_DEG) return;
  if (tiltDeg <= rules[p + PROFILE.rules + place * RULE.words + RULE.limit]!) return;
  const at = kitAt(kit);
  if (isNews(words, at, TILT_BIT)) {
    const counted = zoneAt(kit, place);
    words[counted + ZONE.startSequence] = sequence;
    words[counted + ZONE.extreme] = tiltDeg;
    words[counted + ZONE.extremeSequence] = sequence;
  }
  comeAbout(words, at, TILT_BIT, sequence);
}

/** Whether evidence is the first of its reason, or the first since a release. */
function isNews(words: Int32Array, at: number, bits: number): boolean {
  if ((words[at + KIT.sticky]! & bits) === 0) return true;
  if ((words[at + KIT.released]! & bits) === 0) return false;
  rest(words, at, bits);
  return true;
}

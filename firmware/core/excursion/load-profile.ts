/**
 * A profile's CBOR (PROFILE.md) into the table: strict, since whoever signs it may still err. A
 * number out of its range is malformed and nothing of the profile counts.
 */
import { CBOR_TYPE, type CborReader } from '../cbor/cbor.js';
import { RATE_KNOT_COUNT_MAX, ZONE_COUNT_MAX } from '../limits.js';
import type { Sha256 } from '../sha256.js';
import { VERDICT } from '../units.js';
import {
  ALLOWANCE,
  clearPlaces,
  OPERATOR,
  PROFILE,
  profileAt,
  type ProfileTable,
  RULE,
  USE_BY_UNSET,
} from './profile.js';

const TEMPERATURE_MIN_CENTI_C = -10000;
const TEMPERATURE_MAX_CENTI_C = 15000;
const RATE_MAX = 1000000;
const SECONDS_MAX = 1 << 29;
/** Keys of 1..9 that always stand, and those above them that may. */
const BASE_KEY_COUNT = 8;
const OPTIONAL_KEY = Object.freeze({
  lossAllowedS: 10,
  disagree: 11,
  tilt: 12,
  humidity: 13,
  light: 14,
  needsCalibration: 15,
} as const);
/** One above it stands for a light that was not measured. */
export const LUX_MAX = 0xfffe;
/** Four hours of readings are the most that a power cut may cost. */
export const LOSS_ALLOWED_MAX_S = 14400;

/** SHA-256 of the profile's CBOR, which names it. */
export function hashProfile(
  sha: Sha256,
  bytes: Uint8Array,
  at: number,
  length: number,
  into: Uint8Array,
  intoAt: number,
): void {
  sha.reset();
  sha.update(bytes, at, length);
  sha.digest(into, intoAt);
}

/** Loads the profile at `from` of `bytes` into entry `p`. 0, or malformed, truncated, overflow. */
export function loadProfile(
  table: ProfileTable,
  p: number,
  reader: CborReader,
  bytes: Uint8Array,
  from: number,
  length: number,
  hash: Uint8Array,
): number {
  const { words } = table;
  const at = profileAt(p);
  words[at + PROFILE.used] = 0;
  reader.begin(bytes, from, length);
  const keys = reader.readMapHeader();
  key(reader, 1);
  reader.readText();
  key(reader, 2);
  words[at + PROFILE.version] = ranged(reader, 1, 0xffff);
  key(reader, 3);
  words[at + PROFILE.isExample] = reader.readBool() === 0 ? 0 : 1;
  key(reader, 4);
  readZones(words, at, reader);
  key(reader, 5);
  words[at + PROFILE.gapAllowanceS] = ranged(reader, 60, 86400);
  readRest(words, at, reader, keys);
  const fault = reader.end();
  if (fault < 0) return fault;
  setZoneSums(words, at);
  table.setHash(p, hash);
  words[at + PROFILE.used] = 1;
  return 0;
}

/** Reads the next key, which shall be this one. */
function key(reader: CborReader, wanted: number): void {
  if (reader.readInt() !== wanted) reader.reject();
}

/** Reads an integer, which shall lie in the range. */
function ranged(reader: CborReader, min: number, max: number): number {
  const value = reader.readInt();
  if (value < min || value > max) reader.reject();
  return value;
}

/** Reads the header of an array, which shall hold so many items. */
function array(reader: CborReader, min: number, max: number): number {
  const count = reader.readArrayHeader();
  if (count >= min && count <= max) return count;
  reader.reject();
  return 0;
}

/** Budget (may be missing), shock, lid, use-by, and what may be missing behind them. */
function readRest(words: Int32Array, at: number, reader: CborReader, keys: number): void {
  let next = reader.readInt();
  words[at + PROFILE.knotCount] = 0;
  words[at + PROFILE.budgetS] = 0;
  if (next === 6) {
    readBudget(words, at, reader);
    next = reader.readInt();
  }
  if (next !== 7) reader.reject();
  array(reader, 5, 5);
  words[at + PROFILE.dropFreeFallMs] = ranged(reader, 1, 60000);
  words[at + PROFILE.dropDeltaVMmPerS] = ranged(reader, 1, 65535);
  words[at + PROFILE.severeDeltaVMmPerS] = ranged(reader, 1, 65535);
  words[at + PROFILE.dropVerdict] = ranged(reader, VERDICT.usable, VERDICT.discard);
  words[at + PROFILE.severeVerdict] = ranged(reader, VERDICT.usable, VERDICT.discard);
  key(reader, 8);
  array(reader, 2, 2);
  words[at + PROFILE.lidAllowedS] = ranged(reader, 1, SECONDS_MAX);
  words[at + PROFILE.lidVerdict] = ranged(reader, VERDICT.usable, VERDICT.discard);
  key(reader, 9);
  if (reader.nextType() === CBOR_TYPE.null) {
    reader.readNull();
    words[at + PROFILE.useByS] = USE_BY_UNSET;
  } else words[at + PROFILE.useByS] = ranged(reader, 60, SECONDS_MAX);
  const budgetKeys = words[at + PROFILE.knotCount]! > 0 ? 1 : 0;
  readOptional(words, at, reader, keys - BASE_KEY_COUNT - budgetKeys);
}

/** Keys above 9, in their order; those that are missing set nothing and cost no place. */
function readOptional(words: Int32Array, at: number, reader: CborReader, count: number): void {
  words[at + PROFILE.lossAllowedS] = 0;
  words[at + PROFILE.needsCalibration] = 0;
  clearPlaces(words, at);
  words[at + PROFILE.quietSpreadCentiC] = TEMPERATURE_MAX_CENTI_C - TEMPERATURE_MIN_CENTI_C;
  let place = words[at + PROFILE.zoneCount]!;
  let before = OPTIONAL_KEY.lossAllowedS - 1;
  for (let left = count; left > 0; left--) {
    const next = reader.readInt();
    if (next <= before || next > OPTIONAL_KEY.needsCalibration) {
      reader.reject();
      return;
    }
    before = next;
    if (next === OPTIONAL_KEY.lossAllowedS) {
      words[at + PROFILE.lossAllowedS] = ranged(reader, 60, LOSS_ALLOWED_MAX_S);
    } else if (next === OPTIONAL_KEY.needsCalibration) {
      if (reader.readBool() !== 1) reader.reject(); // what is not needed is not said
      words[at + PROFILE.needsCalibration] = 1;
    } else {
      if (place >= ZONE_COUNT_MAX) reader.reject();
      else readPlace(words, at, reader, next, place++);
    }
  }
}

/** One rule behind the zones: [limit, allowedS, verdict], of tilt [limitDeg, verdict]. */
function readPlace(
  words: Int32Array,
  at: number,
  reader: CborReader,
  which: number,
  place: number,
): void {
  const rule = at + PROFILE.rules + place * RULE.words;
  const isTilt = which === OPTIONAL_KEY.tilt;
  array(reader, isTilt ? 2 : 3, isTilt ? 2 : 3);
  words[rule + RULE.operator] = OPERATOR.above;
  words[rule + RULE.limit] = readLimit(reader, which);
  words[rule + RULE.allowanceS] = isTilt ? 0 : ranged(reader, 1, SECONDS_MAX);
  words[rule + RULE.verdict] = ranged(reader, VERDICT.usable, VERDICT.discard);
  words[rule + RULE.allowance] = ALLOWANCE.cumulative;
  if (isTilt) words[rule + RULE.allowance] = ALLOWANCE.instant;
  if (which === OPTIONAL_KEY.disagree) {
    words[rule + RULE.allowance] = ALLOWANCE.single;
    words[at + PROFILE.quietSpreadCentiC] = words[rule + RULE.limit]!;
  }
  words[at + PROFILE.disagreePlace + which - OPTIONAL_KEY.disagree] = place;
}

/** 0.01 °C apart, degrees, per mille of relative humidity, lux. */
function readLimit(reader: CborReader, which: number): number {
  switch (which) {
    case OPTIONAL_KEY.disagree:
      return ranged(reader, 1, 10000);
    case OPTIONAL_KEY.tilt:
      return ranged(reader, 1, 179);
    case OPTIONAL_KEY.humidity:
      return ranged(reader, 0, 999);
    default:
      return ranged(reader, 0, LUX_MAX);
  }
}

function readZones(words: Int32Array, at: number, reader: CborReader): void {
  const count = array(reader, 0, ZONE_COUNT_MAX);
  words[at + PROFILE.zoneCount] = count;
  for (let z = 0; z < count; z++) {
    const rule = at + PROFILE.rules + z * RULE.words;
    array(reader, 5, 5);
    words[rule + RULE.operator] = ranged(reader, OPERATOR.above, OPERATOR.atOrBelow);
    words[rule + RULE.limit] = ranged(reader, TEMPERATURE_MIN_CENTI_C, TEMPERATURE_MAX_CENTI_C);
    words[rule + RULE.allowance] = ranged(reader, ALLOWANCE.instant, ALLOWANCE.cumulative);
    // No time at an instant zone, and some elsewhere: no allowance is the other's special case.
    const isInstant = words[rule + RULE.allowance] === ALLOWANCE.instant;
    words[rule + RULE.allowanceS] = ranged(reader, isInstant ? 0 : 1, isInstant ? 0 : SECONDS_MAX);
    words[rule + RULE.verdict] = ranged(reader, VERDICT.usable, VERDICT.discard);
  }
}

function readBudget(words: Int32Array, at: number, reader: CborReader): void {
  array(reader, 4, 4);
  words[at + PROFILE.firstKnotC] = ranged(reader, -100, 100);
  const count = array(reader, 1, RATE_KNOT_COUNT_MAX);
  for (let i = 0; i < count; i++) {
    words[at + PROFILE.ratesPermille + i] = ranged(reader, 0, RATE_MAX);
  }
  words[at + PROFILE.knotCount] = count;
  words[at + PROFILE.budgetS] = ranged(reader, 1, SECONDS_MAX);
  words[at + PROFILE.budgetVerdict] = ranged(reader, VERDICT.usable, VERDICT.discard);
}

/**
 * Between the highest cold limit and the lowest hot limit, no zone can hold. A cumulative zone's
 * excursion has no end.
 */
function setZoneSums(words: Int32Array, at: number): void {
  let endless = 0;
  let above = TEMPERATURE_MIN_CENTI_C - 1;
  let below = TEMPERATURE_MAX_CENTI_C + 1;
  for (let z = 0; z < words[at + PROFILE.zoneCount]!; z++) {
    const rule = at + PROFILE.rules + z * RULE.words;
    const limit = words[rule + RULE.limit]!;
    if (words[rule + RULE.allowance] === ALLOWANCE.cumulative) endless |= 1 << z;
    if (words[rule + RULE.operator]! <= OPERATOR.atOrAbove) {
      if (limit < below) below = limit;
    } else if (limit > above) above = limit;
  }
  words[at + PROFILE.endlessZones] = endless;
  words[at + PROFILE.quietAboveCentiC] = above;
  words[at + PROFILE.quietBelowCentiC] = below;
}

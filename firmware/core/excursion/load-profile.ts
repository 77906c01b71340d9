/**
 * A profile's CBOR (PROFILE.md) into the table: strict, since whoever signs it may still err. A
 * number out of its range is malformed and nothing of the profile counts.
 */
import { copy } from '../bytes.js';
import { CBOR_TYPE, type CborReader } from '../cbor/cbor.js';
import { RATE_KNOT_COUNT_MAX, ZONE_COUNT_MAX } from '../limits.js';
import type { Sha256 } from '../sha256.js';
import { VERDICT } from '../units.js';
import {
  ALLOWANCE,
  OPERATOR,
  PROFILE_HASH_BYTES,
  type ProfileTable,
  USE_BY_UNSET,
} from './profile.js';

const TEMPERATURE_MIN_CENTI_C = -10000;
const TEMPERATURE_MAX_CENTI_C = 15000;
const RATE_MAX = 1000000;
const SECONDS_MAX = 1 << 29;

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

/** Loads the profile at `bytes` into entry `p`. 0, or malformed, truncated, overflow. */
export function loadProfile(
  table: ProfileTable,
  p: number,
  reader: CborReader,
  bytes: Uint8Array,
  at: number,
  length: number,
  hash: Uint8Array,
): number {
  table.used[p] = 0;
  reader.begin(bytes, at, length);
  reader.readMapHeader();
  key(reader, 1);
  reader.readText();
  key(reader, 2);
  table.version[p] = ranged(reader, 1, 0xffff);
  key(reader, 3);
  table.isExample[p] = reader.readBool() === 0 ? 0 : 1;
  key(reader, 4);
  readZones(table, p, reader);
  key(reader, 5);
  table.gapAllowanceS[p] = ranged(reader, 60, 86400);
  readRest(table, p, reader);
  const fault = reader.end();
  if (fault < 0) return fault;
  setQuietBand(table, p);
  copy(hash, 0, table.hashes, p * PROFILE_HASH_BYTES, PROFILE_HASH_BYTES);
  table.used[p] = 1;
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

/** Budget (may be missing), shock, lid, use-by. */
function readRest(table: ProfileTable, p: number, reader: CborReader): void {
  let next = reader.readInt();
  table.knotCount[p] = 0;
  if (next === 6) {
    readBudget(table, p, reader);
    next = reader.readInt();
  }
  if (next !== 7) reader.reject();
  array(reader, 5, 5);
  table.dropFreeFallMs[p] = ranged(reader, 1, 60000);
  table.dropDeltaVMmPerS[p] = ranged(reader, 1, 65535);
  table.severeDeltaVMmPerS[p] = ranged(reader, 1, 65535);
  table.dropVerdict[p] = ranged(reader, VERDICT.usable, VERDICT.discard);
  table.severeVerdict[p] = ranged(reader, VERDICT.usable, VERDICT.discard);
  key(reader, 8);
  array(reader, 2, 2);
  table.lidAllowedS[p] = ranged(reader, 1, SECONDS_MAX);
  table.lidVerdict[p] = ranged(reader, VERDICT.usable, VERDICT.discard);
  key(reader, 9);
  if (reader.nextType() === CBOR_TYPE.null) {
    reader.readNull();
    table.useByS[p] = USE_BY_UNSET;
  } else table.useByS[p] = ranged(reader, 60, SECONDS_MAX);
}

function readZones(table: ProfileTable, p: number, reader: CborReader): void {
  const count = array(reader, 0, ZONE_COUNT_MAX);
  table.zoneCount[p] = count;
  for (let z = 0; z < count; z++) {
    const rule = p * ZONE_COUNT_MAX + z;
    array(reader, 5, 5);
    table.operator[rule] = ranged(reader, OPERATOR.above, OPERATOR.atOrBelow);
    table.limitCentiC[rule] = ranged(reader, TEMPERATURE_MIN_CENTI_C, TEMPERATURE_MAX_CENTI_C);
    table.allowance[rule] = ranged(reader, ALLOWANCE.instant, ALLOWANCE.cumulative);
    // No time at an instant zone, and some elsewhere: no allowance is the other's special case.
    const isInstant = table.allowance[rule] === ALLOWANCE.instant;
    table.allowanceS[rule] = ranged(reader, isInstant ? 0 : 1, isInstant ? 0 : SECONDS_MAX);
    table.zoneVerdict[rule] = ranged(reader, VERDICT.usable, VERDICT.discard);
  }
}

function readBudget(table: ProfileTable, p: number, reader: CborReader): void {
  array(reader, 4, 4);
  table.firstKnotC[p] = ranged(reader, -100, 100);
  const count = array(reader, 1, RATE_KNOT_COUNT_MAX);
  for (let i = 0; i < count; i++) {
    table.ratePermille[p * RATE_KNOT_COUNT_MAX + i] = ranged(reader, 0, RATE_MAX);
  }
  table.knotCount[p] = count;
  table.budgetS[p] = ranged(reader, 1, SECONDS_MAX);
  table.budgetVerdict[p] = ranged(reader, VERDICT.usable, VERDICT.discard);
}

/** Between the highest cold limit and the lowest hot limit, no zone can hold. */
function setQuietBand(table: ProfileTable, p: number): void {
  let above = TEMPERATURE_MIN_CENTI_C - 1;
  let below = TEMPERATURE_MAX_CENTI_C + 1;
  for (let z = 0; z < table.zoneCount[p]!; z++) {
    const rule = p * ZONE_COUNT_MAX + z;
    const limit = table.limitCentiC[rule]!;
    if (table.operator[rule]! <= OPERATOR.atOrAbove) {
      if (limit < below) below = limit;
    } else if (limit > above) above = limit;
  }
  table.quietAboveCentiC[p] = above;
  table.quietBelowCentiC[p] = below;
}

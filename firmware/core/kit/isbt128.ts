/**
 * Hands on the data structures of an ISBT 128 barcode from its bytes: which ones, where their data
 * lies, how long it is. A label is read whole or not at all: lengths, characters, dates, the count
 * of a compound message and checksum flags are verified, an unknown structure is refused, and so is
 * one that tells of a patient or a donor. Source: ICCBBA ST-001 v6.2.2.
 */
import { FAULT } from '../faults.js';
import { CHARACTER, areAll, isEurocode, readDigits, symbologyLength } from './characters.js';
import {
  expiryWallS,
  isLabelDate,
  isLabelOrdinal,
  minuteOfDay,
  ordinalExpiryWallS,
} from './date.js';
import { BLOOD_GROUPS, ISBT, ISBT_COLUMN, ISBT_RULE, STRUCTURES } from './isbt128-table.js';

/** Characters of a donation identification number; flags and check character are no part of it. */
export const DIN_BYTES = 13;
/** Structures that one label can hold. */
export const STRUCTURE_COUNT_MAX = 16;

const EQUALS = 0x3d;
const AMPERSAND = 0x26;
const TYPE_3_FLAG_MIN = 60; // ST-001 Table 3: 60 plus the checksum, 60..96
const SYMBOLOGIES = new Uint8Array([0x43, 0x30, 0x64, 0x31]); // C0 Code 128, d1 DataMatrix

/** Data structures of one label, pointing into the bytes that were parsed. Made once, reused. */
export class IsbtStructures {
  /** Number of the structure, 1..40. */
  readonly number = new Uint8Array(STRUCTURE_COUNT_MAX);
  /** Where the data starts; that of a donation number includes its first facility character. */
  readonly at = new Int32Array(STRUCTURE_COUNT_MAX);
  readonly length = new Int32Array(STRUCTURE_COUNT_MAX);
  count = 0;
  /** Where the structure starts that a fault is about. */
  faultAt = 0;
}

/** ISO/IEC 7064 Mod 37,2 checksum, 0..36, of digits and capitals; or badCharacter. */
export function mod37Checksum(bytes: Uint8Array, at: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) {
    const code = bytes[at + i]!;
    if (!areAll(bytes, at + i, 1, CHARACTER.digit | CHARACTER.upper)) return FAULT.badCharacter;
    sum = ((sum + (code < 0x3a ? code - 0x30 : code - 0x37)) * 2) % 37; // A is 10
  }
  return (38 - sum) % 37;
}

/** Check character K (ASCII code of 0-9, A-Z or *) of the 13 characters of a DIN, or a fault. */
export function dinCheckCharacter(bytes: Uint8Array, at: number): number {
  const fault = checkDin13(bytes, at, DIN_BYTES);
  if (fault < 0) return fault;
  const value = mod37Checksum(bytes, at, DIN_BYTES);
  if (value === 36) return 0x2a;
  return value < 10 ? 0x30 + value : 0x37 + value;
}

/** 0 when the bytes are 13 characters of a DIN; else truncated, badLength or badCharacter. */
export function checkDin13(bytes: Uint8Array, at: number, length: number): number {
  if (length < DIN_BYTES) return FAULT.truncated;
  if (length > DIN_BYTES) return FAULT.badLength;
  if (!areAll(bytes, at, 1, CHARACTER.facilityFirst)) return FAULT.badCharacter;
  if (!areAll(bytes, at + 1, 2, CHARACTER.facility)) return FAULT.badCharacter;
  return areAll(bytes, at + 3, 10, CHARACTER.digit) ? 0 : FAULT.badCharacter;
}

/** 0 when a DIN typed by hand, 13 characters and K, is right; else as checkDin13 or badCheck… */
export function verifyKeyedDin(bytes: Uint8Array, at: number, length: number): number {
  if (length < DIN_BYTES + 1) return FAULT.truncated;
  if (length > DIN_BYTES + 1) return FAULT.badLength;
  const expected = dinCheckCharacter(bytes, at);
  if (expected < 0) return expected;
  return bytes[at + DIN_BYTES] === expected ? 0 : FAULT.badCheckCharacter;
}

/**
 * Splits a label, one structure, a concatenated pair or a compound message, and verifies each part;
 * answers how many structures there are, 1..16 (a compound message's head is none), or the first
 * fault: truncated (also fewer structures than announced), malformed (more than announced, no
 * identifier, another barcode's symbology), eurocode, unknownIdentifier, personData, badCharacter,
 * badCheckCharacter, badDate, duplicate, overflow. `into.faultAt` tells where.
 */
export function parseIsbt128(
  bytes: Uint8Array,
  at: number,
  length: number,
  into: IsbtStructures,
): number {
  const result = parseInto(bytes, at, length, into);
  if (result < 0) into.count = 0;
  return result;
}

/** Index of a structure among the parsed ones, or absent. */
export function structureIndex(structures: IsbtStructures, number: number): number {
  for (let i = 0; i < structures.count; i++) if (structures.number[i] === number) return i;
  return FAULT.absent;
}

/** ABO * 4 + RHD from the data of structure 002; unknownIdentifier for any other or restricted. */
export function bloodGroup(bytes: Uint8Array, at: number): number {
  for (let i = 0; i < BLOOD_GROUPS.length; i += 4) {
    if (BLOOD_GROUPS[i] === bytes[at] && BLOOD_GROUPS[i + 1] === bytes[at + 1]) {
      return BLOOD_GROUPS[i + 2]! * 4 + BLOOD_GROUPS[i + 3]!;
    }
  }
  return FAULT.unknownIdentifier;
}

/**
 * Wall time of the last second before expiry from the data of structure 004 (end of the day), 005
 * (end of the minute) or 026 (end of the month), read as UTC; badDate, badCharacter, or
 * unknownIdentifier for any other structure.
 */
export function isbtExpiryWallS(number: number, bytes: Uint8Array, at: number): number {
  const digits = number === ISBT.expiryTime ? 10 : 6;
  if (!areAll(bytes, at, digits, CHARACTER.digit)) return FAULT.badCharacter;
  if (number === ISBT.expiryMonth) {
    return expiryWallS(readDigits(bytes, at, 4), readDigits(bytes, at + 4, 2), 0);
  }
  if (number !== ISBT.expiryDate && number !== ISBT.expiryTime) return FAULT.unknownIdentifier;
  const year = 2000 + readDigits(bytes, at, 3);
  const minute = number === ISBT.expiryTime ? readMinuteOfDay(bytes, at + 6) : 1439;
  return ordinalExpiryWallS(year, readDigits(bytes, at + 3, 3), minute); // badDate for a fault
}

function parseInto(bytes: Uint8Array, at: number, length: number, into: IsbtStructures): number {
  const end = at + length;
  into.count = 0;
  into.faultAt = at;
  if (isEurocode(bytes, at, length)) return FAULT.eurocode;
  const prefix = symbologyLength(bytes, at, length, SYMBOLOGIES);
  if (prefix < 0) return prefix;
  let next = at + prefix;
  if (next >= end) return FAULT.truncated;
  let announced = 0;
  while (next < end) {
    into.faultAt = next;
    const row = findRow(bytes, next, end);
    if (row < 0) return row;
    const structure = STRUCTURES[row]!;
    const dataAt = next + identifierLength(structure);
    const dataLength = checkData(structure, bytes, dataAt, end);
    if (dataLength < 0) return dataLength;
    if (structure[ISBT_COLUMN.rule] === ISBT_RULE.compound) {
      if (next !== at + prefix) return FAULT.malformed; // a message inside a message
      announced = readDigits(bytes, dataAt, 2);
      if (announced === 0) return FAULT.malformed;
      if (announced > STRUCTURE_COUNT_MAX) return FAULT.overflow;
    } else {
      const limit = announced === 0 ? 2 : announced; // without a head: one, or a pair (ST-001 §10)
      if (into.count === limit) return FAULT.malformed;
      const number = structure[ISBT_COLUMN.number]!;
      if (structureIndex(into, number) >= 0) return FAULT.duplicate;
      into.number[into.count] = number;
      into.at[into.count] = dataAt;
      into.length[into.count] = dataLength;
      into.count++;
    }
    next = dataAt + dataLength;
  }
  return into.count < announced ? FAULT.truncated : into.count;
}

/** Index in STRUCTURES of the structure that starts at `at`, or a fault. */
function findRow(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at];
  if (first !== EQUALS && first !== AMPERSAND) return FAULT.malformed;
  if (end - at < 2) return FAULT.truncated;
  if (first === EQUALS && areAll(bytes, at + 1, 1, CHARACTER.facilityFirst)) return 0; // donation
  for (let row = 1; row < STRUCTURES.length; row++) {
    const structure = STRUCTURES[row]!;
    if (structure[ISBT_COLUMN.first] !== first) continue;
    if (structure[ISBT_COLUMN.second] !== bytes[at + 1]) continue;
    const third = structure[ISBT_COLUMN.third]!;
    if (third !== 0 && end - at < 3) return FAULT.truncated;
    if (third === 0 || third === bytes[at + 2]) return row;
  }
  return FAULT.unknownIdentifier;
}

function identifierLength(structure: readonly number[]): number {
  if (structure[ISBT_COLUMN.second] === 0) return 1;
  return structure[ISBT_COLUMN.third] === 0 ? 2 : 3;
}

/** Length of the data that starts at `at`, once it is verified; or a fault. */
function checkData(structure: readonly number[], bytes: Uint8Array, at: number, end: number) {
  const rule = structure[ISBT_COLUMN.rule]!;
  if (rule === ISBT_RULE.person) return FAULT.personData;
  let length = 0;
  for (let i: number = ISBT_COLUMN.runs; i < structure.length; i += 2) {
    const count = structure[i + 1]!;
    const present = end - at - length < count ? end - at - length : count;
    if (!areAll(bytes, at + length, present, structure[i]!)) return FAULT.badCharacter;
    if (present < count) return FAULT.truncated;
    length += count;
  }
  if (rule === ISBT_RULE.items14 || rule === ISBT_RULE.items10) {
    const items = readDigits(bytes, at, length) * (rule === ISBT_RULE.items14 ? 14 : 10);
    if (items > end - at - length) return FAULT.truncated;
    return areAll(bytes, at + length, items, CHARACTER.digit) ? length + items : FAULT.badCharacter;
  }
  const fault = checkRule(rule, bytes, at);
  return fault < 0 ? fault : length;
}

/** The part of a structure's check that its length and characters do not tell. */
function checkRule(rule: number, bytes: Uint8Array, at: number): number {
  if (rule === ISBT_RULE.donation) return checkFlags(bytes, at);
  if (rule === ISBT_RULE.month) {
    const isDate = isLabelDate(readDigits(bytes, at, 4), readDigits(bytes, at + 4, 2), 1);
    return isDate ? 0 : FAULT.badDate;
  }
  if (rule === ISBT_RULE.date || rule === ISBT_RULE.dateTime) {
    const year = 2000 + readDigits(bytes, at, 3);
    if (!isLabelOrdinal(year, readDigits(bytes, at + 3, 3))) return FAULT.badDate;
    if (rule === ISBT_RULE.dateTime && readMinuteOfDay(bytes, at + 6) < 0) return FAULT.badDate;
  }
  return 0;
}

/** Type 3 flags must be the DIN's checksum plus 60; flags of other types say nothing of it. */
function checkFlags(bytes: Uint8Array, at: number): number {
  const flags = readDigits(bytes, at + DIN_BYTES, 2);
  if (flags < TYPE_3_FLAG_MIN || flags > TYPE_3_FLAG_MIN + 36) return 0;
  const checksum = mod37Checksum(bytes, at, DIN_BYTES);
  return flags === TYPE_3_FLAG_MIN + checksum ? 0 : FAULT.badCheckCharacter;
}

function readMinuteOfDay(bytes: Uint8Array, at: number): number {
  return minuteOfDay(readDigits(bytes, at, 2), readDigits(bytes, at + 2, 2));
}

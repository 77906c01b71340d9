/**
 * Hands on the element strings of a GS1 barcode (GS1-128, DataMatrix, QR, DataBar) from its bytes:
 * which application identifiers, where their data lies, how long it is. Strict, because a label
 * that is read wrongly is a wrong kit: check digits, dates, character sets, lengths and duplicates
 * are all verified, and an identifier outside the table is refused. So is a patient's number: it
 * never enters a container. Table: GS1 Barcode Syntax Dictionary, which the tests compare it with;
 * separators: General Specifications §7.8.
 */
import { FAULT } from '../faults.js';
import { CHARACTER, areAll, isEurocode, readDigits, symbologyLength } from './characters.js';
import { expiryMinuteWallS, expiryWallS, isLabelDate, minuteOfDay } from './date.js';

/** Application identifiers that this product meets. */
export const AI = Object.freeze({
  sscc: 0,
  gtin: 1,
  lot: 10,
  productionDate: 11,
  expiryDate: 17,
  serial: 21,
  glnExtension: 254,
  gln: 414,
  partyGln: 417,
  temperatureMaxCentiC: 4331,
  temperatureMinCentiC: 4333,
  expiryTime: 7003,
  grai: 8003,
  giai: 8004,
  staff: 8017,
  patient: 8018,
  patientStay: 8019,
} as const);

/** What a field must hold besides its length, its characters and its check digit. */
export const AI_RULE = Object.freeze({
  none: 0,
  /** YYMMDD; day 00 means that the label names no day. */
  date: 1,
  /** YYMMDDHHMM; the day is named. */
  dateTime: 2,
  /** The text, where there is one, is a minus sign that follows the number. */
  hyphen: 3,
  /** The first digit is 0. */
  leadingZero: 4,
  /** Refused with personData. */
  person: 5,
} as const);

/** Columns of AI_TABLE. `fixed` is 1 where no separator follows: a "predefined length". */
export const AI_COLUMN = Object.freeze({
  ai: 0,
  aiDigits: 1,
  fixed: 2,
  digits: 3, // a field starts with so many digits ...
  textMin: 4, // ... and ends with a text of so many characters
  textMax: 5,
  checkFrom: 6, // the check digit is the last of `checkLength` digits from here
  checkLength: 7,
  rule: 8,
  count: 9,
} as const);

// A row per identifier, in aligned columns, to be compared with the dictionary by eye.
// prettier-ignore
export const AI_TABLE = new Int16Array([
  AI.sscc,                 2, 1, 18, 0,  0, 0, 18, AI_RULE.none,
  AI.gtin,                 2, 1, 14, 0,  0, 0, 14, AI_RULE.none,
  AI.lot,                  2, 0,  0, 1, 20, 0,  0, AI_RULE.none,
  AI.productionDate,       2, 1,  6, 0,  0, 0,  0, AI_RULE.date,
  AI.expiryDate,           2, 1,  6, 0,  0, 0,  0, AI_RULE.date,
  AI.serial,               2, 0,  0, 1, 20, 0,  0, AI_RULE.none,
  AI.glnExtension,         3, 0,  0, 1, 20, 0,  0, AI_RULE.none,
  AI.gln,                  3, 1, 13, 0,  0, 0, 13, AI_RULE.none,
  AI.partyGln,             3, 1, 13, 0,  0, 0, 13, AI_RULE.none,
  AI.temperatureMaxCentiC, 4, 0,  6, 0,  1, 0,  0, AI_RULE.hyphen,
  AI.temperatureMinCentiC, 4, 0,  6, 0,  1, 0,  0, AI_RULE.hyphen,
  AI.expiryTime,           4, 0, 10, 0,  0, 0,  0, AI_RULE.dateTime,
  AI.grai,                 4, 0, 14, 0, 16, 1, 13, AI_RULE.leadingZero,
  AI.giai,                 4, 0,  0, 1, 30, 0,  0, AI_RULE.none,
  AI.staff,                4, 0, 18, 0,  0, 0, 18, AI_RULE.none,
  AI.patient,              4, 0, 18, 0,  0, 0, 18, AI_RULE.person,
  AI.patientStay,          4, 0,  0, 1, 10, 0,  0, AI_RULE.person,
]);

/** Element strings that one label can hold: each application identifier once. */
export const ELEMENT_COUNT_MAX = AI_TABLE.length / AI_COLUMN.count;

/** FNC1 as it is transmitted inside the data: the group separator. */
export const SEPARATOR = 0x1d;

const SYMBOLOGIES = new Uint8Array([0x64, 0x32, 0x43, 0x31, 0x51, 0x33, 0x65, 0x30]); // d2 C1 Q3 e0

/** Element strings of one label, pointing into the bytes that were parsed. Made once, reused. */
export class ElementStrings {
  readonly ai = new Int16Array(ELEMENT_COUNT_MAX);
  /** Where the data starts, behind the application identifier. */
  readonly at = new Int32Array(ELEMENT_COUNT_MAX);
  readonly length = new Int32Array(ELEMENT_COUNT_MAX);
  count = 0;
  /** Where the element string starts that a fault is about. */
  faultAt = 0;
}

/** The GS1 mod-10 check digit, 0..9, that belongs behind `length` digits, or badCharacter. */
export function gs1CheckDigit(bytes: Uint8Array, at: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) {
    const digit = bytes[at + i]! - 48;
    if (!(digit >= 0 && digit <= 9)) return FAULT.badCharacter;
    sum += (length - i) % 2 === 1 ? digit * 3 : digit; // weights 3, 1, 3 ... from the right
  }
  return (10 - (sum % 10)) % 10;
}

/** 0 when the last of `length` digits is the check digit of the others; else a fault. */
export function verifyGs1CheckDigit(bytes: Uint8Array, at: number, length: number): number {
  const expected = gs1CheckDigit(bytes, at, length - 1);
  if (expected < 0) return expected;
  const digit = readDigits(bytes, at + length - 1, 1);
  if (digit < 0) return digit;
  return digit === expected ? 0 : FAULT.badCheckDigit;
}

/**
 * Splits a label into element strings and verifies each; answers how many there are, 1..17, or the
 * first fault: unknownIdentifier, eurocode, personData, duplicate, truncated (also when empty, and
 * for a separator at its end), badLength, badCharacter, badCheckDigit, badDate, or malformed
 * (symbology
 * of another barcode, GRAI without its zero, sign without its number). `into.faultAt` tells where.
 */
export function parseElementStrings(
  bytes: Uint8Array,
  at: number,
  length: number,
  into: ElementStrings,
): number {
  const result = parseInto(bytes, at, length, into);
  if (result < 0) into.count = 0; // a label is read whole or not at all
  return result;
}

function parseInto(bytes: Uint8Array, at: number, length: number, into: ElementStrings): number {
  const end = at + length;
  into.count = 0;
  into.faultAt = at;
  if (isEurocode(bytes, at, length)) return FAULT.eurocode;
  const prefix = symbologyLength(bytes, at, length, SYMBOLOGIES);
  if (prefix < 0) return prefix;
  let next = at + prefix;
  if (bytes[next] === SEPARATOR && next < end) next++; // FNC1 in the first position, passed on
  if (next >= end) return FAULT.truncated;
  while (next < end) {
    into.faultAt = next;
    const row = findRow(bytes, next, end);
    if (row < 0) return row;
    const dataAt = next + AI_TABLE[row + AI_COLUMN.aiDigits]!;
    const dataEnd = findDataEnd(row, bytes, dataAt, end);
    const fault = checkData(row, bytes, dataAt, dataEnd - dataAt);
    if (fault < 0) return fault;
    const ai = AI_TABLE[row]!;
    if (elementIndex(into, ai) >= 0) return FAULT.duplicate;
    into.ai[into.count] = ai;
    into.at[into.count] = dataAt;
    into.length[into.count] = dataEnd - dataAt;
    into.count++;
    next = dataEnd;
    if (next < end && bytes[next] === SEPARATOR) {
      next++;
      if (next === end) return FAULT.truncated;
    }
  }
  return into.count;
}

/** Index of an application identifier among the parsed ones, or absent. */
export function elementIndex(elements: ElementStrings, ai: number): number {
  for (let i = 0; i < elements.count; i++) if (elements.ai[i] === ai) return i;
  return FAULT.absent;
}

/** 0 when the bytes are valid data of application identifier `ai`; else a fault as when parsing. */
export function checkElement(ai: number, bytes: Uint8Array, at: number, length: number): number {
  for (let row = 0; row < AI_TABLE.length; row += AI_COLUMN.count) {
    if (AI_TABLE[row] === ai) return checkData(row, bytes, at, length);
  }
  return FAULT.unknownIdentifier;
}

/**
 * Wall time of the last second before expiry, from the data of AI 17 (6 digits, end of that day;
 * day 00: end of the month) or 7003 (10 digits, end of that minute), read as UTC; or badDate,
 * badCharacter, badLength. A two-digit year is 2000..2087 here, whatever the clock says.
 */
export function gs1ExpiryWallS(bytes: Uint8Array, at: number, length: number): number {
  if (length !== 6 && length !== 10) return FAULT.badLength;
  if (!areAll(bytes, at, length, CHARACTER.digit)) return FAULT.badCharacter;
  const year = 2000 + readDigits(bytes, at, 2);
  const month = readDigits(bytes, at + 2, 2);
  const day = readDigits(bytes, at + 4, 2);
  if (length === 6) return expiryWallS(year, month, day);
  const minute = minuteOfDay(readDigits(bytes, at + 6, 2), readDigits(bytes, at + 8, 2));
  return expiryMinuteWallS(year, month, day, minute); // which refuses a minute that is a fault
}

/** Offset of the identifier's row in AI_TABLE, or a fault. No identifier starts another one. */
function findRow(bytes: Uint8Array, at: number, end: number): number {
  if (end - at >= 3 && readDigits(bytes, at, 3) === 725) return FAULT.personData; // names, births
  for (let row = 0; row < AI_TABLE.length; row += AI_COLUMN.count) {
    const digits = AI_TABLE[row + AI_COLUMN.aiDigits]!;
    const present = end - at < digits ? end - at : digits;
    const value = readDigits(bytes, at, present); // a fault is no identifier
    if (present === digits && value === AI_TABLE[row]) return row;
    if (present < digits && value === leadingDigits(AI_TABLE[row]!, digits - present)) {
      return FAULT.truncated;
    }
  }
  return FAULT.unknownIdentifier;
}

function leadingDigits(ai: number, dropped: number): number {
  let value = ai;
  for (let i = 0; i < dropped; i++) value = (value / 10) | 0;
  return value;
}

/** End of the data: after the fixed number of digits, at the separator, or at the label's end. */
function findDataEnd(row: number, bytes: Uint8Array, dataAt: number, end: number): number {
  const isFixed = AI_TABLE[row + AI_COLUMN.fixed] === 1;
  const fixedEnd = dataAt + AI_TABLE[row + AI_COLUMN.digits]!;
  const last = isFixed && fixedEnd < end ? fixedEnd : end;
  for (let i = dataAt; i < last; i++) if (bytes[i] === SEPARATOR) return i;
  return last;
}

function checkData(row: number, bytes: Uint8Array, at: number, length: number): number {
  const rule = AI_TABLE[row + AI_COLUMN.rule]!;
  if (rule === AI_RULE.person) return FAULT.personData;
  const digits = AI_TABLE[row + AI_COLUMN.digits]!;
  if (length < digits + AI_TABLE[row + AI_COLUMN.textMin]!) return FAULT.truncated;
  if (length > digits + AI_TABLE[row + AI_COLUMN.textMax]!) return FAULT.badLength;
  if (!areAll(bytes, at, digits, CHARACTER.digit)) return FAULT.badCharacter;
  if (!areAll(bytes, at + digits, length - digits, CHARACTER.text)) return FAULT.badCharacter;
  const fault = checkRule(rule, bytes, at, length);
  if (fault < 0) return fault;
  const checkLength = AI_TABLE[row + AI_COLUMN.checkLength]!;
  if (checkLength === 0) return 0;
  return verifyGs1CheckDigit(bytes, at + AI_TABLE[row + AI_COLUMN.checkFrom]!, checkLength);
}

/** The part of a field's check that its length, characters and check digit do not tell. */
function checkRule(rule: number, bytes: Uint8Array, at: number, length: number): number {
  if (rule === AI_RULE.date || rule === AI_RULE.dateTime) {
    const day = readDigits(bytes, at + 4, 2);
    const known = rule === AI_RULE.date && day === 0 ? 1 : day;
    const year = 2000 + readDigits(bytes, at, 2);
    if (!isLabelDate(year, readDigits(bytes, at + 2, 2), known)) return FAULT.badDate;
    if (rule === AI_RULE.date) return 0;
    const minute = minuteOfDay(readDigits(bytes, at + 6, 2), readDigits(bytes, at + 8, 2));
    return minute < 0 ? FAULT.badDate : 0;
  }
  if (rule === AI_RULE.hyphen) return length === 7 && bytes[at + 6] !== 0x2d ? FAULT.malformed : 0;
  if (rule === AI_RULE.leadingZero) return bytes[at] === 0x30 ? 0 : FAULT.malformed;
  return 0;
}

/**
 * Hands on what kind of character a byte is, and small numbers read from digits. Identifiers stay
 * ASCII bytes in the caller's buffer: no string is ever made of them. One table of class bits
 * serves GS1 (character set 82, General Specifications §7.11) and ISBT 128 (ST-001 §2.4).
 */
import { FAULT } from '../faults.js';

/** Classes of characters; add them up to allow several. */
export const CHARACTER = Object.freeze({
  digit: 1,
  upper: 2,
  lower: 4,
  /** GS1 character set 82. */
  text: 8,
  /** First character of an ISBT 128 facility number: A-N, P-Z, 1-9. */
  facilityFirst: 16,
  /** Second and third character of an ISBT 128 facility number: A-N, P-Z, 0-9. */
  facility: 32,
  /** Flag characters of an ISBT 128 donation number: 0-9, A-H, J-N, P, R-Y. */
  flag: 64,
} as const);

const CLASSES = makeClasses();

/** Tells whether all `length` bytes belong to one of the classes in `mask`. */
export function areAll(bytes: Uint8Array, at: number, length: number, mask: number): boolean {
  for (let i = 0; i < length; i++) {
    if ((CLASSES[bytes[at + i]!]! & mask) === 0) return false;
  }
  return true;
}

/** Value of `count` digits (1..9), or badCharacter. */
export function readDigits(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = 0; i < count; i++) {
    const digit = bytes[at + i]! - 48;
    if (!(digit >= 0 && digit <= 9)) return FAULT.badCharacter;
    value = value * 10 + digit;
  }
  return value;
}

/**
 * Length of the symbology identifier at `at`: 3 when it is one of `pairs` (two characters each,
 * after the `]`), 0 when there is none, malformed when it belongs to another kind of barcode.
 */
export function symbologyLength(
  bytes: Uint8Array,
  at: number,
  length: number,
  pairs: Uint8Array,
): number {
  if (length === 0 || bytes[at] !== 0x5d) return 0; // ]
  if (length < 3) return FAULT.truncated;
  for (let i = 0; i < pairs.length; i += 2) {
    if (bytes[at + 1] === pairs[i] && bytes[at + 2] === pairs[i + 1]) return 3;
  }
  return FAULT.malformed;
}

/**
 * Whether a label is in Eurocode: after any symbology identifier comes the primary identifier `!`
 * (Eurocode-IBLS data structure 1.3.2 §1). It is refused by its name, not as unreadable.
 */
export function isEurocode(bytes: Uint8Array, at: number, length: number): boolean {
  const prefix = length >= 3 && bytes[at] === 0x5d ? 3 : 0;
  return length > prefix && bytes[at + prefix] === 0x21;
}

function makeClasses(): Uint8Array {
  const classes = new Uint8Array(256);
  addRange(classes, 0x30, 0x39, CHARACTER.digit | CHARACTER.facility | CHARACTER.flag);
  addRange(classes, 0x31, 0x39, CHARACTER.facilityFirst);
  addRange(classes, 0x41, 0x5a, CHARACTER.upper | CHARACTER.facilityFirst | CHARACTER.facility);
  addRange(classes, 0x61, 0x7a, CHARACTER.lower);
  addRange(classes, 0x41, 0x48, CHARACTER.flag); // A-H
  addRange(classes, 0x4a, 0x4e, CHARACTER.flag); // J-N
  addRange(classes, 0x50, 0x50, CHARACTER.flag); // P
  addRange(classes, 0x52, 0x59, CHARACTER.flag); // R-Y
  addRange(classes, 0x21, 0x22, CHARACTER.text); // ! "
  addRange(classes, 0x25, 0x3f, CHARACTER.text); // % & ' ( ) * + , - . / 0-9 : ; < = > ?
  addRange(classes, 0x41, 0x5a, CHARACTER.text);
  addRange(classes, 0x5f, 0x5f, CHARACTER.text); // _
  addRange(classes, 0x61, 0x7a, CHARACTER.text);
  classes[0x4f] = CHARACTER.upper | CHARACTER.text; // O is no facility character
  return classes;
}

function addRange(classes: Uint8Array, first: number, last: number, mask: number): void {
  for (let i = first; i <= last; i++) classes[i] = classes[i]! | mask;
}

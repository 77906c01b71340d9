/**
 * Hands on whether bytes are one of the identities that records carry, in the one form they have
 * there: the plain element string without separator, so that equal things have equal bytes.
 *   SGTIN "01" 14 digits "21" serial    GRAI "8003" 14 digits serial    GIAI "8004" reference
 *   GLN "414" 13 digits ["254" extension]    GSRN "8017" 18 digits    SSCC "00" 18 digits
 *   lot "10" lot    DIN "=" 13 characters, without flags and check character
 * Checked by the same tables as a scan.
 */
import { FAULT } from '../faults.js';
import { isEurocode, readDigits } from './characters.js';
import { AI, checkElement } from './gs1.js';
import { checkDin13 } from './isbt128.js';

/** Kinds of identity, as `identify` tells them apart. */
export const IDENTITY = Object.freeze({
  sgtin: 1,
  grai: 2,
  giai: 3,
  gln: 4,
  gsrn: 5,
  sscc: 6,
  lot: 7,
  din: 8,
} as const);

/** Longest identity: a GLN with an extension of 20 characters. */
export const IDENTITY_BYTES_MAX = 39;

const GTIN_DIGITS = 14;
const GLN_DIGITS = 13;
const GRAI_DIGITS = 14;

/** 0 for a GTIN with serial number (a kit or an industrial unit); else a fault. */
export function checkSgtin(bytes: Uint8Array, at: number, length: number): number {
  const fault = checkPart(AI.gtin, 2, bytes, at, length < 16 ? length : 2 + GTIN_DIGITS);
  return fault < 0 ? fault : checkPart(AI.serial, 2, bytes, at + 16, length - 16);
}

/** 0 for a returnable container; its serial number is required; else a fault. */
export function checkGrai(bytes: Uint8Array, at: number, length: number): number {
  const fault = checkPart(AI.grai, 4, bytes, at, length);
  if (fault < 0) return fault;
  return length > 4 + GRAI_DIGITS ? 0 : FAULT.truncated;
}

/** 0 for an individual asset, the logger; else a fault. */
export function checkGiai(bytes: Uint8Array, at: number, length: number): number {
  return checkPart(AI.giai, 4, bytes, at, length);
}

/** 0 for a place, with or without an extension; else a fault. */
export function checkGln(bytes: Uint8Array, at: number, length: number): number {
  const glnLength = 3 + GLN_DIGITS;
  if (length <= glnLength) return checkPart(AI.gln, 3, bytes, at, length);
  const fault = checkPart(AI.gln, 3, bytes, at, glnLength);
  if (fault < 0) return fault;
  return checkPart(AI.glnExtension, 3, bytes, at + glnLength, length - glnLength);
}

/** 0 for a member of staff; personData for a patient; else a fault. */
export function checkGsrn(bytes: Uint8Array, at: number, length: number): number {
  if (length >= 4 && readDigits(bytes, at, 4) === AI.patient) return FAULT.personData;
  return checkPart(AI.staff, 4, bytes, at, length);
}

/** 0 for a shipment; else a fault. */
export function checkSscc(bytes: Uint8Array, at: number, length: number): number {
  return checkPart(AI.sscc, 2, bytes, at, length);
}

/** 0 for a lot; else a fault. */
export function checkLot(bytes: Uint8Array, at: number, length: number): number {
  return checkPart(AI.lot, 2, bytes, at, length);
}

/** 0 for a donation of ISBT 128; else a fault. */
export function checkDin(bytes: Uint8Array, at: number, length: number): number {
  if (length < 1) return FAULT.truncated;
  if (bytes[at] !== 0x3d) return FAULT.malformed; // =
  return checkDin13(bytes, at + 1, length - 1);
}

/**
 * The kind of a valid identity, an IDENTITY; or unknownIdentifier, eurocode, or the kind's own
 * fault.
 */
export function identify(bytes: Uint8Array, at: number, length: number): number {
  if (length < 2) return FAULT.truncated;
  if (isEurocode(bytes, at, length)) return FAULT.eurocode;
  if (bytes[at] === 0x3d) return kindOr(IDENTITY.din, checkDin(bytes, at, length));
  switch (readDigits(bytes, at, 2)) {
    case AI.sscc:
      return kindOr(IDENTITY.sscc, checkSscc(bytes, at, length));
    case AI.gtin:
      return kindOr(IDENTITY.sgtin, checkSgtin(bytes, at, length));
    case AI.lot:
      return kindOr(IDENTITY.lot, checkLot(bytes, at, length));
    case 41:
      return kindOr(IDENTITY.gln, checkGln(bytes, at, length));
    case 80:
      return identifyAsset(bytes, at, length);
    default:
      return FAULT.unknownIdentifier;
  }
}

function identifyAsset(bytes: Uint8Array, at: number, length: number): number {
  if (length < 4) return FAULT.truncated;
  switch (readDigits(bytes, at, 4)) {
    case AI.grai:
      return kindOr(IDENTITY.grai, checkGrai(bytes, at, length));
    case AI.giai:
      return kindOr(IDENTITY.giai, checkGiai(bytes, at, length));
    case AI.staff:
    case AI.patient:
      return kindOr(IDENTITY.gsrn, checkGsrn(bytes, at, length));
    default:
      return FAULT.unknownIdentifier;
  }
}

function kindOr(kind: number, fault: number): number {
  return fault < 0 ? fault : kind;
}

/** 0 when the bytes are application identifier `ai`, of `aiDigits` digits, and valid data of it. */
function checkPart(ai: number, aiDigits: number, bytes: Uint8Array, at: number, length: number) {
  if (length < aiDigits) return FAULT.truncated;
  if (readDigits(bytes, at, aiDigits) !== ai) return FAULT.malformed;
  return checkElement(ai, bytes, at + aiDigits, length - aiDigits);
}

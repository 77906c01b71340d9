/**
 * Hands on labels with right check digits, made from their parts: the identities that records carry
 * and the barcodes that people scan. For simulated journeys and tests. Everything made here has
 * passed the core's own checks; parts that cannot make a valid label give an error that names them.
 */
import { ElementStrings, gs1CheckDigit, parseElementStrings } from '../../firmware/core/kit/gs1.js';
import {
  checkDin,
  checkGiai,
  checkGln,
  checkGrai,
  checkGsrn,
  checkLot,
  checkSgtin,
  checkSscc,
} from '../../firmware/core/kit/identity.js';
import {
  IsbtStructures,
  dinCheckCharacter,
  mod37Checksum,
  parseIsbt128,
} from '../../firmware/core/kit/isbt128.js';
import { faultName } from '../fault-name.js';

/** A calendar day, as people write it; day 0 means the end of the month. */
export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** ASCII bytes of a label; throws where a character is none. */
export function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) throw new Error(`Label "${text}": character ${i + 1} is not ASCII`);
    bytes[i] = code;
  }
  return bytes;
}

/** Text of ASCII bytes. */
export function textOf(bytes: Uint8Array, at = 0, length = bytes.length - at): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}

/** The digits with their GS1 check digit behind them. */
export function withCheckDigit(digits: string): string {
  const digit = gs1CheckDigit(bytesOf(digits), 0, digits.length);
  if (digit < 0) throw new Error(`"${digits}" holds more than digits`);
  return `${digits}${digit}`;
}

/** Identity of a kit; `item` is the GTIN-14 without its check digit, 13 digits. */
export function makeSgtin(parts: { item: string; serial: string }): string {
  return checked('SGTIN', checkSgtin, `01${withCheckDigit(parts.item)}21${parts.serial}`);
}

/** Identity of a container; `asset` is company prefix and asset type, 12 digits. */
export function makeGrai(parts: { asset: string; serial: string }): string {
  return checked('GRAI', checkGrai, `80030${withCheckDigit(parts.asset)}${parts.serial}`);
}

/** Identity of a logger; `asset` is company prefix and reference, up to 30 characters. */
export function makeGiai(parts: { asset: string }): string {
  return checked('GIAI', checkGiai, `8004${parts.asset}`);
}

/** Identity of a place; `location` is company prefix and location reference, 12 digits. */
export function makeGln(parts: { location: string; extension?: string }): string {
  const extension = parts.extension === undefined ? '' : `254${parts.extension}`;
  return checked('GLN', checkGln, `414${withCheckDigit(parts.location)}${extension}`);
}

/** Identity of a member of staff; `person` is company prefix and reference, 17 digits. */
export function makeGsrn(parts: { person: string }): string {
  return checked('GSRN', checkGsrn, `8017${withCheckDigit(parts.person)}`);
}

/** Identity of a shipment; `shipment` is extension digit, prefix and reference, 17 digits. */
export function makeSscc(parts: { shipment: string }): string {
  return checked('SSCC', checkSscc, `00${withCheckDigit(parts.shipment)}`);
}

/** A lot. */
export function makeLot(parts: { lot: string }): string {
  return checked('lot', checkLot, `10${parts.lot}`);
}

/** Identity of a donation: facility (5 characters), year 0..99, sequence number 0..999999. */
export function makeDin(parts: { facility: string; year: number; sequence: number }): string {
  const text = `=${parts.facility}${digits(parts.year, 2)}${digits(parts.sequence, 6)}`;
  return checked('DIN', checkDin, text);
}

/** The check character that is printed behind a DIN ("=" and 13 characters). */
export function dinKeyboardCharacter(din: string): string {
  const code = dinCheckCharacter(bytesOf(din), 1);
  if (code < 0) throw new Error(`"${din}" is no DIN: ${faultName(code)}`);
  return String.fromCharCode(code);
}

/** DataMatrix of a kit as a scanner sends it: GTIN, expiry, lot, serial number. */
export function makeKitScan(parts: { sgtin: string; lot: string; expiry: Day }): string {
  const { year, month, day } = parts.expiry;
  const gtin = parts.sgtin.slice(0, 16);
  const serial = parts.sgtin.slice(16);
  const expiry = `17${digits(year % 100, 2)}${digits(month, 2)}${digits(day, 2)}`;
  const scan = `]d2${gtin}${expiry}10${parts.lot}\u001d${serial}`;
  const result = parseElementStrings(bytesOf(scan), 0, scan.length, new ElementStrings());
  if (result < 0) throw new Error(`Kit label "${scan}": ${faultName(result)}`);
  return scan;
}

/** What a blood bank prints on one unit. */
export interface UnitLabel {
  readonly din: string;
  /** `gg` of ST-001 Table 4, for example "62" for A RhD positive. */
  readonly group: string;
  /** Eight characters, for example "E0701V00". */
  readonly product: string;
  readonly expiry: { readonly year: number; readonly dayOfYear: number; readonly time: string };
}

/** DataMatrix of a unit as a scanner sends it: a compound message with a checksum in the flags. */
export function makeUnitScan(label: UnitLabel): string {
  const { year, dayOfYear, time } = label.expiry;
  const flags = 60 + mod37Checksum(bytesOf(label.din), 1, 13);
  const expiry = `&>${digits(year - 2000, 3)}${digits(dayOfYear, 3)}${time}`;
  const scan = `]d1=+04000${label.din}${flags}=%${label.group}00=<${label.product}${expiry}`;
  const result = parseIsbt128(bytesOf(scan), 0, scan.length, new IsbtStructures());
  if (result < 0) throw new Error(`Unit label "${scan}": ${faultName(result)}`);
  return scan;
}

function digits(value: number, count: number): string {
  if (!Number.isInteger(value) || value < 0 || value >= 10 ** count) {
    throw new Error(`${value} does not fit into ${count} digits`);
  }
  return String(value).padStart(count, '0');
}

function checked(
  kind: string,
  check: (bytes: Uint8Array, at: number, length: number) => number,
  text: string,
): string {
  const fault = check(bytesOf(text), 0, text.length);
  if (fault < 0) throw new Error(`"${text}" is no ${kind}: ${faultName(fault)}`);
  return text;
}

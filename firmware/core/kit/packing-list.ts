/**
 * A kit's packing list: what was packed as one, with every component's lot and expiry. CBOR, at
 * most PACKING_LIST_BYTES_MAX bytes:
 *
 *     {1: kit SGTIN, 2: [[DIN, product code], ...], 3: [[kind, lot, expiryWallS], ...], ? 4: group}
 *
 * The kit expires with its earliest component. The bytes are kept as they came (in the KIT record
 * and the catalogue); aboard only the SGTIN and the expiry are needed.
 */
import type { CborReader } from '../cbor/cbor.js';
import { FAULT } from '../faults.js';
import { areAll, CHARACTER } from './characters.js';
import { checkDin, checkLot, checkSgtin } from './identity.js';

export const PACKING_LIST_BYTES_MAX = 208;
/** Kinds of component. */
export const COMPONENT = Object.freeze({ plasma: 1, diluent: 2, transferSet: 3 } as const);
const UNIT_COUNT_MAX = 8;
const COMPONENT_COUNT_MAX = 6;
/** "=<" and 8 characters, as in data structure 003 of ISBT 128 (isbt128-table.ts). */
const PRODUCT_CODE_BYTES = 10;
const EQUALS = 0x3d;
const LESS = 0x3c;
const LETTER_A = 0x41;
const LETTER_B = 0x42;
const LETTER_O = 0x4f;

/** Where the SGTIN lies in the caller's bytes, and when the kit expires. */
export class PackingListView {
  sgtinAt = 0;
  sgtinLength = 0;
  unitCount = 0;
  componentCount = 0;
  /** Seconds since 2020-01-01Z; the earliest of the components. */
  expiryWallS = 0;
}

/** Checks a packing list: 0, or the fault of what is wrong with it first. */
export function parsePackingList(
  reader: CborReader,
  bytes: Uint8Array,
  at: number,
  length: number,
  view: PackingListView,
): number {
  if (length > PACKING_LIST_BYTES_MAX) return FAULT.badLength;
  reader.begin(bytes, at, length);
  const pairs = reader.readMapHeader();
  if (pairs < 3 || pairs > 4 || reader.readInt() !== 1) return reader.reject();
  view.sgtinLength = reader.readBytes();
  view.sgtinAt = reader.dataAt;
  if (view.sgtinLength < 0) return view.sgtinLength;
  const identity = checkSgtin(bytes, view.sgtinAt, view.sgtinLength);
  if (identity < 0) return identity;
  const units = readUnits(reader, bytes, view);
  if (units < 0) return units;
  const components = readComponents(reader, bytes, view);
  if (components < 0) return components;
  if (pairs === 4) {
    if (reader.readInt() !== 4) return reader.reject();
    const group = reader.readText();
    if (group >= 0 && !isGroup(bytes, reader.dataAt, group)) return reader.reject();
  }
  return reader.end();
}

function readUnits(reader: CborReader, bytes: Uint8Array, view: PackingListView): number {
  if (reader.readInt() !== 2) return reader.reject();
  const count = reader.readArrayHeader();
  if (count < 0 || count > UNIT_COUNT_MAX) return reader.reject();
  for (let i = 0; i < count; i++) {
    if (reader.readArrayHeader() !== 2) return reader.reject();
    const din = reader.readBytes();
    if (din < 0) return din;
    const identity = checkDin(bytes, reader.dataAt, din);
    if (identity < 0) return identity;
    const productCode = reader.readBytes();
    if (productCode < 0) return productCode;
    const code = checkProductCode(bytes, reader.dataAt, productCode);
    if (code < 0) return code;
  }
  view.unitCount = count;
  return 0;
}

/** 0 for "=<" and a product code; else a fault. */
function checkProductCode(bytes: Uint8Array, at: number, length: number): number {
  if (length !== PRODUCT_CODE_BYTES) return FAULT.badLength;
  if (bytes[at] !== EQUALS || bytes[at + 1] !== LESS) return FAULT.malformed;
  const { upper, lower, digit } = CHARACTER;
  const isCode =
    areAll(bytes, at + 2, 1, upper) &&
    areAll(bytes, at + 3, 4, upper | digit) &&
    areAll(bytes, at + 7, 1, upper | lower | digit) &&
    areAll(bytes, at + 8, 1, upper | digit) &&
    areAll(bytes, at + 9, 1, lower | digit);
  return isCode ? 0 : FAULT.badCharacter;
}

/** A, B, AB or O. */
function isGroup(bytes: Uint8Array, at: number, length: number): boolean {
  const first = bytes[at];
  if (length === 2) return first === LETTER_A && bytes[at + 1] === LETTER_B;
  if (length !== 1) return false;
  return first === LETTER_A || first === LETTER_B || first === LETTER_O;
}

function readComponents(reader: CborReader, bytes: Uint8Array, view: PackingListView): number {
  if (reader.readInt() !== 3) return reader.reject();
  const count = reader.readArrayHeader();
  if (count < 1 || count > COMPONENT_COUNT_MAX) return reader.reject();
  for (let i = 0; i < count; i++) {
    if (reader.readArrayHeader() !== 3) return reader.reject();
    const kind = reader.readInt();
    if (kind < COMPONENT.plasma || kind > COMPONENT.transferSet) return reader.reject();
    const lot = reader.readBytes();
    if (lot < 0) return lot;
    const identity = checkLot(bytes, reader.dataAt, lot);
    if (identity < 0) return identity;
    const expiryWallS = reader.readInt(); // 0 after a fault, which the end tells
    if (expiryWallS < 0) return reader.reject();
    if (i === 0 || expiryWallS < view.expiryWallS) view.expiryWallS = expiryWallS;
  }
  view.componentCount = count;
  return 0;
}

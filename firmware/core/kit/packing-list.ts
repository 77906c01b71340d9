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
import { TAIL_BYTES_MAX } from '../limits.js';
import { checkDin, checkLot, checkSgtin } from './identity.js';

export const PACKING_LIST_BYTES_MAX = TAIL_BYTES_MAX;
/** Kinds of component. */
export const COMPONENT = Object.freeze({ plasma: 1, diluent: 2, transferSet: 3 } as const);
const UNIT_COUNT_MAX = 8;
const COMPONENT_COUNT_MAX = 6;
const GROUP_BYTES_MAX = 8;

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
    if (group > GROUP_BYTES_MAX) return FAULT.badLength;
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
    if (reader.readBytes() < 0) return reader.reject();
  }
  view.unitCount = count;
  return 0;
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
    const expiryWallS = reader.readUint();
    if (expiryWallS < 0) return expiryWallS;
    if (i === 0 || expiryWallS < view.expiryWallS) view.expiryWallS = expiryWallS;
  }
  view.componentCount = count;
  return 0;
}

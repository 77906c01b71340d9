/**
 * Hands on the packing list of a kit as CBOR, the bytes that a container keeps in its journal, and
 * reads it back: {1: kit SGTIN, 2: [[DIN, product code], …], 3: [[kind, lot, expiry], …], 4: blood
 * group}. Identities are canonical element strings. No patient ever stands in it.
 */
import { type CborMap, type CborValue, asArray, asBytes, asInteger, asMap } from './cbor.js';
import { asText, decodeCbor, encodeCbor } from './cbor.js';
import { checkedIdentity, checkedProductCode, identityBytes, identityText } from './identity.js';

/** Kinds of component by their code in the packing list. */
const COMPONENT_KINDS = ['plasma', 'diluent', 'transferSet'] as const;
export type ComponentKind = (typeof COMPONENT_KINDS)[number];

/** One blood component of a kit; a pool has several. */
export interface PackedUnit {
  /** "=" and 13 characters. */
  readonly din: string;
  /** "=<" and 8 characters. */
  readonly productCode: string;
}

export interface PackedComponent {
  readonly kind: ComponentKind;
  /** "10" and the lot. */
  readonly lot: string;
  /** Last second in which it may be used, since 2020-01-01Z. */
  readonly expiryWallS: number;
}

export interface PackingList {
  /** Canonical SGTIN: "01" + GTIN + "21" + serial. */
  readonly sgtin: string;
  /** Empty for an industrial product, which has no donation number. */
  readonly units: readonly PackedUnit[];
  readonly components: readonly PackedComponent[];
  /** "A", "B", "AB" or "O" of the plasma, where one is stated. */
  readonly bloodGroup?: string;
}

const PACKING_LIST_BYTES_MAX = 200;
const BLOOD_GROUPS: readonly string[] = ['A', 'B', 'AB', 'O'];

/** The kit's expiry: that of the component that expires first. */
export function kitExpiryWallS(list: PackingList): number {
  return Math.min(...list.components.map((component) => component.expiryWallS));
}

/** CBOR of a packing list; throws an Error that names what does not fit. */
export function encodePackingList(list: PackingList): Uint8Array {
  checkPackingList(list);
  const map = new Map<number, CborValue>([
    [1, identityBytes(list.sgtin)],
    [2, list.units.map((unit) => [identityBytes(unit.din), identityBytes(unit.productCode)])],
    [3, list.components.map(encodeComponent)],
  ]);
  if (list.bloodGroup !== undefined) map.set(4, list.bloodGroup);
  const bytes = encodeCbor(map);
  if (bytes.length > PACKING_LIST_BYTES_MAX) {
    throw new Error(
      `Packing list of ${list.sgtin}: ${bytes.length} bytes, at most ${PACKING_LIST_BYTES_MAX}`,
    );
  }
  return bytes;
}

function encodeComponent(component: PackedComponent): CborValue {
  const kind = COMPONENT_KINDS.indexOf(component.kind) + 1;
  return [kind, identityBytes(component.lot), component.expiryWallS];
}

/** The packing list of such bytes; throws an Error that names what is wrong. */
export function decodePackingList(bytes: Uint8Array): PackingList {
  const map = asMap(decodeCbor(bytes, 'packing list'), 'packing list');
  const group = map.get(4);
  const list: PackingList = {
    sgtin: identityText(asBytes(map.get(1), 'packing list, kit')),
    units: asArray(map.get(2), 'packing list, units').map(decodeUnit),
    components: asArray(map.get(3), 'packing list, components').map(decodeComponent),
    ...(group === undefined ? {} : { bloodGroup: asText(group, 'packing list, blood group') }),
  };
  refuseOtherKeys(map);
  checkPackingList(list);
  return list;
}

function decodeUnit(value: CborValue): PackedUnit {
  const [din, productCode] = asArray(value, 'packing list, unit');
  return {
    din: identityText(asBytes(din, 'packing list, donation')),
    productCode: identityText(asBytes(productCode, 'packing list, product code')),
  };
}

function decodeComponent(value: CborValue): PackedComponent {
  const [code, lot, expiryWallS] = asArray(value, 'packing list, component');
  const kind = COMPONENT_KINDS[asInteger(code, 'packing list, kind of component') - 1];
  if (kind === undefined) throw new Error('packing list: unknown kind of component');
  return {
    kind,
    lot: identityText(asBytes(lot, 'packing list, lot')),
    expiryWallS: asInteger(expiryWallS, 'packing list, expiry'),
  };
}

function refuseOtherKeys(map: CborMap): void {
  for (const key of map.keys()) {
    if (key < 1 || key > 4) throw new Error(`packing list: unknown key ${key}`);
  }
}

function checkPackingList(list: PackingList): void {
  checkedIdentity('kit', list.sgtin);
  for (const unit of list.units) {
    checkedIdentity('donation', unit.din);
    checkedProductCode(unit.productCode);
  }
  if (list.components.length === 0) throw new Error(`Kit ${list.sgtin} has no components`);
  for (const { lot, expiryWallS, kind } of list.components) {
    checkedIdentity('lot', lot);
    if (!Number.isInteger(expiryWallS) || expiryWallS < 0 || expiryWallS > 0x7fffffff) {
      throw new Error(`Kit ${list.sgtin}: expiry ${expiryWallS} of its ${kind}, expected seconds`);
    }
  }
  if (list.bloodGroup !== undefined && !BLOOD_GROUPS.includes(list.bloodGroup)) {
    throw new Error(`Kit ${list.sgtin}: blood group '${list.bloodGroup}', expected A, B, AB or O`);
  }
}

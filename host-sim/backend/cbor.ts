/**
 * Hands on CBOR (RFC 8949) for the host from the library cborg, in the one form that this product
 * signs: deterministic, shortest lengths, ascending keys. It shares no code with firmware/core, so
 * that the two check one another. cborg is published for `import` only, hence `loadCbor()` once
 * before anything else; creating an Authority does it.
 */
import type * as Cborg from 'cborg';

/** What the contracts use of CBOR. Maps have integer keys. */
export type CborValue =
  number | string | boolean | null | Uint8Array | readonly CborValue[] | CborMap | CborTag;
export type CborMap = ReadonlyMap<number, CborValue>;

/** A tagged value; the only tag used is 18 (COSE_Sign1). */
export class CborTag {
  readonly tag: number;
  readonly value: CborValue;
  constructor(tag: number, value: CborValue) {
    this.tag = tag;
    this.value = value;
  }
}

export const COSE_SIGN1_TAG = 18; // RFC 9052 §2

let library: typeof Cborg | undefined;

/** Loads the library; to be awaited once before the other functions here are called. */
export async function loadCbor(): Promise<void> {
  library ??= await import('cborg');
}

function cborg(): typeof Cborg {
  if (library === undefined) throw new Error('CBOR is not loaded: await loadCbor() first');
  return library;
}

/** Deterministic CBOR of a value. */
export function encodeCbor(value: CborValue): Uint8Array {
  return Uint8Array.from(cborg().encode(withTags(value)));
}

/** The value of deterministic CBOR; throws an Error that names `what` on any other bytes. */
export function decodeCbor(bytes: Uint8Array, what: string): CborValue {
  let decoded: unknown;
  try {
    decoded = cborg().decode(bytes, {
      useMaps: true,
      strict: true,
      rejectDuplicateMapKeys: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowBigInt: false,
      tags: {
        [COSE_SIGN1_TAG]: (content) => new CborTag(COSE_SIGN1_TAG, asValue(content(), what)),
      },
    });
  } catch (error) {
    throw new Error(`${what}: no CBOR (${messageOf(error)})`, { cause: error });
  }
  const value = asValue(decoded, what);
  if (Buffer.compare(encodeCbor(value), bytes) !== 0) {
    throw new Error(`${what}: not deterministic CBOR, expected ascending keys and shortest forms`);
  }
  return value;
}

function withTags(value: CborValue): unknown {
  if (value instanceof CborTag) return new (cborg().Tagged)(value.tag, withTags(value.value));
  if (value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map((item: CborValue) => withTags(item));
  if (value instanceof Map) {
    const entries = [...(value as CborMap)];
    return new Map(entries.map(([key, item]) => [key, withTags(item)]));
  }
  return value;
}

function asValue(value: unknown, what: string): CborValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new Error(`${what}: ${value}, expected an integer`);
    return value;
  }
  if (value instanceof CborTag || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map((item) => asValue(item, what));
  if (value instanceof Map) {
    const map = new Map<number, CborValue>();
    for (const [key, item] of value as Map<unknown, unknown>) {
      if (typeof key !== 'number') throw new Error(`${what}: a map key that is no integer`);
      map.set(key, asValue(item, what));
    }
    return map;
  }
  throw new Error(`${what}: a ${typeof value}, which this product does not use`);
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The map itself, or an Error that names `what`. */
export function asMap(value: CborValue | undefined, what: string): CborMap {
  if (value instanceof Map) return value as CborMap;
  throw new Error(`${what}: expected a map`);
}

/** The array itself, or an Error that names `what`. */
export function asArray(value: CborValue | undefined, what: string): readonly CborValue[] {
  if (Array.isArray(value)) return value as readonly CborValue[];
  throw new Error(`${what}: expected an array`);
}

/** The integer itself, or an Error that names `what`. */
export function asInteger(value: CborValue | undefined, what: string): number {
  if (typeof value === 'number') return value;
  throw new Error(`${what}: expected an integer`);
}

/** The text itself, or an Error that names `what`. */
export function asText(value: CborValue | undefined, what: string): string {
  if (typeof value === 'string') return value;
  throw new Error(`${what}: expected a text`);
}

/** The bytes themselves, `length` of them where it is given, or an Error that names `what`. */
export function asBytes(value: CborValue | undefined, what: string, length?: number): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new Error(`${what}: expected bytes`);
  if (length !== undefined && value.length !== length) {
    throw new Error(`${what}: ${value.length} bytes, expected ${length}`);
  }
  return value;
}

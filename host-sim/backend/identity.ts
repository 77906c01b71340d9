/**
 * Hands on identities checked by kind, between the ASCII bytes of records and the text of the host
 * ("01…21…", "8003…", "8004…", "414…", "8017…", "10…", "=…", "=<…"), and the URI by which EPCIS
 * names a blood component: CBV's form for private objects, because no GS1 key carries a DIN.
 */
import { IDENTITY, identify } from '../../firmware/core/kit/identity.js';
import { faultName } from '../fault-name.js';

/** Base of URIs of our own; `.example` is reserved for documentation (RFC 2606). */
export const NAMESPACE = 'https://ns.plasmavakt.example/';

const KINDS = {
  kit: { code: IDENTITY.sgtin, name: 'SGTIN of a kit' },
  container: { code: IDENTITY.grai, name: 'GRAI of a container' },
  logger: { code: IDENTITY.giai, name: 'GIAI of a logger' },
  place: { code: IDENTITY.gln, name: 'GLN of a place' },
  staff: { code: IDENTITY.gsrn, name: 'GSRN of staff' },
  lot: { code: IDENTITY.lot, name: 'lot' },
  donation: { code: IDENTITY.din, name: 'DIN of a donation' },
} as const;
export type IdentityKind = keyof typeof KINDS;

/** ISBT 128 data structure 003: product, type of collection, division (ST-001 §2.4.3). */
const PRODUCT_CODE = /^=<([A-Z][A-Z0-9]{4}[A-Za-z0-9][A-Z0-9][a-z0-9])$/;

/** The identity itself once it is checked; throws an Error that says what was expected. */
export function checkedIdentity(kind: IdentityKind, canonical: string): string {
  const { code, name } = KINDS[kind];
  const found = identify(identityBytes(canonical), 0, canonical.length);
  if (found === code) return canonical;
  const why = found < 0 ? `: ${faultName(found)}` : '';
  throw new Error(`'${canonical}' is no ${name}${why}`);
}

/** The product code ("=<" and 8 characters) once it is checked. */
export function checkedProductCode(canonical: string): string {
  if (PRODUCT_CODE.test(canonical)) return canonical;
  throw new Error(`'${canonical}' is no product code, expected =< and 8 characters`);
}

/** The URI of one blood component. */
export function unitUri(din: string, productCode: string): string {
  const donation = checkedIdentity('donation', din).slice(1);
  return `${NAMESPACE}isbt128/obj/${donation}.${checkedProductCode(productCode).slice(2)}`;
}

/** ASCII bytes of a canonical identity; throws where a character is none. */
export function identityBytes(canonical: string): Uint8Array {
  if (!/^[ -~]*$/.test(canonical)) {
    throw new Error(`'${canonical}' holds more than printable ASCII`);
  }
  return Uint8Array.from(Buffer.from(canonical, 'ascii'));
}

/** The canonical identity in ASCII bytes; other bytes stay visible, and fail every check. */
export function identityText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/**
 * Hands on GS1 Digital Link URIs, the names that EPCIS events use for things, from the identities
 * that records carry, and back. Canonical domain, finest key, no query (CBV 2.0). A donation and a
 * lot have none: no GS1 key holds a DIN, and a lot names nothing without its GTIN.
 */
import { IDENTITY, identify } from '../../firmware/core/kit/identity.js';
import { faultName } from '../fault-name.js';

/** Domain of canonical URIs. */
export const DIGITAL_LINK_ROOT = 'https://id.gs1.org/';

/** How an identity is cut: application identifier, length of its data (0: all that is left). */
interface Cut {
  readonly kind: number;
  readonly parts: readonly (readonly [ai: string, length: number])[];
}

const CUTS: readonly Cut[] = [
  {
    kind: IDENTITY.sgtin,
    parts: [
      ['01', 14],
      ['21', 0],
    ],
  },
  { kind: IDENTITY.grai, parts: [['8003', 0]] },
  { kind: IDENTITY.giai, parts: [['8004', 0]] },
  {
    kind: IDENTITY.gln,
    parts: [
      ['414', 13],
      ['254', 0],
    ],
  },
  { kind: IDENTITY.gsrn, parts: [['8017', 0]] },
  { kind: IDENTITY.sscc, parts: [['00', 0]] },
];

/** The URI of an identity; throws for what is no valid identity or has no URI. */
export function toDigitalLink(identity: string): string {
  if (!/^[!-~]*$/.test(identity)) throw new Error(`"${identity}" holds more than printable ASCII`);
  const kind = identify(Buffer.from(identity, 'latin1'), 0, identity.length);
  if (kind < 0) throw new Error(`"${identity}" is no valid identity: ${faultName(kind)}`);
  const cut = CUTS.find((candidate) => candidate.kind === kind);
  if (cut === undefined) throw new Error(`"${identity}" has no GS1 Digital Link URI`);
  const segments: string[] = [];
  let at = 0;
  for (const [ai, length] of cut.parts) {
    if (at === identity.length) break; // a GLN without extension
    const end = length === 0 ? identity.length : at + ai.length + length;
    segments.push(ai, encode(identity.slice(at + ai.length, end)));
    at = end;
  }
  return DIGITAL_LINK_ROOT + segments.join('/');
}

/** The identity of a URI of any domain; throws, naming the URI, when it is none of these forms. */
export function fromDigitalLink(uri: string): string {
  const path = /^https?:\/\/[^/?#]+\/([^?#]+)$/.exec(uri)?.[1];
  if (path === undefined) throw new Error(`"${uri}" is no GS1 Digital Link URI without query`);
  const segments = path.split('/');
  const isKnown = CUTS.some(
    ({ parts }) =>
      segments.length <= 2 * parts.length &&
      segments.every((segment, i) => i % 2 === 1 || segment === parts[i / 2]![0]),
  );
  if (!isKnown) throw new Error(`"${uri}" names no key of this product`);
  let identity: string;
  try {
    identity = segments.map(decodeURIComponent).join('');
  } catch {
    throw new Error(`"${uri}" holds a broken percent encoding`);
  }
  if (toDigitalLink(identity) !== DIGITAL_LINK_ROOT + segments.map(reencode).join('/')) {
    throw new Error(`"${uri}" does not name one thing`);
  }
  return identity;
}

/** Everything but the unreserved characters of RFC 3986, more than encodeURIComponent does. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function reencode(segment: string): string {
  return encode(decodeURIComponent(segment));
}

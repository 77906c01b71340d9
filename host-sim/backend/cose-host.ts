/**
 * Hands on COSE_Sign1 objects (RFC 9052 §4.2) for the host: made, and opened with their signature
 * verified. One profile of it: tag 18, ES256, protected header {1: -7, 4: kid}, nothing
 * unprotected, empty external data, the payload inside. Written apart from firmware/core/cose, so
 * that either finds the other's mistakes.
 */
import { COSE_SIGN1_TAG, CborTag, asArray, asBytes, asInteger, asMap } from './cbor.js';
import { type CborMap, decodeCbor, encodeCbor } from './cbor.js';
import { type KeyPair, kidOf, verifySignature } from './keys.js';

const ALGORITHM = 1;
const KID = 4;
const ES256 = -7;
const NOTHING = new Uint8Array(0);

/** A COSE_Sign1 taken apart; its signature is not yet verified. */
export interface Sign1 {
  readonly kid: Uint8Array;
  readonly payload: Uint8Array;
  readonly protectedHeader: Uint8Array;
  readonly signature: Uint8Array;
}

/** Signs a payload. */
export function makeSign1(key: KeyPair, payload: Uint8Array): Uint8Array {
  const protectedHeader = encodeCbor(headerOf(key.kid));
  const signature = key.sign(toBeSigned(protectedHeader, payload));
  const parts = [protectedHeader, new Map(), payload, signature];
  return encodeCbor(new CborTag(COSE_SIGN1_TAG, parts));
}

/** Takes an object apart; throws an Error that names `what` where it is not of our profile. */
export function parseSign1(bytes: Uint8Array, what: string): Sign1 {
  const tagged = decodeCbor(bytes, what);
  if (!(tagged instanceof CborTag)) {
    throw new Error(`${what}: expected tag ${COSE_SIGN1_TAG} (COSE_Sign1)`);
  }
  const parts = asArray(tagged.value, what);
  if (parts.length !== 4) throw new Error(`${what}: ${parts.length} parts, expected 4`);
  const protectedHeader = asBytes(parts[0], `${what}, protected header`);
  const header = asMap(decodeCbor(protectedHeader, `${what}, protected header`), what);
  if (header.size !== 2 || asInteger(header.get(ALGORITHM), `${what}, algorithm`) !== ES256) {
    throw new Error(`${what}: protected header must hold ES256 (-7) and a key id alone`);
  }
  if (asMap(parts[1], `${what}, unprotected header`).size !== 0) {
    throw new Error(`${what}: the unprotected header must be empty`);
  }
  return {
    kid: asBytes(header.get(KID), `${what}, key id`, 8),
    payload: asBytes(parts[2], `${what}, payload`),
    protectedHeader,
    signature: asBytes(parts[3], `${what}, signature`, 64),
  };
}

/** The verified payload map; throws when the key id or the signature is not of `publicKey`. */
export function openSign1(bytes: Uint8Array, publicKey: Uint8Array, what: string): CborMap {
  const sign1 = parseSign1(bytes, what);
  const expected = Buffer.from(kidOf(publicKey)).toString('hex');
  const kid = Buffer.from(sign1.kid).toString('hex');
  if (kid !== expected) throw new Error(`${what}: signed by key ${kid}, expected ${expected}`);
  const message = toBeSigned(sign1.protectedHeader, sign1.payload);
  if (!verifySignature(publicKey, message, sign1.signature)) {
    throw new Error(`${what}: the signature does not verify under key ${kid}`);
  }
  return asMap(decodeCbor(sign1.payload, `${what}, payload`), `${what}, payload`);
}

function headerOf(kid: Uint8Array): CborMap {
  return new Map<number, number | Uint8Array>([
    [ALGORITHM, ES256],
    [KID, kid],
  ]);
}

/** The Sig_structure of RFC 9052 §4.4. */
function toBeSigned(protectedHeader: Uint8Array, payload: Uint8Array): Uint8Array {
  return encodeCbor(['Signature1', protectedHeader, NOTHING, payload]);
}

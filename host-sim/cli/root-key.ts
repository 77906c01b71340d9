/**
 * Hands on a P-256 public key as PEM and back: root.pub, which OpenSSL and every library reads.
 * Elsewhere the key is its x and y, 64 bytes.
 */
import { type KeyObject, createPublicKey } from 'node:crypto';

const COORDINATE_BYTES = 32;

/** SubjectPublicKeyInfo as PEM. */
export function pemOfPublicKey(publicKey: Uint8Array): string {
  const part = (from: number) =>
    Buffer.from(publicKey.slice(from, from + COORDINATE_BYTES)).toString('base64url');
  const jwk = { kty: 'EC', crv: 'P-256', x: part(0), y: part(COORDINATE_BYTES) };
  return createPublicKey({ key: jwk, format: 'jwk' })
    .export({ type: 'spki', format: 'pem' })
    .toString();
}

/** x and y, 64 bytes; throws an Error where the text is no public key of P-256 in PEM. */
export function publicKeyOfPem(pem: string): Uint8Array {
  const { kty, crv, x, y } = keyOf(pem).export({ format: 'jwk' });
  if (kty !== 'EC' || crv !== 'P-256' || x === undefined || y === undefined) {
    throw new Error(`expected a public key of P-256, found one of ${crv ?? kty}`);
  }
  return Uint8Array.from(Buffer.concat([Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]));
}

function keyOf(pem: string): KeyObject {
  // Node would derive the public key of a private one, which has no business in such a file.
  if (!pem.includes('-----BEGIN PUBLIC KEY-----')) {
    throw new Error('expected a public key in PEM (-----BEGIN PUBLIC KEY-----)');
  }
  try {
    return createPublicKey(pem);
  } catch (error) {
    throw new Error('expected a public key in PEM, its content is damaged', { cause: error });
  }
}

/**
 * Hands on P-256 keys and ES256 signatures for the host. Signing follows RFC 6979 without extra
 * entropy (@noble/curves), so that the same journey gives the same bytes; verifying is Node's own
 * crypto, so that the two check one another. Keys come from the caller's entropy. Public keys are
 * x and y, 64 bytes; signatures r and s, 64 bytes (RFC 9053 §2.1), s not forced to its lower half.
 */
import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';

/** Gives so many random bytes; seeded in simulation. */
export type Entropy = (length: number) => Uint8Array;

/** 48 bytes reduced modulo the order leave a bias below 2^-64 (FIPS 186-5 A.2.1). */
const SEED_BYTES = 48;
const PUBLIC_KEY_BYTES = 64;
const KID_BYTES = 8;

export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return Uint8Array.from(hash.digest());
}

/** The name of a key in a COSE header: the first 8 bytes of the SHA-256 of its x and y. */
export function kidOf(publicKey: Uint8Array): Uint8Array {
  return sha256(publicKey).subarray(0, KID_BYTES);
}

/** A key pair whose secret does not leave it. */
export class KeyPair {
  /** x and y, 64 bytes. */
  readonly publicKey: Uint8Array;
  readonly kid: Uint8Array;
  readonly #secretKey: Uint8Array;

  private constructor(secretKey: Uint8Array) {
    this.#secretKey = secretKey;
    this.publicKey = p256.getPublicKey(secretKey, false).subarray(1); // less the 0x04 of SEC 1
    this.kid = kidOf(this.publicKey);
  }

  /** A new pair from 48 bytes of entropy. */
  static generate(entropy: Entropy): KeyPair {
    const seed = entropy(SEED_BYTES);
    if (seed.length !== SEED_BYTES) {
      throw new Error(`Entropy gave ${seed.length} bytes, expected ${SEED_BYTES}`);
    }
    return new KeyPair(p256.utils.randomSecretKey(seed));
  }

  /** The pair of a known secret, 32 bytes big-endian. */
  static fromSecret(secretKey: Uint8Array): KeyPair {
    if (!p256.utils.isValidSecretKey(secretKey)) throw new Error('No secret key of P-256');
    return new KeyPair(Uint8Array.from(secretKey));
  }

  /** ES256 over a message: r and s, 64 bytes. */
  sign(message: Uint8Array): Uint8Array {
    return this.signDigest(sha256(message));
  }

  /** ECDSA over a SHA-256 digest of 32 bytes: r and s, 64 bytes. */
  signDigest(digest: Uint8Array): Uint8Array {
    if (digest.length !== 32) throw new Error(`Digest of ${digest.length} bytes, expected 32`);
    const options = { prehash: false, lowS: false, extraEntropy: false } as const;
    return Uint8Array.from(p256.sign(digest, this.#secretKey, options));
  }
}

/** Whether `signature` over `message` was made with the secret of `publicKey`. */
export function verifySignature(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (signature.length !== 64) return false;
  const key = publicKeyObject(publicKey);
  return verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

function publicKeyObject(publicKey: Uint8Array): KeyObject {
  if (publicKey.length !== PUBLIC_KEY_BYTES) {
    throw new Error(`Public key of ${publicKey.length} bytes, expected ${PUBLIC_KEY_BYTES}`);
  }
  const x = Buffer.from(publicKey.subarray(0, 32)).toString('base64url');
  const y = Buffer.from(publicKey.subarray(32)).toString('base64url');
  try {
    return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  } catch (error) {
    throw new Error('Public key is no point of P-256', { cause: error });
  }
}

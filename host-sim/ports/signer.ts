/**
 * The signer port of the simulator: P-256 by @noble/curves, deterministic by RFC 6979, because
 * Node's own signatures are random; as jobs that take as long as on the device. The private key is
 * made from the entropy port at provisioning and survives a loss of power, as encrypted NVS does.
 */
import { p256 } from '@noble/curves/nist.js';
import { FAULT } from '../../firmware/core/faults.js';
import { type EntropyPort, type SignerPort, VERIFY_LAYOUT } from '../../firmware/core/ports.js';
import type { World } from '../world/world.js';

/** mbedTLS on an ESP32 at 240 MHz, of this order. */
export const SIGN_MS = 90;
export const VERIFY_MS = 180;
const SIGNATURE_BYTES = 64;
const DIGEST_BYTES = 32;
const UNCOMPRESSED = 0x04; // SEC 1 §2.3.3
const OPTIONS = { prehash: false, lowS: false } as const; // ES256 signs the digest, any s

type Answer = { readonly readyMs: number } & (
  { readonly signature: Uint8Array } | { readonly isValid: boolean }
);

export class SimSigner implements SignerPort {
  /** x and y of the container's key, 64 bytes. */
  readonly publicKey: Uint8Array;
  private readonly world: World;
  private readonly secretKey: Uint8Array;
  private job: Answer | undefined;

  constructor(world: World, entropy: EntropyPort) {
    this.world = world;
    this.secretKey = makeSecretKey(entropy);
    this.publicKey = p256.getPublicKey(this.secretKey, false).slice(1);
  }

  boot(): void {
    this.job = undefined;
  }

  startSign(digest: Uint8Array): number {
    if (this.job !== undefined) return FAULT.busy;
    const message = digest.slice(0, DIGEST_BYTES);
    if (message.length !== DIGEST_BYTES) return FAULT.badLength;
    const signature = p256.sign(message, this.secretKey, OPTIONS);
    this.job = { readyMs: this.world.nowMs + SIGN_MS, signature };
    return 0;
  }

  startVerify(request: Uint8Array): number {
    if (this.job !== undefined) return FAULT.busy;
    if (request.length < VERIFY_LAYOUT.bytes) return FAULT.badLength;
    this.job = { readyMs: this.world.nowMs + VERIFY_MS, isValid: isSignatureValid(request) };
    return 0;
  }

  poll(into: Uint8Array): number {
    const { job } = this;
    if (job === undefined) return FAULT.absent;
    if (this.world.nowMs < job.readyMs) return 0;
    this.job = undefined;
    if ('isValid' in job) return job.isValid ? 1 : FAULT.badSignature;
    if (into.length < SIGNATURE_BYTES) return FAULT.overflow;
    into.set(job.signature);
    return SIGNATURE_BYTES;
  }
}

function isSignatureValid(request: Uint8Array): boolean {
  const { publicKey, signature, digest } = VERIFY_LAYOUT;
  const key = new Uint8Array(1 + 64);
  key[0] = UNCOMPRESSED;
  key.set(request.subarray(publicKey, publicKey + 64), 1);
  try {
    return p256.verify(
      request.slice(signature, signature + SIGNATURE_BYTES),
      request.slice(digest, digest + DIGEST_BYTES),
      key,
      OPTIONS,
    );
  } catch {
    return false; // a point that is not on the curve, r or s out of range
  }
}

function makeSecretKey(entropy: EntropyPort): Uint8Array {
  const key = new Uint8Array(32);
  do entropy.fill(key, key.length);
  while (!p256.utils.isValidSecretKey(key));
  return key;
}

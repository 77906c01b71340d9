/**
 * The entropy port of the simulator: bytes from a seeded stream instead of true randomness, so that
 * keys, nonces and with them whole journeys are reproducible. The stream goes on over boots, as a
 * real source would: a nonce is never given twice.
 */
import { FAULT } from '../../firmware/core/faults.js';
import type { EntropyPort } from '../../firmware/core/ports.js';
import { Random, type Seed } from '../world/prng.js';

export class SimEntropy implements EntropyPort {
  private readonly random: Random;

  constructor(seed: Seed) {
    this.random = new Random(seed, 'entropy');
  }

  fill(into: Uint8Array, length: number): number {
    if (length < 0 || length > into.length) return FAULT.overflow;
    this.random.fill(into, length);
    return length;
  }
}

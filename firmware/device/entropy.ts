/**
 * The entropy port: the ESP32's hardware generator with a true source behind it. The SDK's `rng`
 * is not used: it stretches 16 bytes of seed with a stream that starts anew at each call.
 */
import { FAULT } from '../core/faults.js';
import type { EntropyPort } from '../core/ports.js';

/** The part of native/silicon.js that is asked here. */
export interface RandomSource {
  /** Fills the first `length` bytes of `into`. */
  fillRandom(into: Uint8Array, length: number): void;
}

export class Entropy implements EntropyPort {
  private readonly source: RandomSource;

  constructor(source: RandomSource) {
    this.source = source;
  }

  fill(into: Uint8Array, length: number): number {
    if (length < 0 || length > into.length) return FAULT.overflow;
    this.source.fillRandom(into, length);
    return length;
  }
}

/**
 * A product's rules as numbers: what the signed profile becomes aboard. `ProfileTable` holds up to
 * PROFILE_COUNT_MAX profiles in typed arrays, made once; `load-profile.ts` fills it from CBOR
 * (layout: PROFILE.md). Every number's source stands in the file that the host built the CBOR
 * from, and the SHA-256 of the CBOR names the profile.
 */
import { equal } from '../bytes.js';
import { PROFILE_COUNT_MAX, RATE_KNOT_COUNT_MAX, ZONE_COUNT_MAX } from '../limits.js';

/** How a zone's limit is compared with the temperature. */
export const OPERATOR = Object.freeze({ above: 0, atOrAbove: 1, below: 2, atOrBelow: 3 } as const);

/** What a zone allows. */
export const ALLOWANCE = Object.freeze({
  /** Nothing: the first reading inside the zone is an excursion. */
  instant: 0,
  /** An uninterrupted stay; leaving the zone resets it. */
  single: 1,
  /** All stays of the kit's life together; no end. */
  cumulative: 2,
} as const);

export const PROFILE_HASH_BYTES = 32;
/** Value of `useByS` when the profile sets no limit after mixing. */
export const USE_BY_UNSET = -1;

/** Whether a temperature lies inside a zone. */
export function isInside(
  operator: number,
  limitCentiC: number,
  temperatureCentiC: number,
): boolean {
  switch (operator) {
    case OPERATOR.above:
      return temperatureCentiC > limitCentiC;
    case OPERATOR.atOrAbove:
      return temperatureCentiC >= limitCentiC;
    case OPERATOR.below:
      return temperatureCentiC < limitCentiC;
    default:
      return temperatureCentiC <= limitCentiC;
  }
}

export class ProfileTable {
  /** 1 where a profile is loaded. */
  readonly used = new Uint8Array(PROFILE_COUNT_MAX);
  readonly version = new Uint16Array(PROFILE_COUNT_MAX);
  readonly isExample = new Uint8Array(PROFILE_COUNT_MAX);
  readonly hashes = new Uint8Array(PROFILE_COUNT_MAX * PROFILE_HASH_BYTES);

  readonly zoneCount = new Uint8Array(PROFILE_COUNT_MAX);
  /** Zone z of profile p stands at p x ZONE_COUNT_MAX + z. */
  readonly operator = new Uint8Array(PROFILE_COUNT_MAX * ZONE_COUNT_MAX);
  readonly limitCentiC = new Int16Array(PROFILE_COUNT_MAX * ZONE_COUNT_MAX);
  readonly allowance = new Uint8Array(PROFILE_COUNT_MAX * ZONE_COUNT_MAX);
  readonly allowanceS = new Int32Array(PROFILE_COUNT_MAX * ZONE_COUNT_MAX);
  readonly zoneVerdict = new Uint8Array(PROFILE_COUNT_MAX * ZONE_COUNT_MAX);
  /** Temperatures strictly between these lie inside no zone of the profile. */
  readonly quietAboveCentiC = new Int16Array(PROFILE_COUNT_MAX);
  readonly quietBelowCentiC = new Int16Array(PROFILE_COUNT_MAX);

  readonly gapAllowanceS = new Int32Array(PROFILE_COUNT_MAX);
  /** Knots of the rate table, 0 without a stability budget; the first one's temperature in °C. */
  readonly knotCount = new Uint8Array(PROFILE_COUNT_MAX);
  readonly firstKnotC = new Int8Array(PROFILE_COUNT_MAX);
  /** Rate of degradation in 1/1000 of that at the reference temperature. */
  readonly ratePermille = new Int32Array(PROFILE_COUNT_MAX * RATE_KNOT_COUNT_MAX);
  /** Seconds at rate 1000. */
  readonly budgetS = new Int32Array(PROFILE_COUNT_MAX);
  readonly budgetVerdict = new Uint8Array(PROFILE_COUNT_MAX);

  readonly dropFreeFallMs = new Int32Array(PROFILE_COUNT_MAX);
  readonly dropDeltaVMmPerS = new Int32Array(PROFILE_COUNT_MAX);
  readonly severeDeltaVMmPerS = new Int32Array(PROFILE_COUNT_MAX);
  readonly dropVerdict = new Uint8Array(PROFILE_COUNT_MAX);
  readonly severeVerdict = new Uint8Array(PROFILE_COUNT_MAX);

  readonly lidAllowedS = new Int32Array(PROFILE_COUNT_MAX);
  readonly lidVerdict = new Uint8Array(PROFILE_COUNT_MAX);
  readonly useByS = new Int32Array(PROFILE_COUNT_MAX);

  /** Index of the profile with this hash, or -1. */
  find(hash: Uint8Array, at: number): number {
    for (let p = 0; p < PROFILE_COUNT_MAX; p++) {
      const matches = equal(this.hashes, p * PROFILE_HASH_BYTES, hash, at, PROFILE_HASH_BYTES);
      if (this.used[p] === 1 && matches) return p;
    }
    return -1;
  }

  /** Rate at a temperature, linear between knots and constant beyond them. */
  rateAt(profile: number, temperatureCentiC: number): number {
    const base = profile * RATE_KNOT_COUNT_MAX;
    const offset = temperatureCentiC - this.firstKnotC[profile]! * 100;
    const last = this.knotCount[profile]! - 1;
    if (offset <= 0) return this.ratePermille[base]!;
    const knot = (offset / 100) | 0;
    if (knot >= last) return this.ratePermille[base + last]!;
    const low = this.ratePermille[base + knot]!;
    const high = this.ratePermille[base + knot + 1]!;
    return low + ((((high - low) * (offset - knot * 100)) / 100) | 0);
  }
}

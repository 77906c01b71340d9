/**
 * A product's rules as numbers: what the signed profile becomes aboard. `ProfileTable` holds up to
 * PROFILE_COUNT_MAX profiles in typed arrays, made once; `load-profile.ts` fills it from CBOR
 * (layout: PROFILE.md). Every number's source stands in the file that the host built the CBOR
 * from, and the SHA-256 of the CBOR names the profile.
 */
import { Slab } from '../arena.js';
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

/** Of one profile: 7 int32, 3 int16 and 9 bytes, its hash, zones of 9 bytes, knots of 4. */
const PROFILE_BYTES = 43 + PROFILE_HASH_BYTES + 9 * ZONE_COUNT_MAX + 4 * RATE_KNOT_COUNT_MAX;

export class ProfileTable {
  /** 1 where a profile is loaded. */
  readonly used: Uint8Array;
  readonly version: Uint16Array;
  readonly isExample: Uint8Array;
  readonly hashes: Uint8Array;

  readonly zoneCount: Uint8Array;
  /** Zone z of profile p stands at p x ZONE_COUNT_MAX + z. */
  readonly operator: Uint8Array;
  readonly limitCentiC: Int16Array;
  readonly allowance: Uint8Array;
  readonly allowanceS: Int32Array;
  readonly zoneVerdict: Uint8Array;
  /** Temperatures strictly between these lie inside no zone of the profile. */
  readonly quietAboveCentiC: Int16Array;
  readonly quietBelowCentiC: Int16Array;

  readonly gapAllowanceS: Int32Array;
  /** Knots of the rate table, 0 without a stability budget; the first one's temperature in °C. */
  readonly knotCount: Uint8Array;
  readonly firstKnotC: Int8Array;
  /** Rate of degradation in 1/1000 of that at the reference temperature. */
  readonly ratePermille: Int32Array;
  /** Seconds at rate 1000. */
  readonly budgetS: Int32Array;
  readonly budgetVerdict: Uint8Array;

  readonly dropFreeFallMs: Int32Array;
  readonly dropDeltaVMmPerS: Int32Array;
  readonly severeDeltaVMmPerS: Int32Array;
  readonly dropVerdict: Uint8Array;
  readonly severeVerdict: Uint8Array;

  readonly lidAllowedS: Int32Array;
  readonly lidVerdict: Uint8Array;
  readonly useByS: Int32Array;

  constructor() {
    const count = PROFILE_COUNT_MAX;
    const ruleCount = count * ZONE_COUNT_MAX;
    const slab = new Slab(count * PROFILE_BYTES);
    this.allowanceS = slab.int32(ruleCount);
    this.gapAllowanceS = slab.int32(count);
    this.ratePermille = slab.int32(count * RATE_KNOT_COUNT_MAX);
    this.budgetS = slab.int32(count);
    this.dropFreeFallMs = slab.int32(count);
    this.dropDeltaVMmPerS = slab.int32(count);
    this.severeDeltaVMmPerS = slab.int32(count);
    this.lidAllowedS = slab.int32(count);
    this.useByS = slab.int32(count);
    this.limitCentiC = slab.int16(ruleCount);
    this.quietAboveCentiC = slab.int16(count);
    this.quietBelowCentiC = slab.int16(count);
    this.version = slab.uint16(count);
    this.firstKnotC = slab.int8(count);
    this.used = slab.uint8(count);
    this.isExample = slab.uint8(count);
    this.hashes = slab.uint8(count * PROFILE_HASH_BYTES);
    this.zoneCount = slab.uint8(count);
    this.operator = slab.uint8(ruleCount);
    this.allowance = slab.uint8(ruleCount);
    this.zoneVerdict = slab.uint8(ruleCount);
    this.knotCount = slab.uint8(count);
    this.budgetVerdict = slab.uint8(count);
    this.dropVerdict = slab.uint8(count);
    this.severeVerdict = slab.uint8(count);
    this.lidVerdict = slab.uint8(count);
    slab.seal();
  }

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

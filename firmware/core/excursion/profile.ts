/**
 * A product's rules as numbers: what the signed profile becomes aboard. `ProfileTable` holds up to
 * PROFILE_COUNT_MAX profiles in one typed array, made once; `load-profile.ts` fills it from CBOR
 * (layout: PROFILE.md). Every number's source stands in the file that the host built the CBOR
 * from, and the SHA-256 of the CBOR names the profile.
 */
import { copy, equal, getI32 } from '../bytes.js';
import { PROFILE_COUNT_MAX, RATE_KNOT_COUNT_MAX, ZONE_COUNT_MAX } from '../limits.js';
import { REASON } from './reasons.js';

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

/** Value of `PROFILE.tiltPlace` and its like when the profile has no such rule. */
export const NO_PLACE = -1;

/** Offsets within one rule: a temperature zone, or what counts in a place behind the zones. */
export const RULE = Object.freeze({
  operator: 0,
  limit: 1, // 0.01 °C; degrees, per mille or lux behind the zones
  allowance: 2,
  allowanceS: 3,
  verdict: 4,
  words: 5,
} as const);

const HASH_WORDS = PROFILE_HASH_BYTES / 4;
const RULES_AT = 35;
const RATES_AT = RULES_AT + ZONE_COUNT_MAX * RULE.words;

/** Offsets within the words of one profile. */
export const PROFILE = Object.freeze({
  /** 1 where a profile is loaded. */
  used: 0,
  version: 1,
  isExample: 2,
  zoneCount: 3,
  /** Bits of the zones whose allowance is cumulative: their excursions have no end. */
  endlessZones: 4,
  /** Temperatures strictly between these lie inside no zone of the profile. */
  quietAboveCentiC: 5,
  quietBelowCentiC: 6,
  gapAllowanceS: 7,
  /** Readings that a power cut may cost while the container sleeps, in seconds; 0: none. */
  lossAllowedS: 8,
  /** Knots of the rate table, 0 without a stability budget; the first one's temperature in °C. */
  knotCount: 9,
  firstKnotC: 10,
  /** Seconds at rate 1000; 0 without a stability budget. */
  budgetS: 11,
  budgetVerdict: 12,
  dropFreeFallMs: 13,
  dropDeltaVMmPerS: 14,
  severeDeltaVMmPerS: 15,
  dropVerdict: 16,
  severeVerdict: 17,
  lidAllowedS: 18,
  lidVerdict: 19,
  useByS: 20,
  /** Places of the rules that are no zones, behind the zones; NO_PLACE without such a rule. */
  disagreePlace: 21,
  tiltPlace: 22,
  humidityPlace: 23,
  lightPlace: 24,
  /** 1 where only a calibrated probe counts. */
  needsCalibration: 25,
  /** Probes of a slot that are no further apart than this do not disagree. */
  quietSpreadCentiC: 26,
  hash: RULES_AT - HASH_WORDS,
  rules: RULES_AT,
  /** Rates of degradation in 1/1000 of that at the reference temperature, one per knot. */
  ratesPermille: RATES_AT,
  words: RATES_AT + RATE_KNOT_COUNT_MAX,
} as const);

/**
 * The place in which a kit counts for a reason: its zone's, or that of a rule behind the zones;
 * NO_PLACE for any other reason. `profile` is where its words are.
 */
export function placeOf(reason: number, rules: Int32Array, profile: number): number {
  if (reason < ZONE_COUNT_MAX) return reason;
  if (reason < REASON.disagree || reason > REASON.light) return NO_PLACE;
  return rules[profile + PROFILE.disagreePlace + reason - REASON.disagree]!;
}

/** Index of a profile's words. */
export function profileAt(profile: number): number {
  return profile * PROFILE.words;
}

/** A profile without rules behind its zones; its words are at `profile`. */
export function clearPlaces(rules: Int32Array, profile: number): void {
  const first = profile + PROFILE.disagreePlace;
  rules.fill(NO_PLACE, first, first + REASON.light - REASON.disagree + 1);
}

export class ProfileTable {
  /** All profiles; on the device an array of its own for each number would cost 64 bytes. */
  readonly words = new Int32Array(PROFILE_COUNT_MAX * PROFILE.words);
  private readonly bytes = new Uint8Array(this.words.buffer);

  constructor() {
    for (let p = 0; p < PROFILE_COUNT_MAX; p++) clearPlaces(this.words, profileAt(p));
  }

  /** Whether a profile is loaded at this place. */
  isUsed(profile: number): boolean {
    return this.words[profileAt(profile) + PROFILE.used] === 1;
  }

  /** Gives a place up. */
  remove(profile: number): void {
    this.words[profileAt(profile) + PROFILE.used] = 0;
  }

  /** Index of the profile with this hash, or -1. */
  find(hash: Uint8Array, at: number): number {
    for (let p = 0; p < PROFILE_COUNT_MAX; p++) {
      const matches = equal(this.bytes, this.hashAt(p), hash, at, PROFILE_HASH_BYTES);
      if (matches && this.isUsed(p)) return p;
    }
    return -1;
  }

  setHash(profile: number, hash: Uint8Array): void {
    copy(hash, 0, this.bytes, this.hashAt(profile), PROFILE_HASH_BYTES);
  }

  /** The first four bytes of a profile's hash, as PROFILE records and cursors name it. */
  markOf(profile: number): number {
    return getI32(this.bytes, this.hashAt(profile));
  }

  private hashAt(profile: number): number {
    return 4 * (profileAt(profile) + PROFILE.hash);
  }
}

/**
 * Rate at a temperature in 1/1000 of that at the reference, linear between knots and constant
 * beyond them; the profile's words are at `at` of `rules`.
 */
export function rateAt(rules: Int32Array, at: number, temperatureCentiC: number): number {
  const offset = temperatureCentiC - rules[at + PROFILE.firstKnotC]! * 100;
  const knot = offset > 0 ? (offset / 100) | 0 : 0;
  const last = rules[at + PROFILE.knotCount]! - 1;
  const base = at + PROFILE.ratesPermille + (knot < last ? knot : last);
  const low = rules[base]!;
  if (offset <= 0 || knot >= last) return low;
  return low + ((((rules[base + 1]! - low) * (offset - knot * 100)) / 100) | 0);
}

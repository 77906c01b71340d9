/** Profiles for the tests of judging: their CBOR from parts, and tables that hold them. */
import { CborReader } from '../../../../firmware/core/cbor/cbor.js';
import { hashProfile, loadProfile } from '../../../../firmware/core/excursion/load-profile.js';
import { ALLOWANCE, OPERATOR, ProfileTable } from '../../../../firmware/core/excursion/profile.js';
import { Sha256 } from '../../../../firmware/core/sha256.js';
import { VERDICT } from '../../../../firmware/core/units.js';
import { type CborValue, encodeCbor } from '../../../../host-sim/backend/cbor.js';

type Verdict = keyof typeof VERDICT;

export interface ZoneParts {
  readonly operator: keyof typeof OPERATOR;
  readonly limitCentiC: number;
  readonly allowance: keyof typeof ALLOWANCE;
  readonly allowanceS?: number;
  readonly verdict?: keyof typeof VERDICT;
}

export interface BudgetParts {
  readonly firstKnotC: number;
  readonly ratesPermille: readonly number[];
  readonly budgetS: number;
  readonly verdict?: keyof typeof VERDICT;
}

/** Parts of a profile; what is left out allows so much that no test meets it by accident. */
export interface ProfileParts {
  readonly id?: string;
  readonly version?: number;
  readonly isExample?: boolean;
  readonly zones?: readonly ZoneParts[];
  readonly gapAllowanceS?: number;
  readonly budget?: BudgetParts | undefined;
  readonly shock?: {
    readonly dropFreeFallMs?: number;
    readonly dropDeltaVMmPerS?: number;
    readonly severeDeltaVMmPerS?: number;
    readonly dropVerdict?: keyof typeof VERDICT;
    readonly severeVerdict?: keyof typeof VERDICT;
  };
  readonly lid?: { readonly allowedS: number; readonly verdict: keyof typeof VERDICT };
  readonly useByS?: number | null;
  readonly lossAllowedS?: number;
  readonly disagree?: { limitCentiC: number; allowedS: number; verdict: Verdict };
  readonly tilt?: { limitDeg: number; verdict: Verdict };
  readonly humidity?: { limitPermille: number; allowedS: number; verdict: Verdict };
  readonly light?: { limitLux: number; allowedS: number; verdict: Verdict };
  readonly needsCalibration?: boolean;
}

export function zoneRow(zone: ZoneParts): CborValue[] {
  return [
    OPERATOR[zone.operator],
    zone.limitCentiC,
    ALLOWANCE[zone.allowance],
    zone.allowanceS ?? 0,
    VERDICT[zone.verdict ?? 'quarantine'],
  ];
}

/** The profile as a CBOR map, before encoding: a test may spoil it first. */
export function profileMap(parts: ProfileParts = {}): Map<number, CborValue> {
  const { budget, shock = {}, lid = { allowedS: 36000, verdict: 'inspect' } } = parts;
  const map = new Map<number, CborValue>([
    [1, parts.id ?? 'test'],
    [2, parts.version ?? 1],
    [3, parts.isExample ?? false],
    [4, (parts.zones ?? []).map(zoneRow)],
    [5, parts.gapAllowanceS ?? 900],
    [
      7,
      [
        shock.dropFreeFallMs ?? 140,
        shock.dropDeltaVMmPerS ?? 1500,
        shock.severeDeltaVMmPerS ?? 3000,
        VERDICT[shock.dropVerdict ?? 'inspect'],
        VERDICT[shock.severeVerdict ?? 'quarantine'],
      ],
    ],
    [8, [lid.allowedS, VERDICT[lid.verdict]]],
    [9, parts.useByS ?? null],
  ]);
  if (budget !== undefined) {
    const { firstKnotC, ratesPermille, budgetS, verdict } = budget;
    map.set(6, [firstKnotC, ratesPermille, budgetS, VERDICT[verdict ?? 'quarantine']]);
  }
  if (parts.lossAllowedS !== undefined) map.set(10, parts.lossAllowedS);
  setRule(map, 11, parts.disagree, parts.disagree?.limitCentiC);
  if (parts.tilt) map.set(12, [parts.tilt.limitDeg, VERDICT[parts.tilt.verdict]]);
  setRule(map, 13, parts.humidity, parts.humidity?.limitPermille);
  setRule(map, 14, parts.light, parts.light?.limitLux);
  if (parts.needsCalibration === true) map.set(15, true);
  return map;
}

/** A rule behind the zones, with a limit and a time. */
function setRule(
  map: Map<number, CborValue>,
  key: number,
  rule: { allowedS: number; verdict: Verdict } | undefined,
  limit: number | undefined,
): void {
  if (rule && limit !== undefined) map.set(key, [limit, rule.allowedS, VERDICT[rule.verdict]]);
}

/** Loads CBOR into a place of a table: 0, or the fault. `loadCbor` must have been awaited. */
export function loadBytes(table: ProfileTable, place: number, bytes: Uint8Array): number {
  const hash = new Uint8Array(32);
  hashProfile(new Sha256(), bytes, 0, bytes.length, hash, 0);
  return loadProfile(table, place, new CborReader(), bytes, 0, bytes.length, hash);
}

/** A table with these profiles in its first places; throws when one is malformed. */
export function tableOf(...profiles: readonly ProfileParts[]): ProfileTable {
  const table = new ProfileTable();
  profiles.forEach((parts, place) => {
    const result = loadBytes(table, place, encodeCbor(profileMap(parts)));
    if (result !== 0) throw new Error(`Profile ${place} of the test: fault ${result}`);
  });
  return table;
}

/**
 * Hands on a product's profile: read from YAML, where every number stands with its source, checked,
 * and turned into the CBOR that quality signs and a container keeps by its hash. Sources and names
 * stay on the host; the container gets integers (firmware/core/excursion/profile.ts).
 */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { LOSS_ALLOWED_MAX_S, LUX_MAX } from '../../firmware/core/excursion/load-profile.js';
import { ALLOWANCE, OPERATOR } from '../../firmware/core/excursion/profile.js';
import { OBJECT_BYTES_MAX, ZONE_COUNT_MAX } from '../../firmware/core/limits.js';
import { VERDICT } from '../../firmware/core/units.js';
import { type CborValue, encodeCbor, loadCbor, messageOf } from './cbor.js';
import { sha256 } from './keys.js';
import { FIRST_KNOT_C, budgetOfShelfLife, rateTable, relativeRate } from './stability.js';

/** A signature and its header add so much to a profile on its way to a container. */
const SIGNATURE_BYTES = 110;
const INT32_MAX = 0x7fffffff;
/** Longest time that a container's profile table takes. */
const SECONDS_MAX = 1 << 29;
/** 365.25 / 12 days. */
const MONTH_S = 2629800;

const source = z.string().min(12, 'every number needs its source, in words');
const sourced = <T extends z.ZodType>(value: T) => z.strictObject({ value, source });
const seconds = z.number().int().min(60).max(SECONDS_MAX);
const centi = z
  .number()
  .refine((value) => Math.abs(value * 100 - Math.round(value * 100)) < 1e-9, '0.01 °C steps')
  .refine((value) => value >= -60 && value <= 100, 'between -60 and 100 °C');
const tenths = z
  .number()
  .refine((value) => Math.abs(value * 10 - Math.round(value * 10)) < 1e-9, '0.1 % steps')
  .refine((value) => value >= 0 && value <= 99.9, 'between 0 and 99.9 %');
const breach = z.enum(['inspect', 'unknown', 'quarantine', 'discard']);
const name = z.string().min(1).max(40);

const zone = z
  .strictObject({
    name,
    operator: z.enum(['above', 'atOrAbove', 'below', 'atOrBelow']),
    limitC: sourced(centi),
    allowance: z.enum(['instant', 'single', 'cumulative']),
    allowanceS: sourced(seconds).optional(),
    verdict: breach,
  })
  .refine((value) => (value.allowance === 'instant') === (value.allowanceS === undefined), {
    error: 'allowanceS belongs to a single or cumulative zone, and to those alone',
  });

/** Up to so much is allowed, and more for so long. */
const watched = <T extends z.ZodType>(limit: T) =>
  z.strictObject({ limit: sourced(limit), allowedS: sourced(seconds), verdict: breach }).optional();

const schema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,23}$/, 'lower case, digits and hyphens, up to 24'),
    version: z.number().int().min(1).max(65535),
    example: z.boolean(),
    product: z.strictObject({ name, maker: z.string().min(1) }),
    zones: z.array(zone).min(1).max(ZONE_COUNT_MAX),
    gapAllowanceS: sourced(seconds),
    stability: z
      .strictObject({
        activationEnergyKJPerMol: sourced(z.number().min(40).max(130)),
        shelfLifeMonths: sourced(z.number().min(1).max(120)),
        shelfLifeC: sourced(centi),
        verdict: breach,
      })
      .optional(),
    shock: z.strictObject({
      dropFreeFallMs: sourced(z.number().int().min(50).max(2000)),
      dropDeltaVMmPerS: sourced(z.number().int().min(100).max(20000)),
      severeDeltaVMmPerS: sourced(z.number().int().min(100).max(20000)),
      dropVerdict: breach,
      severeVerdict: breach,
    }),
    lid: z.strictObject({ openAllowedS: sourced(seconds), verdict: breach }),
    useByS: sourced(seconds.nullable()),
    lossAllowedS: sourced(seconds.max(LOSS_ALLOWED_MAX_S)).optional(),
    /** °C between the probes of a slot. */
    disagreeC: watched(centi.refine((value) => value > 0 && value <= 100, 'above 0, up to 100 °C')),
    tiltDeg: z
      .strictObject({ limit: sourced(z.number().int().min(1).max(179)), verdict: breach })
      .optional(),
    /** Per cent of relative humidity. */
    humidityPercent: watched(tenths),
    lightLux: watched(z.number().int().min(0).max(LUX_MAX)),
    needsCalibration: sourced(z.literal(true)).optional(),
  })
  .refine((data) => placesOf(data) <= ZONE_COUNT_MAX, {
    error: `zones and rules behind them: at most ${ZONE_COUNT_MAX} together`,
    path: ['zones'],
  });

/** Places that a kit counts in: one for each of these rules. */
function placesOf(data: {
  readonly zones: readonly unknown[];
  readonly disagreeC?: unknown;
  readonly tiltDeg?: unknown;
  readonly humidityPercent?: unknown;
  readonly lightLux?: unknown;
}): number {
  const { zones, disagreeC, tiltDeg, humidityPercent, lightLux } = data;
  const behind = [disagreeC, tiltDeg, humidityPercent, lightLux];
  return zones.length + behind.filter((rule) => rule !== undefined).length;
}

/** A profile as its YAML file says it, checked. */
export type ProfileSource = z.infer<typeof schema>;

/** The stability budget as it is aboard, and what it means at the shelf life's temperature. */
export interface StabilityTable {
  readonly firstKnotC: number;
  /** Per mille of the rate at the reference temperature, one per °C. */
  readonly rates: readonly number[];
  /** Seconds at the reference temperature. */
  readonly budgetS: number;
  readonly shelfLifeC: number;
  /** Budget seconds that one second at `shelfLifeC` uses. */
  readonly rateAtShelfLife: number;
}

/** A profile ready to be signed. */
export interface Profile {
  readonly id: string;
  readonly source: ProfileSource;
  readonly stability?: StabilityTable;
  readonly cbor: Uint8Array;
  /** SHA-256 of the CBOR, under which containers and records name it. */
  readonly hash: Uint8Array;
}

/** A profile from YAML text; throws an Error that names file, place and expectation. */
export function parseProfile(text: string, file: string): Profile {
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (error) {
    throw new Error(`Profile ${file}: no YAML (${messageOf(error)})`, { cause: error });
  }
  const checked = schema.safeParse(raw);
  if (!checked.success) {
    throw new Error(`Profile ${file}:\n${z.prettifyError(checked.error)}`);
  }
  return buildProfile(checked.data, file);
}

function buildProfile(data: ProfileSource, file: string): Profile {
  const stability = stabilityOf(data);
  const cbor = encodeCbor(profileMap(data, stability));
  if (cbor.length > OBJECT_BYTES_MAX - SIGNATURE_BYTES) {
    const limit = OBJECT_BYTES_MAX - SIGNATURE_BYTES;
    throw new Error(`Profile ${file}: ${cbor.length} bytes of CBOR, at most ${limit}`);
  }
  const rateMax = Math.max(0, ...(stability?.rates ?? []));
  if (rateMax * data.gapAllowanceS.value > INT32_MAX || (stability?.budgetS ?? 0) > SECONDS_MAX) {
    throw new Error(
      `Profile ${file}: its budget leaves the int32 range; shorten gap allowance or shelf life`,
    );
  }
  const profile = { id: data.id, source: data, cbor, hash: sha256(cbor) };
  return stability === undefined ? profile : { ...profile, stability };
}

function stabilityOf({ stability }: ProfileSource): StabilityTable | undefined {
  if (stability === undefined) return undefined;
  const energy = stability.activationEnergyKJPerMol.value;
  const shelfLifeC = stability.shelfLifeC.value;
  const shelfLifeS = stability.shelfLifeMonths.value * MONTH_S;
  return {
    firstKnotC: FIRST_KNOT_C,
    rates: rateTable(energy),
    budgetS: budgetOfShelfLife(shelfLifeS, shelfLifeC, energy),
    shelfLifeC,
    rateAtShelfLife: relativeRate(shelfLifeC, energy),
  };
}

function profileMap(
  data: ProfileSource,
  stability: StabilityTable | undefined,
): Map<number, CborValue> {
  const { shock, lid } = data;
  const map = new Map<number, CborValue>([
    [1, data.id],
    [2, data.version],
    [3, data.example],
    [4, data.zones.map(zoneRow)],
    [5, data.gapAllowanceS.value],
    [
      7,
      [
        shock.dropFreeFallMs.value,
        shock.dropDeltaVMmPerS.value,
        shock.severeDeltaVMmPerS.value,
        VERDICT[shock.dropVerdict],
        VERDICT[shock.severeVerdict],
      ],
    ],
    [8, [lid.openAllowedS.value, VERDICT[lid.verdict]]],
    [9, data.useByS.value],
  ]);
  if (stability !== undefined && data.stability !== undefined) {
    const { firstKnotC, rates, budgetS } = stability;
    map.set(6, [firstKnotC, rates, budgetS, VERDICT[data.stability.verdict]]);
  }
  if (data.lossAllowedS !== undefined) map.set(10, data.lossAllowedS.value);
  addWatched(map, data);
  return map;
}

/** The rules behind the zones, in the units of the container. */
function addWatched(map: Map<number, CborValue>, data: ProfileSource): void {
  const { disagreeC, tiltDeg, humidityPercent, lightLux, needsCalibration } = data;
  const add = (key: number, rule: typeof disagreeC, unit: number): void => {
    if (rule === undefined) return;
    const limit = Math.round(rule.limit.value * unit);
    map.set(key, [limit, rule.allowedS.value, VERDICT[rule.verdict]]);
  };
  add(11, disagreeC, 100);
  if (tiltDeg !== undefined) map.set(12, [tiltDeg.limit.value, VERDICT[tiltDeg.verdict]]);
  add(13, humidityPercent, 10);
  add(14, lightLux, 1);
  if (needsCalibration !== undefined) map.set(15, true);
}

function zoneRow(row: ProfileSource['zones'][number]): CborValue {
  const limitCentiC = Math.round(row.limitC.value * 100);
  const allowanceS = row.allowanceS?.value ?? 0;
  const kind = ALLOWANCE[row.allowance];
  return [OPERATOR[row.operator], limitCentiC, kind, allowanceS, VERDICT[row.verdict]];
}

/** Profiles by id and by hash. */
export class ProfileLibrary {
  readonly all: readonly Profile[];

  constructor(profiles: readonly Profile[]) {
    const ids = new Set(profiles.map((profile) => profile.id));
    if (ids.size !== profiles.length) throw new Error('Two profiles have the same id');
    this.all = profiles;
  }

  /** All profiles of a folder; without one, the examples that come with the product. */
  static async load(folder: string = join(__dirname, 'profiles')): Promise<ProfileLibrary> {
    await loadCbor();
    const files = readdirSync(folder).filter((file) => /\.ya?ml$/.test(file));
    return new ProfileLibrary(files.sort().map((file) => loadProfile(join(folder, file))));
  }

  /** The profile of that id; throws an Error that lists those there are. */
  byId(id: string): Profile {
    const found = this.all.find((profile) => profile.id === id);
    if (found !== undefined) return found;
    const known = this.all.map((profile) => profile.id).join(', ');
    throw new Error(`No profile '${id}'; there are ${known}`);
  }

  byHash(hash: Uint8Array): Profile | undefined {
    return this.all.find((profile) => Buffer.compare(profile.hash, hash) === 0);
  }
}

/** A profile from a file. */
export function loadProfile(path: string): Profile {
  return parseProfile(readFileSync(path, 'utf8'), basename(path));
}

/**
 * Hands on verdicts.json: for every kit that the journal knows, the verdict that the container
 * recorded last, each reason with limit, used, allowed and left, and the records that it rests on.
 * Nothing is judged anew: numbers are the container's own, words come from the profile that the
 * kit was packed under and from text-en.ts.
 */
import { FIXED_VERDICT, REASON } from '../../firmware/core/excursion/reasons.js';
import { type CustodyWord, KitFold, type KitState } from './kit-fold.js';
import { type VerdictWord, fieldOf, nameOf, verdictWordOf } from './kit-fold.js';
import { type PackedComponent, type PackedUnit, kitExpiryWallS } from './packing-list.js';
import type { Profile, ProfileLibrary } from './profile.js';
import { type DecodedLog, type DecodedRecord, isoOfWallS } from './record-types.js';
import { type FixedReason, NO_REASON_TEXT, NO_VERDICT_TEXT } from './text-en.js';
import { type ReasonNumbers, fixedText, zoneText } from './text-en.js';

export type { CustodyWord, VerdictWord } from './kit-fold.js';

/** A moment with the record that tells of it. */
export interface VerdictMoment {
  readonly sequence: number;
  readonly wallS: number | null;
  /** ISO 8601, UTC; null when the boot had no clock. */
  readonly time: string | null;
}

/** One reason of a verdict. */
export interface VerdictReason {
  /** `zone0` … `zone7` by the profile's zones, else the name in REASON. */
  readonly code: string;
  /** What this reason alone leads to. */
  readonly verdict: VerdictWord;
  readonly text: string;
  /** Name of the zone in the profile. */
  readonly zone: string | null;
  /** Centi-°C of a zone, mm/s of a shock; null where the reason has none. */
  readonly limit: number | null;
  /** Seconds, as recorded with the excursion; -1 for a gap of unknown length. */
  readonly used: number | null;
  readonly allowed: number | null;
  /** Seconds left of what is allowed, never below 0. */
  readonly left: number | null;
  /** When the condition began. */
  readonly start: VerdictMoment | null;
  /** The worst value, in the limit's unit. */
  readonly extreme: (VerdictMoment & { readonly value: number }) | null;
  /** Since when it counts: the excursion record, or the verdict record that named it first. */
  readonly since: VerdictMoment;
  /** Sequence numbers of the records that it rests on, ascending. */
  readonly evidence: readonly number[];
}

export interface KitVerdict {
  /** The number by which records name the kit. */
  readonly kit: number;
  /** Canonical "01…21…". */
  readonly sgtin: string;
  /** Id of the profile it was packed under; null when that is not in the library. */
  readonly product: string | null;
  readonly productName: string | null;
  /** Lower-case hex; null when the journal part does not name it. */
  readonly profileHash: string | null;
  /** Counted from 0; null when it is in none. */
  readonly slot: number | null;
  readonly custody: CustodyWord;
  readonly verdict: VerdictWord;
  /** One sentence: the reasons' texts, or that there is none. */
  readonly text: string;
  readonly reasons: readonly VerdictReason[];
  readonly packed: VerdictMoment;
  /** The record of the verdict. */
  readonly recorded: VerdictMoment | null;
  readonly expiryWallS: number;
  readonly expiry: string;
  /** Seconds at the profile's reference temperature, as recorded; null without a budget. */
  readonly budgetLeftS: number | null;
  /** Of the whole budget, 0..1000. */
  readonly budgetLeftPermille: number | null;
  /** The same in days at the temperature of the shelf life. */
  readonly budgetLeftDays: number | null;
  readonly bloodGroup: string | null;
  readonly units: readonly PackedUnit[];
  readonly components: readonly PackedComponent[];
}

/** All kits of a journal in the order of packing, with their verdicts. */
export function kitVerdicts(log: DecodedLog, profiles: ProfileLibrary): KitVerdict[] {
  const fold = new KitFold();
  for (const record of log.records) fold.apply(record);
  const bySequence = new Map(log.records.map((record) => [record.sequence, record]));
  return fold.all.map((kit) => kitVerdict(kit, profiles, bySequence));
}

const SHOCK_REASONS: readonly number[] = [REASON.shockDrop, REASON.shockSevere];
type Records = ReadonlyMap<number, DecodedRecord>;

function kitVerdict(kit: KitState, profiles: ProfileLibrary, records: Records): KitVerdict {
  const profile = kit.profileHash && profiles.byHash(kit.profileHash);
  const reasons = [...kit.reasonSince.keys()]
    .sort((a, b) => a - b)
    .map((bit) => verdictReason(kit, bit, profile, records));
  const expiryWallS = kitExpiryWallS(kit.packing);
  return {
    kit: kit.kit,
    sgtin: kit.sgtin,
    product: profile?.id ?? null,
    productName: profile?.source.product.name ?? null,
    profileHash: kit.profileHash ? Buffer.from(kit.profileHash).toString('hex') : null,
    slot: kit.slot,
    custody: kit.custody,
    verdict: kit.verdictWord,
    text: verdictText(kit, reasons),
    reasons,
    packed: momentOf(kit.packed),
    recorded: kit.verdict === undefined ? null : momentOf(kit.verdict),
    expiryWallS,
    expiry: isoOfWallS(expiryWallS),
    ...budgetOf(kit, profile),
    bloodGroup: kit.packing.bloodGroup ?? null,
    units: kit.packing.units,
    components: kit.packing.components,
  };
}

function verdictText(kit: KitState, reasons: readonly VerdictReason[]): string {
  if (kit.verdict === undefined) return NO_VERDICT_TEXT;
  return reasons.length === 0 ? NO_REASON_TEXT : reasons.map(({ text }) => text).join('. ');
}

function budgetOf(
  kit: KitState,
  profile: Profile | undefined,
): Pick<KitVerdict, 'budgetLeftS' | 'budgetLeftPermille' | 'budgetLeftDays'> {
  const recorded = kit.verdict === undefined ? -1 : fieldOf(kit.verdict, 'budgetLeftS');
  if (recorded < 0) return { budgetLeftS: null, budgetLeftPermille: null, budgetLeftDays: null };
  const table = profile?.stability;
  if (table === undefined) {
    return { budgetLeftS: recorded, budgetLeftPermille: null, budgetLeftDays: null };
  }
  return {
    budgetLeftS: recorded,
    budgetLeftPermille: Math.floor((recorded / table.budgetS) * 1000),
    budgetLeftDays: Math.floor(recorded / table.rateAtShelfLife / 86400),
  };
}

function verdictReason(
  kit: KitState,
  bit: number,
  profile: Profile | undefined,
  records: Records,
): VerdictReason {
  const excursion = kit.excursions.get(bit);
  const since = excursion?.opened ?? kit.reasonSince.get(bit)!;
  const zone = bit < REASON.budget ? profile?.source.zones[bit] : undefined;
  const numbers = numbersOf(bit, excursion?.last);
  const { limit, used, allowed, extreme } = numbers;
  const start = momentOfField(excursion?.last, hasStart(bit), 'startSequence', records);
  const worst = momentOfField(excursion?.last, extreme !== null, 'extremeSequence', records);
  return {
    code: reasonCode(bit),
    verdict: reasonVerdict(bit, profile, kit.verdictWord),
    text: bit < REASON.budget ? zoneText(zone, numbers) : fixedReasonText(bit, numbers),
    zone: zone?.name ?? null,
    limit,
    used,
    allowed,
    left: used === null || allowed === null || used < 0 ? null : Math.max(0, allowed - used),
    start: start ?? null,
    extreme: extreme === null || worst === undefined ? null : { ...worst, value: extreme },
    since: momentOf(since),
    evidence: evidenceOf([start?.sequence, worst?.sequence, since.sequence]),
  };
}

/** Whether an excursion of this reason names the record in which its condition began. */
function hasStart(bit: number): boolean {
  return bit < REASON.budget || SHOCK_REASONS.includes(bit) || bit === REASON.gap;
}

function momentOfField(
  excursion: DecodedRecord | undefined,
  isNamed: boolean,
  field: string,
  records: Records,
): VerdictMoment | undefined {
  if (excursion === undefined || !isNamed) return undefined;
  return momentAt(fieldOf(excursion, field), records);
}

function evidenceOf(sequences: readonly (number | undefined)[]): number[] {
  const known = sequences.filter((sequence) => sequence !== undefined);
  return [...new Set(known)].sort((a, b) => a - b);
}

/** What an excursion record of this reason holds, null where it holds nothing. */
function numbersOf(bit: number, record: DecodedRecord | undefined): ReasonNumbers {
  if (record === undefined) return { limit: null, used: null, allowed: null, extreme: null };
  const isZone = bit < REASON.budget;
  const isShock = SHOCK_REASONS.includes(bit);
  return {
    limit: isZone || isShock ? fieldOf(record, 'limit') : null,
    used: isShock ? null : fieldOf(record, 'used'),
    allowed: isShock ? null : fieldOf(record, 'allowed'),
    extreme: isZone || isShock ? fieldOf(record, 'extreme') : null,
  };
}

/** `zone3`, `gap`, …; `reason 31` for a bit that the table does not hold. */
export function reasonCode(bit: number): string {
  return bit < REASON.budget ? `zone${bit}` : (nameOf(REASON, bit) ?? `reason ${bit}`);
}

function fixedReasonText(bit: number, numbers: ReasonNumbers): string {
  const name = nameOf(REASON, bit) as FixedReason | undefined;
  return name === undefined
    ? `Reason ${bit}, which this program does not know`
    : fixedText(name, numbers);
}

/** What one reason leads to; where only the profile knows and is not at hand, the kit's verdict. */
function reasonVerdict(
  bit: number,
  profile: Profile | undefined,
  kitVerdict: VerdictWord,
): VerdictWord {
  const fixed = FIXED_VERDICT[bit] ?? -1;
  if (fixed >= 0) return verdictWordOf(fixed);
  const source = profile?.source;
  if (bit < REASON.budget) return source?.zones[bit]?.verdict ?? kitVerdict;
  if (bit === REASON.budget) return source?.stability?.verdict ?? kitVerdict;
  if (bit === REASON.shockDrop) return source?.shock.dropVerdict ?? kitVerdict;
  if (bit === REASON.shockSevere) return source?.shock.severeVerdict ?? kitVerdict;
  return bit === REASON.lidOpen ? (source?.lid.verdict ?? kitVerdict) : kitVerdict;
}

function momentOf(record: DecodedRecord): VerdictMoment {
  const { sequence, wallS } = record;
  return { sequence, wallS, time: wallS === null ? null : isoOfWallS(wallS) };
}

function momentAt(sequence: number, records: Records): VerdictMoment | undefined {
  const record = records.get(sequence);
  return record === undefined ? undefined : momentOf(record);
}

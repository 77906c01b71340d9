/**
 * Hands on verdicts.json: for every kit that the journal knows, the verdict that the container
 * recorded last, each reason with limit, used, allowed and left as of its latest record, and the
 * records that it rests on. Nothing is judged anew: numbers are the container's own, words come
 * from the profile that the kit was packed under and from text-en.ts.
 */
import { REASON } from '../../firmware/core/excursion/reasons.js';
import { SHOCK_FLAG } from '../../firmware/core/record/schema.js';
import { VERDICT } from '../../firmware/core/units.js';
import { type CustodyWord, type VerdictWord, nameOf } from './code-words.js';
import { KitFold, type KitLife } from './kit-fold.js';
import { type PackedComponent, type PackedUnit, kitExpiryWallS } from './packing-list.js';
import type { Profile, ProfileLibrary } from './profile.js';
import { excursionNumbers, isAway, reasonFacts, reasonVerdict } from './reason-facts.js';
import { type DecodedLog, type DecodedRecord, fieldOf, isoOfWallS } from './record-types.js';
import { type FixedReason, NO_REASON_TEXT, NO_VERDICT_TEXT } from './text-en.js';
import {
  NO_NUMBERS,
  type ReasonNumbers,
  type ShockNumbers,
  fixedText,
  zoneText,
} from './text-en.js';
import { type ThinnedRange, goneRanges } from './thinned.js';

export type { CustodyWord, VerdictWord } from './code-words.js';

/** A moment with the record that tells of it. */
export interface VerdictMoment {
  readonly sequence: number;
  readonly wallS: number | null;
  /** ISO 8601, UTC; null when the boot had no clock, or the record is a reading summed up since. */
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
  /** Worst verdict first. */
  readonly reasons: readonly VerdictReason[];
  readonly packed: VerdictMoment;
  /** The verdict record written last, whose budget stands below. */
  readonly recorded: VerdictMoment | null;
  readonly expiryWallS: number;
  readonly expiry: string;
  /** Seconds at the profile's reference temperature, as recorded; null without a budget. */
  readonly budgetLeftS: number | null;
  /** Of the whole budget, 0..1000. */
  readonly budgetLeftPermille: number | null;
  /** The same in days at the temperature of the shelf life, at most those to the kit's expiry. */
  readonly budgetLeftDays: number | null;
  /** That temperature. */
  readonly budgetDaysAtC: number | null;
  readonly bloodGroup: string | null;
  readonly units: readonly PackedUnit[];
  readonly components: readonly PackedComponent[];
}

/** All kits of a journal in the order of packing, with their verdicts. */
export function kitVerdicts(
  log: DecodedLog,
  profiles: ProfileLibrary,
  kits: KitFold = new KitFold(log.records),
): KitVerdict[] {
  const records = new Map(log.records.map((record) => [record.sequence, record]));
  const gone = goneRanges(log.records);
  return kits.lives.map((kit) => {
    const profile = kit.profileHash && profiles.byHash(kit.profileHash);
    return kitVerdict({ kit, kits, profile, records, gone });
  });
}

/** One kit with what its verdict is told from. */
interface Case {
  readonly kit: KitLife;
  readonly kits: KitFold;
  readonly profile: Profile | undefined;
  readonly records: ReadonlyMap<number, DecodedRecord>;
  /** Ranges of which readings were summed up: nobody can tell any more when one of them was. */
  readonly gone: readonly ThinnedRange[];
}

function kitVerdict(one: Case): KitVerdict {
  const { kit, profile } = one;
  const reasons = [...kit.reasonSince.keys()]
    .sort((a, b) => a - b)
    .map((bit) => verdictReason(one, bit))
    .sort((a, b) => VERDICT[b.verdict] - VERDICT[a.verdict]); // keeps the order of equal ones
  const verdict = kit.verdictAt();
  const expiryWallS = kitExpiryWallS(kit.packing);
  return {
    kit: kit.kit,
    sgtin: kit.sgtin,
    product: profile?.id ?? null,
    productName: profile?.source.product.name ?? null,
    profileHash: kit.profileHash ? Buffer.from(kit.profileHash).toString('hex') : null,
    slot: kit.slotAt(),
    custody: kit.custodyAt(),
    verdict: kit.verdictWordAt() ?? 'unknown',
    text: verdict === undefined ? NO_VERDICT_TEXT : verdictText(reasons),
    reasons,
    packed: momentOf(kit.packed),
    recorded: verdict === undefined ? null : momentOf(verdict),
    expiryWallS,
    expiry: isoOfWallS(expiryWallS),
    ...budgetOf(verdict, profile, expiryWallS),
    bloodGroup: kit.packing.bloodGroup ?? null,
    units: kit.packing.units,
    components: kit.packing.components,
  };
}

function verdictText(reasons: readonly VerdictReason[]): string {
  return reasons.length === 0 ? NO_REASON_TEXT : reasons.map(({ text }) => text).join('. ');
}

type Budget = Pick<
  KitVerdict,
  'budgetLeftS' | 'budgetLeftPermille' | 'budgetLeftDays' | 'budgetDaysAtC'
>;

function budgetOf(
  verdict: DecodedRecord | undefined,
  profile: Profile | undefined,
  expiryWallS: number,
): Budget {
  const recorded = verdict === undefined ? -1 : fieldOf(verdict, 'budgetLeftS');
  const none = { budgetLeftPermille: null, budgetLeftDays: null, budgetDaysAtC: null };
  if (verdict === undefined || recorded < 0) return { budgetLeftS: null, ...none };
  const table = profile?.stability;
  if (table === undefined) return { budgetLeftS: recorded, ...none };
  const { wallS } = verdict;
  const toExpiryS = wallS === null ? Infinity : Math.max(0, expiryWallS - wallS);
  return {
    budgetLeftS: recorded,
    budgetLeftPermille: Math.floor((recorded / table.budgetS) * 1000),
    budgetLeftDays: Math.floor(Math.min(recorded / table.rateAtShelfLife, toExpiryS) / 86400),
    budgetDaysAtC: table.shelfLifeC,
  };
}

function verdictReason({ kit, kits, profile, records, gone }: Case, bit: number): VerdictReason {
  const excursion = kits.excursionOf(kit, bit);
  const since = excursion?.opened ?? kit.reasonSince.get(bit)!;
  const last = excursion?.last;
  const recorded = last && excursionNumbers(last);
  const start = records.get(recorded?.startSequence ?? -1);
  const momentAt = (sequence = -1): VerdictMoment | null => {
    const record = records.get(sequence);
    if (record !== undefined) return momentOf(record);
    const isGone = gone.some((it) => it.firstSequence <= sequence && sequence <= it.lastSequence);
    return isGone ? { sequence, wallS: null, time: null } : null;
  };
  const startAt = momentAt(recorded?.startSequence ?? -1);
  const worstAt = momentAt(recorded?.extremeSequence ?? -1);
  const numbers: ReasonNumbers = {
    ...(recorded ?? NO_NUMBERS),
    isAway: isAway(start),
    shock: start?.type === 'shock' ? shockNumbers(start, profile) : undefined,
  };
  const { limit, used, allowed, extreme } = numbers;
  const zone = bit < REASON.budget ? profile?.source.zones[bit] : undefined;
  return {
    code: reasonFacts(bit).code,
    verdict: reasonVerdict(bit, profile) ?? kit.verdictWordAt() ?? 'unknown',
    text: bit < REASON.budget ? zoneText(zone, numbers) : fixedReasonText(bit, numbers),
    zone: zone?.name ?? null,
    limit,
    used,
    allowed,
    left: used === null || allowed === null || used < 0 ? null : Math.max(0, allowed - used),
    start: startAt,
    extreme: extreme === null || worstAt === null ? null : { ...worstAt, value: extreme },
    since: momentOf(since),
    evidence: evidenceOf([startAt, worstAt, since, last]),
  };
}

/** What the shock's own record adds to the excursion. */
function shockNumbers(record: DecodedRecord, profile: Profile | undefined): ShockNumbers {
  return {
    freeFallMs: fieldOf(record, 'freeFallMs'),
    freeFallLimitMs: profile?.source.shock.dropFreeFallMs.value ?? null,
    isClipped: (fieldOf(record, 'flags') & SHOCK_FLAG.clipped) !== 0,
  };
}

function evidenceOf(records: readonly ({ sequence: number } | null | undefined)[]): number[] {
  const known = records.flatMap((record) => (record ? [record.sequence] : []));
  return [...new Set(known)].sort((a, b) => a - b);
}

function fixedReasonText(bit: number, numbers: ReasonNumbers): string {
  const name = nameOf(REASON, bit) as FixedReason | undefined;
  return name === undefined
    ? `Reason ${bit}, which this program does not know`
    : fixedText(name, numbers);
}

function momentOf({ sequence, wallS }: DecodedRecord): VerdictMoment {
  return { sequence, wallS, time: wallS === null ? null : isoOfWallS(wallS) };
}

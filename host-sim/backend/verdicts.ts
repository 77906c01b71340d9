/**
 * Hands on verdicts.json: for every kit that the journal knows, the verdict that the container
 * recorded last, each reason with limit, used, allowed and left as of its latest record, and the
 * records that it rests on. Nothing is judged anew: numbers are the container's own, words come
 * from the profile that the kit was packed under and from the chosen language (sentences/).
 */
import { REASON } from '../../firmware/core/excursion/reasons.js';
import { SHOCK_FLAG } from '../../firmware/core/record/schema.js';
import { VERDICT } from '../../firmware/core/units.js';
import type { CustodyWord, VerdictWord } from './code-words.js';
import { KitFold, type KitLife } from './kit-fold.js';
import { type KitMkt, kitMkt } from './mkt.js';
import { type PackedComponent, type PackedUnit, kitExpiryWallS } from './packing-list.js';
import type { Profile, ProfileLibrary } from './profile.js';
import { excursionNumbers, isAway, reasonFacts, reasonVerdict, worseOf } from './reason-facts.js';
import { type DecodedLog, type DecodedRecord, fieldOf, isoOfWallS } from './record-types.js';
import { type RestsOn, restsOn } from './rests-on.js';
import { DEFAULT_LANGUAGE, type Language, type LanguageCode } from './sentences/language.js';
import { languageOf } from './sentences/languages.js';
import { mktText } from './sentences/mkt-text.js';
import {
  NO_NUMBERS,
  type ReasonNumbers,
  type ShockNumbers,
  leftOf,
  reasonText,
} from './sentences/reason-text.js';
import { type ThinnedRange, goneRanges } from './thinned.js';
import type { Whereabouts } from './whereabouts.js';

export type { CustodyWord, VerdictWord } from './code-words.js';

/** A moment with the record that tells of it. */
export interface VerdictMoment {
  readonly sequence: number;
  readonly wallS: number | null;
  /** ISO 8601, UTC; null when the boot had no clock, or the record is a reading summed up since. */
  readonly time: string | null;
}

/** One reason of a verdict; the numbers are those of its worst excursion. */
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
  /** Where the container was when the condition began, or when it first counted. */
  readonly where: Whereabouts;
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
  /** Of every `text` here; the words of codes stay. */
  readonly language: LanguageCode;
  /** One sentence: the reasons' texts, or that there is none. */
  readonly text: string;
  /** Worst verdict first. */
  readonly reasons: readonly VerdictReason[];
  /** The probes of its slot that its judgement rests on. */
  readonly restsOn: RestsOn | null;
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
  /** For information alone: it never clears a kit. */
  readonly mkt: KitMkt & { readonly isInformative: true; readonly text: string };
  readonly bloodGroup: string | null;
  readonly units: readonly PackedUnit[];
  readonly components: readonly PackedComponent[];
}

/** All kits of a journal in the order of packing, with their verdicts, told in a language. */
export function kitVerdicts(
  log: DecodedLog,
  profiles: ProfileLibrary,
  kits: KitFold = new KitFold(log.records),
  languageCode: LanguageCode = DEFAULT_LANGUAGE,
): KitVerdict[] {
  const records = new Map(log.records.map((record) => [record.sequence, record]));
  const gone = goneRanges(log.records);
  const language = languageOf(languageCode);
  return kits.lives.map((kit) => {
    const profile = kit.profileHash && profiles.byHash(kit.profileHash);
    return kitVerdict({ kit, kits, profile, records, gone, language }, log.records);
  });
}

/** How long a reading stands for its kit where the profile does not say. */
const HOLD_S = 900;

/** One kit with what its verdict is told from. */
interface Case {
  readonly kit: KitLife;
  readonly kits: KitFold;
  readonly profile: Profile | undefined;
  readonly records: ReadonlyMap<number, DecodedRecord>;
  /** Ranges of which readings were summed up: nobody can tell any more when one of them was. */
  readonly gone: readonly ThinnedRange[];
  readonly language: Language;
}

function kitVerdict(one: Case, inOrder: readonly DecodedRecord[]): KitVerdict {
  const { kit, profile, gone, language } = one;
  const reasons = [...kit.reasonSince.keys()]
    .sort((a, b) => a - b)
    .map((bit) => verdictReason(one, bit))
    .sort((a, b) => VERDICT[b.verdict] - VERDICT[a.verdict]); // keeps the order of equal ones
  const verdict = kit.verdictAt();
  const expiryWallS = kitExpiryWallS(kit.packing);
  const holdS = profile?.source.gapAllowanceS.value ?? HOLD_S;
  const mkt = kitMkt({ life: kit, records: inOrder, gone, holdS });
  return {
    kit: kit.kit,
    sgtin: kit.sgtin,
    product: profile?.id ?? null,
    productName: profile?.source.product.name ?? null,
    profileHash: kit.profileHash ? Buffer.from(kit.profileHash).toString('hex') : null,
    slot: kit.slotAt(),
    custody: kit.custodyAt(),
    verdict: kit.verdictWordAt() ?? 'unknown',
    language: language.code,
    text: verdict === undefined ? language.noVerdict : verdictText(reasons, language),
    reasons,
    restsOn: restsOn(inOrder, kit),
    packed: momentOf(kit.packed),
    recorded: verdict === undefined ? null : momentOf(verdict),
    expiryWallS,
    expiry: isoOfWallS(expiryWallS),
    ...budgetOf(verdict, profile, expiryWallS),
    mkt: { ...mkt, isInformative: true, text: mktText(mkt, language) },
    bloodGroup: kit.packing.bloodGroup ?? null,
    units: kit.packing.units,
    components: kit.packing.components,
  };
}

function verdictText(reasons: readonly VerdictReason[], { noReason }: Language): string {
  return reasons.length === 0 ? noReason : reasons.map(({ text }) => text).join('. ');
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

function verdictReason(one: Case, bit: number): VerdictReason {
  const { kit, kits, profile, records, gone, language } = one;
  const excursions = kits.excursionsOf(kit, bit);
  const since = excursions[0]?.opened ?? kit.reasonSince.get(bit)!;
  const [first, ...others] = excursions.map((one) => one.last);
  const worst = first && others.reduce(worseOf, first);
  const recorded = worst && excursionNumbers(worst);
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
    text: reasonText(bit, zone, numbers, language),
    zone: zone?.name ?? null,
    limit,
    used,
    allowed,
    left: leftOf(numbers),
    start: startAt,
    extreme: extreme === null || worstAt === null ? null : { ...worstAt, value: extreme },
    since: momentOf(since),
    where: kits.whereabouts.at(startAt?.sequence ?? since.sequence),
    evidence: evidenceOf([startAt, worstAt, since, worst]),
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

function momentOf({ sequence, wallS }: DecodedRecord): VerdictMoment {
  return { sequence, wallS, time: wallS === null ? null : isoOfWallS(wallS) };
}

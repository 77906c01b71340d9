/**
 * Hands on what is known of each reason of a verdict: its code, which numbers its excursions hold
 * and in which unit, what it leads to, and whether it ever ends. Verdicts, EPCIS events and the
 * report ask here, so that no two of them read the same record differently.
 */
import { FIXED_VERDICT, REASON } from '../../firmware/core/excursion/reasons.js';
import { CUSTODY } from '../../firmware/core/units.js';
import { type VerdictWord, nameOf, verdictWordOf } from './code-words.js';
import type { Profile } from './profile.js';
import { type DecodedRecord, fieldOf } from './record-types.js';

export interface ReasonFacts {
  /** `zone0` … `zone7` by the profile's zones, else the name in REASON; `reason31` for no name. */
  readonly code: string;
  readonly kind: 'zone' | 'shock' | 'gap' | 'other';
  /** Of limit and extreme: centi-°C, mm/s; null where its excursions have neither. */
  readonly unit: 'centiC' | 'mmPerS' | null;
  /** Whether its excursions count seconds used of seconds allowed. */
  readonly isTimed: boolean;
  /** Whether its excursions name the record in which the condition began. */
  readonly hasStart: boolean;
}

const ZONE = { kind: 'zone', unit: 'centiC', isTimed: true, hasStart: true } as const;
const SHOCK = { kind: 'shock', unit: 'mmPerS', isTimed: false, hasStart: true } as const;
const GAP = { kind: 'gap', unit: null, isTimed: true, hasStart: true } as const;
const OTHER = { kind: 'other', unit: null, isTimed: true, hasStart: false } as const;

/** The facts of a bit of REASON. */
export function reasonFacts(bit: number): ReasonFacts {
  if (bit < REASON.budget) return { code: `zone${bit}`, ...ZONE };
  const code = nameOf(REASON, bit) ?? `reason${bit}`;
  if (bit === REASON.shockDrop || bit === REASON.shockSevere) return { code, ...SHOCK };
  return bit === REASON.gap ? { code, ...GAP } : { code, ...OTHER };
}

/** Bits of a set, lowest first. */
export function bitsOf(set: number): number[] {
  return Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => (set >>> bit) & 1);
}

/** What one reason leads to by itself; undefined where only a profile knows that is not at hand. */
export function reasonVerdict(bit: number, profile: Profile | undefined): VerdictWord | undefined {
  const fixed = FIXED_VERDICT[bit] ?? -1;
  if (fixed >= 0) return verdictWordOf(fixed);
  const source = profile?.source;
  if (bit < REASON.budget) return source?.zones[bit]?.verdict;
  if (bit === REASON.budget) return source?.stability?.verdict;
  if (bit === REASON.shockDrop) return source?.shock.dropVerdict;
  if (bit === REASON.shockSevere) return source?.shock.severeVerdict;
  return bit === REASON.lidOpen ? source?.lid.verdict : undefined;
}

/** Whether its times add up over the kit's life, so that an excursion has no end. */
export function addsUp(bit: number, profile: Profile | undefined): boolean {
  if (bit < REASON.budget) return profile?.source.zones[bit]?.allowance === 'cumulative';
  return bit === REASON.budget || bit === REASON.lidOpen;
}

/** Numbers of one excursion; null where its reason has none, or the record names no record. */
export interface ExcursionNumbers {
  /** Centi-°C of a zone, mm/s of a shock. */
  readonly limit: number | null;
  /** Seconds, or -1 for a gap of unknown length. */
  readonly used: number | null;
  readonly allowed: number | null;
  /** Centi-°C of a zone, mm/s of a shock. */
  readonly extreme: number | null;
  /** The record in which the condition began, and the one with the extreme. */
  readonly startSequence: number | null;
  readonly extremeSequence: number | null;
}

/** What an excursion record holds. */
export function excursionNumbers(record: DecodedRecord): ExcursionNumbers {
  const { unit, isTimed, hasStart } = reasonFacts(fieldOf(record, 'rule'));
  const fieldIf = (isHeld: boolean, name: string) => (isHeld ? fieldOf(record, name) : null);
  return {
    limit: fieldIf(unit !== null, 'limit'),
    used: fieldIf(isTimed, 'used'),
    allowed: fieldIf(isTimed, 'allowed'),
    extreme: fieldIf(unit !== null, 'extreme'),
    startSequence: fieldIf(hasStart, 'startSequence') || null,
    extremeSequence: fieldIf(unit !== null, 'extremeSequence') || null,
  };
}

/**
 * The worse of two excursions of one reason: the longer one, where time is counted and some is
 * allowed; else the one that went further beyond its limit; of equal ones the first.
 */
export function worseOf(first: DecodedRecord, second: DecodedRecord): DecodedRecord {
  const [a, b] = [severityOf(first), severityOf(second)];
  return b[0] > a[0] || (b[0] === a[0] && b[1] > a[1]) ? second : first;
}

function severityOf(record: DecodedRecord): readonly [seconds: number, beyond: number] {
  const { used, allowed, limit, extreme } = excursionNumbers(record);
  const isTimed = allowed !== null && allowed > 0;
  const seconds = !isTimed || used === null ? 0 : used < 0 ? Infinity : used;
  return [seconds, limit === null || extreme === null ? 0 : Math.abs(extreme - limit)];
}

/** Whether a gap began with the kit's leaving its slot: `start` is the record it began in. */
export function isAway(start: DecodedRecord | undefined): boolean {
  return start?.type === 'custody' && fieldOf(start, 'custody') !== CUSTODY.in;
}

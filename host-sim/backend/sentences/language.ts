/**
 * Hands on what a language gives to the sentences of verdicts: its words, its way to write numbers,
 * and the pieces that reason-text.ts, budget-text.ts and mkt-text.ts put together. One file per
 * language holds all of it; the container itself knows codes and integers alone.
 */
import type { REASON } from '../../../firmware/core/excursion/reasons.js';
import type { CustodyWord, VerdictWord } from '../code-words.js';

/** By ISO 639 codes, with their names in English. */
export const LANGUAGE_NAMES = Object.freeze([
  ['en', 'English'],
  ['nb', 'Norwegian bokmål'],
  ['sv', 'Swedish'],
  ['da', 'Danish'],
] as const);
export type LanguageCode = (typeof LANGUAGE_NAMES)[number][0];
export const LANGUAGE_CODES: readonly LanguageCode[] = LANGUAGE_NAMES.map(([code]) => code);
export const DEFAULT_LANGUAGE: LanguageCode = 'en';

export type FixedReason = Exclude<keyof typeof REASON, 'zone0'>;
/** Reasons of which there is nothing to tell but that they hold. */
export type PlainReason = Exclude<
  FixedReason,
  'budget' | 'gap' | 'shockDrop' | 'shockSevere' | 'lidOpen'
>;

/** A zone of the kit's profile. */
export interface ZoneWords {
  readonly name: string;
  readonly operator: 'above' | 'atOrAbove' | 'below' | 'atOrBelow';
  readonly allowance: 'instant' | 'single' | 'cumulative';
}

/** The name of a unit after 1, and after any other number. */
export type UnitName = readonly [one: string, many: string];

/** Numbers of something timed, already in words. */
export interface TimeWords {
  readonly used: string;
  readonly allowed: string;
  /** Undefined where nothing is left, or nobody knows. */
  readonly left: string | undefined;
}

export interface Language {
  readonly code: LanguageCode;
  readonly decimalMark: '.' | ',';
  readonly units: Readonly<Record<'day' | 'hour' | 'minute' | 'second', UnitName>>;
  readonly unknownTime: string;

  readonly verdicts: Readonly<Record<VerdictWord, string>>;
  /** What a reader is to do about each verdict; ends with a full stop. */
  readonly meanings: Readonly<Record<VerdictWord, string>>;
  readonly custodies: Readonly<Record<CustodyWord, string>>;
  /** Of zones as the profiles shipped here name them; another profile's name stands as it is. */
  readonly zoneNames: Readonly<Record<string, string>>;

  readonly zone: {
    readonly operators: Readonly<Record<ZoneWords['operator'], string>>;
    /** In the place of a temperature that is not recorded. */
    readonly itsLimit: string;
    readonly withoutProfile: (limit: string | null) => string;
    readonly instant: (where: string) => string;
    readonly single: (where: string, time: TimeWords) => string;
    readonly cumulative: (where: string, time: TimeWords) => string;
    readonly warmest: (temperature: string) => string;
    readonly coldest: (temperature: string) => string;
  };
  readonly noReading: (time: TimeWords) => string;
  readonly outOfContainer: (time: TimeWords) => string;
  readonly lidOpen: (time: TimeWords) => string;
  readonly budget: (time: TimeWords) => string;
  readonly shock: {
    /** What it is called with the fall that it takes, and without. */
    readonly drop: readonly [fallen: string, other: string];
    readonly severe: readonly [fallen: string, other: string];
    /** Without a speed where none is recorded. */
    readonly hit: (speed: string | null) => string;
    readonly hitAtLeast: (speed: string | null) => string;
    readonly limit: (limit: string) => string;
    readonly beyondRange: string;
    readonly freeFall: (ms: number) => string;
    readonly height: (cm: number) => string;
  };
  readonly plain: Readonly<Record<PlainReason, string>>;
  readonly unknownReason: (bit: number) => string;
  /** What stands where there is no reason. */
  readonly noReason: string;
  /** What stands where no verdict was recorded at all. */
  readonly noVerdict: string;

  readonly budgetLeft: {
    /** Of a kit that cannot be kept any more. */
    readonly none: string;
    readonly noneSet: string;
    readonly days: (days: number, celsius: string) => string;
    readonly record: (sequence: number) => string;
    /** Before the time of the record that says so. */
    readonly asOf: string;
  };
  /** Mean kinetic temperature, which never clears a kit. */
  readonly mkt: {
    readonly name: string;
    readonly overStay: (temperature: string, measured: string) => string;
    readonly warmestDays: (temperature: string, days: number) => string;
    readonly informative: string;
    readonly summedUp: string;
    readonly noReading: string;
  };
  /** Heads of the table of kits. */
  readonly table: {
    readonly heads: Readonly<Record<TableHead, string>>;
    readonly slot: string;
    readonly unknownProduct: string;
  };
}

export type TableHead =
  'kit' | 'product' | 'custody' | 'verdict' | 'reasons' | 'expiry' | 'budgetLeft';

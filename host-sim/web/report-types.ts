/**
 * Everything that the report page shows, as plain JSON: made from the decoded log, the verdicts
 * and the profiles by report-data.ts, drawn by report.ts. Nothing here is a sentence that hides a
 * number: each statement names the records that it rests on. Times are `wallS`, seconds since
 * 2020-01-01Z; null where no clock was set in that boot.
 */
import type { LanguageCode } from '../backend/sentences/language.js';
import type { KitVerdict, VerdictWord } from '../backend/verdicts.js';
import type { ChartData } from './chart-types.js';
import type { ShockClassWord } from './words.js';

/** Who measured, what was handed over, and how far it is proven. */
export interface ReportFacts {
  /** Canonical element strings: "8003…", "8004…". */
  readonly containerGrai: string;
  readonly loggerGiai: string;
  readonly epoch: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly recordCount: number;
  readonly readingCount: number;
  /** Readings that the container summed up for want of room. */
  readonly summedUpCount: number;
  /** Records of boots in which no clock was set. */
  readonly recordsWithoutTime: number;
  readonly firstWallS: number | null;
  readonly lastWallS: number | null;
  readonly samplePeriodS: number | null;
  readonly probeCount: number;
  readonly slotCount: number;
  readonly bootCount: number;
  /** Lower-case hex of the chain hash after the last proven record. */
  readonly chainHash: string;
  readonly checkpoint: CheckpointFact | null;
  /** The last record that the backend's signed receipt covers. */
  readonly receiptSequence: number | null;
  /** A simulated journey is no evidence, and the page says so. */
  readonly isSimulated: boolean;
  /** Of verdicts, custody and the sentences of reasons; all else is English. */
  readonly language: LanguageCode;
  readonly localOffsetMinutes: number | null;
  /** What was damaged in the log: one sentence each. */
  readonly problems: readonly string[];
}

export interface CheckpointFact {
  readonly sequence: number;
  readonly isVerified: boolean;
  /** What it was checked against ("verified against …"); where it is not verified, why not. */
  readonly detail: string;
}

/** A moment with the record that tells of it. */
export interface ReportMoment {
  readonly wallS: number | null;
  readonly sequence: number;
}

/** Of readings that were summed up: at some time from `wallS` to `untilS`. */
export interface ReportExtreme extends ReportMoment {
  readonly untilS?: number;
}

export interface ReportEvent extends ReportMoment {
  /** The record's type, for the eye. */
  readonly kind: string;
  readonly text: string;
}

export interface ReportKit {
  /** Short name for charts and tables: "Kit 3". */
  readonly name: string;
  readonly row: KitVerdict;
  /** The profile it was packed under: "lyoplas-n-w, version 1". */
  readonly profile: string;
  readonly timeline: readonly ReportEvent[];
}

/** A rule's limit exceeded for longer than it allows. */
export interface ReportExcursion {
  readonly kit: number;
  readonly kitName: string;
  readonly rule: string;
  readonly limitText: string;
  /** When the stay began that spent the allowance. */
  readonly start: ReportMoment;
  /** Where the container was then. */
  readonly where: string;
  /** When the allowance was spent: the alarm. */
  readonly alarm: ReportMoment;
  /** Null while it lasts, and for ever where allowances add up. */
  readonly end: ReportMoment | null;
  /** Why there is no end: "adds up, no end", "lasts", or "–" for what takes no time. */
  readonly endText: string;
  readonly usedText: string;
  readonly allowedText: string;
  readonly extremeText: string;
  readonly extremeSequence: number | null;
  /** The record with these numbers. */
  readonly asOf: ReportMoment;
}

export interface ReportShock extends ReportMoment {
  readonly class: ShockClassWord;
  readonly deltaVMmPerS: number;
  readonly freeFallMs: number;
  readonly durationMs: number;
  readonly peakMilliG: readonly [x: number, y: number, z: number];
  readonly isClipped: boolean;
  readonly isSmeared: boolean;
  readonly tiltDeg: number;
  readonly where: string;
  readonly kitNames: readonly string[];
}

/** A stay at a place, or the way between two. */
export interface ReportLeg {
  readonly kind: 'stay' | 'way';
  readonly place: string;
  readonly from: ReportMoment;
  readonly to: ReportMoment | null;
  readonly how: string;
}

/** A product's rules as they were aboard. */
export interface ReportRule {
  readonly zone: string;
  readonly limit: string;
  readonly allowance: string;
  readonly verdict: VerdictWord;
  readonly source: string;
}

export interface ReportProfile {
  readonly name: string;
  readonly id: string;
  readonly version: number;
  readonly hash: string;
  readonly isExample: boolean;
  readonly rules: readonly ReportRule[];
}

export interface ReportData {
  readonly facts: ReportFacts;
  readonly kits: readonly ReportKit[];
  readonly excursions: readonly ReportExcursion[];
  readonly shocks: readonly ReportShock[];
  readonly legs: readonly ReportLeg[];
  readonly gaps: readonly ReportEvent[];
  /** Everything that is neither a reading nor battery, in order. */
  readonly events: readonly ReportEvent[];
  readonly profiles: readonly ReportProfile[];
  readonly temperature: ReportTemperature | null;
  readonly chart: ChartData;
}

/** The extremes over all probes. */
export interface ReportTemperature {
  readonly minimumCentiC: number;
  readonly minimum: ReportExtreme;
  readonly maximumCentiC: number;
  readonly maximum: ReportExtreme;
}

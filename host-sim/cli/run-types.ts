/**
 * What the command line hands to a run and what a run hands back. The command, its live display and
 * its tables know a run only through these, so that a run can be watched by anything: a terminal, a
 * log file, a test.
 */
import type { LanguageCode } from '../backend/sentences/language.js';
import type { KitVerdict } from '../backend/verdicts.js';
import type { JourneyStart } from '../world/time-text.js';

/** Where a replayed temperature trace was measured. */
export type TracePlace = 'inside' | 'outside';
/** Of a trace of which nobody says where it was measured. */
export const TRACE_PLACE_DEFAULT: TracePlace = 'inside';

/** One run, as asked for. Absent means: the default of the scenario or of the trace. */
export interface RunOptions {
  readonly days?: number;
  readonly seed: number;
  readonly outDir: string;
  readonly scenarioFile?: string;
  readonly traceFile?: string;
  readonly tracePlace: TracePlace;
  /** Header of the temperature column of `traceFile`. */
  readonly column?: string;
  /** Header of the time column of `traceFile`. */
  readonly timeColumn?: string;
  readonly unit?: 'C' | 'F';
  readonly shockFile?: string;
  /** When the shock happens, as scenarios write instants (world/time-text.ts, parseInstant). */
  readonly shockAt?: string;
  readonly truth: boolean;
  readonly tape: boolean;
  readonly flashTrace: boolean;
  /** Of verdicts and their reasons; English where nobody asks. */
  readonly language?: LanguageCode;
}

/** Slots by what their indicator says. */
export interface IndicatorCounts {
  readonly go: number;
  readonly look: number;
  readonly no: number;
  readonly empty: number;
}

/** A moment of a run, as it is while the observer is called; later it may be another. */
export interface RunProgress {
  readonly simMs: number;
  readonly endMs: number;
  /** Of the journey, for local times. */
  readonly start: JourneyStart;
  readonly place: string;
  /** What is true at each probe, before sensor and container; null where nobody knows. */
  readonly trueCentiC: readonly (number | null)[];
  readonly counts: IndicatorCounts;
  readonly docked: boolean;
}

/** Who watches a run. */
export interface RunObserver {
  progress(moment: RunProgress): void;
  /** One sentence worth keeping, with its local time: a kit taken, a dock's visit. */
  note(text: string): void;
}

/** One visit at a dock, as the receiver counted it. */
export interface HandoffFacts {
  readonly dock: string;
  readonly records: number;
  readonly bytes: number;
  readonly messages: number;
  readonly airSeconds: number;
  /** The last record that the visit's receipt covers. */
  readonly sequence: number;
}

/** One file that a run left behind. */
export interface OutputFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

export interface RunResult {
  readonly verdicts: readonly KitVerdict[];
  readonly handoffs: readonly HandoffFacts[];
  readonly files: readonly OutputFile[];
  /** Lower-case hex. */
  readonly finalHash: string;
  readonly simulatedDays: number;
  readonly wallSecondsElapsed: number;
  readonly records: number;
  readonly warnings: readonly string[];
}

/** Runs one journey to its end; rejects when the run, and not a kit, has failed, or is stopped. */
export type Simulate = (
  options: RunOptions,
  observer: RunObserver,
  signal?: AbortSignal,
) => Promise<RunResult>;

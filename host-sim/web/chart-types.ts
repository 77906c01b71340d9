/**
 * What the figure draws, as plain JSON that is small enough to stand in the page: readings as
 * runs of equal steps, everything else as spans and marks in whole seconds. Made on the host
 * once; drawn twice by the same code, as a still picture for paper and as a figure that can be
 * zoomed.
 */
import type { ThinnedValues } from '../backend/thinned.js';
import type { ShockClassWord, VerdictWord } from './words.js';

/** Readings at equal steps; `values[probe][i]` is taken at `startS + i * stepS`, null for a gap. */
export interface ReadingRun {
  readonly startS: number;
  readonly stepS: number;
  readonly values: readonly (readonly (number | null)[])[];
}

/** Readings that the container summed up for want of room: this is what is left of them. */
export interface ThinnedBand {
  readonly fromS: number;
  readonly toS: number;
  /** By probe; null for one that gave nothing. */
  readonly probes: readonly (ThinnedValues | null)[];
}

/** A band of temperatures and the verdict that it leads to; null is without end. */
export interface ZoneBand {
  readonly fromCentiC: number | null;
  readonly toCentiC: number | null;
  readonly verdict: VerdictWord;
}

export interface ZoneLimit {
  readonly centiC: number;
  readonly text: string;
}

/** The zones of one product, or of all together. */
export interface ZoneSet {
  readonly name: string;
  readonly bands: readonly ZoneBand[];
  readonly limits: readonly ZoneLimit[];
}

/** A span of time with a text for the eye and one for the pointer. */
export interface ChartSpan {
  readonly fromS: number;
  readonly toS: number;
  readonly text: string;
  readonly detail: string;
}

/** How a bar of a lane is painted. */
export type Tone = VerdictWord | 'place' | 'way' | 'open' | 'docked' | 'power' | 'outside';

export interface LaneBar extends ChartSpan {
  readonly tone: Tone;
  /** Of a kit that is not in its slot: drawn thin. */
  readonly isThin: boolean;
}

export interface LaneMark {
  readonly atS: number;
  readonly shape: 'in' | 'out' | 'mixed' | 'end' | 'boot' | 'clock';
  readonly detail: string;
}

export interface Lane {
  readonly name: string;
  readonly shortName: string;
  /** Whether its bars are the verdicts of a kit. */
  readonly isKit: boolean;
  readonly bars: readonly LaneBar[];
  readonly marks: readonly LaneMark[];
}

export interface ChartShock {
  readonly atS: number;
  readonly deltaVMmPerS: number;
  readonly class: ShockClassWord;
  readonly detail: string;
}

export interface ChartData {
  readonly fromS: number;
  readonly toS: number;
  /** Unix seconds of second 0. */
  readonly epochUnixS: number;
  readonly localOffsetMinutes: number | null;
  readonly probes: readonly string[];
  readonly runs: readonly ReadingRun[];
  readonly bands: readonly ThinnedBand[];
  /** The bands that touch, as one span each, with words. */
  readonly summedUp: readonly ChartSpan[];
  /** The first is shown at first. */
  readonly zoneSets: readonly ZoneSet[];
  readonly excursions: readonly ChartSpan[];
  readonly gaps: readonly ChartSpan[];
  readonly shocks: readonly ChartShock[];
  readonly shockLimits: readonly { readonly deltaVMmPerS: number; readonly text: string }[];
  readonly lanes: readonly Lane[];
}

/**
 * How the figure looks, and the few of ECharts' types that its parts need. Colours are told apart
 * by people who confuse red and green and stay apart in grey print (after Okabe and Ito); wherever
 * a colour tells something, a word or a shape tells the same.
 */
import type { Tone } from './chart-types.js';
import type { VerdictWord } from './words.js';

export type Option = Record<string, unknown>;

/** One of the parts above each other. */
export interface ChartPart {
  readonly axis: Option;
  readonly series: readonly Option[];
}

/** Where the three parts lie, in pixels. */
export interface ChartLayout {
  readonly left: number;
  readonly right: number;
  readonly tops: readonly [number, number, number];
  readonly heights: readonly [number, number, number];
  readonly height: number;
}

export interface ChartColours {
  readonly ink: string;
  readonly line: string;
  readonly grid: string;
  readonly limit: string;
  readonly excursion: string;
  readonly gap: string;
  readonly probes: readonly string[];
  /** Handling, drop-like, severe. */
  readonly shocks: readonly string[];
  readonly tones: Readonly<Record<Tone, string>>;
}

export interface ChartLook {
  readonly isNarrow: boolean;
  /** Not to be zoomed: for paper. */
  readonly isStill: boolean;
  readonly font: string;
  readonly fontSize: number;
  readonly colours: ChartColours;
}

/** What a custom series is told of its coordinate system. */
export interface RenderParams {
  readonly coordSys: { x: number; y: number; width: number; height: number };
  readonly dataIndex: number;
}

/** What a custom series may ask. */
export interface RenderApi {
  value(dimension: number): number;
  coord(point: readonly [number, number]): [x: number, y: number];
  size(size: readonly [number, number]): [width: number, height: number];
}

export const VERDICT_COLOURS: Readonly<Record<VerdictWord, string>> = Object.freeze({
  usable: '#00795c',
  inspect: '#8a5a00',
  unknown: '#5a4b8b',
  quarantine: '#b23c00',
  expired: '#4d4d4d',
  discard: '#8c1034',
});

const TONES: Readonly<Record<Tone, string>> = Object.freeze({
  ...VERDICT_COLOURS,
  place: '#3c6a94',
  way: '#b9c7d6',
  open: '#7a5c2e',
  docked: '#2f6f6b',
  power: '#9fb8a3',
  outside: '#8d99a6',
});

export const CHART_LOOK: ChartLook = Object.freeze({
  isNarrow: false,
  isStill: true,
  // Unquoted, because the still picture puts it into an attribute.
  font: 'system-ui, Segoe UI, Roboto, Helvetica Neue, Arial, DejaVu Sans, sans-serif',
  fontSize: 12,
  colours: {
    ink: '#1d2a36',
    line: '#8594a3',
    grid: '#e3e8ed',
    limit: '#5b2a14',
    excursion: '#b23c00',
    gap: '#9aa4ae',
    probes: [
      '#0b4f8a',
      '#d1690e',
      '#5a2a86',
      '#00795c',
      '#8a6d00',
      '#a3195b',
      '#3f8fc5',
      '#444444',
    ],
    shocks: ['#5f7385', '#b23c00', '#8c1034'],
    tones: TONES,
  },
});

/**
 * Hands on what the report shows of readings that the container summed up for want of room: when
 * they were taken, and between which temperatures. The single readings are gone, so that an extreme
 * among them has a span instead of a moment.
 */
import { type ThinnedRange, wallSAt } from '../backend/thinned.js';
import type { ChartSpan, ThinnedBand } from './chart-types.js';
import { plural } from './format.js';
import type { LogIndex } from './log-index.js';
import type { ReportExtreme } from './report-types.js';

/** A range with its time. */
export interface ThinnedSpan {
  readonly range: ThinnedRange;
  readonly fromS: number;
  readonly toS: number;
}

/** The ranges that have a time and a temperature: others cannot be drawn. */
export function thinnedSpans(index: LogIndex): ThinnedSpan[] {
  return index.thinned.flatMap((range) => {
    const span = spanOf(index, range);
    const isBlank = range.temperatures.every((values) => values === null);
    return span === undefined || isBlank ? [] : [{ range, ...span }];
  });
}

function spanOf(
  { records }: LogIndex,
  range: ThinnedRange,
): { readonly fromS: number; readonly toS: number } | undefined {
  const fromS = wallSAt(records, range, range.firstUptimeS);
  const toS = wallSAt(records, range, range.lastUptimeS);
  return fromS === null || toS === null ? undefined : { fromS, toS };
}

/** When something within a range was; the record that tells of it is the one that sums it up. */
export function momentWithin(index: LogIndex, range: ThinnedRange): ReportExtreme {
  const { sequence } = range.record;
  const span = spanOf(index, range);
  return span === undefined
    ? { sequence, wallS: null }
    : { sequence, wallS: span.fromS, untilS: span.toS };
}

/** What the figure draws of each range. */
export function thinnedBands(index: LogIndex): ThinnedBand[] {
  return thinnedSpans(index).map(({ range, fromS, toS }) => {
    return { fromS, toS, probes: range.temperatures };
  });
}

/** Ranges that follow one another as one span, with words. */
export function summedUpSpans(index: LogIndex): ChartSpan[] {
  const nearS = 2 * (index.config?.samplePeriodS ?? 60);
  const spans: { fromS: number; toS: number; readings: number }[] = [];
  for (const { range, fromS, toS } of thinnedSpans(index)) {
    const last = spans.at(-1);
    if (last !== undefined && Math.abs(fromS - last.toS) < nearS) {
      last.toS = toS;
      last.readings += range.readingCount;
    } else spans.push({ fromS, toS, readings: range.readingCount });
  }
  return spans.map(({ fromS, toS, readings }) => {
    const detail = `${plural(readings, 'reading')} summed up for want of room`;
    return { fromS, toS, text: 'summed up', detail };
  });
}

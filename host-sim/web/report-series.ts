/**
 * Hands on what the figure shows of temperature: readings as runs of equal steps, spans without
 * data, extremes, and the spans during which an excursion's limit really was passed. A reading
 * that is missing stays missing: no line is drawn over it.
 */
import type { KitLife } from '../backend/kit-fold.js';
import { excursionNumbers, reasonFacts } from '../backend/reason-facts.js';
import type { DecodedRecord } from '../backend/record-types.js';
import type { ChartSpan, ReadingRun } from './chart-types.js';
import { ruleName } from './event-text.js';
import { type LogIndex, kitName } from './log-index.js';
import { momentWithin, thinnedSpans } from './report-thinned.js';
import type { ReportExtreme, ReportTemperature } from './report-types.js';
import { fieldWord, spaced } from './words.js';

/** A reading with its time; those of boots without a clock cannot be drawn. */
interface TimedReading {
  readonly wallS: number;
  readonly sequence: number;
  readonly temperaturesCentiC: readonly (number | null)[];
}

function timedReadings(index: LogIndex): TimedReading[] {
  const readings: TimedReading[] = [];
  for (const { type, wallS, sequence, temperaturesCentiC } of index.records) {
    if (type !== 'reading' || wallS === null || temperaturesCentiC === undefined) continue;
    readings.push({ wallS, sequence, temperaturesCentiC });
  }
  return readings;
}

/** Readings as runs. A run ends where the step changes, at a pause, and where time goes back. */
export function readingRuns(index: LogIndex): ReadingRun[] {
  const runs: { startS: number; stepS: number; values: (number | null)[][] }[] = [];
  const longestS = 3 * (index.config?.samplePeriodS ?? 60);
  let previousS: number | undefined;
  for (const { wallS, temperaturesCentiC } of timedReadings(index)) {
    const run = runs[runs.length - 1];
    const stepS = previousS === undefined ? 0 : wallS - previousS;
    const isSingle = run?.values[0]?.length === 1;
    const fits = run !== undefined && stepS > 0 && stepS <= longestS;
    if (fits && isSingle) run.stepS = stepS;
    if (fits && run.stepS === stepS) {
      temperaturesCentiC.forEach((centiC, probe) => run.values[probe]?.push(centiC));
    } else {
      const values = temperaturesCentiC.map((centiC) => [centiC]);
      // Where only the step changes the line goes on: the new run begins with the old one's last.
      const isStep = fits && run.values.length === values.length;
      if (isStep) values.forEach((list, probe) => list.unshift(run.values[probe]!.at(-1)!));
      runs.push({ startS: isStep ? previousS! : wallS, stepS: isStep ? stepS : 1, values });
    }
    previousS = wallS;
  }
  return runs;
}

/** The coldest and the warmest of what was read, with their records, or null without any. */
export function temperatureExtremes(index: LogIndex): ReportTemperature | null {
  let minimum: Extreme | undefined;
  let maximum: Extreme | undefined;
  const see = (least: number, greatest: number, moment: () => ReportExtreme): void => {
    if (minimum === undefined || least < minimum.centiC) minimum = { centiC: least, moment };
    if (maximum === undefined || greatest > maximum.centiC) maximum = { centiC: greatest, moment };
  };
  for (const { temperaturesCentiC, sequence } of index.records) {
    for (const centiC of temperaturesCentiC ?? []) {
      if (centiC !== null) see(centiC, centiC, () => index.moment(sequence));
    }
  }
  for (const range of index.thinned) {
    for (const values of range.temperatures) {
      if (values !== null) see(values.minimum, values.maximum, () => momentWithin(index, range));
    }
  }
  if (minimum === undefined || maximum === undefined) return null;
  return {
    minimumCentiC: minimum.centiC,
    minimum: minimum.moment(),
    maximumCentiC: maximum.centiC,
    maximum: maximum.moment(),
  };
}

interface Extreme {
  readonly centiC: number;
  moment(): ReportExtreme;
}

/**
 * Spans in which no probe gave a reading: from the last reading before to the first after. Readings
 * that were summed up were there.
 */
export function silentSpans(index: LogIndex, toS: number): ChartSpan[] {
  const periodS = index.config?.samplePeriodS ?? 60;
  const spans: ChartSpan[] = [];
  const gaps = index.events.filter(({ type }) => type === 'gap');
  let lastS: number | undefined;
  const see = (fromS: number, untilS: number): void => {
    if (lastS !== undefined && fromS - lastS >= 2 * periodS) {
      const detail = `No readings: ${gapReason(gaps, lastS, fromS)}`;
      spans.push({ fromS: lastS, toS: fromS, text: 'no data', detail });
    }
    lastS = untilS;
  };
  const ranges = thinnedSpans(index);
  const passRanges = (sequence: number): void => {
    while (ranges[0] !== undefined && ranges[0].range.lastSequence < sequence) {
      const { fromS, toS: untilS } = ranges.shift()!;
      see(fromS, untilS);
    }
  };
  for (const { wallS, sequence, temperaturesCentiC } of timedReadings(index)) {
    if (temperaturesCentiC.every((centiC) => centiC === null)) continue;
    passRanges(sequence);
    see(wallS, wallS);
  }
  passRanges(Infinity);
  see(toS, toS);
  return spans;
}

/** Why probes gave nothing in a span, from the gap records that fall into it. */
function gapReason(gaps: readonly DecodedRecord[], fromS: number, toS: number): string {
  const words = new Set<string>();
  for (const { wallS, fields } of gaps) {
    if (wallS === null || wallS < fromS || wallS > toS) continue;
    words.add(spaced(fieldWord('gap', 'reason', fields['reason'] ?? 0) ?? ''));
  }
  return words.size === 0 ? 'not recorded' : [...words].join(', ');
}

/** What an excursion of a zone is judged by. */
interface ZoneWatch {
  readonly life: KitLife;
  readonly rule: number;
  readonly fromSequence: number;
  readonly toSequence: number;
}

/**
 * Spans in which a kit's slot really was inside a zone whose allowance it spent: what the figure
 * highlights. An excursion record tells when the allowance was spent; cumulative ones never end.
 */
export function excursionSpans(index: LogIndex): ChartSpan[] {
  const readings = timedReadings(index);
  const byZone = new Map<string, ChartSpan[]>();
  for (const watch of zoneWatches(index)) {
    const name = ruleName(watch.rule, watch.life, index);
    for (const { fromS, toS } of insideSpans(index, watch, readings)) {
      const detail = kitName(watch.life.kit);
      const spans = byZone.get(name) ?? [];
      spans.push({ fromS, toS, text: name, detail });
      byZone.set(name, spans);
    }
  }
  return [...byZone.values()].flatMap(joinOverlapping).sort((a, b) => a.fromS - b.fromS);
}

function zoneWatches(index: LogIndex): ZoneWatch[] {
  return index.kits.excursions.flatMap(({ life, rule, last, isClosed }): ZoneWatch[] => {
    const { startSequence } = excursionNumbers(last);
    if (life === undefined || startSequence === null || reasonFacts(rule).kind !== 'zone') {
      return [];
    }
    const toSequence = isClosed ? last.sequence : life.toSequence;
    return [{ life, rule, fromSequence: startSequence, toSequence }];
  });
}

/** Spans of readings inside the zone; a reading holds until the next, at most three periods. */
function insideSpans(
  index: LogIndex,
  { life, rule, fromSequence, toSequence }: ZoneWatch,
  readings: readonly TimedReading[],
): { fromS: number; toS: number }[] {
  const zone = index.profile(life)?.source.zones[rule];
  if (zone === undefined) return [];
  const limitCentiC = Math.round(zone.limitC.value * 100);
  const isHot = zone.operator === 'above' || zone.operator === 'atOrAbove';
  const isInclusive = zone.operator === 'atOrAbove' || zone.operator === 'atOrBelow';
  const holdS = 3 * (index.config?.samplePeriodS ?? 60);
  const spans: { fromS: number; toS: number }[] = [];
  let insideSinceS: number | undefined;
  let lastS = 0;
  for (const { wallS, sequence, temperaturesCentiC } of readings) {
    if (sequence < fromSequence || sequence > toSequence) continue;
    const slot = life.slotAt(sequence);
    const mask = slot === null ? 0 : (index.config?.slotProbes[slot] ?? 0xff);
    const values = temperaturesCentiC.filter(
      (centiC, probe): centiC is number => centiC !== null && ((mask >> probe) & 1) === 1,
    );
    if (values.length === 0) continue; // what was read before still holds
    const decisive = isHot ? Math.max(...values) : Math.min(...values);
    const beyond = isHot ? decisive - limitCentiC : limitCentiC - decisive;
    const isInside = isInclusive ? beyond >= 0 : beyond > 0;
    if (insideSinceS !== undefined && (!isInside || wallS - lastS > holdS)) {
      spans.push({ fromS: insideSinceS, toS: Math.min(wallS, lastS + holdS) });
      insideSinceS = undefined;
    }
    if (isInside) {
      insideSinceS ??= wallS;
      lastS = wallS;
    }
  }
  if (insideSinceS !== undefined) spans.push({ fromS: insideSinceS, toS: lastS });
  return spans;
}

/** Spans of one zone that overlap, for several kits, become one that names them all. */
function joinOverlapping(spans: readonly ChartSpan[]): ChartSpan[] {
  const joined: ChartSpan[] = [];
  for (const span of [...spans].sort((a, b) => a.fromS - b.fromS)) {
    const last = joined.at(-1);
    if (last === undefined || span.fromS > last.toS) {
      joined.push(span);
      continue;
    }
    const names = last.detail.split(', ');
    const detail = names.includes(span.detail) ? last.detail : [...names, span.detail].join(', ');
    joined[joined.length - 1] = { ...last, toS: Math.max(last.toS, span.toS), detail };
  }
  return joined;
}

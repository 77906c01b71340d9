/**
 * Hands on everything that the report shows, as plain JSON, from the decoded log, the verdicts
 * made of it, and the profiles: the one place where records become a report. It judges nothing
 * and repairs nothing; what the log does not know, the report does not say.
 */
import { REASON } from '../../firmware/core/excursion/reasons.js';
import { SHOCK_CLASS, SHOCK_FLAG } from '../../firmware/core/record/schema.js';
import { WALL_EPOCH_UNIX_S } from '../../firmware/core/units.js';
import type { Profile } from '../backend/profile.js';
import type { DecodedRecord } from '../backend/record-types.js';
import type { KitVerdict } from '../backend/verdicts.js';
import type { ChartData } from './chart-types.js';
import { eventText, excursionWords, ruleName, shockText } from './event-text.js';
import { thousandthsOf } from './format.js';
import { LogIndex, kitName, lastIndexOf } from './log-index.js';
import { lanes, legsOf } from './report-lanes.js';
import { excursionSpans, readingRuns, silentSpans, temperatureExtremes } from './report-series.js';
import type {
  CheckpointFact,
  ReportData,
  ReportEvent,
  ReportExcursion,
  ReportFacts,
  ReportKit,
  ReportShock,
} from './report-types.js';
import { reportProfile, zoneSets } from './report-zones.js';
import { shockClassWord } from './words.js';

/** What a report is made from. */
export interface ReportInput {
  readonly records: readonly DecodedRecord[];
  readonly verdicts: readonly KitVerdict[];
  /** All that are at hand; the log names those that count by their hash. */
  readonly profiles: readonly Profile[];
  /** Canonical element strings. */
  readonly containerGrai: string;
  readonly loggerGiai: string;
  readonly epoch: number;
  /** Lower-case hex, after the last record. */
  readonly chainHash: string;
  readonly checkpoint: CheckpointFact | null;
  /** The last record that the backend's signed receipt covers. */
  readonly receiptSequence: number | null;
  readonly isSimulated: boolean;
  /** What local time is ahead of UTC; null when nobody said. */
  readonly localOffsetMinutes: number | null;
  /** Names by canonical GLN. */
  readonly placeNames?: ReadonlyMap<string, string>;
  readonly problems?: readonly string[];
}

export function buildReportData(input: ReportInput): ReportData {
  const index = new LogIndex(input.records, input.profiles, input.placeNames ?? new Map());
  const facts = reportFacts(input, index);
  const legs = legsOf(index);
  const events = eventsOf(index, index.events);
  const shocks = index.events.filter(({ type }) => type === 'shock');
  return {
    facts,
    kits: input.verdicts.map((row) => reportKit(row, index)),
    excursions: excursionsOf(index),
    shocks: shocks.map((record) => reportShock(record, index)),
    legs,
    gaps: events.filter(({ kind }) => kind === 'gap' || kind === 'lost'),
    events,
    profiles: index.profiles.map(reportProfile),
    temperature: temperatureExtremes(index),
    chart: chartData(index, facts, lanes(index, legs, facts.lastWallS ?? 0)),
  };
}

function reportFacts(input: ReportInput, index: LogIndex): ReportFacts {
  const { records } = input;
  const times = records.flatMap(({ wallS }) => (wallS === null ? [] : [wallS]));
  const config = index.config;
  return {
    containerGrai: input.containerGrai,
    loggerGiai: input.loggerGiai,
    epoch: input.epoch,
    firstSequence: records[0]?.sequence ?? 0,
    lastSequence: records.at(-1)?.sequence ?? 0,
    recordCount: records.length,
    readingCount: records.filter(({ type }) => type === 'reading').length,
    recordsWithoutTime: records.length - times.length,
    firstWallS: times.length === 0 ? null : times.reduce((a, b) => Math.min(a, b)),
    lastWallS: times.length === 0 ? null : times.reduce((a, b) => Math.max(a, b)),
    samplePeriodS: config?.samplePeriodS ?? null,
    probeCount: config?.probeCount ?? probesOf(records),
    slotCount: config?.slotCount ?? 0,
    bootCount: new Set(records.map(({ boot }) => boot)).size,
    chainHash: input.chainHash,
    checkpoint: input.checkpoint,
    receiptSequence: input.receiptSequence,
    isSimulated: input.isSimulated,
    localOffsetMinutes: input.localOffsetMinutes,
    problems: [...(input.problems ?? [])],
  };
}

function probesOf(records: readonly DecodedRecord[]): number {
  return records.find(({ type }) => type === 'reading')?.temperaturesCentiC?.length ?? 0;
}

function eventsOf(index: LogIndex, records: readonly DecodedRecord[]): ReportEvent[] {
  return records.flatMap((record) => {
    const text = eventText(record, index);
    const { sequence, wallS, type } = record;
    return text === undefined ? [] : [{ sequence, wallS, kind: type, text }];
  });
}

function reportKit(row: KitVerdict, index: LogIndex): ReportKit {
  const life = index.lives.find(({ fromSequence }) => fromSequence === row.packed.sequence);
  const profile = index.profile(life);
  const own = index.events.filter((record) => {
    if (life === undefined || record.sequence < life.fromSequence) return false;
    if (record.sequence >= life.toSequence) return false;
    if (record.type === 'shock' && record.fields['class'] === SHOCK_CLASS.handling) return false;
    if (record.type === 'shock') return (((record.fields['slots'] ?? 0) >>> life.slot) & 1) === 1;
    if (record.fields['kit'] !== row.kit) return false;
    return ['kit', 'custody', 'verdict', 'excursion', 'slot'].includes(record.type);
  });
  return {
    name: kitName(row.kit),
    row,
    profile:
      profile === undefined ? 'not at hand' : `${profile.id}, version ${profile.source.version}`,
    timeline: eventsOf(index, own),
  };
}

/** One entry per excursion: opening and closing records together. */
function excursionsOf(index: LogIndex): ReportExcursion[] {
  const found: ReportExcursion[] = [];
  for (const record of index.events) {
    if (record.type !== 'excursion') continue;
    const { kit = 0, rule = 0, phase = 0, startSequence = 0, extremeSequence = 0 } = record.fields;
    const life = index.life(kit, record.sequence);
    const name = ruleName(rule, life, index);
    const words = excursionWords(record);
    const numbers = {
      usedText: words.used,
      allowedText: words.allowed,
      extremeText: words.extreme,
      extremeSequence: extremeSequence > 0 ? extremeSequence : null,
    };
    const moment = index.moment(record.sequence);
    const isSame = (entry: ReportExcursion): boolean =>
      entry.kit === kit && entry.rule === name && entry.end === null;
    const open = lastIndexOf(found, isSame);
    if (phase === 1 && open >= 0) {
      found[open] = { ...found[open]!, ...numbers, end: moment };
    } else {
      const start = startSequence > 0 ? index.moment(startSequence) : moment;
      const endText = endOf(rule, index.profile(life));
      const place = {
        kit,
        kitName: kitName(kit),
        rule: name,
        start,
        alarm: moment,
        end: null,
        endText,
      };
      found.push({ ...place, limitText: words.limit, ...numbers });
    }
  }
  return found;
}

/** Why an excursion has no end. */
function endOf(rule: number, profile: Profile | undefined): string {
  if (rule === REASON.shockDrop || rule === REASON.shockSevere) return '–';
  const isZone = rule < REASON.budget;
  const addsUp = isZone
    ? profile?.source.zones[rule]?.allowance === 'cumulative'
    : rule !== REASON.gap;
  return addsUp ? 'adds up, no end' : 'lasts';
}

function reportShock(record: DecodedRecord, index: LogIndex): ReportShock {
  const field = (name: string): number => record.fields[name] ?? 0;
  const flags = field('flags');
  const present = index.lives.filter(
    ({ slot, fromSequence, toSequence }) =>
      fromSequence <= record.sequence &&
      record.sequence < toSequence &&
      ((field('slots') >>> slot) & 1) === 1,
  );
  return {
    ...index.moment(record.sequence),
    class: shockClassWord(field('class')),
    deltaVMmPerS: field('deltaVMmPerS'),
    freeFallMs: field('freeFallMs'),
    durationMs: field('durationMs'),
    peakMilliG: [field('peakXMilliG'), field('peakYMilliG'), field('peakZMilliG')],
    isClipped: (flags & SHOCK_FLAG.clipped) !== 0,
    isSmeared: (flags & SHOCK_FLAG.smeared) !== 0,
    tiltDeg: field('tiltDeg'),
    kitNames: present.map(({ kit }) => kitName(kit)),
  };
}

function chartData(index: LogIndex, facts: ReportFacts, laneList: ChartData['lanes']): ChartData {
  const fromS = facts.firstWallS ?? 0;
  const toS = Math.max(facts.lastWallS ?? 0, fromS + 60);
  const limits = new Map<number, string>();
  for (const { source } of index.profiles) {
    limits.set(source.shock.dropDeltaVMmPerS.value, 'drop-like');
    limits.set(source.shock.severeDeltaVMmPerS.value, 'severe');
  }
  return {
    fromS,
    toS,
    epochUnixS: WALL_EPOCH_UNIX_S,
    localOffsetMinutes: facts.localOffsetMinutes,
    probes: probeNames(index, facts.probeCount),
    runs: readingRuns(index),
    zoneSets: zoneSets(index.profiles),
    excursions: excursionSpans(index),
    gaps: silentSpans(index, toS),
    shocks: index.events.flatMap((record) => {
      if (record.type !== 'shock' || record.wallS === null) return [];
      const deltaVMmPerS = record.fields['deltaVMmPerS'] ?? 0;
      const shockClass = shockClassWord(record.fields['class'] ?? 0);
      const detail = shockText(record);
      return [{ atS: record.wallS, deltaVMmPerS, class: shockClass, detail }];
    }),
    shockLimits: [...limits].map(([deltaVMmPerS, name]) => ({
      deltaVMmPerS,
      text: `${name} from ${thousandthsOf(deltaVMmPerS)} m/s`,
    })),
    lanes: laneList,
  };
}

/** "Probe 1 (slots 1, 3, 5)". */
function probeNames(index: LogIndex, probeCount: number): string[] {
  const masks = index.config?.slotProbes ?? new Uint8Array(0);
  return Array.from({ length: probeCount }, (_, probe) => {
    const slots = [...masks].flatMap((mask, slot) => ((mask >> probe) & 1 ? [slot + 1] : []));
    return slots.length === 0
      ? `Probe ${probe + 1}`
      : `Probe ${probe + 1} (slots ${ranges(slots)})`;
  });
}

/** "1–4, 7" for ascending numbers. */
function ranges(numbers: readonly number[]): string {
  const parts: [from: number, to: number][] = [];
  for (const number of numbers) {
    const last = parts.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else parts.push([number, number]);
  }
  return parts.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ');
}

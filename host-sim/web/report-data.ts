/**
 * Hands on everything that the report shows, as plain JSON, from the decoded log, the verdicts
 * made of it, and the profiles: the one place where records become a report. It judges nothing
 * and repairs nothing; what the log does not know, the report does not say.
 */
import { EXCURSION_PHASE, SHOCK_CLASS, SHOCK_FLAG } from '../../firmware/core/record/schema.js';
import { WALL_EPOCH_UNIX_S } from '../../firmware/core/units.js';
import type { Excursion, KitFold, KitLife } from '../backend/kit-fold.js';
import type { Profile } from '../backend/profile.js';
import { addsUp, excursionNumbers, reasonFacts } from '../backend/reason-facts.js';
import type { DecodedRecord } from '../backend/record-types.js';
import { DEFAULT_LANGUAGE, type LanguageCode } from '../backend/sentences/language.js';
import type { KitVerdict } from '../backend/verdicts.js';
import type { ChartData } from './chart-types.js';
import { eventText, excursionName, excursionWords, kitGapText, shockText } from './event-text.js';
import { thousandthsOf } from './format.js';
import { LogIndex, kitName } from './log-index.js';
import { lanes, legsOf } from './report-lanes.js';
import { excursionSpans, readingRuns, silentSpans, temperatureExtremes } from './report-series.js';
import { summedUpSpans, thinnedBands } from './report-thinned.js';
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
import { whereText } from './where-text.js';
import { shockClassWord } from './words.js';

/** What a report is made from. */
export interface ReportInput {
  readonly records: readonly DecodedRecord[];
  /** The fold of the same records, where it is made already. */
  readonly kits?: KitFold | undefined;
  readonly verdicts: readonly KitVerdict[];
  /** All that are at hand; the log names those that count by their hash. */
  readonly profiles: readonly Profile[];
  /** Canonical element strings. */
  readonly containerGrai: string;
  readonly loggerGiai: string;
  readonly epoch: number;
  /** Lower-case hex, after the record that the last checkpoint covers, else after the last one. */
  readonly chainHash: string;
  readonly checkpoint: CheckpointFact | null;
  /** The last record that the backend's signed receipt covers. */
  readonly receiptSequence: number | null;
  readonly isSimulated: boolean;
  /** In which the verdicts are told; without it English. */
  readonly language?: LanguageCode | undefined;
  /** What local time is ahead of UTC; null when nobody said. */
  readonly localOffsetMinutes: number | null;
  /** Names by canonical GLN. */
  readonly placeNames?: ReadonlyMap<string, string>;
  readonly problems?: readonly string[];
}

export function buildReportData(input: ReportInput): ReportData {
  const { records, profiles, placeNames = new Map<string, string>(), kits } = input;
  const index = new LogIndex(records, profiles, placeNames, kits);
  const facts = reportFacts(input, index);
  const legs = legsOf(index);
  const events = eventsOf(index, index.events);
  const shocks = index.events.filter(({ type }) => type === 'shock');
  return {
    facts,
    kits: input.verdicts.map((row) => reportKit(row, index)),
    excursions: index.kits.excursions.map((excursion) => reportExcursion(excursion, index)),
    shocks: shocks.map((record) => reportShock(record, index)),
    legs,
    gaps: gapsOf(index, events),
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
    summedUpCount: index.thinned.reduce((sum, { readingCount }) => sum + readingCount, 0),
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
    language: input.language ?? DEFAULT_LANGUAGE,
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
  const life = index.kits.lifeAt(row.kit, row.packed.sequence);
  const profile = index.profile(life);
  const own = life === undefined ? [] : index.events.filter((record) => isTold(record, life));
  return {
    name: kitName(row.kit),
    row,
    profile:
      profile === undefined ? 'not at hand' : `${profile.id}, version ${profile.source.version}`,
    timeline: eventsOf(index, own),
  };
}

/** Whether a record belongs to a kit's story: what only repeats with newer numbers does not. */
function isTold(record: DecodedRecord, life: KitLife): boolean {
  if (!life.has(record.sequence)) return false;
  if (record.type === 'shock') {
    return record.fields['class'] !== SHOCK_CLASS.handling && isHit(record, life);
  }
  if (record.fields['kit'] !== life.kit) return false;
  if (record.type === 'verdict') return !life.isRepeated(record);
  if (record.type === 'excursion') return record.fields['phase'] !== EXCURSION_PHASE.update;
  return ['kit', 'custody', 'slot'].includes(record.type);
}

/** Whether a kit was in one of the slots that a shock's record names. */
function isHit({ sequence, fields }: DecodedRecord, life: KitLife): boolean {
  const slot = life.has(sequence) ? life.slotAt(sequence) : null;
  return slot !== null && (((fields['slots'] ?? 0) >>> slot) & 1) === 1;
}

/** One entry per excursion, with its latest numbers. */
function reportExcursion(excursion: Excursion, index: LogIndex): ReportExcursion {
  const { kit, life, rule, opened, last, isClosed } = excursion;
  const words = excursionWords(last);
  const { startSequence, extremeSequence } = excursionNumbers(last);
  const began = startSequence ?? opened.sequence;
  return {
    kit,
    kitName: kitName(kit),
    rule: excursionName(opened, index),
    limitText: words.limit,
    start: index.moment(began),
    where: whereText(index.kits.whereabouts.at(began), index),
    alarm: index.moment(opened.sequence),
    end: isClosed ? index.moment(last.sequence) : null,
    endText: endOf(rule, index.profile(life)),
    usedText: words.used,
    allowedText: words.allowed,
    extremeText: words.extreme,
    extremeSequence,
    asOf: index.moment(last.sequence),
  };
}

/** Why an excursion has no end. */
function endOf(rule: number, profile: Profile | undefined): string {
  if (reasonFacts(rule).kind === 'shock') return '–';
  return addsUp(rule, profile) ? 'adds up, no end' : 'lasts';
}

/** Probes without readings and lost records, and what kits lacked beyond what is allowed. */
function gapsOf(index: LogIndex, events: readonly ReportEvent[]): ReportEvent[] {
  const ofKits = index.kits.excursions.flatMap(({ rule, last }): ReportEvent[] => {
    if (reasonFacts(rule).kind !== 'gap') return [];
    const start = index.moment(excursionNumbers(last).startSequence ?? last.sequence);
    return [{ ...start, kind: 'gap', text: kitGapText(last, index) }];
  });
  const ofProbes = events.filter(({ kind }) => kind === 'gap' || kind === 'lost');
  return [...ofProbes, ...ofKits].sort((a, b) => a.sequence - b.sequence);
}

function reportShock(record: DecodedRecord, index: LogIndex): ReportShock {
  const field = (name: string): number => record.fields[name] ?? 0;
  const flags = field('flags');
  const present = index.kits.lives.filter((life) => isHit(record, life));
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
    where: whereText(index.kits.whereabouts.at(record.sequence), index),
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
    bands: thinnedBands(index),
    summedUp: summedUpSpans(index),
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

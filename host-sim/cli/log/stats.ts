/**
 * Hands on what a journal amounts to: records by type and what they cost on flash, segments and the
 * state in them, boots, the time that it spans, gaps, and ranges that were thinned or lost.
 */
import { RECORD_SCHEMAS } from '../../../firmware/core/record/fields.js';
import { GAP_REASON, RECORD } from '../../../firmware/core/record/schema.js';
import { HEADER_BYTES } from '../../../firmware/core/journal/layout.js';
import { SECTOR_BYTES } from '../../../firmware/core/limits.js';
import { nameOf } from '../../backend/code-words.js';
import type { DecodedRecord } from '../../backend/record-types.js';
import { countOf, durationOf, isoOf } from '../../web/format.js';
import type { SourceJournal } from './source.js';

export interface TypeStats {
  readonly records: number;
  /** Bytes of their frames; 0 where they came in another form than that on flash. */
  readonly bytes: number;
}

export interface BootStats {
  readonly boot: number;
  readonly records: number;
  readonly fromSequence: number;
  readonly fromTime: string | null;
  readonly toTime: string | null;
}

export interface RangeStats {
  readonly fromSequence: number;
  readonly toSequence: number;
  /** The record that says so. */
  readonly toldBy: number;
}

export interface LogStats {
  readonly epoch: number;
  readonly records: number;
  readonly fromSequence: number;
  readonly toSequence: number;
  readonly fromTime: string | null;
  readonly toTime: string | null;
  readonly types: Readonly<Record<string, TypeStats>>;
  readonly segments: number;
  readonly fromSegment: number;
  readonly toSegment: number;
  readonly headerBytes: number;
  readonly stateBytes: number;
  readonly frameBytes: number;
  /** Null without readings. */
  readonly frameBytesPerReading: number | null;
  /** Headers, states and all frames over readings; null without readings. */
  readonly allBytesPerReading: number | null;
  readonly stateBytesPerReading: number | null;
  /** Behind the last frame of each segment but the newest. */
  readonly unusedBytes: number;
  /** Of a hand-off: all that came, in whatever form, what came twice counted twice. */
  readonly receivedBytes: number | null;
  readonly boots: readonly BootStats[];
  /** Gaps of probes that were recorded with their length, and those still open. */
  readonly gaps: readonly GapStats[];
  readonly thinned: readonly RangeStats[];
  readonly lost: readonly RangeStats[];
}

export interface GapStats {
  readonly reason: string;
  readonly closed: number;
  readonly open: number;
  readonly seconds: number;
}

export function statsOf({ epoch, log, views, receivedBytes }: SourceJournal): LogStats {
  const { records, firstSequence, lastSequence } = log;
  const numbers = [...log.chainHashes.keys()];
  const walks = views.flatMap(({ walk }) => (walk === undefined ? [] : [walk]));
  const spans = walks.flatMap((walk) => walk.spans);
  const types = typesOf(records, spans);
  const readings = types['reading']?.records ?? 0;
  const headerBytes = walks.length * HEADER_BYTES;
  const stateBytes = sum(walks.map(({ header }) => header.stateBytes));
  const frameBytes = sum(spans.map(({ bytes }) => bytes));
  const perReading = (bytes: number): number | null => (readings === 0 ? null : bytes / readings);
  return {
    epoch,
    records: records.length,
    fromSequence: firstSequence,
    toSequence: lastSequence,
    ...timesOf(records),
    types,
    segments: numbers.length,
    fromSegment: numbers[0] ?? -1,
    toSegment: numbers.at(-1) ?? -1,
    headerBytes,
    stateBytes,
    frameBytes,
    frameBytesPerReading: perReading(types['reading']?.bytes ?? 0),
    allBytesPerReading: perReading(headerBytes + stateBytes + frameBytes),
    stateBytesPerReading: perReading(stateBytes),
    unusedBytes: sum(walks.slice(0, -1).map(({ stopAt }) => SECTOR_BYTES - stopAt)),
    receivedBytes: receivedBytes ?? null,
    boots: bootsOf(records),
    gaps: gapsOf(records),
    thinned: rangesOf(records, 'thinned', ({ lastSequence: last = 0 }) => last),
    lost: rangesOf(records, 'lost', ({ firstSequence: first = 0, count = 0 }) => first + count - 1),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function typesOf(
  records: readonly DecodedRecord[],
  spans: readonly { readonly type: number; readonly bytes: number }[],
): Record<string, TypeStats> {
  const types: Record<string, TypeStats> = {};
  for (const name of Object.keys(RECORD)) {
    const count = records.filter(({ type }) => type === name).length;
    if (count === 0) continue;
    const own = spans.filter(({ type }) => RECORD_SCHEMAS[type]?.name === name);
    types[name] = { records: count, bytes: sum(own.map(({ bytes }) => bytes)) };
  }
  return types;
}

function timesOf(records: readonly DecodedRecord[]): Pick<LogStats, 'fromTime' | 'toTime'> {
  const timed = records.flatMap(({ wallS }) => (wallS === null ? [] : [wallS]));
  const [from, to] = [timed[0], timed.at(-1)];
  return {
    fromTime: from === undefined ? null : isoOf(from),
    toTime: to === undefined ? null : isoOf(to),
  };
}

function bootsOf(records: readonly DecodedRecord[]): BootStats[] {
  const boots = new Map<number, DecodedRecord[]>();
  for (const record of records) {
    const own = boots.get(record.boot);
    if (own === undefined) boots.set(record.boot, [record]);
    else own.push(record);
  }
  return [...boots].map(([boot, own]) => ({
    boot,
    records: own.length,
    fromSequence: own[0]!.sequence,
    ...timesOf(own),
  }));
}

/** A gap is recorded when it opens, and again with its length when it ends. */
function gapsOf(records: readonly DecodedRecord[]): GapStats[] {
  const open = new Map<number, number>();
  const closed: { readonly reason: number; readonly seconds: number }[] = [];
  for (const { type, fields } of records) {
    if (type !== 'gap') continue;
    const { probe = 0, reason = 0, lengthS = -1 } = fields;
    if (lengthS < 0) open.set(probe, reason);
    else {
      open.delete(probe);
      closed.push({ reason, seconds: lengthS });
    }
  }
  const reasons = new Set([...closed.map(({ reason }) => reason), ...open.values()]);
  return [...reasons].map((reason) => {
    const own = closed.filter((gap) => gap.reason === reason);
    return {
      reason: nameOf(GAP_REASON, reason) ?? `code ${reason}`,
      closed: own.length,
      open: [...open.values()].filter((value) => value === reason).length,
      seconds: sum(own.map(({ seconds }) => seconds)),
    };
  });
}

function rangesOf(
  records: readonly DecodedRecord[],
  name: DecodedRecord['type'],
  lastOf: (fields: Readonly<Record<string, number>>) => number,
): RangeStats[] {
  return records
    .filter(({ type }) => type === name)
    .map(({ sequence, fields }) => ({
      fromSequence: fields['firstSequence'] ?? 0,
      toSequence: lastOf(fields),
      toldBy: sequence,
    }));
}

/** Statistics as a page of text. */
export function statsText(stats: LogStats): string {
  const { fromTime, toTime, segments, headerBytes, stateBytes, frameBytes } = stats;
  const lines = [
    `epoch       ${stats.epoch}`,
    `records     ${countOf(stats.records)}, ${stats.fromSequence} to ${stats.toSequence}`,
    `time        ${fromTime ?? 'unknown'} to ${toTime ?? 'unknown'}`,
    `segments    ${countOf(segments)}, ${stats.fromSegment} to ${stats.toSegment}`,
    `flash       ${countOf(frameBytes)} bytes of records, ${countOf(headerBytes)} of headers, ` +
      `${countOf(stateBytes)} of state, ${countOf(stats.unusedBytes)} unused`,
    ...(stats.receivedBytes === null ? [] : [receivedLine(stats.receivedBytes, stats)]),
    ...readingLines(stats),
    '',
    ...typeLines(stats),
    '',
    ...stats.boots.map(bootLine),
    ...stats.gaps.map(gapLine),
    ...stats.thinned.map((range) => `thinned     ${rangeLine(range)}`),
    ...stats.lost.map((range) => `lost        ${rangeLine(range)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function readingLines(stats: LogStats): string[] {
  const { frameBytesPerReading: own, allBytesPerReading: all, stateBytesPerReading: state } = stats;
  if (own === null || all === null || state === null) return [];
  const bytes = [`${own.toFixed(2)} bytes in its frame`, `${state.toFixed(2)} bytes of state`];
  return [`reading     ${bytes.join(', ')}; ${all.toFixed(2)} bytes with everything on flash`];
}

function receivedLine(bytes: number, { types }: LogStats): string {
  const readings = types['reading']?.records ?? 0;
  const each = readings === 0 ? '' : `, ${(bytes / readings).toFixed(2)} a reading with everything`;
  return `received    ${countOf(bytes)} bytes${each}`;
}

function typeLines({ types }: LogStats): string[] {
  const head = `${'type'.padEnd(12)}${'records'.padStart(9)}${'bytes'.padStart(10)}  bytes each`;
  const rows = Object.entries(types).map(([name, { records, bytes }]) => {
    const each = (bytes / records).toFixed(2);
    const counts = `${countOf(records).padStart(9)}${countOf(bytes).padStart(10)}`;
    return `${name.padEnd(12)}${counts}  ${each}`;
  });
  return [head, ...rows];
}

function bootLine({ boot, records, fromSequence, fromTime, toTime }: BootStats): string {
  const times = fromTime === null ? 'time unknown' : `${fromTime} to ${toTime ?? 'unknown'}`;
  const which = `boot ${String(boot).padEnd(7)}`;
  return `${which}${countOf(records)} records from ${fromSequence} on, ${times}`;
}

function gapLine({ reason, closed, open, seconds }: GapStats): string {
  const still = open === 0 ? '' : `, ${open} still open`;
  return `gap         ${reason}: ${closed} ended, ${durationOf(seconds)} in all${still}`;
}

function rangeLine({ fromSequence, toSequence, toldBy }: RangeStats): string {
  return `records ${fromSequence} to ${toSequence}, as record ${toldBy} says`;
}

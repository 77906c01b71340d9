/**
 * Hands on decoded records as lines: text for people, CSV for spreadsheets, JSON lines for
 * programs. Each line is made when it is asked for, so that a long log needs no second copy.
 * Nothing is lost in JSON lines; CSV gives readings as numbers in columns, with units in the names.
 */
import { HUMIDITY_ABSENT } from '../../../firmware/core/units.js';
import type { ProfileLibrary } from '../../backend/profile.js';
import { type DecodedRecord, provenBy } from '../../backend/record-types.js';
import { eventText } from '../../web/event-text.js';
import { celsiusOf, isoOf, thousandthsOf } from '../../web/format.js';
import { LogIndex } from '../../web/log-index.js';
import { csvLine, detailsOf, logObject } from '../logs.js';

export type What = 'readings' | 'events' | 'all';
export type Format = 'text' | 'csv' | 'jsonl';

/** The records that are wanted of one journal. */
export interface Selection {
  readonly epoch: number;
  /** All of them: what an event means may stand in a record before. */
  readonly all: readonly DecodedRecord[];
  readonly wanted: readonly DecodedRecord[];
  /** Up to this one they are proven by a checkpoint; undefined where nobody has looked. */
  readonly provenSequence: number | undefined;
  readonly profiles: ProfileLibrary;
}

export function isWhat(record: DecodedRecord, what: What): boolean {
  return what === 'all' || (record.type === 'reading') === (what === 'readings');
}

/** Lines of text: number, boot, time, type and what it says. */
export function* textLines(selection: Selection): Generator<string> {
  const index = indexOf(selection);
  const width = String(selection.wanted.at(-1)?.sequence ?? 0).length;
  for (const record of selection.wanted) {
    const { sequence, boot, uptimeS, wallS, type } = record;
    const time = wallS === null ? `uptime ${uptimeS} s` : isoOf(wallS);
    const place = `${String(sequence).padStart(width)}  boot ${boot}  ${time.padEnd(20)}`;
    const kept = record.keptAt === undefined ? '' : ` (kept in record ${record.keptAt})`;
    yield `${place}  ${type.padEnd(10)}  ${sentenceOf(record, index)}${kept}\n`;
  }
}

/** One JSON object a line: every field, with words beside codes. */
export function* jsonLines({ epoch, wanted, provenSequence }: Selection): Generator<string> {
  for (const record of wanted) {
    const { handedOver, ...fields } = logObject(record, isProven(record, provenSequence) === true);
    const proven = provenSequence === undefined ? null : handedOver;
    const { keptAt } = record;
    const kept = keptAt === undefined ? {} : { keptAt };
    yield `${JSON.stringify({ epoch, ...fields, ...kept, proven })}\n`;
  }
}

const PLACE = ['epoch', 'sequence', 'boot', 'uptimeS', 'timeUtc'] as const;

/** Columns of the CSV, the same whatever the records are but for the number of probes. */
export function csvHeader(what: What, probeCount: number): string {
  const probes = Array.from({ length: probeCount }, (_, probe) => `temperature${probe + 1}C`);
  const readings = what === 'events' ? [] : [...probes, 'humidityPercent'];
  const events = what === 'readings' ? [] : ['details', 'sentence'];
  const type = what === 'readings' ? [] : ['type'];
  return csvLine([...PLACE, ...type, ...readings, ...events, 'proven']);
}

/** Lines of RFC 4180, without the header. */
export function* csvLines(selection: Selection, what: What, probeCount: number): Generator<string> {
  const index = indexOf(selection);
  for (const record of selection.wanted) {
    const { sequence, boot, uptimeS, wallS, type } = record;
    const time = wallS === null ? '' : isoOf(wallS);
    const place = [selection.epoch, sequence, boot, uptimeS].map(String);
    const isReading = type === 'reading';
    const details = isReading ? '' : detailsOf(record);
    const sentence = isReading ? '' : sentenceOf(record, index);
    yield csvLine([
      ...place,
      time,
      ...(what === 'readings' ? [] : [type]),
      ...(what === 'events' ? [] : numbersOf(record, probeCount)),
      ...(what === 'readings' ? [] : [details, sentence]),
      provenText(isProven(record, selection.provenSequence)),
    ]);
  }
}

/** The most probes that a reading has. */
export function probeCountOf(records: readonly DecodedRecord[]): number {
  return records.reduce((most, { temperaturesCentiC: t }) => Math.max(most, t?.length ?? 0), 0);
}

/** Temperatures in °C and humidity in %, '' for what was not measured. */
function numbersOf(record: DecodedRecord, probeCount: number): string[] {
  const temperatures = Array.from({ length: probeCount }, (_, probe) => {
    const centiC = record.temperaturesCentiC?.[probe] ?? null;
    return centiC === null ? '' : celsiusOf(centiC);
  });
  const humidity = record.fields['humidityPermille'] ?? HUMIDITY_ABSENT;
  const isRead = record.type === 'reading' && humidity !== HUMIDITY_ABSENT;
  return [...temperatures, isRead ? (humidity / 10).toFixed(1) : ''];
}

function isProven(record: DecodedRecord, provenSequence: number | undefined): boolean | undefined {
  return provenSequence === undefined ? undefined : provenBy(record) <= provenSequence;
}

function provenText(isIt: boolean | undefined): string {
  return isIt === undefined ? '' : isIt ? 'yes' : 'no';
}

/** Undefined where the log is too damaged to be told as a story. */
function indexOf({ all, profiles }: Selection): LogIndex | undefined {
  try {
    return new LogIndex(all, profiles.all, new Map());
  } catch {
    return undefined;
  }
}

/** What a record says, as a sentence; its fields where there is no sentence for it. */
function sentenceOf(record: DecodedRecord, index: LogIndex | undefined): string {
  if (record.type === 'reading') return readingText(record);
  if (record.type === 'power') return powerText(record);
  const text = index === undefined ? undefined : eventText(record, index);
  return text ?? detailsOf(record);
}

function readingText(record: DecodedRecord): string {
  const temperatures = (record.temperaturesCentiC ?? []).map((centiC) =>
    centiC === null ? 'no value' : `${celsiusOf(centiC)} °C`,
  );
  const permille = record.fields['humidityPermille'] ?? HUMIDITY_ABSENT;
  const humidity = permille === HUMIDITY_ABSENT ? '' : `; humidity ${(permille / 10).toFixed(1)} %`;
  return `${temperatures.join(', ')}${humidity}`;
}

function powerText({ fields }: DecodedRecord): string {
  const source = fields['external'] === 1 ? 'on external power' : 'on battery';
  return `Battery ${thousandthsOf(fields['batteryMilliV'] ?? 0)} V, ${source}`;
}

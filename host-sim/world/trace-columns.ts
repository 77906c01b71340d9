/**
 * Hands on which columns of a measured temperature table are time and temperature, and in which
 * units, from its header and first row; or an Error that says what was expected. Loggers name
 * their columns in many ways, so this is a list of what was seen, with the most certain first.
 */
import { columnNamed, numberOf } from './table-file.js';

/** What a time cell holds: milliseconds per unit, Unix time, or a date with a time. */
export type TimeForm =
  | { readonly kind: 'elapsed'; readonly unitMs: number }
  | { readonly kind: 'unix'; readonly unitMs: number }
  | { readonly kind: 'datetime' };

export interface TraceColumns {
  readonly time: number;
  readonly timeForm: TimeForm;
  readonly temperature: number;
  readonly temperatureName: string;
  readonly unit: 'C' | 'F';
  /** Whether the first row is a header and holds no values. */
  readonly hasHeader: boolean;
}

export interface ColumnOptions {
  /** Name of the temperature column; detected when left out. */
  readonly column?: string | undefined;
  /** Name of the time column; detected when left out. */
  readonly timeColumn?: string | undefined;
  /** Unit of the temperature; from the header when left out, °C when it says nothing. */
  readonly unit?: 'C' | 'F' | undefined;
}

const TIME_NAME = /time|date|elapsed|seconds?|minutes?|hours?|^(t|ts|s|min|h|ms)$|zeit|uhr/i;
const TEMPERATURE_NAME = /temp|celsius|fahrenheit|kelvin|°\s*[cf]|deg[cf]?\b|^[tc]$|^t[_ ]?\d/i;
const FAHRENHEIT = /fahrenheit|°\s*f|deg\s*f\b|[([]\s*f\s*[)\]]|_f$/i;
const UNIT_OF_NAME: readonly (readonly [pattern: RegExp, unitMs: number])[] = [
  [/milli-?seconds?|[([_ ]ms[)\]]?$|^ms$/i, 1],
  [/seconds?|[([_ ]s(ec)?[)\]]?$|^s$/i, 1000],
  [/minutes?|[([_ ]min[)\]]?$|^min$/i, 60_000],
  [/hours?|[([_ ]h(rs?)?[)\]]?$|^h$/i, 3_600_000],
  [/days?|[([_ ]d[)\]]?$/i, 86_400_000],
];
const CLOCK = String.raw`(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?`;
const ZONE = String.raw`(Z|[+-]\d\d:?\d\d)?`;
const ISO = new RegExp(String.raw`^(\d{4})[-/](\d\d)[-/](\d\d)[T ]${CLOCK}\s*${ZONE}$`);
const GERMAN = new RegExp(String.raw`^(\d\d)\.(\d\d)\.(\d{4})[T ]${CLOCK}$`);
/** Numbers above this are no elapsed time: Unix seconds of 1973, or Unix milliseconds of 1970. */
const UNIX_S_MIN = 1e8;
const UNIX_MS_MIN = 1e11;

/** Columns of a table, from its first two rows; throws when time or temperature is missing. */
export function traceColumns(
  first: readonly string[],
  second: readonly string[] | undefined,
  name: string,
  options: ColumnOptions = {},
): TraceColumns {
  const hasHeader = !first.some((cell) => parseDateTime(cell) !== undefined || isNumber(cell));
  const header = hasHeader ? first : first.map((_, index) => `column ${index + 1}`);
  const sample = (hasHeader ? second : first) ?? [];
  const time =
    options.timeColumn === undefined
      ? timeColumn(header, sample, name)
      : columnNamed(header, options.timeColumn, name);
  const temperature =
    options.column === undefined
      ? temperatureColumn(header, sample, time, name)
      : columnNamed(header, options.column, name);
  const title = header[temperature]!;
  return {
    time,
    timeForm: timeForm(header[time]!, sample[time] ?? '', name),
    temperature,
    temperatureName: title,
    unit: options.unit ?? (FAHRENHEIT.test(title) ? 'F' : 'C'),
    hasHeader,
  };
}

function timeColumn(header: readonly string[], sample: readonly string[], name: string): number {
  const dated = sample.findIndex((cell) => parseDateTime(cell) !== undefined);
  if (dated >= 0) return dated;
  const named = header.findIndex((title) => TIME_NAME.test(title) && !/temp/i.test(title));
  if (named >= 0) return named;
  const unix = sample.findIndex((cell) => numberOf(cell) > UNIX_S_MIN);
  if (unix >= 0) return unix;
  throw new Error(
    `${name}:1: no time column among: ${header.join(', ')}; expected one named for its unit ` +
      `(elapsedMinutes, seconds), or dates like 2026-07-13T08:00:00Z, or Unix seconds`,
  );
}

function temperatureColumn(
  header: readonly string[],
  sample: readonly string[],
  time: number,
  name: string,
): number {
  const candidates = header.map((_, index) => index).filter((index) => index !== time);
  const named = candidates.find((index) => TEMPERATURE_NAME.test(header[index]!));
  const numeric = candidates.find((index) => isNumber(sample[index]));
  const found = named ?? numeric;
  if (found !== undefined) return found;
  throw new Error(
    `${name}:1: no temperature column among: ${header.join(', ')}; ` +
      `expected one whose name holds "temp" or "celsius", or its name given as the column`,
  );
}

function timeForm(title: string, sample: string, name: string): TimeForm {
  if (parseDateTime(sample) !== undefined) return { kind: 'datetime' };
  const value = numberOf(sample);
  if (value >= UNIX_MS_MIN) return { kind: 'unix', unitMs: 1 };
  if (value >= UNIX_S_MIN) return { kind: 'unix', unitMs: 1000 };
  const unit = UNIT_OF_NAME.find(([pattern]) => pattern.test(title));
  if (unit !== undefined) return { kind: 'elapsed', unitMs: unit[1] };
  // The first row may be a bad one: a column that is named a time but no unit holds dates.
  if (Number.isNaN(value)) return { kind: 'datetime' };
  throw new Error(
    `${name}:1: column "${title}" holds numbers such as ${sample}, expected its unit in its name ` +
      `(seconds, minutes, hours), or dates like 2026-07-13T08:00:00Z`,
  );
}

function isNumber(cell: string | undefined): boolean {
  return !Number.isNaN(numberOf(cell));
}

/** Milliseconds of a time cell (since 1970, or since the recording's own zero); NaN when bad. */
export function timeMsOf(cell: string | undefined, form: TimeForm): number {
  if (cell === undefined) return Number.NaN;
  if (form.kind === 'datetime') return parseDateTime(cell) ?? Number.NaN;
  return Math.round(numberOf(cell) * form.unitMs);
}

/**
 * Unix milliseconds of `2026-07-13T08:00:00Z`, `2026-07-13 08:00` (taken as UTC) or
 * `13.07.2026 08:00:00`; undefined for anything else, `7/8/2026` included, which has two meanings.
 */
export function parseDateTime(cell: string): number | undefined {
  const match = ISO.exec(cell);
  if (match !== null) {
    const [, year, month, day, hour, minute, second, fraction, zone] = match;
    return unixMs([year!, month!, day!, hour!, minute!, second ?? '00'], fraction, zone);
  }
  const other = GERMAN.exec(cell);
  if (other === null) return undefined;
  const [, day, month, year, hour, minute, second, fraction] = other;
  return unixMs([year!, month!, day!, hour!, minute!, second ?? '00'], fraction, undefined);
}

function unixMs(
  parts: readonly [string, string, string, string, string, string],
  fraction: string | undefined,
  zone: string | undefined,
): number | undefined {
  const [year, month, day, hour, minute, second] = parts;
  const milliseconds = (fraction ?? '').padEnd(3, '0').slice(0, 3);
  const date = `${year}-${month}-${day}`;
  const ms = Date.parse(`${date}T${hour}:${minute}:${second}.${milliseconds}Z`);
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(date)) return undefined;
  if (zone === undefined || zone === 'Z') return ms;
  const sign = zone.startsWith('-') ? -1 : 1;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return ms - sign * minutes * 60_000;
}

/**
 * Hands on a measured temperature trace as truth: linear between points that are at most two
 * median intervals apart, absent elsewhere, never invented. Irregular intervals, gaps and bad rows
 * are normal; bad rows are counted with the first of them named. A file is refused only when it
 * cannot be read as CSV, has no time or temperature column, or holds more bad rows than good.
 */
import type { Ambient } from './ambient.js';
import {
  type TableSource,
  fileSource,
  medianOf,
  numberOf,
  rowsOf,
  textSource,
} from './table-file.js';
import { type ColumnOptions, type TraceColumns, timeMsOf, traceColumns } from './trace-columns.js';

export type TraceOptions = ColumnOptions;

/** What no air around a container can have; a logger's error value is a bad row. */
const PLAUSIBLE_C_MIN = -100;
const PLAUSIBLE_C_MAX = 150;
/** Two points further apart than this many median intervals have a gap between them. */
export const GAP_MEDIANS = 2;

/** A row that gave no point. */
export interface BadRow {
  readonly line: number;
  readonly expected: string;
}

/** Points in order of time, the first at 0 ms. */
export class TemperatureTrace implements Ambient {
  readonly name: string;
  readonly column: string;
  /** Time of the first point as Unix milliseconds, where the file has dates. */
  readonly firstUnixMs: number | undefined;
  readonly timesMs: Float64Array;
  readonly valuesC: Float64Array;
  readonly lengthMs: number;
  readonly medianIntervalMs: number;
  readonly gapCount: number;
  readonly badRowCount: number;
  readonly firstBadRow: BadRow | undefined;
  private readonly linearUpToMs: number;
  private cursor = 0;

  constructor(points: {
    name: string;
    column: string;
    timesMs: Float64Array;
    valuesC: Float64Array;
    firstUnixMs?: number | undefined;
    badRowCount?: number;
    firstBadRow?: BadRow | undefined;
  }) {
    this.name = points.name;
    this.column = points.column;
    this.firstUnixMs = points.firstUnixMs;
    this.timesMs = points.timesMs;
    this.valuesC = points.valuesC;
    this.badRowCount = points.badRowCount ?? 0;
    this.firstBadRow = points.firstBadRow;
    const intervals = Array.from(this.timesMs.subarray(1), (ms, i) => ms - this.timesMs[i]!);
    const median = medianOf(intervals);
    if (median === undefined) throw new Error(`${this.name}: expected at least two points`);
    this.medianIntervalMs = median;
    this.linearUpToMs = GAP_MEDIANS * median;
    this.gapCount = intervals.filter((ms) => ms > this.linearUpToMs).length;
    this.lengthMs = this.timesMs[this.timesMs.length - 1]!;
  }

  /** What a person should know of a trace that was not all usable. */
  notes(): string[] {
    const { name, badRowCount, firstBadRow, gapCount } = this;
    const notes: string[] = [];
    if (badRowCount > 0) {
      const where = firstBadRow === undefined ? name : `${name}:${firstBadRow.line}`;
      const what = firstBadRow === undefined ? 'a time twice' : `no ${firstBadRow.expected}`;
      notes.push(`${where}: ${what}; ${badRowCount} rows not used`);
    }
    const gaps = gapCount === 1 ? 'gap' : 'gaps';
    if (gapCount > 0) notes.push(`${name}: ${gapCount} ${gaps}, without a true temperature`);
    return notes;
  }

  /** °C at an instant; NaN where the trace says nothing. Cheap when time goes on. */
  at(ms: number): number {
    const times = this.timesMs;
    let i = this.cursor;
    if (ms < times[i]!) i = 0;
    while (i + 1 < times.length && times[i + 1]! <= ms) i++;
    this.cursor = i;
    const since = ms - times[i]!;
    if (since === 0) return this.valuesC[i]!;
    const next = times[i + 1];
    if (since < 0 || next === undefined) return Number.NaN;
    const interval = next - times[i]!;
    if (interval > this.linearUpToMs) return Number.NaN;
    const from = this.valuesC[i]!;
    return from + (this.valuesC[i + 1]! - from) * (since / interval);
  }
}

/** A trace from a CSV file; one Error with file, line and what was expected when it is none. */
export async function loadTrace(
  path: string,
  options: TraceOptions = {},
): Promise<TemperatureTrace> {
  return await readTrace(fileSource(path), options);
}

/** As `loadTrace`, from text; `name` stands in messages. */
export function parseTrace(
  text: string,
  name: string,
  options: TraceOptions = {},
): Promise<TemperatureTrace> {
  return readTrace(textSource(text, name), options);
}

async function readTrace(source: TableSource, options: TraceOptions): Promise<TemperatureTrace> {
  const reader = new TraceReader(source.name, options);
  for await (const row of rowsOf(source)) reader.take(row.line, row.cells);
  return reader.finish();
}

class TraceReader {
  private readonly name: string;
  private readonly options: TraceOptions;
  private readonly timesMs: number[] = [];
  private readonly valuesC: number[] = [];
  private first: { line: number; cells: readonly string[] } | undefined;
  private columns: TraceColumns | undefined;
  private badRowCount = 0;
  private firstBadRow: BadRow | undefined;

  constructor(name: string, options: TraceOptions) {
    this.name = name;
    this.options = options;
  }

  take(line: number, cells: readonly string[]): void {
    if (this.columns !== undefined) {
      this.point(line, cells, this.columns);
    } else if (this.first === undefined) {
      this.first = { line, cells };
    } else {
      this.begin(cells);
      this.point(line, cells, this.columns!);
    }
  }

  private begin(second: readonly string[] | undefined): void {
    const { line, cells } = this.first!;
    this.columns = traceColumns(cells, second, this.name, this.options);
    if (!this.columns.hasHeader) this.point(line, cells, this.columns);
  }

  private point(line: number, cells: readonly string[], columns: TraceColumns): void {
    const ms = timeMsOf(cells[columns.time], columns.timeForm);
    if (Number.isNaN(ms)) return this.bad(line, 'time');
    const value = numberOf(cells[columns.temperature]);
    const valueC = columns.unit === 'F' ? ((value - 32) * 5) / 9 : value;
    if (!(valueC >= PLAUSIBLE_C_MIN && valueC <= PLAUSIBLE_C_MAX)) {
      return this.bad(line, `temperature of ${PLAUSIBLE_C_MIN} to ${PLAUSIBLE_C_MAX} °C`);
    }
    this.timesMs.push(ms);
    this.valuesC.push(valueC);
  }

  private bad(line: number, expected: string): void {
    this.badRowCount += 1;
    this.firstBadRow ??= { line, expected };
  }

  finish(): TemperatureTrace {
    if (this.columns === undefined && this.first !== undefined) this.begin(undefined);
    const columns = this.columns!;
    const goodCount = this.timesMs.length;
    const bad = this.firstBadRow;
    if (goodCount < 2 || this.badRowCount > goodCount) {
      const where = bad === undefined ? ':1' : `:${bad.line}`;
      const expected = bad === undefined ? 'at least two rows of values' : `a ${bad.expected}`;
      throw new Error(
        `${this.name}${where}: expected ${expected}; ` +
          `${goodCount} rows are usable, ${this.badRowCount} are not`,
      );
    }
    return this.sorted(columns);
  }

  /** In order of time; of rows with the same time the first holds. */
  private sorted(columns: TraceColumns): TemperatureTrace {
    const order = this.timesMs.map((_, index) => index);
    order.sort((a, b) => this.timesMs[a]! - this.timesMs[b]! || a - b);
    const kept = order.filter(
      (index, at) => at === 0 || this.timesMs[index] !== this.timesMs[order[at - 1]!],
    );
    const firstMs = this.timesMs[kept[0]!]!;
    return new TemperatureTrace({
      name: this.name,
      column: columns.temperatureName,
      timesMs: Float64Array.from(kept, (index) => this.timesMs[index]! - firstMs),
      valuesC: Float64Array.from(kept, (index) => this.valuesC[index]!),
      firstUnixMs: columns.timeForm.kind === 'elapsed' ? undefined : firstMs,
      badRowCount: this.badRowCount + (order.length - kept.length),
      firstBadRow: this.firstBadRow,
    });
  }
}

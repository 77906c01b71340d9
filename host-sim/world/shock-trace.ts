/**
 * Hands on a measured 3-axis acceleration recording as bursts for the accelerometer's FIFO, in
 * milli-g, at its own rate (the median interval). Where samples are missing a new burst begins, at
 * its true time. Column units by header name (…MetresPerSecondSquared, m/s², mg, g) or by option.
 */
import {
  type TableRow,
  type TableSource,
  columnNamed,
  fileSource,
  medianOf,
  numberOf,
  rowsOf,
  textSource,
} from './table-file.js';

/** Milli-g per metre per second squared: 1000 / 9.80665 (standard gravity, CGPM 1901). */
export const MILLI_G_PER_MPS2 = 1000 / 9.80665;

/** Full scales of common parts, in milli-g; the smallest that holds the recording is taken. */
const RANGES_MILLI_G: readonly number[] = [2000, 4000, 8000, 16000, 32000];
/** A part's gain error: a recording that ends this little beyond a full scale was clipped there. */
const RANGE_MARGIN = 1.01;
/** Two samples further apart than this many median intervals are in different bursts. */
const GAP_MEDIANS = 2.5;

export type AccelerationUnit = 'm/s2' | 'g' | 'mg';
const MILLI_G_PER_UNIT: Readonly<Record<AccelerationUnit, number>> = {
  'm/s2': MILLI_G_PER_MPS2,
  g: 1000,
  mg: 1,
};

export interface ShockTraceOptions {
  readonly unit?: AccelerationUnit | undefined;
}

/** Samples without a gap; x, y, z in milli-g each. */
export interface ShockPiece {
  /** Milliseconds after the recording's first sample. */
  readonly offsetMs: number;
  readonly samples: Int16Array;
}

export interface ShockRecording {
  readonly name: string;
  readonly rateHz: number;
  readonly rangeMilliG: number;
  readonly pieces: readonly ShockPiece[];
  readonly sampleCount: number;
  readonly durationMs: number;
  readonly badRowCount: number;
}

interface Columns {
  readonly time: number;
  readonly unitMs: number;
  readonly axes: readonly [number, number, number];
  readonly milliGPerUnit: number;
}

/** A recording from a CSV file; one Error with file, line and what was expected when it is none. */
export async function loadShockTrace(
  path: string,
  options: ShockTraceOptions = {},
): Promise<ShockRecording> {
  return await readShockTrace(fileSource(path), options);
}

/** As `loadShockTrace`, from text; `name` stands in messages. */
export function parseShockTrace(
  text: string,
  name: string,
  options: ShockTraceOptions = {},
): Promise<ShockRecording> {
  return readShockTrace(textSource(text, name), options);
}

async function readShockTrace(
  source: TableSource,
  options: ShockTraceOptions,
): Promise<ShockRecording> {
  let columns: Columns | undefined;
  let firstBadLine = 0;
  let badRowCount = 0;
  const timesMs: number[] = [];
  const milliG: number[] = [];
  for await (const row of rowsOf(source)) {
    if (columns === undefined) {
      columns = shockColumns(row, source.name, options);
      continue;
    }
    const ms = numberOf(row.cells[columns.time]) * columns.unitMs;
    const axes = columns.axes.map((axis) => numberOf(row.cells[axis]) * columns!.milliGPerUnit);
    const inOrder = timesMs.length === 0 || ms > timesMs[timesMs.length - 1]!;
    if (!inOrder || Number.isNaN(ms) || axes.some((value) => Number.isNaN(value))) {
      badRowCount += 1;
      if (firstBadLine === 0) firstBadLine = row.line;
      continue;
    }
    timesMs.push(ms);
    milliG.push(...axes.map((value) => Math.round(value)));
  }
  if (timesMs.length < 2 || badRowCount > timesMs.length) {
    throw new Error(
      `${source.name}:${firstBadLine || 1}: expected rows of a rising time and three ` +
        `accelerations; ${timesMs.length} are usable, ${badRowCount} are not`,
    );
  }
  return recordingOf(source.name, timesMs, milliG, badRowCount);
}

function shockColumns(row: TableRow, name: string, options: ShockTraceOptions): Columns {
  const header = row.cells;
  const time = header.findIndex((title) =>
    /^(t|time|seconds?|elapsed.*|ms|millis.*)\b/i.test(title),
  );
  if (time < 0) {
    const titles = header.join(', ');
    throw new Error(`${name}:${row.line}: no time column among: ${titles}; expected "seconds"`);
  }
  const axes = (['x', 'y', 'z'] as const).map((axis) => axisColumn(header, axis, name));
  const unit = options.unit ?? axes.map((axis) => unitOf(header[axis]!)).find(Boolean);
  if (unit === undefined) {
    throw new Error(
      `${name}:${row.line}: column "${header[axes[0]!]}" names no unit, expected ` +
        `xMetresPerSecondSquared, x (g) or x (mg)`,
    );
  }
  const isMs = /\bms\b|milli/i.test(header[time]!);
  return {
    time,
    unitMs: isMs ? 1 : 1000,
    axes: [axes[0]!, axes[1]!, axes[2]!],
    milliGPerUnit: MILLI_G_PER_UNIT[unit],
  };
}

function axisColumn(header: readonly string[], axis: string, name: string): number {
  const patterns = [
    new RegExp(`^${axis}(?![a-z])`, 'i'),
    new RegExp(`^${axis}(metres|meters|mps|g$|mg$|milli)`, 'i'),
    new RegExp(`^(a|acc|accel|acceleration)[ _-]?${axis}(?![a-z])`, 'i'),
  ];
  for (const pattern of patterns) {
    const index = header.findIndex((title) => pattern.test(title));
    if (index >= 0) return index;
  }
  return columnNamed(header, axis, name); // throws, and lists what there is
}

function unitOf(title: string): AccelerationUnit | undefined {
  if (/met(re|er)s?per|m\/s|mps/i.test(title)) return 'm/s2';
  if (/milli-?g|mg[)\]]?$/i.test(title)) return 'mg';
  return /[^a-z]g[)\]]?$|^[xyz]g$/i.test(title) ? 'g' : undefined;
}

function recordingOf(
  name: string,
  timesMs: readonly number[],
  milliG: readonly number[],
  badRowCount: number,
): ShockRecording {
  const intervals = timesMs.slice(1).map((ms, i) => ms - timesMs[i]!);
  const medianMs = medianOf(intervals)!;
  const peak = milliG.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const rangeMilliG =
    RANGES_MILLI_G.find((range) => range * RANGE_MARGIN > peak) ?? RANGES_MILLI_G.at(-1)!;
  const values = Int16Array.from(milliG, (value) =>
    Math.max(-rangeMilliG, Math.min(rangeMilliG, value)),
  );
  const pieces: ShockPiece[] = [];
  let from = 0;
  for (let i = 1; i <= timesMs.length; i++) {
    if (i < timesMs.length && intervals[i - 1]! <= GAP_MEDIANS * medianMs) continue;
    const offsetMs = Math.round(timesMs[from]! - timesMs[0]!);
    pieces.push({ offsetMs, samples: values.slice(3 * from, 3 * i) });
    from = i;
  }
  return {
    name,
    rateHz: Math.max(1, Math.round(1000 / medianMs)),
    rangeMilliG,
    pieces,
    sampleCount: timesMs.length,
    durationMs: Math.round(timesMs[timesMs.length - 1]! - timesMs[0]!),
    badRowCount,
  };
}

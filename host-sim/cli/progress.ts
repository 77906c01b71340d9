/**
 * Shows a run while it lasts. On a terminal a few lines are rewritten in place; elsewhere one plain
 * line is printed for every six simulated hours, and each note as a line of its own; with `--json`
 * nothing at all. Times are the journey's local clock, temperatures what is true at the probes.
 * What it is told never waits for the terminal: a run is as fast unwatched.
 */
import pc from 'picocolors';
import { celsiusOf } from '../web/format.js';
import { instantText } from '../world/time-text.js';
import type { IndicatorCounts, RunObserver, RunProgress } from './run-types.js';

const PLAIN_PERIOD_MS = 6 * 3600_000;
/** About 12 pictures a second: smooth, and no load. */
const LIVE_PERIOD_MS = 80;
const BAR_CELLS_MAX = 32;
const BAR_CELLS_MIN = 8;
/** What stands beside the bar: "100 %  day 100 12:30, 99.9 of 100 days". */
const BESIDE_BAR = 42;
const NOTES_KEPT = 4;

/** Where lines go; a part of a terminal's stream. */
export interface LineSink {
  write(text: string): unknown;
}

type Colours = ReturnType<typeof pc.createColors>;

/** Rewrites its last picture in place: log-update, or a test's own. */
export interface LivePicture {
  (text: string): void;
  clear(): void;
  done(): void;
}

export interface Progress extends RunObserver {
  /** Removes the live picture, so that what follows starts on a clean line. */
  finish(): void;
}

/** Watches and says nothing. */
export function silentProgress(): Progress {
  return { progress: () => undefined, note: () => undefined, finish: () => undefined };
}

/** One line for every six simulated hours, the first and the last moment included. */
export function plainProgress(sink: LineSink): Progress {
  let nextMs = 0;
  let isOver = false;
  return {
    progress(moment) {
      const isLast = moment.simMs >= moment.endMs;
      if (isOver || (moment.simMs < nextMs && !isLast)) return;
      isOver = isLast;
      nextMs = (Math.floor(moment.simMs / PLAIN_PERIOD_MS) + 1) * PLAIN_PERIOD_MS;
      sink.write(`${plainLine(moment)}\n`);
    },
    note: (text) => void sink.write(`  ${text}\n`),
    finish: () => undefined,
  };
}

/** How the live picture is paced and painted. */
export interface LiveOptions {
  readonly nowMs: () => number;
  readonly useColour: boolean;
  /** Width of the terminal. */
  readonly columns: number;
}

/** A picture of a few lines, at most twelve times a second. */
export function liveProgress(picture: LivePicture, options: LiveOptions): Progress {
  const { nowMs, useColour, columns } = options;
  const barCells = Math.max(BAR_CELLS_MIN, Math.min(BAR_CELLS_MAX, columns - BESIDE_BAR));
  const colours = pc.createColors(useColour);
  const notes: string[] = [];
  let nextMs = -Infinity;
  return {
    progress(moment) {
      const now = nowMs();
      if (now < nextMs && moment.simMs < moment.endMs) return;
      nextMs = now + LIVE_PERIOD_MS;
      picture(livePicture(moment, notes, { colours, barCells }));
    },
    note(text) {
      notes.push(text);
      if (notes.length > NOTES_KEPT) notes.shift();
    },
    finish() {
      picture.clear();
      picture.done();
    },
  };
}

/** `day 2 06:15`, the journey's local clock; the day on which it starts is day 1. */
export function localTime({ simMs, start }: Pick<RunProgress, 'simMs' | 'start'>): string {
  return instantText(Math.floor(simMs / 60_000) * 60_000, start);
}

export function plainLine(moment: RunProgress): string {
  const { place, trueCentiC, counts, docked } = moment;
  const where = docked ? `${place} (docked)` : place;
  const truth = `truth: ${temperatureText(trueCentiC)}`;
  return `${localTime(moment)} | ${where} | ${truth} | ${countText(counts)}`;
}

function livePicture(
  moment: RunProgress,
  notes: readonly string[],
  { colours, barCells }: { colours: Colours; barCells: number },
): string {
  const { simMs, endMs, place, trueCentiC, counts, docked } = moment;
  const share = endMs > 0 ? Math.min(1, simMs / endMs) : 1;
  const full = Math.round(share * barCells);
  const bar = colours.green('█'.repeat(full)) + colours.dim('░'.repeat(barCells - full));
  const days = `${daysText(simMs)} of ${daysText(endMs)} days`;
  const lines = [
    `${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${localTime(moment)}, ${days}`,
    `place   ${place}${docked ? colours.cyan(' · docked') : ''}`,
    `truth   ${temperatureText(trueCentiC)}`,
    `kits    ${colouredCounts(counts, colours)}`,
    ...notes.map((note) => colours.dim(`· ${note}`)),
  ];
  return lines.join('\n');
}

/** `3`, `1.5`: a tenth of a day is enough for the eye. */
function daysText(ms: number): string {
  return String(Math.round(ms / 8_640_000) / 10);
}

/** "probe 1 21.40 °C, probe 2 unknown": as the probes count in the report. */
function temperatureText(trueCentiC: readonly (number | null)[]): string {
  const texts = trueCentiC.map((centiC, probe) => {
    return `probe ${probe + 1} ${centiC === null ? 'unknown' : `${celsiusOf(centiC)} °C`}`;
  });
  return texts.join(', ');
}

function countText({ go, look, no, empty }: IndicatorCounts): string {
  return `go ${go}, look ${look}, no ${no}, empty ${empty}`;
}

function colouredCounts({ go, look, no, empty }: IndicatorCounts, colours: Colours): string {
  const { green, yellow, red, dim } = colours;
  const parts = [green(`● go ${go}`), yellow(`◆ look ${look}`), red(`■ no ${no}`)];
  return [...parts, dim(`○ empty ${empty}`)].join('   ');
}

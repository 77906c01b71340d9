/**
 * Shows a run while it lasts. On a terminal a few lines are rewritten in place; elsewhere one plain
 * line is printed for every six simulated hours, and each note as a line of its own; with `--json`
 * nothing at all. What it is told never waits for the terminal: a run is as fast unwatched.
 */
import pc from 'picocolors';
import { celsiusOf } from '../web/format.js';
import type { IndicatorCounts, RunObserver, RunProgress } from './run-types.js';

const PLAIN_PERIOD_MS = 6 * 3600_000;
/** About 12 pictures a second: smooth, and no load. */
const LIVE_PERIOD_MS = 80;
const BAR_CELLS = 32;
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
}

/** A picture of a few lines, at most twelve times a second. */
export function liveProgress(picture: LivePicture, { nowMs, useColour }: LiveOptions): Progress {
  const colours = pc.createColors(useColour);
  const notes: string[] = [];
  let nextMs = -Infinity;
  return {
    progress(moment) {
      const now = nowMs();
      if (now < nextMs && moment.simMs < moment.endMs) return;
      nextMs = now + LIVE_PERIOD_MS;
      picture(livePicture(moment, notes, colours));
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

/** `day 2 06:00`; days count from 1. */
export function dayAndTime(simMs: number): string {
  const minutes = Math.floor(simMs / 60_000);
  const day = Math.floor(minutes / 1440) + 1;
  const hour = String(Math.floor(minutes / 60) % 24).padStart(2, '0');
  return `day ${day} ${hour}:${String(minutes % 60).padStart(2, '0')}`;
}

export function plainLine(moment: RunProgress): string {
  const { simMs, place, temperaturesCentiC, counts, docked } = moment;
  const where = docked ? `${place} (docked)` : place;
  const temperatures = temperatureText(temperaturesCentiC);
  return `${dayAndTime(simMs)} | ${where} | ${temperatures} | ${countText(counts)}`;
}

function livePicture(moment: RunProgress, notes: readonly string[], colours: Colours): string {
  const { simMs, endMs, place, temperaturesCentiC, counts, docked } = moment;
  const share = endMs > 0 ? Math.min(1, simMs / endMs) : 1;
  const full = Math.round(share * BAR_CELLS);
  const bar = colours.green('█'.repeat(full)) + colours.dim('░'.repeat(BAR_CELLS - full));
  const days = (endMs / 86_400_000).toFixed(endMs % 86_400_000 === 0 ? 0 : 1);
  const lines = [
    `${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${dayAndTime(simMs)} of ${days}`,
    `place        ${place}${docked ? colours.cyan(' · docked') : ''}`,
    `temperature  ${temperatureText(temperaturesCentiC)}`,
    `kits         ${colouredCounts(counts, colours)}`,
    ...notes.map((note) => colours.dim(`· ${note}`)),
  ];
  return lines.join('\n');
}

function temperatureText(temperaturesCentiC: readonly (number | null)[]): string {
  if (temperaturesCentiC.length === 0) return 'no reading yet';
  const texts = temperaturesCentiC.map((centiC) => (centiC === null ? 'gap' : celsiusOf(centiC)));
  return `${texts.join(' / ')} °C`;
}

function countText({ go, look, no, empty }: IndicatorCounts): string {
  return `go ${go}, look ${look}, no ${no}, empty ${empty}`;
}

function colouredCounts({ go, look, no, empty }: IndicatorCounts, colours: Colours): string {
  const { green, yellow, red, dim } = colours;
  const parts = [green(`● go ${go}`), yellow(`◆ look ${look}`), red(`■ no ${no}`)];
  return [...parts, dim(`○ empty ${empty}`)].join('   ');
}

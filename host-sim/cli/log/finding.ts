/**
 * What `npm run log` says about a file besides its records: one finding, with the place in segment
 * and file, the records and the time that it concerns, and a sentence. A fault makes the exit code
 * 1; a note only says what else is worth knowing.
 */
import { isoOf, plural } from '../../web/format.js';

export interface Finding {
  readonly isFault: boolean;
  readonly text: string;
  readonly segment?: number | undefined;
  /** Within the segment. */
  readonly offset?: number | undefined;
  /** Within the file. */
  readonly address?: number | undefined;
  /** Records that are missing or cannot be trusted. */
  readonly fromSequence?: number | undefined;
  readonly toSequence?: number | undefined;
}

export function fault(text: string, place: Omit<Finding, 'isFault' | 'text'> = {}): Finding {
  return { isFault: true, text, ...place };
}

export function note(text: string, place: Omit<Finding, 'isFault' | 'text'> = {}): Finding {
  return { isFault: false, text, ...place };
}

/** `0x30c8`. */
export function hexOf(address: number): string {
  return `0x${address.toString(16)}`;
}

/** `segment 3, offset 200 (0x30c8 in the file)`. */
export function placeText(segment: number, offset: number, address: number | undefined): string {
  const inFile = address === undefined ? '' : ` (${hexOf(address)} in the file)`;
  return `segment ${segment}, offset ${offset}${inFile}`;
}

/** `record 7`, `records 7 to 9`, with how many; '' for an empty range. */
export function rangeText(from: number, to: number): string {
  if (to < from) return '';
  if (to === from) return `record ${from}`;
  return `records ${from} to ${to} (${plural(to - from + 1, 'record')})`;
}

/** ` between 2026-07-13T04:30:00Z and 2026-07-13T05:00:00Z`; '' when nothing tells. */
export function timesText(after: number | null, before: number | null): string {
  if (after !== null && before !== null) return `, between ${isoOf(after)} and ${isoOf(before)}`;
  if (after !== null) return `, after ${isoOf(after)}`;
  return before === null ? '' : `, before ${isoOf(before)}`;
}

/** Of a list of numbers: `3`, `3 and 4`, `3 to 9`. */
export function numbersText(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === number - 1) run[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([a, b]) => (a === b ? `${a}` : `${a} to ${b}`)).join(', ');
}

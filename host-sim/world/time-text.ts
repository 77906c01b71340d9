/**
 * Hands on milliseconds from the ways in which a scenario writes times: durations such as
 * `2h 30m`, and instants such as `day 2 13:05`, `+26h`, `end - 90m` or `2026-07-14T13:05`. An
 * instant without offset is local time of the journey, whose offset stands in its start; there is
 * no daylight saving inside a journey. Also the way back, for people to read.
 */

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

export const DURATION_FORM = "a duration like '90s', '45m', '2h 30m' or '1d 6h'";
export const INSTANT_FORM =
  "an instant like 'day 2 13:05', '+26h 30m', 'end - 90m' or '2026-07-14T13:05'";

/** When a journey starts. */
export interface JourneyStart {
  /** Unix milliseconds. */
  readonly unixMs: number;
  /** What local time is ahead of UTC. */
  readonly offsetMs: number;
}

/** An instant as it was written: counted from the journey's start, or back from its end. */
export interface Instant {
  readonly fromEnd: boolean;
  /** Milliseconds after the start; or before the end when `fromEnd`. */
  readonly ms: number;
}

const UNIT_MS: Readonly<Record<string, number>> = {
  d: DAY_MS,
  h: HOUR_MS,
  m: MINUTE_MS,
  s: SECOND_MS,
  ms: 1,
};

/** Milliseconds of a duration, or undefined when the text is none. */
export function parseDuration(text: string): number | undefined {
  const compact = text.trim().replace(/\s+/g, '');
  if (!/^(\d+(\.\d+)?(ms|[dhms]))+$/.test(compact)) return undefined;
  let ms = 0;
  for (const [, amount, unit] of compact.matchAll(/(\d+(?:\.\d+)?)(ms|[dhms])/g)) {
    ms += Number(amount) * UNIT_MS[unit!]!;
  }
  return Math.round(ms);
}

/** A journey's start from ISO text with its offset, or undefined when the text is none. */
export function parseStart(text: string): JourneyStart | undefined {
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:\d\d)$/.exec(text.trim());
  if (match === null) return undefined;
  const localMs = isoMs(match[1]!, match[2]!);
  if (localMs === undefined) return undefined;
  const zone = match[3]!;
  const offsetMs = zone === 'Z' ? 0 : zoneMs(zone);
  return { unixMs: localMs - offsetMs, offsetMs };
}

/** An instant of a journey, or undefined when the text is none. */
export function parseInstant(text: string, start: JourneyStart): Instant | undefined {
  const trimmed = text.trim();
  if (/^end$/i.test(trimmed)) return { fromEnd: true, ms: 0 };
  const back = /^end\s*-\s*(.+)$/i.exec(trimmed);
  if (back !== null) return after(parseDuration(back[1]!), true);
  if (trimmed.startsWith('+')) return after(parseDuration(trimmed.slice(1)), false);
  const local = localMsOf(trimmed, start);
  if (local === undefined) return undefined;
  return { fromEnd: false, ms: local - start.offsetMs - start.unixMs };
}

/** Local time as if it were UTC, in Unix milliseconds. */
function localMsOf(text: string, start: JourneyStart): number | undefined {
  const day = /^day\s*(\d+)\s+(\d\d?):(\d\d)(?::(\d\d))?$/i.exec(text);
  if (day !== null) {
    const [, number, hour, minute, second = '0'] = day;
    const clockMs = clock(Number(hour), Number(minute), Number(second));
    if (clockMs === undefined) return undefined;
    const startLocalMs = start.unixMs + start.offsetMs;
    const midnightMs = Math.floor(startLocalMs / DAY_MS) * DAY_MS;
    return midnightMs + (Number(number) - 1) * DAY_MS + clockMs;
  }
  const iso = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)$/.exec(text);
  return iso === null ? undefined : isoMs(iso[1]!, iso[2]!);
}

function after(ms: number | undefined, fromEnd: boolean): Instant | undefined {
  return ms === undefined ? undefined : { fromEnd, ms };
}

function clock(hour: number, minute: number, second: number): number | undefined {
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS;
}

function isoMs(date: string, time: string): number | undefined {
  const ms = Date.parse(`${date}T${time.length === 5 ? `${time}:00` : time}Z`);
  if (!Number.isFinite(ms)) return undefined;
  return new Date(ms).toISOString().startsWith(date) ? ms : undefined; // 30 February
}

function zoneMs(zone: string): number {
  const sign = zone.startsWith('-') ? -1 : 1;
  return sign * (Number(zone.slice(1, 3)) * HOUR_MS + Number(zone.slice(4, 6)) * MINUTE_MS);
}

/** "day 2 13:05" for an instant of the journey, in its local time; seconds where there are any. */
export function instantText(ms: number, start: JourneyStart): string {
  const localMs = start.unixMs + start.offsetMs + ms;
  const firstMidnightMs = Math.floor((start.unixMs + start.offsetMs) / DAY_MS) * DAY_MS;
  const day = Math.floor((localMs - firstMidnightMs) / DAY_MS) + 1;
  const time = new Date(localMs).toISOString().slice(11, 19);
  return `day ${day} ${time.endsWith(':00') ? time.slice(0, 5) : time}`;
}

/** "2h 30m" for a duration; whole seconds. */
export function durationText(ms: number): string {
  const parts: string[] = [];
  let rest = Math.round(ms / SECOND_MS) * SECOND_MS;
  for (const unit of ['d', 'h', 'm', 's']) {
    const amount = Math.floor(rest / UNIT_MS[unit]!);
    rest -= amount * UNIT_MS[unit]!;
    if (amount > 0) parts.push(`${amount}${unit}`);
  }
  return parts.length === 0 ? '0s' : parts.join(' ');
}

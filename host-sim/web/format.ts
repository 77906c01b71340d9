/**
 * Hands on numbers as people read them: times in UTC, durations, temperatures, identities with
 * their application identifiers in brackets. Everything is made from integers, the same on every
 * machine: no locale, no time zone of the computer.
 */
import { WALL_EPOCH_UNIX_S } from '../../firmware/core/units.js';
import { ENGLISH } from '../backend/sentences/en.js';
import { durationText } from '../backend/sentences/numbers.js';

/** `2026-03-02T14:05:00Z` from seconds since 2020-01-01Z. */
export function isoOf(wallS: number): string {
  return new Date((wallS + WALL_EPOCH_UNIX_S) * 1000).toISOString().replace('.000Z', 'Z');
}

/** `2026-03-02 14:05` in UTC, or at an offset from it. */
export function minuteOf(wallS: number, offsetMinutes = 0): string {
  return isoOf(wallS + offsetMinutes * 60)
    .slice(0, 16)
    .replace('T', ' ');
}

/** `2026-03-02 14:05:07` in UTC. */
export function secondOf(wallS: number): string {
  return isoOf(wallS).slice(0, 19).replace('T', ' ');
}

/** `2026-03-02`, or with its time where it is not the first or last second of a day. */
export function dayOf(wallS: number): string {
  const secondOfDay = ((wallS % 86400) + 86400) % 86400;
  const isWholeDay = secondOfDay === 0 || secondOfDay >= 86340;
  return isWholeDay ? isoOf(wallS).slice(0, 10) : minuteOf(wallS);
}

/** `UTC+02:00`. */
export function offsetName(offsetMinutes: number): string {
  const sign = offsetMinutes < 0 ? '-' : '+';
  const minutes = Math.abs(offsetMinutes);
  return `UTC${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** `3 d 4 h`, `4 h 12 min`, `40 s`, as in the sentences of verdicts; backwards with a minus. */
export function durationOf(seconds: number): string {
  return `${seconds < 0 ? '-' : ''}${durationText(Math.abs(seconds), ENGLISH)}`;
}

/** `25.00`: the stored quantum of 0.01 °C is kept, without a unit. */
export function celsiusOf(centiC: number): string {
  const magnitude = Math.abs(centiC);
  return `${centiC < 0 ? '-' : ''}${Math.floor(magnitude / 100)}.${two(magnitude % 100)}`;
}

/** `25.0` where a hundredth adds nothing: limits are set in tenths. */
export function limitOf(centiC: number): string {
  return celsiusOf(centiC).replace(/0$/, '');
}

/** `4.22` from thousandths. */
export function thousandthsOf(value: number): string {
  const rounded = Math.round(Math.abs(value) / 10);
  return `${value < 0 ? '-' : ''}${Math.floor(rounded / 100)}.${two(rounded % 100)}`;
}

/** `12 345`, with a narrow space that does not break. */
export function countOf(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
}

/** `1 kit`, `2 kits`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${countOf(count)} ${count === 1 ? one : many}`;
}

const ELEMENT_STRINGS: readonly (readonly [pattern: RegExp, cut: string])[] = [
  [/^01(\d{14})21(.+)$/, '(01) $1 (21) $2'],
  [/^(8003|8004|8017)(.+)$/, '($1) $2'],
  [/^414(\d{13})254(.+)$/, '(414) $1 (254) $2'],
  [/^414(\d{13})$/, '(414) $1'],
  [/^10(.+)$/, '(10) $1'],
];

/** A canonical GS1 element string as it is printed below a barcode; other text is left alone. */
export function identityOf(canonical: string): string {
  const form = ELEMENT_STRINGS.find(([pattern]) => pattern.test(canonical));
  return form === undefined ? canonical : canonical.replace(form[0], form[1]);
}

/** Printable ASCII as text, anything else as lower-case hex; empty for no bytes. */
export function tailText(tail: Uint8Array): string {
  const bytes = Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength);
  const isText = bytes.every((byte) => byte >= 0x20 && byte <= 0x7e);
  return bytes.toString(isText ? 'latin1' : 'hex');
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/**
 * Hands on the sentence of each reason of a verdict in a language, from the numbers that the
 * container recorded: the words of verdicts.json, of the table and of the report's reasons. Nothing
 * is judged here, and no number is left out.
 */
import { REASON } from '../../../firmware/core/excursion/reasons.js';
import { nameOf } from '../code-words.js';
import type { ExcursionNumbers } from '../reason-facts.js';
import type { FixedReason, Language, TimeWords, ZoneWords } from './language.js';
import { durationText, speedText, temperatureText } from './numbers.js';

/** Numbers of one reason; null where the container recorded none. */
export interface ReasonNumbers extends Pick<
  ExcursionNumbers,
  'limit' | 'used' | 'allowed' | 'extreme'
> {
  /** Whether a gap began with the kit's leaving its slot. */
  readonly isAway?: boolean;
  /** Of a shock whose own record is at hand. */
  readonly shock?: ShockNumbers | undefined;
}

export const NO_NUMBERS: ReasonNumbers = Object.freeze({
  limit: null,
  used: null,
  allowed: null,
  extreme: null,
});

/** What the record of a shock tells besides its change of velocity. */
export interface ShockNumbers {
  readonly freeFallMs: number;
  /** From this on a fall counts; null where the kit's profile is not at hand. */
  readonly freeFallLimitMs: number | null;
  /** The velocity is a lower bound: the sensor's range was left. */
  readonly isClipped: boolean;
}

/** Seconds left of what is allowed, never below 0; null where either is not known. */
export function leftOf({ used, allowed }: Pick<ReasonNumbers, 'used' | 'allowed'>): number | null {
  return used === null || allowed === null || used < 0 ? null : Math.max(0, allowed - used);
}

/** The sentence of a zone; undefined is one whose profile is not at hand. */
export function zoneText(
  zone: ZoneWords | undefined,
  numbers: ReasonNumbers,
  language: Language,
): string {
  const words = language.zone;
  const limit = numbers.limit === null ? null : temperatureText(numbers.limit, language);
  if (zone === undefined) return words.withoutProfile(limit);
  const { name, operator, allowance } = zone;
  const zoneName = language.zoneNames[name] ?? name;
  const where = `${words.operators[operator]} ${limit ?? words.itsLimit} (${zoneName})`;
  const breach =
    allowance === 'instant'
      ? words.instant(where)
      : words[allowance](where, timeWords(numbers, language));
  if (numbers.extreme === null) return breach;
  const isHot = operator === 'above' || operator === 'atOrAbove';
  const extreme = temperatureText(numbers.extreme, language);
  return `${breach}; ${isHot ? words.warmest(extreme) : words.coldest(extreme)}`;
}

/** "No reading for 1 h 6 min, allowed 15 min", also within other sentences. */
export function gapText(numbers: ReasonNumbers, language: Language): string {
  const time = timeWords(numbers, language);
  return numbers.isAway === true ? language.outOfContainer(time) : language.noReading(time);
}

/** The sentence of any reason but a zone. */
export function fixedText(reason: FixedReason, numbers: ReasonNumbers, language: Language): string {
  switch (reason) {
    case 'budget':
      return language.budget(timeWords(numbers, language));
    case 'gap':
      return gapText(numbers, language);
    case 'lidOpen':
      return language.lidOpen(timeWords(numbers, language));
    case 'shockDrop':
      return shockText(language.shock.drop, numbers, language);
    case 'shockSevere':
      return shockText(language.shock.severe, numbers, language);
    default:
      return language.plain[reason];
  }
}

/** The sentence of a bit of REASON; one that this program does not know says so. */
export function reasonText(
  bit: number,
  zone: ZoneWords | undefined,
  numbers: ReasonNumbers,
  language: Language,
): string {
  if (bit < REASON.budget) return zoneText(zone, numbers, language);
  const name = nameOf(REASON, bit) as FixedReason | undefined;
  if (name === undefined) return language.unknownReason(bit);
  return fixedText(name, numbers, language);
}

function timeWords(numbers: ReasonNumbers, language: Language): TimeWords {
  const time = (seconds: number | null): string =>
    seconds === null || seconds < 0 ? language.unknownTime : durationText(seconds, language);
  const left = leftOf(numbers) ?? 0;
  return {
    used: time(numbers.used),
    allowed: time(numbers.allowed),
    left: left === 0 ? undefined : time(left),
  };
}

/** "Dropped: hit at 2.87 m/s (limit 1.50 m/s), free fall 286 ms (limit 140 ms), about 40 cm". */
function shockText(
  [fallen, other]: readonly [fallen: string, other: string],
  { extreme, limit, shock }: ReasonNumbers,
  language: Language,
): string {
  const words = language.shock;
  const speed = extreme === null ? null : speedText(extreme, language);
  const limitText = limit === null ? '' : ` (${words.limit(speedText(limit, language))})`;
  if (shock === undefined) return `${other}: ${words.hit(speed)}${limitText}`;
  const { freeFallMs, freeFallLimitMs, isClipped } = shock;
  const hit = `${isClipped ? words.hitAtLeast(speed) : words.hit(speed)}${limitText}`;
  const range = isClipped ? `, ${words.beyondRange}` : '';
  const isFall = freeFallMs > 0 && freeFallMs >= (freeFallLimitMs ?? 0);
  const fallLimit = freeFallLimitMs === null ? '' : ` (${words.limit(`${freeFallLimitMs} ms`)})`;
  const fall = freeFallMs === 0 ? '' : `, ${words.freeFall(freeFallMs)}${fallLimit}`;
  const height = isFall ? `, ${words.height(fallHeightCm(freeFallMs))}` : '';
  return `${isFall ? fallen : other}: ${hit}${range}${fall}${height}`;
}

/** Height of a free fall from rest, in steps of 5 cm: the box may have been thrown. */
function fallHeightCm(freeFallMs: number): number {
  const halfGravityCmPerS2 = 490.3;
  return Math.max(5, 5 * Math.round((halfGravityCmPerS2 * (freeFallMs / 1000) ** 2) / 5));
}

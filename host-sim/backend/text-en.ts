/**
 * Hands on the sentences of verdicts in English, one entry per reason, from the numbers that the
 * container recorded: the words of verdicts.json, of the table and of the report's reasons. What
 * the report says besides (events, rules, headings) stands in host-sim/web. Nothing is judged here,
 * and no number is left out.
 */
import type { REASON } from '../../firmware/core/excursion/reasons.js';
import type { ExcursionNumbers } from './reason-facts.js';
import type { KitVerdict } from './verdicts.js';

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

/** A zone of the kit's profile. */
export interface ZoneWords {
  readonly name: string;
  readonly operator: 'above' | 'atOrAbove' | 'below' | 'atOrBelow';
  readonly allowance: 'instant' | 'single' | 'cumulative';
}

export type FixedReason = Exclude<keyof typeof REASON, 'zone0'>;

const OPERATOR_WORDS = {
  above: 'Above',
  atOrAbove: 'At or above',
  below: 'Below',
  atOrBelow: 'At or below',
} as const;

/** "25.0 °C" from centi-°C; the second decimal only where there is one. */
export function temperatureText(centiC: number): string {
  return `${(centiC / 100).toFixed(centiC % 10 === 0 ? 1 : 2)} °C`;
}

/** "4 h 12 min" from seconds; days from two days on, seconds below ten minutes. */
export function durationText(seconds: number): string {
  const units: readonly (readonly [string, number])[] = [
    ['d', 86400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ];
  const first = seconds >= 172800 ? 0 : seconds >= 3600 ? 1 : seconds >= 60 ? 2 : 3;
  const [name = 's', length = 1] = units[first] ?? [];
  const whole = Math.floor(seconds / length);
  const [nextName, nextLength = 0] = units[first + 1] ?? [];
  if (nextName === undefined || (first === 2 && seconds >= 600)) return `${whole} ${name}`;
  const rest = Math.floor((seconds - whole * length) / nextLength);
  return rest === 0 ? `${whole} ${name}` : `${whole} ${name} ${rest} ${nextName}`;
}

function duration(seconds: number | null): string {
  return seconds === null ? 'an unknown time' : durationText(seconds);
}

function speed(mmPerS: number | null): string {
  return mmPerS === null ? 'unknown' : `${(mmPerS / 1000).toFixed(2)} m/s`;
}

/** The sentence of a zone. */
export function zoneText(zone: ZoneWords | undefined, numbers: ReasonNumbers): string {
  const limit = numbers.limit === null ? 'its limit' : temperatureText(numbers.limit);
  if (zone === undefined) return `Outside ${limit}; the profile of the kit is not at hand`;
  const isHot = zone.operator === 'above' || zone.operator === 'atOrAbove';
  const where = `${OPERATOR_WORDS[zone.operator]} ${limit} (${zone.name})`;
  const extreme =
    numbers.extreme === null
      ? ''
      : `; ${isHot ? 'warmest' : 'coldest'} ${temperatureText(numbers.extreme)}`;
  if (zone.allowance === 'instant') return `${where}, where no time is allowed${extreme}`;
  const how = zone.allowance === 'single' ? 'without a break' : 'in total';
  const time = `for ${duration(numbers.used)} ${how}, allowed ${duration(numbers.allowed)}`;
  return `${where} ${time}${extreme}`;
}

/** "No reading for 1 h 6 min, allowed 15 min", also within other sentences. */
export function gapText({ used, allowed, isAway }: ReasonNumbers): string {
  const time = used === -1 ? 'an unknown time' : duration(used);
  const what = isAway === true ? 'Out of the container' : 'No reading';
  return `${what} for ${time}, allowed ${duration(allowed)}`;
}

/** "Dropped: hit at 2.87 m/s (limit 1.50 m/s), free fall 286 ms (limit 140 ms), about 40 cm". */
function shockText(
  [fallen, other]: readonly [fallen: string, other: string],
  { extreme, limit, shock }: ReasonNumbers,
): string {
  const limitText = limit === null ? '' : ` (limit ${speed(limit)})`;
  if (shock === undefined) return `${other}: hit at ${speed(extreme)}${limitText}`;
  const { freeFallMs, freeFallLimitMs, isClipped } = shock;
  const hit = `hit ${isClipped ? 'with at least' : 'at'} ${speed(extreme)}${limitText}`;
  const range = isClipped ? ", beyond the sensor's range" : '';
  const isFall = freeFallMs > 0 && freeFallMs >= (freeFallLimitMs ?? 0);
  const fallLimit = freeFallLimitMs === null ? '' : ` (limit ${freeFallLimitMs} ms)`;
  const fall = freeFallMs === 0 ? '' : `, free fall ${freeFallMs} ms${fallLimit}`;
  const height = isFall ? `, about ${fallHeightCm(freeFallMs)} cm` : '';
  return `${isFall ? fallen : other}: ${hit}${range}${fall}${height}`;
}

/** Height of a free fall from rest, in steps of 5 cm: the box may have been thrown. */
function fallHeightCm(freeFallMs: number): number {
  const halfGravityCmPerS2 = 490.3;
  return Math.max(5, 5 * Math.round((halfGravityCmPerS2 * (freeFallMs / 1000) ** 2) / 5));
}

const FIXED_TEXT: Readonly<Record<FixedReason, (numbers: ReasonNumbers) => string>> = {
  budget: ({ used, allowed }) =>
    `Stability budget spent: ${duration(used)} of ${duration(allowed)} ` +
    'at the reference temperature of its profile',
  gap: gapText,
  clockUnset: () => 'The clock is not set, so the expiry cannot be judged',
  probeFault: () => 'No probe of its slot gives readings',
  shockDrop: (numbers) => shockText(['Dropped', 'Shock like a drop'], numbers),
  shockSevere: (numbers) => shockText(['Severe drop', 'Severe shock'], numbers),
  lidOpen: ({ used, allowed }) =>
    `Lid open for ${duration(used)} in total, allowed ${duration(allowed)}`,
  expired: () => 'Past its expiry',
  useByElapsed: () => 'Mixed, and the use-by time has passed',
  returnedUnscanned: () => 'Put back by hand and not scanned since',
  exampleProfile: () => 'Judged by an example profile, which clears nothing on real hardware',
  lost: () => 'Readings were lost while the journal was full',
  mixed: () => 'Mixed: never stock again; who mixed it decides',
};

/** The sentence of any reason but a zone. */
export function fixedText(reason: FixedReason, numbers: ReasonNumbers): string {
  return FIXED_TEXT[reason](numbers);
}

/** What stands where there is no reason. */
export const NO_REASON_TEXT = 'Every limit was kept, and nothing is unknown';
/** What stands where no verdict was recorded at all. */
export const NO_VERDICT_TEXT = 'The journal holds no verdict of this kit';

/** What is left of a stability budget, in words. */
export interface BudgetWords {
  /** "97.2 %"; a time where the profile is not at hand. */
  readonly share: string;
  /** "352 d at 25 °C", '' where the profile is not at hand. */
  readonly days: string;
  /** "2026-07-15 22:00" in UTC, of the record that says so. */
  readonly asOf: string;
}

/** The words of a kit's budget, or the one word that stands there instead. */
export function budgetWords(kit: KitVerdict): BudgetWords | string {
  const { budgetLeftS, budgetLeftPermille, budgetLeftDays, budgetDaysAtC, recorded } = kit;
  if (!isStock(kit)) return 'none';
  if (budgetLeftS === null || recorded === null) return 'none set';
  const isScaled = budgetLeftPermille !== null && budgetLeftDays !== null;
  return {
    share: isScaled ? `${(budgetLeftPermille / 10).toFixed(1)} %` : durationText(budgetLeftS),
    days: isScaled ? `${budgetLeftDays} d at ${budgetDaysAtC} °C` : '',
    asOf: recorded.time?.slice(0, 16).replace('T', ' ') ?? `record ${recorded.sequence}`,
  };
}

/** Whether a kit can still be kept: of what is used, expired or to be discarded nothing is left. */
function isStock({ custody, verdict }: KitVerdict): boolean {
  const isKept = custody === 'in' || custody === 'taken';
  return isKept && verdict !== 'expired' && verdict !== 'discard';
}

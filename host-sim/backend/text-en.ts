/**
 * Hands on the sentences of verdicts in English, one entry per reason, from the numbers that the
 * container recorded. This file is the whole catalogue: another language is another such file with
 * the same entries. Nothing is judged here, and no number is left out.
 */
import type { REASON } from '../../firmware/core/excursion/reasons.js';

/** Numbers of one reason; null where the container recorded none. */
export interface ReasonNumbers {
  /** Centi-°C of a zone, mm/s of a shock. */
  readonly limit: number | null;
  /** Seconds, or -1 for a gap of unknown length. */
  readonly used: number | null;
  readonly allowed: number | null;
  /** Centi-°C of a zone, mm/s of a shock. */
  readonly extreme: number | null;
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

const FIXED_TEXT: Readonly<Record<FixedReason, (numbers: ReasonNumbers) => string>> = {
  budget: ({ used, allowed }) =>
    `Stability budget spent: ${duration(used)} of ${duration(allowed)} ` +
    'at the reference temperature of its profile',
  gap: ({ used, allowed }) =>
    used === -1
      ? `No reading for an unknown time, allowed ${duration(allowed)}`
      : `No reading for ${duration(used)}, allowed ${duration(allowed)}`,
  clockUnset: () => 'The clock is not set, so the expiry cannot be judged',
  probeFault: () => 'No probe of its slot gives readings',
  shockDrop: ({ extreme, limit }) =>
    `Shock like a drop: velocity change ${speed(extreme)}, limit ${speed(limit)} or its free fall`,
  shockSevere: ({ extreme, limit }) =>
    `Severe shock: velocity change ${speed(extreme)}, limit ${speed(limit)} or the sensor's range`,
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

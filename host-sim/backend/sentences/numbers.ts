/**
 * Hands on numbers as the readers of a language write them: decimal mark and unit words. Made from
 * integers and the language's own words alone: no locale of the computer.
 */
import type { Language, UnitName } from './language.js';

/** A number with a fixed count of decimals: "2.87", "2,87". */
export function decimalText(value: number, decimals: number, { decimalMark }: Language): string {
  return value.toFixed(decimals).replace('.', decimalMark);
}

/** "25.0 °C" from centi-°C; the second decimal only where there is one. */
export function temperatureText(centiC: number, language: Language): string {
  return `${decimalText(centiC / 100, centiC % 10 === 0 ? 1 : 2, language)} °C`;
}

/** "2.87 m/s" from mm/s. */
export function speedText(mmPerS: number, language: Language): string {
  return `${decimalText(mmPerS / 1000, 2, language)} m/s`;
}

/** "4 h 12 min" from seconds; days from two days on, seconds below ten minutes. */
export function durationText(seconds: number, { units }: Language): string {
  const parts: readonly (readonly [UnitName, number])[] = [
    [units.day, 86400],
    [units.hour, 3600],
    [units.minute, 60],
    [units.second, 1],
  ];
  const first = seconds >= 172800 ? 0 : seconds >= 3600 ? 1 : seconds >= 60 ? 2 : 3;
  const [unit, length] = parts[first]!;
  const whole = Math.floor(seconds / length);
  const next = parts[first + 1];
  if (next === undefined || (first === 2 && seconds >= 600)) return amountText(whole, unit);
  const rest = Math.floor((seconds - whole * length) / next[1]);
  if (rest === 0) return amountText(whole, unit);
  return `${amountText(whole, unit)} ${amountText(rest, next[0])}`;
}

function amountText(amount: number, [one, many]: UnitName): string {
  return `${amount} ${amount === 1 ? one : many}`;
}

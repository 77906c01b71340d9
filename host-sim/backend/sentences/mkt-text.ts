/**
 * Hands on the sentence of a kit's mean kinetic temperature in a language. It informs; whatever it
 * says, it clears nothing, and the sentence ends with that.
 */
import type { KitMkt } from '../mkt.js';
import { MKT_WINDOW_DAYS } from '../mkt.js';
import type { Language } from './language.js';
import { durationText, temperatureText } from './numbers.js';

/** "Mean kinetic temperature 22.45 °C over 24 h of readings; informative, never clears a kit". */
export function mktText(mkt: KitMkt, language: Language): string {
  const words = language.mkt;
  const { stayCentiC, warmestDaysCentiC, measuredS, missing } = mkt;
  if (stayCentiC === null) return `${words.name}: ${words[missing ?? 'noReading']}`;
  const stay = words.overStay(
    temperatureText(stayCentiC, language),
    durationText(measuredS, language),
  );
  const days =
    warmestDaysCentiC === null
      ? ''
      : `; ${words.warmestDays(temperatureText(warmestDaysCentiC, language), MKT_WINDOW_DAYS)}`;
  return `${words.name} ${stay}${days}; ${words.informative}`;
}

/**
 * Hands on what is left of a kit's stability budget, in the words of a language: a share, days at
 * the temperature of the shelf life, and as of when, or the one word that stands there instead.
 */
import type { CustodyWord, VerdictWord } from '../code-words.js';
import type { Language } from './language.js';
import { decimalText, durationText } from './numbers.js';

/** What a verdict tells of a kit's budget. */
export interface BudgetNumbers {
  readonly custody: CustodyWord;
  readonly verdict: VerdictWord;
  readonly budgetLeftS: number | null;
  readonly budgetLeftPermille: number | null;
  readonly budgetLeftDays: number | null;
  readonly budgetDaysAtC: number | null;
  readonly recorded: { readonly sequence: number; readonly time: string | null } | null;
}

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
export function budgetWords(kit: BudgetNumbers, language: Language): BudgetWords | string {
  const { budgetLeftS, budgetLeftPermille, budgetLeftDays, budgetDaysAtC, recorded } = kit;
  const words = language.budgetLeft;
  if (!isStock(kit)) return words.none;
  if (budgetLeftS === null || recorded === null) return words.noneSet;
  const isScaled = budgetLeftPermille !== null && budgetLeftDays !== null;
  const celsius = String(budgetDaysAtC).replace('.', language.decimalMark);
  return {
    share: isScaled
      ? `${decimalText(budgetLeftPermille / 10, 1, language)} %`
      : durationText(budgetLeftS, language),
    days: isScaled ? words.days(budgetLeftDays, celsius) : '',
    asOf: recorded.time?.slice(0, 16).replace('T', ' ') ?? words.record(recorded.sequence),
  };
}

/** Whether a kit can still be kept: of what is used, expired or to be discarded nothing is left. */
function isStock({ custody, verdict }: BudgetNumbers): boolean {
  const isKept = custody === 'in' || custody === 'taken';
  return isKept && verdict !== 'expired' && verdict !== 'discard';
}

/**
 * Hands on the names of the codes that records carry, from the core's own tables, so that verdicts,
 * EPCIS events and the report say the same words. A verdict or custody that no table knows becomes
 * the honest answer: unknown.
 */
import { CUSTODY, VERDICT } from '../../firmware/core/units.js';

export type VerdictWord = keyof typeof VERDICT;
export type CustodyWord = keyof typeof CUSTODY;

/** The name of a code in a table of the core, or undefined. */
export function nameOf<Name extends string>(
  table: Readonly<Record<Name, number>>,
  code: number,
): Name | undefined {
  return (Object.keys(table) as Name[]).find((name) => table[name] === code);
}

/** The verdict of a code; `unknown` for a code that the table does not hold. */
export function verdictWordOf(code: number): VerdictWord {
  return nameOf(VERDICT, code) ?? 'unknown';
}

/** The custody of a code; `fateUnknown` for a code that the table does not hold. */
export function custodyWordOf(code: number): CustodyWord {
  return nameOf(CUSTODY, code) ?? 'fateUnknown';
}

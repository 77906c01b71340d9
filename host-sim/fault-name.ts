/**
 * Hands on the name of a fault code, for messages to people: the core knows numbers only, and a
 * number in an error helps nobody who does not have the table at hand. Used by every room of the
 * host that passes a core's answer on.
 */
import { FAULT } from '../firmware/core/faults.js';

/** "badCheckDigit" for FAULT.badCheckDigit; "fault -99" for a code that the table does not hold. */
export function faultName(code: number): string {
  const entry = Object.entries(FAULT).find(([, value]) => value === code);
  return entry === undefined ? `fault ${code}` : entry[0];
}

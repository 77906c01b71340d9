/**
 * Words for the codes that records carry, made from the core's own tables so that a code added
 * there has a word here at once. Decoded logs, tables and the report say the same words; a code
 * that no table knows is written as `code N`, never dropped.
 */
import { REASON } from '../../firmware/core/excursion/reasons.js';
import { FAULT } from '../../firmware/core/faults.js';
import {
  BOOT_REASON,
  COMMAND,
  EXCURSION_PHASE,
  GAP_REASON,
  ORIGIN,
  PLACE_KIND,
  PLACE_SOURCE,
  SHOCK_CLASS,
} from '../../firmware/core/record/schema.js';
import { CUSTODY, VERDICT, WALL_SOURCE } from '../../firmware/core/units.js';

export type VerdictWord = keyof typeof VERDICT;
export type CustodyWord = keyof typeof CUSTODY;
export type ShockClassWord = keyof typeof SHOCK_CLASS;

type Codes = Readonly<Record<string, number>>;

/** The name of a code in one of the core's tables, or `code N`. */
export function wordOf(codes: Codes, code: number): string {
  const entry = Object.entries(codes).find(([, value]) => value === code);
  return entry === undefined ? `code ${code}` : entry[0];
}

/** `returnedUnscanned` as `returned unscanned`. */
export function spaced(word: string): string {
  return word.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** The verdict of a code; `unknown`, the honest answer, for a code that no table knows. */
export function verdictWord(code: number): VerdictWord {
  const word = wordOf(VERDICT, code);
  return word in VERDICT ? (word as VerdictWord) : 'unknown';
}

export function custodyWord(code: number): CustodyWord {
  const word = wordOf(CUSTODY, code);
  return word in CUSTODY ? (word as CustodyWord) : 'fateUnknown';
}

export function shockClassWord(code: number): ShockClassWord {
  const word = wordOf(SHOCK_CLASS, code);
  return word in SHOCK_CLASS ? (word as ShockClassWord) : 'severe';
}

/** Reasons of a verdict's bit set, lowest bit first; zones by their number. */
export function reasonWords(bits: number): string[] {
  const words: string[] = [];
  for (let bit = 0; bit < 32; bit++) if ((bits >>> bit) & 1) words.push(reasonWord(bit));
  return words;
}

/** Fixed reasons as people say them, in tables and sentences. */
const REASON_PHRASES: Readonly<Record<Exclude<keyof typeof REASON, 'zone0'>, string>> = {
  budget: 'stability budget',
  gap: 'no data',
  clockUnset: 'clock not set',
  probeFault: 'no probe answers',
  shockDrop: 'drop-like shock',
  shockSevere: 'severe shock',
  lidOpen: 'lid open',
  expired: 'past expiry',
  useByElapsed: 'use-by passed',
  returnedUnscanned: 'put back, not scanned',
  exampleProfile: 'example rules',
  lost: 'records lost',
  mixed: 'mixed',
};

/** A fixed reason, as people say it. */
export function reasonPhrase(bit: number): string {
  const word = reasonWord(bit);
  return (REASON_PHRASES as Readonly<Record<string, string>>)[word] ?? word;
}

/** Bits 0..7 are the zones of the kit's profile. */
export function reasonWord(bit: number): string {
  return bit < REASON.budget ? `zone${bit}` : wordOf(REASON, bit);
}

/** Fields that hold codes, and the table of each; where record types differ, by `type.field`. */
const CODED_FIELDS: Readonly<Record<string, Codes>> = {
  'gap.reason': GAP_REASON,
  'boot.reason': BOOT_REASON,
  wallSource: WALL_SOURCE,
  verdict: VERDICT,
  custody: CUSTODY,
  origin: ORIGIN,
  'place.kind': PLACE_KIND,
  'place.source': PLACE_SOURCE,
  'shock.class': SHOCK_CLASS,
  'excursion.phase': EXCURSION_PHASE,
  'command.code': COMMAND,
  'fault.code': FAULT,
};

/** The word of a record's coded field, or undefined when the field is a plain number. */
export function fieldWord(type: string, field: string, value: number): string | undefined {
  if (type === 'excursion' && field === 'rule') return reasonWord(value);
  if (type === 'verdict' && field === 'reasons') return reasonWords(value).join(' ');
  if (type === 'command' && field === 'result') return value < 0 ? wordOf(FAULT, value) : 'ok';
  const codes = CODED_FIELDS[`${type}.${field}`] ?? CODED_FIELDS[field];
  return codes === undefined ? undefined : wordOf(codes, value);
}

/** All verdicts, worst first: the order in which they are counted and explained. */
export const VERDICT_WORDS: readonly VerdictWord[] = Object.freeze(
  (Object.keys(VERDICT) as VerdictWord[]).sort((a, b) => VERDICT[b] - VERDICT[a]),
);

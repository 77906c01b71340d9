/**
 * Words for the codes that records carry, made from the core's own tables so that a code added
 * there has a word here at once. Decoded logs, tables and the report say the same words; a code
 * that no table knows is written as `code N`, never dropped.
 */
import type { REASON } from '../../firmware/core/excursion/reasons.js';
import { FAULT } from '../../firmware/core/faults.js';
import {
  BOOT_REASON,
  COMMAND,
  DECISION,
  EXCURSION_PHASE,
  GAP_REASON,
  NOTICE,
  ORIGIN,
  PLACE_KIND,
  PLACE_SOURCE,
  SHOCK_CLASS,
} from '../../firmware/core/record/schema.js';
import { CUSTODY, VERDICT, WALL_SOURCE } from '../../firmware/core/units.js';
import { type VerdictWord, nameOf } from '../backend/code-words.js';
import { bitsOf, reasonFacts } from '../backend/reason-facts.js';

export type { CustodyWord, VerdictWord } from '../backend/code-words.js';
export type ShockClassWord = keyof typeof SHOCK_CLASS;

type Codes = Readonly<Record<string, number>>;

/** The name of a code in one of the core's tables, or `code N`. */
export function wordOf(codes: Codes, code: number): string {
  return nameOf(codes, code) ?? `code ${code}`;
}

/** `returnedUnscanned` as `returned unscanned`. */
export function spaced(word: string): string {
  return word.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

export function shockClassWord(code: number): ShockClassWord {
  return nameOf(SHOCK_CLASS, code) ?? 'severe';
}

/** Reasons of a verdict's bit set, lowest bit first; zones by their number. */
export function reasonWords(bits: number): string[] {
  return bitsOf(bits).map((bit) => reasonFacts(bit).code);
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
  calibration: 'not calibrated',
  disagree: 'probes disagree',
  tilt: 'tilted',
  humidity: 'humid air',
  light: 'light',
  hold: 'on hold',
  discarded: 'discarded by quality',
  slip: 'time elsewhere unknown',
  released: 'released by quality',
};

/** A fixed reason, as people say it. */
export function reasonPhrase(bit: number): string {
  const { code } = reasonFacts(bit);
  return (REASON_PHRASES as Readonly<Record<string, string>>)[code] ?? code;
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
  'notice.code': NOTICE,
  'decision.decision': DECISION,
  'fault.code': FAULT,
};

/** The word of a record's coded field, or undefined when the field is a plain number. */
export function fieldWord(type: string, field: string, value: number): string | undefined {
  if (type === 'excursion' && field === 'rule') return reasonFacts(value).code;
  if ((type === 'verdict' || type === 'decision') && field === 'reasons') {
    return reasonWords(value).join(' ');
  }
  if (type === 'command' && field === 'result') return value < 0 ? wordOf(FAULT, value) : 'ok';
  const codes = CODED_FIELDS[`${type}.${field}`] ?? CODED_FIELDS[field];
  return codes === undefined ? undefined : wordOf(codes, value);
}

/** All verdicts, worst first: the order in which they are counted and explained. */
export const VERDICT_WORDS: readonly VerdictWord[] = Object.freeze(
  (Object.keys(VERDICT) as VerdictWord[]).sort((a, b) => VERDICT[b] - VERDICT[a]),
);

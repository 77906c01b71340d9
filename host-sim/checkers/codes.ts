/**
 * The numbers by which records, profiles and verdicts name things, written down a second time on
 * purpose: the checkers share no code with the firmware, so a number that is changed there by
 * accident shows here. Record fields are those of firmware/core/record/fields.ts.
 */

/** Bits of a verdict's reasons and the rule of an excursion; 0..7 are the profile's zones. */
export const RULE = Object.freeze({
  budget: 8,
  gap: 9,
  clockUnset: 10,
  probeFault: 11,
  shockDrop: 12,
  shockSevere: 13,
  lidOpen: 14,
  expired: 15,
  useByElapsed: 16,
  returnedUnscanned: 17,
  exampleProfile: 18,
  lost: 19,
  mixed: 20,
  calibration: 21,
  disagree: 22,
  tilt: 23,
  humidity: 24,
  light: 25,
  hold: 26,
  discarded: 27,
  slip: 28,
  released: 29,
} as const);

const RULE_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(RULE).map(([name, code]) => [code, name]),
);

/** The rule of a reason's code in verdicts.json, or -1. */
export function ruleOfCode(code: string): number {
  const zone = /^zone([0-7])$/.exec(code);
  if (zone !== null) return Number(zone[1]);
  return RULE[code as keyof typeof RULE] ?? -1;
}

/** A rule as people name it. */
export function ruleName(rule: number): string {
  return RULE_NAMES.get(rule) ?? `zone ${rule}`;
}

/** Worst last, as the larger number is the worse. */
export const VERDICTS = Object.freeze([
  'usable',
  'inspect',
  'unknown',
  'quarantine',
  'expired',
  'discard',
] as const);
export type Verdict = (typeof VERDICTS)[number];

export const CUSTODIES = Object.freeze([
  'none',
  'in',
  'taken',
  'mixed',
  'used',
  'wasted',
  'transferred',
  'fateUnknown',
] as const);
export type Custody = (typeof CUSTODIES)[number];

export const OPERATORS = Object.freeze(['above', 'atOrAbove', 'below', 'atOrBelow'] as const);
export type Operator = (typeof OPERATORS)[number];

export const ALLOWANCES = Object.freeze(['instant', 'single', 'cumulative'] as const);
export type Allowance = (typeof ALLOWANCES)[number];

/** What the reasons lead to whose verdict no profile decides. */
export const FIXED_VERDICTS: ReadonlyMap<number, Verdict> = new Map<number, Verdict>([
  [RULE.gap, 'unknown'],
  [RULE.clockUnset, 'unknown'],
  [RULE.probeFault, 'unknown'],
  [RULE.expired, 'expired'],
  [RULE.useByElapsed, 'discard'],
  [RULE.returnedUnscanned, 'unknown'],
  [RULE.exampleProfile, 'unknown'],
  [RULE.lost, 'unknown'],
  [RULE.mixed, 'inspect'],
  [RULE.calibration, 'unknown'],
  [RULE.hold, 'quarantine'],
  [RULE.discarded, 'discard'],
  [RULE.slip, 'unknown'],
  [RULE.released, 'usable'],
]);

/** A bit set as the names of its rules: "zone 0, gap", or "none". */
export function ruleNames(bits: number): string {
  const names: string[] = [];
  for (let rule = 0; rule < 32; rule++) {
    if ((bits & (1 << rule)) !== 0) names.push(ruleName(rule));
  }
  return names.length === 0 ? 'none' : names.join(', ');
}

/**
 * Compares the excursions of humidity, light and tilt with the records that they rest on: READING,
 * LIGHT and SHOCK. The sum is made a second time, from the kit's stays as its own records tell
 * them; each of these comes about exactly once in a kit's life, with the record behind which it
 * did.
 */
import { EXCURSION_PHASE } from '../../firmware/core/record/schema.js';
import { RULE, ruleName } from './codes.js';
import type { ExpectedKit } from './expected.js';
import type { Finding, LimitRule } from './input.js';
import { type JournalView, type KitRecords, type TimedRecord, field } from './journal-view.js';

const IN = 1;
const SHOCK_TILT_MAX_DEG = 180;
/** Records tell whole seconds, on either side. */
const ROUNDING_S = 2;

/** Compares one kit's excursions by humidity, light and tilt. */
export function checkConditions(
  view: JournalView,
  { story }: ExpectedKit,
  found: KitRecords,
): Finding[] {
  const gives = view.all.some(({ record }) => ['thinned', 'lost', 'slip'].includes(record.type));
  if (gives) return []; // what is summed up or came from elsewhere cannot be added again
  const { humidity, light, tilt } = story.rules;
  const findings: Finding[] = [];
  const compare = (rule: number, limit: LimitRule | undefined, sum: Sum): void => {
    const opened = found.records.filter(
      (timed) =>
        timed.record.type === 'excursion' &&
        field(timed, 'rule') === rule &&
        field(timed, 'phase') === EXCURSION_PHASE.open,
    );
    for (const message of faultsOf(opened, limit, sum)) {
      const atS = opened[0]?.atS ?? sum.spentAtS;
      findings.push({ about: 'excursion', kit: story.name, atS, message: named(rule, message) });
    }
  };
  const stays = staysOf(found);
  compare(RULE.humidity, humidity, humiditySum(view, stays, humidity, story.rules.gapAllowanceS));
  compare(RULE.light, light, lightSum(view, stays, light));
  compare(RULE.tilt, tilt, tiltSum(view, stays, tilt, story.slot));
  return findings;
}

const named = (rule: number, message: string): string => `${ruleName(rule)}: ${message}`;

/** Seconds beyond a limit, and since when they were all that was allowed; null: never. */
interface Sum {
  readonly usedS: number;
  readonly spentAtS: number | null;
}

function faultsOf(
  opened: readonly TimedRecord[],
  rule: LimitRule | undefined,
  { usedS, spentAtS }: Sum,
): string[] {
  const [first, second] = opened;
  if (second !== undefined) return [`opened again by ${second.record.sequence}`];
  if (rule === undefined || first === undefined) {
    const isMissing = rule !== undefined && spentAtS !== null && usedS > rule.allowedS + ROUNDING_S;
    if (isMissing) return [`${usedS} s of ${rule.allowedS} s used, no record opens it`];
    return first === undefined ? [] : [`opened by ${first.record.sequence}, no rule says so`];
  }
  const faults: string[] = [];
  if (spentAtS === null || spentAtS > first.atS + ROUNDING_S) {
    faults.push(`opened by ${first.record.sequence}, but ${usedS} s of ${rule.allowedS} s used`);
  }
  if (field(first, 'limit') !== rule.limit || field(first, 'allowed') !== rule.allowedS) {
    faults.push(`limit ${field(first, 'limit')}, allowed ${field(first, 'allowed')} s`);
  }
  if (field(first, 'extreme') <= rule.limit) faults.push(`extreme ${field(first, 'extreme')}`);
  return faults;
}

interface Span {
  readonly fromS: number;
  toS: number;
}

/** When the kit was in, by its own CUSTODY records. */
function staysOf({ packed, records }: KitRecords): Span[] {
  const stays: Span[] = [{ fromS: packed.atS, toS: Infinity }];
  let isIn = true;
  for (const timed of records) {
    if (timed.record.type !== 'custody') continue;
    const willBeIn = field(timed, 'custody') === IN;
    if (isIn && !willBeIn) stays.at(-1)!.toS = timed.atS;
    if (!isIn && willBeIn) stays.push({ fromS: timed.atS, toS: Infinity });
    isIn = willBeIn;
  }
  return stays;
}

/** Adds spans beyond a limit, as far as the kit was in. */
class Adding implements Sum {
  usedS = 0;
  spentAtS: number | null = null;
  private readonly stays: readonly Span[];
  private readonly allowedS: number;

  constructor(stays: readonly Span[], allowedS: number) {
    this.stays = stays;
    this.allowedS = allowedS;
  }

  add(fromS: number, toS: number): void {
    for (const stay of this.stays) {
      const heldS = Math.min(toS, stay.toS) - Math.max(fromS, stay.fromS);
      if (heldS <= 0) continue;
      this.usedS += heldS;
      if (this.usedS >= this.allowedS) this.spentAtS ??= Math.min(toS, stay.toS);
    }
  }
}

const NOTHING: Sum = { usedS: 0, spentAtS: null };

function humiditySum(
  { all }: JournalView,
  stays: readonly Span[],
  rule: LimitRule | undefined,
  gapS: number,
): Sum {
  if (rule === undefined) return NOTHING;
  const sum = new Adding(stays, rule.allowedS);
  let last: TimedRecord | undefined;
  for (const timed of all) {
    if (timed.record.type !== 'reading' || (timed.record.fields['humidityPermille'] ?? -1) < 0) {
      continue;
    }
    if (last !== undefined && field(last, 'humidityPermille') > rule.limit) {
      sum.add(last.atS, Math.min(timed.atS, last.atS + gapS));
    }
    last = timed;
  }
  return sum;
}

function lightSum({ all }: JournalView, stays: readonly Span[], rule: LimitRule | undefined): Sum {
  if (rule === undefined) return NOTHING;
  const sum = new Adding(stays, rule.allowedS);
  let brightFromS: number | null = null;
  for (const timed of all) {
    // What lasts is added whenever a reading is.
    const isLight = timed.record.type === 'light';
    if (!isLight && timed.record.type !== 'reading') continue;
    if (brightFromS !== null) sum.add(brightFromS, timed.atS);
    if (brightFromS !== null) brightFromS = timed.atS;
    if (isLight) brightFromS = field(timed, 'lux') > rule.limit ? timed.atS : null;
  }
  return sum;
}

function tiltSum(
  { all }: JournalView,
  stays: readonly Span[],
  rule: LimitRule | undefined,
  slot: number,
): Sum {
  if (rule === undefined) return NOTHING;
  const tilted = all.find((timed) => {
    if (timed.record.type !== 'shock') return false;
    const tiltDeg = field(timed, 'tiltDeg');
    const wasIn = stays.some(({ fromS, toS }) => fromS <= timed.atS && timed.atS < toS);
    const isHere = wasIn && (field(timed, 'slots') & (1 << slot)) !== 0;
    return isHere && tiltDeg > rule.limit && tiltDeg <= SHOCK_TILT_MAX_DEG;
  });
  return { usedS: tilted === undefined ? 0 : Infinity, spentAtS: tilted?.atS ?? null };
}

/**
 * Hands on the rules of a product from the body of its signed profile (integer keys, see
 * excursion/PROFILE.md), read a second time without the firmware's parser. What does not follow the
 * layout is an Error that names the profile, the key and what was expected.
 */
import { ALLOWANCES, OPERATORS, VERDICTS } from './codes.js';
import type { LimitRule, Rules, ZoneRule } from './input.js';

/** A decoded CBOR map, or the same as a plain object. */
export type ProfileBody = ReadonlyMap<unknown, unknown> | Readonly<Record<string, unknown>>;

/** The rules that a profile's body says. */
export function rulesOfBody(body: ProfileBody): Rules {
  const at = (key: number): unknown => (body instanceof Map ? body.get(key) : plain(body, key));
  const id = at(1);
  if (typeof id !== 'string') throw new Error(`Profile: key 1 is ${show(id)}, expected its id`);
  const read = new Reader(id);
  const isExample = at(3);
  if (typeof isExample !== 'boolean') throw read.error('key 3', isExample, 'true or false');
  const shock = read.list(at(7), 'key 7, shocks', 5);
  const lid = read.list(at(8), 'key 8, lid', 2);
  return {
    id,
    isExample,
    zones: read.list(at(4), 'key 4, zones').map((zone, z) => zoneOf(read, zone, z)),
    gapAllowanceS: read.number(at(5), 'key 5, gapAllowanceS'),
    ...(at(10) === undefined ? {} : { lossAllowedS: read.number(at(10), 'key 10, lossAllowedS') }),
    budget: at(6) === undefined || at(6) === null ? null : budgetOf(read, at(6)),
    shock: {
      dropFreeFallMs: read.number(shock[0], 'dropFreeFallMs'),
      dropDeltaVMmPerS: read.number(shock[1], 'dropDeltaVMmPerS'),
      severeDeltaVMmPerS: read.number(shock[2], 'severeDeltaVMmPerS'),
      dropVerdict: read.word(VERDICTS, shock[3], 'dropVerdict'),
      severeVerdict: read.word(VERDICTS, shock[4], 'severeVerdict'),
    },
    lid: {
      allowedS: read.number(lid[0], 'lidOpenAllowedS'),
      verdict: read.word(VERDICTS, lid[1], 'verdict of the lid'),
    },
    useByS: at(9) === null || at(9) === undefined ? null : read.number(at(9), 'key 9, useByS'),
    disagree: limitOf(read, at(11), 'key 11, disagree'),
    tilt: limitOf(read, at(12), 'key 12, tilt', false),
    humidity: limitOf(read, at(13), 'key 13, humidity'),
    light: limitOf(read, at(14), 'key 14, light'),
    needsCalibration: at(15) === true,
  };
}

function zoneOf(read: Reader, value: unknown, z: number): ZoneRule {
  const zone = read.list(value, `zone ${z}`, 5);
  return {
    operator: read.word(OPERATORS, zone[0], `operator of zone ${z}`),
    limitCentiC: read.number(zone[1], `limitCentiC of zone ${z}`),
    allowance: read.word(ALLOWANCES, zone[2], `allowance kind of zone ${z}`),
    allowanceS: read.number(zone[3], `allowanceS of zone ${z}`),
    verdict: read.word(VERDICTS, zone[4], `verdict of zone ${z}`),
  };
}

/** [limit, allowedS, verdict], or [limit, verdict] without a time. */
function limitOf(
  read: Reader,
  value: unknown,
  what: string,
  hasTime = true,
): LimitRule | undefined {
  if (value === undefined) return undefined;
  const row = read.list(value, what, hasTime ? 3 : 2);
  return {
    limit: read.number(row[0], `limit of ${what}`),
    allowedS: hasTime ? read.number(row[1], `allowedS of ${what}`) : 0,
    verdict: read.word(VERDICTS, row.at(-1), `verdict of ${what}`),
  };
}

function budgetOf(read: Reader, value: unknown): Rules['budget'] {
  const budget = read.list(value, 'key 6, budget', 4);
  const rates = read.list(budget[1], 'rates of the budget');
  return {
    firstKnotC: read.number(budget[0], 'firstKnotC'),
    ratesPermille: rates.map((rate, i) => read.number(rate, `rate ${i}`)),
    budgetS: read.number(budget[2], 'budgetS'),
    verdict: read.word(VERDICTS, budget[3], 'verdict of the budget'),
  };
}

function plain(body: object, key: number): unknown {
  return (body as Readonly<Record<string, unknown>>)[String(key)];
}

function show(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}

class Reader {
  private readonly id: string;

  constructor(id: string) {
    this.id = id;
  }

  error(what: string, value: unknown, expected: string): Error {
    return new Error(`Profile ${this.id}: ${what} is ${show(value)}, expected ${expected}`);
  }

  number(value: unknown, what: string): number {
    if (typeof value === 'number' && Number.isInteger(value)) return value;
    throw this.error(what, value, 'a whole number');
  }

  list(value: unknown, what: string, length?: number): unknown[] {
    const fits = Array.isArray(value) && (length === undefined || value.length === length);
    if (fits) return value as unknown[];
    throw this.error(what, value, length === undefined ? 'a list' : `a list of ${length}`);
  }

  word<T extends string>(words: readonly T[], value: unknown, what: string): T {
    const word = words[this.number(value, what)];
    if (word === undefined) throw this.error(what, value, `a code of ${words.join(', ')}`);
    return word;
  }
}

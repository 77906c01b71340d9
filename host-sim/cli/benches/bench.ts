/**
 * What a benchmark is and what it hands on: rows with a value, an aim and, where it is known, the
 * best of others, so that a number is never shown without what it should be. Repeated measurements
 * are reported as their median: a busy machine spoils a mean, and a minimum flatters.
 */

/** One measured number, as printed and as written to JSON. */
export interface Row {
  readonly name: string;
  /** null where it could not be measured here; `missing` says why. */
  readonly value: number | null;
  readonly missing?: string;
  readonly unit: string;
  /** Left out where the number is there to compare others with. */
  readonly aim?: number;
  readonly better: 'lower' | 'higher';
  /** The best known elsewhere, with its name. */
  readonly elsewhere?: string;
}

export interface Bench {
  readonly name: string;
  /** One line for the list. */
  readonly describe: string;
  run(): Promise<readonly Row[]>;
}

/** The middle value, or the mean of the two in the middle; throws without values. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('A median needs at least one value');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle]!;
  return (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Rounds to four significant digits: what a repeated measurement can promise at best. */
export function significant(value: number): number {
  return Number(value.toPrecision(4));
}

/** Whether a row's value reaches its aim; without an aim there is nothing to miss. */
export function reachesAim({ value, aim, better }: Row): boolean {
  if (value === null || aim === undefined) return true;
  return better === 'higher' ? value >= aim : value <= aim;
}

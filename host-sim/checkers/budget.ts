/**
 * Hands on how much of a product's stability budget a kit has used, with bounds as in exposure.ts.
 * A hold costs its time at the rate of the warmer probe, linear between whole °C and constant
 * beyond the table; a container calculates in whole per mille, so one of them may go either way.
 */
import { RULE } from './codes.js';
import { Account, type Bounds, type Episode, type Hold, type Tolerance } from './exposure.js';
import type { Rules } from './input.js';

type Budget = NonNullable<Rules['budget']>;

const RATE_PERMILLE_STEP = 1;

/** Rate of degradation in per mille of that at the reference temperature. */
export function rateAt(budget: Budget, temperatureCentiC: number): number {
  const { firstKnotC, ratesPermille } = budget;
  const position = temperatureCentiC / 100 - firstKnotC;
  const knot = Math.floor(position);
  if (knot < 0) return ratesPermille[0]!;
  if (knot >= ratesPermille.length - 1) return ratesPermille.at(-1)!;
  const [from, to] = [ratesPermille[knot]!, ratesPermille[knot + 1]!];
  return from + (to - from) * (position - knot);
}

/** The budget of one kit over its life. */
export class BudgetCourse {
  private readonly budget: Budget;
  private readonly holds: readonly Hold[];
  /** Per hold. */
  private readonly rates: readonly number[];
  private readonly fastest: number;

  constructor(budget: Budget, holds: readonly Hold[]) {
    this.budget = budget;
    this.holds = holds;
    this.rates = holds.map((hold) => rateAt(budget, hold.warmerCentiC));
    this.fastest = this.rates.reduce((most, rate) => Math.max(most, rate), 0);
  }

  /** Used until an instant, in seconds at the reference temperature. */
  usedUntil(untilS: number): Bounds {
    let lowS = 0;
    let highS = 0;
    this.holds.forEach((hold, i) => {
      if (hold.fromS > untilS) return;
      highS += this.most(i, Math.min(hold.highS, untilS - hold.fromS));
      if (hold.seenByS !== null && hold.seenByS <= untilS) lowS += this.least(i, hold.lowS);
    });
    return { lowS, highS };
  }

  /** What `periodS` cost at the fastest rate that the kit saw, and one second of rounding. */
  toleranceS(periodS: number): number {
    return (this.fastest * periodS) / 1000 + 1;
  }

  /** The excursion, if the budget is spent before `endS`. */
  episodes(endS: number, { periodS, delayS }: Tolerance): Episode[] {
    const tolerance = { periodS: this.toleranceS(periodS), delayS };
    const account = new Account(this.budget.budgetS, tolerance);
    this.holds.forEach(({ fromS, lowS, highS, seenByS }, i) => {
      account.add(fromS, this.least(i, lowS), this.most(i, highS), seenByS);
    });
    return account.episodes(RULE.budget, endS);
  }

  private least(i: number, seconds: number): number {
    return (seconds * Math.max(0, this.rates[i]! - RATE_PERMILLE_STEP)) / 1000;
  }

  private most(i: number, seconds: number): number {
    return (seconds * (this.rates[i]! + RATE_PERMILLE_STEP)) / 1000;
  }
}

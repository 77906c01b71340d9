/**
 * Hands on the bits that a whole number takes when it is expected near a real one. Several normal
 * distributions, of widths that follow the errors quickly and slowly, vote with weights that follow
 * their success; a flat one stands by for surprises. Twice as many votes take the number as what a
 * part of 0.0078125 °C steps makes of it, so that they find out whether it is from such a part.
 */
import { PROBE_STEP_C } from './journal-workload.js';

/** How quickly a width follows the squared errors, and its factors. */
const RATES = [1 / 16, 1 / 256];
const FACTORS = [0.7, 1, 1.6];
const WIDTHS = RATES.length * FACTORS.length;
const VOTES = 2 * WIDTHS;
/** A surprise: flat over int16, with this weight. */
const FLAT = 1 / 65536;
const FLAT_WEIGHT = 1e-4;
/** Weights forget, so that another distribution can take over within some hundred samples. */
const FORGET = 0.002;
const VARIANCE_MIN = 0.01;
/** One leap widens what is expected by no more than this many variances. */
const SURPRISE = 100;
const STEP = PROBE_STEP_C * 100;
const TABLE_MAX = 8;
const TABLE_STEPS = 512;
const NORMAL = normalTable();

export class IntervalCoder {
  private readonly variances = new Float64Array(RATES.length).fill(16);
  private readonly weights = new Float64Array(VOTES).fill(1 / VOTES);
  private readonly shares = new Float64Array(VOTES);

  /** Bits of `value` where `expected` was expected; then it adapts. */
  bits(expected: number, value: number): number {
    const { shares, weights, variances } = this;
    const lowStep = Math.ceil((value - 0.5) / STEP);
    const highStep = Math.ceil((value + 0.5) / STEP) - 1;
    const low = (lowStep - 0.5) * STEP;
    const high = Math.max((highStep + 0.5) * STEP, low);
    let sum = 0;
    for (let vote = 0; vote < WIDTHS; vote++) {
      const variance = variances[vote % RATES.length]!;
      const sigma = Math.sqrt(variance) * FACTORS[(vote / RATES.length) | 0]!;
      const plain = mass(value - 0.5 - expected, value + 0.5 - expected, sigma);
      const stepped = mass(low - expected, high - expected, sigma);
      shares[vote] = plain;
      shares[vote + WIDTHS] = stepped;
      sum += weights[vote]! * plain + weights[vote + WIDTHS]! * stepped;
    }
    const share = (1 - FLAT_WEIGHT) * sum + FLAT_WEIGHT * FLAT;
    this.adapt(sum, value - expected);
    return -Math.log2(share);
  }

  /** Whether an error is far beyond what is expected. */
  isLeap(error: number): boolean {
    return error * error > SURPRISE * Math.max(...this.variances) + 1;
  }

  private adapt(sum: number, error: number): void {
    const { shares, weights, variances } = this;
    if (sum > 1e-12) {
      for (let vote = 0; vote < VOTES; vote++) {
        const earned = (weights[vote]! * shares[vote]!) / sum;
        weights[vote] = (1 - FORGET) * earned + FORGET / VOTES;
      }
    }
    for (let k = 0; k < RATES.length; k++) {
      const variance = variances[k]!;
      const square = Math.min(error * error, SURPRISE * variance + 1);
      variances[k] = Math.max(variance + (square - variance) * RATES[k]!, VARIANCE_MIN);
    }
  }
}

/** Share of a normal distribution between two distances from its middle. */
function mass(low: number, high: number, sigma: number): number {
  return below(high / sigma) - below(low / sigma);
}

function below(x: number): number {
  if (x <= -TABLE_MAX) return 0;
  if (x >= TABLE_MAX) return 1;
  const at = (x + TABLE_MAX) * TABLE_STEPS;
  const whole = at | 0;
  const low = NORMAL[whole]!;
  return low + (NORMAL[whole + 1]! - low) * (at - whole);
}

/** The normal distribution's integral, by Simpson's rule from one entry to the next. */
function normalTable(): Float64Array {
  const count = 2 * TABLE_MAX * TABLE_STEPS + 2;
  const table = new Float64Array(count);
  const density = (x: number): number => Math.exp(-x * x * 0.5) / Math.sqrt(2 * Math.PI);
  const width = 1 / TABLE_STEPS;
  for (let i = 1; i < count; i++) {
    const x = (i - 1) * width - TABLE_MAX;
    const area = density(x) + 4 * density(x + width / 2) + density(x + width);
    table[i] = table[i - 1]! + (area * width) / 6;
  }
  return table;
}

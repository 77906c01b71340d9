/**
 * Hands on how few bits a sample needs when no expense is spared: each channel is predicted by
 * least squares from its own last 16 differences, from slow means, and from the other channels,
 * refitted as the columns go on; what is left is coded by a mixture of distributions that adapts.
 * Only the past is used, so a decoder could follow. It is a code length, not a code: the limit that
 * a codec of a few words of state is compared with.
 */
import { IntervalCoder } from './interval-coder.js';

const OWN_LAGS = 16;
const OTHER_LAGS = 4;
/** Weights of exponential means whose distance from the last value is a feature. */
const MEANS = [1 / 4, 1 / 16, 1 / 64, 1 / 512];
const REFIT_EVERY = 4096;
const REFIT_FROM = 128;
/** Fits look at every second sample: half the work, the same coefficients to three digits. */
const FIT_STRIDE = 2;
/** What a refit keeps of the sums before it: a memory of about 80,000 samples. */
const KEEP = 0.9;
/** A little of the unit matrix, so that columns that never change do no harm. */
const RIDGE = 1e-3;
const ESCAPE_BITS = 24;

/** Bits a sample of each channel, in the order given: an earlier one may tell of a later one. */
export function predictedBits(channels: readonly ArrayLike<number>[]): number[] {
  return channels.map((_, index) => channelBits(channels, index));
}

function channelBits(channels: readonly ArrayLike<number>[], index: number): number {
  const values = channels[index]!;
  if (values.length < 2) return 0;
  const features = new Features(channels, index);
  const fit = new LeastSquares(features.count);
  const coder = new IntervalCoder();
  let bits = 0;
  for (let i = 1; i < values.length; i++) {
    features.at(i);
    const last = values[i - 1]!;
    const expected = last + fit.predict(features.row);
    const isLeap = coder.isLeap(values[i]! - expected); // nothing to be learned from
    bits += coder.bits(expected, values[i]!);
    if (!isLeap && (i % FIT_STRIDE === 0 || i < REFIT_EVERY)) {
      fit.take(features.row, values[i]! - last);
    }
    if (isTimeToRefit(i)) fit.refit(i < REFIT_EVERY ? 1 : KEEP);
    features.learn(values[i]!);
  }
  return bits / values.length;
}

/** At first each time that twice as much is known: what little tells is soon wrong. */
function isTimeToRefit(i: number): boolean {
  const isPowerOfTwo = (i & (i - 1)) === 0;
  return i % REFIT_EVERY === 0 || (i >= REFIT_FROM && isPowerOfTwo);
}

/** What is known before sample i of one channel. */
class Features {
  readonly count: number;
  readonly row: Float64Array;
  private readonly own: ArrayLike<number>;
  private readonly others: readonly { values: ArrayLike<number>; isKnown: boolean }[];
  private readonly means: Float64Array;

  constructor(channels: readonly ArrayLike<number>[], index: number) {
    this.own = channels[index]!;
    this.others = channels
      .map((values, other) => ({ values, isKnown: other < index }))
      .filter((_, other) => other !== index);
    this.count = OWN_LAGS + MEANS.length + this.others.length * OTHER_LAGS + 1;
    this.row = new Float64Array(this.count);
    this.means = new Float64Array(MEANS.length).fill(this.own[0]!);
  }

  at(i: number): void {
    const { row, own } = this;
    let to = 0;
    for (let lag = 1; lag <= OWN_LAGS; lag++) row[to++] = difference(own, i - lag);
    for (const mean of this.means) row[to++] = own[i - 1]! - mean;
    for (const { values, isKnown } of this.others) {
      const from = isKnown ? i : i - 1;
      for (let lag = 0; lag < OTHER_LAGS; lag++) row[to++] = difference(values, from - lag);
    }
    row[to] = 1;
  }

  learn(value: number): void {
    for (let k = 0; k < MEANS.length; k++) {
      this.means[k] = this.means[k]! + (value - this.means[k]!) * MEANS[k]!;
    }
  }
}

function difference(values: ArrayLike<number>, i: number): number {
  return i < 1 ? 0 : values[i]! - values[i - 1]!;
}

/** Least squares over the past: sums of products, and the coefficients of the last refit. */
export class LeastSquares {
  readonly coefficients: Float64Array;
  private readonly count: number;
  private readonly products: Float64Array;
  private readonly targets: Float64Array;

  constructor(count: number) {
    this.count = count;
    this.coefficients = new Float64Array(count);
    this.products = new Float64Array(count * count);
    this.targets = new Float64Array(count);
  }

  predict(row: Float64Array): number {
    const { coefficients, count } = this;
    let sum = 0;
    for (let k = 0; k < count; k++) sum += coefficients[k]! * row[k]!;
    return sum;
  }

  take(row: Float64Array, target: number): void {
    const { products, targets, count } = this;
    for (let k = 0; k < count; k++) {
      const value = row[k]!;
      if (value === 0) continue;
      targets[k] = targets[k]! + value * target;
      const base = k * count;
      for (let j = 0; j <= k; j++) products[base + j] = products[base + j]! + value * row[j]!;
    }
  }

  /** Solves for the coefficients (Cholesky), then keeps this share of what it knows. */
  refit(keep: number): void {
    const { count, products, targets, coefficients } = this;
    const root = products.slice();
    for (let k = 0; k < count; k++) {
      for (let j = 0; j <= k; j++) {
        let sum = products[k * count + j]! + (j === k ? RIDGE : 0);
        for (let m = 0; m < j; m++) sum -= root[k * count + m]! * root[j * count + m]!;
        root[k * count + j] =
          j === k ? Math.sqrt(Math.max(sum, RIDGE)) : sum / root[j * count + j]!;
      }
    }
    for (let k = 0; k < count; k++) {
      let sum = targets[k]!;
      for (let m = 0; m < k; m++) sum -= root[k * count + m]! * coefficients[m]!;
      coefficients[k] = sum / root[k * count + k]!;
    }
    for (let k = count - 1; k >= 0; k--) {
      let sum = coefficients[k]!;
      for (let m = k + 1; m < count; m++) sum -= root[m * count + k]! * coefficients[m]!;
      coefficients[k] = sum / root[k * count + k]!;
    }
    for (let k = 0; k < products.length; k++) products[k] = products[k]! * keep;
    for (let k = 0; k < count; k++) targets[k] = targets[k]! * keep;
  }
}

/** Bits a symbol when the one before tells how often each follows it; a new one is escaped. */
export function orderOneBits(symbols: ArrayLike<number>): number {
  const contexts = new Map<number, { total: number; counts: Map<number, number> }>();
  let bits = 0;
  let previous = 0;
  for (let i = 0; i < symbols.length; i++) {
    const symbol = symbols[i]!;
    let context = contexts.get(previous);
    if (context === undefined) {
      context = { total: 0, counts: new Map() };
      contexts.set(previous, context);
    }
    const { counts, total } = context;
    const seen = counts.get(symbol) ?? 0;
    const share = (seen > 0 ? seen - 0.5 : counts.size * 0.5 + 0.5) / (total + 0.5);
    bits += (seen > 0 ? 0 : ESCAPE_BITS) - Math.log2(share);
    counts.set(symbol, seen + 1);
    context.total += 1;
    previous = symbol;
  }
  return symbols.length === 0 ? 0 : bits / symbols.length;
}

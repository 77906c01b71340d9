/**
 * Hands on what no code can go below, given what it may know: the order-0 entropy of a column's
 * differences is the limit of a delta coder with the best possible code, in bits a sample.
 */

/** Differences of neighbours; the first value is taken as its own difference to itself: 0. */
export function differencesOf(values: ArrayLike<number>): Int32Array {
  const differences = new Int32Array(values.length);
  for (let i = 1; i < values.length; i++) differences[i] = values[i]! - values[i - 1]!;
  return differences;
}

/** Bits a symbol of the best code that knows only how often each value occurs. */
export function orderZeroBits(symbols: ArrayLike<number>): number {
  const counts = new Map<number, number>();
  for (let i = 0; i < symbols.length; i++) {
    counts.set(symbols[i]!, (counts.get(symbols[i]!) ?? 0) + 1);
  }
  let bits = 0;
  for (const count of counts.values()) bits -= count * Math.log2(count / symbols.length);
  return symbols.length === 0 ? 0 : bits / symbols.length;
}

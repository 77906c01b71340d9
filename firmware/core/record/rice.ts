/**
 * Bits in and out of a byte buffer, and adaptive Rice codes for small residuals: the model of each
 * channel is (sum, count, smoothed value), updated alike by writer and reader, so that nothing but
 * the codes is stored. Codes are made of ones where they can be: a frame's zero count is then
 * small. Parameters after the measurements in FORMAT.md §4.
 */

/** Words of one channel's model: sum of residuals, their count, smoothed value in 1/256. */
export const CHANNEL_WORDS = 3;
const QUOTIENT_MAX = 14;
const ESCAPE_BITS = 17;
/** Largest residual (after zigzag) that a code can hold: any two int16 lead to a smaller one. */
export const RESIDUAL_MAX = (1 << ESCAPE_BITS) - 1;
const SUM_STEP_MAX = 1500;
const COUNT_MAX = 32;
const SMOOTH_SHIFT = 8;

/** Most significant bit first; `have` is always below 8 between calls. */
export class BitWriter {
  at = 0;
  private bytes: Uint8Array = new Uint8Array(0);
  private bits = 0;
  have = 0;

  begin(bytes: Uint8Array, at: number): void {
    this.bytes = bytes;
    this.at = at;
    this.bits = 0;
    this.have = 0;
  }

  /** Puts the low `count` bits of `value`, count <= 24. */
  put(value: number, count: number): void {
    let bits = (this.bits << count) | value;
    let have = this.have + count;
    while (have >= 8) {
      have -= 8;
      this.bytes[this.at++] = bits >> have;
    }
    bits &= (1 << have) - 1;
    this.bits = bits;
    this.have = have;
  }

  /** Goes back to where `at` and `have` were before. */
  rewind(at: number, have: number): void {
    this.bytes[this.at] = this.partial;
    this.at = at;
    this.have = have;
    this.bits = this.bytes[at]! >> (8 - have);
  }

  /** The bits of the unfinished byte, left-aligned. */
  get partial(): number {
    return this.bits << (8 - this.have);
  }
}

export class BitReader {
  at = 0;
  used = 0;
  failed = false;
  private bytes: Uint8Array = new Uint8Array(0);
  private end = 0;

  /** Starts at bit `used` of byte `at`; nothing is read at or behind `end`. */
  begin(bytes: Uint8Array, at: number, used: number, end: number): void {
    this.bytes = bytes;
    this.at = at;
    this.used = used;
    this.end = end;
    this.failed = false;
  }

  /** The next `count` bits, count <= 20; 0 and `failed` past the end. */
  get(count: number): number {
    let value = 0;
    let wanted = count;
    while (wanted > 0) {
      if (this.at >= this.end) {
        this.failed = true;
        return 0;
      }
      const left = 8 - this.used;
      const take = wanted < left ? wanted : left;
      value = (value << take) | ((this.bytes[this.at]! >> (left - take)) & ((1 << take) - 1));
      this.used += take;
      wanted -= take;
      if (this.used === 8) {
        this.used = 0;
        this.at++;
      }
    }
    return value;
  }
}

/** Starts a channel's model at an absolute value. */
export function resetChannel(model: Int32Array, at: number, value: number): void {
  model[at] = 10;
  model[at + 1] = 2;
  model[at + 2] = value << SMOOTH_SHIFT;
}

/** What the model expects next. */
export function predict(model: Int32Array, at: number): number {
  return (model[at + 2]! + 128) >> SMOOTH_SHIFT;
}

/**
 * Low bits of the next code. A half more than the mean residual asks for: residuals of noise fall
 * off faster than those that Rice codes are ideal for.
 */
function parameter(model: Int32Array, at: number): number {
  const sum = model[at]!;
  const count = model[at + 1]!;
  let scaled = count + (count >> 1);
  let k = 0;
  while (scaled < sum) {
    scaled <<= 1;
    k++;
  }
  return k;
}

function learn(
  model: Int32Array,
  at: number,
  residual: number,
  value: number,
  lagShift: number,
): void {
  const sum = model[at]! + (residual > SUM_STEP_MAX ? SUM_STEP_MAX : residual);
  const count = model[at + 1]! + 1;
  const halve = count >= COUNT_MAX ? 1 : 0;
  model[at] = sum >> halve;
  model[at + 1] = count >> halve;
  const target = value << SMOOTH_SHIFT;
  model[at + 2] = lagShift > 0 ? target - ((target - model[at + 2]!) >> lagShift) : target;
}

/**
 * Writes a channel's value and adapts its model, which stays 1/2^lagShift of the way behind the
 * value, or, with 0, expects the same value again. 0 when the residual fits no code.
 */
export function putValue(
  out: BitWriter,
  model: Int32Array,
  at: number,
  value: number,
  lagShift: number,
): 0 | 1 {
  const error = value - predict(model, at);
  const residual = (error << 1) ^ (error >> 31);
  if (residual < 0 || residual > RESIDUAL_MAX) return 0;
  const k = parameter(model, at); // at most 10: a residual counts as 1500 at most
  const quotient = residual >> k;
  if (quotient < QUOTIENT_MAX) {
    const low = ~residual & ((1 << k) - 1);
    out.put((((2 << quotient) - 2) << k) | low, quotient + 1 + k);
  } else {
    out.put((1 << QUOTIENT_MAX) - 1, QUOTIENT_MAX);
    out.put(residual ^ RESIDUAL_MAX, ESCAPE_BITS);
  }
  learn(model, at, residual, value, lagShift);
  return 1;
}

/** Reads what `putValue` wrote; anything where `bits` has failed. */
export function getValue(bits: BitReader, model: Int32Array, at: number, lagShift: number): number {
  const k = parameter(model, at);
  let quotient = 0;
  while (quotient < QUOTIENT_MAX && bits.get(1) === 1) quotient++;
  const residual =
    quotient < QUOTIENT_MAX
      ? (quotient << k) | (bits.get(k) ^ ((1 << k) - 1))
      : bits.get(ESCAPE_BITS) ^ RESIDUAL_MAX;
  const value = predict(model, at) + ((residual >> 1) ^ -(residual & 1));
  learn(model, at, residual, value, lagShift);
  return value;
}

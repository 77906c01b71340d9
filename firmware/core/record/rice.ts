/**
 * Bits in and out of a byte buffer, and adaptive Rice codes for small residuals: the model of each
 * channel is (sum, count, smoothed value), updated alike by writer and reader, so that nothing but
 * the codes is stored. Parameters after the measurements in FORMAT.md.
 */

/** Words of one channel's model: sum of residuals, their count, smoothed value in 1/256. */
export const CHANNEL_WORDS = 3;
const QUOTIENT_MAX = 14;
const ESCAPE_BITS = 18;
/** Largest residual (after zigzag) that a code can hold. */
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

  /** Puts the low `count` bits of `value`, count <= 20. */
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

/** Moves the smoothed value towards what came; `shift` 0 makes the code a plain difference. */
export function follow(model: Int32Array, at: number, value: number, shift: number): void {
  const smoothed = model[at + 2]!;
  model[at + 2] = smoothed + (((value << SMOOTH_SHIFT) - smoothed) >> shift);
}

function parameter(model: Int32Array, at: number): number {
  const sum = model[at]!;
  let scaled = model[at + 1]!;
  let k = 0;
  while (scaled < sum) {
    scaled <<= 1;
    k++;
  }
  return k;
}

function adapt(model: Int32Array, at: number, residual: number): void {
  const sum = model[at]! + (residual > SUM_STEP_MAX ? SUM_STEP_MAX : residual);
  const count = model[at + 1]! + 1;
  const halve = count >= COUNT_MAX ? 1 : 0;
  model[at] = sum >> halve;
  model[at + 1] = count >> halve;
}

/** Writes one residual, 0..RESIDUAL_MAX after zigzag, and adapts the model. */
export function putRice(out: BitWriter, model: Int32Array, at: number, residual: number): void {
  const k = parameter(model, at);
  const quotient = residual >> k;
  if (quotient < QUOTIENT_MAX) {
    out.put(0, quotient);
    out.put((1 << k) | (residual & ((1 << k) - 1)), k + 1);
  } else {
    out.put(1, QUOTIENT_MAX + 1);
    out.put(residual, ESCAPE_BITS);
  }
  adapt(model, at, residual);
}

/** Reads what `putRice` wrote. */
export function getRice(bits: BitReader, model: Int32Array, at: number): number {
  const k = parameter(model, at);
  let quotient = 0;
  while (quotient <= QUOTIENT_MAX && !bits.failed && bits.get(1) === 0) quotient++;
  if (quotient > QUOTIENT_MAX) bits.failed = true;
  const residual =
    quotient < QUOTIENT_MAX ? (quotient << k) | (k > 0 ? bits.get(k) : 0) : bits.get(ESCAPE_BITS);
  adapt(model, at, residual);
  return residual;
}

/**
 * Up to 32 switches become 32 steady bits: a bit changes when its switch has said the other thing
 * for a while without a break. Each bit has a time of its own, so that one that chatters holds up
 * no other.
 */
const BITS = 32;

export class Debounce {
  /** The steady bits. */
  steady: number;
  /** Bits whose switch says something else at present. */
  pending = 0;
  private readonly sinceMs = new Int32Array(BITS);
  private readonly settleMs: Uint16Array;

  /** Begins with `raw` as steady; `settleMs` for each bit. */
  constructor(raw: number, settleMs: Uint16Array) {
    this.steady = raw;
    this.settleMs = settleMs;
  }

  /** Takes what the switches say now; answers the bits that have changed. `nowMs` may wrap. */
  update(raw: number, nowMs: number): number {
    const other = raw ^ this.steady;
    if (other === 0) {
      this.pending = 0;
      return 0;
    }
    let changed = 0;
    for (let bit = 0; bit < this.settleMs.length; bit++) {
      const mask = 1 << bit;
      if ((other & mask) === 0) continue;
      if ((this.pending & mask) === 0) this.sinceMs[bit] = nowMs;
      else if (((nowMs - this.sinceMs[bit]!) | 0) >= this.settleMs[bit]!) changed |= mask;
    }
    this.steady ^= changed;
    this.pending = other & ~changed;
    return changed;
  }
}

/**
 * Least, greatest and mean value of each channel of the readings that a thinning sums up: probes
 * first, then humidity. Integers only, exact for as many readings as a segment can hold.
 */
import { putU16 } from '../bytes.js';
import { PROBE_COUNT_MAX } from '../limits.js';
import { HUMIDITY_ABSENT, TEMPERATURE_ABSENT } from '../units.js';

const COUNT = 0;
const LEAST = 1;
const GREATEST = 2;
const SUM = 3;
const CHANNEL_WORDS = 4;
const CHANNEL_COUNT_MAX = PROBE_COUNT_MAX + 1;

export class Extents {
  probeCount = 0;
  private readonly words = new Int32Array(CHANNEL_WORDS * CHANNEL_COUNT_MAX);

  /** Begins anew, for readings of so many probes. */
  clear(probeCount: number): void {
    this.probeCount = probeCount;
    this.words.fill(0);
  }

  /** Adds a value, int16; channel `probeCount` is humidity. */
  add(channel: number, value: number): void {
    const { words } = this;
    const at = channel * CHANNEL_WORDS;
    const count = words[at + COUNT]!;
    if (count === 0 || value < words[at + LEAST]!) words[at + LEAST] = value;
    if (count === 0 || value > words[at + GREATEST]!) words[at + GREATEST] = value;
    words[at + SUM] = words[at + SUM]! + value;
    words[at + COUNT] = count + 1;
  }

  /** Writes least, greatest and mean of every channel as i16 at `at`; the offset behind them. */
  write(into: Uint8Array, at: number): number {
    const { words, probeCount } = this;
    let to = at;
    for (let channel = 0; channel <= probeCount; channel++) {
      const from = channel * CHANNEL_WORDS;
      const count = words[from + COUNT]!;
      const absent = channel < probeCount ? TEMPERATURE_ABSENT : HUMIDITY_ABSENT;
      putU16(into, to, count === 0 ? absent : words[from + LEAST]!);
      putU16(into, to + 2, count === 0 ? absent : words[from + GREATEST]!);
      putU16(into, to + 4, count === 0 ? absent : mean(words[from + SUM]!, count));
      to += 6;
    }
    return to;
  }
}

/** Rounded to the nearest integer, half away from zero. */
function mean(sum: number, count: number): number {
  const half = count >> 1;
  return ((sum < 0 ? sum - half : sum + half) / count) | 0;
}

/**
 * Hands on the frequency of a rotor line from about a second of the accelerometer's stream: blades
 * passing shake a helicopter at 17 to 25 Hz (UH-60 17.2, EC145 24.5; DTIC ADA604406), as one sharp
 * line that stands far above everything else from 13 to 30 Hz. Roads are broad there, wheels hop
 * below it, and an engine that idles within it stays below 40 milli-g. Taken along gravity, thinned
 * to about 104 Hz and windowed by a triangle; power is measured every 1.1 Hz (Goertzel). What rests
 * costs no more than its samples.
 */
import { getI16, getU16 } from '../bytes.js';
import { FAULT } from '../faults.js';
import { ACCELERATION_LAYOUT as LAYOUT } from '../ports.js';

/** Samples of a measurement: 0.62 s at the highest rate of 155 Hz, 1.23 s at the lowest of 78. */
const COUNT = 96;
const RATE_HZ = 104;
const RATE_HZ_MIN = 78;
/** Held values are quarters of a milli-g. */
const SCALE = 4;
/** Furthest from the first sample that is measured; no sum leaves an int32 then. */
const SWING_MAX = 1000 * SCALE;
/** Less than this along gravity is a fall, and more than that a blow; at rest it is 577 or more. */
const FALL_MILLI_G = 250;
const BLOW_MILLI_G = 1600;
const REST_MILLI_G = 12;
/** Where power is compared, and where a line is a rotor's, in tenths of a hertz. */
const BAND_FROM = 130;
const BAND_TO = 300;
const ROTOR_FROM = 160;
const ROTOR_TO = 260;
/** A line of 40 milli-g, as the bank measures it: 3 a milli-g, squared. */
const LINE_POWER = 120 * 120;
/** Percent of the band's power that is in the line and its two neighbours. */
const LINE_SHARE = 65;
/** 2 cos(2πk / 96) in 1/4096. */
const COSINES = Int16Array.of(
  ...[8192, 8174, 8122, 8035, 7913, 7757, 7568, 7347, 7094, 6811, 6499, 6159, 5793, 5401, 4987],
  ...[4551, 4096, 3623, 3135, 2633, 2120, 1598, 1069, 536, 0, -536, -1069, -1598, -2120, -2633],
  ...[-3135, -3623, -4096, -4551, -4987, -5401, -5793, -6159, -6499],
);

/** Listens to one capture at a time. */
export class RotorLine {
  private readonly swing = new Int16Array(COUNT);
  private count = 0;
  private rateHz = 0;
  private axisAt = 0;
  private first = 0;
  private sum = 0;
  private summed = 0;

  /** Begins a capture. */
  begin(): void {
    this.count = 0;
    this.rateHz = 0;
  }

  /** Nothing of the capture was taken yet. */
  get isEmpty(): boolean {
    return this.rateHz === 0;
  }

  /**
   * Takes a batch in ACCELERATION_LAYOUT: 1 when there is more in it than vibration (a shock
   * detector should see it), else 0. A batch that cannot be is left out.
   */
  add(bytes: Uint8Array, sampleCount: number): number {
    if (bytes.length < LAYOUT.samples + sampleCount * LAYOUT.sampleBytes) return 0;
    const rateHz = getU16(bytes, LAYOUT.rateHz);
    if (this.rateHz === 0) this.aim(bytes, rateHz);
    if (rateHz < RATE_HZ_MIN || rateHz !== this.rateHz) return 0;
    const share = shareOf(rateHz);
    let isHard = 0;
    let at = this.axisAt;
    for (let i = 0; i < sampleCount; i++) {
      const milliG = ((bytes[at]! | (bytes[at + 1]! << 8)) << 16) >> 16;
      const size = milliG < 0 ? -milliG : milliG;
      at += LAYOUT.sampleBytes;
      if (size < FALL_MILLI_G || size > BLOW_MILLI_G) isHard = 1;
      this.sum += milliG - this.first;
      if (++this.summed === share) this.hold(share);
    }
    return isHard;
  }

  /**
   * Ends the capture: the line in tenths of a hertz, 160..260, or 0 for none; truncated when the
   * capture was too short to tell.
   */
  end(): number {
    if (this.count < COUNT) return FAULT.truncated;
    if (!this.window()) return 0;
    return this.lineOf(((this.rateHz * 10) / shareOf(this.rateHz)) | 0);
  }

  /** What rests is felt along the axis that feels gravity. */
  private aim(bytes: Uint8Array, rateHz: number): void {
    let at: number = LAYOUT.samples;
    for (let axis = 1; axis < 3; axis++) {
      const other = LAYOUT.samples + 2 * axis;
      if (Math.abs(getI16(bytes, other)) > Math.abs(getI16(bytes, at))) at = other;
    }
    this.rateHz = rateHz;
    this.axisAt = at;
    this.first = getI16(bytes, at);
    this.sum = 0;
    this.summed = 0;
  }

  /** Holds the mean of the samples that make one of about 104 Hz. */
  private hold(share: number): void {
    const mean = ((this.sum * SCALE) / share) | 0;
    this.sum = 0;
    this.summed = 0;
    if (this.count === COUNT) return;
    const isHigh = mean > SWING_MAX;
    const isLow = mean < -SWING_MAX;
    this.swing[this.count++] = isHigh ? SWING_MAX : isLow ? -SWING_MAX : mean;
  }

  /** Takes the mean away and weighs by a triangle; false when there is no vibration at all. */
  private window(): boolean {
    const { swing } = this;
    let sum = 0;
    for (let i = 0; i < COUNT; i++) sum += swing[i]!;
    const mean = (sum / COUNT) | 0;
    let size = 0;
    for (let i = 0; i < COUNT; i++) {
      const value = swing[i]! - mean;
      size += value < 0 ? -value : value;
      swing[i] = (value * (i < COUNT / 2 ? i : COUNT - 1 - i)) / (COUNT / 2);
    }
    return size >= REST_MILLI_G * SCALE * COUNT;
  }

  /** Looks for one line in the band; `rate` is of the held samples, in tenths of a hertz. */
  private lineOf(rate: number): number {
    const from = ((BAND_FROM * COUNT + rate - 1) / rate) | 0;
    const to = ((BAND_TO * COUNT) / rate) | 0;
    let total = 0;
    let before = 0;
    let best = 0;
    let after = 0;
    let at = 0;
    let last = 0;
    for (let k = from; k <= to; k++) {
      const power = this.powerAt(COSINES[k]!);
      total += power;
      if (power > best) {
        before = last;
        best = power;
        at = k;
      } else if (at === k - 1) {
        after = power;
      }
      last = power;
    }
    if (best < LINE_POWER || at === from || at === to) return 0;
    const line = before + best + after;
    if (line < ((total / 100) | 0) * LINE_SHARE) return 0;
    const sixteenths = at * 16 + ((((after - before) * 16) / line) | 0);
    const hertz = ((sixteenths * rate) / (16 * COUNT)) | 0;
    return hertz >= ROTOR_FROM && hertz <= ROTOR_TO ? hertz : 0;
  }

  /** Power at a frequency: 9 a squared milli-g of a line's amplitude. */
  private powerAt(cosine: number): number {
    const { swing } = this;
    let one = 0;
    let two = 0;
    for (let i = 0; i < COUNT; i++) {
      const next = swing[i]! + ((cosine * one) >> 12) - two;
      two = one;
      one = next;
    }
    one >>= 5;
    two >>= 5;
    return one * one + two * two - ((cosine * one) >> 12) * two;
  }
}

/** How many samples make one of about 104 Hz. */
function shareOf(rateHz: number): number {
  const share = ((rateHz + RATE_HZ / 2) / RATE_HZ) | 0;
  return share > 1 ? share : 1;
}

/**
 * What a reading is like after the last one: its channels (the probes, then humidity) as codes
 * against what each is expected to be, and how late it is. Writer and reader follow alike, in words
 * of the owner's state. FORMAT.md §4.4.
 */
import { PROBE_COUNT_MAX } from '../limits.js';
import { HUMIDITY_ABSENT, TEMPERATURE_ABSENT } from '../units.js';
import { READING_HUMIDITY, READING_TEMPERATURE, type RecordBuffer } from './record.js';
import {
  type BitReader,
  type BitWriter,
  CHANNEL_WORDS,
  getValue,
  putValue,
  resetChannel,
} from './rice.js';
import { RECORD } from './schema.js';

const CHANNEL_COUNT_MAX = PROBE_COUNT_MAX + 1;
/** Words of the frame model: valid, last uptime, mask of present channels, then the channels. */
export const FRAME_STATE_WORDS = 3 + CHANNEL_COUNT_MAX * CHANNEL_WORDS;
const VALID = 0;
const LAST_UPTIME_S = 1;
const MASK = 2;
const CHANNELS = 3;

/** Temperatures: a quarter behind; humidity moves in steps (measured, FORMAT.md §4.5). */
const TEMPERATURE_LAG_SHIFT = 2;
const HUMIDITY_LAG_SHIFT = 0;
const LATE_MAX = 1 << 18;
const LATE_BITS = 20;
const LATE_CODE_MAX = (1 << LATE_BITS) - 1;

export class ReadingModel {
  private readonly words: Int32Array;
  private readonly before = new Int32Array(FRAME_STATE_WORDS);
  private readonly probeCount: number;
  private readonly samplePeriodS: number;

  /** `words` is FRAME_STATE_WORDS of the owner's state. */
  constructor(words: Int32Array, probeCount: number, samplePeriodS: number) {
    this.words = words;
    this.probeCount = probeCount;
    this.samplePeriodS = samplePeriodS;
  }

  get isValid(): boolean {
    return this.words[VALID] === 1;
  }

  forget(): void {
    this.words[VALID] = 0;
  }

  /** Keeps the model as it is, for `undo`. */
  mark(): void {
    this.before.set(this.words);
  }

  undo(): void {
    this.words.set(this.before);
  }

  /** Starts anew at an absolute reading. */
  key(record: RecordBuffer): void {
    const { words } = this;
    words[VALID] = 1;
    words[LAST_UPTIME_S] = record.uptimeS;
    words[MASK] = this.maskOf(record);
    for (let channel = 0; channel <= this.probeCount; channel++) {
      resetChannel(words, CHANNELS + channel * CHANNEL_WORDS, this.valueOf(record, channel));
    }
  }

  /** Channel p < probeCount is probe p, the last one humidity. */
  private valueOf(record: RecordBuffer, channel: number): number {
    return channel < this.probeCount
      ? record.fields[READING_TEMPERATURE + channel]!
      : record.fields[READING_HUMIDITY]!;
  }

  private maskOf(record: RecordBuffer): number {
    let mask = 0;
    for (let channel = 0; channel <= this.probeCount; channel++) {
      const absent = channel < this.probeCount ? TEMPERATURE_ABSENT : HUMIDITY_ABSENT;
      if (this.valueOf(record, channel) !== absent) mask |= 1 << channel;
    }
    return mask;
  }

  /** Seconds that a reading comes later than one period after the last one. */
  lateS(uptimeS: number): number {
    return uptimeS - this.words[LAST_UPTIME_S]! - this.samplePeriodS;
  }

  /** Whether the reading can be coded as what comes after the last one. */
  canFollow(record: RecordBuffer): boolean {
    const { words } = this;
    if (words[VALID] !== 1 || words[MASK] !== this.maskOf(record)) return false;
    const late = this.lateS(record.uptimeS);
    return late > -LATE_MAX && late < LATE_MAX;
  }

  /** Puts a code for each channel that is present; 0 when a value fits none. */
  put(out: BitWriter, record: RecordBuffer): 0 | 1 {
    const { words, probeCount } = this;
    const mask = words[MASK]!;
    for (let channel = 0; channel <= probeCount; channel++) {
      if ((mask & (1 << channel)) === 0) continue;
      const word = CHANNELS + channel * CHANNEL_WORDS;
      const lagShift = channel < probeCount ? TEMPERATURE_LAG_SHIFT : HUMIDITY_LAG_SHIFT;
      if (putValue(out, words, word, this.valueOf(record, channel), lagShift) === 0) return 0;
    }
    words[LAST_UPTIME_S] = record.uptimeS;
    return 1;
  }

  /** Reads what `put` wrote of a reading that comes `lateS` late. */
  get(input: BitReader, lateS: number, record: RecordBuffer): void {
    const { words, probeCount } = this;
    const mask = words[MASK]!;
    const uptimeS = (words[LAST_UPTIME_S]! + this.samplePeriodS + lateS) | 0;
    record.begin(RECORD.reading, uptimeS);
    words[LAST_UPTIME_S] = uptimeS;
    for (let channel = 0; channel <= probeCount; channel++) {
      const isProbe = channel < probeCount;
      let value = isProbe ? TEMPERATURE_ABSENT : HUMIDITY_ABSENT;
      if ((mask & (1 << channel)) !== 0) {
        const word = CHANNELS + channel * CHANNEL_WORDS;
        value = getValue(input, words, word, isProbe ? TEMPERATURE_LAG_SHIFT : HUMIDITY_LAG_SHIFT);
      }
      record.fields[isProbe ? READING_TEMPERATURE + channel : READING_HUMIDITY] = value;
    }
  }
}

/** A one when on time; 01 and a one when a second late, a zero when early; else 00 and 20 bits. */
export function putLate(out: BitWriter, lateS: number): void {
  if (lateS === 0) out.put(1, 1);
  else if (lateS === 1) out.put(3, 3);
  else if (lateS === -1) out.put(2, 3);
  else out.put((lateS << 1) ^ (lateS >> 31) ^ LATE_CODE_MAX, 2 + LATE_BITS);
}

/** Reads what `putLate` wrote. */
export function getLate(input: BitReader): number {
  if (input.get(1) === 1) return 0;
  if (input.get(1) === 1) return input.get(1) === 1 ? 1 : -1;
  const code = input.get(LATE_BITS) ^ LATE_CODE_MAX;
  return (code >> 1) ^ -(code & 1);
}

/**
 * What writer and reader of the compact form expect of the next record, word by word in an array of
 * the caller (FORMAT.md §10): of each channel its value, smoothed three ways, and how far off that
 * usually is; of each question how often the answer was yes. Both follow alike what comes, so that
 * nothing of this is sent. Integers only.
 */
import { FIELD_COUNT_MAX, PROBE_COUNT_MAX } from '../limits.js';
import { HUMIDITY_ABSENT, TEMPERATURE_ABSENT } from '../units.js';
import { READING_HUMIDITY, READING_TEMPERATURE, type RecordBuffer } from './record.js';

/** Chances are counted in so many parts; all of them together are CHANCE_ALL. */
export const CHANCE_BITS = 14;
export const CHANCE_ALL = 1 << CHANCE_BITS;

/** Words of the model. */
export const PRESENT = 0; // bit c: channel c was there in the last reading
export const STARTED = 1; // bit c: channel c was there in this segment
export const DUE_S = 2; // uptime at which the next reading is expected
export const WAS_OFF = 3; // 1 when the last reading was off that time, by less than a period
export const LAST_UPTIME_S = 4; // of the last record of any type
export const LAST_TYPE = 5; // of the last record that was no reading
/** Questions, each the chance of a yes. */
export const ON_TIME = 6; // a reading as expected: the first while WAS_OFF is 0, then for 1
export const IS_READING = 8; // else: is it a reading?
export const IS_RECORD = 9; // else: is it a record, not the end?
export const OTHER_PRESENT = 10; // a reading: are other channels there than before?
/** Numbers, two questions each: is it other than 0, and does it need more than four bits? */
export const NUMBER_LATE = 11;
export const NUMBER_UPTIME = 13;
export const NUMBER_FIELD = 15;
const QUESTION_COUNT = NUMBER_FIELD + 2 - ON_TIME;
export const FIELDS = ON_TIME + QUESTION_COUNT; // of the last record that was no reading
export const CHANNELS = FIELDS + FIELD_COUNT_MAX;

/**
 * Words of a channel: three smoothed values in 1/256, which go a half of the way to each new value,
 * all of it, and an eighth; then how far off each was, and the best one.
 */
export const CHANNEL_WORDS = 7;
const SMOOTH_COUNT = 3;
const OFF = SMOOTH_COUNT;
const SPREAD = 2 * SMOOTH_COUNT;
export const COMPACT_MODEL_WORDS = CHANNELS + (PROBE_COUNT_MAX + 1) * CHANNEL_WORDS;

const OFF_SHIFT = 5;
const SPREAD_SHIFT = 4;
const SPREAD_START = 512 << SPREAD_SHIFT;
const SPREAD_MIN = 32;
/** One leap does not blunt a channel for long: more than 64 units off count as 64. */
const OFF_MAX = 64 << 8;
const LEARN_SHIFT = 5;

/** Steps -STEP_MAX..STEP_MAX - 1 from what is expected have a code, what is further off none. */
export const STEP_MAX = 32;
/** From here on the chances stand for a value without a code. */
export const ESCAPE_FROM = CHANCE_ALL - 2;
/** What the curve shares out; each step has one part more besides. */
const CURVE_ALL = ESCAPE_FROM - 2 * STEP_MAX;
/** The logistic curve, by quarters of a mean deviation from its middle: parts that lie below. */
const CURVE = new Uint16Array([
  8159, 9561, 10883, 12062, 13061, 13873, 14511, 14998, 15363, 15631, 15827, 15968, 16069, 16141,
  16193, 16229, 16255, 16274, 16287, 16296, 16302, 16307, 16310, 16312, 16314, 16315, 16316, 16317,
  16317, 16317, 16318, 16318, 16318,
]);
/** Deviations are looked up in 64ths of the mean one. */
const CURVE_SHIFT = 4;
const CURVE_END = 8 << 6;

/** Begins a segment: no channel was there yet. */
export function resetModel(words: Int32Array, uptimeS: number): void {
  words.fill(0);
  words[DUE_S] = uptimeS;
  words[LAST_UPTIME_S] = uptimeS;
  for (let i = 0; i < QUESTION_COUNT; i++) words[ON_TIME + i] = CHANCE_ALL >> 1;
  words[ON_TIME] = CHANCE_ALL - (CHANCE_ALL >> 5);
  words[IS_RECORD] = CHANCE_ALL - (CHANCE_ALL >> 4);
}

/** Learns the answer to a question. */
export function learnAnswer(words: Int32Array, question: number, isYes: boolean): void {
  const chance = words[question]!;
  words[question] = isYes
    ? chance + ((CHANCE_ALL - chance) >> LEARN_SHIFT)
    : chance - (chance >> LEARN_SHIFT);
}

/** Learns when a reading came. One that is off leaves the next one where it was expected. */
export function learnTime(words: Int32Array, uptimeS: number, samplePeriodS: number): void {
  const late = (uptimeS - words[DUE_S]!) | 0;
  const isNear = late > -samplePeriodS && late < samplePeriodS;
  const isOff = late !== 0 && isNear && words[WAS_OFF] === 0;
  words[DUE_S] = ((isOff ? words[DUE_S]! : uptimeS) + samplePeriodS) | 0;
  words[WAS_OFF] = isOff ? 1 : 0;
  words[LAST_UPTIME_S] = uptimeS;
}

/** Begins a channel with its first value in the segment. */
export function startChannel(words: Int32Array, at: number, value: number): void {
  for (let i = 0; i < SMOOTH_COUNT; i++) {
    words[at + i] = value << 8;
    words[at + OFF + i] = 0;
  }
  words[at + SPREAD] = SPREAD_START;
}

/** What a channel's next value is expected to be, in 1/256: the way that was best of late. */
export function expectedOf(words: Int32Array, at: number): number {
  const off = words[at + OFF]!;
  const off1 = words[at + OFF + 1]!;
  const off2 = words[at + OFF + 2]!;
  if (off1 < off) return words[off2 < off1 ? at + 2 : at + 1]!;
  return words[off2 < off ? at + 2 : at]!;
}

/** How far off that is on average, in 1/256, at least 1/8. */
export function spreadOf(words: Int32Array, at: number): number {
  const spread = words[at + SPREAD]! >> SPREAD_SHIFT;
  return spread < SPREAD_MIN ? SPREAD_MIN : spread;
}

/** Low bits of a value that are as good as random where values are spread so wide. */
export function grainOf(spread: number): number {
  let grain = 0;
  while (spread >> grain >= 1024) grain++;
  return grain;
}

/** Where a step begins, in 1/256 from what is expected. */
export function edgeOf(step: number, grain: number, expected: number): number {
  return (((expected + 128) >> 8) << 8) + ((step << grain) << 8) - 128 - expected;
}

/** Parts of the chances that lie below a step -STEP_MAX..STEP_MAX, which begins at `edge`. */
export function chanceBelow(step: number, edge: number, spread: number): number {
  if (step <= -STEP_MAX) return 0;
  if (step >= STEP_MAX) return ESCAPE_FROM;
  const far = (((edge < 0 ? -edge : edge) << 6) / spread) | 0;
  let below = CURVE_ALL;
  if (far < CURVE_END) {
    const from = CURVE[far >> CURVE_SHIFT]!;
    const rise = CURVE[(far >> CURVE_SHIFT) + 1]! - from;
    below = from + ((rise * (far & 15)) >> CURVE_SHIFT);
  }
  return (edge < 0 ? CURVE_ALL - below : below) + step + STEP_MAX;
}

/** Learns a channel's value, which `expected` was expected of. Written out: it runs most of all. */
export function learnValue(words: Int32Array, at: number, value: number, expected: number): void {
  const exact = value << 8;
  const sum = words[at + SPREAD]!;
  words[at + SPREAD] = sum + offOf(exact - expected) - (sum >> SPREAD_SHIFT);
  const half = exact - words[at]!;
  const off = words[at + OFF]!;
  words[at + OFF] = off + offOf(half) - (off >> OFF_SHIFT);
  words[at] = words[at]! + (half >> 1);
  const off1 = words[at + OFF + 1]!;
  words[at + OFF + 1] = off1 + offOf(exact - words[at + 1]!) - (off1 >> OFF_SHIFT);
  words[at + 1] = exact;
  const eighth = exact - words[at + 2]!;
  const off2 = words[at + OFF + 2]!;
  words[at + OFF + 2] = off2 + offOf(eighth) - (off2 >> OFF_SHIFT);
  words[at + 2] = words[at + 2]! + (eighth >> 3);
}

function offOf(difference: number): number {
  const off = difference < 0 ? -difference : difference;
  return off > OFF_MAX ? OFF_MAX : off;
}

/** Field of a reading's channel: channel p < probeCount is probe p, the last one humidity. */
export function fieldOfChannel(channel: number, probeCount: number): number {
  return channel < probeCount ? READING_TEMPERATURE + channel : READING_HUMIDITY;
}

/** Bit c: channel c of a reading is there. */
export function presentChannels(record: RecordBuffer, probeCount: number): number {
  let present = 0;
  for (let channel = 0; channel <= probeCount; channel++) {
    const absent = channel < probeCount ? TEMPERATURE_ABSENT : HUMIDITY_ABSENT;
    if (record.fields[fieldOfChannel(channel, probeCount)] !== absent) present |= 1 << channel;
  }
  return present;
}

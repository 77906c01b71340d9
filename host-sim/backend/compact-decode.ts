/**
 * Hands on the records of a segment that came in the compact form (FORMAT.md §10), one after the
 * other, as the container's own reader does for frames. Damage is never thrown: what can be read is
 * read, and how it ended is told.
 */
import { FAULT } from '../../firmware/core/faults.js';
import { SegmentHeader } from '../../firmware/core/journal/layout.js';
import { PROBE_COUNT_MAX, TAIL_BYTES_MAX } from '../../firmware/core/limits.js';
import {
  COMPACT_FORM,
  COMPACT_HEAD_BYTES,
  ESCAPE_BITS,
  OPENING_BYTES,
  TYPE_BITS,
} from '../../firmware/core/record/compact.js';
import {
  CHANCE_ALL,
  chanceBelow,
  CHANNEL_WORDS,
  CHANNELS,
  COMPACT_MODEL_WORDS,
  DUE_S,
  edgeOf,
  ESCAPE_FROM,
  expectedOf,
  fieldOfChannel,
  FIELDS,
  grainOf,
  IS_READING,
  IS_RECORD,
  LAST_TYPE,
  LAST_UPTIME_S,
  learnAnswer,
  learnTime,
  learnValue,
  NUMBER_FIELD,
  NUMBER_LATE,
  NUMBER_UPTIME,
  ON_TIME,
  OTHER_PRESENT,
  PRESENT,
  resetModel,
  spreadOf,
  startChannel,
  STARTED,
  STEP_MAX,
  WAS_OFF,
} from '../../firmware/core/record/compact-model.js';
import { fieldCountOf, RecordBuffer } from '../../firmware/core/record/record.js';
import { RECORD_SCHEMAS } from '../../firmware/core/record/fields.js';
import { RECORD } from '../../firmware/core/record/schema.js';
import { HUMIDITY_ABSENT, TEMPERATURE_ABSENT } from '../../firmware/core/units.js';
import { AHEAD_BYTES, IntervalReader } from './interval-reader.js';
import { ENCODING } from './protocol.js';
import type { FlashBlock } from './record-types.js';

const START = OPENING_BYTES + COMPACT_HEAD_BYTES;
/** More records than a sector can hold are none. */
const RECORD_COUNT_MAX = 1 << 16;

/** Bytes of one segment in the compact form, as a dock received them. */
export interface CompactBlock extends FlashBlock {
  readonly encoding: typeof ENCODING.compact;
}

/** Whether a block is in the compact form; others are verbatim. */
export function isCompact(block: FlashBlock): block is CompactBlock {
  return 'encoding' in block && block.encoding === ENCODING.compact;
}

/** Reads a segment's compact bytes: from its opening on, or, where that was not sent, its head. */
export class CompactReader {
  readonly header = new SegmentHeader();
  /** Whether epoch and chainBefore came with it; else they are those after the segment before. */
  readonly hasOpening: boolean;
  /** Whether a frame on the container's flash could not be read: its records end before it. */
  isUnreadable = false;
  readonly #words = new Int32Array(COMPACT_MODEL_WORDS);
  readonly #bytes: Uint8Array;
  readonly #input: IntervalReader;
  #isEnded = false;
  #sequence = 0;
  #count = 0;
  #isWhole: boolean;

  /**
   * `bytes` are those of the segment from offset 0 on, without gaps; where the opening did not come
   * any. `isWhole` when that is known; else it is found out.
   */
  constructor(bytes: Uint8Array, hasOpening: boolean, isWhole = false) {
    this.#bytes = bytes;
    this.hasOpening = hasOpening;
    this.#isWhole = isWhole;
    this.#input = new IntervalReader(bytes, START);
  }

  /** Whether the segment has come to its end. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Offset in the segment of what is decoded next, a few bytes more or less. */
  get offset(): number {
    return Math.max(START, this.#input.at - AHEAD_BYTES);
  }

  /** Reads the head: 0, truncated, or malformed. */
  open(): number {
    const view = Buffer.from(this.#bytes);
    if (view.length < START) return FAULT.truncated;
    const { header } = this;
    if (this.hasOpening) {
      header.epoch = view.readInt32LE(0);
      header.chainBefore.set(view.subarray(4, OPENING_BYTES));
    }
    const form = view.readUInt8(OPENING_BYTES);
    header.probeCount = form & 15;
    header.samplePeriodS = view.readUInt16LE(OPENING_BYTES + 1);
    header.firstSequence = view.readInt32LE(OPENING_BYTES + 3);
    header.bootCount = view.readUInt16LE(OPENING_BYTES + 7);
    header.uptimeS = view.readInt32LE(OPENING_BYTES + 9);
    header.wallS = view.readInt32LE(OPENING_BYTES + 13);
    const isPossible = header.probeCount >= 1 && header.probeCount <= PROBE_COUNT_MAX;
    if (form >> 4 !== COMPACT_FORM || !isPossible) return FAULT.malformed;
    this.#sequence = header.firstSequence;
    resetModel(this.#words, header.uptimeS);
    this.#isWhole ||= isWhole(this.#bytes);
    return 0;
  }

  /** 1 with the next record, 0 at the segment's end, truncated or malformed where it breaks off. */
  next(record: RecordBuffer): number {
    if (this.#isEnded) return 0;
    const result = this.#decode(record);
    // Zeros in place of what did not come may read as records; in a whole segment they belong to
    // it.
    const end = this.#bytes.length + (this.#isWhole ? AHEAD_BYTES : 0);
    if (this.#input.at > end) return FAULT.truncated;
    if (result <= 0) return result;
    if (++this.#count > RECORD_COUNT_MAX) return FAULT.malformed;
    if (record.type === RECORD.lost) this.#sequence = record.fields[0]! + record.fields[1]!;
    record.sequence = this.#sequence++;
    return 1;
  }

  #decode(record: RecordBuffer): number {
    const words = this.#words;
    if (this.#ask(ON_TIME + words[WAS_OFF]!)) return this.#reading(record, words[DUE_S]!);
    if (this.#ask(IS_READING)) {
      const uptimeS = (words[DUE_S]! + this.#number(NUMBER_LATE)) | 0;
      if (this.#ask(OTHER_PRESENT)) words[PRESENT] = this.#input.bits(this.header.probeCount + 1);
      return this.#reading(record, uptimeS);
    }
    if (this.#ask(IS_RECORD)) return this.#other(record);
    this.isUnreadable = this.#input.bits(1) === 1;
    this.#isEnded = true;
    const rest = this.#bytes.length - (this.#input.at - AHEAD_BYTES);
    return rest === 1 ? 0 : rest < 1 ? FAULT.truncated : FAULT.malformed;
  }

  #reading(record: RecordBuffer, uptimeS: number): number {
    const { probeCount, samplePeriodS } = this.header;
    record.begin(RECORD.reading, uptimeS);
    learnTime(this.#words, uptimeS, samplePeriodS);
    for (let channel = 0; channel <= probeCount; channel++) {
      const isPresent = (this.#words[PRESENT]! & (1 << channel)) !== 0;
      const absent = channel < probeCount ? TEMPERATURE_ABSENT : HUMIDITY_ABSENT;
      const value = isPresent ? this.#value(channel) : absent;
      if ((value << 16) >> 16 !== value) return FAULT.malformed;
      record.fields[fieldOfChannel(channel, probeCount)] = value;
    }
    return 1;
  }

  #value(channel: number): number {
    const words = this.#words;
    const at = CHANNELS + channel * CHANNEL_WORDS;
    if ((words[STARTED]! & (1 << channel)) === 0) {
      words[STARTED] = words[STARTED]! | (1 << channel);
      const value = ((this.#input.bits(8) << 24) >> 16) | this.#input.bits(8);
      startChannel(words, at, value);
      return value;
    }
    const expected = expectedOf(words, at);
    const difference = this.#difference(expected, spreadOf(words, at));
    const value = ((expected + 128) >> 8) + difference;
    learnValue(words, at, value, expected);
    return value;
  }

  #difference(expected: number, spread: number): number {
    const grain = grainOf(spread);
    const point = this.#input.point();
    if (point >= ESCAPE_FROM) {
      this.#input.take(ESCAPE_FROM, CHANCE_ALL - ESCAPE_FROM);
      const half = ESCAPE_BITS / 2;
      const code = (this.#input.bits(half) << half) | this.#input.bits(half);
      return (code >> 1) ^ -(code & 1);
    }
    const below = (step: number): number =>
      chanceBelow(step, edgeOf(step, grain, expected), spread);
    let step = -STEP_MAX;
    let beyond = STEP_MAX;
    while (beyond - step > 1) {
      const middle = (step + beyond) >> 1;
      if (below(middle) <= point) step = middle;
      else beyond = middle;
    }
    this.#input.take(below(step), below(step + 1) - below(step));
    return (step << grain) + this.#input.bits(grain);
  }

  #other(record: RecordBuffer): number {
    const words = this.#words;
    const type = this.#input.bits(TYPE_BITS);
    const count = fieldCountOf(type, this.header.probeCount);
    if (count < 0 || type === RECORD.reading) return FAULT.malformed;
    record.begin(type, (words[LAST_UPTIME_S]! + this.#number(NUMBER_UPTIME)) | 0);
    words[LAST_UPTIME_S] = record.uptimeS;
    for (let i = 0; i < count; i++) {
      const before = type === words[LAST_TYPE] ? words[FIELDS + i]! : 0;
      record.fields[i] = before + this.#number(NUMBER_FIELD);
      words[FIELDS + i] = record.fields[i]!;
      if (!fits(record.fields[i]!, RECORD_SCHEMAS[type]!.fields[i]![1])) return FAULT.malformed;
    }
    words[LAST_TYPE] = type;
    const tailLength = this.#number(NUMBER_FIELD);
    const tailMax = RECORD_SCHEMAS[type]!.tail === '' ? 0 : TAIL_BYTES_MAX;
    if (tailLength < 0 || tailLength > tailMax) return FAULT.malformed;
    for (let i = 0; i < tailLength; i++) record.tail[i] = this.#input.bits(8);
    record.tailLength = tailLength;
    return 1;
  }

  #number(questions: number): number {
    if (!this.#ask(questions)) return 0;
    const nibbles = this.#ask(questions + 1) ? 1 + this.#input.bits(3) : 1;
    let code = 0;
    for (let i = 0; i < nibbles; i++) code = (code << 4) | this.#input.bits(4);
    return (code >>> 1) ^ -(code & 1);
  }

  #ask(question: number): boolean {
    const chance = this.#words[question]!;
    const isYes = this.#input.point() < chance;
    if (isYes) this.#input.take(0, chance);
    else this.#input.take(chance, CHANCE_ALL - chance);
    learnAnswer(this.#words, question, isYes);
    return isYes;
  }
}

function fits(value: number, width: number): boolean {
  const shift = 32 - 8 * Math.abs(width);
  return value === (width < 0 ? (value << shift) >> shift : (value << shift) >>> shift);
}

/** Whether a segment's bytes, from offset 0 on, reach to its end and no further. */
export function isWhole(bytes: Uint8Array): boolean {
  const reader = new CompactReader(bytes, false, true);
  if (reader.open() < 0) return false;
  const record = new RecordBuffer();
  let result = reader.next(record);
  while (result === 1) result = reader.next(record);
  return result === 0;
}

/**
 * The compact form of a segment's records, for links where bytes cost energy: one stream of bits a
 * segment, half the size of its frames, made while it is sent and never stored (FORMAT.md §10).
 * What is expected takes few bits: an interval coder shares a range of numbers out by the chances
 * of `compact-model.ts`, and the place where the range has shrunk to is what is sent.
 */
import { copy } from '../bytes.js';
import { SHA256_DIGEST_BYTES } from '../sha256.js';
import {
  CHANCE_ALL,
  CHANCE_BITS,
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
  presentChannels,
  resetModel,
  spreadOf,
  startChannel,
  STARTED,
  STEP_MAX,
  WAS_OFF,
} from './compact-model.js';
import { fieldCountOf, type RecordBuffer } from './record.js';
import { RECORD } from './schema.js';

/** First byte of the head: this form, above the number of probes. */
export const COMPACT_FORM = 1;
/** What a segment's bytes begin with where its chain does not follow from the one before. */
export const OPENING_BYTES = 4 + SHA256_DIGEST_BYTES;
export const COMPACT_HEAD_BYTES = 17;
/** Bits of the coder's range. */
export const RANGE_BITS = 30;
/** The range is kept above this, so that each part of a chance is some of it. */
export const RANGE_MIN = 1 << CHANCE_BITS;
/** A difference that has no code, after zigzag. */
export const ESCAPE_BITS = 18;
export const TYPE_BITS = 6;
/** Most bytes that one record adds: an escape in each number of it, and a full tail. */
export const COMPACT_RECORD_BYTES_MAX = 304;

const BYTES_AT = 4 * COMPACT_MODEL_WORDS;
const TOP_SHIFT = RANGE_BITS - 8;
const RANGE_MASK = (1 << RANGE_BITS) - 1;

/** What a segment's header says and the head repeats. */
export interface CompactHead {
  readonly probeCount: number;
  readonly samplePeriodS: number;
  readonly epoch: number;
  readonly firstSequence: number;
  readonly bootCount: number;
  readonly uptimeS: number;
  readonly wallS: number;
  readonly chainBefore: Uint8Array;
}

export class CompactEncoder {
  /** Bytes that were made and not dropped yet, and where the first of them is in the segment. */
  length = 0;
  offset = 0;
  private readonly words: Int32Array;
  private readonly bytes: Uint8Array;
  private readonly capacity: number;
  private probeCount = 1;
  private samplePeriodS = 60;
  private low = 0;
  private range = 0;
  /** Bytes still to be made before those that are asked for; -1 once there was no room for one. */
  private skip = 0;

  /**
   * Works in `work`, which begins at a multiple of four in its buffer: the model, then the bytes
   * that were made. What it holds may be used for something else between segments.
   */
  constructor(work: Uint8Array) {
    this.words = new Int32Array(work.buffer, work.byteOffset, COMPACT_MODEL_WORDS);
    this.bytes = work;
    this.capacity = work.length - BYTES_AT;
  }

  /** Begins a segment; bytes before `from` are made, but not kept. */
  begin(head: CompactHead, from: number): void {
    this.length = 0;
    this.offset = from;
    this.skip = from;
    this.low = 0;
    this.range = RANGE_MASK + 1;
    this.probeCount = head.probeCount;
    this.samplePeriodS = head.samplePeriodS;
    this.emitI32(head.epoch);
    for (let i = 0; i < SHA256_DIGEST_BYTES; i++) this.emit(head.chainBefore[i]!);
    this.emit((COMPACT_FORM << 4) | head.probeCount);
    this.emit(head.samplePeriodS & 0xff);
    this.emit(head.samplePeriodS >> 8);
    this.emitI32(head.firstSequence);
    this.emit(head.bootCount & 0xff);
    this.emit(head.bootCount >> 8);
    this.emitI32(head.uptimeS);
    this.emitI32(head.wallS);
    resetModel(this.words, head.uptimeS);
  }

  /** Whether another record fits before bytes must be dropped. */
  get hasRoom(): boolean {
    return this.length + COMPACT_RECORD_BYTES_MAX <= this.capacity;
  }

  /** Whether there was no room for a byte: what was made since `begin` is not whole. */
  get isOverflown(): boolean {
    return this.skip < 0;
  }

  /** Adds a record; its sequence number follows from its place. */
  add(record: RecordBuffer): void {
    if (record.type === RECORD.reading) this.addReading(record);
    else this.addOther(record);
  }

  /** Ends the segment: at its last record, or at a frame that cannot be read. */
  end(isUnreadable: boolean): void {
    this.answer(ON_TIME + this.words[WAS_OFF]!, false);
    this.answer(IS_READING, false);
    this.answer(IS_RECORD, false);
    this.putBits(isUnreadable ? 1 : 0, 1);
    // The range spans at least two first bytes: the second one, and zeros that are not sent.
    this.emit((this.low >> TOP_SHIFT) + 1);
  }

  /** Copies the first `length` bytes to the start of `into`. */
  copyTo(into: Uint8Array, length: number): void {
    copy(this.bytes, BYTES_AT, into, 0, length);
  }

  /** Forgets the first `length` bytes: they were sent. */
  drop(length: number): void {
    this.length -= length;
    this.offset += length;
    this.bytes.copyWithin(BYTES_AT, BYTES_AT + length, BYTES_AT + length + this.length);
  }

  private addReading(record: RecordBuffer): void {
    const { words, probeCount } = this;
    const present = presentChannels(record, probeCount);
    const late = (record.uptimeS - words[DUE_S]!) | 0;
    const isExpected = late === 0 && present === words[PRESENT];
    this.answer(ON_TIME + words[WAS_OFF]!, isExpected);
    if (!isExpected) {
      this.answer(IS_READING, true);
      this.putNumber(late, NUMBER_LATE);
      const isOther = present !== words[PRESENT];
      this.answer(OTHER_PRESENT, isOther);
      if (isOther) this.putBits(present, probeCount + 1);
      words[PRESENT] = present;
    }
    learnTime(words, record.uptimeS, this.samplePeriodS);
    for (let channel = 0; channel <= probeCount; channel++) {
      if ((present & (1 << channel)) === 0) continue;
      this.addValue(channel, record.fields[fieldOfChannel(channel, probeCount)]!);
    }
  }

  private addValue(channel: number, value: number): void {
    const { words } = this;
    const at = CHANNELS + channel * CHANNEL_WORDS;
    if ((words[STARTED]! & (1 << channel)) === 0) {
      words[STARTED] = words[STARTED]! | (1 << channel);
      this.putBits((value >> 8) & 0xff, 8);
      this.putBits(value & 0xff, 8);
      return startChannel(words, at, value);
    }
    const expected = expectedOf(words, at);
    const spread = spreadOf(words, at);
    const grain = grainOf(spread);
    const difference = value - ((expected + 128) >> 8);
    const step = difference >> grain;
    if (step >= -STEP_MAX && step < STEP_MAX) {
      const edge = edgeOf(step, grain, expected);
      const below = chanceBelow(step, edge, spread);
      this.put(below, chanceBelow(step + 1, edge + (256 << grain), spread) - below);
      if (grain > 0) this.putBits(difference & ((1 << grain) - 1), grain);
    } else {
      const code = (difference << 1) ^ (difference >> 31);
      this.put(ESCAPE_FROM, CHANCE_ALL - ESCAPE_FROM);
      this.putBits(code >> (ESCAPE_BITS / 2), ESCAPE_BITS / 2);
      this.putBits(code & ((1 << (ESCAPE_BITS / 2)) - 1), ESCAPE_BITS / 2);
    }
    learnValue(words, at, value, expected);
  }

  private addOther(record: RecordBuffer): void {
    const { words } = this;
    const { type } = record;
    this.answer(ON_TIME + words[WAS_OFF]!, false);
    this.answer(IS_READING, false);
    this.answer(IS_RECORD, true);
    this.putBits(type, TYPE_BITS);
    this.putNumber((record.uptimeS - words[LAST_UPTIME_S]!) | 0, NUMBER_UPTIME);
    words[LAST_UPTIME_S] = record.uptimeS;
    const count = fieldCountOf(type, this.probeCount);
    for (let i = 0; i < count; i++) {
      const field = record.fields[i]!;
      const before = type === words[LAST_TYPE] ? words[FIELDS + i]! : 0;
      this.putNumber((field - before) | 0, NUMBER_FIELD);
      words[FIELDS + i] = field;
    }
    words[LAST_TYPE] = type;
    this.putNumber(record.tailLength, NUMBER_FIELD);
    for (let i = 0; i < record.tailLength; i++) this.putBits(record.tail[i]!, 8);
  }

  /** Codes an int32: small ones of either sign are short. */
  private putNumber(value: number, questions: number): void {
    const code = (value << 1) ^ (value >> 31);
    this.answer(questions, code !== 0);
    if (code === 0) return;
    let nibbles = 1;
    while (nibbles < 8 && code >>> (4 * nibbles) !== 0) nibbles++;
    this.answer(questions + 1, nibbles > 1);
    if (nibbles > 1) this.putBits(nibbles - 1, 3);
    for (let i = nibbles - 1; i >= 0; i--) this.putBits((code >>> (4 * i)) & 15, 4);
  }

  private answer(question: number, isYes: boolean): void {
    const chance = this.words[question]!;
    if (isYes) this.put(0, chance);
    else this.put(chance, CHANCE_ALL - chance);
    learnAnswer(this.words, question, isYes);
  }

  /** Codes `count` bits, 1..9, that nothing is expected of. */
  private putBits(value: number, count: number): void {
    this.put(value << (CHANCE_BITS - count), 1 << (CHANCE_BITS - count));
  }

  /** Narrows the range to the parts from `below` on, so many, and emits the bytes that are sure. */
  private put(below: number, chance: number): void {
    const part = this.range >> CHANCE_BITS;
    let low = this.low + part * below;
    let range = part * chance;
    for (;;) {
      if ((low ^ (low + range - 1)) >> TOP_SHIFT !== 0) {
        if (range >= RANGE_MIN) break;
        range = -low & (RANGE_MIN - 1); // what lies beyond the next round number is given up
      }
      this.emit(low >> TOP_SHIFT);
      low = (low << 8) & RANGE_MASK;
      range <<= 8;
    }
    this.low = low;
    this.range = range;
  }

  private emitI32(value: number): void {
    for (let shift = 0; shift < 32; shift += 8) this.emit((value >> shift) & 0xff);
  }

  private emit(byte: number): void {
    if (this.skip > 0) this.skip--;
    else if (this.skip < 0 || this.length >= this.capacity) this.skip = -1;
    else this.bytes[BYTES_AT + this.length++] = byte;
  }
}

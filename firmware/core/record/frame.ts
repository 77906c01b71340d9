/**
 * Records as they lie on flash: one self-delimiting frame each, written by one program. A reading
 * like the last one is a few bytes of Rice codes (about 3 with two probes); everything else is a
 * plain frame around its canonical bytes. Byte layouts: FORMAT.md §4.
 *
 * Each frame starts with the count of zero bits behind it, at a fixed place: a torn program leaves
 * ones where zeros were due, so what follows then has fewer zeros and the count itself can only
 * read higher. Equality therefore proves that nothing was torn (Berger code). A CRC guards against
 * everything else.
 */
import { crc16, CRC16_START, getU16, putU16 } from '../bytes.js';
import { FAULT } from '../faults.js';
import { CANONICAL_BYTES_MAX, PROBE_COUNT_MAX } from '../limits.js';
import { HUMIDITY_ABSENT, TEMPERATURE_ABSENT } from '../units.js';
import {
  decodeCanonical,
  encodeCanonical,
  READING_HUMIDITY,
  READING_TEMPERATURE,
  type RecordBuffer,
} from './record.js';
import {
  BitReader,
  BitWriter,
  CHANNEL_WORDS,
  follow,
  getRice,
  predict,
  putRice,
  resetChannel,
  RESIDUAL_MAX,
} from './rice.js';
import { RECORD } from './schema.js';

const CHANNEL_COUNT_MAX = PROBE_COUNT_MAX + 1;
/** Words of the frame model: valid, last uptime, mask of present channels, then the channels. */
export const FRAME_STATE_WORDS = 3 + CHANNEL_COUNT_MAX * CHANNEL_WORDS;
const VALID = 0;
const LAST_UPTIME_S = 1;
const MASK = 2;
const CHANNELS = 3;

/** Plain frame: mark, length, zero count u16; then the canonical bytes and a CRC-16. */
const PLAIN_HEAD = 4;
const PLAIN_MARK = 6; // low three bits 110
export const FRAME_BYTES_MAX = PLAIN_HEAD + CANONICAL_BYTES_MAX + 2;
/** Bits of the zero count in a reading's first byte, above its prefix. */
const CHECK_BITS = 5;
/** From this many channels on, the two lowest bits of the first byte extend the zero count. */
const WIDE_CHANNELS = 5;
const WIDE_CHECK_BITS = 2;
/** Temperatures are smoothed by 1/2, humidity is a plain difference (measured, FORMAT.md §4). */
const TEMPERATURE_SHIFT = 1;
const HUMIDITY_SHIFT = 0;
const LATE_MAX = 1 << 18;

const ZERO_BITS = new Uint8Array(256);
const CRC8 = new Uint8Array(256);
for (let i = 0; i < 256; i++) {
  let zeros = 0;
  let crc = i;
  for (let bit = 0; bit < 8; bit++) {
    if (((i >> bit) & 1) === 0) zeros++;
    crc = (crc & 0x80) !== 0 ? ((crc << 1) ^ 0x2f) & 0xff : crc << 1; // CRC-8/AUTOSAR
  }
  ZERO_BITS[i] = zeros;
  CRC8[i] = crc;
}

/** Zero bits of `length` bytes. */
export function countZeros(bytes: Uint8Array, at: number, length: number): number {
  let zeros = 0;
  for (let i = at; i < at + length; i++) zeros += ZERO_BITS[bytes[i]!]!;
  return zeros;
}

/** Encoder and decoder of frames; writer and reader each own one, with their own model. */
export class FrameCodec {
  private readonly out = new BitWriter();
  private readonly input = new BitReader();
  private readonly trial = new Int32Array(FRAME_STATE_WORDS);
  private readonly model: Int32Array;
  private readonly probeCount: number;
  private readonly samplePeriodS: number;
  private readonly wide: boolean;
  private readonly checkBits: number;

  /** `model` is FRAME_STATE_WORDS of the owner's state. */
  constructor(model: Int32Array, probeCount: number, samplePeriodS: number) {
    this.model = model;
    this.probeCount = probeCount;
    this.samplePeriodS = samplePeriodS;
    this.wide = probeCount + 1 >= WIDE_CHANNELS;
    this.checkBits = this.wide ? CHECK_BITS + WIDE_CHECK_BITS : CHECK_BITS;
  }

  /** Forgets the model: the next reading is written plain. Done at each segment start. */
  restart(): void {
    this.model[VALID] = 0;
  }

  /** Writes the frame of `record` and answers its length, or overflow. */
  encode(record: RecordBuffer, into: Uint8Array, at: number): number {
    if (record.type === RECORD.reading) {
      const length = this.encodeReading(record, into, at);
      if (length > 0) return length;
    }
    return this.encodePlain(record, into, at);
  }

  private encodePlain(record: RecordBuffer, into: Uint8Array, at: number): number {
    const body = at + PLAIN_HEAD;
    const length = encodeCanonical(record, this.probeCount, into, body);
    if (length < 0) return length;
    into[at] = 0xf8 | PLAIN_MARK;
    into[at + 1] = length;
    putU16(into, body + length, crc16(into, body, length, CRC16_START));
    const zeros = ZERO_BITS[length]! + countZeros(into, body, length + 2);
    putU16(into, at + 2, zeros);
    if (record.type === RECORD.reading) this.key(record);
    return PLAIN_HEAD + length + 2;
  }

  /** Starts the model anew at an absolute reading. */
  private key(record: RecordBuffer): void {
    const model = this.model;
    model[VALID] = 1;
    model[LAST_UPTIME_S] = record.uptimeS;
    model[MASK] = this.maskOf(record);
    for (let channel = 0; channel <= this.probeCount; channel++) {
      resetChannel(model, CHANNELS + channel * CHANNEL_WORDS, this.valueOf(record, channel));
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

  /** 0 when the reading cannot follow the model and must be written plain. */
  private encodeReading(record: RecordBuffer, into: Uint8Array, at: number): number {
    const model = this.model;
    if (model[VALID] !== 1 || model[MASK] !== this.maskOf(record)) return 0;
    const late = record.uptimeS - model[LAST_UPTIME_S]! - this.samplePeriodS;
    if (late <= -LATE_MAX || late >= LATE_MAX || (this.wide && late !== 0)) return 0;
    this.trial.set(model);
    const out = this.out;
    out.begin(into, at);
    out.put(0, CHECK_BITS);
    putLate(out, late);
    if (this.wide) out.put(0, WIDE_CHECK_BITS);
    for (let channel = 0; channel <= this.probeCount; channel++) {
      if ((model[MASK] & (1 << channel)) === 0) continue;
      const word = CHANNELS + channel * CHANNEL_WORDS;
      const value = this.valueOf(record, channel);
      const error = value - predict(model, word);
      const residual = (error << 1) ^ (error >> 31);
      if (residual > RESIDUAL_MAX) return this.giveUp();
      putRice(out, model, word, residual);
      follow(model, word, value, channel < this.probeCount ? TEMPERATURE_SHIFT : HUMIDITY_SHIFT);
    }
    model[LAST_UPTIME_S] = record.uptimeS;
    return this.seal(into, at) || this.giveUp();
  }

  private giveUp(): 0 {
    this.model.set(this.trial);
    return 0;
  }

  /** Fills the last byte with check bits and puts the zero count to the front. */
  private seal(into: Uint8Array, at: number): number {
    const out = this.out;
    if (out.at === at) out.put(0, 8); // a frame has at least one whole byte
    const pad = (8 - out.have) & 7;
    if (pad > 0) out.put(crc8(into, at, out.at, into[at]!, out.partial) >> (8 - pad), pad);
    const zeros = countZeros(into, at, out.at - at) - this.checkBits;
    if (zeros >= 1 << this.checkBits) return 0;
    into[at] = into[at]! | ((zeros & 31) << 3) | (this.wide ? zeros >> CHECK_BITS : 0);
    return out.at - at;
  }

  /**
   * Reads the frame at `at`, nothing at or behind `end`. Answers its length, 0 where the flash is
   * blank, or malformed; the model is then spoilt and the segment ends here.
   */
  decode(bytes: Uint8Array, at: number, end: number, record: RecordBuffer): number {
    if (at >= end) return 0;
    const first = bytes[at]!;
    if ((first & 7) === 7) return first === 0xff ? 0 : FAULT.malformed;
    if ((first & 7) === PLAIN_MARK) return this.decodePlain(bytes, at, end, record);
    return this.model[VALID] === 1 ? this.decodeReading(bytes, at, end, record) : FAULT.malformed;
  }

  private decodePlain(bytes: Uint8Array, at: number, end: number, record: RecordBuffer): number {
    if (bytes[at] !== (0xf8 | PLAIN_MARK) || at + PLAIN_HEAD > end) return FAULT.malformed;
    const length = bytes[at + 1]!;
    const body = at + PLAIN_HEAD;
    if (length > CANONICAL_BYTES_MAX || body + length + 2 > end) return FAULT.malformed;
    const zeros = ZERO_BITS[length]! + countZeros(bytes, body, length + 2);
    if (zeros !== getU16(bytes, at + 2)) return FAULT.malformed;
    if (crc16(bytes, body, length, CRC16_START) !== getU16(bytes, body + length)) {
      return FAULT.malformed;
    }
    if (decodeCanonical(bytes, body, length, this.probeCount, record) < 0) return FAULT.malformed;
    if (record.type === RECORD.reading) this.key(record);
    return PLAIN_HEAD + length + 2;
  }

  private decodeReading(bytes: Uint8Array, at: number, end: number, record: RecordBuffer): number {
    const model = this.model;
    const input = this.input;
    input.begin(bytes, at, CHECK_BITS, end);
    const late = getLate(input);
    if (this.wide) input.get(WIDE_CHECK_BITS);
    record.begin(RECORD.reading, model[LAST_UPTIME_S]! + this.samplePeriodS + late);
    for (let channel = 0; channel <= this.probeCount; channel++) {
      const isProbe = channel < this.probeCount;
      let value = isProbe ? TEMPERATURE_ABSENT : HUMIDITY_ABSENT;
      if ((model[MASK]! & (1 << channel)) !== 0) {
        const word = CHANNELS + channel * CHANNEL_WORDS;
        const expected = predict(model, word);
        const residual = getRice(input, model, word);
        value = expected + ((residual >> 1) ^ -(residual & 1));
        follow(model, word, value, isProbe ? TEMPERATURE_SHIFT : HUMIDITY_SHIFT);
      }
      record.fields[isProbe ? READING_TEMPERATURE + channel : READING_HUMIDITY] = value;
    }
    if (input.failed) return FAULT.malformed;
    model[LAST_UPTIME_S] = record.uptimeS;
    return this.checkedLength(bytes, at);
  }

  /** Length of the frame just read when its check bits and its zero count are right. */
  private checkedLength(bytes: Uint8Array, at: number): number {
    const input = this.input;
    if (input.at === at) input.get(8);
    const first = bytes[at]!;
    const bare = this.wide ? first & 4 : first & 7;
    const pad = (8 - input.used) & 7;
    if (pad > 0) {
      const partial = (bytes[input.at]! >> pad) << pad;
      const crc = crc8(bytes, at, input.at, bare, partial);
      if (input.get(pad) !== crc >> (8 - pad)) return FAULT.malformed;
    }
    const length = input.at - at;
    const zeros = countZeros(bytes, at, length) - ZERO_BITS[first]! + ZERO_BITS[bare]!;
    const count = (first >> 3) | (this.wide ? (first & 3) << CHECK_BITS : 0);
    return zeros - this.checkBits === count ? length : FAULT.malformed;
  }
}

/** CRC-8 over the frame with its first byte bare of check bits and the unfinished last byte. */
function crc8(bytes: Uint8Array, at: number, end: number, first: number, partial: number): number {
  let crc = CRC8[0x1d ^ first]!;
  for (let i = at + 1; i < end; i++) crc = CRC8[crc ^ bytes[i]!]!;
  return CRC8[crc ^ partial]!;
}

/** 0 on time; 10 with three bits, or escaped; the prefix 11 is left to plain frames. */
function putLate(out: BitWriter, late: number): void {
  if (late === 0) {
    out.put(0, 1);
    return;
  }
  const code = (late << 1) ^ (late >> 31);
  out.put(2, 2);
  if (code < 8) out.put(code, 4);
  else {
    out.put(1, 1);
    out.put(code, 20);
  }
}

function getLate(input: BitReader): number {
  if (input.get(1) === 0) return 0;
  input.get(1);
  const code = input.get(1) === 0 ? input.get(3) : input.get(20);
  return (code >> 1) ^ -(code & 1);
}

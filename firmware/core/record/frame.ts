/**
 * Records as they lie on flash: self-delimiting frames, each written by one program. A reading like
 * the last one is a few bytes of Rice codes (about 2 with two probes); readings that waited for
 * each other share one batch frame; everything else is a plain frame around its canonical bytes.
 * Byte layouts: FORMAT.md §4. What proves a frame whole: check.ts.
 */
import { FAULT } from '../faults.js';
import type { ReadingBatch } from './batch.js';
import {
  BODY_BYTES_MAX,
  BODY_HEAD,
  BODY_KIND,
  BODY_MARK,
  bodyKind,
  checkBody,
  scanBits,
  sealBody,
} from './check.js';
import { getLate, putLate, ReadingModel } from './model.js';
import { decodeCanonical, encodeCanonical, type RecordBuffer } from './record.js';
import { BitReader, BitWriter } from './rice.js';
import { RECORD } from './schema.js';

export { countZeros } from './check.js';
export { FRAME_STATE_WORDS } from './model.js';

/** Longest frame of any kind. */
export const FRAME_BYTES_MAX = BODY_HEAD + BODY_BYTES_MAX + 2;
const BLANK = 0xff;
/** Bits 7..4 of a reading's first byte count zeros; the bit below is 0, or 1 in the wide form. */
const NARROW_COUNT_MAX = 15;
const NARROW_HEAD_BITS = 5;
/** Where 15 zeros are not enough, or for a reading that is not on time, bits 1..0 count too. */
const WIDE_MARK = 0x08;
const WIDE_COUNT_MAX = 63;
const WIDE_COUNT_BITS = 6;
const RUN_UNKNOWN = -1;
const BATCH_COUNT_MAX = 255;

/** Encoder and decoder of frames; writer and reader each own one, with their own model. */
export class FrameCodec {
  /** Readings that the frame made by `encodeBatch` holds. */
  batched = 0;
  /** Readings of the batch frame decoded last that `decodeNext` has still to give. */
  pending = 0;
  /** Readings on time before the next one that is not. */
  private run = RUN_UNKNOWN;
  private readonly out = new BitWriter();
  private readonly input = new BitReader();
  private readonly model: ReadingModel;
  private readonly probeCount: number;
  private readonly samplePeriodS: number;

  /** `model` is FRAME_STATE_WORDS of the owner's state. */
  constructor(model: Int32Array, probeCount: number, samplePeriodS: number) {
    this.model = new ReadingModel(model, probeCount, samplePeriodS);
    this.probeCount = probeCount;
    this.samplePeriodS = samplePeriodS;
  }

  /** Forgets the model: the next reading is written plain. Done at each segment start. */
  restart(): void {
    this.model.forget();
    this.pending = 0;
  }

  /** Writes the frame of `record` and answers its length, or overflow. */
  encode(record: RecordBuffer, into: Uint8Array, at: number): number {
    if (record.type === RECORD.reading) {
      const length = this.encodeReading(record, into, at);
      if (length > 0) return length;
    }
    return this.encodePlain(record, into, at);
  }

  /**
   * Writes a frame of the readings `from` and following to the start of `into`, which has room for
   * a plain frame: as many as fit into `room` bytes and go on from one another, `batched` says how
   * many. At least one: only its frame may be longer than `room`, as `encode` may be. `record` is
   * scratch.
   */
  encodeBatch(
    batch: ReadingBatch,
    from: number,
    record: RecordBuffer,
    into: Uint8Array,
    room: number,
  ): number {
    const { out } = this;
    const limit = (room < FRAME_BYTES_MAX ? room : FRAME_BYTES_MAX) - 2;
    const left = batch.count - from;
    const end = left > BATCH_COUNT_MAX ? from + BATCH_COUNT_MAX : batch.count;
    out.begin(into, BODY_HEAD + 1);
    this.run = RUN_UNKNOWN;
    let index = from;
    if (left > 1) while (index < end && this.putBatched(batch, index, record, limit)) index++;
    if (index === from) {
      batch.load(from, record);
      this.batched = 1;
      return this.encode(record, into, 0);
    }
    this.batched = index - from;
    if (out.have > 0) out.put((1 << (8 - out.have)) - 1, 8 - out.have);
    into[BODY_HEAD] = this.batched;
    return sealBody(into, 0, BODY_KIND.batch, out.at - BODY_HEAD);
  }

  /** Adds a reading to the batch frame being written, or leaves it as it was and answers 0. */
  private putBatched(
    batch: ReadingBatch,
    index: number,
    record: RecordBuffer,
    limit: number,
  ): boolean {
    const { out, model } = this;
    batch.load(index, record);
    if (!model.canFollow(record)) return false;
    model.mark();
    const { at, have } = out;
    if (this.run === RUN_UNKNOWN) {
      this.run = this.runFrom(batch, index);
      out.put(this.run, 8);
    }
    if (this.run === 0) putLate(out, model.lateS(record.uptimeS));
    this.run = this.run > 0 ? this.run - 1 : RUN_UNKNOWN;
    const fits = model.put(out, record) === 1 && out.at + (out.have > 0 ? 1 : 0) <= limit;
    if (fits) return true;
    out.rewind(at, have);
    model.undo();
    return false;
  }

  /** Readings from `index` on that follow one another on time, at most 255. */
  private runFrom(batch: ReadingBatch, index: number): number {
    let run = 0;
    let late = this.model.lateS(batch.uptimeSOf(index));
    while (late === 0 && run < 255) {
      run++;
      if (index + run >= batch.count) break;
      const uptimeS = batch.uptimeSOf(index + run);
      late = uptimeS - batch.uptimeSOf(index + run - 1) - this.samplePeriodS;
    }
    return run;
  }

  private encodePlain(record: RecordBuffer, into: Uint8Array, at: number): number {
    const length = encodeCanonical(record, this.probeCount, into, at + BODY_HEAD);
    if (length < 0) return length;
    if (length > BODY_BYTES_MAX) return FAULT.overflow;
    if (record.type === RECORD.reading) this.model.key(record);
    return sealBody(into, at, BODY_KIND.plain, length);
  }

  /** 0 when the reading cannot follow the model and must be written plain. */
  private encodeReading(record: RecordBuffer, into: Uint8Array, at: number): number {
    const { out, model } = this;
    if (!model.canFollow(record)) return 0;
    model.mark();
    const late = model.lateS(record.uptimeS);
    out.begin(into, at);
    if (late === 0) out.put(0, NARROW_HEAD_BITS);
    else {
      out.put(WIDE_MARK, 8);
      putLate(out, late);
    }
    const length = model.put(out, record) === 1 ? this.seal(into, at, late === 0) : 0;
    if (length === 0) model.undo();
    return length;
  }

  /** Fills the last byte with check bits and puts the zero count to the front; 0: too many. */
  private seal(into: Uint8Array, at: number, mayBeNarrow: boolean): number {
    const { out } = this;
    let bits = ((out.at - at) << 3) + out.have;
    if (out.have > 0) into[out.at] = out.partial;
    if (mayBeNarrow) {
      const scan = scanBits(into, at, bits, into[at]!);
      const zeros = (scan >> 8) - NARROW_HEAD_BITS;
      if (zeros <= NARROW_COUNT_MAX) {
        if (out.have > 0) into[out.at] = scan;
        into[at]! |= zeros << 4;
        return (bits + 7) >> 3;
      }
      bits += widen(into, at, bits);
    }
    const scan = scanBits(into, at, bits, WIDE_MARK);
    const zeros = (scan >> 8) - WIDE_COUNT_BITS;
    if (zeros > WIDE_COUNT_MAX) return 0;
    if ((bits & 7) > 0) into[at + (bits >> 3)] = scan;
    into[at] = ((zeros & 15) << 4) | WIDE_MARK | (zeros >> 4);
    return (bits + 7) >> 3;
  }

  /**
   * Reads the frame at `at`, nothing at or behind `end`. Answers its length, 0 where the flash is
   * blank, or malformed; the model is then spoilt and the segment ends here. A batch frame gives
   * its first reading and leaves `pending` to `decodeNext`, until when `bytes` must stay.
   */
  decode(bytes: Uint8Array, at: number, end: number, record: RecordBuffer): number {
    this.pending = 0;
    if (at >= end || bytes[at] === BLANK) return 0;
    if ((bytes[at]! & BODY_MARK) === BODY_MARK) return this.decodeBody(bytes, at, end, record);
    return this.model.isValid ? this.decodeReading(bytes, at, end, record) : FAULT.malformed;
  }

  private decodeBody(bytes: Uint8Array, at: number, end: number, record: RecordBuffer): number {
    const length = checkBody(bytes, at, end);
    if (length < 0) return length;
    const body = at + BODY_HEAD;
    const kind = bodyKind(bytes, at);
    let result: number = FAULT.malformed;
    if (kind === BODY_KIND.plain) {
      result = decodeCanonical(bytes, body, length, this.probeCount, record);
      if (result === 0 && record.type === RECORD.reading) this.model.key(record);
    } else if (kind === BODY_KIND.batch && length > 1 && this.model.isValid) {
      this.input.begin(bytes, body + 1, 0, body + length);
      this.pending = bytes[body]!;
      this.run = RUN_UNKNOWN;
      result = this.decodeNext(record);
    }
    return result < 0 ? FAULT.malformed : BODY_HEAD + length + 2;
  }

  /** Reads the next reading of the batch frame decoded last: 1, or malformed. */
  decodeNext(record: RecordBuffer): number {
    const { input } = this;
    if (this.pending === 0) return FAULT.malformed;
    if (this.run === RUN_UNKNOWN) this.run = input.get(8);
    const late = this.run === 0 ? getLate(input) : 0;
    this.run = this.run > 0 ? this.run - 1 : RUN_UNKNOWN;
    this.model.get(input, late, record);
    this.pending = input.failed ? 0 : this.pending - 1;
    return input.failed ? FAULT.malformed : 1;
  }

  private decodeReading(bytes: Uint8Array, at: number, end: number, record: RecordBuffer): number {
    const { input } = this;
    let late = 0;
    input.begin(bytes, at, 4, end);
    if (input.get(1) === 1) {
      input.get(3);
      late = getLate(input);
    }
    this.model.get(input, late, record);
    return input.failed ? FAULT.malformed : this.checkedLength(bytes, at);
  }

  /** Length of the reading just read when its check bits and its zero count are right. */
  private checkedLength(bytes: Uint8Array, at: number): number {
    const { input } = this;
    const bits = ((input.at - at) << 3) + input.used;
    const first = bytes[at]!;
    const isWide = (first & WIDE_MARK) !== 0;
    const bare = isWide ? WIDE_MARK : first & 15;
    const scan = scanBits(bytes, at, bits, bare);
    if (input.used > 0) {
      const last = input.at === at ? bare : bytes[input.at]!;
      if (last !== (scan & 0xff)) return FAULT.malformed;
    }
    const count = isWide ? (first >> 4) | ((first & 3) << 4) : first >> 4;
    const zeros = (scan >> 8) - (isWide ? WIDE_COUNT_BITS : NARROW_HEAD_BITS);
    return zeros === count ? (bits + 7) >> 3 : FAULT.malformed;
  }
}

/** Makes a reading on time wide: room for mark and time in front of its codes. Bits added. */
function widen(bytes: Uint8Array, at: number, bits: number): number {
  bytes[at]! |= 8; // becomes the time code of the wide form, which is the bit behind its mark
  for (let i = at + ((bits + 3) >> 3); i > at; i--) {
    bytes[i] = (bytes[i - 1]! << 4) | (bytes[i]! >> 4);
  }
  return 4;
}

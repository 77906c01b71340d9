/**
 * Reads segments of journal format version 1, which the first containers wrote (FORMAT.md,
 * appendix). Frozen: nothing writes that version any more, and what today's frames are made of may
 * change without it. The canonical records within are the same as today's.
 */
import { crc16, crc32, CRC32_START, getI32, getU16 } from '../../firmware/core/bytes.js';
import { HEADER_BYTES, SegmentHeader } from '../../firmware/core/journal/layout.js';
import { CANONICAL_BYTES_MAX, PROBE_COUNT_MAX, SECTOR_BYTES } from '../../firmware/core/limits.js';
import { countZeros } from '../../firmware/core/record/check.js';
import {
  decodeCanonical,
  READING_HUMIDITY,
  READING_TEMPERATURE,
  RecordBuffer,
} from '../../firmware/core/record/record.js';
import { RECORD } from '../../firmware/core/record/schema.js';
import { HUMIDITY_ABSENT, TEMPERATURE_ABSENT } from '../../firmware/core/units.js';

const MAGIC = 'PVJ1';
const VERSION = 1;
const CHECKED_BYTES = 68;
const BLANK = 0xff;
const PLAIN = 0xfe;
const PLAIN_HEAD = 4;
/** Record types from here on came with version 2. */
const TYPE_END = RECORD.thinned;
/** From this many probes on, the zero count has two bits more. */
const WIDE_PROBES = 4;

export interface SegmentV1 {
  readonly header: SegmentHeader;
  readonly records: RecordBuffer[];
  /** Offset at which reading ended, and whether a blank byte or the sector's end is there. */
  readonly endsAt: number;
  readonly isBlankAtEnd: boolean;
}

/**
 * Reads a sector, or as much of it as there is; undefined when it holds no segment of version 1.
 */
export function readSegmentV1(sectorBytes: Uint8Array): SegmentV1 | undefined {
  const bytes = new Uint8Array(SECTOR_BYTES).fill(BLANK);
  bytes.set(sectorBytes.subarray(0, SECTOR_BYTES));
  const header = readHeader(bytes);
  if (header === undefined) return undefined;
  const frames = new FrameReader(bytes, header);
  const records: RecordBuffer[] = [];
  let { firstSequence: sequence } = header;
  let at = HEADER_BYTES + header.stateBytes;
  for (;;) {
    const record = new RecordBuffer();
    const length = frames.read(at, record);
    if (length === 0) break;
    if (record.type === RECORD.lost) sequence = record.fields[0]! + record.fields[1]!;
    record.sequence = sequence++;
    records.push(record);
    at += length;
  }
  return { header, records, endsAt: at, isBlankAtEnd: at >= SECTOR_BYTES || bytes[at] === BLANK };
}

function readHeader(bytes: Uint8Array): SegmentHeader | undefined {
  if (Buffer.from(bytes.buffer, 0, MAGIC.length).toString('latin1') !== MAGIC) return undefined;
  if (bytes[4] !== VERSION) return undefined;
  if (countZeros(bytes, 0, CHECKED_BYTES) !== getU16(bytes, CHECKED_BYTES)) return undefined;
  if (crc32(bytes, 0, CHECKED_BYTES, CRC32_START) !== getI32(bytes, 72)) return undefined;
  const header = new SegmentHeader();
  header.probeCount = bytes[5]!;
  header.samplePeriodS = getU16(bytes, 6);
  header.epoch = getI32(bytes, 8);
  header.segment = getI32(bytes, 12);
  header.firstSequence = getI32(bytes, 16);
  header.bootCount = getU16(bytes, 20);
  header.stateBytes = getU16(bytes, 22);
  header.uptimeS = getI32(bytes, 24);
  header.wallS = getI32(bytes, 28);
  header.chainBefore.set(bytes.subarray(32, 64));
  header.stateCrc = getI32(bytes, 64);
  const isPossible = header.probeCount >= 1 && header.probeCount <= PROBE_COUNT_MAX;
  return isPossible && header.stateBytes <= SECTOR_BYTES - HEADER_BYTES ? header : undefined;
}

interface Channel {
  /** Index among the fields of a reading. */
  readonly field: number;
  readonly isPresent: boolean;
  sum: number;
  count: number;
  /** Smoothed value x 256. */
  smooth: number;
}

class FrameReader {
  private readonly bytes: Uint8Array;
  private readonly probeCount: number;
  private readonly samplePeriodS: number;
  private channels: Channel[] | undefined;
  private lastUptimeS = 0;
  /** Place of the next bit. */
  private bit = 0;

  constructor(bytes: Uint8Array, { probeCount, samplePeriodS }: SegmentHeader) {
    this.bytes = bytes;
    this.probeCount = probeCount;
    this.samplePeriodS = samplePeriodS;
  }

  /** Length of the frame at `at`; 0 where there is none that can be read. */
  read(at: number, record: RecordBuffer): number {
    const first = this.bytes[at] ?? BLANK;
    if (first === PLAIN) return this.readPlain(at, record);
    return (first & 7) < 6 ? this.readReading(at, record) : 0;
  }

  private readPlain(at: number, record: RecordBuffer): number {
    const { bytes, probeCount } = this;
    const length = bytes[at + 1] ?? BLANK;
    const body = at + PLAIN_HEAD;
    if (length > CANONICAL_BYTES_MAX || body + length + 2 > SECTOR_BYTES) return 0;
    const zeros = countZeros(bytes, at + 1, 1) + countZeros(bytes, body, length + 2);
    if (zeros !== getU16(bytes, at + 2)) return 0;
    if (crc16(bytes, body, length) !== getU16(bytes, body + length)) return 0;
    if (bytes[body]! >= TYPE_END) return 0;
    if (decodeCanonical(bytes, body, length, probeCount, record) < 0) return 0;
    if (record.type === RECORD.reading) this.start(record);
    return PLAIN_HEAD + length + 2;
  }

  /** A plain reading: channels are the probes, then humidity. */
  private start(record: RecordBuffer): void {
    this.lastUptimeS = record.uptimeS;
    this.channels = Array.from({ length: this.probeCount + 1 }, (_, i) => {
      const isProbe = i < this.probeCount;
      const field = isProbe ? READING_TEMPERATURE + i : READING_HUMIDITY;
      const value = record.fields[field]!;
      const isPresent = value !== (isProbe ? TEMPERATURE_ABSENT : HUMIDITY_ABSENT);
      return { field, isPresent, sum: 10, count: 2, smooth: value << 8 };
    });
  }

  private readReading(at: number, record: RecordBuffer): number {
    if (this.channels === undefined) return 0;
    const isWide = this.probeCount >= WIDE_PROBES;
    this.bit = 8 * at;
    let zeroCount = this.take(5);
    const lateS = this.takeLate();
    if (isWide) zeroCount |= this.take(2) << 5;
    record.begin(RECORD.reading, this.lastUptimeS + this.samplePeriodS + lateS);
    for (const channel of this.channels) {
      const absent = channel.field === READING_HUMIDITY ? HUMIDITY_ABSENT : TEMPERATURE_ABSENT;
      record.fields[channel.field] = channel.isPresent ? this.takeValue(channel) : absent;
    }
    if (this.bit < 8 * at + 8) this.take(8);
    const pad = (8 - (this.bit & 7)) & 7;
    const length = ((this.bit + pad) >> 3) - at;
    if (at + length > SECTOR_BYTES) return 0;
    const frame = this.bytes.slice(at, at + length);
    const check = pad > 0 ? frame[length - 1]! & ((1 << pad) - 1) : 0;
    frame[0]! &= isWide ? 4 : 7;
    if (countZeros(frame, 0, length) - (isWide ? 7 : 5) !== zeroCount) return 0;
    if (pad > 0) frame[length - 1]! &= -1 << pad;
    if (pad > 0 && crc8(frame) >> (8 - pad) !== check) return 0;
    this.lastUptimeS = record.uptimeS;
    return length;
  }

  /** The next bits, most significant first; zeros behind the sector. */
  private take(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.bit++) {
      const byte = this.bytes[this.bit >> 3] ?? 0;
      value = (value << 1) | ((byte >> (7 - (this.bit & 7))) & 1);
    }
    return value;
  }

  private takeLate(): number {
    if (this.take(1) === 0) return 0;
    this.take(1);
    return unzigzag(this.take(1) === 0 ? this.take(3) : this.take(20));
  }

  private takeValue(channel: Channel): number {
    let k = 0;
    while (channel.count << k < channel.sum) k++;
    let quotient = 0;
    while (quotient < 15 && this.take(1) === 0) quotient++;
    const residual = quotient < 14 ? (quotient << k) | this.take(k) : this.take(18);
    const value = ((channel.smooth + 128) >> 8) + unzigzag(residual);
    channel.sum += Math.min(residual, 1500);
    channel.count += 1;
    if (channel.count >= 32) {
      channel.sum >>= 1;
      channel.count >>= 1;
    }
    const shift = channel.field === READING_HUMIDITY ? 0 : 1;
    channel.smooth += ((value << 8) - channel.smooth) >> shift;
    return value;
  }
}

function unzigzag(code: number): number {
  return (code >> 1) ^ -(code & 1);
}

/** CRC-8/AUTOSAR's polynomial with a start of its own. */
function crc8(bytes: Uint8Array): number {
  let crc = 0x1d;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ ((crc & 0x80) !== 0 ? 0x2f : 0)) & 0xff;
  }
  return crc;
}

/**
 * A second decoder of the journal's format, written from FORMAT.md and sharing no code with the
 * firmware: bits are text, checks are counted one by one. Slow and plain on purpose; what it reads
 * must be what the container's own reader reads.
 */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

export interface FormatHeader {
  readonly probeCount: number;
  readonly samplePeriodS: number;
  readonly epoch: number;
  readonly segment: number;
  readonly firstSequence: number;
  readonly bootCount: number;
  readonly stateBytes: number;
  readonly uptimeS: number;
  readonly wallS: number;
  readonly chainBefore: Buffer;
}

export interface FormatSegment {
  readonly header: FormatHeader;
  /** Durable words of the snapshot. */
  readonly words: number[];
  /** Canonical bytes of each record. */
  readonly records: Buffer[];
  /** Offset at which reading ended, and why. */
  readonly endsAt: number;
  readonly isBlankAtEnd: boolean;
  readonly chainAfter: Buffer;
}

const bitsOf = (byte: number): string => byte.toString(2).padStart(8, '0');
const allBits = (bytes: Uint8Array): string => [...bytes].map(bitsOf).join('');
const zerosIn = (bits: string): number => bits.split('0').length - 1;
const unzigzag = (code: number): number => (code % 2 === 0 ? code / 2 : -(code + 1) / 2);

/** Reads one sector; undefined when it has no valid header (§2). */
export function readSegment(sector: Uint8Array): FormatSegment | undefined {
  const bytes = Buffer.from(sector);
  if (bytes.toString('latin1', 0, 4) !== 'PVJ1' || bytes[4] !== 1) return undefined;
  if (bytes.readUInt16LE(68) !== zerosIn(allBits(bytes.subarray(0, 68)))) return undefined;
  if (bytes.readUInt32LE(72) !== crc32(bytes.subarray(0, 68))) return undefined;
  const header: FormatHeader = {
    probeCount: bytes[5]!,
    samplePeriodS: bytes.readUInt16LE(6),
    epoch: bytes.readInt32LE(8),
    segment: bytes.readInt32LE(12),
    firstSequence: bytes.readInt32LE(16),
    bootCount: bytes.readUInt16LE(20),
    stateBytes: bytes.readUInt16LE(22),
    uptimeS: bytes.readInt32LE(24),
    wallS: bytes.readInt32LE(28),
    chainBefore: bytes.subarray(32, 64),
  };
  const state = bytes.subarray(76, 76 + header.stateBytes);
  if (bytes.readUInt32LE(64) !== crc32(state)) throw new Error('snapshot with a wrong CRC-32');
  const records: Buffer[] = [];
  const model = new ReadingModel(header.probeCount, header.samplePeriodS);
  let at = 76 + header.stateBytes;
  for (;;) {
    const frame = bytes[at] === 0xfe ? readPlain(bytes, at, model) : model.read(bytes, at);
    if (frame === undefined) break;
    records.push(frame.record);
    at += frame.length;
  }
  return {
    header,
    words: readWords(state),
    records,
    endsAt: at,
    isBlankAtEnd: at === 4096 || bytes[at] === 0xff,
    chainAfter: chainAfter(header, records),
  };
}

/** §6. */
function chainAfter(header: FormatHeader, records: readonly Buffer[]): Buffer {
  const start = Buffer.alloc(8);
  start.writeInt32LE(header.epoch, 0);
  start.writeInt32LE(header.firstSequence, 4);
  const all = Buffer.concat([header.chainBefore, start, ...records]);
  return createHash('sha256').update(all).digest();
}

/** §6: what the first segment's chainBefore is. */
export function rootOf(epoch: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(epoch);
  return createHash('sha256').update('plasmavakt').update(bytes).digest();
}

/** §3. */
function readWords(state: Uint8Array): number[] {
  const numbers: number[] = [];
  let value = 0;
  let factor = 1;
  for (const byte of state) {
    value += (byte % 128) * factor;
    factor *= 128;
    if (byte >= 128) continue;
    numbers.push(value);
    value = 0;
    factor = 1;
  }
  const words: number[] = [];
  for (let i = 0; i < numbers.length; i += 2) {
    words.push(...Array<number>(numbers[i]!).fill(0), unzigzag(numbers[i + 1]!));
  }
  return words;
}

interface Frame {
  readonly record: Buffer;
  readonly length: number;
}

/** §4.1. */
function readPlain(bytes: Buffer, at: number, model: ReadingModel): Frame | undefined {
  const n = bytes[at + 1];
  if (n === undefined || n > 248 || at + 6 + n > bytes.length) return undefined;
  const record = bytes.subarray(at + 4, at + 4 + n);
  const counted = bitsOf(n) + allBits(bytes.subarray(at + 4, at + 6 + n));
  if (bytes.readUInt16LE(at + 2) !== zerosIn(counted)) return undefined;
  if (bytes.readUInt16LE(at + 4 + n) !== crcOf(record, 16, 0x1021, 0xffff)) return undefined;
  if (record[0] === 1) model.start(record);
  return { record, length: n + 6 };
}

/** A CRC that is not reflected, bit by bit. */
function crcOf(bytes: Uint8Array, width: number, polynomial: number, start: number): number {
  let crc = start;
  for (const bit of allBits(bytes)) {
    const carry = Math.floor(crc / 2 ** (width - 1)) !== Number(bit);
    crc = ((crc * 2) % 2 ** width) ^ (carry ? polynomial : 0);
  }
  return crc;
}

interface Channel {
  readonly isPresent: boolean;
  sum: number;
  count: number;
  smooth: number;
}

/** §4.2. */
class ReadingModel {
  private channels: Channel[] | undefined;
  private lastUptimeS = 0;
  private readonly probeCount: number;
  private readonly samplePeriodS: number;

  constructor(probeCount: number, samplePeriodS: number) {
    this.probeCount = probeCount;
    this.samplePeriodS = samplePeriodS;
  }

  /** A plain reading: the canonical order is humidity first, the channels' has it last. */
  start(record: Buffer): void {
    this.lastUptimeS = record.readInt32LE(1);
    const values = Array.from({ length: this.probeCount + 1 }, (_, channel) =>
      record.readInt16LE(channel < this.probeCount ? 7 + 2 * channel : 5),
    );
    this.channels = values.map((value, channel) => ({
      isPresent: value !== (channel < this.probeCount ? -32768 : -1),
      sum: 10,
      count: 2,
      smooth: value * 256,
    }));
  }

  read(bytes: Buffer, at: number): Frame | undefined {
    if (this.channels === undefined || at >= bytes.length) return undefined;
    if (bytes[at]! % 8 > 5) return undefined;
    const isWide = this.probeCount >= 4;
    const text = allBits(bytes.subarray(at, at + 80));
    let next = 0;
    const take = (count: number): number => {
      const value = parseInt(text.slice(next, next + count) || '0', 2);
      next += count;
      return value;
    };
    let count = take(5);
    const late = take(1) === 0 ? 0 : unzigzag((take(1), take(1)) === 0 ? take(3) : take(20));
    if (isWide) count += 32 * take(2);
    const values = this.channels.map((channel, index) => {
      if (!channel.isPresent) return index < this.probeCount ? -32768 : -1;
      const k = riceParameter(channel);
      let quotient = 0;
      while (take(1) === 0 && quotient < 15) quotient++;
      const residual = quotient < 14 ? quotient * 2 ** k + take(k) : take(18);
      const value = Math.floor((channel.smooth + 128) / 256) + unzigzag(residual);
      adapt(channel, residual, value, index < this.probeCount ? 2 : 1);
      return value;
    });
    if (next < 8) next += 8;
    const length = Math.ceil(next / 8);
    if (at + length > bytes.length) return undefined;
    const bare = isWide ? '0'.repeat(5) + text[5]! + '00' : '0'.repeat(5) + text.slice(5, 8);
    const body = text.slice(8, 8 * length);
    if (!checkBitsFit(bare + text.slice(8, next), text.slice(next, 8 * length))) return undefined;
    if (zerosIn(bare + body) - (isWide ? 7 : 5) !== count) return undefined;
    this.lastUptimeS += this.samplePeriodS + late;
    return { record: readingBytes(this.lastUptimeS, values), length };
  }
}

function riceParameter({ sum, count }: Channel): number {
  let k = 0;
  while (count * 2 ** k < sum) k++;
  return k;
}

function adapt(channel: Channel, residual: number, value: number, divisor: number): void {
  channel.sum += Math.min(residual, 1500);
  channel.count += 1;
  if (channel.count >= 32) {
    channel.sum = Math.floor(channel.sum / 2);
    channel.count = Math.floor(channel.count / 2);
  }
  channel.smooth += Math.floor((value * 256 - channel.smooth) / divisor);
}

/** The bits up to the byte's edge against the upper bits of the CRC-8. */
function checkBitsFit(before: string, check: string): boolean {
  if (check === '') return true;
  const padded = before + '0'.repeat(check.length);
  const bytes = padded.match(/.{8}/g)!.map((bits) => parseInt(bits, 2));
  return bitsOf(crcOf(Uint8Array.from(bytes), 8, 0x2f, 0x1d)).startsWith(check);
}

function readingBytes(uptimeS: number, values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(5 + 2 * values.length);
  bytes[0] = 1;
  bytes.writeInt32LE(uptimeS, 1);
  bytes.writeInt16LE(values.at(-1)!, 5);
  values.slice(0, -1).forEach((value, probe) => bytes.writeInt16LE(value, 7 + 2 * probe));
  return bytes;
}

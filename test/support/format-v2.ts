/**
 * A second decoder of the journal's format, version 2, written from FORMAT.md and sharing no code
 * with the firmware: bits are text, checks are counted one by one. Slow and plain on purpose; what
 * it reads must be what the container's own reader reads.
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
  /** Canonical bytes of each record. */
  readonly records: Buffer[];
  /** Offset of the frame that each record stands in: several where it is a batch. */
  readonly offsets: number[];
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
  if (bytes.toString('latin1', 0, 4) !== 'PVJ1' || bytes[4] !== 2) return undefined;
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
  if (bytes.readUInt32LE(64) !== crc32(state)) throw new Error('state with a wrong CRC-32');
  const records: Buffer[] = [];
  const offsets: number[] = [];
  const model = new ReadingModel(header.probeCount, header.samplePeriodS);
  let at = 76 + header.stateBytes;
  for (;;) {
    const frame = readFrame(bytes, at, model);
    if (frame === undefined) break;
    for (const record of frame.records) {
      records.push(record);
      offsets.push(at);
    }
    if (!frame.isWhole) break;
    at += frame.length;
  }
  return {
    header,
    records,
    offsets,
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

interface Frame {
  readonly records: Buffer[];
  readonly length: number;
  /** False for a batch whose bits end before its readings do. */
  readonly isWhole: boolean;
}

/** §4: the kind is told by bits 3..2 of the first byte, or by bits 7..6 of the second. */
function readFrame(bytes: Buffer, at: number, model: ReadingModel): Frame | undefined {
  const text = allBits(bytes.subarray(at, at + 2));
  if (text === '' || text.startsWith('11111111')) return undefined;
  if (text[4] === '0') return model.readNarrow(bytes, at);
  if (text[5] === '0') return model.readWide(bytes, at);
  const body = readBody(bytes, at);
  if (body === undefined) return undefined;
  const length = body.length + 5;
  if (text.slice(8, 10) === '11') {
    if (!isCanonical(body, model.probeCount)) return undefined;
    if (body[0] === 1) model.start(body);
    return { records: [body], length, isWhole: true };
  }
  return text.slice(8, 10) === '10' ? model.readBatch(body) : undefined;
}

/** §4.2. */
function readBody(bytes: Buffer, at: number): Buffer | undefined {
  const n = bytes[at + 2];
  if (n === undefined || n > 248 || at + 5 + n > bytes.length) return undefined;
  const text = allBits(bytes.subarray(at, at + 5 + n));
  const [c, x, u] = [text.slice(0, 4), text.slice(6, 8), text.slice(10, 16)];
  if (x === '11') return undefined;
  const count = parseInt(c, 2) + 16 * parseInt(x, 2) + 48 * parseInt(u, 2);
  if (zerosIn(text) - zerosIn(c + x + u) !== count) return undefined;
  const body = bytes.subarray(at + 3, at + 3 + n);
  return bytes.readUInt16LE(at + 3 + n) === crcOf(body, 16, 0x1021, 0xffff) ? body : undefined;
}

/** §5, as far as the length shows it: the table of types is not repeated here. */
function isCanonical(body: Buffer, probeCount: number): boolean {
  if (body.length < 5) return false;
  return body[0] !== 1 || body.length === 7 + 2 * probeCount;
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

/** Bits of a text, one after the other. */
class Bits {
  next = 0;
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  take(count: number): number {
    const value = parseInt(this.text.slice(this.next, this.next + count) || '0', 2);
    this.next += count;
    return value;
  }

  /** As `take`, with the bits inverted. */
  takeInverted(count: number): number {
    return 2 ** count - 1 - this.take(count);
  }

  get isBehindEnd(): boolean {
    return this.next > this.text.length;
  }
}

/** §4.3 to §4.5. */
class ReadingModel {
  readonly probeCount: number;
  private channels: Channel[] | undefined;
  private lastUptimeS = 0;
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

  readNarrow(bytes: Buffer, at: number): Frame | undefined {
    const bits = new Bits(allBits(bytes.subarray(at, at + 80)));
    const count = bits.take(4);
    bits.take(1);
    const record = this.readReading(bits, 0);
    const length = Math.ceil(bits.next / 8);
    if (record === undefined || bits.isBehindEnd) return undefined;
    const body = bits.text.slice(4, 8 * length);
    if (!checkBitsFit('0000' + body.slice(0, bits.next - 4), body.slice(bits.next - 4))) {
      return undefined;
    }
    if (zerosIn(body) - 1 !== count) return undefined;
    return { records: [record], length, isWhole: true };
  }

  readWide(bytes: Buffer, at: number): Frame | undefined {
    const bits = new Bits(allBits(bytes.subarray(at, at + 80)));
    let count = bits.take(4);
    bits.take(2);
    count += 16 * bits.take(2);
    const record = this.readReading(bits, takeLate(bits));
    const length = Math.ceil(bits.next / 8);
    if (record === undefined || bits.isBehindEnd) return undefined;
    const body = bits.text.slice(8, 8 * length);
    if (!checkBitsFit('00001000' + body.slice(0, bits.next - 8), body.slice(bits.next - 8))) {
      return undefined;
    }
    if (zerosIn('10' + body) !== count) return undefined;
    return { records: [record], length, isWhole: true };
  }

  readBatch(body: Buffer): Frame | undefined {
    const bits = new Bits(allBits(body.subarray(1)));
    const records: Buffer[] = [];
    let run = -1;
    let isWhole = body.length > 1 && body[0]! > 0;
    while (isWhole && records.length < body[0]!) {
      if (run < 0) run = bits.take(8);
      const record = this.readReading(bits, run === 0 ? takeLate(bits) : 0);
      run--;
      if (record === undefined || bits.isBehindEnd) isWhole = false;
      else records.push(record);
    }
    if (records.length === 0) return undefined;
    return { records, length: body.length + 5, isWhole };
  }

  private readReading(bits: Bits, lateS: number): Buffer | undefined {
    if (this.channels === undefined) return undefined;
    const values = this.channels.map((channel, index) => {
      const isProbe = index < this.probeCount;
      if (!channel.isPresent) return isProbe ? -32768 : -1;
      const k = riceParameter(channel);
      let quotient = 0;
      while (quotient < 14 && bits.take(1) === 1) quotient++;
      const residual =
        quotient < 14 ? quotient * 2 ** k + bits.takeInverted(k) : bits.takeInverted(17);
      const value = Math.floor((channel.smooth + 128) / 256) + unzigzag(residual);
      adapt(channel, residual, value, isProbe ? 4 : 0);
      return value;
    });
    this.lastUptimeS += this.samplePeriodS + lateS;
    return readingBytes(this.lastUptimeS, values);
  }
}

/** §4.5. */
function takeLate(bits: Bits): number {
  if (bits.take(1) === 1) return 0;
  if (bits.take(1) === 1) return bits.take(1) === 1 ? 1 : -1;
  return unzigzag(bits.takeInverted(20));
}

function riceParameter({ sum, count }: Channel): number {
  let k = 0;
  while ((count + Math.floor(count / 2)) * 2 ** k < sum) k++;
  return k;
}

function adapt(channel: Channel, residual: number, value: number, divisor: number): void {
  channel.sum += Math.min(residual, 1500);
  channel.count += 1;
  if (channel.count >= 32) {
    channel.sum = Math.floor(channel.sum / 2);
    channel.count = Math.floor(channel.count / 2);
  }
  const ahead = value * 256 - channel.smooth;
  channel.smooth = value * 256 - (divisor > 0 ? Math.floor(ahead / divisor) : 0);
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

/**
 * A second reader of the compact form, written from FORMAT.md §10 alone and sharing no code with
 * the first: slow, for whole segments only. Gives each record as its type, uptime, fields and tail.
 */

export interface PlainRecord {
  readonly type: number;
  readonly uptimeS: number;
  /** Of a reading: null where a channel was absent; probes, then humidity. */
  readonly fields: readonly (number | null)[];
  readonly tail: readonly number[];
}

const K =
  '8159 9561 10883 12062 13061 13873 14511 14998 15363 15631 15827 15968 16069 16141 ' +
  '16193 16229 16255 16274 16287 16296 16302 16307 16310 16312 16314 16315 16316 16317 ' +
  '16317 16317 16318 16318 16318';
const CURVE = K.split(' ').map(Number);
const READING = 1;
const unzigzag = (code: number): number => (code >>> 1) ^ -(code & 1);

/** §10.1: what the coder was told. */
class Coder {
  private low = 0;
  private range = 2 ** 30;
  private shifts = 0;
  private readonly chances = new Map<string, number>([
    ['onTime0', 15872],
    ['isRecord', 15360],
  ]);

  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** The 30 bits from bit 8 × shifts on. */
  private code(): number {
    let code = 0;
    for (let bit = 8 * this.shifts; bit < 8 * this.shifts + 30; bit++) {
      code = 2 * code + (((this.bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1);
    }
    return code;
  }

  point(): number {
    return Math.floor((this.code() - this.low) / (this.range >> 14));
  }

  take(below: number, chance: number): void {
    const part = this.range >> 14;
    this.low += part * below;
    this.range = part * chance;
    for (;;) {
      if (this.low >> 22 !== (this.low + this.range - 1) >> 22) {
        if (this.range >= 16384) return;
        this.range = -this.low & 16383;
      }
      this.low = (this.low << 8) & (2 ** 30 - 1);
      this.range *= 256;
      this.shifts++;
    }
  }

  question(name: string): boolean {
    const p = this.chances.get(name) ?? 8192;
    const isYes = this.point() < p;
    this.take(isYes ? 0 : p, isYes ? p : 16384 - p);
    this.chances.set(name, isYes ? p + ((16384 - p) >> 5) : p - (p >> 5));
    return isYes;
  }

  bits(count: number): number {
    if (count === 0) return 0;
    const value = this.point() >> (14 - count);
    this.take(value << (14 - count), 1 << (14 - count));
    return value;
  }

  number(name: string): number {
    if (!this.question(`${name}1`)) return 0;
    const nibbles = this.question(`${name}2`) ? this.bits(3) + 1 : 1;
    let code = 0;
    for (let i = 0; i < nibbles; i++) code = (code << 4) | this.bits(4);
    return unzigzag(code);
  }

  /** Bytes that were taken, the last one that is sent included. */
  get length(): number {
    return this.shifts + 1;
  }
}

/** §10.3: a channel. */
class Channel {
  private m: number[];
  private o = [0, 0, 0];
  private s = 8192;
  private readonly coder: Coder;
  /** The first value; the further ones come from `next`. */
  readonly value: number;

  constructor(coder: Coder) {
    this.coder = coder;
    const value = (((coder.bits(8) << 8) | coder.bits(8)) << 16) >> 16;
    this.m = [value * 256, value * 256, value * 256];
    this.value = value;
  }

  next(): number {
    const expected = this.m[this.o.indexOf(Math.min(...this.o))]!;
    const middle = (expected + 128) >> 8;
    const spread = Math.max(this.s >> 4, 32);
    let grain = 0;
    while (spread >> grain >= 1024) grain++;
    const b = (step: number): number => {
      if (step === -32) return 0;
      if (step === 32) return 16382;
      const edge = (middle + step * 2 ** grain) * 256 - 128 - expected;
      const far = Math.floor((Math.abs(edge) * 64) / spread);
      const k = far >> 4;
      const c = far >= 512 ? 16318 : CURVE[k]! + (((CURVE[k + 1]! - CURVE[k]!) * (far & 15)) >> 4);
      return (edge < 0 ? 16318 - c : c) + step + 32;
    };
    const point = this.coder.point();
    let d: number;
    if (point >= 16382) {
      this.coder.take(16382, 2);
      d = unzigzag((this.coder.bits(9) << 9) | this.coder.bits(9));
    } else {
      let step = -32;
      while (b(step + 1) <= point) step++;
      this.coder.take(b(step), b(step + 1) - b(step));
      d = step * 2 ** grain + this.coder.bits(grain);
    }
    const exact = (middle + d) * 256;
    this.o = this.o.map((o, i) => o + Math.min(Math.abs(exact - this.m[i]!), 16384) - (o >> 5));
    this.m = this.m.map((m, i) => m + ((exact - m) >> [1, 0, 3][i]!));
    this.s += Math.min(Math.abs(exact - expected), 16384) - (this.s >> 4);
    return middle + d;
  }
}

/** §10.2: the records of a segment's bytes from offset 0 on, and how many bytes they took. */
export function readByPage(
  segment: Uint8Array,
  shapes: readonly { readonly fields: number }[],
): { records: PlainRecord[]; length: number } {
  const view = Buffer.from(segment);
  const probeCount = view[36]! & 15;
  const samplePeriodS = view.readUInt16LE(37);
  const coder = new Coder(view.subarray(53));
  const channels: (Channel | undefined)[] = [];
  const records: PlainRecord[] = [];
  let present = 0;
  let due = view.readInt32LE(45);
  let before = due;
  let wasOff = false;
  let last: PlainRecord | undefined;
  for (;;) {
    const isExpected = coder.question(wasOff ? 'onTime1' : 'onTime0');
    if (isExpected || coder.question('isReading')) {
      const late = isExpected ? 0 : coder.number('late');
      if (!isExpected && coder.question('otherChannels')) present = coder.bits(probeCount + 1);
      before = (due + late) | 0;
      const isOff: boolean = late !== 0 && Math.abs(late) < samplePeriodS && !wasOff;
      due = ((isOff ? due : before) + samplePeriodS) | 0;
      wasOff = isOff;
      const fields = Array.from({ length: probeCount + 1 }, (_, i): number | null => {
        if (((present >> i) & 1) === 0) return null;
        const channel = channels[i];
        return channel === undefined ? (channels[i] = new Channel(coder)).value : channel.next();
      });
      records.push({ type: READING, uptimeS: before, fields, tail: [] });
      continue;
    }
    if (!coder.question('isRecord')) break;
    const type = coder.bits(6);
    before = (before + coder.number('uptime')) | 0;
    const fields = Array.from({ length: shapes[type]!.fields }, (_, i) => {
      const from = last?.type === type ? last.fields[i]! : 0;
      return (from + coder.number('field')) | 0;
    });
    const tail = Array.from({ length: coder.number('field') }, () => coder.bits(8));
    last = { type, uptimeS: before, fields, tail };
    records.push(last);
  }
  coder.bits(1);
  return { records, length: 53 + coder.length };
}

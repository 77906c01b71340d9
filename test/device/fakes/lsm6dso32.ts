/**
 * LSM6DSO32 on a FakeI2c, as data sheet and application note AN5473 have it: registers, a FIFO that
 * turns over, latched interrupts for free fall and wake-up behind a high pass. It samples a signal
 * by a clock of its own.
 */
import { Nack, type Part } from './i2c.js';

/** Acceleration in milli-g at a time of the test in milliseconds. */
export type Signal = (ms: number) => readonly [x: number, y: number, z: number];

export const AT_REST: Signal = () => [0, 0, 1000];

const FIFO_WORDS = 512;
const ADDRESS = { who: 0x0f, xl: 0x10, c3: 0x12, source: 0x1a, status: 0x3a, out: 0x78 };
const RANGES_MILLI_G = [4000, 32_000, 8000, 16_000];
const FREE_FALL_MILLI_G = [312, 438, 500];

interface Sample {
  readonly words: readonly number[];
  readonly count: number;
}

export class FakeLsm6dso32 implements Part {
  signal: Signal = AT_REST;
  id = 0x6c;
  isDead = false;
  /** How many transfers fail from now on. */
  failures = 0;
  /** What INTERNAL_FREQ_FINE says, and what it should. */
  fine = 0;
  trueRateError = 0;
  /** Bits that are wrong in the tag of the next word that is read. */
  tagError = 0;
  /** The part never comes out of its reset. */
  isStuck = false;
  readonly registers = new Uint8Array(0x80);
  /** Samples that nobody read in time, since the last set-up. */
  lostCount = 0;
  private readonly nowMs: () => number;
  private fifo: Sample[] = [];
  private pointer = 0;
  private nextMs = Infinity;
  private sampleCount = 0;
  private fallCount = 0;
  private highPass = [0, 0, 0];
  private last: readonly number[] | undefined;
  private sources = 0;
  private hasOverrun = false;
  private resetLooks = 0;

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
    this.losePower();
  }

  /** Its supply was gone for a moment. */
  losePower(): void {
    this.registers.fill(0);
    this.registers[ADDRESS.c3] = 0x04;
    this.registers[0x18] = 0xe0;
    this.nextMs = Infinity;
    this.fifo = [];
    this.sources = 0;
    this.hasOverrun = false;
    this.lostCount = 0;
  }

  /** INT1 is high. */
  get isInterrupting(): boolean {
    this.settle();
    const routed = this.registers[0x5e]!;
    const isOn = (this.registers[0x58]! & 0x80) !== 0;
    return isOn && ((this.sources & 1 & (routed >> 4)) | ((this.sources >> 1) & (routed >> 5))) > 0;
  }

  get rateHz(): number {
    const rates = [0, 12.5, 26, 52, 104, 208, 417, 6667 / 8, 6667 / 4];
    const nominal = rates[this.registers[ADDRESS.xl]! >> 4] ?? 0;
    return nominal * (1 + 0.0015 * this.fine) * (1 + this.trueRateError);
  }

  write(bytes: readonly number[]): void {
    this.touch();
    this.pointer = bytes[0]!;
    for (const byte of bytes.slice(1)) this.set(this.pointer++, byte);
  }

  read(count: number): readonly number[] {
    this.touch();
    return Array.from({ length: count }, () => {
      const value = this.get(this.pointer);
      const isOut = this.pointer >= ADDRESS.out && this.pointer < ADDRESS.out + 7;
      this.pointer = isOut && this.pointer === ADDRESS.out + 6 ? ADDRESS.out : this.pointer + 1;
      return value;
    });
  }

  private touch(): void {
    this.settle();
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Nack();
    }
    if (this.isDead) throw new Nack();
  }

  private set(register: number, value: number): void {
    if (register === ADDRESS.c3 && (value & 1) !== 0) {
      this.losePower();
      this.resetLooks = this.isStuck ? Infinity : 1;
      return;
    }
    if (register === 0x0a && (value & 7) === 0) {
      this.fifo = [];
      this.hasOverrun = false;
    }
    const before = this.rateHz;
    this.registers[register] = value;
    if (register === ADDRESS.xl && before === 0 && this.rateHz > 0) {
      this.nextMs = this.nowMs() + 1000 / this.rateHz;
      this.last = undefined;
    }
  }

  private get(register: number): number {
    if (register === ADDRESS.who) return this.id;
    if (register === 0x63) return this.fine & 0xff;
    if (register === ADDRESS.c3 && this.resetLooks > 0) {
      this.resetLooks -= 1;
      return this.registers[register]! | 1;
    }
    if (register === ADDRESS.source) {
      const { sources } = this;
      this.sources = 0;
      return sources;
    }
    if (register === ADDRESS.status) return this.fifo.length & 0xff;
    if (register === ADDRESS.status + 1) {
      const overrun = this.hasOverrun ? 0x08 : 0;
      this.hasOverrun = false;
      return (this.fifo.length >> 8) | overrun | (this.fifo.length === FIFO_WORDS ? 0x20 : 0);
    }
    return register >= ADDRESS.out ? this.out(register - ADDRESS.out) : this.registers[register]!;
  }

  /** A byte of the oldest word, which is gone when its last byte has been read. */
  private out(index: number): number {
    const sample = this.fifo[0];
    if (sample === undefined) return 0;
    if (index === 0) {
      const tag = (0x02 << 3) | ((sample.count & 3) << 1);
      const error = this.tagError;
      this.tagError = 0;
      return (tag | (onesOf(tag) & 1)) ^ error;
    }
    const word = sample.words[(index - 1) >> 1]!;
    if (index === 6) this.fifo.shift();
    return (word >> (index % 2 === 1 ? 0 : 8)) & 0xff;
  }

  private settle(): void {
    for (; this.nextMs <= this.nowMs(); this.nextMs += 1000 / this.rateHz) this.sample(this.nextMs);
  }

  private sample(ms: number): void {
    const rangeMilliG = RANGES_MILLI_G[(this.registers[ADDRESS.xl]! >> 2) & 3]!;
    const milliG = this.signal(ms).map((value) => clamp(value, rangeMilliG));
    this.watch(milliG, rangeMilliG);
    if ((this.registers[0x0a]! & 7) !== 6 || (this.registers[0x09]! & 0x0f) === 0) return;
    const words = milliG.map((value) =>
      Math.min(32_767, Math.round((value * 32_768) / rangeMilliG)),
    );
    this.fifo.push({ words, count: this.sampleCount++ });
    if (this.fifo.length <= FIFO_WORDS) return;
    this.fifo.shift();
    this.hasOverrun = true;
    this.lostCount += 1;
  }

  /** Wake-up and free fall. */
  private watch(milliG: readonly number[], rangeMilliG: number): void {
    const before = this.last ?? milliG;
    // A high pass of the first order at ODR / 100.
    const keep = 1 / (1 + (2 * Math.PI) / 100);
    this.highPass = this.highPass.map((value, i) => keep * (value + milliG[i]! - before[i]!));
    this.last = milliG;
    const threshold = ((this.registers[0x5b]! & 0x3f) * rangeMilliG) / 64;
    if (this.highPass.some((value) => Math.abs(value) > threshold)) this.sources |= 2;
    const fall = this.registers[0x5d]!;
    const limit = FREE_FALL_MILLI_G[fall & 7]!;
    const isFalling = milliG.every((value) => Math.abs(value) < limit);
    this.fallCount = isFalling ? this.fallCount + 1 : 0;
    const duration = (fall >> 3) | ((this.registers[0x5c]! & 0x80) >> 2);
    if (isFalling && this.fallCount >= duration) this.sources |= 1;
  }
}

function clamp(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value));
}

function onesOf(value: number): number {
  return value.toString(2).replaceAll('0', '').length;
}

/**
 * Temperature parts on a FakeI2c, as their data sheets have them: registers, times of conversion,
 * what they do before the first one and what clears their flags.
 */
import { Nack, type Part } from './i2c.js';

/** TMP117, data sheet SNOSD82. */
export class FakeTmp117 implements Part {
  celsius = 20;
  /** Revision in the upper bits. */
  id = 0x1117;
  isDead = false;
  /** The conversion never ends. */
  isSilent = false;
  private readonly nowMs: () => number;
  private pointer = 0;
  private configuration = 0x0220; // continuous, 8 averages, every second
  private register = 0x8000;
  private readyMs = Infinity;
  private isReady = false;

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
    this.reset();
  }

  /** Its supply was gone for a moment. */
  reset(): void {
    this.configuration = 0x0220;
    this.register = 0x8000;
    this.isReady = false;
    this.readyMs = this.nowMs() + 124;
  }

  write(bytes: readonly number[]): void {
    if (this.isDead) throw new Nack();
    this.settle();
    this.pointer = bytes[0]!;
    if (bytes.length === 1) return;
    if (this.pointer !== 1 || bytes.length !== 3) throw new Nack();
    this.configuration = (bytes[1]! << 8) | bytes[2]!;
    if ((this.configuration & 0x0c00) === 0x0c00) {
      const averages = [1, 8, 32, 64][(this.configuration >> 5) & 3]!;
      this.readyMs = this.nowMs() + Math.round(15.5 * averages);
    }
  }

  read(count: number): readonly number[] {
    if (this.isDead || count !== 2) throw new Nack();
    this.settle();
    const word = this.word();
    return [word >> 8, word & 0xff];
  }

  private word(): number {
    if (this.pointer === 0x0f) return this.id;
    const wasReady = this.isReady;
    this.isReady = false; // reading either register clears the flag
    if (this.pointer === 0) return this.register;
    return (this.configuration & ~0x2000) | (wasReady ? 0x2000 : 0);
  }

  private settle(): void {
    if (this.isSilent || this.nowMs() < this.readyMs) return;
    const isContinuous = (this.configuration & 0x0c00) === 0;
    this.readyMs = isContinuous ? this.nowMs() + 1000 : Infinity;
    if (!isContinuous) this.configuration = (this.configuration & ~0x0c00) | 0x0400;
    this.isReady = true;
    // Converted at once here; a sentinel, as a part shows whose converter does not start.
    this.register = Number.isNaN(this.celsius) ? 0x8000 : Math.round(this.celsius * 128) & 0xffff;
  }
}

/** SHT3x, data sheet version 7, single shot. */
export class FakeSht3x implements Part {
  celsius = 20;
  humidityPercent = 45;
  isDead = false;
  hasBadTemperatureCrc = false;
  hasBadHumidityCrc = false;
  private readonly nowMs: () => number;
  private readyMs: number | undefined;

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
  }

  write(bytes: readonly number[]): void {
    const isMeasuring = this.readyMs !== undefined && this.nowMs() < this.readyMs;
    if (this.isDead || isMeasuring) throw new Nack();
    if (bytes.length !== 2 || bytes[0] !== 0x24 || bytes[1] !== 0) throw new Nack();
    this.readyMs = this.nowMs() + 15;
  }

  read(count: number): readonly number[] {
    if (this.isDead || count !== 6) throw new Nack();
    if (this.readyMs === undefined || this.nowMs() < this.readyMs) throw new Nack();
    this.readyMs = undefined;
    const temperature = wordOf((this.celsius + 45) / 175, this.hasBadTemperatureCrc);
    return [...temperature, ...wordOf(this.humidityPercent / 100, this.hasBadHumidityCrc)];
  }
}

function wordOf(part: number, isBad: boolean): readonly number[] {
  const word = Math.round(part * 65535);
  const bytes = [word >> 8, word & 0xff];
  return [...bytes, crc8(bytes) ^ (isBad ? 0x10 : 0)];
}

/** CRC-8/NRSC-5, polynomial division over the 16 bits and the start value. */
export function crc8(bytes: readonly number[]): number {
  let rest = 0xff;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      const isOdd = ((rest >> 7) ^ (byte >> bit)) & 1;
      rest = ((rest << 1) & 0xff) ^ (isOdd === 1 ? 0x31 : 0);
    }
  }
  return rest;
}

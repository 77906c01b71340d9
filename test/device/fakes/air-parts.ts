/**
 * Parts on a FakeI2c that feel the air and the light: LPS22HH and OPT3001, as their data sheets
 * have them.
 */
import { Nack, type Part } from './i2c.js';

/** LPS22HH: one-shot conversions. */
export class FakeLps22hh implements Part {
  pascal = 101_325;
  id = 0xb3;
  isDead = false;
  /** The conversion never ends. */
  isSilent = false;
  private readonly nowMs: () => number;
  private readonly registers = new Uint8Array(0x80);
  private pointer = 0;
  private readyMs = Infinity;

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
    this.losePower();
  }

  losePower(): void {
    this.registers.fill(0);
    this.registers[0x11] = 0x10;
    this.readyMs = Infinity;
  }

  write(bytes: readonly number[]): void {
    if (this.isDead) throw new Nack();
    this.settle();
    this.pointer = bytes[0]!;
    for (const byte of bytes.slice(1)) {
      this.registers[this.pointer] = byte;
      // Asked for while it converts by itself it does nothing.
      const isAsked = this.pointer === 0x11 && (byte & 1) !== 0 && this.registers[0x10]! < 0x10;
      if (isAsked) this.readyMs = this.nowMs() + ((byte & 2) !== 0 ? 13.2 : 4.7);
      this.pointer += 1;
    }
  }

  read(count: number): readonly number[] {
    if (this.isDead) throw new Nack();
    this.settle();
    return Array.from({ length: count }, () => {
      if (this.pointer === 0x0f) return this.id;
      // Reading the upper byte takes the flag down.
      if (this.pointer === 0x2a) this.registers[0x27]! &= ~1;
      const value = this.registers[this.pointer]!;
      if ((this.registers[0x11]! & 0x10) !== 0) this.pointer += 1;
      return value;
    });
  }

  private settle(): void {
    if (this.isSilent || this.nowMs() < this.readyMs) return;
    this.readyMs = Infinity;
    this.registers[0x11]! &= ~1;
    this.registers[0x27]! |= 3;
    const steps = Math.round((this.pascal / 100) * 4096);
    this.registers.set([steps & 0xff, (steps >> 8) & 0xff, (steps >> 16) & 0xff], 0x28);
  }
}

/** OPT3001, data sheet SBOS681: conversions all the time, or none. */
export class FakeOpt3001 implements Part {
  lux = 0;
  id = 0x3001;
  isDead = false;
  /** It has stopped converting. */
  isSilent = false;
  private readonly nowMs: () => number;
  private pointer = 0;
  private configuration = 0xc810;
  private readyMs = Infinity;
  private result = 0;

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
  }

  losePower(): void {
    this.configuration = 0xc810;
    this.readyMs = Infinity;
    this.result = 0;
  }

  write(bytes: readonly number[]): void {
    if (this.isDead) throw new Nack();
    this.settle();
    this.pointer = bytes[0]!;
    if (bytes.length === 1) return;
    if (this.pointer !== 1 || bytes.length !== 3) throw new Nack();
    this.configuration = (bytes[1]! << 8) | bytes[2]!;
    const isOn = (this.configuration & 0x0400) !== 0;
    this.readyMs = isOn ? this.nowMs() + this.conversionMs : Infinity;
  }

  read(count: number): readonly number[] {
    if (this.isDead || count !== 2) throw new Nack();
    this.settle();
    const word = this.word();
    return [word >> 8, word & 0xff];
  }

  private get conversionMs(): number {
    return (this.configuration & 0x0800) !== 0 ? 800 : 100;
  }

  private word(): number {
    if (this.pointer === 0x7f) return this.id;
    if (this.pointer === 0) return this.result;
    const configuration = this.configuration;
    this.configuration &= ~0x0080; // reading it takes the flag down
    return configuration;
  }

  private settle(): void {
    while (!this.isSilent && this.nowMs() >= this.readyMs) {
      this.readyMs += this.conversionMs;
      // The smallest range that holds it.
      let exponent = 0;
      while (exponent < 11 && Math.round((100 * this.lux) / 2 ** exponent) > 0x0fff) exponent += 1;
      const mantissa = Math.min(0x0fff, Math.round((100 * this.lux) / 2 ** exponent));
      this.result = (exponent << 12) | mantissa;
      const isOver = this.lux > 83_865.6;
      this.configuration = (this.configuration & ~0x0100) | 0x0080 | (isOver ? 0x0100 : 0);
    }
  }
}

/**
 * The other parts on a FakeI2c: TCA9535 (switches or lamps at its pins) and RV-3028-C7.
 */
import { Nack, type Part } from './i2c.js';

/** TCA9535, data sheet SCPS201: eight registers in pairs. */
export class FakeTca9535 implements Part {
  /** What the world does to pins that are inputs: a bit is set while something pulls it down. */
  pulledDown = 0;
  isDead = false;
  private pointer = 0;
  private seen = 0xffff;
  private output = 0xffff;
  private direction = 0xffff;

  /** Its supply was gone for a moment. */
  reset(): void {
    this.output = 0xffff;
    this.direction = 0xffff;
  }

  /** Pins that it drives low: lamps that are lit. */
  get sinking(): number {
    return ~this.output & ~this.direction & 0xffff;
  }

  /** The interrupt line is pulled low. */
  get isInterrupting(): boolean {
    return this.seen !== this.inputs;
  }

  write(bytes: readonly number[]): void {
    if (this.isDead) throw new Nack();
    this.pointer = bytes[0]!;
    if (bytes.length === 1) return;
    const pair = bytes[1]! | ((bytes[2] ?? 0xff) << 8);
    if (this.pointer === 2) this.output = pair;
    else if (this.pointer === 6) this.direction = pair;
    else throw new Nack();
  }

  read(count: number): readonly number[] {
    if (this.isDead || count !== 2 || this.pointer !== 0) throw new Nack();
    this.seen = this.inputs;
    return [this.seen & 0xff, this.seen >> 8];
  }

  private get inputs(): number {
    return ~this.pulledDown & 0xffff;
  }
}

/** RV-3028-C7: registers 0x00..0x3f, a counter of seconds, a cell. */
export class FakeRv3028 implements Part {
  isDead = false;
  /** The counter moves on between any two readings. */
  isRacing = false;
  readonly registers = new Uint8Array(0x40);
  private readonly nowMs: () => number;
  private pointer = 0;
  private baseS = 0;
  private baseMs = 0;

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
    this.powerOn();
  }

  /** As delivered, or after both supplies were gone. */
  powerOn(): void {
    this.registers.fill(0);
    this.registers[0x0e] = 0x01; // PORF
    this.registers[0x37] = 0x90; // FEDE, and the last bit of a calibration
    this.baseS = 0;
    this.baseMs = this.nowMs();
  }

  /** The main supply is gone for a while: what has not been switched over loses its time. */
  loseSupply(): void {
    if ((this.registers[0x37]! & 0x0c) !== 0x0c) this.powerOn();
  }

  write(bytes: readonly number[]): void {
    if (this.isDead) throw new Nack();
    this.pointer = bytes[0]!;
    bytes.slice(1).forEach((byte, index) => (this.registers[this.pointer + index] = byte));
    if (this.pointer === 0x1b && bytes.length > 4) {
      this.baseS = Buffer.from(bytes).readUInt32LE(1);
      this.baseMs = this.nowMs();
    }
  }

  read(count: number): readonly number[] {
    if (this.isDead) throw new Nack();
    if (this.isRacing) this.baseS += 1;
    const seconds = this.baseS + Math.floor((this.nowMs() - this.baseMs) / 1000);
    Buffer.from(this.registers.buffer).writeUInt32LE(seconds % 2 ** 32, 0x1b);
    return [...this.registers.subarray(this.pointer, this.pointer + count)];
  }
}

/**
 * Texas Instruments OPT3001, data sheet SBOS681: light as an eye sees it, 0.01 to 83,865 lx, its
 * range chosen by itself. It converts all the time, ten times a second, at 1.8 to 3.7 µA, so that
 * an answer is never older than the lid; whether it still does so is asked at every reading.
 */
import { FAULT } from '../../core/faults.js';
import type { I2cDevice } from './i2c-device.js';

// Register map; 16 bits, the upper byte first.
const RESULT = 0x00;
const CONFIGURATION = 0x01;
const DEVICE_ID = 0x7f;

const ID = 0x3001;
/** RN 1100 (range by itself), CT 0 (100 ms), M 11 (all the time), L 1 (as after power-on). */
const CONTINUOUS = 0xc610;
const SET_MASK = 0xfe1f; // all but what the part itself says in between
const READY = 0x0080;

export class Opt3001 {
  /** The last answer. */
  lux = 0;
  private readonly device: I2cDevice;
  private readonly pointer = new Uint8Array(1);
  private readonly word = new Uint8Array(2);
  private readonly command = new Uint8Array(3);

  constructor(device: I2cDevice) {
    this.device = device;
  }

  /**
   * 1 with a new answer in `lux`, 0 when there is none since the last, busError, or fieldMissing
   * when another part answers. A part that has forgotten how it was set up is set up again: 0.
   */
  collect(): number {
    const configuration = this.readWord(CONFIGURATION); // takes down READY
    if (configuration < 0) return configuration;
    if ((configuration & SET_MASK) !== CONTINUOUS) return this.setUp();
    if ((configuration & READY) === 0) return 0;
    const result = this.readWord(RESULT);
    if (result < 0) return result;
    // 0.01 lx · 2^exponent · mantissa, rounded to the nearest; at most 8,386,560 hundredths.
    this.lux = Math.floor((((result & 0x0fff) << (result >> 12)) + 50) / 100);
    return 1;
  }

  private setUp(): number {
    const id = this.readWord(DEVICE_ID);
    if (id < 0) return id;
    if (id !== ID) return FAULT.fieldMissing;
    this.command[0] = CONFIGURATION;
    this.command[1] = CONTINUOUS >> 8;
    this.command[2] = CONTINUOUS & 0xff;
    return this.device.write(this.command);
  }

  /** 0..65535, or busError. */
  private readWord(register: number): number {
    this.pointer[0] = register;
    const result = this.device.exchange(this.pointer, this.word);
    return result < 0 ? result : (this.word[0]! << 8) | this.word[1]!;
  }
}

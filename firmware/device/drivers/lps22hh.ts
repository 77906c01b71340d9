/**
 * STMicroelectronics LPS22HH (its data sheet): absolute pressure of 260 to 1260 hPa in steps of
 * 1/4096 hPa, with 0.65 Pa of noise, which is 6 cm of air. One conversion is asked for at a time,
 * in low-noise mode; between them the part draws 0.9 µA. It is calibrated inside: no coefficients,
 * no floats. The SDK has no driver for it.
 */
import { FAULT } from '../../core/faults.js';
import type { I2cDevice } from './i2c-device.js';

// Register map.
const WHO_AM_I = 0x0f;
const CONTROL_1 = 0x10;
const CONTROL_2 = 0x11;
const STATUS = 0x27;
const PRESSURE = 0x28; // three bytes

const IDENTITY = 0xb3;
const BLOCK_UPDATE = 0x02; // no rate: conversions are asked for
const ONE_SHOT = 0x13; // IF_ADD_INC, LOW_NOISE_EN, ONE_SHOT
const PRESSURE_READY = 0x01;
const PRESSURE_PA_MIN = 26_000;
const PRESSURE_PA_MAX = 126_000;

export class Lps22hh {
  readonly conversionMs = 15; // low noise: 13.2 ms
  /** The last answer. */
  pressurePa = 0;
  private readonly device: I2cDevice;
  private readonly pointer = new Uint8Array(1);
  private readonly byte = new Uint8Array(1);
  private readonly answer = new Uint8Array(3);
  private readonly command = new Uint8Array(2);

  constructor(device: I2cDevice) {
    this.device = device;
  }

  /** Starts one conversion: 0, busError, or fieldMissing when another part answers. */
  start(): number {
    const identity = this.readByte(WHO_AM_I);
    if (identity < 0) return identity;
    if (identity !== IDENTITY) return FAULT.fieldMissing;
    // Reading it takes down the flag of a conversion that nobody fetched.
    const fetched = this.readPressure();
    if (fetched < 0) return fetched;
    const result = this.writeByte(CONTROL_1, BLOCK_UPDATE);
    return result < 0 ? result : this.writeByte(CONTROL_2, ONE_SHOT);
  }

  /**
   * 0 while converting, 1 when the answer is there, busError, or fieldMissing for what the part
   * cannot measure.
   */
  collect(): number {
    const status = this.readByte(STATUS);
    if (status < 0) return status;
    if ((status & PRESSURE_READY) === 0) return 0;
    const result = this.readPressure();
    if (result < 0) return result;
    const { answer } = this;
    const steps = answer[0]! | (answer[1]! << 8) | ((answer[2]! << 24) >> 8);
    // From 1/4096 hPa, rounded half up: 100/4096 is 25/1024.
    const pressurePa = (steps * 25 + 512) >> 10;
    if (pressurePa < PRESSURE_PA_MIN || pressurePa > PRESSURE_PA_MAX) return FAULT.fieldMissing;
    this.pressurePa = pressurePa;
    return 1;
  }

  private readPressure(): number {
    this.pointer[0] = PRESSURE;
    return this.device.exchange(this.pointer, this.answer);
  }

  private readByte(register: number): number {
    this.pointer[0] = register;
    const result = this.device.exchange(this.pointer, this.byte);
    return result < 0 ? result : this.byte[0]!;
  }

  private writeByte(register: number, value: number): number {
    this.command[0] = register;
    this.command[1] = value;
    return this.device.write(this.command);
  }
}

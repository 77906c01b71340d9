/**
 * STMicroelectronics LSM6DSO32 (its data sheet; application note AN5473): an accelerometer of ±32 g
 * that gathers 512 samples by itself, at 833 Hz the last 614 ms, and pulls its first interrupt up
 * after 60 ms of free fall or 2.5 g without gravity on an axis. Why this part: decision 14. Its
 * gyroscope stays off. The LSM6DSO answers with the same identity and half the range: production
 * weighs gravity. Bursts come at 400 kHz on a bus of its own; each sample says what it is in a tag,
 * whose parity is all that I2C has of a checksum.
 */
import { FAULT } from '../../core/faults.js';
import type { I2cDevice } from '../drivers/i2c-device.js';

// Register map.
const WHO_AM_I = 0x0f;
const CONTROL_1 = 0x10;
const CONTROL_3 = 0x12;
const ALL_SOURCES = 0x1a;
const FIFO_CONTROL_4 = 0x0a;
const FIFO_STATUS = 0x3a;
const FREQUENCY_FINE = 0x63;
const FIFO_OUT = 0x78;

const IDENTITY = 0x6c;
/** ODR_XL 0111: 833 Hz, FS_XL 01: ±32 g. High performance, as XL_HM_MODE stays 0. */
const RATE_AND_RANGE = 0x74;
/** IF_INC and SW_RESET; the part takes 50 µs. */
const RESET = 0x05;
const RESETTING = 0x01;
const CONTINUOUS = 0x06;
const BYPASS = 0x00;
const RESET_LOOKS = 4;

/** Register and value, in the order in which they are written after a reset. */
const SET_UP: readonly number[] = Object.freeze([
  ...[0x18, 0xe2], // CTRL9_XL: no I3C
  ...[CONTROL_3, 0x44], // both bytes of a value of one sample; addresses count up
  ...[0x17, 0x80], // CTRL8_XL: high pass of ODR / 100, 8 Hz, in front of the wake-up
  ...[0x56, 0x51], // TAP_CFG0: interrupts latched until read; wake-up behind the high pass
  ...[0x5b, 0x05], // WAKE_UP_THS: 5 × 32 g / 64 = 2.5 g
  ...[0x5c, 0x80], // WAKE_UP_DUR: one sample is enough; the 32 of the fall's 50
  ...[0x5d, 0x91], // FREE_FALL: 18 more of 50 samples, 60 ms; below 438 milli-g on all axes
  ...[0x5e, 0x30], // MD1_CFG: both on INT1, which is push-pull and active high
  ...[0x09, 0x07], // FIFO_CTRL3: accelerometer at 833 Hz, no gyroscope
  ...[FIFO_CONTROL_4, CONTINUOUS], // the newest samples replace the oldest
  ...[CONTROL_1, RATE_AND_RANGE],
  ...[0x58, 0x80], // TAP_CFG2: interrupts on
]);

/** ALL_INT_SRC: FF_IA and WU_IA. */
const WOKEN = 0x03;
// FIFO_STATUS2, above its two bits of the level.
const LEVEL_MASK = 0x3ff;
const OVERRUN = 0x4800; // now, or since the last look
// FIFO_DATA_OUT_TAG.
const TAG_SHIFT = 3;
const TAG_ACCELERATION = 0x02;
const WORD_BYTES = 7;

/** Samples of one burst. */
export const BURST_SAMPLES = 32;
const AXES = 3;

export class Lsm6dso32 {
  readonly rangeMilliG = 32_000;
  /** As trimmed in the part, ±19 % of 833 in steps of 0.15 %. */
  rateHz = 833;
  /** Whether samples had been lost when the level was read. */
  hasOverrun = false;
  /** The samples of the last burst, x, y, z in milli-g. */
  readonly milliG = new Int16Array(BURST_SAMPLES * AXES);
  private readonly device: I2cDevice;
  private readonly pointer = new Uint8Array(1);
  private readonly byte = new Uint8Array(1);
  private readonly pair = new Uint8Array(2);
  private readonly command = new Uint8Array(2);
  private readonly burst = new Uint8Array(BURST_SAMPLES * WORD_BYTES);

  constructor(device: I2cDevice) {
    this.device = device;
  }

  /** Resets the part and makes it watch: 0, busError, or fieldMissing when it is another part. */
  setUp(): number {
    const identity = this.readByte(WHO_AM_I);
    if (identity < 0) return identity;
    if (identity !== IDENTITY) return FAULT.fieldMissing;
    const isReset = this.reset();
    if (isReset < 0) return isReset;
    for (let i = 0; i < SET_UP.length; i += 2) {
      const result = this.writeByte(SET_UP[i]!, SET_UP[i + 1]!);
      if (result < 0) return result;
    }
    const fine = this.readByte(FREQUENCY_FINE);
    if (fine < 0) return fine;
    this.rateHz = rateHzOf((fine << 24) >> 24);
    return 0;
  }

  /** 1 while the part is as it was set up, 0 when it has forgotten, or a fault. */
  isSetUp(): number {
    const control = this.readByte(CONTROL_1);
    if (control < 0) return control;
    return control === RATE_AND_RANGE ? 1 : 0;
  }

  /** How many samples are in the FIFO, 0..512, or busError. */
  readLevel(): number {
    this.pointer[0] = FIFO_STATUS;
    const result = this.device.exchange(this.pointer, this.pair);
    if (result < 0) return result;
    const status = this.pair[0]! | (this.pair[1]! << 8);
    this.hasOverrun = (status & OVERRUN) !== 0;
    return status & LEVEL_MASK;
  }

  /**
   * Takes the oldest BURST_SAMPLES out of the FIFO, which must have them: 0, busError, or
   * badChecksum when a word is no sample. Either fault leaves it open how many were taken.
   */
  readBurst(): number {
    const { burst, milliG } = this;
    this.pointer[0] = FIFO_OUT;
    const result = this.device.exchange(this.pointer, burst);
    if (result < 0) return result;
    for (let sample = 0; sample < BURST_SAMPLES; sample++) {
      const at = sample * WORD_BYTES;
      if (!isAcceleration(burst[at]!)) return FAULT.badChecksum;
      for (let axis = 0; axis < AXES; axis++) {
        const low = at + 1 + 2 * axis;
        milliG[sample * AXES + axis] = milliGOf(burst[low]! | (burst[low + 1]! << 8));
      }
    }
    return 0;
  }

  /** Empties the FIFO, which begins anew: 0 or busError. */
  flush(): number {
    const result = this.writeByte(FIFO_CONTROL_4, BYPASS);
    return result < 0 ? result : this.writeByte(FIFO_CONTROL_4, CONTINUOUS);
  }

  /**
   * Lets go of the interrupt, which may rise again at once: what had raised it (1 free fall, 2
   * shock, 3 both, 0 nothing), or busError.
   */
  clearInterrupt(): number {
    const sources = this.readByte(ALL_SOURCES);
    return sources < 0 ? sources : sources & WOKEN;
  }

  private reset(): number {
    const result = this.writeByte(CONTROL_3, RESET);
    if (result < 0) return result;
    for (let i = 0; i < RESET_LOOKS; i++) {
      const control = this.readByte(CONTROL_3);
      if (control < 0) return control;
      if ((control & RESETTING) === 0) return 0;
    }
    return FAULT.timeout;
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

/** AN5473: 6667 Hz · (1 + 0.0015 · fine) / 8, to the nearest; `fine` -128..127. */
function rateHzOf(fine: number): number {
  return Math.floor((6667 * (10_000 + 15 * fine) + 40_000) / 80_000);
}

/** From 32768ths of 32 g, rounded half up: 125/128 of a step, 0.976 milli-g in the data sheet. */
function milliGOf(word: number): number {
  return (((word << 16) >> 16) * 125 + 64) >> 7;
}

/** An uncompressed sample of the accelerometer, with an even number of ones in its tag. */
function isAcceleration(tag: number): boolean {
  if (tag >> TAG_SHIFT !== TAG_ACCELERATION) return false;
  let ones = tag ^ (tag >> 4);
  ones ^= ones >> 2;
  return ((ones ^ (ones >> 1)) & 1) === 0;
}

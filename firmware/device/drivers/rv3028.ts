/**
 * Micro Crystal RV-3028-C7 (its application manual): a real-time clock that draws 45 nA from its
 * own cell. Of its two clocks the 32-bit counter of seconds is used: no calendar, no BCD. Two
 * bytes of its user memory keep the day on which it was set, so that the uncertainty is known
 * after a loss of power too. The SDK's driver needs the old `pins/i2c` and does not switch the
 * part over to its cell, which as delivered it never is.
 */
import { getI32, getU16, putI32, putU16 } from '../../core/bytes.js';
import { FAULT } from '../../core/faults.js';
import { WALL_EPOCH_UNIX_S } from '../../core/units.js';
import type { I2cDevice } from './i2c-device.js';

// Register overview.
const STATUS = 0x0e;
const CONTROL_1 = 0x0f;
const UNIX_TIME = 0x1b; // four bytes, the user memory behind them
const BACKUP = 0x37;

const POWER_ON_RESET = 0x01; // STATUS.PORF: the time was lost
const NO_REFRESH = 0x08; // CONTROL_1.EERD: registers are not loaded anew from EEPROM every day
/** BACKUP.BSM 11 (over to the cell when the supply is below 2.0 V), FEDE, which is always 1. */
const LEVEL_SWITCHING = 0x1c;
const TIME_AND_DAY_BYTES = 6;
const DAY_AT = 4;
const S_PER_DAY = 86_400;
const ATTEMPTS = 3;

export class Rv3028 {
  /** -0.035 ppm/K² about 25 °C: 72 at -20 °C, 22 at +50 °C; ±1 ppm at 25 °C. */
  readonly driftPpm = 73;
  /** As read by `load`. */
  wallS = 0;
  /** Days since 2020-01-01 of the day on which the clock was set, as read by `load`. */
  setDay = 0;
  private readonly device: I2cDevice;
  private readonly pointer = new Uint8Array(1);
  private readonly byte = new Uint8Array(1);
  private readonly now = new Uint8Array(TIME_AND_DAY_BYTES);
  private readonly again = new Uint8Array(TIME_AND_DAY_BYTES);
  private readonly setByte = new Uint8Array(2);
  private readonly setTime = new Uint8Array(1 + TIME_AND_DAY_BYTES);

  constructor(device: I2cDevice) {
    this.device = device;
  }

  /** 1 with the time in `wallS`, 0 when the part has lost it or was never set, or busError. */
  load(): number {
    const status = this.readByte(STATUS);
    if (status < 0) return status;
    const result = this.readTime();
    if (result < 0) return result;
    this.wallS = (getI32(this.now, 0) - WALL_EPOCH_UNIX_S) | 0;
    this.setDay = getU16(this.now, DAY_AT);
    return (status & POWER_ON_RESET) === 0 && this.wallS >= 0 ? 1 : 0;
  }

  /** Sets the clock and makes it keep its time without the supply: 0 or busError. */
  store(wallS: number): number {
    const { setTime } = this;
    setTime[0] = UNIX_TIME;
    putI32(setTime, 1, (wallS + WALL_EPOCH_UNIX_S) | 0);
    putU16(setTime, 1 + DAY_AT, Math.floor(wallS / S_PER_DAY));
    const result = this.device.write(setTime);
    if (result < 0) return result;
    const kept = this.useCell();
    if (kept < 0) return kept;
    // Last, so that a time that was not written whole is not believed.
    return this.writeByte(STATUS, 0);
  }

  /** Switches over to the cell from now on; the calibration's last bit in the byte stays. */
  private useCell(): number {
    const control = this.readByte(CONTROL_1);
    if (control < 0) return control;
    const held = this.writeByte(CONTROL_1, control | NO_REFRESH);
    if (held < 0) return held;
    const backup = this.readByte(BACKUP);
    return backup < 0 ? backup : this.writeByte(BACKUP, backup | LEVEL_SWITCHING);
  }

  /** The counter goes on while it is read: two readings must agree. */
  private readTime(): number {
    const { pointer, now, again } = this;
    pointer[0] = UNIX_TIME;
    for (let i = 0; i < ATTEMPTS; i++) {
      const first = this.device.exchange(pointer, now);
      if (first < 0) return first;
      const second = this.device.exchange(pointer, again);
      if (second < 0) return second;
      if (getI32(now, 0) === getI32(again, 0)) return 0;
    }
    return FAULT.busError;
  }

  private readByte(register: number): number {
    this.pointer[0] = register;
    const result = this.device.exchange(this.pointer, this.byte);
    return result < 0 ? result : this.byte[0]!;
  }

  private writeByte(register: number, value: number): number {
    this.setByte[0] = register;
    this.setByte[1] = value;
    return this.device.write(this.setByte);
  }
}

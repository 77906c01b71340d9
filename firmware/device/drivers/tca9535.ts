/**
 * Texas Instruments TCA9535 (NXP PCA9535), data sheet SCPS201: 16 pins on I2C, here either 16
 * switches to ground or 16 lamps that it sinks. It has no pull-ups inside, so a closed switch
 * costs what its own resistor lets through. The SDK has a driver for the MCP23017 only, and that
 * one writes the pull-ups to the register of something else; besides, that part's pins 7 and 15
 * must not be inputs. Nothing is kept here that a part could forget: it may lose its power at any
 * time.
 */
import type { I2cDevice } from './i2c-device.js';

// Command byte; each is followed by the register of the upper eight pins.
const INPUT = 0x00;
const OUTPUT = 0x02; // all ones after power-on
const DIRECTION = 0x06; // all ones, which are inputs, after power-on
const ALL = 0xffff;

/** 16 switches to ground; the interrupt line says when one has changed, until they are read. */
export class SwitchBank {
  private readonly device: I2cDevice;
  private readonly pointer = new Uint8Array(1);
  private readonly pair = new Uint8Array(2);

  constructor(device: I2cDevice) {
    this.device = device;
    this.pointer[0] = INPUT;
  }

  /** Bit p set while the switch at pin p is closed; or busError. */
  read(): number {
    const result = this.device.exchange(this.pointer, this.pair);
    return result < 0 ? result : ~(this.pair[0]! | (this.pair[1]! << 8)) & ALL;
  }
}

/** 16 lamps between the supply and a pin; a part that was not written to is dark. */
export class LampBank {
  private readonly device: I2cDevice;
  private readonly command = new Uint8Array(3);

  constructor(device: I2cDevice) {
    this.device = device;
  }

  /** Lights the lamps of `mask` and darkens all others: 0 or busError. */
  light(mask: number): number {
    // Levels first: pins that become outputs then have theirs at once.
    const levels = this.write(OUTPUT, ~mask & ALL);
    return levels < 0 ? levels : this.write(DIRECTION, 0);
  }

  private write(register: number, pair: number): number {
    const { command } = this;
    command[0] = register;
    command[1] = pair & 0xff;
    command[2] = pair >> 8;
    return this.device.write(command);
  }
}

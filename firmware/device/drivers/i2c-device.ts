/**
 * One part on an I2C bus, through the SDK's `embedded:io/i2c`. That class throws one and the same
 * Error for whatever goes wrong on the wire and waits 400 ms for a clock that is held low (SDK
 * 8.2.3, modules/io/i2c/esp32/_i2c.c); here a transfer answers 0 or `busError`, after 20 ms at
 * most. It takes the whole length of the buffer it is given, so a driver has one for each length.
 * A second object for the same address is refused by the SDK: one part, one object.
 */
import { FAULT } from '../../core/faults.js';

export interface I2cOptions {
  readonly data: number;
  readonly clock: number;
  readonly hz: number;
  /** 7 bits. */
  readonly address: number;
  /** Milliseconds that one transfer may take. */
  readonly timeout: number;
}

/** An object of the SDK's class, as it is on the ESP32. */
export interface I2cIo {
  read(into: Uint8Array): unknown;
  write(bytes: Uint8Array): unknown;
  /** With a repeated start between the two. */
  writeRead(bytes: Uint8Array, into: Uint8Array): unknown;
  close(): void;
}

export type I2cClass = new (options: I2cOptions) => I2cIo;

/** Two wires and the class that drives them. */
export interface I2cBus {
  readonly io: I2cClass;
  readonly data: number;
  readonly clock: number;
  /** LONG_LEADS_HZ unless told. */
  readonly hz?: number;
}

/** Long leads inside the box: standard mode (NXP UM10204). */
const LONG_LEADS_HZ = 100_000;
/** The longest transfers take 0.8 ms at 100 kHz (7 bytes), and 5.2 ms at 400 kHz (227 bytes). */
const TIMEOUT_MS = 20;

export class I2cDevice {
  private readonly io: I2cIo;

  /** Throws when the pins cannot be a bus or the address is taken; asks nothing of the part. */
  constructor(bus: I2cBus, address: number) {
    const { data, clock, hz = LONG_LEADS_HZ } = bus;
    this.io = new bus.io({ data, clock, hz, address, timeout: TIMEOUT_MS });
  }

  /** Writes all of `bytes`: 0 or busError. */
  write(bytes: Uint8Array): number {
    try {
      this.io.write(bytes);
      return 0;
    } catch {
      return FAULT.busError;
    }
  }

  /** Fills all of `into`: 0 or busError. */
  read(into: Uint8Array): number {
    try {
      this.io.read(into);
      return 0;
    } catch {
      return FAULT.busError;
    }
  }

  /** Writes all of `bytes`, then fills all of `into`: 0 or busError. */
  exchange(bytes: Uint8Array, into: Uint8Array): number {
    try {
      this.io.writeRead(bytes, into);
      return 0;
    } catch {
      return FAULT.busError;
    }
  }
}

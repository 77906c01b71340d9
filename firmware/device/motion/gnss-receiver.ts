/**
 * A receiver of satellites that speaks NMEA 0183 at 9600 baud (u-blox MAX-M10S: 10 mA while it
 * searches, its ephemeris kept by 30 µA at V_BCKP), behind a switch in its supply. It is off but
 * for a search, and so is the UART, through `embedded:io/serial`: an unpowered receiver pulls the
 * line low. The SDK's driver has no ring, only the 128 bytes of the hardware, 133 ms here: what a
 * flash erase loses costs a sentence its checksum, and a second.
 */
import { FAULT } from '../../core/faults.js';
import type { SerialIo, SerialOptions } from '../drivers/dock-contact.js';
import { Nmea } from './nmea.js';

export interface ClosableSerialIo extends SerialIo {
  close(): void;
}

/** The SDK's class, as it is on the ESP32. */
export type ClosableSerialClass = new (options: SerialOptions) => ClosableSerialIo;

/** The supply's switch: a pin that is an output, high while it is on. */
export interface PowerSwitch {
  write(level: number): void;
}

/** The SDK's `embedded:io/digital`, for a pin that is an output. */
export interface OutputClass {
  new (options: {
    readonly pin: number;
    readonly mode: number;
    readonly initialValue: number;
  }): PowerSwitch;
  readonly Output: number;
}

export interface GnssWiring {
  readonly receive: number;
  /** The number of a UART that is neither the console's nor the dock's. */
  readonly port: number;
}

const BAUD = 9600;

export class GnssReceiver {
  readonly nmea = new Nmea();
  private readonly io: ClosableSerialClass;
  private readonly power: PowerSwitch;
  private readonly options: SerialOptions;
  private readonly onFix: () => void;
  private serial: ClosableSerialIo | undefined;

  /** `onFix` is called for every fix, now in `nmea`, from no method of this class. */
  constructor(io: ClosableSerialClass, wiring: GnssWiring, power: PowerSwitch, onFix: () => void) {
    this.io = io;
    this.power = power;
    this.onFix = onFix;
    const { receive, port } = wiring;
    const onReadable = () => this.drain();
    this.options = { receive, port, baud: BAUD, format: 'number', onReadable };
    power.write(0);
  }

  /** Powers the receiver and listens: 0, or busError when the UART is not to be had. */
  switchOn(): number {
    this.nmea.restart();
    try {
      this.serial = new this.io(this.options);
    } catch {
      return FAULT.busError;
    }
    // Closing leaves in the hardware what came last, and what an unpowered line looks like since.
    while (this.serial.read() !== undefined);
    this.power.write(1);
    return 0;
  }

  switchOff(): void {
    this.power.write(0);
    this.serial?.close();
    this.serial = undefined;
  }

  private drain(): void {
    const { serial, nmea } = this;
    if (serial === undefined) return;
    for (let byte = serial.read(); byte !== undefined; byte = serial.read()) {
      if (nmea.take(byte) === 1) this.onFix();
    }
  }
}

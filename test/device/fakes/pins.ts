/**
 * The SDK's `embedded:io/digital`, `analog` and `serial` on the ESP32, as SDK 8.2.3 has them. What
 * they call back arrives as a message, between the turns of the program and never inside a call:
 * `deliver` is that moment.
 */
import type { AnalogClass } from '../../../firmware/device/drivers/battery-sense.js';
import type { SerialOptions } from '../../../firmware/device/drivers/dock-contact.js';
import type { DigitalClass, DigitalOptions } from '../../../firmware/device/drivers/lines.js';
import type {
  ClosableSerialClass,
  OutputClass,
} from '../../../firmware/device/motion/gnss-receiver.js';

/** modules/io/digital: pins that something pulls low, or that pull-ups hold high. */
export class FakeDigital {
  readonly io: DigitalClass = digitalOn(this);
  readonly output: OutputClass = outputOn(this);
  /** Levels of the pins that are outputs. */
  readonly levels = new Map<number, number>();
  readonly opened: DigitalOptions[] = [];
  readonly low = new Set<number>();
  /** The message queue is full: an edge is noted, and its message is lost. */
  isQueueFull = false;
  private readonly triggered = new Set<number>();
  private messages: DigitalOptions[] = [];

  /** Pulls a pin low, or lets go of it. */
  pull(pin: number, isLow: boolean): void {
    if (this.low.has(pin) === isLow) return;
    if (isLow) this.low.add(pin);
    else this.low.delete(pin);
    const options = this.opened.find((other) => other.pin === pin);
    if (options !== undefined && (options.edge & (isLow ? 2 : 1)) === 0) return;
    // esp32/digitalbank.c: no second message while the flag stands, which its delivery takes down.
    if (options === undefined || this.triggered.has(pin)) return;
    this.triggered.add(pin);
    if (!this.isQueueFull) this.messages.push(options);
  }

  deliver(): void {
    const { messages } = this;
    this.messages = [];
    for (const { pin, onReadable } of messages) {
      this.triggered.delete(pin);
      onReadable();
    }
  }
}

function digitalOn(fake: FakeDigital): DigitalClass {
  return class {
    static readonly Input = 0;
    static readonly Rising = 1;
    static readonly Falling = 2;
    private readonly pin: number;

    constructor(options: DigitalOptions) {
      if (fake.opened.some(({ pin }) => pin === options.pin)) throw new Error('in use');
      if (options.edge === 0) throw new RangeError('invalid edges');
      fake.opened.push(options);
      this.pin = options.pin;
    }

    read(): number {
      return fake.low.has(this.pin) ? 0 : 1;
    }
  };
}

function outputOn(fake: FakeDigital): OutputClass {
  return class {
    static readonly Output = 8;
    private readonly pin: number;

    constructor({ pin, mode, initialValue }: ConstructorParameters<OutputClass>[0]) {
      if (mode !== 8) throw new RangeError('invalid mode');
      if (fake.levels.has(pin)) throw new Error('in use');
      this.pin = pin;
      this.write(initialValue);
    }

    write(level: number): void {
      fake.levels.set(this.pin, level);
    }
  };
}

/** modules/io/analog: millivolts scaled to 4095 at 2450, rounded down and cut off there. */
export class FakeAnalog {
  readonly io: AnalogClass = analogOn(this);
  /** At the pin; taken in turn, the last one stays. */
  milliV: number[] = [1500];
  /** How many conversions fail from now on. */
  failures = 0;
  openCount = 0;
  openings = 0;
}

function analogOn(fake: FakeAnalog): AnalogClass {
  return class {
    readonly resolution = 12;

    constructor(options: { readonly pin: number }) {
      if (options.pin < 1 || options.pin > 10) throw new RangeError('not analog pin'); // ADC1, S3
      fake.openCount += 1;
      fake.openings += 1;
    }

    read(): number | undefined {
      if (fake.failures > 0) {
        fake.failures -= 1;
        return undefined;
      }
      const milliV = fake.milliV.length > 1 ? fake.milliV.shift()! : fake.milliV[0]!;
      return Math.min(4095, Math.trunc((milliV * 4095) / 2450));
    }

    close(): void {
      fake.openCount -= 1;
    }
  };
}

/**
 * modules/io/serial: a FIFO of 128 bytes, which takes and keeps them whether it is open or not;
 * port 0 is the console's.
 */
export class FakeSerial {
  readonly io: ClosableSerialClass = serialOn(this);
  /** Every opening, the last one still in use if `isOpen`. */
  readonly opened: SerialOptions[] = [];
  readonly fifo: number[] = [];
  isOpen = false;

  /** Bytes arrive; what finds the FIFO full is lost. */
  receive(bytes: Iterable<number>): void {
    for (const byte of bytes) if (this.fifo.length < 128) this.fifo.push(byte);
  }

  /** The message that there are bytes; none while there are not. */
  deliver(): void {
    if (this.isOpen && this.fifo.length > 0) this.opened.at(-1)!.onReadable();
  }
}

function serialOn(fake: FakeSerial): ClosableSerialClass {
  return class {
    private isClosed = false;

    constructor(options: SerialOptions) {
      if (fake.isOpen || (options.port ?? 0) === 0) throw new RangeError('port in use');
      if (options.format !== 'number') throw new RangeError('invalid format');
      fake.opened.push(options);
      fake.isOpen = true;
    }

    read(): number | undefined {
      if (this.isClosed) throw new TypeError('no host data');
      return fake.fifo.shift();
    }

    close(): void {
      this.isClosed = true;
      fake.isOpen = false;
    }
  };
}

/**
 * The SDK's `embedded:io/i2c` on the ESP32 (8.2.3, modules/io/i2c/esp32/_i2c.c) with parts on its
 * bus: options it insists on, one object an address, one and the same Error for whatever goes wrong
 * on the wire, buffers of bytes that it fills whole.
 */
import type { I2cBus, I2cOptions } from '../../../firmware/device/drivers/i2c-device.js';

/** No acknowledge. */
export class Nack extends Error {
  override readonly name = 'Nack';
}

/** A part: it throws a Nack when it does not acknowledge. */
export interface Part {
  write(bytes: readonly number[]): void;
  read(count: number): readonly number[];
}

export class FakeI2c {
  readonly parts = new Map<number, Part>();
  /** Every transfer that reached the wire, as `address: bytes written > count read`. */
  readonly transfers: string[] = [];
  readonly opened: I2cOptions[] = [];
  /** Something holds the clock low: nobody answers. */
  isHeld = false;
  /** Told how many bytes a transfer has taken, its address not counted. */
  onBytes: (count: number) => void = () => undefined;
  readonly bus: I2cBus;

  constructor() {
    this.bus = { io: classOn(this), data: 8, clock: 9 };
  }

  transfer(address: number, bytes: readonly number[], count: number): readonly number[] {
    const part = this.parts.get(address);
    this.transfers.push(`${address.toString(16)}: ${bytes.join(' ')} > ${count}`);
    if (this.isHeld || part === undefined) throw new Nack();
    if (bytes.length > 0) part.write(bytes);
    const answer = count > 0 ? part.read(count) : [];
    this.onBytes(bytes.length + count);
    return answer;
  }
}

function classOn(fake: FakeI2c): I2cBus['io'] {
  return class {
    private readonly address: number;
    private isClosed = false;

    constructor(options: I2cOptions) {
      const { data, clock, address, hz, timeout } = options;
      if (data === undefined) throw new RangeError('data required');
      if (clock === undefined) throw new RangeError('clock required');
      if (address === undefined) throw new RangeError('address required');
      if (address < 0 || address > 127) throw new RangeError('invalid address');
      if (fake.opened.some((other) => other.address === address)) {
        throw new RangeError('duplicate address');
      }
      if (!(hz > 0) || hz > 20_000_000) throw new RangeError('invalid hz');
      if (timeout < -1) throw new RangeError('invalid timeout');
      fake.opened.push(options);
      this.address = address;
    }

    read(into: Uint8Array): number {
      return this.run('read failed', [], into);
    }

    write(bytes: Uint8Array): undefined {
      this.run('write failed', [...bytesOf(bytes)], new Uint8Array(0));
    }

    writeRead(bytes: Uint8Array, into: Uint8Array): number {
      return this.run('writeRead failed', [...bytesOf(bytes)], into);
    }

    close(): void {
      this.isClosed = true;
    }

    private run(message: string, bytes: readonly number[], into: Uint8Array): number {
      if (this.isClosed) throw new TypeError('no host data');
      let answer: readonly number[];
      try {
        answer = fake.transfer(this.address, bytes, bytesOf(into).length);
      } catch (error) {
        if (error instanceof Nack) throw new Error(message, { cause: error });
        throw error;
      }
      into.set(answer);
      return into.length;
    }
  };
}

/** The SDK takes buffers of bytes and nothing else. */
function bytesOf(buffer: unknown): Uint8Array {
  if (!(buffer instanceof Uint8Array)) throw new TypeError('invalid buffer');
  return buffer;
}

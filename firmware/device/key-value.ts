/**
 * The key-value port, on the NVS of the ESP32 through the SDK's `embedded:storage/key-value`. NVS
 * knows keys of up to 15 characters; the SDK hands a longer one on and then throws a TypeError
 * about its type. Keys are numbers here and their names stand in a table. A put is committed when
 * the poll that does it returns; it takes some milliseconds, with an erase up to 400.
 */
import { FAULT } from '../core/faults.js';
import type { KeyValuePort } from '../core/ports.js';

export interface KeyValueIo {
  /** The length, `undefined` without such a key; RangeError when it does not fit. */
  read(key: string, into: Uint8Array): number | undefined;
  /** Takes the whole buffer, and commits. */
  write(key: string, bytes: Uint8Array): void;
}

/** The SDK's module, as it is on the ESP32; `path` is the name space. */
export interface KeyValueStorage {
  open(options: {
    readonly path: string;
    readonly mode: 'r+';
    readonly format: 'buffer';
  }): KeyValueIo;
}

const NAME_SPACE = 'plasmavakt';
/** Name of each KEY of ports.ts, by its number. */
const NAMES = Object.freeze(['', 'rootPublicKey', 'certificate', 'loggerGiai', 'containerGrai']);
const NO_KEY = 0;

export class KeyValue implements KeyValuePort {
  private readonly io: KeyValueIo;
  private key = NO_KEY;
  private bytes: Uint8Array | undefined;

  constructor(storage: KeyValueStorage) {
    this.io = storage.open({ path: NAME_SPACE, mode: 'r+', format: 'buffer' });
  }

  startGet(key: number): number {
    const result = this.begin(key);
    if (result === 0) this.bytes = undefined;
    return result;
  }

  startPut(key: number, bytes: Uint8Array, length: number): number {
    if (length < 0 || length > bytes.length) return FAULT.overflow;
    const result = this.begin(key);
    // The SDK takes whole buffers. Provisioning puts, and nothing else: this may allocate.
    if (result === 0) this.bytes = bytes.slice(0, length);
    return result;
  }

  poll(into: Uint8Array): number {
    const { key, bytes } = this;
    if (key === NO_KEY) return FAULT.absent;
    this.key = NO_KEY;
    this.bytes = undefined;
    const name = NAMES[key]!;
    try {
      if (bytes === undefined) return this.io.read(name, into) ?? FAULT.absent;
      this.io.write(name, bytes);
      return 1;
    } catch (error) {
      return bytes === undefined && error instanceof RangeError
        ? FAULT.overflow
        : FAULT.flashFailed;
    }
  }

  private begin(key: number): number {
    if (this.key !== NO_KEY) return FAULT.busy;
    if (key <= NO_KEY || key >= NAMES.length) return FAULT.absent;
    this.key = key;
    return 0;
  }
}

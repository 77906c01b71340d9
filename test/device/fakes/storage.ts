/**
 * The SDK's `embedded:storage/flash` and `embedded:storage/key-value` on the ESP32 (8.2.3,
 * modules/io/flash/esp32, modules/io/storage/esp32), on a NOR flash and an NVS in memory.
 */
import type { FlashStorage } from '../../../firmware/device/drivers/flash-partition.js';
import type { KeyValueStorage } from '../../../firmware/device/key-value.js';

const SECTOR_BYTES = 4096;

export class FakeFlash {
  readonly storage: FlashStorage;
  readonly cells: Uint8Array;
  /** Every command that changed it: kind, address, length. */
  readonly commands: string[] = [];
  /** The next operation fails, as esp_partition_… can. */
  isFailing = false;
  /** Cells that are worn out: they stay as they are, and the part does not say so. */
  readonly worn = new Set<number>();

  constructor(label: string, sectorCount: number) {
    this.cells = new Uint8Array(sectorCount * SECTOR_BYTES).fill(0xff);
    this.storage = {
      open: ({ path, mode }) => {
        if (path !== label) throw new Error("can't find partition");
        if (mode !== 'r+') throw new Error('invalid mode');
        return {
          read: (into, at) => {
            this.expect('read failed', into, at);
            into.set(this.cells.subarray(at, at + into.length));
            return into.length;
          },
          write: (bytes, at) => this.write(bytes, at),
          eraseBlock: (start, end) => this.erase(start, end),
          status: () => ({ size: this.cells.length, blockLength: SECTOR_BYTES }),
        };
      },
    };
  }

  private write(bytes: Uint8Array, at: number): void {
    this.expect('write failed', bytes, at);
    this.commands.push(`write ${at} ${bytes.length}`);
    bytes.forEach((byte, i) => {
      if (!this.worn.has(at + i)) this.cells[at + i] = this.cells[at + i]! & byte;
    });
  }

  private erase(start: number, end: number): void {
    const [from, to] = [start * SECTOR_BYTES, end * SECTOR_BYTES];
    if (this.isFailing || from < 0 || to > this.cells.length || to <= from) {
      throw new Error('erase failed');
    }
    this.commands.push(`erase ${from} ${to - from}`);
    for (let at = from; at < to; at++) if (!this.worn.has(at)) this.cells[at] = 0xff;
  }

  private expect(message: string, buffer: Uint8Array, at: number): void {
    if (!(buffer instanceof Uint8Array)) throw new TypeError('invalid buffer');
    if (this.isFailing || at < 0 || at + buffer.length > this.cells.length) {
      throw new Error(message);
    }
  }
}

export class FakeNvs {
  readonly storage: KeyValueStorage;
  readonly entries = new Map<string, Uint8Array>();
  isFailing = false;

  constructor() {
    this.storage = {
      open: ({ path, mode, format }) => {
        if (path.length === 0 || path.length > 15) throw new Error('ESP_ERR_NVS_INVALID_NAME');
        if (mode !== 'r+' || format !== 'buffer') throw new Error('unexpected options');
        return {
          read: (key, into) => {
            // nvs_find_key fails with another error than "not found", which nobody looks at.
            if (this.isFailing || key.length > 15) throw new TypeError('mismatch');
            const found = this.entries.get(key);
            if (found === undefined) return undefined;
            if (into.length < found.length) throw new RangeError('buffer too small');
            into.set(found);
            return found.length;
          },
          write: (key, bytes) => {
            if (key.length > 15) throw new Error('ESP_ERR_NVS_KEY_TOO_LONG');
            if (this.isFailing) throw new Error('ESP_ERR_NVS_NOT_ENOUGH_SPACE');
            this.entries.set(key, bytes.slice());
          },
        };
      },
    };
  }
}

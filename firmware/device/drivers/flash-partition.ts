/**
 * One data partition of the flash, through the SDK's `embedded:storage/flash`. That class reads
 * and writes whole buffers and throws one Error for every failure. A buffer for each length would
 * cost 20 kB, so lengths are rounded up to powers of two: more is read than was asked for, and
 * what is programmed besides are ones, which a NOR flash takes for nothing. (So the build must not
 * verify writes itself: CONFIG_SPI_FLASH_VERIFY_WRITE would compare those ones too.)
 *
 * A NOR part does not say that a cell is worn out. So everything that is programmed or erased is
 * read back here.
 */
import { copy, equal } from '../../core/bytes.js';
import { FAULT } from '../../core/faults.js';

export interface FlashIo {
  /** Fills the whole buffer. */
  read(into: Uint8Array, byteOffset: number): unknown;
  write(bytes: Uint8Array, byteOffset: number): void;
  /** Blocks `start` to `end - 1`; returns when it is done. */
  eraseBlock(start: number, end: number): void;
  /** Of writeAlign and eraseValue, which the standard has, the ESP32's says nothing. */
  status(): { readonly size: number; readonly blockLength: number };
}

/** The SDK's module, as it is on the ESP32; `path` is the partition's label. */
export interface FlashStorage {
  open(options: { readonly path: string; readonly mode: 'r+' }): FlashIo;
}

export const PAGE_BYTES = 256;
const LENGTH_MIN = 4;
const ERASED = 0xff;
const ERASED_WORD = -1;

/** The buffers that all partitions share; one transfer at a time uses them. */
export class PageBuffers {
  readonly words = new Int32Array(PAGE_BYTES / 4);
  private readonly ofLength: Uint8Array[] = [];

  constructor() {
    for (let length = LENGTH_MIN; length <= PAGE_BYTES; length *= 2) {
      this.ofLength.push(new Uint8Array(this.words.buffer, 0, length));
    }
  }

  /** The shortest that holds `length` bytes, 1..256; all begin at the same byte. */
  atLeast(length: number): Uint8Array {
    let index = 0;
    while (LENGTH_MIN << index < length) index++;
    return this.ofLength[index]!;
  }
}

export class FlashPartition {
  readonly sizeBytes: number;
  readonly blockBytes: number;
  private readonly io: FlashIo;
  private readonly buffers: PageBuffers;

  /** Throws when the flash has no data partition of this label. */
  constructor(storage: FlashStorage, label: string, buffers: PageBuffers) {
    this.io = storage.open({ path: label, mode: 'r+' });
    const { size, blockLength } = this.io.status();
    this.sizeBytes = size;
    this.blockBytes = blockLength;
    this.buffers = buffers;
  }

  /** Reads `length` bytes to the start of `into`: 0 or flashFailed. */
  read(address: number, into: Uint8Array, length: number): number {
    try {
      if (length === into.length) {
        if (length > 0) this.io.read(into, address);
        return 0;
      }
      for (let done = 0; done < length;) {
        const at = address + done;
        const room = PAGE_BYTES - (at % PAGE_BYTES);
        const part = length - done < room ? length - done : room;
        const buffer = this.buffers.atLeast(part);
        const start = startOf(at, buffer.length);
        this.io.read(buffer, start);
        copy(buffer, at - start, into, done, part);
        done += part;
      }
      return 0;
    } catch {
      return FAULT.flashFailed;
    }
  }

  /** Programs within one page and reads it back: 0 or flashFailed. */
  program(address: number, bytes: Uint8Array, from: number, length: number): number {
    const buffer = this.buffers.atLeast(length);
    const start = startOf(address, buffer.length);
    buffer.fill(ERASED);
    copy(bytes, from, buffer, address - start, length);
    try {
      this.io.write(buffer, start);
      this.io.read(buffer, start);
    } catch {
      return FAULT.flashFailed;
    }
    return equal(buffer, address - start, bytes, from, length) ? 0 : FAULT.flashFailed;
  }

  /** Erases one block, which takes 45 to 400 ms, and reads it back: 0 or flashFailed. */
  erase(block: number): number {
    const { io, blockBytes, buffers } = this;
    const page = buffers.atLeast(PAGE_BYTES);
    const { words } = buffers;
    try {
      io.eraseBlock(block, block + 1);
      for (let at = 0; at < blockBytes; at += PAGE_BYTES) {
        io.read(page, block * blockBytes + at);
        for (let i = 0; i < words.length; i++) {
          if (words[i] !== ERASED_WORD) return FAULT.flashFailed;
        }
      }
      return 0;
    } catch {
      return FAULT.flashFailed;
    }
  }
}

/** Where a buffer begins that holds `address` and leaves its page at neither end. */
function startOf(address: number, bufferBytes: number): number {
  const last = address - (address % PAGE_BYTES) + PAGE_BYTES - bufferBytes;
  return address < last ? address : last;
}

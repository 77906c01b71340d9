/**
 * Flash in RAM with the shape of the SDK's storage module, for boards without partitions (the SDK's
 * `lin`): writes clear bits, an erase sets them, and nothing outlives a restart.
 */
import type { FlashIo, FlashStorage } from './flash-partition.js';

const BLOCK_BYTES = 4096;

export class MemoryFlash implements FlashStorage {
  private readonly blockCount: number;

  /** Every partition that is opened has so many blocks of its own. */
  constructor(blockCount: number) {
    this.blockCount = blockCount;
  }

  open(): FlashIo {
    return new MemoryPartition(this.blockCount);
  }
}

class MemoryPartition implements FlashIo {
  private readonly cells: Uint8Array;

  constructor(blockCount: number) {
    this.cells = new Uint8Array(blockCount * BLOCK_BYTES).fill(0xff);
  }

  read(into: Uint8Array, byteOffset: number): void {
    const { cells } = this;
    for (let i = 0; i < into.length; i++) into[i] = cells[byteOffset + i]!;
  }

  write(bytes: Uint8Array, byteOffset: number): void {
    const { cells } = this;
    for (let i = 0; i < bytes.length; i++) {
      cells[byteOffset + i] = cells[byteOffset + i]! & bytes[i]!;
    }
  }

  eraseBlock(start: number, end: number): void {
    this.cells.fill(0xff, start * BLOCK_BYTES, end * BLOCK_BYTES);
  }

  status(): { readonly size: number; readonly blockLength: number } {
    return { size: this.cells.length, blockLength: BLOCK_BYTES };
  }
}

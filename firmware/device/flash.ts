/**
 * The flash port of one partition: the journal's or the catalogue's. Bounds, pages and sectors
 * that are being erased are the caller's to respect; a breach is a programmer error and throws. An
 * erase is a job only in name: the ESP32 runs from the same flash, so that nothing can run while a
 * sector is erased, whoever asks for it. It happens in the first poll, when the step that asked
 * has ended.
 */
import { assert, FAULT } from '../core/faults.js';
import { SECTOR_BYTES } from '../core/limits.js';
import type { FlashPort } from '../core/ports.js';
import { type FlashPartition, PAGE_BYTES } from './drivers/flash-partition.js';

const NO_SECTOR = -1;

export class Flash implements FlashPort {
  private readonly partition: FlashPartition;
  private erasing = NO_SECTOR;

  constructor(partition: FlashPartition) {
    assert(partition.blockBytes === SECTOR_BYTES, 201);
    assert(partition.sizeBytes > 0 && partition.sizeBytes % SECTOR_BYTES === 0, 202);
    this.partition = partition;
  }

  size(): number {
    return this.partition.sizeBytes;
  }

  read(address: number, into: Uint8Array, length: number): number {
    this.expectFree(address, length);
    if (length > into.length) return FAULT.overflow;
    const result = this.partition.read(address, into, length);
    return result < 0 ? result : length;
  }

  program(address: number, bytes: Uint8Array, from: number, length: number): number {
    this.expectFree(address, length);
    if (from < 0 || from + length > bytes.length) return FAULT.overflow;
    if (length === 0) return 0;
    assert((address % PAGE_BYTES) + length <= PAGE_BYTES, 203);
    const result = this.partition.program(address, bytes, from, length);
    return result < 0 ? result : length;
  }

  startErase(sector: number): number {
    if (this.erasing !== NO_SECTOR) return FAULT.busy;
    assert(sector >= 0 && sector < this.partition.sizeBytes / SECTOR_BYTES, 204);
    this.erasing = sector;
    return 0;
  }

  pollErase(): number {
    const sector = this.erasing;
    if (sector === NO_SECTOR) return FAULT.absent;
    this.erasing = NO_SECTOR;
    const result = this.partition.erase(sector);
    return result < 0 ? result : 1;
  }

  /** Within the partition, and outside the sector that is being erased. */
  private expectFree(address: number, length: number): void {
    assert(address >= 0 && length >= 0 && address + length <= this.partition.sizeBytes, 205);
    if (this.erasing === NO_SECTOR || length === 0) return;
    const first = Math.floor(address / SECTOR_BYTES);
    const last = Math.floor((address + length - 1) / SECTOR_BYTES);
    assert(this.erasing < first || this.erasing > last, 206);
  }
}

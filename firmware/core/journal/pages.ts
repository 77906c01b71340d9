/**
 * Programming that never crosses a 256-byte page of the flash: one command where the bytes lie in
 * one page, two where they do not.
 */
import { FAULT } from '../faults.js';
import type { FlashPort } from '../ports.js';

export const PAGE_BYTES = 256;

/** Programs `length` bytes of `bytes` from `from` at `address`. 0, or the port's fault. */
export function programPages(
  flash: FlashPort,
  address: number,
  bytes: Uint8Array,
  from: number,
  length: number,
): number {
  let done = 0;
  while (done < length) {
    const room = PAGE_BYTES - ((address + done) & (PAGE_BYTES - 1));
    const part = length - done < room ? length - done : room;
    const result = flash.program(address + done, bytes, from + done, part);
    if (result < 0) return result;
    done += part;
  }
  return 0;
}

/**
 * As `programPages`, and reads back into `check` what was programmed: flashFailed when it is not
 * what it should be. One read where the bytes lie in one page and fit into `check`.
 */
export function programChecked(
  flash: FlashPort,
  address: number,
  bytes: Uint8Array,
  from: number,
  length: number,
  check: Uint8Array,
): number {
  let done = 0;
  let read = 0;
  while (read < length) {
    if (done === read) {
      const room = PAGE_BYTES - ((address + done) & (PAGE_BYTES - 1));
      const part = length - done < room ? length - done : room;
      if (flash.program(address + done, bytes, from + done, part) < 0) return FAULT.flashFailed;
      done += part;
    }
    const part = done - read < check.length ? done - read : check.length;
    if (flash.read(address + read, check, part) < 0) return FAULT.flashFailed;
    for (let i = 0; i < part; i++) {
      if (check[i] !== bytes[from + read + i]) return FAULT.flashFailed;
    }
    read += part;
  }
  return 0;
}

/**
 * Programming that never crosses a 256-byte page of the flash: one command where the bytes lie in
 * one page, two where they do not.
 */
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

/**
 * What a program must not do to NOR flash: cross a page, or set a bit. A real part would wrap to
 * the page's start, or leave the bit at 0; here both are programmer errors and throw.
 */
import type { FlashDefects } from './flash-defects.js';

export const PAGE_BYTES = 256;

/** Bytes that are to be programmed. */
export interface Program {
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly length: number;
}

export function expectOnePage(region: string, address: number, length: number): void {
  if (Math.floor(address / PAGE_BYTES) === Math.floor((address + length - 1) / PAGE_BYTES)) return;
  throw new Error(`${region}: program of ${length} bytes at ${hexOf(address)} crosses a page`);
}

/** Throws where a bit would be set that a sound part has at 0. */
export function expectClearing(
  region: string,
  cells: Uint8Array,
  defects: FlashDefects,
  { address, bytes, from, length }: Program,
): void {
  for (let i = 0; i < length; i++) {
    const old = cells[address + i]!;
    const wanted = bytes[from + i]!;
    const raised = wanted & ~old;
    if (raised === 0 || (raised & ~defects.stuckZerosAt(address + i)) === 0) continue;
    const bits = `${hexOf(old)} to ${hexOf(wanted)}`;
    throw new Error(
      `${region}: program at ${hexOf(address + i)} sets bits (${bits}), expected to clear them`,
    );
  }
}

export function hexOf(value: number): string {
  return `0x${value.toString(16)}`;
}

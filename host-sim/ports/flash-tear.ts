/**
 * Hands on what is left in NOR flash when the power goes in the middle of a program or an erase. A
 * torn program leaves any subset of its bits; a torn erase too; what was not finished may read
 * differently each time. Four models, from kind to cruel; which one a part follows is not known
 * beforehand, so a test tries them all.
 */
import type { Random } from '../world/prng.js';

export const TEARS = ['clean', 'prefix', 'subset', 'unstable'] as const;
/**
 * clean: the operation has not begun. prefix: it is done up to a byte. subset: any of its bits are
 * done. unstable: the same, and the bits that are not done read at random until the next erase.
 */
export type Tear = (typeof TEARS)[number];

/** The bytes of a flash region, with a mask of bits that read at random. */
export interface Cells {
  readonly bytes: Uint8Array;
  /** Same length as `bytes`; undefined while every bit is stable. */
  unstable: Uint8Array | undefined;
}

/** A program of `length` bytes at `address` that is cut off. */
export function tearProgram(
  cells: Cells,
  operation: { address: number; bytes: Uint8Array; from: number; length: number },
  tear: Tear,
  random: Random,
): void {
  const { address, bytes, from, length } = operation;
  const done = tear === 'prefix' ? random.nextBelow(length + 1) : length;
  if (tear === 'clean') return;
  for (let i = 0; i < done; i++) {
    const old = cells.bytes[address + i]!;
    const cleared = old & ~bytes[from + i]!; // bits on their way from 1 to 0
    const finished = tear === 'prefix' ? cleared : cleared & random.nextInt32();
    cells.bytes[address + i] = old & ~finished;
    if (tear === 'unstable') mark(cells, address + i, cleared & ~finished);
  }
}

/** An erase of `length` bytes at `address` that is cut off. */
export function tearErase(
  cells: Cells,
  sector: { address: number; length: number },
  tear: Tear,
  random: Random,
): void {
  const { address, length } = sector;
  const done = tear === 'prefix' ? random.nextBelow(length + 1) : length;
  if (tear === 'clean') return;
  for (let i = 0; i < done; i++) {
    const old = cells.bytes[address + i]!;
    const raised = ~old & 255; // bits on their way from 0 to 1
    const finished = tear === 'prefix' ? raised : raised & random.nextInt32();
    cells.bytes[address + i] = old | finished;
    // A bit that floats is kept as 1, so that it can still be programmed.
    if (tear === 'unstable') {
      const floating = raised & ~finished & random.nextInt32();
      cells.bytes[address + i] = old | finished | floating;
      mark(cells, address + i, floating);
    }
  }
}

function mark(cells: Cells, address: number, mask: number): void {
  if (mask === 0) return;
  cells.unstable ??= new Uint8Array(cells.bytes.length);
  cells.unstable[address]! |= mask;
}

/** After a program: a bit that was programmed to 0 is stable. */
export function settleProgram(cells: Cells, address: number, length: number): void {
  if (cells.unstable === undefined) return;
  for (let i = address; i < address + length; i++) cells.unstable[i]! &= cells.bytes[i]!;
}

/** After an erase: every bit of the sector is stable. */
export function settleErase(cells: Cells, address: number, length: number): void {
  cells.unstable?.fill(0, address, address + length);
}

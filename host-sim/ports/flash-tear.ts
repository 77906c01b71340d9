/**
 * Hands on what is left in NOR flash when the power goes in the middle of a program or an erase.
 * Which model a part follows is not known beforehand, so a test tries them all. Erases have forms
 * of their own: parts were seen to fill a sector with zeros from the end, its header still intact,
 * before the erase proper (Linux "UBI: fix NOR flash recovery", linux-mtd, July 2009).
 */
import type { Random } from '../world/prng.js';

export const TEARS = ['clean', 'prefix', 'subset', 'unstable'] as const;
/**
 * clean: the operation has not begun. prefix: it is done up to a bit of some byte. subset: any of
 * its bits are done. unstable: the same, and bits that are not done read at random until they are
 * programmed or erased.
 */
export type Tear = (typeof TEARS)[number];

export const ERASE_FORMS = [
  'none',
  'erased-front',
  'zeros-front',
  'zeros-back',
  'stale-header',
  'random',
  'unstable',
] as const;
/**
 * none: not begun. erased-front: ones up to a byte. zeros-front, zeros-back: zeros from one end.
 * stale-header: ones but for the first bytes. random: any bits erased, and now and then any zeroed
 * before. unstable: as random, and bits on their way read at random.
 */
export type EraseForm = (typeof ERASE_FORMS)[number];

const FORMS_OF: Readonly<Record<Tear, readonly EraseForm[]>> = {
  clean: ['none'],
  prefix: ['erased-front', 'zeros-front', 'zeros-back', 'stale-header'],
  subset: ['random'],
  unstable: ['unstable'],
};
/** A header and what follows it: the longest stale one ends within a page. */
const STALE_BYTES_MAX = 256;

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
  if (tear === 'clean') return;
  const isPrefix = tear === 'prefix';
  const done = isPrefix ? random.nextBelow(length + 1) : length;
  const density = random.nextBelow(DENSITIES);
  for (let i = 0; i < done; i++) {
    const old = cells.bytes[address + i]!;
    const cleared = old & ~bytes[from + i]!; // bits on their way from 1 to 0
    const finished = isPrefix ? cleared : cleared & someBits(random, density);
    cells.bytes[address + i] = old & ~finished;
    if (tear === 'unstable') mark(cells, address + i, cleared & ~finished);
  }
  if (!isPrefix || done === length) return;
  const partial = cells.bytes[address + done]! & ~bytes[from + done]! & random.nextInt32();
  cells.bytes[address + done]! &= ~partial;
}

/** An erase of `length` bytes at `address` that is cut off: a form of the tear, or that form. */
export function tearErase(
  cells: Cells,
  sector: { address: number; length: number },
  tear: Tear,
  random: Random,
  form?: EraseForm,
): void {
  const { bytes } = cells;
  const start = sector.address;
  const end = start + sector.length;
  const done = 1 + random.nextBelow(sector.length);
  const forms = FORMS_OF[tear];
  const chosen = form ?? forms[random.nextBelow(forms.length)]!;
  switch (chosen) {
    case 'none':
      return;
    case 'erased-front':
      bytes.fill(0xff, start, start + done);
      return;
    case 'zeros-front':
      bytes.fill(0, start, start + done);
      return;
    case 'zeros-back':
      bytes.fill(0, end - done, end);
      return;
    case 'stale-header':
      bytes.fill(0xff, start + 1 + random.nextBelow(STALE_BYTES_MAX), end);
      return;
    case 'random':
    case 'unstable':
      scatter(cells, start, end, chosen === 'unstable', random);
  }
}

/** Any bits are erased already; in one case of four, any others were zeroed before. */
function scatter(
  cells: Cells,
  start: number,
  end: number,
  isFloating: boolean,
  random: Random,
): void {
  const { bytes } = cells;
  const density = random.nextBelow(DENSITIES);
  const isZeroedBefore = random.nextBelow(4) === 0;
  for (let at = start; at < end; at++) {
    const old = isZeroedBefore ? bytes[at]! & random.nextInt32() : bytes[at]!;
    const raised = ~old & 255; // bits on their way from 0 to 1
    const finished = raised & someBits(random, density);
    // A bit that floats is kept as 1, so that it can still be programmed.
    const floating = isFloating ? raised & ~finished & random.nextInt32() : 0;
    bytes[at] = old | finished | floating;
    mark(cells, at, floating);
  }
}

/** How far an operation was: half, three quarters, a quarter, or all but one bit in 256. */
const DENSITIES = 4;

/** Each bit set with the probability that belongs to the density. */
function someBits(random: Random, density: number): number {
  const bits = random.nextInt32();
  if (density === 0) return bits;
  if (density === 1) return bits | (bits >> 8);
  if (density === 2) return bits & (bits >> 8);
  const half = bits | (bits >> 8) | (bits >> 16) | (bits >> 24);
  const more = random.nextInt32();
  return half | more | (more >> 8) | (more >> 16) | (more >> 24);
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

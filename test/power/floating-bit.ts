/**
 * One marginal bit in a simulated flash: a program was cut when this bit was half cleared, so that
 * it reads as 0 or 1 by a given pattern until it is programmed again. All other bits are done: it
 * is the case in which a torn record or header may be whole at one boot and not at the next.
 */
import type { NorFlash } from '../../host-sim/ports/flash.js';

export interface FloatingBit {
  readonly address: number;
  /** The one bit set that floats. */
  readonly mask: number;
  /** Bit i of it is what the i-th read sees; it repeats after eight. */
  readonly pattern: number;
  /** False for a bit that stays marginal whatever is done: to see that it would be noticed. */
  readonly canSettle: boolean;
}

/**
 * Sets the bit to 1, as it must be stored to be programmed again, and lets it float from now on.
 */
export function floatBit(flash: NorFlash, bit: FloatingBit): void {
  const { address, mask, pattern, canSettle } = bit;
  const image = flash.image();
  image[address]! |= mask;
  flash.load(image);
  let isFloating = true;
  let readCount = 0;
  const read = flash.read.bind(flash);
  const program = flash.program.bind(flash);
  const startErase = flash.startErase.bind(flash);
  flash.read = (at, into, length) => {
    const result = read(at, into, length);
    if (!isFloating || address < at || address >= at + length) return result;
    const isSet = ((pattern >> (readCount++ & 7)) & 1) === 1;
    const byte = into[address - at]!;
    into[address - at] = isSet ? byte | mask : byte & ~mask;
    return result;
  };
  flash.program = (at, bytes, from, length) => {
    const result = program(at, bytes, from, length);
    const isCovered = address >= at && address < at + length;
    if (isCovered && canSettle && (bytes[from + address - at]! & mask) === 0) isFloating = false;
    return result;
  };
  flash.startErase = (sector) => {
    if (Math.floor(address / 4096) === sector) isFloating = false;
    return startErase(sector);
  };
}

/** The zero bits of stored bytes, each as an address and a mask. */
export function zeroBitsOf(
  image: Uint8Array,
  from: number,
  to: number,
): { readonly address: number; readonly mask: number }[] {
  const bits = [];
  for (let address = from; address < to; address++) {
    for (let mask = 1; mask < 256; mask <<= 1) {
      if ((image[address]! & mask) === 0) bits.push({ address, mask });
    }
  }
  return bits;
}

/** The whole region, read as a container reads it: floating bits float. What erases is done. */
export function readWhole(flash: NorFlash): Uint8Array {
  flash.boot(-1);
  const bytes = new Uint8Array(flash.size());
  flash.read(0, bytes, bytes.length);
  return bytes;
}

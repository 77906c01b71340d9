/**
 * The indicator port: three windows per slot with a word and a shape, GO, LOOK and NO, and a lamp
 * behind each. A lamp flashes, and only its flashing counts: what hangs, has lost its power or is
 * stuck is dark or steady, and says nothing. The three flash one after the other, so that they are
 * told apart by rhythm besides, and draw no more at once than one bank of lamps. Numbers (kits
 * that go, hours left) need a display, which this board does not have.
 *
 * | of 2.5 s  | lit for 20 ms |
 * | --------- | ------------- |
 * | 0 ms      | GO            |
 * | 400 ms    | LOOK          |
 * | 800 ms    | NO            |
 */
import { FAULT } from '../core/faults.js';
import { INDICATOR_LAYOUT, INDICATOR_SLOT, type IndicatorPort } from '../core/ports.js';
import type { LampBank } from './drivers/tca9535.js';

const IDLE_MS = 0x7fffffff;
const FLASH_MS = 20;
const PERIOD_MS = 2500;
const WINDOW_MS = 400;
const DARK = -1;

/** The lamps behind the windows of all slots, bit s of a mask for slot s. */
export interface Lamps {
  readonly go: LampBank;
  readonly look: LampBank;
  readonly no: LampBank;
}

export class Indicator implements IndicatorPort {
  private readonly slotCount: number;
  /** In the order in which they flash. */
  private readonly banks: readonly LampBank[];
  private readonly signs = Object.freeze([
    INDICATOR_SLOT.go,
    INDICATOR_SLOT.look,
    INDICATOR_SLOT.no,
  ]);
  private readonly masks = new Int32Array(3);
  /** The bank that flashes next, and the one that is lit or DARK. */
  private next = 0;
  private lit = DARK;
  private dueMs = 0;
  private isFlashing = false;

  constructor(lamps: Lamps, slotCount: number) {
    this.banks = [lamps.go, lamps.look, lamps.no];
    this.slotCount = slotCount;
    for (let i = 0; i < this.banks.length; i++) this.banks[i]!.light(0);
  }

  show(bytes: Uint8Array, length: number): number {
    if (length !== INDICATOR_LAYOUT.slots + this.slotCount) return FAULT.badLength;
    for (let i = 0; i < this.masks.length; i++) this.masks[i] = this.maskOf(bytes, this.signs[i]!);
    return 0;
  }

  /** Lights and darkens what is due; answers in how many milliseconds to do so again. */
  tend(nowMs: number): number {
    const isWanted = (this.masks[0]! | this.masks[1]! | this.masks[2]!) !== 0;
    if (!isWanted && this.lit === DARK) {
      this.isFlashing = false;
      return IDLE_MS;
    }
    if (!this.isFlashing) {
      this.isFlashing = true;
      this.next = 0;
      this.dueMs = nowMs;
    }
    const waitMs = (this.dueMs - nowMs) | 0;
    if (waitMs > 0) return waitMs;
    return this.lit === DARK ? this.flash(nowMs) : this.darken(nowMs);
  }

  private flash(nowMs: number): number {
    this.lit = this.next;
    const mask = this.masks[this.lit]!;
    if (mask !== 0) this.banks[this.lit]!.light(mask);
    return this.wait(nowMs, FLASH_MS);
  }

  private darken(nowMs: number): number {
    this.banks[this.lit]!.light(0);
    this.lit = DARK;
    const last = this.banks.length - 1;
    const isLast = this.next === last;
    this.next = isLast ? 0 : this.next + 1;
    return this.wait(nowMs, (isLast ? PERIOD_MS - last * WINDOW_MS : WINDOW_MS) - FLASH_MS);
  }

  private wait(nowMs: number, ms: number): number {
    this.dueMs = (nowMs + ms) | 0;
    return ms;
  }

  private maskOf(bytes: Uint8Array, sign: number): number {
    let mask = 0;
    for (let slot = 0; slot < this.slotCount; slot++) {
      if (bytes[INDICATOR_LAYOUT.slots + slot] === sign) mask |= 1 << slot;
    }
    return mask;
  }
}

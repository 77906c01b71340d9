/**
 * The indicator port of the simulator: keeps what was shown last, and counts slots by what they
 * say, for the live display and for tests. Like the LEDs that it stands for, it shows nothing after
 * a boot until it is told again: nothing unpowered or stale ever says go.
 */
import { FAULT } from '../../firmware/core/faults.js';
import { INDICATOR_LAYOUT, INDICATOR_SLOT, type IndicatorPort } from '../../firmware/core/ports.js';

/** Slots by what they say. */
export interface SlotCounts {
  readonly empty: number;
  readonly go: number;
  readonly look: number;
  readonly no: number;
}

export class SimIndicator implements IndicatorPort {
  /** Bytes of INDICATOR_LAYOUT as shown last; empty before the first time. */
  shown: Uint8Array = new Uint8Array(0);
  showCount = 0;
  private readonly slotCount: number;

  constructor(slotCount: number) {
    this.slotCount = slotCount;
  }

  /** Nothing is shown without power. */
  boot(): void {
    this.shown = new Uint8Array(0);
  }

  show(bytes: Uint8Array, length: number): number {
    if (length !== INDICATOR_LAYOUT.slots + this.slotCount) return FAULT.badLength;
    this.shown = bytes.slice(0, length);
    this.showCount += 1;
    return 0;
  }

  /** Slots by what they say now; all empty before the first time. */
  counts(): SlotCounts {
    const slots = this.shown.subarray(INDICATOR_LAYOUT.slots);
    const count = (code: number) => slots.reduce((sum, slot) => sum + (slot === code ? 1 : 0), 0);
    return {
      empty: this.slotCount - slots.length + count(INDICATOR_SLOT.empty),
      go: count(INDICATOR_SLOT.go),
      look: count(INDICATOR_SLOT.look),
      no: count(INDICATOR_SLOT.no),
    };
  }
}

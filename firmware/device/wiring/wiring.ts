/**
 * Where a board has what, by the numbers of the ESP32's pins. The parts and their addresses on the
 * bus are the same on all boards: boards/esp32.ts.
 */
import type { LineWiring } from '../drivers/lines.js';

export interface Wiring {
  readonly slotCount: number;
  /** Which probes stand for each slot, bit p for probe p; probes 0..3 are TMP117, 4 the SHT3x. */
  readonly slotProbes: readonly number[];
  readonly i2c: { readonly data: number; readonly clock: number };
  /** One for each bit of LINE. */
  readonly lines: readonly LineWiring[];
  /** A pin of ADC1; the battery's voltage over the pin's. */
  readonly battery: { readonly pin: number; readonly divider: number };
  /** A pin, and the number of a UART that is not the console's. */
  readonly dock: { readonly receive: number; readonly port: number };
}

/** Where the parts of boards/with-motion.ts are, on a board that has them. */
export interface MotionWiring {
  /** A bus of its own, and a pin that wakes the chip, with a pull-down outside. */
  readonly accelerometer: {
    readonly data: number;
    readonly clock: number;
    readonly interrupt: number;
  };
  /** Two pins, and the number of a UART that is neither the console's nor the dock's. */
  readonly gnss: { readonly receive: number; readonly power: number; readonly port: number };
}

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

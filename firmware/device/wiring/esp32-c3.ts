/**
 * A container around an ESP32-C3 (C3-MINI-1, 4 MB flash), wired as the primary board. The sleeping
 * chip can watch pins 0 to 5; the battery is on ADC1. Pins 2, 8 and 9 decide how it boots, of
 * which the bus holds 8 high, as it must be; 18 and 19 are USB, 20 and 21 the console.
 */
import { highActive, LINE, lowActive } from '../drivers/lines.js';
import type { Wiring } from './wiring.js';

export const ESP32_C3: Wiring = Object.freeze({
  slotCount: 8,
  // Two rows of four slots with a probe at each end; the middle slots are between two.
  slotProbes: Object.freeze([0b0001, 0b0011, 0b0011, 0b0010, 0b0100, 0b1100, 0b1100, 0b1000]),
  i2c: Object.freeze({ data: 10, clock: 8 }),
  lines: Object.freeze([
    highActive(LINE.lidOpen, 1),
    lowActive(LINE.button, 3),
    lowActive(LINE.slotsChanged, 4),
    lowActive(LINE.externalPower, 5),
    lowActive(LINE.dockContact, 6),
  ]),
  battery: Object.freeze({ pin: 0, divider: 4 }),
  dock: Object.freeze({ receive: 7, port: 1 }),
});

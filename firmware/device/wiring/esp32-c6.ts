/**
 * A container around an ESP32-C6 (C6-WROOM-1, 4 MB flash), wired as the primary board. The
 * sleeping chip can watch pins 0 to 7; the battery is on ADC1. Pins 4, 5, 8, 9 and 15 decide how
 * it boots; 12 and 13 are USB, 16 and 17 the console, 24 to 30 the flash.
 */
import { highActive, LINE, lowActive } from '../drivers/lines.js';
import type { Wiring } from './wiring.js';

export const ESP32_C6: Wiring = Object.freeze({
  slotCount: 8,
  // Two rows of four slots with a probe at each end; the middle slots are between two.
  slotProbes: Object.freeze([0b0001, 0b0011, 0b0011, 0b0010, 0b0100, 0b1100, 0b1100, 0b1000]),
  i2c: Object.freeze({ data: 22, clock: 23 }),
  lines: Object.freeze([
    highActive(LINE.lidOpen, 1),
    lowActive(LINE.button, 2),
    lowActive(LINE.slotsChanged, 3),
    lowActive(LINE.externalPower, 6),
    lowActive(LINE.dockContact, 7),
  ]),
  battery: Object.freeze({ pin: 0, divider: 4 }),
  dock: Object.freeze({ receive: 20, port: 1 }),
});

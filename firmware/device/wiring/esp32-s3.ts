/**
 * The primary board: ESP32-S3-WROOM-1-N8 (8 MB flash, no PSRAM) with 8 slots. Pins that wake it
 * are among 0 to 21, which the sleeping chip can watch; the battery is on ADC1. Pins 15 to 17 and
 * 21 are kept for a modem, which then takes UART 0 from a console that moves to USB; 0, 3, 45 and
 * 46 decide how it boots; 19 and 20 are USB, 43 and 44 the console.
 */
import { highActive, LINE, lowActive } from '../drivers/lines.js';
import type { MotionWiring, Wiring } from './wiring.js';

export const ESP32_S3: Wiring = Object.freeze({
  slotCount: 8,
  // Two rows of four slots with a probe at each end; the middle slots are between two.
  slotProbes: Object.freeze([0b0001, 0b0011, 0b0011, 0b0010, 0b0100, 0b1100, 0b1100, 0b1000]),
  i2c: Object.freeze({ data: 8, clock: 9 }),
  lines: Object.freeze([
    highActive(LINE.lidOpen, 2),
    lowActive(LINE.button, 4),
    lowActive(LINE.slotsChanged, 5),
    lowActive(LINE.externalPower, 6),
    lowActive(LINE.dockContact, 7),
  ]),
  battery: Object.freeze({ pin: 1, divider: 4 }),
  dock: Object.freeze({ receive: 18, port: 1 }),
});

export const ESP32_S3_MOTION: MotionWiring = Object.freeze({
  accelerometer: Object.freeze({ data: 10, clock: 11, interrupt: 12 }),
  gnss: Object.freeze({ receive: 13, power: 14, port: 2 }),
});

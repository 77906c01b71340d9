/**
 * A container around the first ESP32 (WROOM-32E, 4 MB flash), wired as the primary board. Pins
 * that wake it are among 25 to 39, which the sleeping chip can watch; 34 to 39 are inputs without
 * pull-ups; the battery is on ADC1. Pins 0, 2, 5, 12 and 15 decide how it boots, 6 to 11 are the
 * flash, 1 and 3 the console.
 */
import { highActive, LINE, lowActive } from '../drivers/lines.js';
import type { MotionWiring, Wiring } from './wiring.js';

export const ESP32_CLASSIC: Wiring = Object.freeze({
  slotCount: 8,
  // Two rows of four slots with a probe at each end; the middle slots are between two.
  slotProbes: Object.freeze([0b0001, 0b0011, 0b0011, 0b0010, 0b0100, 0b1100, 0b1100, 0b1000]),
  i2c: Object.freeze({ data: 21, clock: 22 }),
  lines: Object.freeze([
    highActive(LINE.lidOpen, 32),
    lowActive(LINE.button, 33),
    lowActive(LINE.slotsChanged, 25),
    lowActive(LINE.externalPower, 26),
    lowActive(LINE.dockContact, 27),
  ]),
  battery: Object.freeze({ pin: 36, divider: 4 }),
  dock: Object.freeze({ receive: 34, port: 1 }),
});

export const ESP32_CLASSIC_MOTION: MotionWiring = Object.freeze({
  accelerometer: Object.freeze({ data: 18, clock: 19, interrupt: 35 }),
  gnss: Object.freeze({ receive: 16, power: 17, port: 2 }),
});

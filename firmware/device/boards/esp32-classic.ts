/**
 * Entry point of the firmware for a board with the first ESP32: which pins it uses and why stands
 * in wiring/esp32-classic.ts.
 */
import { run } from '../main.js';
import { ESP32_CLASSIC, ESP32_CLASSIC_MOTION } from '../wiring/esp32-classic.js';
import { Esp32Board } from './esp32.js';
import { withMotion } from './with-motion.js';

export default function main(): void {
  run(new Esp32Board(ESP32_CLASSIC, withMotion(ESP32_CLASSIC_MOTION)));
}

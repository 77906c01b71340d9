/**
 * Entry point of the firmware for a board with an ESP32-C6: which pins it uses and why stands in
 * wiring/esp32-c6.ts.
 */
import { run } from '../main.js';
import { ESP32_C6 } from '../wiring/esp32-c6.js';
import { Esp32Board } from './esp32.js';
import { withoutMotion } from './without-motion.js';

export default function main(): void {
  run(new Esp32Board(ESP32_C6, withoutMotion));
}

/**
 * Entry point of the firmware for a board with an ESP32-C3: which pins it uses and why stands in
 * wiring/esp32-c3.ts.
 */
import { run } from '../main.js';
import { ESP32_C3 } from '../wiring/esp32-c3.js';
import { Esp32Board } from './esp32.js';
import { withoutMotion } from './without-motion.js';

export default function main(): void {
  run(new Esp32Board(ESP32_C3, withoutMotion));
}

/**
 * Entry point of the firmware for the primary board, an ESP32-S3: which pins it uses and why
 * stands in wiring/esp32-s3.ts.
 */
import { run } from '../main.js';
import { ESP32_S3, ESP32_S3_MOTION } from '../wiring/esp32-s3.js';
import { Esp32Board } from './esp32.js';
import { withMotion } from './with-motion.js';

export default function main(): void {
  run(new Esp32Board(ESP32_S3, withMotion(ESP32_S3_MOTION)));
}

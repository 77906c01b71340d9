/**
 * A board without accelerometer and receiver of positions: for its chip has no second I2C bus, and
 * no third UART (ESP32-C3, ESP32-C6). Its container records no shocks; places are docks alone.
 */
import { absentAccelerometer } from '../absent/accelerometer.js';
import { absentPosition } from '../absent/position.js';
import type { Motion, MotionPorts, PortsOf } from '../board.js';

const IDLE_MS = 0x7fffffff;
const ports: Pick<PortsOf<never>, keyof MotionPorts> = Object.freeze({
  accelerometer: absentAccelerometer,
  position: absentPosition,
});

export function withoutMotion(): Motion {
  return { ports, revision: () => 0, tend: () => IDLE_MS };
}

/**
 * The port of a board that has no accelerometer: its stream is at rest for ever, and no shock is
 * recorded. Every call answers `absent`; a board that claims the hardware cannot use it
 * (board.ts), and its build fails until there is an adapter.
 */
import { FAULT } from '../../core/faults.js';
import type { AccelerometerPort } from '../../core/ports.js';
import type { Absent } from '../board.js';

const absent = (): number => FAULT.absent;

export const absentAccelerometer: AccelerometerPort & Absent = Object.freeze({
  isAbsent: true,
  poll: absent,
  capture: absent,
});

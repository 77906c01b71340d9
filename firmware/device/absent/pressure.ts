/**
 * The port of a board that has no barometer: it never votes whether the container flies. Every call
 * answers `absent`; a board that claims the hardware cannot use it (board.ts), and its build fails
 * until there is an adapter.
 */
import { FAULT } from '../../core/faults.js';
import type { PressurePort } from '../../core/ports.js';
import type { Absent } from '../board.js';

const absent = (): number => FAULT.absent;

export const absentPressure: PressurePort & Absent = Object.freeze({
  isAbsent: true,
  start: absent,
  poll: absent,
});

/**
 * The port of a board that has no receiver of positions: no fix is ever found, places are docks
 * alone. Every call answers `absent`; a board that claims the hardware cannot use it (board.ts),
 * and its build fails until there is an adapter.
 */
import { FAULT } from '../../core/faults.js';
import type { PositionPort } from '../../core/ports.js';
import type { Absent } from '../board.js';

const absent = (): number => FAULT.absent;

export const absentPosition: PositionPort & Absent = Object.freeze({
  isAbsent: true,
  start: absent,
  poll: absent,
});

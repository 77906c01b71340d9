/**
 * The port of a board that has no radio: it is never connected, and nothing is handed over. Every
 * call answers `absent`; a board that claims the hardware cannot use it (board.ts), and its build
 * fails until there is an adapter.
 */
import { FAULT } from '../../core/faults.js';
import type { LinkPort } from '../../core/ports.js';
import type { Absent } from '../board.js';

const absent = (): number => FAULT.absent;

export const absentLink: LinkPort & Absent = Object.freeze({
  isAbsent: true,
  power: absent,
  state: absent,
  payloadBytes: absent,
  receive: absent,
  send: absent,
});

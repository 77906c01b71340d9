/**
 * The port of a board that has no signatures: it signs no checkpoint, and takes no command, role,
 * profile or receipt. Every call answers `absent`; a board that claims the hardware cannot use it
 * (board.ts), and its build fails until there is an adapter.
 */
import { FAULT } from '../../core/faults.js';
import type { SignerPort } from '../../core/ports.js';
import type { Absent } from '../board.js';

const absent = (): number => FAULT.absent;

export const absentSigner: SignerPort & Absent = Object.freeze({
  isAbsent: true,
  startSign: absent,
  startVerify: absent,
  poll: absent,
});

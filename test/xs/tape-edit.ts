/** Changes a recorded tape in one place and seals it anew, to see whether the change is noticed. */
import { putI32, crc32 } from '../../firmware/core/bytes.js';
import { TapeReader } from '../../host-sim/ports/tape-bytes.js';
import { TAPE_HEADER_BYTES } from '../../host-sim/ports/tape-header.js';
import { CALLS, SAME_AS_LAST, TAPE_MARK } from '../../host-sim/ports/tape-table.js';

/** A call on a tape, and where its parts begin; lengths are those on the tape. */
export interface TapeCall {
  readonly name: string;
  /** Counted from 1, as messages do. */
  readonly number: number;
  /** Of the first int argument; meaningless without one. */
  readonly intsAt: number;
  readonly inAt: number;
  readonly inLength: number;
  readonly outAt: number;
  readonly outLength: number;
}

/** Every call of a tape that was not cut off, in order. */
export function* callsOf(tape: Uint8Array): Generator<TapeCall> {
  const reader = new TapeReader(tape);
  reader.at = TAPE_HEADER_BYTES;
  let number = 0;
  for (let op = reader.u8('an item'); op !== TAPE_MARK.end; op = reader.u8('an item')) {
    const isCut = op === TAPE_MARK.cut;
    if (isCut) op = reader.u8('a call');
    if (op === TAPE_MARK.step) reader.int('a sleep');
    if (op === TAPE_MARK.step || op === TAPE_MARK.boot) continue;
    const call = readCall(reader, op, isCut, ++number);
    if (!isCut) yield call;
  }
}

function readCall(reader: TapeReader, op: number, isCut: boolean, number: number): TapeCall {
  const { name, ints, direction } = CALLS[op & ~SAME_AS_LAST]!;
  const intsAt = reader.at;
  for (const int of ints) reader.int(int);
  const inLength = direction === 'in' ? reader.count('a length') : 0;
  const inAt = reader.at;
  reader.bytes(inLength, 'bytes');
  if (!isCut) reader.int('an answer');
  const hasOut = !isCut && direction === 'out' && (op & SAME_AS_LAST) === 0;
  const outLength = hasOut ? reader.count('a length') : 0;
  const outAt = reader.at;
  reader.bytes(outLength, 'bytes');
  return { name, number, intsAt, inAt, inLength, outAt, outLength };
}

/** The n-th call of that name, from 0, that has bytes; throws where the tape has none. */
export function callNamed(tape: Uint8Array, name: string, n: number): TapeCall {
  let left = n;
  for (const call of callsOf(tape)) {
    if (call.name === name && call.inLength + call.outLength > 0 && left-- === 0) return call;
  }
  throw new Error(`The tape has no call ${n} of ${name} with bytes`);
}

/** The same tape with the byte at `at` changed in one bit, sealed anew. */
export function flipBit(tape: Uint8Array, at: number, bit = 0): Uint8Array {
  const changed = tape.slice();
  changed[at] = changed[at]! ^ (1 << bit);
  putI32(changed, changed.length - 4, crc32(changed, 0, changed.length - 4));
  return changed;
}

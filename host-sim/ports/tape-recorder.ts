/**
 * Writes a tape: a Ports object that hands every call on and notes it with its answer. Who runs the
 * container says when it boots and what a step returned. What TAPE.md says of the bytes is done
 * here and read back in tape.ts.
 */
import type { Limits } from '../../firmware/core/limits.js';
import type { Ports } from '../../firmware/core/ports.js';
import { TapeSink } from './tape-bytes.js';
import { writeHeader } from './tape-header.js';
import {
  type Call,
  SAME_AS_LAST,
  TAPE_MARK,
  bindPorts,
  callPort,
  carriedBytes,
  rememberBytes,
} from './tape-table.js';

/** What a recorder does besides wrapping: the one who runs the container tells it where it is. */
export interface TapeRecorder {
  /** A Ports object that records every call to `ports`; may be asked for again at each boot. */
  wrap(ports: Ports): Ports;
  /** Call before each `createContainer`. */
  boot(): void;
  /** Call with what `step()` returned. */
  step(sleepMs: number): void;
  /** Ends the tape. A tape without this is truncated and says so when it is played. */
  finish(): void;
}

/**
 * Starts a tape. `write` receives its bytes in chunks that are its own to keep. A port that throws
 * (power cut in the middle of an operation) is recorded as such and throws on.
 */
export function createTapeRecorder(
  limits: Limits,
  write: (chunk: Uint8Array) => void,
): TapeRecorder {
  const sink = new TapeSink(write);
  writeHeader(sink, limits);
  const last = new Map<Call, Uint8Array>();

  const putCall = (call: Call, flag: number, ints: readonly number[], bytes: Uint8Array): void => {
    sink.u8(call.op | flag);
    for (let i = 0; i < call.ints.length; i++) {
      sink.int(int32(ints[i], `argument ${call.ints[i]} of ${call.name}`));
    }
    if (call.direction !== 'in') return;
    sink.count(bytes.length);
    sink.bytes(bytes);
  };

  const record = (ports: Ports, call: Call, ints: readonly number[], buffer?: Uint8Array) => {
    const given = call.direction === 'in' ? carriedBytes(call, ints, 0, buffer) : new Uint8Array(0);
    let answer: number;
    try {
      answer = callPort(ports, call, ints, buffer);
    } catch (cut) {
      sink.u8(TAPE_MARK.cut);
      putCall(call, 0, ints, given);
      throw cut;
    }
    const out = call.direction === 'out' ? carriedBytes(call, ints, answer, buffer) : undefined;
    const same = out !== undefined && out.length > 0 && equal(out, last.get(call));
    putCall(call, same ? SAME_AS_LAST : 0, ints, given);
    sink.int(int32(answer, `answer of ${call.name}`));
    if (out === undefined || same) return answer;
    sink.count(out.length);
    sink.bytes(out);
    rememberBytes(last, call, out);
    return answer;
  };

  return {
    wrap: (ports) => bindPorts((call, ints, buffer) => record(ports, call, ints, buffer)),
    boot: () => sink.u8(TAPE_MARK.boot),
    step: (sleepMs) => {
      sink.u8(TAPE_MARK.step);
      sink.int(int32(sleepMs, 'sleep of a step'));
    },
    finish: () => {
      sink.u8(TAPE_MARK.end);
      sink.seal();
    },
  };
}

/** A recorder that keeps its tape in memory; `bytes()` is the tape so far. */
export function createMemoryRecorder(limits: Limits): TapeRecorder & { bytes(): Uint8Array } {
  const chunks: Uint8Array[] = [];
  const recorder = createTapeRecorder(limits, (chunk) => chunks.push(chunk));
  return { ...recorder, bytes: () => new Uint8Array(Buffer.concat(chunks)) };
}

function equal(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && Buffer.compare(a, b) === 0;
}

function int32(value: number | undefined, what: string): number {
  if (value !== undefined && (value | 0) === value) return value;
  throw new Error(`Ports: ${what} is ${value}, expected an int32`);
}

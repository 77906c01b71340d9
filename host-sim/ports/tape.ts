/**
 * A tape: every port call of a container with its answer, in order (TAPE.md has the bytes;
 * tape-recorder.ts writes it). The player stands in for the ports: it gives the answers of the tape
 * and compares each call's port, method, arguments and bytes with what the container asks now, so
 * that another build or another engine shows that it does the same.
 */
import { getI32 } from '../../firmware/core/bytes.js';
import type { Limits } from '../../firmware/core/limits.js';
import { CLOCK_LAYOUT, type Ports } from '../../firmware/core/ports.js';
import { WALL_EPOCH_UNIX_S, WALL_UNKNOWN } from '../../firmware/core/units.js';
import { TapeReader } from './tape-bytes.js';
import { readHeader } from './tape-header.js';
import {
  CALLS,
  type Call,
  SAME_AS_LAST,
  TAPE_MARK,
  bindPorts,
  carriedBytes,
  rememberBytes,
} from './tape-table.js';

export { type TapeRecorder, createMemoryRecorder, createTapeRecorder } from './tape-recorder.js';

/** Thrown where the tape has a power cut; the player's own, so that it can be told apart. */
export class TapeCut extends Error {
  override name = 'TapeCut';
}

/** Plays a tape to a container. Errors say call, step, boot and day, expected and got. */
export class TapePlayer {
  readonly ports: Ports = bindPorts((call, ints, buffer) => this.play(call, ints, buffer));
  readonly limits: Limits;
  boots = 0;
  steps = 0;
  calls = 0;
  cuts = 0;
  private readonly reader: TapeReader;
  private readonly last = new Map<Call, Uint8Array>();
  private clock: Uint8Array | undefined;
  private cut: TapeCut | undefined;
  private failure: Error | undefined;

  constructor(tape: Uint8Array) {
    this.reader = new TapeReader(tape);
    this.limits = readHeader(this.reader);
  }

  /** True at the beginning of a boot, which is then taken; false at the tape's end. */
  takeBoot(): boolean {
    const op = this.reader.u8(`a boot or the end after ${this.where()}`);
    if (op === TAPE_MARK.boot) {
      this.boots++;
      this.cut = undefined;
      this.clock = undefined;
      return true;
    }
    if (op !== TAPE_MARK.end) throw this.mismatch(nameOf(op), 'a new boot, or nothing more');
    this.reader.checkSeal();
    return false;
  }

  /** Whether the tape goes on with a step of this boot. */
  stepFollows(): boolean {
    this.rethrow();
    const op = this.reader.peek(`a step, a boot or the end after ${this.where()}`);
    return op !== TAPE_MARK.boot && op !== TAPE_MARK.end;
  }

  /** Compares what a step returned. */
  endStep(sleepMs: number): void {
    this.rethrow();
    const op = this.reader.peek(`the end of the step, or its next call, after ${this.where()}`);
    if (op !== TAPE_MARK.step) {
      throw this.mismatch(nameOf(op), `the end of the step, which returned ${sleepMs} ms`);
    }
    this.reader.u8('a step');
    const expected = this.reader.int('the sleep of a step');
    if (expected !== sleepMs) throw this.mismatch(`sleep of ${expected} ms`, `${sleepMs} ms`);
    this.steps++;
  }

  private play(call: Call, ints: readonly number[], buffer?: Uint8Array): number {
    this.rethrow();
    this.calls++;
    let op = this.reader.u8(`call ${this.calls}, ${call.name}`);
    const isCut = op === TAPE_MARK.cut;
    if (isCut) op = this.reader.u8(`call ${this.calls}, ${call.name}`);
    if ((op & ~SAME_AS_LAST) !== call.op) {
      throw this.mismatch(nameOf(op), call.name, 'call');
    }
    this.compareGiven(call, ints, buffer);
    if (isCut) {
      this.cuts++;
      this.cut = new TapeCut(`power cut in ${this.where()}`);
      throw this.cut;
    }
    const answer = this.reader.int(`the answer of ${call.name}`);
    if (call.direction === 'out') this.giveOut(call, (op & SAME_AS_LAST) !== 0, buffer);
    return answer;
  }

  private compareGiven(call: Call, ints: readonly number[], buffer?: Uint8Array): void {
    call.ints.forEach((name, i) => {
      const expected = this.reader.int(`argument ${name} of ${call.name}`);
      if (expected !== ints[i]) {
        throw this.mismatch(`${expected}`, `${ints[i]}`, `argument ${name} of ${call.name}`);
      }
    });
    if (call.direction !== 'in') return;
    const length = this.reader.count(`the length of the bytes of ${call.name}`);
    const expected = this.reader.bytes(length, `the bytes of ${call.name}`);
    const got = carriedBytes(call, ints, 0, buffer);
    if (got.length !== length) {
      throw this.mismatch(`${length}`, `${got.length}`, `number of bytes of ${call.name}`);
    }
    const at = expected.findIndex((byte, i) => byte !== got[i]);
    if (at < 0) return;
    throw this.mismatch(hex(expected, at), hex(got, at), `bytes of ${call.name} from byte ${at}`);
  }

  private giveOut(call: Call, isSame: boolean, buffer?: Uint8Array): void {
    let out = this.last.get(call);
    if (!isSame) {
      const length = this.reader.count(`the length of the bytes of ${call.name}`);
      out = this.reader.bytes(length, `the bytes of ${call.name}`);
      rememberBytes(this.last, call, out);
    }
    if (out === undefined) throw new Error(`Tape malformed: ${call.name} repeats no bytes`);
    const room = buffer?.length ?? 0;
    if (room < out.length) {
      throw this.mismatch(`${out.length} bytes`, `${room}`, `room in the buffer of ${call.name}`);
    }
    buffer!.set(out);
    if (call.name === 'clock.read' && out.length === CLOCK_LAYOUT.bytes) this.clock = out;
  }

  /** A container that caught the error of a call does not go on as if nothing had been. */
  private rethrow(): void {
    const error = this.failure ?? this.cut;
    if (error !== undefined) throw error;
  }

  private mismatch(expected: string, got: string, what?: string): Error {
    const subject = what === undefined ? '' : `${what}: `;
    this.failure = new Error(
      `Tape differs in ${this.where()}: ${subject}expected ${expected}, got ${got}`,
    );
    return this.failure;
  }

  private where(): string {
    const place = `call ${this.calls}, step ${this.steps + 1}, boot ${this.boots}`;
    return this.clock === undefined ? `${place}, before the first clock` : place + day(this.clock);
  }
}

function day(clock: Uint8Array): string {
  const uptimeS = getI32(clock, CLOCK_LAYOUT.uptimeS);
  const wallS = getI32(clock, CLOCK_LAYOUT.wallS);
  const wall =
    wallS === WALL_UNKNOWN
      ? ''
      : `, ${new Date((wallS + WALL_EPOCH_UNIX_S) * 1000).toISOString().replace('.000', '')}`;
  return `, day ${Math.floor(uptimeS / 86400) + 1} (uptime ${uptimeS} s${wall})`;
}

function hex(bytes: Uint8Array, at: number): string {
  return `0x${Buffer.from(bytes.subarray(at, at + 8)).toString('hex')}`;
}

function nameOf(op: number): string {
  if (op === TAPE_MARK.end) return 'the end of the tape';
  if (op === TAPE_MARK.step) return 'the end of the step';
  if (op === TAPE_MARK.boot) return 'a new boot';
  if (op === TAPE_MARK.cut) return 'a power cut';
  return CALLS[op & ~SAME_AS_LAST]?.name ?? `unknown byte ${op}`;
}

/** What a tape held when all of it agreed. */
export interface ReplayResult {
  readonly boots: number;
  readonly steps: number;
  readonly calls: number;
  readonly cuts: number;
}

/** Plays `tape` against fresh containers, one for each boot; throws at the first difference. */
export function replayTape(
  tape: Uint8Array,
  createContainer: (ports: Ports, limits: Limits) => { step(): number },
): ReplayResult {
  const player = new TapePlayer(tape);
  while (player.takeBoot()) {
    try {
      const container = createContainer(player.ports, player.limits);
      while (player.stepFollows()) player.endStep(container.step());
    } catch (error) {
      if (!(error instanceof TapeCut)) throw error;
    }
  }
  const { boots, steps, calls, cuts } = player;
  return { boots, steps, calls, cuts };
}

/**
 * A small world and a container that asks every port for something, for the tape's tests. What a
 * port answers follows from how often it was asked, so that a second run of the same toy is equal.
 */
import type { Limits } from '../../../firmware/core/limits.js';
import type { Ports } from '../../../firmware/core/ports.js';
import { CLOCK_LAYOUT, VERIFY_LAYOUT } from '../../../firmware/core/ports.js';
import { putI32 } from '../../../firmware/core/bytes.js';
import { createMemoryRecorder } from '../../../host-sim/ports/tape.js';
import { bindPorts } from '../../../host-sim/ports/tape-table.js';

export const TOY_LIMITS: Limits = {
  slotCount: 3,
  probeCount: 2,
  slotProbes: Uint8Array.of(1, 2, 3),
  samplePeriodS: 60,
  conversionLimitMs: 500,
  journalBytes: 65536,
  isHardware: false,
};

/** Uptime of the toy's clock at its first step: nearly a day, so that the second is day 2. */
export const TOY_UPTIME_S = 86340;

/** What a toy may do otherwise than the recorded one. */
export interface ToyChange {
  /** Replaces the arguments of a call: port and method, then what to do with them. */
  readonly at?: string;
  readonly step?: number;
  readonly ints?: readonly number[];
  readonly buffer?: Uint8Array;
  /** Leaves the call out, or makes it twice. */
  readonly times?: 0 | 2;
  readonly sleepMs?: number;
}

export interface Toy {
  step(): number;
  /** Everything that ports answered, as text: equal runs have equal ones. */
  readonly heard: string[];
}

export const bytesOf = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** The calls of one step: method, int arguments, buffer or the room for one. */
type ToyCall = readonly [
  name: string,
  ints: readonly number[],
  buffer?: Uint8Array | number | undefined,
];

function stepCalls(step: number): ToyCall[] {
  return [
    ['clock.read', [], 16],
    ['clock.setWall', [190000000 + step, 2]],
    ['clock.bootReason', []],
    ['probes.start', [1]],
    ['probes.poll', [1], 8],
    ['inputs.read', [], 12],
    ['inputs.readDockId', [], 40],
    ['accelerometer.poll', [], 64],
    ['position.start', []],
    ['position.poll', [], 12],
    ['journalFlash.size', []],
    ['journalFlash.read', [4096, 5], 8],
    ['journalFlash.program', [256, 1, 3], bytesOf(9, 10, 11, 12, step)],
    ['journalFlash.startErase', [7]],
    ['journalFlash.pollErase', []],
    ['catalogueFlash.size', []],
    ['catalogueFlash.read', [0, 100], 128],
    ['catalogueFlash.program', [0, 0, 2], bytesOf(1, 2)],
    ['catalogueFlash.startErase', [0]],
    ['catalogueFlash.pollErase', []],
    ['keyValue.startGet', [3]],
    ['keyValue.startPut', [4, 2], bytesOf(5, 6, 7)],
    ['keyValue.poll', [], 32],
    ['signer.startSign', [], new Uint8Array(32).fill(step)],
    ['signer.startVerify', [], new Uint8Array(VERIFY_LAYOUT.bytes).fill(3)],
    ['signer.poll', [], 64],
    ['entropy.fill', [16], 16],
    ['link.power', [1]],
    ['link.state', []],
    ['link.payloadBytes', []],
    ['link.receive', [], 244],
    ['link.send', [3], bytesOf(1, 2, 3)],
    ['indicator.show', [5], bytesOf(3, 0, 1, 1, 1)],
    ['accelerometer.capture', []],
    ['pressure.start', []],
    ['pressure.poll', [], 4],
    ['watchdog.kick', []],
  ];
}

/** Names of the methods in the order in which a step of the toy calls them. */
export const TOY_CALLS: readonly string[] = stepCalls(0).map(([name]) => name);

/** A container that makes all calls at every step, with one change if asked. */
export function createToy(ports: Ports, change: ToyChange = {}): Toy {
  const heard: string[] = [];
  let step = 0;
  const invoke = ([name, ints, given]: ToyCall): void => {
    const [portName, methodName] = name.split('.') as [keyof Ports, string];
    const port = ports[portName] as unknown as Record<string, (...a: unknown[]) => number>;
    const buffer = typeof given === 'number' ? new Uint8Array(given) : given;
    const all: unknown[] = [...ints];
    if (buffer !== undefined) {
      const first = ['probes', 'journalFlash', 'catalogueFlash'].includes(portName);
      all.splice(first || methodName === 'startPut' ? 1 : 0, 0, buffer);
    }
    const answer = port[methodName]!(...all);
    heard.push(`${name} ${answer} ${Buffer.from(buffer ?? []).toString('hex')}`);
  };
  return {
    heard,
    step: () => {
      step++;
      for (const call of stepCalls(step)) {
        const isChanged = call[0] === change.at && step === (change.step ?? 1);
        const [name, ints, buffer] = call;
        if (!isChanged) invoke(call);
        else if (change.times === 2) [call, call].forEach(invoke);
        else if (change.times !== 0) invoke([name, change.ints ?? ints, change.buffer ?? buffer]);
      }
      return change.sleepMs !== undefined && step === (change.step ?? 1) ? change.sleepMs : 250;
    },
  };
}

/** Ports of the toy's world; a call number in `cutAt` loses power. */
export function toyPorts(cutAt?: number): Ports {
  let calls = 0;
  let reads = 0;
  return bindPorts((call, ints, buffer) => {
    calls++;
    if (calls === cutAt) throw new Error('power cut');
    if (call.name === 'clock.read') {
      putI32(buffer!, CLOCK_LAYOUT.uptimeS, TOY_UPTIME_S + 60 * reads++);
      putI32(buffer!, CLOCK_LAYOUT.wallS, 60 * reads);
      return CLOCK_LAYOUT.bytes;
    }
    if (call.name === 'inputs.readDockId') return -25; // absent
    if (call.name === 'accelerometer.poll') {
      buffer!.fill(reads, 0, 10 + 2 * 6);
      return 2;
    }
    if (call.direction !== 'out') return calls % 2;
    const length = 'argument' in call.length ? ints[call.length.argument]! : buffer!.length;
    buffer!.fill(call.op, 0, length);
    return buffer!.length;
  });
}

/** The tape of a toy that ran `stepCount` steps, and what it heard. */
export function recordToy(stepCount: number): { tape: Uint8Array; heard: string[] } {
  const recorder = createMemoryRecorder(TOY_LIMITS);
  recorder.boot();
  const toy = createToy(recorder.wrap(toyPorts()));
  for (let i = 0; i < stepCount; i++) recorder.step(toy.step());
  recorder.finish();
  return { tape: recorder.bytes(), heard: toy.heard };
}

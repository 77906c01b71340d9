/**
 * Every method of firmware/core/ports.ts as one row: its numbers on a tape, its int arguments, and
 * what its buffer carries. The recorder, the player and the C program that replays tapes on the
 * device's engine follow this table (TAPE.md prints it), so a row never changes its number; a new
 * method takes the next free one. The compiler refuses a table that misses a port or a method.
 */
import {
  ACCELERATION_LAYOUT,
  CLOCK_LAYOUT,
  INPUT_LAYOUT,
  type Ports,
  VERIFY_LAYOUT,
} from '../../firmware/core/ports.js';

/** Bytes that are no call. Calls are `port * 8 + method`, below 120. */
export const TAPE_MARK = Object.freeze({ end: 120, step: 121, boot: 122, cut: 123 } as const);
/** Bit of a call's byte: its out-bytes are those that this method wrote last. */
export const SAME_AS_LAST = 128;
/** Longer out-bytes are not remembered, so that a player on the device needs little memory. */
export const REMEMBERED_BYTES_MAX = 64;

/** How many bytes a buffer carries. `argument` and `from` are indexes among the int arguments. */
export type LengthRule =
  | { readonly fixed: number }
  | { readonly argument: number; readonly from?: number }
  /** `header + each * answer` when the answer is above 0, else nothing. */
  | { readonly header: number; readonly each: number };

export type Direction = 'none' | 'in' | 'out';

/** One method. `bufferAt` is the buffer's position among all arguments, -1 without one. */
export interface MethodRow {
  readonly method: number;
  readonly ints: readonly string[];
  readonly direction: Direction;
  readonly bufferAt: number;
  readonly length: LengthRule;
}

type PortTable = {
  readonly [P in keyof Ports]: {
    readonly port: number;
    readonly methods: { readonly [M in keyof Ports[P]]: MethodRow };
  };
};

const NOTHING: LengthRule = { fixed: 0 };
const ANSWERED: LengthRule = { header: 0, each: 1 };

const plain = (method: number, ...ints: string[]): MethodRow => ({
  method,
  ints,
  direction: 'none',
  bufferAt: -1,
  length: NOTHING,
});
const gives = (method: number, length: LengthRule, bufferAt = 0, ...ints: string[]): MethodRow => ({
  method,
  ints,
  direction: 'out',
  bufferAt,
  length,
});
const takes = (method: number, length: LengthRule, bufferAt = 0, ...ints: string[]): MethodRow => ({
  method,
  ints,
  direction: 'in',
  bufferAt,
  length,
});

const flash = {
  size: plain(0),
  read: gives(1, { argument: 1 }, 1, 'address', 'length'),
  program: takes(2, { argument: 2, from: 1 }, 1, 'address', 'from', 'length'),
  startErase: plain(3, 'sector'),
  pollErase: plain(4),
};

/** All ports and methods. Numbers: port 0..14, method 0..7 within its port. */
export const PORT_TABLE = {
  clock: {
    port: 0,
    methods: {
      read: gives(0, { fixed: CLOCK_LAYOUT.bytes }),
      setWall: plain(1, 'wallS', 'source'),
      bootReason: plain(2),
    },
  },
  probes: {
    port: 1,
    methods: { start: plain(0, 'probe'), poll: gives(1, ANSWERED, 1, 'probe') },
  },
  inputs: {
    port: 2,
    methods: { read: gives(0, { fixed: INPUT_LAYOUT.bytes }), readDockId: gives(1, ANSWERED) },
  },
  accelerometer: {
    port: 3,
    methods: {
      poll: gives(0, {
        header: ACCELERATION_LAYOUT.samples,
        each: ACCELERATION_LAYOUT.sampleBytes,
      }),
      capture: plain(1),
    },
  },
  position: { port: 4, methods: { start: plain(0), poll: gives(1, ANSWERED) } },
  journalFlash: { port: 5, methods: flash },
  catalogueFlash: { port: 6, methods: flash },
  keyValue: {
    port: 7,
    methods: {
      startGet: plain(0, 'key'),
      startPut: takes(1, { argument: 1 }, 1, 'key', 'length'),
      poll: gives(2, ANSWERED),
    },
  },
  signer: {
    port: 8,
    methods: {
      startSign: takes(0, { fixed: 32 }), // a SHA-256 digest
      startVerify: takes(1, { fixed: VERIFY_LAYOUT.bytes }),
      poll: gives(2, ANSWERED),
    },
  },
  entropy: { port: 9, methods: { fill: gives(0, { argument: 0 }, 0, 'length') } },
  link: {
    port: 10,
    methods: {
      power: plain(0, 'on'),
      state: plain(1),
      payloadBytes: plain(2),
      receive: gives(3, ANSWERED),
      send: takes(4, { argument: 0 }, 0, 'length'),
    },
  },
  indicator: { port: 11, methods: { show: takes(0, { argument: 0 }, 0, 'length') } },
  watchdog: { port: 12, methods: { kick: plain(0) } },
  pressure: { port: 13, methods: { start: plain(0), poll: gives(1, ANSWERED) } },
} satisfies PortTable;

/** A row with its names and its byte on the tape, `port * 8 + method`. */
export interface Call extends MethodRow {
  readonly name: string;
  readonly portName: keyof Ports;
  readonly methodName: string;
  readonly op: number;
}

/** Every row by its byte on the tape; a hole where no method has that number. */
export const CALLS: readonly (Call | undefined)[] = Object.freeze(callsOf(PORT_TABLE));

function callsOf(table: PortTable): (Call | undefined)[] {
  const calls = new Array<Call | undefined>(120).fill(undefined);
  for (const [portName, { port, methods }] of Object.entries(table)) {
    for (const [methodName, row] of Object.entries<MethodRow>(methods)) {
      const op = port * 8 + row.method;
      if (calls[op] !== undefined) throw new Error(`Port table: two methods have byte ${op}`);
      const name = `${portName}.${methodName}`;
      calls[op] = { ...row, name, portName: portName as keyof Ports, methodName, op };
    }
  }
  return calls;
}

/** A call as the container made it: int arguments in order, and the buffer if the row has one. */
export type CallHandler = (
  call: Call,
  ints: readonly number[],
  buffer: Uint8Array | undefined,
) => number;

/** A Ports object whose every method ends in `handle`. */
export function bindPorts(handle: CallHandler): Ports {
  const ports: Record<string, Record<string, (...given: unknown[]) => number>> = {};
  for (const call of CALLS) {
    if (call === undefined) continue;
    const port = (ports[call.portName] ??= {});
    port[call.methodName] = (...given) => {
      if (call.bufferAt < 0) return handle(call, given as number[], undefined);
      const ints = given.filter((_, at) => at !== call.bufferAt) as number[];
      return handle(call, ints, given[call.bufferAt] as Uint8Array);
    };
  }
  return ports as unknown as Ports;
}

/** Calls a method of `ports` the way the container would. */
export function callPort(
  ports: Ports,
  call: Call,
  ints: readonly number[],
  buffer: Uint8Array | undefined,
): number {
  const port = ports[call.portName] as unknown as Record<string, (...given: unknown[]) => number>;
  const given: unknown[] = [...ints];
  if (buffer !== undefined) given.splice(call.bufferAt, 0, buffer);
  return port[call.methodName]!(...given);
}

/** First byte and number of bytes that the call's buffer carries; the answer counts for `out`. */
function carriedRange(
  call: Call,
  ints: readonly number[],
  answer: number,
): { from: number; length: number } {
  const rule = call.length;
  if (call.direction === 'out' && answer < 0) return { from: 0, length: 0 };
  if ('fixed' in rule) return { from: 0, length: rule.fixed };
  if ('argument' in rule) {
    return { from: rule.from === undefined ? 0 : ints[rule.from]!, length: ints[rule.argument]! };
  }
  return { from: 0, length: answer > 0 ? rule.header + rule.each * answer : 0 };
}

/** The part of the caller's buffer that the call carries. */
export function carriedBytes(
  call: Call,
  ints: readonly number[],
  answer: number,
  buffer?: Uint8Array,
): Uint8Array {
  const { from, length } = carriedRange(call, ints, answer);
  return (buffer ?? new Uint8Array(0)).subarray(from, from + length);
}

/** Keeps out-bytes for SAME_AS_LAST; recorder and player do it alike. */
export function rememberBytes(last: Map<Call, Uint8Array>, call: Call, out: Uint8Array): void {
  if (out.length > 0 && out.length <= REMEMBERED_BYTES_MAX) last.set(call, out.slice());
}

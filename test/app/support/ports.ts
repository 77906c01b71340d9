/** Ports that a test holds in its hands: plain values in, what was asked out; no world behind. */
import { p256 } from '@noble/curves/nist.js';
import { putI32, putU16 } from '../../../firmware/core/bytes.js';
import { FAULT } from '../../../firmware/core/faults.js';
import {
  type AccelerometerPort,
  CLOCK_LAYOUT,
  type ClockPort,
  INPUT_FLAG,
  INPUT_LAYOUT,
  type InputPort,
  type KeyValuePort,
  LINK_STATE,
  type LinkPort,
  type PositionPort,
  PRESSURE_LAYOUT,
  type PressurePort,
  PROBE_LAYOUT,
  type ProbePort,
  type SignerPort,
  VERIFY_LAYOUT,
} from '../../../firmware/core/ports.js';
import { BOOT_REASON } from '../../../firmware/core/record/schema.js';
import { HUMIDITY_ABSENT, WALL_SOURCE, WALL_UNKNOWN } from '../../../firmware/core/units.js';
import type { KeyPair } from '../../../host-sim/backend/keys.js';
import { bytesOf } from '../../../host-sim/world/labels.js';

/** Uptime from the test's milliseconds, and a wall clock that is unset until it is set. */
export class TestClock implements ClockPort {
  nowMs = 0;
  bootMs = 0;
  reason: number = BOOT_REASON.powerOn;
  source: number = WALL_SOURCE.unset;
  /** Wall time when `nowMs` is 0. */
  wallAtStartS = 0;
  uncertaintyS = 1;

  get nowS(): number {
    return Math.floor(this.nowMs / 1000);
  }

  get wallS(): number {
    return this.source === WALL_SOURCE.unset ? WALL_UNKNOWN : this.wallAtStartS + this.nowS;
  }

  read(into: Uint8Array): number {
    const uptimeMs = this.nowMs - this.bootMs;
    putI32(into, CLOCK_LAYOUT.uptimeS, Math.floor(uptimeMs / 1000));
    putU16(into, CLOCK_LAYOUT.uptimeMs, uptimeMs % 1000);
    into[CLOCK_LAYOUT.wallSource] = this.source;
    putI32(into, CLOCK_LAYOUT.wallS, this.wallS);
    putU16(into, CLOCK_LAYOUT.wallUncertaintyS, this.uncertaintyS);
    return CLOCK_LAYOUT.bytes;
  }

  setWall(wallS: number, source: number): number {
    this.source = source;
    this.wallAtStartS = wallS - this.nowS;
    return 0;
  }

  bootReason(): number {
    return this.reason;
  }
}

/** Probes that answer at once. */
export class TestProbes implements ProbePort {
  /** Centi-°C by probe; null: the part does not answer on its bus. */
  centiC: (number | null)[] = [2000, 2000];

  start(probe: number): number {
    return this.centiC[probe] === null ? FAULT.busError : 0;
  }

  poll(probe: number, into: Uint8Array): number {
    putI32(into, PROBE_LAYOUT.temperatureCentiC, this.centiC[probe] ?? 0);
    putU16(into, PROBE_LAYOUT.humidityPermille, HUMIDITY_ABSENT);
    return PROBE_LAYOUT.bytes;
  }
}

export class TestInputs implements InputPort {
  isLidOpen = false;
  /** Slots that are filled, as bits. */
  slots = 0;
  presses = 0;
  holds = 0;
  batteryMilliV = 6400;
  hasExternalPower = false;
  /** 65535: not measured. */
  lightLux = 0xffff;
  /** Id that the dock in contact tells; undefined: no contact. */
  dockId: string | undefined;

  read(into: Uint8Array): number {
    const contact = this.dockId === undefined ? 0 : INPUT_FLAG.dockContact;
    const power = this.hasExternalPower ? INPUT_FLAG.externalPower : 0;
    into[INPUT_LAYOUT.flags] = contact | power | (this.isLidOpen ? INPUT_FLAG.lidOpen : 0);
    into[INPUT_LAYOUT.pressCount] = this.presses;
    into[INPUT_LAYOUT.holdCount] = this.holds;
    putI32(into, INPUT_LAYOUT.slots, this.slots);
    putU16(into, INPUT_LAYOUT.batteryMilliV, this.batteryMilliV);
    putU16(into, INPUT_LAYOUT.lightLux, this.lightLux);
    return INPUT_LAYOUT.bytes;
  }

  readDockId(into: Uint8Array): number {
    if (this.dockId === undefined) return FAULT.absent;
    into.set(bytesOf(this.dockId));
    return this.dockId.length;
  }
}

/** A FIFO that holds the batches that the test puts in. */
export class TestAccelerometer implements AccelerometerPort {
  readonly batches: Uint8Array[] = [];
  /** Samples in a batch, by the test's own count. */
  readonly counts: number[] = [];

  poll(into: Uint8Array): number {
    const batch = this.batches.shift();
    if (batch === undefined) return 0;
    into.set(batch);
    return this.counts.shift()!;
  }

  /** Batches that the next captures hand over; none: the part is at rest. */
  readonly captures: { batches: Uint8Array[]; counts: number[] }[] = [];
  /** Answer of `capture` when there is none of them. */
  captureAnswer = 0;
  captureCount = 0;

  capture(): number {
    this.captureCount += 1;
    const capture = this.captures.shift();
    if (capture === undefined) return this.captureAnswer;
    this.batches.push(...capture.batches);
    this.counts.push(...capture.counts);
    return 1;
  }
}

/** A barometer that answers at once; undefined: there is none. */
export class TestPressure implements PressurePort {
  pressurePa: number | undefined = 101325;

  start(): number {
    return this.pressurePa === undefined ? FAULT.absent : 0;
  }

  poll(into: Uint8Array): number {
    if (this.pressurePa === undefined) return FAULT.absent;
    putI32(into, PRESSURE_LAYOUT.pressurePa, this.pressurePa);
    return PRESSURE_LAYOUT.bytes;
  }
}

/** A receiver that never finds itself. */
export class TestPosition implements PositionPort {
  startCount = 0;

  start(): number {
    this.startCount += 1;
    return 0;
  }
  poll(_into: Uint8Array): number {
    return FAULT.absent;
  }
}

export class TestKeyValue implements KeyValuePort {
  readonly stored = new Map<number, Uint8Array>();
  private found: Uint8Array | undefined;

  startGet(key: number): number {
    this.found = this.stored.get(key);
    return 0;
  }
  startPut(): number {
    return FAULT.flashFailed;
  }
  poll(into: Uint8Array): number {
    if (this.found === undefined) return FAULT.absent;
    into.set(this.found);
    return this.found.length;
  }
}

/** Real ES256; each job is done at its `pollsNeeded`th poll. */
export class TestSigner implements SignerPort {
  pollsNeeded = 1;
  /** Answered instead of a signature by the next signing, once. */
  signFault = 0;
  private readonly key: KeyPair;
  private answer: Uint8Array | number | undefined;
  private polls = 0;

  constructor(key: KeyPair) {
    this.key = key;
  }

  get publicKey(): Uint8Array {
    return this.key.publicKey;
  }

  get publicKid(): Uint8Array {
    return this.key.kid;
  }

  startSign(digest: Uint8Array): number {
    if (this.answer !== undefined) return FAULT.busy;
    this.answer = this.signFault < 0 ? this.signFault : this.key.signDigest(digest.slice(0, 32));
    this.signFault = 0;
    this.polls = 0;
    return 0;
  }

  startVerify(request: Uint8Array): number {
    if (this.answer !== undefined) return FAULT.busy;
    this.answer = verify(request) ? 1 : FAULT.badSignature;
    this.polls = 0;
    return 0;
  }

  poll(into: Uint8Array): number {
    if (this.answer === undefined) return FAULT.absent;
    if (++this.polls < this.pollsNeeded) return 0;
    const { answer } = this;
    this.answer = undefined;
    if (typeof answer === 'number') return answer;
    into.set(answer);
    return answer.length;
  }
}

function verify(request: Uint8Array): boolean {
  const { publicKey, signature, digest } = VERIFY_LAYOUT;
  const key = Uint8Array.of(4, ...request.subarray(publicKey, publicKey + 64));
  const options = { prehash: false, lowS: false };
  try {
    const message = request.slice(digest, digest + 32);
    return p256.verify(request.slice(signature, signature + 64), message, key, options);
  } catch {
    return false; // no point of the curve, or r and s out of range
  }
}

/** A link that carries messages at once, as many as its queue holds. */
export class TestLink implements LinkPort {
  /** What the radio lets the test see. */
  isPowered = false;
  isConnected = false;
  maxBytes = 244;
  /** Messages that may wait for the dock; more is busy. */
  queueLength = Infinity;
  readonly toDock: Uint8Array[] = [];
  readonly toContainer: Uint8Array[] = [];

  power(on: number): number {
    this.isPowered = on === 1;
    if (!this.isPowered) this.drop();
    return 0;
  }

  state(): number {
    if (!this.isPowered) return LINK_STATE.off;
    return this.isConnected ? LINK_STATE.connected : LINK_STATE.waiting;
  }

  payloadBytes(): number {
    return this.maxBytes;
  }

  receive(into: Uint8Array): number {
    const message = this.toContainer.shift();
    if (message === undefined) return 0;
    into.set(message);
    return message.length;
  }

  send(bytes: Uint8Array, length: number): number {
    if (!this.isConnected) return FAULT.absent;
    if (length > this.maxBytes) return FAULT.badLength;
    if (this.toDock.length >= this.queueLength) return FAULT.busy;
    this.toDock.push(bytes.slice(0, length));
    return 0;
  }

  /** The connection is lost, with all that was under way. */
  drop(): void {
    this.isConnected = false;
    this.toDock.length = 0;
    this.toContainer.length = 0;
  }
}

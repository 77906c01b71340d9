/**
 * The link port of the simulator and the dock's end of it: Bluetooth LE between one container and
 * one dock, in virtual time. Messages go at connection events, every 15 ms, as many as fit into the
 * interval: 244 bytes take 2500 µs at 1M PHY. The container's radio holds 8 messages; more is busy.
 * The link layer loses nothing but can lose the whole connection.
 */
import { FAULT } from '../../firmware/core/faults.js';
import { LINK_BYTES_MAX } from '../../firmware/core/limits.js';
import { LINK_STATE, type LinkPort } from '../../firmware/core/ports.js';
import { Random, type Seed } from '../world/prng.js';

export const CONNECTION_INTERVAL_MS = 15;
/** Default buffers of the SDK's radio; beyond them it crashes, so the adapter refuses. */
export const SEND_QUEUE_MAX = 8;
/** From the dock's wish to connect to the first event: advertising, MTU exchange, subscription. */
export const CONNECT_MS = 180;
const INTERVAL_MICROS = CONNECTION_INTERVAL_MS * 1000;
/** Preamble 1, access address 4, header 2, L2CAP 4, ATT 3, MIC 4, CRC 3 (Core 5.x Vol 6 B §2). */
const OVERHEAD_BYTES = 21;
const MICROS_PER_BYTE = 8;
/** Two inter-frame spaces of 150 µs and the empty answer of 80 µs. */
const EXCHANGE_MICROS = 380;

export interface AirOptions {
  readonly seed: Seed;
  readonly nowMs: () => number;
  /** Longest message; smaller for a dock with a small MTU. */
  readonly payloadBytes?: number | undefined;
  /** Probability that the connection is lost at an event with traffic. */
  readonly lossPerEvent?: number | undefined;
}

export interface AirCounters {
  packets: number;
  bytes: number;
  airMicroseconds: number;
  connections: number;
  losses: number;
}

/** Air time of one message in µs. */
export function airMicros(bytes: number): number {
  return (bytes + OVERHEAD_BYTES) * MICROS_PER_BYTE + EXCHANGE_MICROS;
}

export class SimAir implements LinkPort {
  readonly counters: AirCounters = {
    packets: 0,
    bytes: 0,
    airMicroseconds: 0,
    connections: 0,
    losses: 0,
  };
  private readonly options: AirOptions;
  private readonly random: Random;
  private linkState: number = LINK_STATE.off;
  private isWanted = false;
  private connectAtMs = Infinity;
  private anchorMs = 0;
  private lastEventMs = 0;
  private readonly toDock: Uint8Array[] = [];
  private readonly toContainer: Uint8Array[] = [];
  private readonly dockInbox: Uint8Array[] = [];
  private readonly containerInbox: Uint8Array[] = [];

  constructor(options: AirOptions) {
    this.options = options;
    this.random = new Random(options.seed, 'air');
  }

  // The container's end.

  power(on: number): number {
    if (on === 0) {
      this.drop(LINK_STATE.off);
    } else if (this.linkState === LINK_STATE.off) {
      this.linkState = LINK_STATE.waiting;
      this.seek();
    }
    return 0;
  }

  state(): number {
    return this.linkState;
  }

  payloadBytes(): number {
    return this.options.payloadBytes ?? LINK_BYTES_MAX;
  }

  receive(into: Uint8Array): number {
    const message = this.containerInbox[0];
    if (message === undefined) return 0;
    if (message.length > into.length) return FAULT.overflow;
    this.containerInbox.shift();
    into.set(message);
    return message.length;
  }

  send(bytes: Uint8Array, length: number): number {
    if (this.linkState !== LINK_STATE.connected) return FAULT.absent;
    if (length < 1 || length > this.payloadBytes() || length > bytes.length) return FAULT.badLength;
    if (this.toDock.length >= SEND_QUEUE_MAX) return FAULT.busy;
    this.toDock.push(bytes.slice(0, length));
    return 0;
  }

  // The dock's end.

  /** Asks for a connection; it comes once the container can be found. */
  connect(): void {
    this.isWanted = true;
    this.seek();
  }

  disconnect(): void {
    this.isWanted = false;
    this.connectAtMs = Infinity;
    if (this.linkState === LINK_STATE.connected) this.drop(LINK_STATE.waiting);
  }

  get isConnected(): boolean {
    return this.linkState === LINK_STATE.connected;
  }

  /** Queues a message to the container; false when there is no connection. */
  dockSend(bytes: Uint8Array): boolean {
    if (bytes.length < 1 || bytes.length > this.payloadBytes()) {
      const most = this.payloadBytes();
      throw new Error(`Message of ${bytes.length} bytes, expected 1 to ${most}`);
    }
    if (!this.isConnected) return false;
    this.toContainer.push(bytes.slice());
    return true;
  }

  /** The next message of the container. */
  dockReceive(): Uint8Array | undefined {
    return this.dockInbox.shift();
  }

  // Time.

  /** When something happens next by itself: a connection, or an event with traffic. */
  nextEventMs(): number {
    if (this.linkState !== LINK_STATE.connected) return this.connectAtMs;
    if (this.toDock.length === 0 && this.toContainer.length === 0) return Infinity;
    const intervals = Math.ceil((this.options.nowMs() - this.anchorMs) / CONNECTION_INTERVAL_MS);
    const soonest = this.anchorMs + intervals * CONNECTION_INTERVAL_MS;
    return Math.max(soonest, this.lastEventMs + CONNECTION_INTERVAL_MS);
  }

  /** Lets all events up to and at `ms` happen. */
  advanceTo(ms: number): void {
    for (let atMs = this.nextEventMs(); atMs <= ms; atMs = this.nextEventMs()) {
      if (this.linkState === LINK_STATE.connected) this.exchange(atMs);
      else this.join(atMs);
    }
  }

  /** A boot of the container: its radio is off. */
  boot(): void {
    this.drop(LINK_STATE.off);
  }

  private seek(): void {
    if (!this.isWanted || this.linkState !== LINK_STATE.waiting) return;
    if (this.connectAtMs === Infinity) this.connectAtMs = this.options.nowMs() + CONNECT_MS;
  }

  private join(atMs: number): void {
    this.linkState = LINK_STATE.connected;
    this.isWanted = false;
    this.connectAtMs = Infinity;
    this.anchorMs = atMs;
    this.lastEventMs = atMs - CONNECTION_INTERVAL_MS;
    this.counters.connections += 1;
  }

  private exchange(atMs: number): void {
    this.lastEventMs = atMs;
    const loss = this.options.lossPerEvent ?? 0;
    if (loss > 0 && this.random.nextUnit() < loss) {
      this.counters.losses += 1;
      this.drop(LINK_STATE.waiting);
      return;
    }
    let leftMicros = INTERVAL_MICROS;
    for (;;) {
      const isDown = this.toContainer.length > 0;
      const queue = isDown ? this.toContainer : this.toDock;
      const message = queue[0];
      if (message === undefined) return;
      const micros = airMicros(message.length);
      if (micros > leftMicros) return;
      leftMicros -= micros;
      queue.shift();
      (isDown ? this.containerInbox : this.dockInbox).push(message);
      this.counters.packets += 1;
      this.counters.bytes += message.length;
      this.counters.airMicroseconds += micros;
    }
  }

  /** Ends a connection; what was on its way or not read is gone. */
  private drop(state: number): void {
    this.linkState = state;
    if (state === LINK_STATE.off) this.connectAtMs = Infinity;
    this.toDock.length = 0;
    this.toContainer.length = 0;
    this.dockInbox.length = 0;
    this.containerInbox.length = 0;
  }
}

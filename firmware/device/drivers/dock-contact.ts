/**
 * The dock's id as it comes in over the contact (DOCK-CONTACT.md), through the SDK's
 * `embedded:io/serial`. Bytes are taken one by one, which allocates nothing; no byte is
 * `undefined`. The SDK's default port is the console's, so a port is always named. A frame counts
 * when its check is right; an id is current for two seconds, in which a dock sends it eight times.
 */
import { copy, crc16, equal, getU16 } from '../../core/bytes.js';
import { FAULT } from '../../core/faults.js';

export interface SerialIo {
  read(): number | undefined;
}

export interface SerialOptions {
  readonly receive: number;
  readonly port: number;
  readonly baud: number;
  readonly format: 'number';
  readonly onReadable: () => void;
}

/** The SDK's class, as it is on the ESP32. */
export type SerialClass = new (options: SerialOptions) => SerialIo;

// Layout of a frame: DOCK-CONTACT.md.
const MARK_FIRST = 0xa5;
const MARK_SECOND = 0x5a;
const VERSION = 1;
const ID_BYTES_MAX = 40;
const HEAD_BYTES = 2; // version, length
const CHECK_BYTES = 2;
const BAUD = 9600;
const CURRENT_MS = 2000;

/** What the receiver waits for. */
const STATE = Object.freeze({ firstMark: 0, secondMark: 1, body: 2 } as const);

export class DockContact {
  /** How often an id came that was not there before. */
  idCount = 0;
  private readonly io: SerialIo;
  private readonly ticksMs: () => number;
  private readonly onId: () => void;
  private readonly body = new Uint8Array(HEAD_BYTES + ID_BYTES_MAX + CHECK_BYTES);
  private readonly id = new Uint8Array(ID_BYTES_MAX);
  private state: number = STATE.firstMark;
  private fill = 0;
  private idLength = 0;
  private receivedMs = 0;

  /** `onId` is called when an id is there that was not there before. */
  constructor(
    io: SerialClass,
    wiring: { readonly receive: number; readonly port: number },
    ticksMs: () => number,
    onId: () => void,
  ) {
    this.ticksMs = ticksMs;
    this.onId = onId;
    const { receive, port } = wiring;
    const onReadable = () => this.drain();
    this.io = new io({ receive, port, baud: BAUD, format: 'number', onReadable });
  }

  /** The id's length, now in `into`; absent without a current one, overflow if it does not fit. */
  read(into: Uint8Array): number {
    if (!this.isCurrent()) return FAULT.absent;
    if (into.length < this.idLength) return FAULT.overflow;
    copy(this.id, 0, into, 0, this.idLength);
    return this.idLength;
  }

  /** The container has left the dock. */
  forget(): void {
    this.idLength = 0;
    this.state = STATE.firstMark;
  }

  private isCurrent(): boolean {
    return this.idLength > 0 && ((this.ticksMs() - this.receivedMs) | 0) <= CURRENT_MS;
  }

  private drain(): void {
    for (let byte = this.io.read(); byte !== undefined; byte = this.io.read()) this.take(byte);
  }

  private take(byte: number): void {
    if (this.state === STATE.firstMark) {
      if (byte === MARK_FIRST) this.state = STATE.secondMark;
    } else if (this.state === STATE.secondMark) {
      this.fill = 0;
      if (byte === MARK_SECOND) this.state = STATE.body;
      else if (byte !== MARK_FIRST) this.state = STATE.firstMark;
    } else {
      this.takeBody(byte);
    }
  }

  private takeBody(byte: number): void {
    const { body } = this;
    body[this.fill++] = byte;
    if (this.fill < HEAD_BYTES) return;
    const length = body[1]!;
    if (body[0] !== VERSION || length === 0 || length > ID_BYTES_MAX) {
      this.state = STATE.firstMark;
      return;
    }
    const checkAt = HEAD_BYTES + length;
    if (this.fill < checkAt + CHECK_BYTES) return;
    this.state = STATE.firstMark;
    if (crc16(body, 0, checkAt) !== getU16(body, checkAt)) return;
    const isSame = this.isCurrent() && length === this.idLength;
    const isNew = !isSame || !equal(body, HEAD_BYTES, this.id, 0, length);
    copy(body, HEAD_BYTES, this.id, 0, length);
    this.idLength = length;
    this.receivedMs = this.ticksMs();
    if (!isNew) return;
    this.idCount++;
    this.onId();
  }
}

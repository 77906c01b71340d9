/**
 * Takes in signed objects piece by piece, checks who signed them, for whom and whether they are
 * fresh, and hands the payload to the container. One object at a time, in one buffer.
 *
 * | object   | signed by         | bound to                      |
 * | -------- | ----------------- | ----------------------------- |
 * | command  | by its code       | this container, session nonce |
 * | roles    | root              | counter                       |
 * | profile  | quality           | counter                       |
 * | receipt  | backend           | this container, counter       |
 * | decision | quality, backend  | this container, counter       |
 * | slip     | another container | a kit, its number             |
 */
import { copy, equal } from '../bytes.js';
import { CborReader } from '../cbor/cbor.js';
import { CoseSign1, Sign1View } from '../cose/cose.js';
import { FAULT } from '../faults.js';
import { OBJECT_BYTES_MAX } from '../limits.js';
import { type SignerPort, VERIFY_LAYOUT } from '../ports.js';
import { Sha256 } from '../sha256.js';
import { parsePayload, PayloadView } from './payload.js';
import { KID_BYTES, NONCE_BYTES, OBJECT, PUBLIC_KEY_BYTES, ROLE } from './protocol.js';
import type { RoleTable } from './roles.js';

/** Who carries out what an object asks for. */
export interface ObjectHandler {
  /**
   * Starts on a verified object. `role` and `signer` are the signer's role and its entry in the
   * roles list (-1 for the root). 1 when done at once, 0 when `pollObject` will tell, or a fault.
   */
  startObject(bytes: Uint8Array, payload: PayloadView, role: number, signer: number): number;
  /** 0 while running, 1 when done, or a fault. */
  pollObject(): number;
  /** An object was refused before it was carried out: a stranger, a replay, a wrong container. */
  objectRefused(kind: number, fault: number): void;
}

const PHASE = Object.freeze({ idle: 0, verifying: 1, executing: 2, certifying: 3 } as const);

export class ObjectDesk {
  readonly inbox = new Uint8Array(OBJECT_BYTES_MAX);
  readonly nonce = new Uint8Array(NONCE_BYTES);
  readonly rootKey = new Uint8Array(PUBLIC_KEY_BYTES);
  readonly giai = new Uint8Array(40);
  giaiLength = 0;
  /** Kind of the object that arrives or is being carried out. */
  kind = 0;
  readonly reader = new CborReader();
  private readonly payload = new PayloadView();
  private readonly message = new Sign1View();
  /** For one message at a time; nothing of it is kept from step to step. */
  readonly cose: CoseSign1;
  private readonly request = new Uint8Array(VERIFY_LAYOUT.bytes);
  private readonly signer: SignerPort;
  private readonly roles: RoleTable;
  private readonly handler: ObjectHandler;
  private phase: number = PHASE.idle;
  private total = 0;
  private received = 0;
  private role = 0;
  private entry = 0;

  constructor(signer: SignerPort, roles: RoleTable, handler: ObjectHandler, sha = new Sha256()) {
    this.cose = new CoseSign1(sha);
    this.signer = signer;
    this.roles = roles;
    this.handler = handler;
  }

  get isBusy(): boolean {
    return this.phase !== PHASE.idle;
  }

  /** Bytes of the current object that have arrived. */
  get nextOffset(): number {
    return this.received;
  }

  /** Forgets a half-received object: the link is gone. What is being carried out goes on. */
  drop(): void {
    this.received = 0;
    this.total = 0;
  }

  /** Takes one piece. 0 when it was taken, 1 when it was the last one, or a fault. */
  put(
    kind: number,
    total: number,
    offset: number,
    bytes: Uint8Array,
    at: number,
    length: number,
  ): number {
    if (this.phase !== PHASE.idle) return FAULT.busy;
    if (total > OBJECT_BYTES_MAX || total === 0) return FAULT.overflow;
    if (offset === 0) {
      this.kind = kind;
      this.total = total;
      this.received = 0;
    }
    if (kind !== this.kind || total !== this.total || offset !== this.received) {
      return FAULT.badState;
    }
    if (offset + length > total) return FAULT.overflow;
    copy(bytes, at, this.inbox, offset, length);
    this.received += length;
    return this.received === total ? 1 : 0;
  }

  /** Starts on the object that is complete. 0, or the fault that refuses it at once. */
  begin(): number {
    const result = this.check();
    if (result >= 0) return result;
    this.handler.objectRefused(this.kind, result);
    return this.finish(result);
  }

  private check(): number {
    if (this.kind === OBJECT.slip) return this.checkCertificate();
    const opened = this.open(0, this.total, this.kind);
    if (opened < 0) return opened;
    const key = this.findKey();
    if (key < 0) return key;
    const fresh = this.checkAddress();
    return fresh < 0 ? fresh : this.verify(PHASE.verifying);
  }

  /** Takes the message apart that fills these bytes of the inbox, of this kind: 0, or a fault. */
  private open(at: number, length: number, kind: number): number {
    const { inbox, message, payload } = this;
    const parsed = this.cose.parseSign1(inbox, at, length, message);
    if (parsed < 0) return parsed;
    const { payloadAt, payloadLength } = message;
    const read = parsePayload(this.reader, inbox, payloadAt, payloadLength, payload);
    if (read < 0) return read;
    return payload.kind === kind ? 0 : FAULT.malformed;
  }

  /** Starts to verify the message at hand under the key that stands in the request. */
  private verify(phase: number): number {
    const { inbox, message } = this;
    this.cose.digestOf(message, inbox, this.request, VERIFY_LAYOUT.digest);
    copy(inbox, message.signatureAt, this.request, VERIFY_LAYOUT.signature, 64);
    const started = this.signer.startVerify(this.request);
    if (started < 0) return started;
    this.phase = phase;
    return 0;
  }

  /** A slip comes as [certificate, slip]: takes one of the two apart. */
  private openPart(part: number, kind: number): number {
    const { reader } = this;
    reader.begin(this.inbox, 0, this.total);
    if (reader.readArrayHeader() !== 2) return reader.reject();
    const certificateLength = reader.readBytes();
    const certificateAt = reader.dataAt;
    const slipLength = reader.readBytes();
    const slipAt = reader.dataAt;
    const fault = reader.end();
    if (fault < 0) return fault;
    if (part === 0) return this.open(certificateAt, certificateLength, kind);
    return this.open(slipAt, slipLength, kind);
  }

  /** First the certificate of the container that signed the slip, under the root's key. */
  private checkCertificate(): number {
    const opened = this.openPart(0, OBJECT.certificate);
    if (opened < 0) return opened;
    if (this.payload.bodyLength !== PUBLIC_KEY_BYTES) return FAULT.badLength;
    copy(this.rootKey, 0, this.request, VERIFY_LAYOUT.publicKey, PUBLIC_KEY_BYTES);
    return this.verify(PHASE.certifying);
  }

  /** Then the slip, under the key that the certificate names, of the container that it names. */
  private checkSlip(): number {
    const { inbox, payload } = this;
    this.openPart(0, OBJECT.certificate);
    const { giaiAt, giaiLength } = payload;
    copy(inbox, payload.bodyAt, this.request, VERIFY_LAYOUT.publicKey, PUBLIC_KEY_BYTES);
    const opened = this.openPart(1, OBJECT.slip);
    if (opened < 0) return opened;
    if (payload.counter < 1) return FAULT.malformed;
    if (payload.giaiLength !== giaiLength) return FAULT.notAllowed;
    if (!equal(inbox, payload.giaiAt, inbox, giaiAt, giaiLength)) return FAULT.notAllowed;
    this.role = 0;
    this.entry = -1;
    return this.verify(PHASE.verifying);
  }

  private findKey(): number {
    const { inbox, message, request, roles } = this;
    if (this.kind === OBJECT.roles) {
      copy(this.rootKey, 0, request, VERIFY_LAYOUT.publicKey, PUBLIC_KEY_BYTES);
      this.role = ROLE.root;
      this.entry = -1;
      return 0;
    }
    if (message.kidLength !== KID_BYTES) return FAULT.notAllowed;
    this.entry = roles.find(inbox, message.kidAt);
    if (this.entry < 0) return FAULT.notAllowed;
    this.role = roles.role[this.entry]!;
    const at = this.entry * PUBLIC_KEY_BYTES;
    copy(roles.keys, at, request, VERIFY_LAYOUT.publicKey, PUBLIC_KEY_BYTES);
    return 0;
  }

  /**
   * Commands, receipts and decisions name this container; a command also names this session, and
   * what is carried has a counter.
   */
  private checkAddress(): number {
    const { inbox, payload } = this;
    if (this.kind !== OBJECT.command && payload.counter < 1) return FAULT.malformed;
    if (isAddressed(this.kind)) {
      if (payload.giaiLength !== this.giaiLength) return FAULT.wrongContainer;
      if (!equal(inbox, payload.giaiAt, this.giai, 0, this.giaiLength)) {
        return FAULT.wrongContainer;
      }
    }
    if (this.kind !== OBJECT.command) return 0;
    if (payload.nonceLength !== NONCE_BYTES) return FAULT.replayed;
    return equal(inbox, payload.nonceAt, this.nonce, 0, NONCE_BYTES) ? 0 : FAULT.replayed;
  }

  /** Moves on: 0 while running or idle, 1 when the object was accepted, or its fault. */
  poll(): number {
    if (this.phase === PHASE.verifying || this.phase === PHASE.certifying) {
      const verified = this.signer.poll(this.request);
      if (verified === 0) return 0;
      if (verified > 0 && this.phase === PHASE.verifying) return this.execute();
      const next = verified < 0 ? verified : this.checkSlip();
      if (next === 0) return 0;
      this.handler.objectRefused(this.kind, next);
      return this.finish(next);
    }
    if (this.phase === PHASE.executing) {
      const done = this.handler.pollObject();
      return done === 0 ? 0 : this.finish(done);
    }
    return 0;
  }

  private execute(): number {
    const started = this.handler.startObject(this.inbox, this.payload, this.role, this.entry);
    if (started !== 0) return this.finish(started);
    this.phase = PHASE.executing;
    return 0;
  }

  private finish(result: number): number {
    this.phase = PHASE.idle;
    this.received = 0;
    this.total = 0;
    return result;
  }
}

/** Whether an object of this kind is for one container only. */
function isAddressed(kind: number): boolean {
  return kind === OBJECT.command || kind === OBJECT.receipt || kind === OBJECT.decision;
}

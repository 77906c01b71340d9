/**
 * A container's side of the hand-off protocol, small but honest: it verifies what it is told by the
 * roles it knows, spends credit, and answers from a toy journal. Its link can lose messages.
 */
import { crc32 } from 'node:zlib';
import { FAULT } from '../../../../firmware/core/faults.js';
import type { Authority } from '../../../../host-sim/backend/authority.js';
import { asArray, asBytes, asInteger, asMap, asText } from '../../../../host-sim/backend/cbor.js';
import { decodeCbor } from '../../../../host-sim/backend/cbor.js';
import type { CborMap } from '../../../../host-sim/backend/cbor.js';
import { parseSign1 } from '../../../../host-sim/backend/cose-host.js';
import { KeyPair } from '../../../../host-sim/backend/keys.js';
import { OBJECT_KIND, makeCheckpoint, open } from '../../../../host-sim/backend/objects.js';
import { GIAI, GRAI, LogBuilder, hexOf, seededEntropy } from './fixtures.js';
import { FRAMES_AT, HEADER_BYTES, RECORDS_PER_SEGMENT } from './toy-journal.js';
import { decodeToyJournal, encodeToyJournal, toySectors } from './toy-journal.js';

type Sector = ReturnType<typeof toySectors>[number];

interface Role {
  readonly role: number;
  readonly publicKey: Uint8Array;
}

/** Decides whether the nth message to the dock is lost. */
export type Loss = (index: number, message: Uint8Array) => boolean;

export class FakeContainer {
  readonly log = new LogBuilder();
  readonly epoch = 1;
  readonly keys: KeyPair;
  readonly certificate: Uint8Array;
  readonly profiles: string[] = [];
  readonly commands: number[] = [];
  wallSource = 0;
  wallS = 0;
  receipted = 0;
  /** What it answers to packing a slot. */
  packResult = 1;
  /** How often a checkpoint is refused as busy before it is made. */
  busyCheckpoints = 0;
  pieceBytes = 60;
  loss: Loss = () => false;
  tamper: (sectors: Sector[]) => Sector[] = (sectors) => sectors;

  readonly #rootPublicKey: Uint8Array;
  readonly #entropy = seededEntropy('container');
  readonly #outgoing: Uint8Array[] = [];
  readonly #roles = new Map<string, Role>();
  readonly #counters = new Map<string, number>();
  #nonce = new Uint8Array(16);
  #checkpoint = new Uint8Array(0);
  #put: { kind: number; bytes: Buffer } | undefined;
  #reading: { pieces: Uint8Array[]; at: number; end: Uint8Array } | undefined;
  #credit = 0;
  #sent = 0;

  constructor(authority: Authority) {
    this.keys = KeyPair.generate(this.#entropy);
    this.#rootPublicKey = authority.rootPublicKey;
    const publicKey = this.keys.publicKey;
    this.certificate = authority.certificate({ giai: GIAI, grai: GRAI, publicKey });
    this.log.add('boot', { fields: { bootCount: 1, reason: 1 } });
  }

  takeOutgoing(): Uint8Array | undefined {
    this.#readOn();
    for (;;) {
      const message = this.#outgoing.shift();
      if (message === undefined || !this.loss(this.#sent++, message)) return message;
    }
  }

  onMessage(message: Uint8Array): void {
    const view = Buffer.from(message);
    switch (view[0]) {
      case 0x01:
        return this.#hello();
      case 0x02:
        return this.#read(view.readInt32LE(1), view.readUInt8(6));
      case 0x03:
        this.#credit += view.readUInt8(1);
        return;
      case 0x04:
        return this.#begin(view.readInt32LE(1), view.readUInt16LE(5), view.readUInt8(8));
      case 0x05:
        return this.#makeCheckpoint();
      case 0x06:
        return this.#putPiece(view);
      case 0x07:
        return this.#get(view.readUInt8(1), view.readUInt16LE(2));
      default:
        this.#reading = undefined; // BYE
    }
  }

  #hello(): void {
    this.#outgoing.length = 0; // whatever an earlier connection left
    this.#nonce = Uint8Array.from(this.#entropy(16));
    const view = Buffer.alloc(47);
    view.writeUInt8(0x81, 0);
    view.writeUInt8(1, 1);
    view.set(this.#nonce, 2);
    [this.epoch, 1, this.log.nextSequence, this.receipted, this.log.uptimeS, this.wallS].forEach(
      (value, index) => view.writeInt32LE(value, 18 + 4 * index),
    );
    view.writeUInt8(this.wallSource, 42);
    view.writeUInt8(0, 43);
    view.writeUInt8(1, 44);
    view.writeUInt16LE(this.certificate.length, 45);
    this.#outgoing.push(view);
  }

  #makeCheckpoint(): void {
    if (this.busyCheckpoints-- > 0) return this.#error(0x05, FAULT.busy);
    const log = decodeToyJournal(encodeToyJournal(this.epoch, this.log.records));
    const sequence = log.lastSequence;
    const chainHash = log.chainHashAt(sequence);
    const { boot, uptimeS } = this.log;
    const { epoch, wallS } = this;
    const checkpoint = { giai: GIAI, epoch, sequence, chainHash, boot, uptimeS, wallS };
    this.#checkpoint = Uint8Array.from(makeCheckpoint(this.keys, checkpoint));
    this.log.add('checkpoint', { fields: { sequence }, tail: chainHash }); // after what it covers
    const view = Buffer.alloc(3);
    view.writeUInt8(0x86, 0);
    view.writeUInt16LE(this.#checkpoint.length, 1);
    this.#outgoing.push(view);
  }

  #get(kind: number, offset: number): void {
    const object = kind === 1 ? this.certificate : this.#checkpoint;
    const piece = object.subarray(offset, offset + this.pieceBytes);
    const view = Buffer.alloc(6 + piece.length);
    view.writeUInt8(0x84, 0);
    view.writeUInt8(kind, 1);
    view.writeUInt16LE(object.length, 2);
    view.writeUInt16LE(offset, 4);
    view.set(piece, 6);
    this.#outgoing.push(view);
  }

  #read(fromSequence: number, credit: number): void {
    const first = Math.floor((fromSequence - 1) / RECORDS_PER_SEGMENT);
    this.#begin(first, 0, credit);
  }

  /** As the container does: header alone, state left out, blank ends of sectors skipped. */
  #begin(from: number, fromOffset: number, credit: number): void {
    const sectors = this.tamper(toySectors(this.epoch, this.log.records));
    const pieces: Uint8Array[] = [];
    let crc = 0;
    let end = { segment: from, offset: fromOffset };
    for (let segment = from; segment < sectors.length; segment++) {
      const { bytes, used } = sectors[segment]!;
      const isLast = segment === sectors.length - 1;
      let at = segment === from ? fromOffset : 0;
      while (at < (isLast ? used : bytes.length)) {
        const stop = at < HEADER_BYTES ? HEADER_BYTES : isLast ? used : bytes.length;
        const piece = bytes.subarray(at, Math.min(stop, at + this.pieceBytes));
        if (piece.every((byte) => byte === 0xff)) break;
        pieces.push(dataMessage(segment, at, piece));
        crc = crc32(piece, crc);
        at += piece.length;
        end = { segment, offset: at };
        if (at === HEADER_BYTES) at = FRAMES_AT;
      }
    }
    const last = Buffer.alloc(15);
    last.writeUInt8(0x83, 0);
    last.writeInt32LE(end.segment, 1);
    last.writeUInt16LE(end.offset, 5);
    last.writeInt32LE(this.log.nextSequence, 7);
    last.writeInt32LE(crc | 0, 11);
    this.#reading = { pieces, at: 0, end: last };
    this.#credit = credit;
  }

  #readOn(): void {
    const reading = this.#reading;
    if (reading === undefined) return;
    while (this.#credit > 0 && reading.at < reading.pieces.length) {
      this.#credit--;
      this.#outgoing.push(reading.pieces[reading.at++]!);
    }
    if (reading.at < reading.pieces.length) return;
    this.#outgoing.push(reading.end);
    this.#reading = undefined;
  }

  #putPiece(view: Buffer): void {
    const kind = view.readUInt8(1);
    const total = view.readUInt16LE(2);
    const offset = view.readUInt16LE(4);
    if (offset === 0) this.#put = { kind, bytes: Buffer.alloc(0) };
    const put = this.#put;
    if (put?.kind !== kind || put.bytes.length !== offset) return this.#error(6, FAULT.badState);
    put.bytes = Buffer.concat([put.bytes, view.subarray(6)]);
    if (put.bytes.length < total) return this.#putAnswer(kind, put.bytes.length, 0);
    this.#putAnswer(kind, total, this.#accept(kind, Uint8Array.from(put.bytes)));
  }

  #putAnswer(kind: number, nextOffset: number, result: number): void {
    const view = Buffer.alloc(6);
    view.writeUInt8(0x85, 0);
    view.writeUInt8(kind, 1);
    view.writeUInt16LE(nextOffset, 2);
    view.writeInt16LE(result, 4);
    this.#outgoing.push(view);
  }

  #error(messageType: number, fault: number): void {
    const view = Buffer.alloc(4);
    view.writeUInt8(0x8f, 0);
    view.writeUInt8(messageType, 1);
    view.writeInt16LE(fault, 2);
    this.#outgoing.push(view);
  }

  /** 1, or the fault for which an object is refused. */
  #accept(kind: number, object: Uint8Array): number {
    const kid = hexOf(parseSign1(object, 'object').kid);
    const isRoles = kind === OBJECT_KIND.roles;
    const signer = this.#roles.get(kid);
    if (!isRoles && signer === undefined) return FAULT.notAllowed;
    const publicKey = isRoles ? this.#rootPublicKey : signer!.publicKey;
    const payload = open(object, publicKey, kind, 'object');
    if (isRoles || kind === OBJECT_KIND.profile || kind === OBJECT_KIND.receipt) {
      const counter = asInteger(payload.get(4), 'counter');
      if (counter <= (this.#counters.get(kid) ?? 0)) return FAULT.replayed;
      this.#counters.set(kid, counter);
    }
    if (isRoles) return this.#learnRoles(payload);
    if (kind === OBJECT_KIND.profile) return this.#learnProfile(payload, signer!);
    if (kind === OBJECT_KIND.receipt) return this.#takeReceipt(payload, signer!);
    return this.#command(payload, signer!);
  }

  #learnRoles(payload: CborMap): number {
    for (const entry of asArray(payload.get(5), 'roles')) {
      const [kid, role, publicKey] = asArray(entry, 'role');
      const key = asBytes(publicKey, 'key', 64);
      this.#roles.set(hexOf(asBytes(kid, 'kid')), {
        role: asInteger(role, 'role'),
        publicKey: key,
      });
    }
    return 1;
  }

  #learnProfile(payload: CborMap, signer: Role): number {
    if (signer.role !== 3) return FAULT.notAllowed;
    const profile = asMap(decodeCbor(asBytes(payload.get(5), 'body'), 'profile'), 'profile');
    this.profiles.push(asText(profile.get(1), 'id'));
    return 1;
  }

  #takeReceipt(payload: CborMap, signer: Role): number {
    if (signer.role !== 5) return FAULT.notAllowed;
    this.receipted = asInteger(payload.get(7), 'sequence');
    this.log.add('receipt', { fields: { sequence: this.receipted, counter: 1, backendWallS: 0 } });
    return 1;
  }

  #command(payload: CborMap, signer: Role): number {
    const nonce = asBytes(payload.get(3), 'nonce', 16);
    if (hexOf(nonce) !== hexOf(this.#nonce)) return FAULT.replayed;
    const body = asMap(payload.get(5), 'body');
    const code = asInteger(body.get(1), 'code');
    if ((code === 4) !== (signer.role === 2)) return FAULT.notAllowed; // a dock sets the time only
    this.commands.push(code);
    if (code === 4) {
      this.wallS = asInteger(body.get(2), 'wall time');
      this.wallSource = 2;
    }
    if (code !== 1 || this.packResult !== 1) return code === 1 ? this.packResult : 1;
    const slot = asInteger(body.get(2), 'slot');
    if (this.log.records.some((record) => record.fields['slot'] === slot)) return 1; // known
    const fields = { kit: slot, slot, profile: 0, expiryWallS: 0 };
    this.log.add('kit', { fields, tail: asBytes(body.get(4), 'packing list') });
    return 1;
  }
}

function dataMessage(segment: number, offset: number, piece: Uint8Array): Uint8Array {
  const view = Buffer.alloc(7 + piece.length);
  view.writeUInt8(0x82, 0);
  view.writeInt32LE(segment, 1);
  view.writeUInt16LE(offset, 5);
  view.set(piece, 7);
  return view;
}

/** A dock for the container tests: contact, a connection, objects put until they are answered. */
import { FAULT } from '../../../firmware/core/faults.js';
import { OBJECT } from '../../../firmware/core/handoff/protocol.js';
import type { Account, Authority, Decision, Session } from '../../../host-sim/backend/authority.js';
import type { Calibration } from '../../../host-sim/backend/calibration.js';
import { encodeCbor } from '../../../host-sim/backend/cbor.js';
import { sha256 } from '../../../host-sim/backend/keys.js';
import { encodePackingList } from '../../../host-sim/backend/packing-list.js';
import {
  type Answer,
  decodeAnswer,
  encodeBye,
  encodeCheckpointRequest,
  encodeCredit,
  encodeGet,
  encodeHelloRequest,
  encodePut,
  encodeRead,
} from '../../../host-sim/backend/protocol.js';
import type { FlashBlock } from '../../../host-sim/backend/record-types.js';
import { type ProfileParts, profileMap } from '../../core/excursion/support/profiles.js';
import {
  BLOOD_BANK,
  GIAI,
  packingListOf,
  START_WALL_S,
} from '../../host-sim/backend/support/fixtures.js';
import { Bench, type BenchOptions } from './bench.js';

export class TestDock {
  readonly bench: Bench;
  readonly id: string;
  /** Of the connection that lasts. */
  nonce: Uint8Array = new Uint8Array(16);
  /** Of the container's journal. */
  epoch = 0;
  /** Called before every step that waits for an answer. */
  beforeAnswer: () => void = () => undefined;

  constructor(bench: Bench, id: string = BLOOD_BANK) {
    this.bench = bench;
    this.id = id;
  }

  get authority(): Authority {
    return this.bench.authority;
  }

  get journal(): { giai: string; epoch: number } {
    return { giai: GIAI, epoch: this.epoch };
  }

  get session(): Session {
    return { giai: this.bench.giai, nonce: this.nonce };
  }

  /** Contact, power, connection, greeting. */
  arrive(): this {
    this.bench.inputs.dockId = this.id;
    this.bench.inputs.hasExternalPower = true;
    this.bench.until(() => this.bench.link.isPowered || undefined, 'the radio');
    return this.connect();
  }

  connect(): this {
    this.bench.link.isConnected = true;
    const hello = this.ask(encodeHelloRequest());
    if (hello.type !== 'hello') throw new Error(`Answer '${hello.type}' to HELLO`);
    this.nonce = hello.nonce;
    this.epoch = hello.epoch;
    return this;
  }

  leave(): this {
    this.bench.inputs.dockId = undefined;
    this.bench.inputs.hasExternalPower = false;
    this.bench.link.drop();
    this.bench.run(1);
    return this;
  }

  ask(message: Uint8Array): Answer {
    this.bench.link.toContainer.push(message);
    return this.answer();
  }

  answer(): Answer {
    const { link } = this.bench;
    const next = (): Uint8Array | undefined => {
      this.beforeAnswer();
      return link.toDock.shift();
    };
    return decodeAnswer(this.bench.until(next, 'an answer'));
  }

  /** Puts an object: 1, or the fault that refused it. */
  put(kind: number, object: Uint8Array): number {
    for (let offset = 0; ;) {
      let answer = this.ask(encodePut(kind, object, offset, 244));
      if (answer.type !== 'put') throw new Error(`Answer '${answer.type}' to PUT`);
      if (answer.result === 0 && answer.nextOffset >= object.length) answer = this.answer();
      if (answer.type !== 'put') throw new Error(`Answer '${answer.type}' to PUT`);
      if (answer.result === FAULT.busy) offset = 0;
      else if (answer.result !== 0) return answer.result;
      else offset = answer.nextOffset;
    }
  }

  command(object: Uint8Array): number {
    return this.put(OBJECT.command, object);
  }

  roles(): number {
    return this.put(OBJECT.roles, this.authority.roles());
  }

  profile(parts: ProfileParts): number {
    return this.put(OBJECT.profile, this.authority.profile(encodeCbor(profileMap(parts))));
  }

  setTime(wallS: number): number {
    return this.command(this.authority.setTime(this.session, this.id, { wallS, uncertaintyS: 1 }));
  }

  /** Packs a kit of this serial number, with the switch as it is. */
  pack(slot: number, serial: string, profile: ProfileParts = {}, more = {}, slip = 0): number {
    const profileHash = sha256(encodeCbor(profileMap(profile)));
    const packingList = encodePackingList(packingListOf(serial, more));
    const kit = { slot, profileHash, packingList, slip };
    return this.command(this.authority.pack(this.session, kit));
  }

  decide(decision: Decision, signer: 'quality' | 'backend' = 'quality'): number {
    return this.put(OBJECT.decision, this.authority.decide(this.journal, decision, signer));
  }

  service(on: boolean): number {
    return this.command(this.authority.service(this.session, on));
  }

  calibrate(calibration: Calibration): number {
    return this.command(this.authority.calibrate(this.session, calibration));
  }

  transfer(serial: string): number {
    const { sgtin } = packingListOf(serial);
    return this.command(this.authority.transfer(this.session, sgtin));
  }

  account(serial: string, account: Omit<Account, 'sgtin'>): number {
    const { sgtin } = packingListOf(serial);
    return this.command(this.authority.account(this.session, { sgtin, ...account }));
  }

  seal(): number {
    return this.command(this.authority.seal(this.session));
  }

  open(): number {
    return this.command(this.authority.openContainer(this.session));
  }

  /** A checkpoint's COSE. */
  checkpoint(): Uint8Array {
    const ready = this.ask(encodeCheckpointRequest());
    if (ready.type !== 'checkpointReady') throw new Error(`Answer '${ready.type}' to CHECKPOINT`);
    return this.get(OBJECT.checkpoint);
  }

  /** Fetches an object; a slip is that of a kit. */
  get(kind: number, kit?: number): Uint8Array {
    const parts: Uint8Array[] = [];
    for (let offset = 0; ;) {
      const piece = this.ask(encodeGet(kind, offset, kit));
      if (piece.type === 'error' && piece.fault === FAULT.busy) continue;
      if (piece.type !== 'object') throw new Error(`Answer '${piece.type}' to GET`);
      parts.push(piece.bytes);
      offset += piece.bytes.length;
      if (offset >= piece.total) return Uint8Array.from(Buffer.concat(parts));
    }
  }

  /** Everything from the segment of a sequence number on. */
  read(fromSequence: number): FlashBlock[] {
    const blocks: FlashBlock[] = [];
    this.bench.link.toContainer.push(encodeRead(fromSequence, 16));
    for (;;) {
      const answer = this.answer();
      if (answer.type === 'end') return blocks;
      if (answer.type !== 'data') throw new Error(`Answer '${answer.type}' to READ`);
      blocks.push(answer);
      this.bench.link.toContainer.push(encodeCredit(1));
    }
  }

  bye(): void {
    this.bench.link.toContainer.push(encodeBye());
    this.bench.run(1);
  }
}

/** A container at the blood bank's dock, with roles, the time and a profile. */
export async function dockedBench(
  profile: ProfileParts = {},
  options: BenchOptions = {},
): Promise<{ bench: Bench; dock: TestDock }> {
  const bench = await Bench.make(options);
  bench.run(1);
  const dock = new TestDock(bench).arrive();
  for (const result of [dock.roles(), dock.setTime(START_WALL_S), dock.profile(profile)]) {
    if (result !== 1) throw new Error(`Provisioning the container: fault ${result}`);
  }
  return { bench, dock };
}

/** The same with kits packed into the first slots; serials S0, S1, … */
export async function packedBench(
  kitCount: number,
  profile: ProfileParts = {},
  options: BenchOptions = {},
): Promise<{ bench: Bench; dock: TestDock }> {
  const { bench, dock } = await dockedBench(profile, options);
  for (let slot = 0; slot < kitCount; slot++) {
    bench.fill(slot);
    const result = dock.pack(slot, `S${slot}`, profile);
    if (result !== 1) throw new Error(`Packing kit ${slot}: fault ${result}`);
  }
  bench.run(61); // a reading
  return { bench, dock };
}

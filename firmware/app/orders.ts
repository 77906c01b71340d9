/**
 * Commands: what is done live at the container, by somebody whose role may do it, in the session
 * whose nonce the command names. Each is idempotent. Where one about kits is refused, a COMMAND
 * record says who wanted it and why it was not done; out in the field nothing is refused, for
 * there nobody commands.
 *
 * | command           | given by                            |
 * | ----------------- | ----------------------------------- |
 * | pack, seal, open  | packer, engineer                    |
 * | transfer          | packer, engineer                    |
 * | setTime           | dock, backend                       |
 * | service, calibrate | engineer                           |
 * | account           | any of them                         |
 */
import type { CborReader } from '../core/cbor/cbor.js';
import { CBOR_TYPE } from '../core/cbor/cbor.js';
import { COMMON, KIT, KIT_COUNT_MAX, kitAt } from '../core/excursion/kits.js';
import { FAULT } from '../core/faults.js';
import type { PayloadView } from '../core/handoff/payload.js';
import { ROLE } from '../core/handoff/protocol.js';
import type { RoleTable } from '../core/handoff/roles.js';
import { type Catalogue, ENTRY } from '../core/journal/catalogue.js';
import { IDENTITY_BYTES_MAX } from '../core/kit/identity.js';
import { COMMAND, RECORD } from '../core/record/schema.js';
import { CUSTODY, WALL_UNKNOWN } from '../core/units.js';
import type { Calibrations } from './calibrations.js';
import type { KitFinder } from './kit-finder.js';
import type { Ledger } from './ledger.js';
import type { Packing } from './packing.js';
import type { WallClock } from './wall-clock.js';

export interface OrderParts {
  readonly ledger: Ledger;
  /** The durable KITS_WORDS. */
  readonly words: Int32Array;
  readonly catalogue: Catalogue;
  readonly roles: RoleTable;
  readonly packing: Packing;
  readonly finder: KitFinder;
  readonly wallClock: WallClock;
  readonly calibrations: Calibrations;
}

export class Orders {
  /** Whether a COMMAND record tells how the command at hand ended. */
  hasAnswered = false;
  private readonly parts: OrderParts;
  private signer = -1;
  /** Of the command that waits for the catalogue. */
  private code = 0;
  private uptimeS = 0;

  constructor(parts: OrderParts) {
    this.parts = parts;
  }

  /** Before an object is carried out: who signed it (its entry in the roles list), and when. */
  begin(signer: number, uptimeS: number): void {
    this.signer = signer;
    this.uptimeS = uptimeS;
    this.hasAnswered = false;
  }

  /**
   * Starts on a command: 1 when done at once, 0 when the catalogue has to be written, or a fault.
   */
  start(reader: CborReader, bytes: Uint8Array, payload: PayloadView, role: number): number {
    reader.begin(bytes, payload.bodyAt, payload.bodyLength);
    reader.readMapHeader();
    if (reader.readInt() !== 1) return reader.reject();
    const code = reader.readInt();
    this.code = code;
    switch (code) {
      case COMMAND.setTime:
        if (role !== ROLE.dock && role !== ROLE.backend) return FAULT.notAllowed;
        return this.parts.wallClock.set(reader, this.uptimeS);
      case COMMAND.account:
        return this.account(reader, bytes);
      default:
        return this.answerable(code, reader, bytes, role);
    }
  }

  /** The catalogue has been written, or not: ends the command that asked for it. */
  end(result: number, reader: CborReader, inbox: Uint8Array, uptimeS: number): number {
    this.uptimeS = uptimeS;
    const { packing, calibrations } = this.parts;
    if (this.code === COMMAND.calibrate) {
      const ended = calibrations.end(result, inbox, uptimeS);
      if (ended < 0) calibrations.restore(reader, inbox);
      return this.answer(COMMAND.calibrate, ended, -1);
    }
    if (result < 0) return this.answer(COMMAND.pack, result, -1);
    if (!packing.isSlotFilled()) return this.answer(COMMAND.pack, FAULT.slotEmpty, -1);
    if (!packing.isAsChecked()) return this.answer(COMMAND.pack, FAULT.badState, -1);
    packing.store(inbox, this.uptimeS);
    return this.answer(COMMAND.pack, 1, packing.kit);
  }

  /** Commands whose refusal is a COMMAND record. */
  private answerable(code: number, reader: CborReader, bytes: Uint8Array, role: number): number {
    const isEngineer = role === ROLE.engineer;
    const isPacker = role === ROLE.packer || isEngineer;
    switch (code) {
      case COMMAND.pack:
        return isPacker ? this.pack(reader, bytes) : this.answer(code, FAULT.notAllowed, -1);
      case COMMAND.transfer:
        return isPacker ? this.transfer(reader, bytes) : this.answer(code, FAULT.notAllowed, -1);
      case COMMAND.seal:
      case COMMAND.open:
        if (!isPacker) return this.answer(code, FAULT.notAllowed, -1);
        return reader.end() < 0 ? FAULT.malformed : this.seal(code);
      case COMMAND.service:
        return isEngineer ? this.service(reader) : this.answer(code, FAULT.notAllowed, -1);
      case COMMAND.calibrate:
        return isEngineer ? this.calibrate(reader, bytes) : this.answer(code, FAULT.notAllowed, -1);
      default:
        return FAULT.malformed;
    }
  }

  private calibrate(reader: CborReader, bytes: Uint8Array): number {
    const { calibrations } = this.parts;
    if (!this.isEmpty()) return this.answer(COMMAND.calibrate, FAULT.kitsAboard, -1);
    const started = calibrations.start(reader, bytes);
    if (started >= 0) return started;
    calibrations.restore(reader, bytes);
    return this.answer(COMMAND.calibrate, started, -1);
  }

  private pack(reader: CborReader, bytes: Uint8Array): number {
    const { packing, catalogue, wallClock } = this.parts;
    const checked = packing.check(reader, bytes, wallClock.wallAt(this.uptimeS));
    if (checked === 1) {
      // The kit is aboard already: this is its scan after it was put back.
      packing.scanned(this.uptimeS);
      return this.answer(COMMAND.pack, 1, packing.kit);
    }
    if (checked < 0) return this.answer(COMMAND.pack, checked, -1);
    const { kit, listAt, listLength } = packing;
    const started = catalogue.startPut(ENTRY.kit, kit, bytes, listAt, listLength);
    return started < 0 ? this.answer(COMMAND.pack, started, -1) : 0;
  }

  private seal(code: number): number {
    const { packing, ledger, words } = this.parts;
    const sealed = code === COMMAND.seal ? 1 : 0;
    if (words[COMMON.sealed] === sealed) return 1;
    const explained = sealed === 1 ? packing.slotsExplained() : 0;
    if (explained < 0) return this.answer(code, explained, -1);
    ledger.begin(RECORD.seal, this.uptimeS).fields[0] = sealed;
    this.setStaff();
    ledger.store();
    return 1;
  }

  /** {2: sgtin}: the kit is handed over, to another container or to somebody else. */
  private transfer(reader: CborReader, bytes: Uint8Array): number {
    const kit = this.readKit(reader, bytes);
    if (kit < 0) return this.refuse(COMMAND.transfer, kit);
    const custody = this.parts.words[kitAt(kit) + KIT.custody]!;
    if (custody === CUSTODY.transferred) return 1;
    const isStock = custody === CUSTODY.in || custody === CUSTODY.taken;
    if (!isStock) return this.answer(COMMAND.transfer, FAULT.badState, kit);
    this.parts.packing.act(kit, CUSTODY.transferred, this.uptimeS);
    return this.answer(COMMAND.transfer, 1, kit);
  }

  /** {2: 1 or 0}: begins or ends the service state, which only an empty container may be in. */
  private service(reader: CborReader): number {
    const { words, ledger } = this.parts;
    if (reader.readInt() !== 2) return reader.reject();
    const on = reader.readInt();
    if (reader.end() < 0 || on < 0 || on > 1) return FAULT.malformed;
    if (words[COMMON.service] === on) return 1;
    if (on === 1 && !this.isEmpty()) return this.answer(COMMAND.service, FAULT.kitsAboard, -1);
    ledger.begin(RECORD.service, this.uptimeS).fields[0] = on;
    this.setStaff();
    ledger.store();
    return 1;
  }

  private isEmpty(): boolean {
    const { words } = this.parts;
    for (let kit = 0; kit < KIT_COUNT_MAX; kit++) {
      if (words[kitAt(kit) + KIT.custody] === CUSTODY.in) return false;
    }
    return words[COMMON.slots] === 0;
  }

  /**
   * {2: sgtin, 3: number of the CUSTODY record, 4: why, 5: wall time at which mixing started or
   * null, 6: who (GSRN)}: what the crew did is told later. Mixing may have begun earlier than was
   * known, never later.
   */
  private account(reader: CborReader, bytes: Uint8Array): number {
    const { finder, ledger, wallClock } = this.parts;
    if (reader.readInt() !== 2) return reader.reject();
    const length = reader.readBytes();
    const sgtinAt = reader.dataAt;
    if (reader.readInt() !== 3) return reader.reject();
    const about = reader.readInt();
    if (reader.readInt() !== 4) return reader.reject();
    const why = reader.readInt();
    if (why < 0 || why > 0xff || reader.readInt() !== 5) return reader.reject();
    let mixedWallS: number = WALL_UNKNOWN;
    if (reader.nextType() === CBOR_TYPE.null) reader.readNull();
    else mixedWallS = reader.readUint();
    if (reader.readInt() !== 6) return reader.reject();
    const staffLength = reader.readBytes();
    const staffAt = reader.dataAt;
    const fault = reader.end();
    if (fault < 0) return fault;
    if (staffLength > IDENTITY_BYTES_MAX) return FAULT.badLength;
    const kit = finder.find(reader, bytes, sgtinAt, length);
    if (kit < 0) return FAULT.kitUnknown;
    const wallS = wallClock.wallAt(this.uptimeS);
    const isLate = wallS === WALL_UNKNOWN || mixedWallS > wallS;
    if (mixedWallS !== WALL_UNKNOWN && isLate) return FAULT.badState;
    const record = ledger.begin(RECORD.account, this.uptimeS);
    record.fields[0] = kit;
    record.fields[1] = about;
    record.fields[2] = why;
    record.fields[3] = mixedWallS;
    record.setTail(bytes, staffAt, staffLength);
    ledger.store();
    return 1;
  }

  /** Reads {2: sgtin} to the end of the command: the kit's index, or a fault. */
  private readKit(reader: CborReader, bytes: Uint8Array): number {
    if (reader.readInt() !== 2) return reader.reject();
    const length = reader.readBytes();
    const sgtinAt = reader.dataAt;
    const fault = reader.end();
    if (fault < 0) return fault;
    const kit = this.parts.finder.find(reader, bytes, sgtinAt, length);
    return kit < 0 ? FAULT.kitUnknown : kit;
  }

  /** What does not follow its format is refused as an object; the rest is answered. */
  private refuse(code: number, fault: number): number {
    return fault === FAULT.kitUnknown ? this.answer(code, fault, -1) : fault;
  }

  /** Records a command's outcome and who gave it, and answers the outcome. */
  private answer(code: number, result: number, kit: number): number {
    this.hasAnswered = true;
    const record = this.parts.ledger.begin(RECORD.command, this.uptimeS);
    record.fields[0] = code;
    record.fields[1] = result;
    record.fields[2] = kit;
    this.setStaff();
    this.parts.ledger.store();
    return result;
  }

  /** Puts the signer's identity into the tail of the record that was begun. */
  setStaff(): void {
    const { roles, ledger } = this.parts;
    if (this.signer < 0) return;
    const at = this.signer * IDENTITY_BYTES_MAX;
    ledger.record.setTail(roles.ids, at, roles.idLengths[this.signer]!);
  }
}

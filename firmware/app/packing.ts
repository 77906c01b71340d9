/**
 * PACK at a packing station: checks what is to be packed, and refuses with the reason. Refusals
 * exist here and at sealing only; out in the field nothing is refused.
 *
 * | wrong                                              | fault           |
 * | -------------------------------------------------- | --------------- |
 * | packing list or an identifier in it                | its own fault   |
 * | no such slot, or nothing in it                     | slotEmpty       |
 * | this kit is aboard elsewhere, or was taken or used | kitKnown        |
 * | the container is sealed                            | sealed          |
 * | another kit is in the slot, and it never left      | slotUnexplained |
 * | the profile is not aboard                          | profileUnknown  |
 * | past its expiry                                    | kitExpired      |
 *
 * A slot speaks of one kit. When another is packed into it, the one that was taken from it, perhaps
 * believed to have been put back, did not come back: its fate is unknown from then on.
 */
import { crc32, CRC32_START, equal } from '../core/bytes.js';
import type { CborReader } from '../core/cbor/cbor.js';
import { COMMON, freeKit, KIT, KIT_COUNT_MAX, kitAt, kitOfSlot } from '../core/excursion/kits.js';
import { PROFILE_HASH_BYTES, type ProfileTable } from '../core/excursion/profile.js';
import { REASON } from '../core/excursion/reasons.js';
import { FAULT } from '../core/faults.js';
import { type Catalogue, ENTRY } from '../core/journal/catalogue.js';
import {
  PACKING_LIST_BYTES_MAX,
  PackingListView,
  parsePackingList,
} from '../core/kit/packing-list.js';
import type { Limits } from '../core/limits.js';
import { ORIGIN, RECORD } from '../core/record/schema.js';
import { CUSTODY, VERDICT, WALL_UNKNOWN } from '../core/units.js';
import type { Ledger } from './ledger.js';

export class Packing {
  /** Index of the kit that is being packed, and where its list lies in the caller's bytes. */
  kit = -1;
  listAt = 0;
  listLength = 0;
  private slot = 0;
  private profile = 0;
  private readonly view = new PackingListView();
  private readonly other = new PackingListView();
  private readonly stored = new Uint8Array(PACKING_LIST_BYTES_MAX);
  private readonly words: Int32Array;
  private readonly profiles: ProfileTable;
  private readonly catalogue: Catalogue;
  private readonly ledger: Ledger;
  private readonly limits: Limits;

  constructor(
    words: Int32Array,
    profiles: ProfileTable,
    catalogue: Catalogue,
    ledger: Ledger,
    limits: Limits,
  ) {
    this.words = words;
    this.profiles = profiles;
    this.catalogue = catalogue;
    this.ledger = ledger;
    this.limits = limits;
  }

  /**
   * Reads the rest of a PACK body {2: slot, 3: profile hash, 4: packing list} and checks it at a
   * wall time. 0: it may be packed as `kit`; 1: that very kit is in that slot already; or a fault.
   */
  check(reader: CborReader, bytes: Uint8Array, wallS: number): number {
    if (reader.readInt() !== 2) return reader.reject();
    this.slot = reader.readInt();
    if (reader.readInt() !== 3) return reader.reject();
    if (reader.readBytes() !== PROFILE_HASH_BYTES) return reader.reject();
    this.profile = this.profiles.find(bytes, reader.dataAt);
    if (reader.readInt() !== 4) return reader.reject();
    this.listLength = reader.readBytes();
    this.listAt = reader.dataAt;
    const fault = reader.end();
    if (fault < 0) return fault;
    const parsed = parsePackingList(reader, bytes, this.listAt, this.listLength, this.view);
    return parsed < 0 ? parsed : this.decide(reader, bytes, wallS);
  }

  private decide(reader: CborReader, bytes: Uint8Array, wallS: number): number {
    const { words, slot } = this;
    if (!this.isSlotFilled()) return FAULT.slotEmpty;
    const known = this.findKit(reader, bytes);
    const inSlot = this.kitIn(slot);
    if (known >= 0 && known === inSlot) {
      this.kit = known;
      return 1;
    }
    if (known >= 0) return FAULT.kitKnown;
    if (words[COMMON.sealed] === 1) return FAULT.sealed;
    if (inSlot >= 0 && !this.isUnscanned(inSlot)) return FAULT.slotUnexplained;
    if (this.profile < 0) return FAULT.profileUnknown;
    if (wallS !== WALL_UNKNOWN && wallS > this.view.expiryWallS) return FAULT.kitExpired;
    const free = freeKit(words);
    this.kit = free >= 0 ? free : this.missing(); // whose entry ends with this packing
    return this.kit < 0 ? FAULT.noRoom : 0;
  }

  /** The kit that was taken from the slot and that another one now takes the place of, or -1. */
  private missing(): number {
    const kit = kitOfSlot(this.words, this.slot);
    return kit >= 0 && this.words[kitAt(kit) + KIT.custody] !== CUSTODY.mixed ? kit : -1;
  }

  /** Whether the slot exists and its switch says that something is in it. */
  isSlotFilled(): boolean {
    const { slot } = this;
    if (slot < 0 || slot >= this.limits.slotCount) return false;
    return (this.words[COMMON.slots]! & (1 << slot)) !== 0;
  }

  private isUnscanned(kit: number): boolean {
    return (this.words[kitAt(kit) + KIT.sticky]! & (1 << REASON.returnedUnscanned)) !== 0;
  }

  /** Kit with the SGTIN of the list at hand, whatever its custody, or -1. */
  private findKit(reader: CborReader, bytes: Uint8Array): number {
    const { view, other, stored } = this;
    for (let kit = 0; kit < KIT_COUNT_MAX; kit++) {
      const at = kitAt(kit);
      if (this.words[at + KIT.custody] === CUSTODY.none) continue;
      const length = this.catalogue.get(ENTRY.kit, kit, stored);
      if (length < 0 || crc32(stored, 0, length, CRC32_START) !== this.words[at + KIT.listCrc]) {
        continue; // written ahead of a record that a power cut prevented
      }
      if (parsePackingList(reader, stored, 0, length, other) < 0) continue;
      if (other.sgtinLength !== view.sgtinLength) continue;
      if (equal(stored, other.sgtinAt, bytes, view.sgtinAt, view.sgtinLength)) return kit;
    }
    return -1;
  }

  private kitIn(slot: number): number {
    for (let kit = 0; kit < KIT_COUNT_MAX; kit++) {
      const at = kitAt(kit);
      const isIn = this.words[at + KIT.custody] === CUSTODY.in;
      if (isIn && this.words[at + KIT.slot] === slot) return kit;
    }
    return -1;
  }

  /** Records the packed kit, and what that says of the slot's kit before; `bytes` were checked. */
  store(bytes: Uint8Array, uptimeS: number): void {
    const missing = this.missing();
    if (missing >= 0) this.act(missing, CUSTODY.fateUnknown, uptimeS);
    const record = this.ledger.begin(RECORD.kit, uptimeS);
    record.fields[0] = this.kit;
    record.fields[1] = this.slot;
    record.fields[2] = this.profile;
    record.fields[3] = this.view.expiryWallS;
    record.setTail(bytes, this.listAt, this.listLength);
    this.ledger.store();
  }

  /** Records that a kit which was put back has been scanned. */
  scanned(uptimeS: number): void {
    if (this.isUnscanned(this.kit)) this.act(this.kit, CUSTODY.in, uptimeS);
  }

  private act(kit: number, custody: number, uptimeS: number): void {
    const recorded = this.words[kitAt(kit) + KIT.recordedVerdict]!;
    const record = this.ledger.begin(RECORD.custody, uptimeS);
    record.fields[0] = kit;
    record.fields[1] = custody;
    record.fields[2] = recorded === 0 ? VERDICT.unknown : recorded - 1;
    record.fields[4] = ORIGIN.command;
    record.fields[5] = this.slot;
    this.ledger.store();
  }

  /** Sealing: every filled slot has its kit, and every kit aboard is in its slot. */
  slotsExplained(): number {
    const filled = this.words[COMMON.slots]!;
    for (let slot = 0; slot < this.limits.slotCount; slot++) {
      const isFilled = (filled & (1 << slot)) !== 0;
      if (isFilled !== this.kitIn(slot) >= 0) return FAULT.slotUnexplained;
    }
    return 0;
  }
}

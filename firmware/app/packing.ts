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
 * | the container is in service                        | inService       |
 * | past its expiry                                    | kitExpired      |
 *
 * A slot speaks of one kit. When another is packed into it, the one that was taken from it, perhaps
 * believed to have been put back, did not come back: its fate is unknown from then on.
 */
import type { CborReader } from '../core/cbor/cbor.js';
import { COMMON, freeKit, KIT, KIT_COUNT_MAX, kitAt, kitOfSlot } from '../core/excursion/kits.js';
import { PROFILE_HASH_BYTES, type ProfileTable } from '../core/excursion/profile.js';
import { REASON } from '../core/excursion/reasons.js';
import { hasSlip } from '../core/excursion/slip.js';
import { FAULT } from '../core/faults.js';
import { PackingListView, parsePackingList } from '../core/kit/packing-list.js';
import type { Limits } from '../core/limits.js';
import { ORIGIN, RECORD } from '../core/record/schema.js';
import { CUSTODY, VERDICT, WALL_UNKNOWN } from '../core/units.js';
import type { KitFinder } from './kit-finder.js';
import type { Ledger } from './ledger.js';
import type { Slips } from './slips.js';

export class Packing {
  /** Index of the kit that is being packed, and where its list lies in the caller's bytes. */
  kit = -1;
  listAt = 0;
  listLength = 0;
  private slot = 0;
  private profile = 0;
  /** The slip that the kit should come with, and the one that is at hand; 0: none. */
  private slip = 0;
  private slipAtHand = 0;
  private isKnown = false;
  private slotsChecked = 0;
  private custodyChecked = 0;
  private readonly view = new PackingListView();
  private readonly words: Int32Array;
  private readonly profiles: ProfileTable;
  private readonly finder: KitFinder;
  private readonly slips: Slips;
  private readonly ledger: Ledger;
  private readonly limits: Limits;

  constructor(
    words: Int32Array,
    profiles: ProfileTable,
    finder: KitFinder,
    slips: Slips,
    ledger: Ledger,
    limits: Limits,
  ) {
    this.words = words;
    this.profiles = profiles;
    this.finder = finder;
    this.slips = slips;
    this.ledger = ledger;
    this.limits = limits;
  }

  /**
   * Reads the rest of a PACK body {2: slot, 3: profile hash, 4: packing list, ? 5: slip} and checks
   * it at a wall time. 0: it may be packed as `kit`; 1: that very kit is in that slot already; or a
   * fault.
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
    this.slip = 0;
    if (reader.hasMore()) {
      if (reader.readInt() !== 5) return reader.reject();
      this.slip = reader.readUint();
    }
    const fault = reader.end();
    if (fault < 0) return fault;
    const parsed = parsePackingList(reader, bytes, this.listAt, this.listLength, this.view);
    if (parsed < 0) return parsed;
    const decided = this.decide(reader, bytes, wallS);
    if (decided < 0) return decided;
    this.slotsChecked = this.words[COMMON.slots]!;
    this.custodyChecked = this.words[kitAt(this.kit) + KIT.custody]!;
    return decided;
  }

  private decide(reader: CborReader, bytes: Uint8Array, wallS: number): number {
    const { words, slot } = this;
    if (!this.isSlotFilled()) return FAULT.slotEmpty;
    const { sgtinAt, sgtinLength } = this.view;
    const known = this.finder.find(reader, bytes, sgtinAt, sgtinLength);
    const inSlot = this.kitIn(slot);
    this.slipAtHand = this.slips.numberFor(bytes, sgtinAt, sgtinLength);
    this.isKnown = known >= 0;
    this.kit = known;
    const isHere = known >= 0 && known === inSlot;
    if (isHere && !this.isSlipNewer(known)) return 1;
    if (known >= 0 && !isHere && !this.isBack(known)) return FAULT.kitKnown;
    if (words[COMMON.service] === 1) return FAULT.inService;
    if (words[COMMON.sealed] === 1) return FAULT.sealed;
    if (inSlot >= 0 && !isHere && !this.isUnscanned(inSlot)) return FAULT.slotUnexplained;
    if (this.profile < 0) return FAULT.profileUnknown;
    if (wallS !== WALL_UNKNOWN && wallS > this.view.expiryWallS) return FAULT.kitExpired;
    if (known >= 0) return 0;
    const free = freeKit(words);
    this.kit = free >= 0 ? free : this.missing(); // whose entry ends with this packing
    return this.kit < 0 ? FAULT.noRoom : 0;
  }

  /** Whether a slip is at hand that is newer than what is known of a kit. */
  private isSlipNewer(kit: number): boolean {
    return this.slipAtHand > this.words[kitAt(kit) + KIT.slipNumber]!;
  }

  /** Whether a kit that left is said to come with the slip that it left with, or a later one. */
  private isBack(kit: number): boolean {
    const knownNumber = this.words[kitAt(kit) + KIT.slipNumber]!;
    const isNamed = this.slip >= knownNumber || this.slipAtHand >= knownNumber;
    return isNamed && hasSlip(this.words, kit);
  }

  /** The kit that was taken from the slot and that another one now takes the place of, or -1. */
  private missing(): number {
    const kit = kitOfSlot(this.words, this.slot);
    if (this.isKnown && kit === this.kit) return -1;
    return kit >= 0 && this.words[kitAt(kit) + KIT.custody] !== CUSTODY.mixed ? kit : -1;
  }

  /** Whether slots and custody are still as `check` found them, while the catalogue was written. */
  isAsChecked(): boolean {
    const { words } = this;
    const custody = words[kitAt(this.kit) + KIT.custody]!;
    return words[COMMON.slots] === this.slotsChecked && custody === this.custodyChecked;
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
    this.slips.bring(this.kit, this.slipAtHand, this.isKnown, this.slip, uptimeS);
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
    const knownNumber = this.words[kitAt(this.kit) + KIT.slipNumber]!;
    if (this.slip > knownNumber) this.slips.miss(this.kit, this.slip, uptimeS);
  }

  /** Records that a command, not a hand at the container, changed a kit's custody. */
  act(kit: number, custody: number, uptimeS: number): void {
    const recorded = this.words[kitAt(kit) + KIT.recordedVerdict]!;
    const record = this.ledger.begin(RECORD.custody, uptimeS);
    record.fields[0] = kit;
    record.fields[1] = custody;
    record.fields[2] = recorded === 0 ? VERDICT.unknown : recorded - 1;
    record.fields[4] = ORIGIN.command;
    record.fields[5] = this.words[kitAt(kit) + KIT.slot]!;
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

/**
 * The slips of kits: what a dock may fetch of a kit that left, and what it brings for one that is
 * about to be packed. A slip that was brought is kept at the end of the inbox, where no PACK
 * reaches; whatever does reach there makes it a slip that is missing.
 */
import { copy, crc32, CRC32_START, equal, getI32, putI32 } from '../core/bytes.js';
import type { CborWriter } from '../core/cbor/cbor.js';
import { checkExposure, EXPOSURE_BYTES_MAX, writeExposure } from '../core/excursion/carried.js';
import { KIT, KIT_COUNT_MAX, kitAt } from '../core/excursion/kits.js';
import { endOfSlip, hasSlip, markOf, SLIP_FIELD } from '../core/excursion/slip.js';
import { FAULT } from '../core/faults.js';
import type { ObjectDesk } from '../core/handoff/desk.js';
import type { PayloadView } from '../core/handoff/payload.js';
import { PAYLOAD } from '../core/handoff/protocol.js';
import { putWall, type SlipSource } from '../core/handoff/statement.js';
import type { Journal } from '../core/journal/journal.js';
import { checkSgtin, IDENTITY_BYTES_MAX } from '../core/kit/identity.js';
import { OBJECT_BYTES_MAX } from '../core/limits.js';
import { RECORD, SLIP_WAY } from '../core/record/schema.js';
import { WALL_UNKNOWN } from '../core/units.js';
import type { KitFinder } from './kit-finder.js';
import type { Ledger } from './ledger.js';

/** The slip at hand: number and end, length of the SGTIN and the SGTIN, exposure. */
const KEPT = Object.freeze({
  number: 0,
  endWallS: 4,
  sgtinLength: 8,
  exposureLength: 9,
  sgtin: 10,
  exposure: 10 + IDENTITY_BYTES_MAX,
  bytes: 10 + IDENTITY_BYTES_MAX + EXPOSURE_BYTES_MAX,
} as const);
const KEPT_AT = OBJECT_BYTES_MAX - KEPT.bytes;

export class Slips implements SlipSource {
  private readonly words: Int32Array;
  private readonly rules: Int32Array;
  private readonly finder: KitFinder;
  private readonly ledger: Ledger;
  private readonly journal: Journal;
  private readonly desk: () => ObjectDesk;
  private keptCrc = 0;
  private isKept = false;

  /** `words` are the durable KITS_WORDS, `rules` those of the profiles. */
  constructor(
    words: Int32Array,
    rules: Int32Array,
    finder: KitFinder,
    ledger: Ledger,
    journal: Journal,
    desk: () => ObjectDesk,
  ) {
    this.words = words;
    this.rules = rules;
    this.finder = finder;
    this.ledger = ledger;
    this.journal = journal;
    this.desk = desk;
  }

  putSlip(kit: number, writer: CborWriter): number {
    const { words, finder, ledger, journal } = this;
    if (kit >= KIT_COUNT_MAX || !hasSlip(words, kit)) return FAULT.absent;
    if (finder.load(this.desk().reader, kit) < 0) return FAULT.absent;
    const { list, view } = finder;
    const { tail } = ledger.record; // free between two records
    const length = writeExposure(words, markOf(words, this.rules, kit), kit, tail);
    writer.putUint(PAYLOAD.nonce);
    writer.putBytes(list, view.sgtinAt, view.sgtinLength);
    writer.putUint(PAYLOAD.counter);
    writer.putUint(words[kitAt(kit) + KIT.slipNumber]!);
    writer.putUint(PAYLOAD.body);
    writer.putBytes(tail, 0, length);
    writer.putUint(PAYLOAD.epoch);
    writer.putInt(journal.epoch);
    writer.putUint(PAYLOAD.sequence);
    writer.putInt(journal.lastStoredSequence);
    putWall(writer, endOfSlip(words, kit));
    return 0;
  }

  /** Takes up a verified slip for the PACK that follows: 1, or what is wrong with it. */
  keep(bytes: Uint8Array, payload: PayloadView): number {
    const { nonceAt, nonceLength, bodyAt, bodyLength, wallS } = payload;
    this.isKept = false;
    const identity = checkSgtin(bytes, nonceAt, nonceLength);
    if (identity < 0) return identity;
    const checked = checkExposure(bytes, bodyAt, bodyLength);
    if (checked < 0) return checked;
    if (wallS < 0 && wallS !== WALL_UNKNOWN) return FAULT.malformed;
    if (nonceAt + nonceLength > KEPT_AT || bodyAt + bodyLength > KEPT_AT) return FAULT.overflow;
    putI32(bytes, KEPT_AT + KEPT.number, payload.counter);
    putI32(bytes, KEPT_AT + KEPT.endWallS, wallS);
    bytes[KEPT_AT + KEPT.sgtinLength] = nonceLength;
    bytes[KEPT_AT + KEPT.exposureLength] = bodyLength;
    copy(bytes, nonceAt, bytes, KEPT_AT + KEPT.sgtin, nonceLength);
    copy(bytes, bodyAt, bytes, KEPT_AT + KEPT.exposure, bodyLength);
    this.keptCrc = crc32(bytes, KEPT_AT, KEPT.bytes, CRC32_START);
    this.isKept = true;
    return 1;
  }

  /** Number of the slip at hand of the kit with this SGTIN, 0 without one. */
  numberFor(sgtins: Uint8Array, sgtinAt: number, sgtinLength: number): number {
    if (!this.isKept) return 0;
    const { inbox } = this.desk();
    if (crc32(inbox, KEPT_AT, KEPT.bytes, CRC32_START) !== this.keptCrc) return 0;
    if (inbox[KEPT_AT + KEPT.sgtinLength] !== sgtinLength) return 0;
    if (!equal(inbox, KEPT_AT + KEPT.sgtin, sgtins, sgtinAt, sgtinLength)) return 0;
    return getI32(inbox, KEPT_AT + KEPT.number);
  }

  /**
   * Records what comes with the kit that is about to be packed into an entry: the slip at hand, of
   * this number or 0, or what the entry itself knows of that kit, if `isSame` and that is newer;
   * and that slip `wanted` is missing, where neither is as new.
   */
  bring(kit: number, atHand: number, isSame: boolean, wanted: number, uptimeS: number): void {
    const { words, rules, ledger } = this;
    const at = kitAt(kit);
    const own = isSame && hasSlip(words, kit) ? words[at + KIT.slipNumber]! : 0;
    if (own > 0 && own >= atHand) {
      const record = ledger.begin(RECORD.slip, uptimeS);
      record.fields[SLIP_FIELD.endWallS] = endOfSlip(words, kit);
      record.tailLength = writeExposure(words, markOf(words, rules, kit), kit, record.tail);
      this.store(kit, SLIP_WAY.came, own);
    } else if (atHand > 0) {
      const { inbox } = this.desk();
      const record = ledger.begin(RECORD.slip, uptimeS);
      record.fields[SLIP_FIELD.endWallS] = getI32(inbox, KEPT_AT + KEPT.endWallS);
      record.setTail(inbox, KEPT_AT + KEPT.exposure, inbox[KEPT_AT + KEPT.exposureLength]!);
      this.store(kit, SLIP_WAY.came, atHand);
    }
    if (wanted > own && wanted > atHand) this.miss(kit, wanted, uptimeS);
    this.isKept = false;
  }

  /** Records that a kit should have come with the slip of this number, and did not. */
  miss(kit: number, wanted: number, uptimeS: number): void {
    this.ledger.begin(RECORD.slip, uptimeS).fields[SLIP_FIELD.endWallS] = WALL_UNKNOWN;
    this.store(kit, SLIP_WAY.missing, wanted);
  }

  private store(kit: number, way: number, number: number): void {
    const { fields } = this.ledger.record;
    fields[SLIP_FIELD.kit] = kit;
    fields[SLIP_FIELD.way] = way;
    fields[SLIP_FIELD.number] = number;
    this.ledger.store();
  }
}

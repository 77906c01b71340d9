/**
 * What quality decides about a kit, carried to the container by a dock: HOLD, RELEASE, DISCARD.
 * Each
 * names the kit, the reasons in question and the last record that was looked at; the record of it
 * never hides an excursion, and evidence that comes later reopens a release. A recall is a HOLD by
 * the backend.
 */
import type { CborReader } from '../core/cbor/cbor.js';
import { REASON_COUNT } from '../core/excursion/reasons.js';
import { FAULT } from '../core/faults.js';
import type { PayloadView } from '../core/handoff/payload.js';
import { ROLE } from '../core/handoff/protocol.js';
import { DECISION, RECORD } from '../core/record/schema.js';
import type { KitFinder } from './kit-finder.js';
import type { Ledger } from './ledger.js';
import type { Orders } from './orders.js';

export class Decisions {
  private readonly ledger: Ledger;
  private readonly finder: KitFinder;
  private readonly orders: Orders;

  constructor(ledger: Ledger, finder: KitFinder, orders: Orders) {
    this.ledger = ledger;
    this.finder = finder;
    this.orders = orders;
  }

  /** Carries out {1: decision, 2: sgtin, 3: reasons, 4: reviewedSequence}: 1, or a fault. */
  decide(
    reader: CborReader,
    bytes: Uint8Array,
    payload: PayloadView,
    role: number,
    uptimeS: number,
  ): number {
    reader.begin(bytes, payload.bodyAt, payload.bodyLength);
    reader.readMapHeader();
    if (reader.readInt() !== 1) return reader.reject();
    const decision = reader.readInt();
    if (reader.readInt() !== 2) return reader.reject();
    const sgtinLength = reader.readBytes();
    const sgtinAt = reader.dataAt;
    if (reader.readInt() !== 3) return reader.reject();
    const reasons = reader.readInt();
    if (reader.readInt() !== 4) return reader.reject();
    const reviewedSequence = reader.readInt();
    const fault = reader.end();
    if (fault < 0) return fault;
    if (decision < DECISION.hold || decision > DECISION.discard) return FAULT.malformed;
    if (reasons < 0 || reasons >= 1 << REASON_COUNT) return FAULT.malformed;
    const isHold = decision === DECISION.hold;
    if (role !== ROLE.quality && !(isHold && role === ROLE.backend)) return FAULT.notAllowed;
    const kit = this.finder.find(reader, bytes, sgtinAt, sgtinLength);
    if (kit < 0) return FAULT.kitUnknown;
    const record = this.ledger.begin(RECORD.decision, uptimeS);
    record.fields[0] = kit;
    record.fields[1] = decision;
    record.fields[2] = reasons;
    record.fields[3] = reviewedSequence;
    record.fields[4] = payload.counter;
    this.orders.setStaff();
    this.ledger.store();
    return 1;
  }
}

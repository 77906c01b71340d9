/**
 * Carries out what signed objects ask for: roles, profiles and receipts here, commands in
 * `orders.ts`, what quality decided in `decisions.ts`. Each is idempotent, and each leaves a
 * record,
 * refusals too: a COMMAND record where a command about kits is refused, else a FAULT record. Cold
 * data goes into the catalogue first, then the record that mentions it: what a cut between leaves
 * there counts for nothing.
 */
import { equal } from '../core/bytes.js';
import { FAULT } from '../core/faults.js';
import type { ObjectDesk, ObjectHandler } from '../core/handoff/desk.js';
import type { PayloadView } from '../core/handoff/payload.js';
import { OBJECT, ROLE } from '../core/handoff/protocol.js';
import type { RoleTable } from '../core/handoff/roles.js';
import { type Catalogue, ENTRY } from '../core/journal/catalogue.js';
import type { Journal } from '../core/journal/journal.js';
import { RECORD } from '../core/record/schema.js';
import { SHA256_DIGEST_BYTES } from '../core/sha256.js';
import { hashProfile } from '../core/excursion/load-profile.js';
import type { Decisions } from './decisions.js';
import type { Ledger } from './ledger.js';
import { CURSOR, type Memory } from './memory.js';
import type { Orders } from './orders.js';
import type { Profiles } from './profiles.js';
import type { Slips } from './slips.js';

/** What is being carried out while the catalogue writes. */
const JOB = Object.freeze({ none: 0, roles: 1, profile: 2, order: 3 } as const);
const REFUSALS_MAX = 16;

export interface ObjectParts {
  readonly ledger: Ledger;
  readonly memory: Memory;
  readonly catalogue: Catalogue;
  readonly journal: Journal;
  readonly roles: RoleTable;
  readonly profiles: Profiles;
  readonly orders: Orders;
  readonly decisions: Decisions;
  readonly slips: Slips;
}

export class Objects implements ObjectHandler {
  /** Set by the container: the step's time. */
  uptimeS = 0;
  private readonly parts: ObjectParts;
  private readonly desk: () => ObjectDesk;
  private readonly hash = new Uint8Array(SHA256_DIGEST_BYTES);
  private job: number = JOB.none;
  private counter = 0;
  /** Place of the profile that is being stored. */
  private place = 0;
  private refusals = 0;

  constructor(parts: ObjectParts, desk: () => ObjectDesk) {
    this.parts = parts;
    this.desk = desk;
  }

  startObject(bytes: Uint8Array, payload: PayloadView, role: number, signer: number): number {
    const { orders } = this.parts;
    orders.begin(signer, this.uptimeS);
    const result = this.carryOut(bytes, payload, role);
    if (result < 0 && !orders.hasAnswered) this.objectRefused(payload.kind, result);
    return result;
  }

  private carryOut(bytes: Uint8Array, payload: PayloadView, role: number): number {
    switch (payload.kind) {
      case OBJECT.roles:
        return this.startRoles(bytes, payload);
      case OBJECT.profile:
        return role === ROLE.quality ? this.startProfile(bytes, payload) : FAULT.notAllowed;
      case OBJECT.receipt:
        return role === ROLE.backend ? this.receipt(bytes, payload) : FAULT.notAllowed;
      case OBJECT.command: {
        const started = this.parts.orders.start(this.desk().reader, bytes, payload, role);
        if (started === 0) this.job = JOB.order;
        return started;
      }
      case OBJECT.decision:
        return this.decide(bytes, payload, role);
      case OBJECT.slip:
        return this.parts.slips.keep(bytes, payload);
      default:
        return FAULT.malformed;
    }
  }

  pollObject(): number {
    const result = this.parts.catalogue.poll();
    if (result === 0) return 0;
    const { job } = this;
    this.job = JOB.none;
    if (job === JOB.order) {
      const { reader, inbox } = this.desk();
      return this.parts.orders.end(result, reader, inbox, this.uptimeS);
    }
    const isRoles = job === JOB.roles;
    const ended = isRoles ? this.endRoles(result) : this.endProfile(result, this.place);
    if (ended < 0) this.objectRefused(isRoles ? OBJECT.roles : OBJECT.profile, ended);
    return ended;
  }

  objectRefused(kind: number, fault: number): void {
    if (this.refusals >= REFUSALS_MAX) return; // a stranger shall not fill the journal
    this.refusals++;
    const record = this.parts.ledger.begin(RECORD.fault, this.uptimeS);
    record.fields[0] = fault;
    record.fields[1] = kind;
    this.parts.ledger.store();
  }

  /** A new contact with a dock: refusals are recorded again. */
  newSession(): void {
    this.refusals = 0;
  }

  /** Loads the roles list that the catalogue holds. */
  loadRoles(): void {
    const { catalogue, roles } = this.parts;
    const { reader, inbox } = this.desk(); // of which nothing is needed any more
    const length = catalogue.get(ENTRY.roles, 0, inbox);
    if (length > 0) roles.load(reader, inbox, 0, length);
  }

  /** 0 for a counter above the last one, 1 for the last one again, or replayed. */
  private freshness(counter: number, cursor: number): number {
    const last = this.parts.memory.cursors[cursor]!;
    if (counter < last) return FAULT.replayed;
    return counter === last ? 1 : 0;
  }

  private startRoles(bytes: Uint8Array, payload: PayloadView): number {
    const fresh = this.freshness(payload.counter, CURSOR.rolesCounter);
    if (fresh !== 0) return fresh;
    const { roles, catalogue } = this.parts;
    const loaded = roles.load(this.desk().reader, bytes, payload.bodyAt, payload.bodyLength);
    if (loaded < 0) {
      this.loadRoles();
      return loaded;
    }
    hashProfile(this.parts.profiles.sha, bytes, payload.bodyAt, payload.bodyLength, this.hash, 0);
    this.counter = payload.counter;
    const { bodyAt, bodyLength } = payload;
    const started = catalogue.startPut(ENTRY.roles, 0, bytes, bodyAt, bodyLength);
    if (started < 0) this.loadRoles();
    return this.startJob(JOB.roles, started);
  }

  private endRoles(result: number): number {
    if (result < 0) {
      this.loadRoles();
      return result;
    }
    const record = this.parts.ledger.begin(RECORD.roles, this.uptimeS);
    record.fields[0] = this.counter;
    record.setTail(this.hash, 0, SHA256_DIGEST_BYTES);
    this.parts.ledger.store();
    return 1;
  }

  private startProfile(bytes: Uint8Array, payload: PayloadView): number {
    const { profiles, catalogue } = this.parts;
    hashProfile(this.parts.profiles.sha, bytes, payload.bodyAt, payload.bodyLength, this.hash, 0);
    const aboard = profiles.table.find(this.hash, 0);
    if (aboard >= 0) {
      profiles.brought(aboard);
      return 1;
    }
    if (this.freshness(payload.counter, CURSOR.profileCounter) !== 0) return FAULT.replayed;
    const index = profiles.freePlace();
    if (index < 0) return index;
    const { bodyAt, bodyLength } = payload;
    const { reader } = this.desk();
    const loaded = profiles.load(index, reader, bytes, bodyAt, bodyLength, this.hash);
    if (loaded < 0) return this.endProfile(loaded, index);
    this.counter = payload.counter;
    this.place = index;
    const started = catalogue.startPut(ENTRY.profile, index, bytes, bodyAt, bodyLength);
    if (started < 0) return this.endProfile(started, index);
    return this.startJob(JOB.profile, started);
  }

  private endProfile(result: number, index: number): number {
    const { profiles, ledger, catalogue, memory } = this.parts;
    if (result < 0) {
      const { reader, inbox } = this.desk();
      profiles.mountOne(catalogue, reader, index, inbox, this.hash);
      profiles.keepRecorded(memory.cursors);
      return result;
    }
    const record = ledger.begin(RECORD.profile, this.uptimeS);
    profiles.brought(index);
    record.fields[0] = index;
    record.fields[1] = profiles.versionOf(index);
    record.fields[2] = this.counter;
    record.setTail(this.hash, 0, SHA256_DIGEST_BYTES);
    ledger.store();
    return 1;
  }

  private decide(bytes: Uint8Array, payload: PayloadView, role: number): number {
    // Numbers of records begin anew with an epoch, and so do counters.
    if (payload.epoch !== this.parts.journal.epoch) return FAULT.badState;
    const fresh = this.freshness(payload.counter, CURSOR.decisionCounter);
    if (fresh !== 0) return fresh;
    return this.parts.decisions.decide(this.desk().reader, bytes, payload, role, this.uptimeS);
  }

  /** Only the receipt for the checkpoint signed last is taken; once more it changes nothing. */
  private receipt(bytes: Uint8Array, payload: PayloadView): number {
    const { cursors, checkpointHash } = this.parts.memory;
    if (payload.epoch !== this.parts.journal.epoch) return FAULT.badState;
    if (payload.sequence !== cursors[CURSOR.checkpointSequence]) return FAULT.badState;
    if (payload.hashLength !== SHA256_DIGEST_BYTES) return FAULT.badLength;
    const isSame = equal(bytes, payload.hashAt, checkpointHash, 0, SHA256_DIGEST_BYTES);
    if (!isSame) return FAULT.badState;
    const fresh = this.freshness(payload.counter, CURSOR.receiptCounter);
    if (fresh !== 0) return fresh;
    const record = this.parts.ledger.begin(RECORD.receipt, this.uptimeS);
    record.fields[0] = payload.sequence;
    record.fields[1] = payload.counter;
    record.fields[2] = payload.wallS;
    record.setTail(checkpointHash, 0, SHA256_DIGEST_BYTES);
    this.parts.ledger.store();
    return 1;
  }

  private startJob(job: number, started: number): number {
    if (started < 0) return started;
    this.job = job;
    return 0;
  }
}

/**
 * Hands on one visit of a container at a dock, from connection to receipt: greets, verifies the
 * container's certificate, brings roles and profiles, sets a wrong clock, does what people asked
 * for (pack, seal, open), then checkpoint, journal, receiver, receipt. Event-driven: messages go in
 * and out, work of the backend shows in `pending`; there are no timers. The dock is an untrusted
 * carrier: whatever it alters is found by signatures.
 */
import { FAULT } from '../../firmware/core/faults.js';
import { WALL_SOURCE } from '../../firmware/core/units.js';
import type { Authority, Session } from './authority.js';
import { DockLink, RefusalError, type Script } from './dock-link.js';
import type { HandoffSection, Visit } from './handoff-file.js';
import { type Certificate, readCertificate } from './objects.js';
import { type PackingList, encodePackingList } from './packing-list.js';
import type { ProfileLibrary } from './profile.js';
import { ENCODING, type EncodingName, type HelloAnswer, PROTOCOL_VERSION } from './protocol.js';
import type { FlashBlock } from './record-types.js';
import { TRANSFER_KIND, encodeBye, encodeCheckpointRequest } from './protocol.js';
import { encodeHelloRequest } from './protocol.js';

/** What people want done while the container is here, in this order. */
export type DockTask =
  | { readonly kind: 'roles' }
  | { readonly kind: 'provision-time' }
  | { readonly kind: 'profiles'; readonly ids: readonly string[] }
  | {
      readonly kind: 'pack';
      readonly slot: number;
      readonly profileId: string;
      readonly packingList: PackingList;
    }
  | { readonly kind: 'seal' }
  | { readonly kind: 'open' };

/** The backend as a dock needs it. */
export interface VisitReceiver {
  /** Stores a visit and answers with its signed receipt; rejects what does not verify. */
  receive(visit: Visit): Promise<VisitReceipt>;
}

export interface VisitReceipt {
  /** COSE_Sign1 for the container. */
  readonly receipt: Uint8Array;
  /** The last record that it covers. */
  readonly sequence: number;
  /** Records that were new to the store. */
  readonly stored: number;
}

export interface DockGatewayOptions {
  readonly authority: Authority;
  readonly profiles: ProfileLibrary;
  /** GLN of this dock, one of the authority's plan. */
  readonly dockId: string;
  readonly tasks: readonly DockTask[];
  readonly receiver: VisitReceiver;
  /** The backend's time, seconds since 2020-01-01Z. */
  readonly nowWallS: () => number;
  /** Longest message that the link carries; 244 in one BLE packet. */
  readonly payloadBytes?: number;
  /**
   * How records are to come: verbatim by default, which is the faster one over BLE; compact where
   * bytes cost more than the container's time, if the container offers it.
   */
  readonly encoding?: EncodingName;
}

/** What a visit amounted to. */
export interface DockFacts {
  readonly records: number;
  readonly bytes: number;
  readonly messages: number;
  readonly retries: number;
  /** The last record that the receipt covers; -1 before there is one. */
  readonly sequence: number;
}

/** A clock that is further off is set. */
const CLOCK_TOLERANCE_S = 2;
const CLOCK_UNCERTAINTY_S = 1;

export class DockGateway {
  /** Work of the backend that is under way; resolves when the visit has gone on. Never rejects. */
  pending: Promise<void> | undefined;
  done = false;
  failed: Error | undefined;
  /** For handoff.bin, in order of arrival. */
  readonly received: HandoffSection[] = [];
  readonly #options: DockGatewayOptions;
  readonly #link: DockLink;
  readonly #inbox: Uint8Array[] = [];
  readonly #openTasks: DockTask[];
  readonly #refusals: string[] = [];
  #script: Script<void> | undefined;
  #records = 0;
  #sequence = -1;

  constructor(options: DockGatewayOptions) {
    this.#options = options;
    this.#link = new DockLink(options.payloadBytes ?? 244);
    this.#openTasks = [...options.tasks];
  }

  get facts(): DockFacts {
    const { dataBytes, messages, retries } = this.#link;
    const sequence = this.#sequence;
    return { records: this.#records, bytes: dataBytes, messages, retries, sequence };
  }

  /**
   * The link is up, for the first time or again: what was answered before is not repeated, and what
   * the break left unanswered is (every command is idempotent). A link that falls silent is to be
   * taken down and up again by whoever owns it: there are no timers here.
   */
  onConnected(): void {
    if (this.done || this.pending !== undefined) return;
    this.#inbox.length = 0;
    this.#link.outgoing.length = 0;
    this.#script = this.#visit();
    this.#advance(() => this.#script!.next());
  }

  /** A message of the container. */
  onMessage(message: Uint8Array): void {
    if (this.done || this.#script === undefined) return;
    if (this.pending !== undefined) this.#inbox.push(Uint8Array.from(message));
    else this.#advance(() => this.#script!.next(Uint8Array.from(message)));
  }

  /** The next message to send, oldest first. */
  takeOutgoing(): Uint8Array | undefined {
    return this.#link.outgoing.shift();
  }

  /** Runs the script to where it waits next. */
  #advance(step: () => IteratorResult<unknown, void>): void {
    try {
      const state = step();
      if (state.done === true) {
        this.#finish();
      } else if (state.value instanceof Promise) {
        this.#awaitBackend(state.value);
      } else {
        const message = this.#inbox.shift();
        if (message !== undefined) this.#advance(() => this.#script!.next(message));
      }
    } catch (error) {
      this.failed = error instanceof Error ? error : new Error(String(error));
      this.#link.send(encodeBye());
      this.done = true;
    }
  }

  #awaitBackend(work: Promise<unknown>): void {
    const script = this.#script!;
    this.pending = work.then(
      (value) => {
        this.pending = undefined;
        this.#advance(() => script.next(value));
      },
      (error: unknown) => {
        this.pending = undefined;
        this.#advance(() => script.throw(error));
      },
    );
  }

  #finish(): void {
    if (this.#refusals.length > 0) this.failed = new Error(this.#refusals.join('; '));
    this.done = true;
  }

  *#visit(): Script<void> {
    const link = this.#link;
    const hello = yield* link.ask(encodeHelloRequest(), 'hello', 'the greeting');
    checkHello(hello);
    const bytes = yield* link.get(TRANSFER_KIND.certificate, 'its certificate');
    const certificate = readCertificate(bytes, this.#options.authority.rootPublicKey);
    const session = { giai: certificate.giai, nonce: hello.nonce };
    yield* this.#doTasks(['roles'], session); // without them it trusts no dock's clock
    yield* this.#setTime(hello, session);
    yield* this.#doTasks(['profiles', 'pack', 'seal', 'open'], session);
    yield* this.#handOver(hello, certificate, bytes);
    link.send(encodeBye());
  }

  *#setTime(hello: HelloAnswer, session: Session): Script<void> {
    const wanted = this.#openTasks.findIndex((task) => task.kind === 'provision-time');
    const isUnset = hello.wallSource === WALL_SOURCE.unset;
    const offS = Math.abs(hello.wallS - this.#options.nowWallS());
    if (wanted < 0 && !isUnset && offS <= CLOCK_TOLERANCE_S) return;
    const time = { wallS: this.#options.nowWallS(), uncertaintyS: CLOCK_UNCERTAINTY_S };
    const { authority, dockId } = this.#options;
    const command = authority.setTime(session, dockId, time);
    yield* this.#attempt(TRANSFER_KIND.command, command, 'the time');
    if (wanted >= 0) this.#openTasks.splice(wanted, 1);
  }

  *#doTasks(kinds: readonly DockTask['kind'][], session: Session): Script<void> {
    for (;;) {
      const index = this.#openTasks.findIndex((task) => kinds.includes(task.kind));
      const task = this.#openTasks[index];
      if (task === undefined) return;
      yield* this.#doTask(task, session);
      this.#openTasks.splice(index, 1);
    }
  }

  *#doTask(task: DockTask, session: Session): Script<void> {
    const { authority, profiles } = this.#options;
    const { command, profile, roles } = TRANSFER_KIND;
    switch (task.kind) {
      case 'roles':
        return yield* this.#attempt(roles, authority.roles(), 'the roles');
      case 'profiles':
        for (const id of task.ids) {
          const object = authority.profile(profiles.byId(id).cbor);
          yield* this.#attempt(profile, object, `profile ${id}`);
        }
        return;
      case 'pack': {
        const { slot, packingList, profileId } = task;
        const kit = {
          slot,
          profileHash: profiles.byId(profileId).hash,
          packingList: encodePackingList(packingList),
        };
        const what = `kit ${packingList.sgtin} in slot ${slot}`;
        return yield* this.#attempt(command, authority.pack(session, kit), what);
      }
      case 'seal':
        return yield* this.#attempt(command, authority.seal(session), 'sealing');
      case 'open':
        return yield* this.#attempt(command, authority.openContainer(session), 'opening');
      case 'provision-time':
        return;
    }
  }

  /** Puts an object; a refusal is kept for the end, so that the journal still gets home. */
  *#attempt(kind: number, object: Uint8Array, what: string): Script<void> {
    try {
      yield* this.#link.put(kind, object, what);
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
      const isCarried = kind === TRANSFER_KIND.roles || kind === TRANSFER_KIND.profile;
      if (isCarried && error.fault === FAULT.replayed) return; // it has this one, or a newer one
      this.#refusals.push(error.message);
    }
  }

  /** Verbatim bytes are there also when the container has no time to encode them. */
  *#read(from: number, encoding: EncodingName): Script<FlashBlock[]> {
    try {
      return yield* this.#link.read(from, encoding);
    } catch (error) {
      if (encoding === 'verbatim' || !(error instanceof RefusalError)) throw error;
      return yield* this.#link.read(from, 'verbatim');
    }
  }

  /** The checkpoint first: it covers what stands before it, and the read delivers at least that. */
  *#handOver(hello: HelloAnswer, certificate: Certificate, bytes: Uint8Array): Script<void> {
    const { dockId, receiver } = this.#options;
    yield* this.#link.ask(encodeCheckpointRequest(), 'checkpointReady', 'a checkpoint');
    const checkpoint = yield* this.#link.get(TRANSFER_KIND.checkpoint, 'its checkpoint');
    const from = Math.max(hello.receiptedSequence + 1, hello.oldestSequence);
    const blocks = yield* this.#read(from, encodingOf(hello, this.#options.encoding ?? 'verbatim'));
    this.received.push(
      { type: 'visit', dockId },
      { type: 'certificate', bytes },
      { type: 'checkpoint', bytes: checkpoint },
      ...blocks.map((block) => ({ type: 'block', block }) as const),
    );
    const visit = { dockId, certificate: bytes, checkpoint, blocks };
    const answer = (yield receiver.receive(visit)) as VisitReceipt;
    this.#records += answer.stored;
    yield* this.#link.put(TRANSFER_KIND.receipt, answer.receipt, `receipt ${certificate.giai}`);
    this.#sequence = answer.sequence;
  }
}

/** The encoding that is wanted where the container offers it, else the one that each does. */
function encodingOf(hello: HelloAnswer, wanted: EncodingName): EncodingName {
  return (hello.encodings & (1 << ENCODING[wanted])) === 0 ? 'verbatim' : wanted;
}

function checkHello(hello: HelloAnswer): void {
  if (hello.version !== PROTOCOL_VERSION) {
    throw new Error(`Protocol version ${hello.version}, expected ${PROTOCOL_VERSION}`);
  }
  if ((hello.encodings & (1 << ENCODING.verbatim)) === 0) {
    throw new Error(`Encodings ${hello.encodings}: the verbatim one (bit 0) is missing`);
  }
}

/**
 * Hands on one visit of a container at a dock, from connection to receipt: greets, verifies the
 * container's certificate, brings roles and profiles, sets a wrong clock, does what people asked
 * for (pack, seal, open), then checkpoint, journal, receiver, receipt. Event-driven: messages go in
 * and out, work of the backend shows in `pending`; there are no timers. The dock is an untrusted
 * carrier: whatever it alters is found by signatures.
 */
import { FAULT } from '../../firmware/core/faults.js';
import { WALL_SOURCE } from '../../firmware/core/units.js';
import type { Session } from './authority.js';
import { type DockTask, type PackTask, isReviewed, LATER_TASKS, objectsOf } from './dock-tasks.js';
import { DockLink, RefusalError, type Script } from './dock-link.js';
import type { DockFacts, DockGatewayOptions, VisitReceipt } from './dock-types.js';
import type { HandoffSection } from './handoff-file.js';
import { type Certificate, readCertificate } from './objects.js';
import { ENCODING, type EncodingName, type HelloAnswer, PROTOCOL_VERSION } from './protocol.js';
import type { FlashBlock } from './record-types.js';
import type { RecallOrder } from './recall.js';
import type { KitReview } from './review.js';
import { bringSlip, fetchSlips } from './slip-courier.js';
import { TRANSFER_KIND, encodeBye, encodeCheckpointRequest } from './protocol.js';
import { encodeHelloRequest } from './protocol.js';

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
  /** What the backend found damaged, and took the visit all the same. */
  readonly findings: string[] = [];
  readonly #options: DockGatewayOptions;
  readonly #link: DockLink;
  readonly #inbox: Uint8Array[] = [];
  readonly #openTasks: DockTask[];
  readonly #refusals: string[] = [];
  #script: Script<void> | undefined;
  #records = 0;
  #sequence = -1;
  #epoch = 0;

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
    this.#epoch = hello.epoch;
    const bytes = yield* link.get(TRANSFER_KIND.certificate, 'its certificate');
    const certificate = readCertificate(bytes, this.#options.authority.rootPublicKey);
    const session = { giai: certificate.giai, nonce: hello.nonce };
    yield* this.#doTasks(['roles'], session); // without them it trusts no dock's clock
    yield* this.#setTime(hello, session);
    yield* this.#doTasks(LATER_TASKS, session);
    yield* this.#handOver(hello, certificate, bytes);
    yield* this.#doTasks(['tell'], session); // of acts that the backend knows only now
    yield* this.#holdDoubles(session);
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
    const { authority, profiles, receiver } = this.#options;
    if (task.kind === 'recall') return yield* this.#recall(task.order, session);
    let review: KitReview | undefined;
    if (isReviewed(task)) {
      const journal = { giai: session.giai, epoch: this.#epoch };
      review = (yield receiver.review(journal, task.sgtin)) as KitReview | undefined;
      if (review === undefined) {
        this.#refusals.push(`Kit ${task.sgtin}: no record of it has reached the backend`);
        return;
      }
    }
    const meant = task.kind === 'pack' ? yield* this.#withSlip(task) : task;
    const here = { ...session, epoch: this.#epoch };
    for (const { kind, object, what } of objectsOf(meant, here, authority, profiles, review)) {
      yield* this.#attempt(kind, object, what);
    }
  }

  /** Brings the slip of a kit that comes from another container, and names it. */
  *#withSlip(task: PackTask): Script<PackTask> {
    const { slips } = this.#options;
    if (slips === undefined) return task;
    const { sgtin } = task.packingList;
    const refusal = yield* bringSlip(this.#link, slips, sgtin);
    if (refusal !== undefined) this.#refusals.push(refusal);
    return { ...task, slip: slips.numberOf(sgtin) };
  }

  /** Holds every kit of this container that a recall concerns, as far as the backend knows. */
  *#recall(order: RecallOrder, session: Session): Script<void> {
    const journal = { giai: session.giai, epoch: this.#epoch };
    const sgtins = yield this.#options.receiver.recalled(journal, order);
    yield* this.#hold(sgtins as readonly string[], session);
  }

  /** Holds kits whose label another container has, too: told by what has just been stored. */
  *#holdDoubles(session: Session): Script<void> {
    const journal = { giai: session.giai, epoch: this.#epoch };
    const sgtins = yield this.#options.receiver.toHold(journal);
    yield* this.#hold(sgtins as readonly string[], session);
  }

  *#hold(sgtins: readonly string[], session: Session): Script<void> {
    for (const sgtin of sgtins) {
      yield* this.#doTask({ kind: 'decide', sgtin, decision: 'hold', signer: 'backend' }, session);
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
    this.findings.push(...(answer.findings ?? []));
    yield* this.#link.put(TRANSFER_KIND.receipt, answer.receipt, `receipt ${certificate.giai}`);
    this.#sequence = answer.sequence;
    if (this.#options.slips === undefined) return;
    const journal = { giai: certificate.giai, epoch: hello.epoch };
    const fetched = yield* fetchSlips(this.#link, this.#options.slips, journal, bytes);
    for (const signed of fetched) this.received.push({ type: 'slip', bytes: signed });
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

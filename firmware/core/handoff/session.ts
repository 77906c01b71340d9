/**
 * The container's side of a hand-over, message by message (PROTOCOL.md). It answers what a dock
 * asks, streams records while there is credit, and never waits: what takes time is polled. Nothing
 * here erases: only a stored receipt does that, later.
 */
import { copy, getU16, putI32, putU16 } from '../bytes.js';
import { FAULT } from '../faults.js';
import type { Journal } from '../journal/journal.js';
import { LINK_BYTES_MAX } from '../limits.js';
import { type EntropyPort, LINK_STATE, type LinkPort, type SignerPort } from '../ports.js';
import type { ObjectDesk } from './desk.js';
import { getBytesOf, Outbox, type StatementHost } from './outbox.js';
import { ENCODING, MESSAGE, NONCE_BYTES, PROTOCOL_VERSION } from './protocol.js';
import { Statement } from './statement.js';
import { type CompactParts, RecordStream } from './stream.js';

/** What the session asks of the container around it. */
export interface SessionHost extends StatementHost {
  /** Flags and wall source for HELLO_ANSWER. */
  readonly helloFlags: number;
  readonly wallSource: number;
}

/** HELLO_ANSWER: type, version, nonce, then the journal's cursors and the clock. */
const HELLO_ANSWER_BYTES = 47;
const DATA_HEAD_BYTES = 7;
const OBJECT_HEAD_BYTES = 6;
const PUT_HEAD_BYTES = 6;
const CREDIT_MAX = 64;
/** While a session runs, steps follow one another at a connection interval. */
const ACTIVE_MS = 15;
export const IDLE_MS = 0x7fffffff;

export class Session {
  readonly outbox: Outbox;
  private readonly link: LinkPort;
  private readonly journal: Journal;
  private readonly desk: ObjectDesk;
  private readonly entropy: EntropyPort;
  private readonly host: SessionHost;
  private readonly input = new Uint8Array(LINK_BYTES_MAX);
  private readonly output = new Uint8Array(LINK_BYTES_MAX);
  private readonly chunk = new Uint8Array(LINK_BYTES_MAX);
  private readonly statement = new Statement();
  private readonly stream: RecordStream;
  /** Bytes of `output` that the link has not taken yet. */
  private unsent = 0;
  private credit = 0;
  /**
   * A dock has asked for a checkpoint: the next step states it. Before, whoever calls `step`
   * records the numbers that have moved since they were recorded.
   */
  isCheckpointDue = false;
  private isConnected = false;

  /** With `compact`, which works in the desk's inbox, records can be read in that form too. */
  constructor(
    link: LinkPort,
    journal: Journal,
    desk: ObjectDesk,
    signer: SignerPort,
    entropy: EntropyPort,
    host: SessionHost,
    compact: CompactParts | null = null,
  ) {
    this.link = link;
    this.journal = journal;
    this.desk = desk;
    this.entropy = entropy;
    this.host = host;
    this.outbox = new Outbox(journal, signer, host, desk.cose);
    this.stream = new RecordStream(journal, compact);
  }

  /** Does what can be done now; answers in how many milliseconds to be called again. */
  step(): number {
    const isLinked = this.link.state() === LINK_STATE.connected;
    if (isLinked) {
      if (!this.isConnected) this.connected();
      this.flush();
    } else {
      if (this.isConnected) this.disconnected();
      if (!this.desk.isBusy && !this.outbox.isSigning) return IDLE_MS;
    }
    if (this.isCheckpointDue && this.unsent === 0) this.checkpoint();
    // Jobs, one answer at a time; called from here for the stack: objects are carried out below.
    const result = this.unsent === 0 ? this.desk.poll() : 0;
    if (result !== 0) this.putAnswer(this.desk.kind, result);
    else if (this.unsent === 0) this.pollOutbox();
    if (!isLinked) {
      this.unsent = 0; // nobody is there to be answered
      return ACTIVE_MS;
    }
    this.flush();
    while (this.unsent === 0) {
      const length = this.link.receive(this.input);
      if (length <= 0) break;
      this.answer(length);
      this.flush();
    }
    this.pump();
    return ACTIVE_MS;
  }

  /** Whether records are being read, for which the journal's reader is needed. */
  get isReading(): boolean {
    return this.stream.isOpen;
  }

  /** Whether there is a connection, or a job that a dock asked for. */
  get isBusy(): boolean {
    return this.isConnected || this.desk.isBusy || this.outbox.isSigning;
  }

  private connected(): void {
    this.isConnected = true;
    this.entropy.fill(this.desk.nonce, NONCE_BYTES);
  }

  private disconnected(): void {
    this.isConnected = false;
    this.unsent = 0;
    this.credit = 0;
    this.stream.isOpen = false;
    this.isCheckpointDue = false;
    this.desk.drop();
  }

  private pollOutbox(): void {
    const signed = this.outbox.poll();
    if (signed < 0) return this.error(signed, MESSAGE.checkpoint);
    if (signed === 0) return;
    this.output[0] = MESSAGE.checkpointReady;
    putU16(this.output, 1, signed);
    this.unsent = 3;
  }

  private answer(length: number): void {
    const { input } = this;
    switch (input[0]) {
      case MESSAGE.hello:
        return length < 2 ? this.error(FAULT.truncated) : this.hello();
      case MESSAGE.read:
        return length < 7 ? this.error(FAULT.truncated) : this.read(input[5]!, input[6]!);
      case MESSAGE.readAt:
      case MESSAGE.readSince:
        return length < 9 ? this.error(FAULT.truncated) : this.read(input[7]!, input[8]!);
      case MESSAGE.credit:
        return length < 2 ? this.error(FAULT.truncated) : this.allow(input[1]!, false);
      case MESSAGE.checkpoint:
        this.isCheckpointDue = true;
        return;
      case MESSAGE.put:
        return length < PUT_HEAD_BYTES ? this.error(FAULT.truncated) : this.put(length);
      case MESSAGE.get:
        return length < getBytesOf(input[1]!) ? this.error(FAULT.truncated) : this.get();
      case MESSAGE.bye:
        this.stream.isOpen = false;
        return;
      default:
        return this.error(FAULT.malformed);
    }
  }

  /** Begins a reading. A compact one takes the inbox: what was half received is forgotten. */
  private read(encoding: number, credit: number): void {
    const { input, stream, desk } = this;
    const isOffered = encoding < 8 && ((stream.encodings >> encoding) & 1) === 1;
    if (!isOffered) return this.error(FAULT.malformed);
    if (encoding === ENCODING.compact) {
      if (desk.isBusy) return this.error(FAULT.busy);
      desk.drop();
    }
    stream.beginBy(input, encoding);
    this.allow(credit, true);
  }

  private allow(more: number, isNew: boolean): void {
    const credit = (isNew ? 0 : this.credit) + more;
    this.credit = credit > CREDIT_MAX ? CREDIT_MAX : credit;
  }

  private hello(): void {
    const { output, journal, host, statement } = this;
    if (this.input[1] !== PROTOCOL_VERSION) return this.error(FAULT.malformed);
    host.describe(statement);
    output[0] = MESSAGE.helloAnswer;
    output[1] = PROTOCOL_VERSION;
    copy(this.desk.nonce, 0, output, 2, NONCE_BYTES);
    putI32(output, 18, journal.epoch);
    putI32(output, 22, journal.oldestSequence());
    putI32(output, 26, journal.nextSequence);
    putI32(output, 30, journal.receiptedSequence);
    putI32(output, 34, statement.uptimeS);
    putI32(output, 38, statement.wallS);
    output[42] = host.wallSource;
    output[43] = host.helloFlags;
    output[44] = this.stream.encodings;
    putU16(output, 45, this.outbox.certificateLength);
    this.unsent = HELLO_ANSWER_BYTES;
  }

  private put(length: number): void {
    const { input } = this;
    if (this.stream.isWorking) return this.putAnswer(input[1]!, FAULT.busy); // in the inbox
    const total = getU16(input, 2);
    const offset = getU16(input, 4);
    const bytes = length - PUT_HEAD_BYTES;
    const result = this.desk.put(input[1]!, total, offset, input, PUT_HEAD_BYTES, bytes);
    const begun = result === 1 ? this.beginObject() : result;
    if (result !== 1 || begun < 0) this.putAnswer(input[1]!, begun);
  }

  private beginObject(): number {
    if (!this.outbox.isSigning) return this.desk.begin();
    this.desk.drop(); // the signer has one job at a time: to be put again
    return FAULT.busy;
  }

  private putAnswer(kind: number, result: number): void {
    const { output } = this;
    output[0] = MESSAGE.putAnswer;
    output[1] = kind;
    putU16(output, 2, this.desk.nextOffset);
    putU16(output, 4, result);
    this.unsent = 6;
  }

  private get(): void {
    const { input, output, outbox } = this;
    const kind = input[1]!;
    const offset = getU16(input, 2);
    const total = outbox.lengthOf(input, this.desk);
    if (total < 0) return this.error(total);
    if (offset >= total) return this.error(FAULT.badLength);
    const room = this.link.payloadBytes() - OBJECT_HEAD_BYTES;
    const part = total - offset < room ? total - offset : room;
    output[0] = MESSAGE.object;
    output[1] = kind;
    putU16(output, 2, total);
    putU16(output, 4, offset);
    copy(outbox.bytesOf(kind), offset, output, OBJECT_HEAD_BYTES, part);
    this.unsent = OBJECT_HEAD_BYTES + part;
  }

  private checkpoint(): void {
    this.isCheckpointDue = false;
    if (this.desk.isBusy) return this.error(FAULT.busy);
    const started = this.outbox.startCheckpoint(this.desk.giai, this.desk.giaiLength);
    if (started < 0) this.error(started);
  }

  /** Answers ERROR to a message of type `about`, by default the one received last. */
  private error(fault: number, about: number = this.input[0]!): void {
    this.output[0] = MESSAGE.error;
    this.output[1] = about;
    putU16(this.output, 2, fault);
    this.unsent = 4;
  }

  private flush(): void {
    if (this.unsent > 0 && this.link.send(this.output, this.unsent) >= 0) this.unsent = 0;
  }

  /** Sends records while there is credit and the link takes them, then END. */
  private pump(): void {
    const { stream } = this;
    while (stream.isOpen && this.unsent === 0) {
      if (stream.isAtEnd) return this.sendEnd();
      if (this.credit === 0 || !this.sendChunk()) return;
    }
  }

  private sendChunk(): boolean {
    const { stream, chunk, output } = this;
    const room = this.link.payloadBytes() - DATA_HEAD_BYTES;
    const length = stream.read(chunk, room);
    if (length === 0) return true;
    if (length === FAULT.busy) return false; // goes on in the next step
    if (length < 0) {
      stream.isOpen = false;
      this.error(length, MESSAGE.read);
      this.flush();
      return false;
    }
    output[0] = MESSAGE.data;
    putI32(output, 1, stream.segment);
    putU16(output, 5, stream.offset);
    copy(chunk, 0, output, DATA_HEAD_BYTES, length);
    if (this.link.send(output, DATA_HEAD_BYTES + length) < 0) return false;
    this.credit--;
    stream.advance(chunk, length);
    return true;
  }

  private sendEnd(): void {
    this.unsent = this.stream.end(this.output);
    this.flush();
  }
}

/**
 * Hands on whole transfers over the hand-off protocol, from single messages: fetch an object, put
 * an object, read the journal with credits, gaps read again, a bad CRC read anew. Written as
 * generators that yield where they wait, so that no timer and no promise is needed: the dock's
 * gateway drives them as messages arrive.
 */
import { FAULT } from '../../firmware/core/faults.js';
import { faultName } from '../fault-name.js';
import { certainCount, crcOf, isBefore, isSame } from './dock-pieces.js';
import { type Piece, PIECE_ORDER, type PieceOrder, type Position } from './dock-pieces.js';
import type { FlashBlock } from './record-types.js';
import { type Answer, type AnswerType, decodeAnswer } from './protocol.js';
import { ENCODING, type EncodingName } from './protocol.js';
import { encodeCredit, encodeGet, encodePut, encodeRead, encodeReadAt } from './protocol.js';

/** Answers `busy` in a row after which a request is given up. */
const BUSY_RETRIES_MAX = 1000;
/** Reads of the journal without any progress before it is given up. */
const READ_ATTEMPTS_MAX = 40;
/** Notifications in flight: the SDK's buffers hold 8, with our settings 16. */
export const WINDOW = 16;

/** What a script waits for: the next message, or work of the backend. */
export type Wait = 'message' | Promise<unknown>;
/** A part of a visit; what is sent in comes back from `yield`. */
export type Script<Result> = Generator<Wait, Result, unknown>;

/** The container refused a request with a fault of firmware/core/faults.ts. */
export class RefusalError extends Error {
  override readonly name = 'RefusalError';
  readonly fault: number;
  constructor(what: string, fault: number) {
    super(`The container refused ${what}: ${faultName(fault)}`);
    this.fault = fault;
  }
}

type End = Extract<Answer, { type: 'end' }>;

export class DockLink {
  /** Messages to be sent, oldest first. */
  readonly outgoing: Uint8Array[] = [];
  readonly payloadBytes: number;
  messages = 0;
  retries = 0;
  dataBytes = 0;

  constructor(payloadBytes: number) {
    this.payloadBytes = payloadBytes;
  }

  send(message: Uint8Array): void {
    this.messages++;
    this.outgoing.push(message);
  }

  *#answer(): Script<Answer> {
    const message = yield 'message';
    this.messages++;
    return decodeAnswer(message as Uint8Array);
  }

  /** As `#answer`, passing over what an abandoned read left under way. */
  *#reply(): Script<Exclude<Answer, { type: 'data' | 'end' }>> {
    for (;;) {
      const answer = yield* this.#answer();
      if (answer.type !== 'data' && answer.type !== 'end') return answer;
    }
  }

  /** Sends a request and gives its answer; `busy` is asked again, another error is thrown. */
  *ask<Type extends Exclude<AnswerType, 'data' | 'end'>>(
    request: Uint8Array,
    type: Type,
    what: string,
  ): Script<Extract<Answer, { type: Type }>> {
    for (let attempt = 0; attempt <= BUSY_RETRIES_MAX; attempt++) {
      this.send(request);
      const answer = yield* this.#reply();
      if (answer.type === type) return answer as Extract<Answer, { type: Type }>;
      if (answer.type !== 'error') throw new Error(`Answer '${answer.type}' to ${what}`);
      if (answer.fault !== FAULT.busy) throw new RefusalError(what, answer.fault);
      this.retries++;
    }
    throw new RefusalError(what, FAULT.busy);
  }

  /** Fetches an object of the container; a slip is one of its kits'. */
  *get(kind: number, what: string, kit?: number): Script<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let offset = 0;
    for (;;) {
      const answer = yield* this.ask(encodeGet(kind, offset, kit), 'object', what);
      if (answer.kind !== kind || answer.offset !== offset) {
        const got = `kind ${answer.kind} at ${answer.offset}`;
        throw new Error(`Object piece of ${got}, expected kind ${kind} at ${offset} (${what})`);
      }
      pieces.push(answer.bytes);
      offset += answer.bytes.length;
      if (offset >= answer.total) return Uint8Array.from(Buffer.concat(pieces));
    }
  }

  /** Brings an object; throws a RefusalError when the container does not accept it. */
  *put(kind: number, object: Uint8Array, what: string): Script<void> {
    let offset = 0;
    let busy = 0;
    for (;;) {
      const piece = encodePut(kind, object, offset, this.payloadBytes);
      let answer = yield* this.ask(piece, 'put', what);
      // Once the last piece is there the container verifies: the next answer is the result.
      while (answer.result === 0 && answer.nextOffset >= object.length) {
        const next = yield* this.#reply();
        if (next.type === 'error') throw new RefusalError(what, next.fault);
        if (next.type !== 'put') throw new Error(`Answer '${next.type}' to ${what}`);
        answer = next;
      }
      if (answer.result > 0) return;
      if (answer.result === FAULT.busy && ++busy <= BUSY_RETRIES_MAX) {
        this.retries++;
        offset = 0;
        continue;
      }
      if (answer.result < 0) throw new RefusalError(what, answer.result);
      offset = answer.nextOffset;
    }
  }

  /** Reads the journal from a sequence number to its end: a block for each run of bytes. */
  *read(fromSequence: number, encoding: EncodingName = 'verbatim'): Script<FlashBlock[]> {
    const order = PIECE_ORDER[encoding];
    const code = ENCODING[encoding];
    const pieces: Piece[] = [];
    let request = encodeRead(fromSequence, WINDOW, code);
    let from: Position | undefined;
    let isQuiet = true; // nothing of an abandoned read is under way
    let seen: Position | undefined; // the first new piece of the time before, not sure to be next
    for (let attempt = 0; attempt < READ_ATTEMPTS_MAX; attempt++) {
      const kept = pieces.length;
      this.send(request);
      const end: End | 'gap' | 'again' = yield* this.#readOnce(pieces, order, from, isQuiet);
      isQuiet = end !== 'gap' && end !== 'again';
      if (end !== 'gap' && end !== 'again' && end.crc32 === crcOf(pieces.slice(kept))) {
        return order.blocksOf(pieces);
      }
      this.retries++;
      const isGap = end === 'gap';
      const first = isGap ? pieces[kept] : undefined;
      pieces.length = isGap ? certainCount(order, pieces, kept, isSame(first, seen)) : kept;
      seen = first ?? seen;
      if (pieces.length === kept) continue; // the same again
      seen = undefined;
      attempt = 0;
      from = order.placeAfter(pieces)!;
      request = encodeReadAt(from.segment, from.offset, WINDOW, code);
    }
    throw new Error(`The journal could not be read in ${READ_ATTEMPTS_MAX} attempts`);
  }

  /**
   * Takes data until END, or until a gap. After an abandoned read what it left under way is passed
   * over, at most a window of it; an END that comes then may be of either read, so the request is
   * to be made again. Every piece that comes gives its credit back, wanted or not.
   */
  *#readOnce(
    pieces: Piece[],
    order: PieceOrder,
    from: Position | undefined,
    isQuiet: boolean,
  ): Script<End | 'gap' | 'again'> {
    let next = from;
    let isInStep = isQuiet;
    let credit = 0;
    let passedOver = 0;
    for (;;) {
      if (credit >= WINDOW / 2) {
        this.send(encodeCredit(credit));
        credit = 0;
      }
      const answer = yield* this.#answer();
      if (answer.type === 'error') throw new RefusalError('reading', answer.fault);
      if (answer.type === 'end') return isInStep ? answer : 'again';
      if (answer.type !== 'data') throw new Error(`Answer '${answer.type}' while reading`);
      credit++;
      if (order.isContinuation(answer, next)) {
        isInStep = true;
      } else if (!isInStep || isBefore(answer, next)) {
        if (++passedOver > WINDOW && !isInStep) return 'again'; // it is the new read, with a gap
        continue;
      } else return 'gap';
      pieces.push(answer);
      next = order.placeAfter(pieces);
      this.dataBytes += answer.bytes.length;
    }
  }
}

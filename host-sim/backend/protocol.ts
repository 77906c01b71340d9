/**
 * Hands on the messages of the hand-off protocol as the dock sees them: requests as bytes, answers
 * as values (firmware/core/handoff/PROTOCOL.md). Byte 0 is the type, numbers are little-endian.
 * Written from the contract alone, apart from the container's side, so that either finds the
 * other's mistakes.
 */

export const PROTOCOL_VERSION = 1;
/** How records are handed over: segments as they lie in flash, or in their compact form. */
export const ENCODING = Object.freeze({ verbatim: 0, compact: 1 } as const);
export type EncodingName = keyof typeof ENCODING;

/** Kinds of object that GET and PUT name. */
export const TRANSFER_KIND = Object.freeze({
  certificate: 1,
  checkpoint: 2,
  command: 3,
  roles: 4,
  profile: 5,
  receipt: 6,
  decision: 7,
  slip: 8,
} as const);

/** What the dock asks. */
const REQUEST = Object.freeze({
  hello: 0x01,
  read: 0x02,
  credit: 0x03,
  readAt: 0x04,
  checkpoint: 0x05,
  put: 0x06,
  get: 0x07,
  bye: 0x08,
  readSince: 0x09,
} as const);

/** What the container answers. */
const ANSWER = Object.freeze({
  hello: 0x81,
  data: 0x82,
  end: 0x83,
  object: 0x84,
  put: 0x85,
  checkpointReady: 0x86,
  error: 0x8f,
} as const);

/** A piece of an object comes after kind u8, total u16 and offset u16. */
export const PUT_HEADER_BYTES = 6;
const NONCE_BYTES = 16;

export interface HelloAnswer {
  readonly type: 'hello';
  readonly version: number;
  readonly nonce: Uint8Array;
  readonly epoch: number;
  readonly oldestSequence: number;
  readonly nextSequence: number;
  readonly receiptedSequence: number;
  readonly uptimeS: number;
  readonly wallS: number;
  readonly wallSource: number;
  readonly isSealed: boolean;
  readonly encodings: number;
  readonly certificateLength: number;
}

export type Answer =
  | HelloAnswer
  | { type: 'data'; segment: number; offset: number; bytes: Uint8Array }
  | { type: 'end'; segment: number; offset: number; nextSequence: number; crc32: number }
  | { type: 'object'; kind: number; total: number; offset: number; bytes: Uint8Array }
  | { type: 'put'; kind: number; nextOffset: number; result: number }
  | { type: 'checkpointReady'; length: number }
  | { type: 'error'; messageType: number; fault: number };
export type AnswerType = Answer['type'];

/** Fixed bytes of each answer, its type included; those with bytes at the end may be longer. */
const ANSWER_BYTES: Readonly<Record<number, { length: number; isOpen: boolean }>> = {
  [ANSWER.hello]: { length: 2 + NONCE_BYTES + 29, isOpen: false },
  [ANSWER.data]: { length: 7, isOpen: true },
  [ANSWER.end]: { length: 15, isOpen: false },
  [ANSWER.object]: { length: 6, isOpen: true },
  [ANSWER.put]: { length: 6, isOpen: false },
  [ANSWER.checkpointReady]: { length: 3, isOpen: false },
  [ANSWER.error]: { length: 4, isOpen: false },
};

/** An answer's value; throws an Error that says what was expected. */
export function decodeAnswer(message: Uint8Array): Answer {
  const view = Buffer.from(message.buffer, message.byteOffset, message.length);
  const type = view[0] ?? 0;
  const shape = ANSWER_BYTES[type];
  if (shape === undefined) throw new Error(`Answer of unknown type 0x${type.toString(16)}`);
  const fits = shape.isOpen ? view.length > shape.length : view.length === shape.length;
  if (!fits) {
    const expected = shape.isOpen ? `more than ${shape.length}` : `${shape.length}`;
    throw new Error(`Answer 0x${type.toString(16)} of ${view.length} bytes, expected ${expected}`);
  }
  switch (type) {
    case ANSWER.hello:
      return decodeHello(view);
    case ANSWER.data:
      return {
        type: 'data',
        segment: view.readInt32LE(1),
        offset: view.readUInt16LE(5),
        bytes: Uint8Array.from(view.subarray(7)),
      };
    case ANSWER.end:
      return {
        type: 'end',
        segment: view.readInt32LE(1),
        offset: view.readUInt16LE(5),
        nextSequence: view.readInt32LE(7),
        crc32: view.readInt32LE(11),
      };
    case ANSWER.object:
      return {
        type: 'object',
        kind: view.readUInt8(1),
        total: view.readUInt16LE(2),
        offset: view.readUInt16LE(4),
        bytes: Uint8Array.from(view.subarray(6)),
      };
    case ANSWER.put:
      return {
        type: 'put',
        kind: view.readUInt8(1),
        nextOffset: view.readUInt16LE(2),
        result: view.readInt16LE(4),
      };
    case ANSWER.checkpointReady:
      return { type: 'checkpointReady', length: view.readUInt16LE(1) };
    default:
      return { type: 'error', messageType: view.readUInt8(1), fault: view.readInt16LE(2) };
  }
}

function decodeHello(view: Buffer): HelloAnswer {
  const at = 2 + NONCE_BYTES;
  return {
    type: 'hello',
    version: view.readUInt8(1),
    nonce: Uint8Array.from(view.subarray(2, at)),
    epoch: view.readInt32LE(at),
    oldestSequence: view.readInt32LE(at + 4),
    nextSequence: view.readInt32LE(at + 8),
    receiptedSequence: view.readInt32LE(at + 12),
    uptimeS: view.readInt32LE(at + 16),
    wallS: view.readInt32LE(at + 20),
    wallSource: view.readUInt8(at + 24),
    isSealed: (view.readUInt8(at + 25) & 1) !== 0,
    encodings: view.readUInt8(at + 26),
    certificateLength: view.readUInt16LE(at + 27),
  };
}

export function encodeHelloRequest(): Uint8Array {
  return Uint8Array.of(REQUEST.hello, PROTOCOL_VERSION);
}

/** Reads from the start of the segment that holds `fromSequence`. */
export function encodeRead(
  fromSequence: number,
  credit: number,
  encoding: number = ENCODING.verbatim,
): Uint8Array {
  const message = Buffer.alloc(7);
  message.writeUInt8(REQUEST.read, 0);
  message.writeInt32LE(fromSequence, 1);
  message.writeUInt8(encoding, 5);
  message.writeUInt8(credit, 6);
  return message;
}

/** From what was recorded at this uptime of this boot on. */
export function encodeReadSince(
  bootCount: number,
  uptimeS: number,
  credit: number,
  encoding: number = ENCODING.verbatim,
): Uint8Array {
  const message = Buffer.alloc(9);
  message.writeUInt8(REQUEST.readSince, 0);
  message.writeUInt16LE(bootCount, 1);
  message.writeInt32LE(uptimeS, 3);
  message.writeUInt8(encoding, 7);
  message.writeUInt8(credit, 8);
  return message;
}

export function encodeReadAt(
  segment: number,
  offset: number,
  credit: number,
  encoding: number = ENCODING.verbatim,
): Uint8Array {
  const message = Buffer.alloc(9);
  message.writeUInt8(REQUEST.readAt, 0);
  message.writeInt32LE(segment, 1);
  message.writeUInt16LE(offset, 5);
  message.writeUInt8(encoding, 7);
  message.writeUInt8(credit, 8);
  return message;
}

export function encodeCredit(more: number): Uint8Array {
  return Uint8Array.of(REQUEST.credit, more);
}

export function encodeCheckpointRequest(): Uint8Array {
  return Uint8Array.of(REQUEST.checkpoint);
}

/** The piece of `object` at `offset` that fits into a message of `payloadBytes`. */
export function encodePut(
  kind: number,
  object: Uint8Array,
  offset: number,
  payloadBytes: number,
): Uint8Array {
  const piece = object.subarray(offset, offset + payloadBytes - PUT_HEADER_BYTES);
  const message = Buffer.alloc(PUT_HEADER_BYTES + piece.length);
  message.writeUInt8(REQUEST.put, 0);
  message.writeUInt8(kind, 1);
  message.writeUInt16LE(object.length, 2);
  message.writeUInt16LE(offset, 4);
  message.set(piece, PUT_HEADER_BYTES);
  return message;
}

/** `kit` is named for a slip, and for nothing else. */
export function encodeGet(kind: number, offset: number, kit?: number): Uint8Array {
  const message = Buffer.alloc(kit === undefined ? 4 : 5, kit);
  message.writeUInt8(REQUEST.get, 0);
  message.writeUInt8(kind, 1);
  message.writeUInt16LE(offset, 2);
  return message;
}

export function encodeBye(): Uint8Array {
  return Uint8Array.of(REQUEST.bye);
}

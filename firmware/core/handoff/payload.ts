/**
 * Takes a signed payload apart: a CBOR map with the keys of `PAYLOAD`, each at most once and in
 * order. Nothing is copied; ranges point into the caller's bytes.
 */
import { CBOR_TYPE, type CborReader } from '../cbor/cbor.js';
import { WALL_UNKNOWN } from '../units.js';
import { PAYLOAD } from './protocol.js';

export class PayloadView {
  kind = 0;
  giaiAt = 0;
  giaiLength = 0;
  nonceAt = 0;
  nonceLength = 0;
  counter = 0;
  /** The body's CBOR item; for a byte string `bodyAt` is where its content begins. */
  bodyAt = 0;
  bodyLength = 0;
  epoch = 0;
  sequence = 0;
  hashAt = 0;
  hashLength = 0;
  wallS = WALL_UNKNOWN;

  clear(): void {
    this.kind = 0;
    this.giaiLength = 0;
    this.nonceLength = 0;
    this.counter = 0;
    this.bodyLength = 0;
    this.epoch = 0;
    this.sequence = 0;
    this.hashLength = 0;
    this.wallS = WALL_UNKNOWN;
  }
}

/** Reads the payload: 0, or malformed, truncated, overflow. */
export function parsePayload(
  reader: CborReader,
  bytes: Uint8Array,
  at: number,
  length: number,
  view: PayloadView,
): number {
  view.clear();
  reader.begin(bytes, at, length);
  const pairs = reader.readMapHeader();
  for (let i = 0; i < pairs && reader.fault() === 0; i++) readPair(reader, view);
  return reader.end();
}

function readPair(reader: CborReader, view: PayloadView): void {
  switch (reader.readInt()) {
    case PAYLOAD.kind:
      view.kind = reader.readInt();
      return;
    case PAYLOAD.giai:
      view.giaiLength = reader.readBytes();
      view.giaiAt = reader.dataAt;
      return;
    case PAYLOAD.nonce:
      view.nonceLength = reader.readBytes();
      view.nonceAt = reader.dataAt;
      return;
    case PAYLOAD.counter:
      view.counter = reader.readUint();
      return;
    case PAYLOAD.body:
      readBody(reader, view);
      return;
    case PAYLOAD.epoch:
      view.epoch = reader.readInt();
      return;
    case PAYLOAD.sequence:
      view.sequence = reader.readInt();
      return;
    case PAYLOAD.chainHash:
      view.hashLength = reader.readBytes();
      view.hashAt = reader.dataAt;
      return;
    case PAYLOAD.wallS:
      if (reader.nextType() === CBOR_TYPE.null) reader.readNull();
      else view.wallS = reader.readInt();
      return;
    default:
      reader.skip();
  }
}

function readBody(reader: CborReader, view: PayloadView): void {
  if (reader.nextType() === CBOR_TYPE.bytes) {
    view.bodyLength = reader.readBytes();
    view.bodyAt = reader.dataAt;
    return;
  }
  view.bodyAt = reader.position();
  reader.skip();
  view.bodyLength = reader.position() - view.bodyAt;
}

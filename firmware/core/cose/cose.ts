/**
 * Hands on COSE_Sign1 messages (RFC 9052 §4.2, tag 18) in the caller's bytes, and the digest that
 * their signature is made over. One algorithm, ES256 (RFC 9053 §2.1); no external data.
 *
 *     18([ << {1: -7, ? 4: kid} >>, {}, payload, signature (64 bytes) ])
 *
 * Everything is encoded in one way only, so all that stands between the protected header and the
 * payload is the empty map, one byte, and the two items can be hashed as they lie in the message.
 * Signing and verifying are jobs of the signature port: no elliptic curve is computed here.
 */
import { CborReader, CborWriter } from '../cbor/cbor.js';
import { FAULT } from '../faults.js';
import { Sha256 } from '../sha256.js';

export const SIGNATURE_BYTES = 64;
/** Longest key identifier. */
export const KID_BYTES_MAX = 32;
/** What a message is longer than its payload, at most. */
export const SIGN1_OVERHEAD_BYTES_MAX = 82 + KID_BYTES_MAX;

const TAG_SIGN1 = 18; // RFC 9052 §2
const HEADER_ALG = 1; // RFC 9052 §3.1
const HEADER_KID = 4;
const ALG_ES256 = -7; // RFC 9053 §2.1
// Sig_structure (RFC 9052 §4.4) up to the protected header: array of 4, "Signature1".
const SIG_STRUCTURE_HEAD = Uint8Array.of(0x84, 0x6a, 83, 105, 103, 110, 97, 116, 117, 114, 101, 49);
const EMPTY_BYTES = Uint8Array.of(0x40);
const NO_KID = new Uint8Array(0);

/** Where the parts of one message lie in its buffer; `kidLength` 0 means that it names no key. */
export class Sign1View {
  /** The protected header, head of its byte string included. */
  protectedAt = 0;
  kidAt = 0;
  kidLength = 0;
  /** The payload with the head of its byte string, up to the payload's end. */
  payloadItemAt = 0;
  payloadAt = 0;
  payloadLength = 0;
  signatureAt = 0;
}

/** The tools for one message at a time. */
export class CoseSign1 {
  readonly #hash: Sha256;
  readonly #reader = new CborReader();
  readonly #writer = new CborWriter();

  /** `hash` may be another's who uses it between messages. */
  constructor(hash = new Sha256()) {
    this.#hash = hash;
  }

  /**
   * Writes a message whose signature is 64 zeros, to be put at `view.signatureAt` after signing
   * what `digestOf` gives. `kid` may be null. The payload may stand in `into` itself, further on
   * than where it goes. Answers the message's length, or overflow if it does not fit between `at`
   * and the buffer's end, or malformed if `kid` is empty or too long.
   */
  beginSign1(
    into: Uint8Array,
    at: number,
    kid: Uint8Array | null,
    payload: Uint8Array,
    payloadLength: number,
    view: Sign1View,
    fromPayloadAt = 0,
  ): number {
    const kidLength = kid === null ? 0 : kid.length;
    if (kid !== null && (kidLength === 0 || kidLength > KID_BYTES_MAX)) return FAULT.malformed;
    const writer = this.#writer;
    writer.begin(into, at, into.length);
    writer.putTag(TAG_SIGN1);
    writer.putArrayHeader(4);
    view.protectedAt = writer.position();
    // The map of one pair takes 3 bytes; the key adds 4: and a head of 1 or 2 bytes.
    writer.putBytesHeader(kidLength === 0 ? 3 : 3 + (kidLength < 24 ? 2 : 3) + kidLength);
    writer.putMapHeader(kidLength === 0 ? 1 : 2);
    writer.putInt(HEADER_ALG);
    writer.putInt(ALG_ES256);
    if (kidLength > 0) {
      writer.putInt(HEADER_KID);
      writer.putBytes(kid ?? NO_KID, 0, kidLength);
    }
    view.kidLength = kidLength;
    view.kidAt = writer.position() - kidLength;
    writer.putMapHeader(0);
    view.payloadItemAt = writer.position();
    writer.putBytes(payload, fromPayloadAt, payloadLength);
    view.payloadLength = payloadLength;
    view.payloadAt = writer.position() - payloadLength;
    view.signatureAt = writer.putHole(SIGNATURE_BYTES);
    return writer.end();
  }

  /**
   * Finds the parts of the message that fills `length` bytes exactly; answers 0, or malformed,
   * truncated or overflow, and then `view` is of no use. Nothing is verified yet: that takes
   * `digestOf` and the signature port.
   */
  parseSign1(bytes: Uint8Array, at: number, length: number, view: Sign1View): number {
    const reader = this.#reader;
    reader.begin(bytes, at, length);
    const tag = reader.readTag();
    const count = reader.readArrayHeader();
    view.protectedAt = reader.position();
    const protectedLength = reader.readBytes();
    const protectedAt = reader.dataAt;
    const unprotectedCount = reader.readMapHeader();
    view.payloadItemAt = reader.position();
    view.payloadLength = reader.readBytes();
    view.payloadAt = reader.dataAt;
    const signatureLength = reader.readBytes();
    view.signatureAt = reader.dataAt;
    const fault = reader.end();
    if (fault !== 0) return fault;
    if (tag !== TAG_SIGN1 || count !== 4 || unprotectedCount !== 0) return FAULT.malformed;
    if (signatureLength !== SIGNATURE_BYTES) return FAULT.malformed;
    return this.#parseProtected(bytes, protectedAt, protectedLength, view);
  }

  /** Writes the SHA-256 of the message's Sig_structure, 32 bytes, which is what ES256 signs. */
  digestOf(view: Sign1View, bytes: Uint8Array, into: Uint8Array, at: number): void {
    const hash = this.#hash;
    const payloadEnd = view.payloadAt + view.payloadLength;
    hash.reset();
    hash.update(SIG_STRUCTURE_HEAD, 0, SIG_STRUCTURE_HEAD.length);
    hash.update(bytes, view.protectedAt, view.payloadItemAt - 1 - view.protectedAt);
    hash.update(EMPTY_BYTES, 0, EMPTY_BYTES.length);
    hash.update(bytes, view.payloadItemAt, payloadEnd - view.payloadItemAt);
    hash.digest(into, at);
  }

  #parseProtected(bytes: Uint8Array, at: number, length: number, view: Sign1View): number {
    const reader = this.#reader;
    reader.begin(bytes, at, length);
    const count = reader.readMapHeader();
    const algKey = reader.readInt();
    const alg = reader.readInt();
    view.kidAt = 0;
    view.kidLength = 0;
    if (count === 2) {
      const kidKey = reader.readInt();
      view.kidLength = reader.readBytes();
      view.kidAt = reader.dataAt;
      if (kidKey !== HEADER_KID) return reader.fault() || FAULT.malformed;
      if (view.kidLength === 0 || view.kidLength > KID_BYTES_MAX) return FAULT.malformed;
    }
    const fault = reader.end();
    if (fault !== 0) return fault;
    return algKey === HEADER_ALG && alg === ALG_ES256 ? 0 : FAULT.malformed;
  }
}

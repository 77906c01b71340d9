/**
 * The checkpoint: the container's signed statement of what its journal holds (PROTOCOL.md). Written
 * with a hole for the signature, which a job fills.
 */
import { CborWriter } from '../cbor/cbor.js';
import { CoseSign1, SIGNATURE_BYTES, Sign1View } from '../cose/cose.js';
import { copy } from '../bytes.js';
import { SHA256_DIGEST_BYTES } from '../sha256.js';
import { WALL_UNKNOWN } from '../units.js';
import { KID_BYTES, OBJECT, PAYLOAD } from './protocol.js';

export const CHECKPOINT_BYTES_MAX = 288;
const PAYLOAD_BYTES_MAX = 160;

/** What a checkpoint states. */
export class Statement {
  epoch = 0;
  sequence = 0;
  readonly chainHash = new Uint8Array(SHA256_DIGEST_BYTES);
  boot = 0;
  uptimeS = 0;
  wallS = WALL_UNKNOWN;
}

export class StatementWriter {
  readonly bytes = new Uint8Array(CHECKPOINT_BYTES_MAX);
  length = 0;
  readonly digest = new Uint8Array(SHA256_DIGEST_BYTES);
  private readonly payload = new Uint8Array(PAYLOAD_BYTES_MAX);
  private readonly writer = new CborWriter();
  private readonly cose: CoseSign1;
  private readonly view = new Sign1View();

  /** Shares what makes messages with whoever makes them in the same step. */
  constructor(cose = new CoseSign1()) {
    this.cose = cose;
  }

  /** Prepares the message and its digest to sign. 0, or overflow. */
  begin(statement: Statement, giai: Uint8Array, giaiLength: number, kid: Uint8Array): number {
    const { writer } = this;
    writer.begin(this.payload, 0, PAYLOAD_BYTES_MAX);
    writer.putMapHeader(8);
    writer.putUint(PAYLOAD.kind);
    writer.putUint(OBJECT.checkpoint);
    writer.putUint(PAYLOAD.giai);
    writer.putBytes(giai, 0, giaiLength);
    writer.putUint(PAYLOAD.epoch);
    writer.putInt(statement.epoch);
    writer.putUint(PAYLOAD.sequence);
    writer.putInt(statement.sequence);
    writer.putUint(PAYLOAD.chainHash);
    writer.putBytes(statement.chainHash, 0, SHA256_DIGEST_BYTES);
    writer.putUint(PAYLOAD.boot);
    writer.putInt(statement.boot);
    writer.putUint(PAYLOAD.uptimeS);
    writer.putInt(statement.uptimeS);
    writer.putUint(PAYLOAD.wallS);
    if (statement.wallS === WALL_UNKNOWN) writer.putNull();
    else writer.putInt(statement.wallS);
    const payloadLength = writer.end();
    if (payloadLength < 0) return payloadLength;
    const key = kid.length === KID_BYTES ? kid : null;
    const { bytes, view } = this;
    const length = this.cose.beginSign1(bytes, 0, key, this.payload, payloadLength, view);
    if (length < 0) return length;
    this.length = length;
    this.cose.digestOf(this.view, this.bytes, this.digest, 0);
    return 0;
  }

  /** Puts the signature where it belongs. */
  sign(signature: Uint8Array): void {
    copy(signature, 0, this.bytes, this.view.signatureAt, SIGNATURE_BYTES);
  }
}

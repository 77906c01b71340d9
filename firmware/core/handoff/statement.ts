/**
 * What a container signs (PROTOCOL.md): a checkpoint of its journal, or the slip of a kit that
 * left. Written with a hole for the signature, which a job fills; one at a time, in one buffer,
 * at whose end the payload is made before it moves to its place.
 */
import { CborWriter } from '../cbor/cbor.js';
import { CoseSign1, SIGNATURE_BYTES, Sign1View } from '../cose/cose.js';
import { copy } from '../bytes.js';
import { SHA256_DIGEST_BYTES } from '../sha256.js';
import { WALL_UNKNOWN } from '../units.js';
import { KID_BYTES, OBJECT, PAYLOAD } from './protocol.js';

/** A slip of the longest identities with all places used: 308. */
export const STATEMENT_BYTES_MAX = 312;
const PAYLOAD_BYTES_MAX = 224;
const PAYLOAD_AT = STATEMENT_BYTES_MAX - PAYLOAD_BYTES_MAX;
const PAIR_COUNT = 8;

/** What a checkpoint states. */
export class Statement {
  epoch = 0;
  sequence = 0;
  readonly chainHash = new Uint8Array(SHA256_DIGEST_BYTES);
  boot = 0;
  uptimeS = 0;
  wallS = WALL_UNKNOWN;
}

/** Who knows the slips of kits that left. */
export interface SlipSource {
  /** Puts the six pairs from the kit's SGTIN (`nonce`) to `wallS`: 0, or absent. */
  putSlip(kit: number, writer: CborWriter): number;
}

export class StatementWriter {
  readonly bytes = new Uint8Array(STATEMENT_BYTES_MAX);
  length = 0;
  readonly digest = new Uint8Array(SHA256_DIGEST_BYTES);
  private readonly writer = new CborWriter();
  private readonly cose: CoseSign1;
  private readonly view = new Sign1View();

  /** Shares what makes messages with whoever makes them in the same step. */
  constructor(cose = new CoseSign1()) {
    this.cose = cose;
  }

  /** Prepares a checkpoint and its digest to sign. 0, or overflow. */
  begin(statement: Statement, giai: Uint8Array, giaiLength: number, kid: Uint8Array): number {
    const { writer } = this;
    this.open(OBJECT.checkpoint, giai, giaiLength);
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
    putWall(writer, statement.wallS);
    return this.close(kid);
  }

  /** Prepares the slip of a kit and its digest to sign. 0, overflow, or the source's fault. */
  beginSlip(
    source: SlipSource,
    kit: number,
    giai: Uint8Array,
    giaiLength: number,
    kid: Uint8Array,
  ): number {
    this.open(OBJECT.slip, giai, giaiLength);
    const put = source.putSlip(kit, this.writer);
    return put < 0 ? put : this.close(kid);
  }

  /** Puts the signature where it belongs. */
  sign(signature: Uint8Array): void {
    copy(signature, 0, this.bytes, this.view.signatureAt, SIGNATURE_BYTES);
  }

  private open(kind: number, giai: Uint8Array, giaiLength: number): void {
    const { writer } = this;
    this.length = 0;
    writer.begin(this.bytes, PAYLOAD_AT, STATEMENT_BYTES_MAX);
    writer.putMapHeader(PAIR_COUNT);
    writer.putUint(PAYLOAD.kind);
    writer.putUint(kind);
    writer.putUint(PAYLOAD.giai);
    writer.putBytes(giai, 0, giaiLength);
  }

  private close(kid: Uint8Array): number {
    const payloadLength = this.writer.end();
    if (payloadLength < 0) return payloadLength;
    const key = kid.length === KID_BYTES ? kid : null;
    const { bytes, view, cose } = this;
    const length = cose.beginSign1(bytes, 0, key, bytes, payloadLength, view, PAYLOAD_AT);
    if (length < 0) return length;
    this.length = length;
    cose.digestOf(view, bytes, this.digest, 0);
    return 0;
  }
}

/** Puts the pair of a wall time, null while it is not known. */
export function putWall(writer: CborWriter, wallS: number): void {
  writer.putUint(PAYLOAD.wallS);
  if (wallS === WALL_UNKNOWN) writer.putNull();
  else writer.putInt(wallS);
}

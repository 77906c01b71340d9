/**
 * What a dock may fetch: the container's certificate, which came with it, and its checkpoint, which
 * is stated and signed when the dock asks. Signing is a job: started here, polled in later steps.
 */
import type { CoseSign1 } from '../cose/cose.js';
import type { Journal } from '../journal/journal.js';
import { FAULT } from '../faults.js';
import type { SignerPort } from '../ports.js';
import { KID_BYTES, OBJECT } from './protocol.js';
import { Statement, StatementWriter } from './statement.js';

const CERTIFICATE_BYTES_MAX = 320;
const SIGNATURE_BYTES = 64;

/** Who knows of boot and time, and keeps what was signed. */
export interface StatementHost {
  /** Fills boot, uptimeS and wallS of a statement. */
  describe(statement: Statement): void;
  /** A checkpoint was signed: it goes into the journal. */
  checkpointSigned(statement: Statement): void;
}

export class Outbox {
  readonly certificate = new Uint8Array(CERTIFICATE_BYTES_MAX);
  certificateLength = 0;
  /** Names the container's key in what it signs. */
  readonly kid = new Uint8Array(KID_BYTES);
  isSigning = false;
  private readonly statement = new Statement();
  private readonly writer: StatementWriter;
  private readonly signature = new Uint8Array(SIGNATURE_BYTES);
  private readonly journal: Journal;
  private readonly signer: SignerPort;
  private readonly host: StatementHost;

  constructor(journal: Journal, signer: SignerPort, host: StatementHost, cose: CoseSign1) {
    this.writer = new StatementWriter(cose);
    this.journal = journal;
    this.signer = signer;
    this.host = host;
  }

  /** Starts to sign what the journal holds now. 0, busy, overflow, or the signer's fault. */
  startCheckpoint(giai: Uint8Array, giaiLength: number): number {
    if (this.isSigning) return FAULT.busy;
    const { statement, journal, writer } = this;
    this.host.describe(statement);
    statement.epoch = journal.epoch;
    statement.sequence = journal.lastStoredSequence;
    journal.chainHash(statement.chainHash, 0);
    const begun = writer.begin(statement, giai, giaiLength, this.kid);
    if (begun < 0) return begun;
    const started = this.signer.startSign(writer.digest);
    if (started < 0) {
      writer.length = 0;
      return started;
    }
    this.isSigning = true;
    return 0;
  }

  /** 0 while nothing is signed, the checkpoint's length when it is, or the signer's fault. */
  poll(): number {
    if (!this.isSigning) return 0;
    const { writer } = this;
    const signed = this.signer.poll(this.signature);
    if (signed === 0) return 0;
    this.isSigning = false;
    if (signed < 0) {
      writer.length = 0;
      return signed;
    }
    writer.sign(this.signature);
    this.host.checkpointSigned(this.statement);
    return writer.length;
  }

  /** Length of an object that may be fetched; absent, or busy while it is being signed. */
  lengthOf(kind: number): number {
    const isCertificate = kind === OBJECT.certificate;
    if (!isCertificate && kind !== OBJECT.checkpoint) return FAULT.absent;
    if (!isCertificate && this.isSigning) return FAULT.busy;
    const length = isCertificate ? this.certificateLength : this.writer.length;
    return length === 0 ? FAULT.absent : length;
  }

  /** Bytes of an object that `lengthOf` gave a length for. */
  bytesOf(kind: number): Uint8Array {
    return kind === OBJECT.certificate ? this.certificate : this.writer.bytes;
  }
}

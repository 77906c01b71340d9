/**
 * What a dock may fetch: the container's certificate, which came with it; its checkpoint, which is
 * stated and signed when the dock asks; and the slips of kits that left, each signed when it is
 * asked for. Signing is a job: started here, polled in later steps.
 */
import { getU16 } from '../bytes.js';
import type { CoseSign1 } from '../cose/cose.js';
import type { Journal } from '../journal/journal.js';
import { FAULT } from '../faults.js';
import type { SignerPort } from '../ports.js';
import type { ObjectDesk } from './desk.js';
import { KID_BYTES, OBJECT } from './protocol.js';
import { type SlipSource, Statement, StatementWriter } from './statement.js';

const CERTIFICATE_BYTES_MAX = 320;
const SIGNATURE_BYTES = 64;
const GET_BYTES = 4;
/** No slip, but a checkpoint, is what was signed last. */
const NO_KIT = -1;

/** Who knows of boot and time, and keeps what was signed. */
export interface StatementHost {
  /** Fills boot, uptimeS and wallS of a statement. */
  describe(statement: Statement): void;
  /** A checkpoint was signed: it goes into the journal. */
  checkpointSigned(statement: Statement): void;
}

/** Bytes of a GET for this kind: that of a slip names the kit, too. */
export function getBytesOf(kind: number): number {
  return kind === OBJECT.slip ? GET_BYTES + 1 : GET_BYTES;
}

export class Outbox {
  readonly certificate = new Uint8Array(CERTIFICATE_BYTES_MAX);
  certificateLength = 0;
  /** Names the container's key in what it signs. */
  readonly kid = new Uint8Array(KID_BYTES);
  isSigning = false;
  /** Set by the container; without one there are no slips. */
  slips: SlipSource | null = null;
  private readonly statement = new Statement();
  private readonly writer: StatementWriter;
  private readonly signature = new Uint8Array(SIGNATURE_BYTES);
  private readonly journal: Journal;
  private readonly signer: SignerPort;
  private readonly host: StatementHost;
  /** Kit of the slip that is signed, and whether nothing of it was fetched, or why it failed. */
  private kit = NO_KIT;
  private isNew = false;
  private fault = 0;

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
    this.kit = NO_KIT;
    return this.start(writer.begin(statement, giai, giaiLength, this.kid));
  }

  /**
   * Length of the object that a GET asks for; absent, or busy while it is being signed, which for a
   * slip begins when its start is asked for; or why it could not be signed.
   */
  lengthOf(request: Uint8Array, desk: ObjectDesk): number {
    const kind = request[1]!;
    if (kind === OBJECT.certificate) {
      return this.certificateLength === 0 ? FAULT.absent : this.certificateLength;
    }
    if (this.isSigning) return FAULT.busy;
    if (kind === OBJECT.slip) return this.slipLength(request[4]!, getU16(request, 2), desk);
    const isMade = kind === OBJECT.checkpoint && this.kit === NO_KIT && this.writer.length > 0;
    return isMade ? this.writer.length : FAULT.absent;
  }

  private slipLength(kit: number, offset: number, desk: ObjectDesk): number {
    const { writer, slips } = this;
    if (desk.isBusy) return FAULT.busy; // the signer has one job at a time
    if (this.kit === kit && (this.isNew || offset > 0)) {
      this.isNew = false;
      return this.fault < 0 ? this.fault : writer.length === 0 ? FAULT.absent : writer.length;
    }
    if (offset > 0 || slips === null) return FAULT.absent;
    this.kit = kit;
    const { giai, giaiLength } = desk;
    const started = this.start(writer.beginSlip(slips, kit, giai, giaiLength, this.kid));
    return started < 0 ? started : FAULT.busy;
  }

  private start(begun: number): number {
    const { writer } = this;
    this.isNew = false;
    this.fault = 0;
    const started = begun < 0 ? begun : this.signer.startSign(writer.digest);
    if (started < 0) writer.length = 0;
    else this.isSigning = true;
    return started;
  }

  /**
   * 0 while nothing is signed, a checkpoint's length when one is, or the signer's fault. Of a slip
   * nothing is told: the dock asks again.
   */
  poll(): number {
    if (!this.isSigning) return 0;
    const { writer } = this;
    const signed = this.signer.poll(this.signature);
    if (signed === 0) return 0;
    this.isSigning = false;
    if (signed < 0) writer.length = 0;
    else writer.sign(this.signature);
    if (this.kit !== NO_KIT) {
      this.isNew = true;
      this.fault = signed < 0 ? signed : 0;
      return 0;
    }
    if (signed < 0) return signed;
    this.host.checkpointSigned(this.statement);
    return writer.length;
  }

  /** Bytes of an object that `lengthOf` gave a length for. */
  bytesOf(kind: number): Uint8Array {
    return kind === OBJECT.certificate ? this.certificate : this.writer.bytes;
  }
}

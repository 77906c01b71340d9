/**
 * The calibrations of the probes: installed by an engineer in the service state, kept in the
 * catalogue, and named by CALIBRATION records, of which the durable words are the fold. A
 * certificate that ends is announced 30 days ahead; one that has ended, or whose points cannot be
 * read any more, vouches for nothing.
 */
import { crc32, CRC32_START } from '../core/bytes.js';
import type { CborReader } from '../core/cbor/cbor.js';
import { COMMON } from '../core/excursion/kits.js';
import { wallNow } from '../core/excursion/verdict.js';
import { FAULT } from '../core/faults.js';
import { type Catalogue, ENTRY } from '../core/journal/catalogue.js';
import type { Limits } from '../core/limits.js';
import {
  CALIBRATION_BYTES_MAX,
  type CalibrationTable,
  type Certificate,
} from '../core/reading/calibration.js';
import { NOTICE, RECORD } from '../core/record/schema.js';
import { CALIBRATION, NEVER, probeAt } from './calibration-words.js';
import type { Ledger } from './ledger.js';

/** Of a calibration that is gone there is no certificate. */
const NO_BYTES = new Uint8Array(0);
/** 30 days. */
const ANNOUNCED_AHEAD_S = 2592000;

export class Calibrations {
  /** What the command at hand installs. */
  private readonly found: Certificate = { probe: 0, dueWallS: 0, idAt: 0, idLength: 0 };
  private listAt = 0;
  private listLength = 0;
  /** Bits of probes whose points could not be read and of which no record tells yet. */
  private gone = 0;
  private nextAnnounceWallS = 0;
  private revision = -1;
  private readonly words: Int32Array;
  private readonly common: Int32Array;
  private readonly table: CalibrationTable;
  private readonly catalogue: Catalogue;
  private readonly ledger: Ledger;
  private readonly limits: Limits;

  /** `words` are CALIBRATION.words, `common` the durable KITS_WORDS. */
  constructor(
    words: Int32Array,
    common: Int32Array,
    table: CalibrationTable,
    catalogue: Catalogue,
    ledger: Ledger,
    limits: Limits,
  ) {
    this.words = words;
    this.common = common;
    this.table = table;
    this.catalogue = catalogue;
    this.ledger = ledger;
    this.limits = limits;
  }

  /** Takes the points of all probes from the catalogue into the table; `scratch` is lost. */
  mount(reader: CborReader, scratch: Uint8Array): void {
    for (let probe = 0; probe < this.limits.probeCount; probe++) {
      if (this.read(probe, reader, scratch) < 0) this.gone |= 1 << probe;
    }
  }

  /** 0 when the points of the probe are those that its record names, else a fault. */
  private read(probe: number, reader: CborReader, scratch: Uint8Array): number {
    this.table.clear(probe);
    const at = probeAt(probe);
    if (this.words[at + CALIBRATION.dueWallS] === 0) return 0;
    const length = this.catalogue.get(ENTRY.calibration, probe, scratch);
    if (length < 0) return length;
    // An entry that was written ahead of a record which a cut prevented is none.
    const crc = crc32(scratch, 0, length, CRC32_START);
    if (crc !== this.words[at + CALIBRATION.listCrc]) return FAULT.absent;
    return this.table.load(reader, scratch, 0, length, this.limits.probeCount, this.found);
  }

  /** After a boot: a probe whose points are gone is not calibrated, and a record says so. */
  checkAll(reader: CborReader, scratch: Uint8Array, uptimeS: number): void {
    this.mount(reader, scratch);
    this.tellGone(uptimeS);
  }

  /** A record for each probe whose points cannot be read: it is not calibrated from then on. */
  private tellGone(uptimeS: number): void {
    const { gone } = this;
    this.gone = 0;
    for (let probe = 0; gone >> probe !== 0; probe++) {
      if ((gone & (1 << probe)) !== 0) this.record(probe, 0, 0, NO_BYTES, 0, 0, uptimeS);
    }
  }

  /**
   * Reads the rest of a CALIBRATE body, {2: calibration (bytes)}, and starts to write it. 0 while
   * the catalogue is being written, or a fault: notInService, malformed, badDate (ended already).
   */
  start(reader: CborReader, bytes: Uint8Array): number {
    if (reader.readInt() !== 2) return reader.reject();
    this.listLength = reader.readBytes();
    this.listAt = reader.dataAt;
    const fault = reader.end();
    if (fault < 0) return fault;
    const { common, found } = this;
    if (common[COMMON.service] !== 1) return FAULT.notInService;
    if (this.listLength > CALIBRATION_BYTES_MAX) return FAULT.badLength;
    const { probeCount } = this.limits;
    const { listAt, listLength } = this;
    const loaded = this.table.load(reader, bytes, listAt, listLength, probeCount, found);
    if (loaded < 0) return loaded;
    const isOver = common[COMMON.wallKnown] === 1 && wallNow(common) >= found.dueWallS;
    if (isOver || found.dueWallS === 0) return FAULT.badDate;
    return this.catalogue.startPut(ENTRY.calibration, found.probe, bytes, listAt, listLength);
  }

  /** The catalogue was written, or not: 1 with the record that says so, or the fault. */
  end(result: number, inbox: Uint8Array, uptimeS: number): number {
    if (result < 0) return result;
    const { probe, dueWallS, idAt, idLength } = this.found;
    const crc = crc32(inbox, this.listAt, this.listLength, CRC32_START);
    this.record(probe, dueWallS, crc, inbox, idAt, idLength, uptimeS);
    return 1;
  }

  /** After a command that failed: the points that hold are read again. */
  restore(reader: CborReader, scratch: Uint8Array): void {
    const { probe } = this.found;
    if (probe >= 0 && this.read(probe, reader, scratch) < 0) this.gone |= 1 << probe;
  }

  private record(
    probe: number,
    dueWallS: number,
    crc: number,
    bytes: Uint8Array,
    at: number,
    length: number,
    uptimeS: number,
  ): void {
    const record = this.ledger.begin(RECORD.calibration, uptimeS);
    record.fields[0] = probe;
    record.fields[1] = dueWallS;
    record.fields[2] = crc;
    record.setTail(bytes, at, length);
    this.ledger.store();
  }

  /** Announces, once, each certificate that ends within 30 days. */
  step(uptimeS: number): void {
    const { common, words, ledger } = this;
    if (this.gone !== 0) this.tellGone(uptimeS);
    if (common[COMMON.wallKnown] === 0) return;
    const wallS = common[COMMON.wallOffsetS]! + uptimeS;
    if (ledger.revision === this.revision && wallS < this.nextAnnounceWallS) return;
    this.revision = ledger.revision;
    this.nextAnnounceWallS = NEVER;
    for (let probe = 0; probe < this.limits.probeCount; probe++) {
      const dueWallS = words[probeAt(probe) + CALIBRATION.dueWallS]!;
      const isTold = (words[CALIBRATION.announced]! & (1 << probe)) !== 0;
      if (dueWallS === 0 || isTold) continue;
      const atWallS = dueWallS - ANNOUNCED_AHEAD_S;
      if (wallS >= atWallS) this.announce(probe, dueWallS, uptimeS);
      else if (atWallS < this.nextAnnounceWallS) this.nextAnnounceWallS = atWallS;
    }
  }

  private announce(probe: number, dueWallS: number, uptimeS: number): void {
    const { fields } = this.ledger.begin(RECORD.notice, uptimeS);
    fields[0] = NOTICE.calibrationDueSoon;
    fields[1] = probe;
    fields[2] = dueWallS;
    this.ledger.store();
  }
}

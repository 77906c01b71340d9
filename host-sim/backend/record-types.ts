/**
 * Hands on what a decoded journal looks like on the host: records with names instead of codes, in
 * the order of their sequence numbers, with the wall time that their boot's anchors give them. The
 * decoder makes them from flash bytes; receiver, EPCIS mapping, verdicts, tables and report read
 * them. Field names and widths are those of firmware/core/record/fields.ts, codes those of
 * schema.ts.
 */
import type { RECORD } from '../../firmware/core/record/schema.js';
import { WALL_EPOCH_UNIX_S } from '../../firmware/core/units.js';

/** Name of a record type, as in RECORD and RECORD_SCHEMAS. */
export type RecordName = keyof typeof RECORD;

/** One record; its identity is (logger GIAI, epoch, sequence). */
export interface DecodedRecord {
  readonly sequence: number;
  readonly boot: number;
  readonly uptimeS: number;
  /** Seconds since 2020-01-01Z from an anchor of the same boot; null when the boot has none. */
  readonly wallS: number | null;
  readonly type: RecordName;
  /** The fields of its schema; a reading's temperatures stand apart. */
  readonly fields: Readonly<Record<string, number>>;
  /** Of a reading: one per probe, null where the probe had a gap. */
  readonly temperaturesCentiC?: readonly (number | null)[];
  /** Identities, hashes, packing lists; empty when the type has none. */
  readonly tail: Uint8Array;
  /**
   * Number of the KEPT record that it was read from: its own place was thinned. Absent where it
   * stands at its own place.
   */
  readonly keptAt?: number;
}

/** Number of the record that proves one: its own, or that of the KEPT record around it. */
export function provenBy({ sequence, keptAt }: DecodedRecord): number {
  return keptAt ?? sequence;
}

/** A field of a record; throws an Error that names record and field where it is absent. */
export function fieldOf(
  record: Pick<DecodedRecord, 'sequence' | 'type' | 'fields'>,
  name: string,
): number {
  const value = record.fields[name];
  if (value !== undefined) return value;
  throw new Error(`Record ${record.sequence} (${record.type}) has no field '${name}'`);
}

/** Bytes of one flash segment, verbatim, as a dock received them. */
export interface FlashBlock {
  readonly segment: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Chain hashes of one segment: what its header claims, and what its records lead to. */
export interface SegmentChain {
  readonly chainBefore: Uint8Array;
  readonly chainAfter: Uint8Array;
  /** Number of the record that it begins with. */
  readonly firstSequence: number;
}

/** A decoded journal, or the part of one that a visit delivered. */
export interface DecodedLog {
  readonly epoch: number;
  /** Of the first segment; records that were kept from thinned segments are older. */
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** By segment number, in the order of the segments. */
  readonly chainHashes: ReadonlyMap<number, SegmentChain>;
  /** In the order of their numbers. A KEPT record is there, and beside it the record in it. */
  readonly records: readonly DecodedRecord[];
  /** The chain hash after the record of that sequence; throws for a sequence outside. */
  chainHashAt(sequence: number): Uint8Array;
  /** What was damaged: segment, offset and what was expected, one sentence each. */
  readonly problems: readonly string[];
}

/** Makes a decoded log from blocks; damage is told in `problems`, never thrown. */
export type Decoder = (blocks: readonly FlashBlock[]) => DecodedLog;

/** A wall time as ISO 8601 in UTC with milliseconds. */
export function isoOfWallS(wallS: number, milliseconds = 0): string {
  return new Date((WALL_EPOCH_UNIX_S + wallS) * 1000 + milliseconds).toISOString();
}

/** The wall time of an ISO 8601 instant, rounded down to whole seconds; throws on anything else. */
export function wallSOfIso(iso: string): number {
  const unixMs = Date.parse(iso);
  if (Number.isNaN(unixMs)) throw new Error(`'${iso}' is no time, expected ISO 8601`);
  return Math.floor(unixMs / 1000) - WALL_EPOCH_UNIX_S;
}

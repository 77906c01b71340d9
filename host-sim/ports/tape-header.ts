/**
 * The first 33 bytes of a tape: what it is, which versions wrote it, and the limits the container
 * was built with, so that whoever plays it builds the same container. The table of fields is in
 * TAPE.md.
 */
import { getI32, getU16, putI32, putU16 } from '../../firmware/core/bytes.js';
import { type Limits, SLOT_COUNT_MAX } from '../../firmware/core/limits.js';
import { FORMAT_VERSION } from '../../firmware/core/record/fields.js';
import type { TapeReader, TapeSink } from './tape-bytes.js';

const MAGIC = 'PVT1';
/** Version of the tape's own bytes and of the port table. */
export const TAPE_VERSION = 1;
/** Length of the header. */
export const TAPE_HEADER_BYTES = 17 + SLOT_COUNT_MAX;

/** Writes the header. */
export function writeHeader(sink: TapeSink, limits: Limits): void {
  const header = new Uint8Array(TAPE_HEADER_BYTES);
  header.set(Buffer.from(MAGIC, 'latin1'));
  header[4] = TAPE_VERSION;
  header[5] = FORMAT_VERSION;
  header[6] = limits.slotCount;
  header[7] = limits.probeCount;
  putU16(header, 8, limits.samplePeriodS);
  putU16(header, 10, limits.conversionLimitMs);
  putI32(header, 12, limits.journalBytes);
  header[16] = limits.isHardware ? 1 : 0;
  header.set(limits.slotProbes.subarray(0, limits.slotCount), 17);
  sink.bytes(header);
}

/** Reads the header; throws when the bytes are no tape, or one of another version. */
export function readHeader(reader: TapeReader): Limits {
  const header = reader.bytes(TAPE_HEADER_BYTES, 'the header');
  const magic = Buffer.from(header.subarray(0, 4)).toString('latin1');
  if (magic !== MAGIC) {
    throw new Error(`Not a tape: it begins with "${magic}", expected "${MAGIC}"`);
  }
  if (header[4] !== TAPE_VERSION) {
    throw new Error(`Tape of version ${header[4]}, expected ${TAPE_VERSION}`);
  }
  if (header[5] !== FORMAT_VERSION) {
    throw new Error(`Tape of record format ${header[5]}, expected ${FORMAT_VERSION}`);
  }
  const slotCount = header[6]!;
  return {
    slotCount,
    probeCount: header[7]!,
    slotProbes: header.slice(17, 17 + slotCount),
    samplePeriodS: getU16(header, 8),
    conversionLimitMs: getU16(header, 10),
    journalBytes: getI32(header, 12),
    isHardware: header[16] === 1,
  };
}

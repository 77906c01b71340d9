/**
 * The header of a segment, 76 bytes at the start of its sector. It is programmed last, after the
 * snapshot of the state behind it, so that a valid header proves a whole segment start.
 * The number of a segment is lap x sectors + sector, so that no surprise needs a scan.
 */
import { copy, crc32, CRC32_START, equal, getI32, getU16, putI32, putU16 } from '../bytes.js';
import { FAULT } from '../faults.js';
import { PROBE_COUNT_MAX, SECTOR_BYTES } from '../limits.js';
import { countZeros } from '../record/frame.js';
import { FORMAT_VERSION } from '../record/schema.js';
import { SHA256_DIGEST_BYTES } from '../sha256.js';

export const HEADER_BYTES = 76;
/** ASCII "PVJ1". */
const MAGIC = new Uint8Array([0x50, 0x56, 0x4a, 0x31]);
const MAGIC_BYTES = 4;
const CHECKED_BYTES = 68;

export class SegmentHeader {
  probeCount = 0;
  samplePeriodS = 0;
  epoch = 0;
  segment = 0;
  firstSequence = 0;
  bootCount = 0;
  /** Bytes of the snapshot that follows the header. */
  stateBytes = 0;
  uptimeS = 0;
  wallS = 0;
  stateCrc = 0;
  readonly chainBefore = new Uint8Array(SHA256_DIGEST_BYTES);
}

/** Writes the header's bytes to the start of `into`. */
export function encodeHeader(header: SegmentHeader, into: Uint8Array): void {
  copy(MAGIC, 0, into, 0, MAGIC_BYTES);
  into[4] = FORMAT_VERSION;
  into[5] = header.probeCount;
  putU16(into, 6, header.samplePeriodS);
  putI32(into, 8, header.epoch);
  putI32(into, 12, header.segment);
  putI32(into, 16, header.firstSequence);
  putU16(into, 20, header.bootCount);
  putU16(into, 22, header.stateBytes);
  putI32(into, 24, header.uptimeS);
  putI32(into, 28, header.wallS);
  copy(header.chainBefore, 0, into, 32, SHA256_DIGEST_BYTES);
  putI32(into, 64, header.stateCrc);
  putU16(into, CHECKED_BYTES, countZeros(into, 0, CHECKED_BYTES));
  putU16(into, 70, 0xffff);
  putI32(into, 72, crc32(into, 0, CHECKED_BYTES, CRC32_START));
}

/**
 * Reads a header: 0 when valid, absent when there is none (blank or torn), foreignImage when it is
 * whole but of a version, or with values, that this firmware does not know.
 */
export function decodeHeader(bytes: Uint8Array, header: SegmentHeader): number {
  if (!equal(bytes, 0, MAGIC, 0, MAGIC_BYTES)) return FAULT.absent;
  if (countZeros(bytes, 0, CHECKED_BYTES) !== getU16(bytes, CHECKED_BYTES)) return FAULT.absent;
  if (crc32(bytes, 0, CHECKED_BYTES, CRC32_START) !== getI32(bytes, 72)) return FAULT.absent;
  if (bytes[4] !== FORMAT_VERSION) return FAULT.foreignImage;
  header.probeCount = bytes[5]!;
  header.samplePeriodS = getU16(bytes, 6);
  header.epoch = getI32(bytes, 8);
  header.segment = getI32(bytes, 12);
  header.firstSequence = getI32(bytes, 16);
  header.bootCount = getU16(bytes, 20);
  header.stateBytes = getU16(bytes, 22);
  header.uptimeS = getI32(bytes, 24);
  header.wallS = getI32(bytes, 28);
  copy(bytes, 32, header.chainBefore, 0, SHA256_DIGEST_BYTES);
  header.stateCrc = getI32(bytes, 64);
  return isPossible(header) ? 0 : FAULT.foreignImage;
}

/** A whole header with values that this firmware cannot have written is not from it. */
function isPossible(header: SegmentHeader): boolean {
  if (header.probeCount < 1 || header.probeCount > PROBE_COUNT_MAX) return false;
  return header.segment >= 0 && header.stateBytes <= SECTOR_BYTES - HEADER_BYTES;
}

/** Whether these bytes can be what a cut left of our own magic: a torn program only leaves ones. */
export function mayBeTornHeader(bytes: Uint8Array): boolean {
  for (let i = 0; i < MAGIC_BYTES; i++) {
    if ((bytes[i]! & MAGIC[i]!) !== MAGIC[i]) return false;
  }
  return true;
}

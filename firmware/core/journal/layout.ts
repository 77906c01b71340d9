/**
 * The header of a segment, 76 bytes at the start of its sector. It is programmed last, after the
 * state behind it, so that a valid header proves a whole segment start. The number of a segment is
 * lap x sectors + sector, so that no surprise needs a scan. A sector that is not used has its
 * header killed: a search tells it from a blank one, and from any that holds records.
 */
import { copy, crc32, CRC32_START, equal, getI32, getU16, putI32, putU16 } from '../bytes.js';
import { FAULT } from '../faults.js';
import { PROBE_COUNT_MAX, SECTOR_BYTES } from '../limits.js';
import { countZeros } from '../record/frame.js';
import { FORMAT_VERSION } from '../record/fields.js';
import { SHA256_DIGEST_BYTES } from '../sha256.js';

export const HEADER_BYTES = 76;
/** Bytes of a header that a search reads: they tell what the sector holds, but do not prove it. */
export const PROBE_BYTES = 16;
/** ASCII "PVJ1". */
const MAGIC = new Uint8Array([0x50, 0x56, 0x4a, 0x31]);
const MAGIC_BYTES = 4;
const CHECKED_BYTES = 68;
const VERSION_AT = 4;
const SEGMENT_AT = 12;
const BLANK = 0xff;

export class SegmentHeader {
  probeCount = 0;
  samplePeriodS = 0;
  epoch = 0;
  segment = 0;
  firstSequence = 0;
  bootCount = 0;
  /** Bytes of the state that follows the header. */
  stateBytes = 0;
  uptimeS = 0;
  wallS = 0;
  stateCrc = 0;
  readonly chainBefore = new Uint8Array(SHA256_DIGEST_BYTES);
}

/** Writes the header's bytes to the start of `into`. */
export function encodeHeader(header: SegmentHeader, into: Uint8Array): void {
  copy(MAGIC, 0, into, 0, MAGIC_BYTES);
  into[VERSION_AT] = FORMAT_VERSION;
  into[5] = header.probeCount;
  putU16(into, 6, header.samplePeriodS);
  putI32(into, 8, header.epoch);
  putI32(into, SEGMENT_AT, header.segment);
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
 * Reads a header: 0 when valid, absent when there is none (blank, torn or killed), olderImage when
 * it is whole but of an earlier version, foreignImage when it is of a later one, or has values that
 * this firmware does not know.
 */
export function decodeHeader(bytes: Uint8Array, header: SegmentHeader): number {
  if (!equal(bytes, 0, MAGIC, 0, MAGIC_BYTES)) return FAULT.absent;
  if (countZeros(bytes, 0, CHECKED_BYTES) !== getU16(bytes, CHECKED_BYTES)) return FAULT.absent;
  if (crc32(bytes, 0, CHECKED_BYTES, CRC32_START) !== getI32(bytes, 72)) return FAULT.absent;
  const version = bytes[VERSION_AT]!;
  if (version !== FORMAT_VERSION) {
    return version > 0 && version < FORMAT_VERSION ? FAULT.olderImage : FAULT.foreignImage;
  }
  header.probeCount = bytes[5]!;
  header.samplePeriodS = getU16(bytes, 6);
  header.epoch = getI32(bytes, 8);
  header.segment = getI32(bytes, SEGMENT_AT);
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

/** Bits that may be stuck at 0 where a sector begins, before it is taken for something written. */
const STUCK_BITS_MAX = 2;

/** What the first PROBE_BYTES of a sector can be. */
export const PROBE = Object.freeze({
  /** Nothing was written here since it was erased. */
  blank: -1,
  /** No header of this version: torn, killed, half erased or worn. */
  unclear: -2,
  /** A header of another version: only the whole of it can tell. */
  other: -3,
} as const);

/** A segment number that the first PROBE_BYTES of a sector name, or a PROBE. */
export function probeHeader(bytes: Uint8Array): number {
  let bits = BLANK;
  for (let i = 0; i < PROBE_BYTES; i++) bits &= bytes[i]!;
  if (bits === BLANK) return PROBE.blank;
  if (!equal(bytes, 0, MAGIC, 0, MAGIC_BYTES)) return PROBE.unclear;
  const version = bytes[VERSION_AT]!;
  if (version !== FORMAT_VERSION) return version === 0 ? PROBE.unclear : PROBE.other;
  const segment = getI32(bytes, SEGMENT_AT);
  return segment < 0 ? PROBE.other : segment;
}

/**
 * Where a header is killed, by zeros: all of it but the magic. What a cut leaves of that on blank
 * flash may be a torn header of ours: it is not foreign.
 */
export const KILL_AT = MAGIC_BYTES;
export const KILL_BYTES = HEADER_BYTES - MAGIC_BYTES;

/** Whether a sector reads 0 where its header should be: it can be neither erased nor programmed. */
export function readsDead(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && isKilled(bytes);
}

/** Whether a sector begins blank but for few bits, which are stuck: no header has so few zeros. */
export function readsStuck(bytes: Uint8Array): boolean {
  return countZeros(bytes, 0, PROBE_BYTES) <= STUCK_BITS_MAX;
}

/** Whether a header was killed, by its first PROBE_BYTES. */
export function isKilled(bytes: Uint8Array): boolean {
  let bits = 0;
  for (let i = MAGIC_BYTES; i < PROBE_BYTES; i++) bits |= bytes[i]!;
  return bits === 0;
}

/** Whether these bytes can be what a cut left of our own magic: a torn program only leaves ones. */
export function mayBeTornHeader(bytes: Uint8Array): boolean {
  for (let i = 0; i < MAGIC_BYTES; i++) {
    if ((bytes[i]! & MAGIC[i]!) !== MAGIC[i]) return false;
  }
  return true;
}

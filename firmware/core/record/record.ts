/**
 * A record in memory and its canonical bytes, the form that the SHA-256 chain hashes. One
 * `RecordBuffer` is made at start and filled again and again; nothing is allocated per record.
 * The layout follows `schema.ts`; widths are flattened into one table when this module loads.
 */
import { getI32, putI32 } from '../bytes.js';
import { FAULT } from '../faults.js';
import { FIELD_COUNT_MAX, TAIL_BYTES_MAX } from '../limits.js';
import { RECORD_SCHEMAS } from './fields.js';
import { RECORD } from './schema.js';

const TYPE_COUNT = RECORD_SCHEMAS.length;
/** Type, uptime and 34 bytes of fields: what a record takes without its tail. */
const HEAD_BYTES_MAX = 39;
const FIELD_COUNTS = new Uint8Array(TYPE_COUNT);
const WIDTHS = new Int8Array(TYPE_COUNT * FIELD_COUNT_MAX);
const HAS_TAIL = new Uint8Array(TYPE_COUNT);
for (let type = 0; type < TYPE_COUNT; type++) {
  const { fields, tail } = RECORD_SCHEMAS[type]!;
  FIELD_COUNTS[type] = fields.length;
  HAS_TAIL[type] = tail === '' ? 0 : 1;
  for (let i = 0; i < fields.length; i++) WIDTHS[type * FIELD_COUNT_MAX + i] = fields[i]![1];
}
// A reading's temperature field repeats: the widths behind it are the same.
for (let i = 1; i < FIELD_COUNT_MAX; i++) WIDTHS[RECORD.reading * FIELD_COUNT_MAX + i] = -2;

/** Index of a reading's humidity and of its first temperature among the fields. */
export const READING_HUMIDITY = 0;
export const READING_TEMPERATURE = 1;

/** One record, reused. Fields are in the order of its schema. */
export class RecordBuffer {
  type = 0;
  /** Position in the journal, 1.. within an epoch; not part of the canonical bytes. */
  sequence = 0;
  /** Seconds since boot. */
  uptimeS = 0;
  readonly fields = new Int32Array(FIELD_COUNT_MAX);
  readonly tail = new Uint8Array(TAIL_BYTES_MAX);
  tailLength = 0;

  /** Begins a record: clears its fields and tail. */
  begin(type: number, uptimeS: number): void {
    this.type = type;
    this.uptimeS = uptimeS;
    this.fields.fill(0);
    this.tailLength = 0;
  }

  /** Copies `length` bytes into the tail; what does not fit is a fault of the caller. */
  setTail(bytes: Uint8Array, at: number, length: number): number {
    if (length > TAIL_BYTES_MAX) return FAULT.overflow;
    for (let i = 0; i < length; i++) this.tail[i] = bytes[at + i]!;
    this.tailLength = length;
    return 0;
  }
}

/** Fields that a record of `type` holds where the journal has `probeCount` probes; -1 unknown. */
export function fieldCountOf(type: number, probeCount: number): number {
  if (type <= 0 || type >= TYPE_COUNT) return -1;
  return type === RECORD.reading ? 1 + probeCount : FIELD_COUNTS[type]!;
}

/** Writes the canonical bytes and answers their length, or overflow. */
export function encodeCanonical(
  record: RecordBuffer,
  probeCount: number,
  into: Uint8Array,
  at: number,
): number {
  const type = record.type;
  const count = fieldCountOf(type, probeCount);
  if (count < 0) return FAULT.malformed;
  if (at + HEAD_BYTES_MAX > into.length) return FAULT.overflow;
  let to = at;
  into[to++] = type;
  putI32(into, to, record.uptimeS);
  to += 4;
  for (let i = 0; i < count; i++) {
    const value = record.fields[i]!;
    const width = WIDTHS[type * FIELD_COUNT_MAX + i]!;
    const bytes = width < 0 ? -width : width;
    into[to++] = value;
    if (bytes > 1) into[to++] = value >> 8;
    if (bytes > 2) {
      into[to++] = value >> 16;
      into[to++] = value >> 24;
    }
  }
  if (HAS_TAIL[type] === 1) {
    if (to + 1 + record.tailLength > into.length) return FAULT.overflow;
    into[to++] = record.tailLength;
    for (let i = 0; i < record.tailLength; i++) into[to++] = record.tail[i]!;
  }
  return to - at;
}

/** Reads canonical bytes of exactly `length` into `record`; malformed or truncated otherwise. */
export function decodeCanonical(
  bytes: Uint8Array,
  at: number,
  length: number,
  probeCount: number,
  record: RecordBuffer,
): number {
  const end = at + length;
  if (length < 5) return FAULT.truncated;
  const type = bytes[at]!;
  const count = fieldCountOf(type, probeCount);
  if (count < 0) return FAULT.malformed;
  record.begin(type, getI32(bytes, at + 1));
  let from = at + 5;
  for (let i = 0; i < count; i++) {
    const width = WIDTHS[type * FIELD_COUNT_MAX + i]!;
    const size = width < 0 ? -width : width;
    if (from + size > end) return FAULT.truncated;
    record.fields[i] = getField(bytes, from, width);
    from += size;
  }
  if (HAS_TAIL[type] === 1) {
    if (from >= end) return FAULT.truncated;
    const tailLength = bytes[from++]!;
    if (tailLength > TAIL_BYTES_MAX || from + tailLength > end) return FAULT.truncated;
    record.setTail(bytes, from, tailLength);
    from += tailLength;
  }
  return from === end ? 0 : FAULT.malformed;
}

function getField(bytes: Uint8Array, at: number, width: number): number {
  switch (width) {
    case 1:
      return bytes[at]!;
    case -1:
      return (bytes[at]! << 24) >> 24;
    case 2:
      return bytes[at]! | (bytes[at + 1]! << 8);
    case -2:
      return ((bytes[at]! | (bytes[at + 1]! << 8)) << 16) >> 16;
    default:
      return getI32(bytes, at);
  }
}

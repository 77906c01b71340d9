/** The compact form there and back, as the container makes it and the backend reads it. */
import assert from 'node:assert/strict';
import { OBJECT_BYTES_MAX } from '../../../../firmware/core/limits.js';
import {
  COMPACT_RECORD_BYTES_MAX,
  CompactEncoder,
  type CompactHead,
} from '../../../../firmware/core/record/compact.js';
import { RecordBuffer } from '../../../../firmware/core/record/record.js';
import { CompactReader } from '../../../../host-sim/backend/compact-decode.js';
import { canonicalOf } from '../../../support/records.js';

export const HEAD: CompactHead = Object.freeze({
  probeCount: 2,
  samplePeriodS: 60,
  epoch: -77,
  firstSequence: 1001,
  bootCount: 3,
  uptimeS: 7000,
  wallS: 160_000_000,
  chainBefore: Uint8Array.from({ length: 32 }, (_, i) => 7 * i),
});

export interface EncodeOptions {
  readonly head?: CompactHead;
  readonly pieceBytes?: number;
  readonly from?: number;
  readonly isUnreadable?: boolean;
}

/** The bytes of a segment from `from` on, taken in pieces as they are sent. */
export function encodeCompact(
  records: readonly RecordBuffer[],
  { head = HEAD, pieceBytes = 237, from = 0, isUnreadable = false }: EncodeOptions = {},
): Uint8Array {
  const encoder = new CompactEncoder(new Uint8Array(OBJECT_BYTES_MAX));
  const piece = new Uint8Array(OBJECT_BYTES_MAX);
  const pieces: Uint8Array[] = [];
  const take = (length: number): void => {
    assert.equal(encoder.offset, from + pieces.reduce((sum, { length: n }) => sum + n, 0));
    encoder.copyTo(piece, length);
    pieces.push(piece.slice(0, length));
    encoder.drop(length);
  };
  encoder.begin(head, from);
  for (const record of records) {
    while (encoder.length >= pieceBytes) take(pieceBytes);
    assert.ok(encoder.hasRoom, `${encoder.length} bytes leave no room`);
    const before = encoder.length;
    encoder.add(record);
    assert.ok(encoder.length - before <= COMPACT_RECORD_BYTES_MAX - 8, `type ${record.type}`);
  }
  encoder.end(isUnreadable);
  while (encoder.length > 0) take(Math.min(pieceBytes, encoder.length));
  return Uint8Array.from(Buffer.concat(pieces));
}

/** What a reader makes of a segment's bytes. */
export interface CompactContent {
  readonly reader: CompactReader;
  readonly canonical: Buffer[];
  readonly sequences: number[];
  /** The reader's last answer. */
  readonly result: number;
}

export function decodeCompact(bytes: Uint8Array, hasOpening = true): CompactContent {
  const reader = new CompactReader(bytes, hasOpening);
  const canonical: Buffer[] = [];
  const sequences: number[] = [];
  const record = new RecordBuffer();
  let result = reader.open();
  if (result < 0) return { reader, canonical, sequences, result };
  for (result = reader.next(record); result === 1; result = reader.next(record)) {
    canonical.push(canonicalOf(record, reader.header.probeCount));
    sequences.push(record.sequence);
  }
  return { reader, canonical, sequences, result };
}

/**
 * The SHA-256 chain over canonical records: where an epoch's begins and how a segment's starts.
 * What follows is `update` with each record; one digest per segment and per checkpoint
 * (FORMAT.md §6).
 */
import { putI32 } from '../bytes.js';
import { type Sha256, SHA256_DIGEST_BYTES } from '../sha256.js';
import type { SegmentHeader } from './layout.js';

/** ASCII "plasmavakt", which the chain of every epoch starts from. */
const CHAIN_ROOT = new Uint8Array([0x70, 0x6c, 0x61, 0x73, 0x6d, 0x61, 0x76, 0x61, 0x6b, 0x74]);

/** Writes the hash that an epoch's first segment follows. */
export function chainRoot(sha: Sha256, epoch: number, scratch: Uint8Array, into: Uint8Array): void {
  sha.reset();
  sha.update(CHAIN_ROOT, 0, CHAIN_ROOT.length);
  putI32(scratch, 0, epoch);
  sha.update(scratch, 0, 4);
  sha.digest(into, 0);
}

/** Starts a segment's hash: what went before, the epoch and the first sequence number. */
export function chainStart(sha: Sha256, header: SegmentHeader, scratch: Uint8Array): void {
  sha.reset();
  sha.update(header.chainBefore, 0, SHA256_DIGEST_BYTES);
  putI32(scratch, 0, header.epoch);
  putI32(scratch, 4, header.firstSequence);
  sha.update(scratch, 0, 8);
}

/**
 * Finds the one bit that was flipped in a segment: the byte that, with that bit turned back, gives
 * the header its checks, or leads the records to the chain hash that the next segment follows. A
 * SHA-256 that fits proves it; where more is damaged nothing fits, and nothing is claimed.
 */
import { FRAME_BYTES_MAX } from '../../../firmware/core/record/frame.js';
import { HEADER_BYTES } from '../../../firmware/core/journal/layout.js';
import { decodeBlocks } from '../../backend/decode.js';
import { type SegmentWalk, walkSegment } from './segments.js';

export interface Flip {
  readonly offset: number;
  /** What stands there, and what stood there. */
  readonly value: number;
  readonly was: number;
  /** The segment's frames with the bit turned back. */
  readonly walk: SegmentWalk;
}

/** The flipped bit of a header that does not check; `segment` is the number that it must say. */
export function flipInHeader(bytes: Uint8Array, segment: number): Flip | undefined {
  return findFlip(bytes, 0, HEADER_BYTES, (walk) => walk.header.segment === segment);
}

/**
 * The flipped bit of the frame at `stopAt`, if turning it back leads to the record before
 * `endSequence` and to the chain hash `chainAfter`.
 */
export function flipInFrame(
  segment: number,
  bytes: Uint8Array,
  stopAt: number,
  endSequence: number,
  chainAfter: Uint8Array,
): Flip | undefined {
  const end = Math.min(bytes.length, stopAt + FRAME_BYTES_MAX);
  return findFlip(bytes, stopAt, end, (walk, changed) => {
    if (!walk.spans.some(({ sequence }) => sequence === endSequence - 1)) return false;
    const log = decodeBlocks([{ segment, offset: 0, bytes: changed }]);
    if (!log.records.some(({ sequence }) => sequence === endSequence - 1)) return false;
    return Buffer.compare(log.chainHashAt(endSequence - 1), chainAfter) === 0;
  });
}

/** The flipped bit of the last frames: with it turned back, more of them follow up to the end. */
export function flipInTail(bytes: Uint8Array, { stopAt, spans }: SegmentWalk): Flip | undefined {
  const end = Math.min(bytes.length, stopAt + FRAME_BYTES_MAX);
  return findFlip(bytes, stopAt, end, (walk) => {
    return !walk.hasMore && walk.spans.length > spans.length + 1;
  });
}

function findFlip(
  bytes: Uint8Array,
  from: number,
  to: number,
  isRight: (walk: SegmentWalk, changed: Uint8Array) => boolean,
): Flip | undefined {
  const changed = bytes.slice();
  for (let offset = from; offset < to; offset++) {
    const value = bytes[offset]!;
    for (let bit = 1; bit < 256; bit <<= 1) {
      changed[offset] = value ^ bit;
      const walk = walkSegment(changed);
      if (walk !== undefined && isRight(walk, changed)) {
        return { offset, value, was: value ^ bit, walk };
      }
    }
    changed[offset] = value;
  }
  return undefined;
}

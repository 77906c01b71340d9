/**
 * Hands on whether pieces of a reading follow one another, and the blocks that they make, for each
 * encoding (PROTOCOL.md, Reading). A carrier that breaks its promise may lose any of them.
 */
import { crc32 } from 'node:zlib';
import { HEADER_BYTES } from '../../firmware/core/journal/layout.js';
import { SECTOR_BYTES } from '../../firmware/core/limits.js';
import { OPENING_BYTES } from '../../firmware/core/record/compact.js';
import { type CompactBlock, isWhole } from './compact-decode.js';
import { ENCODING, type EncodingName } from './protocol.js';
import type { FlashBlock } from './record-types.js';

export interface Position {
  readonly segment: number;
  readonly offset: number;
}
export interface Piece extends Position {
  readonly bytes: Uint8Array;
}

/** How the pieces of one encoding follow one another. */
export interface PieceOrder {
  /** Where the piece after the last one begins. */
  placeAfter(pieces: readonly Piece[]): Position | undefined;
  /** Whether a piece begins where the last one ended, or may begin a later segment. */
  isContinuation(piece: Position, next: Position | undefined): boolean;
  /** Whether nothing is missing between piece `index - 1` and piece `index`. */
  isSure(pieces: readonly Piece[], index: number): boolean;
  /** The pieces joined where they lie side by side. */
  blocksOf(pieces: readonly Piece[]): FlashBlock[];
}

/** Where a segment's header says how many bytes of state follow it, u16. */
const HEADER_STATE_BYTES_AT = 22;

/** Flash: a segment's header, and behind the state, which is not handed over, its frames. */
const verbatim: PieceOrder = {
  placeAfter(pieces) {
    const next = endOf(pieces);
    if (next?.offset !== HEADER_BYTES) return next;
    const header = Buffer.from(bytesOfLast(pieces));
    const offset = HEADER_BYTES + header.readUInt16LE(HEADER_STATE_BYTES_AT);
    return { segment: next.segment, offset };
  },
  isContinuation: (piece, next) => follows(piece, next, [0]),
  isSure(pieces, index) {
    const [before, piece] = [pieces[index - 1]!, pieces[index]!];
    if (before.segment === piece.segment) return true;
    const isFull = before.offset + before.bytes.length === SECTOR_BYTES;
    const isBlank =
      before.bytes.length >= 4 && before.bytes.subarray(-4).every((byte) => byte === 255);
    return piece.segment === before.segment + 1 && (isFull || isBlank);
  },
  blocksOf: joinedBlocks,
};

/** A stream of bits a segment, which says itself where it ends. */
const compact: PieceOrder = {
  placeAfter: endOf,
  isContinuation: (piece, next) => follows(piece, next, [0, OPENING_BYTES]),
  isSure(pieces, index) {
    const [before, piece] = [pieces[index - 1]!, pieces[index]!];
    if (before.segment === piece.segment) return true;
    const isNext = piece.segment === before.segment + 1;
    return isNext && isWhole(bytesOfLast(pieces.slice(0, index)));
  },
  blocksOf(pieces) {
    return joinedBlocks(pieces).map((block): CompactBlock => ({
      ...block,
      encoding: ENCODING.compact,
    }));
  },
};

/** The order of an encoding's pieces. */
export const PIECE_ORDER: Readonly<Record<EncodingName, PieceOrder>> = { verbatim, compact };

function endOf(pieces: readonly Piece[]): Position | undefined {
  const last = pieces.at(-1);
  return last && { segment: last.segment, offset: last.offset + last.bytes.length };
}

function follows(piece: Position, next: Position | undefined, starts: readonly number[]): boolean {
  if (next === undefined) return piece.offset === 0;
  if (piece.segment === next.segment) return piece.offset === next.offset;
  return piece.segment > next.segment && starts.includes(piece.offset);
}

/** The bytes of the last piece's segment from offset 0 on; zeros where none came. */
function bytesOfLast(pieces: readonly Piece[]): Uint8Array {
  const last = pieces.at(-1)!;
  const bytes = new Uint8Array(last.offset + last.bytes.length);
  for (let i = pieces.length - 1; pieces[i]?.segment === last.segment; i--) {
    bytes.set(pieces[i]!.bytes, pieces[i]!.offset);
  }
  return bytes;
}

/**
 * How many pieces can be kept when a read ends in a gap, without the CRC of its end: those that
 * certainly follow one another. Where a later segment begins, the last pieces of the one before may
 * be missing, unless it was seen to its end, or the same piece followed twice (`isSeen`).
 */
export function certainCount(
  order: PieceOrder,
  pieces: readonly Piece[],
  kept: number,
  isSeen: boolean,
): number {
  let count = kept;
  if (kept < pieces.length && (isSeen || (kept === 0 && pieces[0]!.offset === 0))) count++;
  while (count > 0 && count < pieces.length && order.isSure(pieces, count)) count++;
  return count;
}

/** Whether two places are the same. */
export function isSame(a: Position | undefined, b: Position | undefined): boolean {
  return a !== undefined && a.segment === b?.segment && a.offset === b.offset;
}

/** Whether a piece lies before a place. */
export function isBefore(piece: Position, next: Position | undefined): boolean {
  if (next === undefined) return false;
  if (piece.segment === next.segment) return piece.offset < next.offset;
  return piece.segment < next.segment;
}

/** CRC-32 of the pieces' bytes as an int32. */
export function crcOf(pieces: readonly Piece[]): number {
  return pieces.reduce((crc, piece) => crc32(piece.bytes, crc), 0) | 0;
}

function joinedBlocks(pieces: readonly Piece[]): FlashBlock[] {
  const blocks: { segment: number; offset: number; end: number; parts: Uint8Array[] }[] = [];
  for (const { segment, offset, bytes } of pieces) {
    const last = blocks.at(-1);
    const end = offset + bytes.length;
    if (last?.segment === segment && last.end === offset) {
      last.parts.push(bytes);
      last.end = end;
    } else blocks.push({ segment, offset, end, parts: [bytes] });
  }
  return blocks.map(({ segment, offset, parts }) => {
    return { segment, offset, bytes: Uint8Array.from(Buffer.concat(parts)) };
  });
}

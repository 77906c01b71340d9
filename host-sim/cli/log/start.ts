/**
 * Hands on what a start writes, in words: which record is programmed once more, the state and the
 * header of the new segment, the records that say that it started.
 */
import { HEADER_BYTES } from '../../../firmware/core/journal/layout.js';
import { RECORD_SCHEMAS } from '../../../firmware/core/record/fields.js';
import { SECTOR_BYTES } from '../../../firmware/core/limits.js';
import type { Rehearsal } from './mount.js';
import { type SegmentWalk, walkSegment } from './segments.js';

/** One erase, or programs that follow one another. */
export interface StartAct {
  readonly kind: 'erase' | 'program';
  readonly sector: number;
  readonly offset: number;
  readonly bytes: number;
  /** What was programmed; '' for an erase. */
  readonly what: string;
}

export function startActs({ ops, after }: Rehearsal): StartAct[] {
  const acts: StartAct[] = [];
  const fresh = new Set<number>();
  const walks = new Map<number, SegmentWalk | undefined>();
  for (const { kind, address, length } of ops) {
    const sector = Math.floor(address / SECTOR_BYTES);
    const offset = address % SECTOR_BYTES;
    if (kind === 'erase') {
      fresh.add(sector);
      acts.push({ kind, sector, offset, bytes: length, what: '' });
      continue;
    }
    if (!walks.has(sector)) walks.set(sector, walkOf(after, sector));
    const what = partOf(walks.get(sector), offset, fresh.has(sector));
    const before = acts.at(-1);
    const goesOn = before?.sector === sector && before.offset + before.bytes === offset;
    if (before !== undefined && goesOn && before.what === what) {
      acts[acts.length - 1] = { ...before, bytes: before.bytes + length };
    } else acts.push({ kind, sector, offset, bytes: length, what });
  }
  return acts;
}

function walkOf(flash: Uint8Array, sector: number): SegmentWalk | undefined {
  return walkSegment(flash.subarray(sector * SECTOR_BYTES, (sector + 1) * SECTOR_BYTES));
}

/** What stands at an offset of a segment; in one that was not erased it is programmed once more. */
function partOf(walk: SegmentWalk | undefined, offset: number, isNew: boolean): string {
  if (walk === undefined) return 'no segment';
  const { header, framesAt, spans } = walk;
  const again = isNew ? '' : ', once more as it was read';
  if (offset < HEADER_BYTES) return `header of segment ${header.segment}${again}`;
  if (offset < framesAt) return `state of segment ${header.segment}${again}`;
  const span = spans.find((s) => s.offset <= offset && offset < s.offset + s.bytes);
  if (span === undefined) return 'no record';
  return `record ${span.sequence}, ${RECORD_SCHEMAS[span.type]?.name ?? 'unknown'}${again}`;
}

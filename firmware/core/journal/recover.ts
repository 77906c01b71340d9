/**
 * From flash back to a running container after a cold boot: find the newest segment, load the state
 * it starts with, and hand its records to the sink, which applies them as when they were new.
 * What a cut may have left at the tail is settled before anything is built upon it.
 */
import { FAULT } from '../faults.js';
import { SECTOR_BYTES } from '../limits.js';
import type { FlashPort } from '../ports.js';
import { FRAME_BYTES_MAX } from '../record/frame.js';
import { encodeCanonical, READING_TEMPERATURE, RecordBuffer } from '../record/record.js';
import { RECORD } from '../record/schema.js';
import { TEMPERATURE_ABSENT } from '../units.js';
import { chainStart } from './chain.js';
import type { Journal } from './journal.js';
import { HEADER_BYTES, mayBeTornHeader } from './layout.js';
import { programPages } from './pages.js';
import type { SegmentReader } from './reader.js';
import { Snapshot } from './snapshot.js';

/** Who receives the records that follow the snapshot. */
export interface RecordSink {
  apply(record: RecordBuffer): void;
}

const BLANK = 0xff;
const BLANK_CHECK_BYTES = 16;

/**
 * Mounts the journal. 1 when it held records, 0 when it was empty, or a fault.
 *
 * | found                                           | done                                       |
 * | ----------------------------------------------- | ------------------------------------------ |
 * | no valid header, blank but for a torn first one | an empty journal, new epoch                |
 * | no valid header, anything else                  | foreignImage: nothing is written           |
 * | a header of a newer version or another size     | foreignImage: nothing is written           |
 * | a newest header that is valid only sometimes    | its predecessor is the newest              |
 * | a newest segment                                | state, then its records up to the first    |
 * |                                                 | frame that cannot be read                  |
 * | its last frame, or its header if it has none    | programmed again with the bytes read       |
 * | behind it a frame that cannot be read           | left alone: the next segment's header says |
 * |                                                 | where this one ended                       |
 */
export function recover(
  journal: Journal,
  flash: FlashPort,
  durable: Int32Array,
  probeCount: number,
  newEpoch: number,
  sink: RecordSink,
): number {
  const { reader } = journal;
  const sectorCount = (flash.size() / SECTOR_BYTES) | 0;
  let newest = findNewest(reader, sectorCount);
  if (newest === FAULT.absent) {
    if (!looksEmpty(flash, sectorCount)) return FAULT.foreignImage;
    journal.resumeAt(-1, newEpoch, 1);
    return 0;
  }
  if (newest < 0) return newest;
  let opened = reader.open(newest, SECTOR_BYTES);
  if (opened === FAULT.absent) {
    newest = (newest + sectorCount - 1) % sectorCount;
    opened = reader.open(newest, SECTOR_BYTES);
  }
  if (opened < 0) return opened;
  const { segment, epoch, stateBytes, stateCrc } = reader.header;
  const address = newest * SECTOR_BYTES;
  const loaded = new Snapshot().read(flash, address + HEADER_BYTES, stateBytes, stateCrc, durable);
  if (loaded < 0) return loaded;
  const nextSequence = replay(journal, probeCount, sink);
  if (nextSequence < 0) return nextSequence;
  const settled = settleTail(reader, flash, address);
  if (settled < 0) return settled;
  journal.resumeAt(segment, epoch, nextSequence);
  return 1;
}

/** Hands the open segment's records to the sink; the sequence number after them, or a fault. */
function replay(journal: Journal, probeCount: number, sink: RecordSink): number {
  const { reader } = journal;
  const storedProbeCount = reader.header.probeCount;
  let nextSequence = reader.header.firstSequence;
  const scratch = new Uint8Array(FRAME_BYTES_MAX);
  chainStart(journal.sha, reader.header, scratch);
  const record = new RecordBuffer();
  let result = reader.next(record);
  for (; result === 1; result = reader.next(record)) {
    nextSequence = record.sequence + 1;
    const length = encodeCanonical(record, storedProbeCount, scratch, 0);
    journal.sha.update(scratch, 0, length);
    if (record.type === RECORD.reading) {
      for (let probe = storedProbeCount; probe < probeCount; probe++) {
        record.fields[READING_TEMPERATURE + probe] = TEMPERATURE_ABSENT;
      }
    }
    sink.apply(record);
  }
  return result === 0 || result === FAULT.malformed ? nextSequence : result;
}

/**
 * Sector of the segment with the largest number, absent when there is none, or a fault. A search by
 * halves: sectors hold one lap up to the newest segment, then the one erased ahead, then the lap
 * before. Whatever contradicts that leads to a look at every header.
 */
function findNewest(reader: SegmentReader, sectorCount: number): number {
  const first = numberAt(reader, 0, sectorCount);
  if (first === FAULT.absent) return findBeforeFirst(reader, sectorCount);
  if (first < 0) return first;
  let low = 0;
  let high = sectorCount;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (numberAt(reader, middle, sectorCount) === first + middle) low = middle;
    else high = middle;
  }
  const newest = first + low;
  const behind = numberAt(reader, (low + 1) % sectorCount, sectorCount);
  // A single damaged header looks like the sector erased ahead: the one behind it tells.
  const next = behind === FAULT.absent ? numberAt(reader, (low + 2) % sectorCount, sectorCount) : 0;
  if (behind > newest || next > newest) return scanNewest(reader, sectorCount);
  const isLapBefore = behind < 0 || behind === newest + 1 - sectorCount;
  return behind === FAULT.foreignImage || !isLapBefore ? FAULT.foreignImage : low;
}

/** As `findNewest` where the first sector has no header: it is the one erased ahead, or damaged. */
function findBeforeFirst(reader: SegmentReader, sectorCount: number): number {
  const last = numberAt(reader, sectorCount - 1, sectorCount);
  const second = numberAt(reader, 1, sectorCount);
  const isErasedAhead = last >= 0 && second === last - sectorCount + 2;
  return isErasedAhead ? sectorCount - 1 : scanNewest(reader, sectorCount);
}

/** Segment number in a sector's header. The sector must be the one that the number leads to. */
function numberAt(reader: SegmentReader, sector: number, sectorCount: number): number {
  const result = reader.peek(sector);
  if (result < 0) return result;
  const { segment } = reader.header;
  return segment % sectorCount === sector ? segment : FAULT.foreignImage;
}

/** Reads every header: only after something that an undisturbed log cannot show. */
function scanNewest(reader: SegmentReader, sectorCount: number): number {
  let newest: number = FAULT.absent;
  let best = -1;
  for (let sector = 0; sector < sectorCount; sector++) {
    const number = numberAt(reader, sector, sectorCount);
    if (number < 0 && number !== FAULT.absent) return number;
    if (number > best) {
      best = number;
      newest = sector;
    }
  }
  return newest;
}

/**
 * Whether nothing was ever stored: sectors begin blank, the first one perhaps with a torn header.
 */
function looksEmpty(flash: FlashPort, sectorCount: number): boolean {
  const bytes = new Uint8Array(BLANK_CHECK_BYTES);
  for (let sector = 0; sector < sectorCount; sector++) {
    if (flash.read(sector * SECTOR_BYTES, bytes, BLANK_CHECK_BYTES) < 0) return false;
    let isBlank = true;
    for (let i = 0; i < BLANK_CHECK_BYTES; i++) if (bytes[i] !== BLANK) isBlank = false;
    if (!isBlank && (sector > 0 || !mayBeTornHeader(bytes))) return false;
  }
  return true;
}

/** What was read last is programmed anew: from now on it reads the same every time. */
function settleTail(reader: SegmentReader, flash: FlashPort, address: number): number {
  const bytes = new Uint8Array(FRAME_BYTES_MAX);
  const length = reader.frameBytes(bytes);
  if (length > 0) return programPages(flash, address + reader.frameAt, bytes, 0, length);
  return programPages(flash, address, bytes, 0, reader.headerBytes(bytes));
}

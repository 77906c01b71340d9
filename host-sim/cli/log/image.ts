/**
 * Takes the image of a journal's flash apart, sector by sector: which hold a segment, which are
 * blank, and which should hold one but do not. Where a segment belongs follows from its number
 * (lap x sectors + sector), so a file that was cut off still tells how large the flash was.
 */
import { crc32, CRC32_START } from '../../../firmware/core/bytes.js';
import { FAULT } from '../../../firmware/core/faults.js';
import {
  HEADER_BYTES,
  isKilled,
  PROBE_BYTES,
  type SegmentHeader,
} from '../../../firmware/core/journal/layout.js';
import { SegmentReader } from '../../../firmware/core/journal/reader.js';
import { SECTOR_BYTES } from '../../../firmware/core/limits.js';
import { readSegmentV1 } from '../../backend/format-v1.js';
import { fault, type Finding, hexOf, note, placeText } from './finding.js';
import { type Flip, flipInHeader } from './flip.js';
import { flashOf, hasPlainFrame, type PlacedBlock, type SegmentView } from './segments.js';

const BLANK = 0xff;
const MAGIC = 'PVJ1';
/** Sectors behind the newest segment that are erased before they are needed. */
const ERASED_AHEAD = 2;
/** 16 MB: no journal is larger, whatever a damaged number says. */
const SECTOR_COUNT_MAX = 4096;

/** What a sector begins with. */
export type SectorState =
  | { readonly kind: 'segment'; readonly header: SegmentHeader }
  | { readonly kind: 'blank' | 'retired' | 'foreign' | 'unreadable' };

export interface JournalImage {
  /** Bytes in whole sectors, blank where the file ends early. */
  readonly bytes: Uint8Array;
  /** Sectors of the flash; the file may hold fewer. */
  readonly sectorCount: number;
  readonly sectors: readonly SectorState[];
  /** Segments of each epoch; more than one is two journals in one image. */
  readonly epochs: ReadonlyMap<number, readonly PlacedBlock[]>;
  readonly findings: readonly Finding[];
}

/** Whether bytes look like the image of a journal: a segment in some sector, or nothing at all. */
export function looksLikeImage(bytes: Uint8Array): boolean {
  if (bytes.length < SECTOR_BYTES) return magicAt(bytes, 0);
  for (let at = 0; at < bytes.length; at += SECTOR_BYTES) if (magicAt(bytes, at)) return true;
  return bytes.length % SECTOR_BYTES === 0 && bytes.every((byte) => byte === BLANK);
}

function magicAt(bytes: Uint8Array, at: number): boolean {
  return Buffer.from(bytes.subarray(at, at + MAGIC.length)).toString('latin1') === MAGIC;
}

export function readImage(file: Uint8Array): JournalImage {
  const inFile = Math.ceil(file.length / SECTOR_BYTES);
  const bytes = new Uint8Array(inFile * SECTOR_BYTES).fill(BLANK);
  bytes.set(file);
  const sectors = Array.from({ length: inFile }, (_, sector) => stateOf(bytes, sector));
  const sectorCount = sectorCountOf(sectors);
  const epochs = new Map<number, PlacedBlock[]>();
  const findings = cutFindings(file.length, sectorCount);
  sectors.forEach((state, sector) => {
    if (state.kind !== 'segment') return;
    const { segment, epoch } = state.header;
    const address = sector * SECTOR_BYTES;
    if (segment % sectorCount !== sector) {
      const expected = `expected one of number n x ${sectorCount} + ${sector}`;
      findings.push(
        fault(`sector ${sector} (${hexOf(address)}) holds segment ${segment}, ${expected}`),
      );
      return;
    }
    const content = bytes.subarray(address, address + SECTOR_BYTES);
    const block = { segment, offset: 0, bytes: content, address, visit: 1 };
    epochs.set(epoch, [...(epochs.get(epoch) ?? []), block]);
  });
  return { bytes, sectorCount, sectors, epochs, findings };
}

function stateOf(bytes: Uint8Array, sector: number): SectorState {
  const at = sector * SECTOR_BYTES;
  const reader = new SegmentReader(flashOf(bytes), 1, 60);
  const peeked = reader.peek(sector);
  if (peeked >= 0) return { kind: 'segment', header: reader.header };
  const content = bytes.subarray(at, at + SECTOR_BYTES);
  const older = readSegmentV1(content);
  if (older !== undefined) return { kind: 'segment', header: older.header };
  if (peeked !== FAULT.absent) return { kind: 'foreign' };
  if (content.every((byte) => byte === BLANK)) return { kind: 'blank' };
  // A sector that is not used any more has its header killed, so that nothing in it is believed.
  return { kind: isKilled(content.subarray(0, PROBE_BYTES)) ? 'retired' : 'unreadable' };
}

/**
 * Sectors of the flash: as many as the file holds, unless the numbers of its segments tell of more.
 * Those of later laps are whole laps ahead, and no lap but the newest and the one before is there.
 */
function sectorCountOf(sectors: readonly SectorState[]): number {
  const numbers: number[] = [];
  let laps = 0;
  sectors.forEach((state, sector) => {
    if (state.kind !== 'segment') return;
    numbers.push(state.header.segment);
    laps = gcd(laps, Math.abs(state.header.segment - sector));
  });
  const span = Math.max(0, ...numbers) - Math.min(...numbers);
  for (let parts = laps; parts >= 1; parts--) {
    const count = laps / parts;
    const fits = Number.isInteger(count) && count >= sectors.length && count > span;
    if (fits && count <= SECTOR_COUNT_MAX) return count;
  }
  return sectors.length;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

function cutFindings(fileBytes: number, sectorCount: number): Finding[] {
  const whole = sectorCount * SECTOR_BYTES;
  if (fileBytes === whole) return [];
  const missing = `${whole - fileBytes} bytes are missing`;
  const reason =
    fileBytes % SECTOR_BYTES === 0
      ? `the numbers of its segments are those of ${sectorCount} sectors`
      : 'expected whole sectors of 4096 bytes';
  return [
    fault(`the file ends at ${hexOf(fileBytes)}: ${missing}, ${reason}`, { address: fileBytes }),
  ];
}

/** Why the segments of these numbers are not there, one finding for each. */
export function sectorFindings(image: JournalImage, numbers: readonly number[]): Finding[] {
  const { sectorCount, sectors, bytes } = image;
  return numbers.flatMap((segment): Finding[] => {
    const sector = segment % sectorCount;
    const address = sector * SECTOR_BYTES;
    const place = placeText(segment, 0, address);
    const kind = sectors[sector]?.kind;
    if (kind === 'segment' || kind === undefined) return [];
    if (kind === 'blank' || kind === 'retired') {
      const found = kind === 'blank' ? 'blank' : 'a header that was killed';
      const text = `${place}: ${found}, expected a segment's header`;
      return [fault(text, { segment, address, offset: 0 })];
    }
    const flip = flipInHeader(bytes.subarray(address, address + SECTOR_BYTES), segment);
    if (flip !== undefined) return [flippedHeader(segment, address, flip)];
    const text = `${place}: no valid header in its first ${HEADER_BYTES} bytes`;
    return [fault(text, { segment, address, offset: 0 })];
  });
}

/** States that do not check: a container could not start from them. */
export function stateFindings(views: readonly SegmentView[]): Finding[] {
  return views.flatMap((view): Finding[] => {
    const { segment, bytes, walk } = view;
    if (walk === undefined) return [];
    const { stateBytes, stateCrc } = walk.header;
    if (crc32(bytes, HEADER_BYTES, stateBytes, CRC32_START) === stateCrc) return [];
    const address = view.addressOf(HEADER_BYTES);
    const place = placeText(segment, HEADER_BYTES, address);
    const text = `${place}: the state of ${stateBytes} bytes does not match its CRC`;
    return [fault(text, { segment, offset: HEADER_BYTES, address })];
  });
}

/** Numbers of older segments that nothing can have overwritten and that are not there. */
export function lostAtStart(
  { sectorCount, sectors }: JournalImage,
  blocks: readonly PlacedBlock[],
  firstSequence: number,
): number[] {
  if (firstSequence === 1) return [];
  const numbers = blocks.map(({ segment }) => segment);
  const [oldest, newest] = [Math.min(...numbers), Math.max(...numbers)];
  const lost: number[] = [];
  let ahead = ERASED_AHEAD;
  for (let number = newest - sectorCount + 1; number < oldest; number++) {
    const kind = sectors[(number + sectorCount) % sectorCount]?.kind;
    if (kind === 'retired' && newest >= sectorCount) continue;
    if (ahead > 0 && kind !== 'segment') ahead--;
    else if (number >= 0) lost.push(number);
  }
  return lost;
}

/** What stands behind the newest segment, where it is not blank; `loss` says what it concerns. */
export function behindNewest(
  { sectorCount, sectors, bytes }: JournalImage,
  newest: number,
  loss: string,
): Finding[] {
  const segment = newest + 1;
  const sector = segment % sectorCount;
  const kind = sectors[sector]?.kind ?? 'blank';
  if (kind !== 'unreadable' && kind !== 'foreign') return [];
  const address = sector * SECTOR_BYTES;
  const content = bytes.subarray(address, address + SECTOR_BYTES);
  const flip = flipInHeader(content, segment);
  if (flip !== undefined) return [flippedHeader(segment, address, flip, loss)];
  const place = `sector ${sector} (${hexOf(address)}), behind the newest segment,`;
  if (segment < sectorCount && hasPlainFrame(content)) {
    const text = `${place} holds records, but no header: segment ${segment} cannot be read${loss}`;
    return [fault(text, { segment, offset: 0, address })];
  }
  const text = `${place} is neither blank nor a segment: an erase or a start was cut off there`;
  return [note(text, { address })];
}

function flippedHeader(segment: number, sectorAt: number, flip: Flip, loss = ''): Finding {
  const { offset, value, was } = flip;
  const address = sectorAt + offset;
  const change = `byte ${hexOf(value)}, one bit of it was flipped: it was ${hexOf(was)}`;
  const place = placeText(segment, offset, address);
  const text = `${place}: ${change}, as the header's own checks prove${loss}`;
  return fault(text, { segment, address, offset });
}

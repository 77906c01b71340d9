/**
 * Reads stored records for a READ, segment by segment, without the states behind their headers:
 * verbatim flash bytes, or the compact form of the same records, made on the way. The end is where
 * the journal ended when the READ came. Numbers of segments leap over sectors that are not used any
 * more; a sector with another header than its segment's is passed over.
 */
import { crc32, CRC32_START, getI32, getU16, putI32, putU16 } from '../bytes.js';
import { FAULT } from '../faults.js';
import { SECTOR_BYTES } from '../limits.js';
import { HEADER_BYTES } from '../journal/layout.js';
import type { Journal } from '../journal/journal.js';
import { CompactEncoder, OPENING_BYTES } from '../record/compact.js';
import type { RecordBuffer } from '../record/record.js';
import { ENCODING, MESSAGE } from './protocol.js';

const BLANK = 0xff;
/** No frame holds so many blank bytes in a row; fewer may be the end of one. */
const BLANK_RUN_BYTES = 128;
/** Records that one step encodes: a piece takes several steps, and no step long. */
const RECORDS_PER_STEP = 64;
/** How often somebody may move the journal's reader before a reading without progress ends. */
const MOVES_MAX = 16;
const END_BYTES = 15;
const SEQUENCE_MAX = 0x7fffffff;

/** What the compact form needs besides the journal; without it only verbatim bytes are given. */
export interface CompactParts {
  /** Bytes to work in while a compact reading is open: OBJECT_BYTES_MAX, aligned to four. */
  readonly work: Uint8Array;
  /** A record that is free between two calls. */
  readonly spare: RecordBuffer;
  /** Sectors of the journal's flash. */
  readonly sectorCount: number;
}

export class RecordStream {
  /** Where the next chunk comes from. */
  segment = 0;
  offset = 0;
  /** CRC-32 over all bytes since `begin`. */
  crc = CRC32_START;
  nextSequence = 0;
  isOpen = false;
  private endSegment = 0;
  private endOffset = 0;
  private encoding: number = ENCODING.verbatim;
  private readonly journal: Journal;
  private readonly parts: CompactParts | null;
  private readonly encoder: CompactEncoder | null;
  /** Of a compact reading: whether the encoder is in this segment, and has come to its end. */
  private isBegun = false;
  private isEnded = false;
  private isLast = false;
  /** Sequence numbers of the next record, and of the one that the segment behind begins with. */
  private sequence = 0;
  private endSequence = 0;
  /** The reader's `opening` of this segment: another one means that somebody moved it. */
  private opening = 0;
  private moves = 0;

  constructor(journal: Journal, parts: CompactParts | null = null) {
    this.journal = journal;
    this.parts = parts;
    this.encoder = parts === null ? null : new CompactEncoder(parts.work);
  }

  /** Bit n: records can be given in encoding n. */
  get encodings(): number {
    return (1 << ENCODING.verbatim) | (this.parts === null ? 0 : 1 << ENCODING.compact);
  }

  /** Whether a reading is open that works in the bytes it was lent. */
  get isWorking(): boolean {
    return this.isOpen && this.encoding === ENCODING.compact;
  }

  /** Starts where a READ, READ_AT or READ_SINCE message says, in an encoding of `encodings`. */
  beginBy(message: Uint8Array, encoding: number): void {
    const { journal } = this;
    if (message[0] === MESSAGE.readAt) {
      this.begin(getI32(message, 1), getU16(message, 5), encoding);
      return;
    }
    const segment =
      message[0] === MESSAGE.read
        ? journal.segmentOf(getI32(message, 1))
        : journal.segmentAt(getU16(message, 1), getI32(message, 3));
    this.begin(segment, 0, encoding);
  }

  /**
   * Starts at a place that an earlier chunk named: at its end, or at that of one that got lost. A
   * verbatim place in the state behind a header means the first frame.
   */
  begin(segment: number, offset: number, encoding: number = ENCODING.verbatim): void {
    const { journal } = this;
    const isGone = segment < journal.oldestSegment;
    this.segment = isGone ? journal.oldestSegment : segment;
    this.offset = isGone ? 0 : offset;
    this.encoding = encoding;
    if (encoding === ENCODING.verbatim && this.offset >= HEADER_BYTES) this.toFrames();
    this.endSegment = journal.segment;
    this.endOffset = journal.offset;
    this.nextSequence = journal.nextSequence;
    this.crc = CRC32_START;
    this.isBegun = false;
    this.isLast = false;
    this.moves = 0;
    this.isOpen = true;
  }

  /** Ends the reading and writes the END message to the start of `into`; its length. */
  end(into: Uint8Array): number {
    this.isOpen = false;
    into[0] = MESSAGE.end;
    putI32(into, 1, this.segment);
    putU16(into, 5, this.offset);
    putI32(into, 7, this.nextSequence);
    putI32(into, 11, this.crc);
    return END_BYTES;
  }

  /** Whether everything up to the end has been read. */
  get isAtEnd(): boolean {
    if (this.segment > this.endSegment) return true;
    if (this.encoding === ENCODING.compact) return this.isLast;
    return this.segment === this.endSegment && this.offset >= this.endOffset;
  }

  /**
   * Reads the next chunk to the start of `into`, at most `length` bytes. Its length, or a fault; 0
   * when the place moved on without bytes; busy when it is to be asked for again in the next step.
   * `advance` follows when the chunk was sent.
   */
  read(into: Uint8Array, length: number): number {
    if (this.encoding === ENCODING.compact) return this.readCompact(into, length);
    const { journal } = this;
    if (this.offset < HEADER_BYTES && this.segment >= journal.oldestSegment && !this.isHeld()) {
      return this.skipSegment();
    }
    const limit = this.offset < HEADER_BYTES ? HEADER_BYTES : this.stop();
    const left = limit - this.offset;
    if (left <= 0) return this.skipSegment();
    const got = journal.readBytes(this.segment, this.offset, into, left < length ? left : length);
    if (got <= 0) return got < 0 ? got : this.skipSegment();
    if (got < BLANK_RUN_BYTES) return got;
    for (let i = 0; i < got; i++) if (into[i] !== BLANK) return got;
    return this.skipSegment(); // the segment ended early: nothing follows
  }

  private stop(): number {
    return this.segment === this.endSegment ? this.endOffset : SECTOR_BYTES;
  }

  private skipSegment(): 0 {
    this.segment = this.journal.nextSegment(this.segment);
    this.offset = 0;
    return 0;
  }

  /** Whether the segment's sector has its header; the journal's reader holds it then. */
  private isHeld(): boolean {
    const { journal, segment } = this;
    return journal.framesAt(segment) >= 0 && journal.reader.header.segment === segment;
  }

  /** From within or behind a header to the first frame, or on where there is no such segment. */
  private toFrames(): void {
    const { journal } = this;
    if (this.segment > journal.segment) return;
    const framesAt = this.isHeld() ? journal.framesAt(this.segment) : FAULT.absent;
    if (framesAt < 0) this.skipSegment();
    else if (framesAt > this.offset) this.offset = framesAt;
  }

  /** The chunk of `length` bytes was sent. */
  advance(bytes: Uint8Array, length: number): void {
    this.crc = crc32(bytes, 0, length, this.crc);
    this.offset += length;
    this.moves = 0;
    if (this.encoding === ENCODING.compact) this.encoder!.drop(length);
    else if (this.offset === HEADER_BYTES) this.toFrames();
    else if (this.offset >= SECTOR_BYTES) this.skipSegment();
  }

  /** As `read`. The same records give the same bytes, wherever a reading begins. */
  private readCompact(into: Uint8Array, length: number): number {
    const encoder = this.encoder!;
    if (this.segment < this.journal.oldestSegment) return FAULT.absent;
    const { reader } = this.journal;
    const isMoved = this.isBegun && !this.isEnded && reader.opening !== this.opening;
    if (isMoved && ++this.moves > MOVES_MAX) return FAULT.timeout;
    if ((!this.isBegun || isMoved) && !this.openSegment()) return this.leaveSegment();
    for (let i = 0; i < RECORDS_PER_STEP && !this.isEnded && encoder.length < length; i++) {
      const fault = this.encodeNext();
      if (fault < 0) return fault;
    }
    if (encoder.length < length && !this.isEnded) return FAULT.busy;
    if (encoder.length === 0) return this.leaveSegment();
    const part = encoder.length < length ? encoder.length : length;
    encoder.copyTo(into, part);
    return part;
  }

  /** Begins to encode the segment, up to where its next bytes are; false where it is not held. */
  private openSegment(): boolean {
    const { journal, segment } = this;
    const { reader } = journal;
    this.isBegun = true;
    this.isEnded = false;
    this.endSequence = this.sequenceBehind();
    this.sequence = -1; // follows from no record yet
    const end = segment === this.endSegment ? this.endOffset : SECTOR_BYTES;
    const opened = reader.open(segment % this.parts!.sectorCount, end);
    if (opened < 0 || reader.header.segment !== segment) return false;
    this.sequence = reader.header.firstSequence;
    this.opening = reader.opening;
    this.encoder!.begin(reader.header, this.offset);
    return true;
  }

  /** First sequence number of the next segment: what comes after it in this one does not count. */
  private sequenceBehind(): number {
    const { journal } = this;
    const { reader } = journal;
    let next = journal.nextSegment(this.segment);
    for (; next <= journal.segment; next = journal.nextSegment(next)) {
      if (journal.framesAt(next) >= 0 && reader.header.segment === next) {
        return reader.header.firstSequence;
      }
    }
    return SEQUENCE_MAX;
  }

  /** Adds the next record, or the segment's end. 0, the flash's fault, or overflow: no room. */
  private encodeNext(): number {
    const { reader } = this.journal;
    const { spare } = this.parts!;
    const encoder = this.encoder!;
    const result = reader.next(spare);
    if (result === 1 && spare.sequence < this.endSequence) {
      this.sequence = spare.sequence + 1;
      encoder.add(spare);
      return encoder.isOverflown ? FAULT.overflow : 0;
    }
    const isUnreadable = result === FAULT.malformed || result === FAULT.truncated;
    if (result < 0 && !isUnreadable) return result;
    encoder.end(isUnreadable && this.sequence !== this.endSequence);
    this.isEnded = true;
    return encoder.isOverflown ? FAULT.overflow : 0;
  }

  /** To the next segment, whose opening is left out where it follows from this one's records. */
  private leaveSegment(): 0 {
    this.isBegun = false;
    if (this.segment === this.endSegment) {
      this.isLast = true;
      return 0;
    }
    const isFollowed = this.sequence === this.endSequence;
    this.skipSegment();
    this.offset = isFollowed ? OPENING_BYTES : 0;
    return 0;
  }
}

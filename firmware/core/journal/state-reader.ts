/**
 * Reads the durable words back from the bytes behind a segment's header (FORMAT.md §3), word by
 * word and a page at a time: a state may be decoded while another one is being written.
 */
import { crc32, CRC32_START, getU16 } from '../bytes.js';
import { FAULT } from '../faults.js';
import type { FlashPort } from '../ports.js';
import { PAGE_BYTES } from './pages.js';
import { WordOrder } from './word-order.js';

/** Layout's mark u16, how many segments back the anchor is, how many records it is ahead. */
export const STATE_HEAD_BYTES = 4;
/** Where `back` stands in it. */
export const STATE_BACK_AT = 2;
/** Most bytes that one word adds: a run that ends, and the word itself. */
export const WORD_BYTES_MAX = 12;
/** Bytes gathered before they are programmed; an anchor is read through the rest of the page. */
export const OUT_BYTES = PAGE_BYTES / 2;
/** A run repeats the delta 1..7 places before, or is of zeros: three bits. */
export const KIND_BITS = 3;
export const PLACES = 1 << KIND_BITS;

/** What the durable words of this build are like. */
export interface StateLayout {
  /** Tells this layout from any other, u16: a state of another one is an older image. */
  readonly mark: number;
  /** Tables of equal rows, as WordOrder takes them. */
  readonly tables: Int32Array;
}

/** Decodes one state after the other, word by word. */
export class StateReader {
  /** Below 0 when something could not be read; it stays so until `begin`. */
  fault = 0;
  /** How many segments back the anchor is that this state is a difference to; 0: it is one. */
  back = 0;
  /**
   * How many of the segment's first records it includes: they were judged before they were stored.
   */
  ahead = 0;
  readonly page = new Uint8Array(PAGE_BYTES);
  private readonly flash: Pick<FlashPort, 'read'>;
  private readonly layout: StateLayout;
  private readonly order: WordOrder;
  private readonly deltas = new Int32Array(PLACES);
  private at = 0;
  private mark = 0;
  private crc = 0;
  /** What is still to be read from flash, and where it lies. */
  private address = 0;
  private left = 0;
  /** Bytes read and not yet used: [from, to) of the page. A port reads to an array's start. */
  private readonly whole = this.page.subarray(WORD_BYTES_MAX);
  private readonly half = this.page.subarray(OUT_BYTES + WORD_BYTES_MAX);
  private window = this.whole;
  private from = 0;
  private to = 0;
  private run = 0;
  private kind = 0;

  constructor(flash: Pick<FlashPort, 'read'>, layout: StateLayout) {
    this.flash = flash;
    this.layout = layout;
    this.order = new WordOrder(layout.tables);
  }

  /** Starts at a state: `fetch`, then `head`. `isBeside` leaves half the page alone. */
  begin(address: number, length: number, isBeside: boolean): void {
    this.deltas.fill(0);
    this.at = 0;
    this.fault = 0;
    this.crc = CRC32_START;
    this.address = address;
    this.left = length;
    this.window = isBeside ? this.half : this.whole;
    this.from = 0;
    this.to = 0;
    this.run = 0;
    if (length < STATE_HEAD_BYTES) this.fault = FAULT.malformed;
  }

  /** Reads the state's head: its `back`, or a fault. Apart from `begin` for the stack's sake. */
  head(): number {
    if (this.fault < 0) return this.fault;
    this.mark = getU16(this.page, this.from);
    this.back = this.page[this.from + STATE_BACK_AT]!;
    this.ahead = this.page[this.from + STATE_BACK_AT + 1]!;
    this.from += STATE_HEAD_BYTES;
    return this.back;
  }

  /** Reads on where less is left than a word may take. To be called before each `next`. */
  fetch(): void {
    const rest = this.to - this.from;
    if (rest >= WORD_BYTES_MAX || this.left === 0 || this.fault < 0) return;
    const { page, window } = this;
    const at = PAGE_BYTES - window.length;
    page.copyWithin(at - rest, this.from, this.to);
    const part = this.left < window.length ? this.left : window.length;
    const result = this.flash.read(this.address, window, part);
    if (result < 0) this.fault = result;
    this.crc = crc32(page, at, part, this.crc);
    this.address += part;
    this.left -= part;
    this.from = at - rest;
    this.to = at + part;
  }

  /** The next word of the stream; 0 after a fault. */
  next(): number {
    const { deltas } = this;
    let delta = 0;
    if (this.run === 0) {
      const coded = this.get();
      if (coded === 0) {
        const run = this.get();
        this.kind = run & (PLACES - 1);
        this.run = run >> KIND_BITS;
        if (this.run <= 0) this.fail();
      } else delta = ((coded >> 1) & 0x7fffffff) ^ -(coded & 1);
    }
    if (this.run > 0) {
      this.run--;
      if (this.kind > 0) delta = deltas[(this.at - this.kind) & (PLACES - 1)]!;
    }
    deltas[this.at & (PLACES - 1)] = delta;
    this.at++;
    return delta;
  }

  /** Whether the stream ended where it should, and was what `crc` says: 0, or the fault. */
  end(crc: number): number {
    if (this.fault < 0) return this.fault;
    if (this.left > 0 || this.from !== this.to || this.run > 0) return FAULT.malformed;
    if (this.crc !== crc) return FAULT.malformed;
    return this.mark === this.layout.mark ? 0 : FAULT.olderImage;
  }

  /**
   * Reads a whole state into `words`: an anchor replaces them, a difference adds to them. 0,
   * malformed, olderImage when it is of another layout, or the port's fault.
   */
  load(address: number, length: number, crc: number, words: Int32Array): number {
    this.begin(address, length, false);
    this.fetch();
    const back = this.head();
    if (back < 0) return back;
    if (this.mark !== this.layout.mark) {
      for (this.from = this.to; this.left > 0 && this.fault === 0; this.from = this.to) {
        this.fetch();
      }
      return this.end(crc);
    }
    this.order.start();
    for (let left = words.length; left > 0; left--) {
      this.fetch();
      const delta = this.next();
      const i = this.order.next();
      words[i] = back === 0 ? delta : (words[i]! + delta) | 0;
    }
    return this.end(crc);
  }

  private get(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      if (this.from === this.to) break;
      const byte = this.page[this.from++]!;
      value |= (byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) return value;
    }
    this.fail();
    return 0;
  }

  private fail(): void {
    this.run = 0;
    if (this.fault === 0) this.fault = FAULT.malformed;
  }
}

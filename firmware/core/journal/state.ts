/**
 * The durable words as bytes behind a segment's header (FORMAT.md §3): an anchor holds them whole,
 * a difference what has changed since an anchor. Both are a stream of deltas in which runs cost two
 * bytes: nothing changed, or kits of one profile and the same probes changed alike, whatever their
 * order. The anchor is decoded from flash while the difference is made: it never lies in memory.
 */
import { crc32, CRC32_START, putU16 } from '../bytes.js';
import { FAULT } from '../faults.js';
import { SECTOR_BYTES } from '../limits.js';
import type { FlashPort } from '../ports.js';
import { PAGE_BYTES, programChecked } from './pages.js';
import {
  KIND_BITS,
  OUT_BYTES,
  PLACES,
  STATE_BACK_AT,
  STATE_HEAD_BYTES,
  type StateLayout,
  StateReader,
  WORD_BYTES_MAX,
} from './state-reader.js';
import { WordOrder } from './word-order.js';

export { STATE_BACK_AT, STATE_HEAD_BYTES, type StateLayout, StateReader } from './state-reader.js';

/** A state may fill at most this much of a sector: the rest is for frames. */
export const STATE_BYTES_MAX = (SECTOR_BYTES * 7) / 8;

/** Writes the durable words as an anchor or as a difference to one. */
export class StateWriter {
  /** Check over the bytes programmed last. */
  crc = 0;
  readonly reader: StateReader;
  private readonly flash: FlashPort;
  private readonly layout: StateLayout;
  private readonly order: WordOrder;
  private readonly check: Uint8Array;
  private readonly deltas = new Int32Array(PLACES);
  private at = 0;
  private fill = 0;
  private total = 0;
  private fault = 0;
  /** Where the bytes go; below 0 they are only counted. */
  private address = 0;
  /** The run under way: bits of the kinds it may be, its length, what its words cost singly. */
  private kinds = 0;
  private run = 0;
  private cost = 0;
  private anchorAddress = 0;
  private anchorBytes = 0;
  private anchorCrc = 0;

  /** What was programmed is read back into `check`, a buffer of any length. */
  constructor(flash: FlashPort, layout: StateLayout, check: Uint8Array) {
    this.flash = flash;
    this.layout = layout;
    this.check = check;
    this.reader = new StateReader(flash, layout);
    this.order = new WordOrder(layout.tables);
  }

  /** Says where the anchor of the next difference lies. */
  useAnchor(address: number, length: number, crc: number): void {
    this.anchorAddress = address;
    this.anchorBytes = length;
    this.anchorCrc = crc;
  }

  /**
   * Programs the words at `address`, as an anchor (`back` 0) or as a difference to the one in use,
   * `back` segments before; they include `ahead` records that follow. Below 0 the address only asks
   * for the length. It in bytes, or a fault.
   */
  write(address: number, words: Int32Array, back: number, ahead: number): number {
    const { reader } = this;
    this.start(address, back, ahead);
    if (back > 0) {
      reader.begin(this.anchorAddress, this.anchorBytes, true);
      reader.fetch();
      if (reader.head() !== 0) return reader.fault < 0 ? reader.fault : FAULT.malformed;
    }
    for (let left = words.length; left > 0; left--) {
      let delta = words[this.order.next()]!;
      if (back > 0) {
        reader.fetch();
        delta = (delta - reader.next()) | 0;
      }
      this.put(delta);
      if (this.fill > OUT_BYTES - WORD_BYTES_MAX) this.flush();
    }
    this.endRun();
    this.flush();
    if (back > 0) {
      const read = reader.end(this.anchorCrc);
      if (read < 0) return read;
    }
    return this.fault < 0 ? this.fault : this.total;
  }

  private start(address: number, back: number, ahead: number): void {
    this.address = address;
    this.order.start();
    this.deltas.fill(0);
    this.at = 0;
    this.total = 0;
    this.fault = 0;
    this.run = 0;
    this.crc = CRC32_START;
    const { page } = this.reader;
    putU16(page, 0, this.layout.mark);
    page[STATE_BACK_AT] = back;
    page[STATE_BACK_AT + 1] = ahead;
    this.fill = STATE_HEAD_BYTES;
  }

  /** Lengthens the run, or ends it and begins another, or writes the delta itself. */
  private put(delta: number): void {
    const { deltas, at } = this;
    let kinds = delta === 0 ? 1 : 0;
    for (let kind = 1; kind < PLACES; kind++) {
      if (delta === deltas[(at - kind) & (PLACES - 1)]) kinds |= 1 << kind;
    }
    if (this.run > 0 && (kinds & this.kinds) === 0) this.endRun();
    if (kinds === 0) this.putNumber((delta << 1) ^ (delta >> 31));
    else {
      this.kinds = this.run > 0 ? kinds & this.kinds : kinds;
      this.run++;
      this.cost += delta === 0 ? PAGE_BYTES : bytesOf((delta << 1) ^ (delta >> 31));
    }
    deltas[at & (PLACES - 1)] = delta;
    this.at++;
  }

  /** Writes the run under way; one or two short words are cheaper as themselves. */
  private endRun(): void {
    const { run, deltas } = this;
    if (run === 0) return;
    if (this.cost <= 2) {
      for (let i = run; i > 0; i--) {
        const delta = deltas[(this.at - i) & (PLACES - 1)]!;
        this.putNumber((delta << 1) ^ (delta >> 31));
      }
    } else {
      let kind = 0;
      while ((this.kinds & (1 << kind)) === 0) kind++;
      this.putNumber(0);
      this.putNumber((run << KIND_BITS) | kind);
    }
    this.run = 0;
    this.cost = 0;
  }

  /** A number, seven bits a byte, lowest first. */
  private putNumber(value: number): void {
    const { page } = this.reader;
    let rest = value;
    while ((rest & ~0x7f) !== 0) {
      page[this.fill++] = (rest & 0x7f) | 0x80;
      rest = (rest >> 7) & 0x1ffffff;
    }
    page[this.fill++] = rest;
  }

  private flush(): void {
    const { page } = this.reader;
    const { fill } = this;
    this.fill = 0;
    if (this.fault < 0) return;
    if (this.total + fill > STATE_BYTES_MAX) {
      this.fault = FAULT.overflow;
      return;
    }
    if (this.address >= 0) {
      this.crc = crc32(page, 0, fill, this.crc);
      const to = this.address + this.total;
      this.fault = programChecked(this.flash, to, page, 0, fill, this.check);
    }
    this.total += fill;
  }
}

function bytesOf(coded: number): number {
  let bytes = 1;
  for (let rest = coded; (rest & ~0x7f) !== 0; bytes++) rest = (rest >> 7) & 0x1ffffff;
  return bytes;
}

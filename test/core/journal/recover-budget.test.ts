import assert from 'node:assert/strict';
import { STATE_LAYOUT } from '../../../firmware/app/memory.js';
import {
  Journal,
  JOURNAL_DURABLE_WORDS,
  JOURNAL_STATE_WORDS,
} from '../../../firmware/core/journal/journal.js';
import {
  encodeHeader,
  HEADER_BYTES,
  KILL_AT,
  KILL_BYTES,
  SegmentHeader,
} from '../../../firmware/core/journal/layout.js';
import { Recovery, RECOVERY } from '../../../firmware/core/journal/recover.js';
import { retireSector } from '../../../firmware/core/journal/retired.js';
import { StateWriter } from '../../../firmware/core/journal/state.js';
import { RECEIPTED } from '../../../firmware/core/journal/words.js';
import { SECTOR_BYTES } from '../../../firmware/core/limits.js';
import {
  FRAME_BYTES_MAX,
  FrameCodec,
  FRAME_STATE_WORDS,
} from '../../../firmware/core/record/frame.js';
import { RecordBuffer } from '../../../firmware/core/record/record.js';
import { RECORD } from '../../../firmware/core/record/schema.js';
import { NorFlash } from '../../../host-sim/ports/flash.js';
import { makeReading, makeRecord } from '../../support/records.js';

const WORDS = 1171;
const MB = (1 << 20) / SECTOR_BYTES;
const RECORDS_PER_SEGMENT = 1000;
/** The aims of design §9: any size, wrapped or not, with up to 8 retired sectors. */
const READS_MAX = 64;
const BYTES_MAX = 8192;

interface Case {
  readonly sectorCount: number;
  readonly newest: number;
  readonly retired: readonly number[];
  /** Segments from the oldest on whose records have a receipt. */
  readonly receipted: number;
  /** Whether the retired sectors could not be killed: they hold the laps in which they failed. */
  readonly isStale?: boolean;
}

/**
 * A journal as a container would have left it, its newest segment full, its state as large as it
 * may be.
 */
class Image {
  readonly flash: NorFlash;
  readonly words = new Int32Array(WORDS);
  nowMs = 0;
  lastSequence = 0;
  private readonly what: Case;
  private readonly bytes: Uint8Array;
  private readonly writer: StateWriter;

  constructor(what: Case) {
    this.what = what;
    const { sectorCount, newest, retired, receipted } = what;
    const nor = { region: 'journal', bytes: sectorCount * SECTOR_BYTES, seed: 1 };
    this.flash = new NorFlash({ ...nor, nowMs: () => this.nowMs });
    this.writer = new StateWriter(this.flash, STATE_LAYOUT, new Uint8Array(64));
    this.bytes = new Uint8Array(nor.bytes).fill(0xff);
    for (const sector of retired) {
      const at = sector * SECTOR_BYTES + KILL_AT;
      if (what.isStale === true) {
        encodeHeader(this.header(sector), this.bytes.subarray(at - KILL_AT));
      } else this.bytes.fill(0, at, at + KILL_BYTES);
      retireSector(this.words, sector);
    }
    const oldest = Math.max(0, newest - sectorCount + 2);
    for (let segment = oldest; segment < newest; segment++) this.put(segment, 0, 0);
    this.flash.load(this.bytes);
    this.words[RECEIPTED] = (oldest + receipted) * RECORDS_PER_SEGMENT;
    for (let i = 100; i < 600; i++) this.words[i] = 2_000_000 + 4_001 * ((i * i) % 20_011);
    let anchor = newest - 15;
    while (anchor > 0 && retired.includes(anchor % sectorCount)) anchor++;
    const back = anchor >= 0 ? newest - anchor : 0;
    if (back > 0) this.putState(anchor, 0);
    for (let i = 100; i < 340; i++) this.words[i]! += 1_100_000 + i * 37;
    this.putState(newest, back);
    this.fillFrames(newest);
  }

  private header(segment: number): SegmentHeader {
    const header = new SegmentHeader();
    Object.assign(header, { probeCount: 2, samplePeriodS: 60, epoch: 77, segment });
    header.firstSequence = 1 + segment * RECORDS_PER_SEGMENT;
    return header;
  }

  private put(segment: number, stateBytes: number, stateCrc: number): void {
    const sector = segment % this.what.sectorCount;
    if (this.what.retired.includes(sector)) return;
    const header = Object.assign(this.header(segment), { stateBytes, stateCrc });
    encodeHeader(header, this.bytes.subarray(sector * SECTOR_BYTES));
  }

  private putState(segment: number, back: number): void {
    const { flash, writer } = this;
    const at = (segment % this.what.sectorCount) * SECTOR_BYTES;
    const stateBytes = writer.write(at + HEADER_BYTES, this.words, back, 0);
    assert.ok(back > 0 ? stateBytes > 950 : stateBytes > 1900, `${stateBytes}`);
    if (back === 0) writer.useAnchor(at + HEADER_BYTES, stateBytes, writer.crc);
    this.bytes.set(flash.image());
    this.put(segment, stateBytes, writer.crc);
    flash.load(this.bytes);
  }

  /** Readings to the last byte that they fit. */
  private fillFrames(segment: number): void {
    const { bytes } = this;
    const base = (segment % this.what.sectorCount) * SECTOR_BYTES;
    const codec = new FrameCodec(new Int32Array(FRAME_STATE_WORDS), 2, 60);
    codec.restart();
    const frame = new Uint8Array(2 * FRAME_BYTES_MAX);
    let at = HEADER_BYTES;
    while (bytes[base + at] !== 0xff || bytes[base + at + 1] !== 0xff) at++;
    for (let i = 0; ; i++) {
      const record = makeReading(60 * i, 400 + (i % 3), 500 + ((i * 7) % 11), 510);
      const length = codec.encode(record, frame, 0);
      if (at + length > SECTOR_BYTES) break;
      bytes.set(frame.subarray(0, length), base + at);
      at += length;
      this.lastSequence = this.header(segment).firstSequence + i;
    }
    this.flash.load(bytes);
  }
}

/** Mounts, appends, and says what was read. */
function tryCase(what: Case): { reads: number; bytes: number } {
  const image = new Image(what);
  const { flash } = image;
  const words = new Int32Array(WORDS);
  const shape = { probeCount: 2, samplePeriodS: 60 };
  const cursor = words.subarray(0, JOURNAL_DURABLE_WORDS);
  const state = new Int32Array(JOURNAL_STATE_WORDS);
  const journal = new Journal(flash, state, cursor, words, shape, STATE_LAYOUT);
  const before = { ...flash.counters };
  let applied = 0;
  const sink = { apply: (): unknown => applied++ };
  const record = new RecordBuffer();
  const recovery = new Recovery(journal, flash, words, 2, 1, sink, record);
  let slices = 0;
  let result = recovery.poll();
  for (; result === RECOVERY.running; result = recovery.poll()) slices++;
  const where = JSON.stringify(what);
  assert.equal(result, RECOVERY.held, where);
  assert.equal(journal.segment, what.newest, where);
  assert.equal(journal.lastStoredSequence, image.lastSequence, where);
  assert.deepEqual(words, image.words, where);
  assert.ok(slices > applied / 20, 'in slices');
  const reads = flash.counters.reads - before.reads;
  const bytes = flash.counters.readBytes - before.readBytes;
  assert.ok(reads <= READS_MAX, `${reads} reads: ${where}`);
  assert.ok(bytes <= BYTES_MAX, `${bytes} bytes: ${where}`);
  if (what.receipted > 0 || what.newest < what.sectorCount - 1) {
    expectPlainAppend(image, journal, where);
  }
  return { reads, bytes };
}

/** From the mount on, only what is made ready and written itself is looked at, and few headers. */
function expectPlainAppend(image: Image, journal: Journal, where: string): void {
  const { flash } = image;
  const read = flash.read.bind(flash);
  const elsewhere: string[] = [];
  let headers = 0;
  flash.read = (address, into, length) => {
    const sector = Math.floor(address / SECTOR_BYTES);
    if (length <= HEADER_BYTES && address % SECTOR_BYTES === 0) headers++;
    else elsewhere.push(`${sector}`);
    return read(address, into, length);
  };
  while (journal.poll() === 0) image.nowMs += 10;
  const inPolls = new Set(elsewhere);
  assert.deepEqual([...inPolls], [`${journal.segment % (flash.size() / SECTOR_BYTES)}`], where);
  assert.ok(headers <= 32, `${headers} headers: ${where}`);
  elsewhere.length = 0;
  headers = 0;
  assert.ok(journal.append(makeRecord(RECORD.lid, 1, [1])) > 0);
  assert.deepEqual([elsewhere.length, headers], [1, 0], 'only the frame is read back');
}

/** Places of up to 8 retired sectors: none, together at every place that matters, apart. */
function* retiredSets(sectorCount: number, newest: number): Generator<readonly number[]> {
  const at = newest % sectorCount;
  const from = (first: number): number[] =>
    Array.from({ length: 8 }, (_, i) => (first + i + sectorCount) % sectorCount);
  yield [];
  yield from(0);
  yield from(at + 1);
  yield from(at - 8);
  yield from(at + 2);
  yield from(sectorCount >> 1);
  yield from(at + 8);
  yield Array.from({ length: 8 }, (_, i) => (sectorCount >> (i + 1)) + (i & 1));
  yield Array.from({ length: 8 }, (_, i) => (at + 1 + 2 * i) % sectorCount);
}

describe('recovery at its worst', function () {
  this.timeout(60_000);
  for (const [megabytes, lapParts] of [
    [1, [0.08, 0.5, 0.97, 0.999, 1.01, 1.3, 1.5, 1.999, 7.63]],
    [4, [0.4, 1.001, 1.77]],
    [16, [0.6, 3.34]],
  ] as const) {
    it(`takes at most 64 reads and 8 kB of ${megabytes} MB`, () => {
      const sectorCount = megabytes * MB;
      let reads = 0;
      let bytes = 0;
      let index = 0;
      for (const laps of lapParts) {
        const newest = Math.floor(laps * sectorCount);
        for (const retired of retiredSets(sectorCount, newest)) {
          if (retired.includes(newest % sectorCount)) continue;
          const receipted = [0, 12, sectorCount - 9][(newest + index++) % 3]!;
          // Where the first sectors cannot be killed, either, every header must be looked at.
          const canBeStale = laps > 2 && !retired.includes(0);
          for (const isStale of canBeStale ? [false, true] : [false]) {
            const read = tryCase({ sectorCount, newest, retired, receipted, isStale });
            reads = Math.max(reads, read.reads);
            bytes = Math.max(bytes, read.bytes);
          }
        }
      }
      assert.ok(reads > 20 && bytes > 6000, `it is the worst: ${reads} reads, ${bytes} bytes`);
      if (process.env['BUDGET'] !== undefined) console.log(megabytes, reads, bytes);
    });
  }
});

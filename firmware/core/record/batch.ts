/**
 * Readings that wait to be written together: raw values in words of the owner's retained memory,
 * which survive sleep but not a power cut. `FrameCodec.encodeBatch` makes frames of them.
 *
 * Words: count, uptime of the first reading; then for each reading its seconds since the first one
 * (16 bits), its humidity and its temperatures, two to a word. Words of zeros are an empty batch.
 */
import { READING_HUMIDITY, READING_TEMPERATURE, type RecordBuffer } from './record.js';
import { RECORD } from './schema.js';

const COUNT = 0;
const FIRST_UPTIME_S = 1;
const READINGS = 2;
const OFFSET_MAX_S = 0xffff;
/** A frame counts its readings in a byte. */
const COUNT_MAX = 255;

/** Words that `readingCount` readings of `probeCount` probes need. */
export function batchWords(probeCount: number, readingCount: number): number {
  return READINGS + readingCount * readingWords(probeCount);
}

/** Offset and humidity in one word, two probes in each that follows. */
function readingWords(probeCount: number): number {
  return 1 + ((probeCount + 1) >> 1);
}

export class ReadingBatch {
  private readonly words: Int32Array;
  private readonly probeCount: number;
  private readonly stride: number;
  /** Readings that the words have room for. */
  readonly capacity: number;

  constructor(words: Int32Array, probeCount: number) {
    this.words = words;
    this.probeCount = probeCount;
    this.stride = readingWords(probeCount);
    const fits = ((words.length - READINGS) / this.stride) | 0;
    this.capacity = fits < COUNT_MAX ? fits : COUNT_MAX;
  }

  get count(): number {
    return this.words[COUNT]!;
  }

  clear(): void {
    this.words[COUNT] = 0;
  }

  /** Takes a reading, or answers 0: full, or more than 18 hours after the first one. */
  add(record: RecordBuffer): 0 | 1 {
    const { words } = this;
    const index = words[COUNT]!;
    if (index === 0) words[FIRST_UPTIME_S] = record.uptimeS;
    const offsetS = record.uptimeS - words[FIRST_UPTIME_S]!;
    if (index >= this.capacity || offsetS < 0 || offsetS > OFFSET_MAX_S) return 0;
    let word = READINGS + index * this.stride;
    words[word] = offsetS | (record.fields[READING_HUMIDITY]! << 16);
    for (let probe = 0; probe < this.probeCount; probe++) {
      const value = record.fields[READING_TEMPERATURE + probe]!;
      if ((probe & 1) === 0) words[++word] = value & 0xffff;
      else words[word]! |= value << 16;
    }
    words[COUNT] = index + 1;
    return 1;
  }

  /** Uptime of reading `index`, 0 <= index < count. */
  uptimeSOf(index: number): number {
    const offsetS = this.words[READINGS + index * this.stride]! & 0xffff;
    return this.words[FIRST_UPTIME_S]! + offsetS;
  }

  /** Fills `record` with reading `index`, 0 <= index < count. */
  load(index: number, record: RecordBuffer): void {
    const { words } = this;
    let word = READINGS + index * this.stride;
    record.begin(RECORD.reading, this.uptimeSOf(index));
    record.fields[READING_HUMIDITY] = words[word]! >> 16;
    for (let probe = 0; probe < this.probeCount; probe++) {
      const value = (probe & 1) === 0 ? words[++word]! << 16 : words[word]!;
      record.fields[READING_TEMPERATURE + probe] = value >> 16;
    }
  }
}

/**
 * Hands on what the container's own journal does to simulated flash with given samples: which bytes
 * went where, how many commands, how long the flash was busy. The journal's code is the product's;
 * only the counting is added, and it is checked against the flash's own counters by a test.
 */
import { Journal, JOURNAL_DURABLE_WORDS } from '../../../firmware/core/journal/journal.js';
import {
  JOURNAL_STATE_WORDS,
  type JournalShape,
  type StateLayout,
} from '../../../firmware/core/journal/journal.js';
import { HEADER_BYTES } from '../../../firmware/core/journal/layout.js';
import { Recovery, RECOVERY, type RecordSink } from '../../../firmware/core/journal/recover.js';
import { SECTOR_BYTES } from '../../../firmware/core/limits.js';
import {
  READING_HUMIDITY,
  READING_TEMPERATURE,
  RecordBuffer,
} from '../../../firmware/core/record/record.js';
import { RECORD } from '../../../firmware/core/record/schema.js';
import { NorFlash } from '../../ports/flash.js';
import type { CompactCount } from './compact-count.js';
import { PERIOD_S, type SensorColumns } from './journal-workload.js';

const EPOCH = 77;
const POLL_MS = 10;
/** An erase and the look at each of its pages take about 25. */
const POLLS_MAX = 1000;
/** Records that become receipted together: a small ring holds more of even the longest. */
export const RECEIPT_EVERY = 512;
/** Readings between two POWER records where the battery is recorded hourly. */
export const HOURLY = 3600 / PERIOD_S;

/** Where the bytes of a journal's segments went. */
export interface ByteCounts {
  segments: number;
  header: number;
  state: number;
  readings: number;
  /** Frames of all other records. */
  events: number;
  /** Left blank at the end of a segment, because the next frame did not fit. */
  blank: number;
  readingCount: number;
  eventCount: number;
}

/** The product's journal, which also counts. */
export class CountedJournal extends Journal {
  readonly bytes: ByteCounts = {
    segments: 0,
    header: 0,
    state: 0,
    readings: 0,
    events: 0,
    blank: 0,
    readingCount: 0,
    eventCount: 0,
  };
  /** The same records in the form that is handed over; counted where it is set. */
  compact: CompactCount | undefined;
  private readonly nor: NorFlash;
  /** The segment counted last, where its frames begin and where they end so far. */
  private seen = -1;
  private framesFrom = 0;
  private end = 0;

  constructor(
    flash: NorFlash,
    state: Int32Array,
    cursor: Int32Array,
    durable: Int32Array,
    shape: JournalShape,
    layout?: StateLayout,
  ) {
    super(flash, state, cursor, durable, shape, layout);
    this.nor = flash;
  }

  override append(record: RecordBuffer): number {
    this.lookForSegment();
    const { offset } = this;
    const segment = this.seen;
    const result = super.append(record);
    if (result < 0) return result;
    this.lookForSegment();
    this.compact?.add(record);
    const from = this.seen === segment ? offset : this.framesFrom;
    const { bytes } = this;
    const isReading = record.type === RECORD.reading;
    bytes[isReading ? 'readings' : 'events'] += this.offset - from;
    bytes[isReading ? 'readingCount' : 'eventCount'] += 1;
    this.end = this.offset;
    return result;
  }

  /** Counts a segment that was opened since; looking at it is not counted as a read. */
  private lookForSegment(): void {
    if (this.segment === this.seen) return;
    const { bytes } = this;
    if (this.seen >= 0) bytes.blank += SECTOR_BYTES - this.end;
    const { counters } = this.nor;
    const { reads, readBytes } = counters;
    this.framesFrom = this.framesAt(this.segment);
    counters.reads = reads;
    counters.readBytes = readBytes;
    bytes.segments += 1;
    bytes.header += HEADER_BYTES;
    bytes.state += this.framesFrom - HEADER_BYTES;
    this.compact?.begin(this.reader.header);
    this.seen = this.segment;
    this.end = this.framesFrom;
  }

  /** Counts from here on, after a boot. */
  startCounting(): void {
    this.seen = this.segment;
    this.end = SECTOR_BYTES;
  }
}

/** Boots a journal from flash alone; throws where the container would stop. */
export function mountJournal(
  journal: Journal,
  parts: {
    readonly flash: NorFlash;
    readonly durable: Int32Array;
    readonly probeCount: number;
    readonly sink: RecordSink;
  },
): void {
  const { flash, durable, probeCount, sink } = parts;
  const record = new RecordBuffer();
  const recovery = new Recovery(journal, flash, durable, probeCount, EPOCH, sink, record);
  let result = recovery.poll();
  while (result === RECOVERY.running) result = recovery.poll();
  if (result < 0) throw new Error(`The journal does not mount: fault ${result}`);
}

/** Lets the flash finish what it does; throws when it never does. */
export function restUntilReady(journal: Journal, passMs: (ms: number) => void): void {
  for (let polls = 0; journal.poll() === 0; polls++) {
    if (polls === POLLS_MAX) throw new Error('The journal never gets its next segment ready');
    passMs(POLL_MS);
  }
}

export interface RigOptions {
  readonly probeCount: number;
  readonly flashBytes: number;
}

/** A journal with nothing behind it: its state is its own cursors. */
export class JournalRig {
  readonly flash: NorFlash;
  readonly durable = new Int32Array(JOURNAL_DURABLE_WORDS);
  readonly journal: CountedJournal;
  private readonly options: RigOptions;
  private readonly record = new RecordBuffer();
  private nowMs = 0;

  constructor(options: RigOptions) {
    this.options = options;
    this.flash = new NorFlash({
      region: 'journal',
      bytes: options.flashBytes,
      seed: 1,
      nowMs: () => this.nowMs,
    });
    this.journal = this.newJournal();
  }

  private newJournal(): CountedJournal {
    const { durable } = this;
    const state = new Int32Array(JOURNAL_STATE_WORDS);
    return new CountedJournal(this.flash, state, durable, durable, {
      probeCount: this.options.probeCount,
      samplePeriodS: PERIOD_S,
    });
  }

  /** Boots from flash alone. */
  mount(): void {
    const { journal, flash, durable } = this;
    journal.anchor(0, 0, 1);
    const { probeCount } = this.options;
    mountJournal(journal, { flash, durable, probeCount, sink: { apply: () => undefined } });
    journal.startCounting();
  }

  /** Stores a record; everything before it counts as receipted, so that the ring goes round. */
  store(record: RecordBuffer): void {
    const { journal } = this;
    this.nowMs += POLL_MS;
    restUntilReady(journal, (ms) => (this.nowMs += ms));
    journal.anchor(record.uptimeS, record.uptimeS, 1);
    const result = journal.append(record);
    if (result < 0) throw new Error(`Record of type ${record.type}: fault ${result}`);
    if (result % RECEIPT_EVERY === 0) journal.acknowledge(result);
  }

  /** Stores the columns as READING records, with a POWER record in each hour or without. */
  storeColumns(columns: SensorColumns, battery: 'hourly' | 'none'): void {
    const { record } = this;
    for (let i = 0; i < columns.uptimeS.length; i++) {
      if (battery === 'hourly' && i % HOURLY === 0) {
        record.begin(RECORD.power, columns.uptimeS[i]!);
        record.fields[0] = columns.batteryMilliV[i]!;
        this.store(record);
      }
      fillReading(record, columns, i);
      this.store(record);
    }
  }
}

/** Sample i as a READING. */
export function fillReading(record: RecordBuffer, columns: SensorColumns, i: number): void {
  const { temperaturesCentiC } = columns;
  record.begin(RECORD.reading, columns.uptimeS[i]!);
  record.fields[READING_HUMIDITY] = columns.humidityPermille[i]!;
  for (let probe = 0; probe < temperaturesCentiC.length; probe++) {
    record.fields[READING_TEMPERATURE + probe] = temperaturesCentiC[probe]![i]!;
  }
}

/** All that a journal has taken of its flash, blank ends of segments included. */
export function takenBytes(bytes: ByteCounts): number {
  return bytes.header + bytes.state + bytes.readings + bytes.events + bytes.blank;
}

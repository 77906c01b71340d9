/**
 * Hands on the rows of bench `journal`: what a sample costs on flash and handed over, what of it is
 * which part, and beside it what the best general packers and the best prediction make of the same
 * columns. Aims and figures of others stand where they are known (W1, one sample a minute).
 */
import { loadCbor } from '../../backend/cbor.js';
import { type Row, significant } from './bench.js';
import { type ColumnLimits, columnLimits } from './column-limits.js';
import { runBatched } from './batched-run.js';
import { takenBytes } from './journal-rig.js';
import { type PlainRun, runPlain } from './plain-run.js';
import { realColumns } from './journal-traces.js';
import { makeWorkload, type SensorColumns, withBattery } from './journal-workload.js';
import { KITS_CASES, MOUNT_SAMPLES, mountKits, runKits } from './kits-cases.js';
import { PACKERS } from './packers.js';

export interface JournalBenchOptions {
  /** Samples of W1. */
  readonly samples: number;
  /** Samples of each case with 16 kits. */
  readonly kitSamples: number;
  /** Sizes of journal that are mounted, in MB. */
  readonly mountMb: readonly number[];
  /** Where the real traces are; without it their row says so. */
  readonly traceFolder: string | undefined;
}

const SEED = 1;
const HOUR_S = 3600;
const MB = 1 << 20;
const SAMPLE = 'B/sample';
const MILLION = 1e6;
/** Measured for facts on one workload, W1; B a sample and so on, each record durable. */
const PEERS = {
  flash: 'prototype 3.02, littlefs 12.0, FCB 14.1, FlashDB 16.1',
  erases: 'prototype 737, FCB 3424, FlashDB 3937',
  programs: 'prototype 1.01, sequential-storage 2.08, FlashDB 4.03',
  busy: 'prototype 68, FCB 262, FlashDB 277',
  mountReads: 'prototype 51, littlefs 131, FlashDB 8199',
  mountBytes: 'prototype 4600, littlefs 24000, FlashDB 262000',
  ram: 'FlashDB 172, prototype 240, FCB 2120',
};

/** All rows, W1 first. */
export async function journalRows(options: JournalBenchOptions): Promise<Row[]> {
  await loadCbor();
  const columns = makeWorkload({ count: options.samples, seed: SEED });
  return [
    ...(await workloadRows(columns)),
    ...kitRows(options.kitSamples),
    ...mountRows(options.mountMb),
    ...(await traceRows(options.traceFolder)),
  ];
}

/** W1 alone, with nothing to remember but the samples. */
async function workloadRows(columns: SensorColumns): Promise<Row[]> {
  const limits = await columnLimits(columns);
  const each = runPlain(withBattery(columns), 'none');
  const hourly = runPlain(columns, 'hourly');
  const perSample = (name: string, value: number): Row => info(name, value / each.samples, SAMPLE);
  const { bytes } = each.journal;
  return [
    { ...flashRow('W1: ', each, 'in each'), aim: 3.05, elsewhere: PEERS.flash },
    perSample('· reading frames', bytes.readings),
    perSample('· segment headers with the chain hash', bytes.header),
    perSample("· state: the journal's own cursors", bytes.state),
    perSample('· blank ends of segments', bytes.blank),
    { ...flashRow('W1: ', hourly, 'hourly'), aim: 2.5, elsewhere: 'prototype 2.45' },
    perSample('· reading frames', hourly.journal.bytes.readings),
    perSample('· POWER records', hourly.journal.bytes.events),
    { ...compactRow('W1: ', each, 'in each'), aim: 1.72, elsewhere: 'prototype 1.69' },
    compactRow('W1: ', hourly, 'hourly'),
    ...batchedRows(columns),
    ...limitRows('W1: ', limits),
    ...ratioRows('W1: ', each, limits),
    ...costRows(each, hourly),
  ];
}

/** An hour of readings may be lost; of three channels 40 fit into the memory that waits. */
function batchedRows(columns: SensorColumns): Row[] {
  const each = runBatched(withBattery(columns), HOUR_S);
  const hourly = runBatched(columns, HOUR_S);
  return [
    { ...info('W1: batched up to 60 min, battery in each, all', each.taken, SAMPLE), aim: 2 },
    info('W1: batched 60 min, no battery, all', hourly.taken, SAMPLE),
    info('· program commands', each.programs, 'per sample'),
  ];
}

/** What storing W1 asks of the flash and of the memory. */
function costRows(each: PlainRun, hourly: PlainRun): Row[] {
  const { counters } = each.flash;
  const erases = (run: PlainRun): number => (run.flash.counters.erases / run.samples) * MILLION;
  const busyMicros = counters.busyMicros / each.samples;
  return [
    {
      ...info('W1 erases, battery in each', erases(each), 'per million'),
      aim: 750,
      elsewhere: PEERS.erases,
    },
    {
      ...info('W1 erases, battery hourly', erases(hourly), 'per million'),
      elsewhere: 'prototype 598',
    },
    {
      ...info('W1 program commands', counters.programs / each.samples, 'per record'),
      aim: 1.02,
      elsewhere: PEERS.programs,
    },
    info('W1 reads while appending', counters.reads / each.samples, 'per record'),
    { ...info('W1 flash busy', busyMicros, 'µs/sample'), elsewhere: PEERS.busy },
    info('W1 flash energy', counters.energyMicroJ / each.samples, 'µJ/sample'),
    { ...info('journal RAM in typed arrays', each.ramBytes, 'B'), elsewhere: PEERS.ram },
  ];
}

/** 16 kits with 8 zones each: what remembering them costs on top. */
function kitRows(samples: number): Row[] {
  const rows: Row[] = [];
  for (const probeCount of [2, 4]) {
    const columns = makeWorkload({ count: samples, seed: SEED, probeCount });
    for (const which of KITS_CASES) {
      const { bytes } = runKits(which, columns, { flashBytes: MB, battery: 'hourly' });
      const name = `16 kits × 8 zones, ${which}, ${probeCount} probes`;
      const state = info(`${name}: state`, bytes.state / samples, SAMPLE);
      // The aims are those of W1, which has two probes.
      rows.push(probeCount === 2 ? { ...state, aim: which === 'worst' ? 0.4 : 0.3 } : state);
      if (which === 'worst') continue; // its temperatures are a quarter of W1's
      rows.push(info(`${name}: flash, battery hourly`, takenBytes(bytes) / samples, SAMPLE));
    }
  }
  const columns = withBattery(makeWorkload({ count: samples, seed: SEED }));
  const { erases } = runKits('calm', columns, { flashBytes: MB, battery: 'none' });
  const name = 'W1 erases, battery in each, 16 kits calm';
  rows.push({ ...info(name, (erases / samples) * MILLION, 'per million'), aim: 830 });
  return rows;
}

/** A cold boot of a full ring. */
function mountRows(sizesMb: readonly number[]): Row[] {
  const columns = makeWorkload({ count: MOUNT_SAMPLES + 1, seed: SEED });
  const rows: Row[] = [];
  for (const mb of sizesMb) {
    for (const which of KITS_CASES) {
      const cost = mountKits(which, columns, mb * MB);
      const name = `mount, ${mb} MB, 16 kits ${which}`;
      rows.push(
        { ...info(`${name}: reads`, cost.reads, ''), aim: 64, elsewhere: PEERS.mountReads },
        { ...info(`${name}: bytes`, cost.bytes, 'B'), aim: 8192, elsewhere: PEERS.mountBytes },
      );
      if (which !== 'calm') continue;
      rows.push(
        info('· then a look at the next sector, erased', cost.readsUntilReady, 'reads'),
        info('· then the first append', cost.readsAtAppend, 'reads'),
      );
    }
  }
  return rows;
}

/** Real temperatures: there is no aim, they are what they are. */
async function traceRows(folder: string | undefined): Promise<Row[]> {
  if (folder === undefined) {
    const missing = 'not here: set PLASMAVAKT_SHARED';
    return [{ name: 'real traces', value: null, missing, unit: '', better: 'lower' }];
  }
  const rows: Row[] = [];
  for (const { name, columns } of await realColumns(folder)) {
    const limits = columnLimits(columns);
    const each = runPlain(withBattery(columns), 'none');
    const hourly = runPlain(columns, 'hourly');
    rows.push(
      flashRow(`${name}: `, each, 'in each'),
      flashRow('· ', hourly, 'hourly'),
      compactRow('· ', each, 'in each'),
      ...limitRows('· ', await limits),
    );
  }
  return rows;
}

function limitRows(before: string, { orderZero, predicted, packed }: ColumnLimits): Row[] {
  return [
    info(`${before}order-0 entropy of the differences`, orderZero, SAMPLE),
    info(`${before}best adaptive predictor`, predicted, SAMPLE),
    ...PACKERS.map((packer, i): Row => {
      const title = `${before}${packer.name} of the differences`;
      const value = packed[i];
      return value === undefined ? notInstalled(title) : info(title, value, SAMPLE);
    }),
  ];
}

function ratioRows(before: string, run: PlainRun, limits: ColumnLimits): Row[] {
  const others = [
    ...PACKERS.map((packer, i) => ({ other: packer.name, value: limits.packed[i] })),
    { other: 'best predictor', value: limits.predicted },
  ];
  const rows: Row[] = [];
  for (const [form, own] of [
    ['compact', run.compact],
    ['flash', run.taken],
  ] as const) {
    for (const { other, value } of others) {
      const title = `${before}${form} ÷ ${other}`;
      rows.push(value === undefined ? notInstalled(title) : info(title, own / value, '×'));
    }
  }
  return rows;
}

function notInstalled(name: string): Row {
  return { name, value: null, missing: 'not installed', unit: '', better: 'lower' };
}

function flashRow(before: string, { taken }: PlainRun, battery: string): Row {
  return info(`${before}flash, battery ${battery}, all counted`, taken, SAMPLE);
}

function compactRow(before: string, { compact }: PlainRun, battery: string): Row {
  return info(`${before}handed over compact, battery ${battery}`, compact, SAMPLE);
}

/** A number without an aim: there to compare others with. */
function info(name: string, value: number, unit: string): Row {
  return { name, value: significant(value), unit, better: 'lower' };
}

/**
 * Hands on how much the state of 16 kits with 8 zones each costs a sample, in the three cases that
 * span what a container meets: calm (no zone was ever entered), used (every zone of every kit has
 * been in use, now it is calm), worst (37 to 46 °C with four groups of kits, the zones entered and
 * left all the time).
 */
import type { ByteCounts } from './journal-rig.js';
import { benchProfile, type KitsOptions, KitsRig } from './kits-rig.js';
import { emptyColumns, partOf, PERIOD_S, type SensorColumns } from './journal-workload.js';
import type { Profile } from '../../backend/profile.js';

export type KitsCase = 'calm' | 'used' | 'worst';
export const KITS_CASES: readonly KitsCase[] = ['calm', 'used', 'worst'];

/** Beyond everything that W1 has: -6 to 32 °C. */
const HOT_C = [33, 36, 39, 42];
const COLD_C = [-9, -12, -15, -18];
/** Within what the worst case has. */
const WORST_C = [37, 38, 39, 40, 41, 42, 43, 44];
const SWEEP_FROM_CENTI_C = -2500;
const SWEEP_TO_CENTI_C = 4800;
const SWEEP_STEP_CENTI_C = 20;
/** Packing is over by then. */
const START_S = 600;

export interface KitsRun {
  readonly rig: KitsRig;
  /** What the samples of the columns cost, without packing and sweeping. */
  readonly bytes: ByteCounts;
  readonly programs: number;
  readonly erases: number;
  readonly samples: number;
}

export interface MountCost {
  reads: number;
  bytes: number;
  /** Reads from then on until the next sector was looked at and is ready. */
  readsUntilReady: number;
  /** Reads of the first append itself: it opens a segment and checks what it wrote. */
  readsAtAppend: number;
}

const MOUNT_LAPS = 1.3;
/** Primes, so that the newest segment is another one, and full to another part, each time. */
const MOUNT_STOPS = 17;
export const MOUNT_STOP_EVERY = 1487;
export const MOUNT_SAMPLES = MOUNT_STOPS * MOUNT_STOP_EVERY;

/** Runs the case; kits watch the first probes of the columns, so many in the worst case. */
export function runKits(
  which: KitsCase,
  columns: SensorColumns,
  options: { readonly flashBytes: number; readonly battery: 'hourly' | 'none' },
): KitsRun {
  const { flashBytes, battery } = options;
  const rig = new KitsRig(optionsOf(which, columns, flashBytes));
  const startS = begin(rig, which, columns);
  const { counters } = rig.flash;
  const before = { ...rig.journal.bytes };
  const { programs, erases } = counters;
  rig.storeColumns(which === 'worst' ? hotColumns(columns) : columns, startS, battery);
  const bytes = { ...rig.journal.bytes };
  for (const key of Object.keys(bytes) as (keyof ByteCounts)[]) bytes[key] -= before[key];
  return {
    rig,
    bytes,
    programs: counters.programs - programs,
    erases: counters.erases - erases,
    samples: columns.uptimeS.length,
  };
}

/**
 * What a cold boot reads of a ring that has gone round more than once, stopped at many places: the
 * worst of them, number by number. Takes MOUNT_SAMPLES of the columns, and one more.
 */
export function mountKits(which: KitsCase, columns: SensorColumns, flashBytes: number): MountCost {
  const options = optionsOf(which, columns, flashBytes);
  const rig = new KitsRig(options);
  const startS = begin(rig, which, columns);
  rig.fillRing(MOUNT_LAPS);
  const used = which === 'worst' ? hotColumns(columns) : columns;
  const worst: MountCost = { reads: 0, bytes: 0, readsUntilReady: 0, readsAtAppend: 0 };
  for (let from = 0; from < MOUNT_SAMPLES; from += MOUNT_STOP_EVERY) {
    const next = from + MOUNT_STOP_EVERY;
    rig.storeColumns(partOf(used, from, next), startS, 'hourly');
    const booted = new KitsRig(options, rig.flash.image());
    const { counters } = booted.flash;
    booted.mount();
    const { reads, readBytes } = counters;
    booted.rest(startS + used.uptimeS[next]!);
    const { reads: ready } = counters;
    booted.storeColumns(partOf(used, next, next + 1), startS, 'none');
    worst.reads = Math.max(worst.reads, reads);
    worst.bytes = Math.max(worst.bytes, readBytes);
    worst.readsUntilReady = Math.max(worst.readsUntilReady, ready - reads);
    worst.readsAtAppend = Math.max(worst.readsAtAppend, counters.reads - ready);
  }
  return worst;
}

/** Boots, packs and, where zones are to have been used, sweeps; the uptime from which to go on. */
function begin(rig: KitsRig, which: KitsCase, columns: SensorColumns): number {
  rig.mount();
  rig.pack();
  if (which !== 'used') return START_S;
  const sweep = sweepColumns(columns.temperaturesCentiC.length);
  rig.storeColumns(sweep, START_S, 'none');
  return START_S + sweep.uptimeS.length * PERIOD_S;
}

function optionsOf(which: KitsCase, columns: SensorColumns, flashBytes: number): KitsOptions {
  const probeCount = columns.temperaturesCentiC.length;
  if (which !== 'worst') {
    const profiles = [benchProfile('calm', HOT_C, COLD_C)];
    return { flashBytes, probeCount, profiles, probesInUse: 2 };
  }
  return { flashBytes, probeCount, profiles: worstProfiles(probeCount), probesInUse: probeCount };
}

/** As many as make four groups. */
function worstProfiles(probeCount: number): Profile[] {
  const count = Math.max(1, Math.floor(4 / probeCount));
  return Array.from({ length: count }, (_, i) => benchProfile(`worst-${i}`, WORST_C, []));
}

/** All probes once through every zone, up and down. */
function sweepColumns(probeCount: number): SensorColumns {
  const up = (SWEEP_TO_CENTI_C - SWEEP_FROM_CENTI_C) / SWEEP_STEP_CENTI_C;
  const columns = emptyColumns(2 * up, probeCount);
  for (let i = 0; i < 2 * up; i++) {
    const step = i < up ? i : 2 * up - i;
    columns.uptimeS[i] = i * PERIOD_S;
    const value = SWEEP_FROM_CENTI_C + step * SWEEP_STEP_CENTI_C;
    for (const values of columns.temperaturesCentiC) values[i] = value;
    columns.humidityPermille[i] = 500;
    columns.batteryMilliV[i] = 4100;
  }
  return columns;
}

/** The columns' temperatures brought into 37 to 46 °C: a quarter of their swing, noise included. */
function hotColumns(columns: SensorColumns): SensorColumns {
  const temperaturesCentiC = columns.temperaturesCentiC.map((values) => {
    return values.map((value) => 4150 + Math.round((value - 1250) / 4));
  });
  return { ...columns, temperaturesCentiC };
}

/**
 * Puts readings that a container gave up for room back into its journal, as the truth has them, if
 * the numbers by which it summed them up are those of the truth: then whatever rests on them can be
 * checked as if they were there. Everything else must be there still, each record under its number.
 */
import type { DecodedRecord } from '../backend/record-types.js';
import type { Finding } from './input.js';
import { type JournalView, type TimedRecord, clockSlackS, field } from './journal-view.js';
import type { Instant, World } from './story-types.js';

const HASH_BYTES = 32;
const TEMPERATURE_ABSENT = -32768;

/** Least, greatest and mean; null where there was no value. */
type Numbers = readonly [least: number, greatest: number, mean: number] | null;

/** A time in which a probe gave nothing that counts. */
interface Silence {
  readonly probe: number;
  readonly fromS: number;
  toS: number;
}

/** The journal with what was given up, and what is wrong with how it was summed up. */
export function withThinned(
  view: JournalView,
  world: World,
): { readonly view: JournalView; readonly findings: readonly Finding[] } {
  const thinned = view.all.filter(({ record }) => record.type === 'thinned');
  if (thinned.length === 0) return { view, findings: [] };
  const findings: Finding[] = [];
  const held = new Map(view.all.map((timed) => [timed.record.sequence, timed]));
  const silences = silencesOf(view);
  const maybe = new Map<number, readonly TimedRecord[]>();
  const restored = thinned.flatMap((range) => {
    const put = (message: string): void => {
      const what = `record ${range.record.sequence} (thinned): ${message}`;
      findings.push({ about: 'reading', kit: null, atS: range.atS, message: what });
    };
    return restoredReadings({ range, held, silences, world, maybe }, put);
  });
  const all = [...view.all, ...restored].sort((a, b) => a.record.sequence - b.record.sequence);
  return { view: { ...view, all, maybe }, findings };
}

interface Case {
  readonly range: TimedRecord;
  readonly held: ReadonlyMap<number, TimedRecord>;
  readonly silences: readonly Silence[];
  readonly world: World;
  readonly maybe: Map<number, readonly TimedRecord[]>;
}

function restoredReadings(one: Case, put: (message: string) => void): TimedRecord[] {
  const { range, world } = one;
  const count = field(range, 'readingCount');
  const { free, heldReadings, heldKept, hasLost } = placesIn(one);
  const spare = field(range, 'keptCount') - heldKept; // numbers of KEPT records: which, none knows
  if (free.length !== count - heldReadings + spare) {
    const told = count - heldReadings + spare;
    put(`tells of ${told} records that are not there, expected ${free.length}`);
    return [];
  }
  if (free.length === spare || hasLost) return []; // which instants were lost nobody knows
  const bootAtS = world.boots[field(range, 'bootCount') - 1];
  if (bootAtS === undefined) {
    put(`boot ${field(range, 'bootCount')} never happened`);
    return [];
  }
  const told = toldNumbers(range.record);
  const windows = candidates(one, bootAtS, count);
  const [nearest] = windows;
  if (nearest === undefined) {
    put(`${count} readings, but nothing was measured then`);
    return [];
  }
  const fitting = windows.find((window) => sameNumbers(numbersOf(one, window), told));
  if (fitting === undefined) {
    put(`${text(told)} of its probes, expected ${text(numbersOf(one, nearest))}`);
  }
  // What is still there was handed over before, hence it is the first part.
  const readings = (fitting ?? nearest).slice(heldReadings).map((instant, i): TimedRecord => {
    const record: DecodedRecord = {
      sequence: free[i]!,
      boot: field(range, 'bootCount'),
      uptimeS: Math.round(instant.atS - bootAtS),
      wallS: null,
      type: 'reading',
      fields: {},
      temperaturesCentiC: told.map((_, probe) => valueAt(one.silences, instant, probe)),
      tail: new Uint8Array(0),
    };
    return { atS: instant.atS, record };
  });
  free.forEach((sequence, i) => {
    one.maybe.set(sequence, readings.slice(Math.max(0, i - spare), i + 1));
  });
  return readings;
}

interface Places {
  /** Numbers in the range without a record, lost ones apart: readings, and KEPT copied on. */
  readonly free: readonly number[];
  readonly heldReadings: number;
  readonly heldKept: number;
  readonly hasLost: boolean;
}

function placesIn({ range, held }: Case): Places {
  const lost = new Set<number>();
  const types: string[] = [];
  const free: number[] = [];
  for (let n = field(range, 'lastSequence'); n >= field(range, 'firstSequence'); n--) {
    const timed = held.get(n);
    if (timed !== undefined) types.push(timed.record.type);
    else if (!lost.has(n)) free.unshift(n);
    if (timed?.record.type !== 'lost') continue;
    for (let i = 1; i <= field(timed, 'count'); i++) lost.add(n - i); // it stands behind them
  }
  const countOf = (type: string): number => types.filter((one) => one === type).length;
  const [heldReadings, heldKept] = [countOf('reading'), countOf('kept')];
  return { free, heldReadings, heldKept, hasLost: lost.size > 0 };
}

/** Instants in a row that may be those of the range, the likeliest first. */
function candidates({ range, world }: Case, bootAtS: number, count: number): Instant[][] {
  const { instants, setup } = world;
  const firstUptimeS = field(range, 'firstUptimeS');
  const firstAtS = bootAtS + firstUptimeS;
  let nearest = 0;
  instants.forEach(({ atS }, i) => {
    if (Math.abs(atS - firstAtS) < Math.abs(instants[nearest]!.atS - firstAtS)) nearest = i;
  });
  const most = 1 + Math.ceil(clockSlackS(firstUptimeS) / setup.samplePeriodS);
  const shifts = Array.from({ length: 2 * most + 1 }, (_, i) => i - most);
  return shifts
    .sort((a, b) => Math.abs(a) - Math.abs(b))
    .filter((shift) => nearest + shift >= 0)
    .map((shift) => instants.slice(nearest + shift, nearest + shift + count))
    .filter((window) => window.length === count);
}

function numbersOf({ range, silences }: Case, window: readonly Instant[]): Numbers[] {
  return toldNumbers(range.record).map((_, probe): Numbers => {
    const values = window
      .map((instant) => valueAt(silences, instant, probe))
      .filter((value) => value !== null);
    if (values.length === 0) return null;
    let [least, greatest, sum] = [Infinity, -Infinity, 0];
    for (const value of values) {
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
      sum += value;
    }
    const mean = Math.sign(sum) * Math.round(Math.abs(sum) / values.length);
    return [least, greatest, mean + 0];
  });
}

function valueAt(silences: readonly Silence[], instant: Instant, probe: number): number | null {
  const { atS } = instant;
  const isSilent = silences.some((it) => it.probe === probe && it.fromS <= atS && atS < it.toS);
  return isSilent ? null : (instant.byProbe[probe] ?? null);
}

/** What the record says of each probe, without humidity. */
function toldNumbers({ tail }: DecodedRecord): Numbers[] {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  const told: Numbers[] = [];
  for (let at = HASH_BYTES; at + 6 < tail.length; at += 6) {
    const [least, greatest, mean] = [0, 2, 4].map((more) => view.getInt16(at + more, true));
    told.push(least === TEMPERATURE_ABSENT ? null : [least!, greatest!, mean!]);
  }
  return told;
}

function sameNumbers(a: readonly Numbers[], b: readonly Numbers[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function text(numbers: readonly Numbers[]): string {
  return numbers.map((it) => (it === null ? 'none' : it.join('/'))).join(' and ');
}

/** From GAP records, which stay: a reading that begins or ends a gap may be half a period off. */
function silencesOf(view: JournalView): Silence[] {
  const silences: Silence[] = [];
  const open = new Map<number, Silence>();
  for (const timed of view.all) {
    if (timed.record.type !== 'gap') continue;
    const probe = field(timed, 'probe');
    const lengthS = field(timed, 'lengthS');
    const fromS = timed.atS - timed.record.uptimeS + field(timed, 'startUptimeS') - NEAR_S;
    const before = open.get(probe);
    if (before !== undefined) before.toS = lengthS < 0 ? fromS : fromS + lengthS;
    open.delete(probe);
    if (lengthS >= 0) continue;
    const silence = { probe, fromS, toS: Infinity };
    open.set(probe, silence);
    silences.push(silence);
  }
  return silences;
}

/** A probe answers this much later than its instant at most; instants are further apart. */
const NEAR_S = 5;

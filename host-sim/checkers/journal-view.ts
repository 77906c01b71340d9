/**
 * Hands on the container's records on the truth's time scale, sorted by the kit that they are
 * about. A record's own clock is its boot and uptime; when that boot was, the truth knows. Kit
 * numbers can pass on to a later kit, so a record is about the kit that had its number then.
 */
import type { DecodedRecord } from '../backend/record-types.js';
import type { Finding, Truth } from './input.js';

/** A record with its time, seconds since the journey began. */
export interface TimedRecord {
  readonly atS: number;
  readonly record: DecodedRecord;
}

/** What the journal says of one kit, from its KIT record on. */
export interface KitRecords {
  readonly number: number;
  readonly packed: TimedRecord;
  readonly records: TimedRecord[];
}

export interface JournalView {
  readonly all: readonly TimedRecord[];
  readonly kits: readonly KitRecords[];
  readonly findings: readonly Finding[];
  /** Numbers of readings that were summed up, and which of those readings each may have been. */
  readonly maybe?: ReadonlyMap<number, readonly TimedRecord[]>;
}

/** A field that the record must have. */
export function field({ record }: TimedRecord, name: string): number {
  const value = record.fields[name];
  if (value !== undefined) return value;
  throw new Error(`Record ${record.sequence} (${record.type}) has no field ${name}`);
}

/** Reads the journal against the boots of the truth. */
export function journalView(truth: Truth, records: readonly DecodedRecord[]): JournalView {
  const boots = truth.entries.filter((entry) => entry.kind === 'boot').map(({ atS }) => atS);
  const findings: Finding[] = [];
  const all: TimedRecord[] = [];
  const current = new Map<number, KitRecords>();
  const kits: KitRecords[] = [];
  const strange = new Set<number>();
  const first = records[0]?.sequence ?? 0;
  if (first !== 1) {
    const message = `the journal begins with record ${first}, expected all from 1 on`;
    findings.push({ about: 'reading', kit: null, atS: null, message });
  }
  for (const record of records) {
    const bootAtS = boots[record.boot - 1];
    if (bootAtS === undefined) {
      if (strange.has(record.boot)) continue;
      strange.add(record.boot);
      const message = `boot ${record.boot} of record ${record.sequence} never happened`;
      findings.push({ about: 'reading', kit: null, atS: null, message });
      continue;
    }
    const timed = { atS: bootAtS + record.uptimeS, record };
    all.push(timed);
    const number = record.fields['kit'];
    if (number === undefined || number < 0 || record.type === 'slot') continue;
    if (record.type === 'kit') {
      const kit: KitRecords = { number, packed: timed, records: [] };
      current.set(number, kit);
      kits.push(kit);
    } else if (record.type !== 'command') current.get(number)?.records.push(timed);
  }
  return { all, kits, findings };
}

/** The longest that packing may take from putting a kit into its slot to its KIT record. */
export const PACKING_S = 3600;

/**
 * What the container wrote of a kit that was packed into `slot` at `packedAtS`, and before another
 * one was at `untilS`.
 */
export function recordedAt(
  view: JournalView,
  slot: number,
  packedAtS: number,
  untilS: number,
  slackS: number,
): KitRecords | undefined {
  const lastS = Math.min(packedAtS + PACKING_S, Math.max(packedAtS, untilS - slackS));
  return view.kits.find(
    ({ packed }) =>
      field(packed, 'slot') === slot && packed.atS >= packedAtS - slackS && packed.atS <= lastS,
  );
}

/** How far a container's clock may run away from the true one: 100 parts in a million. */
const DRIFT_SHARE = 1e-4;
const ROUNDING_S = 2;

/** Seconds by which a record's time may be off, `uptimeS` after its boot. */
export function clockSlackS(uptimeS: number): number {
  return ROUNDING_S + uptimeS * DRIFT_SHARE;
}

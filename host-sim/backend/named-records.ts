/**
 * Hands on records by name from the container's record buffers: codes of types become names, fields
 * get theirs from the schema. Also those that a KEPT record holds, at their own number.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  decodeCanonical,
  READING_HUMIDITY,
  READING_TEMPERATURE,
  RecordBuffer,
} from '../../firmware/core/record/record.js';
import { RECORD_SCHEMAS } from '../../firmware/core/record/fields.js';
import { RECORD } from '../../firmware/core/record/schema.js';
import { TEMPERATURE_ABSENT } from '../../firmware/core/units.js';
import type { RecordName } from './record-types.js';
import type { TimedRecord } from './wall-times.js';

/** A record of a journal with that many probes, by the names of its schema. */
export function toNamed(record: RecordBuffer, probeCount: number): Omit<TimedRecord, 'boot'> {
  const schema = RECORD_SCHEMAS[record.type]!;
  const base = {
    sequence: record.sequence,
    uptimeS: record.uptimeS,
    type: schema.name as RecordName,
    tail: record.tail.slice(0, record.tailLength),
  };
  if (record.type !== RECORD.reading) {
    const fields: Record<string, number> = {};
    schema.fields.forEach(([name], i) => (fields[name] = record.fields[i]!));
    return { ...base, fields };
  }
  const temperaturesCentiC: (number | null)[] = [];
  for (let probe = 0; probe < probeCount; probe++) {
    const value = record.fields[READING_TEMPERATURE + probe]!;
    temperaturesCentiC.push(value === TEMPERATURE_ABSENT ? null : value);
  }
  const fields = { humidityPermille: record.fields[READING_HUMIDITY]! };
  return { ...base, fields, temperaturesCentiC };
}

/** Records at their own place, and those that were kept from thinned segments, by number. */
export function withKept(own: readonly TimedRecord[], problems: string[]): TimedRecord[] {
  const bySequence = new Map<number, TimedRecord>();
  for (const record of own) bySequence.set(record.sequence, record);
  for (const record of own) {
    if (record.type !== 'kept') continue;
    const kept = keptRecord(record);
    const before = kept && bySequence.get(kept.sequence);
    if (kept === undefined || !(before === undefined || isSame(before, kept))) {
      const what = kept === undefined ? 'no record' : `another record ${kept.sequence}`;
      problems.push(`record ${record.sequence} (kept): holds ${what}, expected one that was kept`);
    } else if (before === undefined) bySequence.set(kept.sequence, kept);
  }
  return [...bySequence.values()].sort((a, b) => a.sequence - b.sequence);
}

/** The record in a KEPT record; undefined when there is none, or one that is never kept. */
function keptRecord(around: TimedRecord): TimedRecord | undefined {
  const record = new RecordBuffer();
  if (decodeCanonical(around.tail, 0, around.tail.length, 1, record) < 0) return undefined;
  if (record.type === RECORD.reading || record.type === RECORD.kept) return undefined;
  record.sequence = around.fields['sequence']!;
  const boot = around.fields['bootCount']!;
  return { ...toNamed(record, 1), boot, keptAt: around.sequence };
}

function isSame(a: TimedRecord, b: TimedRecord): boolean {
  return isDeepStrictEqual({ ...a, keptAt: 0 }, { ...b, keptAt: 0 });
}

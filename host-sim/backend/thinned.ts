/**
 * Hands on what THINNED records say: which readings were given up for room, summed up how, and
 * whether a hole between two segments is bridged by them. What was no reading was stored anew under
 * its own number, so that a bridged range lacks readings and nothing else; that is counted here.
 */
import { SHA256_DIGEST_BYTES } from '../../firmware/core/sha256.js';
import { HUMIDITY_ABSENT, TEMPERATURE_ABSENT } from '../../firmware/core/units.js';
import { type DecodedRecord, fieldOf } from './record-types.js';

/** A record, whatever its wall time. */
type Untimed = Omit<DecodedRecord, 'wallS'>;

/** Least, greatest and mean of what was read, in the unit of the single values. */
export interface ThinnedValues {
  readonly minimum: number;
  readonly maximum: number;
  /** Rounded to the nearest integer, half away from zero. */
  readonly mean: number;
}

/** One THINNED record. */
export interface ThinnedRange {
  readonly record: Untimed;
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** Boot of the readings, and the uptimes of the first and the last of them. */
  readonly boot: number;
  readonly firstUptimeS: number;
  readonly lastUptimeS: number;
  readonly readingCount: number;
  /** KEPT records among them: what was in them was stored anew, under the number it always had. */
  readonly keptCount: number;
  /** Chain hash after `lastSequence`. */
  readonly chainHash: Uint8Array;
  /** By probe, centi-°C; null for one that gave nothing. */
  readonly temperatures: readonly (ThinnedValues | null)[];
  /** Per mille. */
  readonly humidity: ThinnedValues | null;
}

const VALUE_BYTES = 6;

/** What a THINNED record says; throws an Error that names it when its tail is none of one. */
export function thinnedRange(record: Untimed): ThinnedRange {
  const { tail } = record;
  const channels = (tail.length - SHA256_DIGEST_BYTES) / VALUE_BYTES;
  if (!Number.isInteger(channels) || channels < 2) {
    throw new Error(
      `Record ${record.sequence} (thinned) has a tail of ${tail.length} bytes, expected a hash ` +
        `and ${VALUE_BYTES} for each probe and humidity`,
    );
  }
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  const valuesOf = (channel: number, absent: number): ThinnedValues | null => {
    const at = SHA256_DIGEST_BYTES + VALUE_BYTES * channel;
    const value = (index: number): number => view.getInt16(at + 2 * index, true);
    if (value(0) === absent) return null;
    return { minimum: value(0), maximum: value(1), mean: value(2) };
  };
  const probes = Array.from({ length: channels - 1 }, (_, probe) => probe);
  return {
    record,
    firstSequence: fieldOf(record, 'firstSequence'),
    lastSequence: fieldOf(record, 'lastSequence'),
    boot: fieldOf(record, 'bootCount'),
    firstUptimeS: fieldOf(record, 'firstUptimeS'),
    lastUptimeS: fieldOf(record, 'lastUptimeS'),
    readingCount: fieldOf(record, 'readingCount'),
    keptCount: fieldOf(record, 'keptCount'),
    chainHash: tail.subarray(0, SHA256_DIGEST_BYTES),
    temperatures: probes.map((probe) => valuesOf(probe, TEMPERATURE_ABSENT)),
    humidity: valuesOf(channels - 1, HUMIDITY_ABSENT),
  };
}

/** All ranges that were thinned, in order. */
export function thinnedRanges(records: readonly Untimed[]): ThinnedRange[] {
  return records
    .filter(({ type }) => type === 'thinned')
    .map(thinnedRange)
    .sort((a, b) => a.firstSequence - b.firstSequence);
}

/**
 * The ranges of which readings are gone: a thinned segment may still be there, and of one that was
 * handed over before it was thinned the first part is.
 */
export function goneRanges(records: readonly Untimed[]): ThinnedRange[] {
  const ranges = thinnedRanges(records);
  if (ranges.length === 0) return ranges;
  const readings = records.filter(({ type }) => type === 'reading');
  return ranges.filter(({ firstSequence, lastSequence, readingCount }) => {
    const held = readings.filter(
      ({ sequence }) => firstSequence <= sequence && sequence <= lastSequence,
    );
    return held.length < readingCount;
  });
}

/** The wall time of an uptime in a boot, by the records of that boot up to a sequence number. */
export function wallSAt(
  records: readonly DecodedRecord[],
  { boot, firstSequence }: ThinnedRange,
  uptimeS: number,
): number | null {
  const timed = records.filter((record) => record.boot === boot && record.wallS !== null);
  const near = timed.filter(({ sequence }) => sequence <= firstSequence).at(-1) ?? timed[0];
  return near === undefined ? null : near.wallS! + uptimeS - near.uptimeS;
}

/** A hole in the numbers, and the chain hash that what follows it goes on from. */
export interface Hole {
  readonly fromSequence: number;
  readonly toSequence: number;
  readonly chainBefore: Uint8Array;
}

/**
 * Why the THINNED records among `records` do not bridge a hole; undefined when they do: they follow
 * one another without a gap, every record in them that is no reading is there, and the last one
 * ends with the chain hash that the next segment goes on from.
 */
export function bridgeProblem(records: readonly Untimed[], hole: Hole): string | undefined {
  const { fromSequence, toSequence, chainBefore } = hole;
  const ranges = thinnedRanges(records).filter(({ lastSequence }) => lastSequence <= toSequence);
  let next = fromSequence;
  let last: ThinnedRange | undefined;
  while (next <= toSequence) {
    last = ranges.find((range) => range.firstSequence <= next && next <= range.lastSequence);
    if (last === undefined) {
      const later = ranges.find(({ firstSequence }) => firstSequence > next);
      const end = later === undefined ? toSequence : later.firstSequence - 1;
      return `Records ${next} to ${end} are missing`;
    }
    const problem = countProblem(records, last);
    if (problem !== undefined) return problem;
    next = last.lastSequence + 1;
  }
  if (last === undefined || Buffer.compare(last.chainHash, chainBefore) === 0) return undefined;
  return (
    `Record ${last.record.sequence} says that the chain hash after record ${toSequence} is ` +
    `${hex(last.chainHash)}, the segment behind it follows ${hex(chainBefore)}`
  );
}

/** Every number of a thinned range is that of a reading, of a record kept, or counted somewhere. */
function countProblem(records: readonly Untimed[], range: ThinnedRange): string | undefined {
  const { firstSequence, lastSequence, readingCount, keptCount } = range;
  let told = readingCount + keptCount;
  for (const record of records) {
    if (record.sequence < firstSequence || record.sequence > lastSequence) continue;
    if (record.type !== 'reading' && record.type !== 'kept') told++;
    if (record.type === 'lost') told += fieldOf(record, 'count');
  }
  const count = lastSequence - firstSequence + 1;
  if (told === count) return undefined;
  return (
    `Records ${firstSequence} to ${lastSequence} are summed up as ${readingCount} readings, with ` +
    `them ${told} are told of, expected ${count}`
  );
}

function hex(hash: Uint8Array): string {
  return Buffer.from(hash).toString('hex', 0, 6);
}

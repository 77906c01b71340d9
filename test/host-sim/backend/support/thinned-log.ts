/**
 * Journals made by hand of which readings were summed up: THINNED records with any numbers, and the
 * records that a decoder would be left with.
 */
import type { DecodedRecord } from '../../../../host-sim/backend/record-types.js';
import type { LogBuilder } from './fixtures.js';

export type Numbers = readonly [least: number, greatest: number, mean: number] | null;

export interface ThinnedParts {
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly boot?: number;
  readonly firstUptimeS?: number;
  readonly lastUptimeS?: number;
  readonly readingCount: number;
  readonly keptCount?: number;
  readonly chainHash?: Uint8Array;
  /** One for each probe. */
  readonly temperatures?: readonly Numbers[];
  readonly humidity?: Numbers;
}

/** Fields and tail of a THINNED record, as FORMAT.md §7 has them. */
export function thinnedParts(parts: ThinnedParts) {
  const { chainHash = new Uint8Array(32), temperatures = [[1, 2, 1]], humidity = null } = parts;
  const tail = Buffer.alloc(32 + 6 * (temperatures.length + 1));
  tail.set(chainHash);
  [...temperatures, humidity].forEach((numbers, channel) => {
    const absent = channel === temperatures.length ? -1 : -32768;
    [0, 1, 2].forEach((i) => tail.writeInt16LE(numbers?.[i] ?? absent, 32 + 6 * channel + 2 * i));
  });
  const { firstSequence, lastSequence, readingCount } = parts;
  const fields = {
    firstSequence,
    lastSequence,
    bootCount: parts.boot ?? 1,
    firstUptimeS: parts.firstUptimeS ?? 0,
    lastUptimeS: parts.lastUptimeS ?? 0,
    readingCount,
    keptCount: parts.keptCount ?? 0,
  };
  return { fields, tail: Uint8Array.from(tail) };
}

/** Sums up the readings from one number to another, and answers the records without them. */
export function thinOut(
  log: Pick<LogBuilder, 'records' | 'add'>,
  first: number,
  last: number,
): DecodedRecord[] {
  const isIn = ({ sequence, type }: DecodedRecord) =>
    type === 'reading' && first <= sequence && sequence <= last;
  const readings = log.records.filter(isIn);
  const numbersOf = (values: readonly (number | null | undefined)[]): Numbers => {
    const known = values.filter((value) => typeof value === 'number');
    if (known.length === 0) return null;
    const mean = known.reduce((a, b) => a + b) / known.length;
    return [Math.min(...known), Math.max(...known), Math.sign(mean) * Math.round(Math.abs(mean))];
  };
  const probes = Array.from(readings[0]?.temperaturesCentiC ?? [], (_, probe) => probe);
  const humidities = readings.map(({ fields }) => fields['humidityPermille']!);
  log.add(
    'thinned',
    thinnedParts({
      firstSequence: first,
      lastSequence: last,
      boot: readings[0]!.boot,
      firstUptimeS: readings[0]!.uptimeS,
      lastUptimeS: readings.at(-1)!.uptimeS,
      readingCount: readings.length,
      temperatures: probes.map((probe) =>
        numbersOf(readings.map(({ temperaturesCentiC }) => temperaturesCentiC?.[probe])),
      ),
      humidity: numbersOf(humidities.filter((value) => value !== -1)),
    }),
  );
  return log.records.filter((record) => !isIn(record));
}

/** Records of a journal as a log that grows: what is added gets the next number. */
export function growing(records: DecodedRecord[]): Pick<LogBuilder, 'records' | 'add'> {
  return {
    records,
    add(type, { fields = {}, tail = new Uint8Array(0) } = {}) {
      const { sequence, boot, uptimeS, wallS } = records.at(-1)!;
      const record = { sequence: sequence + 1, boot, uptimeS, wallS, type, fields, tail };
      records.push(record);
      return record;
    },
  };
}

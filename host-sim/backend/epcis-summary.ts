/**
 * Hands on what the probes measured, as one summary for each stay and set of probes: from one
 * change to the next of the kits aboard, of the place, of the UTC day, or of whether the container
 * summed readings up itself (epcis-thinned.ts), least, greatest and mean temperature of the probes
 * that stand for the same slots, for the kits in those slots, and humidity where there is any. The
 * single readings stay in the signed journal; who needs them asks for it by the records that the
 * summary names.
 */
import { HUMIDITY_ABSENT } from '../../firmware/core/units.js';
import { toDigitalLink } from './digital-link.js';
import { type EventFrame, type TimedRecord, centi, wordUri } from './epcis-frame.js';
import type { SensorReport, UnnamedEvent } from './epcis-types.js';
import { bitsOf } from './reason-facts.js';
import { fieldOf, isoOfWallS } from './record-types.js';
import type { ThinnedValues } from './thinned.js';

const DAY_S = 86400;

/** A kit that is in a slot. */
export interface Aboard {
  readonly sgtin: string;
  readonly slot: number;
}

/** Least, greatest and sum of integers. */
class Extent {
  minimum = Infinity;
  maximum = -Infinity;
  count = 0;
  #sum = 0;

  add(value: number): void {
    this.minimum = Math.min(this.minimum, value);
    this.maximum = Math.max(this.maximum, value);
    this.#sum += value;
    this.count++;
  }

  /** Rounded to the integer that is nearest. */
  get mean(): number {
    return Math.round(this.#sum / this.count);
  }
}

/** The summary of one set of probes while it grows. */
class ProbeSet {
  /** Bit p for probe p; 0 for all, where the journal does not say which are whose. */
  readonly mask: number;
  readonly sgtins: readonly string[];
  first: TimedRecord | undefined;
  last: TimedRecord | undefined;
  readingCount = 0;
  readonly temperature = new Extent();
  readonly humidity = new Extent();

  constructor(mask: number, sgtins: readonly string[]) {
    this.mask = mask;
    this.sgtins = sgtins;
  }

  add(record: TimedRecord): void {
    const values = (record.temperaturesCentiC ?? []).filter((value, probe): value is number => {
      return value !== null && (this.mask === 0 || ((this.mask >>> probe) & 1) === 1);
    });
    if (values.length === 0) return;
    for (const value of values) this.temperature.add(value);
    this.first ??= record;
    this.last = record;
    this.readingCount++;
    const humidity = fieldOf(record, 'humidityPermille');
    if (humidity !== HUMIDITY_ABSENT) this.humidity.add(humidity);
  }
}

export class StaySummary {
  readonly #frame: EventFrame;
  #slotProbes: Uint8Array = new Uint8Array(0);
  #sets: readonly ProbeSet[] | undefined;
  #last: TimedRecord | undefined;

  constructor(frame: EventFrame) {
    this.#frame = frame;
  }

  /** From here on entry s says which probes stand for slot s, as bits; answers what ends. */
  configure(slotProbes: Uint8Array): UnnamedEvent[] {
    if (Buffer.compare(slotProbes, this.#slotProbes) === 0) return [];
    const finished = this.finish();
    this.#slotProbes = slotProbes;
    return finished;
  }

  /** Adds a reading; answers the summaries of the day before when a new day has begun. */
  add(record: TimedRecord, kits: readonly Aboard[]): UnnamedEvent[] {
    const isNewDay = this.#last !== undefined && dayOf(record) !== dayOf(this.#last);
    const finished = isNewDay ? this.finish() : [];
    if (kits.length === 0) return finished; // an empty container keeps nothing cold
    this.#sets ??= this.#setsOf(kits);
    this.#last = record;
    for (const set of this.#sets) set.add(record);
    return finished;
  }

  /** The summaries of what was added since the last ones, of sets that measured anything. */
  finish(): UnnamedEvent[] {
    const sets = this.#sets ?? [];
    this.#sets = this.#last = undefined;
    return sets.flatMap((set) => {
      const { first, last } = set;
      return first === undefined || last === undefined ? [] : [this.#event(set, first, last)];
    });
  }

  #setsOf(kits: readonly Aboard[]): ProbeSet[] {
    const sgtins = new Map<number, string[]>();
    for (const { sgtin, slot } of kits) {
      const mask = this.#slotProbes[slot] ?? 0;
      sgtins.set(mask, [...(sgtins.get(mask) ?? []), sgtin]);
    }
    return [...sgtins].map(([mask, own]) => new ProbeSet(mask, own));
  }

  #event(set: ProbeSet, first: TimedRecord, last: TimedRecord): UnnamedEvent {
    const startTime = isoOfWallS(first.wallS);
    const endTime = isoOfWallS(last.wallS);
    return this.#frame.event(
      last,
      {
        type: 'ObjectEvent',
        epcList: [this.#frame.containerUri, ...set.sgtins.map(toDigitalLink)],
        action: 'OBSERVE',
        bizStep: 'sensor_reporting',
        sensorElementList: [
          {
            sensorMetadata: {
              ...(startTime < endTime ? { startTime, endTime } : { time: endTime }),
              deviceID: this.#frame.loggerUri,
              dataProcessingMethod: wordUri('method', methodOf(set.mask)),
            },
            sensorReport: reportsOf(set.temperature, set.humidity),
          },
        ],
      },
      {
        'plasma:readingCount': set.readingCount,
        'plasma:firstRecordId': this.#frame.recordUri(first.sequence),
      },
    );
  }
}

/** "probes-0-and-1", counted from 0 as in records. */
function methodOf(mask: number): string {
  return mask === 0 ? 'all-probes' : `probes-${bitsOf(mask).join('-and-')}`;
}

function reportsOf(temperature: Extent, humidity: Extent): SensorReport[] {
  const reports = [temperatureReport(temperature)];
  return humidity.count === 0 ? reports : [...reports, humidityReport(humidity)];
}

/** From centi-°C. */
export function temperatureReport({ minimum, maximum, mean }: ThinnedValues): SensorReport {
  return {
    type: 'Temperature',
    minValue: centi(minimum),
    maxValue: centi(maximum),
    meanValue: centi(mean),
    uom: 'CEL',
  };
}

/** From per mille. */
export function humidityReport({ minimum, maximum, mean }: ThinnedValues): SensorReport {
  return {
    type: 'RelativeHumidity',
    minValue: minimum / 10,
    maxValue: maximum / 10,
    meanValue: mean / 10,
    uom: 'P1',
  };
}

function dayOf(record: TimedRecord): number {
  return Math.floor(record.wallS / DAY_S);
}

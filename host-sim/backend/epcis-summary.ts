/**
 * Hands on what the probes measured, as one summary per stay: from one change to the next of the
 * kits aboard, of the place, or of the UTC day, least, greatest and mean temperature over all
 * probes, and humidity where there is any. The single readings stay in the signed journal; who
 * needs them asks for it by the records that the summary names.
 */
import { HUMIDITY_ABSENT } from '../../firmware/core/units.js';
import { toDigitalLink } from './digital-link.js';
import { type EventFrame, type TimedRecord, centi, wordUri } from './epcis-frame.js';
import type { SensorReport, UnnamedEvent } from './epcis-types.js';
import { fieldOf } from './kit-fold.js';
import { isoOfWallS } from './record-types.js';

const DAY_S = 86400;

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

export class StaySummary {
  readonly #frame: EventFrame;
  #first: TimedRecord | undefined;
  #last: TimedRecord | undefined;
  #readingCount = 0;
  #sgtins: readonly string[] = [];
  #temperature = new Extent();
  #humidity = new Extent();

  constructor(frame: EventFrame) {
    this.#frame = frame;
  }

  /** Adds a reading; answers the summary of the day before when a new day has begun. */
  add(record: TimedRecord, sgtins: readonly string[]): UnnamedEvent | undefined {
    const isNewDay = this.#last !== undefined && dayOf(record) !== dayOf(this.#last);
    const finished = isNewDay ? this.finish() : undefined;
    if (sgtins.length === 0) return finished; // an empty container keeps nothing cold
    this.#sgtins = sgtins;
    this.#first ??= record;
    this.#last = record;
    this.#readingCount++;
    for (const value of record.temperaturesCentiC ?? []) {
      if (value !== null) this.#temperature.add(value);
    }
    const humidity = fieldOf(record, 'humidityPermille');
    if (humidity !== HUMIDITY_ABSENT) this.#humidity.add(humidity);
    return finished;
  }

  /** The summary of what was added since the last one; undefined when no probe gave anything. */
  finish(): UnnamedEvent | undefined {
    const [first, last] = [this.#first, this.#last];
    const [temperature, humidity] = [this.#temperature, this.#humidity];
    const readingCount = this.#readingCount;
    this.#first = this.#last = undefined;
    this.#readingCount = 0;
    this.#temperature = new Extent();
    this.#humidity = new Extent();
    if (first === undefined || last === undefined || temperature.count === 0) return undefined;
    const startTime = isoOfWallS(first.wallS);
    const endTime = isoOfWallS(last.wallS);
    return this.#frame.event(
      last,
      {
        type: 'ObjectEvent',
        epcList: [this.#frame.containerUri, ...this.#sgtins.map(toDigitalLink)],
        action: 'OBSERVE',
        bizStep: 'sensor_reporting',
        sensorElementList: [
          {
            sensorMetadata: {
              ...(startTime < endTime ? { startTime, endTime } : { time: endTime }),
              deviceID: this.#frame.loggerUri,
              dataProcessingMethod: wordUri('method', 'all-probes'),
            },
            sensorReport: reportsOf(temperature, humidity),
          },
        ],
      },
      {
        'plasma:readingCount': readingCount,
        'plasma:firstRecordId': this.#frame.recordUri(first.sequence),
      },
    );
  }
}

function reportsOf(temperature: Extent, humidity: Extent): SensorReport[] {
  const reports: SensorReport[] = [
    {
      type: 'Temperature',
      minValue: centi(temperature.minimum),
      maxValue: centi(temperature.maximum),
      meanValue: centi(temperature.mean),
      uom: 'CEL',
    },
  ];
  if (humidity.count === 0) return reports;
  const percent = (permille: number): number => permille / 10;
  reports.push({
    type: 'RelativeHumidity',
    minValue: percent(humidity.minimum),
    maxValue: percent(humidity.maximum),
    meanValue: percent(humidity.mean),
    uom: 'P1',
  });
  return reports;
}

function dayOf(record: TimedRecord): number {
  return Math.floor(record.wallS / DAY_S);
}

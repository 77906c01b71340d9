/**
 * Hands on the ranges that the container summed up itself, for want of room, as events of their
 * own: least, greatest and mean of each probe from the first of the readings to the last, so that
 * nobody takes them for silence. The record that they come from is the THINNED one. A kit that was
 * aboard for a part of the range only is named as such: what was measured may be of the rest.
 */
import { toDigitalLink } from './digital-link.js';
import { type EventFrame, wordUri } from './epcis-frame.js';
import {
  type Aboard,
  type StaySummary,
  humidityReport,
  temperatureReport,
} from './epcis-summary.js';
import type { SensorElement, SensorReport, UnnamedEvent } from './epcis-types.js';
import { bitsOf } from './reason-facts.js';
import { type DecodedRecord, isoOfWallS } from './record-types.js';
import { type ThinnedRange, goneRanges, wallSAt } from './thinned.js';

/** What holds at one record: who is aboard, which probes stand for which slot, where it is. */
export interface Situation {
  readonly aboard: readonly Aboard[];
  readonly slotProbes: Uint8Array;
  readonly place: string | undefined;
}

/** Kits that have their probes in common; mask 0 is all probes. */
interface ProbeSet {
  readonly mask: number;
  readonly sgtins: readonly string[];
  readonly partlyAboard?: readonly string[];
}

export class ThinnedEvents {
  /** Ranges whose boot had no clock: they have no time, hence no event. */
  readonly untimed: ThinnedRange[] = [];
  readonly #frame: EventFrame;
  readonly #records: readonly DecodedRecord[];
  /** Those that are not passed yet, in order. */
  readonly #ranges: ThinnedRange[];
  /** What held within the first of them, as far as it is read; empty before it. */
  #situations: Situation[] = [];

  constructor(frame: EventFrame, records: readonly DecodedRecord[]) {
    this.#frame = frame;
    this.#records = records;
    this.#ranges = goneRanges(records);
  }

  /**
   * Before the record of that number: ends the summary of single readings where a range begins or
   * ends, and answers the events of ranges that are over.
   */
  reach(sequence: number, now: Situation, summary: StaySummary): UnnamedEvent[] {
    const events: UnnamedEvent[] = [];
    for (let range = this.#ranges[0]; range !== undefined; range = this.#ranges[0]) {
      if (sequence < range.firstSequence) break;
      if (this.#situations.length === 0) {
        events.push(...summary.finish());
        this.#situations.push(now);
      }
      if (sequence <= range.lastSequence) break;
      events.push(...summary.finish(), ...this.#eventsOf(range));
      this.#ranges.shift();
      this.#situations = [];
    }
    return events;
  }

  /** After a record: within a range, what holds from there on. */
  see(now: Situation): void {
    const before = this.#situations.at(-1);
    if (before === undefined) return;
    const isSame =
      before.aboard === now.aboard &&
      before.place === now.place &&
      Buffer.compare(before.slotProbes, now.slotProbes) === 0;
    if (!isSame) this.#situations.push(now);
  }

  #eventsOf(range: ThinnedRange): UnnamedEvent[] {
    const fromS = wallSAt(this.#records, range, range.firstUptimeS);
    const toS = wallSAt(this.#records, range, range.lastUptimeS);
    if (fromS === null || toS === null) {
      this.untimed.push(range);
      return [];
    }
    const { place } = this.#frame;
    const hasMoved = this.#situations.some((one) => one.place !== place);
    if (hasMoved) this.#frame.place = undefined; // where which reading was taken is not known
    const events = setsOf(this.#situations).flatMap((set) => this.#event(range, set, fromS, toS));
    this.#frame.place = place;
    return events;
  }

  #event(range: ThinnedRange, set: ProbeSet, fromS: number, toS: number): UnnamedEvent[] {
    const frame = this.#frame;
    const [startTime, endTime] = [isoOfWallS(fromS), isoOfWallS(toS)];
    const element = (method: string, report: SensorReport): SensorElement => ({
      sensorMetadata: {
        ...(startTime < endTime ? { startTime, endTime } : { time: endTime }),
        deviceID: frame.loggerUri,
        dataProcessingMethod: wordUri('method', `${method}-summed-up`),
      },
      sensorReport: [report],
    });
    const elements = range.temperatures.flatMap((values, probe) => {
      if (values === null || !(set.mask === 0 || bitsOf(set.mask).includes(probe))) return [];
      return [element(`probes-${probe}`, temperatureReport(values))];
    });
    if (elements.length === 0) return [];
    const { humidity } = range;
    if (humidity !== null) elements.push(element('humidity', humidityReport(humidity)));
    const event = frame.event(
      { ...range.record, wallS: toS },
      {
        type: 'ObjectEvent',
        epcList: [frame.containerUri, ...set.sgtins.map(toDigitalLink)],
        action: 'OBSERVE',
        bizStep: 'sensor_reporting',
        sensorElementList: elements,
      },
      {
        'plasma:readingCount': range.readingCount,
        'plasma:firstRecordId': frame.recordUri(range.firstSequence),
        'plasma:lastRecordId': frame.recordUri(range.lastSequence),
        'plasma:partlyAboard': set.partlyAboard?.map(toDigitalLink),
      },
    );
    return [event];
  }
}

/** By their probes the kits that were aboard all the time; then those that were for a part. */
function setsOf(situations: readonly Situation[]): ProbeSet[] {
  const masks = situations.map(({ aboard, slotProbes }) => {
    return new Map(aboard.map(({ sgtin, slot }) => [sgtin, slotProbes[slot] ?? 0]));
  });
  const sgtins = new Map<number, string[]>();
  const partlyAboard: string[] = [];
  for (const sgtin of new Set(masks.flatMap((one) => [...one.keys()]))) {
    const mask = masks[0]?.get(sgtin);
    const isWhole = mask !== undefined && masks.every((one) => one.get(sgtin) === mask);
    if (isWhole) sgtins.set(mask, [...(sgtins.get(mask) ?? []), sgtin]);
    else partlyAboard.push(sgtin);
  }
  const sets: ProbeSet[] = [...sgtins].map(([mask, own]) => ({ mask, sgtins: own }));
  return partlyAboard.length === 0 ? sets : [...sets, { mask: 0, sgtins: [], partlyAboard }];
}

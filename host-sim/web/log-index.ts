/**
 * Reads a decoded log once and hands on what every part of the report asks for: when a record was
 * written, which kit a number meant at that time (numbers are used again), which profile it was
 * judged by, and the names that people use for kits, zones and places.
 */
import { KitFold, type KitLife } from '../backend/kit-fold.js';
import type { Profile } from '../backend/profile.js';
import type { DecodedRecord } from '../backend/record-types.js';
import { type ThinnedRange, goneRanges } from '../backend/thinned.js';
import { identityOf, tailText } from './format.js';
import type { ReportMoment } from './report-types.js';

/** What the container is built with, from its CONFIG record. */
export interface LogConfig {
  readonly samplePeriodS: number;
  readonly probeCount: number;
  readonly slotCount: number;
  readonly isHardware: boolean;
  /** Bit p of entry s: probe p stands for slot s. */
  readonly slotProbes: Uint8Array;
}

export class LogIndex {
  readonly records: readonly DecodedRecord[];
  /** All but readings and battery: few, while readings are many. */
  readonly events: readonly DecodedRecord[];
  readonly kits: KitFold;
  /** What is left of readings that the container summed up, in order. */
  readonly thinned: readonly ThinnedRange[];
  readonly config: LogConfig | undefined;
  readonly #bySequence: ReadonlyMap<number, DecodedRecord>;
  /** Profiles that the log names and that are at hand, in the order of their naming. */
  readonly profiles: readonly Profile[];
  readonly #placeNames: ReadonlyMap<string, string>;

  constructor(
    records: readonly DecodedRecord[],
    profiles: readonly Profile[],
    placeNames: ReadonlyMap<string, string>,
    kits: KitFold = new KitFold(records),
  ) {
    this.records = records;
    this.events = records.filter(({ type }) => type !== 'reading' && type !== 'power');
    this.#bySequence = new Map(records.map((record) => [record.sequence, record]));
    this.#placeNames = placeNames;
    this.kits = kits;
    this.thinned = goneRanges(records);
    this.config = configOf(this.events);
    this.profiles = profilesAboard(this.events, profiles);
  }

  /** The record and its time; a sequence outside the log has no time. */
  moment(sequence: number): ReportMoment {
    return { sequence, wallS: this.#bySequence.get(sequence)?.wallS ?? null };
  }

  record(sequence: number): DecodedRecord | undefined {
    return this.#bySequence.get(sequence);
  }

  /** The profile that a kit was packed under, when it is at hand. */
  profile(life: KitLife | undefined): Profile | undefined {
    const hash = life?.profileHash;
    return hash && this.profiles.find((profile) => Buffer.compare(profile.hash, hash) === 0);
  }

  /** "label, warm" for zone 0 of a kit's profile; its number where the profile is not at hand. */
  zoneName(life: KitLife | undefined, zone: number): string {
    return this.profile(life)?.source.zones[zone]?.name ?? `zone ${zone}`;
  }

  /** The name that people gave to a GLN, else the GLN as printed. */
  placeName(gln: Uint8Array | string): string {
    const canonical = typeof gln === 'string' ? gln : tailText(gln);
    return this.#placeNames.get(canonical) ?? identityOf(canonical);
  }
}

/** "Kit 1" for number 0: people count from one. */
export function kitName(kit: number): string {
  return `Kit ${kit + 1}`;
}

export function slotName(slot: number): string {
  return `slot ${slot + 1}`;
}

/** Index of the last element that fits, or -1. */
export function lastIndexOf<T>(list: readonly T[], fits: (element: T) => boolean): number {
  for (let i = list.length - 1; i >= 0; i--) if (fits(list[i]!)) return i;
  return -1;
}

function configOf(records: readonly DecodedRecord[]): LogConfig | undefined {
  const record = records[lastIndexOf(records, ({ type }) => type === 'config')];
  if (record === undefined) return undefined;
  const { samplePeriodS = 0, probeCount = 0, slotCount = 0, isHardware = 0 } = record.fields;
  const slotProbes = record.tail;
  return { samplePeriodS, probeCount, slotCount, isHardware: isHardware === 1, slotProbes };
}

/** Those that the log names and that are at hand, in the order of their first naming. */
function profilesAboard(
  records: readonly DecodedRecord[],
  profiles: readonly Profile[],
): Profile[] {
  const named = records.flatMap(({ type, tail }) => {
    if (type !== 'profile') return [];
    return profiles.filter(({ hash }) => Buffer.compare(hash, tail) === 0);
  });
  return [...new Set(named)];
}

/**
 * Reads a decoded log once and hands on what every part of the report asks for: when a record was
 * written, which kit a number meant at that time (numbers are used again), which profile it was
 * judged by, and the names that people use for kits, zones and places.
 */
import { type PackingList, decodePackingList } from '../backend/packing-list.js';
import type { Profile } from '../backend/profile.js';
import type { DecodedRecord } from '../backend/record-types.js';
import { identityOf, tailText } from './format.js';
import type { ReportMoment } from './report-types.js';

/** One kit from being packed until its number is given to another. */
export interface KitLife {
  readonly kit: number;
  /** Canonical SGTIN, '' when the packing list cannot be read. */
  readonly sgtin: string;
  readonly fromSequence: number;
  /** Infinity for the last that has the number. */
  readonly toSequence: number;
  readonly slot: number;
  readonly profileIndex: number;
  readonly expiryWallS: number;
  readonly packingList: PackingList | undefined;
}

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
  readonly lives: readonly KitLife[];
  readonly config: LogConfig | undefined;
  readonly #bySequence: ReadonlyMap<number, DecodedRecord>;
  readonly #profiles: ReadonlyMap<number, Profile>;
  readonly #placeNames: ReadonlyMap<string, string>;

  constructor(
    records: readonly DecodedRecord[],
    profiles: readonly Profile[],
    placeNames: ReadonlyMap<string, string>,
  ) {
    this.records = records;
    this.events = records.filter(({ type }) => type !== 'reading' && type !== 'power');
    this.#bySequence = new Map(records.map((record) => [record.sequence, record]));
    this.#placeNames = placeNames;
    this.lives = kitLives(this.events);
    this.config = configOf(this.events);
    this.#profiles = profilesAboard(this.events, profiles);
  }

  /** The record and its time; a sequence outside the log has no time. */
  moment(sequence: number): ReportMoment {
    return { sequence, wallS: this.#bySequence.get(sequence)?.wallS ?? null };
  }

  record(sequence: number): DecodedRecord | undefined {
    return this.#bySequence.get(sequence);
  }

  /** Whom a kit's number meant when a record was written. */
  life(kit: number, sequence: number): KitLife | undefined {
    const isMeant = (life: KitLife): boolean =>
      life.kit === kit && life.fromSequence <= sequence && sequence < life.toSequence;
    return this.lives.find(isMeant);
  }

  profile(life: KitLife | undefined): Profile | undefined {
    return life === undefined ? undefined : this.#profiles.get(life.profileIndex);
  }

  /** Profiles that the log names and that are at hand, in the order of their numbers. */
  get profiles(): readonly Profile[] {
    return [...this.#profiles.values()];
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

function kitLives(records: readonly DecodedRecord[]): KitLife[] {
  const lives: KitLife[] = [];
  for (const record of records) {
    if (record.type !== 'kit') continue;
    const kit = record.fields['kit'] ?? 0;
    const packingList = readPackingList(record.tail);
    const sgtin = packingList?.sgtin ?? '';
    const before = lastIndexOf(lives, (life) => life.kit === kit);
    if (before >= 0) lives[before] = { ...lives[before]!, toSequence: record.sequence };
    lives.push({
      kit,
      sgtin,
      fromSequence: record.sequence,
      toSequence: Infinity,
      slot: record.fields['slot'] ?? 0,
      profileIndex: record.fields['profile'] ?? 0,
      expiryWallS: record.fields['expiryWallS'] ?? 0,
      packingList,
    });
  }
  return lives;
}

function readPackingList(bytes: Uint8Array): PackingList | undefined {
  try {
    return decodePackingList(bytes);
  } catch {
    return undefined; // shown as a kit without contents; the raw bytes stand in the log
  }
}

function configOf(records: readonly DecodedRecord[]): LogConfig | undefined {
  const record = records[lastIndexOf(records, ({ type }) => type === 'config')];
  if (record === undefined) return undefined;
  const { samplePeriodS = 0, probeCount = 0, slotCount = 0, isHardware = 0 } = record.fields;
  const slotProbes = record.tail;
  return { samplePeriodS, probeCount, slotCount, isHardware: isHardware === 1, slotProbes };
}

function profilesAboard(
  records: readonly DecodedRecord[],
  profiles: readonly Profile[],
): Map<number, Profile> {
  const aboard = new Map<number, Profile>();
  for (const { type, fields, tail } of records) {
    if (type !== 'profile') continue;
    const known = profiles.find(({ hash }) => Buffer.compare(hash, tail) === 0);
    if (known !== undefined) aboard.set(fields['profile'] ?? 0, known);
  }
  return aboard;
}

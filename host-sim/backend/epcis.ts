/**
 * Hands on a journal as an EPCIS 2.0 document (JSON-LD): kits commissioned and packed, what was
 * done with them, summaries of what was measured, excursions, shocks, lid, places, verdicts. Events
 * are named by their CBV hash, so that mapping the same journal again gives the same events. What
 * cannot be mapped (records of a boot without a clock) is listed, never given an invented time.
 */
import { COMMAND, EXCURSION_PHASE } from '../../firmware/core/record/schema.js';
import { EventFrame, type JournalIdentity, type TimedRecord } from './epcis-frame.js';
import { eventHashId } from './epcis-hash.js';
import { custodyEvents, packingEvents, verdictEvent } from './epcis-kit-events.js';
import { eventFindings } from './epcis-rules.js';
import { excursionEvent, lidEvent, shockEvent } from './epcis-sensor-events.js';
import { movementEvent, movementOf } from './epcis-sensor-events.js';
import { type Aboard, StaySummary } from './epcis-summary.js';
import { type Situation, ThinnedEvents } from './epcis-thinned.js';
import { EPCIS_CONTEXT, type EpcisDocument, type EpcisEvent } from './epcis-types.js';
import { PREFIXES, type UnnamedEvent } from './epcis-types.js';
import { KitFold, type KitLife } from './kit-fold.js';
import type { ProfileLibrary } from './profile.js';
import { type DecodedLog, type DecodedRecord, type RecordName } from './record-types.js';
import { fieldOf, isoOfWallS } from './record-types.js';

export interface EpcisOptions {
  /** Canonical "8003…" of the container. */
  readonly grai: string;
  /** Canonical "8004…" of its logger. */
  readonly giai: string;
  readonly profiles: ProfileLibrary;
  /** The fold of the same log, where it is made already. */
  readonly kits?: KitFold;
}

/** A record that should be an event and is none. */
export interface UnmappedRecord {
  readonly sequence: number;
  readonly type: RecordName;
  readonly why: string;
}

export interface EpcisResult {
  readonly document: EpcisDocument;
  readonly unmapped: readonly UnmappedRecord[];
}

/** The types of record that become events. */
const MAPPED: readonly RecordName[] = [
  'reading',
  'lid',
  'custody',
  'dock',
  'place',
  'shock',
  'excursion',
  'verdict',
  'kit',
];

const NO_CLOCK = 'its boot had no clock';

/** Maps a journal; throws when an event breaks a rule of the standard, which is a mistake here. */
export function epcisDocument(log: DecodedLog, options: EpcisOptions): EpcisResult {
  const mapping = new Mapping(log, options);
  for (const record of log.records) mapping.apply(record);
  mapping.finish();
  const eventList = mapping.events.map(nameEvent);
  const lastTime = eventList.reduce((last, { eventTime }) => {
    return eventTime > last ? eventTime : last;
  }, isoOfWallS(0));
  const document: EpcisDocument = {
    '@context': [EPCIS_CONTEXT, PREFIXES],
    type: 'EPCISDocument',
    schemaVersion: '2.0',
    creationDate: lastTime, // that of the newest evidence, so that the same journal gives the same
    epcisBody: { eventList },
  };
  return { document, unmapped: mapping.unmapped };
}

function nameEvent(unnamed: UnnamedEvent): EpcisEvent {
  const event: EpcisEvent = { ...unnamed, eventID: eventHashId(unnamed) };
  const findings = eventFindings(event);
  if (findings.length > 0) {
    throw new Error(`EPCIS event of ${String(event['plasma:recordId'])}: ${findings.join('; ')}`);
  }
  return event;
}

class Mapping {
  readonly events: UnnamedEvent[] = [];
  readonly unmapped: UnmappedRecord[] = [];
  readonly #frame: EventFrame;
  readonly #summary: StaySummary;
  readonly #thinned: ThinnedEvents;
  readonly #kits: KitFold;
  #aboard: readonly Aboard[] = [];
  #slotProbes: Uint8Array = new Uint8Array(0);
  readonly #staff: ReadonlyMap<number, Uint8Array>;
  readonly #hasPlaces: boolean;

  constructor(log: DecodedLog, { grai, giai, profiles, kits }: EpcisOptions) {
    const identity: JournalIdentity = { grai, giai, epoch: log.epoch };
    this.#frame = new EventFrame(identity, profiles, log.records);
    this.#summary = new StaySummary(this.#frame);
    this.#thinned = new ThinnedEvents(this.#frame, log.records);
    this.#kits = kits ?? new KitFold(log.records);
    this.#staff = packingStaff(log.records);
    this.#hasPlaces = log.records.some(
      ({ type, fields }) => type === 'place' && fields['kind'] !== 0,
    );
  }

  apply(record: DecodedRecord): void {
    this.#reach(record.sequence);
    this.#applyOne(record);
    this.#thinned.see(this.#now);
  }

  finish(): void {
    this.#reach(Infinity);
    this.#add(...this.#summary.finish());
    for (const { record } of this.#thinned.untimed) this.#leaveOut(record, NO_CLOCK);
  }

  get #now(): Situation {
    return { aboard: this.#aboard, slotProbes: this.#slotProbes, place: this.#frame.place };
  }

  #reach(sequence: number): void {
    this.#add(...this.#thinned.reach(sequence, this.#now, this.#summary));
  }

  #applyOne(record: DecodedRecord): void {
    if (record.type === 'config') {
      this.#add(...this.#summary.configure(record.tail));
      this.#slotProbes = record.tail;
    }
    if (record.type === 'kit' || record.type === 'custody') {
      this.#aboard = aboardAfter(this.#kits, record.sequence);
    }
    if (!MAPPED.includes(record.type)) return;
    const { wallS } = record;
    if (wallS === null) this.#leaveOut(record, NO_CLOCK);
    else this.#map({ ...record, wallS });
  }

  #map(record: TimedRecord): void {
    const frame = this.#frame;
    const kit = this.#kits.lifeAt(record.fields['kit'] ?? -1, record.sequence);
    switch (record.type) {
      case 'reading':
        this.#add(...this.#summary.add(record, this.#aboard));
        return;
      case 'kit':
        this.#add(...this.#summary.finish());
        if (kit === undefined) return this.#leaveOut(record, 'its packing list cannot be read');
        this.#add(...packingEvents(frame, record, kit, this.#staff.get(record.sequence)));
        return;
      case 'lid':
        this.#add(lidEvent(frame, record));
        return;
      case 'shock':
        this.#add(shockEvent(frame, record, this.#aboard, this.#kits.whereabouts));
        return;
      case 'dock':
      case 'place':
        this.#move(record);
        return;
      default:
        if (kit !== undefined) this.#mapKit(record, kit);
        else this.#leaveOut(record, 'the kit that it names was not packed in this journal');
    }
  }

  /** What only brings the numbers of the same excursion or verdict up to date is no event. */
  #mapKit(record: TimedRecord, kit: KitLife): void {
    const frame = this.#frame;
    const before = record.sequence - 1;
    if (record.type === 'verdict') {
      if (kit.isRepeated(record)) return;
      const verdict = kit.verdictWordAt(before);
      const wasUsable = verdict === undefined ? undefined : verdict === 'usable';
      this.#add(verdictEvent(frame, record, kit, wasUsable));
    } else if (record.type === 'excursion') {
      if (fieldOf(record, 'phase') === EXCURSION_PHASE.update) return;
      this.#add(excursionEvent(frame, record, kit, this.#kits.whereabouts));
    } else {
      const custody = kit.custodyAt(before);
      if (custody !== kit.custodyAt(record.sequence)) this.#add(...this.#summary.finish());
      this.#add(...custodyEvents(frame, record, kit, custody));
    }
  }

  /** A container that departs is still at its place in that event, and nowhere after it. */
  #move(record: TimedRecord): void {
    const movement = movementOf(record, this.#hasPlaces);
    if (movement === undefined) return;
    this.#add(...this.#summary.finish());
    this.#frame.place = movement.place ?? this.#frame.place;
    this.#add(movementEvent(this.#frame, record, movement));
    if (!movement.isArrival) this.#frame.place = undefined;
  }

  #leaveOut({ sequence, type }: Pick<DecodedRecord, 'sequence' | 'type'>, why: string): void {
    this.unmapped.push({ sequence, type, why });
  }

  #add(...events: readonly (UnnamedEvent | undefined)[]): void {
    for (const event of events) if (event !== undefined) this.events.push(event);
  }
}

function aboardAfter(kits: KitFold, sequence: number): Aboard[] {
  return kits.aboardAt(sequence).map((kit) => ({ sgtin: kit.sgtin, slot: kit.slotAt(sequence)! }));
}

/** Who packed: the kit's record is followed by that of the command, which names its signer. */
function packingStaff(records: readonly DecodedRecord[]): Map<number, Uint8Array> {
  const staff = new Map<number, Uint8Array>();
  const open = new Map<number, number>();
  for (const record of records) {
    if (record.type === 'kit') open.set(fieldOf(record, 'kit'), record.sequence);
    if (record.type !== 'command' || fieldOf(record, 'code') !== COMMAND.pack) continue;
    const packed = open.get(fieldOf(record, 'kit'));
    if (packed === undefined || record.tail.length === 0) continue;
    staff.set(packed, record.tail);
    open.delete(fieldOf(record, 'kit'));
  }
  return staff;
}

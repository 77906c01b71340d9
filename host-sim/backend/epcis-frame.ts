/**
 * Hands on what all events of one journal share: who made them, how a record becomes a time and a
 * name, where the container is. Every event carries the record that it was made from, so that it
 * can be traced back to the signed journal.
 */
import { toDigitalLink } from './digital-link.js';
import type { EventBody, ExtensionValue, Extensions, UnnamedEvent } from './epcis-types.js';
import { NAMESPACE, identityText } from './identity.js';
import type { KitLife } from './kit-fold.js';
import type { Profile, ProfileLibrary } from './profile.js';
import { reasonFacts } from './reason-facts.js';
import { type DecodedRecord, isoOfWallS } from './record-types.js';

/** A record whose time is known; only such become events. */
export type TimedRecord = DecodedRecord & { readonly wallS: number };

export interface JournalIdentity {
  /** Canonical "8003…" of the container. */
  readonly grai: string;
  /** Canonical "8004…" of its logger. */
  readonly giai: string;
  readonly epoch: number;
}

type Body = Omit<EventBody, 'eventTime' | 'eventTimeZoneOffset' | 'readPoint' | 'bizLocation'>;

export class EventFrame {
  readonly containerUri: string;
  readonly loggerUri: string;
  readonly #identity: JournalIdentity;
  readonly #profiles: ProfileLibrary;
  readonly #bySequence: ReadonlyMap<number, DecodedRecord>;
  /** Digital Link of the place where the container is. */
  place: string | undefined;

  constructor(
    identity: JournalIdentity,
    profiles: ProfileLibrary,
    records: readonly DecodedRecord[],
  ) {
    this.#identity = identity;
    this.#profiles = profiles;
    this.containerUri = toDigitalLink(identity.grai);
    this.loggerUri = toDigitalLink(identity.giai);
    this.#bySequence = new Map(records.map((record) => [record.sequence, record]));
  }

  /** An event of a record, where the container is now; `sensorTime` may be later. */
  event(
    record: TimedRecord,
    body: Body,
    extensions: Readonly<Record<string, ExtensionValue | undefined>> = {},
    sensorTime = '',
  ): UnnamedEvent {
    const time = isoOfWallS(record.wallS);
    const place = this.place === undefined ? undefined : { id: this.place };
    const known = Object.entries(extensions).filter(([, value]) => value !== undefined);
    const { type, ...rest } = body;
    return {
      type,
      eventTime: sensorTime > time ? sensorTime : time,
      eventTimeZoneOffset: '+00:00',
      ...rest,
      ...(place === undefined ? {} : { readPoint: place, bizLocation: place }),
      ...(Object.fromEntries(known) as Extensions),
      'plasma:recordId': this.recordUri(record.sequence),
    };
  }

  /** The URI of a record; one path segment, so that nothing takes it for a Digital Link. */
  recordUri(sequence: number): string {
    const giai = encodeURIComponent(this.#identity.giai.slice(4));
    return `${NAMESPACE}record/${giai}.${this.#identity.epoch}.${sequence}`;
  }

  /** Another record, when it is in the journal. */
  record(sequence: number | null): DecodedRecord | undefined {
    return sequence === null ? undefined : this.#bySequence.get(sequence);
  }

  /** The time of another record, when it has one. */
  timeOf(sequence: number | null): string | undefined {
    const wallS = this.record(sequence)?.wallS ?? null;
    return wallS === null ? undefined : isoOfWallS(wallS);
  }

  profileOf(kit: KitLife): Profile | undefined {
    return kit.profileHash && this.#profiles.byHash(kit.profileHash);
  }

  /** The URI of a kit's profile, named by id and the first bytes of its hash. */
  profileUri(kit: KitLife): string {
    const hash = Buffer.from(kit.profileHash ?? []).toString('hex', 0, 4);
    return `${NAMESPACE}profile/${this.profileOf(kit)?.id ?? 'unknown'}.${hash}`;
  }

  /** The URI of one rule of a kit's profile. */
  ruleUri(kit: KitLife, reason: number): string {
    return `${this.profileUri(kit)}.${reasonFacts(reason).code}`;
  }
}

/** A word of our own as a URI: bare, tools might take it for one of CBV's. */
export function wordUri(kind: string, word: string): string {
  return `${NAMESPACE}${kind}/${word}`;
}

/** The Digital Link of identity bytes, or undefined when they are none. */
export function linkOf(bytes: Uint8Array): string | undefined {
  try {
    return toDigitalLink(identityText(bytes));
  } catch {
    return undefined;
  }
}

/** Centi-units as the number with two decimals that they mean. */
export function centi(value: number): number {
  return Math.round(value) / 100;
}

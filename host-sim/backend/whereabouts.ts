/**
 * Hands on where the container was at any record, as far as its journal knows: at a place that a
 * dock proved, or under way with the last plausible position, between the last place and the next.
 * Made once of a log's PLACE and DOCK records, the latter where it has no arrivals of its own.
 * How old the knowledge is stands beside it; a position that is marked as implausible or does not
 * say how sure it is, is none. It invents nothing between two positions.
 */
import { PLACE_KIND, PLACE_SOURCE } from '../../firmware/core/record/schema.js';
import { identityText } from './identity.js';
import { type DecodedRecord, fieldOf } from './record-types.js';

export type PlaceSourceWord = keyof typeof PLACE_SOURCE;

export interface Position {
  /** Degrees, WGS 84. */
  readonly latitude: number;
  readonly longitude: number;
}

export interface Whereabouts {
  /** Canonical GLN of the place where it was; null under way and where nothing is known. */
  readonly place: string | null;
  /** Of the place, where it is known, else the last one under way. */
  readonly fix: Position | null;
  /** What the knowledge comes from; null without any. */
  readonly source: PlaceSourceWord | null;
  /** Of the position; null without one. */
  readonly uncertaintyM: number | null;
  /** How old the knowledge was, 0 in contact with the dock; null where no clock can tell. */
  readonly ageS: number | null;
  /** Canonical GLN of the last place before; null at a place. */
  readonly before: string | null;
  /** Canonical GLN of the next place that the journal tells of; null at a place. */
  readonly after: string | null;
}

const COORDINATE_ABSENT = -2147483648;
const UNCERTAINTY_UNKNOWN = 65535;

type Known = Pick<Whereabouts, 'fix' | 'source' | 'uncertaintyM'>;
const NOTHING: Known = { fix: null, source: null, uncertaintyM: null };

/** What holds from a record on. */
interface State extends Known {
  readonly sequence: number;
  readonly place: string | null;
  readonly before: string | null;
  /** The record as of which it is known; undefined while it is known anew all the time. */
  readonly asOf: DecodedRecord | undefined;
}

export class WhereaboutsIndex {
  readonly #records: readonly DecodedRecord[];
  /** In order; only where something changes. */
  readonly #states: State[] = [];
  /** Where it arrives, in order. */
  readonly #arrivals: { readonly sequence: number; readonly place: string }[] = [];
  readonly #hasPlaces: boolean;

  /** `records` in the order of their numbers. */
  constructor(records: readonly DecodedRecord[]) {
    this.#records = records;
    this.#hasPlaces = records.some((one) => {
      return one.type === 'place' && fieldOf(one, 'kind') !== PLACE_KIND.fix;
    });
    records.forEach((record, i) => {
      if (record.type === 'place') this.#applyPlace(record);
      else if (record.type === 'dock') this.#applyDock(record);
      else if (record.type === 'boot') this.#applyBoot(i);
    });
  }

  /** Where the container was when a record was written. */
  at(sequence: number): Whereabouts {
    const state = lastUpTo(this.#states, sequence);
    const after = this.#arrivals.find((arrival) => arrival.sequence > sequence)?.place ?? null;
    if (state === undefined) return { place: null, ...NOTHING, ageS: null, before: null, after };
    const { place, fix, source, uncertaintyM, before } = state;
    const ageS = source === null ? null : this.#age(state, sequence);
    const around = place === null ? { before, after } : { before: null, after: null };
    return { place, fix, source, uncertaintyM, ageS, ...around };
  }

  /** Seconds by the boot's own time, else by the wall clock. */
  #age({ asOf }: State, sequence: number): number | null {
    if (asOf === undefined) return 0;
    const now = lastUpTo(this.#records, sequence);
    if (now === undefined) return null;
    if (now.boot === asOf.boot) return Math.max(0, now.uptimeS - asOf.uptimeS);
    if (now.wallS === null || asOf.wallS === null) return null;
    return Math.max(0, now.wallS - asOf.wallS);
  }

  get #now(): Omit<State, 'sequence'> {
    return this.#states.at(-1) ?? { place: null, before: null, asOf: undefined, ...NOTHING };
  }

  #applyPlace(record: DecodedRecord): void {
    const kind = fieldOf(record, 'kind');
    const known = knownOf(record);
    const isNamed = record.tail.length > 0;
    if (kind === PLACE_KIND.arrived && isNamed) this.#arrive(record, known);
    else if (kind === PLACE_KIND.departed) this.#depart(record, known);
    else if (known !== undefined) this.#see(record, known);
  }

  #arrive({ sequence, tail }: DecodedRecord, known = NOTHING): void {
    const place = identityText(tail);
    this.#arrivals.push({ sequence, place });
    const state = { ...known, source: known.source ?? 'dock' };
    this.#states.push({ sequence, place, before: null, asOf: undefined, ...state });
  }

  /** Until there is a fix it is known as of the place that it left. */
  #depart(record: DecodedRecord, known = NOTHING): void {
    const { place, before, asOf } = this.#now;
    const named = record.tail.length > 0 ? identityText(record.tail) : place;
    const isByFix = known.source === 'gnss' || known.source === 'cell';
    this.#states.push({
      sequence: record.sequence,
      place: null,
      before: named ?? before,
      asOf: isByFix ? record : (asOf ?? record),
      ...(known.fix === null ? { ...NOTHING, source: 'dock' } : known),
    });
  }

  /** A fix: with the dock's id it is the position of that place. */
  #see(record: DecodedRecord, known: Known): void {
    const { sequence } = record;
    const { place, before, asOf } = this.#now;
    if (place === null) this.#states.push({ sequence, place, before, asOf: record, ...known });
    else if (record.tail.length > 0) {
      this.#states.push({ sequence, place, before, asOf, ...known, source: 'dock' });
    }
  }

  /** Contact is lost with the dock's id; without one it had been lost before this boot. */
  #applyDock(record: DecodedRecord): void {
    const { place } = this.#now;
    const isHere = place !== null && place === identityText(record.tail);
    const isDocked = fieldOf(record, 'docked') === 1;
    if (!this.#hasPlaces && isDocked && !isHere) this.#arrive(record);
    else if (!this.#hasPlaces && !isDocked) this.#depart(record);
    else if (isHere) this.#contact(record, isDocked ? undefined : record);
  }

  /** If contact did not outlive the power, all is known as of the last record before. */
  #applyBoot(i: number): void {
    const { place, asOf } = this.#now;
    const [last, boot] = [this.#records[i - 1], this.#records[i]!];
    if (place === null || asOf !== undefined || last === undefined) return;
    const next = this.#records.find(({ type }, k) => k > i && type === 'dock');
    const isLost = next?.boot === boot.boot && next.tail.length === 0;
    if (isLost) this.#contact(boot, last);
  }

  #contact({ sequence }: DecodedRecord, asOf: DecodedRecord | undefined): void {
    this.#states.push({ ...this.#now, sequence, asOf });
  }
}

/** The position of a record; undefined where it has none that can be relied upon. */
function knownOf(record: DecodedRecord): Known | undefined {
  const latitude = fieldOf(record, 'latitudeMicroDeg');
  const longitude = fieldOf(record, 'longitudeMicroDeg');
  const uncertaintyM = fieldOf(record, 'uncertaintyM');
  const isAbsent = latitude === COORDINATE_ABSENT || longitude === COORDINATE_ABSENT;
  if (isAbsent || uncertaintyM === UNCERTAINTY_UNKNOWN) return undefined;
  const fix = { latitude: latitude / 1e6, longitude: longitude / 1e6 };
  return { fix, source: sourceOf(fieldOf(record, 'source')), uncertaintyM };
}

function sourceOf(code: number): PlaceSourceWord | null {
  const words = Object.keys(PLACE_SOURCE) as PlaceSourceWord[];
  return words.find((word) => PLACE_SOURCE[word] === code) ?? null;
}

/** The last of a list in order that is not behind a sequence number, by bisection. */
function lastUpTo<T extends { readonly sequence: number }>(
  list: readonly T[],
  sequence: number,
): T | undefined {
  let low = 0;
  for (let high = list.length; low < high;) {
    const middle = (low + high) >> 1;
    if (list[middle]!.sequence <= sequence) low = middle + 1;
    else high = middle;
  }
  return list[low - 1];
}

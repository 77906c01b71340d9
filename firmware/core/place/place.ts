/**
 * Hands on place events from the dock's id, position fixes and time: where the container arrived,
 * that it departed, and every fix. A container has arrived when a dock that the roles know tells
 * its id (the caller asks the roles), and has departed when another dock does, after five minutes
 * without contact, or when a fix is further from the place than both uncertainties and 200 m. A
 * fix that would need more than 100 m/s is kept, marked by PLACE_UNCERTAINTY_UNKNOWN, and moves
 * nothing. State is in the caller's words and bytes; all zero means nowhere known.
 */
import { copy, equal, getI32, getU16 } from '../bytes.js';
import { FAULT } from '../faults.js';
import { FIX_LAYOUT } from '../ports.js';
import { PLACE_KIND, PLACE_SOURCE } from '../record/schema.js';
import { LATITUDE_MICRODEG_MAX, LONGITUDE_MICRODEG_MAX, distanceM } from './distance.js';

/** Words of a place event, in the order of the place record; the id is the tracker's `id`. */
export const PLACE_EVENT = Object.freeze({
  kind: 0, // PLACE_KIND
  source: 1, // PLACE_SOURCE
  latitudeMicroDeg: 2, // COORDINATE_ABSENT when not known
  longitudeMicroDeg: 3,
  uncertaintyM: 4, // 0..65534, PLACE_UNCERTAINTY_UNKNOWN
  idLength: 5, // bytes of the dock's id; 0 for a fix, unless it is taken as the dock's position
} as const);
export const PLACE_EVENT_WORDS = 6;

export const PLACE_UNCERTAINTY_UNKNOWN = 65535;
/** A coordinate that is not known; no position has this value. */
export const COORDINATE_ABSENT = -2147483648;
/** Longest dock id: a GLN with its extension, 414 + 13 digits + 254 + 20 (GS1 GenSpecs §3.7). */
export const PLACE_ID_BYTES = 39;

const S = Object.freeze({
  isAt: 0, // 1 while the container is at the place that `id` names
  isDocked: 1,
  idLength: 2,
  isUndockedTimed: 3, // UNDOCKED: whether undockedS holds a time of this boot, and which
  undockedS: 4,
  placeUncertaintyM: 5, // of its position, valid while isPlaceKnown is 1
  isPlaceKnown: 6,
  placeLatitude: 7,
  placeLongitude: 8,
  isFixKnown: 9, // 1 when the last plausible fix is of this boot
  fixS: 10,
  fixLatitude: 11,
  fixLongitude: 12,
  fixUncertaintyM: 13,
} as const);
export const PLACE_STATE_WORDS = 14;

const UNDOCKED = Object.freeze({
  untimed: 0,
  sinceBoot: 1, // no contact in this boot: it may have been carried off while the power was off
  sinceContact: 2,
} as const);

const UNDOCKED_S_MAX = 300; // shorter is loading or a look into the container
const MOVED_M = 200; // a base with its apron and parking
/** Faster than any helicopter; an ambulance aeroplane's fixes are marked, too. */
const SPEED_MPS_MAX = 100;
const PLAUSIBLE_S_MAX = 1000000; // after 12 days every place on Earth is within reach

/** Follows one container from place to place. */
export class PlaceTracker {
  /** Bytes of the dock's id that the last event speaks of. */
  readonly id: Uint8Array;
  private readonly state: Int32Array;

  /** `state` has PLACE_STATE_WORDS words, `id` PLACE_ID_BYTES; zero or as an earlier tracker's. */
  constructor(state: Int32Array, id: Uint8Array) {
    this.state = state;
    this.id = id;
  }

  /**
   * Takes the id of a known dock, as often as one likes while there is contact. 1: record `event`
   * and call again, as leaving one place and arriving at another are two events; 0: nothing new;
   * badLength for an id that cannot be.
   */
  dockSeen(uptimeS: number, id: Uint8Array, length: number, event: Int32Array): number {
    if (length < 1 || length > PLACE_ID_BYTES || length > id.length) return FAULT.badLength;
    if (this.tick(uptimeS, event) === 1) return 1;
    const state = this.state;
    if (state[S.isAt] === 1) {
      const isSame = state[S.idLength] === length && equal(this.id, 0, id, 0, length);
      if (!isSame) return this.departFromDock(event);
      state[S.isDocked] = 1;
      return 0;
    }
    copy(id, 0, this.id, 0, length);
    state[S.idLength] = length;
    state[S.isAt] = 1;
    state[S.isDocked] = 1;
    state[S.isPlaceKnown] = 0;
    return this.tell(event, PLACE_KIND.arrived, PLACE_SOURCE.dock);
  }

  /** Takes the loss of contact with the dock. */
  dockLost(uptimeS: number): void {
    const state = this.state;
    if (state[S.isDocked] === 0) return;
    state[S.isDocked] = 0;
    state[S.isUndockedTimed] = UNDOCKED.sinceContact;
    state[S.undockedS] = uptimeS;
  }

  /** Takes the time: 1 when the container has just departed, else 0. */
  tick(uptimeS: number, event: Int32Array): number {
    const state = this.state;
    if (state[S.isAt] === 0 || state[S.isDocked] === 1) return 0;
    if (state[S.isUndockedTimed] === UNDOCKED.untimed) {
      state[S.isUndockedTimed] = UNDOCKED.sinceBoot;
      state[S.undockedS] = uptimeS;
    }
    return uptimeS - state[S.undockedS]! >= UNDOCKED_S_MAX ? this.departFromDock(event) : 0;
  }

  /** Takes a fix in FIX_LAYOUT: 1 with the event to record, or malformed. */
  fix(uptimeS: number, bytes: Uint8Array, event: Int32Array): number {
    const source = bytes[FIX_LAYOUT.source];
    const latitude = getI32(bytes, FIX_LAYOUT.latitudeMicroDeg);
    const longitude = getI32(bytes, FIX_LAYOUT.longitudeMicroDeg);
    if (source !== PLACE_SOURCE.gnss && source !== PLACE_SOURCE.cell) return FAULT.malformed;
    if (!isWithin(latitude, LATITUDE_MICRODEG_MAX)) return FAULT.malformed;
    if (!isWithin(longitude, LONGITUDE_MICRODEG_MAX)) return FAULT.malformed;
    event[PLACE_EVENT.kind] = PLACE_KIND.fix;
    event[PLACE_EVENT.source] = source;
    event[PLACE_EVENT.latitudeMicroDeg] = latitude;
    event[PLACE_EVENT.longitudeMicroDeg] = longitude;
    event[PLACE_EVENT.uncertaintyM] = getU16(bytes, FIX_LAYOUT.uncertaintyM);
    event[PLACE_EVENT.idLength] = 0;
    if (event[PLACE_EVENT.uncertaintyM] === PLACE_UNCERTAINTY_UNKNOWN) return 1;
    if (this.isPlausible(uptimeS, event)) this.followFix(uptimeS, event);
    else event[PLACE_EVENT.uncertaintyM] = PLACE_UNCERTAINTY_UNKNOWN;
    return 1;
  }

  /** A new boot: times and fixes of the one before say nothing any more. */
  restart(): void {
    const state = this.state;
    state[S.isDocked] = 0;
    state[S.isUndockedTimed] = UNDOCKED.untimed;
    state[S.isFixKnown] = 0;
  }

  /** Applies an event of an earlier boot, with its id: where the container was then. */
  replay(event: Int32Array, id: Uint8Array): void {
    const state = this.state;
    const length = event[PLACE_EVENT.idLength]!;
    const kind = event[PLACE_EVENT.kind];
    this.restart();
    if (kind === PLACE_KIND.departed) {
      state[S.isAt] = 0;
    } else if (kind === PLACE_KIND.arrived) {
      copy(id, 0, this.id, 0, length);
      state[S.idLength] = length;
      state[S.isAt] = 1;
      state[S.isPlaceKnown] = 0;
    } else if (length > 0) {
      this.setPlace(event);
    }
  }

  private departFromDock(event: Int32Array): number {
    this.state[S.isAt] = 0;
    this.state[S.isDocked] = 0;
    return this.tell(event, PLACE_KIND.departed, PLACE_SOURCE.dock);
  }

  /** Writes an event about the place itself. */
  private tell(event: Int32Array, kind: number, source: number): number {
    const state = this.state;
    const isKnown = state[S.isPlaceKnown] === 1;
    event[PLACE_EVENT.kind] = kind;
    event[PLACE_EVENT.source] = source;
    event[PLACE_EVENT.latitudeMicroDeg] = isKnown ? state[S.placeLatitude]! : COORDINATE_ABSENT;
    event[PLACE_EVENT.longitudeMicroDeg] = isKnown ? state[S.placeLongitude]! : COORDINATE_ABSENT;
    event[PLACE_EVENT.uncertaintyM] = isKnown
      ? state[S.placeUncertaintyM]!
      : PLACE_UNCERTAINTY_UNKNOWN;
    event[PLACE_EVENT.idLength] = state[S.idLength]!;
    return 1;
  }

  /** Whether the container can have come here from the last plausible fix. */
  private isPlausible(uptimeS: number, event: Int32Array): boolean {
    const state = this.state;
    if (state[S.isFixKnown] === 0) return true;
    const passedS = uptimeS - state[S.fixS]! + 1; // both are rounded down to seconds
    if (passedS > PLAUSIBLE_S_MAX) return true;
    const wayM = distanceM(
      state[S.fixLatitude]!,
      state[S.fixLongitude]!,
      event[PLACE_EVENT.latitudeMicroDeg]!,
      event[PLACE_EVENT.longitudeMicroDeg]!,
    );
    const surplusM = wayM - state[S.fixUncertaintyM]! - event[PLACE_EVENT.uncertaintyM]!;
    return surplusM <= SPEED_MPS_MAX * passedS;
  }

  /** Takes a plausible fix as the place's position, as a departure, or as a fix under way. */
  private followFix(uptimeS: number, event: Int32Array): void {
    const state = this.state;
    const uncertaintyM = event[PLACE_EVENT.uncertaintyM]!;
    state[S.isFixKnown] = 1;
    state[S.fixS] = uptimeS;
    state[S.fixLatitude] = event[PLACE_EVENT.latitudeMicroDeg]!;
    state[S.fixLongitude] = event[PLACE_EVENT.longitudeMicroDeg]!;
    state[S.fixUncertaintyM] = uncertaintyM;
    if (state[S.isAt] === 0) return;
    const isDocked = state[S.isDocked] === 1;
    const isBetter = isDocked && uncertaintyM <= state[S.placeUncertaintyM]!;
    if (state[S.isPlaceKnown] === 0 || isBetter) {
      if (!isDocked && state[S.isUndockedTimed] !== UNDOCKED.sinceContact) return;
      this.setPlace(event);
      event[PLACE_EVENT.idLength] = state[S.idLength]!;
      return;
    }
    if (isDocked) return;
    const movedM = distanceM(
      state[S.placeLatitude]!,
      state[S.placeLongitude]!,
      state[S.fixLatitude]!,
      state[S.fixLongitude]!,
    );
    if (movedM <= state[S.placeUncertaintyM]! + uncertaintyM + MOVED_M) return;
    state[S.isAt] = 0;
    event[PLACE_EVENT.kind] = PLACE_KIND.departed;
    event[PLACE_EVENT.idLength] = state[S.idLength]!;
  }

  private setPlace(event: Int32Array): void {
    const state = this.state;
    state[S.isPlaceKnown] = 1;
    state[S.placeLatitude] = event[PLACE_EVENT.latitudeMicroDeg]!;
    state[S.placeLongitude] = event[PLACE_EVENT.longitudeMicroDeg]!;
    state[S.placeUncertaintyM] = event[PLACE_EVENT.uncertaintyM]!;
  }
}

function isWithin(value: number, limit: number): boolean {
  return value >= -limit && value <= limit;
}

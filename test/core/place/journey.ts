/**
 * A journey as the place tracker lives it: docks, fixes, time and power cuts in, what it told out.
 */
import assert from 'node:assert/strict';
import { distanceM } from '../../../firmware/core/place/distance.js';
import {
  COORDINATE_ABSENT,
  PLACE_EVENT,
  PLACE_EVENT_WORDS,
  PLACE_ID_BYTES,
  PLACE_STATE_WORDS,
  PlaceTracker,
} from '../../../firmware/core/place/place.js';
import { PLACE_KIND, PLACE_SOURCE } from '../../../firmware/core/record/schema.js';

export type Position = readonly [latitude: number, longitude: number];
export const LORENSKOG: Position = [59.9284, 10.9452]; // air ambulance base near Oslo
export const AL: Position = [60.6415, 8.5472];
export const TROMSO: Position = [69.6833, 18.9189];

/** What a tracker told, with coordinates in degrees. */
export interface Told {
  readonly kind: string;
  readonly id: string;
  readonly source: number;
  readonly position: Position | undefined;
  readonly uncertaintyM: number;
}

export class Journey {
  readonly event = new Int32Array(PLACE_EVENT_WORDS);
  readonly told: Told[] = [];
  readonly ids: Uint8Array[] = [];
  readonly events: Int32Array[] = [];
  state = new Int32Array(PLACE_STATE_WORDS);
  tracker = new PlaceTracker(this.state, new Uint8Array(PLACE_ID_BYTES));

  dock(uptimeS: number, id: string): this {
    const bytes = new TextEncoder().encode(id);
    while (this.tracker.dockSeen(uptimeS, bytes, bytes.length, this.event) === 1) this.note();
    return this;
  }
  lift(uptimeS: number): this {
    this.tracker.dockLost(uptimeS);
    return this;
  }
  wait(uptimeS: number): this {
    if (this.tracker.tick(uptimeS, this.event) === 1) this.note();
    return this;
  }
  fix(
    uptimeS: number,
    position: Position,
    uncertaintyM = 10,
    source: number = PLACE_SOURCE.gnss,
  ): this {
    const bytes = fixBytes(position, uncertaintyM, source);
    assert.equal(this.tracker.fix(uptimeS, bytes, this.event), 1);
    this.note();
    return this;
  }
  /** Goes on as after a power cut: a new tracker, told what was recorded. */
  reboot(): this {
    this.tracker = new PlaceTracker(
      new Int32Array(PLACE_STATE_WORDS),
      new Uint8Array(PLACE_ID_BYTES),
    );
    this.events.forEach((event, i) => this.tracker.replay(event, this.ids[i]!));
    return this;
  }
  get kinds(): string[] {
    return this.told.map(({ kind, id }) => (id === '' ? kind : `${kind} ${id}`));
  }

  private note(): void {
    const { event } = this;
    const kind = event[PLACE_EVENT.kind];
    const latitude = event[PLACE_EVENT.latitudeMicroDeg]!;
    const longitude = event[PLACE_EVENT.longitudeMicroDeg]!;
    const length = event[PLACE_EVENT.idLength];
    const id = this.tracker.id.slice(0, length);
    this.events.push(Int32Array.from(this.event));
    this.ids.push(id);
    this.told.push({
      kind: Object.entries(PLACE_KIND).find(([, code]) => code === kind)![0],
      id: new TextDecoder().decode(id),
      source: event[PLACE_EVENT.source]!,
      position: latitude === COORDINATE_ABSENT ? undefined : [latitude / 1e6, longitude / 1e6],
      uncertaintyM: event[PLACE_EVENT.uncertaintyM]!,
    });
  }
}

export function fixBytes([latitude, longitude]: Position, uncertaintyM: number, source: number) {
  const bytes = new Uint8Array(12);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, Math.round(latitude * 1e6), true);
  view.setInt32(4, Math.round(longitude * 1e6), true);
  view.setUint16(8, uncertaintyM, true);
  view.setUint8(10, source);
  return bytes;
}

/** A position so many metres east and north. */
export function moved([latitude, longitude]: Position, eastM: number, northM: number): Position {
  const cosine = Math.cos((latitude * Math.PI) / 180);
  return [latitude + northM / 111195, longitude + eastM / 111195 / cosine];
}

export function distanceOf(from: Position, to: Position): number {
  const [a, b, c, d] = [...from, ...to].map((deg) => Math.round(deg * 1e6));
  return distanceM(a!, b!, c!, d!);
}

/**
 * Hands on the words in which a journey is written once it is compiled: what changes in the world
 * at an instant, what people do, and what a dock is asked to do during a visit. Types and codes
 * only: the journey writes them, the world applies them.
 */
import type { Kit } from './kit-identity.js';
import type { Place } from './scenario-model.js';
import type { VehicleKind } from './scenario-schema.js';
import type { AmbientSpec } from './scenario-words.js';
import type { ShockBurst } from './shock.js';

/** What a dock does during a visit, in the order in which it comes up. */
export type DockTask = { readonly atMs: number } & (
  | { readonly kind: 'provision-time' | 'roles' | 'seal' | 'open' }
  | { readonly kind: 'profiles'; readonly ids: readonly string[] }
  | { readonly kind: 'pack'; readonly slot: number; readonly profileId: string; readonly kit: Kit }
  | { readonly kind: 'service'; readonly on: boolean }
  | {
      readonly kind: 'calibrate';
      readonly probes: readonly number[];
      /** The certificates' last day; default: as the container's calibrations say. */
      readonly until: string | undefined;
    }
  | { readonly kind: 'transfer'; readonly kit: Kit }
  | {
      readonly kind: 'decide';
      readonly kit: Kit;
      readonly decision: 'hold' | 'release' | 'discard';
      readonly by: 'quality' | 'backend';
    }
  /** A donation (canonical DIN) or a component's lot ("10" before it). */
  | { readonly kind: 'recall'; readonly order: { readonly din: string } | { readonly lot: string } }
  | {
      readonly kind: 'tell';
      readonly kit: Kit;
      readonly why: number;
      /** Milliseconds after the journey's start. */
      readonly mixedAtMs: number | undefined;
    }
);

/** A visit at a dock that goes on. */
export interface DockVisit {
  /** Canonical GLN, "414…". */
  readonly id: string;
  readonly place: Place;
  /** 1 for the journey's first visit. */
  readonly number: number;
  /** Grows during the visit, as people go on packing. */
  readonly tasks: readonly DockTask[];
}

/** A transport. */
export interface Leg {
  readonly from: Place;
  readonly to: Place;
  readonly by: VehicleKind;
  readonly startMs: number;
  readonly endMs: number;
  /** Air of the vehicle on this leg, where it is not as usual. */
  readonly ambient: AmbientSpec | undefined;
}

/** A container left somewhere: in air of its own, or in air that is led to a peak and back. */
export interface Stay {
  readonly where: string;
  readonly durationMs: number;
  readonly air: AmbientSpec | { readonly peakC: number };
}

/** Why a slot's switch changed. `scan`: a kit put back before, declared again at a dock. */
export type SlotCause = 'pack' | 'take' | 'putBack';

export type Change =
  | { readonly kind: 'lid'; readonly isOpen: boolean }
  | {
      readonly kind: 'slot';
      readonly slot: number;
      readonly isFilled: boolean;
      readonly cause: SlotCause;
      readonly kit: Kit;
    }
  | { readonly kind: 'scan'; readonly slot: number; readonly kit: Kit }
  | { readonly kind: 'press' | 'hold' | 'undock' }
  /** Nothing changes at the container: something was decided or told elsewhere. */
  | { readonly kind: 'said' }
  | { readonly kind: 'dock'; readonly place: Place }
  | { readonly kind: 'task'; readonly task: DockTask }
  | { readonly kind: 'depart'; readonly leg: Leg }
  | { readonly kind: 'arrive'; readonly place: Place }
  | { readonly kind: 'stay'; readonly stay: Stay | undefined }
  | { readonly kind: 'shock'; readonly make: () => ShockBurst }
  /** `reason` is a BOOT_REASON: why the next boot happens. */
  | { readonly kind: 'power'; readonly isOn: boolean; readonly reason: number }
  /** The RTC loses its time (`lost`), or is off by `byS` from now on. */
  | { readonly kind: 'clock'; readonly isLost: boolean; readonly byS: number };

/** Something a person did, for progress and reports. */
export interface Act {
  readonly atMs: number;
  /** The scenario's own word: open-lid, pack, take, leg, … */
  readonly what: string;
  readonly text: string;
  readonly kit?: string;
  readonly slot?: number;
}

export interface WorldEvent {
  readonly tMs: number;
  readonly change: Change;
  readonly act?: Act;
}

/** What a faulty probe shows. */
export const PROBE_FAULT = Object.freeze({
  none: 0,
  sentinel: 1,
  stuck: 2,
  'bus-error': 3,
  'bad-checksum': 4,
  silent: 5,
  jump: 6,
  drift: 7,
} as const);

/** A window of time in which a probe is faulty. */
export interface ProbeFaultWindow {
  readonly probe: number;
  readonly fromMs: number;
  readonly untilMs: number;
  /** A PROBE_FAULT. */
  readonly shows: number;
  /** °C: where it is stuck (undefined: at its last good value), how far off, or how far an hour. */
  readonly amountC: number | undefined;
}

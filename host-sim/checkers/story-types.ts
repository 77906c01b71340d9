/**
 * What a container could know of its world, as the checkers tell it to one another: spans of time,
 * outages, sampling instants, and each kit's story. Types only: stories.ts and storyteller.ts make
 * them, the checks read them.
 */
import type { Custody } from './codes.js';
import type { Rules, TruthEntry, TruthSetup } from './input.js';

export interface Span {
  readonly fromS: number;
  readonly toS: number;
}

/** A stay aboard. Between `fromS` and `surelyFromS` it may or may not count. */
export interface Stay extends Span {
  readonly surelyFromS: number;
}

/** `isSure` is false where the gesture leaves it open. */
export interface CustodyStep {
  readonly atS: number;
  readonly custody: Custody;
  readonly isSure: boolean;
}

export interface KitStory {
  readonly name: string;
  readonly slot: number;
  readonly rules: Rules;
  readonly expiryWallS: number;
  readonly packedAtS: number;
  readonly stays: readonly Stay[];
  readonly custody: readonly CustodyStep[];
  readonly mixedAtS: number | null;
  /** False where the button may have meant another kit. */
  readonly isMixSure: boolean;
  /** When it was put back, if it was not scanned since. */
  readonly returnedAtS: number | null;
  /** False when it was mixed or given up before: what a container makes of that is open. */
  readonly isReturnSure: boolean;
}

/** All probes at one sampling instant; undefined where a probe was not asked. */
export interface Instant {
  readonly atS: number;
  readonly byProbe: readonly (number | null | undefined)[];
}

export interface Outage extends Span {
  /** Whether a clock was set before and after, so that a container can tell how long it was. */
  readonly isMeasured: boolean;
}

export interface World {
  readonly setup: TruthSetup;
  readonly boots: readonly number[];
  readonly outages: readonly Outage[];
  /** The last instant at which the container had power. */
  readonly judgedS: number;
  readonly lidOpen: readonly Span[];
  /** With power and a clock. */
  readonly clockSet: readonly Span[];
  readonly instants: readonly Instant[];
  readonly shocks: readonly Extract<TruthEntry, { kind: 'shock' }>[];
  readonly stories: readonly KitStory[];
}

/**
 * Hands on what the probes truly measure, in °C, from the air around the container and the lid:
 *   ambient -> air inside (under the lid, probe 0) -> core (between the kits, the last probe)
 * Three first-order lags, in fixed steps that begin at whole multiples of STEP_MS whatever instants
 * are asked for, so that the truth does not depend on how often one looks. Between steps linear.
 * Costs a few additions per step and allocates nothing.
 */
import type { Ambient } from './ambient.js';
import { MINUTE_MS } from './time-text.js';

export const STEP_MS = 60_000;

/** Time constants of the box, in minutes. */
export interface Insulation {
  /** Air inside follows the air outside, lid closed. */
  readonly wallMinutes: number;
  /** Same, lid open. */
  readonly openMinutes: number;
  /** Air inside follows the core. */
  readonly contentMinutes: number;
  /** Core follows the air inside. */
  readonly coreMinutes: number;
}

/** What surrounds the box from an instant on, until the next condition. */
export interface Condition {
  readonly tMs: number;
  readonly ambient: Ambient;
  readonly lidOpen: boolean;
}

/** The box. Time only goes on: an earlier instant than the last one is an error. */
export class ThermalBox {
  private readonly conditions: readonly Condition[];
  private readonly wallShare: number;
  private readonly openShare: number;
  private readonly contentShare: number;
  private readonly coreShare: number;
  private ambient: Ambient;
  private lidOpen: boolean;
  private nextCondition = 1;
  private nextConditionMs: number;
  private stepStartMs = 0;
  private fromAirC: number;
  private fromCoreC: number;
  private toAirC = 0;
  private toCoreC = 0;

  /** `conditions` in order of time, the first at or before 0; `startC` undefined: as outside. */
  constructor(conditions: readonly Condition[], insulation: Insulation, startC?: number) {
    const first = conditions[0];
    if (first === undefined) throw new Error('A box needs one condition at least');
    this.conditions = conditions;
    this.ambient = first.ambient;
    this.lidOpen = first.lidOpen;
    this.nextConditionMs = conditions[1]?.tMs ?? Infinity;
    this.wallShare = share(insulation.wallMinutes);
    this.openShare = share(insulation.openMinutes);
    this.contentShare = share(insulation.contentMinutes);
    this.coreShare = share(insulation.coreMinutes);
    this.fromAirC = startC ?? this.ambient.at(0);
    this.fromCoreC = this.fromAirC;
    this.step();
  }

  /**
   * Temperature at an instant; `depth` 0 is under the lid, 1 the core. NaN while the surrounding
   * air is not known; after that the box begins anew, as warm as the air around it.
   */
  at(ms: number, depth: number): number {
    while (ms >= this.stepStartMs + STEP_MS) {
      this.stepStartMs += STEP_MS;
      this.fromAirC = this.toAirC;
      this.fromCoreC = this.toCoreC;
      this.step();
    }
    const since = (ms - this.stepStartMs) / STEP_MS;
    if (since < 0) throw new Error(`Box asked for ${ms} ms, expected >= ${this.stepStartMs} ms`);
    const airC = this.fromAirC + (this.toAirC - this.fromAirC) * since;
    const coreC = this.fromCoreC + (this.toCoreC - this.fromCoreC) * since;
    return airC + (coreC - airC) * depth;
  }

  /** Computes the end of the step that begins at `stepStartMs`. */
  private step(): void {
    while (this.stepStartMs >= this.nextConditionMs) this.takeCondition();
    const outsideC = this.ambient.at(this.stepStartMs);
    if (Number.isNaN(outsideC) || Number.isNaN(this.fromAirC)) {
      this.toAirC = outsideC; // NaN spreads at once, and the first known value ends it
      this.toCoreC = outsideC;
      return;
    }
    const wallShare = this.lidOpen ? this.openShare : this.wallShare;
    const inwardC = this.fromAirC - this.fromCoreC;
    this.toAirC =
      this.fromAirC + (outsideC - this.fromAirC) * wallShare - inwardC * this.contentShare;
    this.toCoreC = this.fromCoreC + inwardC * this.coreShare;
  }

  private takeCondition(): void {
    const condition = this.conditions[this.nextCondition]!;
    this.nextCondition += 1;
    this.ambient = condition.ambient;
    this.lidOpen = condition.lidOpen;
    this.nextConditionMs = this.conditions[this.nextCondition]?.tMs ?? Infinity;
  }
}

function share(minutes: number): number {
  return STEP_MS / (minutes * MINUTE_MS);
}

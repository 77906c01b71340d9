/**
 * Hands on what a scenario is once it is read: places, kits and identities made and checked, every
 * time resolved. Types only, so that whoever makes a scenario, compiles it into a journey or lives
 * in it knows the same thing without knowing each other.
 */
import type { ContainerIdentity, Kit } from './kit-identity.js';
import type {
  ActSpec,
  ContainerSpec,
  FaultSpec,
  LegSpec,
  PlaceSpec,
  ScenarioDocument,
} from './scenario-schema.js';
import type { Instant, JourneyStart } from './time-text.js';

/** A place with its canonical GLN. */
export interface Place extends Omit<PlaceSpec, 'gln'> {
  readonly id: string;
  readonly gln: string;
}

/** One thing that happens, with where it stands in the document. */
export type ScenarioItem = { readonly at: Instant; readonly path: readonly (string | number)[] } & (
  | { readonly kind: 'act'; readonly spec: ActSpec }
  | { readonly kind: 'leg'; readonly spec: LegSpec }
  | { readonly kind: 'fault'; readonly spec: FaultSpec }
);

export interface Scenario {
  /** File name, for messages. */
  readonly name: string;
  readonly title: string;
  readonly start: JourneyStart;
  readonly timezone: string;
  readonly lengthMs: number;
  readonly container: ContainerSpec;
  readonly identity: ContainerIdentity;
  readonly places: ReadonlyMap<string, Place>;
  readonly startPlace: Place;
  readonly vehicles: ScenarioDocument['vehicles'];
  readonly kits: ReadonlyMap<string, Kit>;
  /** Faults first, then acts, then legs: the order in which they happen at equal times. */
  readonly items: readonly ScenarioItem[];
}

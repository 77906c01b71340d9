/**
 * Hands on what is so at an instant of a journey (where the container is, which lid, slots and kits
 * stand how) and writes the events that change it. Its `expect…` methods are the rules of what can
 * be done: an act that cannot be done is a problem at its place in the document.
 */
import type { Kit } from './kit-identity.js';
import { type DocumentPath, ScenarioProblem, unknownName } from './scenario-error.js';
import type { Place, Scenario } from './scenario-model.js';
import { instantText } from './time-text.js';
import type { Act, Change, DockTask, Leg, WorldEvent } from './world-event.js';

/** Where a kit of the scenario is. */
export interface KitPlace {
  slot: number | undefined;
  /** The slot that it was in last. */
  lastSlot: number | undefined;
  wasPacked: boolean;
  /** Put back by hand and not declared again since. */
  isUnscanned: boolean;
}

/** A task that waits for a dock: when it comes there stands in its own time. */
export type CarriedTask = Extract<DockTask, { kind: 'decide' | 'tell' | 'recall' }>;

/** What is going on and must end before the next thing. */
interface Ongoing {
  readonly what: string;
  readonly untilMs: number;
}

export class JourneyState {
  readonly scenario: Scenario;
  readonly events: WorldEvent[] = [];
  place: Place;
  leg: Leg | undefined;
  isDocked = false;
  isLidOpen = false;
  isSealed = false;
  visitCount = 0;
  /** What acts wait for: packing, a button that is being pressed. */
  hands: Ongoing = { what: '', untilMs: 0 };
  /** What a departure waits for: the container left somewhere. */
  stay: Ongoing = { what: '', untilMs: 0 };
  slotWasTouched = false;
  /** What was decided or told while no dock could bring it. */
  readonly carried: CarriedTask[] = [];
  readonly slots: (Kit | undefined)[];
  private readonly kitPlaces = new Map<string, KitPlace>();

  constructor(scenario: Scenario) {
    this.scenario = scenario;
    this.place = scenario.startPlace;
    this.slots = new Array<Kit | undefined>(scenario.container.slots).fill(undefined);
  }

  emit(tMs: number, change: Change, act?: Omit<Act, 'atMs'>): void {
    this.events.push(
      act === undefined ? { tMs, change } : { tMs, change, act: { atMs: tMs, ...act } },
    );
  }

  /** Gives a task to the dock, or keeps it until there is one. */
  carry(task: CarriedTask): void {
    if (this.isDocked) this.emit(task.atMs, { kind: 'task', task });
    else this.carried.push(task);
  }

  /** Has new certificates of the probes installed, of all by default. */
  calibrate(tMs: number, probes: readonly number[] | undefined, until: string | undefined): void {
    const all = Array.from({ length: this.scenario.container.probes }, (_, probe) => probe);
    const task = { atMs: tMs, kind: 'calibrate', probes: probes ?? all, until } as const;
    this.emit(tMs, { kind: 'task', task });
  }

  /** Ends what ends by itself before or at an instant: the leg. */
  catchUp(tMs: number): void {
    if (this.leg === undefined || this.leg.endMs > tMs) return;
    this.place = this.leg.to;
    this.leg = undefined;
  }

  kitPlace(kit: Kit): KitPlace {
    let found = this.kitPlaces.get(kit.id);
    if (found === undefined) {
      found = { slot: undefined, lastSlot: undefined, wasPacked: false, isUnscanned: false };
      this.kitPlaces.set(kit.id, found);
    }
    return found;
  }

  expectKit(id: string, path: DocumentPath): Kit {
    const kit = this.scenario.kits.get(id);
    if (kit === undefined) throw unknownName(path, id, 'kit', this.scenario.kits.keys());
    return kit;
  }

  expectPlace(id: string, path: DocumentPath): Place {
    const place = this.scenario.places.get(id);
    if (place === undefined) throw unknownName(path, id, 'place', this.scenario.places.keys());
    return place;
  }

  expectSlot(slot: number, path: DocumentPath): void {
    if (slot < this.slots.length) return;
    const last = this.slots.length - 1;
    throw new ScenarioProblem(path, `is ${slot}, expected a slot of the container, 0 to ${last}`);
  }

  expectEmptySlot(slot: number, tMs: number, path: DocumentPath): void {
    this.expectSlot(slot, path);
    const kit = this.slots[slot];
    if (kit === undefined) return;
    const message = `slot ${slot} holds ${kit.id} at ${this.when(tMs)}, expected an empty slot`;
    throw new ScenarioProblem(path, message);
  }

  expectHandsFree(tMs: number, path: DocumentPath): void {
    if (this.hands.untilMs <= tMs) return;
    const until = this.when(Math.ceil(this.hands.untilMs / 1000) * 1000);
    throw this.tooEarly(tMs, until, `${this.hands.what} until then`, path);
  }

  /** At a place and not left in the sun or the like. */
  expectStanding(tMs: number, path: DocumentPath): void {
    if (this.leg !== undefined) {
      const until = this.when(this.leg.endMs);
      throw this.tooEarly(tMs, until, `on the way to ${this.leg.to.name}`, path);
    }
    if (this.stay.untilMs > tMs) {
      const until = this.when(this.stay.untilMs);
      throw this.tooEarly(tMs, until, `${this.stay.what} until then`, path);
    }
  }

  expectDocked(tMs: number, path: DocumentPath): void {
    if (this.isDocked) return;
    const message = `the container is not docked at ${this.when(tMs)}, expected a dock act before`;
    throw new ScenarioProblem(path, message);
  }

  expectUndocked(tMs: number, path: DocumentPath): void {
    if (!this.isDocked) return;
    const message = `the container is docked at ${this.when(tMs)}, expected an undock act before`;
    throw new ScenarioProblem(path, message);
  }

  expectLidOpen(tMs: number, path: DocumentPath): void {
    if (this.isLidOpen) return;
    const message = `the lid is closed at ${this.when(tMs)}, expected an open-lid act before`;
    throw new ScenarioProblem(path, message);
  }

  private tooEarly(tMs: number, until: string, why: string, path: DocumentPath): ScenarioProblem {
    const message = `is ${this.when(tMs)}, expected ${until} or later: ${why}`;
    return new ScenarioProblem([...path, 'at'], message);
  }

  when(ms: number): string {
    return instantText(ms, this.scenario.start);
  }
}

/**
 * Hands on the world at an instant of virtual time: where the container is, which switches stand
 * how, what the probes truly measure, what the dock is asked to do. Time goes on only when it is
 * told to (`advanceTo`), and everything follows from scenario, seed and trace alone. The simulated
 * ports read it; the loop asks `nextChangeMs` so that it never steps over a change.
 */
import { INPUT_FLAG } from '../../firmware/core/ports.js';
import { BOOT_REASON } from '../../firmware/core/record/schema.js';
import { WALL_EPOCH_UNIX_S } from '../../firmware/core/units.js';
import { Atmosphere } from './altitude.js';
import type { Seed } from './prng.js';
import type { Place, Scenario } from './scenario-model.js';
import { slotProbesOf } from './scenario.js';
import type { ShockBurst } from './shock.js';
import { ThermalBox } from './thermal.js';
import { DAY_MS } from './time-text.js';
import type { TemperatureTrace } from './trace.js';
import type { TruthSetup, TruthSink } from './truth.js';
import { actEntry, entryOf } from './truth-entry.js';
import type {
  Act,
  Change,
  DockTask,
  DockVisit,
  Leg,
  ProbeFaultWindow,
  WorldEvent,
} from './world-event.js';
import { type WorldOptions, planWorld } from './world-plan.js';

export type { WorldOptions } from './world-plan.js';

/** Four lithium AA cells, new; and what a day costs where they last for a year and more. */
const BATTERY_START_MILLI_V = 6400;
const BATTERY_MILLI_V_PER_DAY = 3;
const LIGHT_OPEN_LUX = 320;
const DOCK_FLAGS = INPUT_FLAG.dockContact | INPUT_FLAG.externalPower;

export class World {
  readonly scenario: Scenario;
  readonly seed: Seed;
  readonly endMs: number;
  /** What was left out of a shortened journey, and the like. */
  readonly notes: readonly string[];
  readonly probeFaults: readonly ProbeFaultWindow[];
  /** Probe truth is a replayed trace: humidity is not known then. */
  readonly isReplayed: boolean;
  /** What people have done so far. */
  readonly acts: Act[] = [];
  /** Bursts that the accelerometer has gathered and the container has not read. */
  readonly bursts: ShockBurst[] = [];
  truth: TruthSink | undefined;

  nowMs = 0;
  /** INPUT_FLAG bits and the switches, as the ports read them. */
  inputFlags = 0;
  slotBits = 0;
  pressCount = 0;
  holdCount = 0;
  powered = true;
  powerLostMs = -1;
  /** BOOT_REASON of this boot, or of the next one while the power is off. */
  bootReason: number = BOOT_REASON.powerOn;
  /** Counts losses of the RTC's time; and what its time was shifted by in all. */
  clockLossCount = 0;
  clockShiftS = 0;
  place: Place;
  leg: Leg | undefined;
  stay: string | undefined;
  dock: DockVisit | undefined;

  private readonly events: readonly WorldEvent[];
  private cursor = 0;
  private nextMs: number;
  private readonly box: ThermalBox | undefined;
  private readonly insideTrace: TemperatureTrace | undefined;
  private readonly depthPerProbe: number;
  private readonly gathering: ShockBurst[] = [];
  private readonly atmosphere: Atmosphere;
  private visitCount = 0;
  private tasks: DockTask[] = [];

  constructor(scenario: Scenario, options: WorldOptions) {
    this.scenario = scenario;
    this.seed = options.seed;
    this.truth = options.truth;
    const { endMs, notes, events, conditions, probeFaults } = planWorld(scenario, options);
    this.endMs = endMs;
    this.notes = notes;
    this.events = events;
    this.probeFaults = probeFaults;
    const { trace } = options;
    this.isReplayed = trace !== undefined;
    this.depthPerProbe = 1 / Math.max(1, scenario.container.probes - 1);
    if (trace?.where === 'inside') {
      this.insideTrace = trace.trace;
    } else {
      const { insulation, startC } = scenario.container;
      this.box = new ThermalBox(conditions, insulation, trace === undefined ? startC : undefined);
    }
    this.atmosphere = new Atmosphere(options.seed);
    this.place = scenario.startPlace;
    this.nextMs = this.events[0]?.tMs ?? Infinity;
    this.advanceTo(0);
  }

  /** Seconds since 2020-01-01Z, the true time. */
  get wallS(): number {
    return Math.floor((this.scenario.start.unixMs + this.nowMs) / 1000) - WALL_EPOCH_UNIX_S;
  }

  /** Where the container is, for people. */
  get placeName(): string {
    if (this.leg !== undefined) {
      return `${this.leg.by}, ${this.leg.from.name} to ${this.leg.to.name}`;
    }
    return this.stay === undefined ? this.place.name : `${this.place.name}, ${this.stay}`;
  }

  /** What an oracle must know beside the truth's entries. */
  get truthSetup(): TruthSetup {
    return {
      startWallS: Math.floor(this.scenario.start.unixMs / 1000) - WALL_EPOCH_UNIX_S,
      endS: this.endMs / 1000,
      samplePeriodS: this.scenario.container.samplePeriodS,
      slotProbes: slotProbesOf(this.scenario.container),
      isHardware: false,
    };
  }

  /** The next instant at which something changes that a container or a dock can see. */
  nextChangeMs(): number {
    return this.nextMs;
  }

  /** Lets time go on; all that happens up to and at `ms` has happened then. */
  advanceTo(ms: number): void {
    while (this.nextMs <= ms) {
      this.nowMs = Math.max(this.nowMs, this.nextMs);
      this.gatherBursts();
      for (;;) {
        const event = this.events[this.cursor];
        if (event === undefined || event.tMs > this.nowMs) break;
        this.cursor += 1;
        this.happen(event);
      }
      this.nextMs = this.events[this.cursor]?.tMs ?? Infinity;
      for (const burst of this.gathering) this.nextMs = Math.min(this.nextMs, burst.endMs);
    }
    if (ms < this.nowMs) throw new Error(`Time went back from ${this.nowMs} to ${ms} ms`);
    this.nowMs = ms;
  }

  /** True temperature at a probe, in °C; undefined where a replayed trace says nothing. */
  probeTemperatureC(probe: number): number | undefined {
    const trueC = this.trueC(probe);
    return Number.isNaN(trueC) ? undefined : trueC;
  }

  /** As `probeTemperatureC`, with NaN for what is not known: the form that costs nothing. */
  trueC(probe: number): number {
    if (this.insideTrace !== undefined) return this.insideTrace.at(this.nowMs);
    return this.box!.at(this.nowMs, probe * this.depthPerProbe);
  }

  /** Pressure of the air in Pa. */
  pressurePa(): number {
    return this.atmosphere.pressurePa(this.nowMs, this.place, this.leg);
  }

  /** In a helicopter whose rotor turns. */
  get isFlying(): boolean {
    return this.leg?.by === 'helicopter';
  }

  /** Whether a shock goes on, or waits to be read. */
  get isShaken(): boolean {
    return this.gathering.length > 0 || this.bursts.length > 0;
  }

  /** Millivolts of the battery: cells run down with time. */
  batteryMilliV(): number {
    return BATTERY_START_MILLI_V - Math.floor((this.nowMs * BATTERY_MILLI_V_PER_DAY) / DAY_MS);
  }

  /** Light inside the container. */
  lightLux(): number {
    return (this.inputFlags & INPUT_FLAG.lidOpen) === 0 ? 0 : LIGHT_OPEN_LUX;
  }

  /** The part hands over a burst when the movement has come to rest; unpowered it is lost. */
  private gatherBursts(): void {
    for (let i = 0; i < this.gathering.length;) {
      const burst = this.gathering[i]!;
      if (burst.endMs > this.nowMs) {
        i++;
        continue;
      }
      this.gathering.splice(i, 1);
      if (this.powered && burst.startMs > this.powerLostMs) this.bursts.push(burst);
    }
  }

  private happen({ tMs, change, act }: WorldEvent): void {
    const atS = tMs / 1000;
    if (act !== undefined) {
      this.acts.push(act);
      this.truth?.add(actEntry(act));
    }
    const wasFlying = this.isFlying;
    this.apply(change, tMs);
    if (this.truth === undefined) return;
    const entry = entryOf(change, atS, { placeName: this.placeName, burst: this.gathering.at(-1) });
    if (entry !== undefined) this.truth.add(entry);
    const { isFlying } = this;
    if (isFlying !== wasFlying) this.truth.add({ kind: 'flight', atS, isFlying });
  }

  private apply(change: Change, tMs: number): void {
    switch (change.kind) {
      case 'lid':
        return this.setFlag(INPUT_FLAG.lidOpen, change.isOpen);
      case 'slot': {
        const bit = 1 << change.slot;
        this.slotBits = change.isFilled ? this.slotBits | bit : this.slotBits & ~bit;
        return;
      }
      case 'press':
        this.pressCount += 1;
        return;
      case 'hold':
        this.holdCount += 1;
        return;
      case 'dock':
        return this.arriveAtDock(change.place);
      case 'undock':
        this.dock = undefined;
        return this.setFlag(DOCK_FLAGS, false);
      case 'task':
        return void this.tasks.push(change.task);
      case 'depart':
        this.leg = change.leg;
        return;
      case 'arrive':
        this.leg = undefined;
        this.place = change.place;
        return;
      case 'stay':
        this.stay = change.stay?.where;
        return;
      case 'shock':
        return void this.gathering.push(change.make());
      case 'power':
        this.powered = change.isOn;
        this.bootReason = change.reason;
        if (!change.isOn) this.powerLostMs = tMs;
        return;
      case 'clock':
        if (change.isLost) this.clockLossCount += 1;
        this.clockShiftS += change.byS;
        return;
      case 'scan':
      case 'said':
        return;
    }
  }

  private arriveAtDock(place: Place): void {
    this.visitCount += 1;
    this.tasks = [];
    this.dock = { id: place.gln, place, number: this.visitCount, tasks: this.tasks };
    this.setFlag(DOCK_FLAGS, true);
  }

  private setFlag(mask: number, isSet: boolean): void {
    this.inputFlags = isSet ? this.inputFlags | mask : this.inputFlags & ~mask;
  }
}

/** A world at the beginning of its journey; throws a ScenarioError when it is impossible. */
export function createWorld(scenario: Scenario, options: WorldOptions): World {
  return new World(scenario, options);
}

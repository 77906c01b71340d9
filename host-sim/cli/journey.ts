/**
 * Lets one simulated container live through a world: steps the real container code, virtual time
 * from one thing to the next, power losses as new boots, and a dock's gateway whenever there is a
 * dock with something to do. Nothing here judges, encodes or decides for the container.
 */
import { setImmediate } from 'node:timers/promises';
import { type Container, createContainer } from '../../firmware/app/container.js';
import { RETAINED_BYTES_MAX } from '../../firmware/app/retained.js';
import { LINK_STATE, type Ports } from '../../firmware/core/ports.js';
import type { Limits } from '../../firmware/core/limits.js';
import type { Authority } from '../backend/authority.js';
import { DockGateway } from '../backend/dock-gateway.js';
import type { VisitReceiver } from '../backend/dock-types.js';
import type { DockTask } from '../backend/dock-tasks.js';
import type { HandoffSection } from '../backend/handoff-file.js';
import type { ProfileLibrary } from '../backend/profile.js';
import type { SlipBook } from '../backend/slips.js';
import type { SimAir } from '../ports/air.js';
import type { SimPorts } from '../ports/sim-ports.js';
import type { TapeRecorder } from '../ports/tape.js';
import type { DockVisit } from '../world/world-event.js';
import type { World } from '../world/world.js';
import { type NoteSink, Notes } from './notes.js';
import { unlessStopped } from './process.js';
import type { HandoffFacts } from './run-types.js';
import { gatewayTask } from './visit-tasks.js';

export interface JourneyParts {
  readonly world: World;
  readonly sim: SimPorts;
  readonly limits: Limits;
  readonly authority: Authority;
  readonly profiles: ProfileLibrary;
  readonly receiver: VisitReceiver;
  /** Slips of kits that go from container to container; without it none is fetched. */
  readonly slips?: SlipBook | undefined;
  readonly tape?: TapeRecorder | undefined;
  /** Called about once per simulated minute. */
  readonly onMoment?: (() => void) | undefined;
  /** Whether the container sleeps after this step, its hot state in retained memory. */
  readonly sleeps?: (() => boolean) | undefined;
  /** Told in the order of time, acts of people among the rest. */
  readonly onNote?: NoteSink | undefined;
  /** Ends the journey where it is: `run` rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The shortest time that passes between two steps, so that time always goes on. */
const STEP_MS_MIN = 1;
const MOMENT_MS = 60_000;
/** The process's other events (signals, a store at work) get their turn this often. */
const BREATH_MS = 86_400_000;
/** People pack one kit after the other: a visit's new tasks are gathered for this long. */
const GATHER_MS = 60_000;

/** A dock asks for what is new this often while the container stays, and shortly before the end. */
const SYNC_MS = 6 * 3_600_000;
const LAST_SYNC_MS = 30_000;

export class Journey {
  /** What the docks received, all visits in order: handoff.bin. */
  readonly received: HandoffSection[] = [];
  readonly handoffs: HandoffFacts[] = [];
  readonly warnings: string[] = [];
  /** How often the container slept. */
  sleepCount = 0;
  private readonly retained = new Uint8Array(RETAINED_BYTES_MAX);
  private readonly parts: JourneyParts;
  private readonly world: World;
  private readonly air: SimAir;
  private readonly tape: TapeRecorder | undefined;
  private readonly signal: AbortSignal | undefined;
  private readonly ports: Ports;
  private container: Container | undefined;
  private gateway: DockGateway | undefined;
  private gatewayDock = '';
  private isJoined = false;
  private airAtStartMicros = 0;
  private visit: DockVisit | undefined;
  private tasksDone = 0;
  private gatherUntilMs = 0;
  private nextSyncMs = 0;
  private readonly notes: Notes | undefined;
  private actsTold = 0;
  private nextMomentMs = 0;
  private nextBreathMs = 0;
  private wakeMs = 0;

  constructor(parts: JourneyParts) {
    this.parts = parts;
    this.world = parts.world;
    this.air = parts.sim.air;
    this.tape = parts.tape;
    this.signal = parts.signal;
    this.ports = parts.tape === undefined ? parts.sim.ports : parts.tape.wrap(parts.sim.ports);
    this.notes = parts.onNote === undefined ? undefined : new Notes(parts.onNote);
  }

  /** Runs to the world's end; rejects when the simulation itself fails, or is stopped. */
  async run(): Promise<void> {
    const { world } = this;
    while (world.nowMs < world.endMs) {
      if (world.nowMs >= this.nextBreathMs) await this.breathe();
      this.stepContainer();
      this.dock();
      const { gateway } = this;
      if (gateway !== undefined) {
        this.exchange(gateway);
        while (gateway.pending !== undefined) await unlessStopped(gateway.pending, this.signal);
        this.exchange(gateway);
        if (gateway.done) this.endGateway(gateway);
      }
      this.advance();
    }
    this.notes?.finish();
    this.moment();
  }

  private async breathe(): Promise<void> {
    this.nextBreathMs = this.world.nowMs + BREATH_MS;
    await setImmediate();
    this.signal?.throwIfAborted();
  }

  private stepContainer(): void {
    const { world, tape } = this;
    if (!world.powered) {
      if (this.container !== undefined) this.onPowerLost();
      this.wakeMs = Infinity;
      return;
    }
    if (this.container === undefined) {
      tape?.boot();
      if (world.nowMs > 0) this.parts.sim.boot(world.bootReason);
      this.container = createContainer(this.ports, this.parts.limits);
    }
    const sleepMs = this.container.step();
    tape?.step(sleepMs);
    if (this.parts.sleeps?.() === true) this.sleepAndWake(this.container);
    this.wakeMs = world.nowMs + (sleepMs < STEP_MS_MIN ? STEP_MS_MIN : sleepMs);
  }

  /** Waking is not booting: a new container takes the hot state up. */
  private sleepAndWake(container: Container): void {
    const length = container.suspend(this.retained);
    if (length < 0) return; // busy
    this.container = createContainer(this.ports, this.parts.limits);
    const resumed = this.container.resume(this.retained, length);
    if (resumed < 0) throw new Error(`The container could not take its state up: ${resumed}`);
    this.sleepCount++;
  }

  private onPowerLost(): void {
    this.container = undefined;
    this.air.boot();
    this.say('power lost');
  }

  /** Starts a gateway when there is a dock, and people or the dock itself want something. */
  private dock(): void {
    const { world, air } = this;
    const { dock } = world;
    if (dock !== this.visit) {
      this.visit = dock;
      this.tasksDone = 0;
      this.nextSyncMs = world.nowMs;
      this.gatherUntilMs = world.nowMs + GATHER_MS;
    }
    if (dock === undefined) {
      if (this.gateway !== undefined) this.giveUp(this.gateway);
      return;
    }
    const wanted = dock.tasks.length > this.tasksDone || world.nowMs >= this.nextSyncMs;
    if (this.gateway !== undefined || !wanted || world.nowMs < this.gatherUntilMs) return;
    if (air.state() === LINK_STATE.off) return;
    const tasks = dock.tasks.slice(this.tasksDone);
    this.tasksDone = dock.tasks.length;
    this.nextSyncMs = this.syncAfter(world.nowMs);
    const startWallS = world.wallS - Math.floor(world.nowMs / 1000);
    this.start(
      dock,
      tasks.map((task) => gatewayTask(task, startWallS, world.scenario)),
    );
  }

  private syncAfter(nowMs: number): number {
    const lastMs = this.world.endMs - LAST_SYNC_MS;
    if (nowMs >= lastMs) return Infinity;
    return Math.min(nowMs + SYNC_MS, lastMs);
  }

  private start(dock: DockVisit, tasks: readonly DockTask[]): void {
    const { world, sim, authority, profiles, receiver, slips } = this.parts;
    this.gateway = new DockGateway({
      authority,
      profiles,
      dockId: dock.id,
      tasks,
      receiver,
      slips,
      nowWallS: () => world.wallS,
      payloadBytes: sim.air.payloadBytes(),
    });
    this.gatewayDock = dock.place.name;
    this.airAtStartMicros = sim.air.counters.airMicroseconds;
    this.isJoined = false;
    sim.air.connect();
  }

  private exchange(gateway: DockGateway): void {
    const { air } = this;
    if (!air.isConnected) {
      if (this.isJoined && !gateway.done) air.connect(); // lost in the middle: try again
      this.isJoined = false;
      return;
    }
    if (!this.isJoined) {
      this.isJoined = true;
      gateway.onConnected();
    }
    for (let m = air.dockReceive(); m !== undefined; m = air.dockReceive()) gateway.onMessage(m);
    for (let m = gateway.takeOutgoing(); m !== undefined; m = gateway.takeOutgoing()) {
      air.dockSend(m);
    }
  }

  private endGateway(gateway: DockGateway): void {
    const { sim, world } = this.parts;
    const { counters } = sim.air;
    this.received.push(...gateway.received);
    const { records, bytes, messages, sequence } = gateway.facts;
    const airSeconds = (counters.airMicroseconds - this.airAtStartMicros) / 1e6;
    this.handoffs.push({ dock: this.gatewayDock, records, bytes, messages, airSeconds, sequence });
    if (gateway.failed !== undefined) this.warn(`${this.gatewayDock}: ${gateway.failed.message}`);
    else this.notes?.handedOver(world.nowMs, this.gatewayDock, records);
    sim.air.disconnect();
    this.gateway = undefined;
    this.gatherUntilMs = world.nowMs + GATHER_MS;
  }

  private giveUp(gateway: DockGateway): void {
    this.received.push(...gateway.received);
    this.warn(`${this.gatewayDock}: the container left before its hand-over was complete`);
    this.air.disconnect();
    this.gateway = undefined;
  }

  private warn(text: string): void {
    this.warnings.push(text);
    this.say(text);
  }

  private say(text: string): void {
    this.notes?.say(this.world.nowMs, text);
  }

  private tellActs(): void {
    const { acts } = this.world;
    for (; this.actsTold < acts.length; this.actsTold++) {
      const { atMs, text } = acts[this.actsTold]!;
      this.notes?.say(atMs, text);
    }
  }

  /** Time goes on to whatever comes first. */
  private advance(): void {
    const { world, air } = this;
    const now = world.nowMs;
    let next = this.wakeMs;
    if (world.nextChangeMs() < next) next = world.nextChangeMs();
    if (world.endMs < next) next = world.endMs;
    if (this.gatherUntilMs > now && this.gatherUntilMs < next) next = this.gatherUntilMs;
    if (this.visit !== undefined && this.nextSyncMs > now && this.nextSyncMs < next) {
      next = this.nextSyncMs;
    }
    const isLinked = air.state() !== LINK_STATE.off;
    if (isLinked) next = Math.min(next, air.nextEventMs());
    if (next < now) next = now;
    world.advanceTo(next);
    if (isLinked) air.advanceTo(next);
    if (world.acts.length > this.actsTold) this.tellActs();
    if (next >= this.nextMomentMs) this.moment();
  }

  private moment(): void {
    const { world, onMoment } = this.parts;
    this.nextMomentMs = world.nowMs + MOMENT_MS;
    this.notes?.pass(world.nowMs);
    onMoment?.();
  }
}

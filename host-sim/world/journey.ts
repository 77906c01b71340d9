/**
 * Hands on a journey as the world lives it: events in order of time, what surrounds the box, faulty
 * probes; from a scenario and a length. Every act is tried in order, so that one which cannot be
 * done is found before the journey begins. A journey made shorter than the scenario's leaves out
 * what no longer fits, and says so; one made longer only waits before what is counted from its end.
 */
import { BOOT_REASON } from '../../firmware/core/record/schema.js';
import { performAct } from './journey-acts.js';
import { JourneyState } from './journey-state.js';
import { Random, type Seed } from './prng.js';
import { type DocumentPath, ScenarioProblem } from './scenario-error.js';
import type { FaultSpec, LegSpec } from './scenario-schema.js';
import type { Scenario, ScenarioItem } from './scenario-model.js';
import { VIBRATIONS, makeDrop } from './shock.js';
import { bumpEvents } from './shock-events.js';
import { surroundingsOf } from './surroundings.js';
import type { Condition } from './thermal.js';
import { durationText, instantText } from './time-text.js';
import { type Leg, PROBE_FAULT, type ProbeFaultWindow, type WorldEvent } from './world-event.js';

export interface Journey {
  readonly endMs: number;
  /** In order of time; of equal times in the order of happening. */
  readonly events: readonly WorldEvent[];
  readonly conditions: readonly Condition[];
  readonly probeFaults: readonly ProbeFaultWindow[];
  /** What was left out because the journey is shorter than the scenario's. */
  readonly notes: readonly string[];
}

export interface JourneyOptions {
  readonly endMs: number;
  readonly seed: Seed;
  /** Whether what does not fit is left out; else it is a problem. */
  readonly mayLeaveOut: boolean;
}

/** A watchdog or a panic: off for as long as the part takes to start. */
const RESTART_MS = 2000;

type Timed = ScenarioItem & { readonly tMs: number; readonly untilMs: number };

/** Compiles a journey; throws a ScenarioProblem. */
export function compileJourney(scenario: Scenario, options: JourneyOptions): Journey {
  const notes: string[] = [];
  const items = timedItems(scenario, options, notes);
  const compiler = new JourneyCompiler(scenario, options);
  for (const item of items) {
    if (options.mayLeaveOut) compiler.makePossible(item);
    try {
      compiler.take(item);
    } catch (error) {
      if (!(error instanceof ScenarioProblem) || !options.mayLeaveOut) throw error;
      notes.push(`${describe(item)} left out: ${error.message}`);
    }
  }
  const events = compiler.finish();
  return {
    endMs: options.endMs,
    events,
    conditions: surroundingsOf(scenario, events, options.seed),
    probeFaults: compiler.probeFaults,
    notes,
  };
}

/** Items with their times, in order; outside the journey is a problem, or left out. */
function timedItems(scenario: Scenario, options: JourneyOptions, notes: string[]): Timed[] {
  const { endMs } = options;
  const timed = scenario.items.map((item): Timed => {
    const tMs = item.at.fromEnd ? endMs - item.at.ms : item.at.ms;
    return { ...item, tMs, untilMs: tMs + durationOf(item) };
  });
  const closing = timed.filter((item) => item.at.fromEnd).map((item) => item.tMs);
  const openUntilMs = options.mayLeaveOut ? Math.min(endMs, ...closing) : endMs;
  if (options.mayLeaveOut) expectRoomForPacking(scenario, timed, openUntilMs, endMs);
  const fitting = timed.filter((item) => {
    const limitMs = item.at.fromEnd ? endMs : openUntilMs;
    if (item.tMs >= 0 && item.untilMs <= limitMs) return true;
    if (options.mayLeaveOut) return false;
    throw outside(item, scenario, endMs);
  });
  const leftOut = timed.length - fitting.length;
  if (leftOut > 0) {
    const until = instantText(openUntilMs, scenario.start);
    notes.push(`the journey is cut short: ${leftOut} entries after ${until} are left out`);
  }
  return fitting.sort((a, b) => a.tMs - b.tMs); // stable: equal times keep the items' order
}

function durationOf(item: ScenarioItem): number {
  return 'duration' in item.spec ? item.spec.duration : 0;
}

function outside(item: Timed, scenario: Scenario, endMs: number): ScenarioProblem {
  const late = item.tMs < 0 || item.tMs > endMs ? item.tMs : item.untilMs;
  const word = late === item.tMs ? 'is' : 'ends';
  const [at, end] = [late, endMs].map((ms) => instantText(ms, scenario.start));
  const message = `${word} ${at}, expected a time of the journey, up to ${end}`;
  return new ScenarioProblem([...item.path, 'at'], message);
}

/** Kits must be aboard before a shortened journey comes to its close. */
function expectRoomForPacking(
  scenario: Scenario,
  items: Timed[],
  openUntilMs: number,
  endMs: number,
) {
  const packing = items.filter((item) => item.kind === 'act' && item.spec.do === 'pack');
  const firstPackMs = Math.min(...packing.map((item) => item.tMs));
  if (packing.length === 0 || firstPackMs < openUntilMs) return;
  const at = instantText(firstPackMs, scenario.start);
  const closeMs = endMs - openUntilMs;
  const close = closeMs === 0 ? '' : `, and its last ${durationText(closeMs)} are for the close`;
  const needed = durationText(firstPackMs + closeMs);
  const message = `expected more than ${needed}: kits are packed at ${at}${close}`;
  throw new ScenarioProblem(['days'], message);
}

function describe(item: ScenarioItem): string {
  const what = item.kind === 'act' ? item.spec.do : item.kind;
  return `${what} at ${item.spec.at}`;
}

class JourneyCompiler {
  readonly probeFaults: ProbeFaultWindow[] = [];
  private readonly state: JourneyState;
  private readonly random: Random;
  private readonly options: JourneyOptions;
  private offUntilMs = 0;

  constructor(scenario: Scenario, options: JourneyOptions) {
    this.state = new JourneyState(scenario);
    this.options = options;
    this.random = new Random(options.seed, 'journey');
  }

  take(item: Timed): void {
    this.state.catchUp(item.tMs);
    if (item.kind === 'leg') return this.depart(item.spec, item.tMs, item.path);
    if (item.kind === 'fault') return this.fail(item.spec, item.tMs, item.path);
    performAct(this.state, item.spec, item.tMs, item.path);
    if (item.spec.do !== 'drop') return;
    const { heightCm, surface, landsOn } = item.spec;
    const { state, random } = this;
    state.expectUndocked(item.tMs, item.path);
    const by = state.leg?.by ?? 'none';
    const drop = { atMs: item.tMs, heightCm, surface, landsOn };
    const name = item.path.join('/');
    state.emit(
      item.tMs,
      { kind: 'shock', make: () => makeDrop(drop, VIBRATIONS[by], random.split(name)) },
      { what: 'drop', text: `dropped from ${heightCm} cm` },
    );
  }

  /** What people would do by themselves when the middle of the journey is cut out. */
  makePossible(item: Timed): void {
    if (!item.at.fromEnd || item.kind !== 'leg') return;
    const { state } = this;
    state.catchUp(item.tMs);
    if (state.place.id === item.spec.to) return;
    const undock = { at: item.spec.at, do: 'undock' } as const;
    const closeLid = { at: item.spec.at, do: 'close-lid' } as const;
    if (state.isDocked) performAct(state, undock, item.tMs, item.path);
    if (state.isLidOpen) performAct(state, closeLid, item.tMs, item.path);
  }

  private depart(spec: LegSpec, tMs: number, path: DocumentPath): void {
    const { state } = this;
    const to = state.expectPlace(spec.to, [...path, 'to']);
    state.expectStanding(tMs, path);
    const from = this.originOf(spec, tMs, path);
    if (from.id === to.id) {
      if (spec.from === undefined) return; // there already: nobody drives
      throw new ScenarioProblem([...path, 'to'], `is '${to.id}', expected another place than from`);
    }
    state.expectUndocked(tMs, path);
    state.expectHandsFree(tMs, path);
    const { by, ambient, duration } = spec;
    const leg: Leg = { from, to, by, startMs: tMs, endMs: tMs + duration, ambient };
    state.leg = leg;
    const how = by === 'carried' ? by : `by ${by}`;
    const text = `${how} from ${from.name} to ${to.name}`;
    state.emit(tMs, { kind: 'depart', leg }, { what: 'leg', text });
    state.emit(
      leg.endMs,
      { kind: 'arrive', place: to },
      { what: 'arrive', text: `arrived at ${to.name}` },
    );
    for (const event of bumpEvents(leg, this.random.split(path.join('/')))) {
      state.emit(event.tMs, event.change);
    }
  }

  private originOf(spec: LegSpec, tMs: number, path: DocumentPath) {
    const { state } = this;
    if (spec.from === undefined) return state.place;
    const from = state.expectPlace(spec.from, [...path, 'from']);
    if (from.id === state.place.id || this.options.mayLeaveOut) return state.place;
    const where = `'${state.place.id}', where the container is at ${state.when(tMs)}`;
    const message = `is '${from.id}', expected ${where}`;
    throw new ScenarioProblem([...path, 'from'], message);
  }

  private fail(spec: FaultSpec, tMs: number, path: DocumentPath): void {
    switch (spec.fault) {
      case 'probe':
        return this.failProbe(spec, tMs, path);
      case 'power-loss': {
        const reason = spec.reason === 'brown-out' ? BOOT_REASON.brownOut : BOOT_REASON.powerOn;
        return this.losePower({ tMs, untilMs: tMs + spec.duration, reason }, path);
      }
      case 'restart':
        return this.losePower(
          { tMs, untilMs: tMs + RESTART_MS, reason: BOOT_REASON[spec.reason] },
          path,
        );
      case 'clock-loss':
        return this.state.emit(tMs, { kind: 'clock', isLost: true, byS: 0 });
      case 'clock-jump':
        return this.state.emit(tMs, { kind: 'clock', isLost: false, byS: spec.byS });
    }
  }

  private failProbe(
    spec: Extract<FaultSpec, { fault: 'probe' }>,
    tMs: number,
    path: DocumentPath,
  ): void {
    const { probes } = this.state.scenario.container;
    if (spec.probe >= probes) {
      const message = `is ${spec.probe}, expected a probe of the container, 0 to ${probes - 1}`;
      throw new ScenarioProblem([...path, 'probe'], message);
    }
    this.probeFaults.push({
      probe: spec.probe,
      fromMs: tMs,
      untilMs: tMs + spec.duration,
      shows: PROBE_FAULT[spec.shows],
      amountC: spec.atC ?? spec.byC ?? spec.perHourC,
    });
  }

  private losePower(
    off: { tMs: number; untilMs: number; reason: number },
    path: DocumentPath,
  ): void {
    if (off.tMs < this.offUntilMs) {
      const when = this.state.when(this.offUntilMs);
      throw new ScenarioProblem([...path, 'at'], `the power is off until ${when}, expected later`);
    }
    this.offUntilMs = off.untilMs;
    this.state.emit(off.tMs, { kind: 'power', isOn: false, reason: off.reason });
    this.state.emit(off.untilMs, { kind: 'power', isOn: true, reason: off.reason });
  }

  finish(): WorldEvent[] {
    return this.state.events.sort((a, b) => a.tMs - b.tMs);
  }
}

/**
 * Hands on all that will happen in a world, from a scenario and what a run adds to it: a length, a
 * measured temperature, a measured shock. What makes the journey impossible is said in the words of
 * what decided its length: the scenario, or the trace that is too short for it.
 */
import { compileJourney } from './journey.js';
import type { Seed } from './prng.js';
import { ScenarioError, ScenarioProblem } from './scenario-error.js';
import type { Scenario } from './scenario-model.js';
import { recordingEvents } from './shock-events.js';
import type { ShockRecording } from './shock-trace.js';
import type { Condition } from './thermal.js';
import { DAY_MS, type Instant, durationText } from './time-text.js';
import type { TemperatureTrace } from './trace.js';
import type { TruthSink } from './truth.js';
import type { ProbeFaultWindow, WorldEvent } from './world-event.js';

export interface WorldOptions {
  readonly seed: Seed;
  /** Length; default: that of the trace, else of the scenario. */
  readonly days?: number | undefined;
  /** A measured temperature as truth: at the probes themselves, or around the box. */
  readonly trace?:
    { readonly trace: TemperatureTrace; readonly where: 'inside' | 'outside' } | undefined;
  /** A measured shock; `at` default: the middle of the journey. */
  readonly shockRecording?:
    { readonly recording: ShockRecording; readonly at?: Instant | undefined } | undefined;
  readonly truth?: TruthSink | undefined;
}

export interface WorldPlan {
  readonly endMs: number;
  /** In order of time. */
  readonly events: readonly WorldEvent[];
  readonly conditions: readonly Condition[];
  readonly probeFaults: readonly ProbeFaultWindow[];
  /** What was left out of a shortened journey, and what of a trace could not be used. */
  readonly notes: readonly string[];
}

/** Compiles a journey of the length that is asked for; throws a ScenarioError. */
export function planWorld(scenario: Scenario, options: WorldOptions): WorldPlan {
  const { days, trace, seed, shockRecording } = options;
  const lengthMs = trace?.trace.lengthMs ?? scenario.lengthMs;
  const endMs = days === undefined ? lengthMs : Math.round(days * DAY_MS);
  const mayLeaveOut = endMs < scenario.lengthMs;
  try {
    const journey = compileJourney(scenario, { endMs, seed, mayLeaveOut });
    const { conditions, notes, probeFaults, events } = journey;
    return {
      endMs,
      events: withRecording(events, shockRecording, endMs),
      conditions:
        trace === undefined
          ? conditions
          : conditions.map((condition) => ({ ...condition, ambient: trace.trace })),
      probeFaults,
      notes: trace === undefined ? notes : [...trace.trace.notes(), ...notes],
    };
  } catch (error) {
    if (!(error instanceof ScenarioProblem)) throw error;
    throw new ScenarioError(problemText(error, scenario, options, endMs), { cause: error });
  }
}

/**
 * Names what decided the length, and the place in the document where the length is not to blame.
 */
function problemText(
  { path, message }: ScenarioProblem,
  scenario: Scenario,
  { days, trace }: WorldOptions,
  endMs: number,
): string {
  const isOfTrace = trace !== undefined && days === undefined;
  const who = isOfTrace ? `${trace.trace.name}: the trace` : `${scenario.name}: the journey`;
  const where = path[0] === 'days' ? '' : `${path.join('.')}: `;
  return `${who} is ${durationText(endMs)} long; ${where}${message}`;
}

/** The journey with a measured shock in it, half-way where nobody said when. */
function withRecording(
  events: readonly WorldEvent[],
  shock: WorldOptions['shockRecording'],
  endMs: number,
): readonly WorldEvent[] {
  if (shock === undefined) return events;
  const { at } = shock;
  const fromStart = at?.fromEnd === true ? endMs - at.ms : at?.ms;
  const added = recordingEvents(shock.recording, fromStart ?? Math.floor(endMs / 2), endMs);
  return [...events, ...added].sort((a, b) => a.tMs - b.tMs);
}

/**
 * Hands on a journey that can be lived, from a YAML or JSON document (SCENARIO.md): every identity
 * made and checked, every time resolved, every act possible at its time. A document with a mistake
 * is refused as a whole, before anything is written, with file, line, place and what was expected.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type Limits, checkLimits } from '../../firmware/core/limits.js';
import { containerIdentity, glnOf, kitsOf } from './kit-identity.js';
import { compileJourney } from './journey.js';
import {
  ScenarioError,
  ScenarioProblem,
  SourceText,
  problemsOf,
  unknownName,
} from './scenario-error.js';
import type { Place, Scenario, ScenarioItem } from './scenario-model.js';
import { type ContainerSpec, type ScenarioDocument, scenarioSchema } from './scenario-schema.js';
import { DAY_MS, INSTANT_FORM, type JourneyStart, parseInstant, parseStart } from './time-text.js';

export interface ScenarioOptions {
  /** Profiles that exist; when given, products may name no other. */
  readonly profileIds?: readonly string[];
}

/** The journey of `npm start`. */
export function defaultScenarioPath(): string {
  const beside = join(__dirname, 'journeys', 'default.yaml');
  if (existsSync(beside)) return beside;
  // Compiled: build/host-sim/world, while the journeys stay beside their sources.
  return resolve(__dirname, '..', '..', '..', 'host-sim', 'world', 'journeys', 'default.yaml');
}

/** A scenario from a file; throws a ScenarioError. */
export function loadScenario(path: string, options: ScenarioOptions = {}): Scenario {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new ScenarioError(`${path}: cannot be read (${code}), expected a scenario`, {
      cause: error,
    });
  }
  return parseScenario(text, path, options);
}

/** A scenario from text; `name` stands in messages. Throws a ScenarioError. */
export function parseScenario(text: string, name: string, options: ScenarioOptions = {}): Scenario {
  const source = new SourceText(text, name);
  const checked = scenarioSchema.safeParse(source.value);
  if (!checked.success) throw source.error(problemsOf(checked.error.issues, source.value));
  try {
    const scenario = resolveScenario(checked.data, name, options);
    compileJourney(scenario, { endMs: scenario.lengthMs, seed: 0, mayLeaveOut: false });
    return scenario;
  } catch (error) {
    if (error instanceof ScenarioProblem) throw source.error([error]);
    throw error;
  }
}

function resolveScenario(
  document: ScenarioDocument,
  name: string,
  options: ScenarioOptions,
): Scenario {
  const start = parseStart(document.start);
  if (start === undefined) {
    const form = "a time with offset like '2026-07-13T06:30:00+02:00'";
    const message = `is '${document.start}', expected ${form}`;
    throw new ScenarioProblem(['start'], message);
  }
  const places = placesOf(document);
  const startPlace = places.get(document.at);
  if (startPlace === undefined) throw unknownName(['at'], document.at, 'place', places.keys());
  checkProfiles(document, options.profileIds);
  return {
    name: basename(name),
    title: document.title,
    start,
    timezone: document.timezone,
    lengthMs: Math.round(document.days * DAY_MS),
    container: document.container,
    identity: containerIdentity(document.container),
    places,
    startPlace,
    vehicles: document.vehicles,
    kits: new Map(kitsOf(document).map((kit) => [kit.id, kit])),
    items: itemsOf(document, start),
  };
}

function placesOf(document: ScenarioDocument): Map<string, Place> {
  const entries = Object.entries(document.places).map(([id, spec]): [string, Place] => [
    id,
    { ...spec, id, gln: glnOf(spec.gln, ['places', id, 'gln']) },
  ]);
  return new Map(entries);
}

function checkProfiles(document: ScenarioDocument, known: readonly string[] | undefined): void {
  if (known === undefined) return;
  for (const [id, product] of Object.entries(document.products)) {
    if (known.includes(product.profile)) continue;
    const message = `is '${product.profile}', expected a profile: ${known.join(', ')}`;
    throw new ScenarioProblem(['products', id, 'profile'], message);
  }
}

function itemsOf(document: ScenarioDocument, start: JourneyStart): ScenarioItem[] {
  const when = (list: string, index: number, at: string) => {
    const path = [list, index] as const;
    const instant = parseInstant(at, start);
    if (instant !== undefined) return { at: instant, path };
    throw new ScenarioProblem([...path, 'at'], `is '${at}', expected ${INSTANT_FORM}`);
  };
  return [
    ...document.faults.map((spec, index): ScenarioItem => {
      return { ...when('faults', index, spec.at), kind: 'fault', spec };
    }),
    ...document.journey.map((spec, index): ScenarioItem => {
      return { ...when('journey', index, spec.at), kind: 'act', spec };
    }),
    ...document.legs.map((spec, index): ScenarioItem => {
      return { ...when('legs', index, spec.at), kind: 'leg', spec };
    }),
  ];
}

/** Which probes stand for each slot: as the scenario says, else the slots shared out in order. */
export function slotProbesOf(container: ContainerSpec): readonly (readonly number[])[] {
  const { slots, probes, slotProbes } = container;
  return (
    slotProbes ?? Array.from({ length: slots }, (_, slot) => [Math.floor((slot * probes) / slots)])
  );
}

/** What the simulated container is built with. */
export function limitsOf(scenario: Scenario, journalBytes: number): Limits {
  const { slots, probes, samplePeriodS } = scenario.container;
  const masks = slotProbesOf(scenario.container).map((list) =>
    list.reduce((mask, probe) => mask | (1 << probe), 0),
  );
  const limits: Limits = {
    slotCount: slots,
    probeCount: probes,
    slotProbes: Uint8Array.from(masks),
    samplePeriodS,
    conversionLimitMs: 1000,
    journalBytes,
    isHardware: false,
  };
  checkLimits(limits);
  return limits;
}

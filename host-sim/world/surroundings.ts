/**
 * Hands on what surrounds the box over a journey: the ambient of the place, the vehicle or the stay
 * (a hot cabin, a cold hangar), and the lid; from the journey's events. One condition per change,
 * in order of time, so that the thermal model needs to know of no journey.
 */
import { type Ambient, DailyAmbient, PeakAmbient, Wander } from './ambient.js';
import type { Seed } from './prng.js';
import type { AmbientSpec } from './scenario-words.js';
import type { Place, Scenario } from './scenario-model.js';
import type { Condition } from './thermal.js';
import type { Leg, Stay, WorldEvent } from './world-event.js';

/** Air of a vehicle where the scenario names none: heated or cooled by its crew. */
const VEHICLE_DEFAULT: AmbientSpec = { meanC: 20, amplitudeC: 0, warmestHour: 15, wanderC: 0.5 };

/** Conditions of a journey from its events. */
export function surroundingsOf(
  scenario: Scenario,
  events: readonly WorldEvent[],
  seed: Seed,
): Condition[] {
  const air = new Air(scenario, seed);
  let around = air.ofPlace(scenario.startPlace);
  let stay: Ambient | undefined;
  let lidOpen = false;
  const conditions: Condition[] = [{ tMs: 0, ambient: around, lidOpen }];
  for (const { tMs, change } of events) {
    switch (change.kind) {
      case 'lid':
        lidOpen = change.isOpen;
        break;
      case 'depart':
        around = air.ofLeg(change.leg);
        break;
      case 'arrive':
        around = air.ofPlace(change.place);
        break;
      case 'stay':
        stay = change.stay === undefined ? undefined : air.ofStay(change.stay, tMs, around);
        break;
      default:
        continue;
    }
    conditions.push({ tMs, ambient: stay ?? around, lidOpen });
  }
  return conditions;
}

class Air {
  private readonly scenario: Scenario;
  private readonly seed: Seed;
  private readonly places = new Map<string, Ambient>();

  constructor(scenario: Scenario, seed: Seed) {
    this.scenario = scenario;
    this.seed = seed;
  }

  ofPlace(place: Place): Ambient {
    let found = this.places.get(place.id);
    if (found === undefined) {
      found = this.daily(place.ambient, `place/${place.id}`);
      this.places.set(place.id, found);
    }
    return found;
  }

  ofLeg(leg: Leg): Ambient {
    if (leg.ambient !== undefined) return this.daily(leg.ambient, `leg/${leg.startMs}`);
    if (leg.by === 'carried') return this.ofPlace(leg.from);
    const vehicle = this.scenario.vehicles[leg.by]?.ambient;
    return this.daily(vehicle ?? VEHICLE_DEFAULT, `vehicle/${leg.by}`);
  }

  ofStay(stay: Stay, startMs: number, around: Ambient): Ambient {
    if (!('peakC' in stay.air)) return this.daily(stay.air, `stay/${startMs}`);
    return new PeakAmbient(around, {
      peakC: stay.air.peakC,
      startMs,
      durationMs: stay.durationMs,
    });
  }

  private daily(spec: AmbientSpec, name: string): Ambient {
    const { start } = this.scenario;
    const wander = new Wander(this.seed, name, spec.wanderC);
    return new DailyAmbient(spec, start.unixMs + start.offsetMs, wander);
  }
}

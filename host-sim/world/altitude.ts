/**
 * Hands on how high the container is over a leg and the pressure of the air there: a helicopter
 * climbs at 5 m/s to 300 m above the higher of its two places and comes down at 4 m/s; everything
 * else goes evenly from the one height to the other. The air is the standard atmosphere (ISO 2533)
 * with weather on top, restless enough to have fronts in it: knots half an hour apart, each on its
 * own, so that 10 hPa within half an hour occur. Additions and multiplications only, as everywhere.
 */
import { Wander } from './ambient.js';
import type { Seed } from './prng.js';
import type { Place } from './scenario-model.js';
import type { Leg } from './world-event.js';

const CRUISE_ABOVE_M = 300;
const CLIMB_MPS = 5;
const DESCENT_MPS = 4;
const SEA_LEVEL_PA = 101325;
/** Lapse rate over temperature at sea level, 1/m: 0.0065 / 288.15. */
const LAPSE_PER_M = 2.25577e-5;
const WEATHER_SIGMA_PA = 250;

/** Height in m above the sea on a leg, at a time of the journey. */
export function legAltitudeM({ from, to, by, startMs, endMs }: Leg, ms: number): number {
  const sinceS = (ms - startMs) / 1000;
  const leftS = (endMs - ms) / 1000;
  if (by !== 'helicopter') {
    return from.altitudeM + ((to.altitudeM - from.altitudeM) * sinceS) / (sinceS + leftS);
  }
  const cruiseM = Math.max(from.altitudeM, to.altitudeM) + CRUISE_ABOVE_M;
  const climbing = from.altitudeM + CLIMB_MPS * sinceS;
  const descending = to.altitudeM + DESCENT_MPS * leftS;
  return Math.min(cruiseM, climbing, descending);
}

/** Pressure of the standard atmosphere in Pa, 0.01 % off at most up to 5000 m. */
export function standardPressurePa(altitudeM: number): number {
  const x = LAPSE_PER_M * altitudeM;
  const base = 1 - x;
  // base ^ 5.2559, the fraction as a series.
  const fraction = 1 - x * (0.2559 + x * (0.0952 + x * (0.0553 + x * 0.038)));
  return SEA_LEVEL_PA * base * base * base * base * base * fraction;
}

/** The air of a journey. */
export class Atmosphere {
  private readonly weather: Wander;

  constructor(seed: Seed) {
    this.weather = new Wander(seed, 'pressure', WEATHER_SIGMA_PA);
  }

  /** Pressure in Pa where the container is. */
  pressurePa(ms: number, place: Place, leg: Leg | undefined): number {
    const altitudeM = leg === undefined ? place.altitudeM : legAltitudeM(leg, ms);
    return standardPressurePa(altitudeM) + this.weather.at(ms);
  }
}

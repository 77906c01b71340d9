/**
 * Hands on the 13 bases of the Norwegian air ambulance helicopters (Luftambulansetjenesten HF,
 * "About the Air Ambulance Services of Norway") and journeys from base to base, by car and by
 * helicopter, as the text of scenarios with a known truth. Positions are those of hospital or
 * airport from memory, rounded to 0.001 degree, not compared with a map, and nothing to navigate
 * by; heights are rounded to 10 m. The GLNs are GS1's example prefix: no base has these.
 */
import { Random, type Seed } from './prng.js';

export interface Base {
  readonly id: string;
  readonly name: string;
  /** GLN without its check digit. */
  readonly gln: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly altitudeM: number;
}

const base = (
  number: number,
  name: string,
  latitude: number,
  longitude: number,
  altitudeM: number,
): Base => {
  const gln = `9521234001${String(number).padStart(2, '0')}`;
  return Object.freeze({ id: `base-${number}`, name, gln, latitude, longitude, altitudeM });
};

/** From south to north. */
export const BASES: readonly Base[] = Object.freeze([
  base(1, 'Arendal', 58.468, 8.75, 40),
  base(2, 'Stavanger', 58.953, 5.732, 30),
  base(3, 'Lørenskog', 59.928, 10.945, 180),
  base(4, 'Bergen', 60.379, 5.341, 10),
  base(5, 'Ål', 60.642, 8.547, 440),
  base(6, 'Førde', 61.458, 5.886, 20),
  base(7, 'Dombås', 62.076, 9.122, 660),
  base(8, 'Ålesund', 62.462, 6.311, 40),
  base(9, 'Trondheim', 63.421, 10.389, 20),
  base(10, 'Brønnøysund', 65.461, 12.217, 10),
  base(11, 'Harstad (Evenes)', 68.491, 16.678, 30),
  base(12, 'Tromsø', 69.683, 18.919, 10),
  base(13, 'Kirkenes', 69.726, 29.891, 90),
]);

/** One way of a journey, seconds since its start: what a container should tell of. */
export interface BaseLeg {
  readonly from: Base;
  readonly to: Base;
  readonly by: 'car' | 'helicopter';
  readonly undockS: number;
  readonly startS: number;
  readonly endS: number;
  readonly dockS: number;
}

export interface BaseJourney {
  readonly text: string;
  readonly legs: readonly BaseLeg[];
  readonly start: Base;
  /** When the first dock has contact, seconds since the start. */
  readonly firstDockS: number;
}

export interface BaseJourneyOptions {
  readonly seed: Seed;
  readonly legs: number;
  /** Lines of faults, made from the ways. */
  readonly faults?: (legs: readonly BaseLeg[]) => readonly string[];
}

const FIRST_DOCK_S = 60;
/** Nearest bases that a way may lead to. */
const NEIGHBOURS = 3;
/** A degree of latitude, 40,008 km around the poles; the way is only a plan. */
const METRES_PER_DEG = 111133;
const LIFTED_S_MIN = 30;
const LIFTED_S_MAX = 200;
const HELICOPTER_MPS = 62;
const CAR_MPS = 19;

/**
 * A journey of so many ways. At each base the container stands in its dock for an hour and is
 * lifted twice for less than four minutes, which is no departure.
 */
export function baseJourney({ seed, legs: count, faults }: BaseJourneyOptions): BaseJourney {
  const random = new Random(seed, 'bases');
  const start = BASES[random.nextBelow(BASES.length)]!;
  const acts = [actAt(FIRST_DOCK_S, 'dock')];
  const legs: BaseLeg[] = [];
  let from = start;
  let dockedS = FIRST_DOCK_S;
  for (let i = 0; i < count; i++) {
    for (const afterS of [900, 2100]) {
      const liftS = dockedS + afterS + random.nextBelow(600);
      const liftedS = LIFTED_S_MIN + random.nextBelow(LIFTED_S_MAX - LIFTED_S_MIN);
      acts.push(actAt(liftS, 'undock'), actAt(liftS + liftedS, 'dock'));
    }
    const leg = nextLeg(random, from, dockedS + 3600 + random.nextBelow(1800));
    acts.push(actAt(leg.undockS, 'undock'), actAt(leg.dockS, 'dock'));
    legs.push(leg);
    from = leg.to;
    dockedS = leg.dockS;
  }
  const lines = {
    legs: legs.map(legLine),
    journey: acts,
    faults: faults === undefined ? [] : faults(legs),
  };
  const visited = BASES.filter((one) => one === start || legs.some(({ to }) => to === one));
  const places = visited.map((one) => placeLine(one, random.nextBelow(3) > 0));
  const text = scenarioOf(start, (dockedS + 3600) / 86400, places, lines);
  return { text, legs, start, firstDockS: FIRST_DOCK_S };
}

function nextLeg(random: Random, from: Base, undockS: number): BaseLeg {
  const near = BASES.filter((other) => other !== from)
    .map((other) => ({ other, metres: roughMetres(from, other) }))
    .sort((a, b) => a.metres - b.metres);
  const { other: to, metres } = near[random.nextBelow(NEIGHBOURS)]!;
  const by = random.nextBelow(3) === 0 ? 'car' : 'helicopter';
  const startS = undockS + 60 + random.nextBelow(540);
  const durationS = Math.round(metres / (by === 'car' ? CAR_MPS : HELICOPTER_MPS));
  const endS = startS + durationS;
  return { from, to, by, undockS, startS, endS, dockS: endS + 60 + random.nextBelow(300) };
}

function roughMetres(a: Base, b: Base): number {
  const north = (a.latitude - b.latitude) * METRES_PER_DEG;
  const east = (a.longitude - b.longitude) * METRES_PER_DEG * 0.45; // cosine of 63°
  return Math.sqrt(north * north + east * east);
}

function actAt(seconds: number, act: string): string {
  return `{ at: +${seconds}s, do: ${act} }`;
}

function legLine({ from, to, by, startS, endS }: BaseLeg): string {
  const duration = `${endS - startS}s`;
  return `{ at: +${startS}s, from: ${from.id}, to: ${to.id}, by: ${by}, duration: ${duration} }`;
}

function placeLine(one: Base, isOutdoors: boolean): string {
  const { id, name, gln, latitude, longitude, altitudeM } = one;
  const where = `latitude: ${latitude}, longitude: ${longitude}, altitudeM: ${altitudeM}`;
  const facts = `dock: true, outdoors: ${isOutdoors}, ambient: { constantC: 15 }`;
  return `  ${id}: { name: ${name}, gln: '${gln}', ${where}, ${facts} }\n`;
}

/** Places are those of the journey alone: a container knows few docks. */
function scenarioOf(
  start: Base,
  days: number,
  places: readonly string[],
  lines: Readonly<Record<string, readonly string[]>>,
): string {
  const lists = Object.entries(lines).map(([name, entries]) => {
    if (entries.length === 0) return '';
    return `${name}:\n${entries.map((entry) => `  - ${entry}\n`).join('')}`;
  });
  return `title: From base to base
start: 2026-07-13T06:00:00+02:00
timezone: Europe/Oslo
days: ${days}
at: ${start.id}
container:
  grai: { asset: '952123410001', serial: BOX1 }
  giai: 952123LOG1
  slots: 2
places:
${places.join('')}products: {}
kits: {}
${lists.join('')}`;
}

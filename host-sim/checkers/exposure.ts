/**
 * Hands on how long a kit was where it should not be. A reading holds until the next one, at most
 * for the gap allowance, while the kit is aboard. Where a container may count either way (a reading
 * from before the kit came, the last one before it was taken, power lost in between), the time is
 * counted in `highS` and not in `lowS`, so that every sum has a lower and an upper bound.
 */
import type { Operator } from './codes.js';
import type { Rules, ZoneRule } from './input.js';
import type { Instant, KitStory, Stay, World } from './story-types.js';

/** What a slot's probes gave at one instant. */
export interface SlotReading {
  readonly atS: number;
  readonly warmerCentiC: number;
  readonly colderCentiC: number;
}

export interface Bounds {
  readonly lowS: number;
  readonly highS: number;
}

/** The time for which one reading stands, within one stay. */
export interface Hold extends SlotReading, Bounds {
  readonly fromS: number;
  readonly toS: number;
  /** When the next reading told that this one had held until then; null when none did. */
  readonly seenByS: number | null;
  /** Whether the reading itself was taken with the kit aboard: 'no', 'maybe' or 'yes'. */
  readonly aboard: 'no' | 'maybe' | 'yes';
}

/** An excursion as the truth has it. */
export interface Episode {
  readonly rule: number;
  /** The record may stand from here on ... */
  readonly possibleAtS: number;
  /** ... and stands at the latest here; null when there need be none. */
  readonly certainByS: number | null;
  /** A record behind this belongs to no episode, or to another one. */
  readonly untilS: number;
}

export interface ZoneExposure {
  readonly usedLowS: number;
  readonly usedHighS: number;
  readonly longestLowS: number;
  readonly longestHighS: number;
  readonly episodes: readonly Episode[];
}

/** How far container and truth may be apart: one sampling period, and the time to write it down. */
export interface Tolerance {
  readonly periodS: number;
  readonly delayS: number;
}

/** Seconds from an event to its record, sampling aside: jobs, debouncing, the end of a shock. */
const RECORD_DELAY_S = 15;

export function toleranceOf(samplePeriodS: number): Tolerance {
  return { periodS: samplePeriodS, delayS: samplePeriodS + RECORD_DELAY_S };
}

/** The readings of a slot; instants without any value are left out. */
export function slotReadings(
  instants: readonly Instant[],
  probes: readonly number[],
): SlotReading[] {
  const readings: SlotReading[] = [];
  for (const { atS, byProbe } of instants) {
    const values = probes
      .map((probe) => byProbe[probe])
      .filter((value) => value !== undefined && value !== null);
    if (values.length === 0) continue;
    readings.push({
      atS,
      warmerCentiC: Math.max(...values),
      colderCentiC: Math.min(...values),
    });
  }
  return readings;
}

/** For each stay, what held while the kit was aboard. */
export function holdsOf(world: World, story: KitStory): Hold[][] {
  const readings = slotReadings(world.instants, world.setup.slotProbes[story.slot]!);
  return story.stays.map((stay) => {
    const holds: Hold[] = [];
    readings.forEach((reading, i) => {
      const hold = holdOf(world, story.rules, stay, reading, readings[i + 1]);
      if (hold !== undefined) holds.push(hold);
    });
    return holds;
  });
}

function holdOf(
  world: World,
  rules: Rules,
  stay: Stay,
  reading: SlotReading,
  next: SlotReading | undefined,
): Hold | undefined {
  const limitS = reading.atS + rules.gapAllowanceS;
  const holdsToS = next === undefined ? limitS : Math.min(next.atS, limitS);
  const fromS = Math.max(reading.atS, stay.fromS);
  const toS = Math.min(holdsToS, stay.toS);
  if (toS < fromS || reading.atS >= stay.toS) return undefined;
  const lostPower = world.outages.some((it) => it.fromS < holdsToS && it.toS > reading.atS);
  const isSure = reading.atS >= stay.surelyFromS && holdsToS <= stay.toS && !lostPower;
  const durationS = toS - fromS;
  // Written out: with a spread, millions of these are several times as slow.
  return {
    atS: reading.atS,
    warmerCentiC: reading.warmerCentiC,
    colderCentiC: reading.colderCentiC,
    fromS,
    toS,
    lowS: isSure ? durationS : 0,
    highS: durationS,
    seenByS: next === undefined || next.atS > stay.toS ? null : next.atS,
    aboard: aboardAt(world, stay, reading.atS),
  };
}

const EDGE_S = 15; // a slot's switch and a sample may overtake each other
const CUT_S = 5; // a reading that power was lost with may not have been kept

function aboardAt({ outages }: World, stay: Stay, atS: number): Hold['aboard'] {
  if (atS < stay.fromS - EDGE_S) return 'no';
  const wasCut = outages.some(({ fromS }) => fromS >= atS && fromS < atS + CUT_S);
  const isInside = atS >= stay.surelyFromS + EDGE_S && atS < stay.toS - EDGE_S;
  return isInside && !wasCut ? 'yes' : 'maybe';
}

/** The same episode for a container that writes nothing while it has no power. */
export function whenPowered(world: World, episode: Episode, { delayS }: Tolerance): Episode {
  let { certainByS, untilS } = episode;
  for (const { fromS, toS } of world.outages) {
    const backS = toS >= world.setup.endS ? null : toS + delayS;
    if (certainByS !== null && certainByS >= fromS && certainByS < toS + delayS) certainByS = backS;
    if (untilS >= fromS && untilS < toS + delayS) untilS = Math.max(untilS, toS + delayS);
  }
  return { ...episode, certainByS, untilS };
}

/** Whether a value lies inside a zone. */
export function lies(operator: Operator, valueCentiC: number, limitCentiC: number): boolean {
  switch (operator) {
    case 'above':
      return valueCentiC > limitCentiC;
    case 'atOrAbove':
      return valueCentiC >= limitCentiC;
    case 'below':
      return valueCentiC < limitCentiC;
    case 'atOrBelow':
      return valueCentiC <= limitCentiC;
  }
}

/** Hot zones look at the warmer probe, cold zones at the colder. */
export function judgedCentiC(zone: ZoneRule, reading: SlotReading): number {
  const isHot = zone.operator === 'above' || zone.operator === 'atOrAbove';
  return isHot ? reading.warmerCentiC : reading.colderCentiC;
}

/** A growing sum with its bounds, and when it reached the allowance. */
export class Account {
  lowS = 0;
  highS = 0;
  possibleAtS: number | null = null;
  certainByS: number | null = null;
  private readonly allowanceS: number;
  private readonly tolerance: Tolerance;

  constructor(allowanceS: number, tolerance: Tolerance) {
    this.allowanceS = allowanceS;
    this.tolerance = tolerance;
  }

  /** Adds from `fromS` on; `seenByS` is when the container had to know of it, null: never. */
  add(fromS: number, lowS: number, highS: number, seenByS: number | null): void {
    const missingS = this.allowanceS - this.tolerance.periodS - this.highS;
    this.highS += highS;
    this.lowS += lowS;
    if (missingS <= highS) this.possibleAtS ??= fromS + Math.max(0, missingS);
    if (seenByS === null || this.lowS < this.allowanceS + this.tolerance.periodS) return;
    this.certainByS ??= seenByS + this.tolerance.delayS;
  }

  /** The episode that the sum has led to; `untilS` where nothing is certain. */
  episodes(rule: number, untilS: number): Episode[] {
    const { possibleAtS, certainByS } = this;
    if (possibleAtS === null) return [];
    return [{ rule, possibleAtS, certainByS, untilS: certainByS ?? untilS }];
  }
}

/** What a kit has used of one zone, and the excursions that follow. */
export function zoneExposure(
  rule: number,
  zone: ZoneRule,
  holdsByStay: readonly (readonly Hold[])[],
  endS: number,
  tolerance: Tolerance,
): ZoneExposure {
  const life = new Account(zone.allowanceS, tolerance);
  const visits = visitsOf(zone, holdsByStay);
  const episodes: Episode[] = [];
  let longestLowS = 0;
  let longestHighS = 0;
  for (const visit of visits) {
    const run = new Account(zone.allowanceS, tolerance);
    for (const hold of visit) {
      life.add(hold.fromS, hold.lowS, hold.highS, hold.seenByS);
      run.add(hold.fromS, hold.lowS, hold.highS, hold.seenByS);
    }
    longestLowS = Math.max(longestLowS, run.lowS);
    longestHighS = Math.max(longestHighS, run.highS);
    const last = visit.at(-1)!;
    const leftS = (last.seenByS ?? endS) + tolerance.delayS;
    if (zone.allowance === 'instant') {
      episodes.push(...instantEpisodes(rule, visit, leftS, tolerance));
    }
    if (zone.allowance === 'single') episodes.push(...run.episodes(rule, leftS));
  }
  if (zone.allowance === 'cumulative') episodes.push(...life.episodes(rule, endS));
  return { usedLowS: life.lowS, usedHighS: life.highS, longestLowS, longestHighS, episodes };
}

/**
 * Uninterrupted visits to a zone. A reading outside ends one, and so does leaving the container; a
 * gap does not, as nobody saw the kit leave the zone.
 */
function visitsOf(zone: ZoneRule, holdsByStay: readonly (readonly Hold[])[]): Hold[][] {
  const visits: Hold[][] = [];
  for (const holds of holdsByStay) {
    let visit: Hold[] | undefined;
    for (const hold of holds) {
      const isInside = lies(zone.operator, judgedCentiC(zone, hold), zone.limitCentiC);
      if (!isInside) visit = undefined;
      else if (visit === undefined) visits.push((visit = [hold]));
      else visit.push(hold);
    }
  }
  return visits;
}

function instantEpisodes(
  rule: number,
  visit: readonly Hold[],
  leftS: number,
  tolerance: Tolerance,
): Episode[] {
  const first = visit.find(({ aboard }) => aboard !== 'no');
  if (first === undefined) return [];
  const sure = visit.find(({ aboard }) => aboard === 'yes');
  const certainByS = sure === undefined ? null : sure.atS + tolerance.delayS;
  return [{ rule, possibleAtS: first.atS, certainByS, untilS: certainByS ?? leftS }];
}

/**
 * Compares excursions: exactly one opening record for each one of the truth, none without, each
 * within its time, with the limit and the allowance of the rule, and the readings that it names as
 * evidence are evidence. Also the shocks: what was felt is recorded, and nothing else.
 */
import { EXCURSION_PHASE, SHOCK_CLASS } from '../../firmware/core/record/schema.js';
import { RULE, ruleName } from './codes.js';
import type { ExpectedKit, Expectation } from './expected.js';
import { type Episode, judgedCentiC, lies } from './exposure.js';
import type { Finding } from './input.js';
import {
  type JournalView,
  type KitRecords,
  type TimedRecord,
  clockSlackS,
  field,
} from './journal-view.js';

/** Rules that rest on records of the air and of shocks, not on probes. */
const OF_RECORDS: readonly number[] = [RULE.tilt, RULE.humidity, RULE.light];

/** Compares the excursion records of one kit. */
export function checkExcursions(
  view: JournalView,
  { world }: Expectation,
  kit: ExpectedKit,
  records: KitRecords,
): Finding[] {
  const findings: Finding[] = [];
  const put = (atS: number, message: string): void => {
    findings.push({ about: 'excursion', kit: kit.story.name, atS, message });
  };
  const matching = new Matching(kit.excursions);
  const open = new Map<number, number>(); // what each open excursion said last was used
  for (const timed of records.records) {
    if (timed.record.type !== 'excursion') continue;
    const rule = field(timed, 'rule');
    if (OF_RECORDS.includes(rule)) continue; // check-conditions.ts
    const name = ruleName(rule);
    const sequence = timed.record.sequence;
    const phase = field(timed, 'phase');
    if (phase === EXCURSION_PHASE.update) {
      for (const message of updateFaults(open.get(rule), timed)) {
        put(timed.atS, `${name}: ${message}`);
      }
    } else if (phase === EXCURSION_PHASE.close) {
      if (!open.delete(rule)) put(timed.atS, `${name}: closed by ${sequence}, but was not open`);
      continue;
    } else if (open.has(rule)) put(timed.atS, `${name}: opened again by ${sequence} while open`);
    open.set(rule, field(timed, 'used'));
    if (phase === EXCURSION_PHASE.open && !matching.take(timed)) {
      put(timed.atS, `${name}: opened by ${sequence}, but ${expectedTimes(kit.excursions, rule)}`);
    }
    for (const message of evidenceFaults(view, world.setup.slotProbes, kit, timed)) {
      put(timed.atS, `${name}: ${message}`);
    }
  }
  for (const { rule, possibleAtS, certainByS } of matching.missing(world.judgedS)) {
    const range = `between ${Math.round(possibleAtS)} and ${Math.round(certainByS!)} s`;
    put(possibleAtS, `${ruleName(rule)}: no record opens it, expected ${range}`);
  }
  return findings;
}

/** An update speaks of an open excursion, and what was used never becomes less. */
function updateFaults(usedBefore: number | undefined, timed: TimedRecord): string[] {
  const { sequence } = timed.record;
  if (usedBefore === undefined) return [`updated by ${sequence}, but was not open`];
  const used = field(timed, 'used');
  if (used >= usedBefore) return [];
  return [`updated by ${sequence} to ${used} s used, after ${usedBefore} s`];
}

/** Which record opens which episode: each at most one. */
class Matching {
  private readonly episodes: readonly Episode[];
  private readonly recordOf = new Map<Episode, TimedRecord>();

  constructor(episodes: readonly Episode[]) {
    this.episodes = episodes;
  }

  /** Finds a free episode for a record. Of several the one whose time runs out first. */
  take(timed: TimedRecord): boolean {
    const fitting = this.episodes.filter((it) => !this.recordOf.has(it) && fits(it, timed));
    const episode = fitting.sort((a, b) => a.untilS - b.untilS)[0];
    if (episode === undefined) return false;
    this.recordOf.set(episode, timed);
    return true;
  }

  /** Episodes that must have a record by `byS` and have none, not even one that could spare it. */
  missing(byS: number): Episode[] {
    return this.episodes.filter((episode) => {
      const { certainByS } = episode;
      if (certainByS === null || certainByS > byS || this.recordOf.has(episode)) return false;
      for (const [other, timed] of this.recordOf) {
        if (other.certainByS !== null || !fits(episode, timed)) continue;
        this.recordOf.delete(other);
        this.recordOf.set(episode, timed);
        return false;
      }
      return true;
    });
  }
}

function fits(episode: Episode, timed: TimedRecord): boolean {
  const slackS = clockSlackS(timed.record.uptimeS);
  const isRule = episode.rule === field(timed, 'rule');
  const { possibleAtS, untilS } = episode;
  return isRule && possibleAtS - slackS <= timed.atS && timed.atS <= untilS + slackS;
}

function expectedTimes(episodes: readonly Episode[], rule: number): string {
  const times = episodes
    .filter((episode) => episode.rule === rule)
    .map(({ possibleAtS, untilS }) => `${Math.round(possibleAtS)} to ${Math.round(untilS)} s`);
  return times.length === 0 ? 'the truth has none' : `the truth has one from ${times.join(', ')}`;
}

/** Limit, allowance and evidence of a zone's opening record. */
function evidenceFaults(
  view: JournalView,
  slotProbes: readonly (readonly number[])[],
  { story, zones }: ExpectedKit,
  timed: TimedRecord,
): string[] {
  const rule = field(timed, 'rule');
  const zone = story.rules.zones[rule];
  const exposure = zones[rule];
  if (zone === undefined || exposure === undefined) return [];
  const faults: string[] = [];
  const expectEqual = (what: string, got: number, expected: number): void => {
    if (got !== expected) faults.push(`${what} ${got}, expected ${expected}`);
  };
  expectEqual('limit', field(timed, 'limit'), zone.limitCentiC);
  if (zone.allowance !== 'instant') {
    expectEqual('allowed', field(timed, 'allowed'), zone.allowanceS);
    const used = field(timed, 'used');
    const most = zone.allowance === 'single' ? exposure.longestHighS : exposure.usedHighS;
    if (used < zone.allowanceS || used > most + clockSlackS(timed.record.uptimeS)) {
      const range = `${zone.allowanceS} to ${Math.round(most)} s`;
      faults.push(`used ${used} s, expected ${range}`);
    }
  }
  const judgedOf = ({ record: reading }: TimedRecord): number | undefined => {
    const values = slotProbes[story.slot]!.map(
      (probe) => reading.temperaturesCentiC?.[probe] ?? null,
    ).filter((value) => value !== null);
    if (values.length === 0) return undefined;
    const warmerCentiC = Math.max(...values);
    return judgedCentiC(zone, { atS: 0, warmerCentiC, colderCentiC: Math.min(...values) });
  };
  const judged = (sequence: number): number[] => {
    const exact = view.all.filter(({ record }) => record.sequence === sequence);
    const readings = view.maybe?.get(sequence) ?? exact;
    return readings.map(judgedOf).filter((value) => value !== undefined);
  };
  const starts = judged(field(timed, 'startSequence'));
  if (!starts.some((start) => lies(zone.operator, start, zone.limitCentiC))) {
    faults.push(`startSequence ${field(timed, 'startSequence')} is no reading inside the zone`);
  }
  const extremes = judged(field(timed, 'extremeSequence'));
  if (!extremes.includes(field(timed, 'extreme'))) {
    const has = extremes[0] ?? 'no value';
    faults.push(`extreme ${field(timed, 'extreme')}, its reading has ${has}`);
  }
  return faults;
}

/** A record may stand this long before or behind its shock. */
const SHOCK_NEAR_S = 15;
/** Surely drop-like for every product's rules: facts, a fall of 10 cm lasts 143 ms. */
const DROP_FREE_FALL_MS = 200;
const DROP_DELTA_V_MM_PER_S = 2000;

/** Compares SHOCK records with the shocks that happened. */
export function checkShocks(view: JournalView, { world }: Expectation): Finding[] {
  const findings: Finding[] = [];
  const put = (atS: number, message: string): void => {
    findings.push({ about: 'shock', kit: null, atS, message });
  };
  const records = view.all.filter(({ record }) => record.type === 'shock');
  const isNear = (timed: TimedRecord, atS: number): boolean =>
    Math.abs(timed.atS - atS) <= SHOCK_NEAR_S + clockSlackS(timed.record.uptimeS);
  for (const { atS, freeFallMs, deltaVMmPerS } of world.shocks) {
    const isDrop =
      (freeFallMs ?? 0) >= DROP_FREE_FALL_MS || (deltaVMmPerS ?? 0) >= DROP_DELTA_V_MM_PER_S;
    const isOff = world.outages.some(({ fromS, toS }) => fromS <= atS + SHOCK_NEAR_S && atS < toS);
    if (!isDrop || isOff || atS + SHOCK_NEAR_S > world.setup.endS) continue;
    const near = records.filter((timed) => isNear(timed, atS));
    const isFelt = near.some((timed) => field(timed, 'class') !== SHOCK_CLASS.handling);
    if (!isFelt) put(atS, `a fall of ${freeFallMs} ms with ${deltaVMmPerS} mm/s is not recorded`);
  }
  for (const timed of records) {
    const { sequence } = timed.record;
    if (field(timed, 'class') === SHOCK_CLASS.handling) continue;
    const shock = world.shocks.find(({ atS }) => isNear(timed, atS));
    if (shock === undefined) put(timed.atS, `record ${sequence} tells of a shock that never was`);
    else for (const message of slotFaults(timed, shock.atS, world)) put(timed.atS, message);
  }
  return findings;
}

/** The kits that the record says were in, against those that were. */
function slotFaults(timed: TimedRecord, atS: number, { stories }: Expectation['world']): string[] {
  const recorded = field(timed, 'slots');
  return stories.flatMap(({ name, slot, stays }) => {
    const nearS = SHOCK_NEAR_S;
    const isIn = stays.some((it) => it.surelyFromS + nearS <= atS && atS < it.toS - nearS);
    if (!isIn || (recorded & (1 << slot)) !== 0) return [];
    return [`record ${timed.record.sequence} says slot ${slot} was empty, kit ${name} was in it`];
  });
}

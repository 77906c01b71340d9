/**
 * Hands on what a container must have concluded of each kit: exposure, excursions, the reasons that
 * surely hold and those that may hold at the end of the journey, custody. Between `certain` and
 * `possible` lies what one sampling period, or an instrument's error, decides either way.
 */
import { type MixingTold, asTold } from './accounts.js';
import { BudgetCourse } from './budget.js';
import { type Custody, FIXED_VERDICTS, RULE, VERDICTS, type Verdict } from './codes.js';
import {
  type Bounds,
  type Episode,
  type Hold,
  type Tolerance,
  type ZoneExposure,
  holdsOf,
  slotReadings,
  toleranceOf,
  whenPowered,
  zoneExposure,
} from './exposure.js';
import type { Rules, Truth, ZoneRule } from './input.js';
import {
  type Gap,
  type ShockFelt,
  gapEpisodes,
  gapsOf,
  lidAccount,
  shockEpisodes,
  shocksFelt,
} from './losses.js';
import { covers, worldOf } from './stories.js';
import type { KitStory, World } from './story-types.js';
import type { RecordedAt } from './storyteller.js';

/** Bit sets of rules. */
export interface Reasons {
  readonly certain: number;
  readonly possible: number;
}

export interface ExpectedKit {
  readonly story: KitStory;
  readonly zones: readonly ZoneExposure[];
  /** Null without a stability budget. */
  readonly budget: BudgetCourse | null;
  readonly gaps: readonly Gap[];
  readonly lidOpen: Bounds;
  readonly shocks: readonly ShockFelt[];
  readonly excursions: readonly Episode[];
  readonly reasons: Reasons;
  readonly verdict: { readonly atLeast: Verdict; readonly atMost: Verdict };
  readonly custody: Custody;
}

export interface Expectation {
  readonly world: World;
  readonly tolerance: Tolerance;
  readonly kits: readonly ExpectedKit[];
}

/** What is known of the container besides the truth. */
export interface ExpectOptions {
  readonly recordedAtS?: RecordedAt;
  /** Instants of LOST records: readings that the full journal did not keep. */
  readonly lostAtS?: readonly number[];
  /** What was told later of a kit's mixing. */
  readonly mixingTold?: (story: KitStory) => readonly MixingTold[];
}

/** Judges every kit of a journey by the truth alone. */
export function expectationOf(
  truth: Truth,
  rules: readonly Rules[],
  options: ExpectOptions = {},
): Expectation {
  const world = worldOf(truth, rules, options.recordedAtS);
  const tolerance = toleranceOf(truth.setup.samplePeriodS);
  const kits = world.stories.map((story) => {
    const told = asTold(story, options.mixingTold?.(story) ?? [], world, tolerance.delayS);
    return expectKit(world, told, tolerance, options.lostAtS ?? []);
  });
  return { world, tolerance, kits };
}

function expectKit(
  world: World,
  story: KitStory,
  tolerance: Tolerance,
  lostAtS: readonly number[],
): ExpectedKit {
  const { rules } = story;
  const { endS } = world.setup;
  const holdsByStay = holdsOf(world, story);
  const holds = holdsByStay.flat();
  const budget = rules.budget === null ? null : new BudgetCourse(rules.budget, holds);
  const zones = rules.zones.map((zone, z) => zoneExposure(z, zone, holdsByStay, endS, tolerance));
  const lid = lidAccount(world, story, tolerance);
  const shocks = shocksFelt(world, story);
  const apart = disagreement(rules, holdsByStay, endS, tolerance);
  const excursions = [
    ...(apart?.episodes ?? []),
    ...zones.flatMap(({ episodes }) => episodes),
    ...(budget === null ? [] : budget.episodes(endS, tolerance)),
    ...gapEpisodes(world, story, tolerance),
    ...lid.episodes(RULE.lidOpen, endS),
    ...shockEpisodes(shocks, tolerance),
  ]
    .map((episode) => whenPowered(world, episode, tolerance))
    .sort((a, b) => a.possibleAtS - b.possibleAtS);
  const reasons = reasonsOf(world, story, excursions, tolerance, lostAtS);
  return {
    story,
    zones,
    budget,
    gaps: gapsOf(world, story),
    lidOpen: { lowS: lid.lowS, highS: lid.highS },
    shocks,
    excursions,
    reasons,
    verdict: {
      atLeast: worstOf(reasons.certain, rules),
      atMost: worstOf(reasons.possible, rules),
    },
    custody: story.custody.at(-1)!.custody,
  };
}

/** What one reason leads to. */
function verdictOf(rule: number, rules: Rules): Verdict {
  const fixed = FIXED_VERDICTS.get(rule);
  if (fixed !== undefined) return fixed;
  if (rule === RULE.budget) return rules.budget?.verdict ?? 'usable';
  if (rule === RULE.shockDrop) return rules.shock.dropVerdict;
  if (rule === RULE.shockSevere) return rules.shock.severeVerdict;
  if (rule === RULE.lidOpen) return rules.lid.verdict;
  if (rule === RULE.disagree) return rules.disagree?.verdict ?? 'usable';
  if (rule === RULE.tilt) return rules.tilt?.verdict ?? 'usable';
  if (rule === RULE.humidity) return rules.humidity?.verdict ?? 'usable';
  if (rule === RULE.light) return rules.light?.verdict ?? 'usable';
  return rules.zones[rule]?.verdict ?? 'usable';
}

/** Probes that are apart, as a zone of their difference; null where the product bears it. */
function disagreement(
  { disagree }: Rules,
  holdsByStay: readonly (readonly Hold[])[],
  endS: number,
  tolerance: Tolerance,
): ZoneExposure | null {
  if (disagree === undefined) return null;
  const { limit, allowedS, verdict } = disagree;
  const zone: ZoneRule = {
    operator: 'above',
    limitCentiC: limit,
    allowance: 'single',
    allowanceS: allowedS,
    verdict,
  };
  const apart = holdsByStay.map((holds) =>
    holds.map((hold) => {
      const differenceCentiC = hold.warmerCentiC - hold.colderCentiC;
      return { ...hold, warmerCentiC: differenceCentiC, colderCentiC: differenceCentiC };
    }),
  );
  return zoneExposure(RULE.disagree, zone, apart, endS, tolerance);
}

/** The worst verdict that a set of reasons leads to. */
export function worstOf(reasons: number, rules: Rules): Verdict {
  let worst = 0;
  for (let rule = 0; rule < 32; rule++) {
    if ((reasons & (1 << rule)) === 0) continue;
    worst = Math.max(worst, VERDICTS.indexOf(verdictOf(rule, rules)));
  }
  return VERDICTS[worst]!;
}

/** A reason: surely there, perhaps there, or not. */
type Answer = 'no' | 'maybe' | 'yes';

function reasonsOf(
  world: World,
  story: KitStory,
  excursions: readonly Episode[],
  tolerance: Tolerance,
  lostAtS: readonly number[],
): Reasons {
  const endS = world.judgedS;
  let certain = 0;
  let possible = 0;
  const put = (rule: number, answer: Answer): void => {
    if (answer === 'yes') certain |= 1 << rule;
    if (answer !== 'no') possible |= 1 << rule;
  };
  for (const { rule, possibleAtS, certainByS } of excursions) {
    const isCertain = certainByS !== null && certainByS <= endS;
    put(rule, isCertain ? 'yes' : possibleAtS <= endS ? 'maybe' : 'no');
  }
  put(RULE.expired, expired(world, story, tolerance));
  put(RULE.clockUnset, clockUnset(world, story));
  put(RULE.probeFault, probeFault(world, story, tolerance));
  put(RULE.useByElapsed, useByElapsed(world, story, tolerance));
  put(RULE.mixed, mixed(story, endS, tolerance));
  put(RULE.returnedUnscanned, returned(story, endS, tolerance));
  put(RULE.exampleProfile, story.rules.isExample && world.setup.isHardware ? 'yes' : 'no');
  const lostAboard = lostAtS.some((atS) => covers(story.stays, atS));
  // Compared with the records that they rest on: check-conditions.ts.
  for (const name of ['tilt', 'humidity', 'light'] as const) {
    if (story.rules[name] !== undefined) put(RULE[name], 'maybe');
  }
  if (story.rules.needsCalibration === true) put(RULE.calibration, 'maybe');
  put(RULE.lost, lostAboard ? 'yes' : lostAtS.length > 0 ? 'maybe' : 'no');
  return { certain, possible };
}

/** What happened at `atS` is known at the end, unless it was the last thing to happen. */
function settled(atS: number, endS: number, { delayS }: Tolerance): Answer {
  return atS + delayS <= endS ? 'yes' : 'maybe';
}

function mixed(story: KitStory, endS: number, tolerance: Tolerance): Answer {
  if (story.mixedAtS === null) return 'no';
  return story.isMixSure ? settled(story.mixedAtS, endS, tolerance) : 'maybe';
}

function returned(story: KitStory, endS: number, tolerance: Tolerance): Answer {
  if (story.returnedAtS === null) return 'no';
  return story.isReturnSure ? settled(story.returnedAtS, endS, tolerance) : 'maybe';
}

function isAboardAtEnd(world: World, story: KitStory): boolean {
  const last = story.stays.at(-1);
  return last?.toS === world.setup.endS && last.surelyFromS <= last.toS;
}

/** The expiry date has passed while a clock was set; a kit that is gone need not be judged anew. */
function expired(world: World, story: KitStory, { delayS }: Tolerance): Answer {
  const { startWallS } = world.setup;
  const endS = world.judgedS;
  const expiresAtS = story.expiryWallS - startWallS;
  const couldTell = world.clockSet.some(({ toS }) => toS + delayS >= expiresAtS);
  if (expiresAtS > endS + delayS || !couldTell) return 'no';
  const sureS = Math.max(expiresAtS, story.packedAtS) + delayS;
  const isSure = story.stays.some((stay) =>
    world.clockSet.some((set) => {
      const fromS = Math.max(sureS, stay.fromS + delayS, set.fromS + delayS);
      return fromS <= Math.min(stay.toS, set.toS);
    }),
  );
  return isSure ? 'yes' : 'maybe';
}

function clockUnset(world: World, story: KitStory): Answer {
  const endS = world.judgedS;
  const isSet = world.clockSet.some(({ fromS, toS }) => fromS < endS && endS <= toS);
  if (isAboardAtEnd(world, story)) return isSet ? 'no' : 'yes';
  const leftS = story.stays.at(-1)?.toS ?? endS;
  const wasSet = world.clockSet.some(({ fromS, toS }) => fromS <= leftS && leftS <= toS);
  return isSet && wasSet ? 'no' : 'maybe';
}

/** No probe of the slot gives readings: sure when it has been so for longer than a gap may be. */
function probeFault(world: World, story: KitStory, { periodS, delayS }: Tolerance): Answer {
  const stay = story.stays.at(-1)!;
  const readings = slotReadings(world.instants, world.setup.slotProbes[story.slot]!);
  const lastS = readings.filter(({ atS }) => atS <= stay.toS).at(-1)?.atS;
  const asked = world.instants.filter(({ atS }) => atS <= stay.toS).at(-1)?.atS;
  const silentFromS = Math.max(lastS ?? stay.fromS, stay.fromS);
  const silentS = stay.toS - silentFromS - unmeasuredS(world, silentFromS, stay.toS);
  if (asked === undefined || silentS < periodS / 2 || lastS === asked) return 'no';
  const isAsked = asked > stay.toS - 2 * periodS;
  const isLong = silentS > story.rules.gapAllowanceS + periodS + delayS;
  return isAsked && isLong && isAboardAtEnd(world, story) ? 'yes' : 'maybe';
}

/** Time between two instants of which a container without a clock knows nothing. */
function unmeasuredS(world: World, fromS: number, toS: number): number {
  return world.outages
    .filter(({ isMeasured }) => !isMeasured)
    .reduce((sum, it) => sum + Math.max(0, Math.min(it.toS, toS) - Math.max(it.fromS, fromS)), 0);
}

/**
 * Mixed and past its use-by; what is used or wasted by then need not be judged anew. How long power
 * was away no container knows without a clock, so that time may count or not.
 */
function useByElapsed(world: World, story: KitStory, { delayS }: Tolerance): Answer {
  const { mixedAtS, isMixSure, custody, rules } = story;
  if (mixedAtS === null || rules.useByS === null) return 'no';
  const elapsesS = mixedAtS + rules.useByS;
  if (elapsesS - delayS > world.judgedS) return 'no';
  const unknownS = unmeasuredS(world, mixedAtS, world.judgedS);
  const isStillMixed = isMixSure && custody.at(-1)!.custody === 'mixed';
  const isLong = elapsesS + delayS <= world.judgedS - unknownS;
  return isStillMixed && isLong ? 'yes' : 'maybe';
}

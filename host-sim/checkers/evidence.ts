/**
 * Hands on when something spoke for a kit's reasons, by the truth: they came about or went on. A
 * release lifts nothing for which younger evidence speaks, and evidence that comes later reopens.
 * Where the truth leaves open whether or when it was, a window says so.
 */
import { rateAt } from './budget.js';
import { RULE } from './codes.js';
import type { ExpectedKit, Expectation } from './expected.js';
import { type Hold, holdsOf, judgedCentiC, lies } from './exposure.js';
import type { World } from './story-types.js';

/** Something that speaks for a reason, in the span of time in which its record may stand. */
export interface Evidence {
  readonly rule: number;
  readonly fromS: number;
  readonly untilS: number;
  /** False where it may have been nothing. */
  readonly isSure: boolean;
}

/** Who comes or goes within this time of a shock may count as in or out. */
const SHOCK_NEAR_S = 15;

/** All evidence that the truth has of what was measured of a kit; in no order. */
export function evidenceOf({ world, tolerance }: Expectation, kit: ExpectedKit): Evidence[] {
  const { delayS } = tolerance;
  const came = kit.excursions.map(({ rule, possibleAtS, certainByS, untilS }) => {
    const isSure = certainByS !== null;
    return { rule, fromS: possibleAtS, untilS: certainByS ?? untilS, isSure };
  });
  const shocks = kit.shocks.flatMap(({ atS, ...felt }) => {
    const span = { fromS: atS - SHOCK_NEAR_S, untilS: atS + delayS };
    const drop = { ...span, rule: RULE.shockDrop, isSure: felt.surelyDrop };
    const severe = { ...span, rule: RULE.shockSevere, isSure: felt.surelySevere };
    return [...(felt.maybeDrop ? [drop] : []), ...(felt.maybeSevere ? [severe] : [])];
  });
  const all = [...came, ...shocks, ...goingOn(world, kit, delayS)];
  return [...all, ...gapsGoingOn(world, kit, tolerance), ...lidGoingOn(world, kit, tolerance)].map(
    (one) => unlessCut(world, one, delayS),
  );
}

/** A reason's first times: perhaps and surely held from then on; Infinity: never. */
function heldFrom(
  { excursions }: ExpectedKit,
  rule: number,
): { perhapsS: number; surelyS: number } {
  const own = excursions.filter((episode) => episode.rule === rule);
  const perhapsS = Math.min(...own.map(({ possibleAtS }) => possibleAtS));
  const surelyS = Math.min(...own.map(({ certainByS }) => certainByS ?? Infinity));
  return { perhapsS, surelyS };
}

/** Readings that lie where a reason holds already: in its zone, beyond its limit. */
function goingOn(world: World, kit: ExpectedKit, delayS: number): Evidence[] {
  const { rules } = kit.story;
  const holds = holdsOf(world, kit.story).flat();
  const isIn = (hold: Hold): boolean[] =>
    rules.zones.map((zone) => lies(zone.operator, judgedCentiC(zone, hold), zone.limitCentiC));
  const insides = holds.map(isIn);
  const found: Evidence[] = [];
  const put = (rule: number, isInside: (hold: Hold, i: number) => boolean): void => {
    const { perhapsS, surelyS } = heldFrom(kit, rule);
    if (perhapsS === Infinity) return;
    holds.forEach((hold, i) => {
      const untilS = Math.max(hold.toS, hold.seenByS ?? 0) + delayS;
      if (untilS < perhapsS || !isInside(hold, i)) return;
      const isAdded = hold.lowS > 0 && hold.seenByS !== null;
      const isSeen = rule !== RULE.budget && hold.aboard === 'yes';
      const isHeld = surelyS <= hold.fromS;
      found.push({ rule, fromS: hold.fromS, untilS, isSure: isHeld && (isAdded || isSeen) });
    });
  };
  rules.zones.forEach((_, zone) => put(zone, (__, i) => insides[i]![zone]!));
  const { disagree, budget } = rules;
  if (disagree !== undefined) {
    put(RULE.disagree, (hold) => hold.warmerCentiC - hold.colderCentiC > disagree.limit);
  }
  if (budget !== null) {
    const isUsed = (hold: Hold): boolean => rateAt(budget, hold.warmerCentiC) > 1;
    put(RULE.budget, (hold, i) => insides[i]!.includes(true) && isUsed(hold));
  }
  return found;
}

/** A gap that lasts becomes longer; whether an outage adds to one is left open. */
function gapsGoingOn(
  world: World,
  { gaps, story }: ExpectedKit,
  { periodS, delayS }: Expectation['tolerance'],
): Evidence[] {
  const { gapAllowanceS } = story.rules;
  const found: Evidence[] = [];
  const put = (fromS: number, untilS: number, isSure: boolean): void => {
    found.push({ rule: RULE.gap, fromS, untilS, isSure });
  };
  for (const { fromS, toS, lowS, highS } of gaps) {
    if (highS <= gapAllowanceS - periodS) continue;
    put(fromS + Math.max(0, gapAllowanceS - periodS), toS + delayS, false);
    if (lowS > gapAllowanceS + 3 * periodS) put(toS - 2 * periodS, toS + delayS, true);
  }
  for (const { toS } of world.outages) put(toS, toS + periodS + delayS, false);
  return found;
}

/** The lid stands open, and has for too long: told at every sampling instant. */
function lidGoingOn(
  world: World,
  kit: ExpectedKit,
  { periodS, delayS }: Expectation['tolerance'],
): Evidence[] {
  const { perhapsS, surelyS } = heldFrom(kit, RULE.lidOpen);
  if (perhapsS === Infinity) return [];
  const found: Evidence[] = [];
  for (const open of world.lidOpen) {
    for (const stay of kit.story.stays) {
      const fromS = Math.max(open.fromS, stay.fromS, perhapsS);
      const toS = Math.min(open.toS, stay.toS);
      if (toS <= fromS) continue;
      found.push({ rule: RULE.lidOpen, fromS, untilS: toS + delayS, isSure: false });
      const sureS = Math.max(fromS, stay.surelyFromS, surelyS) + periodS;
      for (const { atS } of world.instants) {
        if (atS < sureS || atS > toS) continue;
        const span = { fromS: atS - periodS, untilS: atS + delayS };
        found.push({ rule: RULE.lidOpen, ...span, isSure: true });
      }
    }
  }
  return found;
}

/** What power was lost with is known when it is back, if at all. */
function unlessCut({ outages }: World, evidence: Evidence, delayS: number): Evidence {
  let { untilS, isSure } = evidence;
  for (const { fromS, toS } of outages) {
    if (fromS > untilS || toS + delayS < evidence.fromS) continue;
    untilS = Math.max(untilS, toS + delayS);
    isSure = false;
  }
  return { ...evidence, untilS, isSure };
}

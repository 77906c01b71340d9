/**
 * Hands on what else a kit suffers besides temperature zones and the loss of its budget: gaps, open
 * lid and shocks; each with bounds as in exposure.ts, and the excursions that follow.
 */
import { RULE } from './codes.js';
import { Account, type Bounds, type Episode, type Tolerance, slotReadings } from './exposure.js';
import { togetherEpisodes } from './losses-together.js';
import type { KitStory, Span, World } from './story-types.js';

/** Time without a reading, from the last one (or from coming aboard) on. */
export interface Gap extends Bounds {
  readonly fromS: number;
  readonly toS: number;
  /** Whether this one is the continuation of the gap before it. */
  readonly continues: boolean;
}

/** Every gap of a kit's life aboard, and of its time out between two stays. */
export function gapsOf(world: World, story: KitStory): Gap[] {
  const gaps: Gap[] = [];
  const readings = slotReadings(world.instants, world.setup.slotProbes[story.slot]!);
  const put = (fromS: number, toS: number, lowS: number, continues: boolean): void => {
    if (toS > fromS) {
      gaps.push({ fromS, toS, lowS: Math.max(0, lowS), highS: toS - fromS, continues });
    }
  };
  let lastS: number | undefined; // last reading of the stay before
  let leftS: number | undefined; // end of the stay before
  for (const stay of story.stays) {
    const surely = (fromS: number, toS: number): number => toS - Math.max(fromS, stay.surelyFromS);
    const isSure = stay.surelyFromS <= stay.toS;
    const within = readings.filter(({ atS }) => atS > stay.fromS && atS < stay.toS);
    const firstS = within[0]?.atS ?? stay.toS;
    if (leftS !== undefined) {
      put(lastS ?? leftS, firstS, isSure ? stay.fromS - leftS : 0, lastS === undefined);
    }
    put(stay.fromS, firstS, surely(stay.fromS, firstS), leftS !== undefined);
    within.forEach(({ atS }, i) => {
      const toS = within[i + 1]?.atS ?? stay.toS;
      put(atS, toS, surely(atS, toS), false);
    });
    lastS = within.at(-1)?.atS;
    leftS = stay.toS;
  }
  return gaps;
}

export function gapEpisodes(world: World, story: KitStory, tolerance: Tolerance): Episode[] {
  const { gapAllowanceS } = story.rules;
  const episodes: Episode[] = [];
  let last: Gap | undefined;
  for (const gap of gapsOf(world, story)) {
    if (gap.highS <= gapAllowanceS - tolerance.periodS) continue;
    const touches = last !== undefined && (gap.continues || gap.fromS <= last.toS);
    last = gap;
    const dueS = gap.fromS + gapAllowanceS + tolerance.periodS;
    const isLong = gap.lowS > gapAllowanceS + tolerance.periodS;
    const certainByS = isLong && !touches ? knownFrom(world, story, gap, dueS) : null;
    episodes.push({
      rule: RULE.gap,
      possibleAtS: gap.fromS + Math.max(0, gapAllowanceS - tolerance.periodS),
      certainByS: certainByS === null ? null : certainByS + tolerance.delayS,
      untilS: Math.max(certainByS ?? 0, gap.toS) + tolerance.delayS,
    });
  }
  const single = [...episodes, ...unmeasured(world, story, tolerance)];
  return [...single, ...togetherEpisodes(world, story, tolerance, single)];
}

/** After an outage of unknown length a container may call it a gap, however short it was. */
function unmeasured(world: World, story: KitStory, { delayS }: Tolerance): Episode[] {
  return world.outages.flatMap(({ fromS, toS, isMeasured }) => {
    const wasAboard = story.stays.some((stay) => stay.fromS < toS && fromS < stay.toS);
    if (isMeasured || !wasAboard) return [];
    return [{ rule: RULE.gap, possibleAtS: toS, certainByS: null, untilS: toS + delayS }];
  });
}

/** From when on a running container with the kit aboard must know of a gap; null: it cannot. */
function knownFrom(world: World, story: KitStory, gap: Gap, dueS: number): number | null {
  const inGap = (it: Span): boolean => it.fromS < gap.toS && it.toS > gap.fromS;
  if (world.outages.some((it) => inGap(it) && !it.isMeasured)) return null;
  const starts = [dueS, ...world.boots, ...story.stays.map(({ fromS }) => fromS)];
  const isUp = (atS: number): boolean =>
    !world.outages.some(({ fromS, toS }) => fromS <= atS && atS < toS) &&
    story.stays.some(({ fromS, toS }) => fromS <= atS && atS < toS);
  const knowing = starts.filter((atS) => atS >= dueS && isUp(atS));
  return knowing.length === 0 ? null : Math.min(...knowing);
}

const LID_SWITCH_S = 5; // how late a switch may be seen

/** Open lid while the kit was aboard. */
export function lidAccount(world: World, story: KitStory, tolerance: Tolerance): Account {
  const account = new Account(story.rules.lid.allowedS, tolerance);
  for (const open of world.lidOpen) {
    for (const stay of story.stays) {
      const fromS = Math.max(open.fromS, stay.fromS);
      const toS = Math.min(open.toS, stay.toS);
      if (toS <= fromS) continue;
      const offS = world.outages.reduce((sum, it) => sum + overlapS(it, { fromS, toS }), 0);
      const surelyS = toS - Math.max(fromS, stay.surelyFromS) - offS - LID_SWITCH_S;
      const isPowered = !world.outages.some((it) => it.fromS <= toS && toS < it.toS);
      account.add(fromS, Math.max(0, surelyS), toS - fromS + LID_SWITCH_S, isPowered ? toS : null);
    }
  }
  return account;
}

function overlapS(a: Span, b: Span): number {
  return Math.max(0, Math.min(a.toS, b.toS) - Math.max(a.fromS, b.fromS));
}

/** Measured values may be this far from the true ones (vibration, smearing, rebound). */
const DELTA_V_SHARE = 0.2;
const FREE_FALL_MS = 40;
/** A shock is recorded when it is over; who comes or goes meanwhile may count as in or out. */
const SHOCK_NEAR_S = 15;

export interface ShockFelt {
  readonly atS: number;
  readonly maybeDrop: boolean;
  readonly surelyDrop: boolean;
  readonly maybeSevere: boolean;
  readonly surelySevere: boolean;
}

/** The shocks that a kit felt, by the classes of its profile. Unknown values may be any. */
export function shocksFelt(world: World, story: KitStory): ShockFelt[] {
  const { dropFreeFallMs, dropDeltaVMmPerS, severeDeltaVMmPerS } = story.rules.shock;
  return world.shocks.flatMap(({ atS, freeFallMs, deltaVMmPerS, isClipped }) => {
    const stay = story.stays.find(
      ({ fromS, toS }) => fromS - SHOCK_NEAR_S <= atS && atS < toS + SHOCK_NEAR_S,
    );
    const isOff = world.outages.some(({ fromS, toS }) => fromS <= atS && atS < toS);
    if (stay === undefined || isOff) return [];
    const wasCut = world.outages.some(({ fromS }) => fromS > atS && fromS <= atS + SHOCK_NEAR_S);
    const isSure = atS >= stay.surelyFromS && atS < stay.toS - SHOCK_NEAR_S && !wasCut;
    const lowest = deltaVMmPerS === null ? 0 : deltaVMmPerS * (1 - DELTA_V_SHARE);
    const highest = deltaVMmPerS === null ? Infinity : deltaVMmPerS * (1 + DELTA_V_SHARE);
    const fallLow = freeFallMs === null ? 0 : freeFallMs - FREE_FALL_MS;
    const fallHigh = freeFallMs === null ? Infinity : freeFallMs + FREE_FALL_MS;
    const surelySevere = lowest >= severeDeltaVMmPerS || isClipped === true;
    const maybeSevere = highest >= severeDeltaVMmPerS || isClipped !== false;
    const surelyDrop = lowest >= dropDeltaVMmPerS || fallLow >= dropFreeFallMs;
    const maybeDrop = highest >= dropDeltaVMmPerS || fallHigh >= dropFreeFallMs;
    const felt: ShockFelt = {
      atS,
      maybeDrop: maybeDrop && !(isSure && surelySevere),
      surelyDrop: isSure && surelyDrop && !maybeSevere,
      maybeSevere,
      surelySevere: isSure && surelySevere,
    };
    return felt.maybeDrop || felt.maybeSevere ? [felt] : [];
  });
}

/** Of each class one excursion for the kit's life: the first shock makes it. */
export function shockEpisodes(felt: readonly ShockFelt[], tolerance: Tolerance): Episode[] {
  const episodeOf = (
    rule: number,
    maybe: (shock: ShockFelt) => boolean,
    surely: (shock: ShockFelt) => boolean,
  ): Episode[] => {
    const possible = felt.filter(maybe);
    if (possible.length === 0) return [];
    const sure = felt.find(surely);
    const certainByS = sure === undefined ? null : sure.atS + tolerance.delayS;
    const untilS = certainByS ?? possible.at(-1)!.atS + tolerance.delayS;
    return [{ rule, possibleAtS: possible[0]!.atS, certainByS, untilS }];
  };
  return [
    ...episodeOf(
      RULE.shockDrop,
      (it) => it.maybeDrop,
      (it) => it.surelyDrop,
    ),
    ...episodeOf(
      RULE.shockSevere,
      (it) => it.maybeSevere,
      (it) => it.surelySevere,
    ),
  ];
}

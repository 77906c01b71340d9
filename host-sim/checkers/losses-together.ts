/**
 * Hands on the gap that losses of power make together: what no reading stands for at each boot,
 * beyond
 * one sample period, adds up in the life of a kit, and more of it than one gap may last is a gap.
 */
import { RULE } from './codes.js';
import { type Episode, type Tolerance, slotReadings } from './exposure.js';
import type { KitStory, World } from './story-types.js';

/** Wall clock and uptime may differ by so much over an outage. */
const CLOCK_S = 6;

/** The excursion of the sum, if there is one; a kit that has a gap by itself needs none. */
export function togetherEpisodes(
  world: World,
  story: KitStory,
  { periodS, delayS }: Tolerance,
  gapsByThemselves: readonly Episode[],
): Episode[] {
  const { gapAllowanceS } = story.rules;
  const readings = slotReadings(world.instants, world.setup.slotProbes[story.slot]!);
  let highS = 0;
  let lowS = 0;
  let possibleAtS: number | undefined;
  for (const { fromS, toS, isMeasured } of world.outages) {
    const stay = story.stays.find((one) => one.fromS <= fromS && toS < one.toS);
    if (!isMeasured || stay === undefined) continue;
    if (gapsByThemselves.some((gap) => gap.possibleAtS <= toS + delayS)) break;
    const lastS = readings.filter(({ atS }) => atS <= fromS).at(-1)?.atS ?? stay.fromS;
    const sinceS = toS - Math.max(lastS, stay.fromS);
    highS += Math.max(0, sinceS + CLOCK_S - periodS / 2);
    lowS += Math.max(0, toS - Math.max(lastS, stay.surelyFromS) - CLOCK_S - 2 * periodS);
    if (highS > gapAllowanceS) possibleAtS ??= toS;
    if (possibleAtS === undefined || lowS <= gapAllowanceS) continue;
    return [episode(possibleAtS, toS + periodS + delayS, world.judgedS)];
  }
  return possibleAtS === undefined ? [] : [episode(possibleAtS, null, world.judgedS)];
}

function episode(possibleAtS: number, certainByS: number | null, judgedS: number): Episode {
  return { rule: RULE.gap, possibleAtS, certainByS, untilS: judgedS };
}

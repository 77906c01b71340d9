/**
 * What a temperature zone should count, told a second way: from the definition in PROFILE.md, over
 * the readings as a list, with no state kept between them. It knows nothing of the firmware.
 */
import type { ZoneParts } from './profiles.js';

export interface Moment {
  readonly atS: number;
  readonly centiC: number;
}

export interface Tally {
  /** Excursions that open, in all. */
  readonly events: number;
  /** Seconds: of the last stay, or of all of them for a cumulative zone. */
  readonly countS: number;
  /** Index of the reading that brought the first excursion about, or -1. */
  readonly alarmAt: number;
  /** Index of the first reading of the stay that it belongs to, or of the first stay of all. */
  readonly startAt: number;
}

const COMPARE: Readonly<Record<ZoneParts['operator'], (value: number, limit: number) => boolean>> =
  {
    above: (value, limit) => value > limit,
    atOrAbove: (value, limit) => value >= limit,
    below: (value, limit) => value < limit,
    atOrBelow: (value, limit) => value <= limit,
  };

export function tallyOf(zone: ZoneParts, moments: readonly Moment[], gapAllowanceS: number): Tally {
  const isIn = moments.map(({ centiC }) => COMPARE[zone.operator](centiC, zone.limitCentiC));
  const heldS = moments.map(({ atS }, i) => {
    return Math.min((moments[i + 1]?.atS ?? atS) - atS, gapAllowanceS);
  });
  const isSum = zone.allowance === 'cumulative';
  const stays = isSum ? [indexesOf(isIn)] : staysOf(isIn);
  let events = 0;
  let countS = 0;
  let alarmAt = -1;
  let startAt = -1;
  for (const stay of stays) {
    if (stay.length === 0) continue;
    countS = 0;
    let alarm = zone.allowance === 'instant' ? stay[0]! : -1;
    for (const i of stay) {
      countS += heldS[i]!;
      const isSpent = i + 1 < moments.length && countS >= (zone.allowanceS ?? 0);
      if (alarm < 0 && isSpent) alarm = i + 1;
    }
    if (alarm < 0) continue;
    events++;
    if (alarmAt < 0) [alarmAt, startAt] = [alarm, stay[0]!];
  }
  return { events, countS, alarmAt, startAt };
}

const indexesOf = (isIn: readonly boolean[]): number[] =>
  isIn.flatMap((inside, i) => (inside ? [i] : []));

/** Runs of neighbours that are inside. */
function staysOf(isIn: readonly boolean[]): number[][] {
  const stays: number[][] = [];
  isIn.forEach((inside, i) => {
    if (!inside) return;
    if (i > 0 && isIn[i - 1] === true) stays.at(-1)!.push(i);
    else stays.push([i]);
  });
  return stays;
}

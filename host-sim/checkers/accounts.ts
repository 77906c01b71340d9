/**
 * Hands on since when a kit was mixed by what people told later: the earliest start counts, it may
 * be put back and never off. They tell a wall time; how long ago that was, the container's own
 * clock says.
 */
import { type KitRecords, field } from './journal-view.js';
import type { KitStory, World } from './story-types.js';

const WALL_UNKNOWN = -2147483648;

/** What ACCOUNT records say of a kit's mixing. */
export interface MixingTold {
  /** Start of mixing, in seconds of the journey. */
  readonly mixedAtS: number;
  /** When that was told. */
  readonly toldAtS: number;
}

/** The accounts of a kit that name a start of mixing. */
export function mixingTold({ records }: KitRecords): MixingTold[] {
  return records.flatMap((timed) => {
    if (timed.record.type !== 'account') return [];
    const { wallS } = timed.record;
    const mixedWallS = field(timed, 'mixedWallS');
    if (mixedWallS === WALL_UNKNOWN || wallS === null || mixedWallS > wallS) return [];
    return [{ mixedAtS: timed.atS - (wallS - mixedWallS), toldAtS: timed.atS }];
  });
}

/** The story with the earliest start of mixing; what was told only just now may not count yet. */
export function asTold(
  story: KitStory,
  told: readonly MixingTold[],
  { judgedS }: World,
  delayS: number,
): KitStory {
  return told.reduce((before, { mixedAtS, toldAtS }) => {
    if (before.mixedAtS !== null && before.mixedAtS <= mixedAtS) return before;
    const isKnown = toldAtS + delayS <= judgedS;
    const isMixSure = isKnown && (before.mixedAtS === null || before.isMixSure);
    return { ...before, mixedAtS, isMixSure };
  }, story);
}

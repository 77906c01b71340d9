/**
 * Takes from the truth what a container was allowed to forget: where every kit aboard has a profile
 * that says so, readings may wait in memory that a power cut empties. What they would have shown is
 * no evidence then, and the time is a gap. More than was allowed stays in the truth, and is missed.
 */
import type { Truth } from './input.js';
import type { JournalView } from './journal-view.js';
import type { KitStory, World } from './story-types.js';

/** Records tell whole seconds. */
const SECOND_S = 1;

/** The truth without the readings that power cuts were allowed to take. */
export function withoutAllowedLoss(truth: Truth, view: JournalView, world: World): Truth {
  const spans = world.outages.flatMap(({ fromS }) => {
    const allowedS = allowedLossS(world.stories, fromS);
    if (allowedS === 0) return [];
    const kept = view.all.filter(({ atS }) => atS <= fromS).at(-1)?.atS ?? 0;
    return [{ fromS: Math.max(kept, fromS - allowedS - SECOND_S) + SECOND_S, toS: fromS }];
  });
  if (spans.length === 0) return truth;
  const isLost = (atS: number): boolean =>
    spans.some(({ fromS, toS }) => atS >= fromS && atS <= toS);
  const entries = truth.entries.filter(({ kind, atS }) => kind !== 'sample' || !isLost(atS));
  return { ...truth, entries };
}

/** What all kits aboard at an instant allow; 0 without one. */
function allowedLossS(stories: readonly KitStory[], atS: number): number {
  const aboard = stories.filter(({ stays }) =>
    stays.some(({ fromS, toS }) => fromS <= atS && atS <= toS),
  );
  if (aboard.length === 0) return 0;
  return Math.min(...aboard.map(({ rules }) => rules.lossAllowedS ?? 0));
}

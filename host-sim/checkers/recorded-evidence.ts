/**
 * Hands on the evidence for a kit's reasons that records tell and the truth does not: tilt,
 * humidity and light as they were measured, what the journal lost, and what people said.
 */
import { DECISION } from '../../firmware/core/record/schema.js';
import { RULE } from './codes.js';
import type { Evidence } from './evidence.js';
import type { Expectation } from './expected.js';
import { type JournalView, type KitRecords, type TimedRecord, field } from './journal-view.js';
import type { KitStory } from './story-types.js';

const SHOCK_TILT_MAX_DEG = 180;
const EDGE_S = 15; // who comes or goes meanwhile may count as in or out

/** The evidence of one kit; in no order. */
export function recordedEvidenceOf(
  view: JournalView,
  { tolerance }: Expectation,
  story: KitStory,
  found: KitRecords,
): Evidence[] {
  const { delayS } = tolerance;
  const opened = found.records.filter(({ record }) => record.type === 'excursion');
  const conditions: readonly number[] = [RULE.tilt, RULE.humidity, RULE.light];
  const came = opened
    .filter((timed) => conditions.includes(field(timed, 'rule')))
    .map((timed) => exactly(field(timed, 'rule'), timed.atS, delayS));
  const heldFromS = (rule: number): number =>
    opened.find((timed) => field(timed, 'rule') === rule)?.atS ?? Infinity;
  const holds = found.records
    .filter((timed) => timed.record.type === 'decision')
    .filter((timed) => field(timed, 'decision') === DECISION.hold)
    .map(({ atS }) => exactly(RULE.hold, atS, 0));
  const losses = view.all
    .filter(({ record }) => record.type === 'lost')
    .map(({ atS }) => exactly(RULE.lost, atS, 0));
  return [
    ...came,
    ...holds,
    ...losses,
    ...tilts(view, story),
    ...humid(view, story, delayS, heldFromS(RULE.humidity)),
    ...bright(view, story, delayS, heldFromS(RULE.light)),
  ];
}

const exactly = (rule: number, atS: number, delayS: number): Evidence => {
  return { rule, fromS: atS - delayS, untilS: atS, isSure: true };
};

type Place = 'in' | 'maybe' | 'out';

function placeAt({ stays }: KitStory, atS: number): Place {
  const isIn = stays.some((it) => it.surelyFromS + EDGE_S <= atS && atS < it.toS - EDGE_S);
  if (isIn) return 'in';
  return stays.some((it) => it.fromS - EDGE_S <= atS && atS < it.toS + EDGE_S) ? 'maybe' : 'out';
}

function tilts({ all }: JournalView, story: KitStory): Evidence[] {
  const { tilt } = story.rules;
  if (tilt === undefined) return [];
  return all.flatMap((timed) => {
    if (timed.record.type !== 'shock') return [];
    const tiltDeg = field(timed, 'tiltDeg');
    const place = placeAt(story, timed.atS);
    const isHere = place !== 'out' && (field(timed, 'slots') & (1 << story.slot)) !== 0;
    if (!isHere || tiltDeg <= tilt.limit || tiltDeg > SHOCK_TILT_MAX_DEG) return [];
    return [{ ...exactly(RULE.tilt, timed.atS, 0), isSure: place === 'in' }];
  });
}

function humid(
  { all }: JournalView,
  story: KitStory,
  delayS: number,
  heldFromS: number,
): Evidence[] {
  const { humidity, gapAllowanceS } = story.rules;
  if (humidity === undefined) return [];
  const readings = all.filter(({ record }) => (record.fields['humidityPermille'] ?? -1) >= 0);
  return readings.flatMap((timed, i) => {
    if (field(timed, 'humidityPermille') <= humidity.limit) return [];
    const next = readings[i + 1];
    const untilS = timed.atS + gapAllowanceS + delayS;
    return [goesOn(RULE.humidity, story, timed, next, { untilS, heldFromS })];
  });
}

function bright(
  { all }: JournalView,
  story: KitStory,
  delayS: number,
  heldFromS: number,
): Evidence[] {
  const { light } = story.rules;
  if (light === undefined) return [];
  const found: Evidence[] = [];
  let isBright = false;
  let last: TimedRecord | undefined;
  for (const timed of all) {
    const { type } = timed.record;
    if (type !== 'light' && type !== 'reading') continue;
    if (isBright && last !== undefined) {
      const untilS = timed.atS + delayS;
      found.push(goesOn(RULE.light, story, last, timed, { untilS, heldFromS }));
    }
    if (type === 'light') isBright = field(timed, 'lux') > light.limit;
    last = timed;
  }
  return found;
}

/** What lasts from one record to the next: sure where the reason held and the kit was in. */
function goesOn(
  rule: number,
  story: KitStory,
  from: TimedRecord,
  to: TimedRecord | undefined,
  { untilS, heldFromS }: { untilS: number; heldFromS: number },
): Evidence {
  const isSure =
    to !== undefined &&
    to.record.boot === from.record.boot &&
    to.atS > from.atS &&
    to.atS <= untilS &&
    heldFromS <= from.atS &&
    story.stays.some((it) => it.surelyFromS + EDGE_S <= from.atS && to.atS < it.toS - EDGE_S);
  return { rule, fromS: from.atS, untilS: isSure ? to.atS : untilS, isSure };
}

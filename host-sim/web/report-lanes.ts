/**
 * Hands on the lanes below the figure: where the container was, when its lid was open and when it
 * stood at a dock, and for each kit its verdict over time with the moments at which it was packed,
 * taken, put back or mixed. All of it is read from the log; nothing is filled in.
 */
import { CUSTODY } from '../../firmware/core/units.js';
import { verdictWordOf } from '../backend/code-words.js';
import type { KitLife } from '../backend/kit-fold.js';
import type { DecodedRecord } from '../backend/record-types.js';
import type { Lane, LaneBar, LaneMark, Tone } from './chart-types.js';
import { eventText } from './event-text.js';
import { type LogIndex, kitName } from './log-index.js';
import type { ReportLeg } from './report-types.js';
import { howKnown } from './where-text.js';
import { spaced } from './words.js';

interface Timed {
  readonly record: DecodedRecord;
  readonly wallS: number;
}

function timed(index: LogIndex, type: DecodedRecord['type']): Timed[] {
  return index.events.flatMap((record) =>
    record.type === type && record.wallS !== null ? [{ record, wallS: record.wallS }] : [],
  );
}

/** All lanes; the last bar of each ends where the log ends. */
export function lanes(index: LogIndex, legs: readonly ReportLeg[], endS: number): Lane[] {
  return [
    placeLane(legs, endS),
    switchLane(index, endS, { type: 'lid', field: 'open', name: 'Lid', tone: 'open' }),
    switchLane(index, endS, { type: 'dock', field: 'docked', name: 'Dock', tone: 'docked' }),
    deviceLane(index),
    ...index.kits.lives.map((life) => kitLane(index, life, endS)),
  ];
}

function placeLane(legs: readonly ReportLeg[], endS: number): Lane {
  const bars = legs.flatMap(({ kind, place, from, to, how }): LaneBar[] => {
    if (from.wallS === null) return [];
    const tone: Tone = kind === 'stay' ? 'place' : 'way';
    const detail = kind === 'stay' ? `${place} (${how})` : 'on the way';
    const toS = to?.wallS ?? endS;
    return [{ fromS: from.wallS, toS, text: place, detail, tone, isThin: kind === 'way' }];
  });
  return { name: 'Place', shortName: 'Place', isKit: false, bars, marks: [] };
}

interface Switch {
  readonly type: 'lid' | 'dock';
  readonly field: string;
  readonly name: string;
  readonly tone: Tone;
}

/** A lane of something that is on or off. */
function switchLane(index: LogIndex, endS: number, { type, field, name, tone }: Switch): Lane {
  const bars: LaneBar[] = [];
  let since: Timed | undefined;
  const close = (toS: number): void => {
    if (since === undefined) return;
    const detail = eventText(since.record, index) ?? name;
    bars.push({ fromS: since.wallS, toS, text: '', detail, tone, isThin: false });
    since = undefined;
  };
  for (const entry of timed(index, type)) {
    const isOn = entry.record.fields[field] === 1;
    if (isOn && since === undefined) since = entry;
    else if (!isOn) close(entry.wallS);
  }
  close(endS);
  return { name, shortName: name, isKit: false, bars, marks: [] };
}

/** Starts of the device and steps of its clock. */
function deviceLane(index: LogIndex): Lane {
  const mark = (shape: 'boot' | 'clock') => (entry: Timed) => ({
    atS: entry.wallS,
    shape,
    detail: eventText(entry.record, index) ?? '',
  });
  const marks = [
    ...timed(index, 'boot').map(mark('boot')),
    ...timed(index, 'clock').map(mark('clock')),
  ];
  return { name: 'Device', shortName: 'Dev.', isKit: false, bars: [], marks };
}

const MARKS: Readonly<Record<number, LaneMark['shape']>> = {
  [CUSTODY.in]: 'in',
  [CUSTODY.taken]: 'out',
  [CUSTODY.mixed]: 'mixed',
  [CUSTODY.used]: 'end',
  [CUSTODY.wasted]: 'end',
  [CUSTODY.transferred]: 'end',
};

/** A kit's bars, one for each change of verdict or custody. */
function kitLane(index: LogIndex, life: KitLife, endS: number): Lane {
  const bars: LaneBar[] = [];
  const marks: LaneMark[] = [];
  let verdict = 'unknown' as Tone;
  let custody: number = CUSTODY.in;
  let fromS: number | undefined;
  let lastS = endS;
  const close = (toS: number): void => {
    if (fromS === undefined || toS <= fromS) return;
    const isThin = custody !== CUSTODY.in;
    const place = isThin ? ', out of its slot' : '';
    const detail = `${kitName(life.kit)}: ${verdict}${place}`;
    bars.push({ fromS, toS, text: verdict, detail, tone: verdict, isThin });
  };
  for (const record of index.events) {
    if (!isOf(record, life) || record.wallS === null) continue;
    lastS = record.wallS;
    if (record.type === 'kit') marks.push(markOf(index, record, record.wallS, 'in'));
    close(record.wallS);
    fromS = record.wallS;
    if (record.type === 'verdict') verdict = verdictWordOf(record.fields['verdict'] ?? -1);
    if (record.type === 'custody') {
      custody = record.fields['custody'] ?? CUSTODY.none;
      const shape = MARKS[custody];
      if (shape !== undefined) marks.push(markOf(index, record, record.wallS, shape));
    }
  }
  const isGone = custody === CUSTODY.used || custody === CUSTODY.wasted;
  close(isGone || custody === CUSTODY.transferred ? lastS : lifeEndS(index, life, endS));
  const name = kitName(life.kit);
  return { name, shortName: `K${life.kit + 1}`, isKit: true, bars: joinTouching(bars), marks };
}

function isOf(record: DecodedRecord, life: KitLife): boolean {
  const isAboutKit = ['kit', 'verdict', 'custody'].includes(record.type);
  if (!isAboutKit || record.fields['kit'] !== life.kit) return false;
  return life.has(record.sequence);
}

function lifeEndS(index: LogIndex, life: KitLife, endS: number): number {
  return life.toSequence === Infinity ? endS : (index.moment(life.toSequence).wallS ?? endS);
}

function markOf(
  index: LogIndex,
  record: DecodedRecord,
  atS: number,
  shape: LaneMark['shape'],
): LaneMark {
  return { atS, shape, detail: eventText(record, index) ?? spaced(record.type) };
}

/** Bars that differ in nothing become one. */
function joinTouching(bars: readonly LaneBar[]): LaneBar[] {
  const joined: LaneBar[] = [];
  for (const bar of bars) {
    const last = joined.at(-1);
    const isSame = last?.toS === bar.fromS && last.tone === bar.tone && last.isThin === bar.isThin;
    if (isSame) joined[joined.length - 1] = { ...last, toS: bar.toS };
    else joined.push(bar);
  }
  return joined;
}

/** Stays and ways as far as the log knows them: from docks, and from arrivals and departures. */
export function legsOf(index: LogIndex): ReportLeg[] {
  const legs: ReportLeg[] = [];
  const begin = (leg: Omit<ReportLeg, 'to'>): void => {
    const last = legs.at(-1);
    if (last?.kind === leg.kind && last.place === leg.place && last.to === null) return;
    if (last?.to === null) legs[legs.length - 1] = { ...last, to: leg.from };
    legs.push({ ...leg, to: null });
  };
  for (const record of index.events) {
    const from = index.moment(record.sequence);
    const word = record.type === 'place' ? placeWord(record) : dockWord(record);
    if (word === undefined) continue;
    if (word === 'leaves') {
      begin({ kind: 'way', place: '', from, how: '' });
      continue;
    }
    const how = record.type === 'dock' ? 'dock' : howKnown(record);
    begin({ kind: 'stay', place: placeOf(record, index), from, how });
  }
  return legs;
}

function placeWord(record: DecodedRecord): 'arrives' | 'leaves' | undefined {
  const kind = record.fields['kind'];
  if (kind === 0) return undefined; // a fix alone is neither
  return kind === 1 ? 'leaves' : 'arrives';
}

/** A dock proves a place; leaving it proves none: the box may stand beside it. */
function dockWord(record: DecodedRecord): 'arrives' | undefined {
  return record.type === 'dock' && record.fields['docked'] === 1 ? 'arrives' : undefined;
}

function placeOf(record: DecodedRecord, index: LogIndex): string {
  if (record.tail.length > 0) return index.placeName(record.tail);
  const degrees = (field: string): string => ((record.fields[field] ?? 0) / 1e6).toFixed(4);
  return `${degrees('latitudeMicroDeg')}, ${degrees('longitudeMicroDeg')}`;
}

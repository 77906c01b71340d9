/**
 * Hands on the sections between figure and kits: excursions, shocks, places and missing data, each
 * as a table whose rows name their records, and all events in their order at the very end. What a
 * page cannot hold is counted, never dropped without a word.
 */
import { durationOf, plural, thousandthsOf } from './format.js';
import { type Markup, html } from './html.js';
import {
  type Column,
  columnsOf,
  recordRef,
  recordRefs,
  section,
  table,
  timeOf,
  wallTime,
} from './report-parts.js';
import type {
  ReportData,
  ReportExcursion,
  ReportFacts,
  ReportLeg,
  ReportMoment,
  ReportShock,
} from './report-types.js';

/** Above these the page would be slow to open and long to print; the log holds all. */
const EVENTS_MAX = 3000;
const ROWS_MAX = 200;

export function excursionSection({ excursions, facts }: ReportData): Markup {
  const columns = ['Kits', 'Rule', 'Began', 'Counted from', 'Ended', 'Used of allowed', 'Extreme'];
  return section({
    id: 'excursions',
    title: 'Excursions',
    lead:
      'A limit passed for longer than its rule allows. It begins when the limit is passed, and ' +
      'counts from the moment at which the allowance is spent. Where times add up there is no end.',
    body: table({
      id: 'excursion-table',
      caption: 'Excursions in the order in which they counted; kits with the same one share a row',
      columns: columnsOf(columns, { Extreme: 'tight' }),
      rows: groupExcursions(excursions).map((group) => excursionRow(group, facts)),
      empty: 'None: no allowance of any kit was spent.',
    }),
  });
}

function excursionRow(group: readonly ReportExcursion[], facts: ReportFacts): (Markup | string)[] {
  const entry = group[0]!;
  const { limitText, extremeText, extremeSequence, usedText, allowedText, endText, asOf } = entry;
  const ends = group.flatMap(({ end }) => (end === null ? [] : [end.sequence]));
  const alarms = group.map(({ alarm }) => alarm.sequence);
  return [
    kitList(group),
    html`${entry.rule}${limitText !== '' && html`<br /><small>limit ${limitText}</small>`}`,
    html`${timeOf(entry.start, facts)}<br /><small>${entry.where}</small>`,
    html`${wallTime(entry.alarm.wallS, facts)} ${recordRefs(alarms)}`,
    entry.end === null
      ? html`<span class="dim">${endText}</span>`
      : html`${wallTime(entry.end.wallS, facts)} ${recordRefs(ends)}`,
    usedText === ''
      ? '–'
      : html`${usedText} of
        ${allowedText}${isNewer(entry) && html`<br /><small>as of ${timeOf(asOf, facts)}</small>`}`,
    html`${extremeText === '' ? '–' : extremeText}
    ${extremeSequence !== null && recordRef(extremeSequence)}`,
  ];
}

/** Whether the numbers of an excursion without an end are newer than its alarm. */
function isNewer({ alarm, end, asOf }: ReportExcursion): boolean {
  return end === null && asOf.sequence !== alarm.sequence;
}

/** Excursions that several kits had together: same rule and numbers, counted in the same minute. */
function groupExcursions(excursions: readonly ReportExcursion[]): ReportExcursion[][] {
  const groups = new Map<string, ReportExcursion[]>();
  for (const entry of excursions) {
    const minute = (wallS: number | null | undefined): number => Math.floor((wallS ?? 0) / 60);
    const times = [minute(entry.alarm.wallS), entry.end === null, minute(entry.end?.wallS)];
    const numbers = [entry.limitText, entry.usedText, entry.allowedText, entry.extremeText];
    const key = JSON.stringify([entry.rule, entry.start.sequence, ...times, ...numbers]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return [...groups.values()];
}

/** "Kit 1", "Kits 1, 2, 5". */
function kitList(group: readonly ReportExcursion[]): string {
  const names = group.map(({ kitName }) => kitName);
  if (names.length === 1) return names[0]!;
  return `Kits ${names.map((name) => name.replace(/^Kit /, '')).join(', ')}`;
}

const CLASS_WORDS = { handling: 'handling', dropLike: 'drop-like', severe: 'severe' } as const;

export function shockSection({ shocks, facts }: ReportData): Markup {
  const columns: Column[] = [
    { name: 'Time' },
    { name: 'Class' },
    { name: 'ΔV, m/s', kind: 'num' },
    { name: 'Free fall, ms', kind: 'num' },
    { name: 'Peak x, y, z, g' },
    { name: 'Length, ms', kind: 'num' },
    { name: 'Tilt after', kind: 'num' },
    { name: 'Kits in the box' },
  ];
  const row = (shock: ReportShock): (Markup | string)[] => [
    html`${timeOf(shock, facts)}<br /><small>${shock.where}</small>`,
    CLASS_WORDS[shock.class],
    thousandthsOf(shock.deltaVMmPerS),
    String(shock.freeFallMs),
    html`<span class="nowrap">${shock.peakMilliG.map(thousandthsOf).join(', ')}</span>${
        shock.isClipped && html`<br /><small>clipped: at least so much</small>`
      }${shock.isSmeared && html`<br /><small>smeared: fewer than 4 samples</small>`}`,
    String(shock.durationMs),
    `${shock.tiltDeg}°`,
    shock.kitNames.map((name) => name.replace(/^Kit /, '')).join(', ') || 'none',
  ];
  return section({
    id: 'shocks',
    title: 'Shocks',
    lead: 'Change of speed (ΔV) and free fall decide; a peak is only a hint: stiff parts ring.',
    body: table({
      id: 'shock-table',
      caption: 'Shocks in order',
      columns,
      rows: worstFirst(shocks).map(row),
      rowsMax: ROWS_MAX,
      empty: 'None recorded.',
    }),
  });
}

/** In order; where there are more than the page holds, those that count come first. */
function worstFirst(shocks: readonly ReportShock[]): readonly ReportShock[] {
  if (shocks.length <= ROWS_MAX) return shocks;
  const counts = shocks.filter((shock) => shock.class !== 'handling');
  return [...counts, ...shocks.filter((shock) => shock.class === 'handling')];
}

export function journeySection({ legs, facts }: ReportData): Markup {
  const row = ({ kind, place, from, to, how }: ReportLeg): (Markup | string)[] => [
    kind === 'stay' ? place : html`<span class="dim">on the way</span>`,
    timeOf(from, facts),
    to === null ? html`<span class="dim">to the end of the log</span>` : timeOf(to, facts),
    lengthOf(from, to ?? { wallS: facts.lastWallS, sequence: 0 }),
    how === '' ? '–' : how,
  ];
  return section({
    id: 'journey',
    title: 'Places and ways',
    lead: 'As far as the log knows them: docks prove a place, satellites and cells suggest one.',
    body: table({
      id: 'journey-table',
      caption: 'Stays and ways in order',
      columns: columnsOf(['Place', 'From', 'To', 'Length', 'Known from']),
      rows: legs.map(row),
      empty: 'The log names no place.',
    }),
  });
}

function lengthOf(from: ReportMoment, to: ReportMoment): string {
  if (from.wallS === null || to.wallS === null) return '–';
  return durationOf(to.wallS - from.wallS);
}

export function gapSection({ gaps, facts }: ReportData): Markup {
  return section({
    id: 'gaps',
    title: 'Missing data',
    lead: html`What was not measured is never filled in. Beyond what its rules allow, a kit's
      verdict is <i>unknown</i> at best.`,
    body: table({
      id: 'gap-table',
      caption: 'Probes without readings, lost records, and kits that lacked readings for too long',
      columns: [{ name: 'Time' }, { name: 'What is missing' }],
      rowsMax: ROWS_MAX,
      rows: gaps.map((gap) => [timeOf(gap, facts), gap.text]),
      empty: 'Nothing: every probe answered every time, and no kit was out for too long.',
    }),
  });
}

export function eventSection({ events, facts }: ReportData): Markup {
  const rows = events.map(({ sequence, wallS, kind, text }) => [
    recordRef(sequence),
    wallTime(wallS, facts),
    kind,
    text,
  ]);
  return section({
    id: 'events',
    title: 'All events',
    body: html`<details>
      <summary>${plural(events.length, 'event')} in the order of the log</summary>
      ${table({
        id: 'event-table',
        caption: 'Every record but readings and battery',
        columns: columnsOf(['Record', 'Time', 'Type', 'What happened'], {
          'What happened': 'wide',
        }),
        rows,
        rowsMax: EVENTS_MAX,
        empty: 'None.',
      })}
    </details>`,
  });
}

/**
 * Scripts for power cuts: small enough that every operation can be cut, and between them every
 * thing that the journal does: begin, roll over, wrap, restart, take receipts, fill up, lose, say
 * so.
 */
import type { RecordBuffer } from '../../firmware/core/record/record.js';
import { RECORD } from '../../firmware/core/record/schema.js';
import { makeReading, makeRecord } from '../support/records.js';
import type { Action, Workload } from './campaign.js';
import type { NorFlash } from '../../host-sim/ports/flash.js';

const reading = (i: number): RecordBuffer =>
  makeReading(60 * i, 400 + (i % 4), 500 + ((i * 11) % 9), 480 - ((i * 5) % 7));

/** A packing list: it fills a twentieth of a segment. */
const kit = (i: number): RecordBuffer =>
  makeRecord(RECORD.kit, i, [i & 15, 1, 0, i], new Uint8Array(190).fill(i));

const event = (i: number): RecordBuffer =>
  makeRecord(RECORD.excursion, 60 * i, [1, 2, i & 1, 800, i, 7, i, 900 + i, i]);

function times(count: number, make: (i: number) => Action | readonly Action[]): Action[] {
  return Array.from({ length: count }, (_, i) => make(i)).flat();
}

/** Restarts with a few records each: a wrapped log whose segments hold little. */
const wrapped = (laps: number): Action[] =>
  times(16 * laps, (i) => [
    'restart',
    reading(i),
    event(i),
    ...(i % 8 === 7 ? (['receipt'] as const) : []),
  ]);

export const WORKLOADS: readonly Workload[] = [
  {
    name: 'first records on blank flash, into the second segment',
    before: [],
    script: [
      reading(1),
      reading(2),
      event(3),
      ...times(22, kit),
      ...times(6, (i) => reading(90 + i)),
    ],
    isStateWhole: true,
  },
  {
    name: 'readings and events in a log that is about to wrap',
    before: wrapped(0.9),
    script: [
      ...times(12, (i) => reading(i)),
      'receipt',
      ...times(20, (i) => kit(100 + i)),
      ...times(12, (i) => [reading(300 + i), ...(i % 4 === 3 ? [event(i)] : [])]),
      ...times(20, (i) => kit(200 + i)),
      reading(500),
    ],
    isStateWhole: true,
  },
  {
    name: 'restarts in a log that has wrapped',
    before: wrapped(2),
    script: times(9, (i) => [
      'restart',
      reading(700 + i),
      reading(701 + i),
      ...(i % 3 === 2 ? (['receipt'] as const) : []),
    ]),
    isStateWhole: true,
  },
  {
    name: 'a journal that fills up, loses, is receipted and says LOST',
    before: [...wrapped(1), 'receipt', ...times(14, (i) => ['restart', event(900 + i)])],
    script: [
      ...times(4, (i) => reading(i)),
      ...times(24, (i) => kit(i)),
      'receipt',
      'receipt',
      ...times(4, (i) => reading(50 + i)),
      event(60),
      ...times(4, (i) => reading(70 + i)),
    ],
    isStateWhole: false,
  },
];

/** Rolls over some segments, with restarts and a receipt. */
const rolling = (from: number): Action[] => [
  'receipt',
  ...times(12, (i) => kit(from + i)),
  reading(from),
  'restart',
  ...times(3, (i) => [reading(from + i), event(from + i)]),
  ...times(14, (i) => kit(from + 20 + i)),
  'rest',
  reading(from + 40),
];

/** The same on flash that fails: what is wrong from the start, or from the script on. */
export const FAILING_WORKLOADS: readonly Workload[] = [
  {
    name: 'a wrapped log with sectors that were retired, two of them neighbours',
    before: wrapped(2),
    script: rolling(800),
    isStateWhole: true,
    harm: ({ defects }: NorFlash) => {
      defects.limitErases(4, 2);
      defects.limitErases(9, 1, 'silent');
      defects.failProgramsOf(10, 'reported');
    },
  },
  {
    name: 'a wrapped log with sectors bad from the factory, the first and the last',
    before: wrapped(1.5),
    script: rolling(800),
    isStateWhole: true,
    harm: ({ defects }: NorFlash) => {
      for (const sector of [0, 7, 15]) defects.markBad(sector);
    },
  },
  ...(['reported', 'silent'] as const).map((failure): Workload => ({
    name: `a sector whose programs begin to fail, ${failure}`,
    before: wrapped(1.2),
    script: rolling(800),
    isStateWhole: false, // where no sector is ready yet, the record is counted as lost
    harm: () => undefined,
    harmLater: ({ defects }: NorFlash) => defects.failNextPrograms(failure, 2, 9),
  })),
  {
    name: 'a sector whose erases begin to fail',
    before: wrapped(1.2),
    script: rolling(800),
    isStateWhole: true,
    harm: () => undefined,
    harmLater: ({ defects }: NorFlash) => {
      for (const sector of [6, 7]) defects.limitErases(sector, 0);
    },
  },
];

/**
 * Hands on one sentence for each record that tells of an event: what a person would have seen or
 * done, with the numbers that matter. Readings and battery records have none: the figure and the
 * log show them. Words and numbers come from the record alone.
 */
import { SHOCK_FLAG } from '../../firmware/core/record/schema.js';
import { WALL_UNKNOWN } from '../../firmware/core/units.js';
import type { KitLife } from '../backend/kit-fold.js';
import { bitsOf, excursionNumbers, isAway, reasonFacts } from '../backend/reason-facts.js';
import type { DecodedRecord } from '../backend/record-types.js';
import { ENGLISH } from '../backend/sentences/en.js';
import { gapText } from '../backend/sentences/reason-text.js';
import { CARE_SENTENCES } from './care-text.js';
import {
  celsiusOf,
  durationOf,
  identityOf,
  limitOf,
  secondOf,
  tailText,
  thousandthsOf,
} from './format.js';
import { type LogIndex, kitName, slotName } from './log-index.js';
import { howKnown } from './where-text.js';
import { fieldWord, reasonPhrase, spaced } from './words.js';

type Sentence = (record: DecodedRecord, index: LogIndex) => string | undefined;

/** The sentence of a record, or undefined when it tells of no event. */
export function eventText(record: DecodedRecord, index: LogIndex): string | undefined {
  return SENTENCES[record.type](record, index);
}

/** The words of a coded field, with spaces. */
function word(record: DecodedRecord, field: string): string {
  return spaced(fieldWord(record.type, field, value(record, field)) ?? '');
}

function value(record: DecodedRecord, field: string): number {
  return record.fields[field] ?? 0;
}

function kitOf(record: DecodedRecord, index: LogIndex): KitLife | undefined {
  return index.kits.lifeAt(value(record, 'kit'), record.sequence);
}

/** A reason in words: zones by the name that their profile gives them. */
export function ruleName(rule: number, life: KitLife | undefined, index: LogIndex): string {
  return reasonFacts(rule).kind === 'zone' ? index.zoneName(life, rule) : reasonPhrase(rule);
}

/** The rule of an excursion; of a gap, whether data were missing or the kit itself. */
export function excursionName(record: DecodedRecord, index: LogIndex): string {
  const rule = value(record, 'rule');
  const { kind } = reasonFacts(rule);
  if (kind === 'gap' && isKitAway(record, index)) return 'out of the container';
  return ruleName(rule, kitOf(record, index), index);
}

/** "Kit 6: out of the container for 40 min, allowed 15 min", of the excursion of a gap. */
export function kitGapText(record: DecodedRecord, index: LogIndex): string {
  const numbers = { ...excursionNumbers(record), isAway: isKitAway(record, index) };
  const text = gapText(numbers, ENGLISH);
  return `${kitName(value(record, 'kit'))}: ${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

function isKitAway(record: DecodedRecord, index: LogIndex): boolean {
  return isAway(index.record(excursionNumbers(record).startSequence ?? -1));
}

/** Names of all reasons of a verdict. */
function reasonNames(verdict: DecodedRecord, life: KitLife | undefined, index: LogIndex): string {
  const names = bitsOf(value(verdict, 'reasons')).map((rule) => {
    const excursion = life && index.kits.excursionOf(life, rule, verdict.sequence);
    return excursion ? excursionName(excursion.opened, index) : ruleName(rule, life, index);
  });
  return names.map((name) => `"${name}"`).join(', ');
}

function wallText(wallS: number): string {
  return wallS === WALL_UNKNOWN ? 'unset' : `${secondOf(wallS)} UTC`;
}

const SENTENCES: Readonly<Record<DecodedRecord['type'], Sentence>> = {
  reading: () => undefined,
  power: () => undefined,
  gap: (record) => {
    const lengthS = value(record, 'lengthS');
    const what = lengthS < 0 ? 'no readings from now on' : `no readings for ${durationOf(lengthS)}`;
    return `Probe ${value(record, 'probe') + 1}: ${what} (${word(record, 'reason')})`;
  },
  boot: (record) => {
    const source = word(record, 'wallSource');
    const clock = source === 'unset' ? 'clock not set' : `clock from ${source}`;
    const count = value(record, 'bootCount');
    return `Started, ${word(record, 'reason')}; start number ${count}, ${clock}`;
  },
  clock: (record) => {
    const [before, after] = [value(record, 'oldWallS'), value(record, 'newWallS')];
    const step = before === WALL_UNKNOWN ? '' : `, a step of ${durationOf(after - before)}`;
    return `Clock set by ${word(record, 'wallSource')} to ${wallText(after)}${step}`;
  },
  lid: (record) => (value(record, 'open') === 1 ? 'Lid opened' : 'Lid closed'),
  slot: (record) => {
    const change = value(record, 'filled') === 1 ? 'filled' : 'emptied';
    const kit = value(record, 'kit');
    const name = kit < 0 ? '' : `, place of ${kitName(kit)}`;
    return `${slotName(value(record, 'slot')).replace('s', 'S')} ${change}${name}`;
  },
  custody: custodyText,
  dock: (record, index) =>
    value(record, 'docked') === 1
      ? `Docked at ${index.placeName(record.tail)}`
      : `Undocked from ${index.placeName(record.tail)}`,
  place: placeText,
  shock: (record) => shockText(record),
  excursion: excursionText,
  verdict: (record, index) => {
    const life = kitOf(record, index);
    const names = reasonNames(record, life, index);
    const isRepeated = life?.isRepeated(record) === true;
    const verdict = `${isRepeated ? 'still ' : ''}${word(record, 'verdict')}`;
    const why = names === '' ? '' : `, ${names}`;
    const budget = isRepeated ? '; its budget as of now' : '';
    return `${kitName(value(record, 'kit'))}: verdict ${verdict}${why}${budget}`;
  },
  checkpoint: (record) => `Signed checkpoint of all records up to #${value(record, 'sequence')}`,
  receipt: (record) =>
    `Receipt: the backend stored all records up to #${value(record, 'sequence')}`,
  config: (record) =>
    `Configuration: ${value(record, 'probeCount')} probes, ${value(record, 'slotCount')} slots, ` +
    `a reading every ${durationOf(value(record, 'samplePeriodS'))}`,
  kit: (record, index) => {
    const product = index.profile(kitOf(record, index))?.source.product.name;
    const place = slotName(value(record, 'slot'));
    return `${kitName(value(record, 'kit'))} packed into ${place}${product ? `, ${product}` : ''}`;
  },
  profile: (record) =>
    `Profile ${value(record, 'profile') + 1} installed, version ${value(record, 'version')}`,
  roles: (record) => `List of roles number ${value(record, 'counter')} accepted`,
  seal: (record) => {
    const who = record.tail.length > 0 ? ` by ${identityOf(tailText(record.tail))}` : '';
    return `Container ${value(record, 'sealed') === 1 ? 'sealed' : 'opened'}${who}`;
  },
  fault: (record) =>
    `Fault: ${word(record, 'code')} (${value(record, 'a')}, ${value(record, 'b')})`,
  command: (record) => {
    const result = word(record, 'result');
    const outcome = result === 'ok' ? 'done' : `refused, ${result}`;
    return `Command ${word(record, 'code')}: ${outcome}`;
  },
  lost: (record) => {
    const [first, count] = [value(record, 'firstSequence'), value(record, 'count')];
    return `${count} records from #${first} on were judged but not kept: the journal was full`;
  },
  thinned: (record) =>
    `Readings ${value(record, 'firstSequence')} to ${value(record, 'lastSequence')} summed up: ` +
    'the journal was full and had no receipt for them',
  kept: () => undefined,
  ...CARE_SENTENCES,
};

function custodyText(record: DecodedRecord): string {
  const custody = word(record, 'custody');
  const acts: Readonly<Record<string, string>> = {
    in: 'put into its slot',
    taken: 'taken out',
    mixed: 'mixed',
    transferred: 'handed over to another container',
  };
  const origins: Readonly<Record<string, string>> = {
    slot: 'told by the slot',
    button: 'told by the glove button',
    command: 'told by a signed command',
  };
  const origin = origins[word(record, 'origin')] ?? word(record, 'origin');
  const urgent = value(record, 'emergency') === 1 ? ', an emergency' : '';
  const name = kitName(value(record, 'kit'));
  const act = acts[custody] ?? custody;
  return `${name} ${act} (${origin}); shown ${word(record, 'verdict')}${urgent}`;
}

function placeText(record: DecodedRecord, index: LogIndex): string {
  const where =
    record.tail.length > 0
      ? index.placeName(record.tail)
      : `${degrees(record, 'latitudeMicroDeg')}, ${degrees(record, 'longitudeMicroDeg')}`;
  const kinds: Readonly<Record<string, string>> = {
    departed: 'Departed from',
    arrived: 'Arrived at',
  };
  return `${kinds[word(record, 'kind')] ?? 'At'} ${where} (${howKnown(record)})`;
}

function degrees(record: DecodedRecord, field: string): string {
  return (value(record, field) / 1_000_000).toFixed(5);
}

/** "Drop-like shock: ΔV 2.10 m/s after 306 ms of free fall, peak 12.3 g or more". */
export function shockText(record: DecodedRecord): string {
  const flags = value(record, 'flags');
  const axes = ['peakXMilliG', 'peakYMilliG', 'peakZMilliG'];
  const peak = Math.max(...axes.map((axis) => Math.abs(value(record, axis))));
  const isClipped = (flags & SHOCK_FLAG.clipped) !== 0;
  const fall = value(record, 'freeFallMs');
  const names: Readonly<Record<string, string>> = {
    handling: 'Handling shock',
    'drop like': 'Drop-like shock',
    severe: 'Severe shock',
  };
  const name = names[word(record, 'class')] ?? 'Shock';
  return (
    `${name}: ΔV ${thousandthsOf(value(record, 'deltaVMmPerS'))} m/s` +
    (fall > 0 ? ` after ${fall} ms of free fall` : '') +
    `, peak ${thousandthsOf(peak)} g${isClipped ? ' or more' : ''}`
  );
}

function excursionText(record: DecodedRecord, index: LogIndex): string {
  const phases: Readonly<Record<string, string>> = { close: ' ends', update: ' so far' };
  const name = `excursion "${excursionName(record, index)}"${phases[word(record, 'phase')] ?? ''}`;
  const { limit, used, allowed, extreme } = excursionWords(record);
  const numbers = [
    ...(used === '' ? [] : [`${used} of ${allowed} allowed`]),
    ...(used === '' && limit !== '' ? [`limit ${limit}`] : []),
    ...(extreme === '' ? [] : [`extreme ${extreme}`]),
  ];
  const text = numbers.length === 0 ? name : `${name}: ${numbers.join(', ')}`;
  return `${kitName(value(record, 'kit'))}: ${text}`;
}

/** The numbers of an excursion in the units of its rule; '' where the rule has none. */
export function excursionWords(record: DecodedRecord): {
  limit: string;
  used: string;
  allowed: string;
  extreme: string;
} {
  const { unit } = reasonFacts(value(record, 'rule'));
  const { limit, used, allowed, extreme } = excursionNumbers(record);
  const speed = (mmPerS: number): string => `ΔV ${thousandthsOf(mmPerS)} m/s`;
  const time = (seconds: number): string =>
    seconds < 0 ? 'a time of unknown length' : durationOf(seconds);
  const inUnit = (amount: number | null, celsius: (centiC: number) => string): string => {
    if (amount === null) return '';
    return unit === 'mmPerS' ? speed(amount) : `${celsius(amount)} °C`;
  };
  return {
    limit: inUnit(limit, limitOf),
    used: used === null ? '' : time(used),
    allowed: allowed === null ? '' : allowed === 0 ? 'nothing' : time(allowed),
    extreme: inUnit(extreme, celsiusOf),
  };
}

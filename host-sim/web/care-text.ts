/**
 * Hands on sentences of the records that tell how a container and its kits are looked after:
 * calibration, service, notices, what quality decided, slips, and what was told later.
 */
import { NOTICE } from '../../firmware/core/record/schema.js';
import { WALL_UNKNOWN } from '../../firmware/core/units.js';
import type { DecodedRecord } from '../backend/record-types.js';
import { dayOf, durationOf, identityOf, secondOf, tailText } from './format.js';
import { kitName } from './log-index.js';
import { fieldWord, reasonPhrase, reasonWords, spaced } from './words.js';
import { bitsOf } from '../backend/reason-facts.js';

type Told = (record: DecodedRecord) => string;

export const CARE_SENTENCES = {
  calibration: (record) =>
    `Probe ${value(record, 'probe') + 1} calibrated, certificate ${tailText(record.tail)}, ` +
    `to be renewed by ${dayOf(value(record, 'dueWallS'))}`,
  notice: noticeText,
  decision: (record) => {
    const words = { hold: 'put on hold', release: 'released', discard: 'to be discarded' };
    const what = spaced(fieldWord('decision', 'decision', value(record, 'decision')) ?? '');
    const verb = words[what as keyof typeof words] ?? what;
    const names = bitsOf(value(record, 'reasons')).map((bit) => `"${reasonNameOf(bit)}"`);
    const why = names.length === 0 ? '' : ` in view of ${names.join(', ')}`;
    const upTo = `all records up to #${value(record, 'reviewedSequence')}`;
    return `${kitName(value(record, 'kit'))} ${verb}${by(record)}${why}, knowing ${upTo}`;
  },
  service: (record) => `Service ${value(record, 'on') === 1 ? 'begun' : 'ended'}${by(record)}`,
  slip: (record) => {
    const way = value(record, 'way') === 0 ? 'left with' : 'came with';
    const ended = value(record, 'endWallS');
    const at = ended === WALL_UNKNOWN ? 'at an unknown time' : `at ${secondOf(ended)} UTC`;
    const name = kitName(value(record, 'kit'));
    return `${name} ${way} slip ${value(record, 'number')} of its exposure, ended ${at}`;
  },
  account: (record) => {
    const mixed = value(record, 'mixedWallS');
    const since = mixed === WALL_UNKNOWN ? '' : `; mixed at ${secondOf(mixed)} UTC`;
    const about = `what record #${value(record, 'about')} tells`;
    return `${kitName(value(record, 'kit'))}: ${about} was done${by(record)}${since}`;
  },
  light: (record) => `Light of ${value(record, 'lux')} lx inside`,
  flight: (record) => {
    const bits = value(record, 'detectors');
    const heard = [(bits & 1) === 0 ? '' : 'rotor', (bits & 2) === 0 ? '' : 'pressure'];
    const by = heard.filter((name) => name !== '').join(' and ');
    if (value(record, 'flying') === 0) return 'On the ground again';
    return `In flight${by === '' ? '' : `, told by ${by}`}`;
  },
} satisfies Readonly<Record<string, Told>>;

function noticeText(record: DecodedRecord): string {
  const [a, b] = [value(record, 'a'), value(record, 'b')];
  switch (value(record, 'code')) {
    case NOTICE.calibrationDueSoon:
      return `Calibration of probe ${a + 1} ends on ${dayOf(b)}`;
    case NOTICE.useByHalf:
      return `${kitName(a)}: half of its time after mixing has passed, ${durationOf(b)} left`;
    case NOTICE.useByEnd:
      return `${kitName(a)}: its time after mixing has passed`;
    default:
      return `Notice ${value(record, 'code')} (${a}, ${b})`;
  }
}

/** Zones by their number: the profile of a decision's time is not asked for here. */
function reasonNameOf(bit: number): string {
  return bit < 8 ? reasonWords(1 << bit).join('') : reasonPhrase(bit);
}

function by(record: DecodedRecord): string {
  return record.tail.length === 0 ? '' : ` by ${identityOf(tailText(record.tail))}`;
}

function value(record: DecodedRecord, field: string): number {
  return record.fields[field] ?? 0;
}

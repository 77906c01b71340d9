/**
 * Hands on the sentences of verdicts in English: the words alone, which
 * `reason-text.ts` fills with the numbers that the container recorded.
 */
import type { Language, TimeWords } from './language.js';

/** "No reading for 1 h 6 min, allowed 15 min"; what is left where something is. */
function outOf(what: string, { used, allowed, left }: TimeWords): string {
  if (left === undefined) return `${what} ${used}, allowed ${allowed}`;
  return `${what} ${used} of ${allowed} allowed; ${left} left`;
}

/** As `outOf`, for a time that adds up or must not break. */
function spent(what: string, how: string, { used, allowed, left }: TimeWords): string {
  if (left === undefined) return `${what} ${used} ${how}, allowed ${allowed}`;
  return `${what} ${used} ${how} of ${allowed} allowed; ${left} left`;
}

export const ENGLISH: Language = Object.freeze({
  code: 'en',
  decimalMark: '.',
  units: { day: ['d', 'd'], hour: ['h', 'h'], minute: ['min', 'min'], second: ['s', 's'] },
  unknownTime: 'an unknown time',
  verdicts: {
    discard: 'discard',
    expired: 'expired',
    quarantine: 'quarantine',
    unknown: 'unknown',
    inspect: 'inspect',
    usable: 'usable',
  },
  meanings: {
    discard: 'No: must not be used. Nothing lifts it.',
    expired: 'No: past the expiry of its earliest component. Nothing lifts it.',
    quarantine: 'No: set apart until the responsible person has decided.',
    unknown: 'Look: something that must be known is not, so it cannot be called usable.',
    inspect: 'Look: to be looked at before use.',
    usable: 'Go: every limit of its rules was kept, and nothing is unknown.',
  },
  custodies: {
    none: 'none',
    in: 'in',
    taken: 'taken',
    mixed: 'mixed',
    used: 'used',
    wasted: 'wasted',
    transferred: 'transferred',
    fateUnknown: 'fate unknown',
  },
  zoneNames: {},
  zone: {
    operators: {
      above: 'Above',
      atOrAbove: 'At or above',
      below: 'Below',
      atOrBelow: 'At or below',
    },
    itsLimit: 'its limit',
    withoutProfile: (limit) =>
      `Outside ${limit ?? 'its limit'}; the profile of the kit is not at hand`,
    instant: (where) => `${where}, where no time is allowed`,
    single: (where, time) => spent(`${where} for`, 'without a break', time),
    cumulative: (where, time) => spent(`${where} for`, 'in total', time),
    warmest: (temperature) => `warmest ${temperature}`,
    coldest: (temperature) => `coldest ${temperature}`,
  },
  noReading: (time) => outOf('No reading for', time),
  outOfContainer: (time) => outOf('Out of the container for', time),
  lidOpen: (time) => spent('Lid open for', 'in total', time),
  budget: ({ used, allowed, left }) =>
    left === undefined
      ? `Stability budget spent: ${used} of ${allowed} at the reference temperature of its profile`
      : `Stability budget: ${used} of ${allowed} used at the reference temperature of its ` +
        `profile; ${left} left`,
  shock: {
    drop: ['Dropped', 'Shock like a drop'],
    severe: ['Severe drop', 'Severe shock'],
    hit: (speed) => `hit at ${speed ?? 'unknown'}`,
    hitAtLeast: (speed) => `hit with at least ${speed ?? 'unknown'}`,
    limit: (limit) => `limit ${limit}`,
    beyondRange: "beyond the sensor's range",
    freeFall: (ms) => `free fall ${ms} ms`,
    height: (cm) => `about ${cm} cm`,
  },
  plain: {
    clockUnset: 'The clock is not set, so the expiry cannot be judged',
    probeFault: 'No probe of its slot gives readings',
    expired: 'Past its expiry',
    useByElapsed: 'Mixed, and the use-by time has passed',
    returnedUnscanned: 'Put back by hand and not scanned since',
    exampleProfile: 'Judged by an example profile, which clears nothing on real hardware',
    lost: 'Readings were lost while the journal was full',
    mixed: 'Mixed: never stock again; who mixed it decides',
    calibration: 'A probe of its slot is not calibrated, or its calibration has run out',
    disagree: 'The probes of its slot showed different temperatures for too long',
    tilt: 'Tilted further than the product bears',
    humidity: 'In humid air for longer than allowed',
    light: 'In light for longer than allowed',
    hold: 'On hold: the responsible person has to decide',
    discarded: 'The responsible person decided that it must not be used',
    slip: 'What it went through in another container is not known',
    released: 'The responsible person has released reasons named here',
  },
  unknownReason: (bit) => `Reason ${bit}, which this program does not know`,
  noReason: 'Every limit was kept, and nothing is unknown',
  noVerdict: 'The journal holds no verdict of this kit',
  budgetLeft: {
    none: 'none',
    noneSet: 'none set',
    days: (days, celsius) => `${days} d at ${celsius} °C`,
    record: (sequence) => `record ${sequence}`,
    asOf: 'as of',
  },
  mkt: {
    name: 'Mean kinetic temperature',
    overStay: (temperature, measured) => `${temperature} over ${measured} of readings`,
    warmestDays: (temperature, days) => `${temperature} over the warmest ${days} days`,
    informative: 'informative only, it never clears a kit',
    summedUp: 'not available, because readings of its stay were summed up to save room',
    noReading: 'not available, because no reading of its slot is known',
  },
  table: {
    heads: {
      kit: 'kit',
      product: 'product',
      custody: 'custody',
      verdict: 'verdict',
      reasons: 'reasons',
      expiry: 'expiry',
      budgetLeft: 'budget left',
    },
    slot: 'slot',
    unknownProduct: 'unknown',
  },
} satisfies Language);

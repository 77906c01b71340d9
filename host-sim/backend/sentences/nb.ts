/**
 * Hands on the sentences of verdicts in Norwegian bokmål: the words alone, which
 * `reason-text.ts` fills with the numbers that the container recorded.
 */
import type { Language, TimeWords } from './language.js';

/** "Ingen måling på 1 t 6 min, tillatt 15 min"; what is left where something is. */
function outOf(what: string, { used, allowed, left }: TimeWords): string {
  if (left === undefined) return `${what} ${used}, tillatt ${allowed}`;
  return `${what} ${used} av tillatte ${allowed}; ${left} igjen`;
}

/** As `outOf`, for a time that adds up or must not break. */
function spent(what: string, how: string, { used, allowed, left }: TimeWords): string {
  if (left === undefined) return `${what} ${used} ${how}, tillatt ${allowed}`;
  return `${what} ${used} ${how} av tillatte ${allowed}; ${left} igjen`;
}

export const BOKMAL: Language = Object.freeze({
  code: 'nb',
  decimalMark: ',',
  units: { day: ['døgn', 'døgn'], hour: ['t', 't'], minute: ['min', 'min'], second: ['s', 's'] },
  unknownTime: 'ukjent tid',
  verdicts: {
    discard: 'kasseres',
    expired: 'utløpt',
    quarantine: 'karantene',
    unknown: 'uavklart',
    inspect: 'kontrolleres',
    usable: 'kan brukes',
  },
  meanings: {
    discard: 'Nei: skal ikke brukes. Dette kan ikke oppheves.',
    expired:
      'Nei: utløpsdatoen til komponenten som går ut først, er passert. ' +
      'Dette kan ikke oppheves.',
    quarantine: 'Nei: holdes til side til den ansvarlige har tatt en avgjørelse.',
    unknown: 'Se etter: noe som må være kjent, er ikke kjent, så settet kan ikke klareres.',
    inspect: 'Se etter: kontrolleres før bruk.',
    usable: 'Klar: alle grenser i reglene er overholdt, og ingenting er uavklart.',
  },
  custodies: {
    none: 'ingen',
    in: 'inne',
    taken: 'tatt ut',
    mixed: 'blandet',
    used: 'brukt',
    wasted: 'kassert',
    transferred: 'overført',
    fateUnknown: 'ikke gjort rede for',
  },
  zoneNames: {
    'label, warm': 'etikettens øvre grense',
    'label, cold': 'etikettens nedre grense',
    'storage range, warm': 'øvre lagringsgrense',
    'storage range, cold': 'nedre lagringsgrense',
    'transport limit': 'transportgrense',
    warm: 'varmt',
    hot: 'hett',
    'very hot': 'svært hett',
    chilled: 'nedkjølt',
    freezing: 'frost',
    'freezing of the diluent': 'frost i oppløsningsvæsken',
  },
  zone: {
    operators: {
      above: 'Over',
      atOrAbove: 'På eller over',
      below: 'Under',
      atOrBelow: 'På eller under',
    },
    itsLimit: 'grensen',
    withoutProfile: (limit) =>
      `Utenfor grensen${limit === null ? '' : ` på ${limit}`}; profilen til settet er ikke ` +
      'tilgjengelig',
    instant: (where) => `${where}, ikke tillatt uansett varighet`,
    single: (where, time) => spent(`${where} i`, 'uten avbrudd', time),
    cumulative: (where, time) => spent(`${where} i`, 'til sammen', time),
    warmest: (temperature) => `høyeste måling ${temperature}`,
    coldest: (temperature) => `laveste måling ${temperature}`,
  },
  noReading: (time) => outOf('Ingen måling på', time),
  outOfContainer: (time) => outOf('Ute av beholderen i', time),
  lidOpen: (time) => spent('Lokket har vært åpent i', 'til sammen', time),
  budget: ({ used, allowed, left }) =>
    left === undefined
      ? `Stabilitetsbudsjettet er brukt opp: ${used} av ${allowed} ved profilens ` +
        'referansetemperatur'
      : `Stabilitetsbudsjett: brukt ${used} av ${allowed} ved profilens referansetemperatur; ` +
        `${left} igjen`,
  shock: {
    drop: ['Fall', 'Støt som ved fall'],
    severe: ['Kraftig fall', 'Kraftig støt'],
    hit: (speed) => (speed === null ? 'støt av ukjent styrke' : `støt på ${speed}`),
    hitAtLeast: (speed) => (speed === null ? 'støt av ukjent styrke' : `støt på minst ${speed}`),
    limit: (limit) => `grense ${limit}`,
    beyondRange: 'utenfor sensorens måleområde',
    freeFall: (ms) => `fritt fall i ${ms} ms`,
    height: (cm) => `omtrent ${cm} cm`,
  },
  plain: {
    clockUnset: 'Klokken er ikke stilt, så utløpsdatoen kan ikke vurderes',
    probeFault: 'Ingen av temperaturfølerne til plassen gir målinger',
    expired: 'Utløpsdatoen er passert',
    useByElapsed: 'Blandet, og fristen for bruk er passert',
    returnedUnscanned: 'Satt tilbake for hånd og ikke skannet siden',
    exampleProfile: 'Vurdert etter en eksempelprofil, som ikke klarerer noe på ekte utstyr',
    lost: 'Målinger gikk tapt mens loggen var full',
    mixed: 'Blandet: skal aldri tilbake på lager; den som blandet, avgjør bruken',
    calibration: 'En temperaturføler til plassen er ikke kalibrert, eller kalibreringen er utløpt',
    disagree: 'Temperaturfølerne til plassen viste ulike verdier for lenge',
    tilt: 'Vippet mer enn produktet tåler',
    humidity: 'I fuktig luft lenger enn tillatt',
    light: 'I lys lenger enn tillatt',
    hold: 'Holdt tilbake: den ansvarlige må avgjøre',
    discarded: 'Den ansvarlige har bestemt at det ikke skal brukes',
    slip: 'Det er ikke kjent hva det har vært utsatt for i en annen beholder',
    released: 'Den ansvarlige har frigitt grunner som står her',
  },
  unknownReason: (bit) => `Årsak ${bit}, som dette programmet ikke kjenner`,
  noReason: 'Alle grenser er overholdt, og ingenting er uavklart',
  noVerdict: 'Loggen inneholder ingen vurdering av dette settet',
  budgetLeft: {
    none: 'intet',
    noneSet: 'ikke fastsatt',
    days: (days, celsius) => `${days} døgn ved ${celsius} °C`,
    record: (sequence) => `loggpost ${sequence}`,
    asOf: 'per',
  },
  mkt: {
    name: 'Gjennomsnittlig kinetisk temperatur (MKT)',
    overStay: (temperature, measured) => `${temperature} over ${measured} med målinger`,
    warmestDays: (temperature, days) => `${temperature} over de ${days} varmeste døgnene på rad`,
    informative: 'kun til orientering, klarerer aldri et sett',
    summedUp: 'ikke tilgjengelig, fordi målinger er slått sammen for å spare plass',
    noReading: 'ikke tilgjengelig, fordi ingen måling for plassen er kjent',
  },
  table: {
    heads: {
      kit: 'sett',
      product: 'produkt',
      custody: 'status',
      verdict: 'vurdering',
      reasons: 'årsaker',
      expiry: 'utløper',
      budgetLeft: 'budsjett igjen',
    },
    slot: 'plass',
    unknownProduct: 'ukjent',
  },
} satisfies Language);

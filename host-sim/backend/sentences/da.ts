/**
 * Hands on the sentences of verdicts in Danish: the words alone, which
 * `reason-text.ts` fills with the numbers that the container recorded.
 */
import type { Language, TimeWords } from './language.js';

/** "Ingen måling i 1 time 6 min, tilladt 15 min"; what is left where something is. */
function outOf(what: string, { used, allowed, left }: TimeWords): string {
  if (left === undefined) return `${what} ${used}, tilladt ${allowed}`;
  return `${what} ${used} af tilladte ${allowed}; ${left} tilbage`;
}

/** As `outOf`, for a time that adds up or must not break. */
function spent(what: string, how: string, { used, allowed, left }: TimeWords): string {
  if (left === undefined) return `${what} ${used} ${how}, tilladt ${allowed}`;
  return `${what} ${used} ${how} af tilladte ${allowed}; ${left} tilbage`;
}

export const DANISH: Language = Object.freeze({
  code: 'da',
  decimalMark: ',',
  units: {
    day: ['døgn', 'døgn'],
    hour: ['time', 'timer'], // "t." would end in a full stop within a sentence
    minute: ['min', 'min'],
    second: ['sek', 'sek'],
  },
  unknownTime: 'ukendt tid',
  verdicts: {
    discard: 'kasseres',
    expired: 'udløbet',
    quarantine: 'karantæne',
    unknown: 'uafklaret',
    inspect: 'kontrolleres',
    usable: 'kan bruges',
  },
  meanings: {
    discard: 'Nej: må ikke bruges. Dette kan ikke ophæves.',
    expired:
      'Nej: den komponent, der udløber først, har overskredet sin udløbsdato. ' +
      'Dette kan ikke ophæves.',
    quarantine: 'Nej: sættes til side, indtil den ansvarlige har truffet afgørelse.',
    unknown: 'Se efter: noget, der skal være kendt, er det ikke, så sættet kan ikke godkendes.',
    inspect: 'Se efter: kontrolleres før brug.',
    usable: 'Klar: alle grænser i reglerne er overholdt, og intet er uafklaret.',
  },
  custodies: {
    none: 'ingen',
    in: 'inde',
    taken: 'taget ud',
    mixed: 'blandet',
    used: 'brugt',
    wasted: 'kasseret',
    transferred: 'overført',
    fateUnknown: 'ikke gjort rede for',
  },
  zoneNames: {
    'label, warm': 'etikettens øvre grænse',
    'label, cold': 'etikettens nedre grænse',
    'storage range, warm': 'øvre opbevaringsgrænse',
    'storage range, cold': 'nedre opbevaringsgrænse',
    'transport limit': 'transportgrænse',
    warm: 'varmt',
    hot: 'hedt',
    'very hot': 'meget hedt',
    chilled: 'nedkølet',
    freezing: 'frost',
    'freezing of the diluent': 'frost i opløsningsvæsken',
  },
  zone: {
    operators: {
      above: 'Over',
      atOrAbove: 'På eller over',
      below: 'Under',
      atOrBelow: 'På eller under',
    },
    itsLimit: 'grænsen',
    withoutProfile: (limit) =>
      `Uden for grænsen${limit === null ? '' : ` på ${limit}`}; sættets profil er ikke ` +
      'tilgængelig',
    instant: (where) => `${where}, ikke tilladt uanset varighed`,
    single: (where, time) => spent(`${where} i`, 'uden afbrydelse', time),
    cumulative: (where, time) => spent(`${where} i`, 'i alt', time),
    warmest: (temperature) => `højeste måling ${temperature}`,
    coldest: (temperature) => `laveste måling ${temperature}`,
  },
  noReading: (time) => outOf('Ingen måling i', time),
  outOfContainer: (time) => outOf('Ude af beholderen i', time),
  lidOpen: (time) => spent('Låget har været åbent i', 'i alt', time),
  budget: ({ used, allowed, left }) =>
    left === undefined
      ? `Stabilitetsbudgettet er opbrugt: ${used} af ${allowed} ved profilens referencetemperatur`
      : `Stabilitetsbudget: brugt ${used} af ${allowed} ved profilens referencetemperatur; ` +
        `${left} tilbage`,
  shock: {
    drop: ['Fald', 'Stød som ved fald'],
    severe: ['Kraftigt fald', 'Kraftigt stød'],
    hit: (speed) => (speed === null ? 'stød af ukendt styrke' : `stød på ${speed}`),
    hitAtLeast: (speed) => (speed === null ? 'stød af ukendt styrke' : `stød på mindst ${speed}`),
    limit: (limit) => `grænse ${limit}`,
    beyondRange: 'uden for sensorens måleområde',
    freeFall: (ms) => `frit fald i ${ms} ms`,
    height: (cm) => `cirka ${cm} cm`,
  },
  plain: {
    clockUnset: 'Uret er ikke stillet, så udløbsdatoen kan ikke vurderes',
    probeFault: 'Ingen af pladsens temperaturfølere giver målinger',
    expired: 'Udløbsdatoen er overskredet',
    useByElapsed: 'Blandet, og fristen for brug er overskredet',
    returnedUnscanned: 'Sat manuelt tilbage og ikke scannet siden',
    exampleProfile: 'Vurderet efter en eksempelprofil, som ikke godkender noget på rigtigt udstyr',
    lost: 'Målinger gik tabt, mens loggen var fuld',
    mixed: 'Blandet: må aldrig tilbage på lager; den, der blandede, afgør brugen',
    calibration:
      'En temperaturføler til pladsen er ikke kalibreret, eller kalibreringen er udløbet',
    disagree: 'Pladsens temperaturfølere viste forskellige værdier for længe',
    tilt: 'Vippet mere, end produktet tåler',
    humidity: 'I fugtig luft længere end tilladt',
    light: 'I lys længere end tilladt',
    hold: 'Spærret: den ansvarlige skal afgøre det',
    discarded: 'Den ansvarlige har besluttet, at det ikke må bruges',
    slip: 'Det vides ikke, hvad det har været udsat for i en anden beholder',
    released: 'Den ansvarlige har frigivet grunde, der står her',
  },
  unknownReason: (bit) => `Årsag ${bit}, som dette program ikke kender`,
  noReason: 'Alle grænser er overholdt, og intet er uafklaret',
  noVerdict: 'Loggen indeholder ingen vurdering af dette sæt',
  budgetLeft: {
    none: 'intet',
    noneSet: 'ikke fastsat',
    days: (days, celsius) => `${days} døgn ved ${celsius} °C`,
    record: (sequence) => `logpost ${sequence}`,
    asOf: 'pr.',
  },
  mkt: {
    name: 'Gennemsnitlig kinetisk temperatur (MKT)',
    overStay: (temperature, measured) => `${temperature} over ${measured} med målinger`,
    warmestDays: (temperature, days) => `${temperature} over de ${days} varmeste døgn i træk`,
    informative: 'kun til orientering, godkender aldrig et sæt',
    summedUp: 'ikke tilgængelig, fordi målinger er lagt sammen for at spare plads',
    noReading: 'ikke tilgængelig, fordi ingen måling for pladsen er kendt',
  },
  table: {
    heads: {
      kit: 'sæt',
      product: 'produkt',
      custody: 'status',
      verdict: 'vurdering',
      reasons: 'årsager',
      expiry: 'udløber',
      budgetLeft: 'budget tilbage',
    },
    slot: 'plads',
    unknownProduct: 'ukendt',
  },
} satisfies Language);

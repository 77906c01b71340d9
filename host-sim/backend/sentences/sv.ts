/**
 * Hands on the sentences of verdicts in Swedish: the words alone, which
 * `reason-text.ts` fills with the numbers that the container recorded.
 */
import type { Language, TimeWords } from './language.js';

/** "Inget mätvärde på 1 h 6 min, tillåtet 15 min"; what is left where something is. */
function outOf(what: string, { used, allowed, left }: TimeWords): string {
  if (left === undefined) return `${what} ${used}, tillåtet ${allowed}`;
  return `${what} ${used} av tillåtna ${allowed}; ${left} kvar`;
}

/** As `outOf`, for a time that adds up or must not break. */
function spent(what: string, how: string, { used, allowed, left }: TimeWords): string {
  if (left === undefined) return `${what} ${used} ${how}, tillåtet ${allowed}`;
  return `${what} ${used} ${how} av tillåtna ${allowed}; ${left} kvar`;
}

export const SWEDISH: Language = Object.freeze({
  code: 'sv',
  decimalMark: ',',
  units: { day: ['dygn', 'dygn'], hour: ['h', 'h'], minute: ['min', 'min'], second: ['s', 's'] },
  unknownTime: 'okänd tid',
  verdicts: {
    discard: 'kasseras',
    expired: 'utgånget',
    quarantine: 'karantän',
    unknown: 'oklart',
    inspect: 'kontrolleras',
    usable: 'kan användas',
  },
  meanings: {
    discard: 'Nej: får inte användas. Detta kan inte hävas.',
    expired:
      'Nej: den komponent som går ut först har passerat sitt utgångsdatum. ' +
      'Detta kan inte hävas.',
    quarantine: 'Nej: hålls avskilt tills den ansvariga har fattat beslut.',
    unknown: 'Se efter: något som måste vara känt är okänt, så kitet kan inte godkännas.',
    inspect: 'Se efter: kontrolleras före användning.',
    usable: 'Klart: reglernas alla gränser har hållits, och inget är oklart.',
  },
  custodies: {
    none: 'ingen',
    in: 'inne',
    taken: 'uttaget',
    mixed: 'blandat',
    used: 'använt',
    wasted: 'kasserat',
    transferred: 'överfört',
    fateUnknown: 'ej redovisat',
  },
  zoneNames: {
    'label, warm': 'etikettens övre gräns',
    'label, cold': 'etikettens nedre gräns',
    'storage range, warm': 'övre lagringsgräns',
    'storage range, cold': 'nedre lagringsgräns',
    'transport limit': 'transportgräns',
    warm: 'varmt',
    hot: 'hett',
    'very hot': 'mycket hett',
    chilled: 'nedkylt',
    freezing: 'frysning',
    'freezing of the diluent': 'frysning av spädningsvätskan',
  },
  zone: {
    operators: {
      above: 'Över',
      atOrAbove: 'Vid eller över',
      below: 'Under',
      atOrBelow: 'Vid eller under',
    },
    itsLimit: 'gränsen',
    withoutProfile: (limit) =>
      `Utanför gränsen${limit === null ? '' : ` på ${limit}`}; kitets profil är inte tillgänglig`,
    instant: (where) => `${where}, inte tillåtet oavsett varaktighet`,
    single: (where, time) => spent(`${where} i`, 'utan avbrott', time),
    cumulative: (where, time) => spent(`${where} i`, 'sammanlagt', time),
    warmest: (temperature) => `högsta mätvärde ${temperature}`,
    coldest: (temperature) => `lägsta mätvärde ${temperature}`,
  },
  noReading: (time) => outOf('Inget mätvärde på', time),
  outOfContainer: (time) => outOf('Utanför behållaren i', time),
  lidOpen: (time) => spent('Locket har varit öppet i', 'sammanlagt', time),
  budget: ({ used, allowed, left }) =>
    left === undefined
      ? `Stabilitetsbudgeten är förbrukad: ${used} av ${allowed} vid profilens referenstemperatur`
      : `Stabilitetsbudget: ${used} av ${allowed} förbrukat vid profilens referenstemperatur; ` +
        `${left} kvar`,
  shock: {
    drop: ['Fall', 'Stöt som vid fall'],
    severe: ['Kraftigt fall', 'Kraftig stöt'],
    hit: (speed) => (speed === null ? 'stöt av okänd styrka' : `stöt på ${speed}`),
    hitAtLeast: (speed) => (speed === null ? 'stöt av okänd styrka' : `stöt på minst ${speed}`),
    limit: (limit) => `gräns ${limit}`,
    beyondRange: 'utanför sensorns mätområde',
    freeFall: (ms) => `fritt fall i ${ms} ms`,
    height: (cm) => `ungefär ${cm} cm`,
  },
  plain: {
    clockUnset: 'Klockan är inte ställd, så utgångsdatumet kan inte bedömas',
    probeFault: 'Ingen av platsens temperaturgivare ger mätvärden',
    expired: 'Utgångsdatumet har passerat',
    useByElapsed: 'Blandat, och tiden för användning har gått ut',
    returnedUnscanned: 'Återlagt för hand och inte skannat sedan dess',
    exampleProfile:
      'Bedömt enligt en exempelprofil, som inte godkänner något på verklig utrustning',
    lost: 'Mätvärden gick förlorade medan loggen var full',
    mixed: 'Blandat: får aldrig tillbaka till lagret; den som blandade avgör användningen',
    calibration:
      'En temperaturgivare för platsen är inte kalibrerad, eller kalibreringen har gått ut',
    disagree: 'Platsens temperaturgivare visade olika värden för länge',
    tilt: 'Lutat mer än produkten tål',
    humidity: 'I fuktig luft längre än tillåtet',
    light: 'I ljus längre än tillåtet',
    hold: 'Spärrat: den ansvariga måste avgöra',
    discarded: 'Den ansvariga har bestämt att det inte får användas',
    slip: 'Det är inte känt vad det har utsatts för i en annan behållare',
    released: 'Den ansvariga har frisläppt skäl som står här',
  },
  unknownReason: (bit) => `Orsak ${bit}, som det här programmet inte känner till`,
  noReason: 'Alla gränser har hållits, och inget är oklart',
  noVerdict: 'Loggen innehåller ingen bedömning av detta kit',
  budgetLeft: {
    none: 'inget',
    noneSet: 'inte fastställd',
    days: (days, celsius) => `${days} dygn vid ${celsius} °C`,
    record: (sequence) => `loggpost ${sequence}`,
    asOf: 'per',
  },
  mkt: {
    name: 'Kinetisk medeltemperatur (MKT)',
    overStay: (temperature, measured) => `${temperature} över ${measured} med mätvärden`,
    warmestDays: (temperature, days) => `${temperature} över de ${days} varmaste dygnen i följd`,
    informative: 'endast för information, godkänner aldrig ett kit',
    summedUp: 'inte tillgänglig, eftersom mätvärden har slagits ihop för att spara plats',
    noReading: 'inte tillgänglig, eftersom inget mätvärde för platsen är känt',
  },
  table: {
    heads: {
      kit: 'kit',
      product: 'produkt',
      custody: 'status',
      verdict: 'bedömning',
      reasons: 'orsaker',
      expiry: 'utgår',
      budgetLeft: 'budget kvar',
    },
    slot: 'plats',
    unknownProduct: 'okänd',
  },
} satisfies Language);

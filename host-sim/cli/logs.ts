/**
 * Hands on the decoded log as text, one line per record: `log.csv` for people with a spreadsheet,
 * `log.jsonl` for programs. Both are made from the same records and lose nothing: numbers keep the
 * unit that their name ends in, codes stand beside their words, bytes that are no text are hex.
 * Each record says whether it was handed over under a checkpoint that verifies, or is aboard only.
 */
import { HUMIDITY_ABSENT, WALL_UNKNOWN } from '../../firmware/core/units.js';
import { RECORD_SCHEMAS } from '../../firmware/core/record/fields.js';
import type { DecodedRecord } from '../backend/record-types.js';
import { isoOf, tailText } from '../web/format.js';
import { fieldWord } from '../web/words.js';

/** Name of the bytes at the end of a record type, '' when it has none. */
function tailName(type: string): string {
  return RECORD_SCHEMAS.find(({ name }) => name === type)?.tail ?? '';
}

/** One record as a plain object, in the order in which it is written. */
export function logObject(record: DecodedRecord, handedOver: boolean): Record<string, unknown> {
  const { sequence, boot, uptimeS, wallS, type } = record;
  const time = wallS === null ? null : isoOf(wallS);
  const object: Record<string, unknown> = { sequence, boot, uptimeS, time, type, handedOver };
  for (const [field, value] of Object.entries(record.fields)) {
    if (type === 'reading' && field === 'temperatureCentiC') continue; // one per probe, below
    const name = nameOf(field);
    object[name] = isAbsent(field, value) ? null : value;
    const word = fieldWord(type, field, value);
    if (word !== undefined) object[`${name}Word`] = word;
  }
  if (record.temperaturesCentiC !== undefined) {
    object['temperaturesCentiC'] = [...record.temperaturesCentiC];
  }
  const tail = tailName(type);
  if (tail !== '') object[tail] = tailText(record.tail);
  return object;
}

/** A checkpoint or receipt names the last record that it covers, which is not its own number. */
function nameOf(field: string): string {
  return field === 'sequence' ? 'coveredSequence' : field;
}

function isAbsent(field: string, value: number): boolean {
  if (field === 'humidityPermille') return value === HUMIDITY_ABSENT;
  return /wallS$/i.test(field) && value === WALL_UNKNOWN;
}

/** The whole log as JSON lines; records up to `provenSequence` were handed over. */
export function* logJsonl(
  records: Iterable<DecodedRecord>,
  provenSequence: number,
): Generator<string> {
  for (const record of records) {
    yield `${JSON.stringify(logObject(record, record.sequence <= provenSequence))}\n`;
  }
}

/** The whole log as CSV of RFC 4180: a header, then one line per record, ended by CR LF. */
export function* logCsv(
  records: readonly DecodedRecord[],
  provenSequence: number,
): Generator<string> {
  const probeCount = records.reduce(
    (count, record) => Math.max(count, record.temperaturesCentiC?.length ?? 0),
    0,
  );
  const probes = Array.from({ length: probeCount }, (_, probe) => `temperature${probe + 1}C`);
  const place = ['sequence', 'boot', 'uptimeS', 'timeUtc', 'type', 'handedOver'];
  yield csvLine([...place, ...probes, 'humidityPercent', 'details']);
  for (const record of records) {
    const handedOver = record.sequence <= provenSequence ? 'yes' : 'no';
    yield csvLine(csvFields(record, handedOver, probeCount));
  }
}

function csvFields(record: DecodedRecord, handedOver: string, probeCount: number): string[] {
  const { sequence, boot, uptimeS, wallS, type } = record;
  const temperatures = Array.from({ length: probeCount }, (_, probe) => {
    const centiC = record.temperaturesCentiC?.[probe] ?? null;
    return centiC === null ? '' : (centiC / 100).toFixed(2);
  });
  const permille = record.fields['humidityPermille'] ?? HUMIDITY_ABSENT;
  const humidity = permille === HUMIDITY_ABSENT ? '' : (permille / 10).toFixed(1);
  const details = type === 'reading' ? '' : detailsOf(record);
  const time = wallS === null ? '' : isoOf(wallS);
  const place = [String(sequence), String(boot), String(uptimeS), time, type, handedOver];
  return [...place, ...temperatures, humidity, details];
}

/** `kit=3; verdict=quarantine; …`: words for codes, bytes last. */
export function detailsOf(record: DecodedRecord): string {
  const parts = Object.entries(record.fields).map(([field, value]) => {
    if (isAbsent(field, value)) return `${nameOf(field)}=`;
    return `${nameOf(field)}=${fieldWord(record.type, field, value) ?? value}`;
  });
  const tail = tailName(record.type);
  if (tail !== '') parts.push(`${tail}=${tailText(record.tail)}`);
  return parts.join('; ');
}

/** One line of RFC 4180: quotes where a comma, a quote or a line end is inside, quotes doubled. */
export function csvLine(fields: readonly string[]): string {
  const quoted = fields.map((field) =>
    /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field,
  );
  return `${quoted.join(',')}\r\n`;
}

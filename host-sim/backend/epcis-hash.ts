/**
 * Hands on the CBV 2.0 hash of an event (`ni:///sha-256;…?ver=CBV2.0`), by which the same event has
 * the same name wherever it is made, whatever the order of its JSON keys and lists. Algorithm: CBV
 * 2.0 and its reference implementation; canonical property order, no separators, UTC with
 * milliseconds, bare words as URIs. Only for the safe part of EPCIS that epcis-rules.ts allows:
 * what implementations disagree on is refused there, not guessed here.
 */
import { PREFIXES, type UnnamedEvent } from './epcis-types.js';
import { sha256 } from './keys.js';

type Json = unknown;
type JsonObject = Readonly<Record<string, Json>>;

const CBV = 'https://ref.gs1.org/cbv/';
const VOCABULARY = 'https://gs1.org/voc/';

/** How the values of a field are written. */
type Kind = 'text' | 'time' | 'number' | 'bizStep' | 'disposition' | 'voc' | 'component';

/** Fields in canonical order; a name in brackets is what each item of a list is called. */
const EVENT_ORDER: readonly (readonly [name: string, kind: Kind | 'list' | 'object'])[] = [
  ['eventTime', 'time'],
  ['eventTimeZoneOffset', 'text'],
  ['epcList', 'list'],
  ['parentID', 'text'],
  ['childEPCs', 'list'],
  ['action', 'text'],
  ['bizStep', 'bizStep'],
  ['disposition', 'disposition'],
  ['persistentDisposition', 'object'],
  ['readPoint', 'object'],
  ['bizLocation', 'object'],
  ['sensorElementList', 'object'],
];
const METADATA_ORDER: readonly (readonly [string, Kind])[] = [
  ['time', 'time'],
  ['startTime', 'time'],
  ['endTime', 'time'],
  ['deviceID', 'text'],
  ['deviceMetadata', 'text'],
  ['rawData', 'text'],
  ['dataProcessingMethod', 'text'],
  ['bizRules', 'text'],
];
const REPORT_ORDER: readonly (readonly [string, Kind])[] = [
  ['type', 'voc'],
  ['exception', 'voc'],
  ['deviceID', 'text'],
  ['deviceMetadata', 'text'],
  ['rawData', 'text'],
  ['dataProcessingMethod', 'text'],
  ['time', 'time'],
  ['microorganism', 'text'],
  ['chemicalSubstance', 'text'],
  ['value', 'number'],
  ['component', 'component'],
  ['stringValue', 'text'],
  ['hexBinaryValue', 'text'],
  ['uriValue', 'text'],
  ['minValue', 'number'],
  ['maxValue', 'number'],
  ['meanValue', 'number'],
  ['sDev', 'number'],
  ['percRank', 'number'],
  ['percValue', 'number'],
  ['uom', 'text'],
  ['coordinateReferenceSystem', 'text'],
];

/** The event's name by its hash. */
export function eventHashId(event: UnnamedEvent): string {
  const hash = Buffer.from(sha256(Buffer.from(preHash(event), 'utf8'))).toString('hex');
  return `ni:///sha-256;${hash}?ver=CBV2.0`;
}

/** The text that is hashed. */
export function preHash(event: UnnamedEvent): string {
  const fields = event as unknown as JsonObject;
  const parts = [`eventType=${event.type}`];
  for (const [name, kind] of EVENT_ORDER) {
    const value = fields[name];
    if (value === undefined) continue;
    if (kind === 'list') parts.push(listText(name, value as readonly string[]));
    else if (kind === 'object') parts.push(objectText(name, value));
    else parts.push(fieldText(name, kind, value));
  }
  const extensions = Object.entries(fields).filter(([name]) => name.includes(':'));
  const ilmd = event.ilmd === undefined ? '' : `ilmd${extensionText(Object.entries(event.ilmd))}`;
  return parts.join('') + ilmd + extensionText(extensions);
}

function objectText(name: string, value: Json): string {
  if (name === 'sensorElementList') return sensorText(value as readonly JsonObject[]);
  if (name !== 'persistentDisposition') {
    return `${name}${fieldText('id', 'text', (value as { id: string }).id)}`;
  }
  const { set = [], unset = [] } = value as { set?: string[]; unset?: string[] };
  const each = (key: string, words: readonly string[]) => {
    return sorted(words.map((word) => fieldText(key, 'disposition', word)));
  };
  return name + each('set', set) + each('unset', unset);
}

/** An empty list is as no list. */
function listText(name: string, items: readonly string[]): string {
  if (items.length === 0) return '';
  return name + sorted(items.map((item) => fieldText('epc', 'text', item)));
}

function sensorText(elements: readonly JsonObject[]): string {
  const each = elements.map((element) => {
    const metadata = element['sensorMetadata'] as JsonObject | undefined;
    const reports = (element['sensorReport'] ?? []) as readonly JsonObject[];
    const head =
      metadata === undefined ? '' : `sensorMetadata${orderedText(metadata, METADATA_ORDER)}`;
    const tail = sorted(
      reports.map((report) => `sensorReport${orderedText(report, REPORT_ORDER)}`),
    );
    return `sensorElement${head}${tail}`;
  });
  return `sensorElementList${sorted(each)}`;
}

function orderedText(fields: JsonObject, order: readonly (readonly [string, Kind])[]): string {
  return order
    .filter(([name]) => fields[name] !== undefined)
    .map(([name, kind]) => fieldText(name, kind, fields[name]))
    .join('');
}

function fieldText(name: string, kind: Kind, value: Json): string {
  return `${name}=${valueText(kind, value)}`;
}

function valueText(kind: Kind, value: Json): string {
  const text = String(value).trim();
  switch (kind) {
    case 'time':
      return timeText(text);
    case 'number':
      return numberText(Number(text));
    case 'bizStep':
      return `${CBV}BizStep-${text}`;
    case 'disposition':
      return `${CBV}Disp-${text}`;
    case 'component':
      return `${CBV}Comp-${text}`;
    case 'voc':
      return VOCABULARY + text;
    default:
      return text;
  }
}

/** UTC with milliseconds, a fourth decimal rounded; Date itself would cut it off. */
function timeText(text: string): string {
  const match = /^(.*?)(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (match === null) throw new Error(`'${text}' is no time with an offset`);
  const [, whole = '', fraction = '.0', zone = 'Z'] = match;
  const milliseconds = Math.round(Number(`0${fraction}`) * 1000);
  return new Date(Date.parse(whole + zone) + milliseconds).toISOString();
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`${value} is no number of an event`);
  return String(value);
}

/** Extensions by their full names, every item of an array under its own, sorted. */
function extensionText(entries: readonly (readonly [string, Json])[]): string {
  const texts = entries.flatMap(([name, value]) => {
    const values = Array.isArray(value) ? (value as Json[]) : [value];
    return values.map((item) => {
      const text = typeof item === 'number' ? numberText(item) : String(item).trim();
      return `${fullName(name)}=${text}`;
    });
  });
  return sorted(texts);
}

function fullName(name: string): string {
  const [prefix = '', local = ''] = name.split(/:(.*)/s);
  const namespace = (PREFIXES as Readonly<Record<string, string>>)[prefix];
  if (namespace === undefined) throw new Error(`'${name}' has an undeclared prefix`);
  return `{${namespace}}${local}`;
}

/** Sorted by code points of UTF-8, joined without separators. */
function sorted(texts: readonly string[]): string {
  return [...texts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).join('');
}

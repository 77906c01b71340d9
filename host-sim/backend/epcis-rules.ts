/**
 * Hands on what is wrong with an event that GS1's JSON schema lets pass: the SHALLs of the standard
 * that a schema cannot say (times that contradict one another, values without unit, aggregation
 * without parent, wrong check digits), and what makes implementations compute different hashes of
 * the same event. An event with no findings is one that any EPCIS 2.0 repository should take.
 */
import { DIGITAL_LINK_ROOT, fromDigitalLink } from './digital-link.js';
import { PREFIXES, type SensorElement, type SensorMetadata } from './epcis-types.js';
import { type EpcisEvent, type SensorReport } from './epcis-types.js';
import { NAMESPACE } from './identity.js';
import { messageOf } from './cbor.js';

const TYPES = ['Temperature', 'RelativeHumidity', 'Acceleration', 'Speed', 'Time'];
const UNITS = ['CEL', 'P1', 'K40', 'MTS', 'SEC'];
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const EVENT_ID = /^ni:\/\/\/sha-256;[0-9a-f]{64}\?ver=CBV2\.0$/;
/** Text that Python's float() would take, and the reference implementation would rewrite. */
const NUMERIC = /^\s*[+-]?(\d[\d_]*\.?\d*|\.\d+)(e[+-]?\d+)?\s*$|^\s*[+-]?(inf|infinity|nan)\s*$/i;
/** Numbers below this are written differently by Python and JavaScript. */
const SMALLEST = 1e-4;

/** Whether some tool would take a text for a number and write it anew. */
export function isNumericText(text: string): boolean {
  return NUMERIC.test(text);
}

type Add = (finding: string) => void;

/** Every finding of an event; none when it is sound. */
export function eventFindings(event: EpcisEvent): string[] {
  const findings: string[] = [];
  const add: Add = (finding) => findings.push(finding);
  checkFrame(event, add);
  checkAggregation(event, add);
  checkIdentifiers(event, add);
  checkExtensions(event, add);
  const elements = event.sensorElementList;
  if (elements?.length === 0) add('sensorElementList is empty');
  for (const element of elements ?? []) checkElement(element, event.eventTime, add);
  return findings;
}

function checkFrame(event: EpcisEvent, add: Add): void {
  if (!TIME.test(event.eventTime)) add(`eventTime '${event.eventTime}' is not …T…Z with ms`);
  if (!EVENT_ID.test(event.eventID)) add(`eventID '${event.eventID}' is no CBV 2.0 hash`);
  const persistent: unknown = event.persistentDisposition;
  if (persistent !== undefined) {
    const { set, unset } = Object(persistent) as { set?: unknown; unset?: unknown };
    const isSound = [set, unset].every((words) => words === undefined || isWords(words));
    if (!isSound || (set ?? unset) === undefined) add('persistentDisposition sets nothing');
    if (event.type !== 'ObjectEvent') add('persistentDisposition outside an ObjectEvent');
  }
  if (event.ilmd !== undefined && (event.type !== 'ObjectEvent' || event.action !== 'ADD')) {
    add('ilmd outside an ObjectEvent that adds');
  }
}

function isWords(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string');
}

function checkAggregation(event: EpcisEvent, add: Add): void {
  if (event.type !== 'AggregationEvent') {
    if (event.epcList === undefined) add('ObjectEvent without epcList');
    return;
  }
  if (event.action !== 'OBSERVE' && event.parentID === undefined) {
    add(`${event.action} needs parentID`);
  }
  if ((event.childEPCs ?? []).length === 0) add('AggregationEvent without childEPCs');
}

function checkIdentifiers(event: EpcisEvent, add: Add): void {
  const children = event.childEPCs ?? [];
  if (new Set(children).size !== children.length) add('childEPCs holds something twice');
  const places = [event.readPoint?.id, event.bizLocation?.id];
  const all = [...(event.epcList ?? []), ...children, event.parentID, ...places];
  for (const uri of all) {
    if (uri === undefined || uri.startsWith(`${NAMESPACE}isbt128/obj/`)) continue;
    try {
      fromDigitalLink(uri);
      if (!uri.startsWith(DIGITAL_LINK_ROOT)) add(`'${uri}' is not of the canonical domain`);
    } catch (error) {
      add(messageOf(error));
    }
  }
}

function checkExtensions(event: EpcisEvent, add: Add): void {
  const master = Object.entries(event.ilmd ?? {});
  const named = Object.entries(event).filter(([name]) => name.includes(':'));
  for (const [name, value] of [...named, ...master]) {
    const [prefix = '', local = ''] = name.split(':');
    if (!Object.hasOwn(PREFIXES, prefix)) add(`'${name}' has an undeclared prefix`);
    if (/time/i.test(local)) add(`'${name}' would be read as a time`);
    const values: unknown[] = Array.isArray(value) ? value : [value];
    for (const item of values) {
      if (typeof item === 'number') checkNumber(name, item, add);
      else if (typeof item !== 'string') add(`'${name}' is neither number nor text`);
      else if (isNumericText(item)) add(`'${name}': '${item}' would be rewritten as a number`);
      else if (item !== item.trim() || item === '') add(`'${name}' has blanks at its ends`);
    }
  }
  for (const place of [event.readPoint, event.bizLocation]) {
    if (Object.keys(place ?? {}).some((key) => key !== 'id')) add('extension in a place');
  }
}

function checkNumber(name: string, value: unknown, add: Add): void {
  if (typeof value !== 'number' || !Number.isFinite(value)) add(`${name} is no finite number`);
  else if (value !== 0 && Math.abs(value) < SMALLEST) add(`${name} ${value} is too small to hash`);
}

function checkElement(element: SensorElement, eventTime: string, add: Add): void {
  const metadata = element.sensorMetadata ?? {};
  checkMetadata(metadata, eventTime, add);
  if (element.sensorReport.length === 0) add('sensorReport is empty');
  for (const report of element.sensorReport) checkReport(report, metadata, eventTime, add);
  const parts: object[] = [metadata, ...element.sensorReport];
  if (parts.some((part) => Object.keys(part).some((key) => key.includes(':')))) {
    add('extension inside a sensor element');
  }
}

function checkMetadata(metadata: SensorMetadata, eventTime: string, add: Add): void {
  const { time, startTime, endTime } = metadata;
  for (const one of [time, startTime, endTime]) {
    if (one !== undefined && !TIME.test(one)) add(`'${one}' is not …T…Z with ms`);
  }
  // ISO 8601 in UTC with milliseconds sorts as text.
  if (time !== undefined && time > eventTime) add('time is after eventTime');
  if (endTime !== undefined && endTime > eventTime) add('endTime is after eventTime');
  if (startTime === undefined) return;
  if (startTime >= eventTime) add('startTime is not before eventTime');
  if (endTime !== undefined && startTime >= endTime) add('startTime is not before endTime');
}

function checkReport(
  report: SensorReport,
  metadata: SensorMetadata,
  eventTime: string,
  add: Add,
): void {
  const fields: Readonly<Record<string, unknown>> = { ...report };
  if (!TYPES.includes(report.type)) add(`type '${report.type}' is no bare word of this product`);
  if (report.time !== undefined && report.time > eventTime) add('time is after eventTime');
  for (const name of ['time', 'deviceID', 'deviceMetadata', 'rawData', 'dataProcessingMethod']) {
    const isTwice = fields[name] !== undefined && Object.hasOwn(metadata, name);
    if (isTwice) add(`${name} stands in metadata and report`);
  }
  for (const name of ['bizRules', 'booleanValue']) {
    if (fields[name] !== undefined) add(`${name} in a report`);
  }
  checkValues(report, fields, add);
}

function checkValues(
  report: SensorReport,
  fields: Readonly<Record<string, unknown>>,
  add: Add,
): void {
  const has = (name: string): boolean => fields[name] !== undefined;
  const measures = ['value', 'minValue', 'maxValue', 'meanValue', 'percValue', 'sDev'].filter(has);
  for (const name of measures) checkNumber(name, fields[name], add);
  if (measures.length > 0 && !has('uom')) add(`${measures.join(', ')} without uom`);
  if (measures.length === 0 && has('uom')) add('uom without a value');
  if (has('uom') && !UNITS.includes(report.uom ?? '')) add(`uom '${report.uom ?? ''}' is unknown`);
  if (has('component') && !has('value')) add('component without value');
  if (has('percRank') !== has('percValue')) add('percRank and percValue go together');
  if (has('sDev') && !has('meanValue')) add('sDev without meanValue');
  if (has('chemicalSubstance') && has('microorganism')) add('two substances in one report');
  const { minValue = -Infinity, maxValue = Infinity, meanValue } = report;
  if (minValue > maxValue) add('minValue is above maxValue');
  if (meanValue !== undefined && (meanValue < minValue || meanValue > maxValue)) {
    add('meanValue lies outside minValue and maxValue');
  }
}

import assert from 'node:assert/strict';
import type { EpcisEvent } from '../../../host-sim/backend/epcis-types.js';
import { eventFindings } from '../../../host-sim/backend/epcis-rules.js';

const KIT = 'https://id.gs1.org/01/09521141000014/21/K1';
const BOX = 'https://id.gs1.org/8003/09521141000106C0007';
const PLACE = { id: 'https://id.gs1.org/414/9521141000205/254/BANK' };
const NOON = '2025-03-03T12:00:00.000Z';
const LATER = '2025-03-03T12:00:00.001Z';
const SOONER = '2025-03-03T11:59:00.000Z';

const frame = {
  eventID: `ni:///sha-256;${'0'.repeat(64)}?ver=CBV2.0`,
  eventTime: NOON,
  eventTimeZoneOffset: '+00:00',
  readPoint: PLACE,
};
const object = { ...frame, type: 'ObjectEvent', action: 'OBSERVE', bizStep: 'inspecting' };
const plain = { ...object, epcList: [KIT] };
const packing = {
  ...frame,
  type: 'AggregationEvent',
  action: 'ADD',
  bizStep: 'packing',
  parentID: BOX,
  childEPCs: [KIT],
};
const value = { type: 'Temperature', value: 20, uom: 'CEL' };
const sensing = (report: object, metadata?: object): object => ({
  ...plain,
  sensorElementList: [
    { ...(metadata === undefined ? {} : { sensorMetadata: metadata }), sensorReport: [report] },
  ],
});

describe('backend/epcis-rules: what GS1’s schema lets pass', () => {
  const sound: readonly (readonly [string, object])[] = [
    ['an observation', plain],
    ['a packing event', packing],
    ['a value with its time', sensing({ ...value, time: NOON })],
    ['a stay', sensing(value, { startTime: SOONER, endTime: NOON, deviceID: BOX })],
    ['extremes', sensing({ type: 'Temperature', minValue: 1, maxValue: 2, uom: 'CEL' })],
    ['an alarm', sensing({ type: 'Time', exception: 'ALARM_CONDITION', uriValue: 'https://a.b/' })],
    ['extensions', { ...plain, 'plasma:slot': 0, 'plasma:reason': ['https://a.example/b'] }],
    ['master data', { ...plain, action: 'ADD', ilmd: { 'cbvmda:lotNumber': 'A1' } }],
    ['a lasting disposition', { ...plain, persistentDisposition: { set: ['unavailable'] } }],
    [
      'a blood component',
      { ...packing, childEPCs: ['https://ns.plasmavakt.example/isbt128/obj/A99.E84'] },
    ],
  ];
  for (const [what, event] of sound) {
    it(`finds nothing wrong with ${what}`, () => {
      assert.deepEqual(eventFindings(event as EpcisEvent), []);
    });
  }

  const wrong: readonly (readonly [string, object, RegExp])[] = [
    // times
    ['a time after the event', sensing({ ...value, time: LATER }), /^time is after eventTime/],
    ['a stay’s time after it', sensing(value, { time: LATER }), /^time is after eventTime/],
    ['an end after it', sensing(value, { endTime: LATER }), /endTime is after eventTime/],
    ['a start at it', sensing(value, { startTime: NOON }), /startTime is not before eventTime/],
    [
      'a start at the end',
      sensing(value, { startTime: SOONER, endTime: SOONER }),
      /startTime is not before endTime/,
    ],
    ['a time without T', { ...plain, eventTime: '2025-03-03 12:00:00.000Z' }, /eventTime '2025/],
    ['a local time', { ...plain, eventTime: '2025-03-03T12:00:00.000+01:00' }, /eventTime '2025/],
    ['a sensor time without ms', sensing(value, { time: '2025-03-03T11:00:00Z' }), /with ms/],
    // the same in two places
    [
      'a device in metadata and report',
      sensing({ ...value, deviceID: BOX }, { deviceID: BOX }),
      /deviceID stands in metadata and report/,
    ],
    [
      'a time in metadata and report',
      sensing({ ...value, time: NOON }, { time: NOON }),
      /time stands in metadata and report/,
    ],
    // values
    [
      'a component without value',
      sensing({ type: 'Acceleration', component: 'x' }),
      /component without value/,
    ],
    ['a value without unit', sensing({ type: 'Temperature', value: 1 }), /value without uom/],
    ['a unit without value', sensing({ type: 'Temperature', uom: 'CEL' }), /uom without a value/],
    ['a unit in words', sensing({ ...value, uom: 'degC' }), /uom 'degC' is unknown/],
    ['a rank without value', sensing({ ...value, percRank: 5 }), /percRank and percValue/],
    ['a deviation without mean', sensing({ ...value, sDev: 1 }), /sDev without meanValue/],
    [
      'two substances',
      sensing({ ...value, chemicalSubstance: 'https://a.b/', microorganism: 'https://a.b/' }),
      /two substances/,
    ],
    [
      'extremes the wrong way round',
      sensing({ type: 'Temperature', minValue: 2, maxValue: 1, uom: 'CEL' }),
      /minValue is above maxValue/,
    ],
    [
      'a mean outside',
      sensing({ type: 'Temperature', minValue: 1, maxValue: 2, meanValue: 3, uom: 'CEL' }),
      /meanValue lies outside/,
    ],
    ['NaN', sensing({ ...value, value: NaN }), /value is no finite number/],
    ['a number too small to hash', sensing({ ...value, value: 0.00001 }), /too small to hash/],
    ['a type with prefix', sensing({ ...value, type: 'gs1:Temperature' }), /no bare word/],
    ['a boolean', sensing({ ...value, booleanValue: true }), /booleanValue in a report/],
    ['rules in a report', sensing({ ...value, bizRules: 'https://a.b/' }), /bizRules in a report/],
    // lists and members
    ['an empty sensor list', { ...plain, sensorElementList: [] }, /sensorElementList is empty/],
    [
      'an empty report',
      { ...plain, sensorElementList: [{ sensorReport: [] }] },
      /sensorReport is empty/,
    ],
    ['a child twice', { ...packing, childEPCs: [KIT, KIT] }, /holds something twice/],
    ['no child', { ...packing, childEPCs: [] }, /without childEPCs/],
    ['no parent', { ...packing, parentID: undefined }, /ADD needs parentID/],
    ['no thing at all', object, /without epcList/],
    // identifiers
    [
      'a wrong check digit',
      { ...plain, epcList: ['https://id.gs1.org/01/09521141000015/21/K1'] },
      /badCheckDigit/,
    ],
    ['a URN', { ...plain, epcList: ['urn:epc:id:sgtin:9521141.000001.K1'] }, /no GS1 Digital Link/],
    [
      'another domain',
      { ...plain, epcList: ['https://example.com/01/09521141000014/21/K1'] },
      /not of the canonical domain/,
    ],
    ['a wrong place', { ...plain, readPoint: { id: 'https://a.b/c' } }, /no key of this product/],
    ['an eventID of its own', { ...plain, eventID: 'urn:uuid:1' }, /no CBV 2.0 hash/],
    // dispositions and master data
    ['a disposition of 42', { ...plain, persistentDisposition: 42 }, /sets nothing/],
    ['an empty disposition', { ...plain, persistentDisposition: { set: [] } }, /sets nothing/],
    [
      'a disposition of an aggregation',
      { ...packing, persistentDisposition: { set: ['unavailable'] } },
      /outside an ObjectEvent/,
    ],
    ['master data of an observation', { ...plain, ilmd: { 'cbvmda:lotNumber': 'A' } }, /ilmd/],
    // extensions
    ['an undeclared prefix', { ...plain, 'foo:bar': 'x' }, /'foo:bar' has an undeclared prefix/],
    ['a name with time', { ...plain, 'plasma:mixTime': 'x' }, /would be read as a time/],
    ['text like a number', { ...plain, 'plasma:lot': '007' }, /'007' would be rewritten/],
    ['text like an exponent', { ...plain, 'plasma:lot': '12E5' }, /'12E5' would be rewritten/],
    ['text like infinity', { ...plain, 'plasma:lot': 'inf' }, /'inf' would be rewritten/],
    ['blanks', { ...plain, 'plasma:lot': ' A' }, /blanks at its ends/],
    ['an object', { ...plain, 'plasma:lot': { a: 1 } }, /neither number nor text/],
    ['an extension in a place', { ...plain, readPoint: { ...PLACE, 'plasma:a': 1 } }, /in a place/],
    ['an extension in a report', sensing({ ...value, 'plasma:a': 1 }), /inside a sensor element/],
  ];
  for (const [what, event, finding] of wrong) {
    it(`finds ${what}`, () => {
      const findings = eventFindings(event as EpcisEvent);
      assert.equal(findings.length, 1, findings.join('; '));
      assert.match(findings[0]!, finding);
    });
  }
});

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { eventHashId, preHash } from '../../../host-sim/backend/epcis-hash.js';
import type { UnnamedEvent } from '../../../host-sim/backend/epcis-types.js';

/** Events of the vectors use fields that ours do not. */
const event = (fields: object): UnnamedEvent => fields as UnnamedEvent;

// From the reference implementation's tests/examples (RalphTro/epcis-event-hash-generator, MIT),
// EPC URNs written as the canonical Digital Links that the algorithm turns them into.
const VECTORS: readonly (readonly [name: string, fields: object, hash: string])[] = [
  [
    'persistentDisposition, first event',
    {
      type: 'ObjectEvent',
      eventTime: '2021-04-01T15:00:00+01:00',
      eventTimeZoneOffset: '+01:00',
      epcList: [
        'https://id.gs1.org/01/04012345111118/21/1',
        'https://id.gs1.org/01/04012345111118/21/2',
      ],
      action: 'OBSERVE',
      bizStep: 'shipping',
      disposition: 'in_transit',
      readPoint: { id: 'https://id.gs1.org/414/4012345000054' },
      persistentDisposition: { set: ['recalled'] },
    },
    'f6a9d89f2cd8d7931daa3d4c3d48399c2173b88417932f8cc04d021671e7d01e',
  ],
  [
    'persistentDisposition, second event',
    {
      type: 'ObjectEvent',
      eventTime: '2021-04-01T15:00:00+01:00',
      eventTimeZoneOffset: '+01:00',
      epcList: ['https://id.gs1.org/01/04012345111118/21/2'],
      action: 'OBSERVE',
      bizStep: 'inspecting',
      readPoint: { id: 'https://id.gs1.org/414/4012345000054' },
      persistentDisposition: { unset: ['recalled'] },
    },
    '4dbb5d87794987ec4a7c519cff1260d00163e78bf44144d09aee135294d39d10',
  ],
  [
    'ReferenceEventHashAlgorithm2',
    {
      type: 'ObjectEvent',
      eventTime: '2020-04-01T15:00:00+01:00',
      eventTimeZoneOffset: '+01:00',
      epcList: ['https://id.gs1.org/01/04012345111118/21/9876'],
      action: 'OBSERVE',
      bizStep: 'inspecting',
      readPoint: { id: 'https://id.gs1.org/414/4012345000054' },
      sensorElementList: [
        {
          sensorMetadata: {
            deviceID: 'https://id.gs1.org/8004/4000001111',
            deviceMetadata: 'https://id.gs1.org/8004/4000001111',
          },
          sensorReport: [
            { type: 'Temperature', value: 26, sDev: 0.1, uom: 'CEL' },
            { type: 'AbsoluteHumidity', value: 12.1, uom: 'A93' },
            {
              type: 'Dimensionless',
              microorganism: 'https://www.ncbi.nlm.nih.gov/taxonomy/1126011',
              value: 0.05,
              uom: 'C35',
            },
            {
              type: 'Dimensionless',
              chemicalSubstance: 'https://identifiers.org/inchikey:CZMRCDWAGMRECN-UGDNZRGBSA-N',
              value: 0.18,
              uom: 'C35',
            },
          ],
        },
      ],
    },
    '49b13037c36e84ad9307c531671b00e901318c3957e4b1151f816ec49eb668da',
  ],
  [
    'epcisDocWithSensorComponent',
    {
      type: 'ObjectEvent',
      eventTime: '2022-04-07T10:00:00.000Z',
      eventTimeZoneOffset: '+01:00',
      epcList: ['https://id.gs1.org/8003/040123450007718765'],
      action: 'OBSERVE',
      bizStep: 'sensor_reporting',
      readPoint: { id: 'https://id.gs1.org/414/4012345000054' },
      sensorElementList: [
        {
          sensorReport: [
            {
              type: 'Angle',
              value: 42.698334,
              component: 'latitude',
              uom: 'DD',
              coordinateReferenceSystem: 'http://www.opengis.net/def/crs/OGC/1.3/CRS84',
            },
            {
              type: 'Angle',
              value: 23.319941,
              component: 'longitude',
              uom: 'DD',
              coordinateReferenceSystem: 'http://www.opengis.net/def/crs/OGC/1.3/CRS84',
            },
          ],
        },
      ],
    },
    'bb12b0e4a573819c15796579560efbe6bd5e337f5c8c5cdf81f983a39947f629',
  ],
];

const KIT = 'https://id.gs1.org/01/09521141000014/21/K1';
const BOX = 'https://id.gs1.org/8003/09521141000106C0007';
const NS = 'https://ns.plasmavakt.example/';

// Written out by hand from the rules of the algorithm.
const HAND_MADE: readonly (readonly [name: string, fields: object, text: string])[] = [
  [
    'a packing event with extensions',
    {
      type: 'AggregationEvent',
      eventTime: '2025-03-03T07:00:15+01:00',
      eventTimeZoneOffset: '+00:00',
      parentID: BOX,
      childEPCs: [KIT],
      action: 'ADD',
      bizStep: 'packing',
      disposition: 'in_progress',
      'plasma:slot': 3,
      'plasma:recordId': `${NS}record/LOG.1.9`,
    },
    'eventType=AggregationEventeventTime=2025-03-03T06:00:15.000ZeventTimeZoneOffset=+00:00' +
      `parentID=${BOX}childEPCsepc=${KIT}action=ADD` +
      'bizStep=https://ref.gs1.org/cbv/BizStep-packing' +
      'disposition=https://ref.gs1.org/cbv/Disp-in_progress' +
      `{${NS}}recordId=${NS}record/LOG.1.9{${NS}}slot=3`,
  ],
  [
    'a commissioning event with master data',
    {
      type: 'ObjectEvent',
      eventTime: '2025-03-03T06:00:15.000Z',
      eventTimeZoneOffset: '+00:00',
      epcList: [KIT],
      action: 'ADD',
      bizStep: 'commissioning',
      ilmd: {
        'plasma:component': ['plasma; lot B', 'diluent; lot A'],
        'cbvmda:lotNumber': 'B',
        'cbvmda:itemExpirationDate': '2026-04-07',
      },
    },
    'eventType=ObjectEventeventTime=2025-03-03T06:00:15.000ZeventTimeZoneOffset=+00:00' +
      `epcListepc=${KIT}action=ADDbizStep=https://ref.gs1.org/cbv/BizStep-commissioning` +
      `ilmd{${NS}}component=diluent; lot A{${NS}}component=plasma; lot B` +
      '{urn:epcglobal:cbv:mda:}itemExpirationDate=2026-04-07{urn:epcglobal:cbv:mda:}lotNumber=B',
  ],
  [
    'an alarm',
    {
      type: 'ObjectEvent',
      eventTime: '2025-03-03T06:09:50.2505Z',
      eventTimeZoneOffset: '+00:00',
      epcList: [KIT, BOX],
      action: 'OBSERVE',
      bizStep: 'sensor_reporting',
      sensorElementList: [
        {
          sensorMetadata: { startTime: '2025-03-03T06:08:20Z', endTime: '2025-03-03T06:09:20Z' },
          sensorReport: [
            { type: 'Temperature', value: 27.1, uom: 'CEL' },
            { type: 'Acceleration', exception: 'ALARM_CONDITION', uriValue: `${NS}shock/severe` },
          ],
        },
      ],
    },
    'eventType=ObjectEventeventTime=2025-03-03T06:09:50.251ZeventTimeZoneOffset=+00:00' +
      `epcListepc=${KIT}epc=${BOX}action=OBSERVE` +
      'bizStep=https://ref.gs1.org/cbv/BizStep-sensor_reporting' +
      'sensorElementListsensorElement' +
      'sensorMetadatastartTime=2025-03-03T06:08:20.000ZendTime=2025-03-03T06:09:20.000Z' +
      'sensorReporttype=https://gs1.org/voc/Acceleration' +
      `exception=https://gs1.org/voc/ALARM_CONDITIONuriValue=${NS}shock/severe` +
      'sensorReporttype=https://gs1.org/voc/Temperaturevalue=27.1uom=CEL',
  ],
];

/** The same JSON with the keys of every object and the items of every list in another order. */
function shuffled(value: unknown, order: () => number): unknown {
  const mixed = <Item>(items: readonly Item[]): Item[] => {
    const keyed = items.map((item) => [order(), item] as const);
    return keyed.sort((a, b) => a[0] - b[0]).map(([, item]) => item);
  };
  if (Array.isArray(value)) return mixed(value.map((item) => shuffled(item, order)));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, shuffled(item, order)] as const);
  return Object.fromEntries(mixed(entries));
}

describe('backend/epcis-hash: the name of an event by its hash (CBV 2.0)', () => {
  for (const [name, fields, hash] of VECTORS) {
    it(`agrees with the reference implementation on ${name}`, () => {
      assert.equal(eventHashId(event(fields)), `ni:///sha-256;${hash}?ver=CBV2.0`);
    });
  }

  for (const [name, fields, text] of HAND_MADE) {
    it(`hashes ${name} as the rules say`, () => {
      assert.equal(preHash(event(fields)), text);
      const hash = createHash('sha256').update(text).digest('hex');
      assert.equal(eventHashId(event(fields)), `ni:///sha-256;${hash}?ver=CBV2.0`);
    });
  }

  it('does not depend on the order of keys and of list items', () => {
    const all = [...VECTORS.map(([, fields]) => fields), ...HAND_MADE.map(([, fields]) => fields)];
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.infiniteStream(fc.nat()), (fields, order) => {
        const other = shuffled(fields, () => order.next().value as number) as object;
        assert.equal(eventHashId(event(other)), eventHashId(event(fields)));
      }),
    );
  });

  it('does not depend on how a time, a number or an empty list is written', () => {
    const base = { ...HAND_MADE[2]![1], eventTime: '2025-03-03T06:10:00Z' };
    const id = eventHashId(event(base));
    for (const eventTime of ['2025-03-03T06:10:00.000Z', '2025-03-03T07:10:00+01:00']) {
      assert.equal(eventHashId(event({ ...base, eventTime })), id);
    }
    assert.equal(eventHashId(event({ ...base, childEPCs: [] })), id);
    assert.equal(eventHashId(event({ ...base, eventID: 'ni:///x', recordTime: 'y' })), id);
  });

  it('changes with any value', () => {
    const [, base] = HAND_MADE[2]!;
    const ids = new Set(
      [
        {},
        { eventTime: '2025-03-03T06:09:51.000Z' },
        { eventTimeZoneOffset: '+01:00' },
        { epcList: [KIT] },
        { action: 'ADD' },
        { bizStep: 'inspecting' },
        { disposition: 'conformant' },
        { readPoint: { id: BOX } },
        { bizLocation: { id: BOX } },
        { persistentDisposition: { set: ['unavailable'] } },
        { persistentDisposition: { unset: ['unavailable'] } },
        { 'plasma:slot': 3 },
        { ilmd: { 'plasma:slot': 3 } },
      ].map((change) => eventHashId(event({ ...base, ...change }))),
    );
    assert.equal(ids.size, 13);
  });

  it('refuses what it cannot name for sure', () => {
    const [, base] = HAND_MADE[0]!;
    assert.throws(() => preHash(event({ ...base, 'other:slot': 1 })), /undeclared prefix/);
    assert.throws(() => preHash(event({ ...base, eventTime: '2025-03-03' })), /no time with an/);
    const sensorElementList = [{ sensorReport: [{ type: 'Temperature', value: NaN }] }];
    assert.throws(() => preHash(event({ ...base, sensorElementList })), /NaN is no number/);
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { REASON } from '../../../firmware/core/excursion/reasons.js';
import { EXCURSION_PHASE } from '../../../firmware/core/record/schema.js';
import { type EpcisResult, epcisDocument } from '../../../host-sim/backend/epcis.js';
import type { EpcisEvent } from '../../../host-sim/backend/epcis-types.js';
import { ProfileLibrary } from '../../../host-sim/backend/profile.js';
import { itWithShared, sharedFile } from '../../support/shared.js';
import { GIAI, GRAI, packingListOf } from './support/fixtures.js';
import { JourneyLog, journeyLog } from './support/journey-log.js';
import { toyLog } from './support/toy-journal.js';

const BOX = 'https://id.gs1.org/8003/09521141000106C0007';
const LOGGER = 'https://id.gs1.org/8004/9521141LOG0007';
const KIT_1 = 'https://id.gs1.org/01/09521141000014/21/K1';
const KIT_2 = 'https://id.gs1.org/01/09521141000014/21/K2';
const UNIT = 'https://ns.plasmavakt.example/isbt128/obj/A999925123456.E8404V00';
const BANK = 'https://id.gs1.org/414/9521141000205/254/BANK';
const BASE = 'https://id.gs1.org/414/9521141000212/254/HEMS1';
const NS = 'https://ns.plasmavakt.example/';

describe('backend/epcis: a journal as EPCIS 2.0 events', () => {
  let profiles: ProfileLibrary;
  let events: readonly EpcisEvent[];
  let result: EpcisResult;
  before(async () => {
    profiles = await ProfileLibrary.load();
  });
  const map = (log: JourneyLog) => {
    return epcisDocument(toyLog(log.records), { grai: GRAI, giai: GIAI, profiles });
  };
  beforeEach(() => {
    result = map(journeyLog(profiles.byId('lyoplas-n-w')));
    events = result.document.epcisBody.eventList;
  });
  const steps = (step: string, of: readonly EpcisEvent[] = events) => {
    return of.filter((event) => event.bizStep === step);
  };
  const rule = (name: string) => {
    const hash = Buffer.from(profiles.byId('lyoplas-n-w').hash).toString('hex', 0, 4);
    return `${NS}profile/lyoplas-n-w.${hash}.${name}`;
  };

  it('leaves out nothing, and maps the same journal to the same bytes', () => {
    assert.deepEqual(result.unmapped, []);
    const again = map(journeyLog(profiles.byId('lyoplas-n-w')));
    assert.equal(JSON.stringify(again.document), JSON.stringify(result.document));
  });

  it('names every event by a hash of its own, and by the record it comes from', () => {
    assert.equal(new Set(events.map((event) => event.eventID)).size, events.length);
    for (const event of events) {
      assert.match(String(event['plasma:recordId']), /record\/9521141LOG0007\.1\.\d+$/);
    }
  });

  it('tells of the packing: commissioned with lots and expiry, its unit bound, kit in box', () => {
    const [commissioned, bound, packed] = events.filter((event) => {
      return JSON.stringify([event.epcList, event.childEPCs, event.parentID]).includes('/21/K1');
    });
    assert.equal(commissioned?.bizStep, 'commissioning');
    assert.deepEqual(commissioned?.ilmd, {
      'cbvmda:lotNumber': 'PL25A',
      'cbvmda:itemExpirationDate': '2026-04-07',
      'plasma:component': [
        'plasma; lot PL25A; expires 2026-04-07',
        'diluent; lot WFI0071; expires 2026-04-08',
        'transferSet; lot TS9; expires 2026-04-09',
      ],
      'plasma:donation': ['DIN A999925123456'],
    });
    assert.equal(commissioned?.['plasma:operator'], 'https://id.gs1.org/8017/952114100000000018');
    assert.deepEqual([bound?.parentID, bound?.childEPCs, bound?.action], [KIT_1, [UNIT], 'ADD']);
    assert.deepEqual([packed?.parentID, packed?.childEPCs, packed?.action], [BOX, [KIT_1], 'ADD']);
    assert.deepEqual(packed?.readPoint, { id: BANK });
    assert.equal(packed?.eventTime, '2025-03-03T06:00:15.000Z');
  });

  it('binds no unit where the product has no donation number', () => {
    const parents = steps('packing').map((event) => event.parentID);
    assert.ok(parents.includes(KIT_1));
    assert.ok(!parents.includes(KIT_2));
  });

  it('keeps a lot out of lotNumber that tools would take for a number', () => {
    for (const lot of ['0071', '12E5', '007', 'INF', '1_0']) {
      const log = new JourneyLog();
      const components = [{ kind: 'plasma', lot: `10${lot}`, expiryWallS: 200000000 }] as const;
      log.pack(0, packingListOf('K1', { components }));
      const [made] = map(log).document.epcisBody.eventList;
      assert.equal(made?.ilmd?.['cbvmda:lotNumber'], undefined);
      assert.match(String(made?.ilmd?.['plasma:component']), new RegExp(`lot ${lot};`));
    }
  });

  it('raises an alarm for an excursion, for the kit alone, with worst value and rule', () => {
    const excursion = events.find((event) => event['plasma:allowedS'] === 14400);
    assert.deepEqual(excursion?.epcList, [KIT_1]);
    assert.deepEqual(excursion?.sensorElementList, [
      {
        sensorMetadata: {
          startTime: '2025-03-03T06:08:20.000Z',
          endTime: '2025-03-03T06:09:20.000Z',
          deviceID: LOGGER,
          bizRules: rule('zone0'),
        },
        sensorReport: [
          { type: 'Temperature', value: 27.11, uom: 'CEL', time: '2025-03-03T06:09:20.000Z' },
          { type: 'Temperature', exception: 'ALARM_CONDITION', uriValue: rule('zone0') },
        ],
      },
    ]);
    assert.equal(excursion?.['plasma:usedS'], 14400);
    assert.equal(excursion?.['plasma:phase'], `${NS}phase/open`);
  });

  it('tells alarms of a shock, a lid and a budget from the error of missing readings', () => {
    const reports = events
      .filter((event) => event['plasma:phase'] !== undefined && event.epcList?.[0] === KIT_2)
      .map((event) => event.sensorElementList?.[0]?.sensorReport.at(-1));
    assert.deepEqual(
      reports.map((report) => [report?.type, report?.exception, report?.uriValue]),
      [
        ['Speed', 'ALARM_CONDITION', rule('shockDrop')],
        ['Temperature', 'ERROR_CONDITION', rule('gap')],
        ['Time', 'ALARM_CONDITION', rule('lidOpen')],
        ['Temperature', 'ALARM_CONDITION', rule('budget')],
      ],
    );
  });

  it('raises the time that a kit was away, not an error of a probe that was never asked', () => {
    const log = new JourneyLog();
    log.pack(0, packingListOf('K1'));
    const taken = log.nextSequence;
    log.custody(0, 'taken').wait(2400).custody(0, 'in');
    log.excursion(0, REASON.gap, { used: 2400, allowed: 900, startSequence: taken });
    const event = map(log).document.epcisBody.eventList.at(-1);
    const uriValue = `${NS}profile/unknown..gap`;
    assert.deepEqual(event?.sensorElementList?.[0]?.sensorReport, [
      { type: 'Time', value: 2400, uom: 'SEC' },
      { type: 'Time', exception: 'ALARM_CONDITION', uriValue },
    ]);
    const { startTime, endTime } = event?.sensorElementList?.[0]?.sensorMetadata ?? {};
    assert.deepEqual(
      [startTime, endTime],
      ['2025-03-03T06:00:00.000Z', '2025-03-03T06:40:00.000Z'],
    );
  });

  it('takes newer numbers of the same excursion or verdict for no new event', () => {
    const log = new JourneyLog();
    log.pack(0, packingListOf('K1'));
    log.excursion(0, 0, { used: 10 }).verdict(0, 'quarantine', [REASON.zone0], 9);
    const before = map(log).document.epcisBody.eventList.length;
    log.wait(60).excursion(0, 0, { used: 20, phase: EXCURSION_PHASE.update });
    log.verdict(0, 'quarantine', [REASON.zone0], 8);
    const { document, unmapped } = map(log);
    assert.equal(document.epcisBody.eventList.length, before);
    assert.deepEqual(unmapped, [], 'nor for something that is missing');
    log.excursion(0, 0, { used: 30, phase: EXCURSION_PHASE.close }).verdict(0, 'usable', [], 8);
    const after = map(log).document.epcisBody.eventList.slice(before);
    assert.deepEqual(
      after.map((event) => event['plasma:phase'] ?? event.persistentDisposition),
      [`${NS}phase/close`, { unset: ['unavailable'] }],
    );
  });

  it('tells of a shock with its peaks and the kits that were present, not of handling', () => {
    const shocks = events.filter((event) => event['plasma:freeFallMs'] !== undefined);
    assert.equal(shocks.length, 1);
    const [shock] = shocks;
    assert.deepEqual(shock?.epcList, [BOX, KIT_2]);
    assert.deepEqual(shock?.sensorElementList, [
      {
        sensorMetadata: { time: '2025-03-03T06:09:50.250Z', deviceID: LOGGER },
        sensorReport: [
          { type: 'Acceleration', component: 'x', value: -7.995, uom: 'K40' },
          { type: 'Acceleration', component: 'y', value: 0.12, uom: 'K40' },
          { type: 'Acceleration', component: 'z', value: 15, uom: 'K40' },
          { type: 'Speed', value: 2.87, uom: 'MTS' },
          {
            type: 'Acceleration',
            exception: 'ALARM_CONDITION',
            uriValue: `${NS}shock/dropLike`,
          },
        ],
      },
    ]);
    assert.equal(shock?.eventTime, '2025-03-03T06:09:50.250Z', 'not before what it tells of');
  });

  it('follows the container from place to place', () => {
    const ways = events.filter((event) => /arriving|departing/.test(event.bizStep));
    assert.deepEqual(
      ways.map((event) => [event.bizStep, event.disposition, event.readPoint?.id]),
      [
        ['arriving', 'in_progress', BANK],
        ['departing', 'in_transit', BANK],
        ['arriving', 'in_progress', BASE],
      ],
    );
  });

  it('takes the contact with docks for places where the container derived none', () => {
    const log = new JourneyLog();
    const tail = Buffer.from('4149521141000205254BANK');
    log.add('dock', { fields: { docked: 1 }, tail });
    log.wait(60).add('dock', { fields: { docked: 0 }, tail });
    log.wait(60).add('lid', { fields: { open: 1 } });
    assert.deepEqual(
      map(log).document.epcisBody.eventList.map((event) => [event.bizStep, event.readPoint?.id]),
      [
        ['arriving', BANK],
        ['departing', BANK],
        ['other', undefined],
      ],
    );
  });

  it('keeps a position as RFC 5870 writes it', () => {
    const log = new JourneyLog();
    const fields = { kind: 1, source: 2, latitudeMicroDeg: 60398000, longitudeMicroDeg: 5322100 };
    log.add('place', { fields: { ...fields, uncertaintyM: 12 } });
    const [event] = map(log).document.epcisBody.eventList;
    assert.equal(event?.['plasma:position'], 'geo:60.398,5.3221;u=12');
    assert.equal(event?.readPoint, undefined);
  });

  it('opens and closes the lid', () => {
    const lids = steps('other').filter((event) => event.epcList?.[0] === BOX);
    assert.deepEqual(
      lids.map((event) => event.disposition),
      ['container_open', 'container_closed'],
    );
  });

  it('follows a kit out of the container, and back', () => {
    const acts = events
      .filter((event) => event['plasma:custody'] !== undefined)
      .map((event) => [event.type, event.action, event.bizStep, event.disposition]);
    assert.deepEqual(acts, [
      ['AggregationEvent', 'DELETE', 'unpacking', 'in_progress'], // K1 taken
      ['AggregationEvent', 'DELETE', 'unpacking', 'in_progress'], // K2 taken
      ['AggregationEvent', 'ADD', 'packing', 'in_progress'], // K2 put back
      ['ObjectEvent', 'OBSERVE', 'other', 'in_progress'], // K1 mixed
      ['ObjectEvent', 'OBSERVE', 'dispensing', 'dispensed'], // K1 used
    ]);
  });

  it('takes a kit out that is wasted in its slot, and tells of nothing when one is scanned', () => {
    const log = new JourneyLog();
    log.pack(0, packingListOf('K1')).custody(0, 'in').custody(0, 'wasted');
    const acts = map(log).document.epcisBody.eventList.slice(3);
    assert.deepEqual(
      acts.map((event) => [event.action, event.bizStep, event.disposition]),
      [
        ['DELETE', 'unpacking', 'in_progress'],
        ['OBSERVE', 'destroying', 'destroyed'],
      ],
    );
  });

  it('tells each verdict with its reasons, and makes a kit unavailable and available again', () => {
    const log = journeyLog(profiles.byId('lyoplas-n-w'));
    log.verdict(1, 'usable', [], 7);
    const verdicts = steps('inspecting', map(log).document.epcisBody.eventList);
    assert.deepEqual(
      verdicts.map((event) => [
        event.epcList?.[0]?.at(-1),
        event.disposition,
        event.persistentDisposition,
        event['plasma:verdict'],
      ]),
      [
        ['1', 'conformant', undefined, `${NS}verdict/usable`],
        ['2', 'conformant', undefined, `${NS}verdict/usable`],
        ['1', 'non_conformant', { set: ['unavailable'] }, `${NS}verdict/quarantine`],
        ['2', 'non_conformant', { set: ['unavailable'] }, `${NS}verdict/unknown`],
        ['1', 'non_conformant', undefined, `${NS}verdict/quarantine`],
        ['2', 'conformant', { unset: ['unavailable'] }, `${NS}verdict/usable`],
      ],
    );
    assert.deepEqual(verdicts[4]?.['plasma:reason'], [rule('zone0'), rule('mixed')]);
    assert.equal(verdicts[4]?.['plasma:budgetLeftS'], 4);
  });

  it('lists a kit whose packing list cannot be read, and maps the others', () => {
    const log = new JourneyLog();
    log.profile(0, profiles.byId('lyoplas-n-w')).pack(0, packingListOf('K1'));
    const fields = { kit: 1, slot: 1, profile: 0, expiryWallS: 1 };
    log.add('kit', { fields, tail: Uint8Array.of(0xa1) });
    const { document, unmapped } = map(log);
    assert.deepEqual(
      unmapped.map(({ type, why }) => [type, why]),
      [['kit', 'its packing list cannot be read']],
    );
    assert.equal(steps('packing', document.epcisBody.eventList).length, 2);
  });

  it('lists what it cannot map: no clock, an unknown kit', () => {
    const log = new JourneyLog();
    log.isClockSet = false;
    log.pack(0, packingListOf('K1')).reading(2000);
    log.isClockSet = true;
    log.boot = 2;
    log.verdict(0, 'usable', []).verdict(9, 'usable', []);
    const { document, unmapped } = map(log);
    assert.equal(document.epcisBody.eventList.length, 1, 'the kit is known all the same');
    assert.deepEqual(
      unmapped.map(({ sequence, type, why }) => [sequence, type, why]),
      [
        [1, 'kit', 'its boot had no clock'],
        [3, 'reading', 'its boot had no clock'],
        [5, 'verdict', 'the kit that it names was not packed in this journal'],
      ],
    );
  });

  itWithShared('satisfies the official JSON schema of EPCIS 2.0, event by event', () => {
    const schema = JSON.parse(
      readFileSync(sharedFile('data/epcis/EPCIS-JSON-Schema.json'), 'utf8'),
    ) as object;
    const ajv = new Ajv({ strict: false }); // the schema itself breaks ajv's strict mode
    addFormats(ajv);
    const validate = ajv.compile(schema);
    assert.ok(validate(result.document), JSON.stringify(validate.errors));
    for (const event of events) {
      const bare = { '@context': result.document['@context'], ...event };
      assert.ok(validate(bare), `${JSON.stringify(event)} ${JSON.stringify(validate.errors)}`);
    }
    const broken = { ...events[0], '@context': result.document['@context'], bizStep: 'arrivign' };
    assert.ok(!validate(broken), 'and the schema does see what is wrong');
  });
});

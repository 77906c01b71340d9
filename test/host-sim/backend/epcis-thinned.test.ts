import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { epcisDocument } from '../../../host-sim/backend/epcis.js';
import type { DecodedRecord } from '../../../host-sim/backend/record-types.js';
import { ProfileLibrary } from '../../../host-sim/backend/profile.js';
import { itWithShared, sharedFile } from '../../support/shared.js';
import { BLOOD_BANK, GIAI, GRAI, packingListOf } from './support/fixtures.js';
import { JourneyLog } from './support/journey-log.js';
import { thinOut } from './support/thinned-log.js';
import { toyLog } from './support/toy-journal.js';

const BOX = 'https://id.gs1.org/8003/09521141000106C0007';
const KIT_1 = 'https://id.gs1.org/01/09521141000014/21/K1';
const KIT_2 = 'https://id.gs1.org/01/09521141000014/21/K2';
const LOGGER = 'https://id.gs1.org/8004/9521141LOG0007';
const BANK = 'https://id.gs1.org/414/9521141000205/254/BANK';
const NS = 'https://ns.plasmavakt.example/';

describe('backend/epcis-thinned: ranges that the container summed up itself', () => {
  let profiles: ProfileLibrary;
  before(async () => {
    profiles = await ProfileLibrary.load();
  });
  const map = (records: readonly DecodedRecord[]) =>
    epcisDocument(toyLog(records), { grai: GRAI, giai: GIAI, profiles });
  const reportsOf = (records: readonly DecodedRecord[]) => {
    const { eventList } = map(records).document.epcisBody;
    return eventList.filter((event) => event['plasma:readingCount'] !== undefined);
  };

  /** At the bank, two kits with probes of their own, and ten readings a minute apart. */
  function tenReadings(within?: (log: JourneyLog, i: number) => void): JourneyLog {
    const log = new JourneyLog();
    log.config(0b01, 0b10);
    log.place(2, BLOOD_BANK).pack(0, packingListOf('K1')).pack(1, packingListOf('K2'));
    for (let i = 0; i < 10; i++) {
      const fields = { humidityPermille: 400 + i };
      const temperaturesCentiC = [500 + i, i === 4 ? null : -300 - i];
      log.wait(60).add('reading', { fields, temperaturesCentiC });
      within?.(log, i);
    }
    return log;
  }
  const FIRST = 7; // number of the first reading

  it('says least, greatest and mean of each probe, for the kits that it stands for', () => {
    const log = tenReadings();
    const events = reportsOf(thinOut(log, FIRST + 2, FIRST + 5));
    assert.deepEqual(
      events.map((event) => event['plasma:readingCount']),
      [2, 2, 4, 4, 4, 4],
      'before it, it, behind it, for each kit',
    );
    const [first, second] = events.slice(2);
    const meta = (method: string) => ({
      startTime: '2025-03-03T06:03:00.000Z',
      endTime: '2025-03-03T06:06:00.000Z',
      deviceID: LOGGER,
      dataProcessingMethod: `${NS}method/${method}-summed-up`,
    });
    const humidity = {
      sensorMetadata: meta('humidity'),
      sensorReport: [
        { type: 'RelativeHumidity', minValue: 40.2, maxValue: 40.5, meanValue: 40.4, uom: 'P1' },
      ],
    };
    const { eventID, ...told } = first!;
    assert.match(eventID, /^ni:/);
    assert.deepEqual(told, {
      type: 'ObjectEvent',
      eventTime: '2025-03-03T06:06:00.000Z',
      eventTimeZoneOffset: '+00:00',
      epcList: [BOX, KIT_1],
      action: 'OBSERVE',
      bizStep: 'sensor_reporting',
      sensorElementList: [
        {
          sensorMetadata: meta('probes-0'),
          sensorReport: [
            { type: 'Temperature', minValue: 5.02, maxValue: 5.05, meanValue: 5.04, uom: 'CEL' },
          ],
        },
        humidity,
      ],
      readPoint: { id: BANK },
      bizLocation: { id: BANK },
      'plasma:readingCount': 4,
      'plasma:firstRecordId': `${NS}record/9521141LOG0007.1.9`,
      'plasma:lastRecordId': `${NS}record/9521141LOG0007.1.12`,
      'plasma:recordId': `${NS}record/9521141LOG0007.1.${log.records.at(-1)!.sequence}`,
    });
    assert.deepEqual(second?.epcList, [BOX, KIT_2]);
    assert.deepEqual(second?.sensorElementList?.[0]?.sensorReport, [
      { type: 'Temperature', minValue: -3.05, maxValue: -3.02, meanValue: -3.03, uom: 'CEL' },
    ]);
  });

  it('leaves no time between the readings before, the range and the readings behind it', () => {
    const spans = reportsOf(thinOut(tenReadings(), FIRST + 2, FIRST + 5))
      .filter(({ epcList }) => epcList?.includes(KIT_1))
      .map(({ sensorElementList }) => sensorElementList![0]!.sensorMetadata!)
      .map(({ startTime, endTime }) => [startTime!.slice(14, 16), endTime!.slice(14, 16)]);
    assert.deepEqual(spans, [
      ['01', '02'],
      ['03', '06'],
      ['07', '10'],
    ]);
  });

  it('gives the same journal the same events, and each event a name of its own', () => {
    const records = thinOut(tenReadings(), FIRST + 2, FIRST + 5);
    const { document, unmapped } = map(records);
    assert.deepEqual(unmapped, []);
    assert.equal(JSON.stringify(map(records).document), JSON.stringify(document));
    const names = document.epcisBody.eventList.map(({ eventID }) => eventID);
    assert.equal(new Set(names).size, names.length);
  });

  it('adds nothing while the readings are there', () => {
    const log = tenReadings();
    thinOut(log, FIRST + 2, FIRST + 5);
    const whole = log.records.filter(({ type }) => type !== 'thinned');
    assert.deepEqual(map(log.records).document, map(whole).document);
  });

  it('blames no kit for what may have been before it was aboard, or while it was away', () => {
    const log = tenReadings((its, i) => {
      if (i === 3) its.custody(1, 'taken');
      if (i === 5) its.custody(1, 'in');
    });
    const events = reportsOf(thinOut(log, FIRST + 1, FIRST + 8));
    const ranges = events.filter((event) => event['plasma:lastRecordId'] !== undefined);
    assert.deepEqual(
      ranges.map(({ epcList, 'plasma:partlyAboard': partly }) => [epcList, partly]),
      [
        [[BOX, KIT_1], undefined],
        [[BOX], [KIT_2]],
      ],
    );
    const methods = ranges[1]?.sensorElementList?.map(
      ({ sensorMetadata }) => sensorMetadata?.dataProcessingMethod,
    );
    assert.deepEqual(
      methods,
      ['probes-0', 'probes-1', 'humidity'].map((of) => `${NS}method/${of}-summed-up`),
    );
  });

  it('names no place for a range within which the container departed', () => {
    const log = tenReadings((its, i) => void (i === 3 && its.place(1, BLOOD_BANK)));
    const events = reportsOf(thinOut(log, FIRST + 1, FIRST + 8));
    const ranges = events.filter((event) => event['plasma:lastRecordId'] !== undefined);
    assert.equal(ranges.length, 2);
    for (const { readPoint, bizLocation } of ranges) {
      assert.deepEqual([readPoint, bizLocation], [undefined, undefined]);
    }
    assert.deepEqual(events.at(0)?.readPoint, { id: BANK }, 'before it, it was at the bank');
    assert.equal(events.at(-1)?.readPoint, undefined, 'behind it, it was on the way');
  });

  it('tells of a range at the very end of the journal, and of one behind another', () => {
    const log = tenReadings();
    thinOut(log, FIRST, FIRST + 4);
    const records = thinOut(log, FIRST + 5, FIRST + 9).filter(({ type }) => type !== 'reading');
    const counts = reportsOf(records).map((event) => event['plasma:readingCount']);
    assert.deepEqual(counts, [5, 5, 5, 5]);
  });

  it('lists a range of a boot without a clock as not mapped, and no range of an empty box', () => {
    const log = tenReadings();
    log.isClockSet = false;
    log.boot = 2;
    const first = log.wait(60).reading(500, 500).sequence;
    log.wait(60).reading(500, 500);
    const { unmapped } = map(thinOut(log, first, first + 1));
    assert.deepEqual(
      unmapped.map(({ type, why }) => [type, why]),
      [['thinned', 'its boot had no clock']],
    );
    const empty = new JourneyLog();
    for (let i = 0; i < 4; i++) empty.wait(60).reading(500);
    assert.deepEqual(reportsOf(thinOut(empty, 1, 3)), []);
  });

  itWithShared('satisfies the official JSON schema of EPCIS 2.0', () => {
    const schema = JSON.parse(
      readFileSync(sharedFile('data/epcis/EPCIS-JSON-Schema.json'), 'utf8'),
    ) as object;
    const ajv = new Ajv({ strict: false }); // the schema itself breaks ajv's strict mode
    addFormats(ajv);
    const validate = ajv.compile(schema);
    const log = tenReadings((its, i) => void (i === 3 && its.custody(1, 'taken')));
    const { document } = map(thinOut(log, FIRST + 1, FIRST + 8));
    assert.ok(document.epcisBody.eventList.some((event) => event['plasma:partlyAboard']));
    assert.ok(validate(document), JSON.stringify(validate.errors));
  });
});

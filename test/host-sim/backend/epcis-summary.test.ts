import assert from 'node:assert/strict';
import { epcisDocument } from '../../../host-sim/backend/epcis.js';
import type { EpcisEvent } from '../../../host-sim/backend/epcis-types.js';
import { ProfileLibrary } from '../../../host-sim/backend/profile.js';
import { GIAI, GRAI, packingListOf } from './support/fixtures.js';
import { JourneyLog, journeyLog } from './support/journey-log.js';
import { toyLog } from './support/toy-journal.js';

const BOX = 'https://id.gs1.org/8003/09521141000106C0007';
const LOGGER = 'https://id.gs1.org/8004/9521141LOG0007';
const KIT_1 = 'https://id.gs1.org/01/09521141000014/21/K1';
const KIT_2 = 'https://id.gs1.org/01/09521141000014/21/K2';
const BANK = 'https://id.gs1.org/414/9521141000205/254/BANK';
const NS = 'https://ns.plasmavakt.example/';

describe('backend/epcis-summary: what the probes measured, stay by stay', () => {
  let profiles: ProfileLibrary;
  before(async () => {
    profiles = await ProfileLibrary.load();
  });
  const summariesOf = (log: JourneyLog): EpcisEvent[] => {
    const { document } = epcisDocument(toyLog(log.records), { grai: GRAI, giai: GIAI, profiles });
    return document.epcisBody.eventList.filter((event) => {
      return event['plasma:readingCount'] !== undefined;
    });
  };

  it('sums up each stay: least, greatest, mean over all probes, for the kits inside', () => {
    const all = summariesOf(journeyLog(profiles.byId('lyoplas-n-w')));
    const [first, second] = all;
    assert.deepEqual(first?.epcList, [BOX, KIT_1, KIT_2]);
    assert.deepEqual(first?.sensorElementList, [
      {
        sensorMetadata: {
          startTime: '2025-03-03T06:01:15.000Z',
          endTime: '2025-03-03T06:02:15.000Z',
          deviceID: LOGGER,
          dataProcessingMethod: `${NS}method/all-probes`,
        },
        sensorReport: [
          { type: 'Temperature', minValue: 19.9, maxValue: 20.3, meanValue: 20.13, uom: 'CEL' },
        ],
      },
    ]);
    assert.deepEqual(first?.readPoint, { id: BANK });
    assert.equal(second?.readPoint, undefined, 'under way');
    assert.deepEqual(second?.sensorElementList?.[0]?.sensorReport[0], {
      type: 'Temperature',
      minValue: 26.05,
      maxValue: 27.11,
      meanValue: 26.42,
      uom: 'CEL',
    });
    const last = all.at(-1);
    assert.deepEqual(last?.epcList, [BOX, KIT_2]);
    assert.deepEqual(last?.sensorElementList?.[0]?.sensorMetadata?.time, last?.eventTime);
  });

  it('blames no kit for a probe that is not its own: one summary for each set of probes', () => {
    const log = new JourneyLog();
    log.config(0b01, 0b10, 0b01, 0b11);
    const kits = [0, 1, 2, 3];
    for (const kit of kits) log.pack(kit, packingListOf(`K${kit + 1}`));
    log.wait(60).reading(2000, 3000);
    log.wait(60).reading(2200, null);
    const kit = (number: number) => KIT_1.replace(/1$/, `${number}`);
    const summaries = summariesOf(log);
    assert.deepEqual(
      summaries.map((event) => {
        const { sensorMetadata, sensorReport } = event.sensorElementList![0]!;
        const { minValue, maxValue } = sensorReport[0]!;
        const method = sensorMetadata?.dataProcessingMethod;
        return [event.epcList, method, minValue, maxValue, event['plasma:readingCount']];
      }),
      [
        [[BOX, kit(1), kit(3)], `${NS}method/probes-0`, 20, 22, 2],
        [[BOX, kit(2)], `${NS}method/probes-1`, 30, 30, 1],
        [[BOX, kit(4)], `${NS}method/probes-0-and-1`, 20, 30, 2],
      ],
    );
  });

  it('begins new summaries when the probes are others', () => {
    const log = new JourneyLog();
    log.config(0b01);
    log.pack(0, packingListOf('K1')).wait(60).reading(2000, 3000);
    log.config(0b01);
    log.wait(60).reading(2000, 3000);
    log.config(0b10);
    log.wait(60).reading(2000, 3000);
    const summaries = summariesOf(log);
    assert.deepEqual(
      summaries.map((event) => [
        event['plasma:readingCount'],
        event.sensorElementList?.[0]?.sensorReport[0]?.maxValue,
      ]),
      [
        [2, 20],
        [1, 30],
      ],
    );
  });

  it('begins a new summary with each UTC day, and includes humidity where there is any', () => {
    const log = new JourneyLog();
    log.pack(0, packingListOf('K1')).wait(17 * 3600);
    for (const humidityPermille of [400, 455, -1]) {
      const fields = { humidityPermille };
      log.wait(1800).add('reading', { fields, temperaturesCentiC: [500] });
    }
    const summaries = summariesOf(log);
    assert.deepEqual(
      summaries.map((event) => [event.eventTime, event['plasma:readingCount']]),
      [
        ['2025-03-03T23:30:00.000Z', 1],
        ['2025-03-04T00:30:00.000Z', 2],
      ],
    );
    const humidity = { type: 'RelativeHumidity', minValue: 45.5, maxValue: 45.5, meanValue: 45.5 };
    assert.deepEqual(summaries[1]?.sensorElementList?.[0]?.sensorReport[1], {
      ...humidity,
      uom: 'P1',
    });
  });
});

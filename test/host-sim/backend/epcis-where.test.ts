import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { REASON } from '../../../firmware/core/excursion/reasons.js';
import { EXCURSION_PHASE, SHOCK_CLASS } from '../../../firmware/core/record/schema.js';
import { type EpcisResult, epcisDocument } from '../../../host-sim/backend/epcis.js';
import { ProfileLibrary } from '../../../host-sim/backend/profile.js';
import { itWithShared, sharedFile } from '../../support/shared.js';
import { AIR_BASE, BLOOD_BANK, GIAI, GRAI, packingListOf } from './support/fixtures.js';
import { JourneyLog } from './support/journey-log.js';
import { toyLog } from './support/toy-journal.js';

const BANK = 'https://id.gs1.org/414/9521141000205/254/BANK';
const BASE = 'https://id.gs1.org/414/9521141000212/254/HEMS1';
const NS = 'https://ns.plasmavakt.example/';

/** A kit that gets warm at the bank, is dropped on the way, and cools down at the base. */
function warmAndDropped(latitudeMicroDeg: number): JourneyLog {
  const log = new JourneyLog();
  log.place(2, BLOOD_BANK).pack(0, packingListOf('K1'));
  const warm = log.wait(60).reading(2610, 2605);
  const zone = { limit: 2500, allowed: 0, startSequence: warm.sequence, extreme: 2610 };
  const numbers = { ...zone, extremeSequence: warm.sequence };
  log.wait(60).excursion(0, REASON.zone0, { ...numbers, used: 60 });
  log.wait(400).place(1, BLOOD_BANK);
  const fix = { kind: 0, source: 2, latitudeMicroDeg, longitudeMicroDeg: 5322100 };
  log.wait(30).add('place', { fields: { ...fix, uncertaintyM: 12 } });
  log.wait(200).shock(SHOCK_CLASS.dropLike, 1);
  const phase = EXCURSION_PHASE.close;
  log.wait(10).excursion(0, REASON.zone0, { ...numbers, used: 700, phase });
  log.wait(600).place(2, AIR_BASE).shock(SHOCK_CLASS.severe, 1);
  return log;
}

describe('backend/epcis: where it was', () => {
  let profiles: ProfileLibrary;
  before(async () => {
    profiles = await ProfileLibrary.load();
  });
  const map = (log: JourneyLog): EpcisResult =>
    epcisDocument(toyLog(log.records), { grai: GRAI, giai: GIAI, profiles });
  const sensed = ({ document }: EpcisResult) =>
    document.epcisBody.eventList.filter(
      ({ bizStep, sensorElementList: list }) =>
        bizStep === 'sensor_reporting' && JSON.stringify(list).includes('ALARM_CONDITION'),
    );

  it('names the place by its GLN, and adds nothing while the dock proves it', () => {
    const [opened] = sensed(map(warmAndDropped(60398000)));
    assert.deepEqual([opened?.readPoint, opened?.bizLocation], [{ id: BANK }, { id: BANK }]);
    const names = Object.keys(opened ?? {}).filter((name) => /[pP]osition|place|began/.test(name));
    assert.deepEqual(names, []);
  });

  it('says under way what is known, from what, how old, and the places around', () => {
    const [, shock, closed] = sensed(map(warmAndDropped(60398000)));
    assert.equal(shock?.readPoint, undefined);
    for (const [event, ageS] of [
      [shock, 200],
      [closed, 210],
    ] as const) {
      assert.equal(event?.['plasma:position'], 'geo:60.398,5.3221;u=12');
      assert.equal(event['plasma:positionSource'], `${NS}place-source/gnss`);
      assert.equal(event['plasma:positionUncertaintyM'], 12);
      assert.equal(event['plasma:positionAgeS'], ageS);
      assert.equal(event['plasma:placeBefore'], BANK);
      assert.equal(event['plasma:placeAfter'], BASE);
    }
    assert.equal(shock?.['plasma:beganAt'], undefined);
    assert.equal(closed?.['plasma:beganAt'], BANK);
  });

  it('names the place where a shock met it, right after it arrived', () => {
    const last = sensed(map(warmAndDropped(60398000))).at(-1);
    assert.deepEqual(last?.readPoint, { id: BASE });
    assert.equal(last['plasma:position'], undefined);
  });

  it('says nothing of where it was when the journal knows nothing', () => {
    const log = new JourneyLog().pack(0, packingListOf('K1')).shock(SHOCK_CLASS.severe, 1);
    const [shock] = sensed(map(log));
    const names = Object.keys(shock ?? {}).filter((name) => /osition|place|readPoint/.test(name));
    assert.deepEqual(names, []);
  });

  itWithShared('satisfies the official JSON schema, even at the equator', () => {
    const schema = JSON.parse(
      readFileSync(sharedFile('data/epcis/EPCIS-JSON-Schema.json'), 'utf8'),
    ) as object;
    const ajv = new Ajv({ strict: false }); // the schema itself breaks ajv's strict mode
    addFormats(ajv);
    const validate = ajv.compile(schema);
    for (const latitude of [60398000, -90000000, 1]) {
      const { document } = map(warmAndDropped(latitude));
      assert.ok(validate(document), JSON.stringify(validate.errors));
      assert.equal(sensed({ document, unmapped: [] }).length, 4);
    }
  });
});

import assert from 'node:assert/strict';
import { identityBytes } from '../../../host-sim/backend/identity.js';
import type { Whereabouts } from '../../../host-sim/backend/whereabouts.js';
import { eventText } from '../../../host-sim/web/event-text.js';
import { LogIndex } from '../../../host-sim/web/log-index.js';
import { whereText } from '../../../host-sim/web/where-text.js';
import { AIR_BASE, BLOOD_BANK } from '../backend/support/fixtures.js';
import { JourneyLog } from '../backend/support/journey-log.js';

const index = new LogIndex([], [], new Map([[BLOOD_BANK, 'Blood bank']]));
const UNKNOWN: Whereabouts = {
  ...{ place: null, fix: null, source: null, uncertaintyM: null },
  ...{ ageS: null, before: null, after: null },
};
const fix = { latitude: 60.398, longitude: 5.32214 };

describe('where, in words', () => {
  const cases: readonly (readonly [string, Partial<Whereabouts>])[] = [
    ['not known', {}],
    ['Blood bank', { place: BLOOD_BANK, source: 'dock', ageS: 0 }],
    ['Blood bank (last contact 4 min before)', { place: BLOOD_BANK, source: 'dock', ageS: 240 }],
    ['under way from Blood bank', { before: BLOOD_BANK, source: 'dock', ageS: 240 }],
    [
      'under way from Blood bank to (414) 9521141000212 (254) HEMS1, 60.3980, 5.3221 ± 12 m ' +
        '(satellites, 3 min old)',
      {
        ...{ fix, source: 'gnss', uncertaintyM: 12, ageS: 180 },
        ...{ before: BLOOD_BANK, after: AIR_BASE },
      },
    ],
    [
      'under way, 60.3980, 5.3221 ± 2500 m (radio cell)',
      { fix, source: 'cell', uncertaintyM: 2500, ageS: null },
    ],
  ];
  for (const [text, where] of cases) {
    it(`says "${text}"`, () => {
      assert.equal(whereText({ ...UNKNOWN, ...where }, index), text);
    });
  }

  it('gives no uncertainty where there is none, and says what was not relied upon', () => {
    const log = new JourneyLog().place(2, BLOOD_BANK);
    const jump = { kind: 0, source: 2, latitudeMicroDeg: 69683300, longitudeMicroDeg: 18918900 };
    log.add('place', { fields: { ...jump, uncertaintyM: 65535 } });
    log.add('place', { fields: { ...jump, kind: 1, uncertaintyM: 9 }, tail: identityBytes('X') });
    assert.deepEqual(
      log.records.map((record) => eventText(record, index)),
      [
        'Arrived at Blood bank (dock)',
        'At 69.68330, 18.91890 (satellites, not relied upon)',
        'Departed from X (satellites, ± 9 m)',
      ],
    );
  });
});

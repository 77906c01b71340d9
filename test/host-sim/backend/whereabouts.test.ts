import assert from 'node:assert/strict';
import { type Whereabouts, WhereaboutsIndex } from '../../../host-sim/backend/whereabouts.js';
import { identityBytes } from '../../../host-sim/backend/identity.js';
import { AIR_BASE, BLOOD_BANK } from './support/fixtures.js';
import { COORDINATE_ABSENT, JourneyLog } from './support/journey-log.js';

const FIX = 0;
const DEPARTED = 1;
const ARRIVED = 2;
const [DOCK, GNSS, CELL] = [1, 2, 3];

/** A PLACE record with a position. */
function place(
  log: JourneyLog,
  kind: number,
  source: number,
  uncertaintyM: number,
  gln = '',
): void {
  const position = { latitudeMicroDeg: 60_398_000, longitudeMicroDeg: 5_322_100 };
  const fields = { kind, source, ...position, uncertaintyM };
  log.add('place', { fields, tail: identityBytes(gln) });
}

function dock(log: JourneyLog, docked: number, gln: string): void {
  log.add('dock', { fields: { docked }, tail: identityBytes(gln) });
}

/** Where it was after the last record. */
function nowOf(log: JourneyLog): Whereabouts {
  return new WhereaboutsIndex(log.records).at(log.records.at(-1)!.sequence);
}

const POSITION = { latitude: 60.398, longitude: 5.3221 };
const UNKNOWN: Whereabouts = {
  ...{ place: null, fix: null, source: null, uncertaintyM: null },
  ...{ ageS: null, before: null, after: null },
};
const lid = (log: JourneyLog): JourneyLog => {
  log.add('lid', { fields: { open: 1 } });
  return log;
};

describe('backend/whereabouts', () => {
  it('knows nothing of a journal without places, and nothing before its first one', () => {
    const log = lid(new JourneyLog());
    assert.deepEqual(nowOf(log), UNKNOWN);
    log.place(ARRIVED, BLOOD_BANK);
    const index = new WhereaboutsIndex(log.records);
    assert.deepEqual(index.at(1), { ...UNKNOWN, after: BLOOD_BANK });
    assert.deepEqual(index.at(-5), { ...UNKNOWN, after: BLOOD_BANK });
    assert.deepEqual(new WhereaboutsIndex([]).at(7), UNKNOWN);
  });

  it('is at a dock as of now while there is contact, and says how long ago there was', () => {
    const log = new JourneyLog();
    dock(log, 1, BLOOD_BANK);
    log.place(ARRIVED, BLOOD_BANK);
    lid(log.wait(500));
    const docked = { ...UNKNOWN, place: BLOOD_BANK, source: 'dock', ageS: 0 } as const;
    assert.deepEqual(nowOf(log), docked);
    dock(log, 0, BLOOD_BANK);
    assert.deepEqual(nowOf(lid(log.wait(120))), { ...docked, ageS: 120 });
    dock(log, 1, BLOOD_BANK);
    assert.deepEqual(nowOf(lid(log.wait(60))), docked);
  });

  it('has the position of the place once there was a fix beside its dock', () => {
    const log = new JourneyLog().place(ARRIVED, BLOOD_BANK);
    place(log, FIX, GNSS, 9, BLOOD_BANK);
    const { place: gln, fix, source, uncertaintyM } = nowOf(log);
    assert.deepEqual([gln, fix, source, uncertaintyM], [BLOOD_BANK, POSITION, 'dock', 9]);
  });

  it('is under way with the last fix, its age, and the places around', () => {
    const log = new JourneyLog().place(ARRIVED, BLOOD_BANK);
    log.wait(400).place(DEPARTED, BLOOD_BANK);
    place(log.wait(60), FIX, CELL, 2500);
    const at = lid(log.wait(240)).records.at(-1)!.sequence;
    log.wait(900).place(ARRIVED, AIR_BASE);
    assert.deepEqual(new WhereaboutsIndex(log.records).at(at), {
      ...{ place: null, fix: POSITION, source: 'cell', uncertaintyM: 2500, ageS: 240 },
      ...{ before: BLOOD_BANK, after: AIR_BASE },
    });
  });

  it('knows the place that it left, as of the last contact, until there is a fix', () => {
    const log = new JourneyLog();
    dock(log, 1, BLOOD_BANK);
    log.place(ARRIVED, BLOOD_BANK).wait(100);
    dock(log, 0, BLOOD_BANK);
    place(log.wait(300), DEPARTED, DOCK, 9, BLOOD_BANK);
    const where = nowOf(lid(log.wait(50)));
    assert.deepEqual(where, {
      ...{ place: null, fix: POSITION, source: 'dock', uncertaintyM: 9, ageS: 350 },
      ...{ before: BLOOD_BANK, after: null },
    });
  });

  it('takes a departure by a fix as known by that fix', () => {
    const log = new JourneyLog().place(ARRIVED, BLOOD_BANK).wait(60);
    place(log, DEPARTED, GNSS, 15, BLOOD_BANK);
    const { source, ageS, before } = nowOf(lid(log.wait(20)));
    assert.deepEqual([source, ageS, before], ['gnss', 20, BLOOD_BANK]);
  });

  it('uses no position that is marked, and none that is absent', () => {
    const log = new JourneyLog().place(DEPARTED, BLOOD_BANK);
    place(log, FIX, GNSS, 65535);
    const fields = { kind: FIX, source: GNSS, uncertaintyM: 5, longitudeMicroDeg: 0 };
    log.add('place', { fields: { ...fields, latitudeMicroDeg: COORDINATE_ABSENT } });
    assert.equal(nowOf(log).fix, null);
    assert.equal(nowOf(log).before, BLOOD_BANK);
  });

  it('counts from before a power cut where there was no contact after it', () => {
    const start = (): JourneyLog => {
      const log = new JourneyLog();
      dock(log, 1, BLOOD_BANK);
      lid(log.place(ARRIVED, BLOOD_BANK).wait(100));
      log.boot = 2;
      log.wait(1000).add('boot', { fields: { bootCount: 2, reason: 1 } });
      return log;
    };
    const carriedOff = start();
    dock(carriedOff.wait(3), 0, '');
    assert.equal(nowOf(lid(carriedOff.wait(7))).ageS, 1010);
    assert.equal(nowOf(lid(start().wait(7))).ageS, 0, 'it still stands there');
  });

  it('takes contact with docks for places where the container derived none', () => {
    const log = new JourneyLog();
    dock(log, 1, BLOOD_BANK);
    assert.equal(nowOf(lid(log)).place, BLOOD_BANK);
    dock(log, 0, BLOOD_BANK);
    const { place: gln, before, source, ageS } = nowOf(lid(log.wait(30)));
    assert.deepEqual([gln, before, source, ageS], [null, BLOOD_BANK, 'dock', 30]);
  });
});

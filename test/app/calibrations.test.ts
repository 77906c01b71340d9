import assert from 'node:assert/strict';
import { RETAINED_BYTES_MAX } from '../../firmware/app/retained.js';
import { FAULT } from '../../firmware/core/faults.js';
import { COMMAND } from '../../firmware/core/record/schema.js';
import type { Calibration } from '../../host-sim/backend/calibration.js';
import { START_WALL_S } from '../host-sim/backend/support/fixtures.js';
import type { Bench } from './support/bench.js';
import { dockedBench, packedBench, type TestDock } from './support/dock.js';

const DAY_S = 86_400;
const nameOf = (result: number): string =>
  Object.entries(FAULT).find(([, code]) => code === result)?.[0] ?? `${result}`;

function calibration(probe: number, more: Partial<Calibration> = {}): Calibration {
  const points = [{ shownCentiC: 2000, addCentiC: -30 }];
  return {
    probe,
    certificate: `K-${probe}`,
    dueWallS: START_WALL_S + 300 * DAY_S,
    points,
    ...more,
  };
}

/** Installs calibrations in a service of their own. */
function calibrated(dock: TestDock, ...list: Calibration[]): void {
  assert.equal(dock.service(true), 1);
  for (const one of list) assert.equal(dock.calibrate(one), 1);
  assert.equal(dock.service(false), 1);
}

const lastReading = (bench: Bench): readonly (number | null)[] =>
  bench.last('reading').temperaturesCentiC!;
const noticesOf = (bench: Bench): number[][] =>
  bench.records('notice').map(({ fields }) => [fields['code']!, fields['a']!, fields['b']!]);

describe('the calibration of a probe', () => {
  it('is installed in the service state only, and recorded with its certificate', async () => {
    const { bench, dock } = await dockedBench();
    assert.equal(nameOf(dock.calibrate(calibration(1))), 'notInService');
    calibrated(dock, calibration(1));
    const { fields, tail } = bench.last('calibration');
    assert.deepEqual([fields['probe'], fields['dueWallS']], [1, START_WALL_S + 300 * DAY_S]);
    assert.equal(Buffer.from(tail).toString('latin1'), 'K-1');
  });

  it('puts right what is stored and judged', async () => {
    const { bench, dock } = await dockedBench();
    bench.run(61);
    assert.deepEqual(lastReading(bench), [2000, 2000]);
    calibrated(dock, calibration(1));
    bench.run(61);
    assert.deepEqual(lastReading(bench), [2000, 1970]);
  });

  it('judges by the corrected value: 25.3 shown is 25.0, and inside the label', async () => {
    const zones = [{ operator: 'above', limitCentiC: 2500, allowance: 'instant' }] as const;
    const { bench, dock } = await dockedBench({ zones });
    calibrated(dock, calibration(0), calibration(1));
    bench.fill(0);
    assert.equal(dock.pack(0, 'S0', { zones }), 1);
    bench.shows(2530);
    assert.equal(bench.verdict(0), 'usable');
    bench.shows(2531);
    assert.equal(bench.verdict(0), 'quarantine: zone0');
  });

  it('is still there after a power loss, and after a sleep', async () => {
    const { bench, dock } = await dockedBench();
    calibrated(dock, calibration(0));
    bench.reboot({ offS: 20 }).run(61);
    assert.deepEqual(lastReading(bench), [1970, 2000]);
  });

  it('is replaced by the next one', async () => {
    const { bench, dock } = await dockedBench();
    calibrated(dock, calibration(0));
    calibrated(dock, calibration(0, { points: [{ shownCentiC: 0, addCentiC: 5 }] }));
    bench.run(61);
    assert.deepEqual(lastReading(bench), [2005, 2000]);
  });

  it('that is wrong, or has ended, is refused, and the one before holds', async () => {
    const { bench, dock } = await dockedBench();
    calibrated(dock, calibration(0));
    dock.service(true);
    const ended = calibration(0, { dueWallS: START_WALL_S });
    assert.equal(nameOf(dock.calibrate(ended)), 'badDate');
    const points = [{ shownCentiC: 0, addCentiC: 501 }];
    assert.equal(nameOf(dock.calibrate(calibration(0, { points }))), 'malformed');
    assert.equal(nameOf(dock.calibrate(calibration(2))), 'malformed', 'no such probe');
    bench.run(61);
    assert.deepEqual(lastReading(bench), [1970, 2000]);
    const refused = bench.records('command').filter(({ fields }) => {
      return fields['code'] === COMMAND.calibrate && fields['result']! < 0;
    });
    assert.equal(refused.length, 3);
  });

  it('whose points are lost vouches for nothing, and a record says so', async () => {
    const { bench, dock } = await dockedBench();
    calibrated(dock, calibration(0));
    bench.catalogueFlash.load(new Uint8Array(65536).fill(0xff));
    bench.reboot({ offS: 20 }).run(61);
    const { fields } = bench.last('calibration');
    assert.deepEqual(fields, { probe: 0, dueWallS: 0, listCrc: 0 });
    assert.deepEqual(lastReading(bench), [2000, 2000]);
  });
});

describe('a calibration whose points cannot be read after a sleep', () => {
  for (const reads of [0, 4, 10, 16, 22, 26]) {
    it(`vouches for nothing where flash answers ${reads} reads only`, async () => {
      const zones = [{ operator: 'above', limitCentiC: 2500, allowance: 'instant' }] as const;
      const rules = { needsCalibration: true, zones };
      const { bench, dock } = await dockedBench(rules);
      const points = [{ shownCentiC: 2000, addCentiC: 100 }];
      calibrated(dock, calibration(0, { points }), calibration(1, { points }));
      bench.fill(0);
      assert.equal(dock.pack(0, 'S0', rules), 1);
      dock.leave();
      bench.shows(2300);
      const image = new Uint8Array(RETAINED_BYTES_MAX);
      const flash = bench.catalogueFlash;
      const read = flash.read.bind(flash);
      let left = Infinity;
      flash.read = (...order) => (left-- > 0 ? read(...order) : FAULT.busError);
      bench.sleep(image, () => (left = reads));
      left = Infinity;
      bench.shows(2450); // 25.5 °C
      assert.doesNotMatch(bench.verdict(0), /^usable/);
    });
  }
});

describe('the end of a calibration', () => {
  it('is announced 30 days ahead, once for each probe', async () => {
    const { bench, dock } = await dockedBench();
    const soon = START_WALL_S + 30 * DAY_S + 3600;
    calibrated(dock, calibration(0, { dueWallS: soon }), calibration(1));
    dock.leave();
    bench.run(3000);
    assert.deepEqual(noticesOf(bench), []);
    bench.run(700);
    assert.deepEqual(noticesOf(bench), [[1, 0, soon]]);
    bench.reboot({ offS: 10 }).run(300);
    assert.equal(noticesOf(bench).length, 1);
  });

  it('is announced at once where it is nearer', async () => {
    const { bench, dock } = await dockedBench();
    calibrated(dock, calibration(1, { dueWallS: START_WALL_S + DAY_S }));
    bench.run(2);
    assert.deepEqual(noticesOf(bench), [[1, 1, START_WALL_S + DAY_S]]);
  });

  it('makes kits unknown whose rules ask for a calibrated probe', async () => {
    const rules = { needsCalibration: true };
    const { bench, dock } = await dockedBench(rules);
    calibrated(dock, calibration(0, { dueWallS: START_WALL_S + 1800 }));
    bench.fill(2); // probe 0 alone
    assert.equal(dock.pack(2, 'S0', rules), 1);
    bench.run(600);
    assert.equal(bench.verdict(0), 'usable');
    bench.run(1800);
    assert.equal(bench.verdict(0), 'unknown: calibration');
    bench.empty(2);
    assert.deepEqual(bench.custody(0), ['taken emergency']);
  });

  it('leaves a slot its second probe', async () => {
    const rules = { needsCalibration: true };
    const { bench, dock } = await dockedBench(rules);
    calibrated(dock, calibration(0, { dueWallS: START_WALL_S + 1800 }), calibration(1));
    bench.fill(0); // both probes
    assert.equal(dock.pack(0, 'S0', rules), 1);
    bench.run(2400);
    assert.equal(bench.verdict(0), 'usable');
    bench.probes.centiC[1] = null;
    bench.run(121);
    assert.equal(bench.verdict(0), 'unknown: calibration');
  });

  it('is none while no probe was ever calibrated and the rules do not ask', async () => {
    const { bench } = await packedBench(1);
    assert.equal(bench.verdict(0), 'usable');
  });
});

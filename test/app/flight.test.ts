import assert from 'node:assert/strict';
import sinon from 'sinon';
import { FIX_LAYOUT } from '../../firmware/core/ports.js';
import { PLACE_KIND } from '../../firmware/core/record/schema.js';
import { type Signal, cut, sample } from '../core/shock/signals.js';
import type { Bench } from './support/bench.js';
import { type TestDock, packedBench } from './support/dock.js';

const PART = { rateHz: 416, rangeMilliG: 16000 };

/** What the accelerometer hands over at the next capture. */
function willFeel(bench: Bench, signal: Signal): void {
  const startMs = bench.clock.nowMs - bench.clock.bootMs;
  const batches = cut(sample(signal, 1.25, PART), { ...PART, startMs }, [32]);
  const counts = batches.map((batch) => (batch.length - 10) / 6);
  bench.accelerometer.captures.push({ batches, counts });
}

const rotor: Signal = (t) => [0, 0, 1 + 0.2 * Math.sin(2 * Math.PI * 24.5 * t)];

/** So many seconds in which the rotor is felt at every look. */
function fly(bench: Bench, seconds: number): void {
  for (let i = 0; i < seconds; i++) {
    if (bench.accelerometer.captures.length === 0) willFeel(bench, rotor);
    bench.run(1);
  }
  bench.accelerometer.captures.length = 0;
}

/** Contact, power and a known id, but nobody there to wait for the radio. */
function claimDock(bench: Bench, dock: TestDock): void {
  bench.inputs.dockId = dock.id;
  bench.inputs.hasExternalPower = true;
  bench.run(2);
}

const isFix = ({ fields }: { fields: Readonly<Record<string, number>> }): boolean =>
  fields['kind'] === PLACE_KIND.fix;

const flights = (bench: Bench): (number | undefined)[][] =>
  bench.records('flight').map(({ fields }) => [fields['flying'], fields['detectors']]);

describe('app/motion, in flight', () => {
  it('records take-off and landing, by both detectors', async () => {
    const { bench, dock } = await packedBench(1);
    dock.leave();
    bench.run(600);
    fly(bench, 120);
    assert.deepEqual(flights(bench), [[1, 1]]);
    bench.pressure.pressurePa = 101325 - 3600;
    fly(bench, 60);
    bench.pressure.pressurePa = 101325;
    bench.run(600);
    assert.deepEqual(flights(bench), [
      [1, 1],
      [0, 3],
    ]);
  });

  it('keeps the radio off in flight, even where a dock claims contact', async () => {
    const { bench, dock } = await packedBench(1);
    dock.leave();
    bench.run(600);
    fly(bench, 120);
    claimDock(bench, dock);
    fly(bench, 120);
    assert.equal(bench.link.isPowered, false);
    bench.run(600);
    assert.deepEqual(flights(bench), [
      [1, 1],
      [0, 3],
    ]);
    assert.equal(bench.link.isPowered, true);
  });

  it('silences the radio when a climb begins at the dock', async () => {
    const { bench, dock } = await packedBench(1);
    dock.leave();
    dock.arrive();
    bench.run(300);
    assert.equal(bench.link.isPowered, true);
    bench.pressure.pressurePa = 100000;
    bench.run(70);
    assert.equal(bench.link.isPowered, false);
    assert.deepEqual(flights(bench), [[1, 2]]);
  });

  it('does not step in haste while a dock waits for the landing', async () => {
    const { bench, dock } = await packedBench(1);
    dock.leave();
    bench.run(600);
    fly(bench, 120);
    willFeel(bench, rotor);
    claimDock(bench, dock);
    let steps = 0;
    for (let ms = 0; ms < 60_000; steps++) ms += bench.step(60_000);
    assert.ok(steps < 30, `${steps} steps a minute`);
    assert.equal(bench.link.isPowered, false);
  });

  it('flies on after a power cut, as it was recorded', async () => {
    const { bench, dock } = await packedBench(1);
    dock.leave();
    bench.run(600);
    fly(bench, 120);
    bench.reboot({ offS: 5 });
    claimDock(bench, dock);
    bench.run(30);
    assert.equal(bench.link.isPowered, false);
    bench.run(600);
    assert.deepEqual(flights(bench).at(-1), [0, 3]);
  });

  it('begins no search for a fix in flight, and one at landing', async () => {
    const { bench, dock } = await packedBench(1);
    dock.leave();
    bench.run(600);
    fly(bench, 100);
    const before = bench.position.startCount;
    fly(bench, 3600);
    assert.equal(bench.position.startCount, before);
    bench.run(600);
    assert.equal(bench.position.startCount, before + 1);
  });

  it('drops what a search found that began before the flight', async () => {
    const { bench, dock } = await packedBench(1);
    const poll = sinon.stub(bench.position, 'poll').returns(0);
    const before = bench.position.startCount;
    dock.leave();
    bench.run(60);
    assert.ok(bench.position.startCount > before);
    fly(bench, 120);
    poll.callsFake((into) => {
      into.set([0, 0, 0, 4, 0, 0, 0, 1, 10, 0, 2, 0]); // 67° N, 17° E
      return FIX_LAYOUT.bytes;
    });
    fly(bench, 60);
    const fixes = (): number => bench.records('place').filter(isFix).length;
    assert.equal(fixes(), 0);
    bench.run(600);
    assert.equal(fixes(), 1);
  });

  it('finds a drop that is in a capture', async () => {
    const { bench, dock } = await packedBench(1);
    dock.leave();
    bench.run(120);
    willFeel(bench, (t) => {
      if (t < 0.3) return [0, 0, 1];
      if (t < 0.7) return [0, 0, 0];
      return t < 0.72 ? [0, 0, 25] : [0, 0, 1];
    });
    bench.run(120);
    const [shock, ...others] = bench.records('shock');
    assert.equal(others.length, 0);
    assert.ok(Math.abs(shock!.fields['freeFallMs']! - 400) <= 20);
    assert.deepEqual(flights(bench), []);
  });

  it('looks once a minute, together with the sample', async () => {
    const { bench, dock } = await packedBench(1);
    dock.leave();
    bench.run(600);
    const before = bench.accelerometer.captureCount;
    bench.run(3600);
    const looks = bench.accelerometer.captureCount - before;
    assert.ok(looks >= 58 && looks <= 62, `${looks}`);
  });
});

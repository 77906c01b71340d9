import assert from 'node:assert/strict';
import { FAULT } from '../../firmware/core/faults.js';
import { SHOCK_EVENT as E } from '../../firmware/core/shock/event.js';
import { booted, drop, gapsMs, MotionBench, ROTOR } from './motion-bench.js';

describe('a capture', () => {
  const listen = (bench: MotionBench, ms: number): void => {
    for (let at = 0; at < ms; at += 200) {
      bench.hurry();
      bench.run(200);
    }
  };

  it('is a second of vibration at 104 Hz, at once and without a gap', () => {
    const bench = booted();
    bench.feel(ROTOR);
    bench.run(2000);
    const fromMs = bench.nowMs;
    assert.equal(bench.port.capture(), 1);
    listen(bench, 1400);
    const { batches } = bench;
    const count = bench.samples.length;
    assert.ok(count >= 105 && count <= 125, `${count}`);
    assert.ok(batches.every(({ rateHz, samples }) => rateHz === 104 && samples.length <= 32));
    assert.ok(batches[0]!.startMs >= fromMs - 620 && batches[0]!.startMs <= fromMs - 600);
    for (const gap of gapsMs(batches)) assert.ok(Math.abs(gap) <= 2, `${gap}`);
    bench.samples.forEach(([x, , z], i) => {
      const ms = batches[0]!.startMs + (1000 * i) / 104.17 + 4.2 - (fromMs - 2000);
      const truth = ROTOR(ms);
      assert.ok(Math.abs(x! - truth[0]) < 60 && Math.abs(z! - truth[2]) < 200, `${x} ${z}`);
    });
    assert.deepEqual([bench.events.length, bench.faults.length], [0, 0]);
  });

  it('is none at rest, which the first quarter of a second has shown', () => {
    const bench = booted();
    bench.feel((ms) => [4 * Math.sin(ms), 3, 1000 + 20 * Math.sin(ms / 30)]);
    bench.run(2000);
    assert.equal(bench.port.capture(), 0);
    listen(bench, 1000);
    assert.equal(bench.batches.length, 0);
    bench.feel((ms) => [0, 0, 1000 + 60 * Math.sin(ms / 8)]);
    bench.run(2000);
    assert.equal(bench.port.capture(), 1);
  });

  it('waits for one that runs, and for the FIFO to be full enough', () => {
    const bench = booted();
    bench.feel(ROTOR);
    bench.run(1000);
    assert.equal(bench.port.capture(), 1);
    assert.equal(bench.port.capture(), FAULT.busy);
    listen(bench, 1400);
    assert.equal(bench.port.capture(), 1, 'what it left and what came since');
    listen(bench, 1400);
    const young = new MotionBench();
    young.run(300);
    assert.equal(young.port.capture(), FAULT.busy);
  });

  it('ends for a fall in it, of which nothing is missing', () => {
    for (const atMs of [100, 500, 900]) {
      const bench = booted();
      bench.feel(ROTOR);
      bench.run(1000);
      assert.equal(bench.port.capture(), 1);
      bench.feel((ms) => (ms < atMs ? ROTOR(ms) : drop(306, 20, 11, atMs)(ms)));
      listen(bench, 3000);
      bench.run(4000);
      assert.equal(bench.events.length, 1, `${atMs} ms`);
      const foundMs = bench.events[0]![E.freeFallMs]!;
      assert.ok(Math.abs(foundMs - 306) <= 30, `${foundMs}`);
      const slow = bench.batches.filter(({ rateHz }) => rateHz === 104);
      const fast = bench.batches.filter(({ rateHz }) => rateHz === 833);
      const endMs = slow.at(-1)!.startMs + (1000 * slow.at(-1)!.samples.length) / 104;
      assert.ok(endMs <= fast[0]!.startMs + 3, 'no sample comes twice');
      assert.equal(bench.batches.indexOf(fast[0]!), slow.length);
    }
  });

  it('takes nothing from what has just woken the container', () => {
    const bench = booted();
    bench.losesEdges = true;
    bench.feel(drop(200, 20, 11));
    bench.run(150);
    assert.equal(bench.port.capture(), FAULT.busy);
    bench.hurry();
    bench.run(5000);
    assert.equal(bench.events.length, 1);
  });

  it('begins anew where the FIFO ran over, so that it has no gap', () => {
    const bench = booted();
    bench.feel(ROTOR);
    bench.run(1000);
    assert.equal(bench.port.capture(), 1);
    bench.run(700);
    const lateMs = bench.nowMs;
    listen(bench, 1600);
    assert.ok(bench.batches[0]!.startMs >= lateMs - 620);
    for (const gap of gapsMs(bench.batches)) assert.ok(Math.abs(gap) <= 2, `${gap}`);
  });

  it('is a fault of the part, if it has one, and another can follow', () => {
    const bench = new MotionBench();
    bench.part.isDead = true;
    assert.equal(bench.port.capture(), FAULT.busError);
    const other = booted();
    other.feel(ROTOR);
    other.run(1000);
    other.part.failures = 1;
    assert.equal(other.port.capture(), FAULT.busError);
    other.run(1000);
    assert.equal(other.port.capture(), 1);
    other.part.failures = 1;
    listen(other, 2000);
    assert.deepEqual(other.faults, [FAULT.busError]);
    assert.equal(other.port.capture(), 1);
  });
});

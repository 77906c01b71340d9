import assert from 'node:assert/strict';
import { INDICATOR_LAYOUT, INDICATOR_SLOT } from '../../firmware/core/ports.js';
import { IndicatorBench } from './rigs.js';

const { empty, go, look, no } = INDICATOR_SLOT;

function show(bench: IndicatorBench, ...slots: number[]): void {
  const bytes = new Uint8Array(INDICATOR_LAYOUT.slots + slots.length);
  bytes.set(slots, INDICATOR_LAYOUT.slots);
  assert.equal(bench.port.show(bytes, bytes.length), 0);
}

describe('the indicator', () => {
  it('is dark until something is to be shown, and asks for no time', () => {
    const bench = new IndicatorBench();
    assert.equal(bench.port.tend(0), 0x7fffffff);
    assert.deepEqual(bench.run(10_000), [[0, 0, 0, 0]]);
  });

  it('flashes GO, LOOK and NO one after the other, each for 20 ms of 2.5 s', () => {
    const bench = new IndicatorBench(4);
    show(bench, go, look, no, go);
    const goes = 0b1001;
    assert.deepEqual(bench.run(2600), [
      [0, goes, 0, 0],
      [20, 0, 0, 0],
      [400, 0, 0b0010, 0],
      [420, 0, 0, 0],
      [800, 0, 0, 0b0100],
      [820, 0, 0, 0],
      [2500, goes, 0, 0],
      [2520, 0, 0, 0],
    ]);
  });

  it('has no lamp lit for longer than a flash, whatever is shown', () => {
    const bench = new IndicatorBench(8);
    const lit = new Int32Array(8);
    for (let i = 0; i < 60_000; i++) {
      if (i % 777 === 0) show(bench, ...Array.from({ length: 8 }, (_, s) => (i + s * s) % 4));
      const last = bench.run(1);
      assert.ok(last.length <= 1);
      const now = bench.go.sinking | bench.look.sinking | bench.no.sinking;
      for (let slot = 0; slot < 8; slot++) {
        lit[slot] = (now & (1 << slot)) !== 0 ? lit[slot]! + 1 : 0;
        assert.ok(lit[slot]! <= 21, `slot ${slot} for ${lit[slot]} ms`);
      }
    }
  });

  it('is dark for an empty slot, and altogether when all are', () => {
    const bench = new IndicatorBench(2);
    show(bench, go, empty);
    assert.ok(bench.run(2500).every(([, goes]) => goes === 0 || goes === 0b01));
    show(bench, empty, empty);
    bench.run(100);
    assert.deepEqual(bench.run(10_000).slice(1), []);
    assert.equal(bench.port.tend(bench.time.ticks()), 0x7fffffff);
    show(bench, look, empty);
    assert.ok(
      bench.run(2500).some(([, , looks]) => looks === 0b01),
      'and begins again',
    );
  });

  it('does not show what is no longer so, but for the rest of a flash', () => {
    const bench = new IndicatorBench(1);
    show(bench, go);
    bench.run(10);
    assert.equal(bench.go.sinking, 1);
    show(bench, no);
    bench.run(20);
    assert.equal(bench.go.sinking, 0);
    assert.ok(bench.run(10_000).every(([, goes]) => goes === 0));
  });

  it('goes on when a bank does not answer for a while, or has lost its supply', () => {
    const bench = new IndicatorBench(1);
    show(bench, go);
    bench.run(2450);
    bench.go.isDead = true;
    bench.run(2500);
    bench.go.isDead = false;
    bench.go.reset();
    assert.equal(bench.go.sinking, 0, 'a part that was not written to is dark');
    assert.ok(bench.run(2500).some(([, goes]) => goes === 1));
  });

  it('is dark after a boot, whatever was lit before', () => {
    const before = new IndicatorBench(1);
    show(before, go);
    before.run(10);
    const after = new IndicatorBench(1);
    assert.equal(after.go.sinking, 0);
  });
});

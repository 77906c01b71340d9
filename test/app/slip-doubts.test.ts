/**
 * Kits of which it is doubtful whether they are the ones that they are taken for: what was put back
 * by hand, what changed while a packing was being written.
 */
import assert from 'node:assert/strict';
import { OBJECT } from '../../firmware/core/handoff/protocol.js';
import { REASON } from '../../firmware/core/excursion/reasons.js';
import { packingListOf } from '../host-sim/backend/support/fixtures.js';
import { bring, catchUp, PROFILE, twoBoxes, wait } from './support/boxes.js';

describe('a kit of which nobody knows whether it is the one', () => {
  it('leaves with a slip that says so, where nobody scanned what was put back', async () => {
    const [a, b] = await twoBoxes();
    a.bench.fill(0);
    assert.equal(a.dock.pack(0, 'K1', PROFILE, {}, 0), 1);
    wait(a, 60, 2000);
    a.bench.empty(0);
    a.bench.run(60);
    a.bench.fill(0); // another one
    for (let i = 0; i < 6; i++) wait(a, 600, 2000 + 7 * (i % 5));
    a.bench.empty(0);
    const slip = a.dock.get(OBJECT.slip, 0);
    b.bench.fill(0);
    catchUp(b, a.bench.clock.wallS);
    assert.equal(bring(a, b, slip), 1);
    assert.equal(b.dock.pack(0, 'K1', PROFILE, {}, 2), 1);
    b.bench.run(120);
    assert.match(b.bench.verdict(0), /^unknown: .*slip/);
  });

  it('does not come back unharmed from a container that counted on without it', async () => {
    const [a, b] = await twoBoxes();
    a.bench.fill(0);
    assert.equal(a.dock.pack(0, 'K1', PROFILE, {}, 0), 1);
    wait(a, 60, 2000);
    a.bench.empty(0);
    const one = a.dock.get(OBJECT.slip, 0);
    catchUp(b, a.bench.clock.wallS);
    b.bench.fill(0);
    assert.equal(bring(a, b, one), 1);
    assert.equal(b.dock.pack(0, 'K1', PROFILE, {}, 1), 1);
    a.bench.fill(0); // another one, believed to be K1
    a.bench.run(60);
    for (let i = 0; i < 10; i++) wait(b, 600, 2600 + 7 * (i % 5));
    b.bench.empty(0);
    const two = b.dock.get(OBJECT.slip, 0);
    assert.match(b.bench.verdict(0), /^quarantine: zone0/);
    for (let i = 0; b.bench.clock.wallS > a.bench.clock.wallS; i++) {
      wait(a, Math.min(b.bench.clock.wallS - a.bench.clock.wallS, 600), 2000 + 7 * (i % 5));
    }
    a.bench.empty(0);
    a.bench.run(5);
    a.bench.fill(1);
    assert.equal(bring(b, a, two), 1);
    assert.equal(a.dock.pack(1, 'K1', PROFILE, {}, 2), 1);
    a.bench.run(120);
    assert.doesNotMatch(a.bench.verdict(0), /^usable/);
  });

  for (const step of [4, 5, 6, 8]) {
    it(`keeps its hold when slots change during its packing, at step ${step}`, async () => {
      const [{ bench, dock }] = await twoBoxes();
      bench.fill(0);
      assert.equal(dock.pack(0, 'K1', PROFILE, {}, 0), 1);
      bench.empty(0);
      bench.run(5);
      const { sgtin } = packingListOf('K1');
      const reviewedSequence = bench.records().at(-1)!.sequence;
      const reasons = 1 << REASON.hold;
      assert.equal(dock.decide({ decision: 'hold', sgtin, reasons, reviewedSequence }), 1);
      bench.run(5);
      bench.fill(1);
      let steps = 0;
      dock.beforeAnswer = () => {
        if (++steps === step) bench.inputs.slots |= 1;
      };
      dock.pack(1, 'K1', PROFILE, {}, 1);
      dock.beforeAnswer = () => undefined;
      bench.run(120);
      assert.match(bench.verdict(0), /^quarantine: .*hold/);
    });
  }
});

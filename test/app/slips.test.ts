import assert from 'node:assert/strict';
import { FAULT } from '../../firmware/core/faults.js';
import { MESSAGE, OBJECT } from '../../firmware/core/handoff/protocol.js';
import { loadCbor } from '../../host-sim/backend/cbor.js';
import { encodeGet } from '../../host-sim/backend/protocol.js';
import type { ProfileParts } from '../core/excursion/support/profiles.js';
import { packingListOf, START_WALL_S } from '../host-sim/backend/support/fixtures.js';
import { bring, catchUp, leaves, PROFILE, slipOf, slips, twoBoxes, wait } from './support/boxes.js';

const error = (fault: number): object => ({ type: 'error', messageType: MESSAGE.get, fault });
const SGTIN = packingListOf('K1').sgtin;

describe('a slip', () => {
  before(loadCbor);

  it('is recorded when a kit is taken, and is fetched as it was recorded', async () => {
    const [box] = await twoBoxes();
    const slip = slipOf(box, leaves(box, 1000));
    const record = box.bench.last('slip');
    assert.deepEqual(slips(box.bench), ['left 1']);
    assert.equal(slip.sgtin, SGTIN);
    assert.equal(slip.number, 1);
    assert.equal(slip.wallS, record.wallS);
    assert.equal(slip.wallS, record.fields['endWallS']);
    assert.deepEqual(slip.exposure, record.tail);
    assert.ok(slip.sequence >= record.sequence);
  });

  it('is there of no kit that is in, was mixed, or never was', async () => {
    const [box] = await twoBoxes();
    const { bench, dock } = box;
    leaves(box, 60);
    bench.fill(0);
    assert.throws(() => dock.get(OBJECT.slip, 0), /Answer 'error'/);
    bench.empty(0).press();
    for (const kit of [0, 1, 15, 16, 255]) {
      assert.throws(() => dock.get(OBJECT.slip, kit), /Answer 'error'/, `kit ${kit}`);
    }
  });

  it('that could not be signed is told, and is signed when it is asked for again', async () => {
    const [box] = await twoBoxes();
    const signed = leaves(box, 60);
    box.bench.signer.signFault = FAULT.busError;
    assert.throws(() => box.dock.get(OBJECT.slip, 0), /Answer 'error'/);
    assert.equal(slipOf(box, box.dock.get(OBJECT.slip, 0)).number, slipOf(box, signed).number);
  });

  it('and a checkpoint are signed one after the other, each as it is asked for', async () => {
    const [box] = await twoBoxes();
    const { dock } = box;
    const signed = leaves(box, 60);
    const checkpoint = dock.checkpoint();
    assert.deepEqual(dock.get(OBJECT.checkpoint), checkpoint);
    const again = dock.get(OBJECT.slip, 0);
    assert.equal(slipOf(box, again).number, slipOf(box, signed).number);
    assert.deepEqual(dock.ask(encodeGet(OBJECT.checkpoint, 0)), error(FAULT.absent));
    assert.deepEqual(dock.ask(encodeGet(OBJECT.slip, 0)), error(FAULT.truncated));
    assert.deepEqual(dock.ask(encodeGet(OBJECT.slip, 5, 1)), error(FAULT.absent));
    assert.deepEqual(dock.ask(encodeGet(OBJECT.slip, again.length, 0)), error(FAULT.badLength));
  });

  it('of a clock that is set later tells the time nevertheless', async () => {
    const [box] = await twoBoxes();
    const { bench, dock } = box;
    bench.fill(0);
    assert.equal(dock.pack(0, 'K1', PROFILE), 1);
    bench.reboot({ keepsClock: false });
    bench.empty(0);
    assert.equal(bench.last('slip').fields['endWallS'], -2147483648);
    const leftMs = bench.clock.nowMs;
    bench.run(600);
    dock.arrive();
    assert.equal(dock.setTime(START_WALL_S + 5000), 1);
    const sinceS = Math.round((bench.clock.nowMs - leftMs) / 1000);
    const { wallS } = slipOf(box, dock.get(OBJECT.slip, 0));
    assert.ok(Math.abs(wallS! - (bench.clock.wallS - sinceS)) <= 1, `${wallS}`);
  });

  it('is not lost with the power: what was due is recorded after the boot', async () => {
    const [box] = await twoBoxes();
    leaves(box, 60);
    const before = box.bench.last('slip');
    box.bench.reboot();
    assert.deepEqual(slips(box.bench), ['left 1']);
    box.dock.arrive();
    assert.deepEqual(slipOf(box, box.dock.get(OBJECT.slip, 0)).exposure, before.tail);
  });

  describe('that came with a kit', () => {
    it('is continued: an excursion comes about by what was used in both', async () => {
      const [a, b] = await twoBoxes();
      const signed = leaves(a, 2400);
      catchUp(b, a.bench.clock.wallS);
      b.bench.fill(2);
      assert.equal(bring(a, b, signed), 1);
      assert.equal(b.dock.pack(2, 'K1', PROFILE, {}, 1), 1);
      assert.deepEqual(slips(b.bench), ['came 1']);
      assert.equal(b.bench.verdict(0), 'usable');
      wait(b, 1000, 2600);
      assert.equal(b.bench.verdict(0), 'usable');
      wait(b, 400, 2600);
      assert.equal(b.bench.verdict(0), 'quarantine: zone0');
      const { fields } = b.bench.last('excursion');
      assert.ok(fields['used']! >= 3600 && fields['used']! < 3800, `${fields['used']}`);
      assert.equal(fields['startSequence'], b.bench.last('slip').sequence);
    });

    it('brings its reasons and the number of its next one', async () => {
      const [a, b] = await twoBoxes();
      const signed = leaves(a, 4000);
      assert.equal(a.bench.verdict(0), 'quarantine: zone0');
      catchUp(b, a.bench.clock.wallS);
      b.bench.fill(0);
      assert.equal(bring(a, b, signed), 1);
      assert.equal(b.dock.pack(0, 'K1', PROFILE, {}, 1), 1);
      assert.equal(b.bench.verdict(0), 'quarantine: zone0');
      assert.deepEqual(b.bench.records('excursion'), []); // it came about elsewhere, once
      b.bench.empty(0);
      assert.deepEqual(slips(b.bench), ['came 1', 'left 2']);
    });

    it('leaves a gap beyond the allowance', async () => {
      const [a, b] = await twoBoxes();
      const signed = leaves(a, 600);
      catchUp(b, a.bench.clock.wallS + 1000);
      b.bench.fill(0);
      bring(a, b, signed);
      assert.equal(b.dock.pack(0, 'K1', PROFILE, {}, 1), 1);
      assert.equal(b.bench.verdict(0), 'unknown: gap');
      const [opened] = b.bench.records('excursion');
      assert.ok(Math.abs(opened!.fields['used']! - 1000) <= 10);
    });

    it('leaves a gap of unknown length where a clock is not set', async () => {
      const [a, b] = await twoBoxes();
      const signed = leaves(a, 600);
      catchUp(b, a.bench.clock.wallS);
      b.bench.clock.source = 0;
      b.bench.fill(0);
      bring(a, b, signed);
      assert.equal(b.dock.pack(0, 'K1', PROFILE, {}, 1), 1);
      assert.equal(b.bench.verdict(0), 'unknown: gap, clockUnset');
      assert.equal(b.bench.records('excursion')[0]!.fields['used'], -1);
    });

    it('ends in the future: nobody can tell the gap', async () => {
      const [a, b] = await twoBoxes();
      const signed = leaves(a, 600);
      b.bench.fill(0);
      bring(a, b, signed);
      assert.equal(b.dock.pack(0, 'K1', PROFILE, {}, 1), 1);
      assert.equal(b.bench.verdict(0), 'unknown: gap');
    });

    it('under another profile says that it is not known, and holds what was broken', async () => {
      const newer: ProfileParts = { ...PROFILE, version: 2 };
      for (const [warmS, verdict] of [
        [600, 'unknown: slip'],
        [4000, 'quarantine: hold, slip'],
      ] as const) {
        const [a, b] = await twoBoxes();
        const signed = leaves(a, warmS);
        catchUp(b, a.bench.clock.wallS);
        assert.equal(b.dock.profile(newer), 1);
        b.bench.fill(0);
        bring(a, b, signed);
        assert.equal(b.dock.pack(0, 'K1', newer, {}, 1), 1);
        assert.equal(b.bench.verdict(0), verdict);
      }
    });
  });
});

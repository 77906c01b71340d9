import assert from 'node:assert/strict';
import sinon from 'sinon';
import { FAULT } from '../../firmware/core/faults.js';
import { LINK_STATE } from '../../firmware/core/ports.js';
import { packedBench } from './support/dock.js';

const HOT = { operator: 'above', limitCentiC: 2500, allowance: 'instant' } as const;

describe('what people do to a container', () => {
  describe('with a kit', () => {
    it('taking it out of its slot takes it', async () => {
      const { bench } = await packedBench(1);
      bench.empty(0);
      assert.deepEqual(bench.custody(0), ['taken']);
      assert.deepEqual(bench.last('slot').fields, { slot: 0, filled: 0, kit: 0 });
    });

    const GESTURES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
      ['a press mixes what was taken', ['press'], ['taken', 'mixed']],
      ['two presses: mixed, then used', ['press', 'press'], ['taken', 'mixed', 'used emergency']],
      [
        'a press too many changes nothing',
        ['press', 'press', 'press'],
        ['taken', 'mixed', 'used emergency'],
      ],
      ['a hold wastes what was taken', ['hold'], ['taken', 'wasted']],
      ['a hold wastes what was mixed', ['press', 'hold'], ['taken', 'mixed', 'wasted emergency']],
      ['nothing follows a waste', ['hold', 'press', 'hold'], ['taken', 'wasted']],
      ['nothing follows a use', ['press', 'press', 'hold'], ['taken', 'mixed', 'used emergency']],
    ];
    for (const [what, gestures, custody] of GESTURES) {
      it(what, async () => {
        const { bench } = await packedBench(1);
        bench.empty(0);
        for (const gesture of gestures) {
          if (gesture === 'press') bench.press();
          else bench.hold();
        }
        assert.deepEqual(bench.custody(0), custody);
      });
    }

    it('presses while nobody looked count one by one', async () => {
      const { bench } = await packedBench(1);
      bench.empty(0);
      bench.inputs.presses += 2;
      bench.run(1);
      assert.deepEqual(bench.custody(0), ['taken', 'mixed', 'used']);
    });

    it('the counter of presses may turn over', async () => {
      const { bench } = await packedBench(2);
      for (let i = 0; i < 254; i++) bench.inputs.presses++;
      bench.run(1);
      bench.empty(0);
      bench.inputs.presses = (bench.inputs.presses + 3) & 0xff;
      bench.run(1);
      assert.deepEqual(bench.custody(0), ['taken', 'mixed', 'used']);
    });

    it('the button does nothing to a kit that is in its slot', async () => {
      const { bench } = await packedBench(2);
      bench.press().hold();
      assert.deepEqual([...bench.custody(0), ...bench.custody(1)], []);
    });

    it('the button acts on the slot changed last', async () => {
      const { bench } = await packedBench(2);
      bench.empty(0).empty(1).press();
      assert.deepEqual([bench.custody(0), bench.custody(1)], [['taken'], ['taken', 'mixed']]);
    });

    it('the button acts on nothing when the slot changed last speaks of no kit', async () => {
      const { bench } = await packedBench(1);
      bench.empty(0).fill(3).press();
      assert.deepEqual(bench.custody(0), ['taken']);
    });

    it('presses before a boot belong to nobody', async () => {
      const { bench } = await packedBench(1);
      bench.empty(0);
      bench.reboot();
      bench.inputs.presses = 5;
      bench.reboot();
      bench.inputs.presses = 0;
      assert.deepEqual(bench.custody(0), ['taken']);
      bench.press();
      assert.deepEqual(bench.custody(0), ['taken', 'mixed']);
    });
  });

  describe('whatever the verdict', () => {
    it('is never refused, and marked as an emergency with the verdict then shown', async () => {
      const { bench } = await packedBench(2, { zones: [{ ...HOT, verdict: 'discard' }] });
      bench.probes.centiC = [2600, 2600];
      bench.run(60).empty(0);
      assert.equal(bench.verdict(0), 'discard: zone0');
      assert.deepEqual(bench.custody(0), ['taken emergency']);
      assert.equal(bench.last('custody').fields['verdict'], 5);
      bench.press().press();
      assert.deepEqual(bench.custody(0), ['taken emergency', 'mixed emergency', 'used emergency']);
    });

    it('is no emergency when the kit was usable', async () => {
      const { bench } = await packedBench(1);
      bench.empty(0);
      const { fields } = bench.last('custody');
      assert.deepEqual([fields['verdict'], fields['emergency']], [0, 0]);
    });

    it('goes on in a sealed container', async () => {
      const { bench, dock } = await packedBench(1);
      assert.equal(dock.seal(), 1);
      dock.leave();
      bench.empty(0).press();
      assert.deepEqual(bench.custody(0), ['taken', 'mixed']);
    });
  });

  describe('putting a kit back', () => {
    it('is accepted, and the kit is unknown until it is scanned', async () => {
      const { bench, dock } = await packedBench(1);
      bench.empty(0).fill(0);
      assert.deepEqual(bench.custody(0), ['taken', 'in']);
      assert.equal(bench.verdict(0), 'unknown: returnedUnscanned');
      assert.equal(dock.pack(0, 'S0'), 1);
      assert.equal(bench.verdict(0), 'usable');
      assert.deepEqual(bench.custody(0), ['taken', 'in', 'in']);
    });

    it('after a long time leaves a gap, which no scan takes away', async () => {
      const { bench, dock } = await packedBench(1, { gapAllowanceS: 900 });
      bench.empty(0).run(1000).fill(0);
      assert.equal(bench.verdict(0), 'unknown: gap, returnedUnscanned');
      assert.equal(dock.pack(0, 'S0', { gapAllowanceS: 900 }), 1);
      assert.equal(bench.verdict(0), 'unknown: gap');
    });

    it('does not make a mixed kit stock again', async () => {
      const { bench } = await packedBench(1);
      bench.empty(0).press().fill(0);
      assert.deepEqual(bench.custody(0), ['taken', 'mixed']);
      assert.equal(bench.verdict(0), 'inspect: mixed');
      assert.equal(bench.shown[0], 'look');
      bench.empty(0).press();
      assert.deepEqual(bench.custody(0).at(-1), 'used emergency');
    });

    it('into another slot is a slot that nobody has explained', async () => {
      const { bench, dock } = await packedBench(1);
      bench.empty(0).fill(3);
      assert.deepEqual(bench.last('slot').fields, { slot: 3, filled: 1, kit: -1 });
      assert.deepEqual([bench.custody(0), bench.shown[3]], [['taken'], 'look']);
      assert.equal(dock.seal(), FAULT.slotUnexplained);
    });

    it('of a used kit is not taken for that kit', async () => {
      const { bench } = await packedBench(1);
      bench.empty(0).press(2).fill(0);
      assert.deepEqual(bench.custody(0), ['taken', 'mixed', 'used']);
      assert.equal(bench.last('slot').fields['kit'], -1);
    });
  });

  describe('besides', () => {
    it('opening and closing the lid is recorded, each once', async () => {
      const { bench } = await packedBench(1);
      bench.lid(true).run(30).lid(false);
      assert.deepEqual(
        bench.records('lid').map(({ fields }) => fields['open']),
        [1, 0],
      );
    });

    it('power is recorded by change, by 10 mV, and every hour', async () => {
      const { bench, dock } = await packedBench(1);
      dock.leave();
      const before = bench.records('power').length;
      bench.inputs.batteryMilliV -= 9;
      bench.run(60);
      assert.equal(bench.records('power').length, before);
      bench.inputs.batteryMilliV -= 1;
      bench.run(60);
      assert.equal(bench.records('power').length, before + 1);
      bench.run(3600);
      assert.equal(bench.records('power').length, before + 2);
    });

    it('switches that cannot be read take nothing, and one record tells', async () => {
      const { bench } = await packedBench(2);
      assert.notEqual(bench.link.state(), LINK_STATE.off, 'docked');
      const read = sinon.stub(bench.inputs, 'read').returns(FAULT.busError);
      bench.run(300);
      assert.deepEqual(bench.custody(0), []);
      const faults = bench.records('fault').map(({ fields }) => fields['code']);
      assert.deepEqual(faults, [FAULT.busError]);
      assert.equal(bench.link.state(), LINK_STATE.off, 'no dock is proven any more');
      read.restore();
      bench.empty(1);
      assert.deepEqual(bench.custody(1), ['taken']);
      assert.deepEqual(bench.custody(0), []);
    });
  });
});

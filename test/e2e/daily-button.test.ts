/**
 * Daily life with one button: presses in a wrong order, presses of two crews at once, what the
 * container makes of them, and what quality reads afterwards.
 */
import assert from 'node:assert/strict';
import {
  assertRight,
  custodyOf,
  handlingOf,
  liveDay,
  seen,
  signs,
  verdictOf,
  wordOn,
} from '../support/daily-life.js';

describe('daily life with one button', function () {
  this.timeout(60_000);

  describe('the button pressed wrongly', () => {
    const CASES: readonly (readonly [string, readonly string[], readonly string[], string])[] = [
      ['before anything was taken, or held', ['press', 'hold'], [], 'go'],
      [
        'one time too often',
        ['take, kit: F1', 'press, times: 3'],
        ['taken', 'mixed', 'used emergency'],
        'empty',
      ],
      [
        'after it was held: wasted is wasted',
        ['take, kit: F1', 'hold', 'press, times: 2', 'hold'],
        ['taken', 'wasted'],
        'empty',
      ],
      [
        'and then held: what is used cannot be wasted',
        ['take, kit: F1', 'press, times: 2', 'hold'],
        ['taken', 'mixed', 'used emergency'],
        'empty',
      ],
      [
        'and then held: what is mixed is wasted',
        ['take, kit: F1', 'press', 'hold'],
        ['taken', 'mixed', 'wasted emergency'],
        'empty',
      ],
      [
        'after the kit is back: it is in, and the button is for what is out',
        ['take, kit: F1', 'put-back, kit: F1', 'press, times: 2', 'hold'],
        ['taken', 'in'],
        'look',
      ],
    ];
    for (const [when, acts, custody, sign] of CASES) {
      it(when, async () => {
        const all = ['open-lid', ...acts, 'close-lid'];
        const day = await liveDay({ acts: all.map((act, i) => `day 1 09:0${i}, do: ${act}`) });
        assertRight(day);
        assert.deepEqual(custodyOf(day, 'F1'), custody);
        assert.equal(signs(day, 'day 1 10:00'), `go go ${sign} empty`);
        assert.deepEqual([custodyOf(day, 'L1'), custodyOf(day, 'L2')], [[], []]);
      });
    }

    it('for the kit that was taken first: it speaks of the slot changed last', async () => {
      const acts = ['open-lid', 'take, kit: L1', 'take, kit: L2', 'press', 'close-lid'];
      const day = await liveDay({ acts: acts.map((act, i) => `day 1 09:0${i}, do: ${act}`) });
      assertRight(day);
      assert.equal(wordOn(day, 'L1'), 'taken, usable');
      assert.equal(wordOn(day, 'L2'), 'mixed, inspect: mixed');
    });
  });

  describe('two crews take from one container', () => {
    it('at the same instant: both kits are gone, each is told, none is stock', async () => {
      const day = await liveDay({
        acts: [
          'day 1 09:00, do: open-lid',
          'day 1 09:01, do: take, kit: L1',
          'day 1 09:01, do: take, kit: L2',
          'day 1 09:03, do: press, times: 2',
          'day 1 20:00, do: dock',
        ],
      });
      assertRight(day);
      assert.equal(signs(day, 'day 1 09:02'), 'empty empty go empty');
      assert.equal(seen(day, 'day 1 09:02').goCount, 1);
      assert.deepEqual(handlingOf(day, 'L1')[0], 'unpacking: taken, shown usable');
      assert.deepEqual(handlingOf(day, 'L2')[0], 'unpacking: taken, shown usable');
      for (const kit of ['L1', 'L2'] as const) {
        assert.notEqual(verdictOf(day, kit).custody, 'in');
        assert.equal(verdictOf(day, kit).slot, null);
      }
    });

    it('one after the other, each pressing after taking: each is told of its own', async () => {
      const day = await liveDay({
        acts: [
          'day 1 09:00, do: open-lid',
          'day 1 09:01, do: take, kit: L1',
          'day 1 09:01:05, do: press',
          'day 1 09:01:10, do: take, kit: F1',
          'day 1 09:01:15, do: press, times: 2',
          'day 1 20:00, do: dock',
        ],
      });
      assertRight(day);
      assert.equal(verdictOf(day, 'L1').custody, 'mixed');
      assert.equal(verdictOf(day, 'F1').custody, 'used');
    });
  });
});

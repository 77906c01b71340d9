/**
 * Daily life with people: one case after another of what crews do with kits, what they see while
 * they do it, and what quality reads of it afterwards.
 */
import assert from 'node:assert/strict';
import {
  assertNeverGo,
  assertRight,
  custodyOf,
  handlingOf,
  judgementsOf,
  liveDay,
  reasonOf,
  seen,
  signs,
  verdictOf,
  wordOn,
} from '../support/daily-life.js';

const COLD_MORNING = [
  'day 1 08:40, do: leave, where: in the frost, duration: 4h, ambient: { constantC: -20 }',
];

describe('daily life with people', function () {
  this.timeout(60_000);

  describe('kits swapped between slots', () => {
    const SWAP = [
      'day 1 09:00, do: open-lid',
      'day 1 09:01, do: take, kit: L1',
      'day 1 09:02, do: take, kit: F1',
      'day 1 09:03, do: put-back, kit: L1, slot: 2',
      'day 1 09:04, do: put-back, kit: F1, slot: 0',
      'day 1 09:05, do: close-lid',
      'day 1 10:00, do: dock',
      'day 1 10:05, do: unseal',
      'day 1 10:10, do: pack, kits: { L1: 2, F1: 0 }',
    ];
    const REFUSED = ['pack kitKnown', 'pack kitKnown'];

    it('are two to look at; the scan is refused, for each is known to be elsewhere', async () => {
      const day = await liveDay({ acts: SWAP });
      assertRight(day, REFUSED);
      assert.equal(signs(day, 'day 1 08:50'), 'go go go empty');
      assert.equal(signs(day, 'day 1 09:10'), 'look go look empty');
      assert.equal(signs(day, 'day 1 12:00'), 'look go look empty');
      assert.equal(wordOn(day, 'L1'), 'in, unknown: returnedUnscanned');
      assert.equal(wordOn(day, 'F1'), 'in, unknown: returnedUnscanned');
      assert.equal(wordOn(day, 'L2'), 'in, usable');
      assert.match(day.journey.warnings.join(), /refused kit \d+21201 in slot 0: kitKnown/);
    });

    it('do not let the container be sealed, until each is in its place and scanned', async () => {
      const day = await liveDay({
        acts: [
          ...SWAP,
          'day 1 10:29, do: open-lid',
          'day 1 10:30, do: take, kit: L1',
          'day 1 10:31, do: take, kit: F1',
          'day 1 10:32, do: put-back, kit: L1, slot: 0',
          'day 1 10:33, do: put-back, kit: F1, slot: 2',
          'day 1 10:40, do: pack, kits: { L1: 0, F1: 2 }',
          'day 1 10:50, do: close-lid',
          'day 1 10:55, do: seal',
        ],
      });
      assertRight(day, REFUSED);
      assert.equal(signs(day, 'day 1 10:35'), 'look go look empty');
      assert.equal(signs(day, 'day 1 11:30'), 'go go go empty');
      assert.deepEqual(seen(day, 'day 1 11:30').flags, ['docked', 'sealed']);
      assert.equal(wordOn(day, 'L1'), 'in, usable');
      assert.deepEqual(judgementsOf(day, 'L1'), ['usable', 'unknown', 'usable']);
    });
  });

  describe('a kit returned unopened', () => {
    const RETURN = [
      'day 1 09:00, do: open-lid',
      'day 1 09:01, do: take, kit: L1',
      'day 1 09:10, do: put-back, kit: L1',
      'day 1 09:11, do: close-lid',
      'day 1 11:00, do: dock',
      'day 1 11:05, do: unseal',
    ];

    it('is one to look at until it is scanned at a dock, and then what it was', async () => {
      const day = await liveDay({ acts: [...RETURN, 'day 1 11:10, do: pack, kits: { L1: 0 }'] });
      assertRight(day);
      assert.equal(signs(day, 'day 1 09:05'), 'empty go go empty');
      assert.equal(signs(day, 'day 1 10:59'), 'look go go empty');
      assert.equal(signs(day, 'day 1 11:30'), 'go go go empty');
      assert.equal(wordOn(day, 'L1'), 'in, usable');
      assert.deepEqual(custodyOf(day, 'L1'), ['taken', 'in', 'in']);
      assert.deepEqual(handlingOf(day, 'L1'), [
        'unpacking: taken, shown usable',
        'packing: in, shown usable',
      ]);
    });

    it('stays unknown when nobody scans it', async () => {
      const day = await liveDay({ acts: RETURN });
      assertRight(day);
      assert.equal(signs(day, 'day 1 20:00'), 'look go go empty');
      assert.equal(wordOn(day, 'L1'), 'in, unknown: returnedUnscanned');
    });

    it('stays unknown, scan or not, when it was away longer than a gap may last', async () => {
      const acts = [
        'day 1 09:00, do: open-lid',
        'day 1 09:01, do: take, kit: L1',
        'day 1 09:41, do: put-back, kit: L1',
        'day 1 09:42, do: close-lid',
        'day 1 11:00, do: dock',
        'day 1 11:05, do: unseal',
        'day 1 11:10, do: pack, kits: { L1: 0 }',
      ];
      const day = await liveDay({ acts });
      assertRight(day);
      assert.equal(signs(day, 'day 1 12:00'), 'look go go empty');
      assert.equal(wordOn(day, 'L1'), 'in, unknown: gap');
      assert.match(reasonOf(day, 'L1', 'gap').text, /Out of the container for 40 min/);
    });

    it('hides no breach: what was quarantined before stays so', async () => {
      const acts = [
        'day 1 08:40, do: leave, where: in the sun, duration: 8h, ambient: { constantC: 44 }',
        'day 1 17:00, do: open-lid',
        'day 1 17:01, do: take, kit: L1',
        'day 1 17:02, do: put-back, kit: L1',
        'day 1 17:03, do: close-lid',
        'day 1 17:30, do: dock',
        'day 1 17:35, do: unseal',
        'day 1 17:40, do: pack, kits: { L1: 0 }',
      ];
      const day = await liveDay({ acts });
      assertRight(day);
      assert.equal(seen(day, 'day 1 17:10').signs[0], 'no');
      assert.equal(seen(day, 'day 1 18:00').signs[0], 'no');
      assert.equal(verdictOf(day, 'L1').verdict, 'quarantine');
      assert.equal(custodyOf(day, 'L1')[0], 'taken emergency');
    });
  });

  describe('nobody can scan', () => {
    it('a kit is taken, mixed and used by switch and button, far from any dock', async () => {
      const day = await liveDay({
        acts: [
          'day 1 09:00, do: open-lid',
          'day 1 09:01, do: take, kit: L1',
          'day 1 09:02, do: press',
          'day 1 09:20, do: press',
          'day 1 20:00, do: dock',
        ],
      });
      assertRight(day);
      assert.equal(signs(day, 'day 1 09:30'), 'empty go go empty');
      assert.equal(seen(day, 'day 1 09:30').goCount, 2);
      assert.equal(wordOn(day, 'L1'), 'used, inspect: mixed');
      assert.deepEqual(custodyOf(day, 'L1'), ['taken', 'mixed', 'used emergency']);
      assert.deepEqual(handlingOf(day, 'L1'), [
        'unpacking: taken, shown usable',
        'other: mixed, shown usable',
        'dispensing: used, shown inspect, emergency',
      ]);
    });

    it('a kit that says no is given all the same, and every act is an emergency', async () => {
      const day = await liveDay({
        acts: [
          ...COLD_MORNING,
          'day 1 13:00, do: open-lid',
          'day 1 13:01, do: take, kit: L1',
          'day 1 13:02, do: press, times: 2',
          'day 1 20:00, do: dock',
        ],
      });
      assertRight(day);
      assert.equal(seen(day, 'day 1 12:59').signs[0], 'no');
      assert.equal(seen(day, 'day 1 13:05').signs[0], 'empty');
      assert.deepEqual(custodyOf(day, 'L1'), [
        'taken emergency',
        'mixed emergency',
        'used emergency',
      ]);
      assert.deepEqual(handlingOf(day, 'L1'), [
        'unpacking: taken, shown discard, emergency',
        'other: mixed, shown discard, emergency',
        'dispensing: used, shown discard, emergency',
      ]);
      assert.equal(verdictOf(day, 'L1').verdict, 'discard');
    });

    it('a kit that is dropped and wasted is told by holding the button', async () => {
      const acts = ['open-lid', 'take, kit: L1', 'hold'];
      const day = await liveDay({
        acts: [...acts.map((act, i) => `day 1 09:0${i}, do: ${act}`), 'day 1 20:00, do: dock'],
      });
      assertRight(day);
      assert.equal(wordOn(day, 'L1'), 'wasted, usable');
      assert.equal(handlingOf(day, 'L1').at(-1), 'destroying: wasted, shown usable');
    });
  });

  describe('a mixed kit put back into its slot', () => {
    const MIXED = [
      'day 1 09:00, do: open-lid',
      'day 1 09:01, do: take, kit: L1',
      'day 1 09:02, do: press',
      'day 1 09:05, do: put-back, kit: L1',
      'day 1 09:06, do: close-lid',
      'day 1 11:00, do: dock',
      'day 1 11:05, do: unseal',
    ];

    it('is never stock again: one to look at, refused by scan and seal', async () => {
      const day = await liveDay({
        acts: [...MIXED, 'day 1 11:10, do: pack, kits: { L1: 0 }', 'day 1 11:25, do: seal'],
      });
      assertRight(day, ['pack kitKnown', 'seal slotUnexplained']);
      assert.equal(signs(day, 'day 1 09:10'), 'look go go empty');
      assert.equal(seen(day, 'day 1 09:10').goCount, 2);
      assert.equal(signs(day, 'day 1 20:00'), 'look go go empty');
      assert.equal(wordOn(day, 'L1'), 'mixed, inspect: mixed');
      assert.deepEqual(custodyOf(day, 'L1'), ['taken', 'mixed']);
      assert.deepEqual(handlingOf(day, 'L1').at(-1), 'other: mixed, shown usable');
    });

    it('leaves its slot to the next kit; the button no longer speaks of it', async () => {
      const day = await liveDay({
        acts: [
          'day 1 09:00, do: open-lid',
          'day 1 09:01, do: take, kit: L1',
          'day 1 09:02, do: press',
          'day 1 09:05, do: dock',
          'day 1 09:06, do: unseal',
          'day 1 09:10, do: pack, kits: { L3: 0 }',
          'day 1 09:20, do: press',
          'day 1 09:30, do: close-lid',
        ],
      });
      assertRight(day);
      assert.equal(signs(day, 'day 1 20:00'), 'go go go empty');
      assert.deepEqual(custodyOf(day, 'L1'), ['taken', 'mixed']);
      assert.equal(wordOn(day, 'L3'), 'in, usable');
    });

    it('can still be used: the button speaks of it, out of its slot or in', async () => {
      const day = await liveDay({
        acts: [
          ...MIXED,
          'day 1 11:29, do: open-lid',
          'day 1 11:30, do: take, kit: L1',
          'day 1 11:31, do: press',
          'day 1 11:32, do: close-lid',
        ],
      });
      assertRight(day);
      assert.deepEqual(custodyOf(day, 'L1'), ['taken', 'mixed', 'used emergency']);
      assert.equal(signs(day, 'day 1 20:00'), 'empty go go empty');
    });
  });

  describe('a kit restocked', () => {
    it('that has expired is refused, and its slot is one to look at', async () => {
      const day = await liveDay({
        kits: 'L1: 0, OLD: 1',
        acts: ['day 1 09:00, do: dock'],
      });
      assert.deepEqual(day.findings, []);
      assertNeverGo(day, 'day 1 06:30', 'day 1 06:47');
      assert.equal(signs(day, 'day 1 12:00'), 'go look empty empty');
      assert.deepEqual(
        day.verdicts.map(({ sgtin }) => sgtin.slice(-3)),
        ['101'],
      );
      assert.match(day.journey.warnings.join(), /21301 in slot 1: kitExpired/);
    });

    it('that has expired takes no place: the one that was taken counts as back', async () => {
      const day = await liveDay({
        acts: [
          'day 1 09:00, do: open-lid',
          'day 1 09:01, do: take, kit: L1',
          'day 1 09:02, do: close-lid',
          'day 1 10:00, do: dock',
          'day 1 10:01, do: unseal',
          'day 1 10:04, do: open-lid',
          'day 1 10:05, do: pack, kits: { OLD: 0 }',
          'day 1 11:00, do: take, kit: OLD',
          'day 1 11:10, do: pack, kits: { L3: 0 }',
          'day 1 11:20, do: close-lid',
          'day 1 11:25, do: seal',
        ],
      });
      assertRight(day, ['pack kitExpired']);
      assert.equal(signs(day, 'day 1 10:30'), 'look go go empty');
      assert.equal(signs(day, 'day 1 12:00'), 'go go go empty');
      assert.deepEqual(custodyOf(day, 'L1'), [
        'taken',
        'in',
        'taken emergency',
        'in',
        'fateUnknown',
      ]);
      assert.equal(wordOn(day, 'L1'), 'fateUnknown, unknown: gap returnedUnscanned');
      assert.equal(wordOn(day, 'L3'), 'in, usable');
    });

    it('in the place of one that was taken: nobody knows any more where that one is', async () => {
      const day = await liveDay({
        acts: [
          'day 1 09:00, do: open-lid',
          'day 1 09:01, do: take, kit: L1',
          'day 1 09:05, do: dock',
          'day 1 09:06, do: unseal',
          'day 1 09:10, do: pack, kits: { L3: 0 }',
          'day 1 09:30, do: close-lid',
        ],
      });
      assertRight(day);
      assert.equal(signs(day, 'day 1 12:00'), 'go go go empty');
      assert.deepEqual(custodyOf(day, 'L1'), ['taken', 'in', 'fateUnknown']);
      assert.equal(wordOn(day, 'L3'), 'in, usable');
      assert.equal(handlingOf(day, 'L1').at(-1), 'other: fateUnknown, shown unknown');
    });

    it('that expires aboard says no from the first second after', async () => {
      const day = await liveDay({
        days: 2,
        kits: 'L1: 0, DUE: 1',
        acts: ['day 2 12:00, do: dock'],
      });
      assertRight(day);
      assert.equal(signs(day, 'day 2 01:59:59'), 'go go empty empty'); // 23:59:59 UTC
      assert.equal(signs(day, 'day 2 02:00:01'), 'go no empty empty');
      assert.equal(wordOn(day, 'DUE'), 'in, expired: expired');
      assert.deepEqual(judgementsOf(day, 'DUE'), ['usable', 'expired']);
    });
  });
});

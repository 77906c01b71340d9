/**
 * Daily life with the people who do not ride along: quality that holds, releases and discards, the
 * blood bank that recalls, the engineer who calibrates. What they decide is brought by a dock.
 */
import assert from 'node:assert/strict';
import { DECISION } from '../../firmware/core/record/schema.js';
import {
  assertNeverGo,
  assertRight,
  custodyOf,
  type Day,
  liveDay,
  recordsOf,
  secondOf,
  signs,
  verdictOf,
  wordOn,
} from '../support/daily-life.js';

/** Decisions of a day in order: `hold 0`, with the kit's number. */
function decisionsOf(day: Day): string[] {
  const words = Object.keys(DECISION);
  return recordsOf(day, 'decision').map(({ fields }) => {
    return `${words[fields['decision']! - 1]!} ${fields['kit']!}`;
  });
}

/** 15 °C for four hours is too warm for the label of neither; 29 °C is for both. */
const WARMED = [
  'day 1 09:00, do: leave, where: in the sun, duration: 6h, ambient: { constantC: 38 }',
  'day 1 20:00, do: dock',
];

describe('daily life with quality', function () {
  this.timeout(120_000);

  describe('a recall at 03:00', () => {
    const AT_DOCK = ['day 1 20:00, do: dock', "day 2 03:00, do: recall, din: 'A9999 26 000101'"];

    it('of one donation holds that kit within minutes where the container is docked', async () => {
      const day = await liveDay({ days: 2, acts: AT_DOCK });
      assertRight(day);
      assert.equal(signs(day, 'day 2 02:59'), 'go go go empty');
      assert.equal(signs(day, 'day 2 03:05'), 'no go go empty');
      assert.equal(wordOn(day, 'L1'), 'in, quarantine: hold');
      assert.equal(wordOn(day, 'L2'), 'in, usable');
      assert.deepEqual(decisionsOf(day), ['hold 0']);
    });

    it('reaches a container on the way at its next dock, and not before', async () => {
      const acts = ["day 1 12:00, do: recall, din: 'A9999 26 000101'", 'day 1 20:00, do: dock'];
      const day = await liveDay({ acts });
      assertRight(day);
      assert.equal(signs(day, 'day 1 19:59'), 'go go go empty');
      assert.equal(signs(day, 'day 1 20:05'), 'no go go empty');
    });

    it('of a lot holds every kit that it is in', async () => {
      const acts = ['day 1 20:00, do: dock', 'day 1 21:00, do: recall, lot: LP260311'];
      const day = await liveDay({ acts });
      assertRight(day);
      assert.equal(signs(day, 'day 1 21:05'), 'no no no empty');
      assert.deepEqual(decisionsOf(day), ['hold 0', 'hold 1', 'hold 2']);
    });

    it('of a kit that was taken is recorded of it, and refuses the crew nothing', async () => {
      const acts = [
        'day 1 09:00, do: open-lid',
        'day 1 09:01, do: take, kit: L1',
        'day 1 09:02, do: close-lid',
        ...AT_DOCK,
      ];
      const day = await liveDay({ days: 2, acts });
      assertRight(day);
      assert.equal(wordOn(day, 'L1'), 'taken, quarantine: hold');
    });
  });

  describe('a kit in quarantine', () => {
    it('is released by quality, in view of the reasons; they are still told', async () => {
      const acts = [...WARMED, 'day 1 21:00, do: decide, kit: L1, decision: release'];
      const day = await liveDay({ acts });
      assert.match(signs(day, 'day 1 20:50'), /^no no/);
      assert.match(signs(day, 'day 1 21:05'), /^go no/);
      const { verdict, reasons } = verdictOf(day, 'L1');
      assert.equal(verdict, 'usable');
      assert.ok(reasons.some(({ code }) => code === 'released'));
      assert.ok(reasons.some(({ code }) => code.startsWith('zone') || code === 'budget'));
      assertRight(day);
    });

    it('is quarantined again by what comes after the release', async () => {
      const acts = [
        ...WARMED,
        'day 1 21:00, do: decide, kit: L1, decision: release',
        'day 1 22:00, do: undock',
        'day 1 22:05, do: leave, where: by the heater, duration: 14h, ambient: { constantC: 45 }',
        'day 2 14:00, do: dock',
      ];
      const day = await liveDay({ days: 2, acts });
      assert.match(signs(day, 'day 1 21:30'), /^go/);
      assert.match(signs(day, 'day 2 14:30'), /^no/);
      assertRight(day);
    });

    it('stays so when quality discards it, and no release lifts that', async () => {
      const acts = [
        ...WARMED,
        'day 1 21:00, do: decide, kit: L1, decision: discard',
        'day 1 22:00, do: decide, kit: L1, decision: release',
      ];
      const day = await liveDay({ acts });
      assertRight(day);
      assert.equal(verdictOf(day, 'L1').verdict, 'discard');
      assert.match(signs(day, 'day 1 23:00'), /^no/);
    });
  });

  describe('what the crew tells afterwards', () => {
    it('names who did it and puts the start of mixing back', async () => {
      const acts = [
        'day 1 09:00, do: open-lid',
        'day 1 09:01, do: take, kit: L1',
        'day 1 09:02, do: close-lid',
        'day 1 09:30, do: press',
        'day 1 20:00, do: dock',
        'day 1 20:30, do: tell, kit: L1, why: 4, mixedAt: day 1 09:10',
      ];
      const day = await liveDay({ acts });
      assertRight(day);
      const [told] = recordsOf(day, 'account');
      assert.equal(told?.fields['why'], 4);
      const act = day.log.records.find(({ sequence }) => sequence === told?.fields['about']);
      assert.equal(act?.type, 'custody');
      assert.deepEqual(custodyOf(day, 'L1'), ['taken', 'mixed']);
    });
  });

  describe('the container is sent to calibration', () => {
    it('only when it is empty: with kits aboard, service is refused', async () => {
      const acts = ['day 1 20:00, do: dock', 'day 1 21:00, do: begin-service'];
      const day = await liveDay({ acts });
      assert.match(day.journey.warnings.join(), /service on.*kitsAboard/);
      assert.deepEqual(recordsOf(day, 'service').slice(2), []);
      assert.equal(signs(day, 'day 1 22:00'), 'go go go empty');
    });

    it('its certificates are announced ahead; once over, all is to look at', async () => {
      const acts = ['day 1 20:00, do: dock', 'day 3 12:00, do: undock'];
      const container = "calibrations: [{ until: '2026-07-14' }, { until: '2026-07-14' }]";
      const day = await liveDay({ days: 3, acts, container });
      assert.equal(signs(day, 'day 2 23:00'), 'go go go empty');
      assertNeverGo(day, 'day 3 02:05', 'day 3 23:00');
      assert.equal(wordOn(day, 'L1'), 'in, unknown: calibration');
      const notices = recordsOf(day, 'notice').filter(({ fields }) => fields['code'] === 1);
      assert.deepEqual(
        notices.map(({ fields }) => fields['a']),
        [0, 1],
      );
      assert.ok(notices[0]!.uptimeS < secondOf('day 1 07:00'));
    });
  });
});

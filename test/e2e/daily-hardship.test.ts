/**
 * Daily life with weather, batteries and clocks: one case after another of what befalls the box,
 * what the crew sees meanwhile, and what quality reads of it afterwards.
 */
import assert from 'node:assert/strict';
import {
  assertNeverGo,
  assertRight,
  judgementsOf,
  liveDay,
  reasonOf,
  recordsOf,
  secondOf,
  seen,
  signs,
  verdictOf,
  wordOn,
} from '../support/daily-life.js';

describe('daily life with hardship', function () {
  this.timeout(120_000);

  describe('the battery is empty', () => {
    const DEAD = ['day 1 10:00, fault: power-loss, duration: 6h'];

    it('nothing says go from that instant on: the display is dark', async () => {
      const day = await liveDay({ acts: ['day 1 20:00, do: dock'], faults: DEAD });
      assertRight(day);
      assert.equal(signs(day, 'day 1 09:59'), 'go go go empty');
      assert.equal(signs(day, 'day 1 10:00'), 'dark dark dark dark');
      assert.equal(signs(day, 'day 1 15:59'), 'dark dark dark dark');
      assertNeverGo(day, 'day 1 10:00', 'day 1 16:00');
    });

    it('with power back, clock running on: the hours unmeasured are a gap, for good', async () => {
      const day = await liveDay({ acts: ['day 1 20:00, do: dock'], faults: DEAD });
      assertNeverGo(day, 'day 1 10:00', 'day 1 23:59');
      assert.equal(signs(day, 'day 1 16:01'), 'look look look empty');
      assert.equal(wordOn(day, 'L1'), 'in, unknown: gap');
      assert.match(
        reasonOf(day, 'L1', 'gap').text,
        /^No reading for 6 h( \d+ min)?, allowed 15 min$/,
      );
    });

    it('with power back, but no clock: unknown, and a gap whose length nobody knows', async () => {
      const faults = [...DEAD, 'day 1 12:00, fault: clock-loss'];
      const day = await liveDay({ acts: ['day 1 20:00, do: dock'], faults });
      assertRight(day);
      assertNeverGo(day, 'day 1 10:00', 'day 1 23:59');
      assert.equal(signs(day, 'day 1 19:59'), 'look look look empty');
      assert.deepEqual(seen(day, 'day 1 19:59').flags, ['sealed', 'clockUnset']);
      assert.deepEqual(seen(day, 'day 1 21:00').flags, ['docked', 'sealed']);
      assert.equal(wordOn(day, 'L1'), 'in, unknown: gap');
      assert.equal(reasonOf(day, 'L1', 'gap').used, -1);
    });

    it('for ten minutes only, clock running on: dark, and then as before', async () => {
      const faults = ['day 1 10:00, fault: power-loss, duration: 10m'];
      const day = await liveDay({ acts: ['day 1 20:00, do: dock'], faults });
      assertRight(day);
      assertNeverGo(day, 'day 1 10:00', 'day 1 10:10');
      assert.equal(signs(day, 'day 1 10:12'), 'go go go empty');
      assert.equal(wordOn(day, 'L1'), 'in, usable');
    });

    it('again and again for ten minutes: what nobody saw adds up to a gap', async () => {
      const faults = [10, 12, 14].map((hour) => {
        return `day 1 ${hour}:00, fault: power-loss, duration: 10m`;
      });
      const once = await liveDay({ acts: ['day 1 20:00, do: dock'], faults: faults.slice(0, 1) });
      assert.equal(wordOn(once, 'L1'), 'in, usable');
      const day = await liveDay({ acts: ['day 1 20:00, do: dock'], faults });
      assertRight(day);
      assert.equal(wordOn(day, 'L1'), 'in, unknown: gap');
      assert.ok(reasonOf(day, 'L1', 'gap').used! > 900);
    });

    it('a kit taken meanwhile is noticed when the power is back', async () => {
      const acts = [
        'day 1 12:00, do: open-lid',
        'day 1 12:01, do: take, kit: L1',
        'day 1 12:02, do: close-lid',
        'day 1 20:00, do: dock',
      ];
      const day = await liveDay({ acts, faults: DEAD });
      assertRight(day);
      assert.equal(signs(day, 'day 1 16:02'), 'empty look look empty');
      assert.equal(verdictOf(day, 'L1').custody, 'taken');
    });
  });

  describe('the clock is lost', () => {
    const LOST = ['day 1 10:00, fault: clock-loss'];

    it('nothing says go until a dock sets it, and then all is as before', async () => {
      const day = await liveDay({ acts: ['day 1 20:00, do: dock'], faults: LOST });
      assertRight(day);
      assert.equal(signs(day, 'day 1 09:59'), 'go go go empty');
      assert.equal(signs(day, 'day 1 10:05'), 'look look look empty');
      assert.ok(seen(day, 'day 1 10:05').flags.includes('clockUnset'));
      assertNeverGo(day, 'day 1 10:05', 'day 1 20:00');
      assert.equal(signs(day, 'day 1 20:10'), 'go go go empty');
      assert.equal(wordOn(day, 'L1'), 'in, usable');
      assert.deepEqual(judgementsOf(day, 'L1'), ['usable', 'unknown', 'usable']);
    });

    it('no dock sets it: unknown to the end', async () => {
      const day = await liveDay({ acts: [], faults: LOST });
      assertRight(day);
      assert.equal(wordOn(day, 'L1'), 'in, unknown: clockUnset');
      assertNeverGo(day, 'day 1 10:05', 'day 1 23:59');
    });

    it('takes no expiry back: what had expired stays so', async () => {
      const day = await liveDay({
        days: 2,
        kits: 'L1: 0, DUE: 1',
        acts: ['day 2 20:00, do: dock'],
        faults: ['day 2 10:00, fault: clock-loss'],
      });
      assertRight(day);
      assert.equal(signs(day, 'day 2 12:00'), 'look no empty empty');
      assert.equal(signs(day, 'day 2 21:00'), 'go no empty empty');
    });
  });

  describe('no dock for a week', () => {
    it('loses nothing: everything is delivered and receipted at the next one', async () => {
      const day = await liveDay({
        days: 9,
        acts: ['day 8 12:00, do: dock'],
        faults: ['day 3 14:00, fault: restart', 'day 5 04:00, fault: power-loss, duration: 8m'],
      });
      assertRight(day);
      for (const [date, time] of [
        [2, '12:00'],
        [5, '05:00'],
        [8, '11:00'],
      ] as const) {
        assert.equal(signs(day, `day ${date} ${time}`), 'go go go empty');
      }
      assert.deepEqual([recordsOf(day, 'lost'), recordsOf(day, 'thinned')], [[], []]);
      const { handoffs } = day.journey;
      const [last, before] = [...handoffs].reverse();
      assert.ok(last && before);
      const receipts = recordsOf(day, 'receipt').map(({ fields }) => fields['sequence']);
      assert.equal(receipts.at(-1), last.sequence);
      const readings = recordsOf(day, 'reading').filter(
        ({ sequence }) => sequence <= last.sequence,
      );
      const minutes = (secondOf('day 8 12:00') - secondOf('day 1 06:30')) / 60;
      assert.ok(readings.length >= minutes - 12, `${readings.length} readings in ${minutes} min`);
      const covered = handoffs.reduce((sum, { records }) => sum + records, 0);
      assert.ok(covered >= last.sequence, `${covered} records came, ${last.sequence} receipted`);
      assert.equal(wordOn(day, 'L1'), 'in, usable');
    });
  });

  describe('a dock that reaches no backend for a week', () => {
    it('keeps asking, loses nothing, and has it receipted when the line is back', async () => {
      const day = await liveDay({
        days: 9,
        acts: ['day 1 09:00, do: dock', 'day 9 01:00, do: undock'],
        offlineUntil: 'day 8 09:00',
      });
      assert.deepEqual([day.findings, day.log.problems], [[], []]);
      const { handoffs, warnings } = day.journey;
      assert.ok(warnings.length >= 4 * 7, `${warnings.length} warnings`);
      for (const warning of warnings) assert.match(warning, /the backend cannot be reached$/);
      const isReceipted = handoffs.map(({ sequence }) => sequence >= 0);
      assert.ok(isReceipted.indexOf(true) === warnings.length, 'the first that was receipted');
      const [receipt] = recordsOf(day, 'receipt');
      assert.ok(receipt !== undefined && receipt.wallS !== null);
      assert.ok(receipt.uptimeS >= secondOf('day 8 09:00'), `receipted at ${receipt.uptimeS} s`);
      const first = handoffs.find(({ sequence }) => sequence >= 0);
      assert.equal(receipt.fields['sequence'], first?.sequence);
      assert.ok(first!.records >= first!.sequence, `${first!.records} records came at once`);
      assert.deepEqual([recordsOf(day, 'lost'), recordsOf(day, 'thinned')], [[], []]);
      assert.equal(signs(day, 'day 5 12:00'), 'go go go empty');
      assert.equal(wordOn(day, 'L1'), 'in, usable');
    });
  });

  describe('left in the car at -20 °C', () => {
    const leave = 'day 1 09:00, do: leave, where: in the car, ambient: { constantC: -20 }';
    const cold = (duration: string): string => `${leave}, duration: ${duration}`;

    it('over night: the diluent has frozen, all is to be discarded', async () => {
      const day = await liveDay({ days: 2, acts: [cold('14h'), 'day 2 08:00, do: dock'] });
      assertRight(day);
      assert.equal(signs(day, 'day 1 09:05'), 'go go go empty');
      assert.equal(signs(day, 'day 1 23:30'), 'no no no empty');
      assert.equal(signs(day, 'day 2 12:00'), 'no no no empty');
      for (const kit of ['L1', 'L2', 'F1'] as const) {
        assert.equal(verdictOf(day, kit).verdict, 'discard');
        const { zone, limit, extreme, left } = reasonOf(day, kit, 'zone4');
        assert.equal(zone, 'freezing of the diluent');
        assert.deepEqual([limit, left], [-50, 0]);
        assert.ok(extreme !== null && extreme.value < -500, `${extreme?.value}`);
      }
    });

    it('for three hours: each product is judged by its own rules', async () => {
      const day = await liveDay({ acts: [cold('3h'), 'day 1 20:00, do: dock'] });
      assertRight(day);
      assert.equal(signs(day, 'day 1 14:00'), 'no no go empty');
      assert.equal(wordOn(day, 'L1'), 'in, quarantine: zone3');
      assert.equal(wordOn(day, 'F1'), 'in, usable');
      const { zone, used, allowed, extreme, text } = reasonOf(day, 'L1', 'zone3');
      assert.deepEqual([zone, allowed], ['label, cold', 1800]);
      assert.ok(used !== null && used > 3600 && extreme !== null && extreme.value < 0);
      assert.match(text, /^Below 2\.0 °C \(label, cold\) for 1 h \d+ min without a break/);
    });

    it('twice: the reason tells the longer time, and since when it counts', async () => {
      const first = 'day 1 09:00, do: leave, where: in the car, duration: 8h';
      const second = 'day 2 09:00, do: leave, where: in the car, duration: 4h';
      const acts = [first, second].map((act) => `${act}, ambient: { constantC: -20 }`);
      const day = await liveDay({ days: 3, acts: [...acts, 'day 3 06:00, do: dock'] });
      assertRight(day);
      const frozen = recordsOf(day, 'excursion').filter(({ fields }) => {
        return fields['kit'] === verdictOf(day, 'L1').kit && fields['rule'] === 4;
      });
      assert.deepEqual(
        frozen.map(({ fields }) => fields['phase']),
        [0, 1, 0, 1],
      );
      const reason = reasonOf(day, 'L1', 'zone4');
      assert.ok(frozen[1]!.fields['used']! > frozen[3]!.fields['used']! + 3600);
      assert.equal(reason.used, frozen[1]!.fields['used']);
      assert.equal(reason.extreme?.value, frozen[1]!.fields['extreme']);
      assert.equal(reason.since.sequence, frozen[0]!.sequence);
    });
  });

  describe('the lid left open', () => {
    it('for longer than allowed: every kit is one to look at, closed or not', async () => {
      const acts = [
        'day 1 09:00, do: open-lid',
        'day 1 12:00, do: close-lid',
        'day 1 20:00, do: dock',
      ];
      const day = await liveDay({ acts });
      assertRight(day);
      assert.equal(signs(day, 'day 1 10:45'), 'go go go empty');
      assert.equal(signs(day, 'day 1 11:05'), 'look look look empty');
      assert.equal(signs(day, 'day 1 21:00'), 'look look look empty');
      assert.equal(wordOn(day, 'L1'), 'in, inspect: lidOpen');
      const { used, allowed, text } = reasonOf(day, 'L1', 'lidOpen');
      assert.equal(allowed, 7200);
      assert.ok(used !== null && Math.abs(used - 11_100) < 700, `${used}`);
      assert.match(text, /^Lid open for 3 h \d+ min in total, allowed 2 h$/);
    });

    it('in the frost: what is kept below a closed lid is frozen below an open one', async () => {
      const frost = 'do: leave, where: on the apron, duration: 3h, ambient: { constantC: -10 }';
      const stay = [`day 1 09:01, ${frost}`, 'day 1 20:00, do: dock'];
      const closed = await liveDay({ acts: stay });
      const open = await liveDay({ acts: ['day 1 09:00, do: open-lid', ...stay] });
      assertRight(closed);
      assertRight(open);
      assert.equal(signs(closed, 'day 1 19:00'), 'go go go empty');
      assert.equal(signs(open, 'day 1 19:00'), 'no no no empty');
      assert.equal(wordOn(open, 'L1'), 'in, discard: lidOpen zone3 zone4');
      assert.equal(wordOn(open, 'F1'), 'in, discard: lidOpen zone4');
    });
  });
});

import assert from 'node:assert/strict';
import { REASON } from '../../../firmware/core/excursion/reasons.js';
import { EXCURSION_PHASE, SHOCK_CLASS, SHOCK_FLAG } from '../../../firmware/core/record/schema.js';
import { ProfileLibrary } from '../../../host-sim/backend/profile.js';
import { kitVerdicts } from '../../../host-sim/backend/verdicts.js';
import { AIR_BASE, BLOOD_BANK, START_WALL_S, hexOf, packingListOf } from './support/fixtures.js';
import { JourneyLog, journeyLog } from './support/journey-log.js';
import { toyLog } from './support/toy-journal.js';

describe('backend/verdicts: what the container decided, in words', () => {
  let profiles: ProfileLibrary;
  before(async () => {
    profiles = await ProfileLibrary.load();
  });
  const verdictsOf = (log: JourneyLog) => kitVerdicts(toyLog(log.records), profiles);

  it('says of each kit what it is, where it is, and what was decided last', () => {
    const profile = profiles.byId('lyoplas-n-w');
    const [first, second] = verdictsOf(journeyLog(profile));
    assert.deepEqual(
      [first?.sgtin, first?.product, first?.slot, first?.custody, first?.verdict],
      ['010952114100001421K1', 'lyoplas-n-w', null, 'used', 'quarantine'],
    );
    assert.deepEqual(
      [second?.sgtin, second?.productName, second?.slot, second?.custody, second?.verdict],
      ['010952114100001421K2', 'LyoPlas N-w', 1, 'in', 'unknown'],
    );
    assert.equal(first?.profileHash, hexOf(profile.hash));
    assert.equal(first?.expiry, '2026-04-07T06:00:00.000Z');
    assert.equal(first?.bloodGroup, 'AB');
    assert.equal(first?.units.length, 1);
    assert.equal(first?.components.length, 3);
    assert.equal(first?.packed.time, '2025-03-03T06:00:15.000Z');
  });

  it('keeps limit, used, allowed, left and the records of every reason', () => {
    const log = journeyLog(profiles.byId('lyoplas-n-w'));
    const [zone, mixed] = verdictsOf(log)[0]!.reasons;
    const excursion = log.records.find((record) => record.type === 'excursion')!;
    const [start, worst] = [excursion.fields['startSequence'], excursion.fields['extremeSequence']];
    assert.deepEqual(zone, {
      code: 'zone0',
      verdict: 'quarantine',
      text: 'Above 25.0 °C (label, warm) for 4 h in total, allowed 4 h; warmest 27.11 °C',
      zone: 'label, warm',
      limit: 2500,
      used: 14400,
      allowed: 14400,
      left: 0,
      start: { sequence: start, wallS: START_WALL_S + 500, time: '2025-03-03T06:08:20.000Z' },
      extreme: {
        sequence: worst,
        wallS: START_WALL_S + 560,
        time: '2025-03-03T06:09:20.000Z',
        value: 2711,
      },
      since: {
        sequence: excursion.sequence,
        wallS: START_WALL_S + 560,
        time: '2025-03-03T06:09:20.000Z',
      },
      where: {
        ...{ place: null, fix: null, source: 'dock', uncertaintyM: null, ageS: 60 },
        ...{ before: BLOOD_BANK, after: AIR_BASE },
      },
      evidence: [start, worst, excursion.sequence],
    });
    assert.deepEqual([mixed?.code, mixed?.verdict, mixed?.used], ['mixed', 'inspect', null]);
  });

  it('puts the reason first that decides, then the others as the container orders them', () => {
    const log = journeyLog(profiles.byId('lyoplas-n-w'));
    const every = [REASON.gap, REASON.shockDrop, REASON.lidOpen, REASON.budget, REASON.expired];
    log.verdict(1, 'expired', every, 0);
    const { reasons, text } = verdictsOf(log)[1]!;
    assert.deepEqual(
      reasons.map(({ code, verdict, left }) => [code, verdict, left]),
      [
        ['expired', 'expired', null],
        ['budget', 'quarantine', 0],
        ['gap', 'unknown', 0],
        ['shockDrop', 'inspect', null],
        ['lidOpen', 'inspect', 0],
      ],
    );
    assert.match(text, /^Past its expiry\. Stability budget spent: .*\. No reading for /);
  });

  it('tells the latest numbers of an excursion that goes on, counted from its opening', () => {
    const log = new JourneyLog();
    log.profile(0, profiles.byId('lyoplas-n-w')).pack(0, packingListOf('K1'));
    const start = log.reading(2600).sequence;
    const first = { limit: 2500, allowed: 14400, startSequence: start };
    const opened = log.nextSequence;
    log.excursion(0, 0, { ...first, used: 14400, extreme: 2600, extremeSequence: start });
    log.verdict(0, 'quarantine', [REASON.zone0], 900);
    const warmest = log.wait(600).reading(3381).sequence;
    const update = log.nextSequence;
    const more = { used: 22260, extreme: 3381, extremeSequence: warmest };
    log.excursion(0, 0, { ...first, ...more, phase: EXCURSION_PHASE.update });
    log.verdict(0, 'quarantine', [REASON.zone0], 700);
    const [kit] = verdictsOf(log);
    const [zone] = kit!.reasons;
    assert.match(zone!.text, /for 6 h 11 min in total, allowed 4 h; warmest 33\.81 °C$/);
    assert.deepEqual([zone?.used, zone?.left, zone?.extreme?.sequence], [22260, 0, warmest]);
    assert.deepEqual([zone?.start?.sequence, zone?.since.sequence], [start, opened]);
    assert.deepEqual(zone?.evidence, [start, opened, warmest, update]);
    assert.deepEqual([kit?.budgetLeftS, kit?.recorded?.sequence], [700, update + 1]);
  });

  it('tells a kit that was out from one whose slot gave no reading', () => {
    const log = new JourneyLog();
    log.profile(0, profiles.byId('lyoplas-n-w')).pack(0, packingListOf('K1'));
    const taken = log.nextSequence;
    log.custody(0, 'taken').wait(2400).custody(0, 'in');
    log.excursion(0, REASON.gap, { used: 2400, allowed: 900, startSequence: taken });
    log.verdict(0, 'unknown', [REASON.gap, REASON.returnedUnscanned]);
    const [away] = verdictsOf(log)[0]!.reasons;
    assert.equal(away?.text, 'Out of the container for 40 min, allowed 15 min');
    assert.equal(away?.start?.sequence, taken);
    const back = { used: 2460, allowed: 900, startSequence: taken + 1 };
    log.excursion(0, REASON.gap, { ...back, phase: EXCURSION_PHASE.open });
    const [silent] = verdictsOf(log)[0]!.reasons;
    assert.equal(silent?.text, 'No reading for 41 min, allowed 15 min', 'not measured once back');
  });

  describe('of one reason that came about twice', () => {
    const numbers = { limit: 200, allowed: 1800 };
    const twice = (
      rule: number,
      first: Readonly<Record<string, number>>,
      second: Readonly<Record<string, number>>,
    ) => {
      const log = new JourneyLog();
      log.profile(0, profiles.byId('lyoplas-n-w')).pack(0, packingListOf('K1'));
      const opened = log.nextSequence;
      log.excursion(0, rule, { ...numbers, ...first, phase: EXCURSION_PHASE.open });
      log.excursion(0, rule, { ...numbers, ...first, phase: EXCURSION_PHASE.close });
      log.verdict(0, 'quarantine', [rule]);
      log.excursion(0, rule, { ...numbers, ...second, phase: EXCURSION_PHASE.open });
      const [reason] = verdictsOf(log)[0]!.reasons;
      assert.equal(reason?.since.sequence, opened, 'it counts from the first time on');
      return [reason?.used, reason?.extreme?.value ?? null];
    };

    it('tells the longer time, whichever it was', () => {
      assert.deepEqual(twice(3, { used: 7200 }, { used: 1800 }), [7200, null]);
      assert.deepEqual(twice(3, { used: 1800 }, { used: 7200 }), [7200, null]);
    });

    it('tells the further excess of two that lasted alike, and where no time is allowed', () => {
      const at = { extremeSequence: 1 };
      const [far, near] = [
        { ...at, extreme: -400 },
        { ...at, extreme: 100 },
      ];
      assert.deepEqual(twice(3, { ...far, used: 1800 }, { ...near, used: 1800 }), [1800, -400]);
      const instant = { limit: 4000, allowed: 0 };
      const hot = { ...at, ...instant, extreme: 4400, used: 60 };
      const warm = { ...at, ...instant, extreme: 4050, used: 600 };
      assert.deepEqual(twice(1, hot, warm), [60, 4400]);
    });

    it('tells a gap of unknown length before any other', () => {
      assert.deepEqual(twice(REASON.gap, { used: -1 }, { used: 90_000 }), [-1, null]);
    });
  });

  describe('of a shock', () => {
    const textOf = (rule: number, shock: Record<string, number>, log = new JourneyLog()) => {
      log.profile(0, profiles.byId('lyoplas-n-w')).pack(0, packingListOf('K1'));
      const sequence = log.nextSequence;
      log.shock(SHOCK_CLASS.dropLike, 1, shock);
      const limit = rule === REASON.shockDrop ? 1500 : 4000;
      const at = { startSequence: sequence, extremeSequence: sequence };
      log.excursion(0, rule, { limit, extreme: shock['deltaVMmPerS']!, ...at });
      log.verdict(0, 'inspect', [rule]);
      return verdictsOf(log)[0]!.text;
    };
    const { shockDrop, shockSevere } = REASON;
    const clipped = { flags: SHOCK_FLAG.clipped };

    it('tells speed, fall and height, each with its limit', () => {
      assert.equal(
        textOf(shockDrop, { deltaVMmPerS: 2871, freeFallMs: 286 }),
        'Dropped: hit at 2.87 m/s (limit 1.50 m/s), free fall 286 ms (limit 140 ms), about 40 cm',
      );
    });
    it('calls no shock a drop that had no such fall', () => {
      assert.equal(
        textOf(shockDrop, { deltaVMmPerS: 1600, freeFallMs: 0 }),
        'Shock like a drop: hit at 1.60 m/s (limit 1.50 m/s)',
      );
      assert.equal(
        textOf(shockSevere, { deltaVMmPerS: 4400, freeFallMs: 20 }),
        'Severe shock: hit at 4.40 m/s (limit 4.00 m/s), free fall 20 ms (limit 140 ms)',
      );
    });
    it('says that a clipped one was at least so hard', () => {
      assert.equal(
        textOf(shockSevere, { deltaVMmPerS: 3900, freeFallMs: 430, ...clipped }),
        "Severe drop: hit with at least 3.90 m/s (limit 4.00 m/s), beyond the sensor's range, " +
          'free fall 430 ms (limit 140 ms), about 90 cm',
      );
    });
    it('does with what the excursion says where the record of the shock is not at hand', () => {
      const log = new JourneyLog();
      log.pack(0, packingListOf('K1'));
      log.excursion(0, shockDrop, { limit: 1500, extreme: 2870, startSequence: 99 });
      log.verdict(0, 'inspect', [shockDrop]);
      const [kit] = verdictsOf(log);
      assert.equal(kit?.text, 'Shock like a drop: hit at 2.87 m/s (limit 1.50 m/s)');
    });
  });

  it('tells how much of the stability budget is left, also in days at the shelf life’s', () => {
    const profile = profiles.byId('lyoplas-n-w');
    const log = new JourneyLog();
    log.profile(0, profile).pack(0, packingListOf('K1'));
    log.verdict(0, 'usable', [], Math.floor(profile.stability!.budgetS / 2));
    const [kit] = verdictsOf(log);
    assert.equal(kit?.budgetLeftPermille, 500);
    assert.equal(kit?.budgetLeftDays, Math.floor((15 * 30.4375) / 2));
    assert.equal(kit?.budgetDaysAtC, 25);
    log.verdict(0, 'usable', [], -1);
    assert.equal(verdictsOf(log)[0]?.budgetLeftS, null);
  });

  it('counts no days of the budget beyond the expiry of the kit', () => {
    const profile = profiles.byId('lyoplas-n-w');
    const log = new JourneyLog();
    log.profile(0, profile).pack(0, packingListOf('K1'));
    log.wait(86400).verdict(0, 'usable', [], profile.stability!.budgetS);
    assert.equal(verdictsOf(log)[0]?.budgetLeftDays, 399);
    log.isClockSet = false;
    log.verdict(0, 'unknown', [REASON.clockUnset], profile.stability!.budgetS);
    assert.equal(verdictsOf(log)[0]?.budgetLeftDays, Math.floor(15 * 30.4375), 'nobody knows when');
  });

  it('says that nothing is wrong only where a verdict says so', () => {
    const log = new JourneyLog();
    log.pack(0, packingListOf('K1'));
    const [unjudged] = verdictsOf(log);
    assert.deepEqual([unjudged?.verdict, unjudged?.recorded], ['unknown', null]);
    assert.match(unjudged?.text ?? '', /holds no verdict/);
    log.verdict(0, 'usable', []);
    const [judged] = verdictsOf(log);
    assert.deepEqual([judged?.verdict, judged?.reasons], ['usable', []]);
    assert.match(judged?.text ?? '', /Every limit was kept/);
  });

  it('does without the profile where it is not at hand: the numbers stay', () => {
    const log = new JourneyLog();
    log.pack(0, packingListOf('K1'));
    log.excursion(0, 3, { limit: 200, used: 1900, allowed: 1800, extreme: -120 });
    log.verdict(0, 'quarantine', [3]);
    const [kit] = verdictsOf(log);
    assert.deepEqual([kit?.product, kit?.profileHash], [null, null]);
    assert.deepEqual([kit?.reasons[0]?.limit, kit?.reasons[0]?.verdict], [200, 'quarantine']);
    assert.match(kit?.text ?? '', /Outside 2\.0 °C; the profile of the kit is not at hand/);
  });

  it('counts a reason from the verdict that named it first without a break', () => {
    const log = new JourneyLog();
    log.pack(0, packingListOf('K1'));
    log.verdict(0, 'unknown', [REASON.clockUnset]).wait(9).verdict(0, 'usable', []);
    log.wait(9).verdict(0, 'unknown', [REASON.clockUnset]);
    log.wait(9).verdict(0, 'expired', [REASON.clockUnset, REASON.expired]);
    const [expired, clock] = verdictsOf(log)[0]!.reasons;
    assert.deepEqual([clock?.since.sequence, expired?.since.sequence], [5, 6]);
    assert.deepEqual(clock?.evidence, [5]);
  });

  it('keeps two kits apart that had the same number one after the other', () => {
    const log = new JourneyLog();
    log.pack(0, packingListOf('K1')).verdict(0, 'discard', [2]).custody(0, 'wasted');
    log.pack(0, packingListOf('K2')).verdict(0, 'usable', []);
    assert.deepEqual(
      verdictsOf(log).map(({ sgtin, verdict, custody }) => [sgtin.slice(-2), verdict, custody]),
      [
        ['K1', 'discard', 'wasted'],
        ['K2', 'usable', 'in'],
      ],
    );
  });
});

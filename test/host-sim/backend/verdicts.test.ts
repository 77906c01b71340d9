import assert from 'node:assert/strict';
import { REASON, REASON_COUNT } from '../../../firmware/core/excursion/reasons.js';
import { ProfileLibrary } from '../../../host-sim/backend/profile.js';
import { durationText, fixedText, temperatureText } from '../../../host-sim/backend/text-en.js';
import { zoneText, type FixedReason } from '../../../host-sim/backend/text-en.js';
import { kitVerdicts, reasonCode } from '../../../host-sim/backend/verdicts.js';
import { START_WALL_S, hexOf, packingListOf } from './support/fixtures.js';
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
      evidence: [start, worst, excursion.sequence],
    });
    assert.deepEqual([mixed?.code, mixed?.verdict, mixed?.used], ['mixed', 'inspect', null]);
  });

  it('orders reasons as the container does, each with what it leads to by itself', () => {
    const reasons = verdictsOf(journeyLog(profiles.byId('lyoplas-n-w')))[1]!.reasons;
    assert.deepEqual(
      reasons.map(({ code, verdict, left }) => [code, verdict, left]),
      [
        ['budget', 'quarantine', 0],
        ['gap', 'unknown', 0],
        ['shockDrop', 'inspect', null],
        ['lidOpen', 'inspect', 0],
      ],
    );
  });

  it('tells how much of the stability budget is left, also in days at the shelf life’s', () => {
    const profile = profiles.byId('lyoplas-n-w');
    const log = new JourneyLog();
    log.profile(0, profile).pack(0, packingListOf('K1'));
    log.verdict(0, 'usable', [], Math.floor(profile.stability!.budgetS / 2));
    const [kit] = verdictsOf(log);
    assert.equal(kit?.budgetLeftPermille, 500);
    assert.equal(kit?.budgetLeftDays, Math.floor((15 * 30.4375) / 2));
    log.verdict(0, 'usable', [], -1);
    assert.equal(verdictsOf(log)[0]?.budgetLeftS, null);
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
    const [clock, expired] = verdictsOf(log)[0]!.reasons;
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

describe('backend/text-en: sentences', () => {
  const durations = [
    [0, '0 s'],
    [59, '59 s'],
    [60, '1 min'],
    [61, '1 min 1 s'],
    [599, '9 min 59 s'],
    [600, '10 min'],
    [3599, '59 min'],
    [3600, '1 h'],
    [15120, '4 h 12 min'],
    [90000, '25 h'],
    [172800, '2 d'],
    [183600, '2 d 3 h'],
    [39447000, '456 d 13 h'],
  ] as const;
  for (const [seconds, text] of durations) {
    it(`writes ${seconds} s as '${text}'`, () => {
      assert.equal(durationText(seconds), text);
    });
  }

  const temperatures = [
    [2500, '25.0 °C'],
    [-50, '-0.5 °C'],
    [2711, '27.11 °C'],
    [-5, '-0.05 °C'],
    [0, '0.0 °C'],
  ] as const;
  for (const [centiC, text] of temperatures) {
    it(`writes ${centiC} as '${text}'`, () => {
      assert.equal(temperatureText(centiC), text);
    });
  }

  const numbers = { limit: 4500, used: 3720, allowed: 3600, extreme: 4612 };
  const zones = [
    [
      'atOrAbove',
      'single',
      /^At or above 45\.0 °C \(z\) for 1 h 2 min without a break, allowed 1 h/,
    ],
    [
      'above',
      'cumulative',
      /^Above 45\.0 °C \(z\) for 1 h 2 min in total, allowed 1 h; warmest 46/,
    ],
    ['below', 'instant', /^Below 45\.0 °C \(z\), where no time is allowed; coldest 46\.12 °C$/],
    ['atOrBelow', 'single', /^At or below 45\.0 °C \(z\) for .*; coldest 46\.12 °C$/],
  ] as const;
  for (const [operator, allowance, text] of zones) {
    it(`tells of a zone that is ${operator} and ${allowance}`, () => {
      assert.match(zoneText({ name: 'z', operator, allowance }, numbers), text);
    });
  }

  it('has a sentence for every reason that the core knows', () => {
    const none = { limit: null, used: null, allowed: null, extreme: null };
    const texts = new Set<string>();
    for (let bit = REASON.budget; bit < REASON_COUNT; bit++) {
      const text = fixedText(reasonCode(bit) as FixedReason, none);
      assert.doesNotMatch(text, /null|undefined|NaN/);
      texts.add(text);
    }
    assert.equal(texts.size, REASON_COUNT - REASON.budget);
  });

  it('does not pretend to know the length of a gap that nobody measured', () => {
    const gap = { limit: null, used: -1, allowed: 900, extreme: null };
    assert.equal(fixedText('gap', gap), 'No reading for an unknown time, allowed 15 min');
  });
});

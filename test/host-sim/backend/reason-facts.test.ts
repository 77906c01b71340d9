import assert from 'node:assert/strict';
import { FIXED_VERDICT, REASON, REASON_COUNT } from '../../../firmware/core/excursion/reasons.js';
import { CUSTODY } from '../../../firmware/core/units.js';
import { type Profile, ProfileLibrary } from '../../../host-sim/backend/profile.js';
import { addsUp, bitsOf, excursionNumbers } from '../../../host-sim/backend/reason-facts.js';
import { isAway, reasonFacts, reasonVerdict } from '../../../host-sim/backend/reason-facts.js';
import { JourneyLog } from './support/journey-log.js';

describe('backend/reason-facts: what each reason is', () => {
  let profile: Profile;
  before(async () => {
    profile = (await ProfileLibrary.load()).byId('lyoplas-n-w');
  });

  const rows = [
    [REASON.zone0, 'zone0', 'zone', 'centiC', true],
    [7, 'zone7', 'zone', 'centiC', true],
    [REASON.budget, 'budget', 'other', null, false],
    [REASON.gap, 'gap', 'gap', null, true],
    [REASON.shockDrop, 'shockDrop', 'shock', 'mmPerS', true],
    [REASON.shockSevere, 'shockSevere', 'shock', 'mmPerS', true],
    [REASON.lidOpen, 'lidOpen', 'other', null, false],
    [REASON.mixed, 'mixed', 'other', null, false],
    [31, 'reason31', 'other', null, false],
  ] as const;
  for (const [bit, code, kind, unit, hasStart] of rows) {
    it(`${code} is of kind ${kind}`, () => {
      const facts = reasonFacts(bit);
      assert.deepEqual(
        [facts.code, facts.kind, facts.unit, facts.hasStart],
        [code, kind, unit, hasStart],
      );
    });
  }

  it('leads where the core or the profile says, and nowhere without a profile', () => {
    for (let bit = 0; bit < REASON_COUNT; bit++) {
      const isFixed = FIXED_VERDICT[bit]! >= 0;
      assert.equal(reasonVerdict(bit, undefined) !== undefined, isFixed, `reason ${bit}`);
    }
    const { zones, stability, shock, lid } = profile.source;
    const { budget, shockDrop, shockSevere, lidOpen } = REASON;
    assert.deepEqual(
      [0, budget, shockDrop, shockSevere, lidOpen].map((bit) => reasonVerdict(bit, profile)),
      [zones[0]!.verdict, stability!.verdict, shock.dropVerdict, shock.severeVerdict, lid.verdict],
    );
  });

  it('adds up where a total counts: cumulative zones, budget, lid', () => {
    const bits = Array.from({ length: REASON_COUNT }, (_, bit) => bit);
    const zones = profile.source.zones.flatMap(({ allowance }, bit) => {
      return allowance === 'cumulative' ? [bit] : [];
    });
    assert.ok(zones.length > 0);
    assert.deepEqual(
      bits.filter((bit) => addsUp(bit, profile)),
      [...zones, REASON.budget, REASON.lidOpen],
    );
  });

  it('reads of an excursion only the numbers that its reason has', () => {
    const held = {
      limit: 1,
      used: 2,
      allowed: 3,
      extreme: 4,
      startSequence: 5,
      extremeSequence: 6,
    };
    const numbersOf = (rule: number, more = {}) => {
      const log = new JourneyLog();
      log.excursion(0, rule, { ...held, ...more });
      return Object.values<number | null>({ ...excursionNumbers(log.records[0]!) });
    };
    assert.deepEqual(numbersOf(REASON.zone0), [1, 2, 3, 4, 5, 6]);
    assert.deepEqual(numbersOf(REASON.shockDrop), [1, null, null, 4, 5, 6]);
    assert.deepEqual(numbersOf(REASON.gap), [null, 2, 3, null, 5, null]);
    assert.deepEqual(numbersOf(REASON.lidOpen), [null, 2, 3, null, null, null]);
    const unnamed = { startSequence: 0, extremeSequence: 0 };
    assert.deepEqual(numbersOf(REASON.zone0, unnamed).slice(4), [null, null]);
  });

  it('knows a kit that was away by the record that its gap began with', () => {
    const log = new JourneyLog();
    for (const custody of Object.keys(CUSTODY) as (keyof typeof CUSTODY)[]) log.custody(0, custody);
    const began = log.records.filter((record) => isAway(record)).length;
    assert.equal(began, Object.keys(CUSTODY).length - 1, 'all but `in`');
    assert.equal(isAway(log.reading(2000)), false);
    assert.equal(isAway(undefined), false);
  });

  it('lists the bits of a set, lowest first, the sign bit too', () => {
    assert.deepEqual(bitsOf((1 << 31) | 0b1001), [0, 3, 31]);
    assert.deepEqual(bitsOf(0), []);
  });
});

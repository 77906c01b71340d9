/**
 * A faultless journal agrees with its truth; every kind of wrong record, planted one at a time, is
 * found and named. The journey: warm from 600 to 1500 s (a single stay of 600 s is allowed), a
 * drop, a fault of 20 minutes, the kit taken, mixed, and the lid open for a while.
 */
import assert from 'node:assert/strict';
import type { DecodedRecord } from '../../../host-sim/backend/record-types.js';
import { RULE } from '../../../host-sim/checkers/codes.js';
import { type Comparison, compareWithTruth } from '../../../host-sim/checkers/compare.js';
import type { Finding, Truth, TruthEntry } from '../../../host-sim/checkers/input.js';
import { HOT, KIT_LINES, PACK, line, readingLines, recordsOf, rules, truthOf } from './tiny.js';

const PROFILE = rules({
  zones: [HOT],
  budget: { firstKnotC: 5, ratesPermille: [1000], budgetS: 100_000, verdict: 'discard' },
});

const bit = (...names: (keyof typeof RULE)[]): number =>
  names.reduce((bits, name) => bits | (1 << RULE[name]), 0);
const ZONE0 = 1;

/** What happens; it ends at 9000 s. */
function truthOfJourney(): Truth {
  const entries: TruthEntry[] = [
    PACK,
    { kind: 'shock', atS: 2000, freeFallMs: 300, deltaVMmPerS: 2200, isClipped: false },
    { kind: 'lid', atS: 6000, isOpen: true },
    { kind: 'take', atS: 6010, slot: 0 },
    { kind: 'press', atS: 6100 },
    { kind: 'lid', atS: 6200, isOpen: false },
  ];
  const course = (atS: number): number | null => {
    if (atS >= 3000 && atS < 4200) return null;
    return atS >= 600 && atS < 1500 ? 2600 + (atS % 7) : 1500;
  };
  return truthOf({ endS: 9000, probes: [course], entries });
}

const truth = truthOfJourney();

/** Sequence of the reading at an instant, once the lines are numbered. */
function withSequences(records: DecodedRecord[]): DecodedRecord[] {
  const reading = (atS: number): number =>
    records.find((it) => it.type === 'reading' && it.uptimeS === atS)!.sequence;
  const warmest = records
    .filter((it) => it.type === 'reading' && it.uptimeS <= 1200)
    .reduce((a, b) => (b.temperaturesCentiC![0]! > a.temperaturesCentiC![0]! ? b : a));
  return records.map((it) => {
    if (it.type !== 'excursion' || it.fields['rule'] !== 0) return it;
    const fields = {
      ...it.fields,
      startSequence: reading(600),
      extreme: warmest.temperaturesCentiC![0]!,
      extremeSequence: warmest.sequence,
    };
    return { ...it, fields };
  });
}

const excursion = (atS: number, rule: number, phase: number, fields: Record<string, number> = {}) =>
  line('excursion', atS, { kit: 0, rule, phase, limit: 0, used: 0, allowed: 0, ...fields });
const custody = (atS: number, code: number, verdict: number) =>
  line('custody', atS, { kit: 0, custody: code, verdict, emergency: 1, origin: 1, slot: 0 });
const verdict = (atS: number, code: number, reasons: number) =>
  line('verdict', atS, { kit: 0, verdict: code, reasons, budgetLeftS: 100_000 - atS });

const SHOCK_FIELDS = { freeFallMs: 305, deltaVMmPerS: 2150, class: 1, slots: 1 };

/** The journal of a faultless container. */
function faultless(): DecodedRecord[] {
  const zone = { limit: HOT.limitCentiC, used: 600, allowed: HOT.allowanceS };
  const [kit, first] = KIT_LINES;
  const firstFields = { ...first!.fields, budgetLeftS: 100_000 };
  return withSequences(
    recordsOf([
      kit!,
      { ...first!, fields: firstFields },
      ...readingLines(truth),
      excursion(1201, 0, 0, zone),
      verdict(1202, 3, ZONE0),
      excursion(1501, 0, 1),
      line('shock', 2004, SHOCK_FIELDS),
      excursion(2004, RULE.shockDrop, 0),
      verdict(2004, 3, ZONE0 | bit('shockDrop')),
      excursion(3301, RULE.gap, 0),
      verdict(3302, 3, ZONE0 | bit('shockDrop', 'gap')),
      custody(6011, 2, 3),
      custody(6101, 3, 3),
      verdict(6102, 3, ZONE0 | bit('shockDrop', 'gap', 'mixed')),
    ]).map((it) => {
      // While the probe was silent nothing was spent: 900 s of the fault are beyond the allowance.
      const isLate = it.type === 'verdict' && it.uptimeS > 3302;
      const budgetLeftS = 100_000 - (6010 - (4200 - 2940 - 300));
      return isLate ? { ...it, fields: { ...it.fields, budgetLeftS } } : it;
    }),
  );
}

const VERDICTS = [
  {
    kit: 0,
    verdict: 'quarantine',
    custody: 'mixed',
    reasons: ['zone0', 'shockDrop', 'gap', 'mixed'].map((code) => ({ code })),
  },
];

function findings(change: Partial<Comparison> = {}): Finding[] {
  const comparison = { truth, profiles: [PROFILE], records: faultless(), verdicts: VERDICTS };
  return compareWithTruth({ ...comparison, ...change });
}

const text = (list: readonly Finding[]): string =>
  list.map(({ about, kit, message }) => `${about} ${kit}: ${message}`).join('\n');

/** Which record a plant changes. */
type Pick = (record: DecodedRecord) => boolean;
const isA =
  (type: DecodedRecord['type'], fields: Record<string, number> = {}, uptimeS?: number): Pick =>
  (it) =>
    it.type === type &&
    (uptimeS === undefined || it.uptimeS === uptimeS) &&
    Object.entries(fields).every(([name, value]) => it.fields[name] === value);

/** The journal with one record changed; `null` takes it out. */
function planted(
  pick: Pick,
  change: ((record: DecodedRecord) => Partial<DecodedRecord>) | null,
): DecodedRecord[] {
  const records = faultless();
  const at = records.findIndex(pick);
  assert.ok(at >= 0, 'the record to change is there');
  if (change === null) records.splice(at, 1);
  else records[at] = { ...records[at]!, ...change(records[at]!) };
  return records;
}

const setField = (name: string, value: number) => (record: DecodedRecord) => ({
  fields: { ...record.fields, [name]: value },
});

describe('comparison with the truth', () => {
  it('finds nothing in a faultless journal', () => {
    assert.equal(text(findings()), '');
  });

  it('takes the journal’s own last word where no verdicts are handed in', () => {
    const records = faultless();
    assert.equal(text(compareWithTruth({ truth, profiles: [PROFILE], records })), '');
  });

  const cases: readonly (readonly [string, DecodedRecord[], RegExp])[] = [
    [
      'a reading that is off by 0.01 °C',
      planted(isA('reading', {}, 1800), () => ({ temperaturesCentiC: [1501] })),
      /reading null: reading \d+ has 1501 centi-°C of probe 0, expected 1500/,
    ],
    [
      'an invented value where the probe gave none',
      planted(isA('reading', {}, 3600), () => ({ temperaturesCentiC: [1500] })),
      /has 1500 centi-°C of probe 0, expected none/,
    ],
    [
      'a value that was thrown away without cause',
      planted(isA('reading', {}, 1800), () => ({ temperaturesCentiC: [null] })),
      /probe 0 gave 1500 centi-°C, recorded is a gap/,
    ],
    [
      'a reading that is missing',
      planted(isA('reading', {}, 1800), null),
      /no reading of probes 0/,
    ],
    [
      'a reading that was never measured',
      [...faultless(), ...recordsOf([line('reading', 8990, {}, { temperaturesCentiC: [1500] })])],
      /reading 1 was never measured/,
    ],
    [
      'a gap that was kept secret',
      faultless().filter(({ type }) => type !== 'gap'),
      /probe 0 gave no value, and no GAP record says so/,
    ],
    [
      'an excursion that is missing',
      planted(isA('excursion', { rule: 0, phase: 0 }), null),
      /excursion a: zone 0: no record opens it, expected between 1140 and 1335 s/,
    ],
    [
      'an excursion too early',
      planted(isA('excursion', { rule: 0, phase: 0 }), () => ({ uptimeS: 1100 })),
      /zone 0: opened by \d+, but the truth has one from 1140 to 1335 s/,
    ],
    [
      'an excursion too late',
      planted(isA('excursion', { rule: 0, phase: 0 }), () => ({ uptimeS: 1400 })),
      /zone 0: opened by \d+, but the truth has one from 1140 to 1335 s/,
    ],
    [
      'an excursion of another rule',
      planted(isA('excursion', { rule: RULE.gap }), setField('rule', RULE.lidOpen)),
      /lidOpen: opened by \d+, but the truth has none/,
    ],
    [
      'an excursion that is opened twice',
      planted(isA('excursion', { phase: 1 }), setField('phase', 0)),
      /zone 0: opened again by \d+ while open/,
    ],
    [
      'a close without an open',
      planted(isA('excursion', { rule: RULE.gap }), setField('phase', 1)),
      /gap: closed by \d+, but was not open/,
    ],
    [
      'another limit',
      planted(isA('excursion', { rule: 0, phase: 0 }), setField('limit', 2400)),
      /zone 0: limit 2400, expected 2500/,
    ],
    [
      'another allowance',
      planted(isA('excursion', { rule: 0, phase: 0 }), setField('allowed', 900)),
      /zone 0: allowed 900, expected 600/,
    ],
    [
      'less used than allowed',
      planted(isA('excursion', { rule: 0, phase: 0 }), setField('used', 540)),
      /zone 0: used 540 s, expected 600 to 900 s/,
    ],
    [
      'evidence that is none',
      planted(isA('excursion', { rule: 0, phase: 0 }), setField('startSequence', 3)),
      /startSequence 3 is no reading inside the zone/,
    ],
    [
      'an extreme that its reading does not have',
      planted(isA('excursion', { rule: 0, phase: 0 }), setField('extreme', 2700)),
      /extreme 2700, its reading has 260\d/,
    ],
    [
      'a shock that is missing',
      planted(isA('shock'), null),
      /shock null: a fall of 300 ms with 2200 mm\/s is not recorded/,
    ],
    [
      'a shock that never was',
      planted(isA('shock'), () => ({ uptimeS: 5000 })),
      /shock null: record \d+ tells of a shock that never was/,
    ],
    [
      'a shock that forgets a kit',
      planted(isA('shock'), setField('slots', 2)),
      /says slot 0 was empty, kit a was in it/,
    ],
    [
      'a verdict that its reasons do not lead to',
      planted(isA('verdict', {}, 1202), setField('verdict', 1)),
      /verdict a: record \d+ says inspect, its reasons lead to quarantine/,
    ],
    [
      'a reason before its time',
      planted(isA('verdict', {}, 1202), setField('reasons', ZONE0 | bit('gap'))),
      /gap is a reason, the truth has none until then/,
    ],
    [
      'a reason that was dropped',
      planted(isA('verdict', {}, 3302), setField('reasons', ZONE0 | bit('gap'))),
      /shockDrop is missing among the reasons/,
    ],
    [
      'a budget that does not add up',
      planted(isA('verdict', {}, 1202), setField('budgetLeftS', 99_500)),
      /budgetLeftS 99500, expected 98\d{3} to 98\d{3}/,
    ],
    [
      'a custody that is missing',
      planted(isA('custody', { custody: 3 }), null),
      /custody a: mixed is not recorded/,
    ],
    [
      'a custody that never was',
      planted(isA('custody', { custody: 3 }), setField('custody', 5)),
      /custody a: record \d+ says wasted, expected mixed at 6100 s/,
    ],
    [
      'a custody at another time',
      planted(isA('custody', { custody: 2 }), () => ({ uptimeS: 5000 })),
      /record \d+ says taken, expected taken at 6010 s/,
    ],
    [
      'an emergency that is not marked',
      planted(isA('custody', { custody: 2 }), setField('emergency', 0)),
      /emergency 0 at verdict quarantine/,
    ],
    [
      'an act with another verdict than the one recorded',
      planted(isA('custody', { custody: 2 }), setField('verdict', 1)),
      /was shown inspect, recorded before is quarantine/,
    ],
    ['a kit that is missing', planted(isA('kit'), null), /kit a: packed into slot 0, but no KIT/],
    [
      'a kit in another slot',
      planted(isA('kit'), setField('slot', 1)),
      /kit null: record \d+ tells of a kit that was never packed/,
    ],
    [
      'another expiry',
      planted(isA('kit'), setField('expiryWallS', 5)),
      /kit a: recorded expiryWallS 5, expected/,
    ],
    [
      'a journal without its beginning',
      faultless().slice(3),
      /reading null: the journal begins with record 4, expected all from 1 on/,
    ],
    ['an empty journal', [], /the journal begins with record 0, expected all from 1 on/],
    [
      'records of a boot that never was',
      planted(isA('reading', {}, 8940), () => ({ boot: 2 })),
      /boot 2 of record \d+ never happened/,
    ],
  ];
  for (const [what, records, expected] of cases) {
    it(`finds ${what}`, () => {
      assert.match(text(findings({ records })), expected);
    });
  }

  describe('final verdicts', () => {
    const [faultlessVerdict] = VERDICTS;
    const said = (change: Partial<(typeof VERDICTS)[0]>): string =>
      text(findings({ verdicts: [{ ...faultlessVerdict!, ...change }] }));
    const codes = (...names: string[]) => ({ reasons: names.map((code) => ({ code })) });

    it('must have every reason', () => {
      assert.equal(
        said(codes('zone0', 'gap', 'mixed')),
        'verdict a: reasons are missing: shockDrop',
      );
    });
    it('must have no other', () => {
      assert.match(
        said(codes('zone0', 'shockDrop', 'gap', 'mixed', 'lidOpen', 'zone1')),
        /reasons that the truth does not have: zone 1, lidOpen/,
      );
      assert.match(
        said(codes('zone0', 'shockDrop', 'gap', 'mixed', 'moon')),
        /'moon' is no reason/,
      );
    });
    it('must be the worst that the reasons lead to', () => {
      const expected = 'verdict a: verdict unknown, its reasons lead to quarantine';
      assert.equal(said({ verdict: 'unknown' }), expected);
    });
    it('must agree on custody', () => {
      assert.equal(said({ custody: 'used' }), 'custody a: custody used, expected mixed');
    });
    it('must be there', () => {
      assert.match(text(findings({ verdicts: [] })), /verdict a: no verdict for kit number 0/);
    });
  });

  it('lets what lies within a sampling period pass either way', () => {
    const course = (atS: number): number => (atS >= 600 && atS < 1200 ? 2600 : 1500);
    const short = truthOf({ endS: 3000, probes: [course] });
    const common = [...KIT_LINES, ...readingLines(short)];
    const opened = withSequences(
      recordsOf([
        ...common,
        excursion(1201, 0, 0, { limit: 2500, used: 600, allowed: 600 }),
        line('verdict', 1201, { kit: 0, verdict: 3, reasons: 1, budgetLeftS: -1 }),
      ]),
    );
    const profiles = [rules()];
    const run = (records: DecodedRecord[]) =>
      text(compareWithTruth({ truth: short, profiles, records }));
    assert.equal(run(recordsOf(common)), '', 'without the excursion');
    assert.equal(run(opened), '', 'and with it');
  });
});

/**
 * What the oracle is given: codes that are written down twice and must agree, rules out of a
 * profile's body, and the simulator's truth out of its file.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ALLOWANCE, OPERATOR } from '../../../firmware/core/excursion/profile.js';
import { FIXED_VERDICT, REASON } from '../../../firmware/core/excursion/reasons.js';
import { CUSTODY, VERDICT } from '../../../firmware/core/units.js';
import {
  ALLOWANCES,
  CUSTODIES,
  FIXED_VERDICTS,
  OPERATORS,
  RULE,
  VERDICTS,
  ruleName,
  ruleNames,
  ruleOfCode,
} from '../../../host-sim/checkers/codes.js';
import { rulesOfBody } from '../../../host-sim/checkers/rules-input.js';
import { readTruth, truthOfWorld } from '../../../host-sim/checkers/truth-input.js';
import type { TruthEntry as WorldEntry } from '../../../host-sim/world/truth.js';

const asTable = (words: readonly string[]): Record<string, number> =>
  Object.fromEntries(words.map((word, code) => [word, code]));

describe('checkers’ codes', () => {
  it('are those of the firmware', () => {
    const { zone0, ...fixed } = REASON;
    assert.equal(zone0, 0);
    assert.deepEqual({ ...RULE }, fixed);
    assert.deepEqual(asTable(VERDICTS), { ...VERDICT });
    assert.deepEqual(asTable(CUSTODIES), { ...CUSTODY });
    assert.deepEqual(asTable(OPERATORS), { ...OPERATOR });
    assert.deepEqual(asTable(ALLOWANCES), { ...ALLOWANCE });
  });

  it('lead to the same fixed verdicts', () => {
    FIXED_VERDICT.forEach((verdict, rule) => {
      const own = FIXED_VERDICTS.get(rule);
      assert.equal(own === undefined ? -1 : VERDICTS.indexOf(own), verdict, ruleName(rule));
    });
  });

  it('have names for people, and are found by the codes of verdicts.json', () => {
    assert.equal(ruleNames(0), 'none');
    assert.equal(ruleNames((1 << 2) | (1 << RULE.gap)), 'zone 2, gap');
    assert.deepEqual(['zone7', 'gap', 'zone8'].map(ruleOfCode), [7, RULE.gap, -1]);
  });
});

describe('rules of a profile’s body', () => {
  const body = {
    1: 'plasma',
    2: 1,
    3: true,
    4: [
      [0, 2500, 1, 3600, 1],
      [3, 200, 0, 0, 5],
    ],
    5: 900,
    6: [2, [100, 200], 5000, 3],
    7: [140, 1500, 3000, 1, 3],
    8: [600, 1],
    9: 21600,
  };

  const asMap = new Map<number, unknown>(
    Object.entries(body).map(([key, value]) => [Number(key), value]),
  );

  it('reads plain objects and decoded maps alike', () => {
    const rules = rulesOfBody(body);
    assert.deepEqual(rulesOfBody(asMap), rules);
    assert.deepEqual(rules.zones, [
      {
        operator: 'above',
        limitCentiC: 2500,
        allowance: 'single',
        allowanceS: 3600,
        verdict: 'inspect',
      },
      {
        operator: 'atOrBelow',
        limitCentiC: 200,
        allowance: 'instant',
        allowanceS: 0,
        verdict: 'discard',
      },
    ]);
    assert.deepEqual(rules.budget, {
      firstKnotC: 2,
      ratesPermille: [100, 200],
      budgetS: 5000,
      verdict: 'quarantine',
    });
    assert.equal(rules.shock.severeVerdict, 'quarantine');
    assert.deepEqual(rules.lid, { allowedS: 600, verdict: 'inspect' });
    assert.equal(rules.gapAllowanceS, 900);
    assert.equal(rules.useByS, 21600);
    assert.equal(rules.isExample, true);
  });

  it('takes a missing budget and a missing use-by as none', () => {
    assert.equal(rulesOfBody({ ...body, 6: null }).budget, null);
    assert.equal(rulesOfBody(new Map([...asMap].filter(([key]) => key !== 6))).budget, null);
    assert.equal(rulesOfBody({ ...body, 9: null }).useByS, null);
  });

  const faults: readonly (readonly [object, RegExp])[] = [
    [{ 1: 5 }, /Profile: key 1 is 5, expected its id/],
    [{ 3: 1 }, /Profile plasma: key 3 is 1, expected true or false/],
    [{ 4: 7 }, /Profile plasma: key 4, zones is 7, expected a list/],
    [{ 4: [[0, 1]] }, /zone 0 is \[0,1\], expected a list of 5/],
    [{ 4: [[4, 0, 0, 0, 1]] }, /operator of zone 0 is 4, expected a code of above, atOrAbove/],
    [{ 5: 1.5 }, /key 5, gapAllowanceS is 1.5, expected a whole number/],
    [{ 8: undefined }, /key 8, lid is absent, expected a list of 2/],
  ];
  for (const [change, expected] of faults) {
    it(`says what is wrong with ${JSON.stringify(change)}`, () => {
      assert.throws(() => rulesOfBody({ ...body, ...change }), expected);
    });
  }
});

describe('the simulator’s truth', () => {
  const setup = {
    startWallS: 1,
    endS: 600,
    samplePeriodS: 60,
    slotProbes: [[0]],
    isHardware: false,
  };
  const drop = { heightCm: 60, freeFallMs: 350, deltaVMmPerS: 4000, peakMilliG: 9000 };
  const entries: WorldEntry[] = [
    { kind: 'boot', atS: 0, clockKnown: true, reason: 1 },
    { kind: 'place', atS: 1, text: 'the blood bank' },
    { kind: 'shock', atS: 5, isClipped: false, cause: 'drop', ...drop },
    { kind: 'shock', atS: 4, isClipped: true, cause: 'recording', ...drop, freeFallMs: 0 },
  ];

  it('is put into order, without what the oracle does not need', () => {
    const truth = truthOfWorld(setup, entries);
    assert.deepEqual(
      truth.entries.map(({ kind, atS }) => [kind, atS]),
      [
        ['boot', 0],
        ['shock', 4],
        ['shock', 5],
      ],
    );
    assert.deepEqual(truth.entries[2], {
      kind: 'shock',
      atS: 5,
      isClipped: false,
      freeFallMs: 350,
      deltaVMmPerS: 4000,
    });
  });

  it('does not know what a replayed recording did', () => {
    const [, recording] = truthOfWorld(setup, entries).entries;
    assert.deepEqual(recording, {
      kind: 'shock',
      atS: 4,
      isClipped: true,
      freeFallMs: null,
      deltaVMmPerS: null,
    });
  });

  describe('in a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'truth-'));
    const write = (...lines: string[]): string => {
      const path = join(folder, 'truth.jsonl');
      writeFileSync(path, lines.map((text) => `${text}\n`).join(''));
      return path;
    };
    after(() => rmSync(folder, { recursive: true }));

    it('is read line by line', () => {
      const head = JSON.stringify({ kind: 'setup', ...setup });
      const truth = readTruth(write(head, ...entries.map((entry) => JSON.stringify(entry))));
      assert.equal(truth.setup.endS, 600);
      assert.deepEqual(truth.entries, truthOfWorld(setup, entries).entries);
    });

    it('names the line that is none', () => {
      assert.throws(
        () => readTruth(write('{"kind":"setup"}', '{"kind":')),
        /truth.jsonl:2: expected one JSON object a line/,
      );
      assert.throws(() => readTruth(write('{"kind":"boot"}')), /truth.jsonl:1: expected the setup/);
    });
  });
});

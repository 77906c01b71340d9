/**
 * The oracle on what is told later of mixing. Kit "a" is taken at 1200 s and mixed at 1300 s, its
 * use-by is 5000 s; the journey ends at 5900 s, before that.
 */
import assert from 'node:assert/strict';
import { RULE } from '../../../host-sim/checkers/codes.js';
import { compareWithTruth } from '../../../host-sim/checkers/compare.js';
import type { TruthEntry } from '../../../host-sim/checkers/input.js';
import {
  COOL,
  KIT_LINES,
  PACK,
  START_WALL_S,
  line,
  readingLines,
  recordsOf,
  rules,
  truthOf,
} from './tiny.js';

type Line = ReturnType<typeof line>;
const MIXED = 1 << RULE.mixed;
const ELAPSED = MIXED | (1 << RULE.useByElapsed);
const ACTS: readonly TruthEntry[] = [
  PACK,
  { kind: 'take', atS: 1200, slot: 0 },
  { kind: 'press', atS: 1300 },
];

const told = (atS: number, mixedAtS: number | null): Line => {
  const mixedWallS = mixedAtS === null ? -2147483648 : START_WALL_S + mixedAtS;
  return line('account', atS, { kit: 0, about: 1, why: 4, mixedWallS });
};
const custody = (atS: number, code: number): Line =>
  line('custody', atS, { kit: 0, custody: code, verdict: 0, emergency: 0, origin: 1, slot: 0 });
const verdict = (atS: number, code: number, reasons: number): Line =>
  line('verdict', atS, { kit: 0, verdict: code, reasons, budgetLeftS: -1 });

/** What the oracle finds of the last verdict, `elapsed` or only mixed. */
function found(isElapsed: boolean, ...accounts: readonly Line[]): string {
  const truth = truthOf({ endS: 5900, probes: [COOL], entries: ACTS });
  const acts = [custody(1201, 2), custody(1301, 3), verdict(1302, 1, MIXED)];
  const elapsed = isElapsed ? [verdict(5800, 5, ELAPSED)] : [];
  const lines = [...KIT_LINES, ...readingLines(truth), ...acts, ...accounts, ...elapsed];
  return compareWithTruth({
    truth,
    profiles: [rules({ useByS: 5000 })],
    records: recordsOf(lines),
  })
    .map(({ message }) => message)
    .join('\n');
}

describe('the oracle on what is told later', () => {
  it('puts the start of mixing back, and with it the use-by', () => {
    assert.equal(found(true, told(3000, 600)), '');
    assert.match(found(false, told(3000, 600)), /reasons are missing: useByElapsed/);
  });

  it('never puts it off, and makes nothing of what is not told', () => {
    for (const accounts of [[], [told(3000, null)], [told(3000, 1350)], [told(3000, 3100)]]) {
      assert.equal(found(false, ...accounts), '');
      const invented = found(true, ...accounts);
      assert.match(invented, /reasons that the truth does not have: useByElapsed/);
    }
  });

  it('takes the earliest of several', () => {
    const accounts = [told(3000, 600), told(3600, 1100)];
    assert.equal(found(true, ...accounts), '');
    assert.match(found(false, ...accounts), /reasons are missing: useByElapsed/);
  });

  it('does not ask for what was told only just now', () => {
    assert.equal(found(true, told(5890, 600)), '');
    assert.equal(found(false, told(5890, 600)), '');
  });
});

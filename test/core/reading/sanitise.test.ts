import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FAULT } from '../../../firmware/core/faults.js';
import { gapReasonOf, gapReasonOfFault } from '../../../firmware/core/reading/sanitise.js';
import { GAP_REASON } from '../../../firmware/core/record/schema.js';
import { TEMPERATURE_ABSENT } from '../../../firmware/core/units.js';

const nameOf = (reason: number): string =>
  Object.entries(GAP_REASON).find(([, code]) => code === reason)?.[0] ?? 'none';

describe('a probe’s answer', () => {
  const VALUES = [
    [2500, 'none', 'a temperature'],
    [0, 'none', 'the freezing point'],
    [-5000, 'none', 'the lowest that counts'],
    [-5001, 'range', 'a hundredth below it'],
    [10000, 'none', 'the highest that counts'],
    [10001, 'range', 'a hundredth above it'],
    [25600, 'sentinel', 'the TMP117’s 0x8000 as its driver reads it: +256 °C'],
    [25599, 'range', 'a hundredth below that'],
    [25601, 'range', 'a hundredth above that'],
    [-25600, 'range', 'the same register read as negative'],
    [TEMPERATURE_ABSENT, 'range', 'what records write for no value'],
    [0x7fffffff, 'range', 'the largest int32'],
    [-0x80000000, 'range', 'the smallest int32'],
  ] as const;
  for (const [centiC, reason, what] of VALUES) {
    it(`of ${(centiC / 100).toFixed(2)} °C, ${what}: ${reason}`, () => {
      assert.equal(nameOf(gapReasonOf(centiC)), reason);
    });
  }

  const FAULTS = [
    ['busError', 'busError'],
    ['badChecksum', 'badChecksum'],
    ['fieldMissing', 'fieldMissing'],
    ['timeout', 'timeout'],
    ['busy', 'timeout'], // it still converts from the instant before
    ['absent', 'busError'],
    ['malformed', 'busError'],
  ] as const;
  for (const [fault, reason] of FAULTS) {
    it(`that is the fault ${fault} is a gap: ${reason}`, () => {
      assert.equal(nameOf(gapReasonOfFault(FAULT[fault])), reason);
    });
  }

  it('is a gap with a reason for every fault there is', () => {
    for (const fault of Object.values(FAULT)) {
      assert.ok(nameOf(gapReasonOfFault(fault)) !== 'none', `fault ${fault}`);
    }
  });

  it('is a temperature exactly within -50 to +100 °C', () => {
    fc.assert(
      fc.property(fc.integer(), (centiC) => {
        const isGood = centiC >= -5000 && centiC <= 10000;
        assert.equal(gapReasonOf(centiC) === 0, isGood);
      }),
    );
  });
});

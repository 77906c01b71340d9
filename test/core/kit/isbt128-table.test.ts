/**
 * One label of every ISBT 128 data structure, written from ST-001 §2.4 and not from the table: each
 * is read whole, and refused when its last character is missing or one follows.
 */
import assert from 'node:assert/strict';
import { FAULT } from '../../../firmware/core/faults.js';
import { ISBT_COLUMN, ISBT_RULE, STRUCTURES } from '../../../firmware/core/kit/isbt128-table.js';
import { IsbtStructures, parseIsbt128 } from '../../../firmware/core/kit/isbt128.js';
import { bytesOf, textOf } from '../../../host-sim/world/labels.js';

// number, identifier, data
const SAMPLES = [
  [2, '=%', '6200'],
  [2, '=%', 'Mq00'],
  [3, '=<', 'E0701VA0'],
  [3, '=<', 'S12954Ba'],
  [3, '=<', 'T1295003'],
  [4, '=>', '027365'],
  [5, '&>', '0273652359'],
  [6, '=*', '026001'],
  [7, '&*', '0260010830'],
  [8, '=}', '026002'],
  [9, '&}', '0260020830'],
  [10, '&(', 'N0008'],
  [11, '={', '123456789012345678'],
  [12, '=\\', '123456789012345678'],
  [13, '&\\', '123456789012345678'],
  [14, '&{', '123456789012345678'],
  [15, '=[', '123456789012345678'],
  [16, '="', '123456789012345678'],
  [17, '=)', '1AB123456c'],
  [18, '&)', '123ABCdef0'],
  [20, "='", 'A9999ABC123'],
  [21, '=-', 'AB12345678'],
  [22, '&-', 'LOT0012345'],
  [26, '=]', '202712'],
  [27, '&"', '123456789000000000'],
  [28, '=$', 'A999926123450102'],
  [29, '&$', '0101000100200000'],
  [30, '&%', '0010000010101'],
  [31, '=(', '2001202712312359'],
  [32, '=,', 'A00012'],
  [33, '&+', 'A9999PRD001'],
  [34, '=/', 'A9997XYZ100T0479'],
  [35, '&,1', '000000000000XYZ123'],
  [36, '&,2', '000000000000XYZ123'],
  [38, '&,4', 'PL001499Z549917123456A00T041600320181231'],
] as const;

const structures = new IsbtStructures();

function parse(label: string): number {
  return parseIsbt128(bytesOf(label), 0, label.length, structures);
}

describe('kit/isbt128-table: every data structure', () => {
  for (const [number, identifier, data] of SAMPLES) {
    const label = identifier + data;
    it(`${number}, ${label}`, () => {
      assert.equal(parse(label), 1);
      assert.equal(structures.number[0], number);
      assert.equal(textOf(bytesOf(label), structures.at[0], structures.length[0]), data);
      assert.equal(parse(label.slice(0, -1)), FAULT.truncated);
      assert.equal(parse(`${label}0`), FAULT.malformed);
      assert.equal(parse(`${label.slice(0, -1)}*`), FAULT.badCharacter);
    });
  }

  it('has a sample here, unless it is refused or tested by itself', () => {
    const sampled: readonly number[] = SAMPLES.map(([number]) => number);
    for (const row of STRUCTURES) {
      const number = row[ISBT_COLUMN.number]!;
      const rule = row[ISBT_COLUMN.rule];
      if (rule === ISBT_RULE.person || rule === ISBT_RULE.compound) continue;
      if (rule === ISBT_RULE.donation) continue;
      assert.ok(sampled.includes(number), `structure ${number}`);
    }
  });

  it('is refused where it tells of a patient or a donor', () => {
    for (const identifier of ['=;', '=#', '&#', '&,3', '&:', '&/', '&;', '&!']) {
      assert.equal(parse(`${identifier}1234567890`), FAULT.personData, identifier);
    }
  });
});

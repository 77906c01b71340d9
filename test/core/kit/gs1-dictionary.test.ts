/**
 * Compares the table of application identifiers with GS1's own Barcode Syntax Dictionary: every row
 * must have the dictionary's length, characters, separator, check digit and date rule.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { AI_COLUMN, AI_RULE, AI_TABLE } from '../../../firmware/core/kit/gs1.js';
import { itWithShared, sharedFile } from '../../support/shared.js';

interface Shape {
  isFixed: boolean;
  digits: number;
  textMin: number;
  textMax: number;
  checkFrom: number;
  checkLength: number;
  rule: number;
}

const RULES: Readonly<Record<string, number>> = {
  yymmd0: AI_RULE.date,
  hhmi: AI_RULE.dateTime,
  hyphen: AI_RULE.hyphen,
  zero: AI_RULE.leadingZero,
};

/** `N1,zero N13,csum,gcppos1 [X..16]` as numbers; unbounded digits count as a text. */
function shapeOf(flags: string, components: readonly string[]): Shape {
  const shape: Shape = {
    isFixed: flags.includes('*'),
    digits: 0,
    textMin: 0,
    textMax: 0,
    checkFrom: 0,
    checkLength: 0,
    rule: AI_RULE.none,
  };
  for (const component of components) {
    const [, bracket, type, dots, size, rest] = /^(\[?)([NX])(\.\.)?(\d+)\]?(.*)$/.exec(component)!;
    const linters = rest!.split(',');
    const length = Number(size);
    if (linters.includes('csum')) {
      shape.checkFrom = shape.digits;
      shape.checkLength = length;
    }
    if (type === 'N' && dots === undefined) {
      shape.digits += length;
    } else {
      shape.textMax += length;
      if (bracket === '') shape.textMin = dots === undefined ? length : 1;
    }
    for (const linter of linters) shape.rule = RULES[linter] ?? shape.rule;
  }
  return shape;
}

function readDictionary(): Map<string, Shape> {
  const shapes = new Map<string, Shape>();
  const lines = readFileSync(sharedFile('data/epcis/gs1-syntax-dictionary.txt'), 'utf8').split(
    '\n',
  );
  for (const line of lines) {
    const words = line.replace(/#.*/, '').trim().split(/\s+/);
    const ai = words[0]!;
    if (!/^\d+$/.test(ai)) continue;
    const flags = /^[A-Z[]/.test(words[1]!) ? '' : words[1]!;
    const components = words.slice(flags === '' ? 1 : 2).filter((word) => /^\[?[NX]/.test(word));
    if (components.every((word) => /^\[?[NX](\.\.)?\d+\]?(,\w+)*$/.test(word))) {
      shapes.set(ai, shapeOf(flags, components));
    }
  }
  return shapes;
}

describe('kit/gs1: the table against the GS1 Barcode Syntax Dictionary', () => {
  itWithShared('agrees in every row', () => {
    const dictionary = readDictionary();
    assert.ok(dictionary.size > 150, `only ${dictionary.size} entries read`);
    for (let row = 0; row < AI_TABLE.length; row += AI_COLUMN.count) {
      const value = (column: number) => AI_TABLE[row + column]!;
      const ai = String(value(AI_COLUMN.ai)).padStart(value(AI_COLUMN.aiDigits), '0');
      const official = dictionary.get(ai);
      assert.ok(official !== undefined, `AI ${ai} is in the dictionary`);
      const ours: Shape = {
        isFixed: value(AI_COLUMN.fixed) === 1,
        digits: value(AI_COLUMN.digits),
        textMin: value(AI_COLUMN.textMin),
        textMax: value(AI_COLUMN.textMax),
        checkFrom: value(AI_COLUMN.checkFrom),
        checkLength: value(AI_COLUMN.checkLength),
        rule: value(AI_COLUMN.rule),
      };
      // The dictionary has no notion of a refused identifier.
      if (ours.rule === AI_RULE.person) ours.rule = AI_RULE.none;
      assert.deepEqual(ours, official, `AI ${ai}`);
    }
  });

  itWithShared('knows every identifier that names or describes a person', () => {
    const personal = [...readDictionary().keys()].filter((ai) => /^(725\d|801[89])$/.test(ai));
    assert.deepEqual(personal.sort(), [
      ...['7250', '7251', '7252', '7253', '7254', '7255', '7256', '7257', '7258', '7259'],
      ...['8018', '8019'],
    ]);
  });
});

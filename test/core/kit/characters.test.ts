import assert from 'node:assert/strict';
import { FAULT } from '../../../firmware/core/faults.js';
import {
  CHARACTER,
  areAll,
  isEurocode,
  readDigits,
  symbologyLength,
} from '../../../firmware/core/kit/characters.js';
import { bytesOf } from '../../../host-sim/world/labels.js';

const PAIRS = bytesOf('C0d1');

/** Every character of ISO 646 that belongs to one of the classes in `mask`. */
function membersOf(mask: number): string {
  let members = '';
  for (let code = 0; code < 256; code++) {
    if (areAll(Uint8Array.of(code), 0, 1, mask)) members += String.fromCharCode(code);
  }
  return members;
}

describe('kit/characters: classes', () => {
  const DIGITS = '0123456789';
  const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const cases = [
    ['digit', CHARACTER.digit, DIGITS],
    ['upper', CHARACTER.upper, CAPITALS],
    ['lower', CHARACTER.lower, CAPITALS.toLowerCase()],
    ['facilityFirst', CHARACTER.facilityFirst, `${DIGITS.slice(1)}${CAPITALS.replace('O', '')}`],
    ['facility', CHARACTER.facility, `${DIGITS}${CAPITALS.replace('O', '')}`],
    ['flag', CHARACTER.flag, `${DIGITS}ABCDEFGHJKLMNPRSTUVWXY`],
  ] as const;
  for (const [name, mask, members] of cases) {
    it(`${name}: ${members}`, () => assert.equal(membersOf(mask), members));
  }

  it('add up', () => {
    assert.equal(membersOf(CHARACTER.digit | CHARACTER.upper), DIGITS + CAPITALS);
  });

  it('are asked of the bytes named, no more and no fewer', () => {
    const bytes = bytesOf('A123B');
    assert.ok(areAll(bytes, 1, 3, CHARACTER.digit));
    assert.ok(!areAll(bytes, 0, 3, CHARACTER.digit));
    assert.ok(!areAll(bytes, 2, 3, CHARACTER.digit));
    assert.ok(areAll(bytes, 0, 0, CHARACTER.digit), 'nothing is all of anything');
  });
});

describe('kit/characters: digits', () => {
  it('are read as a number, the first one first', () => {
    assert.equal(readDigits(bytesOf('x120y'), 1, 3), 120);
    assert.equal(readDigits(bytesOf('007'), 0, 3), 7);
  });

  it('are 0 to 9 alone: the characters beside them are none', () => {
    for (const beside of ['/', ':', ' ', 'A', '\u0000']) {
      assert.equal(readDigits(bytesOf(`1${beside}2`), 0, 3), FAULT.badCharacter, beside);
    }
  });

  it('are not read behind the last byte', () => {
    assert.equal(readDigits(bytesOf('12'), 0, 3), FAULT.badCharacter);
  });
});

describe('kit/characters: what kind of barcode', () => {
  const lengthOf = (text: string, length = text.length): number =>
    symbologyLength(bytesOf(text), 0, length, PAIRS);

  it('is told by the three characters of a symbology identifier, data or not', () => {
    assert.equal(lengthOf(']C0=A'), 3);
    assert.equal(lengthOf(']d1'), 3);
    assert.equal(lengthOf('=A9999'), 0);
  });

  it('is no other one, though half of it fits', () => {
    assert.equal(lengthOf(']C1='), FAULT.malformed);
    assert.equal(lengthOf(']d0='), FAULT.malformed);
    assert.equal(lengthOf(']0d='), FAULT.malformed, 'the second half of a pair and the next');
  });

  it('ends with the label, whatever bytes lie behind it', () => {
    assert.equal(lengthOf(']C0', 2), FAULT.truncated);
    assert.equal(lengthOf(']C0', 1), FAULT.truncated);
    assert.equal(lengthOf(']C0', 0), 0);
  });

  it('is Eurocode by an exclamation mark in front, with or without identifier', () => {
    const isEuro = (text: string, length = text.length): boolean =>
      isEurocode(bytesOf(text), 0, length);
    assert.ok(isEuro('!'));
    assert.ok(isEuro('!27'));
    assert.ok(isEuro(']C0!'));
    assert.ok(isEuro('!C0=', 4), 'an exclamation mark is no symbology identifier');
    assert.ok(!isEuro(']C0='));
    assert.ok(!isEuro('=A!'));
    assert.ok(!isEuro(']C0!', 3), 'behind the label');
    assert.ok(!isEuro('!', 0), 'behind nothing');
  });
});

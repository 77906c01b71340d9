import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FAULT } from '../../../firmware/core/faults.js';
import { expiryWallS } from '../../../firmware/core/kit/date.js';
import {
  AI,
  ELEMENT_COUNT_MAX,
  ElementStrings,
  checkElement,
  elementIndex,
  gs1CheckDigit,
  gs1ExpiryWallS,
  parseElementStrings,
  verifyGs1CheckDigit,
} from '../../../firmware/core/kit/gs1.js';
import { faultName } from '../../../host-sim/fault-name.js';
import { bytesOf, textOf, withCheckDigit } from '../../../host-sim/world/labels.js';

const GS = '\u001d';
const GTIN = '0109521141000014';
const elements = new ElementStrings();

/** Parses a label that starts at byte 3 of a larger buffer; each element as "(ai)data". */
function parse(label: string): string[] {
  const bytes = bytesOf(`###${label}###`);
  const result = parseElementStrings(bytes, 3, label.length, elements);
  if (result < 0) throw new Error(faultName(result));
  assert.equal(result, elements.count);
  return Array.from({ length: result }, (_, i) => {
    const data = textOf(bytes, elements.at[i], elements.length[i]);
    return `(${elements.ai[i]})${data}`;
  });
}

function faultOf(label: string): string {
  const result = parseElementStrings(bytesOf(label), 0, label.length, elements);
  if (result < 0) assert.equal(elements.count, 0, 'a refused label leaves nothing to read');
  return result < 0 ? faultName(result) : `${result} element strings`;
}

describe('kit/gs1: check digit', () => {
  const keys = [
    ['GTIN', '09521141000014'],
    ['GLN', '9521141000205'],
    ['GRAI', '9521141000106'],
    ['SSCC', '106141412345678908'],
    ['GTIN of the General Specifications', '09506000134352'],
    ['GTIN-13 padded', '04006381333931'],
  ] as const;
  for (const [name, key] of keys) {
    it(`of a ${name}, ${key}`, () => {
      assert.equal(gs1CheckDigit(bytesOf(key), 0, key.length - 1), Number(key.at(-1)));
      assert.equal(verifyGs1CheckDigit(bytesOf(key), 0, key.length), 0);
    });
  }

  it('refuses what is no digit', () => {
    assert.equal(gs1CheckDigit(bytesOf('09521A'), 0, 6), FAULT.badCharacter);
    assert.equal(gs1CheckDigit(bytesOf('09521/'), 0, 6), FAULT.badCharacter);
    assert.equal(verifyGs1CheckDigit(bytesOf('0952114100O014'), 0, 14), FAULT.badCharacter);
    assert.equal(verifyGs1CheckDigit(bytesOf('0952114100001X'), 0, 14), FAULT.badCharacter);
    assert.equal(verifyGs1CheckDigit(bytesOf('09521141000015'), 0, 14), FAULT.badCheckDigit);
  });

  it('finds every change of one digit of a GTIN', () => {
    const digits = fc.string({
      unit: fc.constantFrom(...'0123456789'),
      minLength: 13,
      maxLength: 13,
    });
    fc.assert(
      fc.property(digits, fc.nat(13), fc.integer({ min: 1, max: 9 }), (item, at, add) => {
        const gtin = withCheckDigit(item);
        const changed = [...gtin];
        changed[at] = String((Number(changed[at]) + add) % 10);
        assert.equal(faultOf(`01${gtin}`), '1 element strings');
        assert.equal(faultOf(`01${changed.join('')}`), 'badCheckDigit');
      }),
    );
  });
});

describe('kit/gs1: element strings', () => {
  it('reads a medicine pack: GTIN, expiry, lot, serial number', () => {
    assert.deepEqual(parse(`]d2${GTIN}17271231` + `10LOT-7${GS}21K000001`), [
      '(1)09521141000014',
      '(17)271231',
      '(10)LOT-7',
      '(21)K000001',
    ]);
  });

  for (const prefix of ['', ']d2', ']C1', ']Q3', ']e0', GS, `]C1${GS}`]) {
    it(`takes the symbology prefix ${JSON.stringify(prefix)}`, () => {
      assert.deepEqual(parse(prefix + GTIN), ['(1)09521141000014']);
    });
  }

  it('needs no separator after a predefined length, and allows one', () => {
    const expected = ['(1)09521141000014', '(17)271231', '(21)A'];
    assert.deepEqual(parse(`${GTIN}1727123121A`), expected);
    assert.deepEqual(parse(`${GTIN}${GS}17271231${GS}21A`), expected);
  });

  it('ends a variable length only at a separator or at the end', () => {
    assert.deepEqual(parse('10LOT172712'), ['(10)LOT172712']);
    assert.deepEqual(parse(`8004952114LOG${GS}8017095211410000000120`), [
      '(8004)952114LOG',
      '(8017)095211410000000120',
    ]);
  });

  const accepted = [
    [
      'a shipment with its temperature limits',
      `00095211411234567892${'4331002500'}${GS}4333000200-`,
    ],
    ['a place with extension', `4149521141000205254HEMS1`],
    ['an organisation', '4179521141000205'],
    ['a returnable asset with serial number', '800309521141000106C0007'],
    ['a returnable asset without', '800309521141000106'],
    ['an expiry with time', `${GTIN}7003271231${'2359'}`],
    ['an expiry with time, first on the label', '70032712312359'],
    ['an expiry at midnight', '70032712310000'],
    ['an expiry at the end of a month', `${GTIN}17270200`],
    ['a production date without day', `${GTIN}11260300`],
    ['29 February of a leap year', `${GTIN}17280229`],
    ['all punctuation of set 82', `21!"%&'()*+,-./:;<=>?_`],
  ] as const;
  for (const [name, label] of accepted) {
    it(`takes ${name}`, () => assert.ok(parse(label).length > 0));
  }

  const refused = [
    ['nothing', '', 'truncated'],
    ['a prefix alone', ']d2', 'truncated'],
    ['half a prefix', ']d', 'truncated'],
    ['the prefix of a plain Code 128', `]C0${GTIN}`, 'malformed'],
    ['a wrong check digit', '0109521141000015', 'badCheckDigit'],
    ['a wrong check digit of an asset', '800309521141000107C0007', 'badCheckDigit'],
    ['a wrong check digit of a shipment', '00095211411234567890', 'badCheckDigit'],
    ['a short GTIN', '01095211410000', 'truncated'],
    ['a GTIN cut by a separator', `010952114${GS}10A`, 'truncated'],
    ['an identifier without data', '21', 'truncated'],
    ['an empty field between separators', `10${GS}21A`, 'truncated'],
    ['two separators in a row', `10A${GS}${GS}21B`, 'unknownIdentifier'],
    ['a separator at the end', `10A${GS}`, 'truncated'],
    ['a serial number of 21', `21${'1'.repeat(21)}`, 'badLength'],
    ['a lot of 21', `10${'A'.repeat(21)}${GS}21K1`, 'badLength'],
    ['an asset serial number of 17', `800309521141000106${'A'.repeat(17)}`, 'badLength'],
    ['an expiry time of 11 digits', '700327123123590', 'badLength'],
    ['an expiry time of 8 digits', '700327123123', 'truncated'],
    ['an identifier outside the table', `${GTIN}37100`, 'unknownIdentifier'],
    ['a first character that is no digit', 'K000001', 'unknownIdentifier'],
    ['half an identifier', `${GTIN}80`, 'truncated'],
    ['one digit of an identifier', `${GTIN}4`, 'truncated'],
    ['a digit that begins no identifier', `${GTIN}9`, 'unknownIdentifier'],
    ['a serial number twice', `21A${GS}21A`, 'duplicate'],
    ['a GTIN twice', `${GTIN}${GTIN}`, 'duplicate'],
    ['month 13', '17271331', 'badDate'],
    ['month 0', '17270031', 'badDate'],
    ['30 February', '17280230', 'badDate'],
    ['29 February of a common year', '17270229', 'badDate'],
    ['day 00 of month 13', '17271300', 'badDate'],
    ['a year behind the last one that time can hold', '17880101', 'badDate'],
    ['day 00 where a time is named', '70032712002359', 'badDate'],
    ['hour 24', '70032712312400', 'badDate'],
    ['minute 60', '70032712312360', 'badDate'],
    ['letters in a date', '17AB1231', 'badCharacter'],
    ['letters in a GTIN', '0109521141O00014', 'badCharacter'],
    ['a space in a serial number', '21K 1', 'badCharacter'],
    ['a hash in a lot', '10#1', 'badCharacter'],
    ['a control character', '21K\u007f', 'badCharacter'],
    ['a GRAI that does not start with 0', '800319521141000106', 'malformed'],
    ['a temperature with a plus', '4331002500+', 'malformed'],
    ['a patient', '8018095211410000000120', 'personData'],
    ['a patient, wrongly checked', '8018095211410000000125', 'personData'],
    ['a patient behind a member of staff', `8017095211410000000120${GS}80180`, 'personData'],
    ['a stay in hospital', '80191', 'personData'],
    ['a date of birth', '725019700101', 'personData'],
    ['a family name', '7253OLSEN', 'personData'],
    ['the beginning of a person’s data', '725', 'personData'],
    ['a Eurocode product number', '!2760011212345678', 'eurocode'],
  ] as const;
  for (const [name, label, fault] of refused) {
    it(`refuses ${name}: ${fault}`, () => assert.equal(faultOf(label), fault));
  }

  it('looks at no byte behind the label', () => {
    const cut = (text: string, length: number): number =>
      parseElementStrings(bytesOf(`###${text}`), 3, length, elements);
    assert.equal(cut('725', 2), FAULT.unknownIdentifier, 'not yet a person');
    assert.equal(cut(GTIN, 15), FAULT.truncated);
    assert.equal(cut(`]d2${GS}10A`, 3), FAULT.truncated);
    assert.equal(cut(`10A${GS}`, 3), 1);
  });

  it('has room for every identifier once', () => {
    assert.equal(ELEMENT_COUNT_MAX, 17);
    assert.equal(elements.ai.length, 17);
  });

  it('tells where the fault is', () => {
    parseElementStrings(bytesOf(`${GTIN}17271331`), 0, 24, elements);
    assert.equal(elements.faultAt, GTIN.length);
  });

  it('finds an element by its identifier', () => {
    parse(`${GTIN}10A${GS}21B`);
    assert.equal(elementIndex(elements, AI.serial), 2);
    assert.equal(elementIndex(elements, AI.expiryDate), FAULT.absent);
  });

  it('checks one field alone, by the same table', () => {
    assert.equal(checkElement(AI.gtin, bytesOf('09521141000014'), 0, 14), 0);
    assert.equal(checkElement(AI.gtin, bytesOf('09521141000015'), 0, 14), FAULT.badCheckDigit);
    assert.equal(checkElement(37, bytesOf('100'), 0, 3), FAULT.unknownIdentifier);
  });
});

describe('kit/gs1: expiry', () => {
  const wallS = (data: string) => gs1ExpiryWallS(bytesOf(data), 0, data.length);

  it('is the last second of the day, of the month, or of the minute', () => {
    assert.equal(wallS('271231'), expiryWallS(2027, 12, 31));
    assert.equal(wallS('280200'), expiryWallS(2028, 2, 29));
    assert.equal(wallS('2712310000'), expiryWallS(2027, 12, 30) + 60);
    assert.equal(wallS('2712312359'), expiryWallS(2027, 12, 31));
  });

  it('refuses what the parser would', () => {
    assert.equal(wallS('271331'), FAULT.badDate);
    assert.equal(wallS('2712002359'), FAULT.badDate);
    assert.equal(wallS('2712312400'), FAULT.badDate);
    assert.equal(wallS('27123'), FAULT.badLength);
    assert.equal(wallS('2712AB'), FAULT.badCharacter);
  });
});

describe('kit/gs1: any input', () => {
  const SET_82 =
    '!"%&\'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
  const text = (maxLength: number) =>
    fc.string({ unit: fc.constantFrom(...SET_82), minLength: 1, maxLength });
  const digits = (length: number) =>
    fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });

  it('has 82 characters in set 82, and no other', () => {
    assert.equal(SET_82.length, 82);
    for (let code = 0; code < 256; code++) {
      const isText = code < 128 && SET_82.includes(String.fromCharCode(code));
      const result = checkElement(AI.serial, new Uint8Array([code]), 0, 1);
      assert.equal(result, isText ? 0 : FAULT.badCharacter, `character ${code}`);
    }
  });

  it('comes back as it was made, in any order', () => {
    const parts = fc
      .tuple(
        digits(13).map((item) => ({ ai: '01', data: withCheckDigit(item), fixed: true })),
        text(20).map((data) => ({ ai: '10', data, fixed: false })),
        text(20).map((data) => ({ ai: '21', data, fixed: false })),
        text(30).map((data) => ({ ai: '8004', data, fixed: false })),
        digits(12).map((item) => ({ ai: '414', data: withCheckDigit(item), fixed: true })),
        text(20).map((data) => ({ ai: '254', data, fixed: false })),
      )
      .chain((all) => fc.shuffledSubarray(all, { minLength: 1 }));
    fc.assert(
      fc.property(parts, (made) => {
        const label = made.map(({ ai, data, fixed }, i) => {
          const isLast = i === made.length - 1;
          return ai + data + (fixed || isLast ? '' : GS);
        });
        const expected = made.map(({ ai, data }) => `(${Number(ai)})${data}`);
        assert.deepEqual(parse(label.join('')), expected);
      }),
    );
  });

  it('never throws, never reads outside, and never points outside', () => {
    const unit = fc.oneof(fc.nat(255), fc.constantFrom(0x1d, 0x30, 0x31, 0x32, 0x37, 0x38, 0x5d));
    const input = fc.array(unit, { maxLength: 60 });
    fc.assert(
      fc.property(input, (numbers) => {
        const bytes = Uint8Array.from(numbers);
        const result = parseElementStrings(bytes, 0, bytes.length, elements);
        assert.ok(Number.isInteger(result) && result !== 0 && result <= ELEMENT_COUNT_MAX);
        for (let i = 0; i < result; i++) {
          assert.ok(elements.at[i]! + elements.length[i]! <= bytes.length);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FAULT } from '../../../firmware/core/faults.js';
import { expiryMinuteWallS, expiryWallS } from '../../../firmware/core/kit/date.js';
import { ABO, ISBT, RHD } from '../../../firmware/core/kit/isbt128-table.js';
import {
  IsbtStructures,
  STRUCTURE_COUNT_MAX,
  bloodGroup,
  checkDin13,
  dinCheckCharacter,
  isbtExpiryWallS,
  mod37Checksum,
  parseIsbt128,
  structureIndex,
  verifyKeyedDin,
} from '../../../firmware/core/kit/isbt128.js';
import { faultName } from '../../../host-sim/fault-name.js';
import { bytesOf, textOf } from '../../../host-sim/world/labels.js';

const DIN = '=A99991712345600';
const structures = new IsbtStructures();

/** Parses a label that starts at byte 2 of a larger buffer; each structure as "number data". */
function parse(label: string): string[] {
  const bytes = bytesOf(`==${label}==`);
  const result = parseIsbt128(bytes, 2, label.length, structures);
  if (result < 0) throw new Error(faultName(result));
  assert.equal(result, structures.count);
  return Array.from({ length: result }, (_, i) => {
    return `${structures.number[i]} ${textOf(bytes, structures.at[i], structures.length[i])}`;
  });
}

function faultOf(label: string): string {
  const result = parseIsbt128(bytesOf(label), 0, label.length, structures);
  if (result < 0) assert.equal(structures.count, 0, 'a refused label leaves nothing to read');
  return result < 0 ? faultName(result) : `${result} structures`;
}

const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });
const FACILITY_FIRST = 'ABCDEFGHIJKLMNPQRSTUVWXYZ123456789';
const anyDin = fc
  .tuple(
    fc.constantFrom(...FACILITY_FIRST),
    fc.constantFrom(...`${FACILITY_FIRST}0`),
    fc.constantFrom(...`${FACILITY_FIRST}0`),
    digits(10),
  )
  .map((parts) => parts.join(''));

describe('kit/isbt128: check character of a donation number', () => {
  // ST-001 Appendix A and Figure 2, UK Guidelines for the Blood Transfusion Services, FHIR examples
  const vectors = [
    ['G123417654321', 'A', 10],
    ['G123498654321', 'H', 17],
    ['A999921123456', '3', 3],
    ['W000009123456', 'G', 16],
  ] as const;
  for (const [din, check, value] of vectors) {
    it(`of ${din} is ${check}, checksum ${value}`, () => {
      assert.equal(mod37Checksum(bytesOf(din), 0, 13), value);
      assert.equal(String.fromCharCode(dinCheckCharacter(bytesOf(din), 0)), check);
      assert.equal(verifyKeyedDin(bytesOf(din + check), 0, 14), 0);
      assert.equal(faultOf(`=${din}${60 + value}`), '1 structures');
    });
  }

  it('belongs to capitals and digits', () => {
    for (const text of ['A99991712345a', 'A99991712345/', 'A9999171234 5']) {
      assert.equal(mod37Checksum(bytesOf(text), 0, 13), FAULT.badCharacter, text);
    }
  });

  it('is * for checksum 36', () => {
    assert.equal(mod37Checksum(bytesOf('A999917000038'), 0, 13), 36);
    assert.equal(verifyKeyedDin(bytesOf('A999917000038*'), 0, 14), 0);
  });

  it('finds every change of one character and every swap of two neighbours', () => {
    const other = fc.constantFrom(...'0123456789ABCDEFGHIJKLMNPQRSTUVWXYZ');
    fc.assert(
      fc.property(anyDin, fc.nat(12), other, (din, at, character) => {
        const checksum = mod37Checksum(bytesOf(din), 0, 13);
        const changed = din.slice(0, at) + character + din.slice(at + 1);
        if (changed !== din) assert.notEqual(mod37Checksum(bytesOf(changed), 0, 13), checksum);
        const swapped = din.slice(0, at) + [...din.slice(at, at + 2)].reverse().join('');
        const whole = swapped + din.slice(at + 2);
        if (whole !== din) assert.notEqual(mod37Checksum(bytesOf(whole), 0, 13), checksum);
      }),
    );
  });

  it('refuses a typed number with the wrong character, or none, or too many', () => {
    assert.equal(verifyKeyedDin(bytesOf('G123417654321B'), 0, 14), FAULT.badCheckCharacter);
    assert.equal(verifyKeyedDin(bytesOf('G123417654312A'), 0, 14), FAULT.badCheckCharacter);
    assert.equal(verifyKeyedDin(bytesOf('G123417654321'), 0, 13), FAULT.truncated);
    assert.equal(verifyKeyedDin(bytesOf('G12341765432100'), 0, 15), FAULT.badLength);
    assert.equal(verifyKeyedDin(bytesOf('g123417654321A'), 0, 14), FAULT.badCharacter);
  });

  it('belongs to 13 characters: facility, year, sequence', () => {
    const ofText = (text: string) => faultName(checkDin13(bytesOf(text), 0, text.length));
    assert.equal(checkDin13(bytesOf('ABC1217123456'), 0, 13), 0);
    assert.equal(ofText('A99991712345'), 'truncated');
    assert.equal(ofText('A9999171234567'), 'badLength');
    assert.equal(ofText('O999917123456'), 'badCharacter');
    assert.equal(ofText('0999917123456'), 'badCharacter');
    assert.equal(ofText('AO99917123456'), 'badCharacter');
    assert.equal(ofText('A9AA917123456'), 'badCharacter');
    assert.equal(ofText('A9999171234X6'), 'badCharacter');
  });
});

describe('kit/isbt128: structures', () => {
  it('reads a donation number; its flags stay apart from its 13 characters', () => {
    assert.deepEqual(parse(DIN), ['1 A99991712345600']);
    assert.deepEqual(parse(`]C0${DIN}`), ['1 A99991712345600']);
    assert.deepEqual(parse(`]d1${DIN}`), ['1 A99991712345600']);
  });

  it('reads the compound message of a unit (ST-012 §6.2)', () => {
    const sec = 'PL001499Z549917123456A00T041600320181231';
    assert.deepEqual(parse(`=+05000=Z54991712345600=%T300=<T0416003&>0183652359&,4${sec}`), [
      '1 Z54991712345600',
      '2 T300',
      '3 T0416003',
      '5 0183652359',
      `38 ${sec}`,
    ]);
  });

  it('reads compound messages with and without a given order (ST-017 §4.3)', () => {
    assert.deepEqual(parse(`=+04000=/A9997XYZ100T0479${DIN}=,000012=>019031`), [
      '34 A9997XYZ100T0479',
      '1 A99991712345600',
      '32 000012',
      '4 019031',
    ]);
    assert.deepEqual(parse(`=+04035=/A9997XYZ100T0479=,000012${DIN}=>019031`).length, 4);
    const udi = '=+06000=/A9999XYZ100T0476=,000025=A99971712345600=>019032=}017032&,1';
    assert.deepEqual(parse(`${udi}000000000000XYZ123`).at(-1), '35 000000000000XYZ123');
  });

  it('reads a pair that the scanner has joined (ST-001 §10)', () => {
    assert.deepEqual(parse(`${DIN}=%6200`), ['1 A99991712345600', '2 6200']);
  });

  it('reads structures that carry their own count', () => {
    assert.deepEqual(parse(`=+02000&$0101000100200000${DIN}`), [
      '29 0101000100200000',
      '1 A99991712345600',
    ]);
    assert.deepEqual(parse('&%0010000010101'), ['30 0010000010101']);
  });

  it('reads a compound message behind a symbology identifier', () => {
    assert.deepEqual(parse(`]C0=+02000${DIN}=%6200`), ['1 A99991712345600', '2 6200']);
  });

  it('takes flags that are no checksum as they are', () => {
    for (const flags of ['59', '97', '99', 'A0']) {
      assert.equal(faultOf(`=A999917123456${flags}`), '1 structures', flags);
    }
  });

  it('takes midnight as a time', () => {
    assert.deepEqual(parse('&>0270010000'), ['5 0270010000']);
  });

  it('takes the months that a label may name', () => {
    const months = ['200001', '201912', '202001', '208712'];
    for (const month of months) assert.equal(faultOf(`=]${month}`), '1 structures', month);
    for (const month of ['199912', '202700', '202713', '208801']) {
      assert.equal(faultOf(`=]${month}`), 'badDate', month);
    }
  });

  const refused = [
    ['nothing', '', 'truncated'],
    ['half a symbology identifier', ']C', 'truncated'],
    ['16 structures announced and one there', `=+16000${DIN}`, 'truncated'],
    ['an unknown identifier and nothing behind it', '=~', 'unknownIdentifier'],
    ['an unknown identifier of three and nothing behind it', '&,9', 'unknownIdentifier'],
    ['a donation number behind the other sign', '&A99991712345600', 'unknownIdentifier'],
    ['the beginning of a donor', '=;', 'personData'],
    ['flags of the lowest checksum, which is another', '=A99991712345660', 'badCheckCharacter'],
    ['flags of the highest checksum, which is another', '=A99991712345696', 'badCheckCharacter'],
    ['a lone identifier', '=', 'truncated'],
    ['half an identifier of three', '&,', 'truncated'],
    ['a GS1 label', ']d20109521141000014', 'malformed'],
    ['text', 'A999917123456', 'malformed'],
    ['a Eurocode product number', '!2760011212345678', 'eurocode'],
    ['a Eurocode blood group', ']C0!B600', 'eurocode'],
    ['a donation number cut short', '=A999917123456', 'truncated'],
    ['one that goes on', `${DIN}7`, 'malformed'],
    ['one with an O in its facility', '=AO9991712345600', 'badCharacter'],
    ['one that starts with 0', '=0999917123456000', 'unknownIdentifier'],
    ['one in small letters', '=a99991712345600', 'unknownIdentifier'],
    ['flags with an I', '=A999917123456I0', 'badCharacter'],
    ['flags that are a wrong checksum', '=G12341765432171', 'badCheckCharacter'],
    ['an unknown structure', '=~1234', 'unknownIdentifier'],
    ['a nationally defined structure', '&x1234', 'unknownIdentifier'],
    ['an unknown third character', '&,9123', 'unknownIdentifier'],
    ['a product code cut short', '=<E0701V0', 'truncated'],
    ['a product code without its letter', '=<10701V00', 'badCharacter'],
    ['a division in the wrong case', '=<E0701Va0', 'badCharacter'],
    ['day 366 of a common year', '=>027366', 'badDate'],
    ['day 000', '=>027000', 'badDate'],
    ['another century', '=>127001', 'badDate'],
    ['hour 24', '&>0270012400', 'badDate'],
    ['minute 60', '&>0270011260', 'badDate'],
    ['month 13', '=]202713', 'badDate'],
    ['fewer structures than announced', `=+05000${DIN}=%6200`, 'truncated'],
    ['more structures than announced', `=+01000${DIN}=%6200`, 'malformed'],
    ['a head alone', '=+01000', 'truncated'],
    ['a head for none', `=+00000${DIN}`, 'malformed'],
    ['a head for too many', `=+17000${DIN}`, 'overflow'],
    ['a message inside a message', `=+02000=+01000${DIN}`, 'malformed'],
    ['three structures without a head', `${DIN}=%6200=>027001`, 'malformed'],
    ['the same structure twice', `=+02000${DIN}${DIN}`, 'duplicate'],
    ['fewer items than counted', '&$0201000100200000', 'truncated'],
    ['items that are no digits', '&$010100010020000A', 'badCharacter'],
    ["a patient's number", '&#0105ABC12', 'personData'],
    ["a patient's birth", '=#0119700101', 'personData'],
    ['a donor', '=;A99990000000000000001', 'personData'],
    ['a donor of a register', '&:1234ABCDEFGHIJKLM00', 'personData'],
    ['a chain of identity', '&/CHA999921123456', 'personData'],
    ['a national donor number', '&;1234', 'personData'],
    ['a patient in a compound message', `=+02000${DIN}&#0105ABC12`, 'personData'],
  ] as const;
  for (const [name, label, fault] of refused) {
    it(`refuses ${name}: ${fault}`, () => assert.equal(faultOf(label), fault));
  }

  it('looks at no byte behind the label', () => {
    const cut = (text: string, length: number): number =>
      parseIsbt128(bytesOf(`##${text}`), 2, length, structures);
    assert.equal(cut('=%', 1), FAULT.truncated);
    assert.equal(cut('==', 1), FAULT.truncated);
    assert.equal(cut('&,=', 2), FAULT.truncated);
    assert.equal(cut(DIN, 15), FAULT.truncated);
  });

  it('tells where the fault is, and finds a structure by its number', () => {
    faultOf(`=+02000${DIN}=~`);
    assert.equal(structures.faultAt, 7 + DIN.length);
    parse(`${DIN}=%6200`);
    assert.equal(structureIndex(structures, ISBT.bloodGroup), 1);
    assert.equal(structureIndex(structures, ISBT.expiryDate), FAULT.absent);
  });
});

describe('kit/isbt128: meaning', () => {
  const groups = [
    ['9500', ABO.o, RHD.negative],
    ['5100', ABO.o, RHD.positive],
    ['0600', ABO.a, RHD.negative],
    ['6200', ABO.a, RHD.positive],
    ['1700', ABO.b, RHD.negative],
    ['7300', ABO.b, RHD.positive],
    ['2800', ABO.ab, RHD.negative],
    ['8400', ABO.ab, RHD.positive],
    ['5500', ABO.o, RHD.unspecified],
    ['6600', ABO.a, RHD.unspecified],
    ['7700', ABO.b, RHD.unspecified],
    ['8800', ABO.ab, RHD.unspecified],
    ['A000', ABO.a, RHD.pooled],
    ['B000', ABO.b, RHD.pooled],
    ['C000', ABO.ab, RHD.pooled],
    ['D000', ABO.o, RHD.pooled],
    ['E000', ABO.pooled, RHD.positive],
    ['F000', ABO.pooled, RHD.negative],
    ['G000', ABO.pooled, RHD.pooled],
    ['H000', ABO.pooled, RHD.unspecified],
  ] as const;
  for (const [data, abo, rhd] of groups) {
    it(`${data} is group ${abo}, RhD ${rhd}`, () => {
      assert.equal(bloodGroup(bytesOf(data), 0), abo * 4 + rhd);
    });
  }

  it('takes no group from a unit whose use is restricted, nor from a special message', () => {
    const others = ['5800', '6500', '9200', 'P200', 'Mq00', 'Mx00', 'Md00', '0000', 'T100', ''];
    for (const data of others) {
      assert.equal(bloodGroup(bytesOf(data), 0), FAULT.unknownIdentifier, data);
    }
  });

  it('expires at the end of the day, of the minute or of the month', () => {
    const wallS = (number: number, data: string) => isbtExpiryWallS(number, bytesOf(data), 0);
    assert.equal(wallS(ISBT.expiryDate, '027365'), expiryWallS(2027, 12, 31));
    assert.equal(wallS(ISBT.expiryTime, '0280602359'), expiryWallS(2028, 2, 29));
    assert.equal(wallS(ISBT.expiryTime, '0280601200'), expiryMinuteWallS(2028, 2, 29, 720));
    assert.equal(wallS(ISBT.expiryTime, '0280600000'), expiryMinuteWallS(2028, 2, 29, 0));
    assert.equal(wallS(ISBT.expiryMonth, '202802'), expiryWallS(2028, 2, 29));
    assert.equal(wallS(ISBT.expiryTime, '0183652359'), 0, 'over before this product began');
    assert.equal(wallS(ISBT.expiryDate, '027366'), FAULT.badDate);
    assert.equal(wallS(ISBT.expiryTime, '0280602400'), FAULT.badDate);
    assert.equal(wallS(ISBT.expiryDate, '02736X'), FAULT.badCharacter);
    assert.equal(wallS(ISBT.expiryTime, '02806012X0'), FAULT.badCharacter);
    assert.equal(wallS(ISBT.bloodGroup, '027365'), FAULT.unknownIdentifier);
  });
});

describe('kit/isbt128: any input', () => {
  it('comes back as it was made', () => {
    const parts = fc
      .tuple(
        anyDin.map((din) => ['=', `1 ${din}00`] as const),
        digits(2).map((gg) => ['=%', `2 ${gg}00`] as const),
        digits(4).map((code) => ['=<', `3 E${code}V00`] as const),
        fc.integer({ min: 1, max: 365 }).map((day) => {
          return ['&>', `5 027${String(day).padStart(3, '0')}2359`] as const;
        }),
      )
      .chain((all) => fc.shuffledSubarray(all, { minLength: 1 }));
    fc.assert(
      fc.property(parts, (made) => {
        const body = made.map(([identifier, data]) => identifier + data.slice(2)).join('');
        const label = `=+${String(made.length).padStart(2, '0')}000${body}`;
        assert.deepEqual(
          parse(label),
          made.map(([, data]) => data),
        );
      }),
    );
  });

  it('never throws, never reads outside, and never points outside', () => {
    const unit = fc.oneof(fc.nat(255), fc.constantFrom(...bytesOf('==&&+>%<,$01A9]')));
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 60 }), (numbers) => {
        const bytes = Uint8Array.from(numbers);
        const result = parseIsbt128(bytes, 0, bytes.length, structures);
        assert.ok(Number.isInteger(result) && result !== 0 && result <= STRUCTURE_COUNT_MAX);
        for (let i = 0; i < result; i++) {
          assert.ok(structures.at[i]! + structures.length[i]! <= bytes.length);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

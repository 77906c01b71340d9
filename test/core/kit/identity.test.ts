import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FAULT } from '../../../firmware/core/faults.js';
import { ElementStrings, parseElementStrings } from '../../../firmware/core/kit/gs1.js';
import {
  IDENTITY,
  IDENTITY_BYTES_MAX,
  checkDin,
  checkGiai,
  checkGln,
  checkGrai,
  checkGsrn,
  checkLot,
  checkSgtin,
  checkSscc,
  identify,
} from '../../../firmware/core/kit/identity.js';
import { faultName } from '../../../host-sim/fault-name.js';
import { bytesOf, textOf } from '../../../host-sim/world/labels.js';

const elements = new ElementStrings();

type Check = (bytes: Uint8Array, at: number, length: number) => number;

/** Checks a text in the middle of other bytes; "valid" or the fault's name. */
function run(check: Check, text: string): string {
  const result = check(bytesOf(`00${text}00`), 2, text.length);
  return result < 0 ? faultName(result) : 'valid';
}

describe('kit/identity: the forms that records carry', () => {
  const valid = [
    ['kit', checkSgtin, IDENTITY.sgtin, '010952114100001421K000001'],
    ['container', checkGrai, IDENTITY.grai, '800309521141000106C0007'],
    ['logger', checkGiai, IDENTITY.giai, '80049521141LOG0007'],
    ['place', checkGln, IDENTITY.gln, '4149521141000205'],
    ['place with extension', checkGln, IDENTITY.gln, '4149521141000205254HEMS1'],
    ['staff', checkGsrn, IDENTITY.gsrn, '8017095211410000000120'],
    ['shipment', checkSscc, IDENTITY.sscc, '00106141412345678908'],
    ['lot', checkLot, IDENTITY.lot, '10LOT-7/2'],
    ['donation', checkDin, IDENTITY.din, '=A999917123456'],
  ] as const;
  for (const [name, check, kind, text] of valid) {
    it(`${name}: ${text}`, () => {
      assert.equal(run(check, text), 'valid');
      assert.equal(identify(bytesOf(text), 0, text.length), kind);
    });

    it(`${name}: passes for no other kind, and no other for it`, () => {
      for (const [, , otherKind, other] of valid) {
        if (otherKind !== kind) assert.notEqual(run(check, other), 'valid', other);
      }
    });
  }

  it('may be as long as its parts allow, 39 bytes', () => {
    const longest = `4149521141000205254${'X'.repeat(20)}`;
    assert.equal(longest.length, IDENTITY_BYTES_MAX);
    assert.equal(run(checkGln, longest), 'valid');
    assert.equal(run(checkGln, `${longest}X`), 'badLength');
    assert.equal(run(checkSgtin, `010952114100001421${'9'.repeat(20)}`), 'valid');
    assert.equal(run(checkSgtin, `010952114100001421${'9'.repeat(21)}`), 'badLength');
    assert.equal(run(checkGrai, `800309521141000106${'Z'.repeat(16)}`), 'valid');
    assert.equal(run(checkGrai, `800309521141000106${'Z'.repeat(17)}`), 'badLength');
    assert.equal(run(checkGiai, `8004${'Z'.repeat(30)}`), 'valid');
    assert.equal(run(checkGiai, `8004${'Z'.repeat(31)}`), 'badLength');
  });

  const refused = [
    ['a kit without serial number', checkSgtin, '0109521141000014', 'truncated'],
    ['a kit with an empty serial number', checkSgtin, '010952114100001421', 'truncated'],
    ['a kit with a lot instead', checkSgtin, '010952114100001410LOT', 'malformed'],
    ['a kit, GTIN and serial swapped', checkSgtin, '21K0109521141000014', 'malformed'],
    ['a kit with a separator', checkSgtin, '0109521141000014\u001d21K', 'malformed'],
    ['a kit with something behind', checkSgtin, '010952114100001421K\u001d10L', 'badCharacter'],
    ['a kit with a symbology prefix', checkSgtin, ']d2010952114100001421K', 'malformed'],
    ['a kit with a wrong check digit', checkSgtin, '010952114100001521K1', 'badCheckDigit'],
    ['a container without serial number', checkGrai, '800309521141000106', 'truncated'],
    ['a container without its zero', checkGrai, '800319521141000106C1', 'malformed'],
    ['a logger without reference', checkGiai, '8004', 'truncated'],
    ['a place, wrongly checked', checkGln, '4149521141000206', 'badCheckDigit'],
    ['a kit whose GTIN lacks its last digit', checkSgtin, '010952114100001', 'truncated'],
    ['an extended place, wrongly checked', checkGln, '4149521141000206254A', 'badCheckDigit'],
    ['a place with an empty extension', checkGln, '4149521141000205254', 'truncated'],
    ['a place with half an identifier', checkGln, '414952114100020525', 'truncated'],
    ['a place with another identifier', checkGln, '414952114100020521A1', 'malformed'],
    ['an organisation as place', checkGln, '4179521141000205', 'malformed'],
    ['a patient as staff', checkGsrn, '8018095211410000000120', 'personData'],
    ['the beginning of a patient as staff', checkGsrn, '8018', 'personData'],
    ['the beginning of staff', checkGsrn, '801', 'truncated'],
    ['another identifier as lot', checkLot, '11', 'malformed'],
    ['a letter as donation', checkDin, 'A', 'malformed'],
    ['the sign of a donation alone', checkDin, '=', 'truncated'],
    ['a donation with flags', checkDin, '=A99991712345600', 'badLength'],
    ['a donation without its sign', checkDin, 'A999917123456', 'malformed'],
    ['nothing as donation', checkDin, '', 'truncated'],
    ['nothing as lot', checkLot, '', 'truncated'],
  ] as const;
  for (const [name, check, text, fault] of refused) {
    it(`refuses ${name}: ${fault}`, () => assert.equal(run(check, text), fault));
  }

  const unidentified = [
    ['', 'truncated'],
    ['80', 'truncated'],
    ['8018095211410000000120', 'personData'],
    ['80081234', 'unknownIdentifier'],
    ['8008', 'unknownIdentifier'],
    ['8018', 'personData'],
    ['800', 'truncated'],
    ['!', 'truncated'],
    ['!2', 'eurocode'],
    ['!2760011212345678', 'eurocode'],
    ['17271231', 'unknownIdentifier'],
    ['4179521141000205', 'malformed'],
    ['KIT', 'unknownIdentifier'],
    ['0109521141000014', 'truncated'],
  ] as const;
  for (const [text, fault] of unidentified) {
    it(`does not identify "${text}": ${fault}`, () => assert.equal(run(identify, text), fault));
  }

  it('is no patient’s because of a byte behind it', () => {
    assert.equal(checkGsrn(bytesOf('8018'), 0, 3), FAULT.truncated);
  });

  it('takes a kit with any serial number that the barcode may carry, byte for byte', () => {
    const unit = fc.constantFrom(...'!"%&\'()*+,-./0159:;<=>?AMZ_amz');
    fc.assert(
      fc.property(fc.string({ unit, minLength: 1, maxLength: 20 }), (serial) => {
        const identity = `010952114100001421${serial}`;
        assert.equal(run(checkSgtin, identity), 'valid');
        const result = parseElementStrings(bytesOf(identity), 0, identity.length, elements);
        assert.equal(result, 2, 'the same bytes are the same two element strings');
        assert.equal(textOf(bytesOf(identity), elements.at[1], elements.length[1]), serial);
      }),
    );
  });

  it('never throws on any bytes', () => {
    const unit = fc.oneof(fc.nat(255), fc.constantFrom(...bytesOf('=0148352179A')));
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 45 }), (numbers) => {
        const bytes = Uint8Array.from(numbers);
        const kind = identify(bytes, 0, bytes.length);
        assert.ok(kind < 0 || (kind >= IDENTITY.sgtin && kind <= IDENTITY.din));
        for (const [, check] of valid) {
          const result = check(bytes, 0, bytes.length);
          assert.ok(result <= 0 && Number.isInteger(result));
        }
      }),
      { numRuns: 2000 },
    );
  });
});

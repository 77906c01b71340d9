import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ABO, ISBT, RHD } from '../../../firmware/core/kit/isbt128-table.js';
import {
  IsbtStructures,
  bloodGroup,
  isbtExpiryWallS,
  parseIsbt128,
  structureIndex,
} from '../../../firmware/core/kit/isbt128.js';
import { expiryWallS } from '../../../firmware/core/kit/date.js';
import {
  AI,
  ElementStrings,
  elementIndex,
  gs1ExpiryWallS,
  parseElementStrings,
} from '../../../firmware/core/kit/gs1.js';
import { faultName } from '../../../host-sim/fault-name.js';
import {
  bytesOf,
  dinKeyboardCharacter,
  makeDin,
  makeGiai,
  makeGln,
  makeGrai,
  makeGsrn,
  makeKitScan,
  makeLot,
  makeSgtin,
  makeSscc,
  makeUnitScan,
  textOf,
} from '../../../host-sim/world/labels.js';

describe('world/labels: identities from their parts', () => {
  it('have the check digits of the standards', () => {
    const sgtin = makeSgtin({ item: '0952114100001', serial: 'K000001' });
    assert.equal(sgtin, '010952114100001421K000001');
    const grai = makeGrai({ asset: '952114100010', serial: 'C0007' });
    assert.equal(grai, '800309521141000106C0007');
    assert.equal(makeGiai({ asset: '9521141LOG0007' }), '80049521141LOG0007');
    assert.equal(makeGln({ location: '952114100020' }), '4149521141000205');
    const base = makeGln({ location: '952114100020', extension: 'HEMS1' });
    assert.equal(base, '4149521141000205254HEMS1');
    assert.equal(makeGsrn({ person: '09521141000000012' }), '8017095211410000000120');
    assert.equal(makeSscc({ shipment: '10614141234567890' }), '00106141412345678908');
    assert.equal(makeLot({ lot: 'LOT-7' }), '10LOT-7');
    const din = makeDin({ facility: 'G1234', year: 17, sequence: 654321 });
    assert.equal(din, '=G123417654321');
    assert.equal(dinKeyboardCharacter(din), 'A');
  });

  it('are refused by name when a part is impossible', () => {
    const cases = [
      [() => makeSgtin({ item: '095211410000', serial: 'K1' }), /no SGTIN: /],
      [() => makeSgtin({ item: '0952114100001', serial: '' }), /no SGTIN: truncated/],
      [() => makeSgtin({ item: '095211410000X', serial: 'K1' }), /more than digits/],
      [() => makeGrai({ asset: '952114100010', serial: 'X'.repeat(17) }), /no GRAI: badLength/],
      [() => makeGiai({ asset: 'a b' }), /no GIAI: badCharacter/],
      [() => makeGiai({ asset: 'ø' }), /not ASCII/],
      [() => makeDin({ facility: 'O1234', year: 17, sequence: 1 }), /no DIN: badCharacter/],
      [() => makeDin({ facility: 'A9999', year: 17, sequence: 1e6 }), /does not fit into 6/],
      [() => dinKeyboardCharacter('=A9999'), /no DIN: badCharacter/],
    ] as const;
    for (const [make, message] of cases) assert.throws(make, message);
  });

  it('have names for their faults', () => {
    assert.equal(faultName(-4), 'badCheckDigit');
    assert.equal(faultName(-999), 'fault -999');
  });
});

describe('world/labels: what a scanner sends', () => {
  it('of a kit holds the identity, lot and expiry that it was made from', () => {
    const item = fc.string({
      unit: fc.constantFrom(...'0123456789'),
      minLength: 13,
      maxLength: 13,
    });
    const text = fc.string({ unit: fc.constantFrom(...'AZaz09-/_'), minLength: 1, maxLength: 20 });
    const day = fc.record({
      year: fc.integer({ min: 2020, max: 2087 }),
      month: fc.integer({ min: 1, max: 12 }),
      day: fc.integer({ min: 0, max: 28 }),
    });
    const elements = new ElementStrings();
    fc.assert(
      fc.property(item, text, text, day, (digits, serial, lot, expiry) => {
        const sgtin = makeSgtin({ item: digits, serial });
        const bytes = bytesOf(makeKitScan({ sgtin, lot, expiry }));
        assert.equal(parseElementStrings(bytes, 0, bytes.length, elements), 4);
        const data = (ai: number) => {
          const i = elementIndex(elements, ai);
          return textOf(bytes, elements.at[i], elements.length[i]);
        };
        assert.equal(`01${data(AI.gtin)}21${data(AI.serial)}`, sgtin);
        assert.equal(data(AI.lot), lot);
        const i = elementIndex(elements, AI.expiryDate);
        const wallS = gs1ExpiryWallS(bytes, elements.at[i]!, elements.length[i]!);
        assert.equal(wallS, expiryWallS(expiry.year, expiry.month, expiry.day));
      }),
    );
  });

  it('of a unit holds donation, group, product and expiry', () => {
    const din = makeDin({ facility: 'A9999', year: 26, sequence: 123456 });
    const expiry = { year: 2027, dayOfYear: 365, time: '2359' };
    const bytes = bytesOf(makeUnitScan({ din, group: '62', product: 'E0701V00', expiry }));
    const structures = new IsbtStructures();
    assert.equal(parseIsbt128(bytes, 0, bytes.length, structures), 4);
    const at = (number: number) => structures.at[structureIndex(structures, number)]!;
    assert.equal(`=${textOf(bytes, at(ISBT.donation), 13)}`, din);
    assert.equal(bloodGroup(bytes, at(ISBT.bloodGroup)), ABO.a * 4 + RHD.positive);
    assert.equal(textOf(bytes, at(ISBT.productCode), 8), 'E0701V00');
    const wallS = isbtExpiryWallS(ISBT.expiryTime, bytes, at(ISBT.expiryTime));
    assert.equal(wallS, expiryWallS(2027, 12, 31));
  });

  it('is refused when a part is impossible', () => {
    const sgtin = makeSgtin({ item: '0952114100001', serial: 'K000001' });
    const expiry = { year: 2027, month: 2, day: 30 };
    assert.throws(() => makeKitScan({ sgtin, lot: 'L', expiry }), /Kit label .* badDate/);
    const din = makeDin({ facility: 'A9999', year: 26, sequence: 1 });
    const unit = { din, group: '62', product: 'E0701', expiry: { year: 2027, dayOfYear: 1 } };
    const late = { ...unit, expiry: { ...unit.expiry, time: '2359' } };
    assert.throws(() => makeUnitScan(late), /Unit label .* badCharacter/);
  });
});

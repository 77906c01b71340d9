import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeCbor, encodeCbor, loadCbor } from '../../../host-sim/backend/cbor.js';
import type { CborMap, CborValue } from '../../../host-sim/backend/cbor.js';
import { type PackingList, kitExpiryWallS } from '../../../host-sim/backend/packing-list.js';
import { decodePackingList, encodePackingList } from '../../../host-sim/backend/packing-list.js';
import { unitUri } from '../../../host-sim/backend/identity.js';
import { makeDin, makeSgtin } from '../../../host-sim/world/labels.js';
import { packingListOf } from './support/fixtures.js';

describe('backend/packing-list: what is in a kit', () => {
  before(loadCbor);

  it('is a CBOR map of kit, units, components and blood group', () => {
    const map = decodeCbor(encodePackingList(packingListOf('K1')), 'list') as CborMap;
    assert.deepEqual([...map.keys()], [1, 2, 3, 4]);
    assert.equal(Buffer.from(map.get(1) as Uint8Array).toString(), '010952114100001421K1');
    const [[din, code]] = map.get(2) as [[Uint8Array, Uint8Array]];
    assert.equal(Buffer.from(din).toString(), '=A999925123456');
    assert.equal(Buffer.from(code).toString(), '=<E8404V00');
    const components = map.get(3) as [number, Uint8Array, number][];
    assert.deepEqual(
      components.map(([kind, lot]) => [kind, Buffer.from(lot).toString()]),
      [
        [1, '10PL25A'],
        [2, '10WFI0071'],
        [3, '10TS9'],
      ],
    );
    assert.equal(map.get(4), 'AB');
  });

  it('comes back from its bytes', () => {
    const text = (max: number) =>
      fc.string({ unit: fc.constantFrom(...'AZ09-/'), minLength: 1, maxLength: max });
    const list = fc.record({
      sgtin: text(20).map((serial) => makeSgtin({ item: '0952114100001', serial })),
      units: fc.array(
        fc.nat(999999).map((sequence) => {
          return {
            din: makeDin({ facility: 'W0000', year: 25, sequence }),
            productCode: '=<E8404V00',
          };
        }),
        { maxLength: 2 },
      ),
      components: fc.array(
        fc.record({
          kind: fc.constantFrom('plasma', 'diluent', 'transferSet' as const),
          lot: text(10).map((lot) => `10${lot}`),
          expiryWallS: fc.nat(0x7fffffff),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    }) as fc.Arbitrary<PackingList>;
    fc.assert(
      fc.property(list, (drawn) => {
        const made = { ...drawn };
        const back = decodePackingList(encodePackingList(made));
        assert.deepEqual(back, { ...made, components: made.components.map((one) => ({ ...one })) });
      }),
      { numRuns: 50 },
    );
  });

  it('expires with its earliest component', () => {
    const list = packingListOf('K1');
    assert.equal(kitExpiryWallS(list), list.components[0]!.expiryWallS);
  });

  const din = '=A999925123456';
  const productCode = '=<E8404V00';
  const refused: readonly [string, Partial<PackingList>, RegExp][] = [
    ['a wrong check digit', { sgtin: '010952114100001521K1' }, /no SGTIN of a kit: badCheckDigit/],
    ['a kit without serial', { sgtin: '0109521141000014' }, /no SGTIN of a kit/],
    ['a patient', { sgtin: '8018095211410000000120' }, /personData/],
    ['a German label', { sgtin: '!2760011212345678' }, /eurocode/],
    ['a donation with flags', { units: [{ din: `${din}00`, productCode }] }, /no DIN/],
    ['a code without its mark', { units: [{ din, productCode: 'E8404V00' }] }, /no product code/],
    ['no components', { components: [] }, /has no components/],
    [
      'a lot without its mark',
      { components: [{ kind: 'plasma', lot: 'PL25A', expiryWallS: 1 }] },
      /no lot/,
    ],
    [
      'an expiry before 2020',
      { components: [{ kind: 'plasma', lot: '10A', expiryWallS: -1 }] },
      /expiry -1 of its plasma/,
    ],
    ['an unknown blood group', { bloodGroup: 'C' }, /blood group 'C'/],
    [
      'more than a record holds',
      { units: Array.from({ length: 6 }, () => ({ din, productCode })) },
      /bytes, at most 200/,
    ],
  ];
  for (const [what, change, message] of refused) {
    it(`refuses ${what}`, () => {
      assert.throws(() => encodePackingList(packingListOf('K1', change)), message);
    });
  }

  it('refuses bytes with a key that it does not know, and other bytes altogether', () => {
    const bytes = encodePackingList(packingListOf('K1'));
    const map = new Map<number, CborValue>([...(decodeCbor(bytes, 'list') as CborMap), [5, 1]]);
    assert.throws(() => decodePackingList(encodeCbor(map)), /unknown key 5/);
    assert.throws(() => decodePackingList(bytes.subarray(1)), /packing list/);
    assert.throws(() => decodePackingList(new Uint8Array(0)), /packing list: no CBOR/);
  });

  it('names a blood component by a URI of our own', () => {
    const uri = unitUri(din, productCode);
    assert.equal(uri, 'https://ns.plasmavakt.example/isbt128/obj/A999925123456.E8404V00');
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CborReader } from '../../../firmware/core/cbor/cbor.js';
import { FAULT } from '../../../firmware/core/faults.js';
import {
  COMPONENT,
  PACKING_LIST_BYTES_MAX,
  PackingListView,
  parsePackingList,
} from '../../../firmware/core/kit/packing-list.js';
import { type CborValue, encodeCbor, loadCbor } from '../../../host-sim/backend/cbor.js';
import { encodePackingList, kitExpiryWallS } from '../../../host-sim/backend/packing-list.js';
import { bytesOf, makeDin, makeSgtin, textOf } from '../../../host-sim/world/labels.js';
import { packingListOf } from '../../host-sim/backend/support/fixtures.js';

const SGTIN = makeSgtin({ item: '0952114100001', serial: 'S1' });
const DIN = makeDin({ facility: 'A9999', year: 25, sequence: 123456 });
const NOT_A_SGTIN = `${SGTIN.slice(0, 15)}${(Number(SGTIN[15]) + 1) % 10}${SGTIN.slice(16)}`;

const unit = (din: string, code = '=<E8404V00'): CborValue => [bytesOf(din), bytesOf(code)];
const part = (kind: number, lot: string, expiryWallS: number): CborValue => {
  return [kind, bytesOf(lot), expiryWallS];
};

/** A valid list as a map; a test changes what it is about. */
function list(changes: Readonly<Record<number, CborValue>> = {}): Map<number, CborValue> {
  const map = new Map<number, CborValue>([
    [1, bytesOf(SGTIN)],
    [2, [unit(DIN)]],
    [3, [part(COMPONENT.plasma, '10PL25A', 2000), part(COMPONENT.diluent, '10W7', 1500)]],
    [4, 'AB'],
  ]);
  for (const [key, value] of Object.entries(changes)) map.set(Number(key), value);
  return map;
}

function parse(bytes: Uint8Array, view = new PackingListView()): number {
  return parsePackingList(new CborReader(), bytes, 0, bytes.length, view);
}

function resultOf(map: ReadonlyMap<number, CborValue>): number {
  return parse(encodeCbor(map));
}

describe('a packing list', () => {
  before(loadCbor);

  it('gives the kit’s identity and the expiry of its earliest component', () => {
    const view = new PackingListView();
    const bytes = encodeCbor(list());
    assert.equal(parse(bytes, view), 0);
    assert.equal(textOf(bytes, view.sgtinAt, view.sgtinLength), SGTIN);
    assert.deepEqual([view.unitCount, view.componentCount, view.expiryWallS], [1, 2, 1500]);
  });

  it('is read where it lies among other bytes', () => {
    const bytes = encodeCbor(list());
    const around = Uint8Array.from([1, 2, 3, ...bytes, 4, 5]);
    const view = new PackingListView();
    assert.equal(parsePackingList(new CborReader(), around, 3, bytes.length, view), 0);
    assert.equal(textOf(around, view.sgtinAt, view.sgtinLength), SGTIN);
  });

  it('of an industrial product has no donation, and needs no blood group', () => {
    const map = list({ 2: [] });
    map.delete(4);
    assert.equal(resultOf(map), 0);
  });

  it('as the host encodes it is taken, with the same expiry', () => {
    for (const parts of [packingListOf('K1'), packingListOf('K2', { units: [] })]) {
      const view = new PackingListView();
      assert.equal(parse(encodePackingList(parts), view), 0);
      assert.equal(view.expiryWallS, kitExpiryWallS(parts));
    }
  });

  const many = (count: number, value: CborValue): CborValue[] =>
    Array.from({ length: count }, () => value);
  const plasma = part(COMPONENT.plasma, '10P', 1);
  const REFUSED: readonly (readonly [string, Readonly<Record<number, CborValue>>, number])[] = [
    ['a wrong check digit', { 1: bytesOf(NOT_A_SGTIN) }, FAULT.badCheckDigit],
    ['no serial number', { 1: bytesOf(SGTIN.slice(0, 16)) }, FAULT.truncated],
    ['an empty identity', { 1: bytesOf('') }, FAULT.truncated],
    ['another identity', { 1: bytesOf('8004952114LOG7') }, FAULT.malformed],
    ['text instead of bytes', { 1: SGTIN }, FAULT.malformed],
    ['a short donation number', { 2: [unit(DIN.slice(0, 13))] }, FAULT.truncated],
    ['an empty donation number', { 2: [unit('')] }, FAULT.truncated],
    ['a donation number as text', { 2: [[DIN, bytesOf('=<E8404V00')]] }, FAULT.malformed],
    ['a product code as text', { 2: [[bytesOf(DIN), '=<E8404V00']] }, FAULT.malformed],
    ['an empty product code', { 2: [unit(DIN, '')] }, FAULT.badLength],
    ['a donation number with flags', { 2: [unit(`${DIN}00`)] }, FAULT.badLength],
    ['a donor’s number', { 2: [unit('=;123456789012')] }, FAULT.badCharacter],
    ['a donation without product', { 2: [[bytesOf(DIN)]] }, FAULT.malformed],
    ['a short product code', { 2: [unit(DIN, '=<E8404V0')] }, FAULT.badLength],
    ['a product code without =<', { 2: [unit(DIN, '12E8404V00')] }, FAULT.malformed],
    ['a product code with a wrong first sign', { 2: [unit(DIN, '&<E8404V00')] }, FAULT.malformed],
    ['a product code with a wrong second sign', { 2: [unit(DIN, '=>E8404V00')] }, FAULT.malformed],
    ['a product code in small letters', { 2: [unit(DIN, '=<e8404V00')] }, FAULT.badCharacter],
    ['9 donations', { 2: many(9, []) }, FAULT.malformed],
    ['no component', { 3: [] }, FAULT.malformed],
    ['7 components', { 3: many(7, plasma) }, FAULT.malformed],
    ['component 0', { 3: [part(0, '10P', 1)] }, FAULT.malformed],
    ['component 4', { 3: [part(4, '10P', 1)] }, FAULT.malformed],
    ['a lot without its prefix', { 3: [part(1, '11P', 1)] }, FAULT.malformed],
    ['a lot as text', { 3: [[1, '10P', 1]] }, FAULT.malformed],
    ['no bytes for a lot', { 3: [part(1, '', 1)] }, FAULT.truncated],
    ['an empty lot', { 3: [part(1, '10', 1)] }, FAULT.truncated],
    ['an expiry before 2020', { 3: [part(1, '10P', -1)] }, FAULT.malformed],
    ['an expiry beyond int32', { 3: [part(1, '10P', 0x80000000)] }, FAULT.overflow],
    ['a component of 4 items', { 3: [[1, bytesOf('10P'), 1, 1]] }, FAULT.malformed],
    ['a group as bytes', { 4: bytesOf('AB') }, FAULT.malformed],
    ['the group AX', { 4: 'AX' }, FAULT.malformed],
    ['the group XB', { 4: 'XB' }, FAULT.malformed],
    ['an unknown group', { 4: 'X' }, FAULT.malformed],
    ['a group with a name in it', { 4: 'AB Smith' }, FAULT.malformed],
    ['an empty group', { 4: '' }, FAULT.malformed],
    ['a further key', { 5: 1 }, FAULT.malformed],
  ];
  for (const [what, changes, fault] of REFUSED) {
    it(`is refused with ${what}`, () => assert.equal(resultOf(list(changes)), fault));
  }

  it('asks each character of a product code for its own class', () => {
    const code = '=<E8404V0a'; // letter, 4 letters or digits, any, letter or digit, small or digit
    const resultWith = (at: number, character: string): number => {
      const changed = code.slice(0, at) + character + code.slice(at + 1);
      return resultOf(list({ 2: [unit(DIN, changed)] }));
    };
    const classes = ['A', 'A9', 'A9', 'A9', 'A9', 'Aa9', 'A9', 'a9'];
    classes.forEach((taken, i) => {
      for (const character of 'Aa9-') {
        const expected = taken.includes(character) ? 0 : FAULT.badCharacter;
        assert.equal(resultWith(i + 2, character), expected, `${character} at ${i + 2}`);
      }
    });
  });

  it('takes six components, of which one may be over since before 2020', () => {
    const view = new PackingListView();
    const components = [...many(5, plasma), part(COMPONENT.transferSet, '10T', 0)];
    assert.equal(parse(encodeCbor(list({ 3: components })), view), 0);
    assert.deepEqual([view.componentCount, view.expiryWallS], [6, 0]);
  });

  it('takes each of the four groups', () => {
    for (const group of ['A', 'B', 'AB', 'O']) assert.equal(resultOf(list({ 4: group })), 0, group);
  });

  it('is refused without its identity, its units or its components', () => {
    for (const key of [1, 2, 3]) {
      const map = list();
      map.delete(key);
      assert.ok(resultOf(map) < 0, `without key ${key}`);
    }
  });

  it('may be as long as a record’s tail', () => {
    const sized = (lot: number): Uint8Array => {
      const lots = ['X'.repeat(lot), 'X'.repeat(20)];
      const components = lots.map((text) => part(COMPONENT.plasma, `10${text}`, 1));
      return encodeCbor(list({ 2: many(5, unit(DIN)), 3: components }));
    };
    const spare = PACKING_LIST_BYTES_MAX - sized(1).length;
    assert.ok(spare >= 0 && spare < 20, `${spare}`);
    const bytes = sized(1 + spare);
    assert.equal(bytes.length, PACKING_LIST_BYTES_MAX);
    assert.equal(parse(bytes), 0);
    assert.equal(parse(sized(2 + spare)), FAULT.badLength);
  });

  it('is refused when it is longer than a record’s tail', () => {
    const units = many(6, unit(DIN));
    const bytes = encodeCbor(list({ 2: units }));
    assert.ok(bytes.length > PACKING_LIST_BYTES_MAX);
    assert.equal(parse(bytes), FAULT.badLength);
  });

  it('is refused where it is cut off, wherever that is', () => {
    const bytes = encodeCbor(list());
    for (let length = 0; length < bytes.length; length++) {
      assert.ok(parse(bytes.subarray(0, length)) < 0, `${length} bytes`);
    }
  });

  it('throws at no bytes whatever', () => {
    const bytes = encodeCbor(list());
    const change = fc.record({ at: fc.nat(bytes.length - 1), value: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const changed = bytes.slice();
        for (const { at, value } of changes) changed[at] = value;
        assert.ok(parse(changed) <= 0);
      }),
    );
    fc.assert(fc.property(fc.uint8Array(), (any) => assert.ok(parse(any) < 0)));
  });
});

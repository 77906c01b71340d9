import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { CborReader } from '../../../firmware/core/cbor/cbor.js';
import { ROLE } from '../../../firmware/core/handoff/protocol.js';
import { RoleTable } from '../../../firmware/core/handoff/roles.js';
import { ROLE_COUNT_MAX } from '../../../firmware/core/limits.js';
import { type CborValue, encodeCbor, loadCbor } from '../../../host-sim/backend/cbor.js';
import { kidOf } from '../../../host-sim/backend/keys.js';
import { bytesOf } from '../../../host-sim/world/labels.js';
import { AIR_BASE, BLOOD_BANK, PLAN } from '../../host-sim/backend/support/fixtures.js';
import { tableUnder } from '../../support/document.js';

const DOCUMENT = readFileSync(
  join(__dirname, '../../../firmware/core/handoff/PROTOCOL.md'),
  'utf8',
);

const keyOf = (seed: number): Uint8Array => new Uint8Array(64).fill(seed);
const entry = (seed: number, role: number, id: string): CborValue[] => [
  kidOf(keyOf(seed)),
  role,
  keyOf(seed),
  bytesOf(id),
];
const PACKER = entry(1, ROLE.packer, PLAN.packer);
const DOCK = entry(2, ROLE.dock, BLOOD_BANK);

function load(list: CborValue, table = new RoleTable()): number {
  const bytes = encodeCbor(list);
  return table.load(new CborReader(), bytes, 0, bytes.length);
}

function tableOf(...entries: readonly CborValue[]): RoleTable {
  const table = new RoleTable();
  assert.equal(load(entries, table), 0);
  return table;
}

function knows(table: RoleTable, id: string): boolean {
  return table.knowsDock(bytesOf(id), id.length);
}

describe('the roles list', () => {
  before(loadCbor);

  it('finds a key by its identifier, with its role', () => {
    const table = tableOf(PACKER, DOCK);
    const dock = table.find(kidOf(keyOf(2)), 0);
    assert.deepEqual([table.count, dock, table.role[dock]], [2, 1, ROLE.dock]);
    assert.deepEqual(table.keys.subarray(64, 128), keyOf(2));
    assert.equal(table.find(kidOf(keyOf(3)), 0), -1);
  });

  it('knows a dock by its GLN, and by its role', () => {
    const table = tableOf(PACKER, DOCK, entry(3, ROLE.backend, AIR_BASE));
    assert.equal(knows(table, BLOOD_BANK), true);
    assert.equal(knows(table, AIR_BASE), false); // that is the backend's
    assert.equal(knows(table, PLAN.packer), false);
    assert.equal(knows(table, BLOOD_BANK.slice(0, -1)), false);
    assert.equal(knows(table, `${BLOOD_BANK}X`), false);
  });

  it('lets any dock bring the first list, and then no stranger any more', () => {
    assert.equal(knows(new RoleTable(), BLOOD_BANK), true);
    assert.equal(knows(tableOf(PACKER), BLOOD_BANK), false);
  });

  it('is replaced as a whole', () => {
    const table = tableOf(PACKER, DOCK);
    assert.equal(load([entry(4, ROLE.quality, PLAN.quality)], table), 0);
    assert.deepEqual([table.count, table.find(kidOf(keyOf(1)), 0)], [1, -1]);
  });

  it('holds up to 8 entries', () => {
    const entries = Array.from({ length: ROLE_COUNT_MAX + 1 }, (_, i) =>
      entry(i, ROLE.dock, BLOOD_BANK),
    );
    assert.equal(load(entries.slice(0, ROLE_COUNT_MAX)), 0);
    assert.ok(load(entries) < 0);
  });

  const withItem = (place: number, value: CborValue): CborValue => {
    return [PACKER.map((item, i) => (i === place ? value : item))];
  };
  const WRONG: readonly (readonly [string, CborValue])[] = [
    ['an identifier of 7 bytes', withItem(0, new Uint8Array(7))],
    ['role 0', withItem(1, 0)],
    ['the root’s role, which is in no list', withItem(1, ROLE.root)],
    ['role 7', withItem(1, 7)],
    ['a key of 63 bytes', withItem(2, new Uint8Array(63))],
    ['an id of 40 bytes', withItem(3, new Uint8Array(40))],
    ['an id in text', withItem(3, PLAN.packer)],
    ['an entry of 3 items', [PACKER.slice(0, 3)]],
    ['an entry of 5 items', [[...PACKER, 1]]],
    ['a map', new Map([[1, PACKER]])],
  ];
  for (const [what, list] of WRONG) {
    it(`is refused with ${what}, and empty then`, () => {
      const table = tableOf(PACKER);
      assert.ok(load(list, table) < 0);
      assert.equal(table.count, 0);
    });
  }

  it('throws at no bytes whatever', () => {
    const bytes = encodeCbor([PACKER, DOCK]);
    const change = fc.record({ at: fc.nat(bytes.length - 1), value: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const changed = bytes.slice();
        for (const { at, value } of changes) changed[at] = value;
        const table = new RoleTable();
        const result = table.load(new CborReader(), changed, 0, changed.length);
        assert.equal(table.count, result < 0 ? 0 : 2);
      }),
    );
  });

  it('has the codes of PROTOCOL.md', () => {
    const rows = tableUnder(DOCUMENT, '### Roles');
    const listed = Object.entries(ROLE).filter(([name]) => name !== 'root');
    assert.deepEqual(
      rows.map(([code, name]) => [name, Number(code)]),
      listed,
    );
  });
});

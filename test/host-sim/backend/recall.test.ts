import assert from 'node:assert/strict';
import { DECISION } from '../../../firmware/core/record/schema.js';
import { CUSTODY } from '../../../firmware/core/units.js';
import { encodePackingList, type PackingList } from '../../../host-sim/backend/packing-list.js';
import {
  doubledLabels,
  type JournalRecords,
  openRecall,
  recalledKits,
} from '../../../host-sim/backend/recall.js';
import type { DecodedRecord, RecordName } from '../../../host-sim/backend/record-types.js';
import { loadCbor } from '../../../host-sim/backend/cbor.js';
import { packingListOf } from './support/fixtures.js';

/** A journal of a few records, numbered from 1. */
class Toy implements JournalRecords {
  readonly giai: string;
  readonly epoch = 1;
  readonly records: DecodedRecord[] = [];

  constructor(giai: string) {
    this.giai = giai;
  }

  add(type: RecordName, fields: Record<string, number>, tail: Uint8Array = new Uint8Array()): this {
    const sequence = this.records.length + 1;
    this.records.push({
      sequence,
      boot: 1,
      uptimeS: sequence,
      wallS: sequence,
      type,
      fields,
      tail,
    });
    return this;
  }

  pack(kit: number, list: PackingList): this {
    const tail = encodePackingList(list);
    return this.add('kit', { kit, slot: kit, profile: 0, expiryWallS: 1 }, tail);
  }

  custody(kit: number, custody: number): this {
    return this.add('custody', { kit, custody, verdict: 0, emergency: 0, origin: 1, slot: kit });
  }

  decision(kit: number, decision: number): this {
    const fields = { kit, decision, reasons: 0, reviewedSequence: 0, counter: 1 };
    return this.add('decision', fields);
  }
}

const A = packingListOf('A');
const B = packingListOf('B');

describe('a recall', () => {
  before(() => loadCbor());

  it('of a kit, a donation or a lot finds each kit that it is, or that it is in', () => {
    const one = new Toy('8004X1').pack(0, A).pack(1, B);
    const two = new Toy('8004X2').pack(0, packingListOf('C'));
    const sgtinsOf = (order: Parameters<typeof recalledKits>[1]): string[] =>
      recalledKits([one, two], order).map(({ sgtin }) => sgtin);
    assert.deepEqual(sgtinsOf({ sgtin: B.sgtin }), [B.sgtin]);
    const { lot } = A.components[0]!;
    assert.deepEqual(sgtinsOf({ lot }), [A.sgtin, B.sgtin, packingListOf('C').sgtin]);
    const pooled = A.units[0]!.din;
    const having = [A, B, packingListOf('C')].filter(({ units }) => {
      return units.some(({ din }) => din === pooled);
    });
    assert.deepEqual(
      sgtinsOf({ din: pooled }),
      having.map(({ sgtin }) => sgtin),
    );
    assert.deepEqual(sgtinsOf({ lot: '10NONE' }), []);
  });

  it('is open until each container says that its kit is held, or that it has had its end', () => {
    const toy = new Toy('8004X1').pack(0, A).pack(1, B);
    const order = { lot: A.components[0]!.lot };
    const open = (): string[] => openRecall(recalledKits([toy], order)).map(({ sgtin }) => sgtin);
    assert.deepEqual(open(), [A.sgtin, B.sgtin]);
    toy.decision(0, DECISION.hold);
    assert.deepEqual(open(), [B.sgtin]);
    toy.custody(1, CUSTODY.taken);
    assert.deepEqual(open(), [B.sgtin], 'somebody has it');
    toy.custody(1, CUSTODY.used);
    assert.deepEqual(open(), []);
  });

  it('is open again for a kit that was released, and ended for one that was discarded', () => {
    const toy = new Toy('8004X1').pack(0, A);
    const order = { sgtin: A.sgtin };
    toy.decision(0, DECISION.hold).decision(0, DECISION.release);
    assert.equal(openRecall(recalledKits([toy], order)).length, 1);
    toy.decision(0, DECISION.discard);
    assert.equal(openRecall(recalledKits([toy], order)).length, 0);
  });

  it('does not take a decision about the entry’s kit before for one about this', () => {
    const toy = new Toy('8004X1').pack(0, A).decision(0, DECISION.hold).pack(0, B);
    assert.deepEqual(
      recalledKits([toy], { sgtin: B.sgtin }).map(({ isHeld }) => isHeld),
      [false],
    );
  });
});

describe('a label in two containers', () => {
  before(() => loadCbor());

  it('is found while it is in both, with where', () => {
    const one = new Toy('8004X1').pack(0, A).pack(1, B);
    const two = new Toy('8004X2').pack(0, A);
    assert.deepEqual(doubledLabels([one, two]), [
      {
        sgtin: A.sgtin,
        journals: [
          { giai: '8004X1', epoch: 1 },
          { giai: '8004X2', epoch: 1 },
        ],
      },
    ]);
  });

  it('is none once it was taken from the first', () => {
    const one = new Toy('8004X1').pack(0, A).custody(0, CUSTODY.taken);
    const two = new Toy('8004X2').pack(0, A);
    assert.deepEqual(doubledLabels([one, two]), []);
  });
});

import assert from 'node:assert/strict';
import { FAULT } from '../../firmware/core/faults.js';
import { encodeCbor, loadCbor } from '../../host-sim/backend/cbor.js';
import { sha256 } from '../../host-sim/backend/keys.js';
import { encodePackingList } from '../../host-sim/backend/packing-list.js';
import { profileMap } from '../core/excursion/support/profiles.js';
import { packingListOf, START_WALL_S } from '../host-sim/backend/support/fixtures.js';
import type { Bench } from './support/bench.js';
import { dockedBench, packedBench, type TestDock } from './support/dock.js';

const nameOf = (fault: number): string =>
  Object.entries(FAULT).find(([, code]) => code === fault)?.[0] ?? `${fault}`;

/** Components that expire at a time of the clock at the dock. */
const expiring = (wallS: number): object => {
  const { components } = packingListOf('X');
  return { components: components.map((part) => ({ ...part, expiryWallS: wallS })) };
};

function wallNow(bench: Bench): number {
  return bench.clock.wallS;
}

describe('packing a kit', () => {
  before(loadCbor);

  it('takes it aboard: KIT record, verdict, and COMMAND record with who gave it', async () => {
    const { bench, dock } = await dockedBench();
    bench.fill(2);
    assert.equal(dock.pack(2, 'S1'), 1);
    const kit = bench.last('kit');
    assert.deepEqual([kit.fields['kit'], kit.fields['slot'], kit.fields['profile']], [0, 2, 0]);
    assert.deepEqual(kit.tail, encodePackingList(packingListOf('S1')));
    assert.equal(bench.verdict(0), 'usable');
    const { fields, tail } = bench.last('command');
    assert.deepEqual(fields, { code: 1, result: 1, kit: 0 });
    assert.ok(Buffer.from(tail).toString().startsWith('8017'));
  });

  describe('is refused, with a record and a fault that says why:', () => {
    type Scene = (bench: Bench, dock: TestDock) => number;
    const REFUSALS: readonly (readonly [string, keyof typeof FAULT, Scene])[] = [
      ['nothing is in the slot', 'slotEmpty', (_, dock) => dock.pack(3, 'N1')],
      ['there is no such slot', 'slotEmpty', (_, dock) => dock.pack(4, 'N1')],
      ['the slot’s number is negative', 'slotEmpty', (_, dock) => dock.pack(-1, 'N1')],
      ['another kit is in the slot', 'slotUnexplained', (_, dock) => dock.pack(0, 'N1')],
      [
        'its profile is not aboard',
        'profileUnknown',
        (bench, dock) => {
          bench.fill(3);
          return dock.pack(3, 'N1', { version: 99 });
        },
      ],
      [
        'it expired a second ago',
        'kitExpired',
        (bench, dock) => {
          bench.fill(3);
          return dock.pack(3, 'N1', {}, expiring(wallNow(bench) - 1));
        },
      ],
      [
        'it is aboard in another slot',
        'kitKnown',
        (bench, dock) => {
          bench.fill(3);
          return dock.pack(3, 'S0');
        },
      ],
      [
        'it was taken and not put back',
        'kitKnown',
        (bench, dock) => {
          bench.empty(0).fill(3);
          return dock.pack(3, 'S0');
        },
      ],
      [
        'it was used',
        'kitKnown',
        (bench, dock) => {
          bench.empty(0).press(2).fill(0);
          return dock.pack(0, 'S0');
        },
      ],
      [
        'the container is sealed',
        'sealed',
        (bench, dock) => {
          assert.equal(dock.seal(), 1);
          bench.fill(3);
          return dock.pack(3, 'N1');
        },
      ],
    ];
    for (const [what, fault, scene] of REFUSALS) {
      it(`${what}: ${fault}`, async () => {
        const { bench, dock } = await packedBench(1);
        assert.equal(nameOf(scene(bench, dock)), fault);
        const { fields } = bench.last('command');
        assert.deepEqual(fields, { code: 1, result: FAULT[fault], kit: -1 });
        assert.equal(bench.records('kit').length, 1);
      });
    }

    it('an identifier in its list is wrong: that identifier’s fault', async () => {
      const { bench, dock } = await dockedBench();
      bench.fill(0);
      const packingList = encodePackingList(packingListOf('S1'));
      const digit = Buffer.from(packingList).indexOf('01095211') + 15;
      packingList[digit] = packingList[digit] === 0x30 ? 0x31 : 0x30;
      const profileHash = sha256(encodeCbor(profileMap()));
      const command = dock.authority.pack(dock.session, { slot: 0, profileHash, packingList });
      assert.equal(nameOf(dock.command(command)), 'badCheckDigit');
    });

    it('it was lifted out again while the container wrote: slotEmpty', async () => {
      const { bench, dock } = await dockedBench();
      bench.fill(0);
      const { erases } = bench.catalogueFlash.counters;
      dock.beforeAnswer = () => {
        if (bench.catalogueFlash.counters.erases > erases) bench.inputs.slots = 0;
      };
      assert.equal(nameOf(dock.pack(0, 'S1')), 'slotEmpty');
      assert.deepEqual(bench.records('kit'), []);
    });
  });

  it('is done in the last second before its expiry, and expires in the next', async () => {
    const { bench, dock } = await dockedBench();
    bench.fill(0);
    assert.equal(dock.pack(0, 'S1', {}, expiring(wallNow(bench) + 2)), 1);
    assert.equal(bench.verdict(0), 'usable');
    bench.run(62);
    assert.equal(bench.verdict(0), 'expired: expired');
  });

  it('is done without a clock, and then unknown', async () => {
    const { bench, dock } = await dockedBench();
    bench.clock.source = 0;
    bench.fill(0);
    assert.equal(dock.pack(0, 'S1', {}, expiring(START_WALL_S - 1)), 1);
    assert.equal(bench.verdict(0), 'unknown: clockUnset');
  });

  it('once more is its scan, and changes nothing else', async () => {
    const { bench, dock } = await packedBench(1);
    assert.equal(dock.pack(0, 'S0'), 1);
    assert.equal(bench.records('kit').length, 1);
    assert.deepEqual(bench.custody(0), []);
  });

  describe('into the slot of one that was taken', () => {
    it('tells that this one did not come back, though its switch said so', async () => {
      const { bench, dock } = await packedBench(1);
      bench.empty(0).fill(0); // another bag, but a switch cannot tell
      assert.equal(dock.pack(0, 'N1'), 1);
      assert.deepEqual(bench.custody(0), ['taken', 'in', 'fateUnknown']);
      assert.equal(bench.verdict(1), 'usable');
      assert.equal(dock.seal(), 1);
      bench.empty(0);
      assert.deepEqual(bench.custody(1), ['taken']);
    });

    it('leaves a mixed one mixed, and the slot speaks of the new one', async () => {
      const { bench, dock } = await packedBench(1);
      bench.empty(0).press().fill(0);
      assert.equal(dock.pack(0, 'N1'), 1);
      assert.deepEqual(bench.custody(0), ['taken', 'mixed']);
      bench.empty(0).press();
      assert.deepEqual(bench.custody(1), ['taken', 'mixed']);
    });

    it('is none of the button’s business: what was mixed before is not used by it', async () => {
      const { bench, dock } = await packedBench(1);
      bench.empty(0).press().fill(0);
      assert.equal(dock.pack(0, 'N1'), 1);
      bench.press();
      assert.deepEqual([bench.custody(0), bench.custody(1)], [['taken', 'mixed'], []]);
    });

    it('and given up in its turn it leaves a slot that speaks of no kit', async () => {
      const { bench, dock } = await packedBench(1);
      bench.empty(0).press().fill(0);
      assert.equal(dock.pack(0, 'N1'), 1);
      bench.empty(0).hold().fill(0);
      assert.equal(bench.last('slot').fields['kit'], -1);
      bench.press();
      assert.deepEqual(bench.custody(0), ['taken', 'mixed']);
      assert.deepEqual(bench.custody(1), ['taken', 'wasted']);
    });

    it('keeps the button for the slot changed last, where that is another one', async () => {
      const { bench, dock } = await packedBench(2);
      bench.empty(0).press(2).fill(0).empty(1);
      assert.equal(dock.pack(0, 'N1'), 1);
      bench.press();
      assert.deepEqual(bench.custody(1), ['taken', 'mixed']);
    });
  });

  it('goes on over the life of a container: entries of ended kits are used again', async () => {
    const { bench, dock } = await dockedBench();
    for (let i = 0; i < 18; i++) {
      bench.fill(0);
      assert.equal(dock.pack(0, `K${i}`), 1, `kit ${i}`);
      bench.empty(0).press(2);
    }
    const numbers = bench.records('kit').map(({ fields }) => fields['kit']);
    assert.equal(Math.max(...(numbers as number[])), 15);
    bench.fill(0);
    assert.equal(nameOf(dock.pack(0, 'K17')), 'kitKnown');
  });

  it('has an entry even in a full container: that of the kit which did not come back', async () => {
    const limits = { slotCount: 16, slotProbes: new Uint8Array(16).fill(1) };
    const { bench, dock } = await dockedBench({}, { limits });
    for (let slot = 0; slot < 16; slot++) {
      bench.fill(slot);
      assert.equal(dock.pack(slot, `K${slot}`), 1);
    }
    bench.empty(3).fill(3);
    assert.equal(dock.pack(3, 'N1'), 1);
    assert.equal(bench.last('kit').fields['kit'], 3);
    assert.equal(nameOf(dock.pack(3, 'N2')), 'slotUnexplained');
  });

  describe('cut off between the catalogue and its record', () => {
    it('leaves nothing behind: the kit can be packed again', async () => {
      const { bench, dock } = await packedBench(1);
      bench.fill(1);
      const before = bench.journalFlash.image();
      assert.equal(dock.pack(1, 'S1'), 1);
      bench.journalFlash.load(before); // the catalogue has it, the journal does not
      bench.reboot();
      const again = dock.arrive();
      assert.equal(again.pack(1, 'S1'), 1);
      assert.equal(bench.verdict(1), 'usable');
    });
  });
});

describe('sealing', () => {
  before(loadCbor);

  it('is recorded once, with who sealed, and so is opening', async () => {
    const { bench, dock } = await packedBench(1);
    assert.deepEqual([dock.seal(), dock.seal(), dock.open(), dock.open()], [1, 1, 1, 1]);
    const seals = bench.records('seal');
    assert.deepEqual(
      seals.map(({ fields }) => fields['sealed']),
      [1, 0],
    );
    assert.ok(Buffer.from(seals[0]!.tail).toString().startsWith('8017'));
  });

  it('is refused while a filled slot has no kit', async () => {
    const { bench, dock } = await packedBench(1);
    bench.fill(2);
    assert.equal(nameOf(dock.seal()), 'slotUnexplained');
    assert.deepEqual(bench.last('command').fields, { code: 2, result: -55, kit: -1 });
    bench.empty(2);
    assert.equal(dock.seal(), 1);
  });

  it('is possible with empty slots, and after a kit was taken', async () => {
    const { bench, dock } = await packedBench(2);
    bench.empty(1);
    assert.equal(dock.seal(), 1);
  });
});

/** What a hand-off proves, and that nothing else is taken for proven. */
import assert from 'node:assert/strict';
import type { HandoffSection } from '../../../host-sim/backend/handoff-file.js';
import { KeyPair } from '../../../host-sim/backend/keys.js';
import { makeSlip } from '../../../host-sim/backend/objects.js';
import { proveHandoff } from '../../../host-sim/cli/handoff-proof.js';
import { GIAI, packingListOf, seededEntropy } from '../backend/support/fixtures.js';
import { LID_OPENED, type Morning, morning } from './handoff-fixture.js';

describe('the proof of a hand-off', function () {
  this.timeout(60_000);
  let day: Morning;
  let other: Morning;
  before(async () => {
    day = await morning();
    other = await morning(LID_OPENED);
  });

  const prove = (visits: Morning['visits']) => proveHandoff(visits.flat(), day.rootPublicKey);

  it('names container, logger and epoch, and every record from the first to the last', () => {
    const { journals, faults } = prove(day.visits);
    assert.deepEqual(faults, []);
    const [journal, ...others] = journals;
    assert.deepEqual(others, []);
    assert.equal(journal!.grai, '800309521234100010BOX1');
    assert.equal(journal!.giai, '8004952123LOG1');
    assert.equal(journal!.epoch, day.lived.log.epoch);
    assert.equal(journal!.fromSequence, 1);
    const covered = day.lived.journey.handoffs.map(({ sequence }) => sequence);
    assert.equal(journal!.toSequence, Math.max(...covered));
    assert.deepEqual(
      journal!.checkpoints.map(({ sequence }) => sequence),
      covered,
    );
    assert.ok(covered.length >= 3);
  });

  it('gives of each checkpoint the chain hash after the last record that it covers', () => {
    for (const { sequence, chainHash } of prove(day.visits).journals[0]!.checkpoints) {
      const expected = Buffer.from(day.lived.log.chainHashAt(sequence)).toString('hex');
      assert.equal(chainHash, expected);
    }
  });

  it('refuses a visit that was altered up to its checkpoint; behind it, tells of it', () => {
    const last = day.visits.at(-1)!;
    const { handoffs } = day.lived.journey;
    const [before, whole] = handoffs.slice(-2).map(({ sequence }) => sequence);
    let refused = 0;
    let told = 0;
    last.forEach((section, index) => {
      if (section.type !== 'block') return;
      for (let at = 0; at < section.block.bytes.length; at += 61) {
        const bytes = section.block.bytes.slice();
        bytes[at] = bytes[at]! ^ 0x01;
        const forged: HandoffSection = { type: 'block', block: { ...section.block, bytes } };
        const { journals, faults } = prove([
          ...day.visits.slice(0, -1),
          last.map((same, i) => (i === index ? forged : same)),
        ]);
        assert.match(faults.join(), new RegExp(`^Visit ${day.visits.length} at 414\\d+: .+$`));
        const { toSequence } = journals[0]!;
        if (toSequence === before) refused++;
        else if (toSequence === whole) told++;
        else assert.fail(`proven up to ${toSequence}`);
      }
    });
    assert.ok(refused >= 3 && told >= 1, `${refused} refused, ${told} told of`);
  });

  it('refuses signatures that were altered, and those under another root', () => {
    const [first] = day.visits;
    for (const type of ['certificate', 'checkpoint'] as const) {
      const forged = first!.map((section) => {
        if (section.type !== type) return section;
        const bytes = section.bytes.slice();
        bytes[bytes.length - 1] = bytes.at(-1)! ^ 0x80;
        return { type, bytes };
      });
      assert.match(prove([forged]).faults.join(), new RegExp(`${type}.*signature`, 'i'));
    }
    const strange = proveHandoff(day.visits.flat(), Uint8Array.from(other.rootPublicKey).reverse());
    assert.deepEqual(strange.journals, []);
    assert.equal(strange.faults.length, day.visits.length);
  });

  it('refuses a visit that does not continue the ones before it', () => {
    const hole = prove([day.visits[0]!, day.visits.at(-1)!]);
    assert.match(hole.faults.join(), /^Visit 2 at 414\d+: Records \d+ to \d+ are missing$/);
    const late = prove(day.visits.slice(-1));
    assert.match(late.faults[0] ?? '', /records before \d+ are missing/);
    assert.deepEqual(late.journals, []);
  });

  it('names a slip that the certified container did not sign, and keeps the records', () => {
    const key = KeyPair.generate(seededEntropy('stranger'));
    const { sgtin } = packingListOf('K1');
    const at = { giai: GIAI, epoch: 1, sequence: 2, wallS: null };
    const bytes = makeSlip(key, { ...at, sgtin, number: 1, exposure: new Uint8Array(44) });
    const visits = [[...day.visits[0]!, { type: 'slip', bytes } as const], ...day.visits.slice(1)];
    const { journals, faults } = prove(visits);
    assert.match(faults.join(), /^Visit 1 at 414\d+: slip: signed by key/);
    assert.equal(journals[0]!.toSequence, prove(day.visits).journals[0]!.toSequence);
  });

  it('takes an old visit once more', () => {
    const { journals, faults } = prove([...day.visits, day.visits[0]!]);
    assert.deepEqual(faults, []);
    assert.equal(journals[0]!.checkpoints.length, day.visits.length + 1);
    assert.equal(journals[0]!.toSequence, prove(day.visits).journals[0]!.toSequence);
  });

  it('finds a fork, whichever branch came first', () => {
    assert.deepEqual(prove(other.visits).faults, []); // the same keys, another history
    for (const [one, two] of [
      [day, other],
      [other, day],
    ] as const) {
      const { faults } = prove([...one.visits, two.visits.at(-1)!]);
      assert.match(faults.join(), /Fork|missing/);
    }
  });

  it('says so when it does not start with a visit, or a visit lacks a part', () => {
    const [first] = day.visits;
    assert.match(prove([first!.slice(1)]).faults.join(), /starts with a certificate, no visit/);
    const bare = first!.filter(({ type }) => type !== 'checkpoint');
    assert.match(prove([bare]).faults.join(), /it has no checkpoint/);
  });
});

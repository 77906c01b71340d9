import assert from 'node:assert/strict';
import { SECTOR_BYTES } from '../../../firmware/core/limits.js';
import { RECORD } from '../../../firmware/core/record/schema.js';
import type { Authority } from '../../../host-sim/backend/authority.js';
import { decodeBlocks } from '../../../host-sim/backend/decode.js';
import type { Visit } from '../../../host-sim/backend/handoff-file.js';
import { KeyPair } from '../../../host-sim/backend/keys.js';
import { makeCheckpoint, readReceipt } from '../../../host-sim/backend/objects.js';
import { Receiver } from '../../../host-sim/backend/receiver.js';
import type { DecodedRecord, FlashBlock } from '../../../host-sim/backend/record-types.js';
import { blocksOfImage } from '../../../host-sim/backend/segments.js';
import { PgliteStore } from '../../../host-sim/backend/store.js';
import { type CheckedVisit, checkVisit } from '../../../host-sim/backend/visit-check.js';
import { JournalBox } from '../../support/journal-box.js';
import { makeReading, makeRecord } from '../../support/records.js';
import { BLOOD_BANK, GIAI, GRAI, seededEntropy, testAuthority } from './support/fixtures.js';

const container = KeyPair.generate(seededEntropy('container'));

/** A journal of some segments, and where each record's frame begins. */
function journal(): { box: JournalBox; places: Map<number, { segment: number; offset: number }> } {
  const box = new JournalBox();
  box.boot();
  box.storeBoot();
  const places = new Map<number, { segment: number; offset: number }>();
  for (let i = 0; box.journal.segment < 4; i++) {
    const before = box.journal.segment;
    const at = box.journal.offset;
    if (i % 5 === 4) {
      box.store(makeRecord(RECORD.kit, i, [1, 2, 3, i], new Uint8Array(150).fill(i)));
    } else box.store(makeReading(60 * i, 400 + (i % 3), 500 + ((i * 7) % 11), 510));
    const { segment, lastStoredSequence } = box.journal;
    if (segment === before) places.set(lastStoredSequence, { segment, offset: at });
  }
  for (let i = 0; i < 20; i++) {
    const { segment, offset } = box.journal;
    box.store(makeReading(90_000 + 60 * i, 400, 500 + i, 510));
    places.set(box.journal.lastStoredSequence, { segment, offset });
  }
  return { box, places };
}

describe('backend/visit-check: damage in a visit', () => {
  const { box, places } = journal();
  const image = box.flash.image();
  const whole = decodeBlocks(blocksOfImage(image));
  let authority: Authority;
  before(async () => {
    authority = await testAuthority();
  });

  function visitOf(blocks: readonly FlashBlock[], sequence: number): Visit {
    const { epoch } = whole;
    const place = { giai: GIAI, epoch, sequence, chainHash: whole.chainHashAt(sequence) };
    const checkpoint = makeCheckpoint(container, { ...place, boot: 1, uptimeS: 0, wallS: null });
    const { publicKey } = container;
    const certificate = authority.certificate({ giai: GIAI, grai: GRAI, publicKey });
    return { dockId: BLOOD_BANK, certificate, checkpoint, blocks };
  }

  /** The visit with the frame of a record made unreadable. */
  function damagedAt(record: number, checkpoint: number): Visit {
    const { segment, offset } = places.get(record)!;
    const bytes = image.slice();
    const at = segment * SECTOR_BYTES + offset; // the first lap
    bytes.fill(0, at, at + 3);
    return visitOf(blocksOfImage(bytes), checkpoint);
  }

  const check = (visit: Visit): CheckedVisit =>
    checkVisit(visit, authority.rootPublicKey, decodeBlocks);
  const upTo = (sequence: number): DecodedRecord[] =>
    whole.records.filter((record) => record.sequence <= sequence);
  /** Numbers of a record in the middle of segment 2, of the one in front of it, and of the last. */
  const middle = [...places].filter(([, { segment }]) => segment === 2)[20]![0];
  const last = whole.lastSequence;

  it('none: there is nothing to find', () => {
    const { findings, records } = check(visitOf(blocksOfImage(image), last));
    assert.deepEqual([findings, records], [[], upTo(last)]);
  });

  it('right behind the checkpoint, or in a later segment: all up to it is proven', () => {
    for (const record of [middle, middle + 1, last]) {
      const visit = damagedAt(record, middle - 1);
      const { findings, records, checkpoint } = check(visit);
      assert.deepEqual([records, checkpoint.sequence], [upTo(middle - 1), middle - 1]);
      const { segment, offset } = places.get(record)!;
      assert.equal(findings.length, 1);
      assert.match(
        findings[0]!,
        new RegExp(
          `^segment ${segment}: .*offset ${offset}.* ${record === last ? record : record - 1}\\b`,
        ),
      );
    }
  });

  it('of the header of a later segment, or of all that follows: the same', () => {
    for (const change of [
      (bytes: Uint8Array) => bytes.fill(0, 3 * SECTOR_BYTES + 20, 3 * SECTOR_BYTES + 24),
      (bytes: Uint8Array) => bytes.fill(0x55, 3 * SECTOR_BYTES + 80),
    ]) {
      const bytes = image.slice();
      change(bytes);
      const { findings, records } = check(visitOf(blocksOfImage(bytes), middle));
      assert.deepEqual(records, upTo(middle));
      assert.ok(findings.length > 0);
    }
  });

  it('of the checkpoint’s record, or before: refused, with where and what to do', () => {
    for (const record of [middle, middle - 1, 3]) {
      const { segment, offset } = places.get(record)!;
      for (const checkpoint of [middle, last]) {
        assert.throws(
          () => check(damagedAt(record, checkpoint)),
          (error: Error) => {
            assert.match(error.message, /^The journal is damaged: /);
            assert.match(
              error.message,
              new RegExp(`segment ${segment}: broken at offset ${offset}`),
            );
            assert.match(error.message, new RegExp(`after sequence ${record - 1}`));
            assert.match(error.message, /read out the whole flash .* --recover/);
            return true;
          },
          `record ${record}, checkpoint ${checkpoint}`,
        );
      }
    }
  });

  it('of a segment in front: refused', () => {
    const bytes = image.slice();
    bytes[SECTOR_BYTES + 20]! ^= 1;
    assert.throws(() => check(visitOf(blocksOfImage(bytes), last)), /does not follow segment 0/);
    const visit = visitOf(
      blocksOfImage(image).filter(({ segment }) => segment !== 1),
      last,
    );
    assert.throws(() => check(visit), /segments 1\.\.1 are missing/);
  });

  it('behind the checkpoint does not keep the receipt back, and is stored', async function () {
    this.timeout(60_000); // PostgreSQL starts once
    const store = new PgliteStore();
    const receiver = new Receiver({
      rootPublicKey: authority.rootPublicKey,
      decode: decodeBlocks,
      store,
      nowWallS: () => 1000,
      signReceipt: (receipt) => authority.receipt(receipt),
    });
    const visit = damagedAt(middle, middle - 1);
    const { receipt, sequence, stored, findings } = await receiver.receive(visit);
    assert.deepEqual([sequence, stored, findings?.length], [middle - 1, middle - 1, 1]);
    assert.equal(readReceipt(receipt, authority.backendPublicKey).sequence, middle - 1);
    await receiver.receive(visit); // again: told once
    const name = { giai: GIAI, epoch: whole.epoch };
    assert.deepEqual(await store.findings(name), [
      { sequence: middle - 1, finding: findings![0]! },
    ]);
    await assert.rejects(receiver.receive(damagedAt(middle, last)), /is damaged/);
    assert.equal((await store.findings(name)).length, 1);
    await store.close();
  });
});

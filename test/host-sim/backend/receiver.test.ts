import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Authority } from '../../../host-sim/backend/authority.js';
import { type Visit, decodeHandoff, visitsOf } from '../../../host-sim/backend/handoff-file.js';
import { KeyPair } from '../../../host-sim/backend/keys.js';
import { type Checkpoint, makeCheckpoint } from '../../../host-sim/backend/objects.js';
import { readReceipt } from '../../../host-sim/backend/objects.js';
import { ForkError, Receiver } from '../../../host-sim/backend/receiver.js';
import type { DecodedRecord } from '../../../host-sim/backend/record-types.js';
import { PgliteStore } from '../../../host-sim/backend/store.js';
import { AIR_BASE, BLOOD_BANK, GIAI, GRAI, LogBuilder } from './support/fixtures.js';
import { START_WALL_S, seededEntropy, testAuthority } from './support/fixtures.js';
import { RECORDS_PER_SEGMENT, decodeToyJournal, encodeToyJournal } from './support/toy-journal.js';
import { FRAMES_AT, toyLog } from './support/toy-journal.js';

const container = KeyPair.generate(seededEntropy('container'));

describe('backend/receiver: from a visit to a receipt', () => {
  let authority: Authority;
  let certificate: Uint8Array;
  let store: PgliteStore;
  let folder: string;
  let epoch = 0;
  before(async function () {
    this.timeout(60000); // PostgreSQL starts once
    authority = await testAuthority();
    certificate = authority.certificate({
      giai: GIAI,
      grai: GRAI,
      publicKey: container.publicKey,
    });
    folder = mkdtempSync(join(tmpdir(), 'plasmavakt-receiver-'));
    store = new PgliteStore();
    await store.start();
  });
  after(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    epoch++; // each test has a journal of its own in the one store
  });

  function receiverWith(more: { spoolFile?: string; store?: PgliteStore } = {}): Receiver {
    return new Receiver({
      rootPublicKey: authority.rootPublicKey,
      decode: decodeToyJournal,
      store,
      nowWallS: () => START_WALL_S + 3600,
      signReceipt: (receipt) => authority.receipt(receipt),
      ...more,
    });
  }

  function recordsOf(count: number, change?: (log: LogBuilder) => void): DecodedRecord[] {
    const log = new LogBuilder();
    log.add('boot', { fields: { bootCount: 1, reason: 1 } });
    while (log.records.length < count) {
      if (log.records.length === 5) change?.(log);
      log.wait(60).reading(2000 + log.records.length, 1990);
    }
    return log.records;
  }

  /** A visit that delivers `records` and signs its checkpoint at `until`, by default the last. */
  function visitOf(
    records: readonly DecodedRecord[],
    until = records.at(-1)!.sequence,
    more: Partial<Checkpoint> = {},
  ): Visit {
    const log = toyLog(records, epoch);
    const checkpoint = {
      giai: GIAI,
      epoch,
      sequence: until,
      chainHash: log.chainHashAt(until),
      boot: 1,
      uptimeS: 0,
      wallS: null,
      ...more,
    };
    return {
      dockId: BLOOD_BANK,
      certificate,
      checkpoint: makeCheckpoint(container, checkpoint),
      blocks: encodeToyJournal(epoch, records),
    };
  }

  const journal = () => ({ giai: GIAI, epoch });

  it('stores every record up to the checkpoint, and signs a receipt for just that', async () => {
    const records = recordsOf(30);
    const { receipt, sequence, stored } = await receiverWith().receive(visitOf(records, 28));
    assert.deepEqual([sequence, stored], [28, 28]);
    const signed = readReceipt(receipt, authority.backendPublicKey);
    assert.equal(signed.sequence, 28);
    assert.equal(signed.wallS, START_WALL_S + 3600);
    assert.deepEqual(signed.chainHash, toyLog(records, epoch).chainHashAt(28));
    assert.deepEqual(await store.records(journal()), records.slice(0, 28));
  });

  it('takes the same visit any number of times', async () => {
    const visit = visitOf(recordsOf(20));
    const before = await store.counts();
    const first = await receiverWith().receive(visit);
    const again = await receiverWith().receive(visit);
    assert.deepEqual([first.stored, again.stored], [20, 0]);
    const counters = [first, again].map(({ receipt }) => {
      return readReceipt(receipt, authority.backendPublicKey).counter;
    });
    assert.equal(counters[1], counters[0]! + 1, 'a receipt of its own');
    const after = await store.counts();
    assert.equal(after.records - before.records, 20);
    assert.equal(after.checkpoints - before.checkpoints, 1);
    assert.equal(after.receipts - before.receipts, 2);
  });

  it('goes on where the last visit ended, within a segment or at its border', async () => {
    for (const end of [19, RECORDS_PER_SEGMENT * 3]) {
      epoch++;
      const records = recordsOf(40);
      const receiver = receiverWith();
      await receiver.receive(visitOf(records.slice(0, end)));
      const second = visitOf(records);
      const firstNew = Math.floor(end / RECORDS_PER_SEGMENT);
      const blocks = second.blocks.filter((block) => block.segment >= firstNew);
      const { stored } = await receiver.receive({ ...second, blocks });
      assert.equal(stored, 40 - end);
      assert.equal((await store.records(journal())).length, 40);
    }
  });

  it('takes an older visit again after a newer one', async () => {
    const records = recordsOf(40);
    const receiver = receiverWith();
    await receiver.receive(visitOf(records));
    const { sequence, stored } = await receiver.receive(visitOf(records.slice(0, 20)));
    assert.deepEqual([sequence, stored], [20, 0]);
  });

  it('gives records the wall time that a later visit brings', async () => {
    const log = new LogBuilder();
    log.isClockSet = false;
    log.add('boot', { fields: { bootCount: 1, reason: 1 } });
    for (let i = 0; i < 9; i++) log.wait(60).reading(2000);
    const receiver = receiverWith();
    await receiver.receive(visitOf(log.records));
    const unknown = await store.records(journal());
    assert.ok(unknown.every((record) => record.wallS === null));
    log.isClockSet = true;
    log.wait(60).add('clock', { fields: { newWallS: START_WALL_S + log.uptimeS } });
    const second = visitOf(log.records);
    const blocks = second.blocks.filter((block) => block.segment >= 1);
    await receiver.receive({ ...second, blocks });
    const known = await store.records(journal());
    assert.deepEqual(
      known.map((record) => record.wallS),
      known.map((record) => START_WALL_S + record.uptimeS),
    );
  });

  describe('refuses', () => {
    async function assertRefused(visit: Visit, message: RegExp): Promise<void> {
      const before = await store.counts();
      await assert.rejects(receiverWith().receive(visit), message);
      const { receipts, records, checkpoints } = await store.counts();
      assert.deepEqual(
        { receipts, records, checkpoints },
        { receipts: before.receipts, records: before.records, checkpoints: before.checkpoints },
        'nothing stored, nothing receipted',
      );
    }

    it('a container that the root did not certify', async () => {
      const other = await testAuthority('another root');
      const stranger = other.certificate({
        giai: GIAI,
        grai: GRAI,
        publicKey: container.publicKey,
      });
      const visit = { ...visitOf(recordsOf(10)), certificate: stranger };
      await assertRefused(visit, /container certificate: signed by key/);
    });

    it('a checkpoint that another container signed', async () => {
      const thief = KeyPair.generate(seededEntropy('thief'));
      const visit = visitOf(recordsOf(10));
      const log = toyLog(recordsOf(10), epoch);
      const chainHash = log.chainHashAt(10);
      const checkpoint = { giai: GIAI, epoch, sequence: 10, chainHash, boot: 1, uptimeS: 0 };
      const forged = makeCheckpoint(thief, { ...checkpoint, wallS: null });
      await assertRefused({ ...visit, checkpoint: forged }, /checkpoint: signed by key/);
    });

    it('a checkpoint of another logger or epoch', async () => {
      const giai = `${GIAI}X`;
      await assertRefused(visitOf(recordsOf(10), 10, { giai }), /checkpoint: of logger .*X/);
      const other = visitOf(recordsOf(10), 10, { epoch: epoch + 1000 });
      await assertRefused(other, /Journal of epoch \d+, the checkpoint is of \d+/);
    });

    it('a record whose reading was altered, naming the range', async () => {
      const records = recordsOf(20);
      const visit = visitOf(records);
      const altered = records.map((record) => {
        return record.sequence === 12 ? { ...record, temperaturesCentiC: [1900, 1990] } : record;
      });
      const blocks = encodeToyJournal(epoch, altered);
      await assertRefused(
        { ...visit, blocks },
        /chain hash after record 20 is .* the checkpoint signed .*: a record from 1 to 20 was alt/,
      );
    });

    it('a segment that was exchanged: the decoder finds where the chain breaks', async () => {
      const records = recordsOf(30);
      const other = encodeToyJournal(
        epoch,
        recordsOf(30, (log) => log.reading(7777, 7777)),
      );
      const visit = visitOf(records);
      const blocks = visit.blocks.map((block, index) =>
        block.segment === 1 ? other[index]! : block,
      );
      await assertRefused(
        { ...visit, blocks },
        /The journal is damaged: Segment 1 does not follow from the records of segment 0/,
      );
    });

    it('a record that was left out', async () => {
      const records = recordsOf(20);
      const visit = visitOf(records);
      const blocks = encodeToyJournal(epoch, [...records.slice(0, 11), ...records.slice(12)]);
      await assertRefused({ ...visit, blocks }, /a record from 1 to 20 was altered/);
    });

    it('a segment that was left out', async () => {
      const visit = visitOf(recordsOf(30));
      const blocks = visit.blocks.filter((block) => block.segment !== 1);
      await assertRefused({ ...visit, blocks }, /Segment 2 does not follow from .* segment 0/);
    });

    it('a journal that ends before its checkpoint', async () => {
      const visit = visitOf(recordsOf(30));
      const blocks = visit.blocks.filter((block) => block.segment < 2);
      await assertRefused({ ...visit, blocks }, /ends with record 16, the checkpoint covers 30/);
    });

    it('damaged bytes, naming segment and offset', async () => {
      const visit = visitOf(recordsOf(20));
      const blocks = visit.blocks.map((block) => {
        if (block.segment !== 1 || block.offset !== FRAMES_AT) return block;
        return { ...block, bytes: Buffer.from('{ damaged\n') };
      });
      await assertRefused({ ...visit, blocks }, /Segment 1 at offset 176: expected JSON lines/);
    });

    it('a journal whose beginning nobody has seen', async () => {
      const visit = visitOf(recordsOf(30));
      const blocks = visit.blocks.filter((block) => block.segment >= 1);
      await assertRefused(
        { ...visit, blocks },
        /Segment 1 is not the first of epoch \d+: records before 9 are missing/,
      );
    });

    it('a visit that leaves a hole behind the stored ones', async () => {
      const records = recordsOf(40);
      await receiverWith().receive(visitOf(records.slice(0, 10)));
      const visit = visitOf(records);
      const blocks = visit.blocks.filter((block) => block.segment >= 3);
      await assertRefused({ ...visit, blocks }, /Records 11 to 24 are missing/);
    });
  });

  it('sets a fork aside: signed and whole, but another history than the stored one', async () => {
    const original = recordsOf(20);
    await receiverWith().receive(visitOf(original));
    const before = await store.counts();
    const fork = visitOf(recordsOf(25, (log) => log.reading(3333, 3333)));
    await assert.rejects(receiverWith().receive(fork), (error: Error) => {
      assert.ok(error instanceof ForkError);
      assert.match(error.message, /Fork: the chain hash after record 20 is .*, stored is/);
      return true;
    });
    const after = await store.counts();
    assert.equal(after.setAside - before.setAside, 1);
    assert.equal(after.records, before.records);
    assert.deepEqual(await store.records(journal()), original, 'the stored branch is untouched');
  });

  it('finds a fork in single records, too, when an old visit comes again', async () => {
    await receiverWith().receive(visitOf(recordsOf(25)));
    const fork = visitOf(recordsOf(20, (log) => log.reading(3333, 3333)));
    await assert.rejects(receiverWith().receive(fork), /Fork: record 6 of 8004.* other bytes/);
  });

  describe('with a spool', () => {
    let spoolFile: string;
    beforeEach(() => {
      spoolFile = join(folder, `spool-${epoch}.bin`);
    });

    it('has the visit on disk before it is stored, in the format of handoff.bin', async () => {
      const failing = new PgliteStore();
      failing.save = () => Promise.reject(new Error('disk full'));
      failing.lastCheckpoint = () => Promise.resolve(undefined);
      const visit = visitOf(recordsOf(10));
      const receiver = receiverWith({ spoolFile, store: failing });
      await assert.rejects(receiver.receive(visit), /disk full/);
      assert.deepEqual(visitsOf(decodeHandoff(readFileSync(spoolFile))), [visit]);
    });

    it('rebuilds an empty store from it, skipping what was torn at the end', async function () {
      this.timeout(60000); // PostgreSQL starts once more
      const records = recordsOf(40);
      const receiver = receiverWith({ spoolFile });
      await receiver.receive(visitOf(records.slice(0, 20)));
      await receiver.receive({ ...visitOf(records), dockId: AIR_BASE });
      truncateSync(spoolFile, readFileSync(spoolFile).length - 700); // cut while it was written
      const empty = new PgliteStore(join(folder, 'rebuilt'));
      const { stored, skipped } = await receiverWith({ spoolFile, store: empty }).restore();
      assert.equal(stored, 20);
      assert.deepEqual(await empty.records(journal()), records.slice(0, 20));
      assert.equal(skipped.length, 1);
      assert.match(skipped[0]!, /Visit 2: The journal ends with record \d+, the checkpoint/);
      await empty.close();
    });

    it('goes on after a torn end, losing nothing that was whole', async () => {
      const records = recordsOf(30);
      await receiverWith({ spoolFile }).receive(visitOf(records.slice(0, 10)));
      appendFileSync(spoolFile, Buffer.from('0400', 'hex'));
      await receiverWith({ spoolFile }).receive(visitOf(records));
      const visits = visitsOf(decodeHandoff(readFileSync(spoolFile)));
      assert.deepEqual(
        visits.map((visit) => decodeToyJournal(visit.blocks).lastSequence),
        [10, 30],
      );
    });

    it('leaves a file alone that is no spool', async () => {
      writeFileSync(spoolFile, 'somebody else’s notes');
      const receiver = receiverWith({ spoolFile });
      await assert.rejects(receiver.receive(visitOf(recordsOf(5))), /is no spool/);
      assert.equal(readFileSync(spoolFile, 'utf8'), 'somebody else’s notes');
    });

    it('has nothing to restore where there is none', async () => {
      assert.deepEqual(await receiverWith().restore(), { stored: 0, skipped: [] });
    });
  });
});

import assert from 'node:assert/strict';
import { WorkerStore } from '../../../host-sim/backend/store-worker.js';
import { LogBuilder } from './support/fixtures.js';

describe('backend/store-worker: the store in a thread of its own', () => {
  let store: WorkerStore;
  before(() => {
    store = new WorkerStore();
  });
  after(() => store.close());

  const journal = { giai: '8004LOG', epoch: 1 };
  const log = new LogBuilder();
  log.add('dock', { fields: { docked: 1 }, tail: Uint8Array.of(1, 2, 255) });
  log.wait(60).reading(2000, null);
  const batch = {
    ...journal,
    records: log.records,
    checkpoint: { sequence: 2, chainHash: new Uint8Array(32).fill(7) },
    signedCheckpoint: Uint8Array.of(9),
  };

  it('answers as the store itself does', async function () {
    this.timeout(60000); // PostgreSQL starts once
    assert.equal(await store.lastCheckpoint(journal), undefined);
    assert.deepEqual(await store.save(batch), { stored: 2, forked: [] });
    assert.deepEqual(await store.records(journal), log.records);
    const last = await store.lastCheckpoint(journal);
    assert.deepEqual(last, { sequence: 2, chainHash: new Uint8Array(32).fill(7) });
    const other = { ...log.records[0]!, fields: { docked: 0 } };
    const fork = { ...batch, records: [other, ...log.records.slice(1)] };
    assert.deepEqual(await store.save(fork), { stored: 0, forked: [1] });
    await store.setAside({ ...fork, reason: 'test' });
    await store.saveReceipt({ ...journal, sequence: 2, wallS: 1, signed: Uint8Array.of(3) });
    const counts = { records: 2, checkpoints: 1, receipts: 1, setAside: 1 };
    assert.deepEqual(await store.counts(), counts);
  });

  it('passes the database’s errors on', async () => {
    const wrong = { ...batch, epoch: 0.5 };
    await assert.rejects(store.save(wrong), /integer/);
  });

  it('takes a month of minutes at once', async () => {
    const many = new LogBuilder();
    for (let i = 0; i < 43200; i++) many.wait(60).reading(2000 + (i % 100), 2010);
    const checkpoint = { sequence: 43200, chainHash: new Uint8Array(32) };
    const month = { ...batch, epoch: 2, records: many.records, checkpoint };
    assert.deepEqual(await store.save(month), { stored: 43200, forked: [] });
  });
});

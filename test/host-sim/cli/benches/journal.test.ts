/** What a journal costs, counted: the counts are the flash's own, and no worse than they were. */
import assert from 'node:assert/strict';
import { arrayBytes } from '../../../../host-sim/cli/benches/array-bytes.js';
import { runBatched } from '../../../../host-sim/cli/benches/batched-run.js';
import { reachesAim, type Row } from '../../../../host-sim/cli/benches/bench.js';
import { journalRows } from '../../../../host-sim/cli/benches/journal-rows.js';
import { JournalRig, takenBytes } from '../../../../host-sim/cli/benches/journal-rig.js';
import { makeWorkload, withBattery } from '../../../../host-sim/cli/benches/journal-workload.js';
import {
  KITS_CASES,
  MOUNT_SAMPLES,
  mountKits,
  runKits,
} from '../../../../host-sim/cli/benches/kits-cases.js';
import { runPlain } from '../../../../host-sim/cli/benches/plain-run.js';
import { loadCbor } from '../../../../host-sim/backend/cbor.js';

const SAMPLES = 20_000;
const FLASH_BYTES = 1 << 18;
const columns = makeWorkload({ count: SAMPLES, seed: 1 });

describe('the rig that counts a journal’s bytes', () => {
  const rig = new JournalRig({ probeCount: 2, flashBytes: FLASH_BYTES });
  rig.mount();
  const before = { ...rig.flash.counters };
  rig.storeColumns(columns, 'hourly');
  const { bytes } = rig.journal;
  const { counters } = rig.flash;

  it('finds every programmed byte in one of its parts', () => {
    const parts = bytes.header + bytes.state + bytes.readings + bytes.events;
    assert.equal(parts, counters.programmedBytes - before.programmedBytes);
  });

  it('fills its segments to the last byte, blank ends counted', () => {
    const full = (bytes.segments - 1) * 4096 + rig.journal.offset;
    assert.equal(takenBytes(bytes), full);
  });

  it('stores what it was given', () => {
    assert.equal(bytes.readingCount, SAMPLES);
    assert.equal(bytes.eventCount, Math.ceil(SAMPLES / 60));
    assert.equal(rig.journal.lastStoredSequence, bytes.readingCount + bytes.eventCount);
    assert.ok(counters.erases >= bytes.segments);
  });
});

describe('bytes a sample, the first 20,000 of W1', () => {
  const each = runPlain(withBattery(columns), 'none');
  const hourly = runPlain(columns, 'hourly');

  it('on flash are no more than they were, battery in each reading', () => {
    assert.ok(each.taken <= 2.775, `${each.taken}`);
  });
  it('on flash are no more than they were, battery hourly', () => {
    assert.ok(hourly.taken <= 2.42, `${hourly.taken}`);
  });
  it('handed over are no more than they were', () => {
    assert.ok(each.compact <= 1.525, `${each.compact}`);
    assert.ok(hourly.compact < each.compact);
  });
  it('batched are no more than they were', () => {
    const batched = runBatched(withBattery(columns), 3600);
    assert.ok(batched.taken <= 1.84, `${batched.taken}`);
    assert.ok(batched.programs < 0.035, `${batched.programs}`);
  });
  it('take one program command a record', () => {
    assert.ok(each.flash.counters.programs <= 1.02 * SAMPLES);
  });
});

describe('the state of 16 kits', () => {
  before(async () => loadCbor());

  it('costs no more a sample than it did: calm, all zones used, worst', () => {
    const limits = { calm: 0.055, used: 0.065, worst: 0.17 };
    for (const which of KITS_CASES) {
      const run = runKits(which, columns, { flashBytes: FLASH_BYTES, battery: 'hourly' });
      const state = run.bytes.state / run.samples;
      assert.ok(state > 0 && state <= limits[which], `${which}: ${state}`);
      assert.equal(run.bytes.readingCount, SAMPLES);
    }
  });

  it('is read back within the reads and bytes of a cold boot', () => {
    const many = makeWorkload({ count: MOUNT_SAMPLES + 1, seed: 1 });
    const { reads, bytes } = mountKits('used', many, FLASH_BYTES);
    assert.ok(reads > 10 && reads <= 64, `${reads} reads`);
    assert.ok(bytes > 1000 && bytes <= 8192, `${bytes} bytes`);
  });
});

describe('typed arrays of an object', () => {
  it('are counted once each, with those within it, without those that are others’', () => {
    const shared = new Uint8Array(100);
    const inner = { words: new Int32Array(10), view: shared.subarray(10) };
    assert.equal(arrayBytes({ inner, again: inner.words, shared }), 140);
    assert.equal(arrayBytes({ inner }, [shared]), 40);
  });
});

describe('the bench journal', () => {
  it('gives its rows, also where there is no real trace', async () => {
    const rows = await journalRows({
      samples: SAMPLES,
      kitSamples: 5000,
      mountMb: [0.25],
      traceFolder: undefined,
    });
    const byName = (part: string): Row => {
      const row = rows.find(({ name }) => name.includes(part));
      assert.ok(row, `a row with ${part}`);
      return row;
    };
    assert.equal(byName('real traces').missing, 'not here: set PLASMAVAKT_SHARED');
    for (const part of ['battery in each, all', 'battery hourly, all', 'compact', 'batched']) {
      const row = byName(part);
      assert.ok(row.aim !== undefined && reachesAim(row), `${row.name}: ${row.value}`);
    }
    for (const { name, value, missing } of rows) {
      assert.ok(value === null ? missing !== undefined : Number.isFinite(value), name);
    }
    assert.ok(byName('mount, 0.25 MB, 16 kits calm: reads').value! > 10);
    assert.equal(new Set(rows.map(({ unit }) => unit)).has('B/sample'), true);
  });
});

/**
 * A container that nobody relieves of its records: it thins its journal while that gains anything,
 * then it keeps no more readings, and in the end nothing. From the first loss on its lamp says
 * "look", for what is not kept is no evidence; but it goes on judging: what must not be used is a
 * "no" all the same.
 */
import assert from 'node:assert/strict';
import { INDICATOR_FLAG, INDICATOR_LAYOUT } from '../../firmware/core/ports.js';
import { OBJECT } from '../../firmware/core/handoff/protocol.js';
import { decodeBlocks } from '../../host-sim/backend/decode.js';
import { goneRanges } from '../../host-sim/backend/thinned.js';
import { readCertificate, readCheckpoint } from '../../host-sim/backend/objects.js';
import type { ProfileParts } from '../core/excursion/support/profiles.js';
import { START_WALL_S } from '../host-sim/backend/support/fixtures.js';
import type { Bench } from './support/bench.js';
import { packedBench, type TestDock } from './support/dock.js';

/** Quarantine after ten minutes above 25 °C. */
const PROFILE: ProfileParts = {
  zones: [{ operator: 'above', limitCentiC: 2500, allowance: 'single', allowanceS: 600 }],
};
const LOOK = ['look', 'look', 'look', 'look'];

describe('a container whose journal is full', () => {
  let bench: Bench;
  let dock: TestDock;
  /** What the lamp showed until then. */
  const earlier = new Set<string>();
  const play = (times = 1): void => {
    for (let i = 0; i < times; i++) bench.lid(!bench.inputs.isLidOpen);
  };
  /** Until events are lost too. */
  const fillUp = (): void => play(900);
  const flags = (): number => bench.indicator.shown[INDICATOR_LAYOUT.flags]!;

  beforeEach(async () => {
    ({ bench, dock } = await packedBench(4, PROFILE, { sectorCount: 16 }));
    dock.leave();
    earlier.clear();
    while ((flags() & INDICATOR_FLAG.journalLosing) === 0) {
      earlier.add(bench.shown.join());
      assert.ok(bench.clock.nowS < 20_000, 'its journal is never full');
      play();
    }
  });

  it('says go while it thins, and look from the first record on that is lost', () => {
    assert.deepEqual([...earlier], ['go,go,go,go']);
    assert.ok(bench.records('thinned').length > 0);
    assert.ok(bench.records('kept').length > 0);
    // The first one is lost just now; room that comes in the same step already tells of it.
    const told = bench.records('lost').length;
    assert.ok(told <= 1, `${told} LOST records`);
    assert.deepEqual(bench.shown, LOOK);
    assert.equal(bench.indicator.shown[INDICATOR_LAYOUT.goCount], 0);
    const verdict = told === 0 ? 'usable' : 'unknown: lost';
    for (const kit of [0, 1, 2, 3]) assert.equal(bench.verdict(kit), verdict);
  });

  it('goes on judging: kits that became too warm are a no, the other one stays a look', () => {
    fillUp();
    const held = bench.records().length;
    for (let centiC = 2000; centiC < 3000; centiC += 5) {
      bench.probes.centiC = [centiC, 2000]; // slot 3 has the other probe
      play(8);
    }
    assert.equal(bench.records().length, held, 'nothing of it could be kept');
    assert.deepEqual(bench.shown, ['no', 'no', 'no', 'look']);
  });

  it('says look again after a restart, whether the loss could be recorded or not', () => {
    play();
    assert.equal(bench.records('lost').length, 1);
    bench.reboot({ offS: 2 });
    assert.deepEqual(bench.shown, LOOK);
    assert.equal(bench.verdict(0), 'unknown: lost');
    fillUp();
    const held = bench.records().length;
    bench.reboot({ offS: 2 });
    assert.equal(bench.records().length, held, 'there is no room for a BOOT record');
    assert.deepEqual(bench.shown, LOOK);
  });

  it('tells the dock how many it lost, and never says go again to kits that were aboard', () => {
    fillUp();
    play(100);
    dock.arrive();
    const checkpoint = dock.checkpoint();
    const { sequence, chainHash, ...rest } = readCheckpoint(
      checkpoint,
      readCertificate(dock.get(OBJECT.certificate), dock.authority.rootPublicKey),
    );
    const { problems, records } = decodeBlocks(dock.read(1));
    assert.deepEqual(problems, []);
    const receipt = {
      giai: rest.giai,
      epoch: rest.epoch,
      sequence,
      chainHash,
      wallS: START_WALL_S,
    };
    assert.equal(dock.put(OBJECT.receipt, dock.authority.receipt(receipt)), 1);
    bench.run(120);
    dock.leave();
    play();
    const counts = bench.records('lost').map(({ fields }) => fields['count']!);
    assert.ok(counts.length > 3 && counts[0] === 1, 'single readings at first');
    assert.ok(Math.max(...counts) >= 100);
    const { sequence: last } = records.at(-1)!;
    const lost = bench.records('lost').filter(({ sequence: number }) => number <= last);
    const gone = goneRanges(records).reduce((sum, range) => sum + range.readingCount, 0);
    const told = lost.reduce((sum, { fields }) => sum + fields['count']!, records.length + gone);
    assert.equal(told, last, 'every number is there, summed up, or counted as lost');
    assert.deepEqual(bench.shown, LOOK);
    for (const kit of [0, 1, 2, 3]) assert.equal(bench.verdict(kit), 'unknown: lost');
  });
});

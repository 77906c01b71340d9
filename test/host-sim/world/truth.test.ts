import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TruthEntry as OracleEntry } from '../../../host-sim/checkers/input.js';
import { type TruthEntry, TruthFile, TruthLog, teeTruth } from '../../../host-sim/world/truth.js';
import { PACKED, makeWorld } from './fixture.js';

const JOURNEY = [
  ...PACKED,
  '{ at: day 1 09:00, do: open-lid }',
  '{ at: day 1 09:01, do: take, kit: A }',
  '{ at: day 1 09:02, do: press }',
  '{ at: day 1 09:03, do: put-back, kit: A }',
  '{ at: day 1 09:04, do: close-lid }',
  '{ at: day 1 09:05, do: drop, heightCm: 40 }',
];
const FAULTS = [
  '{ at: day 1 10:00, fault: power-loss, duration: 1m }',
  '{ at: day 1 11:00, fault: clock-loss }',
];

function liveWith(truth: { add(entry: TruthEntry): void }) {
  const world = makeWorld({ journey: JOURNEY, faults: FAULTS }, { truth });
  world.advanceTo(world.endMs);
  return world;
}

describe('the truth log', () => {
  it('tells what happened, in order, with identities', () => {
    const log = new TruthLog();
    liveWith(log);
    const told = log.entries.filter(({ kind }) => kind !== 'act');
    assert.deepEqual(
      told.map(({ kind }) => kind),
      'dock lid pack pack lid dock lid take press putBack lid shock powerOff clock'.split(' '),
    );
    assert.deepEqual(told[2], {
      kind: 'pack',
      atS: 120,
      slot: 0,
      kit: '0109521234200017211',
      profile: 'generic-2-25',
      expiryWallS: (Date.UTC(2027, 1, 1) - Date.UTC(2020, 0, 1)) / 1000 - 1,
    });
    const shock = told.find((entry) => entry.kind === 'shock')!;
    assert.equal(shock.cause, 'drop');
    assert.equal(shock.heightCm, 40);
    assert.equal(shock.freeFallMs, 286);
    assert.ok(log.entries.every((entry, i) => i === 0 || entry.atS >= log.entries[i - 1]!.atS));
  });

  it('can be told to the oracle as it is', () => {
    const log = new TruthLog();
    liveWith(log);
    const forOracle: OracleEntry[] = [];
    for (const entry of log.entries) {
      const { kind } = entry;
      if (kind === 'act' || kind === 'place' || kind === 'dock' || kind === 'flight') continue;
      forOracle.push(entry); // the compiler compares the two tables
    }
    assert.equal(forOracle.length, 12);
  });

  it('is a file of one object a line, the setup first', () => {
    const folder = mkdtempSync(join(tmpdir(), 'truth-'));
    const path = join(folder, 'truth.jsonl');
    try {
      const log = new TruthLog();
      const file = new TruthFile(path, makeWorld().truthSetup);
      liveWith(teeTruth(log, file));
      for (let i = 0; i < 3000; i++) file.add({ kind: 'press', atS: 80_000 + i }); // several chunks
      file.close();
      const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
      const [setup, ...entries] = lines.map((line) => JSON.parse(line) as object);
      assert.deepEqual(setup, {
        kind: 'setup',
        startWallS: (Date.UTC(2026, 6, 13, 6) - Date.UTC(2020, 0, 1)) / 1000,
        endS: 86_400,
        samplePeriodS: 60,
        slotProbes: [[0], [1]],
        isHardware: false,
      });
      assert.equal(entries.length, log.entries.length + 3000);
      assert.deepEqual(entries.slice(0, log.entries.length), log.entries);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

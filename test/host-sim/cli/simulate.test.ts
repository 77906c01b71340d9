/** A run from its options to its files: what they say of the proof, what is warned of, stopping. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunObserver, RunResult } from '../../../host-sim/cli/run-types.js';
import { simulate } from '../../../host-sim/cli/simulate.js';
import { verifyRun } from '../../../host-sim/cli/verify-run.js';
import { PACKED, scenarioText } from '../world/fixture.js';
import { FakeTerminal } from './run-fixture.js';

const HEAD = 'days: 0.1\nat: bank\n';
/** On the way the clock is lost, and no dock ever sets it. */
const LOST_CLOCK = [
  '{ at: day 1 09:00, fault: clock-loss }',
  '{ at: day 1 09:01, fault: restart }',
];
const LID = ['{ at: day 1 09:30, do: open-lid }', '{ at: day 1 09:31, do: close-lid }'];

describe('a run', function () {
  this.timeout(120_000); // three databases start
  let folder: string;
  const notes: string[] = [];
  before(() => (folder = mkdtempSync(join(tmpdir(), 'plasmavakt-run-'))));
  after(() => rmSync(folder, { recursive: true }));

  const observer: RunObserver = { progress: () => undefined, note: (text) => notes.push(text) };
  function run(name: string, scenario: string, signal?: AbortSignal): Promise<RunResult> {
    const scenarioFile = join(folder, `${name}.yaml`);
    writeFileSync(scenarioFile, scenario);
    const outDir = join(folder, name);
    const flags = { truth: false, tape: false, flashTrace: false, tracePlace: 'inside' } as const;
    return simulate({ seed: 1, outDir, scenarioFile, ...flags }, observer, signal);
  }

  describe('in which a clock is lost after the last hand-over', () => {
    let result: RunResult;
    const text = (name: string) => readFileSync(join(folder, 'lost', name), 'utf8');
    before(async () => {
      const scenario = scenarioText({
        head: HEAD,
        journey: [...PACKED, ...LID],
        faults: LOST_CLOCK,
      });
      result = await run('lost', scenario);
    });

    it('warns of what is not handed over, and of what has no event, with the reason', () => {
      const { sequence } = result.handoffs.at(-1)!;
      const warnings = result.warnings.join('\n');
      assert.match(
        warnings,
        new RegExp(`^\\d+ readings after record ${sequence} not handed over yet$`, 'm'),
      );
      assert.match(
        warnings,
        /^events\.jsonld leaves out \d+ records from \d+ \(\w+\) on: its boot had no clock$/m,
      );
    });

    it('marks in its logs where the hand-over ends', () => {
      const { sequence } = result.handoffs.at(-1)!;
      const marks = text('log.jsonl')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { sequence: number; handedOver: boolean });
      assert.equal(marks.length, result.records);
      for (const mark of marks) assert.equal(mark.handedOver, mark.sequence <= sequence);
    });

    it('reports the chain hash that the last checkpoint signed, as verify does', async () => {
      const [stdout, stderr] = [new FakeTerminal(), new FakeTerminal()];
      const file = join(folder, 'lost', 'handoff.bin');
      assert.equal(await verifyRun([file, '--json'], { stdout, stderr }), 0);
      const { journals } = JSON.parse(stdout.text) as {
        journals: { checkpoints: { sequence: number; chainHash: string }[] }[];
      };
      const { chainHash, sequence } = journals[0]!.checkpoints.at(-1)!;
      assert.equal(sequence, result.handoffs.at(-1)!.sequence);
      const report = text('report.html').replace(/<\/?span>|\s/g, '');
      assert.ok(report.includes(chainHash));
      assert.ok(report.includes(`verified</b>uptorecord${sequence}`));
    });

    it('tells what people did, with local times', () => {
      assert.ok(notes.includes('day 1 08:02  kit A (Plasma) packed into slot 1'), notes.join('\n'));
      assert.ok(notes.includes('day 1 09:30  lid opened'));
      assert.ok(
        notes.some((note) => /Bank: \d+ records handed over in \d+ hand-overs$/.test(note)),
      );
    });
  });

  it('without any dock is made from the flash alone, and says so', async () => {
    const { warnings } = await run('alone', scenarioText({ head: HEAD }));
    assert.ok(
      warnings.includes('nothing was handed over: the files are made from the flash image alone'),
      warnings.join('\n'),
    );
    const report = readFileSync(join(folder, 'alone', 'report.html'), 'utf8');
    assert.match(report, /no signed checkpoint/);
    assert.match(report, /not receipted/);
  });

  it('that is stopped rejects and leaves the folder as it was', async () => {
    const out = join(folder, 'stopped');
    mkdirSync(out);
    writeFileSync(join(out, 'report.html'), 'of the run before');
    const stop = new AbortController();
    const scenario = scenarioText({ head: 'days: 300\nat: bank\n', journey: PACKED });
    setTimeout(() => stop.abort(new Error('stopped by SIGINT')), 50);
    await assert.rejects(run('stopped', scenario, stop.signal), /stopped by SIGINT/);
    assert.deepEqual(readdirSync(out), ['report.html']);
    assert.equal(readFileSync(join(out, 'report.html'), 'utf8'), 'of the run before');
  });
});

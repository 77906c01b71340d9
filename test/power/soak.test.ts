import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TEARS } from '../../host-sim/ports/flash-tear.js';
import { randomCut, randomWorkload } from './random-workload.js';
import { soakRun, soakText } from './soak-command.js';
import { soak } from './soak-pool.js';
import { addTally, emptyTally, soakWorkload } from './soak-run.js';

const OPERATIONS = Array.from({ length: 40 }, (_, i) => ({
  kind: i % 10 === 0 ? ('erase' as const) : ('program' as const),
  busyMicros: i % 10 === 0 ? 45_000 : 50,
}));

async function run(...args: readonly string[]) {
  let stdout = '';
  let stderr = '';
  const exitCode = await soakRun(args, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { exitCode, stdout, stderr };
}

describe('random power cuts', () => {
  it('are the same for the same seed and number, and others for others', () => {
    assert.deepEqual(randomCut(1, 5, OPERATIONS), randomCut(1, 5, OPERATIONS));
    const seen = new Set(
      Array.from({ length: 50 }, (_, i) => JSON.stringify(randomCut(i % 2, i, OPERATIONS))),
    );
    assert.equal(seen.size, 50);
    assert.deepEqual(randomWorkload('a', 3), randomWorkload('a', 3));
    assert.notDeepEqual(randomWorkload('a', 3), randomWorkload('a', 4));
  });

  it('share the tears equally, and one in four cuts again in the recovery', () => {
    const cuts = Array.from({ length: 8000 }, (_, i) => randomCut(1, i, OPERATIONS));
    for (const tear of TEARS) {
      assert.equal(cuts.filter((cut) => cut.tear === tear).length, 2000);
    }
    const again = cuts.filter((cut) => cut.again!.length > 0).length;
    assert.ok(again > 1850 && again < 2150, `${again} of 8000`);
  });

  it('fall half upon operations and half upon the time in which the flash is busy', () => {
    const cuts = Array.from({ length: 8000 }, (_, i) => randomCut(1, i, OPERATIONS));
    const inErases = cuts.filter(({ operation }) => operation % 10 === 1).length;
    // By operation one of ten is in an erase, by time nearly all are.
    assert.ok(inErases > 4150 && inErases < 4550, `${inErases} of 8000`);
    assert.ok(cuts.every(({ operation }) => operation >= 1 && operation <= 40));
  });

  it('do no harm, whoever makes them', async function () {
    this.timeout(60_000);
    const alone = emptyTally();
    for (const [workload, cuts] of [40, 12].entries()) {
      addTally(alone, soakWorkload(7, workload, cuts));
    }
    assert.deepEqual(alone.messages, []);
    const progress: number[] = [];
    const request = { seed: 7, cutCount: 52, workerCount: 2 };
    const shared = await soak(request, (done) => progress.push(done));
    assert.deepEqual(shared, alone);
    assert.equal(progress.at(-1), 52);
  });
});

describe('npm run soak', function () {
  this.timeout(60_000);

  it('prints what became of the cuts, by tear, and writes it as JSON', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'soak-'));
    try {
      const file = join(folder, 'soak.json');
      const args = ['--cuts', '40', '--seed', 'x', '--workers', '1', '--json', file];
      const { exitCode, stdout, stderr } = await run(...args);
      assert.equal(exitCode, 0, stderr + stdout);
      for (const tear of TEARS) assert.match(stdout, new RegExp(`${tear} +│ +10 │`));
      assert.match(stdout, /every promise was kept; \d+ s, \d+ cuts\/s/);
      const figures = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
      assert.equal(figures['seed'], 'x');
      assert.equal(figures['cuts'], 40);
      assert.deepEqual(figures['failures'], []);
      assert.deepEqual(Object.keys(figures['tears'] as object), [...TEARS]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says what was broken', () => {
    const tally = emptyTally();
    tally.tears.subset.cuts = 1;
    tally.tears.subset.lost = 1;
    tally.messages.push('random workload 3 of seed 1: …');
    const text = soakText(tally, 1, 1);
    assert.match(text, /failed: random workload 3 of seed 1/);
    assert.match(text, /PROMISES WERE BROKEN/);
  });

  const wrong: readonly (readonly [args: readonly string[], says: RegExp])[] = [
    [['--cuts', 'many'], /'--cuts <N>' argument 'many' is invalid. Expected a whole number from 1/],
    [['--cuts', '0'], /whole number from 1 to/],
    [['--workers', '0'], /whole number from 1 to 256/],
    [['--json', '/no/such/folder/x.json'], /There is no folder \/no\/such\/folder/],
    [['--json', tmpdir()], /It is a folder/],
    [['--depth'], /unknown option '--depth'/],
    [['more'], /too many arguments/],
    [['--mutation', 'app'], /'app' is invalid. Allowed choices are kit, shock, excursion/],
    [['--mutation', '--cuts', '9'], /'--mutation \[ROOM...\]' cannot be used with .*--cuts/],
  ];
  for (const [args, says] of wrong) {
    it(`refuses ${args.join(' ')}`, async () => {
      const { exitCode, stderr } = await run(...args);
      assert.equal(exitCode, 2);
      assert.match(stderr, says);
    });
  }

  it('helps', async () => {
    const { exitCode, stdout } = await run('--help');
    assert.equal(exitCode, 0);
    assert.match(stdout, /--cuts <N>/);
  });
});

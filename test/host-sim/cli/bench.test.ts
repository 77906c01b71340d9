/** Benchmarks: found by name, shown with their aims, written as rows that a program can compare. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv from 'ajv';
import { runBench } from '../../../host-sim/cli/bench-run.js';
import {
  type Bench,
  type Row,
  median,
  reachesAim,
  significant,
} from '../../../host-sim/cli/benches/bench.js';
import { simRows } from '../../../host-sim/cli/benches/sim-rows.js';
import { CONTROL_CODE, FakeTerminal } from './run-fixture.js';

const ROWS_SCHEMA = {
  type: 'array',
  minItems: 1,
  items: {
    type: 'object',
    required: ['name', 'value', 'unit', 'better'],
    additionalProperties: false,
    properties: {
      name: { type: 'string', minLength: 1 },
      value: { type: ['number', 'null'] },
      missing: { type: 'string', minLength: 1 },
      unit: { type: 'string' },
      aim: { type: 'number' },
      better: { enum: ['lower', 'higher'] },
      elsewhere: { type: 'string' },
    },
  },
};

const ROWS: Row[] = [
  {
    name: 'bytes per sample',
    value: 3.02,
    unit: 'B',
    aim: 3.05,
    better: 'lower',
    elsewhere: 'FCB 14.05',
  },
  { name: 'days', value: 120, unit: '/s', aim: 200, better: 'higher' },
  { name: 'entropy', value: 1.57, unit: 'B', better: 'lower' },
  { name: 'packer', value: null, missing: 'not installed', unit: 'B', better: 'lower' },
];
const BENCHES: Bench[] = [
  { name: 'codec', describe: 'bytes of a sample', run: () => Promise.resolve(ROWS) },
  { name: 'broken', describe: 'fails', run: () => Promise.reject(new Error('no flash')) },
];

async function run(args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [stdout, stderr] = [new FakeTerminal(), new FakeTerminal()];
  const code = await runBench(args, BENCHES, { stdout, stderr, useColour: false });
  return { code, out: stdout.text, err: stderr.text };
}

describe('npm run bench', () => {
  it('prints what, now, aim, best elsewhere, and says in words what misses its aim', async () => {
    const { code, out, err } = await run(['codec']);
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /what +│ +now │ +aim │ best elsewhere/);
    assert.match(out, /bytes per sample │ +3\.02 B │ ≤ 3\.05 │ FCB 14\.05/);
    assert.match(out, /missed: 120 \/s │ +≥ 200 │ –/);
    assert.doesNotMatch(out, CONTROL_CODE);
  });

  it('prints a dash for a number without an aim, and why a number is missing', async () => {
    const { code, out } = await run(['codec']);
    assert.equal(code, 0);
    assert.match(out, /entropy +│ +1\.57 B │ +– │ –/);
    assert.match(out, /packer +│ +not installed │ +– │ –/);
  });

  it('writes the same rows as JSON', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plasmavakt-bench-'));
    try {
      const file = join(folder, 'rows.json');
      assert.equal((await run(['codec', '--json', file])).code, 0);
      const rows: unknown = JSON.parse(readFileSync(file, 'utf8'));
      const validate = new Ajv().compile(ROWS_SCHEMA);
      assert.ok(validate(rows), JSON.stringify(validate.errors));
      assert.deepEqual(rows, ROWS);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('answers a name that is none with those there are, exit code 2', async () => {
    const { code, err } = await run(['codek']);
    assert.equal(code, 2);
    assert.match(
      err,
      /there is no bench 'codek', expected one of:\n {2}codec +bytes of a sample\n {2}broken/,
    );
    assert.equal((await run([])).code, 2);
    assert.equal((await run(['codec', '--fast'])).code, 2);
  });

  it('--list names them, one a line', async () => {
    const { code, out } = await run(['--list']);
    assert.equal(code, 0);
    assert.equal(out, '  codec   bytes of a sample\n  broken  fails\n');
  });

  it('ends with 1 when the bench fails or its file cannot be written', async () => {
    const failed = await run(['broken']);
    assert.deepEqual([failed.code, failed.err], [1, "error: bench 'broken': no flash\n"]);
    assert.equal((await run(['codec', '--json', '/no/such/folder/x.json'])).code, 1);
  });
});

describe('the bench sim', () => {
  it('reports the median of its counted runs, the first run not among them', async () => {
    const seconds = [9, 0.1, 0.3, 0.2];
    const asked: unknown[] = [];
    const rows = await simRows((options) => {
      asked.push(options);
      return { days: options.days, seconds: seconds[asked.length - 1]! };
    }, 3);
    assert.deepEqual(asked[0], { days: 30, kits: 8, probes: 2 });
    assert.equal(asked.length, 4);
    assert.deepEqual(rows, [
      { name: 'simulation', value: 150, unit: 'container-days/s', aim: 200, better: 'higher' },
    ]);
  });

  it('refuses fewer than three runs', async () => {
    await assert.rejects(
      simRows(() => ({ days: 1, seconds: 1 }), 2),
      /at least 3/,
    );
  });
});

describe('numbers of a bench', () => {
  it('the median is the middle, or the mean of two', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 2, 3]), 2.5);
    assert.throws(() => median([]), /at least one/);
  });
  it('four digits are kept', () => assert.equal(significant(1234.56), 1235));
  it('an aim is reached from its side', () => {
    assert.equal(reachesAim({ ...ROWS[0]!, value: 3.05 }), true);
    assert.equal(reachesAim({ ...ROWS[0]!, value: 3.06 }), false);
    assert.equal(reachesAim(ROWS[1]!), false);
  });
  it('there is nothing to miss without an aim or without a number', () => {
    assert.equal(reachesAim(ROWS[2]!), true);
    assert.equal(reachesAim({ ...ROWS[3]!, aim: 1 }), true);
  });
});

/** `npm start` from its arguments to its exit code, with a run that is made up. */
import assert from 'node:assert/strict';
import type { Simulate } from '../../../host-sim/cli/run-types.js';
import { type StartIo, runStart } from '../../../host-sim/cli/start-run.js';
import { CONTROL_CODE, FakeTerminal, RESULT } from './run-fixture.js';

function ioOf(stdout = new FakeTerminal(), env: NodeJS.ProcessEnv = {}, signal?: AbortSignal) {
  const stderr = new FakeTerminal();
  const io: StartIo = { stdout, stderr, env, signal, nowMs: () => 0 };
  return { io, stdout, stderr };
}

const MOMENT = {
  endMs: 86_400_000,
  start: { unixMs: 0, offsetMs: 0 },
  place: 'Base',
  trueCentiC: [2140, null],
  counts: { go: 6, look: 1, no: 0, empty: 1 },
  docked: true,
};
const quick: Simulate = async (_options, observer) => {
  for (let simMs = 0; simMs <= MOMENT.endMs; simMs += 3600_000) {
    observer.progress({ ...MOMENT, simMs });
  }
  observer.note('kit 3 taken');
  return RESULT;
};

describe('npm start', () => {
  it('ends with 0 whatever the verdicts, and tells of kits, hand-off, files, hash', async () => {
    const { io, stdout, stderr } = ioOf();
    assert.equal(await runStart([], quick, io), 0);
    for (const part of ['quarantine', 'Handed over', '/tmp/out/report.html', RESULT.finalHash]) {
      assert.ok(stdout.text.includes(part), part);
    }
    assert.match(stdout.text, /warning: 2 records are not receipted yet/);
    assert.equal(stderr.text, '');
    assert.doesNotMatch(stdout.text, CONTROL_CODE);
  });

  it('hands the options on as they were given', async () => {
    const { io } = ioOf();
    let seen: unknown;
    await runStart(['--seed', '7'], async (options) => ((seen = options.seed), RESULT), io);
    assert.equal(seen, 7);
  });

  it('ends with 1 and one line when the run fails', async () => {
    const { io, stderr, stdout } = ioOf();
    const failing: Simulate = () =>
      Promise.reject(new Error('trace.csv line 7: expected a number'));
    assert.equal(await runStart([], failing, io), 1);
    assert.equal(stderr.text, 'error: trace.csv line 7: expected a number\n');
    assert.equal(stdout.text, '');
  });

  it('ends with 130 when it is stopped, and says that the folder is as before', async () => {
    const stop = new AbortController();
    const { io, stderr } = ioOf(new FakeTerminal(), {}, stop.signal);
    const stopped: Simulate = (_options, _observer, signal) => {
      stop.abort(new Error('stopped by SIGINT'));
      return Promise.reject(signal!.reason as Error);
    };
    assert.equal(await runStart(['--out', 'there'], stopped, io), 130);
    assert.equal(stderr.text, 'stopped; there is as it was before\n');
  });

  it('ends with 2 for options that cannot be used, without running', async () => {
    const { io, stderr } = ioOf();
    const never: Simulate = () => assert.fail('it ran');
    assert.equal(await runStart(['--days', 'x'], never, io), 2);
    assert.match(stderr.text, /--days/);
  });

  it('ends with 2 when npm took an option for itself', async () => {
    const { io, stderr } = ioOf(new FakeTerminal(), { npm_config_truth: 'true' });
    assert.equal(await runStart([], () => assert.fail('it ran'), io), 2);
    assert.match(stderr.text, /npm start -- --truth/);
  });

  it('ends with 0 after --help and --version', async () => {
    const { io, stdout } = ioOf();
    assert.equal(await runStart(['--version'], quick, io), 0);
    assert.match(stdout.text, /^\d+\.\d+\.\d+\n$/);
  });

  it('--json prints one JSON object and nothing else', async () => {
    const { io, stdout } = ioOf(new FakeTerminal(true, 120));
    assert.equal(await runStart(['--json'], quick, io), 0);
    assert.deepEqual(JSON.parse(stdout.text), JSON.parse(JSON.stringify(RESULT)));
  });

  it('on a terminal shows a live picture and clears it', async () => {
    const { io, stdout } = ioOf(new FakeTerminal(true, 140));
    assert.equal(await runStart([], quick, io), 0);
    assert.match(stdout.text, CONTROL_CODE);
    assert.match(stdout.text, /docked/);
  });

  it('NO_COLOR and a dumb terminal are respected', async () => {
    const dumb = ioOf(new FakeTerminal(true, 100), { TERM: 'dumb' });
    await runStart([], quick, dumb.io);
    assert.doesNotMatch(dumb.stdout.text, CONTROL_CODE);
    const plain = ioOf(new FakeTerminal(true, 140), { NO_COLOR: '1' });
    await runStart([], quick, plain.io);
    // eslint-disable-next-line no-control-regex -- colours are what is looked for
    assert.doesNotMatch(plain.stdout.text, /\u001b\[3[0-7]m/);
  });
});

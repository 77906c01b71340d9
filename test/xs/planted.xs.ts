/**
 * The test of the test: differences, writes to preloaded objects and leaks that are planted must be
 * noticed, each by its own name and at its place.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CREATION, Host, type Replay } from './host.js';
import { dropTape, withTapes } from './lanes.js';
import { firmwareModules, type Module } from './program.js';
import { callNamed, callsOf, flipBit } from './tape-edit.js';
import { growth, preloadedWrite } from './verdict.js';

/** What is planted shall be found, whatever the firmware's own budget says today. */
const poolBytes = CREATION.static;
const SCENARIO = join(__dirname, 'scenarios', 'probe-faults.yaml');

/** The firmware behind a container of ours that does something before each step. */
function withStep(declarations: string, perStep: string): Module[] {
  const modules = firmwareModules().map((module) =>
    module.path === 'app/container' ? { ...module, path: 'app/real-container' } : module,
  );
  const source = `import { createContainer as createReal } from './real-container.js';
${declarations}
class Planted {
  constructor(real) { this.real = real; this.kept = null; }
  step() { ${perStep}; return this.real.step(); }
}
export function createContainer(ports, limits) { return new Planted(createReal(ports, limits)); }
`;
  return [...modules, { path: 'app/container', source }];
}

/** The firmware with one text of one module replaced, which must be there. */
function withText(path: string, text: string | RegExp, by: string): Module[] {
  let count = 0;
  const modules = firmwareModules().map((module) => {
    if (module.path !== path) return module;
    const source = module.source.replace(text, by);
    if (source !== module.source) count++;
    return { path, source };
  });
  assert.equal(count, 1, `${path} has no ${text}`);
  return modules;
}

describe('on XS, what is planted is found:', () => {
  let host: Host;
  let tapeFile = '';
  let tape: Uint8Array;

  before('records a tape', async () => {
    host = await Host.make();
    await withTapes([{ name: 'planted', seed: 5, scenario: SCENARIO }], async (file) => {
      tapeFile = file;
      tape = new Uint8Array(readFileSync(file)); // not a Buffer, whose slices share
      return file;
    });
  });

  after(() => {
    dropTape(tapeFile);
    dropTape(`${tapeFile}.changed`);
  });

  const replayChanged = (changed: Uint8Array): Promise<Replay> => {
    writeFileSync(`${tapeFile}.changed`, changed);
    return host.replay(`${tapeFile}.changed`, { poolBytes });
  };

  const replayWith = async (modules: readonly Module[], live = false): Promise<Replay> => {
    const planted = await Host.make('planted', modules);
    return planted.replay(tapeFile, { live, poolBytes });
  };

  it('nothing, where nothing is planted', async () => {
    const replay = await host.replay(tapeFile, { live: true, poolBytes });
    assert.equal(replay.end, 'same');
    assert.equal(preloadedWrite(replay), undefined);
    assert.equal(growth(replay.live), undefined);
    assert.equal(replay.slotBytes, 16);
    const same = await replayWith(withStep('', ''), true);
    assert.equal(same.end, 'same');
    assert.equal(preloadedWrite(same), undefined);
  });

  describe('on the tape', () => {
    for (const name of [
      'journalFlash.program',
      'link.send',
      'indicator.show',
      'signer.startSign',
    ]) {
      it(`one bit of what is given to ${name}`, async () => {
        const call = callNamed(tape, name, 1);
        const at = Math.floor(call.inLength / 2);
        const replay = await replayChanged(flipBit(tape, call.inAt + at, 3));
        assert.equal(replay.end, 'difference');
        const place = new RegExp(
          `^Tape differs in call ${call.number}, step \\d+, boot 1, day \\d+ \\(uptime .*\\): ` +
            `bytes of ${name} from byte ${at}: expected 0x[0-9a-f]+, got 0x[0-9a-f]+$`,
        );
        assert.match(replay.message!, place);
        assert.match(replay.trace!, /App\.(boot|run)/);
      });
    }

    it('one bit of a temperature that is answered', async () => {
      const call = callNamed(tape, 'probes.poll', 900);
      const replay = await replayChanged(flipBit(tape, call.outAt, 1));
      assert.equal(replay.end, 'difference');
      const number = Number(/in call (\d+),/.exec(replay.message!)![1]);
      const next = [...callsOf(tape)].find(
        ({ name, number }) => name === 'journalFlash.program' && number > call.number,
      )!;
      assert.equal(number, next.number, 'the reading is stored at once');
    });

    it('an argument, and the sleep of a step', async () => {
      const call = callNamed(tape, 'journalFlash.read', 3);
      const argument = await replayChanged(flipBit(tape, call.intsAt, 1));
      assert.match(
        argument.message!,
        new RegExp(`call ${call.number}, .* address of journalFlash`),
      );
      const calls = [...callsOf(tape)];
      const last = calls.findIndex(({ name }, i) => i > 400 && name === 'clock.read') - 1;
      const sleepAt = calls[last]!.outAt + calls[last]!.outLength + 1;
      const sleep = await replayChanged(flipBit(tape, sleepAt, 1));
      assert.match(sleep.message!, /expected sleep of -?\d+ ms, got \d+ ms$/);
    });

    it('damage, and an end that is missing', async () => {
      const damaged = tape.slice();
      damaged[damaged.length - 1]! ^= 1;
      assert.match((await replayChanged(damaged)).message!, /^Tape damaged: its CRC-32 is/);
      const short = await replayChanged(tape.slice(0, tape.length >> 1));
      assert.match(short.message!, /^Tape truncated: it ends at byte \d+, after call \d+, step/);
    });
  });

  describe('in the code', () => {
    it('another check sum', async () => {
      const replay = await replayWith(withText('core/bytes', /(CRC32_POLYNOMIAL = )/, '$11 ^ '));
      assert.equal(replay.end, 'difference');
      assert.match(replay.message!, /bytes of (journal|catalogue)Flash\.program from byte \d+/);
    });

    it('another sleep', async () => {
      const replay = await replayWith(withText('app/container', /SOON_MS = 10\b/, 'SOON_MS = 11'));
      assert.match(replay.message!, /^Tape differs in call \d+, step \d, .* got 11 ms$/);
    });

    it('an exception, with those who called', async () => {
      const replay = await replayWith(
        withStep('function fall() { throw new Error("planted"); }', 'if (limits.slotCount) fall()'),
      );
      assert.equal(replay.end, 'exception');
      assert.match(replay.message!, /planted/);
      assert.match(replay.trace!, /^fall < Planted\.step/);
    });

    it('recursion without an end', async () => {
      const replay = await replayWith(
        withStep('function deep(n) { return 1 + deep(n); }', 'deep(0)'),
      );
      assert.equal(replay.end, 'stack overflow');
      assert.match(replay.trace!, /^deep < deep/);
    });

    it('a call too many, and an argument that is no int32', async () => {
      const twice = await replayWith(withStep('', 'ports.watchdog.kick()'));
      assert.match(twice.message!, /call: expected .*, got watchdog\.kick$/);
      const half = await replayWith(withStep('', 'ports.probes.start(0.5)'));
      assert.equal(half.end, 'difference');
    });
  });

  describe('in preloaded memory', () => {
    it('a table that is written', async () => {
      const replay = await replayWith(withStep('const table = new Uint8Array(4);', 'table[1] = 7'));
      assert.equal(replay.end, 'exception');
      assert.match(replay.message!, /read-only/);
    });

    it('a table that a port is asked to fill', async () => {
      const replay = await replayWith(
        withStep('const clock = new Uint8Array(16);', 'ports.clock.read(clock)'),
      );
      assert.equal(replay.end, 'exception');
      assert.match(replay.message!, /read-only buffer/);
    });

    it('a variable and an object that are copied into memory when they are written', async () => {
      const variable = await replayWith(withStep('let stepCount = 0;', 'stepCount++'));
      assert.equal(variable.end, 'same');
      assert.match(preloadedWrite(variable)!, /variable stepCount/);
      const object = await replayWith(
        withStep('const state = { stepCount: 0 };', 'state.stepCount++'),
      );
      assert.match(preloadedWrite(object)!, /object \{ stepCount \}/);
    });

    it('a date, which XS writes in place', async () => {
      const replay = await replayWith(withStep('const date = new Date(0);', 'date.setTime(1)'));
      assert.equal(replay.end, 'write to ROM');
    });
  });

  describe('in memory', () => {
    it('a leak, long before memory is full', async () => {
      const perStep = 'if (++this.count % 2000 === 0) this.kept = { next: this.kept }';
      const replay = await replayWith(withStep('', `this.count ??= 0; ${perStep}`), true);
      assert.equal(replay.end, 'same');
      assert.match(
        growth(replay.live)!,
        /^boot 1, day \d+: \d+ slots and \d+ chunk bytes are alive/,
      );
    });

    it('a leak that fills the pool', async () => {
      const replay = await replayWith(withStep('', 'this.kept = [this.kept, new Uint8Array(64)]'));
      assert.equal(replay.end, 'memory full');
      assert.match(replay.message!, /The pool of \d+ bytes is full/);
    });
  });
});

/** Options of `npm start`: what each gives, and one clear error for what cannot be used. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommanderError } from 'commander';
import {
  optionTakenByNpm,
  packageVersion,
  parseStart,
  startCommand,
} from '../../../host-sim/cli/start-options.js';
import type { RunOptions } from '../../../host-sim/cli/run-types.js';

describe('the options of npm start', () => {
  let folder: string;
  let file: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'plasmavakt-options-'));
    file = join(folder, 'trace.csv');
    writeFileSync(file, 'time,T\n');
  });
  after(() => rmSync(folder, { recursive: true }));

  const DEFAULTS: RunOptions = {
    seed: 1,
    outDir: 'out',
    tracePlace: 'inside',
    truth: false,
    tape: false,
    flashTrace: false,
  };

  function errorOf(args: readonly string[]): { message: string; written: string } {
    let written = '';
    const command = startCommand().configureOutput({ writeErr: (text) => (written += text) });
    try {
      parseStart(args, command);
    } catch (error) {
      return { message: (error as CommanderError).message, written };
    }
    return assert.fail(`accepted ${args.join(' ')}`);
  }

  it('without any: the default journey', () => {
    assert.deepEqual(parseStart([]), { run: DEFAULTS, json: false });
  });

  it('all of them', () => {
    const args = ['--days', '2.5', '--seed', '4294967295', '--out', folder, '--scenario', file];
    args.push('--trace', file, '--trace-place', 'outside', '--column', 'T (F)', '--unit', 'F');
    args.push('--time-column', 'when', '--shock', file, '--shock-at', 'day 2 13:05');
    args.push('--truth', '--tape', '--flash-trace', '--language', 'nb', '--json');
    assert.deepEqual(parseStart(args), {
      json: true,
      run: {
        days: 2.5,
        seed: 4294967295,
        outDir: folder,
        scenarioFile: file,
        traceFile: file,
        tracePlace: 'outside',
        column: 'T (F)',
        timeColumn: 'when',
        unit: 'F',
        shockFile: file,
        shockAt: 'day 2 13:05',
        truth: true,
        tape: true,
        flashTrace: true,
        language: 'nb',
      },
    });
  });

  const wrong: [args: string[], option: string, expectation: RegExp][] = [
    [['--days', '0'], '--days', /number of days above 0/],
    [['--days', '-3'], '--days', /number of days above 0/],
    [['--days', '1e3'], '--days', /number of days above 0/],
    [['--days', '99999'], '--days', /at most 3650/],
    [['--days', 'many'], '--days', /number of days/],
    [['--seed', '1.5'], '--seed', /whole number from 0/],
    [['--seed', '4294967296'], '--seed', /to 4294967295/],
    [['--language', 'no'], '--language', /Allowed choices are en, nb, sv, da\./],
    [['--language', 'NB'], '--language', /en, nb, sv, da/],
    [['--unit', 'K'], '--unit', /C, F/],
    [['--trace-place', 'roof'], '--trace-place', /inside, outside/],
    [['--scenario', '/no/such.yaml'], '--scenario', /there is none/],
    [['--trace', tmpdir()], '--trace', /this is a folder/],
    [['--out', __filename], '--out', /Expected a folder/],
    [['--out', ''], '--out', /Expected a folder/],
    [['--shock-at', '25:99'], '--shock-at', /an instant like 'day 2 13:05'/],
    [['--column', 'T'], '--column', /--trace FILE, which is missing/],
    [['--unit', 'C'], '--unit', /--trace FILE, which is missing/],
    [['--trace-place', 'inside'], '--trace-place', /--trace FILE, which is missing/],
    [['--shock-at', '+26h'], '--shock-at', /--shock FILE, which is missing/],
    [['--dayz', '3'], '--dayz', /Did you mean --days/],
    [['--seed'], '--seed', /argument missing/],
    [['3'], '3', /too many arguments/],
  ];
  for (const [args, option, expectation] of wrong) {
    const shown = args.join(' ').replace(__filename, 'a file').replace(tmpdir(), 'a folder');
    it(`refuses ${shown}, naming the option and what it expects`, () => {
      const { message, written } = errorOf(args);
      assert.match(written, expectation);
      if (option.startsWith('--')) assert.ok(message.includes(option), message);
      assert.match(written, /Try: npm start -- --help/);
      assert.equal(written.match(/error:/g)?.length, 1, written);
    });
  }

  it('--help shows examples, files and exit codes; --version the version', () => {
    let out = '';
    const command = startCommand().configureOutput({ writeOut: (text) => (out += text) });
    assert.throws(() => parseStart(['--help'], command), { exitCode: 0 });
    for (const part of [
      'npm start -- --days 30',
      'out/report.html',
      'Exit code:',
      '--flash-trace',
      '--language <CODE>',
      'stays English',
      'default: "inside"',
      '(default: half-way)',
    ]) {
      assert.ok(out.includes(part), part);
    }
    assert.ok(
      out.split('\n').every((line) => line.length <= 100),
      'a line over 100 columns',
    );
    out = '';
    assert.throws(() => parseStart(['--version'], command), { exitCode: 0 });
    assert.equal(out.trim(), packageVersion());
  });

  it('sees an option that npm took for itself', () => {
    assert.equal(optionTakenByNpm({ npm_config_flash_trace: 'true' }), 'flash-trace');
    assert.equal(optionTakenByNpm({ npm_config_days: '3' }), 'days');
    assert.equal(optionTakenByNpm({ npm_config_cache: '/x' }), undefined);
  });
});

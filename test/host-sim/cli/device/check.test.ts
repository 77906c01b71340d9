/** check:device: what it runs for each board, and the faults that a linked firmware can have. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { BOARDS, buildFolder } from '../../../../host-sim/cli/device/boards.js';
import { checkDevice } from '../../../../host-sim/cli/device/check.js';
import type { Invocation } from '../../../../host-sim/cli/device/process.js';
import { FakeSdk } from './fake-sdk.js';

const MODULES = ['core/bytes', 'app/container', 'device/main', 'timer'];
const SETTINGS = 'CONFIG_ESP_INT_WDT=y\nCONFIG_SPI_FLASH_VERIFY_WRITE=n\n';
const CREATION = '8192,512,1024,64,320,32,32,53,3,1024,17,65536,device/boards/esp32-s3,0';

/** What the SDK makes of the manifests, and how a test bends it. */
interface Bend {
  preloads: string[];
  creation: string;
  merged: string;
  warnings: string;
}

describe('npm run check:device', () => {
  let fake: FakeSdk;
  let bend: Bend;

  beforeEach(() => {
    fake = new FakeSdk();
    bend = { preloads: [...MODULES], creation: CREATION, merged: SETTINGS, warnings: '' };
    const { checkout } = fake;
    fake.file(
      join(checkout, 'manifests/base.json'),
      JSON.stringify({
        creation: {
          static: 65536,
          chunk: { initial: 8192, incremental: 512 },
          heap: { initial: 1024, incremental: 64 },
          stack: 320,
        },
      }),
    );
    for (const { name } of BOARDS) {
      const build = { SDKCONFIGPATH: './../flash' };
      fake.file(join(checkout, `manifests/${name}/manifest.json`), JSON.stringify({ build }));
    }
    fake.file(join(checkout, 'manifests/flash/sdkconfig.defaults'), SETTINGS);
    fake.act = (invocation) => {
      if (invocation.program === 'mcconfig') resolveManifest(invocation);
      else link(invocation);
      return 0;
    };
  });
  afterEach(() => {
    fake.dispose();
  });

  const check = (...args: string[]): Promise<number> => checkDevice(args, fake.io);
  const out = (): string => join(fake.checkout, 'out', 'device-check');

  function resolveManifest({ cwd }: Invocation): void {
    const board = BOARDS.find(({ name }) => name === basename(cwd))!;
    const folder = buildFolder(board, out(), 'release');
    const modules = MODULES.map((module) => `\t$(MODULES_DIR)/${module}.xsb\\\n`).join('');
    const preloads = bend.preloads.map((module) => `\t-p ${module}.xsb\\\n`).join('');
    fake.file(
      join(folder, 'makefile'),
      `MODULES = /sdk/modules\n\nCREATION = -c ${bend.creation}\n\n` +
        `MODULES =\\\n${modules}\t$(TMP_DIR)/modTimer.c.xsi\n\nPRELOADS =\\\n${preloads}\n`,
    );
    if (board.chip !== undefined) {
      fake.file(join(folder, `xsProj-${board.chip}`, 'sdkconfig.mc'), bend.merged);
    }
  }

  function link({ cwd, onText }: Invocation): void {
    for (const module of MODULES) fake.file(join(cwd, 'modules', `${module}.xsb`), 'x'.repeat(100));
    fake.file(join(cwd, 'modules', 'core', 'gone.xsb'), 'left from an earlier run');
    fake.file(join(cwd, 'mc.xs.c'), '#define mxAliasCount 77\n#define mxHeapCount 12345\n');
    onText(bend.warnings);
  }

  it('resolves and links every board without C, and shows what each costs', async () => {
    assert.equal(await check(), 0);
    const programs = fake.invocations.map(({ program }) => program);
    assert.deepEqual(programs, Array<string[]>(BOARDS.length).fill(['mcconfig', 'make']).flat());
    const [resolve, make] = fake.invocations;
    assert.deepEqual(resolve!.args, ['-p', 'esp32:.', '-o', out()]);
    assert.equal(resolve!.cwd, join(fake.checkout, 'manifests', 'esp32s3'));
    assert.deepEqual(
      make!.args.filter((arg) => !arg.startsWith('-')).map((arg) => basename(arg)),
      ['makefile', 'IDF_VERSION=none', 'SDKCONFIG_H=', 'mc.xs.c', 'mc.resources.c'],
    );
    const lin = fake.invocations.at(-1)!;
    assert.ok(!lin.args.some((arg) => arg.startsWith('IDF')));
    for (const { name } of BOARDS) {
      const row = new RegExp(`│ ${name} +│ links +│ +4 │( +100 │){4} +12345 │ +77 │`);
      assert.match(fake.stdout.text, row);
    }
    assert.match(fake.stdout.text, /SDK 8\.2\.3\n$/);
  });

  it('needs no ESP-IDF', async () => {
    fake.remove(fake.idf);
    delete fake.env['IDF_PATH'];
    assert.equal(await check('--board', 'esp32'), 0);
  });

  it('ends with 2 where there is no SDK', async () => {
    delete fake.env['MODDABLE'];
    assert.equal(await check(), 2);
    assert.match(fake.stderr.text, /MODDABLE is not set/);
    assert.equal(await check('--board', 'esp9'), 2);
  });

  it('shows the end of what the SDK said, and goes on with the next board', async () => {
    const act = fake.act;
    fake.act = (invocation) => {
      if (invocation.program === 'mcconfig' || !invocation.cwd.includes('esp32c3')) {
        return act(invocation);
      }
      invocation.onText('# tsc clock.ts\nclock.ts(23,7): error TS6133: never read.\n# tsc b.ts\n');
      return 2;
    };
    assert.equal(await check(), 1);
    assert.match(fake.stdout.text, / {2}fault: clock\.ts\(23,7\): error TS6133/);
    assert.doesNotMatch(fake.stdout.text, /fault: # tsc/);
    assert.match(fake.stdout.text, /│ esp32c3 +│ has faults │/);
    assert.match(fake.stdout.text, /│ esp32c6 +│ links +│/);
    assert.ok(existsSync(join(out(), 'esp32c3.log')));
  });

  const faults: [what: string, change: (bend: Bend) => void, said: RegExp][] = [
    [
      'a module that would run in RAM',
      (it) => it.preloads.splice(0, 1),
      /fault: core\/bytes is not preloaded/,
    ],
    [
      'a memory that another manifest has changed',
      (it) => (it.creation = CREATION.replace('65536', '0')),
      /fault: creation\.static is 0, manifests\/base\.json says 65536/,
    ],
    [
      'a setting that was overruled',
      (it) => (it.merged = `${SETTINGS}CONFIG_ESP_INT_WDT=n\n`),
      /fault: CONFIG_ESP_INT_WDT is n, asked for was y/,
    ],
    [
      'a setting that got lost',
      (it) => (it.merged = ''),
      /fault: CONFIG_ESP_INT_WDT is not set, asked for was y/,
    ],
    [
      'a setting that was to be off',
      (it) => (it.merged = SETTINGS.replace('WRITE=n', 'WRITE=y')),
      /fault: CONFIG_SPI_FLASH_VERIFY_WRITE is y, asked for was n/,
    ],
  ];
  for (const [what, change, said] of faults) {
    it(`finds ${what}`, async () => {
      change(bend);
      assert.equal(await check('--board', 'esp32s3'), 1);
      assert.match(fake.stdout.text, said);
    });
  }

  it('takes it for off when the SDK leaves it to Kconfig', async () => {
    bend.merged = SETTINGS.replace('WRITE=n', 'WRITE=');
    assert.equal(await check('--board', 'esp32s3'), 0);
  });

  it('finds tables that are not frozen, and tells them once for each module', async () => {
    bend.warnings =
      '### warning: core/record/schema: SCHEMAS[1].fields: not frozen\n' +
      '### warning: core/record/schema: SCHEMAS[2].fields: not frozen\n' +
      '### warning: app/lamp: show() count: no const\n';
    assert.equal(await check('--board', 'esp32s3'), 1);
    assert.match(fake.stdout.text, /core\/record\/schema has 2 objects that are not frozen/);
    assert.match(fake.stdout.text, /app\/lamp has 1 objects that are not frozen/);
  });

  it('compiles everything anew when told so', async () => {
    const left = join(out(), 'left');
    fake.file(left, '');
    assert.equal(await check('--board', 'lin'), 0);
    assert.ok(existsSync(left));
    assert.equal(await check('--board', 'lin', '--clean'), 0);
    assert.ok(!existsSync(left));
  });
});

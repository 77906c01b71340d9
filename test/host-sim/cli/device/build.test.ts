/** build:device: what it needs, what it asks of the SDK, and what it makes of the answer. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { buildDevice } from '../../../../host-sim/cli/device/build.js';
import { FakeSdk } from './fake-sdk.js';

describe('npm run build:device', () => {
  let fake: FakeSdk;
  beforeEach(() => {
    fake = new FakeSdk();
  });
  afterEach(() => {
    fake.dispose();
  });

  const build = (...args: string[]): Promise<number> => buildDevice(args, fake.io);
  const product = (kind = 'release'): string =>
    join(
      fake.checkout,
      `out/device/tmp/esp32/esp32s3/${kind}/plasmavakt/xsProj-esp32s3/build/xs_esp32.elf`,
    );
  const lines = (): string[] => fake.invocations.map(({ args }) => args.join(' '));
  const out = (): string => join(fake.checkout, 'out', 'device');

  describe('says what is missing, all at once, and ends with 2', () => {
    const missing: [what: string, change: (fake: FakeSdk) => void, said: RegExp][] = [
      ['MODDABLE', (it) => delete it.env['MODDABLE'], /MODDABLE is not set: .*Getting Started/],
      ['an SDK', (it) => (it.env['MODDABLE'] = it.idf), /there is no Moddable SDK there/],
      ['a plain path', (it) => (it.env['MODDABLE'] += '/'), /absolute path without a slash/],
      ['an absolute path', (it) => (it.env['MODDABLE'] = 'sdk'), /absolute path/],
      [
        'the SDK’s tools',
        (it) => it.remove(join(it.sdk, 'build/bin/lin/release/xsl')),
        /tools xsl in .*build them/,
      ],
      ['IDF_PATH', (it) => delete it.env['IDF_PATH'], /IDF_PATH is not set: .*ESP-IDF 6\.0/],
      ['ESP-IDF', (it) => it.remove(join(it.idf, 'tools')), /there is no ESP-IDF there/],
      [
        'the compiler',
        (it) => it.remove(join(it.checkout, 'node_modules')),
        /the compiler tsc: run npm ci/,
      ],
      ['make', (it) => it.remove(join(it.root, 'bin')), /make, on the PATH/],
    ];
    for (const [what, change, said] of missing) {
      it(what, async () => {
        change(fake);
        assert.equal(await build('--board', 'esp32s3'), 2);
        assert.match(fake.stderr.text, said);
        assert.equal(fake.invocations.length, 0);
        assert.ok(!existsSync(out()));
      });
    }

    it('several things', async () => {
      fake.env = {};
      assert.equal(await build('--board', 'esp32s3'), 2);
      assert.match(fake.stderr.text, /MODDABLE is not set[^]*make, on[^]*IDF_PATH is not set/);
    });

    it('a computer that the SDK does not build on', async () => {
      const io = { ...fake.io, platform: 'win32' };
      assert.equal(await buildDevice(['--board', 'esp32s3'], io), 2);
      assert.match(fake.stderr.text, /Linux or macOS, not win32/);
    });
  });

  it('names the boards there are', async () => {
    assert.equal(await build('--board', 'esp8266'), 2);
    assert.match(fake.stderr.text, /Expected one of esp32s3, esp32, esp32c3, esp32c6, lin/);
    assert.equal(await build(), 2);
    assert.equal(await build('--help'), 0);
    assert.match(fake.stdout.text, /esp32s3 +ESP32-S3, 8 MB flash/);
  });

  it('runs mcconfig in the folder of the board’s manifest, our compiler in front', async () => {
    fake.act = () => (fake.file(product(), ''), 0);
    assert.equal(await build('--board', 'esp32s3'), 0);
    assert.deepEqual(lines(), [`-m -p esp32:. -o ${out()} -t build`]);
    const { program, cwd, env } = fake.invocations[0]!;
    assert.equal(program, 'mcconfig');
    assert.equal(cwd, join(fake.checkout, 'manifests', 'esp32s3'));
    assert.deepEqual(env['PATH']?.split(delimiter).slice(0, 2), [
      join(fake.checkout, 'node_modules', '.bin'),
      join(fake.sdk, 'build', 'bin', 'lin', 'release'),
    ]);
    assert.match(fake.stdout.text, /xs_esp32\.elf\n$/);
  });

  it('flashes only what was built, at the port that is named', async () => {
    fake.act = () => (fake.file(product(), ''), 0);
    assert.equal(await build('--board', 'esp32s3', '--flash', '--port', '/dev/ttyUSB1'), 0);
    assert.deepEqual(lines(), [
      `-m -p esp32:. -o ${out()} -t build`,
      `-m -p esp32:. -o ${out()} -t deploy`,
    ]);
    assert.equal(fake.invocations[1]!.env['UPLOAD_PORT'], '/dev/ttyUSB1');

    fake.invocations.length = 0;
    fake.act = () => 1;
    assert.equal(await build('--board', 'esp32s3', '--flash'), 1);
    assert.equal(fake.invocations.length, 1);
  });

  it('builds for the debugger, and leaves building, flashing and watching to it', async () => {
    fake.act = () => (fake.file(product('debug'), ''), 0);
    assert.equal(await build('--board', 'esp32s3', '--debug'), 0);
    assert.equal(await build('--board', 'esp32s3', '--watch'), 0);
    assert.deepEqual(lines(), [
      `-d -m -p esp32:. -o ${out()} -t build`,
      `-d -m -p esp32:. -o ${out()}`,
    ]);
  });

  it('takes no product of the build before for its own', async () => {
    fake.file(product(), 'old');
    assert.equal(await build('--board', 'esp32s3'), 1); // the SDK ends with 0 all the same
    assert.match(fake.stderr.text, /'esp32s3' was not built/);
  });

  it('needs no ESP-IDF for lin, and has nothing to flash there', async () => {
    fake.remove(fake.idf);
    const library = join(out(), 'bin/lin/mc/release/plasmavakt/mc.so');
    fake.act = () => (fake.file(library, ''), 0);
    assert.equal(await build('--board', 'lin'), 0);
    assert.deepEqual(lines(), [`-m -p lin -o ${out()} -t build`]);
    assert.equal(await build('--board', 'lin', '--flash'), 2);
    assert.equal(await build('--board', 'lin', '--watch'), 2);
    assert.match(fake.stderr.text, /'lin' is no hardware/);
  });

  it('warns of an SDK with which the firmware was not checked', async () => {
    fake.file(join(fake.sdk, 'tools', 'VERSION'), '9.0.0');
    fake.act = () => (fake.file(product(), ''), 0);
    assert.equal(await build('--board', 'esp32s3'), 0);
    assert.match(fake.stderr.text, /this SDK is 9\.0\.0, the firmware was checked with 8\.2\.3/);
  });

  it('writes below out/ alone', async () => {
    fake.act = () => (fake.file(product(), ''), 0);
    await build('--board', 'esp32s3');
    assert.deepEqual(readdirSync(fake.checkout).sort(), ['node_modules', 'out']);
  });
});

/** All modules compiled at once, where the SDK's makefile looks for each. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { compileModules } from '../../../../host-sim/cli/device/compile.js';

interface Project {
  readonly extends: string;
  readonly compilerOptions: Readonly<Record<string, unknown>>;
  readonly files: readonly string[];
}

describe('the compiler in front of the SDK’s makefile', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'plasmavakt-compile-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function write(path: string, text: string): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  /** As mcconfig does it beside a module. */
  function addProject(module: string, source: string): void {
    const project = {
      extends: '/modules/tsconfig-base.json',
      compilerOptions: { rootDir: '/', outDir: join(folder, 'tsc', module) },
      files: [source],
    };
    write(join(folder, 'modules', `${module}-tsconfig.json`), JSON.stringify(project));
  }

  /** A compiler that writes each source's own name. */
  function compile(path: string): Promise<number> {
    const { compilerOptions, files } = JSON.parse(readFileSync(path, 'utf8')) as Project;
    for (const source of files) {
      write(join(String(compilerOptions['outDir']), source.replace(/\.ts$/, '.js')), source);
    }
    return Promise.resolve(0);
  }

  it('runs once, with the SDK’s options, and lays each output where it is expected', async () => {
    addProject('core/bytes', '/src/firmware/core/bytes.ts');
    addProject('core/kit/date', '/src/firmware/core/kit/date.ts');
    const runs: Project[] = [];
    const exitCode = await compileModules(
      folder,
      ['core/bytes', 'core/kit/date', 'timer'],
      (path) => {
        runs.push(JSON.parse(readFileSync(path, 'utf8')) as Project);
        return compile(path);
      },
    );
    assert.equal(exitCode, 0);
    assert.equal(runs.length, 1);
    assert.equal(runs[0]!.extends, '/modules/tsconfig-base.json');
    assert.deepEqual(runs[0]!.files, [
      '/src/firmware/core/bytes.ts',
      '/src/firmware/core/kit/date.ts',
    ]);
    const bytes = join(folder, 'tsc/core/bytes/src/firmware/core/bytes.js');
    const date = join(folder, 'tsc/core/kit/date/src/firmware/core/kit/date.js');
    assert.equal(readFileSync(bytes, 'utf8'), '/src/firmware/core/bytes.ts');
    assert.equal(readFileSync(date, 'utf8'), '/src/firmware/core/kit/date.ts');
    const project = join(folder, 'modules', 'core/bytes-tsconfig.json');
    assert.ok(statSync(bytes).mtimeMs >= statSync(project).mtimeMs, 'or make compiles it again');
  });

  it('hands on that the compiler has failed, and leaves nothing to link', async () => {
    addProject('core/bytes', '/src/firmware/core/bytes.ts');
    assert.equal(await compileModules(folder, ['core/bytes'], () => Promise.resolve(2)), 2);
    assert.throws(() => statSync(join(folder, 'tsc')));
  });

  it('has nothing to do without TypeScript', async () => {
    assert.equal(await compileModules(folder, ['timer'], () => Promise.reject(new Error())), 0);
  });
});

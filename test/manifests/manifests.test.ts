/**
 * The manifests, as far as they can be judged without an SDK: every path exists, the modules are
 * exactly what the entry point runs, all of them preloaded, compiled as strictly as everywhere.
 * `npm run check:device` shows the rest with a real SDK.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';
import { BOARDS } from '../../host-sim/cli/device/boards.js';
import { CHECKOUT, readText } from '../tidy/sources.js';
import {
  filesAt,
  isLocal,
  localSources,
  manifestsOf,
  moduleFiles,
  readManifest,
} from './board-manifest.js';
import { reachOf } from './reach.js';

const names = BOARDS.map(({ name }) => name);
const BASE = 'manifests/base.json';
/** Which manifest of the SDK brings what a board imports; `timer` and `time` come with its base. */
const SDK_MANIFESTS: Readonly<Record<string, string>> = {
  'embedded:io/analog': '$(IO)/analog/manifest.json',
  'embedded:io/digital': '$(IO)/digital/manifest.json',
  'embedded:io/i2c': '$(IO)/i2c/manifest.json',
  'embedded:io/serial': '$(IO)/serial/manifest.json',
  'embedded:storage/flash': '$(IO)/flash/manifest.json',
  'embedded:storage/key-value': '$(IO)/storage/manifest.json',
  time: '$(MODDABLE)/examples/manifest_base.json',
  timer: '$(MODDABLE)/examples/manifest_base.json',
};
/** Options of tsconfig.json that say where files go, or whom a project sees. */
const NOT_OF_THE_LANGUAGE = ['types', 'sourceMap', 'declaration', 'composite', 'rootDir', 'outDir'];

describe('the manifests', () => {
  it('are there for every board that can be named, and for no other', () => {
    const folders = readdirSync(join(CHECKOUT, 'manifests')).filter((name) =>
      existsSync(join(CHECKOUT, 'manifests', name, 'manifest.json')),
    );
    assert.deepEqual(folders.sort(), [...names].sort());
  });

  it('are all included by a board', () => {
    const used = new Set(names.flatMap((name) => manifestsOf(name).map(({ path }) => path)));
    const all = readdirSync(join(CHECKOUT, 'manifests'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.json'))
      .map((name) => `manifests/${name}`);
    assert.deepEqual(
      all.filter((path) => !used.has(path)),
      [],
    );
  });

  for (const name of names) {
    describe(`of ${name}`, () => {
      const manifests = manifestsOf(name);
      const modules = moduleFiles(manifests);
      const main = manifests.at(-1)!.content.creation?.main;
      const reach = reachOf(`firmware/${main}.ts`);

      it('name paths that exist', () => {
        const missing = manifests
          .flatMap(localSources)
          .filter(({ source }) => filesAt(source).length === 0)
          .map(({ source }) => source);
        for (const { path, content } of manifests) {
          for (const [key, value] of Object.entries(content.build ?? {})) {
            if (!value.startsWith('.')) continue;
            // The SDK makes "./…" absolute, and nothing else.
            assert.ok(value.startsWith('./'), `${key} in ${path} must begin with "./"`);
            const target = posix.join(posix.dirname(path), value);
            if (!existsSync(join(CHECKOUT, target))) missing.push(target);
          }
        }
        assert.deepEqual(missing, []);
      });

      it('have keys that mirror the folders, so that relative imports hold on the device', () => {
        for (const { specifier, path, manifest } of modules) {
          const expected = path.replace(/^firmware\//, '').replace(/\.[a-z]+$/, '');
          assert.equal(specifier, expected, `in ${manifest}`);
        }
      });

      it('bring every module that the entry point reaches, and nothing else', () => {
        const brought = new Set(modules.map(({ path }) => path));
        const absent = [...reach.files].filter((path) => !brought.has(path));
        const unused = [...brought].filter((path) => !reach.files.has(path));
        assert.deepEqual(absent, [], 'add them');
        assert.deepEqual(unused, [], 'leave them out with "~"');
        assert.equal(modules.length, brought.size, 'a module is named twice');
      });

      it('preload every module by its name, for "*" finds no TypeScript', () => {
        const preloads = manifests.flatMap(({ content }) => content.preload ?? []);
        assert.deepEqual([...preloads].sort(), modules.map(({ specifier }) => specifier).sort());
      });

      it('include the SDK’s manifest of every module that is imported, and no other', () => {
        const needed = new Set([...reach.sdk].map((specifier) => SDK_MANIFESTS[specifier]));
        assert.ok(!needed.has(undefined), [...reach.sdk].join(' '));
        const included = manifests
          .flatMap(({ content }) => content.include ?? [])
          .filter((include) => !isLocal(include));
        assert.deepEqual(included.sort(), [...needed].sort());
      });

      it('take the memory from the base, all four parts together', () => {
        for (const { path, content } of manifests) {
          const changed = Object.keys(content.creation ?? {}).filter((key) => key !== 'main');
          if (path !== BASE) assert.deepEqual(changed, [], `${path} changes the memory`);
        }
      });
    });
  }

  describe('of all', () => {
    const base = readManifest(BASE).content;

    it('set static, chunk, heap and stack, for the SDK’s boards set them too', () => {
      const { creation } = base;
      // The core's budget with 16 kits is 48 kB with a stack of 256 slots of 16 bytes.
      assert.ok(creation?.static !== undefined && creation.static >= 48 * 1024);
      assert.ok(creation.stack !== undefined && creation.stack >= 256);
      const { chunk, heap, stack } = creation;
      assert.ok(chunk !== undefined && heap !== undefined);
      const atStart = chunk.initial + 16 * (heap.initial + stack);
      assert.ok(atStart < creation.static, 'what is there at the start must fit');
      assert.ok(chunk.incremental > 0 && heap.incremental > 0);
    });

    it('strip what nobody uses', () => {
      assert.equal(base.strip, '*');
    });

    it('compile as tsconfig.json says, but with modules as XS has them', () => {
      const { config } = ts.parseConfigFileTextToJson('', readText('tsconfig.json')) as {
        config: { compilerOptions: Record<string, unknown> };
      };
      const expected = Object.fromEntries(
        Object.entries(config.compilerOptions).filter(
          ([key]) => !NOT_OF_THE_LANGUAGE.includes(key),
        ),
      );
      assert.deepEqual(base.typescript?.tsconfig.compilerOptions, {
        ...expected,
        module: 'preserve',
      });
    });
  });

  it('find a C function for each native one', () => {
    const folder = 'firmware/device/native/silicon';
    const [script, source] = [readText(`${folder}.js`), readText(`${folder}.c`)];
    const called = [...script.matchAll(/native\('(\w+)'\)/g)].map(([, name]) => name);
    const defined = [...source.matchAll(/^void (xs_\w+)\(xsMachine \*the\)/gm)].map(([, n]) => n);
    assert.ok(called.length > 0);
    assert.deepEqual(called.sort(), defined.sort());
  });
});

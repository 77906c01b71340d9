/**
 * The repository's own rules, asked of every file. That the rules themselves see what they should
 * is shown on planted snippets in tidy/rules.test.ts.
 */
import assert from 'node:assert/strict';
import { posix } from 'node:path';
import ts from 'typescript';
import { banFindings } from './tidy/bans.js';
import { codeSizeFindings, commentFindings, fileSizeFindings } from './tidy/sizes.js';
import { type Finding, NOT_OURS, parse, readText, repositoryFiles } from './tidy/sources.js';
import { borrowedByCheckers, deadFiles, roomOf, wallFindings } from './tidy/walls.js';

const TOP_LEVEL: readonly string[] = [
  '.c8rc.json',
  '.ci',
  '.editorconfig',
  '.gitignore',
  '.mocharc.json',
  '.npmrc',
  '.prettierignore',
  '.prettierrc.json',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'LICENSE',
  'README.md',
  'eslint.config.mjs',
  'firmware',
  'host-sim',
  'manifests',
  'package-lock.json',
  'package.json',
  'test',
  'tsconfig.json',
];

/** Files that a person or another program starts; everything else must be reached from one. */
const ENTRY =
  /^(firmware\/app\/container|firmware\/device\/boards\/[^/]+|host-sim\/cli\/[^/]+)\.ts$/;
/** Types of what is no TypeScript: the SDK's modules and the native one. */
const DECLARATION = /^firmware\/device\/.*\.d\.ts$/;

/** Each project and the only ones that it may see. */
const PROJECTS: Readonly<Record<string, { types: string[] | undefined; sees: string[] }>> = {
  'firmware/core': { types: [], sees: [] },
  'firmware/app': { types: [], sees: ['firmware/core'] },
  'firmware/device': {
    types: ['@moddable/typings/timer', '@moddable/typings/time'],
    sees: ['firmware/core', 'firmware/app'],
  },
  'host-sim': { types: ['node'], sees: ['firmware/core', 'firmware/app'] },
  test: {
    types: undefined,
    sees: ['firmware/core', 'firmware/app', 'firmware/device', 'host-sim'],
  },
};

const REQUIRED_OPTIONS: Readonly<Record<string, unknown>> = {
  target: 'es2022',
  lib: ['es2022'],
  module: 'node20',
  strict: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noFallthroughCasesInSwitch: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  exactOptionalPropertyTypes: true,
  erasableSyntaxOnly: true,
  composite: true,
};

interface Tsconfig {
  extends?: string;
  compilerOptions: Record<string, unknown>;
  files?: string[];
  references: { path: string }[];
}

interface PackageJson {
  type?: string;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

function readJson(path: string): unknown {
  const parsed = ts.parseConfigFileTextToJson(path, readText(path));
  assert.equal(parsed.error, undefined, `${path} is no JSON`);
  return parsed.config as unknown;
}

function assertNone(findings: readonly Finding[]): void {
  const lines = findings.map(({ file, line, message }) => `${file}:${line} ${message}`);
  assert.equal(lines.length, 0, `\n  ${lines.join('\n  ')}\n`);
}

describe('the repository', () => {
  const files = repositoryFiles();
  const sources = files
    .filter((path) => path.endsWith('.ts'))
    .map((path) => parse(path, readText(path)));
  const product = sources.filter(({ path }) => roomOf(path) !== 'test');
  const pure = sources.filter(({ path }) => ['core', 'app'].includes(roomOf(path) ?? ''));
  const manifest = readJson('package.json') as PackageJson;

  describe('its walls', () => {
    const packages = {
      dependencies: Object.keys(manifest.dependencies),
      devDependencies: Object.keys(manifest.devDependencies),
    };

    it('are gone through by no import', () => {
      assertNone(sources.flatMap((source) => wallFindings(source, packages)));
    });

    it('keep the checkers independent of what they check', () => {
      assertNone(borrowedByCheckers(sources));
    });

    it('leave no file that nothing reaches', () => {
      const entries = sources
        .map(({ path }) => path)
        .filter((path) => ENTRY.test(path) || DECLARATION.test(path) || roomOf(path) === 'test');
      const dead = deadFiles(sources, entries);
      assertNone(dead.map((file) => ({ file, line: 1, message: 'nothing imports it' })));
    });

    for (const [project, { types, sees }] of Object.entries(PROJECTS)) {
      it(`are compiler errors in ${project}`, () => {
        const up = project.replace(/[^/]+/g, '..');
        const config = readJson(`${project}/tsconfig.json`) as Tsconfig;
        const { types: ownTypes, ...own } = config.compilerOptions;
        assert.equal(config.extends, `${up}/tsconfig.json`);
        assert.deepEqual(own, { rootDir: '.', outDir: `${up}/build/${project}` });
        assert.deepEqual(ownTypes, types);
        const seen = config.references.map(({ path }) => posix.join(project, path));
        assert.deepEqual(seen, sees);
      });
    }

    it('stand on one set of strict compiler options', () => {
      const root = readJson('tsconfig.json') as Tsconfig;
      for (const [option, value] of Object.entries(REQUIRED_OPTIONS)) {
        assert.deepEqual(root.compilerOptions[option], value, option);
      }
      assert.deepEqual(root.files, []);
      assert.deepEqual(
        root.references.map(({ path }) => path),
        Object.keys(PROJECTS),
      );
    });
  });

  describe('its code', () => {
    it('has a core and an app that run on any engine, the same', () => {
      assert.ok(pure.length > 0);
      assertNone(pure.flatMap(banFindings));
    });

    it('explains itself', () => {
      assert.ok(product.length > 0);
      assertNone(sources.flatMap(commentFindings));
    });

    it('has short functions and lines', () => {
      assertNone(sources.flatMap(codeSizeFindings));
    });
  });

  describe('its files', () => {
    const texts = files.map((path) => ({ path, text: readText(path) }));

    it('are small', () => {
      assertNone(texts.flatMap(({ path, text }) => fileSizeFindings(path, text)));
    });

    it('have their place at the top level', () => {
      const names = new Set(files.map((path) => path.split('/')[0] ?? ''));
      assert.deepEqual(
        [...names].filter((name) => !TOP_LEVEL.includes(name)),
        [],
        'put it into a room, or under out/',
      );
    });

    it('are no compiler output beside its source, which Node would run instead', () => {
      // `tsc` writes there when an import leaves its project.
      const output = /(\.d\.ts|\.js|\.js\.map)$/;
      const strays = files.filter(
        (path) => output.test(path) && files.includes(path.replace(output, '.ts')),
      );
      assert.deepEqual(strays, [], 'delete them');
    });

    it('are ignored by git where tools make them', () => {
      const ignored = readText('.gitignore').split('\n');
      const made = NOT_OURS.filter((name) => name !== '.git');
      const missing = made.filter(
        (name) => !ignored.some((line) => line.replace('/', '') === name),
      );
      assert.deepEqual(missing, []);
    });

    it('name no path of one machine and leave no work for later', () => {
      const findings: Finding[] = [];
      const rules: [RegExp, string][] = [
        [/(^|[\s"'`(=])\/(home|root|work|Users)\//, 'a path of one machine'],
        [/\b(TODO|FIXME|XXX)\b/, 'do it, or write it down where it is planned'], // tidy: the rule
      ];
      for (const { path, text } of texts) {
        if (path === 'test/tidy.test.ts' || /\.(png|bin|hex)$/.test(path)) continue;
        text.split('\n').forEach((line, index) => {
          for (const [pattern, message] of rules) {
            if (pattern.test(line)) findings.push({ file: path, line: index + 1, message });
          }
        });
      }
      assertNone(findings);
    });
  });

  describe('its packages', () => {
    it('are pinned exactly', () => {
      const all = { ...manifest.dependencies, ...manifest.devDependencies };
      const loose = Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
      assert.deepEqual(loose, []);
    });

    it('compile as CommonJS without saying so, which keeps the device bundle clean', () => {
      assert.equal(manifest.type, undefined);
    });

    it('are locked by content, not by the address of the mirror that served them', () => {
      const lock = JSON.parse(readText('package-lock.json')) as {
        packages: Record<string, { integrity?: string; resolved?: string }>;
      };
      const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
      assert.ok(packages.length > 0);
      assert.deepEqual(
        packages
          .filter(([, { integrity, resolved }]) => !integrity || resolved)
          .map(([path]) => path),
        [],
      );
    });
  });
});

/**
 * Stryker's hand on mocha: runs the specifications of the mutated rooms, in a worker process of
 * Stryker and in its sandbox. Stryker's own mocha runner that works with Node 20 does not know the
 * mocha of this repository. A mutant in code that runs when a module is loaded (a table) needs its
 * modules anew; they are loaded again here, from compiled text that is kept, which is a hundred
 * times faster than a new process.
 */
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve, sep } from 'node:path';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  DryRunStatus,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import Mocha from 'mocha';

const require = createRequire(import.meta.url);
const SETUP = './test/setup.cjs';
/** Stryker takes code for endless that runs 100 times as often as without the mutant: 5 are enough. */
const HIT_LIMIT_CUT = 20;

/** What the mutated code reads and counts; its name is Stryker's. */
const mutation = (globalThis.__stryker__ ??= {});

class SpecificationRunner {
  static inject = /** @type {const} */ (['options']);

  /** @param {{ specifications: { folders: string[], except: string[] } }} options the config's */
  constructor({ specifications: { folders, except } }) {
    this.folders = folders;
    this.except = except.map((path) => resolve(path));
    /** Milliseconds that each specification took when it ran last. */
    this.durations = new Map();
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  init() {
    require(resolve(SETUP));
    // A score that repeats, and no search for a smaller example where one is enough.
    require('fast-check').configureGlobal({ seed: 1, endOnFailure: true });
    keepCompiled(process[Symbol.for('ts-node.register.instance')]);
    const files = this.folders.flatMap(specificationsIn);
    this.files = files.filter((path) => !this.except.includes(path));
    if (this.files.length === 0) throw new Error(`no specification in ${this.folders.join(', ')}`);
  }

  async dryRun({ coverageAnalysis, disableBail }) {
    this.load(undefined);
    const perTest = coverageAnalysis === 'perTest';
    const result = await this.run({ disableBail, onTest: perTest ? noteTest : undefined });
    return { ...result, mutantCoverage: mutation.mutantCoverage };
  }

  async mutantRun(options) {
    const { activeMutant, testFilter, disableBail, hitLimit, mutantActivation } = options;
    mutation.hitLimit = hitLimit === undefined ? undefined : Math.ceil(hitLimit / HIT_LIMIT_CUT);
    mutation.hitCount = hitLimit === undefined ? undefined : 0;
    if (this.mocha === undefined || options.reloadEnvironment) {
      const isStatic = mutantActivation === 'static';
      try {
        this.load(isStatic ? activeMutant.id : undefined);
      } catch (error) {
        // The module cannot be loaded with it: whoever runs the specifications sees that.
        this.mocha = undefined;
        const failed = { id: 'load', name: 'load', timeSpentMs: 0, status: TestStatus.Failed };
        const tests = [{ ...failed, failureMessage: String(error) }];
        return toMutantRunResult({ status: DryRunStatus.Complete, tests });
      }
    }
    mutation.activeMutant = activeMutant.id;
    const result = await this.run({ disableBail, wanted: testFilter && new Set(testFilter) });
    mutation.activeMutant = undefined;
    if (mutantActivation === 'static') this.mocha = undefined; // its tables are spoilt
    return toMutantRunResult(result);
  }

  /** Loads every specification, and every module of this repository, anew. */
  load(activeMutant) {
    const ours = process.cwd() + sep;
    for (const path of Object.keys(require.cache)) {
      if (path.startsWith(ours) && !path.includes(`${sep}node_modules${sep}`)) {
        delete require.cache[path];
      }
    }
    mutation.activeMutant = activeMutant;
    this.mocha = new Mocha({ reporter: class {}, timeout: 0 });
    this.mocha.cleanReferencesAfterRun(false);
    for (const file of this.files) this.mocha.addFile(file);
    this.mocha.lazyLoadFiles(true);
    this.mocha.loadFiles();
  }

  /** Lets what took least time go first: most mutants are found by many. Answers the sum, ms. */
  fastestFirst(suite) {
    const byTime = (times) => (a, b) => times.get(a) - times.get(b);
    const ofTest = new Map(suite.tests.map((t) => [t, this.durations.get(t.fullTitle()) ?? 0]));
    const ofSuite = new Map(suite.suites.map((inner) => [inner, this.fastestFirst(inner)]));
    suite.tests.sort(byTime(ofTest));
    suite.suites.sort(byTime(ofSuite));
    return [...ofTest.values(), ...ofSuite.values()].reduce((sum, ms) => sum + ms, 0);
  }

  async run({ disableBail, wanted, onTest }) {
    const { mocha } = this;
    setBail(mocha.suite, !disableBail);
    this.fastestFirst(mocha.suite);
    mocha.grep(wanted === undefined ? /^/ : { test: (title) => wanted.has(title) });
    const tests = [];
    await new Promise((done) => {
      const runner = mocha.run(done);
      if (onTest !== undefined) runner.on('test', onTest);
      runner.on('test end', (test) => this.durations.set(test.fullTitle(), test.duration ?? 0));
      runner.on('pass', (test) => tests.push(resultOf(test)));
      runner.on('fail', (test, error) => {
        const { currentTest } = test.ctx ?? {};
        const failureMessage = String(error?.message ?? error);
        tests.push({ ...resultOf(currentTest ?? test), status: TestStatus.Failed, failureMessage });
      });
    });
    const timeout = determineHitLimitReached(mutation.hitCount, mutation.hitLimit);
    return timeout ?? { status: DryRunStatus.Complete, tests };
  }
}

function resultOf(test) {
  const id = test.fullTitle();
  const timeSpentMs = test.duration ?? 0;
  return { id, name: id, status: TestStatus.Success, timeSpentMs, fileName: test.file };
}

function noteTest(test) {
  mutation.currentTestId = test.fullTitle();
}

function setBail(suite, bail) {
  suite.bail(bail);
  for (const inner of suite.suites) setBail(inner, bail);
}

/** Makes ts-node compile a file once, however often it is loaded. */
function keepCompiled(service) {
  const { compile } = service;
  const kept = new Map();
  service.compile = (text, path) => {
    if (!kept.has(path)) kept.set(path, compile(text, path));
    return kept.get(path);
  };
}

/** The specifications of a folder, or the one that is named. */
function specificationsIn(folder) {
  if (folder.endsWith('.test.ts')) return [resolve(folder)];
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.test.ts'))
    .sort()
    .map((name) => resolve(join(folder, name)));
}

export const strykerPlugins = [
  declareClassPlugin(PluginKind.TestRunner, 'specifications', SpecificationRunner),
];

export const strykerValidationSchema = {
  properties: {
    specifications: {
      type: 'object',
      properties: {
        folders: { type: 'array', items: { type: 'string' } },
        except: { type: 'array', items: { type: 'string' }, default: [] },
      },
      required: ['folders'],
    },
  },
};

/**
 * Planted breaches: each rule of the repository must see what it is for, and must not take a
 * comment, a string or a member's name for code.
 */
import assert from 'node:assert/strict';
import { banFindings } from './bans.js';
import { FILE_BYTES_MAX, codeSizeFindings, commentFindings, fileSizeFindings } from './sizes.js';
import { type Finding, commentsOf, parse, repositoryFiles } from './sources.js';
import { borrowedByCheckers, deadFiles, wallFindings } from './walls.js';

const CORE = 'firmware/core/reading/planted.ts';
const HEADER = '// What it hands on,\n// from what,\n// and why.\n\n';

function bans(text: string): string[] {
  return banFindings(parse(CORE, text)).map(({ line, message }) => `${line} ${message}`);
}

function messages(findings: readonly Finding[]): string {
  return findings.map(({ line, message }) => `${line} ${message}`).join('\n');
}

describe('the bans of the pure rooms', () => {
  const caught: readonly [what: string, text: string][] = [
    ['the wall clock', 'export const a = Date.now();'],
    ['a new date', 'export function f(): object { return new Date(0); }'],
    ['randomness', 'export const a = Math.random();'],
    ['a sine', 'export const a = Math.sin(1);'],
    ['a power', 'export const a = Math.pow(2, 3);'],
    ['an exponential', 'export const a = Math.exp(1);'],
    ['a logarithm', 'export const a = Math.log(1);'],
    ['Math by a bracket', "export const a = Math['random']();"],
    ['Math under another name', 'const { random } = Math; export const a = random();'],
    ['the power operator', 'export function f(x: number): number { return x ** 2; }'],
    ['the power assignment', 'export function f(x: number): number { x **= 2; return x; }'],
    ['an async function', 'export async function f(): Promise<void> {}'],
    ['an async arrow', 'export const f = async () => 1;'],
    ['an await', 'export async function f(x: unknown) { await x; }'],
    ['an await for', 'export async function f(x: never) { for await (const y of x) void y; }'],
    ['a yield', 'export function* f() { yield 1; }'],
    ['a map', 'export const a = new Map<number, number>();'],
    ['a set as a type', 'export type A = Set<number>;'],
    ['a BigInt literal', 'export const a = 1n;'],
    ['a BigInt call', 'export const a = BigInt(1);'],
    ['a fraction', 'export const a = 0.5;'],
    ['an enum', 'export enum A { B }'],
    ['a const enum', 'export const enum A { B }'],
    ['a console', "console.log('a');"],
    ['a process', 'export const a = process.argv;'],
    ['a timer', 'setTimeout(() => undefined, 1);'],
    ['a require', "const a = require('node:fs');"],
    ['a dynamic import', "export const a = import('./a.js');"],
    ['a sticky regexp', 'export const a = /a/gy;'],
    ['a method that the device cannot parse', 'export class A { async() { return 1; } }'],
    ['a let of the module', 'let count = 0; export function f() { return count; }'],
    ['an exported let', 'export let count = 0;'],
    ['a var of the module', 'var count = 0;'],
    ['a table that is written', 'const T = [0]; export function f() { T[0] = 1; }'],
    ['a counter in a table', 'const S = { n: 0 }; export function f() { S.n++; }'],
    ['a table that is filled', 'const T = new Int32Array(2); export function f() { T.fill(0); }'],
    ['a code inside a template', 'export const a = `${Date.now()}`;'],
  ];
  for (const [what, text] of caught) {
    it(`see ${what}`, () => {
      assert.notDeepEqual(bans(text), []);
    });
  }

  const passed: readonly [what: string, text: string][] = [
    ['a line comment', '// Date.now() and Math.random() are for others'],
    ['a block comment', '/* await new Map(); let x = 0.5 */'],
    ['a string', "export const a = 'Date.now() console process 0.5 **';"],
    ['the text of a template', 'export const a = `async enum Map`;'],
    ['a regexp with the words', 'export const a = /Date.now|console/;'],
    ['a member of that name', 'export function f(p: { Date: number }) { return p.Date; }'],
    ['a field of that name', 'export interface A { Map: number; process(): number }'],
    ['exact arithmetic', 'export const a = Math.imul(2, 3) + Math.trunc(7 / 2) + Math.max(1, 2);'],
    ['a large integer', 'export const a = 1e6 + 0x7fff_ffff;'],
    ['a local let', 'export function f() { let n = 0; n++; return n; }'],
    ['a table made at start', 'const T = new Int32Array(2); T[0] = 1; export const a = T;'],
    ['a local of the same name', 'const t = [0]; export function f(t: number[]) { t[0] = 1; }'],
    ['a table that is read', 'const T = [0]; export function f(i: number) { return T[i]; }'],
    ['an ordinary regexp', 'export const a = /[gy]a/i;'],
  ];
  for (const [what, text] of passed) {
    it(`pass ${what}`, () => {
      assert.deepEqual(bans(text), []);
    });
  }

  it('tell the line', () => {
    const text = "// Date.now()\nconst a = 'Date';\n\nexport const b = Date.now();\n";
    assert.deepEqual(bans(text), ['4 Date: time arrives as an argument or from the clock port']);
  });
});

describe('the walls', () => {
  const packages = { dependencies: ['zod', '@noble/hashes'], devDependencies: ['sinon'] };
  const through = (from: string, text: string): string =>
    messages(wallFindings(parse(from, text), packages));

  const closed: readonly [from: string, text: string, says: RegExp][] = [
    ['firmware/core/a.ts', "import '../app/b.js';", /core may not import app/],
    ['firmware/core/a.ts', "import '../../host-sim/b.js';", /core may not import host-sim/],
    ['firmware/core/a.ts', "import 'node:fs';", /core imports no 'node:fs'/],
    ['firmware/core/a.ts', "import 'zod';", /core imports no 'zod'/],
    ['firmware/core/a.ts', "export * from '../app/b.js';", /core may not import app/],
    ['firmware/core/a.ts', "type A = import('../app/b.js').B;", /core may not import app/],
    ['firmware/core/a.ts', "const a = import('../app/b.js');", /core may not import app/],
    ['firmware/core/a.ts', "const a = require('node:fs');", /core imports no 'node:fs'/],
    ['firmware/core/a.ts', "import './b';", /must end in .js/],
    ['firmware/core/a.ts', "import './b.ts';", /must end in .js/],
    ['firmware/core/a.ts', "import '../../package.js';", /leaves the rooms/],
    ['firmware/app/a.ts', "import '../device/b.js';", /app may not import device/],
    ['firmware/app/a.ts', "import 'embedded:io/i2c';", /app imports no/],
    ['firmware/device/a.ts', "import 'embedded:io/i2c';", /a board hands it in/],
    ['firmware/device/a.ts', "import './boards/b.js';", /device may not import board/],
    ['firmware/device/boards/a.ts', "import 'node:fs';", /not the device's/],
    ['firmware/device/a.ts', "import '../../host-sim/b.js';", /device may not import host-sim/],
    ['host-sim/ports/a.ts', "import '../../firmware/device/b.js';", /may not import device/],
    ['host-sim/ports/a.ts', "import '../../test/b.js';", /host-sim may not import test/],
    ['host-sim/ports/a.ts', "import 'sinon';", /no dependency of host-sim/],
    ['host-sim/ports/a.ts', "import 'fs';", /no dependency of host-sim/],
    ['host-sim/checkers/a.ts', "import '../../firmware/core/units.js';", /may not import core/],
    ['host-sim/checkers/a.ts', "import '../../firmware/app/b.js';", /may not import app/],
    ['test/a.test.ts', "import '../firmware/device/boards/b.js';", /test may not import board/],
    ['test/a.test.ts', "import 'left-pad';", /no dependency of test/],
    ['tools/a.ts', 'export {};', /belongs to no room/],
  ];
  for (const [from, text, says] of closed) {
    it(`stop ${from}: ${text}`, () => {
      assert.match(through(from, text), says);
    });
  }

  const open: readonly [from: string, text: string][] = [
    ['firmware/core/reading/a.ts', "import type { B } from '../units.js';"],
    ['firmware/core/a.ts', "/* import 'node:fs'; */ export const a = \"import 'node:fs';\";"],
    ['firmware/app/a.ts', "import '../core/units.js';"],
    ['firmware/device/a.ts', "import '../app/b.js'; import './drivers/c.js';"],
    ['firmware/device/boards/a.ts', "import 'embedded:io/i2c'; import 'timer'; import '../b.js';"],
    ['host-sim/cli/a.ts', "import '../../firmware/app/b.js'; import 'node:fs'; import 'zod';"],
    ['host-sim/cli/a.ts', "import '@noble/hashes/sha2.js';"],
    ['host-sim/checkers/a.ts', "import '../../firmware/core/record/schema.js';"],
    ['test/a.test.ts', "import '../host-sim/b.js'; import 'sinon'; import 'zod';"],
    ['test/a.test.ts', "import '../firmware/device/drivers/b.js';"],
  ];
  for (const [from, text] of open) {
    it(`let through ${from}: ${text}`, () => {
      assert.equal(through(from, text), '');
    });
  }
});

describe('the search for dead files', () => {
  it('follows imports of imports, whatever their circles, and names the rest', () => {
    const sources = [
      parse('firmware/app/container.ts', "import '../core/a.js';"),
      parse('firmware/core/a.ts', "import type { B } from './b.js';"),
      parse('firmware/core/b.ts', "export * from './a.js';"),
      parse('firmware/core/c.ts', "import './a.js';"),
    ];
    assert.deepEqual(deadFiles(sources, ['firmware/app/container.ts']), ['firmware/core/c.ts']);
  });
});

describe('the independence of the checkers', () => {
  const borrowed = (between: string): string =>
    messages(
      borrowedByCheckers([
        parse('host-sim/checkers/a.ts', "import { b } from '../world/b.js';"),
        parse('host-sim/world/b.ts', between),
        parse('firmware/core/c.ts', 'export const c = 1;'),
      ]),
    );

  it('ends where another room lends them firmware code', () => {
    const says = /1 a checker reaches firmware\/core\/c.ts through this file/;
    assert.match(borrowed("import { c } from '../../firmware/core/c.js';"), says);
    assert.match(borrowed("import { type C, c } from '../../firmware/core/c.js';"), says);
    assert.match(borrowed("export * from '../../firmware/core/c.js';"), says);
  });

  it('allows types, and the numbers that name record types', () => {
    assert.equal(borrowed("import type { C } from '../../firmware/core/c.js';"), '');
    assert.equal(borrowed("import { type C } from '../../firmware/core/c.js';"), '');
    assert.equal(borrowed("import { C } from '../../firmware/core/record/schema.js';"), '');
  });
});

describe('the sizes', () => {
  const lines = (count: number): string => '// a line\n'.repeat(count);

  const limits: readonly [path: string, most: number][] = [
    ['firmware/core/a.ts', 300],
    ['firmware/device/drivers/a.ts', 200],
    ['host-sim/world/a.ts', 300],
    ['test/a.test.ts', 400],
    ['firmware/decisions/0001-a.md', 40],
    ['manifests/esp32/manifest.json', 80],
  ];
  for (const [path, most] of limits) {
    it(`let ${path} have ${most} lines and no more`, () => {
      assert.deepEqual(fileSizeFindings(path, lines(most)), []);
      assert.match(messages(fileSizeFindings(path, lines(most + 1))), /lines, at most/);
    });
  }

  it('let a file have 256 KiB and no byte more', () => {
    assert.deepEqual(fileSizeFindings('docs/a.md', 'a'.repeat(FILE_BYTES_MAX)), []);
    assert.match(messages(fileSizeFindings('docs/a.md', 'ä'.repeat(200_000))), /400000 bytes/);
  });

  const body = (count: number): string => `function f() {\n${'  g();\n'.repeat(count - 2)}}\n`;

  it('let a function have 60 lines and no more, except in tests', () => {
    assert.deepEqual(codeSizeFindings(parse(CORE, body(60))), []);
    assert.match(messages(codeSizeFindings(parse(CORE, body(61)))), /1 function of 61 lines/);
    assert.deepEqual(codeSizeFindings(parse('test/a.test.ts', body(61))), []);
  });

  it('let a line have 100 columns and no more, except for an address', () => {
    assert.deepEqual(codeSizeFindings(parse(CORE, `\n//${'a'.repeat(98)}`)), []);
    const long = codeSizeFindings(parse(CORE, `\n//${'a'.repeat(99)}`));
    assert.match(messages(long), /2 101 columns/);
    assert.deepEqual(codeSizeFindings(parse(CORE, `// https://${'a'.repeat(99)}`)), []);
  });
});

describe('the rules for comments', () => {
  const told = (text: string, path = CORE): string => messages(commentFindings(parse(path, text)));

  it('want a header of 2 to 14 lines', () => {
    assert.equal(told(`${HEADER}export const a = 1;`), '');
    assert.equal(told('/**\n * One.\n * Two.\n * Three.\n */\nexport const a = 1;'), '');
    assert.match(told('export const a = 1;'), /header of 0 lines/);
    assert.match(told('// One.\nexport const a = 1;'), /header of 1 lines/);
    assert.match(told(`${'// More.\n'.repeat(15)}export const a = 1;`), /header of 15 lines/);
  });

  it('want a sentence at every exported function of the firmware', () => {
    const bare = `${HEADER}export function f(): void {}`;
    assert.match(told(bare), /5 an exported function is explained/);
    assert.equal(told(bare, 'host-sim/world/a.ts'), '');
    assert.equal(told(`${HEADER}/** Does it. */\nexport function f(): void {}`), '');
  });

  it('want a reason at every exception', () => {
    const path = 'test/a.test.ts';
    assert.match(told('// @ts-ignore\nf();', path), /1 hides errors/);
    assert.match(told('// @ts-expect-error\nf();', path), /needs its reason/);
    assert.match(told('// eslint-disable-next-line no-eval\nf();', path), /needs its reason/);
    assert.match(told('f();\n/* prettier-ignore */\nf();', path), /2 an exception/);
    assert.equal(told('// @ts-expect-error the test passes a wrong type\nf();', path), '');
    assert.equal(told('// eslint-disable-next-line no-eval -- it is the subject\nf();', path), '');
    assert.equal(told('// Columns of a table.\n// prettier-ignore\nf();', path), '');
    assert.equal(told("f('// @ts-ignore');", path), '');
  });
});

describe('the scanner', () => {
  it('finds comments where they are, and no text that looks like one', () => {
    const { tree } = parse(
      CORE,
      "f('// no'); // yes\n/* and */ g(`/* no */`, /\\/\\/no/);\n// end",
    );
    assert.deepEqual(
      commentsOf(tree).map(({ text, line }) => `${line} ${text}`),
      ['1 // yes', '2 /* and */', '3 // end'],
    );
  });

  it('lists the files of the repository, and none that tools made', () => {
    const files = repositoryFiles();
    assert.ok(files.includes('test/tidy/rules.test.ts'));
    assert.ok(!files.some((path) => path.includes('node_modules/')));
  });
});

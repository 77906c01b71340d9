/** A run's files: all of them or none, by fixed names, and nobody else's are touched. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OUTPUT_NAMES, OutputSet } from '../../../host-sim/cli/output.js';

describe('the files of a run', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'plasmavakt-out-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

  it('appear at once, with their sizes and hashes, in one order', () => {
    const set = new OutputSet(folder);
    set.write('log.csv', ['a,b\r\n', '1,ü\r\n']);
    set.append('truth.jsonl', '{"a":1}\n');
    set.append('truth.jsonl', '{"a":2}\n');
    set.write('flash.bin', Uint8Array.of(1, 2, 255));
    assert.deepEqual(
      readdirSync(folder).filter((name) => !name.startsWith('.')),
      [],
    );
    const files = set.commit();
    assert.deepEqual(
      files.map(({ name }) => name),
      ['log.csv', 'flash.bin', 'truth.jsonl'],
    );
    for (const { path, bytes, sha256 } of files) {
      const content = readFileSync(path);
      assert.equal(content.length, bytes);
      assert.equal(createHash('sha256').update(content).digest('hex'), sha256);
    }
    assert.equal(read('log.csv'), 'a,b\r\n1,ü\r\n');
    assert.equal(read('truth.jsonl'), '{"a":1}\n{"a":2}\n');
    assert.deepEqual(readdirSync(folder).sort(), ['flash.bin', 'log.csv', 'truth.jsonl']);
  });

  it('of a failed run leave the set of the run before', () => {
    const first = new OutputSet(folder);
    first.write('report.html', ['first']);
    first.commit();
    const second = new OutputSet(folder);
    second.write('report.html', ['second']);
    second.discard();
    assert.equal(read('report.html'), 'first');
    assert.deepEqual(readdirSync(folder), ['report.html']);
  });

  it('replace the run before as a set, and leave other files alone', () => {
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    mkdirSync(join(folder, 'pictures'));
    const first = new OutputSet(folder);
    first.write('log.csv', ['1']);
    first.write('truth.jsonl', ['1']);
    first.commit();
    const second = new OutputSet(folder);
    second.write('log.csv', ['2']);
    second.commit();
    assert.deepEqual(readdirSync(folder).sort(), ['log.csv', 'notes.txt', 'pictures']);
    assert.equal(read('log.csv'), '2');
    assert.equal(read('notes.txt'), 'mine');
  });

  it('make their folder, however deep', () => {
    const set = new OutputSet(join(folder, 'a', 'b'));
    set.write('tape.bin', new Uint8Array(3));
    assert.ok(existsSync(set.commit()[0]!.path));
  });

  it('do not replace a folder that has one of their names', () => {
    mkdirSync(join(folder, 'log.csv'));
    const set = new OutputSet(folder);
    set.write('verdicts.json', ['[]']);
    assert.throws(() => set.commit(), /log\.csv is a folder, expected a file or nothing/);
    set.discard();
    assert.deepEqual(readdirSync(folder), ['log.csv']);
  });

  it('are written once', () => {
    const set = new OutputSet(folder);
    set.write('log.csv', ['1']);
    assert.throws(() => set.write('log.csv', ['2']), /already written/);
    set.discard();
  });

  it('sweep what a process that is gone left behind, and nothing of one that runs', () => {
    mkdirSync(join(folder, '.plasmavakt-999999999-x'));
    mkdirSync(join(folder, `.plasmavakt-${process.ppid}-x`));
    mkdirSync(join(folder, '.plasmavakt-mine'));
    new OutputSet(folder).discard();
    const left = ['.plasmavakt-mine', `.plasmavakt-${process.ppid}-x`];
    assert.deepEqual(readdirSync(folder).sort(), left.sort());
  });

  it('have the names that the manual gives', () => {
    for (const name of [
      'flash.bin',
      'handoff.bin',
      'log.csv',
      'log.jsonl',
      'verdicts.json',
    ] as const) {
      assert.ok(OUTPUT_NAMES.includes(name));
    }
    assert.equal(new Set(OUTPUT_NAMES).size, OUTPUT_NAMES.length);
  });

  it('hold much text in small pieces', () => {
    const set = new OutputSet(folder);
    function* pieces(): Generator<string> {
      for (let i = 0; i < 200_000; i++) yield `${i}\n`;
    }
    set.write('log.jsonl', pieces());
    const [file] = set.commit();
    assert.equal(read('log.jsonl').length, file!.bytes);
    assert.ok(read('log.jsonl').endsWith('199999\n'));
  });
});

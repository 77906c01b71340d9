import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT, readText, repositoryFiles } from '../tidy/sources.js';
import { mutationScore, ROOMS, type Score, scoreOf, scoresText, TASKS } from './campaign.js';

const score = (percent: number): Score => {
  return {
    mutants: 100,
    killed: percent,
    timedOut: 0,
    survived: 100 - percent,
    notRun: 0,
    percent,
  };
};

describe('mutation', () => {
  it('counts what was found of what could be', () => {
    const statuses = ['Killed', 'Killed', 'Timeout', 'Survived', 'NoCoverage', 'Ignored'] as const;
    const counted = scoreOf(statuses.map((status) => ({ status })));
    assert.deepEqual(counted, {
      ...{ mutants: 5, killed: 2, timedOut: 1, survived: 1, notRun: 1 },
      percent: 60,
    });
    assert.equal(scoreOf([]).percent, 0, 'nothing mutated is nothing found');
  });

  it('says which room is asked too little', () => {
    const good = scoresText(new Map([['kit', score(85)]]));
    assert.match(good, /kit +│ +100 │ +85 │ +0 │ +15 │ +0 │ +85\.0 %/);
    assert.match(good, /every room reaches 85 %/);
    const scores = [['kit', score(99)] as const, ['shock', score(84)] as const];
    assert.match(scoresText(new Map(scores)), /TOO LITTLE IS ASKED of shock: 85 %/);
  });

  it('has code and specifications for every room, and leaves nothing out that is not there', () => {
    const files = repositoryFiles();
    for (const room of ROOMS) {
      const { mutate, folders, except } = TASKS[room];
      for (const pattern of mutate) {
        const folder = pattern.replace(/\*.*$/, '');
        assert.ok(
          files.some((path) => path.startsWith(folder)),
          pattern,
        );
      }
      for (const path of [...folders, ...except]) assert.ok(existsSync(join(CHECKOUT, path)), path);
    }
  });

  it('by Stryker alone asks the same', () => {
    const { specifications } = JSON.parse(readText('test/mutation/stryker.config.json')) as {
      specifications: { folders: string[]; except: string[] };
    };
    const tasks = ROOMS.map((room) => TASKS[room]);
    assert.deepEqual(
      specifications.folders,
      tasks.flatMap(({ folders }) => [...folders]),
    );
    assert.deepEqual(
      specifications.except,
      tasks.flatMap(({ except }) => [...except]),
    );
  });

  it('finds what specifications ask, and shows what they do not', async function () {
    this.timeout(120_000);
    const characters = 'firmware/core/kit/characters.ts';
    const lines = readText(characters).split('\n');
    const first = lines.findIndex((line) => line.includes('function readDigits')) + 1;
    const mutate = [`${characters}:${first}-${first + lines.slice(first).indexOf('}')}`];
    const except = ['test/core/kit/characters.test.ts']; // which alone asks for a `/` in a number
    const found = await mutationScore('sample', { mutate, folders: ['test/core/kit'], except }, 1);
    assert.ok(found.killed > 10, JSON.stringify(found));
    assert.equal(found.survived, 1, JSON.stringify(found));
    assert.equal(found.killed + found.timedOut + found.survived, found.mutants);
  });
});

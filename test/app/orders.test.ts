import assert from 'node:assert/strict';
import { FAULT } from '../../firmware/core/faults.js';
import { COMMAND } from '../../firmware/core/record/schema.js';
import { WALL_UNKNOWN } from '../../firmware/core/units.js';
import { PLAN, START_WALL_S } from '../host-sim/backend/support/fixtures.js';
import type { Bench } from './support/bench.js';
import { dockedBench, packedBench } from './support/dock.js';

const nameOf = (result: number): string =>
  Object.entries(FAULT).find(([, code]) => code === result)?.[0] ?? `${result}`;
const commandsOf = (bench: Bench, code: number): string[] =>
  bench
    .records('command')
    .filter(({ fields }) => fields['code'] === code)
    .map(({ fields, tail }) => {
      const who = Buffer.from(tail).toString('latin1');
      return `${nameOf(fields['result']!)} kit ${fields['kit']!} by ${who}`;
    });

describe('the service state', () => {
  it('begins and ends with an empty container, and each is recorded with who did it', async () => {
    const { bench, dock } = await dockedBench();
    assert.equal(dock.service(true), 1);
    assert.equal(dock.service(true), 1, 'again: nothing changes');
    assert.equal(dock.service(false), 1);
    assert.deepEqual(
      bench.records('service').map(({ fields, tail }) => {
        return [fields['on'], Buffer.from(tail).toString('latin1')];
      }),
      [
        [1, PLAN.engineer],
        [0, PLAN.engineer],
      ],
    );
  });

  it('is refused while a kit is aboard, or a slot is filled', async () => {
    const { bench, dock } = await packedBench(1);
    assert.equal(nameOf(dock.service(true)), 'kitsAboard');
    assert.deepEqual(commandsOf(bench, COMMAND.service), [`kitsAboard kit -1 by ${PLAN.engineer}`]);
    bench.empty(0);
    assert.equal(dock.service(true), 1);
    dock.service(false);
    bench.fill(3);
    assert.equal(nameOf(dock.service(true)), 'kitsAboard', 'a slot nobody has explained');
  });

  it('packs nothing', async () => {
    const { bench, dock } = await dockedBench();
    dock.service(true);
    bench.fill(0);
    assert.equal(nameOf(dock.pack(0, 'S0')), 'inService');
    assert.deepEqual(bench.records('kit'), []);
    dock.service(false);
    assert.equal(dock.pack(0, 'S0'), 1);
  });

  it('lasts through a power loss', async () => {
    const { bench, dock } = await dockedBench();
    dock.service(true);
    bench.reboot({ offS: 60 }).run(2);
    dock.arrive();
    bench.fill(0);
    assert.equal(nameOf(dock.pack(0, 'S0')), 'inService');
  });
});

describe('a transfer', () => {
  it('hands a kit over that was taken out, or is still in', async () => {
    const { bench, dock } = await packedBench(2);
    bench.empty(0);
    assert.equal(dock.transfer('S0'), 1);
    assert.equal(dock.transfer('S1'), 1);
    assert.deepEqual(
      [0, 1].map((kit) => bench.custody(kit).at(-1)),
      [...['transferred', 'transferred']],
    );
  });

  it('changes nothing the second time', async () => {
    const { bench, dock } = await packedBench(1);
    bench.empty(0);
    dock.transfer('S0');
    const count = bench.records('custody').length;
    assert.equal(dock.transfer('S0'), 1);
    assert.equal(bench.records('custody').length, count);
  });

  it('of a kit that is not known is refused, and recorded', async () => {
    const { bench, dock } = await packedBench(1);
    assert.equal(nameOf(dock.transfer('S7')), 'kitUnknown');
    const [line] = commandsOf(bench, COMMAND.transfer);
    assert.equal(line, `kitUnknown kit -1 by ${PLAN.packer}`);
  });

  it('of a kit that was used is refused: it has had its end', async () => {
    const { bench, dock } = await packedBench(1);
    bench.empty(0).press(2);
    assert.equal(nameOf(dock.transfer('S0')), 'badState');
    assert.deepEqual(bench.custody(0).at(-1)?.split(' ')[0], 'used');
  });
});

describe('what is told later', () => {
  const AT = { about: 12, why: 3, mixedWallS: null, staff: PLAN.packer };

  it('is recorded with who and why, and changes nothing else', async () => {
    const { bench, dock } = await packedBench(1);
    bench.empty(0);
    const before = bench.verdict(0);
    assert.equal(dock.account('S0', AT), 1);
    const { fields, tail } = bench.last('account');
    assert.deepEqual(fields, { kit: 0, about: 12, why: 3, mixedWallS: WALL_UNKNOWN });
    assert.equal(Buffer.from(tail).toString('latin1'), PLAN.packer);
    assert.equal(bench.verdict(0), before);
  });

  it('may put the start of mixing back, and the use-by with it', async () => {
    const { bench, dock } = await packedBench(1, { useByS: 3600 });
    bench.empty(0).run(1800).press();
    assert.equal(bench.verdict(0), 'inspect: mixed');
    const mixedWallS = START_WALL_S + bench.clock.nowS - 1500;
    assert.equal(dock.account('S0', { ...AT, mixedWallS }), 1);
    bench.run(2000);
    assert.equal(bench.verdict(0), 'inspect: mixed', 'some time is left');
    bench.run(170);
    assert.equal(bench.verdict(0), 'discard: useByElapsed, mixed');
  });

  it('never puts it off', async () => {
    const { bench, dock } = await packedBench(1, { useByS: 3600 });
    bench.empty(0).press().run(3000);
    const mixedWallS = START_WALL_S + bench.clock.nowS - 10;
    assert.equal(dock.account('S0', { ...AT, mixedWallS }), 1);
    bench.run(660);
    assert.equal(bench.verdict(0), 'discard: useByElapsed, mixed');
  });

  it('of a kit whose mixing nobody pressed for makes it a mixed one', async () => {
    const { bench, dock } = await packedBench(1, { useByS: 3600 });
    bench.empty(0).run(600);
    const mixedWallS = START_WALL_S + bench.clock.nowS - 300;
    assert.equal(dock.account('S0', { ...AT, mixedWallS }), 1);
    bench.run(2);
    assert.match(bench.verdict(0), /mixed/);
    bench.fill(0).run(61);
    assert.match(bench.verdict(0), /mixed/, 'never stock again');
  });

  it('cannot lie in the future, or be of a kit that is not known', async () => {
    const { bench, dock } = await packedBench(1);
    bench.empty(0);
    const mixedWallS = START_WALL_S + bench.clock.nowS + 60;
    assert.equal(nameOf(dock.account('S0', { ...AT, mixedWallS })), 'badState');
    assert.equal(nameOf(dock.account('S9', AT)), 'kitUnknown');
    assert.deepEqual(bench.records('account'), []);
  });
});

describe('the use-by of a mixed kit', () => {
  const noticesOf = (bench: Bench): string[] =>
    bench.records('notice').map(({ fields, uptimeS }) => {
      return `${fields['code']!} kit ${fields['a']!} left ${fields['b']!} at ${uptimeS}`;
    });

  it('is warned of at half and at its end, once each', async () => {
    const { bench } = await packedBench(2, { useByS: 3600 });
    bench.empty(1).press();
    const mixedS = bench.clock.nowS - 1;
    bench.run(1790);
    assert.deepEqual(noticesOf(bench), []);
    bench.run(100);
    const [half] = noticesOf(bench);
    assert.match(half!, /^2 kit 1 left (18\d\d|17\d\d) at /);
    bench.run(4000);
    const all = noticesOf(bench);
    assert.equal(all.length, 2);
    assert.match(all[1]!, /^3 kit 1 left 0 at /);
    const endS = Number(all[1]!.split(' at ')[1]);
    assert.ok(endS >= mixedS + 3600 && endS <= mixedS + 3661, `${endS - mixedS}`);
  });

  it('is warned of after a restart, but not twice', async () => {
    const { bench } = await packedBench(1, { useByS: 3600 });
    bench.empty(0).press().run(1900);
    assert.equal(noticesOf(bench).length, 1);
    bench.reboot({ offS: 5 }).run(120);
    assert.equal(noticesOf(bench).length, 1);
    bench.run(1700);
    assert.equal(noticesOf(bench).length, 2);
  });

  it('that passed while power was off is told at once', async () => {
    const { bench } = await packedBench(1, { useByS: 3600 });
    bench.empty(0).press().run(60);
    bench.reboot({ offS: 4000 }).run(61);
    assert.deepEqual(
      noticesOf(bench).map((line) => line.split(' left')[0]),
      ['3 kit 0'],
    );
    assert.match(bench.verdict(0), /^discard: .*useByElapsed/);
  });

  it('is not warned of once the kit was used, or where there is none', async () => {
    const { bench } = await packedBench(1, { useByS: 3600 });
    bench.empty(0).press(2).run(4000);
    assert.deepEqual(noticesOf(bench), []);
    const unset = await packedBench(1, { useByS: null });
    unset.bench.empty(0).press().run(4000);
    assert.deepEqual(noticesOf(unset.bench), []);
  });
});

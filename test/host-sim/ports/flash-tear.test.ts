import assert from 'node:assert/strict';
import { SECTOR_BYTES } from '../../../firmware/core/limits.js';
import { NorFlash, PowerCut } from '../../../host-sim/ports/flash.js';
import {
  ERASE_FORMS,
  type EraseForm,
  type Tear,
  TEARS,
} from '../../../host-sim/ports/flash-tear.js';

const OLD = 0b0101_0110;

function makeFlash(seed: number) {
  const time = { ms: 0 };
  const bytes = 2 * SECTOR_BYTES;
  const flash = new NorFlash({ region: 'journal', bytes, seed, nowMs: () => time.ms });
  for (let page = 0; page < 16; page++) {
    flash.program(page * 256, new Uint8Array(256).fill(OLD), 0, 256);
  }
  return { flash, time };
}

/** A sector full of OLD whose erase was cut. */
function cutErase(seed: number, tear: Tear, form?: EraseForm): NorFlash {
  const { flash } = makeFlash(seed);
  flash.cutAt(17, tear, form);
  assert.throws(() => flash.startErase(0), PowerCut);
  flash.boot(-1);
  return flash;
}

function sectorOf(flash: NorFlash): Uint8Array {
  const into = new Uint8Array(SECTOR_BYTES);
  flash.read(0, into, SECTOR_BYTES);
  return into;
}

/** The bytes as runs: each value with its count. */
function runsOf(bytes: Uint8Array): [value: number, count: number][] {
  const runs: [number, number][] = [];
  for (const byte of bytes) {
    const last = runs.at(-1);
    if (last?.[0] === byte) last[1] += 1;
    else runs.push([byte, 1]);
  }
  return runs;
}

const valuesOf = (flash: NorFlash) => runsOf(sectorOf(flash)).map(([value]) => value);

describe('an erase that is cut', () => {
  it('has not begun', () => assert.deepEqual(valuesOf(cutErase(1, 'clean', 'none')), [OLD]));

  it('has left ones up to some byte', () => {
    assert.deepEqual(valuesOf(cutErase(1, 'prefix', 'erased-front')), [0xff, OLD]);
  });

  it('has filled zeros from either end', () => {
    assert.deepEqual(valuesOf(cutErase(1, 'prefix', 'zeros-front')), [0, OLD]);
    assert.deepEqual(valuesOf(cutErase(1, 'prefix', 'zeros-back')), [OLD, 0]);
  });

  it('has left a header and nothing behind it', () => {
    for (let seed = 0; seed < 20; seed++) {
      const [header, rest] = runsOf(sectorOf(cutErase(seed, 'prefix', 'stale-header')));
      assert.equal(header![0], OLD);
      assert.ok(header![1] <= 256);
      assert.deepEqual(rest, [0xff, SECTOR_BYTES - header![1]]);
    }
  });

  it('has erased any bits, and in some parts zeroed any others before', () => {
    let zeroed = 0;
    let mixed = 0;
    for (let seed = 0; seed < 40; seed++) {
      const bytes = sectorOf(cutErase(seed, 'subset', 'random'));
      if (new Set(bytes).size > 8) mixed += 1;
      if (bytes.some((byte) => (byte & OLD) !== OLD)) zeroed += 1;
    }
    assert.ok(mixed >= 20, 'mostly bytes of many values; some erases were nearly done');
    assert.ok(zeroed >= 3 && zeroed <= 20, `${zeroed} of 40`);
  });

  it('reads differently each time where bits are on their way, but not without `unstable`', () => {
    for (const [tear, form] of [
      ['subset', 'random'],
      ['unstable', 'unstable'],
    ] as const) {
      const flash = cutErase(2, tear, form);
      const reads = new Set(
        Array.from({ length: 4 }, () => Buffer.from(sectorOf(flash)).toString('hex')),
      );
      assert.equal(reads.size > 1, tear === 'unstable');
    }
  });

  it('takes a form of its tear unless one is named, the same for the same seed', () => {
    const shapes = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      const values = valuesOf(cutErase(seed, 'prefix'));
      assert.deepEqual(values, valuesOf(cutErase(seed, 'prefix')));
      const [first] = runsOf(sectorOf(cutErase(seed, 'prefix')));
      shapes.add(`${values.join()} ${first![1] <= 256}`);
    }
    for (const shape of [`255,${OLD} false`, `0,${OLD} false`, `${OLD},0 false`]) {
      assert.ok(shapes.has(shape), shape);
    }
    assert.ok(shapes.has(`${OLD},255 true`), 'a stale header');
  });

  for (const form of ERASE_FORMS) {
    it(`heals in the next one: ${form}`, () => {
      const { flash, time } = makeFlash(9);
      flash.cutAt(17, 'subset', form);
      assert.throws(() => flash.startErase(0), PowerCut);
      flash.boot(-1);
      flash.startErase(0);
      time.ms = 60;
      assert.equal(flash.pollErase(), 1);
      assert.deepEqual(valuesOf(flash), [0xff]);
    });
  }

  for (const tear of TEARS) {
    it(`may be one that runs while a program of another sector is cut: ${tear}`, () => {
      const values = new Set<string>();
      for (let seed = 0; seed < 8; seed++) {
        const { flash } = makeFlash(seed);
        flash.startErase(0);
        flash.cutAt(18, tear);
        assert.throws(() => flash.program(SECTOR_BYTES, Uint8Array.of(0), 0, 1), PowerCut);
        flash.boot(0);
        values.add(valuesOf(flash).join());
      }
      assert.equal(values.has(`${OLD}`) && values.size === 1, tear === 'clean');
    });
  }
});

describe('a program that is cut', () => {
  it('as a prefix may end within a byte', () => {
    let partial = 0;
    for (let seed = 0; seed < 20; seed++) {
      const bytes = 2 * SECTOR_BYTES;
      const flash = new NorFlash({ region: 'journal', bytes, seed, nowMs: () => 0 });
      flash.cutAt(1, 'prefix');
      assert.throws(() => flash.program(0, new Uint8Array(16), 0, 16), PowerCut);
      flash.boot(-1);
      const runs = runsOf(sectorOf(flash).subarray(0, 17));
      assert.ok(runs.length <= 3 && runs.at(-1)![0] === 0xff);
      if (runs.some(([value]) => value !== 0 && value !== 0xff)) partial += 1;
    }
    assert.ok(partial > 10);
  });
});

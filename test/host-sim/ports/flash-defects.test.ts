import assert from 'node:assert/strict';
import { FAULT } from '../../../firmware/core/faults.js';
import { SECTOR_BYTES } from '../../../firmware/core/limits.js';
import { NorFlash } from '../../../host-sim/ports/flash.js';

const SECTORS = 4;

/** A part whose time goes on with every erase. */
class Rig {
  nowMs = 0;
  readonly flash: NorFlash;

  constructor(options: { seed?: number; badSectors?: readonly number[] } = {}) {
    this.flash = new NorFlash({
      region: 'journal',
      bytes: SECTORS * SECTOR_BYTES,
      seed: options.seed ?? 1,
      nowMs: () => this.nowMs,
      badSectors: options.badSectors,
    });
  }

  erase(sector: number): number {
    const started = this.flash.startErase(sector);
    if (started < 0) return started;
    this.nowMs += 50;
    return this.flash.pollErase();
  }

  read(address: number, length: number): Uint8Array {
    const into = new Uint8Array(length);
    assert.equal(this.flash.read(address, into, length), length);
    return into;
  }

  program(address: number, ...bytes: readonly number[]): number {
    return this.flash.program(address, Uint8Array.from(bytes), 0, bytes.length);
  }
}

const sector = (n: number): number => n * SECTOR_BYTES;
const countBits = (bytes: Uint8Array): number =>
  bytes.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);

describe('a flash part with defects', () => {
  it('has sectors bad from the factory: they read 0, and neither erase nor program', () => {
    const rig = new Rig({ badSectors: [2] });
    assert.ok(rig.read(sector(2), SECTOR_BYTES).every((byte) => byte === 0));
    assert.equal(rig.erase(2), FAULT.flashFailed);
    assert.equal(rig.program(sector(2), 0x55), FAULT.flashFailed);
    assert.deepEqual([...rig.read(sector(2), 2)], [0, 0]);
    assert.equal(rig.erase(1), 1);
    assert.equal(rig.program(sector(1), 0x55), 1);
  });

  it('has no bad sectors beyond its end', () => {
    assert.throws(() => new Rig({ badSectors: [4] }), /bad sector 4, expected below 4/);
  });

  it('wears out: after so many erases of a sector they fail, and its bytes stay', () => {
    const rig = new Rig();
    rig.flash.defects.limitErases(1, 3);
    assert.deepEqual([rig.erase(1), rig.erase(1)], [1, 1]);
    rig.program(sector(1), 7);
    assert.equal(rig.erase(1), FAULT.flashFailed);
    assert.equal(rig.read(sector(1), 1)[0], 7);
    assert.equal(rig.erase(0), 1);
  });

  it('wears out silently: its erases leave more and more bits at 0', () => {
    const rig = new Rig();
    rig.flash.defects.limitErases(1, 2, 'silent');
    assert.equal(rig.erase(1), 1);
    assert.equal(countBits(rig.read(sector(1), SECTOR_BYTES)), 8 * SECTOR_BYTES);
    assert.deepEqual([rig.erase(1), rig.erase(1)], [1, 1]);
    const missing = 8 * SECTOR_BYTES - countBits(rig.read(sector(1), SECTOR_BYTES));
    assert.ok(missing >= 5 && missing <= 8, `${missing} bits`);
  });

  it('has bits that stay 0, which a program cannot be blamed for', () => {
    const rig = new Rig();
    rig.flash.defects.stickAtZero(5, 0x81);
    assert.equal(rig.erase(0), 1);
    assert.equal(rig.read(5, 1)[0], 0x7e);
    assert.equal(rig.program(5, 0xff), 1);
    assert.throws(() => rig.program(4, 0xff) + rig.program(4, 0) + rig.program(4, 1), /sets bits/);
    assert.equal(rig.read(5, 1)[0], 0x7e);
  });

  it('has bits that do not program', () => {
    const rig = new Rig();
    rig.flash.defects.stickAtOne(9, 0x10);
    assert.equal(rig.program(8, 0, 0, 0), 3);
    assert.deepEqual([...rig.read(8, 3)], [0, 0x10, 0]);
  });

  for (const failure of ['reported', 'silent'] as const) {
    it(`fails in one program and leaves some of its bits (${failure})`, () => {
      for (let seed = 0; seed < 20; seed++) {
        const rig = new Rig({ seed });
        rig.flash.defects.failNextPrograms(failure, 1, 1);
        assert.equal(rig.program(0, 1, 2), 2);
        const expected = failure === 'reported' ? FAULT.flashFailed : 4;
        assert.equal(rig.program(16, 0, 0, 0, 0), expected);
        const left = countBits(rig.read(16, 4));
        assert.ok(left >= 1 && left <= 8, `${left} bits`);
        assert.equal(rig.program(16, 0, 0, 0, 0), 4);
        assert.equal(countBits(rig.read(16, 4)), 0);
      }
    });

    it(`fails in every program of a sector (${failure})`, () => {
      const rig = new Rig();
      rig.flash.defects.failProgramsOf(3, failure);
      assert.equal(rig.program(sector(3), 0, 0) < 0, failure === 'reported');
      assert.ok(countBits(rig.read(sector(3), 2)) > 0);
      assert.equal(rig.program(sector(2), 0, 0), 2);
      assert.equal(countBits(rig.read(sector(2), 2)), 0);
    });
  }

  it('is disturbed by reads: after many, ones read as 0 until the sector is erased', () => {
    const rig = new Rig();
    rig.flash.defects.disturbBy(100, 3);
    for (let i = 0; i < 99; i++) rig.read(sector(1) + i, 1);
    assert.equal(countBits(rig.read(sector(1), SECTOR_BYTES)), 8 * SECTOR_BYTES - 3);
    assert.equal(countBits(rig.read(sector(1), SECTOR_BYTES)), 8 * SECTOR_BYTES - 3);
    assert.equal(countBits(rig.read(sector(2), SECTOR_BYTES)), 8 * SECTOR_BYTES);
    assert.equal(rig.erase(1), 1);
    assert.equal(countBits(rig.read(sector(1), SECTOR_BYTES)), 8 * SECTOR_BYTES);
  });

  it('shows the same for the same seed, and something else for another', () => {
    const show = (seed: number): string => {
      const rig = new Rig({ seed });
      const { defects } = rig.flash;
      defects.limitErases(0, 1, 'silent');
      defects.disturbBy(2, 5);
      defects.failNextPrograms('silent', 2);
      rig.erase(0);
      rig.program(sector(1), 0, 0, 0);
      for (let i = 0; i < 6; i++) rig.read(sector(2), 1);
      return Buffer.from(rig.read(0, SECTORS * SECTOR_BYTES)).toString('hex');
    };
    assert.equal(show(4), show(4));
    assert.notEqual(show(4), show(5));
  });

  it('keeps its defects when an image is loaded, and the image as it was given', () => {
    const rig = new Rig();
    rig.flash.defects.stickAtZero(5, 1);
    const image = new Uint8Array(SECTORS * SECTOR_BYTES).fill(0xff);
    rig.flash.load(image);
    assert.equal(rig.read(5, 1)[0], 0xfe);
    assert.equal(image[5], 0xff);
  });
});

describe('the counters of a flash part', () => {
  it('tell erases of each sector, time and energy of what it did', () => {
    const rig = new Rig();
    for (const n of [0, 0, 2]) rig.erase(n);
    rig.program(sector(1), 1, 2, 3);
    const { counters } = rig.flash;
    assert.deepEqual([...counters.erasesOf], [2, 0, 1, 0]);
    assert.equal(counters.erases, 3);
    assert.equal(counters.busyMicros, 3 * 45_000 + 30 + 3 * 2.5);
    assert.equal(counters.energyMicroJ, counters.busyMicros * 3.3 * 0.02);
  });

  it('take a page at its typical time, not at its first byte’s for all', () => {
    const rig = new Rig();
    rig.flash.program(0, new Uint8Array(256), 0, 256);
    assert.equal(rig.flash.counters.busyMicros, 400);
  });
});

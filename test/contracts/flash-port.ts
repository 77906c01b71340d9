/**
 * What every flash port keeps to: NOR rules, jobs, and programmer errors that throw.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FAULT } from '../../firmware/core/faults.js';
import { SECTOR_BYTES } from '../../firmware/core/limits.js';
import type { FlashPort } from '../../firmware/core/ports.js';

export interface FlashRig {
  readonly port: FlashPort;
  advance(ms: number): void;
  /** From now on this sector cannot be erased. */
  wearOut(sector: number): void;
}

const PAGE_BYTES = 256;
/** Of the rig's flash. */
export const RIG_SECTORS = 16;
const ERASE_MS_MAX = 1000;

export function flashPortContract(name: string, make: () => FlashRig): void {
  describe(`the flash port of ${name}`, () => {
    const readBack = (rig: FlashRig, address: number, length: number): number[] => {
      const into = new Uint8Array(length);
      assert.equal(rig.port.read(address, into, length), length);
      return [...into];
    };
    const erase = (rig: FlashRig, sector: number): number => {
      assert.equal(rig.port.startErase(sector), 0);
      rig.advance(ERASE_MS_MAX);
      return rig.port.pollErase();
    };

    it('is as large as it says, and blank at first', () => {
      const rig = make();
      assert.equal(rig.port.size(), RIG_SECTORS * SECTOR_BYTES);
      assert.deepEqual(readBack(rig, 0, 4), [255, 255, 255, 255]);
      assert.deepEqual(readBack(rig, rig.port.size() - 3, 3), [255, 255, 255]);
    });

    it('programs any bytes within a page, reads them back, and leaves all others alone', () => {
      const within = fc
        .tuple(fc.nat(RIG_SECTORS * 16 - 1), fc.nat(PAGE_BYTES - 1), fc.nat(PAGE_BYTES))
        .filter(([, at, length]) => at + length <= PAGE_BYTES);
      const programs = fc.uniqueArray(within, { selector: ([page]) => page, maxLength: 12 });
      const property = fc.property(programs, fc.nat(3), fc.nat(255), (list, from, seed) => {
        const rig = make();
        const model = new Uint8Array(rig.port.size()).fill(0xff);
        for (const [page, at, length] of list) {
          const address = page * PAGE_BYTES + at;
          const bytes = Uint8Array.from({ length: from + length }, (_, i) => (i * 7 + seed) & 255);
          assert.equal(rig.port.program(address, bytes, from, length), length);
          model.set(bytes.subarray(from), address);
        }
        for (const [page, at, length] of list) {
          const address = page * PAGE_BYTES + at;
          assert.deepEqual(readBack(rig, address, length), [
            ...model.subarray(address, address + length),
          ]);
        }
        assert.deepEqual(Buffer.from(readBack(rig, 0, model.length)), Buffer.from(model));
      });
      fc.assert(property, { numRuns: 40 });
    });

    it('reads to the start of a longer buffer and leaves the rest of it alone', () => {
      const rig = make();
      rig.port.program(300, Uint8Array.of(1, 2, 3, 4, 5), 0, 5);
      const into = new Uint8Array(9).fill(9);
      assert.equal(rig.port.read(299, into, 7), 7);
      assert.deepEqual([...into], [255, 1, 2, 3, 4, 5, 255, 9, 9]);
    });

    it('reads across pages and sectors', () => {
      const rig = make();
      rig.port.program(SECTOR_BYTES - 2, Uint8Array.of(1, 2), 0, 2);
      rig.port.program(SECTOR_BYTES, Uint8Array.of(3, 4), 0, 2);
      assert.deepEqual(readBack(rig, SECTOR_BYTES - 3, 6), [255, 1, 2, 3, 4, 255]);
      const into = new Uint8Array(600);
      assert.equal(rig.port.read(SECTOR_BYTES - 300, into, 599), 599);
      assert.deepEqual([...into.subarray(298, 302)], [1, 2, 3, 4]);
    });

    it('programs again what only clears more bits', () => {
      const rig = make();
      rig.port.program(64, Uint8Array.of(0xf0, 0xff), 0, 2);
      assert.equal(rig.port.program(64, Uint8Array.of(0xa0, 0x0f), 0, 2), 2);
      assert.deepEqual(readBack(rig, 64, 2), [0xa0, 0x0f]);
    });

    it('does nothing for no bytes', () => {
      const rig = make();
      assert.equal(rig.port.program(0, new Uint8Array(4), 2, 0), 0);
      assert.equal(rig.port.read(0, new Uint8Array(4), 0), 0);
      assert.deepEqual(readBack(rig, 0, 2), [255, 255]);
    });

    it('erases one sector and no other, as a job', () => {
      const rig = make();
      for (const sector of [2, 3, 4]) {
        rig.port.program(sector * SECTOR_BYTES, Uint8Array.of(0), 0, 1);
      }
      assert.equal(rig.port.pollErase(), FAULT.absent);
      assert.equal(rig.port.startErase(3), 0);
      assert.equal(rig.port.startErase(4), FAULT.busy);
      rig.advance(ERASE_MS_MAX);
      assert.equal(rig.port.pollErase(), 1);
      assert.equal(rig.port.pollErase(), FAULT.absent);
      const first = [2, 3, 4].map((sector) => readBack(rig, sector * SECTOR_BYTES, 1)[0]);
      assert.deepEqual(first, [0, 255, 0]);
    });

    it('lets other sectors be used while one is to be erased, and that one not', () => {
      const rig = make();
      rig.port.startErase(3);
      assert.equal(rig.port.program(4 * SECTOR_BYTES, Uint8Array.of(1), 0, 1), 1);
      assert.deepEqual(readBack(rig, 3 * SECTOR_BYTES - 1, 1), [255]);
      assert.throws(() => rig.port.program(3 * SECTOR_BYTES, Uint8Array.of(1), 0, 1));
      assert.throws(() => rig.port.read(4 * SECTOR_BYTES - 1, new Uint8Array(2), 2));
    });

    it('reports a sector that cannot be erased any more', () => {
      const rig = make();
      rig.port.program(5 * SECTOR_BYTES + 7, Uint8Array.of(0), 0, 1);
      rig.wearOut(5);
      assert.equal(erase(rig, 5), FAULT.flashFailed);
      assert.equal(erase(rig, 6), 1, 'the others can');
    });

    it('has no room for more than a buffer holds', () => {
      const rig = make();
      assert.equal(rig.port.read(0, new Uint8Array(4), 5), FAULT.overflow);
      assert.equal(rig.port.program(0, new Uint8Array(4), 1, 4), FAULT.overflow);
      assert.equal(rig.port.program(0, new Uint8Array(4), -1, 2), FAULT.overflow);
    });

    it('throws for what a programmer must not do', () => {
      const rig = make();
      const size = rig.port.size();
      const two = new Uint8Array(2);
      assert.throws(() => rig.port.read(size - 1, two, 2));
      assert.throws(() => rig.port.read(-1, two, 2));
      assert.throws(() => rig.port.program(size - 1, two, 0, 2));
      assert.throws(() => rig.port.program(PAGE_BYTES - 1, two, 0, 2), 'crosses a page');
      assert.throws(() => rig.port.startErase(RIG_SECTORS));
      assert.throws(() => rig.port.startErase(-1));
    });
  });
}
